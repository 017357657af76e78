import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.parts import clock
from components.core.times import mentions, read_times


def found(text):
    return [(mention.start_s, mention.end_s) for mention in mentions(text)]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("[00:12.4]", [(12.4, None)]),
        ("at 0:12 it", [(12.0, None)]),
        ("at 12.4s.", [(12.4, None)]),
        ("12.4 seconds", [(12.4, None)]),
        ("3 s, 4 sec", [(3.0, None), (4.0, None)]),
        ("[1:02:03.5]", [(3723.5, None)]),
        ("1:02:03", [(3723.0, None)]),
        ("[00:12.4]-[00:15.0]", [(12.4, 15.0)]),
        ("[00:12.4–00:15.0]", [(12.4, 15.0)]),
        ("from 0:12 to 0:15,", [(12.0, 15.0)]),
        ("12–15s", [(12.0, 15.0)]),
        ("12.5s - 15 s", [(12.5, 15.0)]),
        ("**0:05**: a car; **0:09**: a bus", [(5.0, None), (9.0, None)]),
        ("(0:05)", [(5.0, None)]),
        ("00:05,5 in German", [(5.5, None)]),
        ("at 0:07.", [(7.0, None)]),
        ("5s-10s, then 0s–2.5s", [(5.0, 10.0), (0.0, 2.5)]),
        ("[00:12.4s] and 0:12s", [(12.4, None), (12.0, None)]),
        ("1m30s, 1 min 30 s, 2 minutes and 5 seconds", [(90.0, None), (90.0, None), (125.0, None)]),
        ("at the 10s mark", [(10.0, None)]),
    ],
)
def test_times_are_found(text, times):
    assert found(text) == times


@pytest.mark.parametrize(
    "text",
    ["16:9", "3:1", "10:30 am", "at 8:15 p.m.", "2024-11-12", "12:99", "v1.2.3", "5 steps", "1:2:3", "$12s", "a1:23"]
    + ["for 5 seconds", "lasts 3s", "every 2 s", "5 seconds later", "a 12s clip", "the 1980s", "In the 90s"]
    + ["12 secret", "ratio 4:3.", "10:15 Uhr", "60fps", "12:345", "http://x:80/s", "3s-orbital", "1/2:30"],
)
def test_what_is_no_time_is_left_alone(text):
    assert found(text) == []


@given(st.floats(0, 30_000))
def test_what_the_clock_writes_is_read(seconds):
    text = f"see [{clock(seconds)}] there"
    (mention,) = mentions(text)
    assert mention.start_s == pytest.approx(seconds, abs=0.0501)
    assert text[mention.begin : mention.end] == f"[{clock(seconds)}]"


@given(st.text(alphabet="0123456789:.[]-– s,toam\n", max_size=60))
def test_any_text_can_be_searched(text):
    places = [(mention.begin, mention.end) for mention in mentions(text)]
    assert all(begin < end for begin, end in places)
    assert all(one[1] <= other[0] for one, other in zip(places, places[1:], strict=False))


def test_typed_times():
    assert read_times("0:05, 12.4 1:02:03;7s,0:09") == [5.0, 12.4, 3723.0, 7.0, 9.0]
    assert read_times("  ") == []
    for wrong in ("soon", "1:2", "5,x", "-3", "nan"):
        with pytest.raises(ValueError):
            read_times(wrong)
