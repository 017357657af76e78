"""What a file is, judged by its first bytes, and whether that is what its name says.

Runs before any decoder sees the data. That is also a matter of safety: FFmpeg chooses its reader by content, and
some readers (playlists, concatenation lists) open other files and addresses. Whether a file is whole is not judged.

The signatures are those in https://en.wikipedia.org/wiki/List_of_file_signatures, the brands of the MP4 family those in
https://mp4ra.org/registered-types/brands; the tests prove them on what Pillow and FFmpeg write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from components.core.errors import MediaError
from components.media.limits import CLIP_ENDINGS, DOCUMENT_ENDINGS, PICTURE_ENDINGS

Kind = Literal["picture", "clip", "document", "sound", "other"]


@dataclass(frozen=True, slots=True)
class Content:
    """What the bytes are: `kind`, the format's short name, and `words` as they stand in a sentence (a PNG picture)."""

    kind: Kind
    format: str
    words: str


def _picture(format: str, article: str = "a") -> Content:
    return Content("picture", format, f"{article} {format} picture")


def _clip(format: str, article: str = "a") -> Content:
    return Content("clip", format, f"{article} {format} clip")


def _sound(format: str, article: str = "a") -> Content:
    return Content("sound", format, f"{article} {format} sound file")


# [own] Logs hold codes for colours and bells; of binary data a tenth is control codes.
MOST_CONTROLS: Final = 0.02
CONTROLS: Final = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# What may stand before an SVG's root, taken without going back: a file of nothing but comments costs no time.
_SVG_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*>)?+"
    rb"(?>(?:\s|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)*)<(?:\w+:)?svg[\s/>]",
    re.DOTALL,
)

_UNKNOWN = Content("other", "", "data of no known kind")
_TEXT = Content("other", "text", "text")
_SVG = Content("picture", "SVG", "an SVG drawing")
_TGA = _picture("TGA")
_ZIP = Content("other", "ZIP", "a ZIP archive")
# Packets of 188 bytes that begin with a G; cameras put a time of 4 bytes before each.
_STREAM = Content("clip", "MPEG-TS", "an MPEG transport stream")
_PACKET = 188

_PDF = Content("document", "PDF", "a PDF document")
# Readers look for it in the first kilobyte: some programs write other things before it.
_PDF_HEAD, _PDF_HEAD_WITHIN = b"%PDF-", 1024

