from dataclasses import dataclass

import pytest

from components.media.estimates import Estimate
from components.media.forewarnings import forewarnings


@dataclass(frozen=True)
class Case:
    tokens: int
    body_bytes: int
    pictures: int
    words: tuple[str, ...]


CASES = [
    Case(100_000, 5_000_000, 96, ()),
    Case(251_904, 0, 0, ()),
    Case(251_905, 0, 0, ("the answer may be cut",)),
    Case(256_001, 0, 0, ("will probably refuse it",)),
    Case(1, 0, 97, ("97 pictures and frames",)),
    Case(1, 20_000_001, 1, ("20.0 MB: it will take a while",)),
    Case(300_000, 91_000_000, 200, ("will probably refuse", "200 pictures", "more than the 90 MB")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case.words) or f"nothing at {case.tokens}")
def test_each_limit_is_told_before_it_is_met(case):
    told = forewarnings(Estimate(case.tokens, case.body_bytes), case.pictures, 256_000, 4_096)
    assert len(told) == len(case.words)
    for sentence, words in zip(told, case.words, strict=True):
        assert words in sentence and "\n" not in sentence
