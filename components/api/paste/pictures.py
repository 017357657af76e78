"""Pictures and clips of a pasted body as parts: a data URL, a file beside the program, or an address of a picture."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image

from components.api.paste.pasted import Unknown, shortened
from components.api.snippets.body import FileText, FrameText
from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Part, RemoteImagePart, TextPart
from components.media.attachments import as_whole, attach
from components.media.playing import taken_ending, why_not_whole
from components.media.remote import remote_picture
from components.media.storyboard import Storyboard

_DATA_URL = re.compile(r"data:(image/[\w.+-]+);base64,")
_CLIP_URL = re.compile(r"data:(video/[\w.+-]+);base64,")
_CAPTION = re.compile(r"\[(?:(\d+):)?(\d\d):(\d\d)\.(\d)\] frame of (.+)")
_PAGE_CAPTION = re.compile(r"\[Page (\d{1,9}) of (\d{1,9})\] of (.+?)(?:, its text:\n(.+))?", re.DOTALL)


class Pictures:
    """Makes the parts of one pasted text. `files`: path as the program has it -> bytes, as far as they are at hand."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._made = 0
        self.left_out: list[str] = []

    def take(self, source: Any, media_type: str | None = None) -> ImagePart | RemoteImagePart | None:
        """The picture, or None with the reason among `left_out`. `source`: a data URL, base64 or a reference."""
        match source:
            case FileText(prefix, path):
                if (data := self._file(path)) is None:
                    self.left_out.append(f"The picture `{path}` is a file beside the program: attach it here.")
                    return None
                return self._part(data, media_type or _type_in(prefix), path.rsplit("/", 1)[-1])
            case FrameText(_, path, time_s):
                self.left_out.append(f"The frame of `{path}` at {time_s:g} s is taken by the program: attach the clip.")
                return None
            case str() if match := _DATA_URL.match(source):
                return self._decoded(source[match.end() :], match[1])
            case str() if media_type is not None:
                return self._decoded(source, media_type)
            case str():
                return self._remote(source)
            case Unknown(text):
                self.left_out.append(f"A picture, `{shortened(text)}`, is read when the program runs: attach it here.")
                return None
            case _:
                self.left_out.append("A picture is not in a form that any endpoint documents.")
                return None

    def take_clip(self, source: Any) -> list[Part]:
        """The clip, and the frames that the formats without clips send of it; nothing, with the reason, if it cannot
        be read. Where only its frames can be sent these come alone, with the reason, too."""
        match source:
            case FileText(_, path):
                if (data := self._file(path)) is None:
                    self.left_out.append(f"The clip `{path}` is a file beside the program: attach it here.")
                    return []
                return self._clip(path.rsplit("/", 1)[-1], data)
            case str() if match := _CLIP_URL.match(source):
                try:
                    data = base64.b64decode(source[match.end() :], validate=True)
                except (binascii.Error, ValueError):
                    self.left_out.append("A clip's base64 is damaged or was cut.")
                    return []
                self._made += 1
                return self._clip(f"pasted-{self._made}.{taken_ending(match[1])}", data)
            case str():
                self.left_out.append(
                    f"The clip at `{shortened(source)}`: addresses of clips are not sent; attach its file here."
                )
                return []
            case Unknown(text):
                self.left_out.append(f"A clip, `{shortened(text)}`, is read when the program runs: attach it here.")
                return []
            case _:
                self.left_out.append("A clip is not in a form that any endpoint documents.")
                return []

    def _clip(self, name: str, data: bytes) -> list[Part]:
        try:
            attached = as_whole(attach(name, data))
        except MediaError as error:
            self.left_out.append(str(error))
            return []
        if attached.video is not None:
            return [attached.video, *attached.parts]
        if isinstance(attached.facts, Storyboard) and (reason := why_not_whole(attached.facts.clip)):
            self.left_out.append(reason)
        return [*attached.parts]

    def _file(self, path: str) -> bytes | None:
        return self._files.get(path, self._files.get(path.rsplit("/", 1)[-1]))

    def _remote(self, url: str) -> RemoteImagePart | None:
        try:
            (part,) = remote_picture(url).parts
        except MediaError as error:
            self.left_out.append(str(error))
            return None
        return part if isinstance(part, RemoteImagePart) else None

    def _decoded(self, text: str, media_type: str) -> ImagePart | None:
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.left_out.append("A picture's base64 is damaged or was cut.")
            return None
        return self._part(data, media_type, None)

    def _part(self, data: bytes, media_type: str | None, name: str | None) -> ImagePart | None:
        try:
            with warnings.catch_warnings(), Image.open(BytesIO(data)) as image:
                (width, height), found = image.size, Image.MIME.get(image.format or "", "")
        except (OSError, ValueError, Warning, Image.DecompressionBombError):
            self.left_out.append(f"{name or 'A picture'} cannot be opened as a picture.")
            return None
        self._made += 1
        ending = found.rsplit("/", 1)[-1].replace("jpeg", "jpg") or "img"
        return ImagePart(data, media_type or found, width, height, name or f"pasted-{self._made}.{ending}")


def with_frames(parts: list[Part]) -> list[Part]:
    """Puts each text that is the caption of a frame together with the picture behind it."""
    joined: list[Part] = []
    for part in parts:
        before = joined[-1] if joined else None
        if not (isinstance(part, ImagePart) and isinstance(before, TextPart)):
            joined.append(part)
        elif found := _PAGE_CAPTION.fullmatch(before.text):
            page, pages, name, text = found.groups()
            still = (part.data, part.media_type, part.width, part.height)
            joined[-1] = FramePart(*still, name, 0.0, int(page), int(pages), text or "")
        elif found := _CAPTION.fullmatch(before.text):
            hours, minutes, seconds, tenths, clip = found.groups()
            whole = int(hours or 0) * 36_000 + int(minutes) * 600 + int(seconds) * 10 + int(tenths)
            joined[-1] = FramePart(part.data, part.media_type, part.width, part.height, clip, whole / 10)
        else:
            joined.append(part)
    return joined


def _type_in(prefix: str) -> str | None:
    match = _DATA_URL.match(prefix)
    return match[1] if match else None
