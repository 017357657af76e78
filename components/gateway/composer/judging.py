"""Judges an answer by a rubric, when a program asks for a score as JSON: by the words they share, and it says so."""

from __future__ import annotations

import json
import re

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.wording import Wording

_MATERIAL = re.compile(r'^\{.*"rubric".*\}$', re.MULTILINE)
_WORD = re.compile(r"\w{3,}")


def judge(context: Context, wording: Wording) -> Outline | None:
    """The judgement as one JSON object; None where no rubric and answer are given as JSON."""
    for line in _MATERIAL.findall(context.prompt):
        try:
            material = json.loads(line)
            rubric, answer = str(material["rubric"]), str(material["answer"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        wanted = set(_WORD.findall(rubric.lower()))
        found = wanted & set(_WORD.findall(answer.lower()))
        reason = f"Simulated: {len(found)} of the rubric's {len(wanted)} words stand in the answer."
        score = 1 + round(4 * len(found) / max(1, len(wanted)))
        return Outline("judgement", (reason,), (json.dumps({"reason": reason, "score": score}),), bare=True)
    return None
