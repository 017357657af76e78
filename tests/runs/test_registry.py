"""A run is found by its owner only, and old ones are forgotten."""

from components.api.connection import Connection
from components.core.parts import Message, TextPart
from components.core.request import RunRequest
from components.runs.registry import Registry
from components.runs.run import Run


def new_run(ended: bool = False) -> Run:
    run = Run(RunRequest("m", (Message("user", (TextPart("Hi"),)),)), Connection("http://127.0.0.1:1/v1"))
    if ended:
        run.end(stopped=True)
    return run


def test_a_run_is_given_to_its_owner_only():
    registry, run = Registry(), new_run()
    registry.add(run, "mine")
    assert registry.find(run.id, "mine") is run
    assert registry.find(run.id, "theirs") is None
    assert registry.find("no such run", "mine") is None


def test_ids_cannot_be_guessed():
    ids = {new_run().id for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) >= 20


def test_ended_runs_are_forgotten_oldest_first_and_live_ones_never():
    registry, live, first = Registry(), new_run(), new_run(ended=True)
    registry.add(live, "me")
    registry.add(first, "me")
    others = [new_run(ended=True) for _ in range(200)]
    for run in others:
        registry.add(run, "me")
    assert registry.find(first.id, "me") is None
    assert all(registry.find(run.id, "me") is run for run in (live, *others))


def test_the_key_is_not_in_the_repr_of_a_run():
    run = new_run()
    run.connection = Connection("http://127.0.0.1:1/v1", "sk-empiriolabs-canary")
    assert "canary" not in repr(run)
