"""The parameter ledger: is a parameter honoured, ignored or refused? Contrasting values, several calls of each.

Each parameter has a contrast whose effect can be told, by its card or by its type: 0 against 2, a word that must not
come, thinking that must not be there. "No effect seen" is said only of several calls, and of sampling only where chance
would hide an effect in less than one case of 200 (an exact permutation test). Sends nothing itself: `ask` does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
from rapidfuzz.distance import Levenshtein

from components.core.card import ContrastSpec, ModelCard, ParameterValue
from components.core.parts import Message, TextPart
from components.core.request import RunRequest, WireName
from components.params.trying import contrast_of
from components.tuning.statistics import Floats

Verdict = Literal["effect", "limited", "no effect", "refused", "unclear"]

MOST_N = 10
DEFAULT_N = 6
_CHANCE = 0.005
_REFUSING = frozenset({400, 422})

_FOOTER = re.compile(r"(?im)^\W*sources\W*$")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call came to. Token counts: reported, or None. `error`: one sentence, with the HTTP status if any."""

    answer: str = ""
    thinking: str = ""
    input_tokens: int | None = None
    answer_tokens: int | None = None
    thinking_tokens: int | None = None
    finish_reason: str | None = None
    error: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a parameter: `n` calls of each of two values, and in `note` what was seen."""

    parameter: str
    verdict: Verdict
    note: str
    n: int


Ask = Callable[[Sequence[RunRequest]], Sequence[Reply]]
_Values = Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a parameter is tried: two sides that differ in it alone, and the rule that tells what their replies mean."""

    parameter: str
    card: ModelCard
    spec: ContrastSpec
    wire: WireName

    @property
    def most_n(self) -> int:
        """More calls of each side would tell no more."""
        return MOST_N if self.spec.most_n is None else min(self.spec.most_n, MOST_N)

    @property
    def values(self) -> tuple[ParameterValue | None, ParameterValue | None]:
        """The parameter's own value on each side."""
        first, second = (side.get(self.parameter) for side in self.spec.sides)
        return first, second

    def requests(self, side: int, n: int) -> list[RunRequest]:
        """The calls of one side."""
        return [self._request({**self.spec.base, **self.spec.sides[side]}) for _ in range(min(n, self.most_n))]

    def control(self) -> RunRequest:
        """The same call without the parameter."""
        return self._request(self.spec.base)

    def _request(self, parameters: _Values) -> RunRequest:
        message = Message("user", (TextPart(self.spec.prompt),))
        return RunRequest(self.card.id, (message,), parameters=parameters, wire=self.wire, card=self.card)


Judge = Callable[[Contrast, Sequence[Reply], Sequence[Reply]], tuple[Verdict, str]]


def contrast_for(name: str, card: ModelCard, wire: WireName) -> Contrast:
    """How a parameter of the card is tried on an endpoint."""
    return Contrast(name, card, contrast_of(card.parameters[name], card), wire)


def probe(name: str, ask: Ask, card: ModelCard, n: int = DEFAULT_N, wire: WireName = "chat_completions") -> Finding:
    """Tries one parameter of the card's model with `n` calls of each value, or fewer where few are plenty."""
    contrast = contrast_for(name, card, wire)
    count = min(n, contrast.most_n)
    judge = _JUDGES.get(contrast.spec.judge, _differs)
    first = ask(contrast.requests(0, n))
    if contrast.spec.judge == _STOP_WORD and not any(reply.error for reply in first):
        word = _stop_word(first)
        if word is None:
            return Finding(name, "unclear", "No word came in every answer, so none could be forbidden.", count)
        contrast = replace(contrast, spec=replace(contrast.spec, sides=({}, {name: (word,)})))
        judge = _word_gone
    second = ask(contrast.requests(1, n))
    if failed := _failure(contrast, (first, second), ask):
        return Finding(name, *failed, count)
    verdict, note = judge(contrast, first, second)
    if verdict == "no effect" and count < 2:
        return Finding(name, "unclear", f"Accepted; one call of each value is too few to tell. {note}", count)
    return Finding(name, verdict, note, count)


