"""`Storyboard`: the frames of a clip that are sent, and what can be done to them. What it holds is shown and sent.

Owns the picks and their changes; `sampling` chooses, `rendering` makes the frames ready.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from components.core.errors import MediaError
from components.core.parts import FramePart
from components.media import limits
from components.media.clip_cache import ClipCache
from components.media.decoding import Reel
from components.media.documents import Document, cannot_be_drawn, page_list
from components.media.rendering import FrameStyle, first_style, render
from components.media.sampling import Sampling, first_sampling, plan
from components.media.work import Progress


@dataclass(frozen=True, slots=True)
class Pick:
    """One frame: its number in `clip.frame_times_s`, what is sent, and whether it stays when others are chosen."""

    index: int
    part: FramePart
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Storyboard:
    """The frames or pages of `clip` that are sent, in the order of their times; `notes` say what became of the choice.

    `whole`: the clip itself is sent instead, where the format takes it. `cuts_s`: where scenes begin, if looked for.
    """

    clip: Reel
    sampling: Sampling
    style: FrameStyle
    picks: tuple[Pick, ...] = field(repr=False)
    notes: tuple[str, ...] = ()
    whole: bool = False
    cuts_s: tuple[float, ...] = ()

    @property
    def parts(self) -> tuple[FramePart, ...]:
        """What is sent."""
        return tuple(pick.part for pick in self.picks)

    def without(self, index: int) -> Storyboard:
        """Leaves out the frame of that number. Raises: MediaError if it is the only one."""
        if len(self.picks) == 1:
            raise MediaError(
                f"This is the only {self.clip.unit} of {self.clip.name!r}: remove the {self.clip.kind} instead."
            )
        return replace(self, picks=tuple(pick for pick in self.picks if pick.index != index))

    def with_pin(self, index: int, pinned: bool) -> Storyboard:
        """Keeps the frame of that number whatever is chosen later, or lets it go."""
        return replace(
            self, picks=tuple(replace(pick, pinned=pinned) if pick.index == index else pick for pick in self.picks)
        )

    def neighbour(self, index: int, step: int) -> int | None:
        """The number of the next frame (`step` 1) or the one before (-1) that is not sent already; None at an end."""
        taken = {pick.index for pick in self.picks}
        candidate = index + step
        while candidate in taken:
            candidate += step
        return candidate if 0 <= candidate < self.clip.frame_count else None


def make_storyboard(
    clip: Reel,
    sampling: Sampling | None = None,
    style: FrameStyle | None = None,
    *,
    cache: ClipCache | None = None,
    progress: Progress | None = None,
    pinned: Iterable[int] = (),
) -> Storyboard:
    """Chooses frames and makes them ready; `pinned` ones come in any case.

    Raises: MediaError if the values of `sampling` allow no frame or none can be decoded; Cancelled.
    """
    sampling = sampling or first_sampling(clip)
    style = style or first_style(clip)
    cache = cache or ClipCache()
    progress = progress or Progress()
    pins = frozenset(pinned)
    cuts_s: tuple[float, ...] = ()
    looked: tuple[str, ...] = ()
    if sampling.rule == "scenes" and not isinstance(clip, Document):
        from components.media.scenes import cuts, look_through

        end_s = clip.duration_s if sampling.end_s is None else sampling.end_s
        profile = look_through(clip, sampling.start_s, end_s, cache, progress)
        cuts_s = cuts(profile, sampling.sensitivity)
        looked = profile.notes
    chosen = plan(clip, sampling, cuts_s)
    indices, notes = _with_pins(chosen.indices, pins)
    parts = render(clip, indices, style, cache, progress)
    if not parts and indices and isinstance(clip, Document):
        raise cannot_be_drawn(clip)
    if not parts and indices:
        raise MediaError(f"{clip.name!r} has no frame that can be decoded: save it anew as MP4 (H.264).")
    if not parts:
        what, mark = ("page is named", "name") if isinstance(clip, Document) else ("time is marked", "mark")
        raise MediaError(f"No {what} in {clip.name!r}: {mark} one, or choose another way of sampling.")
    if isinstance(clip, Document) and (lost := [index for index in indices if index not in parts]):
        are = "page {} cannot be drawn and is" if len(lost) == 1 else "pages {} cannot be drawn and are"
        notes = (*notes, f"{are.format(page_list(lost))} left out")
    picks = tuple(Pick(index, part, index in pins) for index, part in parts.items())
    return Storyboard(clip, sampling, style, picks, (*chosen.notes, *looked, *notes), cuts_s=cuts_s)


def restyled(board: Storyboard, style: FrameStyle, cache: ClipCache, progress: Progress | None = None) -> Storyboard:
    """The same frames with another size or quality."""
    parts = render(board.clip, [pick.index for pick in board.picks], style, cache, progress)
    picks = tuple(replace(pick, part=parts[pick.index]) for pick in board.picks if pick.index in parts)
    return replace(board, style=style, picks=picks)


def replaced(board: Storyboard, index: int, step: int, cache: ClipCache) -> Storyboard:
    """Takes the neighbour of a frame in its place: the next one (`step` 1) or the one before (-1).

    Raises: MediaError if the clip has none there.
    """
    neighbour = board.neighbour(index, step)
    made = render(board.clip, [neighbour], board.style, cache) if neighbour is not None else {}
    # Where a damaged clip lost the neighbour, a frame may have come that is there already.
    taken = {pick.index for pick in board.picks}
    if not (fresh := {number: part for number, part in made.items() if number not in taken}):
        raise MediaError(
            f"{board.clip.name!r} has no other {board.clip.unit} {'after' if step > 0 else 'before'} this one."
        )
    picks = [
        replace(pick, index=number, part=part) if pick.index == index else pick
        for pick in board.picks
        for number, part in fresh.items()
    ]
    return replace(board, picks=tuple(sorted(picks, key=lambda pick: pick.index)))


def with_frame(board: Storyboard, time_s: float, cache: ClipCache) -> Storyboard:
    """Adds the frame on screen at a time, pinned. Raises: MediaError if there are too many or it cannot be decoded."""
    clip = board.clip
    index = min(bisect_left(clip.frame_times_s, time_s + 1e-6), clip.frame_count) - 1
    index = max(index, 0)
    if index in {pick.index for pick in board.picks}:
        return board.with_pin(index, True)
    if len(board.picks) >= limits.CLIP_FRAMES:
        raise MediaError(f"{clip.name!r} has {limits.CLIP_FRAMES} {clip.unit}s already, the most of one: drop one.")
    made = [Pick(number, part, True) for number, part in render(clip, [index], board.style, cache).items()]
    known = {pick.index for pick in made}
    picks = [*made, *(pick for pick in board.picks if pick.index not in known)]
    return replace(board, picks=tuple(sorted(picks, key=lambda pick: pick.index)))


def _with_pins(indices: tuple[int, ...], pins: frozenset[int]) -> tuple[list[int], tuple[str, ...]]:
    """Adds the pinned frames; where that is too many, chosen ones make room."""
    room = max(0, limits.CLIP_FRAMES - len(pins))
    chosen = [index for index in indices if index not in pins]
    if len(chosen) <= room:
        return sorted({*chosen, *pins}), ()
    kept = [chosen[number * len(chosen) // room] for number in range(room)]
    return sorted({*kept, *pins}), (f"{len(chosen) - len(kept)} frames made room for the pinned ones",)
