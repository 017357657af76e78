"""The controls of a storyboard: which frames are sent, from which section of the clip, how exact, large and fine."""

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
from components.ui.state import Key, session, set_widget, widget_value
from components.ui.tray.storyboard_work import StoryboardState, board_in_tray, start

_RULE = Key[Rule]("clip-rule")
_COUNT = Key[int]("clip-count")
_RATE = Key[float]("clip-rate")
_INTERVAL = Key[float]("clip-interval")  # pages, of a document
_SENSITIVITY = Key[Sensitivity]("clip-sensitivity")
_MARKS = Key[str]("clip-marks")
_PRECISION = Key[str]("clip-exact")
_SECTION = Key[tuple[float, float]]("clip-part")
_BURNT = Key[bool | None]("clip-burnt")
_SIDE = Key[int]("clip-side")
_QUALITY = Key[int]("clip-quality")
_TEXTS = Key[bool | None]("clip-texts")

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
# Controls whose value is a field of `Sampling` as it is.
_FIELDS = {_COUNT: "count", _RATE: "rate", _INTERVAL: "interval_s", _SENSITIVITY: "sensitivity"}


def draw_sampling(clip: Reel, sampling: Sampling) -> None:
    """Draws which frames are sent."""
    rules = _PAGE_RULES if isinstance(clip, Document) else _RULES
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            f"Which {clip.unit}s",
            list(rules),
            format_func=lambda rule: rules[rule],
            default=set_widget(_RULE, sampling.rule),
            required=True,
            width="content",
            **_control(clip, _RULE),
        )
        _draw_value(clip, sampling)


def draw_precision(clip: Reel, sampling: Sampling) -> None:
    """Draws how exactly frames are chosen."""
    st.segmented_control(
        "Precision",
        list(_EXACT),
        default=set_widget(_PRECISION, "Exact" if sampling.exact else "Fast"),
        required=True,
        width="content",
        disabled=sampling.rule == "marks",
        help="Fast takes frames just behind a keyframe, near the times asked for, and shows their true times. "
        "Exact decodes up to the very frame. Frames marked by hand are always exact.",
        **_control(clip, _PRECISION),
    )


def _draw_value(clip: Reel, sampling: Sampling) -> None:
    match sampling.rule:
        case "count":
            st.number_input(
                f"{clip.unit.capitalize()}s",
                1,
                limits.CLIP_FRAMES,
                value=set_widget(_COUNT, sampling.count),
                width=150,
                **_control(clip, _COUNT),
            )
        case "rate":
            rate = set_widget(_RATE, sampling.rate)
            st.number_input(
                "Frames a second",
                0.01,
                60.0,
                step=0.5,
                value=rate,
                width=150,
                **_control(clip, _RATE),
            )
        case "interval" if isinstance(clip, Document):
            pages = set_widget(_INTERVAL, round(sampling.interval_s))
            st.number_input(
                "Every so many pages",
                1,
                1000,
                value=pages,
                width=180,
                **_control(clip, _INTERVAL),
            )
        case "interval":
            seconds = set_widget(_INTERVAL, sampling.interval_s)
            st.number_input(
                "Seconds between",
                0.05,
                3600.0,
                step=1.0,
                value=seconds,
                width=150,
                **_control(clip, _INTERVAL),
            )
        case "scenes":
            st.segmented_control(
                "Sensitivity",
                list(get_args(Sensitivity)),
                format_func=str.capitalize,
                default=set_widget(_SENSITIVITY, sampling.sensitivity),
                required=True,
                help="How large a change must be to begin a new scene; each scene gets one frame.",
                **_control(clip, _SENSITIVITY),
            )
        case "marks":
            pages = isinstance(clip, Document)
            marks = sampling.marks_s
            text = page_list([int(mark) for mark in marks]) if pages else ", ".join(clock(mark, 2) for mark in marks)
            st.text_input(
                "Pages" if pages else "Times",
                value=set_widget(_MARKS, text),
                placeholder="1-5, 8" if pages else "0:05, 12.4, 1:02:03",
                width=220,
                help=None if pages else "Also: play the clip and take the moment where it stands.",
                **_control(clip, _MARKS),
            )


def draw_section(clip: Reel, sampling: Sampling) -> None:
    """Draws start and end."""
    if clip.frame_count < 2:
        return
    if isinstance(clip, Document):
        end_s = clip.duration_s if sampling.end_s is None else sampling.end_s
        st.slider(
            "Pages from, to",
            1,
            clip.frame_count,
            value=set_widget(_SECTION, (int(sampling.start_s) + 1, int(end_s))),
            **_control(clip, _SECTION),
        )
        return
    end = round(clip.duration_s, 2)
    section = (min(sampling.start_s, end), end if sampling.end_s is None else min(sampling.end_s, end))
    st.slider(
        "Part, in seconds",
        0.0,
        end,
        value=set_widget(_SECTION, section),
        step=0.1 if end > 2 else 0.01,
        format="%.1f" if end > 2 else "%.2f",
        **_control(clip, _SECTION),
    )


