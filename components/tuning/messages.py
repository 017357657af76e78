"""The messages of a sweep: each prompt with its media, once for every combination of media settings and template."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PIL import Image

from components.core.errors import MediaError
from components.core.parts import FramePart, ImagePart, Message
from components.media.attachments import Attachment, of_storyboard
from components.media.clip_cache import ClipCache
from components.media.encoding import JPEG_QUALITY
from components.media.images import PreparedImage, prepare_image
from components.media.sampling import first_sampling
from components.media.storyboard import Storyboard, make_storyboard, restyled
from components.runs.conversation import user_message
from components.tuning.plan import Cell, Plan, Variant
from components.tuning.setup_axes import TEMPLATE

Still = ImagePart | FramePart


def message_index(plan: Plan, cell: Cell) -> int:
    """The index in `sweep_messages` of the message that the cell sends."""
    versions = list(_versions(plan))
    return cell.question * len(versions) + versions.index(_version(plan.variants[cell.variant]))


def sweep_messages(plan: Plan, attachments: Sequence[Attachment], cache: ClipCache | None = None) -> list[Message]:
    """Every message that the plan sends; `message_index` finds a cell's. `cache` holds what is made of the media.

    Raises: MediaError if a clip has not that many frames, or if what is varied is nowhere attached.
    """
    cache = cache or ClipCache()
    _check(plan, attachments)
    versions = _versions(plan)
    made = {
        media: tuple(_varied(one, dict(media), cache) for one in attachments)
        for media in {media for media, _ in versions}
    }
    return [
        user_message(made[media], plan.prompt(Cell(-1, question, variant, 0)))
        for question in range(len(plan.questions))
        for (media, _), variant in versions.items()
    ]


_Version = tuple[tuple[tuple[str, int], ...], str | None]


def _version(variant: Variant) -> _Version:
    """What of a way of asking changes its message: how pictures are made smaller, and its template."""
    return tuple(sorted(variant.media.items())), variant.setup.get(TEMPLATE)


def _versions(plan: Plan) -> dict[_Version, int]:
    """Every version of a message -> the index of the first variant that sends it."""
    found: dict[_Version, int] = {}
    for index, variant in enumerate(plan.variants):
        found.setdefault(_version(variant), index)
    return found


def _check(plan: Plan, attachments: Sequence[Attachment]) -> None:
    """Raises: MediaError where cells would be paid for that do not differ."""
    varied = {name for variant in plan.variants for name in variant.media}
    if "frames" in varied and not any(isinstance(attachment.facts, Storyboard) for attachment in attachments):
        raise MediaError("The number of frames is varied, but no clip is attached: attach one, or vary something else.")
    if varied and not any(isinstance(part, Still) for attachment in attachments for part in attachment.parts):
        names = " and ".join(sorted(varied))
        raise MediaError(f"Pictures are varied in {names}, but none is attached: attach one, or vary something else.")


def _varied(attachment: Attachment, media: Mapping[str, int], cache: ClipCache) -> Attachment:
    """The attachment with these media settings, made anew from the clip or the photo."""
    if not media:
        return attachment
    side, quality = media.get("longest_side"), media.get("jpeg_quality")
    if isinstance(attachment.facts, Storyboard):
        return _of_clip(attachment.facts, media.get("frames"), side, quality, cache)
    if side is None and quality is None:
        return attachment
    facts = attachment.facts if isinstance(attachment.facts, PreparedImage) else None
    parts = tuple(
        _smaller(part, facts, side, quality, cache) if isinstance(part, Still) else part for part in attachment.parts
    )
    return replace(attachment, parts=parts)


def _of_clip(
    board: Storyboard, frames: int | None, side: int | None, quality: int | None, cache: ClipCache
) -> Attachment:
    """So many `frames`, spread evenly over the section of the clip that was chosen; None: those chosen by hand."""
    style = replace(board.style, longest_side=side or board.style.longest_side, quality=quality or board.style.quality)
    if frames is None:
        return of_storyboard(replace(restyled(board, style, cache), whole=False))
    chosen = board.sampling
    sampling = replace(first_sampling(board.clip, frames), start_s=chosen.start_s, end_s=chosen.end_s)
    taken = make_storyboard(board.clip, sampling, style, cache=cache)
    if len(taken.picks) < frames:
        raise MediaError(
            f"{board.clip.name!r} has {len(taken.picks)} frames in the part that was chosen, not {frames}: vary fewer."
        )
    return of_storyboard(taken)


def _smaller(
    part: Still, facts: PreparedImage | None, side: int | None, quality: int | None, cache: ClipCache
) -> ImagePart | FramePart:
    """The picture as a JPEG, no longer than `side` px and of the `quality` 10 to 100; transparency becomes white.

    It is made of the original photo where that is at hand, so that one that was made small can be larger again.
    """
    key = (part, side, quality)
    found: ImagePart | FramePart | None = cache.get(key)
    if found is not None:
        return found
    source: Still = part
    if facts is not None:
        source = prepare_image(facts.part.name, facts.data, full_size=True, crop=facts.crop).part
    with Image.open(io.BytesIO(source.data)) as opened:
        picture = opened.convert("RGBA")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    longest = side or max(part.width, part.height)
    ground.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=quality or JPEG_QUALITY)
    size = {"data": out.getvalue(), "media_type": "image/jpeg", "width": ground.width, "height": ground.height}
    made = replace(part, **size)  # type: ignore[arg-type]  # the fields that both kinds have
    cache.put(key, made, len(made.data))
    return made
