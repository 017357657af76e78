"""A sweep from the terminal, through the same code as the page: ``python -m components.sweep run FILE``.

It is stored in the app's history, so the page shows it, too. Exit status: 0 done and every threshold reached, 1 a
threshold missed, a call failed, or it was not finished (one line on stderr says which), 2 wrong usage or bad input,
130 stopped with Ctrl-C; ``--resume`` continues it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from components.api.connection import Connection
from components.api.limiter import RateLimits
from components.ask import fail, open_connection
from components.core.card import ModelCard, same_address
from components.core.errors import MediaError, ParameterError, StoreError
from components.core.request import Tool
from components.history.store import Store, open_store
from components.history.sweeps import create_sweep, list_sweeps, load_outcomes, load_sweep, save_plan
from components.params.cards import USERS_FOLDER, Cards, read_cards
from components.runs.runner import Runner
from components.settings import DEFAULT_BASE_URL, Settings, read_secret, read_settings
from components.tools.definitions import read_tools
from components.tuning.draft import plan_of
from components.tuning.export import as_csv, as_html, as_jsonl
from components.tuning.junit import as_junit, missed
from components.tuning.messages import sweep_messages
from components.tuning.plan import Plan, plan_json, read_plan
from components.tuning.results import metrics_of, paid_usd, rows_of, summaries, unaccounted_calls, verdict
from components.tuning.setup_axes import SIMULATOR, Target, Targets, models_varied, read_targets
from components.tuning.sweep import Sweep
from components.tuning.sweep_file import SweepFile, read_sweep_file

_DONE, _FAILED, _WRONG, _STOPPED = 0, 1, 2, 130
_OWNER = "local"  # the owner of the app's history if nobody signs in
_POLL_S = 0.2
_STOPPING_S = 10.0
# A sweep may be resumed with other limits.
_LIMITS = ("cap_usd", "cap_calls", "at_once")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    typed = _parser().parse_args(arguments)
    with ExitStack() as held:
        try:
            settings = read_settings()
            cards = read_cards(settings.data_dir / USERS_FOLDER)
            card = cards.for_model(settings.model, settings.base_url)
            asked = read_sweep_file(Path(typed.file), card)
            if typed.cap is not None:
                asked.draft.cap_usd = float(typed.cap)
            base = Target(held.enter_context(open_connection(settings, card)), settings.model, card)
            targets = _targets(asked, base, settings, cards, held)
            plan = plan_of(asked.draft, card, targets, _tools(asked))
            messages = sweep_messages(plan, asked.attachments)
            if typed.out is not None:
                typed.out.mkdir(parents=True, exist_ok=True)
        except (ParameterError, MediaError, OSError) as error:
            return fail(str(error), _WRONG)
        for problem in cards.problems:
            print(problem, file=sys.stderr)
        asked_of = SIMULATOR if settings.uses_simulator else (settings.base_url or DEFAULT_BASE_URL)
        plan = replace(plan, asked=asked_of, model=settings.model)
        try:
            store = held.enter_context(closing(open_store(settings.database_url, settings.data_dir)))
            sweep_id = _find_same(store, plan) if typed.resume else None
            if sweep_id is None:
                sweep_id = create_sweep(store, _OWNER, plan.name, plan_json(plan), messages, plan.size)
            else:
                save_plan(store, sweep_id, _OWNER, plan_json(plan))
            stopped = _work_on(store, sweep_id, base, targets, settings)
            return _STOPPED if stopped else _report(store, sweep_id, asked, typed.out)
        except StoreError as error:
            return fail(str(error), _FAILED)


def _targets(asked: SweepFile, base: Target, settings: Settings, cards: Cards, held: ExitStack) -> Targets:
    """The targets of the file's models. Simulators of other models are started, and `held` until the end."""

    def connect(address: str, model: str) -> Connection:
        if address == SIMULATOR or (not address and base.connection.simulated):
            if base.connection.simulated and model == base.model:
                return base.connection
            alone = replace(settings, api_key=None, base_url=None)
            return held.enter_context(open_connection(alone, cards.for_model(model)))
        if not address or same_address(address, base.connection.base_url):
            return base.connection
        variable = next((name for place, name in asked.keys.items() if same_address(place, address)), None)
        key = read_secret(variable) if variable else None
        if variable and not key:
            raise ParameterError({"keys": f"{variable} is not set: it should hold the key of {address}."})
        return Connection(address.rstrip("/"), key)

    def card_of(connection: Connection, model: str) -> ModelCard:
        return cards.for_model(model, None if connection.simulated else connection.base_url)

    return read_targets(models_varied(asked.draft.axes), base, connect, card_of)


