"""Text files as text, whatever byte order mark they begin with; of one in another encoding, which it seems to be."""

from __future__ import annotations

import codecs
from typing import Final

from charset_normalizer import from_bytes

from components.core.errors import MediaError

# Longest first: UTF-32's mark in little endian begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The encodings that people still save text in, with the names they have there; those of the West and of Chinese first.
_ENCODINGS: Final = {
    "cp1252": "Windows-1252",
    "gb18030": "GBK or GB 18030",
    "cp932": "Shift JIS",
    "euc_jp": "EUC-JP",
    "cp949": "Korean (CP949)",
    "big5": "Big5",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp1250": "Windows-1250",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "mac_roman": "Mac OS Roman",
}
_REMEDY: Final = "Save it as UTF-8 and choose it again."
# Enough to tell an encoding by.
_LOOKED_AT: Final = 50_000


def read_text(data: bytes, name: str = "The file") -> str:
    """Gives the text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark, without that mark.

    `name`: what the sentence of a refusal begins with.
    Raises: MediaError with one sentence that says which encoding the file seems to have, and what to do.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            called = encoding.removesuffix("-sig").upper()
            raise MediaError(f"{name} begins as {called} but is damaged further on. {_REMEDY}") from error
        raise MediaError(_refusal(data, error.start, name)) from error
    if "\0" in text:
        wide = not mark and (data[1::2].count(0) > len(data) // 4 or data[::2].count(0) > len(data) // 4)
        what = "is UTF-16 without a byte order mark" if wide else "is no text: it holds zero bytes"
        raise MediaError(f"{name} {what}. {_REMEDY}")
    return text


def _refusal(data: bytes, place: int, name: str) -> str:
    line = data.count(b"\n", 0, place) + 1
    guess = encoding_of(data)
    seems = f"it seems to be {guess}" if guess else "its encoding is not known"
    return f"{name} is not UTF-8 from line {line} on; {seems}. {_REMEDY}"


def encoding_of(data: bytes) -> str | None:
    """Guesses the encoding of a text that is not UTF-8, by its usual name; None where nothing fits."""
    beginning = data[:_LOOKED_AT]
    found = from_bytes(beginning, cp_isolation=list(_ENCODINGS))
    best = found.best()
    # Texts of the West look the same in several encodings; the first of the table is then the likely one.
    alike = {match.encoding for match in found if best is not None and str(match) == str(best)}
    alike |= {encoding for match in found if str(match) == str(best) for encoding in match.could_be_from_charset}
    return next((name for encoding, name in _ENCODINGS.items() if encoding in alike), None)
