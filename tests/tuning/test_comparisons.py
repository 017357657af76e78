"""Comparisons are found again by their id, by their owner alone."""

from components.params.choices import Choices
from components.tuning.comparison import new_comparison
from components.tuning.comparisons import Comparisons


def test_only_the_owner_finds_it_and_the_oldest_are_forgotten():
    known = Comparisons()
    several = [new_comparison(Choices()) for _ in range(250)]
    for one in several:
        known.add(one, "me")
        known.add(one, "somebody else")
    assert known.find(several[-1].id, "me") is several[-1]
    assert known.find(several[-1].id, "somebody else") is None
    assert known.find(several[0].id, "me") is None and known.find("guessed", "me") is None
    assert len({one.id for one in several}) == 250
