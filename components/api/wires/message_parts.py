"""The content of a message, the same on every wire, before a wire encodes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, assert_never

from components.api.wires.wire import PictureUrl
from components.core.parts import (
    FramePart,
    ImagePart,
    MediaPart,
    Message,
    RemoteImagePart,
    TextFilePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
    VideoPart,
    parts_to_send,
)


def user_content(message: Message, *, videos: bool = False) -> Iterator[str | MediaPart]:
    """Texts and media in their order; a frame's caption, which tells its time, comes right before it.

    `videos`: the format takes whole clips; otherwise their frames are sent.
    """
    for part in parts_to_send(message.parts, videos=videos):
        match part:
            case TextPart(text):
                yield text
            case TextFilePart():
                yield part.fenced
            case FramePart():
                yield part.caption
                yield part
            case ImagePart() | RemoteImagePart() | VideoPart():
                yield part
            case ThinkingPart() | ToolCallPart() | ToolResultPart():
                raise TypeError(f"a user message cannot hold {type(part).__name__}")
            case _:
                assert_never(part)


def map_user_content(
    message: Message,
    picture_url: PictureUrl,
    map_piece: Callable[[str | MediaPart, PictureUrl], dict[str, Any]],
    *,
    videos: bool = False,
) -> str | list[dict[str, Any]]:
    """A user message's content: one text if there is nothing else, as every format allows, or a list of parts."""
    pieces = list(user_content(message, videos=videos))
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) == len(pieces):
        return "\n".join(texts)
    return [map_piece(piece, picture_url) for piece in pieces]


def assistant_parts(message: Message) -> Iterator[TextPart | ThinkingPart | ToolCallPart]:
    """The parts in their order, without empty texts; tool calls always have thinking before them, if need be empty.

    While thinking is on, Kimi refuses a message with calls that is sent back without thinking (recorded for
    Anthropic-shaped endpoints, too), and it may have been switched on later.
    """
    kinds = {type(part) for part in message.parts}
    if ToolCallPart in kinds and ThinkingPart not in kinds:
        yield ThinkingPart("")
    for part in message.parts:
        match part:
            case TextPart(text):
                if text:
                    yield part
            case ThinkingPart() | ToolCallPart():
                yield part
            case TextFilePart() | ImagePart() | RemoteImagePart() | FramePart() | VideoPart() | ToolResultPart():
                raise TypeError(f"an assistant message cannot hold {type(part).__name__}")
            case _:
                assert_never(part)


def tool_results(message: Message) -> Iterator[ToolResultPart]:
    """The results of a tool message, in their order."""
    for part in message.parts:
        if not isinstance(part, ToolResultPart):
            raise TypeError(f"a tool message cannot hold {type(part).__name__}")
        yield part
