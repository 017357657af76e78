"""Estimated tokens against counted ones: `token_counts.json` holds texts and counts.

The counts are of `tests/benchmarks/text_tokens.py`: a vocabulary like Kimi's, cut by Kimi's pattern and scaled to what
was measured with Moonshot's tokenizer.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.media.text_tokens import text_tokens

ROWS = json.loads((Path(__file__).parents[1] / "fixtures" / "token_counts.json").read_text(encoding="utf-8"))
LANGUAGES = sorted({row["language"] for row in ROWS})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_estimate_of_a_language_is_near_what_is_counted(language):
    counted: dict[str, int] = defaultdict(int)
    for row in ROWS:
        if row["language"] == language:
            counted["tokens"] += row["tokens"]
            counted["estimated"] += text_tokens(row["text"])
    within = 0.14 if language in ("italian", "turkish") else 0.1
    assert counted["estimated"] == pytest.approx(counted["tokens"], rel=within)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['language']} {len(row['text'])}")
def test_the_estimate_of_a_short_text_is_not_far_off(row):
    assert text_tokens(row["text"]) == pytest.approx(row["tokens"], rel=0.18)


def test_a_han_character_of_prose_is_about_0_57_tokens():
    text = next(row["text"] for row in ROWS if row["language"] == "chinese")
    assert text_tokens(text) / len(text) == pytest.approx(0.57, abs=0.03)


@pytest.mark.parametrize("language", ["english", "chinese", "russian", "json"])
def test_a_long_text_is_counted_by_samples_as_it_would_be_whole(language):
    text = "\n".join(row["text"] for row in ROWS if row["language"] == language) + "\n"
    times = 200_000 // len(text)
    assert text_tokens(text * times) == pytest.approx(text_tokens(text) * times, rel=0.03)


@given(st.text())
def test_any_text_takes_a_token_and_no_more_than_it_has_bytes(text):
    size = len(text.encode("utf-8", "surrogatepass"))
    assert min(1, size) <= text_tokens(text) <= 2 * size
