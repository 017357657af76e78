"""A sweep from the terminal: what it writes, its exit status, and that it goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from components import sweep
from components.history.store import open_store
from components.history.sweeps import list_sweeps

Run = Callable[..., int]
FIVE = {
    "prompts": [
        {"prompt": "Say five\nsimulate: answer=5", "expected": "never said"},
        {"prompt": "Count\nsimulate: answer=5"},
    ],
    "expected": "e",
    "axes": {"temperature": [0, 1.5]},
    "settings": {"enable_thinking": False, "max_tokens": 20},
    "scorers": {"contains": "", "latency": ""},
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a file that says this, with further arguments; gives the exit status."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PLAYGROUND_SIMULATOR_TOKENS_PER_SECOND", "0")
    for name in ("EMPIRIOLABS_API_KEY", "EMPIRIOLABS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def call(whole: object, *arguments: str) -> int:
        path = tmp_path / "five.json"
        path.write_text(whole if isinstance(whole, str) else json.dumps(whole), encoding="utf-8")
        return sweep.main(["run", str(path), *arguments])

    return call


def test_it_asks_scores_and_writes_what_a_ci_shows(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "out"
    assert run({**FIVE, "thresholds": {"contains": 0.5, "latency": 60}}, "--out", str(out)) == 0
    suite = ET.parse(out / "junit.xml").getroot()
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "five",
        "tests": "6",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    failed = [case for case in suite if case.find("failure") is not None]
    assert all("Say five" in case.get("name") and case.get("classname").startswith("temperature") for case in failed)
    assert sorted(path.name for path in out.iterdir()) == ["junit.xml", "report.html", "results.csv", "results.jsonl"]
    printed = capsys.readouterr().out
    assert "contains: A tie" in printed and "temperature 1.5: 0.5" in printed and "of at most $1.00" in printed


def test_a_threshold_that_is_missed_is_the_exit_status_and_a_sentence(run: Run, capsys: pytest.CaptureFixture[str]):
    assert run({**FIVE, "thresholds": {"contains": 0.8}}) == 1
    assert capsys.readouterr().err == "contains is 0.5 on average, less than 0.8.\n"


def test_at_its_cap_it_ends_and_goes_on_when_it_is_resumed(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    whole = {**FIVE, "at_once": 1}
    assert run(whole, "--cap", "0.0000001") == 1 and "Not finished (capped)" in capsys.readouterr().err
    assert run(whole, "--resume") == 0
    store = open_store(None, tmp_path / "data")
    heads = list_sweeps(store, "local")
    store.close()
    assert [(head.name, head.status) for head in heads] == [("five", "done")]
    assert run({**whole, "repeats": 2}, "--resume") == 0  # another sweep: a new one


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        ("{", "five.json is not JSON"),
        ({}, "five.json, at its beginning: "),
        ({"prompts": "a", "axis": {}}, "'axis' was unexpected"),
        ({"prompts": ["a\n---\nb"]}, "put such texts into a table"),
        ({"prompts": "a", "scorers": {"python": "1"}}, "'python' is not a scorer"),
        ({"prompts": "a", "thresholds": {"contains": 1}}, "a threshold for contains, but no such scorer"),
        ({"prompts": "a", "endpoint": "smoke"}, "endpoint must be one of"),
        ({"prompts": "a", "axes": {"temperature": [9]}}, "from 0 to 2"),
        ({"table": "none.csv"}, "cannot be read: No such file"),
        ({"prompts": "{{q}}"}, "add a table"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_line(
    run: Run, whole: object, words: str, capsys: pytest.CaptureFixture[str]
):
    assert run(whole) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1 and "Traceback" not in said


def test_a_cap_must_be_an_amount(run: Run, capsys: pytest.CaptureFixture[str]):
    for cap in ("0", "much", "nan"):
        with pytest.raises(SystemExit) as ended:
            run(FIVE, "--cap", cap)
        assert ended.value.code == 2 and "US dollars" in capsys.readouterr().err


def test_texts_endpoints_and_models_are_varied_and_resumed_and_a_model_that_is_not_there_fails_alone(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    whole = {
        **{name: FIVE[name] for name in ("prompts", "settings", "expected", "scorers")},
        "axes": {
            "system prompt": ["", "Be brief.\nVery."],
            "endpoint": ["chat_completions", "messages"],
            "model": ["kimi-k2-6", "nobody @ the simulator"],
        },
    }
    out = tmp_path / "out"
    assert run(whole, "--out", str(out)) == 1
    printed = capsys.readouterr()
    assert "8 of 16 calls failed" in printed.err and "at most 200 calls" in printed.out
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    failed = {line["settings"]["model"] for line in lines if line["status"] == "failed"}
    assert failed == {"nobody @ the simulator"}
    assert {line["settings"]["system prompt"] for line in lines} == {"", "Be brief.\nVery."}
    assert run(whole, "--resume") == 1  # the same sweep, whose failed calls stay
    store = open_store(None, tmp_path / "data")
    assert len(list_sweeps(store, "local")) == 1
    store.close()


def test_keys_of_other_addresses_are_named_by_their_variable_and_never_written(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    address = "http://127.0.0.1:9/v1"
    whole = {"prompts": ["Hi"], "axes": {"model": [f"m @ {address}"]}, "keys": {address: "THEIR_KEY"}, "cap_calls": 1}
    monkeypatch.delenv("THEIR_KEY", raising=False)
    assert run(whole) == 2 and f"THEIR_KEY is not set: it should hold the key of {address}" in capsys.readouterr().err
    assert run({**whole, "axes": {"tools": ["on"]}}) == 2 and "none is defined" in capsys.readouterr().err
    assert run({**whole, "axes": {"model": ["m @ nowhere"]}}) == 2 and "is no address" in capsys.readouterr().err
