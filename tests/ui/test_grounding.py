from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.parts import FramePart
from components.markdown.document import html_of
from components.markdown.writer import Writer
from components.media.attachments import attachments_of, of_storyboard
from components.media.playing import film_of
from components.media.sampling import Sampling
from components.media.storyboard import make_storyboard
from components.media.video import open_clip
from components.runs.conversation import Turn, user_message
from components.ui.turn.grounding import ClipSeen, clips_seen, write_times
from tests.markdown.reading import words
from tests.media.clips import recorded

BOARD = make_storyboard(open_clip("a.mp4", recorded(500)), Sampling(count=4, exact=True))  # 20 s
SEEN = (ClipSeen("a.mp4", BOARD.parts, film_of(BOARD.clip)),)


def drawn(text, clips=SEEN):
    return html_of(text, Writer(write_text=write_times(clips)))


def chip(label, at):
    return f'<a class="chip" href="#clip-at-{at}">{label}</a>'


def flag(label):
    return f'<span class="chip outside">{label} is not in the clip</span>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("At [00:12.4] a car.", f"At {chip('00:12.4', '12.400')} a car."),
        ("At 0:12, then 12.4s.", f"At {chip('0:12', '12.000')}, then {chip('12.4s', '12.400')}."),
        ("[00:02.0]–[00:05.5]", chip("00:02.0–00:05.5", "2.000")),
        ("from 0:02 to 0:05", f"from {chip('0:02 to 0:05', '2.000')}"),
        ("**0:02**", f"<strong>{chip('0:02', '2.000')}</strong>"),
        ("the end, [00:20.0]", f"the end, {chip('00:20.0', '20.000')}"),
        ("at [01:39.0]", f"at {flag('01:39.0')}"),
        ("[00:12.0]-[00:25.0]", flag("00:12.0-00:25.0")),
        ("| 0:02 | car |\n|---|---|", f"<th>{chip('0:02', '2.000')}<th>car"),
        ("a < b at 0:02", f"a &lt; b at {chip('0:02', '2.000')}"),
    ],
)
def test_times_become_chips_and_those_outside_are_flagged(text, html):
    assert html in drawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "`0:12`",
        "``a ` 0:12``",
        "```\n0:12\n```",
        "[0:12](https://example.com)",
        "https://example.com/v?t=0:12",
        "$x = 0:12$",
        "a ratio of 16:9",
        "no time at all",
    ],
)
def test_code_links_and_formulas_stay(text):
    assert "chip" not in drawn(text)


def test_without_a_clip_nothing_changes():
    assert words(drawn("At 0:12 and [00:13.0]", ())) == "At 0:12 and [00:13.0]"


@given(st.text(alphabet="0:12.4s[]()`$*|\n –#-", max_size=80))
def test_any_text_is_drawn(text):
    assert isinstance(drawn(text), str)


def test_a_turn_is_about_its_own_clips_else_about_the_latest():
    mine = Turn("What?", (of_storyboard(BOARD),), [])
    later = Turn("And then?", (), [])
    assert clips_seen([later, mine, later]) == [(), SEEN, SEEN]
    assert clips_seen([]) == []


def test_a_clip_that_is_no_longer_at_hand_flags_nothing():
    kept = (ClipSeen("a.mp4", BOARD.parts, None),)
    assert f"at {chip('9:59', '599.000')}" in drawn("at 9:59", kept)


def test_a_clip_that_went_whole_and_was_kept_is_played_again():
    went = user_message((of_storyboard(replace(BOARD, whole=True)),), "What?")
    reopened = Turn("What?", attachments_of(went.parts), [], stored_question=went)
    ((seen,),) = clips_seen([reopened])
    assert (seen.name, seen.frames, seen.film) == ("a.mp4", BOARD.parts, film_of(BOARD.clip))
    # Of one that went as frames there is no file to play.
    frames = Turn("What?", attachments_of(BOARD.parts), [])
    ((seen,),) = clips_seen([frames])
    assert seen.film is None


def test_the_nearest_frame():
    times = [part.time_s for part in BOARD.parts]
    assert SEEN[0].nearest(0.0).time_s == times[0] and SEEN[0].nearest(99.0).time_s == times[-1]
    assert isinstance(SEEN[0].nearest(7.4), FramePart) and SEEN[0].nearest(times[1] + 0.2).time_s == times[1]
