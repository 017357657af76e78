"""The message box: at hand from the beginning, safe with input methods, quick with long texts, never out of sight."""

import pytest
from playwright.sync_api import expect

from tests.e2e.replies import whole
from tests.e2e.seeing import sight

pytestmark = pytest.mark.browser

FOCUSED = "() => document.activeElement?.matches('.st-key-composer textarea')"
# What Safari sends when Enter confirms a word: the key after the word's end, and not as a part of it.
CONFIRM = """
(box) => {
  box.dispatchEvent(new CompositionEvent('compositionend', {data: 'にほん', bubbles: true}))
  const key = {key: 'Enter', code: 'Enter', keyCode: 229, isComposing: false, bubbles: true, cancelable: true}
  box.dispatchEvent(new KeyboardEvent('keydown', key))
}
"""
PUT = """
(box, text) => {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, text)
  box.dispatchEvent(new Event('input', {bubbles: true}))
}
"""
NAMES = """
() => [...document.querySelectorAll('button')].filter((one) => one.checkVisibility({visibilityProperty: true}))
  .map((one) => one.getAttribute('aria-label') || one.innerText.replace(/\\s+/g, ' ').trim()).filter(Boolean)
"""
# A picture of its own colour and name, as a file inside a clipboard or a drag.
FILE = """async ([colour, name, place]) => {
  const canvas = document.createElement("canvas")
  canvas.width = 300; canvas.height = 200
  const context = canvas.getContext("2d")
  context.fillStyle = colour; context.fillRect(0, 0, 300, 200)
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
  const transfer = new DataTransfer()
  transfer.items.add(new File([blob], name, { type: "image/png" }))
"""
PASTE = f"""{FILE}
  const event = new ClipboardEvent("paste", {{ clipboardData: transfer, bubbles: true, cancelable: true }})
  document.activeElement.dispatchEvent(event)
  return event.defaultPrevented
}}"""
DROP = f"""{FILE}
  const event = new DragEvent("drop", {{ dataTransfer: transfer, bubbles: true, cancelable: true }})
  document.querySelector(place).dispatchEvent(event)
  return event.defaultPrevented
}}"""
PASTE_TEXT = """() => {
  const transfer = new DataTransfer()
  transfer.setData("text/plain", "just words")
  const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
  document.activeElement.dispatchEvent(event)
  return event.defaultPrevented
}"""
BLANK = ["\u00a0\u3000", "\u200b\u200d", "\ufeff", "\u2003\n\u2028\u00a0\n"]


def test_the_message_box_as_it_is_used(open_page, scripted, stage):
    playground = open_page(scripted)
    playground.page.wait_for_function(FOCUSED)
    a_link_at_the_beginning_of_the_page_leads_to_it(playground)
    pasted_and_dropped_pictures_reach_the_tray_however_fast_they_come(playground)
    stage.play(whole("", "はい。"))
    enter_that_confirms_a_word_of_an_input_method_does_not_send(playground, stage)
    playground.wait_for_end()
    it_has_the_focus_in_a_new_conversation(playground)
    assert not playground.errors


def it_has_the_focus_in_a_new_conversation(playground):
    for begin in (playground.key("new-conversation").get_by_role("button").click, lambda: playground.choose("private")):
        begin()
        playground.page.wait_for_function(FOCUSED)


def a_link_at_the_beginning_of_the_page_leads_to_it(playground):
    playground.page.evaluate(
        "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')"
    )
    playground.page.keyboard.press("Tab")
    link = playground.page.get_by_role("link", name="Skip to the message box")
    expect(link).to_be_focused()
    assert sight(link) == ""
    playground.page.keyboard.press("Enter")
    playground.page.wait_for_function(FOCUSED)


def pasted_and_dropped_pictures_reach_the_tray_however_fast_they_come(playground):
    pictures = playground.key("storyboard").locator("img")
    playground.composer.click()
    assert playground.page.evaluate(PASTE, ["teal", "image.png"])
    for name in ("a.png", "b.png", "c.png"):
        assert playground.page.evaluate(DROP, ["red", name, ".stMain"])
    expect(pictures).to_have_count(4)
    assert [picture.get_attribute("alt") for picture in pictures.all()] == ["pasted 1.png", "a.png", "b.png", "c.png"]
    # Text is none of its business.
    assert not playground.page.evaluate(PASTE_TEXT)
    expect(playground.composer).to_have_value("")
    # Another uploader has what is dropped on it for itself.
    playground.choose("Paste code")
    other = ".st-key-paste-files [data-testid='stFileUploaderDropzone']"
    expect(playground.page.locator(other)).to_be_visible()
    playground.page.evaluate(DROP, ["blue", "d.png", other])
    expect(playground.key("paste-files")).to_contain_text("d.png")
    expect(pictures).to_have_count(4)
    playground.escape()


@pytest.mark.nightly
def test_enter_that_confirms_a_word_does_not_send_to_columns_either(open_page, scripted, stage):
    stage.play(whole("", "はい。"))
    enter_that_confirms_a_word_of_an_input_method_does_not_send(open_page(scripted, "/compare"), stage)


def enter_that_confirms_a_word_of_an_input_method_does_not_send(playground, stage):
    playground.settle()
    playground.composer.fill("にほん")
    playground.composer.evaluate(CONFIRM)
    playground.settle()
    expect(playground.composer).to_have_value("にほん")
    assert stage.count == 0
    playground.composer.press("Enter")
    expect(playground.composer).to_have_value("")
    assert stage.exchange()


@pytest.mark.nightly
def test_what_cannot_be_seen_is_not_sent(open_page, scripted, stage):
    stage.play(whole("", "Yes."))
    playground = open_page(scripted)
    for text in BLANK:
        playground.send(text)
        expect(playground.alerts).to_contain_text("no visible characters")
        expect(playground.composer).to_have_value("")
    playground.ask("Hello")
    expect(playground.alerts).to_have_count(0)
    assert stage.count == 1


@pytest.mark.nightly
def test_buttons_have_names_of_their_own(open_page, simulated):
    playground = open_page(simulated)
    for turn in (1, 2):
        playground.ask("Hello\nsimulate: thinking=5 answer=10", turn)
    playground.page.wait_for_function(f"() => new Set(({NAMES})()).size === ({NAMES})().length")


@pytest.mark.nightly
def test_a_long_text_is_stored_once_nobody_types(open_page, simulated):
    playground = open_page(simulated)
    playground.page.wait_for_function(FOCUSED)
    text = "\n".join(f"{line} {'lorem ipsum ' * 7}" for line in range(2_200))
    playground.composer.evaluate(PUT, text)
    playground.page.wait_for_function("() => sessionStorage.getItem('playground-unsent')?.length > 190_000")
    playground.page.evaluate(
        "() => { window.stored = 0; const set = Storage.prototype.setItem;"
        " Storage.prototype.setItem = function (...given) { window.stored++; set.apply(this, given) } }"
    )
    playground.composer.press_sequentially("0123456789")
    playground.page.wait_for_function("() => sessionStorage.getItem('playground-unsent')?.endsWith('0123456789')")
    assert playground.page.evaluate("window.stored") < 10
    # Its height is not looked for at every key.
    heights = "box => { const before = box.clientHeight; box.style.height = 'auto'; return [before, box.clientHeight] }"
    before, meanwhile = playground.composer.evaluate(heights)
    assert before == meanwhile
