"""An endless supply of readable text that is true: facts about the whole numbers, worked out one by one.

Fills replies whose exact length was asked for, in varied Markdown: paragraphs, lists, tables, code, formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from components.gateway.composer.prose import joined, plural
from components.gateway.composer.tables import bullets, fence, table
from components.gateway.composer.voice import Voice


def number_sections(voice: Voice) -> Iterator[str]:
    """Markdown blocks for an answer, section after section, without end."""
    for n in count(2):
        factors = _factors(n)
        yield voice.say(f"### ‹The number {n}¦{n}¦About {n}¦{n}, taken apart›")
        yield voice.paragraph(
            f"‹{n} is¦The number {n} is¦Next comes {n}:› {_nature(n, factors)}.",
            f"‹In binary it is¦Written in binary it reads¦A computer stores it as› `{n:b}`, ‹with¦which has› "
            f"{plural(n.bit_count(), 'one')} among {plural(n.bit_length(), 'digit')}.",
            f"‹Its square is¦Squared it gives› {n * n:,}, ‹and its cube¦its cube› {n**3:,}.",
            voice.maybe(f"‹Its digits add up to {_digit_sum(n)}.¦Digit sum: {_digit_sum(n)}.›", 0.6),
        )
        match n % 4:
            case 0:
                yield voice.say("‹Its divisors, in pairs:¦Divisors come in pairs:›")
                yield table(("Divisor", "Partner", "Product"), [(d, n // d, n) for d in _divisors(n) if d * d <= n])
            case 1:
                yield voice.say(
                    f"‹What the collatz rule does with {n}¦Halve it when even, else triple and add one, from {n}›:"
                )
                path = _collatz(n)
                steps = " → ".join(map(str, path[:14])) + (" → …" if len(path) > 14 else "")
                yield bullets([f"course: {steps}", f"steps to 1: {len(path) - 1}", f"highest point: {max(path):,}"])
            case 2:
                yield voice.say("‹The same in Python:¦Checked in Python:¦A short program for it:›")
                yield fence(
                    f"n = {n}\ndivisors = [d for d in range(1, n + 1) if n % d == 0]\n"
                    f"print(len(divisors), sum(divisors))  # {len(_divisors(n))}, {sum(_divisors(n))}"
                )
            case _:
                yield voice.say(f"‹The sum of the numbers up to {n}¦Adding everything from 1 to {n}›:")
                yield f"$$\\sum_{{k=1}}^{{{n}}} k = \\frac{{{n} \\cdot {n + 1}}}{{2}} = {n * (n + 1) // 2}$$"


def number_thoughts(voice: Voice) -> Iterator[str]:
    """Paragraphs of thinking in the first person: each number is tested for being prime, without end."""
    for n in count(11):
        factors = _factors(n)
        tried = [d for d in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31) if d * d <= n][:6]
        checks = []
        for divisor in tried:
            rest = n % divisor
            checks.append(f"{n} = {divisor} × {n // divisor}" + (f" + {rest}" if rest else ""))
            if rest == 0:
                break
        verdict = "prime" if len(factors) == 1 else f"not prime: {' × '.join(map(str, factors))}"
        yield voice.paragraph(
            f"‹Let me take {n}.¦Now {n}.¦Next is {n}.¦On to {n}.¦And {n}?›",
            f"‹I try the small primes¦Dividing by the small primes¦Testing divisors›: {'; '.join(checks)}.",
            f"‹So {n} is {verdict}.¦That settles it: {verdict}.¦Hence {n} is {verdict}.›",
            voice.maybe(
                f"‹Its neighbours {n - 1} and {n + 1} have {len(_divisors(n - 1))} and {len(_divisors(n + 1))} "
                f"divisors.¦"
                f"Reversed it reads {str(n)[::-1]}.¦Modulo 9 it leaves {n % 9}.›",
                0.5,
            ),
            voice.maybe(
                "‹Wait, let me check that once more by multiplying back: it holds.¦I double-check: yes.›", 0.35
            ),
        )


def _nature(n: int, factors: list[int]) -> str:
    if len(factors) == 1:
        return "a prime, so only 1 and itself divide it"
    divisors = _divisors(n)
    proper = sum(divisors[:-1])
    kind = "perfect" if proper == n else "abundant" if proper > n else "deficient"
    return (
        f"the product "
        f"{joined([str(factor) for factor in factors]).replace(', ', ' × ').replace(' and ', ' × ')}, a {kind} "
        f"number with {len(divisors)} divisors"
    )


def _factors(n: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            factors.append(divisor)
            n //= divisor
        divisor += 1
    return [*factors, n] if n > 1 else factors


def _divisors(n: int) -> list[int]:
    small = [d for d in range(1, int(n**0.5) + 1) if n % d == 0]
    return small + [n // d for d in reversed(small) if d * d != n]


def _digit_sum(n: int) -> int:
    return sum(map(int, str(n)))


def _collatz(n: int) -> list[int]:
    path = [n]
    while path[-1] != 1:
        path.append(path[-1] // 2 if path[-1] % 2 == 0 else 3 * path[-1] + 1)
    return path
