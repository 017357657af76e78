"""Answers about a clip: what changes between its frames, and when, with times cited as ``[mm:ss.t]``."""

from __future__ import annotations

import re
import statistics

from components.core.parts import clock
from components.gateway.composer.context import Context, Outline
from components.gateway.composer.text import bullets, joined, paragraph, plural, table
from components.gateway.composer.wording import Wording
from components.gateway.media.clips import ClipStats, Frame

_STILL_PERCENT = 1.5
_MOST_ROWS = 24
_CLIP_WORDS = re.compile(
    r"\b(clip|video|frames?|scene|shot|film|when|happens?|cut|moment|brightest|darkest|it)\b", re.IGNORECASE
)


def describe_clips(context: Context, wording: Wording) -> Outline | None:
    """Answers a prompt that comes with frames or a video, or that asks about a clip of an earlier turn."""
    clips = context.clips
    thoughts: list[str] = []
    if not clips and not context.pictures and context.earlier_clips and _CLIP_WORDS.search(context.prompt):
        clips = context.earlier_clips[-1:]
        thoughts.append(f"No new frames came, so this is about {clips[0].name} from before.")
    if not clips:
        return None
    blocks: list[str] = []
    for clip in clips:
        thoughts += _thoughts(clip, wording)
        blocks += _blocks(clip, wording)
    return Outline("clip over time", tuple(thoughts), tuple(blocks))


def _thoughts(clip: ClipStats, wording: Wording) -> list[str]:
    source = "sampled from the file" if clip.duration_s is not None else "sent as stills"
    opening = wording.pick("What I have", "Here")
    thoughts = [
        f"{opening} is {clip.name}: {plural(len(clip.frames), 'frame')} {source}. I compare each with the last."
    ]
    for index, frame in enumerate(clip.frames[:_MOST_ROWS]):
        appearance = f"{frame.stats.colours[0].name}, {frame.stats.brightness_word} ({frame.stats.brightness:.0f}%)"
        if not index:
            thoughts.append(f"{frame.mark} {wording.pick('opens with', 'shows first')} {appearance}.")
        elif index in clip.cuts:
            jump = wording.pick("a new scene seems to begin here", "this looks like a cut")
            thoughts.append(f"{frame.mark} {appearance}: a jump of {frame.change:.1f}%, so {jump}.")
        else:
            still = frame.change < _STILL_PERCENT
            verb = wording.pick("hardly moves", "holds still") if still else wording.pick("moves on", "changes")
            thoughts.append(f"{frame.mark} {verb}, {frame.change:.1f}%: {appearance}.")
    return thoughts


def _blocks(clip: ClipStats, wording: Wording) -> list[str]:
    frames = clip.frames
    brightest = max(frames, key=lambda frame: frame.stats.brightness)
    darkest = min(frames, key=lambda frame: frame.stats.brightness)
    marks = [frames[index].mark for index in clip.cuts]
    changes = f"**{plural(len(marks), 'scene change')}**, at {joined(marks[:8])}" if marks else "**no scene change**"
    title = wording.pick(f"{clip.name} over time", f"{clip.name}, frame by frame")
    blocks = [
        "## " + re.sub("^the ", "The ", title),
        paragraph(
            f"{wording.pick('Across', 'Over')} {plural(len(frames), 'frame')} ({frames[0].mark} to {frames[-1].mark}) "
            f"{wording.pick('I find', 'I measure', 'there seems to be')} {changes}.",
            f"It is brightest at {brightest.mark} ({brightest.stats.brightness:.0f}%) and darkest at {darkest.mark} "
            f"({darkest.stats.brightness:.0f}%).",
            _largest_change(frames),
        ),
        "Frame by frame:" if len(frames) <= _MOST_ROWS else "Frame by frame, thinned out to every few and the cuts:",
        _frame_table(clip),
        f"### {wording.pick('Scene by scene', 'The scenes')}",
        bullets(_scenes(clip, wording)),
    ]
    if clip.duration_s is not None:
        blocks.append(f"The file runs {clock(clip.duration_s)} at {clip.frames_per_s:.3g} frames a second.")
    blocks.append(
        "A change is the mean absolute difference of two frames, reduced to 64 × 36 pixels. What happens between two "
        "frames stays unseen; more frames would narrow it down."
    )
    return blocks


def _largest_change(frames: tuple[Frame, ...]) -> str:
    if len(frames) < 2:
        return "One frame alone cannot show a change."
    largest = max(frames[1:], key=lambda frame: frame.change)
    usual = statistics.median(frame.change for frame in frames[1:])
    return f"The median change is {usual:.1f}%, the largest {largest.change:.1f}%, at {largest.mark}."


def _frame_table(clip: ClipStats) -> str:
    step = -(-len(clip.frames) // _MOST_ROWS)
    rows = [
        (
            frame.mark,
            f"{frame.stats.brightness:.0f}%",
            ", ".join(f"{colour.name} {colour.share:.0%}" for colour in frame.stats.colours[:2]),
            frame.stats.sharpness_word,
            (f"{frame.change:.1f}%" if index else "–") + (", new scene" if index in clip.cuts else ""),
        )
        for index, frame in enumerate(clip.frames)
        if index % step == 0 or index in clip.cuts
    ]
    return table(("Time", "Brightness", "Main colours", "Sharpness", "Change"), rows)


def _scenes(clip: ClipStats, wording: Wording) -> list[str]:
    starts, ends = [0, *clip.cuts], [*clip.cuts, len(clip.frames)]
    lines = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        first, last = clip.frames[start], clip.frames[end - 1]
        step = last.stats.brightness - first.stats.brightness
        light = f"gets {'brighter' if step > 0 else 'darker'} by {abs(step):.0f} points" if abs(step) >= 4 else "holds"
        until = f" to {last.mark}" if last is not first else ""
        lines.append(
            f"Scene {number}, {first.mark}{until}: {wording.pick('mostly', 'mainly')} {first.stats.colours[0].name}, "
            f"{first.stats.brightness_word}; its light {light}."
        )
    return lines
