"""Light and dark, and text that can be read in both."""

import pytest
from playwright.sync_api import expect

from tests.e2e.replies import whole

pytestmark = pytest.mark.browser

# The contrast of an element's text with what lies behind it (WCAG 2.2, 1.4.3), see-through layers mixed in order.
CONTRAST = """
(element) => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const layers = [];
  let seen = 1;
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    layers.push(rgba(style.backgroundColor));
    seen *= Number(style.opacity);
  }
  const ground = layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  const own = rgba(getComputedStyle(element).color);
  const text = over([own[0], own[1], own[2], own[3] * seen], ground);
  const [bright, dim] = [light(text), light(ground)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}
"""


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(open_page, scripted, stage, scheme):
    stage.play(whole("Some thinking.", "Some answer with `code` and a [link](https://example.com)."))
    playground = open_page(scripted, color_scheme=scheme)
    playground.ask("Hello")
    places = {
        "badge": playground.key("connection").get_by_text("kimi-k2-6 at"),
        "answer": playground.answer().locator("p"),
        "code": playground.answer().locator("code"),
        "link": playground.answer().locator("a"),
        "thinking": playground.thinking().locator("p"),
        "title of the answer": playground.key("turn-1-answer").locator(".pane-head"),
        "stats": playground.stats().locator("p"),
        "label": playground.key("param-temperature").get_by_text("Temperature", exact=True),
        "resolver": playground.page.get_by_text("Nothing is sent about thinking"),
        "group": playground.page.get_by_text("SAMPLING"),
        "meter": playground.page.get_by_text("Context: about"),
        "prompt": playground.key("turn-1").get_by_test_id("stText"),
    }
    contrasts = {name: place.last.evaluate(CONTRAST) for name, place in places.items()}
    poor = {name: round(contrast, 2) for name, contrast in contrasts.items() if contrast < 4.5}
    assert not poor, f"{scheme}: {poor}"


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_simulators_badge_and_warnings_can_be_read(open_page, simulated, scheme):
    playground = open_page(simulated, color_scheme=scheme)
    number = playground.key("box-temperature").locator("input")
    number.fill("9")
    number.press("Enter")
    problem = playground.key("param-temperature").get_by_text("must be a number")
    expect(problem).to_be_visible()
    badge = playground.key("connection").get_by_text("replies are simulated").last
    contrasts = {"problem": problem.evaluate(CONTRAST), "badge": badge.evaluate(CONTRAST)}
    playground.key("change-connection").locator("button:visible").first.click()
    primary = playground.key("connection-use-simulator").locator("p")
    expect(primary).to_be_visible()
    contrasts["primary button"] = primary.evaluate(CONTRAST)
    assert {name: round(value, 2) for name, value in contrasts.items() if value < 4.5} == {}


@pytest.mark.nightly
@pytest.mark.parametrize("size", [(390, 844), (1440, 900), (1366, 640), (780, 437)], ids=str)
def test_the_header_is_one_line_and_in_reach_however_far_one_scrolls(open_page, scripted, stage, size):
    stage.play(whole("", "\n\n".join(f"Paragraph {number}." for number in range(60))))
    playground = open_page(scripted, width=size[0], height=size[1])
    playground.ask("Hello")
    the_header_is_one_line_and_in_reach(playground)


def the_header_is_one_line_and_in_reach(playground):
    page = playground.page
    heard = [page.get_by_role("textbox", name="Title of the conversation")]
    heard += [page.get_by_role("button", name=name) for name in ("New", "Share", "Menu")]
    for place in (0, 10_000):
        page.evaluate(SCROLL, place)
        for one in heard:
            expect(one).to_be_in_viewport(ratio=1)
            assert one.evaluate(HIT), one
    header = playground.key("toolbar").bounding_box()
    assert header["y"] == 0 and 44 <= header["height"] <= 57
    links = [link.bounding_box() for link in page.get_by_test_id("stTopNavLink").all() if link.is_visible()]
    assert all(link["x"] + link["width"] <= header["x"] for link in links)


@pytest.mark.nightly
def test_no_empty_sidebar_stays_behind_on_a_page_without_settings(open_page, simulated):
    playground = open_page(simulated)
    expect(playground.page.get_by_test_id("stSidebar")).to_be_visible()
    for title in ("History", "Reference", "Simulator"):
        playground.go_to(title)
        expect(playground.page.get_by_test_id("stSidebar")).to_be_hidden()
    playground.go_to("Playground")
    expect(playground.page.get_by_test_id("stSidebar")).to_be_visible()


SCROLL = """
(place) => {
  for (let box = document.querySelector('.st-key-toolbar'); box; box = box.parentElement) box.scrollTop = place;
}
"""
# The middle of an element is what the pointer finds there.
HIT = """
(element) => {
  const box = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}
"""
