"""The usage account: needs a key, adds up to the cent's fraction, filters and pages."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from components.gateway.server import Simulator

MODEL = "kimi-k2-6"


@pytest.fixture
def own(start: Any) -> Simulator:
    return start()


@pytest.fixture
def account(own: Simulator, connect: Any) -> Iterator[httpx.Client]:
    with connect(own) as client:
        yield client


def ask(account: httpx.Client, own: Simulator, prompt: str, path: str = "/chat/completions", **more: Any) -> Any:
    said: Any = {"input": prompt} if path == "/responses" else {"messages": [{"role": "user", "content": prompt}]}
    response = account.post(path, json={"model": MODEL, **said, **more})
    id = response.headers["x-request-id"]
    assert own.log.wait_for(lambda entry: entry.id == id and entry.ended_s is not None, 10)
    return response.json()


def test_key_is_needed(simulator: Simulator) -> None:
    url = f"{simulator.base_url}/account/usage"
    assert httpx.get(url).json()["error"]["code"] == "missing_api_key"
    assert httpx.get(url, headers={"x-api-key": "nonsense"}).status_code == 401
    assert httpx.get(url, params={"limit": 1}, headers={"x-api-key": simulator.key}).status_code == 200


def test_cost_is_exact_and_leaves_the_balance(own: Simulator, account: httpx.Client) -> None:
    assert account.get("/account/usage").json()["balance"] == {"amount": "100", "currency": "USD"}
    usage = ask(account, own, "News about solar sails", web_search_linkup=True)["usage"]
    ask(account, own, "Hello", "/messages", max_tokens=9)
    ask(account, own, "Hello", "/responses")
    told = account.get("/account/usage").json()
    assert [event["endpoint"] for event in told["data"]] == ["/v1/responses", "/v1/messages", "/v1/chat/completions"]
    event = told["data"][-1]
    prompt, output = usage["prompt_tokens"], usage["completion_tokens"]
    assert event["tokens"] == {"input": prompt, "output": output, "cached": 0, "total": prompt + output}
    expected = (prompt * Decimal("0.8939") + output * Decimal("3.7131")) / 1_000_000 + Decimal("0.013")
    assert event["metadata"] == {"tool_usage": {"web_search_linkup": 1}}
    assert Decimal(event["cost"]["amount"]) == expected
    spent = sum(Decimal(event["cost"]["amount"]) for event in told["data"])
    assert Decimal(told["balance"]["amount"]) == 100 - spent
    assert (event["object"], event["status"], event["status_code"]) == ("usage_event", "success", 200)


def test_filters_and_pages(own: Simulator, account: httpx.Client) -> None:
    for _ in range(3):
        ask(account, own, "Hello")
    ask(account, own, "Hello", temperature=9)
    assert len(account.get("/account/usage").json()["data"]) == 4
    failed = account.get("/account/usage", params={"status": "error"}).json()["data"]
    assert [(event["status_code"], event["error"], event["cost"]["amount"]) for event in failed] == [
        (400, "invalid_request", "0")
    ]
    first = account.get("/account/usage", params={"limit": 3}).json()
    assert first["has_more"] is True and len(first["data"]) == 3
    rest = account.get("/account/usage", params={"limit": 3, "before": first["next_cursor"]}).json()
    assert rest["has_more"] is False and len(rest["data"]) == 1
    assert {event["id"] for event in first["data"]}.isdisjoint(event["id"] for event in rest["data"])
    for nothing in (
        {"source": "playground"},
        {"model": "other"},
        {"from": "2100-01-01"},
        {"to": "2000-01-01T00:00:00Z"},
    ):
        assert account.get("/account/usage", params=nothing).json()["data"] == []
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"from": "yesterday"}):
        assert account.get("/account/usage", params=wrong).status_code == 400


def test_reply_whose_reader_left_is_billed_in_full(own: Simulator, account: httpx.Client) -> None:
    own.behaviour.tokens_per_second = 50
    messages = [{"role": "user", "content": "simulate: thinking=0 answer=3000"}]
    body = {"model": MODEL, "messages": messages, "stream": True}
    with account.stream("POST", "/chat/completions", json=body) as response:
        next(response.iter_raw())
    entry = own.log.wait_for(lambda entry: entry.billed_tokens == 3000, 10)
    assert entry is not None and entry.answer_tokens < 3000 and entry.disconnected_after_s is not None
