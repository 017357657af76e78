"""Probes whether a parameter is honoured, ignored or refused, with several calls of two contrasting values.

Each parameter has a contrast with a visible effect, by its card or by its type: 0 against 2, a word that must not come,
thinking that must not be there. "No effect" needs several calls, and for sampling so many that chance hides an effect
in less than one case of 200 (an exact permutation test). Nothing is sent here: `ask` does that.
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
    """The result of a call. Token counts: reported, or None. `error`: one sentence; `status`: of HTTP, if any."""

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
    """The verdict on a parameter after `n` calls of each of two values; `note`: what was seen, in words."""

    parameter: str
    verdict: Verdict
    note: str
    n: int


Ask = Callable[[Sequence[RunRequest]], Sequence[Reply]]
_Values = Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a parameter is probed: two sides that differ in it alone, and the rule that judges their replies."""

    parameter: str
    card: ModelCard
    spec: ContrastSpec
    wire: WireName

    @property
    def most_n(self) -> int:
        """The number of calls of each side beyond which more would show no more."""
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
    """How a parameter of the card is probed on an endpoint."""
    return Contrast(name, card, contrast_of(card.parameters[name], card), wire)


def probe(name: str, ask: Ask, card: ModelCard, n: int = DEFAULT_N, wire: WireName = "chat_completions") -> Finding:
    """Probes one parameter of the card's model with `n` calls of each value, or fewer where those suffice."""
    contrast = contrast_for(name, card, wire)
    count = min(n, contrast.most_n)
    judge = _JUDGES.get(contrast.spec.judge, _judge_difference)
    first = ask(contrast.requests(0, n))
    if contrast.spec.judge == _STOP_WORD and not any(reply.error for reply in first):
        word = _stop_word(first)
        if word is None:
            return Finding(name, "unclear", "No word came in every answer, so none could be forbidden.", count)
        contrast = replace(contrast, spec=replace(contrast.spec, sides=({}, {name: (word,)})))
        judge = _judge_stop_word
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
        value = _in_words(contrast.spec.sides[side])
        if side == 0 and not contrast.spec.sides[0] or ask([contrast.control()])[0].error is not None:
            return "unclear", f"The call was refused without the parameter, too: {broken.error}"
        return "refused", f"{value} is refused: {broken.error}"
    return None


def _in_words(values: _Values) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in values.items()) or "the default"


# --- judging the replies -----------------------------------------------------------------------------------------


def _judge_spread(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    """Sampling: answers of the second side must differ more from the first side's than those from each other.

    This shows an effect both where the second value spreads the answers, and where each value has one answer only, as
    with a constant seed.
    """
    low, high, across = _distances(first, second)
    seen = f"answers differ by {low[0]:.0%} at the first value, {high[0]:.0%} at the second"
    seen += f", {across[0]:.0%} from one to the other"
    if len(first) > 1 and low[0] == high[0] == 0:
        seen += "; each value has one answer only, as where the seed is constant or answers are kept"
    return _beyond_chance(len(first), across - low, seen)


def _judge_difference(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    """Any other parameter: answers of one side must be more alike than those of different sides, beyond chance."""
    low, high, across = _distances(first, second)
    distances = across - (low + high) / 2
    seen = f"answers of the two values differ by {distances[0]:+.0%} more than answers of one"
    return _beyond_chance(len(first), distances, seen)


def _distances(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Floats, Floats, Floats]:
    """The mean distances of answers by their words: within one side, within the other, and across.

    0: the same, 1: nothing in common. Each array begins with the sides as they are; the rest is for every other
    way to split the replies into two sides.
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


def _beyond_chance(size: int, distances: Floats, seen: str) -> tuple[Verdict, str]:
    """Whether the first of the `distances` of sides of `size` replies is larger than those of nearly all others."""
    observed = distances[0]
    if observed > 0 and (distances >= observed - 1e-9).mean() < _CHANCE:
        return "effect", f"{seen}."
    # A split and its mirror may be equally far apart: of fewer calls than this an effect may go unseen.
    if 2 / len(distances) >= _CHANCE:
        return "unclear", f"Accepted; {seen}, but n = {size} is too few to tell that from chance. Take 6 or more."
    return "no effect", f"{seen}: no more than chance."


def _judge_length(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    few, many = [_answer_tokens(reply) for reply in first], [_answer_tokens(reply) for reply in second]
    low, high = map(_integer, contrast.values)
    seen = f"{low} gave {_about(few)} tokens, {high} gave {_about(many)}"
    cut = all(reply.finish_reason in ("length", None) for reply in first)
    if max(few) <= low * 1.25 and min(many) > max(few):
        return "effect", f"{seen}."
    if cut and max(few) < min(many):
        return "limited", f"{seen}: the smaller value is raised."
    return "no effect", f"{seen}."


def _judge_stop_word(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    words = contrast.values[1]
    word = words[0] if isinstance(words, tuple) else ""
    left = sum(word in reply.answer for reply in second)
    seen = f"“{word}” came in {len(first)} of {len(first)} answers without it as a stop string, in {left} with it"
    return ("effect" if left == 0 else "no effect"), f"{seen}."


def _judge_thinking(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    off, on = [_thinking_tokens(reply) for reply in first], [_thinking_tokens(reply) for reply in second]
    seen = f"{_about(off)} thinking tokens when it is off, {_about(on)} when it is on"
    if max(off) == 0 and min(on) > 0:
        return "effect", f"{seen}."
    if max(off) * 2 < min(on):
        return "limited", f"{seen}: less, but not none."
    return "no effect", f"{seen}."


def _judge_budget(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    low, high = [_thinking_tokens(reply) for reply in first], [_thinking_tokens(reply) for reply in second]
    least, most = map(_integer, contrast.values)
    seen = f"{least:,} gave {_about(low)} thinking tokens, {most:,} gave {_about(high)}"
    separate = max(low) < min(high) and sum(high) >= 1.5 * sum(low)
    if separate and max(low) <= least * 1.25:
        return "effect", f"{seen}."
    if separate:
        return "limited", f"{seen}: the smaller value is raised, or only advice."
    return "no effect", f"{seen}."


def _judge_search(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    without, with_it = [reply.input_tokens or 0 for reply in first], [reply.input_tokens or 0 for reply in second]
    footers = sum(bool(_FOOTER.search(reply.answer)) for reply in second)
    seen = f"prompts of {_about(without)} tokens without, {_about(with_it)} with it; {footers} of {len(second)} Sources"
    found = footers == len(second) or min(with_it) > max(without) + 30
    return ("effect" if found else "no effect"), f"{seen}."


def _judge_footer(contrast: Contrast, first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
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


def _integer(value: ParameterValue | None) -> int:
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
    "spread": _judge_spread,
    "length": _judge_length,
    "thinks": _judge_thinking,
    "budget": _judge_budget,
    "searches": _judge_search,
    "footer_gone": _judge_footer,
    "differs": _judge_difference,
}
_STOP_WORD = "stop_word"


def all_requests(name: str, n: int, card: ModelCard, wire: WireName) -> list[RunRequest]:
    """Every request that probing the parameter sends, for the price."""
    contrast = contrast_for(name, card, wire)
    return [*contrast.requests(0, n), *contrast.requests(1, n)]
