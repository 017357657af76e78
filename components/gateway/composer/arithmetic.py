"""Finds arithmetic in a prompt and works it out step by step. The parsing is simpleeval's."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable

from simpleeval import InvalidExpression, SimpleEval

from components.gateway.composer.context import Context, Outline
from components.gateway.composer.text import quoted, table
from components.gateway.composer.wording import Wording

_NUMBER = r"\d+(?:\.\d+)?"
_EXPRESSION = re.compile(r"(?:sqrt|[\d(.])[\d \t.()+\-*/%sqrt]*[\d)]")
_SIGNS = (
    (r"(?<=\d),(?=\d{3}(?!\d))", ""),
    (rf"({_NUMBER})\s*(?:%|percent)\s+of\s+(?={_NUMBER})", r"\1 / 100 * "),
    (r"\b(?:multiplied by|times)\b", "*"),
    (r"\b(?:divided by|over)\b|÷", "/"),
    (r"\bplus\b", "+"),
    (r"\bminus\b", "-"),
    (r"\bto the power of\b|\^", "**"),
    (rf"\b(?:the )?square root of\s*\(?({_NUMBER})\)?", r"sqrt(\1)"),
    (r"(?<=\d)\s*[x×·]\s*(?=\d)", " * "),
)
_LARGEST_EXPONENT = 400
_LARGEST_BASE = 10**9
_LARGEST_RESULT = 10**40
_MOST_SHOWN = 5

Step = tuple[str, str]


class ArithmeticRefused(ValueError):
    """The text is no expression, or its value is undefined or too large to print."""


def find_expressions(prompt: str) -> list[str]:
    """The parts of a prompt that are expressions with an operator, in their order, in Python's notation."""
    found = (match.group().strip() for match in _EXPRESSION.finditer(_with_signs(prompt)))
    return [expression for expression in found if _is_sum(expression)]


def evaluate(expression: str) -> tuple[float, list[Step]]:
    """Works out an expression: its value, and every step as (operation in LaTeX, result).

    Raises: ArithmeticRefused if it cannot be worked out.
    """
    steps: list[Step] = []

    def recorded(template: str, function: Callable[..., float]) -> Callable[..., float]:
        def work_out(*operands: float) -> float:
            result = _bounded(function(*operands))
            steps.append((template.format(*map(number_text, operands)), number_text(result)))
            return result

        return work_out

    operators: dict[type[ast.AST], Callable[..., float]] = {
        ast.Add: recorded("{} + {}", operator.add),
        ast.Sub: recorded("{} - {}", operator.sub),
        ast.Mult: recorded(r"{} \times {}", operator.mul),
        ast.Div: recorded(r"{} \div {}", operator.truediv),
        ast.FloorDiv: recorded("{} // {}", operator.floordiv),
        ast.Mod: recorded(r"{} \bmod {}", operator.mod),
        ast.Pow: recorded("{}^{{{}}}", _power),
        ast.USub: operator.neg,
    }
    evaluator = SimpleEval(operators=operators, functions={"sqrt": recorded(r"\sqrt{{{}}}", math.sqrt)}, names={})
    try:
        return _bounded(evaluator.eval(expression)), steps
    except ArithmeticRefused:
        raise
    except (InvalidExpression, SyntaxError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise ArithmeticRefused(str(error)) from error


def number_text(value: float) -> str:
    """A number as a person writes it: no trailing zeros, at most ten significant digits of a fraction."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.10g}"


def work_out(context: Context, wording: Wording) -> Outline | None:
    """Answers a prompt that holds expressions."""
    expressions = find_expressions(context.prompt)[:_MOST_SHOWN]
    if not expressions:
        return None
    thoughts: list[str] = []
    blocks: list[str] = []
    for expression in expressions:
        value, steps = evaluate(expression)
        result = number_text(value)
        found = wording.pick("There is an expression to work out", "I see a calculation", "This is arithmetic")
        thoughts.append(f"{found}: `{expression}`. I go one operator at a time.")
        thoughts += [f"{wording.pick('Then', 'Next', 'After that')} ${step} = {got}$." for step, got in steps]
        blocks += [
            f"## {wording.pick(f'`{expression}` = {result}', f'The result: {result}', f'It comes to {result}')}",
            f"{wording.pick('The value is', 'That makes', 'Worked out, this is')} **{result}**.",
            table(("Step", "Operation", "Result"), [(n, f"${step}$", got) for n, (step, got) in enumerate(steps, 1)]),
        ]
    blocks.append(f"Taken from the prompt {quoted(context.prompt, 60)}; the simulator answers nothing else in it.")
    return Outline("arithmetic", tuple(thoughts), tuple(blocks))


def _with_signs(text: str) -> str:
    for pattern, sign in _SIGNS:
        text = re.sub(pattern, sign, text, flags=re.IGNORECASE)
    return text


def _is_sum(expression: str) -> bool:
    # A date or a telephone number is no sum: a lone minus needs space around it.
    if not re.search(r"[+*/%]|\s-\s|sqrt", expression) or re.search(r"\d-\d+-\d", expression):
        return False
    try:
        return bool(evaluate(expression)[1])
    except ArithmeticRefused:
        return False


def _bounded(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST_RESULT:
        raise ArithmeticRefused(f"{type(value).__name__} is no number, or one that is too large")
    return value


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > _LARGEST_EXPONENT or abs(base) > _LARGEST_BASE:
        raise ArithmeticRefused("the power is too large")
    result: float = base**exponent
    return result
