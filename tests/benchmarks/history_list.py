"""How long the history page's queries take on SQLite as runs grow: ``python -m tests.benchmarks.history_list``.

Measured in the processor's time, so that other work on the machine does not count; the file is in memory by then.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

from components.core.usage import Usage
from components.history.entries import count_entries, list_entries
from components.history.listing import COUNTED, PAGE, Filter, Order, add_up_days, count_runs, list_runs
from components.history.marks import mark, tag
from components.history.runs import save_run
from components.history.store import Store, open_store
from tests.history.samples import asked

WORDS = (
    "ocean syllables model answer think reason budget table code python merge sort quick picture frame haiku".split()
)
REPEATS = 5
WAYS = {True: "highest", False: "lowest"}
FILTERS = {
    "all of them": Filter(),
    "a rare word": Filter(words="rare"),
    "a word of nearly all": Filter(words="ocean"),
    "that word, in answers": Filter(words="ocean", fields=("answer",)),
    "interrupted": Filter(statuses=("interrupted",)),
    "failed or interrupted": Filter(statuses=("failed", "interrupted")),
    "done": Filter(statuses=("done",)),
    "one endpoint": Filter(wires=("messages",)),
    "from a sweep": Filter(kinds=("sweep",)),
    "a parameter many sent": Filter(parameters={"temperature": 0.2}),
    "a parameter few sent": Filter(parameters={"top_p": 0.5}),
    "a parameter nobody sent": Filter(parameters={"thinking_budget": 7}),
    "one day": Filter(since=1e9 + 86_400, until=1e9 + 2 * 86_400),
    "cost, in between": Filter(costs_at_least=Decimal("0.05"), costs_at_most=Decimal("0.0501")),
    "with pictures (none)": Filter(pictures=True),
    "rated good": Filter(rated=1),
    "starred": Filter(starred=True),
    "tagged": Filter(tag="gem"),
    "starred and failed": Filter(starred=True, statuses=("failed",)),
}
TWO = Filter(statuses=("failed",), wires=("messages",))


def fill(store: Store, start: int, end: int) -> None:
    """Runs of some 220 words; one in a thousand says "rare", and every filter finds between 0.1 and 60 in a hundred."""
    rng = random.Random(start)
    marked: dict[str, list[str]] = {"starred": [], "good": [], "bad": [], "tagged": []}
    for number in range(start, end):
        thinking = rng.choices(WORDS, k=120) + (["rare"] if number % 997 == 0 else [])
        record = asked(
            " ".join(rng.choices(WORDS, k=20)),
            thinking=" ".join(thinking),
            answer=" ".join(rng.choices(WORDS, k=80)),
            started_at=1e9 + 60 * number,
            wire=rng.choices(("chat_completions", "responses", "messages"), (60, 30, 10))[0],
            parameters={"temperature": rng.choice((0.2, 0.7, 1.0)), **({"top_p": 0.5} if number % 503 == 0 else {})},
            usage=Usage(number % 4001, 0, number % 977, 5, number % 5003),
            cost_usd=Decimal(number * 7919 % 100_003).scaleb(-6),
        )
        status = "interrupted" if number % 97 == 0 else "failed" if number % 53 == 0 else "done"
        # Of a hundred runs fourteen are cells of a sweep, two of them judged; a sweep has some 280 calls.
        kind = "judge" if number % 49 == 0 else "chat" if number % 7 else "sweep"
        group = None if kind == "chat" else f"s{number // 2_000}"
        save_run(store, replace(record, status=status, kind=kind, group_id=group))
        for name, each in {"starred": 199, "good": 89, "bad": 83, "tagged": 211}.items():
            if number % each == 0:
                marked[name].append(record.id)
    mark(store, "local", marked["starred"], starred=True)
    mark(store, "local", marked["good"], rating=1)
    mark(store, "local", marked["bad"], rating=0)
    tag(store, "local", marked["tagged"], "gem")


def milliseconds(query: Callable[[], object]) -> float:
    query()
    times = []
    for _ in range(REPEATS):
        began = time.thread_time()
        query()
        times.append(1000 * (time.thread_time() - began))
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(None, Path(folder))
        filled = 0
        for count in (1_000, 10_000, 100_000):
            fill(store, filled, count)
            filled = count
            print(f"{count:,} runs")
            for name, narrowed in FILTERS.items():
                listed = milliseconds(lambda narrowed=narrowed: list_runs(store, "local", narrowed))
                counted = milliseconds(lambda narrowed=narrowed: count_runs(store, "local", narrowed))
                costly = milliseconds(lambda narrowed=narrowed: list_runs(store, "local", narrowed, "cost_usd"))
                print(f"  {name:32}{listed:8.1f} ms, by cost {costly:6.1f} ms, counted in {counted:6.1f} ms")
                rows = milliseconds(lambda narrowed=narrowed: list_entries(store, "local", narrowed))
                counted = milliseconds(lambda narrowed=narrowed: count_entries(store, "local", narrowed))
                print(f"  {'  a sweep as one row':32}{rows:8.1f} ms, counted in {counted:6.1f} ms")
            for order in get_args(Order):
                for way in (True, False):
                    listed = milliseconds(
                        lambda order=order, way=way: list_runs(store, "local", Filter(), order, descending=way)
                    )
                    print(f"  {f'by {order}, {WAYS[way]} first':32}{listed:8.1f} ms")
            last = min(count_entries(store, "local", Filter()), COUNTED) // PAGE
            listed = milliseconds(lambda last=last: list_entries(store, "local", Filter(), page=last))
            print(f"  {f'page {last}, a sweep as one row':32}{listed:8.1f} ms")
            listed = milliseconds(lambda: list_runs(store, "local", TWO, "cost_usd"))
            print(f"  {'two filters, by cost':32}{listed:8.1f} ms")
            added = milliseconds(lambda: add_up_days(store, "local", Filter()))
            print(f"  {'added up by day':32}{added:8.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