def draw_burning(clip: Moving, style: FrameStyle) -> None:
    """Draws whether each frame has its time in its pixels."""
    st.toggle(
        "Time in the picture",
        value=set_widget(_BURNT, style.burnt_times),
        help="Writes each frame's exact time (h:mm:ss.mmm) into its upper left corner, for you and for the model. "
        "The text before each frame tells its time in any case.",
        **_control(clip, _BURNT),
    )
    size = frame_size(clip, style)
    if style.burnt_times and label_box(*size, exact_clock(clip.duration_s)) is None:
        st.caption(f"Frames of {size[0]} × {size[1]} px have no room for it: they are sent without.")


def draw_style(clip: Reel, style: FrameStyle) -> None:
    """Draws how large and how fine all frames are."""
    st.select_slider(
        "Longest side, px",
        _PAGE_SIDES if isinstance(clip, Document) else _SIDES,
        value=set_widget(_SIDE, style.longest_side),
        help=f"Smaller {clip.unit}s cost fewer tokens; small writing needs larger ones.",
        **_control(clip, _SIDE),
    )
    st.slider(
        "JPEG quality",
        30,
        95,
        value=set_widget(_QUALITY, style.quality),
        step=5,
        help="Lower makes the request smaller; the tokens stay the same.",
        **_control(clip, _QUALITY),
    )
    if isinstance(clip, Document) and clip.format == "PDF":
        st.toggle(
            "Send the text of the pages, too",
            value=set_widget(_TEXTS, style.texts),
            help="What the file says is written on a page goes out before its picture. Scans often hold no text.",
            **_control(clip, _TEXTS),
        )


def _control(clip: Reel, key: Key[Any]) -> dict[str, Any]:
    """The arguments that make a widget a control of the clip's storyboard."""
    return {"key": key, "on_change": _on_change, "args": (clip.token, key)}


def _on_change(token: object, key: Key[Any]) -> None:
    """Starts choosing the frames that are asked for now, together with what was asked for before and is not there yet.

    `token`: that of the clip whose control changed.
    """
    state = session()
    panel = state.of(StoryboardState)
    # A browser may report a change after another storyboard was opened; the widgets hold that one's values by then.
    if panel.clip is not token or (found := board_in_tray(state, token)) is None:
        return
    board = found[1]
    waiting = panel.making if panel.making is not None and panel.making.token is token else None
    sampling = waiting.sampling if waiting else board.sampling
    style = waiting.style if waiting else board.style
    if key in (_SIDE, _QUALITY, _BURNT, _TEXTS):
        style = FrameStyle(
            widget_value(_SIDE),
            widget_value(_QUALITY),
            burnt_times=bool(widget_value(_BURNT)),
            texts=bool(widget_value(_TEXTS)),
        )
    else:
        try:
            sampling = replace(sampling, **_updated_fields(board, sampling, key))
        except ValueError as error:
            what, examples = ("time of a clip", "0:05, 12.4 or 1:02:03")
            if isinstance(board.clip, Document):
                what, examples = (f"page of its {board.clip.frame_count:,}", "3 or 1-5")
            panel.problem = f"{str(error)!r} is no {what}: write it as {examples}."
            return
    apply(board, sampling, style)


def apply(board: Storyboard, sampling: Sampling, style: FrameStyle) -> None:
    """Starts making the storyboard anew; where only the style changed, its frames stay the same."""
    cache = resources.clip_cache()
    if sampling == board.sampling:
        start(board, sampling, style, lambda progress: restyled(board, style, cache, progress))
        return
    pinned = [pick.index for pick in board.picks if pick.pinned]
    start(
        board,
        sampling,
        style,
        lambda progress: make_storyboard(board.clip, sampling, style, cache=cache, progress=progress, pinned=pinned),
    )


def _updated_fields(board: Storyboard, sampling: Sampling, key: Key[Any]) -> dict[str, Any]:
    """The fields of `Sampling` that the control of that key sets. Raises: ValueError with a word that is no time."""
    clip = board.clip
    if key == _RULE:
        rule = widget_value(_RULE)
        # By hand begins with what is there.
        marks = tuple(float(clip.frame_times_s[pick.index]) for pick in board.picks)
        changes = {"rule": rule, "marks_s": marks if rule == "marks" else sampling.marks_s}
        # Every fifth second is a usual beginning, every fifth page is not.
        return changes | ({"interval_s": 2.0} if isinstance(clip, Document) and rule == "interval" else {})
    if key == _MARKS and isinstance(clip, Document):
        pages = read_pages(widget_value(_MARKS), clip.frame_count)
        # Pages that are named are meant, wherever they stand.
        return {"marks_s": tuple(map(float, pages)), "start_s": 0.0, "end_s": None}
    if key == _MARKS:
        return {"marks_s": tuple(sorted(set(read_times(widget_value(_MARKS)))))}
    if key == _PRECISION:
        return {"exact": _EXACT[widget_value(_PRECISION)]}
    if key == _SECTION and isinstance(clip, Document):
        first, last = widget_value(_SECTION)
        section = {"start_s": first - 1.0, "end_s": None if last == clip.frame_count else float(last)}
        # Who chooses a section of a document means all of its pages.
        return {**section, "count": min(int(last - first) + 1, limits.CLIP_FRAMES)}
    if key == _SECTION:
        start_s, end_s = widget_value(_SECTION)
        return {"start_s": start_s, "end_s": None if end_s >= round(clip.duration_s, 2) else end_s}
    return {_FIELDS[key]: widget_value(key)}
