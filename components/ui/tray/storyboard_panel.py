"""The open storyboard of a clip, as wide as the page: player, facts, controls, totals, and the grid of its frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import streamlit as st

from components.api.wires.registry import WIRES
from components.core.errors import MediaError
from components.core.parts import clock
from components.media.animations import MEDIA_TYPES, Animation
from components.media.decoding import Reel
from components.media.documents import Document, page_list
from components.media.estimates import Estimate, estimate
from components.media.limits import BODY_BYTES, CLIP_FRAMES, MEGABYTE
from components.media.playing import player_type, video_part, why_not_played, why_not_whole
from components.media.storyboard import Pick, Storyboard, replaced, with_frame
from components.media.text_tokens import text_tokens
from components.media.video import Clip
from components.ui import resources
from components.ui.figures import dollars, size
from components.ui.markdown.escaping import escaped, with_code, with_dollars
from components.ui.named import draw_names, named_button
from components.ui.state import Key, Session, session, set_widget, widget_value
from components.ui.tray.animation import draw_animation
from components.ui.tray.downloads import draw_downloads
from components.ui.tray.filmstrip import draw_filmstrip
from components.ui.tray.frame_dialog import open_frame
from components.ui.tray.picture_tokens import picture_factor
from components.ui.tray.sampling_form import (
    apply,
    draw_burning,
    draw_precision,
    draw_sampling,
    draw_section,
    draw_style,
)
from components.ui.tray.storyboard import ICONS, naming, sent_whole
from components.ui.tray.storyboard_work import StoryboardState, WorkView, board_in_tray, draw_work, put
from components.ui.tray.tile import open_next
from components.ui.tray.timeline import PLAYER, draw_timeline
from components.ui.views import Place

_WAY = Key[str]("clip-way")
_FRAMES, _WHOLE = "Send frames", "Send the clip itself"
_TILE_WIDTH = 150
_TILES_A_PAGE = 24
# The lines from which on players take BT.709 where a clip does not say. OpenCV (4.14) keeps to BT.601, and does not
# tell whether the clip said so.
_HIGH_DEFINITION = 720
_COLOURS = (
    "Colours are read by the matrix that the clip names. One that names none is read by BT.601, while players take "
    "BT.709 at this size: its reds and greens then differ a little between the player and the frames that are sent."
)


def is_open(state: Session) -> bool:
    """Whether a clip of the tray has its storyboard open."""
    return board_in_tray(state, state.of(StoryboardState).clip) is not None


def draw_panel(state: Session, place: Place) -> WorkView | None:
    """Draws the open storyboard into `place`. Follow the view that is returned at the end of the page."""
    panel = state.of(StoryboardState)
    found = board_in_tray(state, panel.clip)
    if found is None:
        panel.clip = None
        return None
    position, board = found
    clip = board.clip
    with place.container(key="clip-panel", border=True):
        _draw_head(clip, whole=sent_whole(state, position))
        waiting = panel.making if panel.making is not None and panel.making.token is clip.token else None
        asked = waiting or board
        left, right = st.columns([2, 5], gap="medium")
        with left:
            if isinstance(clip, Clip):
                _draw_player(board, clip)
            elif isinstance(clip, Animation):
                draw_animation(clip.data, MEDIA_TYPES[clip.format], clip.name)
            draw_section(clip, asked.sampling)
            if isinstance(clip, Clip):
                _draw_ways(state, board, clip)
                draw_precision(clip, asked.sampling)
            if not isinstance(clip, Document):
                draw_burning(clip, asked.style)
            draw_style(clip, asked.style)
        with right:
            draw_sampling(clip, asked.sampling)
            making = draw_work(state)
            problem = st.empty()
            if panel.problem:
                problem.warning(with_code(panel.problem), icon=":material/warning:")
            _draw_totals(board, sent_whole(state, position))
            draw_filmstrip(state, board, _add_moment)
            with st.container(gap=None):
                _draw_grid(board)
                draw_names("frames")
    return making


def facts_of(clip: Reel, *, whole: bool = False) -> str:
    """A line about an attachment: a clip's duration, size, rate, codec, rotation, sound, bytes; of others what fits.

    `whole`: the clip itself is sent.
    """
    match clip:
        case Clip():
            facts = _facts_of_clip(clip, whole=whole)
        case Animation():
            frames = f"{clip.frame_count:,} frames"
            facts = [clock(clip.duration_s, 2), f"{clip.width} × {clip.height} px", frames, f"{clip.format} animation"]
        case Document():
            pages = "1 page" if clip.frame_count == 1 else f"{clip.frame_count:,} pages"
            facts = [pages, f"first one {clip.size}", clip.format]
    return " · ".join([*facts, size(clip.size_bytes), *clip.notes])


def _facts_of_clip(clip: Clip, *, whole: bool) -> list[str]:
    rate = (
        f"{clip.frame_rate:.4g} {'frame' if clip.frame_rate == 1 else 'frames'}/s" if clip.frame_rate else "one frame"
    )
    depth = f", {clip.bits} bits" if clip.bits > 8 else ""
    facts = [clock(clip.duration_s), f"{clip.width} × {clip.height} px", rate, f"{clip.codec}{depth}"]
    if clip.rotation:
        facts.append(f"turned {clip.rotation}°")
    if clip.pixel_aspect != 1:
        facts.append(f"pixels {clip.pixel_aspect.numerator}:{clip.pixel_aspect.denominator}")
    sound = "with sound" if whole else "with sound, which is not sent"
    return [*facts, sound if clip.has_audio else "no sound"]


def _draw_head(clip: Reel, *, whole: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"{ICONS[clip.kind]} **{escaped(clip.name)}** :small[:gray[{facts_of(clip, whole=whole)}]]",
            width="stretch",
            anchors=False,
            help=_COLOURS if isinstance(clip, Clip) and min(clip.width, clip.height) >= _HIGH_DEFINITION else None,
        )
        st.button("Done", key="clip-done", icon=":material/check:", help="Close the storyboard", on_click=_close)


def _draw_ways(state: Session, board: Storyboard, clip: Clip) -> None:
    """Frames or the clip itself, with the size of both; where the clip cannot be sent, the reason."""
    reason = WIRES[state.edited.wire].no_video or why_not_whole(clip)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Send as",
            [_FRAMES, _WHOLE],
            default=set_widget(_WAY, _WHOLE if board.whole and not reason else _FRAMES),
            key=_WAY,
            required=True,
            width="content",
            label_visibility="collapsed",
            disabled=reason is not None and reason != "",
            on_change=_on_way,
        )
        if reason:
            st.caption(reason, width="stretch")
        else:
            frames = estimate(board.parts, picture_factor=picture_factor()[0])
            whole = estimate([video_part(clip)])
            st.caption(
                with_dollars(
                    f"Frames: {_weight(frames)}. Clip itself: {_weight(whole)}. Tokens and costs are estimates."
                ),
                width="stretch",
                help="A clip that is sent as a whole goes out unchanged, metadata included, and the model chooses "
                "its frames itself. What it counts then is a guess: about two frames a second, 256 tokens each.",
            )


def _weight(weight: Estimate) -> str:
    cost = _input_cost(weight)
    return f"**{size(weight.body_bytes)}**, {weight.tokens:,} tokens, **{cost}**"


def _input_cost(weight: Estimate) -> str:
    rate = resources.card().prices.input
    return "cost not known" if rate is None else dollars(weight.tokens * rate)


def _of_context(tokens: int | None) -> str:
    return "" if tokens is None else f" of {tokens:,}"


def _draw_player(board: Storyboard, clip: Clip) -> None:
    format = player_type(clip)
    if format is None:
        st.info(why_not_played(clip), icon=":material/info:")
        return
    with st.container(key=PLAYER):
        st.video(clip.data, format=format, muted=True)
    part = (board.sampling.start_s, clip.duration_s if board.sampling.end_s is None else board.sampling.end_s)
    pinned = [pick.part.time_s for pick in board.picks if pick.pinned]
    draw_timeline(
        [part.time_s for part in board.parts],
        duration_s=clip.duration_s,
        start_s=clip.player_start_s,
        pinned_s=pinned,
        part_s=part,
        on_moment=_add_moment,
    )


def _draw_totals(board: Storyboard, whole: bool) -> None:
    weight = estimate(board.parts, picture_factor=picture_factor()[0])
    card = resources.card()
    cost = _input_cost(weight)
    of = f"frames of at most {CLIP_FRAMES}"
    notes = board.notes
    if isinstance(board.clip, Document):
        of = f"of {board.clip.frame_count:,} pages"
        notes = (*notes, *_left_out(board))
    facts = [
        f"**{len(board.parts)}** {of}",
        f"**{size(weight.body_bytes)}** of {BODY_BYTES // MEGABYTE} MB",
        f"estimated **{weight.tokens:,}**{_of_context(card.context_tokens)} tokens, **{cost}**",
    ]
    with st.container(key="clip-totals", gap="xxsmall"):
        if whole:
            st.markdown("The clip itself is sent, not these frames.")
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(with_dollars(" · ".join(facts)), width="stretch")
            draw_downloads(board.parts, board.clip.name, "clip")
        if notes:
            st.caption(with_code(" · ".join(notes)))


def _left_out(board: Storyboard) -> Iterator[str]:
    """Says which of a document's pages are not sent, and how many tokens the texts of the others take."""
    if len(board.picks) < board.clip.frame_count:
        sent = page_list([pick.index for pick in board.picks])
        yield f"only {'page' if len(board.picks) == 1 else 'pages'} {sent} of {board.clip.frame_count:,} are sent"
    if board.style.texts:
        texts = [part.text for part in board.parts if part.text]
        tokens = sum(text_tokens(text) for text in texts)
        yield f"text of {len(texts)} of these pages, about {tokens:,} of the tokens (estimated)"


