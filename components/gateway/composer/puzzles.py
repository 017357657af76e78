"""Solves the puzzle of two things whose sum and difference are told, and says why the first guess is wrong."""

from __future__ import annotations

import re
from decimal import Decimal

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.tables import table
from components.gateway.composer.voice import Voice

_NUMBER = r"[$€£]?\s?(\d+(?:\.\d+)?)"
_SUM = re.compile(
    rf"\b(?:an?|the)\s+([a-z]+)\s+and\s+(?:an?|the)\s+([a-z]+)\s+(?:costs?|weighs?|measures?|are)\s+(?:together\s+)?{_NUMBER}",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    rf"\bthe\s+([a-z]+)\s+(?:costs?|weighs?|measures?|is)\s+{_NUMBER}[^.?!;]{{0,20}}?\bmore\s+than\s+(?:the\s+)?([a-z]+)",
    re.IGNORECASE,
)


def solve_puzzle(brief: Brief, voice: Voice) -> Work | None:
    """Answers “A bat and a ball cost $1.10 together; the bat costs $1 more than the ball”, in any numbers."""
    together, more = _SUM.search(brief.prompt), _DIFFERENCE.search(brief.prompt)
    if together is None or more is None:
        return None
    large, small = more[1].lower(), more[3].lower()
    if {large, small} != {together[1].lower(), together[2].lower()}:
        return None
    total, difference = Decimal(together[3]), Decimal(more[2])
    if difference > total:
        return None
    lesser = (total - difference) / 2
    greater, guess = lesser + difference, total - difference
    unit = "$" if "$" in brief.prompt else ""

    def shown(value: Decimal) -> str:
        return f"{unit}{value:.2f}" if unit else f"{value.normalize():f}"

    guessed = ("First guess", *map(shown, (guess, guess + difference, difference, 2 * guess + difference)))
    right = ("Right", *map(shown, (lesser, greater, difference, total)))
    plan = (
        f"Together the {large} and the {small} make {shown(total)}, and the {large} has {shown(difference)} more.",
        f"The tempting answer is {shown(total)} − {shown(difference)} = {shown(guess)}. I check it: then the {large} "
        f"would be {shown(guess + difference)}, and both {shown(2 * guess + difference)}, not {shown(total)}.",
        f"So I take the difference off first and halve the rest: ({shown(total)} − {shown(difference)}) / 2 = "
        f"{shown(lesser)}.",
    )
    return Work(
        "puzzle",
        plan,
        (
            f"## The {small}: {shown(lesser)}",
            f"The {small} is **{shown(lesser)}** and the {large} **{shown(greater)}**.",
            table(("", small, large, "difference", "together"), (guessed, right)),
            f"**The trap:** {shown(total)} falls apart into {shown(difference)} and {shown(guess)} by itself, so "
            f"one takes {shown(difference)} for the {large}. But that is the *difference*. With x for the {small}, "
            f"`x + (x + {difference}) = {total}`, so `2x = {guess}` and `x = {lesser.normalize():f}`.",
        ),
    )