_BEGINNINGS: tuple[tuple[bytes, Content], ...] = (
    (b"\x89PNG\r\n\x1a\n", _picture("PNG")),
    (b"\xff\xd8\xff", _picture("JPEG")),
    (b"GIF87a", _picture("GIF")),
    (b"GIF89a", _picture("GIF")),
    (b"II*\x00", _picture("TIFF")),
    (b"MM\x00*", _picture("TIFF")),
    (b"II+\x00", _picture("TIFF")),  # BigTIFF
    (b"MM\x00+", _picture("TIFF")),
    (b"\x1a\x45\xdf\xa3", _clip("WebM")),
    (b"\x00\x00\x01\xba", _clip("MPEG", "an")),
    (b"\x00\x00\x01\xb3", _clip("MPEG", "an")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _clip("WMV")),
    (b"FLV\x01", _clip("FLV", "an")),
    (b"ID3", _sound("MP3", "an")),
    (b"fLaC", _sound("FLAC")),
    (b"OggS", _sound("Ogg sound", "an")),
    (b"\xff\xf1", _sound("AAC", "an")),
    (b"\xff\xf9", _sound("AAC", "an")),
    (b"\0\0\1\0", Content("picture", "ICO", "a Windows icon")),
    (b"8BPS", _picture("Photoshop")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", _picture("JPEG 2000")),
    (b"\xff\x4f\xff\x51", _picture("JPEG 2000")),
    (b"\0\0\0\x0cJXL \r\n\x87\n", _picture("JPEG XL")),
    (b"\xff\x0a", _picture("JPEG XL")),
    (_PDF_HEAD, _PDF),
    (b"PK\x03\x04", _ZIP),
    (b"\x1f\x8b", Content("other", "gzip", "a gzip archive")),
    (b"7z\xbc\xaf\x27\x1c", Content("other", "7z", "a 7z archive")),
    (b"Rar!\x1a\x07", Content("other", "RAR", "a RAR archive")),
    (b"BZh", Content("other", "bzip2", "a bzip2 archive")),
    (b"\xfd7zXZ\0", Content("other", "xz", "an xz archive")),
    (b"\x28\xb5\x2f\xfd", Content("other", "Zstandard", "a Zstandard archive")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content("other", "OLE", "an older Office document (.doc, .xls, .ppt)")),
    (b"SQLite format 3\0", Content("other", "SQLite", "an SQLite database")),
    (b"PAR1", Content("other", "Parquet", "a Parquet table")),
    (b"ARROW1", Content("other", "Arrow", "an Arrow table")),
    (b"\x89HDF\r\n\x1a\n", Content("other", "HDF5", "an HDF5 file")),
    (b"\x93NUMPY", Content("other", "NumPy", "a NumPy array")),
    (b"MZ", Content("other", "EXE", "a Windows program")),
    (b"\x7fELF", Content("other", "ELF", "a Linux program")),
    (b"\xcf\xfa\xed\xfe", Content("other", "Mach-O", "a macOS program")),
    (b"\xca\xfe\xba\xbe", Content("other", "class", "a Java class or macOS program")),
    (b"\0asm", Content("other", "WebAssembly", "a WebAssembly module")),
    (b"wOFF", Content("other", "WOFF", "a font")),
    (b"wOF2", Content("other", "WOFF2", "a font")),
    (b"OTTO\0", Content("other", "OTF", "a font")),
    (b"\0\1\0\0\0", Content("other", "TTF", "a font")),
    (b"bplist00", Content("other", "plist", "a binary property list")),
)

# The heads of the tracks that an Ogg may have pictures in: Theora, Dirac, and those of OGM files.
_OGG_PICTURES = (b"\x80theora", b"BBCD", b"\x01video")
_OGG = _clip("Ogg", "an")
_IN_ZIP = (
    (b"word/document", Content("other", "DOCX", "a Word document")),
    (b"xl/workbook", Content("other", "XLSX", "an Excel workbook")),
    (b"ppt/presentation", Content("other", "PPTX", "a PowerPoint presentation")),
    (b"mimetypeapplication/vnd.oasis.opendocument", Content("other", "ODF", "an OpenDocument file")),
    (b"META-INF/container.xml", Content("other", "EPUB", "an e-book")),
)
_RIFF = {b"WEBP": _picture("WebP"), b"AVI ": _clip("AVI", "an"), b"WAVE": _sound("WAV")}

_MP4_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), _picture("HEIC")),
    **dict.fromkeys((b"avif", b"avis"), _picture("AVIF", "an")),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), _sound("M4A", "an")),
}
_MP4 = _clip("MP4", "an")
# QuickTime files from before 2001 have no `ftyp` box; they begin with one of these.
_MP4_FIRST_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


def recognise(data: bytes) -> Content:
    """Says what `data` is by its first bytes. Never raises."""
    # First: a text may begin with any letters, those of a signature, too. A PDF is text as far as one looks.
    if not data.startswith(b"%PDF-") and _is_text(data[:4096]):
        return _SVG if _SVG_ROOT.match(data[:4096]) else _TEXT
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], _UNKNOWN)
    if data[4:8] == b"ftyp":
        return _brand(data)
    if data[4:8] in _MP4_FIRST_BOXES:
        return _MP4
    if data.startswith(b"OggS") and any(codec in data[:4096] for codec in _OGG_PICTURES):
        return _OGG
    for beginning, content in _BEGINNINGS:
        if data.startswith(beginning):
            return _in_zip(data) if content is _ZIP else content
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # two letters are too few: the reserved fields must be zero
        return _picture("BMP")
    if data[:1] == b"\xff" and data[1:2] and data[1] & 0xE6 == 0xE2:  # frame header of MPEG audio, layer III
        return _sound("MP3", "an")
    if any(data[at : at + 3 * step : step] == b"GGG" for at, step in ((0, _PACKET), (4, _PACKET + 4))):
        return _STREAM
    begins = data[:_PDF_HEAD_WITHIN]
    if begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_PDF_HEAD) or _PDF_HEAD in begins:
        return _PDF
    return _TGA if _is_tga(data) else _UNKNOWN