def _draw_grid(board: Storyboard) -> None:
    pages = -(-len(board.picks) // _TILES_A_PAGE)
    page = 1
    if pages > 1:
        page = min(st.pagination(pages, key="clip-page"), pages)
    shown = list(enumerate(board.picks, start=1))[(page - 1) * _TILES_A_PAGE : page * _TILES_A_PAGE]
    with (
        st.container(key="clip-frames"),
        st.grid(min_column_width=_TILE_WIDTH, gap="small", key="clip-grid"),
    ):
        for number, pick in shown:
            with st.container(gap=None, key=f"clip-frame-{number}"):
                _draw_tile(board, pick, number)


def _draw_tile(board: Storyboard, pick: Pick, number: int) -> None:
    part, clip = pick.part, board.clip
    named = naming(part, number, len(board.picks))
    # Not `width=`: Streamlit would encode a picture anew that is wider, and what is shown is what is sent.
    st.image(part.data, width="stretch", alt=f"{board.clip.name}, {named}")
    pin = ":orange[:material/keep:] " if pick.pinned else ""
    st.caption(
        f"{pin}**{part.label(2)}** · {size(len(part.data))}",
        help=f"{clip.unit.capitalize()} {pick.index + 1:,} of {clip.frame_count:,} of the {clip.kind}; "
        f"{part.width} × {part.height} px. SHA-256 {part.sha256}: the same in the request.",
    )
    with st.container(horizontal=True, gap=None, key=f"clip-tools-{number}"):
        _action("zoom_in", f"Enlarge {named}", _enlarge, pick.index)
        _action("chevron_left", f"Take the {board.clip.unit} before {named} instead", _replace, pick.index, -1)
        _action("chevron_right", f"Take the {board.clip.unit} after {named} instead", _replace, pick.index, 1)
        words = f"Let {named} go when others are taken" if pick.pinned else f"Keep {named} whatever else is taken"
        _action("keep_off" if pick.pinned else "keep", words, _pin, pick.index, not pick.pinned)
        _action("close", f"Do not send {named}", _drop, pick.index, disabled=len(board.picks) == 1)


def _action(icon: str, words: str, do: Callable[..., None], index: int, *more: object, disabled: bool = False) -> None:
    named_button(icon, words, f"clip-{icon.replace('_', '-')}-{index}", do, index, *more, disabled=disabled)


def _on_way() -> None:
    _change(lambda board: replace(board, whole=widget_value(_WAY) == _WHOLE))


def _close() -> None:
    session().of(StoryboardState).clip = None


def _open_board() -> Storyboard | None:
    state = session()
    panel = state.of(StoryboardState)
    panel.problem = None
    found = board_in_tray(state, panel.clip)
    return found[1] if found else None


def _change(make: Callable[[Storyboard], Storyboard]) -> None:
    """Replaces the open storyboard by what `make` returns for it; says why where it cannot be made."""
    if (board := _open_board()) is not None:
        state = session()
        try:
            put(state, make(board))
        except MediaError as error:
            state.of(StoryboardState).problem = str(error)


def _enlarge(index: int) -> None:
    board = _open_board()
    for pick in board.picks if board else ():
        if pick.index == index:
            open_next(open_frame, pick.part)


def _replace(index: int, step: int) -> None:
    _change(lambda board: replaced(board, index, step, resources.clip_cache()))


def _pin(index: int, pinned: bool) -> None:
    _change(lambda board: board.with_pin(index, pinned))


def _drop(index: int) -> None:
    _change(lambda board: board.without(index))


def _add_moment(time_s: float) -> None:
    """Adds the frame of a moment: one more mark where frames are marked by hand, else a pinned frame."""
    board = _open_board()
    if board is not None and board.sampling.rule == "marks":
        marks = tuple(sorted({*board.sampling.marks_s, round(time_s, 3)}))
        apply(board, replace(board.sampling, marks_s=marks), board.style)
    else:
        _change(lambda board: with_frame(board, time_s, resources.clip_cache()))
