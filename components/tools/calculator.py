"""Computes arithmetic that a model wrote, bounded in time and memory. The parsing is simpleeval's."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

from simpleeval import InvalidExpression, SimpleEval

_LONGEST = 500
# Digits of the largest whole number; Python itself refuses to print more than 4,300.
_MOST_DIGITS = 4000
_FUNCTIONS: dict[str, Callable[..., float]] = {
    **{function.__name__: function for function in (math.sqrt, math.sin, math.cos, math.tan, math.log, math.exp)},
    "abs": abs,
    "round": round,
}


def calculate(expression: str) -> int | float:
    """The value of an expression. Raises: ValueError, with one sentence, if it has none or none that can be held."""
    if len(expression) > _LONGEST:
        raise ValueError(f"an expression has at most {_LONGEST} characters, not {len(expression)}")
    evaluator = SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names={"pi": math.pi, "e": math.e})
    try:
        value = evaluator.eval(expression)
    except ZeroDivisionError as exc:
        raise ValueError("a division by zero") from exc
    except (InvalidExpression, SyntaxError, TypeError, OverflowError, RecursionError, MemoryError) as exc:
        raise ValueError(f"{expression!r} cannot be computed: {exc}") from exc
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{expression!r} is no number")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{expression!r} is too large")
    _digits(value)
    return value


def _digits(value: int | float) -> int | float:
    if isinstance(value, int) and value.bit_length() > _MOST_DIGITS * math.log2(10):
        raise ValueError(f"a number has more than {_MOST_DIGITS:,} digits")
    return value


def _multiplied(left: int | float, right: int | float) -> int | float:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise TypeError("only numbers can be multiplied")  # a text times a billion would fill the memory
    return _digits(left * right)


def _power(base: int | float, exponent: int | float) -> int | float | complex:
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        if base.bit_length() * exponent > _MOST_DIGITS * math.log2(10):
            raise ValueError(f"a number has more than {_MOST_DIGITS:,} digits")
    result: int | float | complex = base**exponent
    return result


_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _multiplied,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
