"""A JavaScript or TypeScript program -> the call in it, read from its syntax tree. Nothing of it is ever run.

The tree is rewritten as the Python tree that says the same, so that one reader (`python_source`) follows names, lists
that grow and the shapes of calls for both. What has no such form stands there as a name: its source text.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from components.api.paste.pasted import ExtractedBody
from components.api.paste.python_source import is_python, read_statements
from components.core.errors import PasteError

_LANGUAGE = Language(tree_sitter_typescript.language_typescript())
# Lines that no Python has; they may stand in a text of a Python program, which therefore is tried first.
_LOOKS = re.compile(
    r"^[ \t]*(?:(?:const|let|var)\s+[\w${\[]|import\b[^\n]*[\"'];?\s*$|(?:async\s+)?function\b)"
    r"|\bnew (?:OpenAI|Anthropic)\(|\b(?:fetch|axios(?:\.\w+)?)\(|\w\(\{",
    re.MULTILINE,
)
# Python takes this for a dictionary; there, a key is no bare word.
_CALL = re.compile(r"^[ \t]*(?:await[ \t]+)?[\w.$]+\(\s*\{\s*\w+\s*:", re.MULTILINE)
_PATIENCE_S = 2.0
_PIECE_BYTES = 65_536
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
# What stands round a value and changes nothing of it.
_WRAPPERS = (
    "await_expression", "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
)  # fmt: skip
# Names of the packages for JavaScript -> for Python.
_NAMES = {"baseURL": "base_url", "base64Of": "base64_of"}


def looks_like_javascript(text: str) -> bool:
    """True when the text is no Python, and a line of it is JavaScript."""
    return _CALL.search(text) is not None or (_LOOKS.search(text) is not None and not is_python(text))


def read_javascript(source: str) -> ExtractedBody:
    """Reads the first call that sends a prompt. Raises: PasteError if there is none or it is no JavaScript."""
    root = _tree(source)
    if root is None:
        raise PasteError("It looks like JavaScript and cannot be read: it is too large, or no program.")
    if root.has_error:
        raise PasteError(f"It looks like JavaScript and is none: there is a mistake in line {_mistake_line(root)}.")
    try:
        return read_statements(_Rewriting().block(root), "JavaScript")
    except RecursionError as error:
        raise PasteError("The program is nested too deeply to be read.") from error


def expression_of(text: str) -> ast.expr | None:
    """The one expression that the text is; None when it is none."""
    root = _tree(f"({text}\n)")
    if root is None or root.has_error:
        return None
    statements = _parts(root)
    if len(statements) != 1 or statements[0].type != "expression_statement":
        return None
    return _Rewriting().value(statements[0].named_children[0])


def _tree(source: str) -> Node | None:
    """The syntax tree; None when that takes long: recovering from what is no program can take minutes."""
    content = source.encode("utf-8", "replace")
    ends = time.thread_time() + _PATIENCE_S  # of the processor, which others may be using
    parser = Parser(_LANGUAGE)
    try:
        # Only a parser that reads in pieces can be stopped, and only a tree made of bytes gives its texts quickly.
        parser.parse(
            lambda at, _: content[at : at + _PIECE_BYTES],
            progress_callback=lambda at, failed: time.thread_time() > ends,
        )
    except ValueError:  # stopped
        return None
    return parser.parse(content).root_node


def _mistake_line(root: Node) -> int:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            return node.start_point.row + 1
        waiting += [child for child in reversed(node.children) if child.has_error]
    return root.start_point.row + 1


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _unknown(node: Node) -> ast.expr:
    return ast.Name(_text(node))


class _Rewriting:
    """`inner`: the bodies of functions that stood in the statement at hand; they are read after it."""

    def __init__(self) -> None:
        self.inner: list[ast.stmt] = []

    # --- statements

    def block(self, node: Node) -> list[ast.stmt]:
        """The statements within a node, whatever it is that holds them."""
        return [statement for child in node.named_children for statement in self._statements(child)]

    def _statements(self, node: Node) -> Iterator[ast.stmt]:
        outer, self.inner = self.inner, []
        match node.type:
            case "comment" | "import_statement" | "type_alias_declaration" | "interface_declaration":
                pass
            case "lexical_declaration" | "variable_declaration":
                for declarator in node.named_children:
                    yield self._declaration(declarator)
            case "expression_statement":
                yield from self._expression_statement(node.named_children[0])
            case "return_statement" | "export_statement" if node.named_children:
                child = node.named_children[0]
                yield from self._statements(child) if child.type.endswith("declaration") else [self._plain(child)]
            case _ if node.type.endswith(("statement", "declaration", "block", "clause", "body", "definition")):
                for child in node.named_children:
                    # A condition or what is looped over may hold the call.
                    if child.type.endswith("expression"):
                        yield self._plain(child)
                yield ast.If(ast.Constant(True), self.block(node), [])
            case _:
                pass
        if self.inner:
            yield ast.If(ast.Constant(True), self.inner, [])
        self.inner = outer

    def _declaration(self, node: Node) -> ast.stmt:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None:
            return ast.Pass()
        if name.type != "identifier":
            return self._plain(value)
        return ast.Assign([ast.Name(_text(name))], self.value(value))

    def _expression_statement(self, node: Node) -> Iterator[ast.stmt]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type == "assignment_expression" and left is not None and right is not None:
            yield ast.Assign([self._target(left)], self.value(right))
        elif node.type == "augmented_assignment_expression" and left is not None and right is not None:
            yield ast.AugAssign(ast.Name(_text(left)), ast.Add(), self.value(right))
        else:
            call = self.value(node)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "push":
                grown = call.func.value
                for item in call.args:
                    spread = isinstance(item, ast.Starred)
                    method = ast.Attribute(grown, "extend" if spread else "append")
                    yield ast.Expr(ast.Call(method, [item.value if isinstance(item, ast.Starred) else item], []))
            else:
                yield ast.Expr(call)

    def _target(self, node: Node) -> ast.expr:
        target = self.value(node)
        if isinstance(target, ast.Attribute):
            return ast.Subscript(target.value, ast.Constant(target.attr))
        return target

    def _plain(self, node: Node) -> ast.stmt:
        return ast.Expr(self.value(node))

    # --- values

    def value(self, node: Node) -> ast.expr:
        """The expression."""
        match node.type:
            case "string":
                return ast.Constant(_string(node))
            case "template_string":
                return ast.JoinedStr([self._piece(piece) for piece in node.named_children])
            case "number":
                return _number(node)
            case "true" | "false" | "null" | "undefined":
                return ast.Constant(_WORDS[node.type])
            case "array":
                return ast.List([self.value(item) for item in _parts(node)])
            case "object":
                return self._object(node)
            case "spread_element":
                return ast.Starred(self.value(node.named_children[0]))
            case "identifier":
                return ast.Name(_NAMES.get(_text(node), _text(node)))
            case _ if node.type in _WRAPPERS:
                return self.value(_parts(node)[0])
            case _:
                return self._operation(node)

    def _operation(self, node: Node) -> ast.expr:
        fields = [node.child_by_field_name(name) for name in ("object", "property", "index", "function", "constructor")]
        held, named, index, function, constructor = fields
        called = function or constructor
        match node.type:
            case "member_expression" if held and named:
                return ast.Attribute(self.value(held), _text(named))
            case "subscript_expression" if held and index:
                return ast.Subscript(self.value(held), self.value(index))
            case "call_expression" | "new_expression" if called:
                return self._call(node, called)
            case "binary_expression":
                return self._binary(node)
            case "ternary_expression":
                test, first, second = (self.value(part) for part in _parts(node))
                return ast.IfExp(test, first, second)
            case "unary_expression" if _text(node).startswith("-"):
                return ast.UnaryOp(ast.USub(), self.value(node.named_children[0]))
            case "arrow_function" | "function_expression":
                body = node.child_by_field_name("body")
                if body is not None:
                    self.inner += self.block(body) if body.type == "statement_block" else [self._plain(body)]
        return _unknown(node)

    def _piece(self, node: Node) -> ast.expr:
        match node.type:
            case "template_substitution":
                return ast.FormattedValue(self.value(node.named_children[0]), -1)
            case "escape_sequence":
                return ast.Constant(_escaped(_text(node)))
            case _:
                return ast.Constant(_text(node))

    def _object(self, node: Node) -> ast.Dict:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        for part in _parts(node):
            match part.type:
                case "pair":
                    key, value = _parts(part)
                    keys.append(_key(key) or self.value(_parts(key)[0]))
                    values.append(self.value(value))
                case "shorthand_property_identifier":
                    keys.append(ast.Constant(_text(part)))
                    values.append(ast.Name(_text(part)))
                case "spread_element":
                    keys.append(None)
                    values.append(self.value(_parts(part)[0]))
                case _:  # a method
                    keys.append(ast.Constant(_text(part)))
                    values.append(_unknown(part))
        return ast.Dict(keys, values)

    def _call(self, node: Node, called: Node) -> ast.expr:
        function = self.value(called)
        given = node.child_by_field_name("arguments")
        if given is None or given.type != "arguments":  # a template's tag
            return _unknown(node)
        arguments = [self.value(argument) for argument in _parts(given)]
        match function, arguments:
            case ast.Attribute(value=ast.Name(id="JSON"), attr="stringify"), [value, *_]:
                return value
            case ast.Name(id="fetch"), [address, ast.Dict() as options]:
                return ast.Call(ast.Attribute(function, "post"), [address], _named(_body_of(options)))
            case ast.Name(id="fetch"), [address, ast.Name() as options]:
                return ast.Call(ast.Attribute(function, "post"), [address], [ast.keyword(None, options)])
            case ((ast.Name(id="axios") | ast.Attribute(value=ast.Name(id="axios"), attr="request")), [config]):
                return ast.Call(ast.Attribute(function, "post"), [], [ast.keyword(None, config)])
            case ast.Attribute(attr="post"), [address, value, *_]:
                return ast.Call(function, [address], [ast.keyword("json", value)])
            case _ if (path := _file_of(function, arguments)) is not None:
                return ast.Call(ast.Name("base64_of"), [path], [])
            case ast.Attribute(attr="push"), _:
                return ast.Call(function, arguments, [])
            case _, [ast.Dict() as named, *rest]:
                return ast.Call(function, rest, _named(named))
            case ast.Attribute(attr="create" | "stream" | "parse"), [ast.Name() as held, *rest]:
                return ast.Call(function, rest, [ast.keyword(None, held)])
            case _:
                return ast.Call(function, arguments, [])

    def _binary(self, node: Node) -> ast.expr:
        operator = node.child_by_field_name("operator")
        sign = _text(operator) if operator else ""
        if sign in ("===", "=="):
            one, other = (self.value(part) for part in _parts(node))
            return ast.Compare(one, [ast.Eq()], [other])
        if sign != "+":
            return _unknown(node)
        # Not by recursion: a text of a thousand lines is a sum of as many.
        operands: list[Node] = []
        while node.type == "binary_expression" and (operator := node.child_by_field_name("operator")):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if _text(operator) != "+" or left is None or right is None:
                break
            operands.append(right)
            node = left
        total = self.value(node)
        for operand in reversed(operands):
            more = self.value(operand)
            match total, more:
                case ast.Constant(value=str(text)), ast.Constant(value=str(following)):
                    total = ast.Constant(text + following)
                case _:
                    total = ast.BinOp(total, ast.Add(), more)
        return total


def _parts(node: Node) -> list[Node]:
    """What a node is made of, without comments and types."""
    return [child for child in node.named_children if child.type not in ("comment", "type_arguments")]


def _string(node: Node) -> str:
    pieces = (
        _escaped(_text(piece)) if piece.type == "escape_sequence" else _text(piece) for piece in node.named_children
    )
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(text: str) -> str:
    """What an escape stands for; of a pair of halves each comes alone."""
    if match := re.fullmatch(r"\\(?:x|u)\{?([0-9a-fA-F]+)\}?", text):
        code = int(match[1], 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return _ESCAPES.get(text[1:], text[1:])


def _number(node: Node) -> ast.expr:
    text = _text(node).replace("_", "")
    try:
        return ast.Constant(int(text, 0) if re.fullmatch(r"0[xXoObB]\w+|0|[1-9]\d*", text) else float(text))
    except ValueError:
        return _unknown(node)


def _key(node: Node) -> ast.expr | None:
    """An object's key as it is written; None where it is computed."""
    match node.type:
        case "computed_property_name":
            return None
        case "string":
            return ast.Constant(_string(node))
        case _:
            return ast.Constant(_text(node))


def _named(entries: ast.Dict) -> list[ast.keyword]:
    """An object's entries as what is given by name."""
    named = []
    for key, value in zip(entries.keys, entries.values, strict=True):
        match key:
            case None:
                named.append(ast.keyword(None, value))
            case ast.Constant(value=str(name)):
                named.append(ast.keyword(_NAMES.get(name, name), value))
    return named


def _body_of(options: ast.Dict) -> ast.Dict:
    """Of what `fetch` is told, the body alone."""
    pairs = zip(options.keys, options.values, strict=True)
    bodies = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "body"]
    return ast.Dict([ast.Constant("json") for _ in bodies], list(bodies))


def _file_of(function: ast.expr, arguments: list[ast.expr]) -> ast.expr | None:
    """The path of a file that is read as base64: ``readFileSync(path).toString("base64")`` and the like."""
    match function, arguments:
        case ast.Attribute(value=ast.Call(func=reads, args=[path]), attr="toString"), [ast.Constant(value="base64")]:
            pass
        case reads, [path, ast.Constant(value="base64")]:
            pass
        case _:
            return None
    name = reads.attr if isinstance(reads, ast.Attribute) else getattr(reads, "id", "")
    return path if name in ("readFileSync", "readFile") else None
