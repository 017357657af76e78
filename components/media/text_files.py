"""Text files as text: by their byte order mark, as UTF-8, or in the encoding that they seem to be in.

What is sent must be right, so a guess is said to be one and can be changed; `read_text`, whose tables and programs
nobody looks over, takes none.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass, field
from typing import Final

import chardet
from pygments.lexers import find_lexer_class_for_filename

from components.core.errors import MediaError
from components.media.limits import MEGABYTE, TEXT_FILE_BYTES
from components.media.signatures import CONTROLS, MOST_CONTROLS, ending_of, recognise

# Longest first: UTF-32's mark in little endian begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNICODE: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "utf-32-le": "UTF-32 (little-endian)",
    "utf-32-be": "UTF-32 (big-endian)",
}
# The encodings that people still save text in, with the names they have there; those of the West and of Chinese first.
_LEGACY: Final = {
    "cp1252": "Windows-1252",
    "gb18030": "GBK or GB 18030",
    "cp932": "Shift JIS",
    "euc-jp": "EUC-JP",
    "cp949": "Korean (CP949)",
    "big5": "Big5",
    "cp1251": "Windows-1251",
    "koi8-r": "KOI8-R",
    "cp1250": "Windows-1250",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "mac-roman": "Mac OS Roman",
}
# Python's name -> the usual one, of everything that a text can be read in.
ENCODINGS: Final = _UNICODE | _LEGACY
_REMEDY: Final = "Save it as UTF-8 and choose it again."
# What Pygments has no lexer for, or a rarer language first.
_LANGUAGES: Final = {
    "csv": "csv",
    "tsv": "tsv",
    "geojson": "json",
    "jsonl": "json",
    "ndjson": "json",
    "ipynb": "json",
    "mts": "typescript",
    "cts": "typescript",
    "pl": "perl",
    "r": "r",
    "sql": "sql",
}
# Enough to tell an encoding by.
_LOOKED_AT: Final = 50_000
# Words with a few accents look alike in the encodings of the West and of Central Europe. The former, which far more
# files are in, is then the likely one.
_AS_GOOD: Final = 0.7


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as it came and what it says. `encoding`: a key of `ENCODINGS`; `guessed`: nothing in the file tells it."""

    data: bytes = field(repr=False)
    text: str = field(repr=False)
    encoding: str
    guessed: bool = False


def open_text(name: str, data: bytes, encoding: str | None = None) -> TextFile:
    """Reads a text file in the `encoding`, or in the one that it is or seems to be in.

    Raises: MediaError, with one sentence to show, if it is empty, too large, or no text, or not in that encoding.
    """
    if not data:
        raise MediaError(f"{name!r} is empty (0 bytes): choose the file again.")
    if len(data) > TEXT_FILE_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / MEGABYTE:.1f} MB, more than the {TEXT_FILE_BYTES // MEGABYTE} MB a text file "
            "may have: attach the part that the question is about."
        )
    file = _read(data) if encoding is None else _decoded(data, encoding)
    if file is None and encoding is not None:
        raise MediaError(f"{name!r} is not {ENCODINGS[encoding]}: choose another encoding.")
    if file is None:
        content = recognise(data)
        words = content.words if content.format not in ("", "text") else "binary data of no known kind"
        raise MediaError(
            f"{name!r} seems to be {words}, no text, picture or clip: save it as text, PNG or MP4 and attach that."
        )
    return file


def notes_of(file: TextFile) -> tuple[str, ...]:
    """What was done to the file to read it, in plain words; nothing of one in UTF-8."""
    notes: tuple[str, ...] = ()
    if file.guessed:
        notes = (f"read as {ENCODINGS[file.encoding]}, which is a guess",)
    elif file.encoding != "utf-8":
        notes = (f"read as {ENCODINGS[file.encoding]}",)
    if damaged := file.text.count("\N{REPLACEMENT CHARACTER}"):
        notes = (*notes, f"{damaged:,} {'character' if damaged == 1 else 'characters'} of it cannot be read")
    return notes


