"""The page by keyboard alone: send, stop, regenerate, new, search."""

import pytest
from playwright.sync_api import expect

from tests.e2e.playground import settle

pytestmark = pytest.mark.browser


@pytest.mark.nightly
def test_the_playground_by_keyboard_alone(open_page, simulated):
    playground = open_page(simulated)
    tab_reaches_every_control_and_shows_where_it_is(playground.page, "/")
    everything_that_matters_has_a_key(playground, simulated)


def everything_that_matters_has_a_key(playground, simulated):
    page = playground.page
    playground.composer.focus()
    page.keyboard.type("Write a long essay about the sea, please.")
    page.keyboard.press("Enter")
    expect(playground.key("stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    page.keyboard.press("Control+Shift+Enter")
    expect(playground.key("stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")
    page.keyboard.press("Control+Shift+O")
    expect(playground.key("turn-1")).to_have_count(0)
    page.keyboard.press("Control+Shift+K")
    expect(page).to_have_url(f"{simulated.url}/history")
    assert playground.errors == []


@pytest.mark.nightly
def test_stop_is_in_reach_on_a_phone_while_a_reply_streams(open_page, simulated):
    playground = open_page(simulated, width=390, height=844)
    playground.send("Write a long essay about the sea, please.")
    expect(playground.answer()).to_contain_text("sea")
    stop = playground.key("stop").locator("button")
    expect(stop).to_be_in_viewport(ratio=1)
    assert stop.evaluate(HIT)
    stop.click()
    expect(playground.key("turn-1")).to_contain_text("Stopped by you")


@pytest.mark.nightly
@pytest.mark.parametrize("path", ["/sweep", "/compare", "/history", "/reference", "/simulator"])
def test_tab_reaches_every_control_of_a_page_and_shows_where_it_is(open_page, simulated, path):
    tab_reaches_every_control_and_shows_where_it_is(open_page(simulated, path).page, path)


def tab_reaches_every_control_and_shows_where_it_is(page, path):
    settle(page)
    page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
    if path in ("/", "/compare"):  # where the message box takes the focus once the page is there
        page.wait_for_function("document.activeElement.matches('.st-key-composer textarea')")
        page.evaluate("document.activeElement.blur()")
    wanted = page.evaluate(NUMBER_CONTROLS)
    reached, unseen = set(), []
    for _ in range(3 * len(wanted)):
        page.keyboard.press("Tab")
        at, seen, name = page.evaluate(WHERE)
        if at in reached:
            break
        if at is not None:
            reached.add(at)
            if not seen:
                unseen.append(name)
    assert [name for number, name in wanted.items() if number not in reached] == []
    assert unseen == []


HIT = """
(button) => {
  const box = button.getBoundingClientRect()
  return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
}
"""
# A group of choices is one stop of Tab, within which the arrow keys go on; what is disabled is none.
NUMBER_CONTROLS = """
() => {
  window.look = (one) => {
    let look = ''
    for (let box = one, up = 0; box && up < 5; up++, box = box.parentElement) {
      const style = getComputedStyle(box)
      look += [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.color].join()
    }
    return look
  }
  const wanted = {}
  let number = 0
  for (const one of document.querySelectorAll('button, a[href], input, textarea, select')) {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) continue
    if (one.closest('[role=radiogroup], [role=toolbar], [inert], [aria-hidden=true]')) continue
    one.dataset.walked = String(++number)
    one.lookBefore = window.look(one)
    wanted[number] = one.outerHTML.slice(0, 160)
  }
  return wanted
}
"""
# Focus is shown by the element or a box that Streamlit draws around it, at the end of a transition.
WHERE = """
async () => {
  const one = document.activeElement
  const until = performance.now() + 1000
  const same = () => one.lookBefore !== undefined && one.lookBefore === window.look(one)
  while (same() && performance.now() < until) await new Promise((done) => requestAnimationFrame(done))
  return [one.dataset.walked ?? null, !same(), one.outerHTML.slice(0, 160)]
}
"""
