"""Parameters probed over real HTTP: what the simulator, which honours all of them, is found to do."""

from __future__ import annotations

import gc
import time
from contextlib import closing
from decimal import Decimal

import pytest

from components.api.connection import Connection
from components.api.limiter import RateLimits, account_of
from components.api.wires.registry import WIRES
from components.gateway.faults import read_fault
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.history.probes import load_probes
from components.history.store import open_store
from components.params.cards import default_card
from components.tuning.probing import Probing


@pytest.fixture
def simulator():
    with Simulator(Settings(0, requests_per_minute=None, tokens_per_minute=None)) as started:
        yield started


@pytest.fixture
def probing(simulator, start_runner, tmp_path):
    with closing(open_store(None, tmp_path)) as store:

        def start(names, n=6, wire="chat_completions"):
            connection = Connection(simulator.base_url, simulator.key, simulated=True)
            runner = start_runner(limits=RateLimits(100_000, 10**9))
            job = Probing(names, n, "local", store, runner, connection, default_card(), wire, first_wait_s=0.01)
            job.start()
            assert job.join(60)
            return job, load_probes(store, "local", account_of(connection))

        yield start


def test_the_simulator_is_found_to_honour_all_nine(probing, simulator):
    job, found = probing(list(default_card().parameters))
    assert {name: one.verdict for name, one in found.items()} == dict.fromkeys(default_card().parameters, "effect"), (
        found
    )
    assert job.calls == len(simulator.log.entries()) and job.done == list(default_card().parameters)
    assert all(one.cost_usd > Decimal(0) and one.probed_at > 0 for one in found.values())


@pytest.mark.parametrize("wire", WIRES.values(), ids=lambda wire: wire.name)
def test_the_chosen_endpoint_is_asked_and_named(probing, simulator, wire):
    job, found = probing(["max_tokens"], wire=wire.name)
    assert found["max_tokens"].verdict == "effect" and found["max_tokens"].note.endswith(f"through {wire.label}.")
    assert {entry.path for entry in simulator.log.entries()} == {f"/v1{wire.path}"}


def test_a_fault_for_the_moment_does_not_spoil_a_verdict(probing, simulator):
    simulator.behaviour.fault = read_fault("status=503; probability=0.2")
    _, found = probing(["max_tokens"])
    assert found["max_tokens"].verdict == "effect"


def test_a_refusal_repeats_what_the_api_said(probing, simulator):
    simulator.behaviour.fault = read_fault("status=402")
    _, found = probing(["max_tokens"])
    assert found["max_tokens"].verdict == "unclear" and "balance is empty" in found["max_tokens"].note


@pytest.mark.nightly
def test_a_forgotten_key_ends_it_and_is_let_go_of_with_a_sentence(simulator, start_runner, tmp_path):
    key = "sk-empiriolabs-canary-of-a-probe"
    simulator.behaviour.tokens_per_second = 20
    with closing(open_store(None, tmp_path)) as store:
        runner = start_runner(limits=RateLimits(100_000, 10**9))
        connection = Connection(simulator.base_url, key, simulated=True)
        job = Probing(
            list(default_card().parameters), 6, "local", store, runner, connection, default_card(), "chat_completions"
        )
        del connection
        job.start()
        while not simulator.log.entries():
            time.sleep(0.01)
        job.forget_key("sk-empiriolabs-another")
        assert job.problem is None
        job.forget_key(key)
        assert job.join(60)
    assert "key was forgotten" in job.problem and job.done == []
    assert all(entry.status != 401 for entry in simulator.log.entries())
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is Connection and one.key == key]
