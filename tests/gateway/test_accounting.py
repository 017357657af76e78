"""Tokens and the prompt cache: lossless, consistent, and fast on long prompts."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from components.gateway.cache import MediumUnit, PromptCache
from components.gateway.tokens import count_tokens, iter_tokens, split_tokens

WORDS = st.lists(st.sampled_from(["a", "b"]), max_size=1200)


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    tokens = split_tokens(text)
    assert "".join(tokens) == text
    assert list(iter_tokens(text)) == tokens and count_tokens(text) == len(tokens)


def test_four_characters_of_english_are_about_a_token() -> None:
    text = "The simulator measures what it is given and says so in plain sentences, one token at a time. " * 20
    assert 3.5 < len(text) / count_tokens(text) < 5
    assert count_tokens("今天天气") == 4


@given(WORDS, WORDS)
def test_cached_is_the_common_prefix_floored_to_256(first: list[str], second: list[str]) -> None:
    cache = PromptCache()
    assert cache.match_and_remember("k", [first]) == 0
    common = next((place for place, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), None)
    common = min(len(first), len(second)) if common is None else common
    assert cache.match_and_remember("k", [second]) == common // 256 * 256


def test_cache_is_per_key_and_knows_media_as_a_whole() -> None:
    cache = PromptCache()
    prompt = [["hello"] * 100, MediumUnit("digest", 1000), ["bye"] * 100]
    assert cache.match_and_remember("a", prompt) == 0
    assert cache.match_and_remember("b", prompt) == 0
    assert cache.match_and_remember("a", prompt) == 1200 // 256 * 256
    other = [["hello"] * 100, MediumUnit("other", 1000), ["bye"] * 100]
    assert cache.match_and_remember("a", other) == 0


def test_cache_forgets_the_least_recently_used() -> None:
    cache = PromptCache(size=2)
    cache.match_and_remember("k", [["x"] * 256])
    cache.match_and_remember("k", [["y"] * 512])
    assert cache.match_and_remember("k", [["x"] * 256]) == 0


def test_full_context_is_counted_and_cached_quickly() -> None:
    text = "word " * 250_000
    began = time.thread_time()
    cache = PromptCache()
    for _ in range(2):
        cached = cache.match_and_remember("k", [split_tokens(text)])
    assert cached > 249_000 and time.thread_time() - began < 2
