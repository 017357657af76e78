import gc
import threading

import pytest

from components.core.errors import MediaError
from components.media.clip_cache import ClipCache, Token
from components.media.work import Cancelled, Progress, Work

LONG_S = 20


def test_work_gives_its_result():
    work = Work(lambda progress: 42)
    assert work.wait(LONG_S) and work.ended and work.result() == 42


def test_a_sentence_for_the_user_comes_through_and_a_bug_becomes_one():
    def refuse(progress):
        raise MediaError("too large")

    with pytest.raises(MediaError, match="^too large$"):
        Work(refuse).result()
    with pytest.raises(MediaError, match="could not be taken .division by zero.: try again"):
        Work(lambda progress: 1 / 0).result()


def test_cancelling_ends_work_at_its_next_step():
    begun = threading.Event()

    def endless(progress):
        progress.begin("Counting", 10)
        while True:
            begun.set()
            progress.check()

    work = Work(endless)
    assert begun.wait(LONG_S) and not work.ended
    work.cancel()
    with pytest.raises(Cancelled):
        work.result()


def test_progress_has_a_share():
    progress = Progress()
    assert progress.share == 0.0
    progress.begin("Taking", 4)
    progress.step(None)
    assert (progress.words, progress.share) == ("Taking", 0.25)


def test_what_was_made_of_a_clip_goes_with_it_and_when_it_is_dropped():
    cache, here, gone = ClipCache(), Token(), Token()
    for token in (here, gone):
        cache.put((token, "frame", 0), "picture", 30)
        cache.put((token, "frame", 1), "picture", 30)
    del gone, token
    gc.collect()
    assert cache.size_bytes == 60 and cache.get((here, "frame", 1)) == "picture"
    # Another object may be given the place in memory of one that is gone.
    assert all(cache.get((Token(), "frame", 0)) is None for _ in range(50))
    cache.drop(here)
    assert cache.size_bytes == 0 and cache.get((here, "frame", 1)) is None


def test_a_cache_keeps_no_more_than_it_may_and_lets_the_longest_unused_go():
    cache = ClipCache(most_bytes=100)
    for key in "abc":
        cache.put(key, key.upper(), 30)
    assert cache.get("a") == "A"
    cache.put("d", "D", 40)
    assert (cache.get("a"), cache.get("b"), cache.get("c"), cache.get("d")) == ("A", None, "C", "D")
    cache.put("a", "A2", 10)
    assert cache.get("a") == "A2" and cache.size_bytes == 80
    cache.put("huge", "H", 101)
    assert cache.get("huge") is None and cache.get("d") == "D"
