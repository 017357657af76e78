"""How long a sweep of 200 cells takes at the documented 50 requests a minute, with a fault in one call of twenty.

    python -m tests.benchmarks.sweep_rate

The simulator refuses what is over the limit, so a call too many would be seen. Printed: calls made and refused, the
time taken, and the time that the limit alone asks for so many calls. It takes about four minutes.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from components.api.connection import Connection
from components.gateway.faults import read_fault
from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.history.store import open_store
from components.history.sweeps import create_sweep, load_sweep
from components.params.cards import default_card
from components.params.choices import Choices
from components.runs.runner import Runner
from components.tuning.messages import sweep_messages
from components.tuning.plan import Plan, Question, grid, plan_json
from components.tuning.sweep import Sweep

LIMIT = 50


def main() -> None:
    plan = Plan(
        "Rate",
        tuple(Question(f"Question {number}\nsimulate: thinking=20 answer=30") for number in range(10)),
        grid({"temperature": [0.0, 0.5, 1.0, 1.5]}),
        5,
        Choices({"max_tokens": 50, "thinking_budget": 50}),
        (),
        Decimal("5"),
        16,
    )
    with tempfile.TemporaryDirectory() as folder, Simulator(Settings(200, log_entries=1_000)) as simulator:
        simulator.behaviour.fault = read_fault("status=503; probability=0.05")
        with closing(open_store(None, Path(folder))) as store, closing(Runner()) as runner:
            sweep_id = create_sweep(store, "local", plan.name, plan_json(plan), sweep_messages(plan, ()), plan.size)
            record = load_sweep(store, sweep_id, "local")
            assert record is not None
            connection = Connection(simulator.base_url, simulator.key, simulated=True)
            sweep = Sweep(record, store, runner, connection, "kimi-k2-6", default_card())
            began = time.monotonic()
            sweep.start()
            sweep.join()
            took = time.monotonic() - began
        statuses = [entry.status for entry in simulator.log.entries()]
    refused = statuses.count(429)
    asked = (len(statuses) - 1) // LIMIT * 60
    print(
        f"{sweep.status}: {sum(cell.status == 'done' for cell in sweep.cells)} cells, {len(statuses)} calls, ", end=""
    )
    print(
        f"{refused} over the limit, {took:.0f} s; the limit asks for {asked} s and the last calls ({took / asked:.2f})"
    )


if __name__ == "__main__":
    main()
