"""Times in a clip as people and models write them: `[00:12.4]`, `0:12`, `12.4s`, and ranges of these.

Reads them out of a text; `parts.clock` writes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# With an hour the minutes have two digits; a bare `16:9` has one digit behind its colon and is none.
_CLOCK = r"(?:(?P<{0}h>\d{{1,2}}):(?=\d\d:))?(?P<{0}m>\d{{1,3}}):(?P<{0}s>[0-5]\d(?:[.,]\d{{1,3}})?)"
# 5, 12.4, or 30 behind minutes: `1m30s`, `1 min 30 s`, `2 minutes and 5 seconds`.
_PLAIN = (
    r"(?:(?P<{0}pm>\d{{1,3}})[ \u00a0]?(?:m|mins?|minutes?)(?:,? and|,)?[ \u00a0]?(?=\d))?"
    r"(?P<{0}p>\d{{1,5}}(?:\.\d{{1,3}})?)"
)
_SECONDS = r"[ \u00a0]?(?:s|sec|secs|seconds?)"
_UNIT = rf"{_SECONDS}(?![\w-])"
_TO = r"\]?\s?(?:-|–|—|to|until|bis)\s?\[?"
# Not within a longer number, ratio, date or word, nor the time of a day.
_BEFORE = r"(?<![\w:.,/$€£-])"
_AFTER = r"(?![\w:/]|[.,]\d|[ \u00a0]?(?:[ap]\.?m\b|o'clock|Uhr))"
_TIME = re.compile(
    rf"\[\s?{_CLOCK.format('a')}s?(?:{_TO}{_CLOCK.format('b')}s?)?\s?\]"
    rf"|{_BEFORE}{_CLOCK.format('c')}s?(?:{_TO}{_CLOCK.format('d')}s?)?{_AFTER}"
    rf"|{_BEFORE}{_PLAIN.format('e')}(?:(?:{_SECONDS})?{_TO}{_PLAIN.format('f')})?{_UNIT}",
    re.IGNORECASE,
)
# How long something takes, and decades, are written like times and are none.
_LENGTH_BEFORE = re.compile(
    r"\b(?:for|every|lasts?|lasting|another|within|takes|length of|duration of) $", re.IGNORECASE
)
_LENGTH_AFTER = re.compile(r"[ \u00a0-](?:long|later|earlier|apart|ago|each|clips?|videos?|footage|in length)\b")
_DECADE = re.compile(
    r"(?:(?:1[5-9]|20)\d|(?<=\bthe )[1-9]|(?<=\bearly )[1-9]|(?<=\blate )[1-9])0s(?!\w| (?:mark|point|moment|frame))",
    re.IGNORECASE,
)
_PAIRS = (("a", "b"), ("c", "d"), ("e", "f"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A time in a text: seconds, and those of the end where it is a range; its words are `text[begin:end]`."""

    start_s: float
    end_s: float | None
    begin: int
    end: int


def mentions(text: str) -> Iterator[Mention]:
    """Yields the times in a text in their order."""
    for match in _TIME.finditer(text):
        if _is_length(text, match):
            continue
        for first, second in _PAIRS:
            start_s = _seconds(match, first)
            if start_s is not None:
                yield Mention(start_s, _seconds(match, second), match.start(), match.end())


def _is_length(text: str, match: re.Match[str]) -> bool:
    if match["ep"] is None or match["fp"] is not None:
        return False
    return bool(
        _LENGTH_BEFORE.search(text, max(0, match.start() - 20), match.start())
        or _LENGTH_AFTER.match(text, match.end())
        or _DECADE.match(text, match.start())
    )


def read_times(text: str) -> list[float]:
    """The times that a person typed, separated by commas, semicolons or white space: `0:05, 12.4 1:02:03`.

    Raises: ValueError with the word that is none.
    """
    times = []
    for word in re.split(r"[\s;]+|,(?!\d)|,(?=\d+[:.])", text.strip()):
        if not word:
            continue
        if re.fullmatch(r"\d{1,6}(?:\.\d+)?s?", word):
            times.append(float(word.rstrip("s")))
        elif (match := re.fullmatch(_CLOCK.format("a"), word)) and (seconds := _seconds(match, "a")) is not None:
            times.append(seconds)
        else:
            raise ValueError(word)
    return times


def _seconds(match: re.Match[str], name: str) -> float | None:
    found = match.groupdict()
    if (plain := found.get(f"{name}p")) is not None:
        return int(found.get(f"{name}pm") or 0) * 60 + float(plain)
    if (minutes := found.get(f"{name}m")) is None:
        return None
    seconds = float(found[f"{name}s"].replace(",", "."))
    return int(found.get(f"{name}h") or 0) * 3600 + int(minutes) * 60 + seconds