def _tools(asked: SweepFile) -> tuple[Tool, ...]:
    definitions = read_tools(asked.tools)
    if definitions.mistakes:
        raise ParameterError({"tools": f"The tools cannot be read. {definitions.mistakes[0]}"})
    return definitions.tools


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m components.sweep", description="Sweeps from the terminal.")
    command = parser.add_subparsers(required=True, metavar="run").add_parser(
        "run", help="ask all that a file says", description="Asks every prompt in every way and scores the answers."
    )
    command.add_argument("file", metavar="FILE", help="JSON: prompts, axes, scorers, thresholds (see the README)")
    command.add_argument("--cap", type=_dollars, metavar="USD", help="never spend more than this, whatever FILE says")
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="write junit.xml, results.csv, results.jsonl, report.html"
    )
    command.add_argument("--resume", action="store_true", help="go on with the latest sweep of the same file")
    return parser


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and amount > 0):
        raise argparse.ArgumentTypeError(f"must be more than 0 US dollars, such as 1.00, not {text!r}")
    return amount


def _find_same(store: Store, plan: Plan) -> str | None:
    """The id of the latest sweep that asks the same, finished or not; None without one."""
    wanted = _comparable(plan_json(plan))
    for head in list_sweeps(store, _OWNER):
        record = load_sweep(store, head.id, _OWNER) if head.name == plan.name else None
        if record is not None and _comparable(plan_json(read_plan(record.plan))) == wanted:
            return head.id
    return None


def _comparable(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name not in _LIMITS}


def _work_on(store: Store, sweep_id: str, base: Target, targets: Targets, settings: Settings) -> bool:
    """Works on the sweep until it pauses or is done; returns whether the user stopped it."""
    record = load_sweep(store, sweep_id, _OWNER)
    assert record is not None  # it was made or found just now
    runner = Runner(limits=RateLimits(settings.requests_per_minute, settings.tokens_per_minute, settings.redis_url))
    sweep = Sweep(record, store, runner, base.connection, base.model, base.card, targets=targets)
    try:
        sweep.start()
        try:
            while not sweep.join(_POLL_S):
                _show(sweep)
        except KeyboardInterrupt:
            sweep.stop()
            sweep.join(_STOPPING_S)
            print("Stopped; --resume goes on.", file=sys.stderr)
            return True
    finally:
        runner.close()
    _show(sweep, end="\n")
    if sweep.status != "done":
        print(f"Not finished ({sweep.status}). {sweep.note}".rstrip(), file=sys.stderr)
    return False


def _show(sweep: Sweep, end: str = "\r") -> None:
    if sys.stderr.isatty():
        done = sum(cell.status in ("done", "failed") for cell in sweep.cells)
        print(f"{done:,} of {len(sweep.cells):,} cells done", end=end, file=sys.stderr, flush=True)


def _report(store: Store, sweep_id: str, asked: SweepFile, out: Path | None) -> int:
    record = load_sweep(store, sweep_id, _OWNER)
    assert record is not None
    plan = read_plan(record.plan)
    some = rows_of(plan, record.cells, load_outcomes(store, sweep_id))
    for name, lower in metrics_of(plan, some).items():
        found = summaries(some, name)
        if not found:
            continue
        print(f"{name}: {verdict(some, name, lower)}")
        for variant, summary in found.items():
            interval = "" if summary.low is None else f" ({summary.low:.4g} to {summary.high:.4g})"
            print(f"  {variant}: {summary.mean:.4g}{interval}, n = {summary.n}")
    paid = paid_usd(plan, record.cells)
    print(_spent(plan, paid))
    if unsure := unaccounted_calls(plan, record.cells).calls:
        print(f"The cost of {unsure:,} of the calls was not told.")
    if out is not None:
        texts = {
            "junit.xml": as_junit(plan, some, asked.thresholds),
            "results.csv": as_csv(plan, some),
            "results.jsonl": as_jsonl(some),
            "report.html": as_html(plan, some, made_on=time.strftime("%Y-%m-%d %H:%M %z")),
        }
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8", newline="")
    failed = sum(row.status == "failed" for row in some)
    problems = [f"{failed:,} of {len(some):,} calls failed."] if failed else []
    problems += missed(plan, some, asked.thresholds).values()
    for problem in problems:
        print(problem, file=sys.stderr)
    return _DONE if not problems and all(row.status == "done" for row in some) else _FAILED


def _spent(plan: Plan, paid: Decimal | None) -> str:
    if paid is None:
        return "Cost not known."
    return f"Spent ${paid:.4f} of at most " + (
        f"{plan.cap_calls:,} calls." if plan.cap_calls else f"${plan.cap_usd:.2f}."
    )


if __name__ == "__main__":
    sys.exit(main())