def ending_of(name: str) -> str:
    """Gives the part after the last dot, in small letters; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def true_ending(name: str, data: bytes) -> str:
    """The ending that fits a clip's bytes, told by its first ones: the name's own where it is one of their format."""
    ending, format = ending_of(name), recognise(data).format
    if CLIP_ENDINGS.get(ending) == format or format not in CLIP_ENDINGS.values():
        return ending
    if format == "MP4":
        return "mov" if data[8:12] == b"qt  " else "mp4"
    if format == "WebM":
        return "webm" if b"webm" in data[:64] else "mkv"
    return next(each for each, family in CLIP_ENDINGS.items() if family == format)


def require(name: str, data: bytes, endings: Mapping[str, str]) -> str:
    """Gives the format that the bytes state, one of the values of `endings`; what the name says decides nothing.

    Raises: MediaError if the file is empty or its bytes are something else.
    """
    if not data:
        raise MediaError(f"{name!r} is empty (0 bytes): choose the file again.")
    content = recognise(data)
    if content.format not in endings.values():
        raise MediaError(f"{name!r} is named .{ending_of(name)} but holds {content.words}: {_advice(content)}")
    return content.format


def misnamed(name: str, data: bytes) -> tuple[str, ...]:
    """Notes that a file is not what its name says."""
    ending, content = ending_of(name), recognise(data)
    stated = PICTURE_ENDINGS.get(ending) or CLIP_ENDINGS.get(ending) or DOCUMENT_ENDINGS.get(ending)
    return () if stated == content.format else (f"it is {content.words}, whatever its name says",)


def refusal(name: str, data: bytes) -> MediaError:
    """Makes the sentence that refuses a file whose name ends in nothing that is taken."""
    content = recognise(data)
    if content.kind == "other":
        what = f" ({content.words})" if data else ""
        return MediaError(f"{name!r}{what} cannot be attached: only pictures, clips, PDFs and text files can.")
    # Many cameras' raw files are TIFFs with nothing but a small preview in front.
    if content.format != "TIFF" and _ending(content):
        return MediaError(f"{name!r} holds {content.words}: {_advice(content)}")
    return MediaError(f"{name!r} is {content.words}: {_conversion(content)}")


def _advice(content: Content) -> str:
    """Says what to do with a file whose name is wrong."""
    if fitting := _ending(content):
        return f"give it a name that ends in .{fitting} and attach it again."
    return _conversion(content)


def _conversion(content: Content) -> str:
    """Says what to do with a file of a format that is not taken."""
    match content.kind:
        case "picture":
            return "save it as PNG or JPEG and attach that."
        case "clip":
            return "save it as MP4 (H.264) and attach that."
        case "sound":
            return "it has no picture track, and the model takes no sound; attach a picture or a clip."
        case _:
            return "attach a real picture or clip."


def _ending(content: Content) -> str | None:
    """The usual ending of a format that is taken; None of others."""
    return next(
        (
            e
            for e, f in (*PICTURE_ENDINGS.items(), *CLIP_ENDINGS.items(), *DOCUMENT_ENDINGS.items())
            if f == content.format
        ),
        None,
    )


def _brand(data: bytes) -> Content:
    """Reads the `ftyp` box: major brand first, then the compatible ones (`mif1` alone says neither HEIC nor AVIF)."""
    box = data[: min(int.from_bytes(data[:4], "big"), 256)]
    brands = [box[8:12], *(box[i : i + 4] for i in range(16, len(box) - 3, 4))]
    if brands[0] in (b"mif1", b"msf1") and (b"avif" in brands or b"avis" in brands):
        return _MP4_BRANDS[b"avif"]
    return _MP4_BRANDS.get(brands[0], _MP4)


def _in_zip(data: bytes) -> Content:
    """Tells documents from other archives by the folder that each has; names of files are never compressed."""
    return next((content for folder, content in _IN_ZIP if folder in data), _ZIP)


def _is_tga(data: bytes) -> bool:
    """Looks for the end that TGA has since 1989, else for a header in which every field has a value it may have.

    https://www.gamers.org/dEngine/quake3/TGA.txt
    """
    if data[-18:-2] == b"TRUEVISION-XFILE":
        return True
    if len(data) <= 18 or data[1] > 1 or data[2] not in (1, 2, 3, 9, 10, 11):
        return False
    has_map, depth = data[1] == 1, data[16]
    fits = data[7] in (15, 16, 24, 32) if has_map else not any(data[3:8])
    return fits and depth in (8, 15, 16, 24, 32) and any(data[12:14]) and any(data[14:16]) and not data[17] & 0xC0


def _is_text(beginning: bytes) -> bool:
    """Says whether `beginning` reads as UTF-8 with few control codes, or has the byte order mark of UTF-16 or UTF-32.

    A character cut at its end is no objection.
    """
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    try:
        text = beginning.decode("utf-8")
    except UnicodeDecodeError as exc:
        if exc.start < len(beginning) - 3:
            return False
        text = beginning[: exc.start].decode("utf-8")
    return bool(text) and "\0" not in text and len(CONTROLS.findall(text)) <= MOST_CONTROLS * len(text)
