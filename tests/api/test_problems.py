"""Every documented error, in every envelope, becomes one plain sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.api.problems import SENTENCES, error_from_body, error_from_text

STATUS_AND_BEGINNING = {
    "missing_api_key": (401, "The API got no key."),
    "invalid_api_key": (401, "The API does not accept this key."),
    "insufficient_credits": (402, "The account has no credits left."),
    "model_not_found": (404, "The API does not know this model"),
    "rate_limit_exceeded": (429, "Too many requests or tokens this minute."),
    "model_unavailable": (503, "The model is offline for now."),
    "upstream_error": (502, "The provider behind the API returned an error."),
}


def read(body: Any, status: int | None = 400) -> Any:
    return error_from_body(body, status=status, raw=json.dumps(body))


def test_every_documented_code_has_its_sentence():
    assert set(STATUS_AND_BEGINNING) == set(SENTENCES)


@pytest.mark.parametrize("code", STATUS_AND_BEGINNING)
def test_the_code_decides_the_sentence_in_both_envelopes(code: str):
    status, begins = STATUS_AND_BEGINNING[code]
    for body in (
        {"error": {"code": code, "message": "Details.", "type": "x"}},
        {"type": "error", "error": {"type": code, "message": "Details."}},
    ):
        error = read(body, status)
        assert str(error).startswith(begins) and str(error).endswith("It said: Details.")
        assert (error.status, error.code) == (status, code)


@pytest.mark.parametrize(
    "status, begins",
    [
        (400, "The API refused the request as malformed."),
        (401, "The API does not accept this key."),
        (402, "The account has no credits left."),
        (404, "There is no such endpoint or model"),
        (413, "The request is too large"),
        (429, "Too many requests"),
        (500, "The API failed on its side."),
        (502, "The provider behind the API"),
        (503, "The model is offline"),
        (529, "The API is overloaded."),
        (418, "The API answered with status 418."),
    ],
)
@pytest.mark.parametrize("raw", ["", "<html>", "[]", "{}", '{"error": null}', '{"error": []}', "[" * 100_000])
def test_without_a_code_the_status_decides(status: int, begins: str, raw: str):
    error = error_from_text(raw, status=status)
    assert str(error).startswith(begins)
    assert (error.status, error.code, error.raw) == (status, None, raw)


@pytest.mark.parametrize(
    "type_, begins",
    [
        ("authentication_error", "The API does not accept this key."),
        ("billing_error", "The account has no credits left."),
        ("rate_limit_error", "Too many requests"),
        ("overloaded_error", "The API is overloaded."),
        ("never_heard_of_it", "The API ended the reply with an error."),
    ],
)
def test_inside_a_stream_the_type_decides(type_: str, begins: str):
    error = read({"type": "error", "error": {"type": type_, "message": ""}}, None)
    assert str(error).startswith(begins)
    assert (error.status, error.code) == (None, type_)


@pytest.mark.parametrize("code", [503, "503"])
def test_a_number_for_a_code_is_a_status_and_not_a_code(code: object):
    error = read({"error": {"code": code, "message": "Full.", "type": "server_error"}}, None)
    assert (error.status, error.code) == (503, "server_error")
    assert str(error) == "The model is offline for now. Try again shortly. It said: Full."


@pytest.mark.parametrize(
    "body", [{"error": "Full."}, {"message": "Full."}, {"detail": "Full."}, {"error": {"message": " Full.\n "}}]
)
def test_the_servers_own_words_are_found(body: dict[str, Any]):
    assert str(read(body, 500)) == "The API failed on its side. Try again. It said: Full."


def test_long_words_are_cut_and_kept_whole_in_the_raw_reply():
    error = read({"error": {"message": "x" * 9_000}}, 500)
    assert len(str(error)) < 600
    assert "x" * 9_000 in error.raw


def test_a_request_id_in_the_body_is_better_than_none():
    body = {"code": "InvalidParameter", "message": "No.", "request_id": "r1"}
    assert read(body).request_id == "r1"
    assert error_from_body(body, status=400, raw="", request_id="header").request_id == "header"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "code", "type", "message", "detail", "request_id"]), inner, max_size=4
        )
    ),
)


@given(ANYTHING, st.none() | st.integers(100, 599))
def test_every_body_gives_a_sentence(body: Any, status: int | None):
    error = read(body, status)
    assert str(error) and "\n" not in str(error)
    assert error.code is None or isinstance(error.code, str)


@pytest.mark.parametrize(
    "body",
    [
        {"detail": "body.top_p: too high"},
        {"detail": [{"loc": ["body", "top_p"], "msg": "too high", "type": "less_than"}]},
        {"detail": [{"msg": "body.top_p: too high"}, "odd", {"loc": 3}]},
        [{"error": {"code": 422, "message": "body.top_p: too high"}}],
    ],
)
def test_what_is_wrong_is_said_however_the_server_lists_it(body: Any):
    assert str(read(body, 422)).endswith("It said: body.top_p: too high")
