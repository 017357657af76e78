"""Answers about a clip: what changes between its frames, and when, with times cited as ``[mm:ss.t]``."""

from __future__ import annotations

import re
import statistics

from components.core.parts import clock
from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import joined, plural
from components.gateway.composer.tables import bullets, fence, table
from components.gateway.composer.voice import Voice
from components.gateway.media.clips import ClipSight, Frame

_STILL_PERCENT = 1.5
_ROWS_MAX = 24


_CLIP_WORDS = re.compile(
    r"\b(clip|video|frames?|scene|shot|film|when|happens?|cut|moment|brightest|darkest|it)\b", re.IGNORECASE
)


def describe_clips(brief: Brief, voice: Voice) -> Work | None:
    """Answers a prompt that comes with frames or a video, or that asks about a clip of an earlier turn."""
    clips = brief.clips
    plan: list[str] = []
    if not clips and brief.earlier_clips and _CLIP_WORDS.search(brief.prompt) and not brief.pictures:
        clips = brief.earlier_clips[-1:]
        plan.append(
            voice.say(f"No new frames came, ‹so this is about¦the question goes back to› {clips[0].name} from before.")
        )
    if not clips:
        return None
    blocks: list[str] = []
    for clip in clips:
        plan += _watching(clip, voice)
        blocks += _description(clip, voice)
    if brief.pictures:
        plan.append(f"Besides the clip there is {plural(len(brief.pictures), 'single picture')}; I keep those apart.")
    return Work("clip over time", tuple(plan), tuple(blocks))


def _watching(clip: ClipSight, voice: Voice) -> list[str]:
    first, last = clip.frames[0], clip.frames[-1]
    source = "sampled from the file" if clip.duration_s is not None else "sent as stills"
    thoughts = [
        voice.say(
            f"‹The clip¦What I have¦Here› is {clip.name}: {plural(len(clip.frames), 'frame')} {source}, from "
            f"{first.mark} to "
            f"{last.mark}. ‹I go through them in order and look at what changes.¦I compare each with the one before.›"
        )
    ]
    for frame in clip.frames[:_ROWS_MAX]:
        look = f"{frame.sight.colours[0].name}, {frame.sight.brightness_word} ({frame.sight.brightness:.0f} %)"
        if frame is first:
            thoughts.append(voice.say(f"{frame.mark} ‹opens with¦starts with¦shows first› {look}."))
        elif frame in _cut_frames(clip):
            thoughts.append(
                voice.say(
                    f"{frame.mark} {look}: ‹a jump¦that is a break¦everything differs~0.2› of {frame.change:.1f} %, "
                    "‹so a new scene seems to begin here.¦this looks like a cut.›"
                )
            )
        else:
            verb = (
                "‹hardly moves¦stays nearly the same¦holds still›"
                if frame.change < _STILL_PERCENT
                else "‹moves on¦changes¦drifts›"
            )
            thoughts.append(voice.say(f"{frame.mark} {verb}, {frame.change:.1f} %: {look}."))
    return thoughts


def _description(clip: ClipSight, voice: Voice) -> list[str]:
    frames = clip.frames
    cuts = _cut_frames(clip)
    brightest = max(frames, key=lambda frame: frame.sight.brightness)
    darkest = min(frames, key=lambda frame: frame.sight.brightness)
    span = f"{frames[0].mark} to {frames[-1].mark}"
    if cuts:
        scenes = f"**{plural(len(cuts), 'scene change')}**, at {joined([frame.mark for frame in cuts[:8]])}"
    else:
        scenes = "**no scene change** between these frames"
    blocks = [
        "## "
        + _capitalised(voice.say(f"‹{clip.name} over time¦{clip.name}, frame by frame¦What changes in {clip.name}›")),
        voice.paragraph(
            f"‹Over¦Across¦In› {plural(len(frames), 'frame')} ({span}) ‹there seems to be¦I measure¦I find› {scenes}.",
            f"It is brightest at {brightest.mark} ({brightest.sight.brightness:.0f} %) and darkest at {darkest.mark} "
            f"({darkest.sight.brightness:.0f} %).",
            _movement(clip, voice),
        ),
        f"Brightness over time: `{clip.course}` ({frames[0].mark} → {frames[-1].mark})",
        _frame_table(clip),
    ]
    if len(frames) > _ROWS_MAX:
        blocks.append(f"*Rows are thinned out: {len(frames)} frames were measured.*")
    blocks += [voice.say("### ‹Scene by scene¦The scenes¦Course›"), bullets(_scenes(clip, voice))]
    if len(frames) > 1:
        blocks += _how(clip, voice)
    return blocks


