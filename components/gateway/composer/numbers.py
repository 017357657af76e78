"""An endless supply of readable text that is true: facts about the whole numbers, worked out one by one.

Fills replies to a length that was asked for, in varied Markdown: paragraphs, lists, tables, code, formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from components.gateway.composer.text import bullets, fence, paragraph, plural, table
from components.gateway.composer.wording import Wording


def number_sections(wording: Wording) -> Iterator[str]:
    """Markdown blocks for an answer, section after section, without end."""
    for n in count(2):
        divisors = _divisors(n)
        yield f"### {wording.pick(f'The number {n}', f'About {n}', f'{n}, taken apart')}"
        yield paragraph(
            f"{wording.pick(f'{n} is', f'The number {n} is', f'Next comes {n}:')} {_nature(n)}.",
            f"{wording.pick('In binary it is', 'A computer stores it as')} `{n:b}`, with "
            f"{plural(n.bit_count(), 'one')} among {plural(n.bit_length(), 'digit')}.",
            f"{wording.pick('Its square is', 'Squared it gives')} {n * n:,}, its cube {n**3:,}.",
            wording.maybe(f"Its digits add up to {sum(map(int, str(n)))}.", 0.6),
        )
        match n % 4:
            case 0:
                yield wording.pick("Its divisors, in pairs:", "Divisors come in pairs:")
                yield table(("Divisor", "Partner", "Product"), [(d, n // d, n) for d in divisors if d * d <= n])
            case 1:
                yield wording.pick(f"What can be said of {n} besides:", f"More on {n}:")
                yield bullets(
                    [f"divisors: {', '.join(map(str, divisors))}", f"their sum: {sum(divisors)}", f"in octal: {n:o}"]
                )
            case 2:
                yield wording.pick("The same in Python:", "A short program for it:")
                yield fence(
                    f"n = {n}\ndivisors = [d for d in range(1, n + 1) if n % d == 0]\n"
                    f"print(len(divisors), sum(divisors))  # {len(divisors)}, {sum(divisors)}"
                )
            case _:
                yield wording.pick(f"The sum of the numbers up to {n}:", f"Everything from 1 to {n} added:")
                yield f"$$\\sum_{{k=1}}^{{{n}}} k = \\frac{{{n} \\cdot {n + 1}}}{{2}} = {n * (n + 1) // 2}$$"


def number_thoughts(wording: Wording) -> Iterator[str]:
    """Paragraphs of thinking in the first person: each number is tested for being prime, without end."""
    for n in count(11):
        checks = []
        for divisor in (2, 3, 5, 7, 11, 13):
            if divisor * divisor > n:
                break
            rest = n % divisor
            checks.append(f"{n} = {divisor} × {n // divisor}" + (f" + {rest}" if rest else ""))
            if rest == 0:
                break
        neighbours = f"Its neighbours have {len(_divisors(n - 1))} and {len(_divisors(n + 1))} divisors."
        yield paragraph(
            wording.pick(f"Let me take {n}.", f"Now {n}.", f"On to {n}.", f"And {n}?"),
            f"{wording.pick('I try the small primes', 'Testing divisors')}: {'; '.join(checks)}.",
            f"{wording.pick('So', 'Hence')} {n} is {_nature(n)}.",
            wording.maybe(wording.pick(neighbours, f"Modulo 9 it leaves {n % 9}.")),
            wording.maybe("I multiply back to check: it holds.", 0.35),
        )


def _nature(n: int) -> str:
    divisors = _divisors(n)
    if len(divisors) == 2:
        return "a prime, so only 1 and itself divide it"
    proper = sum(divisors) - n
    kind = "a perfect" if proper == n else "an abundant" if proper > n else "a deficient"
    return f"{kind} number with {len(divisors)} divisors"


def _divisors(n: int) -> list[int]:
    small = [d for d in range(1, int(n**0.5) + 1) if n % d == 0]
    return small + [n // d for d in reversed(small) if d * d != n]
