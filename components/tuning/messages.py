"""The messages of a sweep: each prompt with its media, once for every way in which the media are made smaller."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Message, Part, TextPart
from components.media.attachments import Attachment
from components.tuning.plan import Cell, Plan


def position(plan: Plan, cell: Cell) -> int:
    """Which of `sweep_messages` the cell sends."""
    ways = _ways(plan)
    return cell.question * len(ways) + ways.index(dict(plan.variants[cell.variant].media))


def sweep_messages(plan: Plan, attachments: Sequence[Attachment]) -> list[Message]:
    """Every message that the plan sends, in order of their positions.

    Raises: MediaError if a clip has not that many frames to choose from, or a picture cannot be made smaller.
    """
    media = [_media(attachments, way) for way in _ways(plan)]
    return [Message("user", (*parts, TextPart(question.prompt))) for question in plan.questions for parts in media]


def _ways(plan: Plan) -> list[dict[str, int]]:
    found: list[dict[str, int]] = []
    for variant in plan.variants:
        if dict(variant.media) not in found:
            found.append(dict(variant.media))
    return found


def _media(attachments: Sequence[Attachment], way: Mapping[str, int]) -> tuple[Part, ...]:
    parts: list[ImagePart | FramePart] = []
    for attachment in attachments:
        kept = [part for part in attachment.parts if isinstance(part, ImagePart | FramePart)]
        if attachment.kind == "clip" and (frames := way.get("frames")) is not None:
            if frames > len(kept):
                raise MediaError(
                    f"{attachment.name!r} is attached with {len(kept)} frames: take at least {frames} of them before "
                    "the sweep chooses among them."
                )
            kept = [kept[int((number + 0.5) * len(kept) / frames)] for number in range(frames)]
        parts.extend(kept)
    side, quality = way.get("longest_side"), way.get("jpeg_quality")
    return tuple(_smaller(part, side, quality) if side or quality else part for part in parts)


def _smaller(part: ImagePart | FramePart, side: int | None, quality: int | None) -> ImagePart | FramePart:
    """The picture no longer than `side` px, as a JPEG; what is see-through becomes white."""
    with Image.open(io.BytesIO(part.data)) as opened:
        picture = opened.convert("RGBA")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    if side is not None:
        ground.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=quality or 90)
    if isinstance(part, FramePart):
        return FramePart(out.getvalue(), "image/jpeg", *ground.size, part.clip, part.time_s)
    return ImagePart(out.getvalue(), "image/jpeg", *ground.size, part.name)
