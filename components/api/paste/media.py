"""Pictures and clips in a pasted body (data URLs, files beside the program, addresses of pictures) -> parts."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image

from components.api.paste.pasted import RuntimeValue, excerpt
from components.api.snippets.body import FileText, FrameText
from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Part, TextPart
from components.media.attachments import as_whole, attach
from components.media.playing import accepted_ending, why_not_whole
from components.media.remote import remote_picture
from components.media.storyboard import Storyboard

_DATA_URL = re.compile(r"data:((?:image|video)/[\w.+-]+);base64,")
_PAGE_CAPTION = re.compile(r"\[Page (\d{1,9}) of (\d{1,9})\] of (.+?)(?:, its text:\n(.+))?", re.DOTALL)
_CAPTION = re.compile(r"\[(?:(\d+):)?(\d\d):(\d\d)\.(\d)\] frame of (.+)")


class MediaReader:
    """Makes the parts of one pasted body. `files`: path in the program -> bytes, of the available files."""

    def __init__(self, files: Mapping[str, bytes], left_out: list[str]) -> None:
        self._files = files
        self._left_out = left_out
        self._unnamed = 0

    def parts(self, block: Mapping[str, Any]) -> list[Part]:
        """The picture or clip of a content block; if it cannot be read, nothing, and the reason in `left_out`.

        A clip comes with its frames, for endpoints that take no clips; one that no endpoint takes, as its frames alone.
        """
        try:
            match block:
                case {"type": "video_url", "video_url": {"url": source} | source}:
                    return self._clip(source)
                case {"type": "image", "source": {"type": "base64", "data": source, **rest}}:
                    return self._picture(source, str(rest.get("media_type") or "image/png"))
                case {"image_url": {"url": source}} | {"image_url": source} | {"source": {"url": source}}:
                    return self._picture(source)
                case _:
                    raise MediaError(
                        f"A part of type `{block.get('type')}` is not in a form that any endpoint documents."
                    )
        except MediaError as error:
            self._left_out.append(str(error))
            return []

    def _picture(self, source: Any, media_type: str | None = None) -> list[Part]:
        if isinstance(source, str) and media_type is None and not _DATA_URL.match(source):
            return [*remote_picture(source).parts]
        name, data, media_type = self._load("picture", source, media_type)
        try:
            with warnings.catch_warnings(), Image.open(BytesIO(data)) as image:
                (width, height), detected = image.size, Image.MIME.get(image.format or "", "")
        except (OSError, ValueError, Warning, Image.DecompressionBombError) as error:
            raise MediaError(f"{name or 'A picture'} cannot be opened as a picture.") from error
        name = name or self._new_name(detected.rsplit("/", 1)[-1].replace("jpeg", "jpg") or "img")
        return [ImagePart(data, media_type or detected, width, height, name)]

    def _clip(self, source: Any) -> list[Part]:
        if isinstance(source, str) and not _DATA_URL.match(source):
            raise MediaError(f"The clip at `{excerpt(source)}`: addresses of clips are not sent; attach its file here.")
        name, data, media_type = self._load("clip", source, None)
        attached = as_whole(attach(name or self._new_name(accepted_ending(media_type or "")), data))
        if attached.video is not None:
            return [attached.video, *attached.parts]
        if isinstance(attached.facts, Storyboard) and (reason := why_not_whole(attached.facts.clip)):
            self._left_out.append(reason)
        return [*attached.parts]

    def _load(self, kind: str, source: Any, media_type: str | None) -> tuple[str, bytes, str | None]:
        """Name, bytes and media type of a 'picture' or 'clip'; the name is empty if the body has none."""
        match source:
            case FileText(prefix, path):
                name = path.rsplit("/", 1)[-1]
                if (data := self._files.get(path, self._files.get(name))) is None:
                    raise MediaError(f"The {kind} `{path}` is a file beside the program: attach it here.")
                match = _DATA_URL.match(prefix)
                return name, data, media_type or (match[1] if match else None)
            case FrameText(_, path, time_s):
                raise MediaError(f"The frame of `{path}` at {time_s:g} s is taken by the program: attach the clip.")
            case RuntimeValue(text):
                raise MediaError(f"A {kind}, `{excerpt(text)}`, is read when the program runs: attach it here.")
            case str():
                match = _DATA_URL.match(source)
                try:
                    data = base64.b64decode(source[match.end() :] if match else source, validate=True)
                except (binascii.Error, ValueError) as error:
                    raise MediaError(f"A {kind}'s base64 is damaged or was cut.") from error
                return "", data, match[1] if match else media_type
            case _:
                raise MediaError(f"A {kind} is not in a form that any endpoint documents.")

    def _new_name(self, ending: str) -> str:
        self._unnamed += 1
        return f"pasted-{self._unnamed}.{ending}"


def join_captions(parts: list[Part]) -> list[Part]:
    """The parts, where a frame's caption and the picture after it are one `FramePart`."""
    joined: list[Part] = []
    for part in parts:
        before = joined[-1] if joined else None
        if not (isinstance(part, ImagePart) and isinstance(before, TextPart)):
            joined.append(part)
        elif match := _PAGE_CAPTION.fullmatch(before.text):
            page, pages, name, text = match.groups()
            still = (part.data, part.media_type, part.width, part.height)
            joined[-1] = FramePart(*still, name, 0.0, int(page), int(pages), text or "")
        elif match := _CAPTION.fullmatch(before.text):
            hours, minutes, seconds, tenths, clip = match.groups()
            time_tenths = int(hours or 0) * 36_000 + int(minutes) * 600 + int(seconds) * 10 + int(tenths)
            joined[-1] = FramePart(part.data, part.media_type, part.width, part.height, clip, time_tenths / 10)
        else:
            joined.append(part)
    return joined
