"""The charts of a sweep, as drawings that we write ourselves."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.tuning.charts import Chart, Point
from components.tuning.drawing import STYLE, as_svg, labels, legend, ticks

LONG = "enable_thinking off, temperature 0.25, top_p 0.9, max_tokens 4,096, stop <b>&, reasoning_effort low, take {}"
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6))


def many(x=lambda number: float(number), count=30):
    return tuple(
        Point(LONG.format(number), x(number), number % 7, number % 7 - 0.5, number % 7 + 0.5, 4, number + 1)
        for number in range(count)
    )


def read(chart):
    """The drawing's elements, read as XML: text -> its places, and all circles."""
    root = ET.fromstring(as_svg(chart))
    texts = [("".join(text.itertext()), float(text.get("x")), float(text.get("y"))) for text in root.iter("text")]
    return root, texts, list(root.iter("circle"))


@given(NUMBERS, NUMBERS)
def test_ticks_are_few_round_and_reach_round_the_values(one, other):
    low, high = sorted((one, other))
    if 0 < high - low < 1e-6 * max(abs(low), abs(high)):
        return
    values = ticks(low, high)
    shown = labels(values)
    room = (values[1] - values[0]) * 1e-6
    assert 3 <= len(values) <= 12 and len(set(shown)) == len(shown)
    assert values[0] <= low + room and values[-1] >= high - room


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.00011, 0.00032, ["0.00010", "0.00015", "0.00020", "0.00025", "0.00030", "0.00035"]),
        (900, 12_000, ["0", "5,000", "10,000", "15,000"]),
        (-0.1, 0.1, ["-0.10", "-0.05", "0.00", "0.05", "0.10"]),
    ],
)
def test_ticks_as_they_are_written(low, high, shown):
    assert labels(ticks(low, high)) == shown


def test_thirty_long_names_stand_in_rows_that_do_not_touch():
    chart = Chart("", "score", many(lambda number: None))
    root, texts, circles = read(chart)
    names = [(text, y) for text, x, y in texts if x == 202.0]
    words = " ".join(text for text, _ in names)
    assert all(f"take {number}" in words for number in range(30)) and "<b>&," in words
    lines = sorted(y for _, y in names)
    assert min(later - earlier for earlier, later in zip(lines, lines[1:], strict=False)) >= 14
    assert len(circles) == 30 and "score" in [text for text, *_ in texts]
    height = float(root.find("svg").get("viewBox").split()[3])
    assert all(0 <= float(circle.get("cy")) <= height and 214 <= float(circle.get("cx")) <= 560 for circle in circles)


def test_ways_of_asking_in_a_plane_are_numbered_and_listed():
    chart = Chart("cost ($)", "score", many())
    _, texts, circles = read(chart)
    listed = {item.get("value"): item.text for item in ET.fromstring(legend(chart)).iter("li")}
    assert listed == {str(number + 1): LONG.format(number) for number in range(30)}
    shown = [text for text, *_ in texts]
    numbered = {number for text in shown for number in text.split(", ")}
    assert {"cost ($)", "score"} <= {*shown} and {*map(str, range(1, 31))} <= numbered and len(circles) == 30
    (title,) = circles[1].iter("title")
    assert title.text == f"{LONG.format(1)}: score 1, 0.5 to 1.5 at cost ($) 1, n = 4"


def test_points_at_the_same_place_share_a_text_of_their_numbers():
    points = tuple(
        Point(name, x, x, x, x, 1, at) for at, (name, x) in enumerate((("a", 1.0), ("b", 2.0), ("c", 1.0)), 1)
    )
    _, texts, _ = read(Chart("cost ($)", "score", points))
    assert "1, 3" in [text for text, *_ in texts]


def test_a_trend_joins_its_means_in_order_and_shows_each_interval():
    points = tuple(Point(str(x), x, y, y - 1, y + 1, 3) for x, y in ((1.0, 2.0), (0.0, 1.0), (0.5, 3.0)))
    chart = Chart("temperature", "score", points, trend=True)
    root, _, circles = read(chart)
    (line,) = root.iter("polyline")
    across = [float(corner.split(",")[0]) for corner in line.get("points").split()]
    assert across == sorted(across) and len(circles) == 3 and not legend(chart)
    assert len([one for one in root.iter("line") if one.get("class") == "spread"]) == 3


def test_one_point_alone_and_equal_values_have_axes():
    for chart in (Chart("cost ($)", "score", many(count=1)), Chart("", "score", (Point("a", None, 0, 0, 0, 1),) * 2)):
        _, texts, circles = read(chart)
        assert circles and len(texts) > 5


def test_letters_and_lines_take_the_pages_colour():
    assert "fill:currentColor" in STYLE and "stroke:currentColor" in STYLE and "background" not in STYLE
    assert "style=" not in as_svg(Chart("", "score", many(lambda number: None)))
