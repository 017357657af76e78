"""What only a browser shows of pictures: pasting and dropping them, and cutting out a region by keyboard."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

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


def test_pasted_and_dropped_pictures_reach_the_tray_however_fast_they_come(open_page, scripted):
    playground = open_page(scripted)
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
    playground.page.evaluate(DROP, ["blue", "d.png", other])
    expect(playground.key("paste-files")).to_contain_text("d.png")
    expect(pictures).to_have_count(4)
    assert not playground.errors


@pytest.mark.nightly
def test_a_region_is_cut_out_by_keyboard_and_can_be_given_back(open_page, scripted, media_dir):
    playground = open_page(scripted)
    page = playground.page
    playground.attach(media_dir / "china.jpg")
    expect(playground.key("storyboard").locator("img")).to_have_count(1)
    playground.settle()
    page.locator("[class*='st-key-menu-0']").get_by_role("button").filter(visible=True).press("Enter")
    page.get_by_role("menuitem").filter(has_text="Enlarge, crop, compare").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Crop").press("Enter")
    left = dialog.get_by_role("slider").first
    for _ in range(10):
        left.press("ArrowRight")
    use = dialog.get_by_role("button", name="Send this region")
    expect(dialog).to_contain_text("610 × 427 of 640 × 427 px")
    use.press("Enter")
    expect(playground.key("storyboard")).to_contain_text("610 × 427")
    # The dialog stays for the next look; the whole is still there to go back to.
    dialog.get_by_role("button", name="Send the whole picture").press("Enter")
    expect(playground.key("storyboard")).to_contain_text("640 × 427")
    # Its button cannot be pressed again; the dialog has the keyboard instead.
    expect(dialog).to_be_focused()
    playground.escape()
    expect(dialog).to_have_count(0)
    assert not playground.errors


@pytest.mark.nightly
def test_pixels_are_compared_side_by_side_and_the_original_is_sent_at_a_click(open_page, scripted):
    chance = np.random.default_rng(0)
    stream = io.BytesIO()
    Image.fromarray(chance.integers(0, 255, (1600, 2400, 3), np.uint8)).save(stream, "JPEG", quality=60)
    playground = open_page(scripted)
    page = playground.page
    playground.attach({"name": "large.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()})
    expect(playground.key("storyboard")).to_contain_text("2048 × 1365")
    playground.settle()
    page.locator("[class*='st-key-menu-0']").get_by_role("button").filter(visible=True).press("Enter")
    page.get_by_role("menuitem").filter(has_text="Enlarge, crop, compare").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Before and after").click()
    expect(dialog).to_contain_text("Before: 320 × 240 of its pixels")
    expect(dialog).to_contain_text("Sent: the same place in 273 × 205 pixels")
    shown = dialog.get_by_role("tabpanel", name="Before and after").locator("img")
    expect(shown).to_have_count(2)
    assert len({image.get_attribute("src") for image in shown.all()}) == 2
    dialog.get_by_role("button", name="Send the original size").click()
    expect(playground.key("storyboard")).to_contain_text("2400 × 1600")
    expect(dialog).to_contain_text("before and after are the same")
    dialog.get_by_role("button", name="Send it made small").click()
    expect(playground.key("storyboard")).to_contain_text("2048 × 1365")
    assert not playground.errors
