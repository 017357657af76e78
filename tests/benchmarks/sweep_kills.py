"""A sweep of 200 cells whose process is killed at a random moment, again and again, until it is done.

    python -m tests.benchmarks.sweep_kills [--seed 1]

Printed: the kills, the calls that were made beyond one for each cell (those that were under way at a kill), and how
many finished cells were touched afterwards. It ends with an error where an answer is another than undisturbed.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from components.gateway.server import Simulator
from components.gateway.settings import Settings
from components.history import sweeps
from components.history.store import open_store
from components.history.sweeps import CellRecord, claim_sweep, load_sweep, release_sweep
from components.runs.runner import Runner
from tests.tuning.test_sweep import CHILD, FREE, OWNER, ROOT, answers, begin, create, finish, plan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of the moments; by default others each time")
    chance = random.Random(parser.parse_args().seed)
    sweeps.LEASE_S = 0.0  # no wait for the process that is dead: its claim is taken over and given up at once
    settings = Settings(150, requests_per_minute=None, tokens_per_minute=None, log_entries=5_000)
    with tempfile.TemporaryDirectory() as folder, Simulator(settings) as simulator:
        with closing(open_store(None, Path(folder))) as store, closing(Runner(limits=FREE)) as runner:
            whole = plan(at_once=8)
            undisturbed = create(store, whole)
            finish(begin(store, undisturbed, runner, simulator))
            sweep_id = create(store, whole)
            before = len(simulator.log.entries())
            finished: dict[int, CellRecord] = {}
            kills = touched = 0
            while len(finished) < whole.size:
                _run_and_kill(folder, sweep_id, simulator, chance.uniform(0.2, 2.0))
                kills += 1
                assert claim_sweep(store, sweep_id, "benchmark")
                release_sweep(store, sweep_id, "benchmark", "paused")
                record = load_sweep(store, sweep_id, OWNER)
                assert record is not None
                touched += sum(record.cells[number] != cell for number, cell in finished.items())
                finished = {cell.number: cell for cell in record.cells if cell.status == "done"}
            beyond = len(simulator.log.entries()) - before - whole.size
            assert answers(store, sweep_id) == answers(store, undisturbed)
    print(
        f"{kills} kills: {whole.size} cells done with the same answers as undisturbed, {beyond} calls beyond one each,"
    )
    print(f"at most {kills * whole.at_once} were under way at a kill; {touched} finished cells touched again")


def _run_and_kill(folder: str, sweep_id: str, simulator: Simulator, after_s: float) -> None:
    port = simulator.base_url.split(":")[2].split("/")[0]
    command = [sys.executable, "-c", CHILD, folder, sweep_id, port]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "at work\n"
        time.sleep(after_s)
        child.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    main()