def _capitalised(text: str) -> str:
    return f"T{text[1:]}" if text.startswith("the ") else text


def _cut_frames(clip: ClipSight) -> list[Frame]:
    return [clip.frames[place] for place in clip.cuts]


def _movement(clip: ClipSight, voice: Voice) -> str:
    if len(clip.frames) < 2:
        return "One frame alone cannot show a change."
    changes = [frame.change for frame in clip.frames[1:]]
    usual = statistics.median(changes)
    most = max(clip.frames[1:], key=lambda frame: frame.change)
    pace = "almost still" if usual < _STILL_PERCENT else "calm" if usual < 6 else "lively"
    return voice.say(
        f"‹From frame to frame it is¦Its pace is¦Between frames it is› {pace} (median change {usual:.1f} %), "
        f"with the largest "
        f"step, {most.change:.1f} %, at {most.mark}."
    )


def _frame_table(clip: ClipSight) -> str:
    step = max(1, -(-len(clip.frames) // _ROWS_MAX))
    kept = [frame for place, frame in enumerate(clip.frames) if place % step == 0 or place in clip.cuts]
    return table(
        ("Time", "Brightness", "Main colours", "Sharpness", "Change"),
        [
            (
                frame.mark,
                f"{frame.sight.brightness:.0f} %",
                ", ".join(f"{colour.name} {colour.share:.0%}" for colour in frame.sight.colours[:2]),
                frame.sight.sharpness_word,
                _change_word(clip, frame),
            )
            for frame in kept
        ],
    )


def _change_word(clip: ClipSight, frame: Frame) -> str:
    if frame is clip.frames[0]:
        return "–"
    return f"{frame.change:.1f} %" + (", new scene" if frame in _cut_frames(clip) else "")


def _scenes(clip: ClipSight, voice: Voice) -> list[str]:
    starts = [0, *clip.cuts]
    ends = [*clip.cuts, len(clip.frames)]
    lines = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        scene = clip.frames[start:end]
        first, last = scene[0], scene[-1]
        step = last.sight.brightness - first.sight.brightness
        trend = (
            "keeps its light"
            if abs(step) < 4
            else f"gets {'brighter' if step > 0 else 'darker'} by {abs(step):.0f} points"
        )
        until = f" to {last.mark}" if last is not first else ""
        lines.append(
            voice.say(
                f"Scene {number}, {first.mark}{until}: ‹mostly¦mainly¦dominated by› {first.sight.colours[0].name}, "
                f"{first.sight.brightness_word}; it {trend}."
            )
        )
    return lines


def _how(clip: ClipSight, voice: Voice) -> list[str]:
    most = max(clip.frames[1:], key=lambda frame: frame.change)
    length = (
        ""
        if clip.duration_s is None
        else f" The file runs {clock(clip.duration_s)} at {clip.frames_per_s:.3g} frames a second."
    )
    return [
        voice.say(
            "‹The change is the mean absolute difference of two frames, reduced to 64 × 36 pixels¦How the change is "
            f"measured: mean absolute difference on copies of 64 × 36 pixels›; at {most.mark} it is"
        ),
        r"$$d = \frac{100}{255 \cdot n} \sum_{i=1}^{n} \left| a_i - b_i \right| = "
        + rf"{most.change:.1f}\,\% \qquad (n = 64 \cdot 36 \cdot 3)$$",
        fence(
            """
import cv2, numpy as np

def change(before, after):
    a, b = (cv2.resize(frame, (64, 36), interpolation=cv2.INTER_AREA).astype(int) for frame in (before, after))
    return np.abs(a - b).mean() / 2.55
"""
        ),
        voice.say(
            "‹A change between two frames that lies in the gap is not seen¦What happens between two frames "
            "stays unseen›: "
            f"‹more frames¦a denser sampling› would narrow it down.{length}"
        ),
    ]
