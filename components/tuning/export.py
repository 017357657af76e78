"""The results of a sweep as files: CSV for a spreadsheet, JSON Lines for a program, one HTML page for a reader.

The page is self-contained: no script, nothing from the network. A text that a spreadsheet would take for a formula is
made harmless. None of them holds the key, since rows do not.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from components.core.spreadsheet import write_csv
from components.core.texts import whole_characters
from components.markdown.document import export_html
from components.markdown.style import style
from components.params.choices import value_text
from components.tuning.budget import total
from components.tuning.charts import charts_of
from components.tuning.drawing import STYLE, as_svg, legend
from components.tuning.plan import Plan
from components.tuning.results import MEASURES, Row, metrics_of, summaries, unscored, verdict

# A browser could not open a report with thousands of answers.
_MOST_ANSWERS = 400


def as_csv(plan: Plan, rows: Sequence[Row]) -> str:
    """A line for each cell; begins with a byte order mark, by which spreadsheets know that it is UTF-8."""
    names = list(metrics_of(plan, rows))
    settings = list(dict.fromkeys(name for row in rows for name in row.settings))
    columns = list(dict.fromkeys(name for row in rows for name in row.columns))
    head = ["cell", "prompt", "expected", *settings, "repeat", "status", "tries", "paid ($)", *names]
    tail = ["answer", "thinking", "note"]
    # A column of the table with the name of one of ours gets another name.
    own_names = [f"table: {name}" if name in (*head, *tail) else name for name in columns]
    head[3:3] = own_names
    lines = []
    for row in rows:
        outcome = row.outcome
        line: list[object] = [row.number, row.prompt, row.expected, *(row.columns.get(name, "") for name in columns)]
        line += [value_text(row.full_settings[name]) if name in row.full_settings else "" for name in settings]
        line += [row.repeat + 1, row.status, row.tries, row.cost_usd]
        line += [row.values.get(name, "") for name in names]
        line += [outcome.answer if outcome else "", outcome.thinking if outcome else "", row.note]
        lines.append(line)
    return write_csv([*head, *tail], lines)


def as_jsonl(rows: Sequence[Row]) -> str:
    """A JSON object a line, texts as they are."""
    lines = "".join(
        json.dumps(
            {
                "cell": row.number,
                "prompt": row.prompt,
                "expected": row.expected,
                "columns": dict(row.columns),
                "variant": row.variant,
                "settings": dict(row.full_settings),
                "repeat": row.repeat + 1,
                "status": row.status,
                "tries": row.tries,
                "paid_usd": row.cost_usd,
                "values": dict(row.values),
                "notes": dict(row.notes),
                "answer": row.outcome.answer if row.outcome else None,
                "thinking": row.outcome.thinking if row.outcome else None,
                "run_id": row.run_id,
                "note": row.note,
            },
            ensure_ascii=False,
        )
        + "\n"
        for row in rows
    )
    return whole_characters(lines)


def as_html(plan: Plan, rows: Sequence[Row], *, made_on: str) -> str:
    """The report: what was asked, what was found with its spread, charts, and the answers."""
    scores = metrics_of(plan, rows)
    done = sum(row.status == "done" for row in rows)
    failed = sum(row.status == "failed" for row in rows)
    counts = f"{done:,} of {plan.size:,} calls done{f', {failed:,} failed' if failed else ''}"
    costs = [None if row.cost_usd is None else Decimal(row.cost_usd) for row in rows]
    paid = total(costs, Decimal(0))
    if plan.cap_calls:
        known = "cost not known" if paid is None else f"${paid:.4f} spent"
        spent = f"at most {plan.cap_calls:,} calls, {known}"
    else:
        spent = f"${paid or Decimal(0):.4f} of at most ${plan.cap_usd:.2f} spent"
    simulated = any(row.outcome.simulated for row in rows if row.outcome is not None)
    warning = "<p><strong>The replies are simulated: no model wrote them.</strong></p>" if simulated else ""
    facts = (
        f"<p>{counts}, {spent}. "
        f"{html.escape(made_on)}. Means with their 95% bootstrap interval; costs are computed from reported tokens at "
        "the list price, times are measured.</p>"
    )
    sections = "".join(_section(rows, name, lower) for name, lower in scores.items())
    return whole_characters(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(plan.name)}</title><style>{_STYLE}{STYLE}{style()}</style><main><h1>{html.escape(plan.name)}</h1>"
        f"{warning}{facts}{_setup(plan)}{_unscored(plan, rows)}{sections}"
        f"{_charts(rows, scores)}{_answers(rows)}</main></html>"
    )


def _setup(plan: Plan) -> str:
    choices = plan.choices
    settings = ", ".join(f"{name} {value_text(value)}" for name, value in choices.values.items()) or "all defaults"
    facts = {
        "Asked": ", ".join(filter(None, (plan.asked, plan.model))) or "not recorded",
        "Endpoint": choices.wire,
        "Settings": settings,
        "System prompt": choices.system or "none",
        **_texts(plan),
        "Prompts": f"{len(plan.questions):,}",
        "Ways of asking": "; ".join(variant.label for variant in plan.variants),
        "Repeats": str(plan.repeats),
    }
    body = "".join(
        f'<tr><th>{html.escape(name)}</th><td class="text">{html.escape(value)}</td></tr>'
        for name, value in facts.items()
    )
    return f"<table>{body}</table>"


def _texts(plan: Plan) -> dict[str, str]:
    """Every varied text that is shown by a short name, in full."""
    return {
        f"{axis.capitalize()} {name}": variant.setup[axis]
        for variant in plan.variants
        for axis, name in variant.names.items()
        if variant.setup[axis]
    }


def _unscored(plan: Plan, rows: Sequence[Row]) -> str:
    return "".join(
        f"<p>{html.escape(name)} could not score {count:,} of the answers: {html.escape(reason)}</p>"
        for name, (count, reason) in unscored(plan, rows).items()
    )


def _section(rows: Sequence[Row], metric: str, lower: bool | None) -> str:
    found = summaries(rows, metric)
    if not found:
        return ""
    lines = []
    for name, summary in found.items():
        interval = "–" if summary.low is None else f"{summary.low:.4g} to {summary.high:.4g}"
        cells = (f"{summary.mean:.4g}", interval, f"{summary.minimum:.4g}", f"{summary.maximum:.4g}", str(summary.n))
        lines.append(f"<tr><td>{html.escape(name)}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    head = "<tr><th>Settings</th><th>Mean</th><th>95% interval</th><th>Minimum</th><th>Maximum</th><th>n</th></tr>"
    return (
        f"<h2>{html.escape(metric)}</h2><p>{html.escape(verdict(rows, metric, lower))}</p>"
        f"<table>{head}{''.join(lines)}</table>"
    )


def _charts(rows: Sequence[Row], scores: Mapping[str, bool | None]) -> str:
    main = next((name for name in scores if name not in MEASURES), "cost ($)")
    drawn = [f"<h3>{html.escape(title)}</h3>{as_svg(chart)}{legend(chart)}" for title, chart in charts_of(rows, main)]
    return f"<h2>Charts</h2>{''.join(drawn)}" if drawn else ""


def _answers(rows: Sequence[Row]) -> str:
    ended = [row for row in rows if row.outcome is not None or row.status == "failed"]
    shown, left_out = ended[:_MOST_ANSWERS], len(ended[_MOST_ANSWERS:])
    note = f"<p>{left_out:,} more are in the CSV and JSON exports.</p>" if left_out else ""
    return f"<h2>Answers</h2>{''.join(map(_answer, shown))}{note}"


def _answer(row: Row) -> str:
    title = f"{row.number + 1}. {row.variant} · {row.prompt[:80]}"
    if row.outcome is None:
        return f"<details><summary>{html.escape(title)} · failed</summary><p>{html.escape(row.note)}</p></details>"
    figures = " · ".join(f"{name} {value:.4g}" for name, value in row.values.items())
    notes = "".join(f"<p>{html.escape(name)}: {html.escape(note)}</p>" for name, note in row.notes.items())
    thinking = f"<details><summary>Thinking</summary>{export_html(row.outcome.thinking, thinking=True)}</details>"
    return (
        f"<details><summary>{html.escape(title)}</summary><p><small>{html.escape(figures)}</small></p>{notes}"
        f"{thinking if row.outcome.thinking else ''}{export_html(row.outcome.answer)}</details>"
    )


_STYLE = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:0}main{max-width:960px;margin:0 auto;"
    "padding:24px}main>table{display:block;overflow-x:auto;border-collapse:collapse;margin:8px 0 20px}"
    "th,td{border:1px solid #9994;padding:4px 10px;text-align:left;vertical-align:top}"
    ".text{white-space:pre-wrap}pre{white-space:pre-wrap;overflow-wrap:anywhere}summary{cursor:pointer;padding:3px 0}"
)
