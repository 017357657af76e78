"""Numbers as people and models write them: ``1,234.5``, ``1.234,5``, ``1 234``, ``−3``, ``6.02 × 10^23``.

A comma before exactly three digits separates thousands, as in English; any other single comma is a decimal one.
"""

from __future__ import annotations

import re

_SPACES = " \u00a0\u202f\u2009"
# A sign belongs to the number only with no character right before it: 10-20 and 2024-01-15 hold no negative one.
_NUMBER = re.compile(
    rf"(?P<sign>(?<![\w.)\]])[-+\u2212])?(?P<digits>\d+(?:[{_SPACES}]\d{{3}}(?!\d)|[.,'\u2019]\d+)*|(?<!\d)\.\d+)"
    r"(?:[eE](?P<exponent>[-+]?\d+)|\s*(?:[×x*·]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)\s*\{?(?P<power>[-+\u2212]?\d+)\}?)?"
)
# How LaTeX writes a comma or a space within a number.
_LATEX = (("{,}", ","), ("\\,", "\u202f"))


def numbers_in(text: str) -> list[float]:
    """Every number in the text, in order."""
    return [_value(match) for match in _NUMBER.finditer(_plain(text))]


def read_number(text: str) -> float:
    """The number that the text is. Raises: ValueError if it is anything else."""
    match = _NUMBER.fullmatch(_plain(text).strip())
    if match is None:
        raise ValueError(f"{text!r} is not a number.")
    return _value(match)


def _plain(text: str) -> str:
    for mark, plain in _LATEX:
        text = text.replace(mark, plain)
    return text


def _value(match: re.Match[str]) -> float:
    sign = "-" if match["sign"] in ("-", "\u2212") else ""
    exponent = (match["exponent"] or match["power"] or "0").replace("\u2212", "-")
    return float(f"{sign}{_decimal(match['digits'])}e{exponent}")


def _decimal(digits: str) -> str:
    """The digits with a point before the decimals and nothing between the thousands."""
    digits = re.sub(rf"[{_SPACES}'\u2019]", "", digits)
    for thousands, point in ((",", "."), (".", ",")):
        whole, _, decimals = digits.partition(point)
        if thousands in whole and _grouped(whole, thousands) and decimals.isdigit():
            return f"{whole.replace(thousands, '')}.{decimals}"
        if (
            not decimals
            and thousands in whole
            and _grouped(whole, thousands)
            and (thousands == "," or whole.count(".") > 1)
        ):
            return whole.replace(thousands, "")
    pieces = re.split("[.,]", digits)
    return ".".join(pieces) if len(pieces) <= 2 else pieces[-1]  # 1,2,3 is a list


def _grouped(whole: str, mark: str) -> bool:
    return re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", whole) is not None
