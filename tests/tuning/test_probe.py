"""The ledger's verdicts, against gateways that honour, ignore, clamp and refuse each parameter, over 20 seeds."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

import pytest

from components.core.request import RunRequest
from components.params.cards import default_card
from components.tuning.probe import Reply, probe

CARD = default_card()
SEEDS = range(20)
WORDS = [f"{head}{tail}" for head in ("lake", "stone", "old", "grey", "bright") for tail in ("", "wall", "road", "er")]
CLAMPED = {
    "temperature": lambda value: min(value, 1.0),
    "top_p": lambda value: max(value, 0.1),
    "max_tokens": lambda value: max(value, 64),
    "thinking_budget": lambda value: max(value, 512),
    "reasoning_effort": lambda value: {"none": "low", "max": "high"}.get(value, value),
}


class Gateway:
    """A model that samples words by temperature and top_p, behind a gateway that does something to one parameter."""

    def __init__(self, seed: int, name: str, treatment: str) -> None:
        self._random = random.Random(seed)
        self._name = name
        self._treatment = treatment
        self.calls = 0

    def __call__(self, requests: Sequence[RunRequest]) -> list[Reply]:
        return [self._reply(request) for request in requests]

    def _reply(self, request: RunRequest) -> Reply:
        self.calls += 1
        parameters = dict(request.parameters)
        if self._name in parameters:
            if self._treatment == "refuse":
                return Reply(error=f"{self._name} cannot be changed for this model.", status=400)
            if self._treatment == "ignore":
                del parameters[self._name]
            if self._treatment == "clamp":
                parameters[self._name] = CLAMPED[self._name](parameters[self._name])
        thinking = self._thinking(parameters)
        searched = parameters.get("web_search_linkup") is True
        words = ["walk", *(self._word(parameters) for _ in range(self._random.randint(90, 130)))]
        stops = [word for word in words if any(stop in word for stop in parameters.get("stop", ()))]
        if stops:
            words = words[: words.index(stops[0])]
        most = int(parameters.get("max_tokens", 4096))
        cut, words = len(words) > most, words[:most]
        footer = "\n\nSources\n1. a link" if searched and not parameters.get("disable_formatting") else ""
        return Reply(
            " ".join(words) + footer,
            "thought " * thinking,
            30 + 200 * searched,
            len(words),
            thinking,
            "length" if cut else "stop",
        )

    def _thinking(self, parameters: Mapping[str, object]) -> int:
        effort = parameters.get("reasoning_effort")
        if parameters.get("enable_thinking") is False or effort == "none":
            return 0
        budget = parameters.get("thinking_budget", {"low": 300, "high": 4_000}.get(str(effort), 2_000))
        return min(int(str(budget)), int(self._random.gauss(1_500, 250)))

    def _word(self, parameters: Mapping[str, object]) -> str:
        temperature, top_p = float(str(parameters.get("temperature", 0.7))), float(str(parameters.get("top_p", 0.9)))
        if temperature == 0:
            return WORDS[0]
        masses = [math.exp(-place * 0.3 / temperature) for place in range(len(WORDS))]
        kept, reached = 0, 0.0
        while kept < len(masses) and reached < top_p * sum(masses):
            reached += masses[kept]
            kept += 1
        return self._random.choices(WORDS[:kept], masses[:kept])[0]


@pytest.mark.parametrize("name", CARD.parameters)
@pytest.mark.parametrize(
    ("treatment", "verdict"), [("honour", "effect"), ("ignore", "no effect"), ("refuse", "refused")]
)
def test_the_verdict_is_right_every_time(name, treatment, verdict):
    found = [probe(name, Gateway(seed, name, treatment), CARD) for seed in SEEDS]
    assert [one.verdict for one in found] == [verdict] * len(SEEDS), found
    if treatment == "refuse":
        assert all(f"{name} cannot be changed" in one.note for one in found)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        # What is left of the contrast is still seen; where a count tells what was made of the value, it is said.
        ("temperature", "effect"),
        ("top_p", "effect"),
        ("max_tokens", "limited"),
        ("thinking_budget", "limited"),
        ("reasoning_effort", "limited"),
    ],
)
def test_a_clamped_value_is_told_where_it_can_be(name, verdict):
    found = [probe(name, Gateway(seed, name, "clamp"), CARD) for seed in SEEDS]
    assert [one.verdict for one in found] == [verdict] * len(SEEDS), found


@pytest.mark.parametrize("name", CARD.parameters)
def test_no_effect_is_never_said_of_one_call(name):
    found = probe(name, Gateway(1, name, "ignore"), CARD, n=1)
    assert (found.verdict, found.n) == ("unclear", 1) and "ccepted" in found.note


def test_sampling_says_nothing_of_four_calls():
    assert probe("temperature", Gateway(1, "temperature", "honour"), CARD, n=4).verdict == "unclear"
    assert probe("temperature", Gateway(1, "temperature", "honour"), CARD, n=5).verdict == "effect"
    # Five would hide an effect that shows between the values alone.
    assert probe("temperature", Gateway(1, "temperature", "ignore"), CARD, n=5).verdict == "unclear"


class ConstantSeed(Gateway):
    """A server that samples every call with the same seed: one answer for each setting."""

    def _reply(self, request: RunRequest) -> Reply:
        self._random = random.Random(7)
        return super()._reply(request)


@pytest.mark.parametrize("name", ["temperature", "top_p"])
@pytest.mark.parametrize(("treatment", "verdict"), [("honour", "effect"), ("ignore", "no effect")])
def test_a_constant_seed_does_not_hide_what_sampling_obeys(name, treatment, verdict):
    found = probe(name, ConstantSeed(1, name, treatment), CARD)
    assert found.verdict == verdict and "one answer only" in found.note, found
    few = probe(name, ConstantSeed(1, name, treatment), CARD, n=5)
    assert few.verdict == "unclear" and "Take 6" in few.note


def test_a_failure_that_is_not_the_parameters_is_not_held_against_it():
    down = probe("temperature", lambda requests: [Reply(error="Offline.", status=503)] * len(requests), CARD)
    assert down.verdict == "unclear" and "Offline." in down.note
    refusing = probe("temperature", lambda requests: [Reply(error="No.", status=400)] * len(requests), CARD)
    assert refusing.verdict == "unclear" and "without the parameter, too" in refusing.note
