"""What a file is, judged by its first bytes, and whether that is what its name says.

Runs before any decoder sees the data. That is also a matter of safety: FFmpeg chooses its reader by content, and
some readers (playlists, concatenation lists) open other files and addresses. Whether a file is whole is not judged.

The signatures are those in https://en.wikipedia.org/wiki/List_of_file_signatures, the brands of the MP4 family those in
https://mp4ra.org/registered-types/brands; the tests prove them on what Pillow and FFmpeg write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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


_UNKNOWN = Content("other", "", "data of no known kind")
_TEXT = Content("other", "text", "text")
_SVG = Content("picture", "SVG", "an SVG drawing")
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
    (b"II+\x00", _picture("TIFF")),
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
    (b"PK\x03\x04", Content("other", "ZIP", "a ZIP archive or office document")),
    (b"\x1f\x8b", Content("other", "gzip", "a gzip archive")),
)

# The heads of the tracks that an Ogg may have pictures in: Theora, Dirac, and those of OGM files.
_OGG_PICTURES = (b"\x80theora", b"BBCD", b"\x01video")
_OGG = _clip("Ogg", "an")
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
            return content
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # two letters are too few: the reserved fields must be zero
        return _picture("BMP")
    if data[:1] == b"\xff" and data[1:2] and data[1] & 0xE6 == 0xE2:  # frame header of MPEG audio, layer III
        return _sound("MP3", "an")
    if any(data[at : at + 3 * step : step] == b"GGG" for at, step in ((0, _PACKET), (4, _PACKET + 4))):
        return _STREAM
    is_text = _is_text(data[:4096])
    begins = data[:_PDF_HEAD_WITHIN]
    if begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_PDF_HEAD) or (not is_text and _PDF_HEAD in begins):
        return _PDF
    if not is_text:
        return _UNKNOWN
    return _SVG if b"<svg" in data[:4096] else _TEXT


def ending_of(name: str) -> str:
    """Gives the part after the last dot, in small letters; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


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
        pictures = ", ".join(dict.fromkeys(PICTURE_ENDINGS.values()))
        return MediaError(
            f"{name!r}{what} cannot be attached: only pictures ({pictures}), clips ({', '.join(CLIP_ENDINGS)}) and PDF "
            "documents can."
        )
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


def _is_text(beginning: bytes) -> bool:
    """Says whether `beginning` reads as UTF-8 without control codes; a character cut at its end is no objection."""
    try:
        text = beginning.decode("utf-8")
    except UnicodeDecodeError as exc:
        if exc.start < len(beginning) - 3:
            return False
        text = beginning[: exc.start].decode("utf-8")
    return bool(text) and all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in text)
