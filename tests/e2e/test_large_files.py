"""Large files in a real browser: sent in pieces to the app's disk, cancelled, refused in a sentence."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LARGEST = 2_000_000_000
PIECES = re.compile("/upload_file/.*/piece-")


@pytest.fixture
def large(tmp_path, media_dir):
    """A clip of 21 MB, most of which is a box that readers skip."""
    data = (media_dir / "bigbuckbunny.mp4").read_bytes()
    room = 20_000_000
    path = tmp_path / "large.mp4"
    path.write_bytes(data + room.to_bytes(4, "big") + b"free" + bytes(room - 8))
    return path


@pytest.fixture
def too_large(tmp_path):
    path = tmp_path / "huge.mp4"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1_000_000)
    return path


@pytest.mark.nightly
def test_a_large_clip_comes_in_pieces_and_one_that_is_too_large_is_refused(
    open_page, simulated, media_dir, large, too_large
):
    playground = open_page(simulated)
    page = playground.page
    held = []
    page.route(PIECES, lambda route: held.append(route))
    playground.attach(large)
    cancel = page.get_by_role("button", name="Cancel sending large.mp4")
    expect(playground.key("arriving").get_by_text(re.compile("of 21 MB"))).to_be_visible()
    cancel.click()
    expect(cancel).to_have_count(0)
    playground.attach(large)  # and is on its way when the page is loaded anew
    expect(playground.key("arriving").get_by_text(re.compile("of 21 MB"))).to_be_visible()
    page.reload()
    expect(playground.alerts.filter(has_text="'large.mp4' did not come: the page was loaded anew")).to_have_count(1)
    page.unroute(PIECES)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if PIECES.search(request.url) else None)
    playground.attach(large, too_large, media_dir / "china.jpg")
    expect(playground.key("storyboard").locator("img")).to_have_count(9)
    order = playground.key("storyboard").locator("[class*=st-key-tile-]")
    expect(order.first).to_contain_text("large.mp4")  # chosen first, though it comes last
    expect(playground.alerts.filter(has_text="'huge.mp4' has 2,001 MB, more than the 2,000 MB")).to_have_count(1)
    assert len(sent) == 3
    assert not playground.errors
