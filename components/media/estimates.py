"""What an attachment will cost, before it is sent: tokens and bytes. Owns estimates only; true counts come as `Usage`.

Every figure in tokens is an estimate and must be shown as one.

Source: the project's notes on the API (2026-11-23). The open weights merge 2 x 2 patches of 14 px, about one
token per 28 x 28 px with a cap near 4,096 per picture: inferred, not promised by the API. Text is counted in
`text_tokens`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, assert_never

from components.core.errors import MediaError
from components.core.parts import (
    FramePart,
    ImagePart,
    MediaPart,
    Part,
    RemoteImagePart,
    TextFilePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
    VideoPart,
)
from components.core.request import RunRequest
from components.media.limits import BODY_BYTES, BODY_WARNING_BYTES, MEGABYTE
from components.media.text_tokens import text_tokens

PATCH_SIDE: Final = 28
PICTURE_TOKENS: Final = 4096
# Of a whole clip the open weights look at about two frames a second; what each counts is a guess.
VIDEO_FRAMES_PER_S: Final = 2
VIDEO_FRAME_TOKENS: Final = 256
# A picture that the gateway fetches has a size that nobody here knows; the flat figure that Moonshot's help page still
# gives for any picture, https://www.kimi.com/help/kimi-api/api-model-selection (read 2026-11-23).
REMOTE_PICTURE_TOKENS: Final = 1024


@dataclass(frozen=True, slots=True)
class Estimate:
    """`tokens` the input will count, roughly; `body_bytes` the parts will fill in the request's JSON."""

    tokens: int
    body_bytes: int


def estimate(
    parts: Iterable[MediaPart | TextPart | TextFilePart], texts: Iterable[str] = (), picture_factor: float = 1.0
) -> Estimate:
    """Adds up what `parts` and `texts` will take. The JSON round the parts, some 100 bytes each, is left out."""
    tokens = size = 0
    for text in texts:
        tokens += text_tokens(text)
        size += _encoded(text)
    for part in parts:
        learned = picture_factor if isinstance(part, ImagePart | FramePart) else 1.0
        tokens += round(part_tokens(part) * learned)
        size += part_bytes(part)
    return Estimate(tokens, size)


def estimate_messages(request: RunRequest, parts: Sequence[Part], picture_factor: float = 1.0) -> Estimate:
    """Adds up system prompt and tools of a request, and all text, thinking, calls, results and pictures of `parts`.

    `parts`: those of its messages that are sent. `picture_factor`: how many tokens the API has been seen to count for
    each estimated one of a picture.
    """
    texts = [request.system, *(_text_of(part) for part in parts)]
    texts += [f"{tool.name} {tool.description} {json.dumps(dict(tool.parameters))}" for tool in request.tools]
    media = (part for part in parts if isinstance(part, MediaPart))
    return estimate(media, texts, picture_factor)


def part_tokens(part: MediaPart | TextPart | TextFilePart) -> int:
    """Estimates the tokens of one part; a frame's with the caption that goes before it."""
    match part:
        case TextPart(text):
            return text_tokens(text)
        case TextFilePart():
            return text_tokens(part.fenced)
        case RemoteImagePart():
            return REMOTE_PICTURE_TOKENS
        case FramePart():
            return picture_tokens(part.width, part.height) + text_tokens(part.caption)
        case ImagePart():
            return picture_tokens(part.width, part.height)
        case VideoPart():
            return video_tokens(part.duration_s)
        case _:
            assert_never(part)


def part_bytes(part: MediaPart | TextPart | TextFilePart) -> int:
    """Says how many bytes one part fills in the body; a frame with the caption that goes before it."""
    match part:
        case TextPart(text):
            return _encoded(text)
        case TextFilePart():
            return _encoded(part.fenced)
        case RemoteImagePart(url):
            return _encoded(url)
        case FramePart():
            return base64_bytes(part) + _encoded(part.caption)
        case ImagePart() | VideoPart():
            return base64_bytes(part)
        case _:
            assert_never(part)


def _text_of(part: Part) -> str:
    match part:
        case TextPart(text) | ThinkingPart(text):
            return text
        case TextFilePart():
            return part.fenced
        case ToolCallPart(_, name, arguments):
            return f"{name} {arguments}"
        case ToolResultPart(_, content):
            return content
        case _:
            return ""


def video_tokens(duration_s: float) -> int:
    """Estimates the tokens of a clip that is sent as a whole: about two frames a second."""
    return max(1, ceil(duration_s * VIDEO_FRAMES_PER_S)) * VIDEO_FRAME_TOKENS


def picture_tokens(width: int, height: int) -> int:
    """Estimates the tokens of a picture or frame of `width` x `height` px."""
    return min(ceil(width / PATCH_SIDE) * ceil(height / PATCH_SIDE), PICTURE_TOKENS)


def base64_bytes(part: ImagePart | FramePart | VideoPart) -> int:
    """Says how many bytes the picture fills as a data URL, the way it travels: exact, not an estimate."""
    return base64_size(len(part.data), part.media_type)


def base64_size(size_bytes: int, media_type: str) -> int:
    """Says the same of a file of so many bytes that is not read."""
    return len(f"data:{media_type};base64,") + 4 * ceil(size_bytes / 3)


def check_body(body_bytes: int) -> str | None:
    """Gives one sentence of warning for a large request body, None for a usual one.

    Raises: MediaError if it is over the limit.
    """
    size = f"{body_bytes / MEGABYTE:.1f} MB"
    if body_bytes > BODY_BYTES:
        raise MediaError(
            f"The request would be {size}, more than the {BODY_BYTES // MEGABYTE} MB that may be sent: remove a "
            "picture or take fewer frames."
        )
    if body_bytes > BODY_WARNING_BYTES:
        return f"The request is {size}: it will take a while to send, and the gateway may refuse bodies of this size."
    return None


def _encoded(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
