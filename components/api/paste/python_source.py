"""A Python program -> the arguments of the call in it, read from its syntax tree. Nothing of it is ever run.

What stands there as it is (texts, numbers, lists, names bound to such) is taken; what only a run would tell is
`RuntimeValue`.
"""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

from components.api.paste.pasted import ExtractedBody, RuntimeValue, excerpt, wire_at
from components.api.paste.python_values import Values, chain_of
from components.api.wires.registry import WIRES
from components.core.errors import PasteError
from components.core.request import WireName

_METHODS = frozenset({"create", "stream", "parse", "acreate"})
_POSTS = frozenset({"post", "stream", "request", "connect_sse", "aconnect_sse", "Request"})
# The packages' calls through which a program sees the reply itself, and LiteLLM's functions.
_RAW = frozenset({"with_raw_response", "with_streaming_response"})
_COMPLETIONS = frozenset({"completion", "acompletion"})
# What the packages take that says nothing about the body.
_CALL_ONLY = frozenset({"extra_headers", "extra_query", "timeout", "response_model", "betas"})
_CLIENT = frozenset({"api_key", "api_base", "base_url"})  # LiteLLM takes them with each call
_MOST_DEPTH = 150


def read_python(source: str) -> ExtractedBody:
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


def read_statements(statements: list[ast.stmt], language: str) -> ExtractedBody:
    """The first call that sends a prompt. Raises: PasteError if there is none."""
    reading = _Reading(language)
    for call in (node for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Call)):
        if chain := chain_of(call.func):
            reading.calls.setdefault(chain[-1], call)
    reading.read(statements)
    if reading.found is None:
        raise PasteError(
            "No call that sends a prompt was found: `chat.completions.create`, `responses.create`, `messages.create` "
            "or a POST with a body."
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


class _Reading(Values):
    """Goes through the program in its order until a call is found. `names`: what each is bound to."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.calls: dict[str, ast.Call] = {}  # of the program's own functions and methods, by name
        self.found: ExtractedBody | None = None

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
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                self.names[f"self.{name}"] = self.value(value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._bind_parameters(statement)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value):
                self._set_item(name, self.value(key), self.value(value))
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                self._extend(name, self.value(value))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=held, attr=method), args=[argument])) if method in (
                "append",
                "extend",
                "update",
            ) and (name := _name_of(held)):
                value = self.value(argument)
                if method == "update":
                    for key, item in value.items() if isinstance(value, dict) else ():
                        self._set_item(name, key, item)
                else:
                    self._extend(name, [value] if method == "append" else value)

    def _bind_parameters(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Binds what the program's first call of the function gives, else the defaults."""
        given = function.args
        places = [*given.posonlyargs, *given.args]
        names = [place.arg for place in places if place.arg not in ("self", "cls")]
        defaults = zip(places[len(places) - len(given.defaults) :], given.defaults, strict=True)
        bound = {place.arg: value for place, value in defaults}
        named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        bound |= {place.arg: value for place, value in named if value is not None}
        if call := self.calls.get(function.name):
            bound |= dict(zip(names, call.args, strict=False))
            bound |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        for name in [*names, *(place.arg for place in given.kwonlyargs)]:
            self.names.pop(name, None)  # one of the same name outside is another
        for name, value in bound.items():
            held = self.value(value)
            if not isinstance(held, RuntimeValue):
                self.names[name] = held

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
                self.left_out.append(f"The address `{excerpt(address)}`: the page asks where its connection points.")

    def _request(self, call: ast.Call) -> ExtractedBody | None:
        chain = tuple(name for name in chain_of(call.func) if name not in _RAW)
        if chain and chain[-1] in _COMPLETIONS and any(keyword.arg == "messages" for keyword in call.keywords):
            return self._package_call(call, "chat_completions", stream=False)
        if not chain or chain[-1] not in _METHODS | _POSTS:
            return None
        for wire in WIRES.values():
            if chain[-1] in _METHODS and any(chain[-1 - len(path) : -1] == path for path in wire.calls):
                return self._package_call(call, wire.name, stream=chain[-1] == "stream")
        return self._posted(call) if chain[-1] in _POSTS else None

    def _package_call(self, call: ast.Call, wire: WireName, *, stream: bool) -> ExtractedBody:
        fields = self.keywords(call)
        for name in _CALL_ONLY & fields.keys():
            self.left_out.append(f"`{name}`: the page has its own.")
            del fields[name]
        for name in _CLIENT & fields.keys():
            del fields[name]
        extra = fields.pop("extra_body", None)
        if isinstance(extra, dict):
            fields.update(extra)
        elif extra is not None:
            fields["extra_body"] = extra
        if stream:
            fields["stream"] = True
        return ExtractedBody(f"{self.language} ({WIRES[wire].package})", fields, wire, tuple(self.left_out))

    def _posted(self, call: ast.Call) -> ExtractedBody | None:
        given: dict[str | None, Any] = {}
        for keyword in call.keywords:
            value = self.value(keyword.value)
            given |= value if keyword.arg is None and isinstance(value, dict) else {keyword.arg: value}
        known = [self.value(argument) for argument in call.args]
        bodies = [*(given.get(name) for name in ("json", "data", "content", "body")), *known]
        body = next((value for value in bodies if isinstance(value, dict)), None)
        if body is None:
            return None
        written = [ast.unparse(argument) for argument in call.args]
        written += [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "url"]
        texts = [text for text in [*known, given.get("url"), " ".join(written)] if isinstance(text, str)]
        wire = next((wire for text in texts if (wire := wire_at(text))), None)
        if wire is None and not {one.history for one in WIRES.values()} & body.keys():
            return None
        return ExtractedBody(f"{self.language} (HTTP)", body, wire, tuple(self.left_out))


def _name_of(node: ast.expr) -> str:
    """The name by which a value is held: a variable's, or an object's own as ``self.messages``."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
        case _:
            return ""


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
