"""Each wire sends a picture by its address, in its own format, in its position between texts, and without bytes."""

import pytest

from components.api.wires.registry import WIRES
from components.api.wires.wire import short_url
from components.core.parts import RemoteImagePart
from components.core.request import RunRequest
from tests.api.wires.conversations import PICTURE, body_of, user

URL = "https://example.com/a.jpg?x=1&y=2"
MESSAGE = user("First:", RemoteImagePart(URL), "then:", PICTURE, "Compare.")

SHAPES = {
    "chat_completions": ("messages", {"type": "image_url", "image_url": {"url": URL}}),
    "responses": ("input", {"type": "input_image", "image_url": URL, "detail": "auto"}),
    "messages": ("messages", {"type": "image", "source": {"type": "url", "url": URL}}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_address_travels_as_it_is_where_the_user_put_it(name):
    field, shape = SHAPES[name]
    content = body_of(WIRES[name], MESSAGE)[field][0]["content"]
    assert content[1] == shape
    assert [part.get("text") for part in content] == ["First:", None, "then:", None, "Compare."]


@pytest.mark.parametrize("name", SHAPES)
def test_the_preview_shows_the_whole_address(name):
    request = RunRequest("kimi-k2-6", (MESSAGE,), WIRES[name].name)
    assert URL in str(WIRES[name].encode(request, short_url))
