"""Pictures of a pasted body: bytes in a data URL, or a file beside the program, as parts; addresses are left alone."""

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
from components.core.parts import FramePart, ImagePart, Part, TextPart

_DATA_URL = re.compile(r"data:(image/[\w.+-]+);base64,")
_CAPTION = re.compile(r"\[(?:(\d+):)?(\d\d):(\d\d)\.(\d)\] frame of (.+)")


class Pictures:
    """Makes the parts of one pasted text. `files`: path as the program has it -> bytes, as far as they are at hand."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._made = 0
        self.left_out: list[str] = []

    def take(self, source: Any, media_type: str | None = None) -> ImagePart | None:
        """The picture, or None with the reason among `left_out`. `source`: a data URL, base64 or a reference."""
        match source:
            case FileText(prefix, path):
                data = self._files.get(path, self._files.get(path.rsplit("/", 1)[-1]))
                if data is None:
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
                self.left_out.append(f"The picture at `{shortened(source)}` is given by its address: attach it here.")
                return None
            case Unknown(text):
                self.left_out.append(f"A picture, `{shortened(text)}`, is read when the program runs: attach it here.")
                return None
            case _:
                self.left_out.append("A picture is not in a form that any endpoint documents.")
                return None

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
        if isinstance(part, ImagePart) and isinstance(before, TextPart) and (found := _CAPTION.fullmatch(before.text)):
            hours, minutes, seconds, tenths, clip = found.groups()
            whole = int(hours or 0) * 36_000 + int(minutes) * 600 + int(seconds) * 10 + int(tenths)
            joined[-1] = FramePart(part.data, part.media_type, part.width, part.height, clip, whole / 10)
        else:
            joined.append(part)
    return joined


def _type_in(prefix: str) -> str | None:
    match = _DATA_URL.match(prefix)
    return match[1] if match else None
