"""Every limit on what is attached, with its source. Owns numbers and names of formats, no code that reads files.

Sources, as they stood on 2026-11-23 ([V] and [B] by way of the project's notes on the API):

- [V]: Moonshot's vision guide, https://test-platform.kimi.ai/docs/guide/use-kimi-vision-model
- [B]: a host's published limits for the same model, https://docs.baseten.co/inference/model-apis/vision
- [P]: Pillow's default, https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.MAX_IMAGE_PIXELS
- [own]: nobody publishes a limit for the gateway; this is the project's cautious choice

A megabyte is 1,000,000 bytes: of the two readings the one that stays inside either.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from components.core.clip_bytes import MOST_PIXELS

MEGABYTE: Final = 1_000_000

# [own] [V] recommends at most 4096 x 2160 and says that more only costs time; the token estimate reaches its
# cap of 4,096 near 1792 x 1792, so a longer side is paid for in bytes alone.
IMAGE_LONGEST_SIDE: Final = 2048

# [own] About a million tokens of English, more than the models of these hosts hold.
TEXT_FILE_BYTES: Final = 4 * MEGABYTE

# [V] recommends at most 4096 x 2160. For screens, charts and scanned text, which are small as PNG: their letters are
# what is asked about, and a copy of 2048 px would lose them.
DRAWN_LONGEST_SIDE: Final = 4096

# [own] What one picture may weigh when it is sent; [B] takes 80 MB by URL.
IMAGE_BYTES: Final = 10 * MEGABYTE

# [own] What one picture may weigh when it is attached, before it is made small: a phone's 200 megapixels take 80 MB.
IMAGE_UPLOAD_BYTES: Final = 100 * MEGABYTE

# [P] A quarter of a gibibyte of pixels; a file of a few kilobytes can claim more (a decompression bomb).
PICTURE_PIXELS: Final = MOST_PIXELS

# [own] Phones take photos of 200 million pixels. A JPEG is unpacked at a fraction of its size, so it costs less memory.
JPEG_PIXELS: Final = 256_000_000

# [own] How many times longer than high a panorama is. When its longer side is made small, little is left of the other.
PANORAMA: Final = 2.5

# [own] Frames are sent, or the clip itself within the body's limit. Large clips lie on this machine's disk, never in
# its memory: five minutes of a phone at 4K60.
CLIP_UPLOAD_BYTES: Final = 2_000 * MEGABYTE

# [own] What is taken into memory whole: other files than clips, and a clip to be played on the page.
MEMORY_BYTES: Final = 200 * MEGABYTE

# [own] At the rate of 2.5 Mbit/s that browsers take, 10 minutes have 190 MB.
RECORDING_S: Final = 600
# [own] What a PDF or a TIFF of several pages may weigh: it is held in memory, once more while pages are drawn.
DOCUMENT_UPLOAD_BYTES: Final = 100 * MEGABYTE

# [own] Pages that a longer document begins with: some 50,000 tokens, as much as the most frames of a clip.
DOCUMENT_PAGES: Final = 32

# [own] 110 dots an inch of a page of A4, 1,518 tokens: letters of 8 points can be read.
PAGE_LONGEST_SIDE: Final = 1280

# [own] 175 dots an inch of such a page, 3,796 tokens: near the cap of one picture.
PAGE_LONGEST_SIDE_MOST: Final = 2048

# [own] 777 tokens for 1024 x 576: enough to read a caption, cheap enough for dozens. Typical frames stay below it.
FRAME_LONGEST_SIDE: Final = 1024

# [own] At 1440 x 810 px 1,508 tokens: more shows no more of a clip at 1080p.
FRAME_LONGEST_SIDE_MOST: Final = 1440

# [own] 64 frames of 777 tokens are about 50,000 of the model's 256,000, some 9 MB of body, and leave a third of
# the 96 pictures that [B] takes to pictures and to frames of earlier turns.
CLIP_FRAMES: Final = 64

# [B] Pictures and frames that one request may hold; whether the gateway has such a limit is not known.
REQUEST_PICTURES: Final = 96

# The API may refuse a body over 100 MB [V] [B]; the gateway's own limit is unknown [own].
BODY_BYTES: Final = 90 * MEGABYTE
BODY_WARNING_BYTES: Final = 20 * MEGABYTE

# Ending -> format. PNG, JPEG, WebP and GIF are what the API takes [V]; the others are converted.
PICTURE_ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "png": "PNG",
        "jpg": "JPEG",
        "jpeg": "JPEG",
        "jpe": "JPEG",
        "jfif": "JPEG",  # as Windows names some
        "apng": "PNG",
        "webp": "WebP",
        "gif": "GIF",
        "bmp": "BMP",
        "tif": "TIFF",
        "tiff": "TIFF",
        "avif": "AVIF",
        "heic": "HEIC",
        "heif": "HEIC",
        "hif": "HEIC",  # as Canon and Sony name them
        "mpo": "JPEG",
        "avifs": "AVIF",
        "ico": "ICO",
        "jp2": "JPEG 2000",
        "j2k": "JPEG 2000",
        "jpx": "JPEG 2000",
        "j2c": "JPEG 2000",
        "jpf": "JPEG 2000",
        "tga": "TGA",
        "svg": "SVG",
    }
)

# Endings that programs in TypeScript share with camcorders.
TEXT_ENDINGS: Final = frozenset({"ts", "mts"})

# Ending -> family of containers. The list is [V]'s and Matroska, which WebM is a part of. Files of one family are
# told apart by what is in them, not by their ending: browsers record Matroska into .webm, cameras MPEG-4 into .mov.
CLIP_ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mp4": "MP4",
        "m4v": "MP4",
        "mov": "MP4",
        "3gp": "MP4",
        "webm": "WebM",
        "mkv": "WebM",
        "avi": "AVI",
        "mpg": "MPEG",
        "mpeg": "MPEG",
        "wmv": "WMV",
        "flv": "FLV",
        "3g2": "MP4",
        "f4v": "MP4",
        "m1v": "MPEG",
        "m2v": "MPEG",
        "vob": "MPEG",
        "asf": "WMV",
        "ogv": "Ogg",
        "ts": "MPEG-TS",
        "mts": "MPEG-TS",
        "m2ts": "MPEG-TS",
    }
)

DOCUMENT_ENDINGS: Final[Mapping[str, str]] = MappingProxyType({"pdf": "PDF"})
