"""What a message is made of: pure values, equal by content, free of ids and of any wire's shape.

A part does not know how it travels; `components.api.wires` maps each one to its endpoint's JSON.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["user", "assistant", "tool"]

_BACKTICKS = re.compile("`+")
_NOT_IN_A_WORD = re.compile(r"[\s`]+")


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text as the user typed it or the model wrote it."""

    text: str


@dataclass(frozen=True, slots=True)
class TextFilePart:
    """A file of text, as it was read. Wires send `fenced`.

    `language`: what its code is written in, by the name that Markdown's code blocks have for it; empty where unknown.
    """

    text: str
    name: str
    language: str = ""

    @property
    def fenced(self) -> str:
        """What a wire sends: a line with the name, then the text as a block of code that nothing in it can close."""
        longest = max((len(run) for run in _BACKTICKS.findall(self.text)), default=0)
        fence = "`" * max(3, longest + 1)
        # In the line that opens a block a backtick would undo it, and a line break end it.
        language = _NOT_IN_A_WORD.sub("", self.language)
        name = " ".join(self.name.split())
        end = "" if self.text.endswith(("\n", "\r")) or not self.text else "\n"
        return f"File: {name}\n{fence}{language}\n{self.text}{end}{fence}"


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture ready to send: `data` is the encoded file (`media_type`), `width` x `height` its pixels."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    name: str

    @property
    def sha256(self) -> str:
        """The hex digest of the bytes that are sent."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class RemoteImagePart:
    """A picture that stays where it is: the gateway is given its `url` (http or https) and fetches it itself.

    Nobody here has seen it, so its size is unknown.
    """

    url: str


@dataclass(frozen=True, slots=True)
class FramePart:
    """One still of a clip or an animation, ready to send, with the moment it shows; or one page of a document.

    `time_s` is the presentation time of the decoded frame in seconds from the clip's start: the time it
    truly has, not the one that was asked for. A page has none (0), but its number: `page` of `pages`, from 1, else 0;
    `text` is what is written on it, where that is sent, too. Wires send `caption` as text right before the picture.
    """

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    clip: str
    time_s: float
    page: int = 0
    pages: int = 0
    text: str = ""

    @property
    def sha256(self) -> str:
        """The hex digest of the bytes that are sent."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def caption(self) -> str:
        """The text that tells the model when the frame is, e.g. ``[00:12.4] frame of clip.mp4``; or which page."""
        if not self.page:
            return f"[{self.label()}] frame of {self.clip}"
        return f"[{self.label()}] of {self.clip}" + (f", its text:\n{self.text}" if self.text else "")

    @property
    def name(self) -> str:
        """What it is a picture of: ``clip.mp4 at 00:12.4``, ``report.pdf, page 3 of 12``."""
        return f"{self.clip}, page {self.page} of {self.pages}" if self.page else f"{self.clip} at {self.label()}"

    def label(self, digits: int = 1) -> str:
        """What tells it from the others in a few words: ``00:12.4``, with so many `digits`, or ``Page 3 of 12``."""
        return f"Page {self.page} of {self.pages}" if self.page else clock(self.time_s, digits)


@dataclass(frozen=True, slots=True)
class VideoPart:
    """A clip as a whole file. The frames of it that follow in a message are the other way to send it.

    Which of the two travels is decided by the wire: `parts_to_send`.
    """

    data: bytes = field(repr=False)
    media_type: str
    name: str
    duration_s: float

    @property
    def sha256(self) -> str:
        """The hex digest of the bytes that are sent."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class ThinkingPart:
    """Reasoning of the model, kept verbatim: a tool turn sent back without it is refused upstream."""

    text: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A call the model made. `arguments` is the JSON text as it came, which may be malformed."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResultPart:
    """What a tool answered to the call `call_id`."""

    call_id: str
    content: str


PicturePart = ImagePart | RemoteImagePart | FramePart
MediaPart = PicturePart | VideoPart

Part = TextPart | TextFilePart | MediaPart | ThinkingPart | ToolCallPart | ToolResultPart


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation; the system prompt is not one, it is in `RunRequest.system`."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All text parts, one after the other, separated by a newline; thinking and files are left out."""
        return "\n".join(part.text for part in self.parts if isinstance(part, TextPart))


def parts_to_send(parts: Iterable[Part], *, videos: bool) -> Iterator[Part]:
    """The parts that are sent: of a video and the frames of its clip behind it one way only, as `videos` says."""
    clip: str | None = None
    for part in parts:
        if isinstance(part, VideoPart):
            clip = part.name if videos else None
            if videos:
                yield part
        elif not isinstance(part, FramePart) or part.clip != clip:
            clip = None
            yield part


def clock(seconds: float, digits: int = 1) -> str:
    """Writes a time in a clip as ``mm:ss.t`` (``h:mm:ss.t`` from one hour on), rounded to `digits` after the point."""
    ticks = 10**digits
    minutes, rest = divmod(round(seconds * ticks), 60 * ticks)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // ticks:02d}.{rest % ticks:0{digits}d}"
    return f"{hours}:{text}" if hours else text


def exact_clock(seconds: float) -> str:
    """Writes a time in a clip as ``h:mm:ss.mmm``, rounded to milliseconds: always of one shape, hours included."""
    text = clock(seconds, 3)
    return text if text.count(":") == 2 else f"0:{text}"
