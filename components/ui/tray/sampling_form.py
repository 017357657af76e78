"""The knobs of a storyboard: which frames are taken, of which part, how exactly, how large and how fine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import streamlit as st

from components.core.parts import clock, exact_clock
from components.core.times import read_times
from components.media import limits
from components.media.burning import label_box
from components.media.decoding import Moving, Reel
from components.media.documents import Document, page_list, read_pages
from components.media.rendering import FrameStyle, frame_size
from components.media.sampling import Rule, Sampling, Sensitivity
from components.media.storyboard import Storyboard, make_storyboard, restyled
from components.ui import resources
from components.ui.state import session, set_widget, widget_value
from components.ui.tray.taking import StoryboardState, board_in_tray, take

_RULES: dict[Rule, str] = {
    "count": "Spread evenly",
    "rate": "Per second",
    "interval": "Every … seconds",
    "scenes": "Scene changes",
    "marks": "By hand",
}
_PAGE_RULES: dict[Rule, str] = {"count": "Spread evenly", "interval": "Every … page", "marks": "By hand"}
_EXACT = {"Fast": False, "Exact": True}
_SIDES = [256, 384, 512, 640, 768, 896, 1024, 1280, limits.FRAME_LONGEST_SIDE_MOST]


_PAGE_SIDES = [640, 768, 896, 1024, limits.PAGE_LONGEST_SIDE, 1440, 1600, 1792, limits.PAGE_LONGEST_SIDE_MOST]


def draw_sampling(clip: Reel, sampling: Sampling) -> None:
    """Draws which frames are taken."""
    rules = _PAGE_RULES if isinstance(clip, Document) else _RULES
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            f"Which {clip.unit}s",
            list(rules),
            format_func=lambda rule: rules[rule],
            default=set_widget("clip-rule", sampling.rule),
            key="clip-rule",
            required=True,
            width="content",
            on_change=_turn,
            args=(clip.token, "rule"),
        )
        _draw_value(clip, sampling)


def draw_precision(clip: Reel, sampling: Sampling) -> None:
    """Draws how exactly frames are taken."""
    st.segmented_control(
        "Precision",
        list(_EXACT),
        default=set_widget("clip-exact", "Exact" if sampling.exact else "Fast"),
        key="clip-exact",
        required=True,
        width="content",
        disabled=sampling.rule == "marks",
        help="Fast takes frames just behind a keyframe, near the times asked for, and shows their true times. "
        "Exact decodes up to the very frame. Frames marked by hand are always exact.",
        on_change=_turn,
        args=(clip.token, "exact"),
    )


def _draw_value(clip: Reel, sampling: Sampling) -> None:
    args = (clip.token, sampling.rule)
    match sampling.rule:
        case "count":
            st.number_input(
                f"{clip.unit.capitalize()}s",
                1,
                limits.CLIP_FRAMES,
                value=set_widget("clip-count", sampling.count),
                key="clip-count",
                width=150,
                on_change=_turn,
                args=args,
            )
        case "rate":
            st.number_input(
                "Frames a second",
                0.01,
                60.0,
                step=0.5,
                value=set_widget("clip-rate", sampling.rate),
                key="clip-rate",
                width=150,
                on_change=_turn,
                args=args,
            )
        case "interval" if isinstance(clip, Document):
            st.number_input(
                "Every so many pages",
                1,
                1000,
                value=set_widget("clip-interval", round(sampling.interval_s)),
                key="clip-interval",
                width=180,
                on_change=_turn,
                args=args,
            )
        case "interval":
            st.number_input(
                "Seconds between",
                0.05,
                3600.0,
                step=1.0,
                value=set_widget("clip-interval", sampling.interval_s),
                key="clip-interval",
                width=150,
                on_change=_turn,
                args=args,
            )
        case "scenes":
            st.segmented_control(
                "Sensitivity",
                list(get_args(Sensitivity)),
                format_func=str.capitalize,
                default=set_widget("clip-sensitivity", sampling.sensitivity),
                key="clip-sensitivity",
                required=True,
                help="How large a change must be to begin a new scene; each scene gets one frame.",
                on_change=_turn,
                args=args,
            )
        case "marks" if isinstance(clip, Document):
            st.text_input(
                "Pages",
                value=set_widget("clip-marks", page_list([int(mark) for mark in sampling.marks_s])),
                key="clip-marks",
                placeholder="1-5, 8",
                width=220,
                on_change=_turn,
                args=args,
            )
        case "marks":
            st.text_input(
                "Times",
                value=set_widget("clip-marks", ", ".join(clock(mark, digits=2) for mark in sampling.marks_s)),
                key="clip-marks",
                placeholder="0:05, 12.4, 1:02:03",
                width=220,
                help="Also: play the clip and take the moment where it stands.",
                on_change=_turn,
                args=args,
            )


def draw_part(clip: Reel, sampling: Sampling) -> None:
    """Draws start and end."""
    if clip.frame_count < 2:
        return
    if isinstance(clip, Document):
        end_s = clip.duration_s if sampling.end_s is None else sampling.end_s
        st.slider(
            "Pages from, to",
            1,
            clip.frame_count,
            value=set_widget("clip-part", (int(sampling.start_s) + 1, int(end_s))),
            key="clip-part",
            on_change=_turn,
            args=(clip.token, "part"),
        )
        return
    end = round(clip.duration_s, 2)
    part = (min(sampling.start_s, end), end if sampling.end_s is None else min(sampling.end_s, end))
    st.slider(
        "Part, in seconds",
        0.0,
        end,
        value=set_widget("clip-part", part),
        key="clip-part",
        step=0.1 if end > 2 else 0.01,
        format="%.1f" if end > 2 else "%.2f",
        on_change=_turn,
        args=(clip.token, "part"),
    )


def draw_burning(clip: Moving, style: FrameStyle) -> None:
    """Draws whether each frame has its time in its pixels."""
    st.toggle(
        "Time in the picture",
        value=set_widget("clip-burnt", style.burnt_times),
        key="clip-burnt",
        help="Writes each frame's exact time (h:mm:ss.mmm) into its upper left corner, for you and for the model. "
        "The text before each frame tells its time in any case.",
        on_change=_turn,
        args=(clip.token, "style"),
    )
    size = frame_size(clip, style)
    if style.burnt_times and label_box(*size, exact_clock(clip.duration_s)) is None:
        st.caption(f"Frames of {size[0]} × {size[1]} px have no room for it: they are sent without.")


def draw_style(clip: Reel, style: FrameStyle) -> None:
    """Draws how large and how fine all frames are."""
    st.select_slider(
        "Longest side, px",
        _PAGE_SIDES if isinstance(clip, Document) else _SIDES,
        value=set_widget("clip-side", style.longest_side),
        key="clip-side",
        help=f"Smaller {clip.unit}s cost fewer tokens; small writing needs larger ones.",
        on_change=_turn,
        args=(clip.token, "style"),
    )
    st.slider(
        "JPEG quality",
        30,
        95,
        value=set_widget("clip-quality", style.quality),
        key="clip-quality",
        step=5,
        help="Lower makes the request smaller; the tokens stay the same.",
        on_change=_turn,
        args=(clip.token, "style"),
    )
    if isinstance(clip, Document) and clip.format == "PDF":
        st.toggle(
            "Send the text of the pages, too",
            value=set_widget("clip-texts", style.texts),
            key="clip-texts",
            help="What the file says is written on a page goes out before its picture. Scans often hold no text.",
            on_change=_turn,
            args=(clip.token, "style"),
        )


def _turn(token: object, knob: str) -> None:
    """Takes the frames that are asked for now. What was asked for before and is not there yet is asked for, too."""
    state = session()
    panel = state.of(StoryboardState)
    # A browser may tell of a knob when another storyboard has taken its place; what knobs hold is that one's by then.
    if panel.clip is not token or (found := board_in_tray(state, token)) is None:
        return
    board = found[1]
    waiting = panel.taking if panel.taking is not None and panel.taking.token is token else None
    sampling = waiting.sampling if waiting else board.sampling
    style = waiting.style if waiting else board.style
    if knob == "style":
        style = FrameStyle(
            widget_value("clip-side"),
            widget_value("clip-quality"),
            burnt_times=bool(widget_value("clip-burnt")),
            texts=bool(widget_value("clip-texts")),
        )
    else:
        try:
            sampling = replace(sampling, **_updated_fields(board, sampling, knob))
        except ValueError as error:
            what, examples = ("time of a clip", "0:05, 12.4 or 1:02:03")
            if isinstance(board.clip, Document):
                what, examples = (f"page of its {board.clip.frame_count:,}", "3 or 1-5")
            panel.problem = f"{str(error)!r} is no {what}: write it as {examples}."
            return
    ask(board, sampling, style)


def ask(board: Storyboard, sampling: Sampling, style: FrameStyle) -> None:
    """Starts taking the frames of a clip anew; another size or quality alone chooses nothing anew."""
    cache = resources.clip_cache()
    if sampling == board.sampling:
        take(board, sampling, style, lambda progress: restyled(board, style, cache, progress))
        return
    pinned = [pick.index for pick in board.picks if pick.pinned]
    take(
        board,
        sampling,
        style,
        lambda progress: make_storyboard(board.clip, sampling, style, cache=cache, progress=progress, pinned=pinned),
    )


def _updated_fields(board: Storyboard, sampling: Sampling, knob: str) -> dict[str, Any]:
    """The fields of `Sampling` that a knob sets. Raises: ValueError with a word that is no time."""
    match knob:
        case "rule":
            rule = widget_value("clip-rule")
            # By hand begins with what is there.
            times = board.clip.frame_times_s
            marks = tuple(float(times[pick.index]) for pick in board.picks) if rule == "marks" else sampling.marks_s
            changes = {"rule": rule, "marks_s": marks}
            # Every fifth second is a usual beginning, every fifth page is not.
            return changes | ({"interval_s": 2.0} if isinstance(board.clip, Document) and rule == "interval" else {})
        case "count":
            return {"count": widget_value("clip-count")}
        case "rate":
            return {"rate": widget_value("clip-rate")}
        case "interval":
            return {"interval_s": widget_value("clip-interval")}
        case "scenes":
            return {"sensitivity": widget_value("clip-sensitivity")}
        case "marks" if isinstance(board.clip, Document):
            pages = read_pages(widget_value("clip-marks"), board.clip.frame_count)
            # Pages that are named are meant, wherever they stand.
            return {"marks_s": tuple(map(float, pages)), "start_s": 0.0, "end_s": None}
        case "marks":
            return {"marks_s": tuple(sorted(set(read_times(widget_value("clip-marks")))))}
        case "exact":
            return {"exact": _EXACT[widget_value("clip-exact")]}
        case _ if isinstance(board.clip, Document):
            first, last = widget_value("clip-part")
            part = {"start_s": first - 1.0, "end_s": None if last == board.clip.frame_count else float(last)}
            # Who chooses a part of a document means all of its pages.
            return {**part, "count": min(last - first + 1, limits.CLIP_FRAMES)}
        case _:
            start_s, end_s = widget_value("clip-part")
            return {"start_s": start_s, "end_s": None if end_s >= round(board.clip.duration_s, 2) else end_s}
