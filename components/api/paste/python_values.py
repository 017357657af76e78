"""An expression of a program -> its value, as far as it can be told by reading. Nothing of it is ever run.

What stands there as it is (texts, numbers, lists, names bound to such) is taken; what only a run would tell is
`RuntimeValue`.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from typing import Any

from components.api.paste.pasted import RuntimeValue, excerpt
from components.api.snippets.body import FileText, FrameText


class Values:
    """`names`: what each is bound to so far; `left_out`: what was met and has no place on the page."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.left_out: list[str] = []

    def value(self, node: ast.expr) -> Any:
        """What the expression is, as far as it can be told without running it."""
        match node:
            case ast.Constant(value=str() | int() | float() | None as constant):
                return constant
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._items(items)
            case ast.Dict(keys=keys, values=values):
                return self._entries(keys, values)
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self.value(operand)
                return -number if isinstance(number, int | float) else RuntimeValue(ast.unparse(node))
            case ast.BinOp(left=left, op=operator, right=right):
                return self._calculated(node, self.value(left), operator, self.value(right))
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if f"self.{name}" in self.names:
                return self.names[f"self.{name}"]
            case ast.JoinedStr(values=pieces):
                return self._joined(node, pieces)
            case ast.IfExp(test=ast.Compare(comparators=[ast.Constant(value=0)]), body=body):
                return self.value(body)  # the first round of a loop, as our own programs write it
            case ast.Subscript(value=held, slice=key):
                return self._item(node, self.value(held), self.value(key))
            case ast.Call():
                return self._called(node)
            case _:
                return RuntimeValue(ast.unparse(node))

    def _items(self, items: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            if isinstance(item, ast.Starred):
                inner = self.value(item.value)
                found += inner if isinstance(inner, list) else [inner]
            else:
                found.append(self.value(item))
        return found

    def _entries(self, keys: list[ast.expr | None], values: list[ast.expr]) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for key, value in zip(keys, values, strict=True):
            held = self.value(value)
            if key is None:
                entries.update(held if isinstance(held, dict) else {})
            elif isinstance(name := self.value(key), str):
                entries[name] = held
        return entries

    def _sum(self, node: ast.expr, left: Any, right: Any) -> Any:
        match left, right:
            case (str(), str()) | (list(), list()):
                return left + right
            case str(), FileText(prefix, path):
                return FileText(left + prefix, path)
            case str(), FrameText(prefix, path, time_s, width, height):
                return FrameText(left + prefix, path, time_s, width, height)
            case _:
                return RuntimeValue(ast.unparse(node))

    def _calculated(self, node: ast.expr, left: Any, operator: ast.operator, right: Any) -> Any:
        """Sizes are written as ``4 * 1024`` or ``2**12``, texts filled in with ``%``. Nothing larger is worked out."""
        match left, operator, right:
            case _, ast.Add(), _ if not isinstance(left, int | float) or not isinstance(right, int | float):
                return self._sum(node, left, right)
            case int() | float(), ast.Add(), int() | float():
                return left + right
            case int() | float(), ast.Sub(), int() | float():
                return left - right
            case int() | float(), ast.Mult(), int() | float() if abs(left) < 1e9 and abs(right) < 1e9:
                return left * right
            case int() | float(), ast.Div(), int() | float() if right:
                return left / right
            case int(), ast.Pow(), int() if 0 < left <= 16 and 0 <= right <= 32:
                return left**right
            case str(), ast.Mod(), _:
                return self._filled(node, left, re.compile(r"%[sd]"), right if isinstance(right, list) else [right])
            case _:
                return RuntimeValue(ast.unparse(node))

    def _filled(self, node: ast.expr, text: str, places: re.Pattern[str], values: list[Any]) -> Any:
        """A text with its places filled in order, where there are as many texts or numbers as places."""
        pieces = places.split(text)
        if len(pieces) != len(values) + 1 or not all(isinstance(value, str | int | float) for value in values):
            return RuntimeValue(ast.unparse(node))
        return "".join(f"{piece}{value}" for piece, value in zip(pieces, [*values, ""], strict=True))

    def _joined(self, node: ast.expr, pieces: list[ast.expr]) -> Any:
        total: Any = ""
        for piece in pieces:
            inner = self.value(piece.value if isinstance(piece, ast.FormattedValue) else piece)
            total = self._sum(node, total, str(inner) if isinstance(inner, int | float) else inner)
            if isinstance(total, RuntimeValue):
                return total
        return total

    def _item(self, node: ast.expr, held: Any, key: Any) -> Any:
        try:
            return held[key] if isinstance(held, dict | list) else RuntimeValue(ast.unparse(node))
        except (KeyError, IndexError, TypeError):
            return RuntimeValue(ast.unparse(node))

    def _called(self, node: ast.Call) -> Any:
        """The few calls whose result is plain from their arguments; none is made."""
        chain = chain_of(node.func)
        arguments = [self.value(argument) for argument in node.args]
        match chain[-1:], arguments:
            case ("base64_of",), [str(path)]:
                return FileText("", path)
            case ("frame_of",), [str(path), int() | float() as time_s, int(width), int(height)]:
                return FrameText("", path, time_s, width, height)
            case (name,), [] if name == "dict" or name.endswith("Param"):  # the packages' typed dictionaries
                return self.keywords(node)
            case ("dedent",), [str(text)]:
                return textwrap.dedent(text)
            case ("cleandoc",), [str(text)]:
                return inspect.cleandoc(text)
            case ("dumps",), [dict() | list() as value, *_]:
                return value
            case ("encode",), _ if isinstance(node.func, ast.Attribute):
                return self.value(node.func.value)
            case _:
                pass
        if isinstance(node.func, ast.Attribute) and isinstance(text := self.value(node.func.value), str):
            match node.func.attr, arguments:
                case "strip", []:
                    return text.strip()
                case "format", _ if not node.keywords:
                    return self._filled(node, text, re.compile(r"\{\}"), arguments)
                case "join", [list(items)] if all(isinstance(item, str) for item in items):
                    return text.join(items)
        return RuntimeValue(ast.unparse(node))

    def keywords(self, call: ast.Call) -> dict[str, Any]:
        """What a call is given by name."""
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
    """What an expression on its own is; with JSON's words for true and nothing."""
    values = Values()
    values.names |= {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
    return values.value(node)


def chain_of(node: ast.expr) -> tuple[str, ...]:
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
