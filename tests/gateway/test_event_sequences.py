"""One tiny reply of each wire, event by event: names and order as they are documented."""

from __future__ import annotations

import json
from typing import Any

import httpx

TINY: dict[str, Any] = {"model": "kimi-k2-6", "stream": True, "temperature": 0}
PROMPT = "simulate: thinking=2 answer=2"
MESSAGES = [{"role": "user", "content": PROMPT}]


def names(text: str) -> list[str]:
    return [line.removeprefix("event: ") for line in text.split("\n") if line.startswith("event: ")]


def test_tiny_reply_of_chat_event_by_event(client: httpx.Client) -> None:
    text = client.post("/chat/completions", json={**TINY, "messages": MESSAGES}).text
    deltas = [
        next(iter(json.loads(line[6:])["choices"][0]["delta"]), "end")
        for line in text.split("\n")
        if line.startswith("data: {")
    ]
    assert deltas == ["role", "reasoning_content", "reasoning_content", "content", "content", "end"]
    assert text.endswith("data: [DONE]\n\n")


def test_tiny_reply_of_responses_event_by_event(client: httpx.Client) -> None:
    text = client.post("/responses", json={**TINY, "input": PROMPT}).text
    assert names(text) == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    events = [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]
    assert [event["type"] for event in events] == names(text)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[5]["delta"] == " last" and events[5]["output_index"] == 0
    assert events[-1]["response"]["output"] == [events[8]["item"], events[15]["item"]]


def test_tiny_reply_of_messages_event_by_event(client: httpx.Client) -> None:
    text = client.post("/messages", json={**TINY, "messages": MESSAGES, "max_tokens": 9}).text
    assert names(text) == [
        "message_start",
        "ping",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    events = [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]
    assert [event["type"] for event in events] == names(text)
    assert [event["delta"]["type"] for event in events if event["type"] == "content_block_delta"] == [
        "thinking_delta",
        "thinking_delta",
        "signature_delta",
        "text_delta",
        "text_delta",
    ]
    assert events[11]["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
