"""Paste code reads the programs of Get code as the request that they were written from."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.api.paste.reader import read_pasted
from components.api.snippets.program import Options
from components.api.snippets.registry import TARGETS, write_program
from components.api.wires.registry import WIRES
from components.api.wires.wire import data_url
from components.core.parts import FramePart, ImagePart
from tests.api.paste.requests import requests

READ = [(target.name, wire) for target in TARGETS.values() for wire in WIRES if target.speaks(wire)]
MANY = 100 if os.environ.get("PROGRAMS") == "all" else 6


@pytest.mark.parametrize(("target", "wire"), READ)
def test_a_program_is_read_back_as_the_request_it_was_made_from(target, wire):
    @settings(max_examples=MANY)
    @given(requests(wire))
    def holds(request):
        program = write_program(TARGETS[target], request, Options("https://api.empiriolabs.ai/v1"))
        pasted = read_pasted(program.code, {file.path: file.data for file in program.files})
        assert pasted.request == request
        assert not pasted.key_dropped
        assert [sentence for sentence in pasted.left_out if "address" not in sentence] == []

    holds()


@pytest.mark.parametrize("wire", WIRES)
def test_a_body_is_read_back_as_the_request_it_was_made_from(wire):
    @settings(max_examples=MANY * 2)
    @given(requests(wire), st.booleans())
    def holds(request, ascii_only):
        body = WIRES[wire].encode(request, data_url)
        pasted = read_pasted(json.dumps(body, ensure_ascii=ascii_only))
        # Which endpoint a body is for cannot always be seen; that it makes the same body there can.
        assert WIRES[wire].encode(_on(pasted.request, wire, request), data_url) == body
        assert pasted.left_out == ()

    holds()


def _on(read, wire, request):
    """The request on the endpoint that it was made for: with texts alone, two formats are the same."""
    from dataclasses import replace

    defaults = {} if "max_tokens" in request.parameters or wire != "messages" else {"max_tokens"}
    return replace(read, wire=wire, parameters={k: v for k, v in read.parameters.items() if k not in defaults})


def test_pictures_that_are_not_at_hand_are_named(media_dir):
    from tests.api.snippets.turns import frames, photo
    from tests.api.snippets.turns import request as make

    program = write_program(TARGETS["python_openai"], make(photo(), *frames(), "What is it?"), Options("http://x/v1"))
    pasted = read_pasted(program.code)
    assert not any(isinstance(part, ImagePart | FramePart) for part in pasted.request.messages[0].parts)
    named = [sentence for sentence in pasted.left_out if "attach it here" in sentence]
    assert len(named) == 3 and "media/my-photo-1.jpg" in named[0]
