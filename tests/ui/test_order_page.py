"""The ways into the tray beside the uploader, the order in which it is sent, and a photo looked at closely."""

import pytest

from components.core.parts import ImagePart, RemoteImagePart, TextPart
from tests.ui.shown import attached, said, said_of


@pytest.fixture
def photo(media_dir):
    return (media_dir / "china.jpg").read_bytes()


def add_address(app, url):
    app.text_input(key="address-url").set_value(url)
    app.button(key="address-add").click().run()
    assert not app.exception


def menu(app, position):
    return next(menu for menu in app.menu_button if menu.key.startswith(f"menu-{position}-"))


def choose(app, position, words):
    options = menu(app, position)
    (label,) = [option for option in options.options if words in option]
    options.click(label).run()
    assert not app.exception


def test_an_address_joins_the_tray_and_leaves_its_field(app):
    add_address(app, "https://example.com/cat_1.jpg")
    assert attached(app) == ["cat_1.jpg"] and "https://example.com/cat_1.jpg" in said_of(menu(app, 0).proto.help)
    assert app.text_input(key="address-url").value == ""
    assert any("cat\\_1.jpg" in caption.value for caption in app.container(key="storyboard").caption)


def test_an_address_that_is_refused_stays_to_be_mended(app):
    add_address(app, "ftp://example.com/cat.jpg")
    assert "must begin with https:// or http://" in said(app.warning[0])
    assert app.text_input(key="address-url").value == "ftp://example.com/cat.jpg" and not attached(app)


def test_pictures_and_texts_are_sent_in_the_order_of_the_tray(app, attach, ask, photo):
    attach(app, ("before.jpg", photo), ("after.jpg", photo))
    choose(app, 0, "Write text before it")
    app.text_area(key="text-0").set_value("Before:").run()
    choose(app, 2, "Write text before it")
    app.text_area(key="text-2").set_value(" After: ").run()
    choose(app, 1, "Send later")
    choose(app, 2, "Send earlier")
    add_address(app, "https://example.com/third.png")
    app.button(key="add-text").click().run()
    assert attached(app) == [*("text", "before.jpg", "text", "after.jpg", "third.png", "text")]
    ask(app, "Compare them.\nsimulate: thinking=5 answer=20")
    (message,) = app.session_state["playground"].turns[0].run.request.messages
    kinds = [type(part) for part in message.parts]
    # The text that was left empty is not sent.
    assert kinds == [TextPart, ImagePart, TextPart, ImagePart, RemoteImagePart, TextPart]
    assert [part.text for part in message.parts if isinstance(part, TextPart)][:2] == ["Before:", "After:"]
    assert [part.name for part in message.parts if isinstance(part, ImagePart)] == ["before.jpg", "after.jpg"]
    assert message.parts[-1].text.startswith("Compare them.")


def test_what_was_sent_is_shown_with_its_turn(app, attach, ask, photo):
    attach(app, ("a*b*.jpg", photo))
    add_address(app, "https://example.com/third.png")
    ask(app, "What is it?\nsimulate: thinking=5 answer=20")
    turn = app.container(key="turn-1")
    assert len(turn.image) == 1 and any("//example.com/third.png" in line.value for line in turn.caption)


def test_the_first_has_no_earlier_and_the_last_no_later(app, attach, photo):
    attach(app, ("a.jpg", photo), ("b.jpg", photo))
    assert not any("earlier" in option for option in menu(app, 0).options)
    assert not any("later" in option for option in menu(app, 1).options)


@pytest.mark.nightly
def test_fifty_files_at_once_are_taken_in_their_order(app, attach, photo):
    attach(app, *((f"{number}.jpg", photo) for number in range(50)))
    assert attached(app) == [f"{number}.jpg" for number in range(50)]
    assert not app.warning
