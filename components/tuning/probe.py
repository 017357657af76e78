"""The parameter ledger: is a parameter honoured, ignored or refused? Contrasting values, several calls of each.

Each parameter has a contrast whose effect can be told: 0 against 2, a word that must not come, thinking that must not
be there. "No effect seen" is said only of several calls, and of sampling only where chance would hide an effect in
less than one case of 200 (an exact permutation test). Sends nothing itself: `ask` does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from rapidfuzz.distance import Levenshtein

from components.core.card import ParameterValue
from components.core.parts import Message, TextPart
from components.core.request import RunRequest

Verdict = Literal["effect", "limited", "no effect", "refused", "unclear"]

MOST_N = 10
DEFAULT_N = 6
# Of the deterministic contrasts three calls a side are plenty.
_FEW = 3
_CHANCE = 0.005
_REFUSING = frozenset({400, 422})

_PROMPT = "Describe a walk through a small town that nobody has heard of, in about 120 words."
_HARD = "How many integers from 1 to 500 are divisible by neither 2, 3 nor 7? Explain the steps."
_SEARCHED = "What is the population of Iceland?"
_FOOTER = re.compile(r"(?im)^\W*sources\W*$")
_LOW_BUDGET, _HIGH_BUDGET, _FEW_TOKENS, _MANY_TOKENS = 64, 4_096, 16, 300


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
    """How a parameter is tried: two sides that differ in it alone, and who tells what their replies mean."""

    parameter: str
    prompt: str
    base: _Values
    sides: tuple[_Values, _Values]
    judge: Callable[[Sequence[Reply], Sequence[Reply]], tuple[Verdict, str]]
    most_n: int = MOST_N

    def requests(self, side: int, n: int, model: str) -> list[RunRequest]:
        """The calls of one side."""
        parameters = {**self.base, **self.sides[side]}
        message = Message("user", (TextPart(self.prompt),))
        return [RunRequest(model, (message,), parameters=parameters) for _ in range(min(n, self.most_n))]


def probe(name: str, ask: Ask, model: str, n: int = DEFAULT_N) -> Finding:
    """Tries one parameter with `n` calls of each value, or fewer where few are plenty."""
    contrast = CONTRASTS[name]
    count = min(n, contrast.most_n)
    first = ask(contrast.requests(0, n, model))
    if name == "stop" and not any(reply.error for reply in first):
        contrast = _with_stop_word(contrast, first)
        if contrast.sides[1] == {}:
            return Finding(name, "unclear", "No word came in every answer, so none could be forbidden.", count)
    second = ask(contrast.requests(1, n, model))
    if failed := _failure(contrast, (first, second), ask, model):
        return Finding(name, *failed, count)
    verdict, note = contrast.judge(first, second)
    if verdict == "no effect" and count < 2:
        return Finding(name, "unclear", f"Accepted; one call of each value is too few to tell. {note}", count)
    return Finding(name, verdict, note, count)


def _failure(
    contrast: Contrast, sides: tuple[Sequence[Reply], Sequence[Reply]], ask: Ask, model: str
) -> tuple[Verdict, str] | None:
    for side, replies in enumerate(sides):
        broken = next((reply for reply in replies if reply.error is not None), None)
        if broken is None:
            continue
        if broken.status not in _REFUSING:
            return "unclear", f"A call failed for another reason: {broken.error}"
        value = _worded(contrast.sides[side])
        control = RunRequest(model, (Message("user", (TextPart(contrast.prompt),)),), parameters=contrast.base)
        if side == 0 and not contrast.sides[0] or ask([control])[0].error is not None:
            return "unclear", f"The call was refused without the parameter, too: {broken.error}"
        return "refused", f"{value} is refused: {broken.error}"
    return None


def _worded(values: _Values) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in values.items()) or "the default"


# --- what the replies mean ---------------------------------------------------------------------------------------


def _spread(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    """Sampling: the answers of the second side must differ among themselves more than those of the first."""
    texts = [reply.answer.split() for reply in (*first, *second)]
    size = len(first)
    distance = {
        pair: Levenshtein.normalized_distance(texts[pair[0]], texts[pair[1]])
        for pair in combinations(range(len(texts)), 2)
    }

    def within(members: Sequence[int]) -> float:
        pairs = list(combinations(members, 2))
        return sum(distance[pair] for pair in pairs) / len(pairs) if pairs else 0.0

    everyone = range(len(texts))
    low, high = within(range(size)), within(range(size, 2 * size))
    seen = f"answers differ by {low:.0%} at the first value and {high:.0%} at the second"
    splits = list(combinations(everyone, size))
    if 1 / len(splits) >= _CHANCE:
        return "unclear", f"Accepted; {seen}, but n = {size} is too few to tell that from chance. Take 5 or more."
    observed = high - low
    as_far = sum(
        within([one for one in everyone if one not in chosen]) - within(chosen) >= observed - 1e-12 for chosen in splits
    )
    if observed > 0 and as_far / len(splits) < _CHANCE:
        return "effect", f"{seen}."
    return "no effect", f"{seen}: no more than chance."


def _length(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    few, many = [_answer_tokens(reply) for reply in first], [_answer_tokens(reply) for reply in second]
    seen = f"{_FEW_TOKENS} gave {_about(few)} tokens, {_MANY_TOKENS} gave {_about(many)}"
    cut = all(reply.finish_reason in ("length", None) for reply in first)
    if max(few) <= _FEW_TOKENS * 1.25 and min(many) > max(few):
        return "effect", f"{seen}."
    if cut and max(few) < min(many):
        return "limited", f"{seen}: the smaller value is raised."
    return "no effect", f"{seen}."


def _word_gone(first: Sequence[Reply], second: Sequence[Reply], word: str) -> tuple[Verdict, str]:
    left = sum(word in reply.answer for reply in second)
    seen = f"“{word}” came in {len(first)} of {len(first)} answers without it as a stop string, in {left} with it"
    return ("effect" if left == 0 else "no effect"), f"{seen}."


def _thinks(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    off, on = [_thinking_tokens(reply) for reply in first], [_thinking_tokens(reply) for reply in second]
    seen = f"{_about(off)} thinking tokens when it is off, {_about(on)} when it is on"
    if max(off) == 0 and min(on) > 0:
        return "effect", f"{seen}."
    if max(off) * 2 < min(on):
        return "limited", f"{seen}: less, but not none."
    return "no effect", f"{seen}."


def _budget(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    low, high = [_thinking_tokens(reply) for reply in first], [_thinking_tokens(reply) for reply in second]
    seen = f"{_LOW_BUDGET} gave {_about(low)} thinking tokens, {_HIGH_BUDGET:,} gave {_about(high)}"
    apart = max(low) < min(high) and sum(high) >= 1.5 * sum(low)
    if apart and max(low) <= _LOW_BUDGET * 1.25:
        return "effect", f"{seen}."
    if apart:
        return "limited", f"{seen}: the smaller value is raised, or only advice."
    return "no effect", f"{seen}."


def _searches(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    without, with_it = [reply.input_tokens or 0 for reply in first], [reply.input_tokens or 0 for reply in second]
    footers = sum(bool(_FOOTER.search(reply.answer)) for reply in second)
    seen = f"prompts of {_about(without)} tokens without, {_about(with_it)} with it; {footers} of {len(second)} Sources"
    found = footers == len(second) or min(with_it) > max(without) + 30
    return ("effect" if found else "no effect"), f"{seen}."


def _footer_gone(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
    with_it = sum(bool(_FOOTER.search(reply.answer)) for reply in first)
    without = sum(bool(_FOOTER.search(reply.answer)) for reply in second)
    seen = f"a Sources footer in {with_it} of {len(first)} answers at the default, in {without} when it is on"
    if with_it < len(first):
        return "unclear", f"Accepted; {seen}: without a footer there is nothing to take away."
    return ("effect" if without == 0 else "no effect"), f"{seen}."


def _with_stop_word(contrast: Contrast, answers: Sequence[Reply]) -> Contrast:
    """The contrast with a word forbidden that came in every answer, not at its beginning."""
    counts = Counter(word for reply in answers for word in set(re.findall(r"[A-Za-z]{3,30}", reply.answer[20:])))
    common = sorted(word for word, count in counts.items() if count == len(answers))
    if not common:
        return contrast
    word = max(common, key=lambda one: (min(reply.answer.count(one) for reply in answers), one))

    def judge(first: Sequence[Reply], second: Sequence[Reply]) -> tuple[Verdict, str]:
        return _word_gone(first, second, word)

    return Contrast("stop", contrast.prompt, contrast.base, ({}, {"stop": (word,)}), judge, contrast.most_n)


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


_PLAIN: _Values = {"enable_thinking": False, "max_tokens": 200}
_SEARCHING: _Values = {"enable_thinking": False, "max_tokens": 600, "web_search_linkup": True}

CONTRASTS: Mapping[str, Contrast] = {
    one.parameter: one
    for one in (
        Contrast("temperature", _PROMPT, _PLAIN, ({"temperature": 0}, {"temperature": 2}), _spread),
        Contrast("top_p", _PROMPT, {**_PLAIN, "temperature": 1}, ({"top_p": 0.01}, {"top_p": 1}), _spread),
        Contrast(
            "max_tokens",
            _PROMPT,
            {"enable_thinking": False},
            ({"max_tokens": _FEW_TOKENS}, {"max_tokens": _MANY_TOKENS}),
            _length,
            _FEW,
        ),
        # The word that is forbidden is chosen from the answers without it.
        Contrast("stop", _PROMPT, _PLAIN, ({}, {}), _footer_gone, _FEW),
        Contrast(
            "enable_thinking",
            _HARD,
            {"max_tokens": 400},
            ({"enable_thinking": False}, {"enable_thinking": True}),
            _thinks,
            _FEW,
        ),
        Contrast(
            "thinking_budget",
            _HARD,
            {"max_tokens": 400, "enable_thinking": True},
            ({"thinking_budget": _LOW_BUDGET}, {"thinking_budget": _HIGH_BUDGET}),
            _budget,
            4,
        ),
        Contrast(
            "reasoning_effort",
            _HARD,
            {"max_tokens": 400},
            ({"reasoning_effort": "none"}, {"reasoning_effort": "high"}),
            _thinks,
            _FEW,
        ),
        Contrast(
            "web_search_linkup",
            _SEARCHED,
            {"enable_thinking": False, "max_tokens": 600},
            ({"web_search_linkup": False}, {"web_search_linkup": True}),
            _searches,
            2,
        ),
        Contrast(
            "disable_formatting",
            _SEARCHED,
            _SEARCHING,
            ({"disable_formatting": False}, {"disable_formatting": True}),
            _footer_gone,
            2,
        ),
    )
}
"""How each documented parameter is tried."""


def all_requests(name: str, n: int, model: str) -> list[RunRequest]:
    """Every call that probing the parameter makes, for the price tag."""
    contrast = CONTRASTS[name]
    return [*contrast.requests(0, n, model), *contrast.requests(1, n, model)]