def language_of(name: str) -> str:
    """What a file of that name is written in, as Markdown's code blocks call it; empty where the name does not say."""
    if (known := _LANGUAGES.get(ending_of(name))) is not None:
        return known
    lexer = find_lexer_class_for_filename(name) or find_lexer_class_for_filename(name.lower())
    return "" if lexer is None or not lexer.aliases or lexer.aliases[0] == "text" else str(lexer.aliases[0])


def read_text(data: bytes, name: str = "The file") -> str:
    """Gives the text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark, without that mark.

    `name`: what the sentence of a refusal begins with.
    Raises: MediaError with one sentence that says which encoding the file seems to have, and what to do.
    """
    mark, encoding = _marked(data)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            called = ENCODINGS[encoding].partition(" ")[0]
            raise MediaError(f"{name} begins as {called} but is damaged further on. {_REMEDY}") from error
        line = data.count(b"\n", 0, error.start) + 1
        guess = encoding_of(data)
        seems = f"it seems to be {ENCODINGS[guess]}" if guess else "its encoding is not known"
        raise MediaError(f"{name} is not UTF-8 from line {line} on; {seems}. {_REMEDY}") from error
    if "\0" in text:
        what = "is UTF-16 without a byte order mark" if _wide(data) else "is no text: it holds zero bytes"
        raise MediaError(f"{name} {what}. {_REMEDY}")
    return text


def encoding_of(data: bytes) -> str | None:
    """Guesses the encoding of a text that is not UTF-8: a key of `ENCODINGS`, None where nothing fits."""
    found = chardet.detect_all(data[:_LOOKED_AT], include_encodings=_LEGACY)
    sure = {_plain(each["encoding"]): each["confidence"] for each in found if each["encoding"]}
    fitting = {each: sure[name] for each in _LEGACY if (name := _plain(each)) in sure}
    best = max(fitting, key=lambda each: fitting[each], default=None)
    if best is not None and fitting.get("cp1252", 0.0) >= _AS_GOOD * fitting[best]:
        return "cp1252"
    return best


def _plain(encoding: str) -> str:
    """Python's own name of an encoding. Of Big5 there is one with the characters of Hong Kong added."""
    return codecs.lookup(encoding).name.removesuffix("hkscs")


def _read(data: bytes) -> TextFile | None:
    """The file in the encoding that it states, or in the likely one; None if it is no text."""
    mark, encoding = _marked(data)
    if mark:
        return _readable(data, data[len(mark) :].decode(encoding, "replace"), encoding)
    if b"\0" in data:
        wide = _wide(data)
        return _decoded(data, wide, guessed=True) if wide else None
    text = data.decode("utf-8", "replace")
    damaged = text.count("\N{REPLACEMENT CHARACTER}")
    # A log that was cut, or two files in one: what else is beyond ASCII would not read as UTF-8 by chance.
    if damaged == 0 or len(text) - len(text.encode("ascii", "ignore")) > 3 * damaged:
        return _readable(data, text, "utf-8")
    guess = encoding_of(data)
    return _decoded(data, guess, guessed=True) if guess else None


def _decoded(data: bytes, encoding: str, *, guessed: bool = False) -> TextFile | None:
    mark, marked = _marked(data)
    text = data[len(mark) if marked == encoding else 0 :].decode(encoding, "replace")
    return _readable(data, text, encoding, guessed)


def _readable(data: bytes, text: str, encoding: str, guessed: bool = False) -> TextFile | None:
    """The file, unless what it reads as has the control codes or the gaps of what is no text in that encoding."""
    bad = len(CONTROLS.findall(text)) + (text.count("\N{REPLACEMENT CHARACTER}") if guessed else 0)
    if "\0" in text or bad > MOST_CONTROLS * len(text):
        return None
    return TextFile(data, text, encoding, guessed)


def _marked(data: bytes) -> tuple[bytes, str]:
    """The byte order mark and what it stands for; no mark, and UTF-8, where there is none."""
    return next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", "utf-8"))


def _wide(data: bytes) -> str | None:
    """Which UTF-16 a text without a byte order mark is in; None if it reads as neither."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Letters and lines of some language, and no character that nobody has assigned, as the other order gives.
        known = all(unicodedata.category(each) not in ("Cn", "Co", "Cc") or each in "\t\n\r\f" for each in set(text))
        if known and any(each in " \n,;" for each in text):
            return encoding
    return None
