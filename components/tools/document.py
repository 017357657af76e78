"""Finds passages in a document by the words of a query, and carries a document to try it on."""

from __future__ import annotations

import math
import re
from collections import Counter

_PASSAGES = 3
_LONGEST_PASSAGE = 800
# Words that questions are made of and that say nothing about what is asked.
_COMMON = frozenset("and are can does for from how may the what when where which who why with you your".split())

DOCUMENT = """The Lighthouse Hostel: house rules (an invented example)

Arrival. Rooms are ready from 3 pm. The front desk is open from 7 am to 11 pm; after that, use the code that was sent
to you. Leave your room by 10:30 am on the day of departure.

Breakfast. Breakfast is served in the lamp room from 7:30 to 10 am, on Sundays until 11 am. Tell the kitchen the evening
before if you cannot eat gluten, nuts or milk.

Animals. Dogs are welcome in rooms on the ground floor for 8 euros a night, at most one a room. They may not enter the
lamp room or the kitchen. Cats cannot stay.

Quiet hours. From 10 pm to 7 am speak softly in the corridors. Music needs headphones at any time.

The tower. The tower may be climbed between sunrise and sunset, in groups of at most six, and never in a storm. Children
under ten need an adult beside them.

Kitchen. Guests may cook from noon to 9 pm. Label what you put into the refrigerator; what has no label is thrown away
on Mondays.

Laundry. The washing machine takes tokens, which the front desk sells for 4 euros. Hang wet clothes in the yard, not in
the rooms.

Bicycles. The hostel lends twelve bicycles for 9 euros a day. Bring them back before dark: they have no lights.

Payment. We take cards and cash. A deposit of 20 euros for the key is returned at departure.

Emergencies. In an emergency call 112. The nearest hospital is in Port Avel, 14 kilometres away. A first-aid box hangs
beside the front desk.
"""


def search(document: str, query: str) -> list[dict[str, str | int]]:
    """The passages (paragraphs between blank lines) that hold the most of the query's words, rare words counting more.

    Each with its number from 1; none when no word is found. At most three.
    """
    passages = [" ".join(text.split()) for text in re.split(r"\n\s*\n", document) if text.strip()]
    words = [frozenset(_words(passage)) for passage in passages]
    spread = Counter(word for found in words for word in found)
    wanted = set(_words(query))
    scores = [sum(math.log(1 + len(passages) / spread[word]) for word in wanted & found) for found in words]
    best = sorted((index for index, score in enumerate(scores) if score > 0), key=lambda index: -scores[index])
    return [{"passage": index + 1, "text": passages[index][:_LONGEST_PASSAGE]} for index in best[:_PASSAGES]]


def _words(text: str) -> list[str]:
    """Words of three letters or more, without a plural's ending."""
    return [word.removesuffix("s") for word in re.findall(r"\w{3,}", text.lower()) if word not in _COMMON]
