"""Finds an arithmetic expression in a prompt and works it out, step by step and without `eval`."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.prose import quoted
from components.gateway.composer.tables import fence, table
from components.gateway.composer.voice import Voice

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A question that goes on with the result of the one before: “And times 2?”, “now divided by 4”.
_GOES_ON = re.compile(
    r"^\s*(?:and|then|now|so)?[,\s]*(?:(?:what (?:is|about)\s+)?(?:that|it|the result)\s+)?"
    r"(times|multiplied by|divided by|over|plus|minus)\s+(\d+(?:\.\d+)?)\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_SIGNS = {"times": "*", "multiplied by": "*", "divided by": "/", "over": "/", "plus": "+", "minus": "-"}
_EXPRESSION = re.compile(r"(?:sqrt|[\d(.])[\d\s.()+\-*/^×·÷%sqrt]*[\d)]")
_WORDS = (
    (r"\b(?:multiplied by|times)\b", "*"),
    (r"\b(?:divided by|over)\b", "/"),
    (r"\bplus\b", "+"),
    (r"\bminus\b", "-"),
    (r"\bto the power of\b", "**"),
    (r"\b(?:the )?square root of\s*\(?(\d+(?:\.\d+)?)\)?", r"sqrt(\1)"),
    (r"(\d)\s*[x×·]\s*(\d)", r"\1 * \2"),
    (r"÷", "/"),
    (r"\^", "**"),
    (r"(\d),(\d{3})(?!\d)", r"\1\2"),
)
_OPERATORS: dict[type[ast.operator], tuple[Callable[[float, float], float], str]] = {
    ast.Add: (operator.add, "+"),
    ast.Sub: (operator.sub, "-"),
    ast.Mult: (operator.mul, r"\times"),
    ast.Div: (operator.truediv, r"\div"),
    ast.FloorDiv: (operator.floordiv, "//"),
    ast.Mod: (operator.mod, r"\bmod"),
    ast.Pow: (operator.pow, "^"),
}
_LARGEST_EXPONENT = 400
_LARGEST_RESULT = 10**40

Step = tuple[str, str]


def find_expression(prompt: str) -> str | None:
    """The longest part of a prompt that is an expression with an operator, in Python's notation; None without one."""
    if match := _PERCENT.search(_THOUSANDS.sub("", prompt)):
        return f"{match.group(1)} / 100 * {match.group(2)}"
    text = prompt
    for pattern, sign in _WORDS:
        text = re.sub(pattern, sign, text, flags=re.IGNORECASE)
    candidates = [match.group().strip() for match in _EXPRESSION.finditer(text)]
    for candidate in sorted(candidates, key=len, reverse=True):
        # A date or a telephone number is no sum: a lone minus needs space around it.
        if not re.search(r"[+*/%]|\s-\s|sqrt", candidate) or re.search(r"\d-\d+-\d", candidate):
            continue
        try:
            evaluate(candidate)
        except ArithmeticRefused:
            continue
        return candidate
    return None


class ArithmeticRefused(ValueError):
    """The text is no expression, or its value is undefined or too large to print."""


def evaluate(expression: str) -> tuple[float, list[Step]]:
    """Works out an expression; returns the value and every step as (what in LaTeX, result).

    Raises: ArithmeticRefused if it cannot be worked out.
    """
    steps: list[Step] = []
    try:
        return _value(ast.parse(expression, mode="eval").body, steps), steps
    except (SyntaxError, ZeroDivisionError, OverflowError, RecursionError, MemoryError) as error:
        raise ArithmeticRefused(str(error)) from error


