"""Reads the call in a Python program, and its arguments, from the syntax tree. Nothing is run.

Texts, numbers, lists and variables of such values are read; a value that is known only when the program runs is a
`RuntimeValue`.
"""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

from components.api.paste.pasted import FORMS, ExtractedBody, RuntimeValue, excerpt, wire_at
from components.api.paste.python_values import Evaluator, call_path, name_of
from components.api.wires.registry import WIRES
from components.core.errors import PasteError
from components.core.request import WireName

_METHODS = frozenset({"create", "stream", "parse", "acreate"})
_POSTS = frozenset({"post", "stream", "request", "connect_sse", "aconnect_sse", "Request"})
# The openai package's attributes for raw replies, and LiteLLM's functions.
_RAW = frozenset({"with_raw_response", "with_streaming_response"})
_COMPLETIONS = frozenset({"completion", "acompletion"})
# Arguments of the packages' calls that are not in the body.
_CALL_ONLY = frozenset({"extra_headers", "extra_query", "timeout", "response_model", "betas"})
_CLIENT = frozenset({"api_key", "api_base", "base_url"})  # LiteLLM takes them with each call


def read_python(source: str) -> ExtractedBody:
    """Reads the first call that sends a prompt. Raises: PasteError if there is none or it is no Python."""
    try:
        tree = _parsed(source)
    except (SyntaxError, ValueError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else error
        raise PasteError(
            f"It is neither cURL nor JSON, and no Python either: {where}. Paste {FORMS}; "
            "a browser's network panel gives the first as “Copy as cURL”."
        ) from error
    except (RecursionError, MemoryError) as error:
        raise PasteError("The program is nested too deeply to be read.") from error
    try:
        return read_statements(tree.body, "Python")
    except RecursionError as error:
        raise PasteError("The program is nested too deeply to be read.") from error


def read_statements(statements: list[ast.stmt], language: str) -> ExtractedBody:
    """The first call that sends a prompt. Raises: PasteError if there is none."""
    program = _Program(language, statements)
    body = program.find(statements)
    if body is None:
        raise PasteError(
            "No call that sends a prompt was found: `chat.completions.create`, `responses.create`, `messages.create` "
            "or a POST with a body."
        )
    return body


def is_python(source: str) -> bool:
    """Whether the text is a Python program."""
    try:
        _parsed(source)
    except (SyntaxError, ValueError):
        return False
    except (RecursionError, MemoryError):
        pass
    return True


def _parsed(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as about invalid escapes, which do not matter here
        return ast.parse(textwrap.dedent(source))


class _Program(Evaluator):
    """Goes through the statements in their order until a call that sends a prompt is found."""

    def __init__(self, language: str, statements: list[ast.stmt]) -> None:
        super().__init__()
        self._language = language
        self._first_calls: dict[str, ast.Call] = {}  # by the name of the function or method
        for node in (node for statement in statements for node in ast.walk(statement)):
            if isinstance(node, ast.Call) and (path := call_path(node.func)):
                self._first_calls.setdefault(path[-1], node)

    def find(self, statements: list[ast.stmt]) -> ExtractedBody | None:
        """The body of the first such call."""
        for statement in statements:
            for call in _calls_of(statement):
                self._report_address(call)
                if body := self._body(call):
                    return body
            self._bind(statement)
            for block in _blocks_of(statement):
                if body := self.find(block):
                    return body
        return None

    # --- the effects of statements on variables

    def _bind(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name() | ast.Attribute() as target], value=value) if name := name_of(target):
                self.names[name] = self.value(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.names[name] = self.value(value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._bind_parameters(statement)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value):
                self._set_item(name, self.value(key), self.value(value))
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                self._extend(name, self.value(value))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=held, attr=method), args=[argument])) if (
                name := name_of(held)
            ):
                self._apply_method(name, method, self.value(argument))

    def _apply_method(self, name: str, method: str, value: Any) -> None:
        if method in ("append", "extend"):
            self._extend(name, [value] if method == "append" else value)
        elif method == "update" and isinstance(value, dict):
            for key, item in value.items():
                self._set_item(name, key, item)

    def _bind_parameters(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Binds the arguments of the program's first call of the function, else the defaults."""
        declared = function.args
        names = [argument.arg for argument in [*declared.posonlyargs, *declared.args]]
        keyword_only = [argument.arg for argument in declared.kwonlyargs]
        arguments: dict[str, ast.expr | None] = dict.fromkeys([*names, *keyword_only])
        arguments |= zip(reversed(names), reversed(declared.defaults), strict=False)
        arguments |= zip(keyword_only, declared.kw_defaults, strict=True)
        if call := self._first_calls.get(function.name):
            arguments |= zip((name for name in names if name not in ("self", "cls")), call.args, strict=False)
            arguments |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        values = {name: self.value(expression) for name, expression in arguments.items() if expression is not None}
        for name in arguments:
            self.names.pop(name, None)  # a variable of the same name outside is another one
        self.names |= {name: value for name, value in values.items() if not isinstance(value, RuntimeValue)}

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

    def _report_address(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg == "base_url" and isinstance(address := self.value(keyword.value), str):
                self.left_out.append(f"The address `{excerpt(address)}`: the page asks where its connection points.")

    def _body(self, call: ast.Call) -> ExtractedBody | None:
        path = tuple(name for name in call_path(call.func) if name not in _RAW)
        method = path[-1] if path else ""
        if method in _COMPLETIONS and any(keyword.arg == "messages" for keyword in call.keywords):
            return self._package_call(call, "chat_completions", stream=False)
        for wire in WIRES.values() if method in _METHODS else ():
            if any(path[-1 - len(names) : -1] == names for names in wire.calls):
                return self._package_call(call, wire.name, stream=method == "stream")
        return self._posted_body(call) if method in _POSTS else None

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
        return ExtractedBody(f"{self._language} ({WIRES[wire].package})", fields, wire, tuple(self.left_out))

    def _posted_body(self, call: ast.Call) -> ExtractedBody | None:
        named: dict[str | None, Any] = {}
        for keyword in call.keywords:
            value = self.value(keyword.value)
            named |= value if keyword.arg is None and isinstance(value, dict) else {keyword.arg: value}
        arguments = [self.value(argument) for argument in call.args]
        bodies = [*(named.get(name) for name in ("json", "data", "content", "body")), *arguments]
        fields = next((value for value in bodies if isinstance(value, dict)), None)
        if fields is None:
            return None
        # The source text of an address that is known only at runtime may still end in the endpoint's path.
        address = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "url")]
        texts = [*arguments, named.get("url"), " ".join(ast.unparse(part) for part in address)]
        wire = next((wire for text in texts if isinstance(text, str) and (wire := wire_at(text))), None)
        if wire is None and not {one.history for one in WIRES.values()} & fields.keys():
            return None
        return ExtractedBody(f"{self._language} (HTTP)", fields, wire, tuple(self.left_out))


def _calls_of(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls in the statement's own expressions, outermost first; not those in its blocks."""
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
