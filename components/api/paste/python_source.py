"""A Python program -> the arguments of the call in it, read from its syntax tree. Nothing of it is ever run.

What stands there as it is (texts, numbers, lists, names bound to such) is taken; what only a run would tell is
`Unknown`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

from components.api.paste.pasted import Found, Unknown, shortened, wire_of
from components.api.snippets.body import FileText, FrameText
from components.core.errors import PasteError
from components.core.request import WireName

_METHODS = frozenset({"create", "stream", "parse", "acreate"})
_CALLS: tuple[tuple[tuple[str, ...], WireName], ...] = (
    (("chat", "completions"), "chat_completions"),
    (("ChatCompletion",), "chat_completions"),
    (("responses",), "responses"),
    (("messages",), "messages"),
)
_POSTS = frozenset({"post", "stream", "request", "connect_sse", "aconnect_sse"})
# What the packages take that says nothing about the body.
_CALL_ONLY = frozenset({"extra_headers", "extra_query", "timeout", "response_model"})
_PACKAGES = {"chat_completions": "openai", "responses": "openai", "messages": "anthropic"}
_MOST_DEPTH = 150


def read_python(source: str) -> Found:
    """Reads the first call that sends a prompt. Raises: PasteError if there is none or it is no Python."""
    try:
        tree = _parsed(source)
    except (SyntaxError, ValueError) as error:
        raise PasteError(f"It is neither cURL nor JSON, and no Python either: {_where(error)}") from error
    except (RecursionError, MemoryError) as error:
        raise PasteError("The program is nested too deeply to be read.") from error
    try:
        return read_statements(tree.body, "Python")
    except RecursionError as error:
        raise PasteError("The program is nested too deeply to be read.") from error


def read_statements(statements: list[ast.stmt], language: str) -> Found:
    """The first call that sends a prompt. Raises: PasteError if there is none."""
    reading = _Reading(language)
    reading.read(statements)
    if reading.found is None:
        raise PasteError(
            "No call that sends a prompt was found: `chat.completions.create`, `responses.create` or `messages.create`."
        )
    return reading.found


def is_python(source: str) -> bool:
    """True when the text has the form of a Python program."""
    try:
        _parsed(source)
    except (SyntaxError, ValueError):
        return False
    except (RecursionError, MemoryError):
        pass
    return True


def _parsed(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the pasted program: invalid escapes and the like are its own matter
        return ast.parse(textwrap.dedent(source))


def _where(error: SyntaxError | ValueError) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}."
    return f"{error}."


class _Reading:
    """Goes through the program in its order until a call is found. `names`: what each is bound to."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.names: dict[str, Any] = {}
        self.found: Found | None = None
        self.left_out: list[str] = []

    def read(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if self.found is not None:
                return
            for call in _calls_of(statement):
                self._note_client(call)
                if (found := self._request(call)) is not None:
                    self.found = found
                    return
            self._bind(statement)
            for block in _blocks_of(statement):
                self.read(block)

    # --- what a statement does to names

    def _bind(self, statement: ast.stmt) -> None:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                self.names[name] = self.value(value)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value):
                self._set_item(name, self.value(key), self.value(value))
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                self._extend(name, self.value(value))
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[argument])
            ) if method in ("append", "extend", "update"):
                value = self.value(argument)
                if method == "update":
                    for key, item in value.items() if isinstance(value, dict) else ():
                        self._set_item(name, key, item)
                else:
                    self._extend(name, [value] if method == "append" else value)

    def _set_item(self, name: str, key: Any, value: Any) -> None:
        if isinstance(held := self.names.get(name), dict) and isinstance(key, str):
            held[key] = value

    def _extend(self, name: str, more: Any) -> None:
        held = self.names.get(name)
        if isinstance(held, list):
            held += more if isinstance(more, list) else [more]
        elif isinstance(held, str) and isinstance(more, str):
            self.names[name] = held + more

    # --- calls

    def _note_client(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg == "base_url" and isinstance(address := self.value(keyword.value), str):
                self.left_out.append(f"The address `{shortened(address)}`: the page asks where its connection points.")

    def _request(self, call: ast.Call) -> Found | None:
        chain = _chain(call.func)
        if not chain or chain[-1] not in _METHODS | _POSTS:
            return None
        for path, wire in _CALLS:
            if chain[-1] in _METHODS and chain[-1 - len(path) : -1] == path:
                return self._package_call(call, wire, stream=chain[-1] == "stream")
        return self._posted(call) if chain[-1] in _POSTS else None

    def _package_call(self, call: ast.Call, wire: WireName, *, stream: bool) -> Found:
        fields = self._keywords(call)
        for name in _CALL_ONLY & fields.keys():
            self.left_out.append(f"`{name}`: the page has its own.")
            del fields[name]
        extra = fields.pop("extra_body", None)
        if isinstance(extra, dict):
            fields.update(extra)
        elif extra is not None:
            fields["extra_body"] = extra
        if stream:
            fields["stream"] = True
        return Found(f"{self.language} ({_PACKAGES[wire]})", fields, wire, tuple(self.left_out))

    def _posted(self, call: ast.Call) -> Found | None:
        keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        body = keywords.get("json") or keywords.get("data") or keywords.get("content")
        value = self.value(body) if body is not None else None
        if not isinstance(value, dict):
            return None
        address = " ".join(ast.unparse(argument) for argument in [*call.args, keywords.get("url")] if argument)
        known = [self.value(argument) for argument in [*call.args, keywords.get("url")] if argument]
        texts = [text for text in known if isinstance(text, str)]
        wire = next((wire for text in [*texts, address] if (wire := wire_of(text))), None)
        if wire is None and not {"messages", "input"} & value.keys():
            return None
        return Found(f"{self.language} (HTTP)", value, wire, tuple(self.left_out))

    def _keywords(self, call: ast.Call) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for keyword in call.keywords:
            value = self.value(keyword.value)
            if keyword.arg is not None:
                fields[keyword.arg] = value
            elif isinstance(value, dict):
                fields.update(value)
            else:
                self.left_out.append(f"`**{shortened(ast.unparse(keyword.value))}` is made when the program runs.")
        if call.args:
            self.left_out.append(f"`{shortened(ast.unparse(call.args[0]))}` stands without a name.")
        return fields

    # --- values

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
                return -number if isinstance(number, int | float) else Unknown(ast.unparse(node))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._sum(node, self.value(left), self.value(right))
            case ast.JoinedStr(values=pieces):
                return self._joined(node, pieces)
            case ast.IfExp(test=ast.Compare(comparators=[ast.Constant(value=0)]), body=body):
                return self.value(body)  # the first round of a loop, as our own programs write it
            case ast.Subscript(value=held, slice=key):
                return self._item(node, self.value(held), self.value(key))
            case ast.Call():
                return self._called(node)
            case _:
                return Unknown(ast.unparse(node))

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
                return Unknown(ast.unparse(node))

    def _joined(self, node: ast.expr, pieces: list[ast.expr]) -> Any:
        total: Any = ""
        for piece in pieces:
            inner = self.value(piece.value if isinstance(piece, ast.FormattedValue) else piece)
            total = self._sum(node, total, str(inner) if isinstance(inner, int | float) else inner)
            if isinstance(total, Unknown):
                return total
        return total

    def _item(self, node: ast.expr, held: Any, key: Any) -> Any:
        try:
            return held[key] if isinstance(held, dict | list) else Unknown(ast.unparse(node))
        except (KeyError, IndexError, TypeError):
            return Unknown(ast.unparse(node))

    def _called(self, node: ast.Call) -> Any:
        """The few calls whose result is plain from their arguments; none is made."""
        chain = _chain(node.func)
        arguments = [self.value(argument) for argument in node.args]
        match chain[-1:], arguments:
            case ("base64_of",), [str(path)]:
                return FileText("", path)
            case ("frame_of",), [str(path), int() | float() as time_s, int(width), int(height)]:
                return FrameText("", path, time_s, width, height)
            case ("dict",), []:
                return self._keywords(node)
            case ("dedent",), [str(text)]:
                return textwrap.dedent(text)
            case ("cleandoc",), [str(text)]:
                return inspect.cleandoc(text)
            case ("dumps",), [dict() | list() as value]:
                return value
            case _:
                pass
        if isinstance(node.func, ast.Attribute) and isinstance(text := self.value(node.func.value), str):
            match node.func.attr, arguments:
                case "strip", []:
                    return text.strip()
                case "join", [list(items)] if all(isinstance(item, str) for item in items):
                    return text.join(items)
        return Unknown(ast.unparse(node))


def _chain(node: ast.expr) -> tuple[str, ...]:
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


def _calls_of(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls in the statement's own expressions, outermost first; those of its blocks come with the blocks."""
    waiting: list[ast.AST] = [
        child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt | ast.excepthandler)
    ]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Call):
            yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def _blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
    for handler in getattr(statement, "handlers", []):
        yield handler.body
    for case in getattr(statement, "cases", []):
        yield case.body