def _value(node: ast.expr, steps: list[Step]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, steps)
        case ast.Call(func=ast.Name(id="sqrt"), args=[argument], keywords=[]):
            inner = _value(argument, steps)
            if inner < 0:
                raise ArithmeticRefused("square root of a negative number")
            root = math.sqrt(inner)
            steps.append((rf"\sqrt{{{shown(inner)}}}", shown(root)))
            return root
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first, second = _value(left, steps), _value(right, steps)
            if isinstance(op, ast.Pow) and (abs(second) > _LARGEST_EXPONENT or abs(first) > 10**9):
                raise ArithmeticRefused("exponent too large")
            function, sign = _OPERATORS[type(op)]
            result = function(first, second)
            if isinstance(result, complex) or abs(result) > _LARGEST_RESULT:
                raise ArithmeticRefused("result out of range")
            exponent = f"{shown(first)}^{{{shown(second)}}}"
            steps.append((exponent if sign == "^" else f"{shown(first)} {sign} {shown(second)}", shown(result)))
            return result
    raise ArithmeticRefused(f"not arithmetic: {ast.dump(node)[:40]}")


def shown(value: float) -> str:
    """A number as a person writes it: no trailing zeros, at most ten significant digits of a fraction."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.10g}"


def compute(brief: Brief, voice: Voice) -> Work | None:
    """Answers a prompt that holds an expression."""
    expression = find_expression(brief.prompt) or _gone_on_with(brief)
    if expression is None:
        return None
    value, steps = evaluate(expression)
    if not steps:
        return None
    result = shown(value)
    plain = expression.replace("**", "^")
    plan = [
        voice.say(
            f"‹There is an expression to work out¦I see a calculation¦This is arithmetic›: `{plain}`. "
            "‹I do it in the order of the operators, not by feel.¦I go one operator at a time.›"
        ),
        *(
            voice.say(
                f"‹First¦To begin with› ${what} = {got}$." if not place else f"‹Then¦Next¦After that› ${what} = {got}$."
            )
            for place, (what, got) in enumerate(steps)
        ),
        voice.say(f"So the value is {result}. ‹A check¦Let me double-check›: {_check(value)}"),
    ]
    blocks = [
        "## " + voice.say(f"‹{plain} = {result}¦The result: {result}¦It comes to {result}›"),
        voice.say(f"‹The value is¦That makes¦It comes to¦Worked out, this is› **{result}**."),
        f"$$\n{_latex(expression)} = {result}\n$$",
    ]
    if len(steps) > 1:
        blocks.append(voice.say("‹Step by step:¦The way there:¦One operator at a time:›"))
        blocks.append(table(("Step", "Operation", "Result"), [(n, f"${w}$", g) for n, (w, g) in enumerate(steps, 1)]))
    imports = "from math import sqrt\n\n" if "sqrt" in expression else ""
    blocks.append(voice.say("‹To check it yourself:¦The same in Python:¦Reproduce it:›"))
    blocks.append(fence(f"{imports}print({expression})  # {result}"))
    blocks.append(
        voice.say(f"‹The expression was taken from¦I read it out of› your prompt {quoted(brief.prompt, 60)}.")
    )
    return Work("arithmetic", tuple(plan), tuple(blocks))


def _gone_on_with(brief: Brief) -> str | None:
    """The expression of earlier questions with what this one does to its result; None where it does nothing to it."""
    if not _GOES_ON.match(brief.prompt):
        return None
    expression: str | None = None
    for question in (*brief.earlier_questions, brief.prompt):
        if match := _GOES_ON.match(question):
            expression = f"({expression}) {_SIGNS[match[1].lower()]} {match[2]}" if expression else None
        else:
            expression = find_expression(question) or expression
    try:
        if expression is not None:
            evaluate(expression)
    except ArithmeticRefused:
        return None
    return expression


def _latex(expression: str) -> str:
    text = re.sub(r"sqrt\(([^()]*)\)", r"\\sqrt{\1}", expression)
    text = re.sub(r"\*\*\s*(\d+(?:\.\d+)?)", r"^{\1}", text)
    return text.replace("*", r"\times ").replace("/", r"\div ").replace("%", r" \bmod ")


def _check(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        whole = int(value)
        nines = sum(int(digit) for digit in str(abs(whole)))
        return f"it is {'even' if whole % 2 == 0 else 'odd'}, and its digits add up to {nines}."
    return f"rounded to two places that is {value:.2f}."
