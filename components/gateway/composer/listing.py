"""Lists of N things: from small closed sets that are certain, otherwise openings into the topic."""

from __future__ import annotations

import re

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import key_terms, plural
from components.gateway.composer.tables import fence, numbered, table
from components.gateway.composer.voice import Voice

_NUMBERS = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_ASKED = re.compile(
    r"\b(?:list|name|give(?: me)?|suggest|tell me|write|show)\s+(?:me\s+)?(?:the\s+)?(?:first\s+)?"
    rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(.+?)(?:[.?!:;]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_GENERIC = re.compile(
    r"^(?:good |best |main |interesting "
    r")*(?:ideas|reasons|ways|things|facts|tips|examples|questions|points|items|names)\s+"
    r"(?:(?:for|to|of|about|on|why|that|i|you|we|should|know)\s+)*",
    re.IGNORECASE,
)
_SETS = {
    "fruit": "apple pear plum cherry banana grape mango fig kiwi lemon orange peach apricot papaya quince",
    "colo": "red orange yellow green teal blue violet magenta pink brown white grey black turquoise ochre",
    "planet": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
    "animal": "otter heron lynx badger hare owl salmon tortoise fox beetle crane seal wolf newt sparrow",
    "language": "Python Rust Go C Java Kotlin Swift Ruby Haskell Scala Julia Perl Lua Erlang Elixir",
    "month": "January February March April May June July August September October November December",
    "vegetable": "carrot leek spinach beetroot fennel kale onion pea pumpkin radish celery turnip parsnip chard",
}
_QUESTIONS = (
    "What exactly is meant by *{0}*, and what is not?",
    "Where does *{0}* begin: what comes before it?",
    "Who has to deal with *{0}* every day?",
    "How could *{0}* be measured?",
    "What does *{0}* cost, in time or money?",
    "What goes wrong with *{0}*, and how is that noticed?",
    "What would change if *{0}* were gone?",
    "Which example of *{0}* is the clearest?",
    "Which two things are most often confused with *{0}*?",
    "What would an opponent of *{0}* say?",
    "What was different about *{0}* ten years ago?",
    "What is the smallest version of *{0}* that still works?",
)


def list_things(brief: Brief, voice: Voice) -> Work | None:
    """Lists as many things as were asked for."""
    match = _ASKED.search(brief.prompt)
    if match is None or re.match(
        r"(?:-?\s*)?(?:words?|characters?|sentences?|paragraphs?|lines?)\b", match.group(2), re.I
    ):
        return None
    asked = _NUMBERS.get(match.group(1).lower()) if not match.group(1).isdigit() else int(match.group(1))
    things = match.group(2).strip()
    if not asked or asked > 200:
        return None
    if re.search(r"\bprimes?\b|\bprime numbers?\b", things, re.IGNORECASE):
        return _primes(asked, voice)
    known = next(
        (words.split() for word, words in _SETS.items() if re.search(rf"\b{word}", things, re.IGNORECASE)), None
    )
    if known is not None:
        return _known(asked, things, known, voice)
    return _openings(asked, things, voice)


def _known(asked: int, things: str, known: list[str], voice: Voice) -> Work:
    items = voice.some(known, min(asked, len(known)))
    short = "" if asked <= len(known) else f" I only hold {len(known)} of these, not {asked}."
    rows = [(place, item, len(item)) for place, item in enumerate(items, 1)]
    return Work(
        "list",
        (
            f"{plural(asked, 'item')} of “{things}” are wanted. I hold a small closed set for this, so nothing "
            f"has to be "
            f"made up.{short}",
            voice.say(f"‹I start with¦First comes› {items[0]}, ‹and end with¦the last is› {items[-1]}."),
        ),
        (
            "## "
            + voice.say(
                f"‹{things.capitalize()}¦{plural(len(items), 'entry').replace('entrys', 'entries')}: {things}›"
            ),
            numbered(f"**{item}**" for item in items),
            table(("#", "Item", "Letters"), rows),
            voice.say(f"‹They come from a fixed set of {len(known)} in the simulator.¦Ask again for another order.›")
            + short,
        ),
    )


def _openings(asked: int, things: str, voice: Voice) -> Work:
    topic = _GENERIC.sub("", things).strip() or things
    terms = [term for term, _ in key_terms(topic)] or [topic]
    pool = [question.format(topic) for question in _QUESTIONS]
    pool += [question.format(term) for term in terms if term != topic for question in _QUESTIONS]
    items = voice.some(pool, min(asked, len(pool)))
    items += [
        f"What would point {number} on *{topic}* add to the {number - 1} above?"
        for number in range(len(items) + 1, asked + 1)
    ]
    return Work(
        "list",
        (
            f"{plural(asked, 'item')} on “{things}”. I hold no facts about {topic}, and inventing {asked} would be a "
            "pretence of knowledge.",
            f"What I can give honestly in {asked} points: the questions that a good list about {topic} would answer.",
        ),
        (
            f"## {plural(asked, 'question')} about {topic}",
            voice.say(
                f"‹The simulator knows nothing about {topic}¦Facts about {topic} are not to be had here›, so "
                f"instead of claims "
                "these are questions that a real answer would settle:"
            ),
            numbered(items),
        ),
    )


def _primes(asked: int, voice: Voice) -> Work:
    primes: list[int] = []
    candidate = 2
    while len(primes) < asked:
        if all(candidate % prime for prime in primes if prime * prime <= candidate):
            primes.append(candidate)
        candidate += 1
    return Work(
        "list",
        (
            f"The first {asked} primes: those I can compute. A number is prime if no smaller prime divides it.",
            f"Trial division up to the square root; the last one is {primes[-1]}.",
        ),
        (
            f"## The first {asked} primes",
            numbered(f"**{prime}**" for prime in primes),
            f"$$\\sum_{{i=1}}^{{{asked}}} p_i = {sum(primes)}$$",
            fence(
                """
def primes(count):
    found, candidate = [], 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found
"""
            ),
            voice.say(f"‹Computed, not remembered.¦Worked out on the spot.› `primes({asked})[-1]` gives {primes[-1]}."),
        ),
    )
