"""How long the history page's queries take on SQLite as runs grow: ``python -m tests.benchmarks.history_list``."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from components.history.listing import Filter, add_up_days, count_runs, list_runs
from components.history.runs import save_run
from components.history.store import Store, open_store
from tests.history.samples import asked

WORDS = (
    "ocean syllables model answer think reason budget table code python merge sort quick picture frame haiku".split()
)
REPEATS = 5


def fill(store: Store, start: int, end: int) -> None:
    """Runs of some 220 words; one in a thousand says "rare"."""
    rng = random.Random(start)
    for number in range(start, end):
        thinking = rng.choices(WORDS, k=120) + (["rare"] if number % 997 == 0 else [])
        answer = " ".join(rng.choices(WORDS, k=80))
        prompt = " ".join(rng.choices(WORDS, k=20))
        save_run(store, asked(prompt, thinking=" ".join(thinking), answer=answer, started_at=1e9 + 60 * number))


def milliseconds(query: Callable[[], object]) -> float:
    query()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        query()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(None, Path(folder))
        filled = 0
        for count in (1_000, 10_000, 100_000):
            fill(store, filled, count)
            filled = count
            print(f"{count:,} runs")
            for name, query in {
                "newest page": lambda: list_runs(store, "local", Filter()),
                "a rare word": lambda: list_runs(store, "local", Filter(words="rare")),
                "a word of nearly all": lambda: list_runs(store, "local", Filter(words="ocean")),
                "counting them": lambda: count_runs(store, "local", Filter(words="ocean")),
                "sorted by cost": lambda: list_runs(store, "local", Filter(), "cost_usd"),
                "added up by day": lambda: add_up_days(store, "local", Filter()),
            }.items():
                print(f"  {name:24}{milliseconds(query):8.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
