"""The results of a sweep as JUnit XML, for CI: a test for each cell, and one for each threshold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from components.core.texts import whole_characters
from components.tuning.plan import Plan
from components.tuning.results import Row
from components.tuning.scorers import KINDS, Scorer
from components.tuning.statistics import summarise

# Characters that XML 1.0 does not allow, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 120


def missed(plan: Plan, rows: Sequence[Row], thresholds: Mapping[str, float]) -> dict[str, str]:
    """The thresholds that were missed: kind of the scorer -> why, in a sentence.

    A threshold is missed while an answer is not scored, too.
    """
    found = {}
    for kind, threshold in thresholds.items():
        scorer = next(scorer for scorer in plan.scorers if scorer.kind == kind)
        values = [row.values[name] for row in rows if (name := _column(scorer)) in row.values]
        summary = summarise(values)
        if summary is None or summary.n < len(rows):
            found[kind] = f"{kind} was told of {len(values):,} of {len(rows):,} answers only."
        elif scorer.lower_is_better and summary.mean > threshold:
            found[kind] = f"{kind} is {summary.mean:.4g} on average, more than {threshold:.4g}."
        elif not scorer.lower_is_better and summary.mean < threshold:
            found[kind] = f"{kind} is {summary.mean:.4g} on average, less than {threshold:.4g}."
    return found


def as_junit(plan: Plan, rows: Sequence[Row], thresholds: Mapping[str, float]) -> str:
    """The text of the file. A cell fails where a scorer gives 0; one that could not be asked is an error."""
    suite = ET.Element("testsuite", name=_clean(plan.name))
    for row in rows:
        time_s = row.values.get("total (s)", 0.0)
        case = _case(suite, row.variant, f"{row.number + 1}. {row.prompt} (repeat {row.repeat + 1})", time_s)
        if row.status == "failed":
            ET.SubElement(case, "error", message=_clean(row.note))
        elif row.outcome is None:
            ET.SubElement(case, "skipped", message=_clean(row.note or "It was not asked."))
        elif wrong := [_wrong(row, scorer) for scorer in plan.scorers if row.values.get(scorer.name) == 0]:
            ET.SubElement(case, "failure", message=_clean("; ".join(wrong))).text = _clean(row.outcome.answer, None)
    why = missed(plan, rows, thresholds)
    for kind, threshold in thresholds.items():
        case = _case(suite, "thresholds", f"{KINDS[kind].label}, {threshold:.4g}")
        if kind in why:
            ET.SubElement(case, "failure", message=_clean(why[kind]))
    cases = list(suite)
    suite.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, group: str, name: str, time_s: float = 0.0) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_clean(group), name=_clean(name), time=f"{time_s:.3f}")


def _wrong(row: Row, scorer: Scorer) -> str:
    note = row.notes.get(scorer.name, "")
    return f"{scorer.name}: {note}" if note else scorer.name


def _column(scorer: Scorer) -> str:
    return {"latency": "total (s)", "cost": "cost ($)"}.get(scorer.kind, scorer.name)


def _clean(text: str, most: int | None = _LONGEST) -> str:
    plain = _NOT_IN_XML.sub("\ufffd", whole_characters(text))
    if most is None:
        return plain
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[:most]}…"
