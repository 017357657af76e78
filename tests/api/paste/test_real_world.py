"""Snippets from elsewhere are read correctly, and everything that is left out is reported."""

import pytest

from components.api.paste.reader import read_pasted
from components.core.parts import RemoteImagePart
from tests.api.paste.real_world import SNIPPETS


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name.replace(" ", "_"))
def test_a_snippet_is_read_right(snippet):
    pasted = read_pasted(snippet.text)
    request = pasted.request
    assert request.messages[-1].role == "user"
    assert request.messages[-1].text == snippet.says
    remote = [part.url for one in request.messages for part in one.parts if isinstance(part, RemoteImagePart)]
    assert tuple(remote) == snippet.remote
    assert request.wire == snippet.wire
    assert request.system == snippet.system
    assert request.parameters == snippet.parameters
    assert tuple(tool.name for tool in request.tools) == snippet.tools
    assert request.stream == snippet.stream
    assert len(request.messages) == snippet.messages
    for words in snippet.left_out:
        assert any(words in sentence for sentence in pasted.left_out), (words, pasted.left_out)
    if not snippet.left_out:
        assert pasted.left_out == ()
    assert pasted.key_dropped == snippet.key_dropped


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS if s.key_dropped], ids=lambda s: s.name.replace(" ", "_"))
def test_a_key_is_in_nothing_that_was_read(snippet):
    pasted = read_pasted(snippet.text)
    for key in ("sk-empiriolabs-3fA9xQ7LmN2pZ8", "sk-proj-Ab12Cd34Ef56Gh78", "sk-abcdefghijklmnop", "eyJhbGciOi"):
        assert key not in repr(pasted)
