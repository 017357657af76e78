"""The error tree: one base to catch, one plain sentence to show."""

import pytest

from components.core.errors import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    MediaError,
    ParameterError,
    PasteError,
    PlaygroundError,
    WireError,
)


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (ParameterError, PlaygroundError),
        (MediaError, PlaygroundError),
        (PasteError, PlaygroundError),
        (ApiError, PlaygroundError),
        (ApiConnectionError, ApiError),
        (ApiTimeoutError, ApiConnectionError),
        (ApiStatusError, ApiError),
        (WireError, ApiError),
    ],
)
def test_every_failure_hangs_in_one_tree(error: type[Exception], parent: type[Exception]):
    assert issubclass(error, parent)


def test_kinds_of_api_errors_differ_so_that_programs_can_tell_them_apart():
    kinds = [error.kind for error in (ApiConnectionError, ApiTimeoutError, ApiStatusError, WireError)]
    assert kinds == ["connection", "timeout", "status", "format"]


def test_an_api_error_reads_as_its_sentence_and_keeps_what_the_api_said():
    error = ApiStatusError("Too many requests.", status=429, code="rate_limit", request_id="r1", retry_after_s=2.0)
    assert str(error) == "Too many requests."
    assert (error.status, error.code, error.request_id, error.retry_after_s) == (429, "rate_limit", "r1", 2.0)
    assert error.raw == ""


def test_a_parameter_error_says_all_problems_and_copies_them():
    problems = {"top_p": "top_p is wrong.", "stop": "stop is wrong."}
    error = ParameterError(problems)
    problems.clear()
    assert str(error) == "top_p is wrong. stop is wrong."
    assert error.problems == {"top_p": "top_p is wrong.", "stop": "stop is wrong."}
