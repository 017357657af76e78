"""For all wires: the fields of parameters, the content of a conversation, and decoders that nothing breaks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.api.wires.registry import WIRES
from components.api.wires.wire import DataUrl, Wire, data_url, short_url
from components.ask import main
from components.core.errors import ApiError
from components.core.events import Finished
from components.core.request import RunRequest
from components.params.cards import default_card
from tests.api.outcome import EXPECTED, RECORDED, summary, wire_of
from tests.api.wires.conversations import (
    CONVERSATION,
    EVERY_PARAMETER,
    FRAMES,
    PICTURE,
    THINKING,
    TOOL,
    body_of,
    folded,
    user,
)

every_wire = pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)

SAME = ("temperature", "top_p", "enable_thinking", "thinking_budget", "reasoning_effort")
SAME += ("web_search_linkup", "disable_formatting")
FIELDS = {
    "chat_completions": {name: name for name in (*SAME, "max_tokens", "stop")},
    "responses": {name: name for name in SAME} | {"max_tokens": "max_output_tokens"},
    "messages": {name: name for name in (*SAME, "max_tokens")} | {"stop": "stop_sequences"},
}


def test_every_name_of_a_wire_has_its_wire():
    assert list(WIRES) == ["chat_completions", "responses", "messages"]
    assert [f"POST /v1{wire.path}" for wire in WIRES.values()] == list(default_card().endpoints)


@every_wire
def test_how_each_parameter_travels_is_said_and_is_true(wire: Wire):
    assert wire.parameter_fields(default_card()) == FIELDS[wire.name]
    assert (
        {*wire.parameter_fields(default_card()), *wire.unsupported}
        == set(default_card().parameters)
        == set(EVERY_PARAMETER)
    )
    assert not wire.parameter_fields(default_card()).keys() & wire.unsupported.keys()
    assert all(reason.endswith(".") for reason in wire.unsupported.values())
    body = body_of(wire, user("Hi"), parameters=EVERY_PARAMETER)
    for name, field in wire.parameter_fields(default_card()).items():
        value = EVERY_PARAMETER[name]
        assert body[field] == (list(value) if isinstance(value, tuple) else value)
    assert not {"stop"} & wire.unsupported.keys() & body.keys()


@every_wire
def test_a_tenth_parameter_travels_under_its_own_name(wire: Wire):
    assert body_of(wire, user("Hi"), parameters={"brand_new": 7})["brand_new"] == 7


@every_wire
def test_nothing_is_sent_that_nobody_chose(wire: Wire):
    assert body_of(wire, user("Hi")).keys() & set(FIELDS[wire.name].values()) == (
        {"max_tokens"} if wire.name == "messages" else set()
    )


def test_the_two_forms_of_a_picture_differ_in_their_data_only():
    assert str(data_url(PICTURE)) == "data:image/png;base64,iVBORy1ieXRlcw=="
    assert short_url(PICTURE) == DataUrl("image/png", f"… 10 bytes, sha256 {PICTURE.sha256[:16]}…")


def leaves(value: Any) -> list[str]:
    """All texts in a body, in order."""
    match value:
        case str(text):
            return [text]
        case dict():
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        case list():
            return [leaf for inner in value for leaf in leaves(inner)]
    return []


@every_wire
def test_the_same_conversation_carries_the_same_parts_in_the_same_order(wire: Wire):
    body = json.loads(json.dumps(body_of(wire, *CONVERSATION, system="Be brief.", tools=(TOOL,))))
    texts = leaves(body.get("messages") or body.get("input"))
    order = [
        data_url(PICTURE).data,
        FRAMES[0].caption,
        data_url(FRAMES[0]).data,
        FRAMES[1].caption,
        data_url(FRAMES[1]).data,
        "What is it?",
        "A dot.",
        "Weather?",
        THINKING,
        "functions.weather:0",
        "weather",
        "b",
        "clock",
        "sunny",
        "12:00",
    ]
    positions = []
    for part in order:
        found = [n for n, text in enumerate(texts) if text == part or text.endswith(f";base64,{part}")]
        assert found, part
        positions.append(next((n for n in found if not positions or n > positions[-1]), -1))
    in_turn = [n for part, n in zip(order, positions, strict=True) if part != THINKING]
    assert -1 not in in_turn and in_turn == sorted(in_turn)
    assert texts.count("Looking.") == texts.count("sunny") == texts.count("12:00") == 1
    assert "Be brief." in leaves(body) and "Tells it." in leaves(body)


@every_wire
def test_the_preview_differs_from_what_is_sent_by_the_pictures_data_only(wire: Wire):
    request = RunRequest("m", CONVERSATION, wire.name)
    sent, shown = (json.dumps(wire.encode(request, form), ensure_ascii=False) for form in (data_url, short_url))
    for picture in (PICTURE, *FRAMES):
        assert data_url(picture).data not in shown
        sent = sent.replace(data_url(picture).data, short_url(picture).data)
    assert sent == shown


@pytest.mark.parametrize("wire", WIRES)
def test_ask_prints_the_body_of_each_endpoint(wire: str, capsys: pytest.CaptureFixture[str]):
    arguments = ["Hi", "--wire", wire, "--system", "Be brief.", "--param", "max_tokens=7", "--dry-run"]
    assert main(arguments) == 0
    parameters = {"max_tokens": 7}
    expected = body_of(WIRES[wire], user("Hi"), system="Be brief.", parameters=parameters)
    assert json.loads(capsys.readouterr().out) == expected


@pytest.mark.parametrize("name", WIRES)
def test_ask_says_what_an_endpoint_cannot_carry(name: str, capsys: pytest.CaptureFixture[str]):
    assert main(["Hi", "--wire", name, "--param", 'stop=["END"]', "--dry-run"]) == 0
    said = capsys.readouterr().err
    assert said == "".join(f"`stop` is not sent. {reason}\n" for reason in WIRES[name].unsupported.values())


def test_the_help_of_ask_names_every_endpoint(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "chat_completions, responses, messages" in re.sub(r"\s+", " ", capsys.readouterr().out)


# Replies.

STREAMS = [name for name in EXPECTED if name.endswith(".sse") and not Path(name).name.startswith("chat")]


def recorded_events(name: str) -> list[tuple[str, str]]:
    """Name and data of each event; these files have one line of each."""
    events = []
    for block in (RECORDED / name).read_text(encoding="utf-8").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        if lines:
            events.append((lines.get("event", "message"), lines["data"]))
    return events


def stripped(value: Any, *names: str) -> Any:
    match value:
        case dict():
            return {name: stripped(inner, *names) for name, inner in value.items() if name not in names}
        case list():
            return [stripped(inner, *names) for inner in value]
    return value


OPTIONAL = [
    (),
    ("sequence_number", "output_index", "content_index", "summary_index"),
    ("item_id",),
    ("id",),
    ("logprobs", "annotations", "created_at", "stop_sequence", "signature", "status"),
]


# A call without its ids would be another call.
READ_WITHOUT = [(name, fields) for name in STREAMS for fields in OPTIONAL if "tools" not in name or "id" not in fields]


@pytest.mark.parametrize("name, without", READ_WITHOUT)
def test_a_recording_is_read_by_meaning_without_what_is_optional(name: str, without: tuple[str, ...]):
    decoder = wire_of(name).decoder()
    events = []
    for event_name, data in recorded_events(name):
        events += decoder.feed(event_name, json.dumps(stripped(json.loads(data), *without)))
    said = summary(folded([*events, *decoder.close()]))
    assert said == {key: EXPECTED[name][key] for key in said}


@pytest.mark.parametrize("name", STREAMS)
def test_a_recording_that_ends_early_says_the_beginning_and_never_that_it_finished(name: str):
    events = recorded_events(name)
    expected = EXPECTED[name]
    for end in range(len(events)):
        decoder = wire_of(name).decoder()
        said = [one for event_name, data in events[:end] for one in decoder.feed(event_name, data)]
        transcript = folded([*said, *decoder.close()])
        assert expected["thinking"].startswith(transcript.thinking)
        assert expected["answer"].startswith(transcript.answer)
        assert not any(isinstance(one, Finished) for one in said)


@pytest.mark.parametrize("name", ["llamacpp/responses_tools.sse", "aimock/messages_tools.sse"])
def test_nothing_is_read_twice_when_the_last_event_comes_with_an_end_mark(name: str):
    decoder = wire_of(name).decoder()
    events = [one for event_name, data in recorded_events(name) for one in decoder.feed(event_name, data)]
    assert decoder.over
    assert sum(isinstance(one, Finished) for one in events) == 1


NAMES = st.sampled_from(
    [
        *("type", "response", "item", "item_id", "id", "call_id", "name", "delta", "text", "part", "output", "status"),
        *("content", "summary", "arguments", "output_index", "content_index", "summary_index", "usage", "error"),
        *("message", "index", "content_block", "thinking", "signature", "partial_json", "input", "stop_reason"),
        *("input_tokens", "input_tokens_details", "prompt_tokens", "incomplete_details", "reason", "choices"),
    ]
)
TYPES = st.sampled_from(
    [
        *("response.created", "response.output_item.added", "response.output_item.done", "response.completed"),
        *("response.output_text.delta", "response.output_text.done", "response.reasoning_text.delta"),
        *("response.reasoning_summary_text.delta", "response.function_call_arguments.delta", "response.failed"),
        *("response.function_call_arguments.done", "response.incomplete", "message", "reasoning", "function_call"),
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta"),
        *("message_stop", "ping", "error", "text", "thinking", "tool_use", "completed", "failed", "incomplete"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | TYPES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
EVENTS = st.lists(JSON | st.fixed_dictionaries({"type": TYPES}, optional={"delta": JSON, "item": JSON}), max_size=6)


@pytest.mark.parametrize("name", ["responses", "messages"])
@given(events=EVENTS, event_name=st.just("message") | TYPES)
def test_no_event_breaks_a_decoder(name: str, events: list[Any], event_name: str):
    decoder = WIRES[name].decoder()
    said = []
    for event in events:
        try:
            said += decoder.feed(event_name, json.dumps(event))
        except ApiError:
            break
    folded([*said, *decoder.close()])


@pytest.mark.parametrize("name", ["responses", "messages"])
@given(body=st.dictionaries(NAMES, JSON))
def test_no_body_breaks_a_decoder(name: str, body: dict[str, Any]):
    decoder = WIRES[name].decoder()
    try:
        folded([*decoder.feed_body(body), *decoder.close()])
    except ApiError:
        pass


@pytest.mark.parametrize("name", ["responses", "messages"])
@given(data=st.text())
def test_no_text_breaks_a_decoder(name: str, data: str):
    try:
        WIRES[name].decoder().feed("message", data)
    except ApiError:
        pass
