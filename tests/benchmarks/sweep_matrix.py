"""The results of a sweep of 10,000 cells: what a click costs the server and the browser, and how smoothly they scroll.

``python -m tests.benchmarks.sweep_matrix`` fills a history with 1,000 prompts, five ways of asking and two repeats,
starts the app as its users do and drives Chromium. `--variants`, `--prompts` and `--repeats` make other sizes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

from components.core.parts import Message, TextPart
from components.core.usage import Usage
from components.history.runs import save_run
from components.history.store import Store
from components.history.sweeps import CellRecord, create_sweep, release_sweep, save_cells
from components.params.choices import Choices
from components.tuning.plan import Plan, Question, grid, plan_json
from components.tuning.scorers import Scorer
from tests.history.samples import asked, failed

_WORDS = "ocean syllables model answer think reason budget table code python merge sort quick picture frame".split()
_AXES: dict[int, dict[str, Sequence[object]]] = {
    3: {"temperature": [0.0, 0.7, 1.4]},
    5: {"temperature": [0.0, 0.3, 0.7, 1.0, 1.4]},
    15: {"temperature": [0.0, 0.3, 0.7, 1.0, 1.4], "reasoning_effort": ["low", "medium", "high"]},
    30: {"temperature": [0.0, 0.3, 0.7, 1.0, 1.4], "reasoning_effort": ["low", "high"], "top_p": [0.5, 0.8, 1.0]},
}


def fill(store: Store, prompts: int, variants: int, repeats: int) -> str:
    """Writes a sweep that is done, and its runs; gives its id. One call in fifty failed."""
    rng = random.Random(variants)
    questions = tuple(
        Question(f"Question {number:,}: which {rng.choice(_WORDS)} has the most {rng.choice(_WORDS)}?", "ocean")
        for number in range(1, prompts + 1)
    )
    plan = Plan(
        f"{prompts:,} prompts, {variants} ways of asking",
        questions,
        grid(_AXES[variants]),
        repeats,
        Choices({}),
        (Scorer("contains"), Scorer("length", "10-60"), Scorer("rubric", "Names its sources")),
        Decimal(100),
        asked="the simulator",
        model="model",
    )
    messages = [Message("user", (TextPart(question.prompt),)) for question in questions]
    sweep_id = create_sweep(store, "local", plan.name, plan_json(plan), messages, plan.size)
    cells = []
    for number in range(plan.size):
        cell = plan.cell(number)
        about = {"messages": (messages[cell.question],), "kind": "sweep", "group_id": sweep_id}
        if rng.random() < 0.02:
            run = failed("", **about)
            cells.append(CellRecord(number, "failed", 5, run_id=run.id, note="The API said no."))
        else:
            length = rng.randint(5, 70)
            thinking = rng.randint(50, 4_000)
            run = asked(
                "",
                **about,
                thinking=" ".join(rng.choices(_WORDS, k=60)),
                answer=f"**Answer.** {' '.join(rng.choices(_WORDS, k=length))}.",
                usage=Usage(20, 0, thinking + length, thinking, 20 + thinking + length),
                cost_usd=Decimal(thinking + length) / 1_000_000,
                timings={"first_answer": thinking / 200, "end": (thinking + length) / 200},
            )
            good = float("ocean" in run.transcript.answer)
            scores = {
                "contains": {"value": good, "note": ""},
                "length: 10-60": {"value": float(10 <= length <= 60), "note": f"{length} words"},
                "rubric: Names its sources": {"value": float(min(5, rng.randint(1, 4) + good)), "note": "As judged."},
            }
            cells.append(
                CellRecord(number, "done", 1, cost_usd=run.cost_usd or Decimal(0), run_id=run.id, scores=scores)
            )
        save_run(store, run)
    save_cells(store, sweep_id, cells)
    release_sweep(store, sweep_id, "", "done")
    from components.history.sweeps import set_status

    set_status(store, sweep_id, "done")
    return sweep_id
