"""An expression of a program -> its value, as far as reading shows it. Nothing is run.

Texts, numbers, lists, dictionaries and variables of these have a value; anything else is a `RuntimeValue`.
"""

from __future__ import annotations

import ast
import operator
import re
import textwrap
from dataclasses import replace
from typing import Any

from components.api.paste.pasted import RuntimeValue, excerpt
from components.api.snippets.body import FileText, FrameText

_ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class _OnlyAtRuntime(Exception):
    """The value is known only when the program runs."""


class Evaluator:
    """`names`: variable -> its value so far. `left_out`: one sentence for each thing that the page has no place for."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.left_out: list[str] = []

    def value(self, node: ast.expr) -> Any:
        """The value of the expression, or a `RuntimeValue`."""
        try:
            return self._value(node)
        except (_OnlyAtRuntime, LookupError, TypeError, ArithmeticError):
            return RuntimeValue(ast.unparse(node))

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=str() | int() | float() | None as constant):
                return constant
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._items(items)
            case ast.Dict(keys=keys, values=values):
                return self._entries(keys, values)
            case ast.Name() | ast.Attribute():
                return self.names[name_of(node)]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _calculate(self.value(left), op, self.value(right))
            case ast.JoinedStr(values=pieces):
                return self._joined(pieces)
            case ast.IfExp(test=ast.Compare(comparators=[ast.Constant(value=0)]), body=body):
                return self.value(body)  # the first round of a loop, as our own programs write it
            case ast.Subscript(value=inner, slice=key):
                return self.value(inner)[self.value(key)]
            case ast.Call():
                return self._result(node)
            case _:
                raise _OnlyAtRuntime

    def _items(self, items: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            inner = self.value(item.value) if isinstance(item, ast.Starred) else self.value(item)
            found += inner if isinstance(item, ast.Starred) and isinstance(inner, list) else [inner]
        return found

    def _entries(self, keys: list[ast.expr | None], values: list[ast.expr]) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for key, value in zip(keys, values, strict=True):
            inner = self.value(value)
            if key is None:
                entries.update(inner if isinstance(inner, dict) else {})
            elif isinstance(name := self.value(key), str):
                entries[name] = inner
        return entries

    def _joined(self, pieces: list[ast.expr]) -> Any:
        total: Any = ""
        for piece in pieces:
            inner = self.value(piece.value if isinstance(piece, ast.FormattedValue) else piece)
            total = _add(total, str(inner) if isinstance(inner, int | float) else inner)
        return total

    def _result(self, call: ast.Call) -> Any:
        """The result of a call of the few functions known here, none of which is called."""
        arguments = [self.value(argument) for argument in call.args]
        match call_path(call.func)[-1:], arguments:
            case ("base64_of",), [str(path)]:
                return FileText("", path)
            case ("frame_of",), [str(path), int() | float() as time_s, int(width), int(height)]:
                return FrameText("", path, time_s, width, height)
            case (name,), [] if name == "dict" or name.endswith("Param"):  # the packages' typed dictionaries
                return self.keywords(call)
            case ("dedent",), [str(text)]:
                return textwrap.dedent(text)
            case ("dumps",), [dict() | list() as value, *_]:
                return value
        if not isinstance(call.func, ast.Attribute):
            raise _OnlyAtRuntime
        match call.func.attr, self.value(call.func.value), arguments:
            case "encode", text, _:
                return text
            case "strip", str(text), []:
                return text.strip()
            case "format", str(text), _ if not call.keywords:
                return _fill(text, r"\{\}", arguments)
            case "join", str(text), [list(items)]:
                return text.join(items)
            case _:
                raise _OnlyAtRuntime

    def keywords(self, call: ast.Call) -> dict[str, Any]:
        """The named arguments of a call; others are reported in `left_out`."""
        fields: dict[str, Any] = {}
        for keyword in call.keywords:
            value = self.value(keyword.value)
            if keyword.arg is not None:
                fields[keyword.arg] = value
            elif isinstance(value, dict):
                fields.update(value)
            else:
                self.left_out.append(f"`**{excerpt(ast.unparse(keyword.value))}` is made when the program runs.")
        if call.args:
            self.left_out.append(f"`{excerpt(ast.unparse(call.args[0]))}` stands without a name.")
        return fields


def literal(node: ast.expr) -> Any:
    """The value of an expression on its own, which may contain JSON's ``true``, ``false`` and ``null``."""
    evaluator = Evaluator()
    evaluator.names |= {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
    return evaluator.value(node)


def call_path(node: ast.expr) -> tuple[str, ...]:
    """``client.chat.completions.create`` as its names; calls in between are passed over."""
    names: list[str] = []
    while True:
        match node:
            case ast.Attribute(value=inner, attr=name):
                names.append(name)
                node = inner
            case ast.Call(func=inner):
                node = inner
            case ast.Name(id=name):
                return (*reversed([*names, name]),)
            case _:
                return (*reversed(names),)


def name_of(node: ast.expr) -> str:
    """The name that a value is bound to: a variable's, or ``self.messages``; empty for any other expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
        case _:
            return ""


def _add(left: Any, right: Any) -> Any:
    match left, right:
        case (str(), str()) | (list(), list()):
            return left + right
        case str(), FileText() | FrameText():
            return replace(right, prefix=left + right.prefix)
        case _:
            raise _OnlyAtRuntime


def _calculate(left: Any, op: ast.operator, right: Any) -> Any:
    """Sizes are written as ``4 * 1024`` or ``2**12``, texts filled in with ``%``. Nothing large is worked out."""
    match left, op, right:
        case str(), ast.Mod(), _:
            return _fill(left, r"%[sd]", right if isinstance(right, list) else [right])
        case int(), ast.Pow(), int() if 0 < left <= 16 and 0 <= right <= 32:
            return left**right
        case int() | float(), _, int() | float() if type(op) in _ARITHMETIC and max(abs(left), abs(right)) < 1e9:
            return _ARITHMETIC[type(op)](left, right)
        case _, ast.Add(), _:
            return _add(left, right)
        case _:
            raise _OnlyAtRuntime


def _fill(text: str, placeholder: str, values: list[Any]) -> str:
    """The text with its places filled in order, where there are as many texts or numbers as places."""
    pieces = re.split(placeholder, text)
    if len(pieces) != len(values) + 1 or not all(isinstance(value, str | int | float) for value in values):
        raise _OnlyAtRuntime
    return "".join(f"{piece}{value}" for piece, value in zip(pieces, [*values, ""], strict=True))