def _failure(
    contrast: Contrast, sides: tuple[Sequence[Reply], Sequence[Reply]], ask: Ask
) -> tuple[Verdict, str] | None:
    for side, replies in enumerate(sides):
        broken = next((reply for reply in replies if reply.error is not None), None)
        if broken is None:
            continue
        if broken.status not in _REFUSING:
            return "unclear", f"A call failed for another reason: {broken.error}"
        value = _worded(contrast.spec.sides[side])
        if side == 0 and not contrast.spec.sides[0] or ask([contrast.control()])[0].error is not None:
            return "unclear", f"The call was refused without the parameter, too: {broken.error}"
        return "refused", f"{value} is refused: {broken.error}"
    return None


def _worded(values: _Values) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in values.items()) or "the default"


# --- what the replies mean ---------------------------------------------------------------------------------------


def _spread(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    """Sampling: answers of the second side must be further from the first side's than those are from each other.

    So both are seen: more spread at the second value, and one answer at each value, as where the seed is constant.
    """
    low, high, across = _distances(first, second)
    seen = f"answers differ by {low[0]:.0%} at the first value, {high[0]:.0%} at the second"
    seen += f", {across[0]:.0%} from one to the other"
    if len(first) > 1 and low[0] == high[0] == 0:
        seen += "; each value has one answer only, as where the seed is constant or answers are kept"
    return _beyond_chance(len(first), across - low, seen)


def _differs(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    """Anything else: answers of one side must be more alike than those of two, by more than chance explains."""
    low, high, across = _distances(first, second)
    apart = across - (low + high) / 2
    seen = f"answers of the two values differ by {apart[0]:+.0%} more than answers of one"
    return _beyond_chance(len(first), apart, seen)


def _distances(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Floats, Floats, Floats]:
    """How far answers are from each other by their words, on average: within one side, within the other, across.

    0 is the same, 1 nothing in common. The first of each is of the sides as they are, the others of every other way
    to split the replies into two sides.
    """
    texts = [reply.answer.split() for reply in (*first, *second)]
    size = len(first)
    distance = np.array([[Levenshtein.normalized_distance(one, other) for other in texts] for one in texts])
    chosen = np.zeros((comb(len(texts), size), len(texts)))
    for row, members in enumerate(combinations(range(len(texts)), size)):
        chosen[row, members] = 1
    left = 1 - chosen
    pairs = max(1, size * (size - 1))

    def mean(one: Floats, other: Floats, count: int) -> Floats:
        found: Floats = ((one @ distance) * other).sum(axis=1) / count
        return found.round(12)  # the same sum in another order differs in its last digits

    return mean(chosen, chosen, pairs), mean(left, left, pairs), mean(chosen, left, size * size)


def _beyond_chance(size: int, apart: Floats, seen: str) -> tuple[Verdict, str]:
    """Whether two sides of `size` replies are further `apart` (first) than nearly every other split of them."""
    observed = apart[0]
    if observed > 0 and (apart >= observed - 1e-9).mean() < _CHANCE:
        return "effect", f"{seen}."
    # A split and its mirror may be as far apart as each other: of fewer calls than this an effect may go unseen.
    if 2 / len(apart) >= _CHANCE:
        return "unclear", f"Accepted; {seen}, but n = {size} is too few to tell that from chance. Take 6 or more."
    return "no effect", f"{seen}: no more than chance."


def _length(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    few, many = [_answer_tokens(reply) for reply in first], [_answer_tokens(reply) for reply in second]
    low, high = map(_whole, contrast.values)
    seen = f"{low} gave {_about(few)} tokens, {high} gave {_about(many)}"
    cut = all(reply.finish_reason in ("length", None) for reply in first)
    if max(few) <= low * 1.25 and min(many) > max(few):
        return "effect", f"{seen}."
    if cut and max(few) < min(many):
        return "limited", f"{seen}: the smaller value is raised."
    return "no effect", f"{seen}."


def _word_gone(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    words = contrast.values[1]
    word = words[0] if isinstance(words, tuple) else ""
    left = sum(word in reply.answer for reply in second)
    seen = f"“{word}” came in {len(first)} of {len(first)} answers without it as a stop string, in {left} with it"
    return ("effect" if left == 0 else "no effect"), f"{seen}."


def _thinks(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    off, on = [_thinking_tokens(reply) for reply in first], [_thinking_tokens(reply) for reply in second]
    seen = f"{_about(off)} thinking tokens when it is off, {_about(on)} when it is on"
    if max(off) == 0 and min(on) > 0:
        return "effect", f"{seen}."
    if max(off) * 2 < min(on):
        return "limited", f"{seen}: less, but not none."
    return "no effect", f"{seen}."


def _budget(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    low, high = [_thinking_tokens(reply) for reply in first], [_thinking_tokens(reply) for reply in second]
    least, most = map(_whole, contrast.values)
    seen = f"{least:,} gave {_about(low)} thinking tokens, {most:,} gave {_about(high)}"
    apart = max(low) < min(high) and sum(high) >= 1.5 * sum(low)
    if apart and max(low) <= least * 1.25:
        return "effect", f"{seen}."
    if apart:
        return "limited", f"{seen}: the smaller value is raised, or only advice."
    return "no effect", f"{seen}."


def _searches(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    without, with_it = [reply.input_tokens or 0 for reply in first], [reply.input_tokens or 0 for reply in second]
    footers = sum(bool(_FOOTER.search(reply.answer)) for reply in second)
    seen = f"prompts of {_about(without)} tokens without, {_about(with_it)} with it; {footers} of {len(second)} Sources"
    found = footers == len(second) or min(with_it) > max(without) + 30
    return ("effect" if found else "no effect"), f"{seen}."


def _footer_gone(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    with_it = sum(bool(_FOOTER.search(reply.answer)) for reply in first)
    without = sum(bool(_FOOTER.search(reply.answer)) for reply in second)
    seen = f"a Sources footer in {with_it} of {len(first)} answers at the default, in {without} when it is on"
    if with_it < len(first):
        return "unclear", f"Accepted; {seen}: without a footer there is nothing to take away."
    return ("effect" if without == 0 else "no effect"), f"{seen}."


def _stop_word(answers: Sequence[Reply]) -> str | None:
    """A word that came in every answer, not at its beginning; None if there is none."""
    counts = Counter(word for reply in answers for word in set(re.findall(r"[A-Za-z]{3,30}", reply.answer[20:])))
    common = sorted(word for word, count in counts.items() if count == len(answers))
    return max(common, key=lambda one: (min(reply.answer.count(one) for reply in answers), one), default=None)


def _whole(value: ParameterValue | None) -> int:
    return value if isinstance(value, int) else 0


def _answer_tokens(reply: Reply) -> int:
    return len(reply.answer) // 4 if reply.answer_tokens is None else reply.answer_tokens


def _thinking_tokens(reply: Reply) -> int:
    if reply.thinking_tokens is None:
        return -(-len(reply.thinking) // 4)
    # Some hosts show no thinking and count it, some the other way round.
    return max(reply.thinking_tokens, 1 if reply.thinking.strip() else 0)


def _about(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


_JUDGES: Mapping[str, Judge] = {
    "spread": _spread,
    "length": _length,
    "thinks": _thinks,
    "budget": _budget,
    "searches": _searches,
    "footer_gone": _footer_gone,
    "differs": _differs,
}
_STOP_WORD = "stop_word"


def all_requests(name: str, n: int, card: ModelCard, wire: WireName) -> list[RunRequest]:
    """Every call that probing the parameter makes, for the price tag."""
    contrast = contrast_for(name, card, wire)
    return [*contrast.requests(0, n), *contrast.requests(1, n)]
