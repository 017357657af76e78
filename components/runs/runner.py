"""`Runner`: one daemon thread that owns an event loop and a client; every generation is a task on it.

A task is cancelled at once, which closes its socket; a thread blocked in a read could not be. This is the
only asynchronous code outside the simulator.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from components.api.client import FIRST_WAIT_S, Client
from components.api.connection import Connection, Timeouts
from components.api.limiter import RateLimits
from components.api.transport import RestingSelector
from components.api.wires.registry import WIRES
from components.api.wires.weight import estimate_request
from components.api.wires.wire import data_url
from components.core.errors import ApiError
from components.core.request import RunRequest
from components.params.learned import LearnedLimits
from components.runs.run import Run

_CLOSING_S = 5.0

OnEnd = Callable[[Run], None]


class Runner:
    """Starts runs. One per process; `close` ends every run and the thread. `learned` collects limits from refusals."""

    def __init__(
        self,
        timeouts: Timeouts | None = None,
        *,
        first_wait_s: float = FIRST_WAIT_S,
        limits: RateLimits | None = None,
        learned: LearnedLimits | None = None,
    ) -> None:
        self._selector = RestingSelector(self._all_have_begun)
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._runs: dict[asyncio.Task[None], Run] = {}
        self._timeouts = timeouts
        self._first_wait_s = first_wait_s
        self._limits = limits
        self._learned = learned
        self._client: Client | None = None
        self._thread = threading.Thread(target=self._work, name="runner", daemon=True)
        self._thread.start()

    def start(
        self,
        request: RunRequest,
        connection: Connection,
        on_end: OnEnd | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        batch: bool = False,
        run_id: str | None = None,
    ) -> Run:
        """Starts a generation and returns its handle at once. `on_end` is called on the runner's thread.

        `body`, with its media shortened, is sent in place of what the wire makes of `request`, which then says only
        what media it holds and how to read the reply: the wire, and whether it is streamed. A call of a `batch`
        waits for those that somebody watches, and is not retried. `run_id`: an id for the run that was chosen
        before, to be stored before it is sent.
        """
        wire = WIRES[request.wire]
        sent = wire.encode(request, data_url) if body is None else wire.with_media(body, request)
        content = json.dumps(sent).encode()
        run = Run(request, connection, body)
        run.id = run_id or run.id
        self._loop.call_soon_threadsafe(self._launch, run, content, on_end, batch)
        self._selector.hurry()
        return run

    def close(self) -> None:
        """Stops all runs, closes all connections and joins the thread."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(_CLOSING_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLOSING_S)
            self._loop.close()

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _launch(self, run: Run, content: bytes, on_end: OnEnd | None, batch: bool) -> None:
        task = self._loop.create_task(self._generate(run, content, on_end, batch))
        self._runs[task] = run
        task.add_done_callback(self._runs.pop)

        def cancel() -> None:
            self._loop.call_soon_threadsafe(task.cancel)

        run.attach(cancel)

    def _all_have_begun(self) -> bool:
        return all(run.timings.first_event is not None for run in self._runs.values())

    async def _generate(self, run: Run, content: bytes, on_end: OnEnd | None, batch: bool) -> None:
        error: ApiError | None = None
        stopped = False
        client = self._client_here()
        prompt_tokens = estimate_request(run.request).tokens
        try:
            await client.exchange(
                WIRES[run.request.wire],
                content,
                run.connection,
                run.apply,
                streamed=run.request.stream,
                tokens=prompt_tokens,
                batch=batch,
            )
            await client.spend(run.connection, _tokens_used(run) - prompt_tokens)
        except ApiError as caught:
            error = caught
            if self._learned is not None:
                self._learned.learn_from_error(run.connection.base_url, run.request.model, caught.raw)
        except asyncio.CancelledError:
            stopped = True  # by the user, or because the runner closes: the run ends with what it has
        except Exception as caught:
            error = ApiError(f"Something went wrong inside this program ({type(caught).__name__}); its log says more.")
            raise  # the loop logs it
        finally:
            run.end(error=error, stopped=stopped)
            if on_end is not None:
                on_end(run)

    def _client_here(self) -> Client:
        # Made on the loop's own thread: its connections belong to that loop.
        if self._client is None:
            self._client = Client(self._timeouts, first_wait_s=self._first_wait_s, limits=self._limits)
        return self._client

    async def _shut(self) -> None:
        for task in self._runs:
            task.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
        # As `asyncio.run` does: else Python closes a half read stream later, without a running loop, and warns of it.
        await asyncio.get_running_loop().shutdown_asyncgens()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*left, return_exceptions=True)


def _tokens_used(run: Run) -> int:
    usage = run.transcript.usage
    return 0 if usage is None else (usage.input_tokens or 0) + (usage.output_tokens or 0)
