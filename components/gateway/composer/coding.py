"""Answers a request for code with a small Python function that works; each is executed by the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import key_terms, quoted
from components.gateway.composer.tables import bullets, fence, table
from components.gateway.composer.voice import Voice

_ASKED = re.compile(
    r"\b(code|function|script|program|implement(?:ation)?|snippet|algorithm)\b|\b(?:in|with|using)\s+python\b|\bpython\b.*\bwrite\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A function that is known to work. `call` and `result`: an example that holds. `cost`: in big-O notation."""

    pattern: str
    name: str
    idea: str
    code: str
    call: str
    result: str
    cost: str


RECIPES = (
    Recipe(
        r"fibonacci|\bfib\b",
        "fibonacci",
        "Keep the last two numbers and add them; recursion would compute the same values again and again.",
        "def fibonacci(count: int) -> list[int]:\n    numbers, a, b = [], 0, 1\n    for _ in range(count):\n"
        "        numbers.append(a)\n        a, b = b, a + b\n    return numbers",
        "fibonacci(8)",
        "[0, 1, 1, 2, 3, 5, 8, 13]",
        "O(n)",
    ),
    Recipe(
        r"factorial",
        "factorial",
        "Multiply from 2 upwards; the empty product is 1, so 0! needs no special case.",
        'def factorial(n: int) -> int:\n    if n < 0:\n        raise ValueError(f"n must not be negative, got {n}")\n'
        "    product = 1\n    for factor in range(2, n + 1):\n        product *= factor\n    return product",
        "factorial(6)",
        "720",
        "O(n)",
    ),
    Recipe(
        r"prime",
        "is_prime",
        "A composite number has a divisor up to its square root, so testing further is wasted.",
        "def is_prime(n: int) -> bool:\n    if n < 4:\n        return n > 1\n    if n % 2 == 0:\n        return False\n"
        "    return all(n % divisor for divisor in range(3, int(n**0.5) + 1, 2))",
        "[n for n in range(20) if is_prime(n)]",
        "[2, 3, 5, 7, 11, 13, 17, 19]",
        r"O(\sqrt{n})",
    ),
    Recipe(
        r"palindrom",
        "is_palindrome",
        "Drop everything but letters and digits, ignore case, and compare with the reverse.",
        "def is_palindrome(text: str) -> bool:\n    letters = [c.casefold() for c in text if c.isalnum()]\n"
        "    return letters == letters[::-1]",
        'is_palindrome("A man, a plan, a canal: Panama")',
        "True",
        "O(n)",
    ),
    Recipe(
        r"fizz\s*buzz",
        "fizzbuzz",
        "Build the word from its parts; an empty word means the number itself.",
        "def fizzbuzz(count: int) -> list[str]:\n"
        '    return ["Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0) or str(n) for n in range(1, count + 1)]',
        "fizzbuzz(5)",
        "['1', '2', 'Fizz', '4', 'Buzz']",
        "O(n)",
    ),
    Recipe(
        r"binary search|bisect",
        "binary_search",
        "Halve the range that can still hold the value; it must be sorted.",
        "def binary_search(values: list[int], wanted: int) -> int | None:\n    low, high = 0, len(values)\n"
        "    while low < high:\n        middle = (low + high) // 2\n        if values[middle] < wanted:\n"
        "            low = middle + 1\n        else:\n            high = middle\n"
        "    return low if low < len(values) and values[low] == wanted else None",
        "binary_search([2, 3, 5, 8, 13], 8)",
        "3",
        r"O(\log n)",
    ),
    Recipe(
        r"\bsort|quicksort|mergesort",
        "merge_sort",
        "Sort both halves, then merge them by taking the smaller head each time.",
        "def merge_sort(values: list[int]) -> list[int]:\n    if len(values) < 2:\n        return values[:]\n"
        "    middle = len(values) // 2\n    left, right = merge_sort(values[:middle]), merge_sort(values[middle:])\n"
        "    merged, i, j = [], 0, 0\n    while i < len(left) and j < len(right):\n        if left[i] <= right[j]:\n"
        "            merged.append(left[i])\n            i += 1\n        else:\n            merged.append(right[j])\n"
        "            j += 1\n    return merged + left[i:] + right[j:]",
        "merge_sort([5, 2, 8, 1, 9])",
        "[1, 2, 5, 8, 9]",
        r"O(n \log n)",
    ),
    Recipe(
        r"\bgcd\b|greatest common|euclid",
        "gcd",
        "Euclid: replace the larger by the remainder until nothing is left over.",
        "def gcd(a: int, b: int) -> int:\n    while b:\n        a, b = b, a % b\n    return abs(a)",
        "gcd(252, 105)",
        "21",
        r"O(\log \min(a, b))",
    ),
    Recipe(
        r"revers",
        "reverse_words",
        "Split at white space, turn the order round, join again.",
        'def reverse_words(text: str) -> str:\n    return " ".join(reversed(text.split()))',
        'reverse_words("one two three")',
        "'three two one'",
        "O(n)",
    ),
    Recipe(
        r"",
        "word_frequencies",
        "Count the words and sort by how often each occurs.",
        "from collections import Counter\nimport re\n\ndef word_frequencies(text: str, top: int = 3) -> "
        "list[tuple[str, int]]:\n"
        '    return Counter(re.findall(r"\\w+", text.lower())).most_common(top)',
        'word_frequencies("to be or not to be")',
        "[('to', 2), ('be', 2), ('or', 1)]",
        r"O(n \log n)",
    ),
)


def write_code(brief: Brief, voice: Voice) -> Work | None:
    """Answers with the recipe whose subject the prompt names, or with word counting when it names none."""
    if not _ASKED.search(brief.prompt):
        return None
    recipe = next(recipe for recipe in RECIPES if re.search(recipe.pattern, brief.prompt, re.IGNORECASE))
    matched = bool(recipe.pattern)
    terms = [term for term, _ in key_terms(brief.prompt)][:4]
    plan = [
        voice.say(
            f"‹Code is wanted¦This asks for code›: {quoted(brief.prompt, 70)}. The words that matter: "
            f"{', '.join(terms) or 'none'}."
        ),
        f"I hold a tested `{recipe.name}` for this."
        if matched
        else "None of my tested functions fits. I take the nearest I can vouch for, word counting, and say so.",
        f"The idea: {recipe.idea}",
        f"Check by hand: `{recipe.call}` must give `{recipe.result}`. Edge cases: empty input, one element, "
        f"equal elements.",
    ]
    blocks = [f"## `{recipe.name}` in Python"]
    if not matched:
        blocks.append(
            "A function for exactly this is not among those that the simulator holds; writing new code needs "
            "the real model. "
            "Here is a tested one that works on text:"
        )
    blocks += [
        voice.say(f"‹The idea¦How it works›: {recipe.idea[0].lower()}{recipe.idea[1:]}"),
        fence(recipe.code + f"\n\nassert {recipe.call} == {recipe.result}"),
        table(("Call", "Result"), [(f"`{recipe.call}`", f"`{recipe.result}`")]),
        voice.say(f"‹Its running time is¦It takes¦The cost is› ${recipe.cost}$."),
        bullets(
            voice.some(
                [
                    "Run it with `python -i` and call it on your own values.",
                    "The `assert` at the end is the smallest test: it fails loudly when a change breaks the function.",
                    "Type hints say what goes in and out; `mypy` checks them.",
                ],
                3,
            )
        ),
    ]
    return Work("code", tuple(plan), tuple(blocks))
