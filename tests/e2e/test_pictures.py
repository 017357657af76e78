"""What only a browser shows of pictures: cutting out a region by keyboard, and their pixels side by side."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


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
