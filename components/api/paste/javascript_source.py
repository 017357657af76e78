"""Reads the call in a JavaScript or TypeScript program from its syntax tree. Nothing is run.

The tree is translated into Python's, so that one reader (`python_source`) follows variables, growing lists and calls of
both languages. Whatever cannot be translated becomes a name: its source text.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from components.api.paste.escapes import unescape
from components.api.paste.pasted import ExtractedBody, excerpt
from components.api.paste.python_source import is_python, read_statements
from components.core.errors import PasteError

_LANGUAGE = Language(tree_sitter_typescript.language_typescript())
# Lines that are no Python; a Python program may contain them in a string, so Python is tried first.
_JAVASCRIPT_LINE = re.compile(
    r"^[ \t]*(?:(?:const|let|var)\s+[\w${\[]|import\b[^\n]*[\"'];?\s*$|(?:async\s+)?function\b)"
    r"|\bnew (?:OpenAI|Anthropic)\(|\b(?:fetch|axios(?:\.\w+)?)\(|\w\(\{",
    re.MULTILINE,
)
# Valid Python, too, but there the key of a dictionary is no bare word.
_CALL_WITH_OBJECT = re.compile(r"^[ \t]*(?:await[ \t]+)?[\w.$]+\(\s*\{\s*\w+\s*:", re.MULTILINE)
_PARSE_TIMEOUT_S = 2.0
_PIECE_BYTES = 65_536
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
# Nodes around a value that do not change it.
_WRAPPERS = (
    "await_expression", "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
)  # fmt: skip
_HAVE_STATEMENTS = ("statement", "declaration", "block", "clause", "body", "definition")
_WITHOUT_CALLS = ("import_statement", "type_alias_declaration", "interface_declaration")
# JavaScript's names -> Python's, as the packages and our own programs have them.
_NAMES = {"baseURL": "base_url", "base64Of": "base64_of"}


def looks_like_javascript(text: str) -> bool:
    """Whether a line of the text is JavaScript, and the text is no Python."""
    return _CALL_WITH_OBJECT.search(text) is not None or (
        _JAVASCRIPT_LINE.search(text) is not None and not is_python(text)
    )


def read_javascript(source: str) -> ExtractedBody:
    """Reads the first call that sends a prompt. Raises: PasteError if there is none or it is no JavaScript."""
    root = _parse(source)
    if root is None:
        raise PasteError("It looks like JavaScript and cannot be read: it is too large, or no program.")
    if root.has_error:
        raise PasteError(f"It looks like JavaScript and is none: there is a mistake in line {_line_of_mistake(root)}.")
    try:
        return read_statements(_block(root), "JavaScript")
    except RecursionError as error:
        raise PasteError("The program is nested too deeply to be read.") from error


def expression_of(text: str) -> ast.expr | None:
    """The text as one expression; None if it is none."""
    root = _parse(f"({text}\n)")
    if root is None or root.has_error:
        return None
    match _children(root):
        case [statement] if statement.type == "expression_statement":
            return _value(statement.named_children[0])
        case _:
            return None


def _parse(source: str) -> Node | None:
    """The syntax tree; None if parsing takes too long: recovering from errors in a text that is no program can take
    minutes."""
    content = source.encode("utf-8", "replace")
    deadline = time.thread_time() + _PARSE_TIMEOUT_S  # CPU time, since others may use the processor
    parser = Parser(_LANGUAGE)
    try:
        # Only a parser that reads in pieces can be stopped, but only a tree of bytes returns its texts quickly.
        parser.parse(
            lambda at, _: content[at : at + _PIECE_BYTES],
            progress_callback=lambda at, failed: time.thread_time() > deadline,
        )
    except ValueError:  # stopped
        return None
    return parser.parse(content).root_node


def _line_of_mistake(root: Node) -> int:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            return node.start_point.row + 1
        waiting += [child for child in reversed(node.children) if child.has_error]
    return root.start_point.row + 1


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _children(node: Node) -> list[Node]:
    """The child nodes without comments and types."""
    return [child for child in node.named_children if child.type not in ("comment", "type_arguments")]


def _child(node: Node, name: str) -> Node:
    """The child that the grammar requires there."""
    child = node.child_by_field_name(name)
    if child is None:
        raise PasteError(f"It is JavaScript of a form that is not read: `{excerpt(_text(node))}`.")
    return child


# --- statements


def _block(node: Node) -> list[ast.stmt]:
    """The statements in a node of any kind."""
    return [statement for child in node.named_children for statement in _statement(child)]


def _statement(node: Node) -> Iterator[ast.stmt]:
    match node.type:
        case "lexical_declaration" | "variable_declaration":
            for declarator in node.named_children:
                name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
                if name is not None and value is not None:
                    plain = name.type == "identifier"
                    yield ast.Assign([ast.Name(_text(name))], _value(value)) if plain else ast.Expr(_value(value))
            yield from _callbacks(node)
        case "expression_statement":
            yield from _effects(node.named_children[0])
            yield from _callbacks(node)
        case "return_statement" | "export_statement" if node.named_children:
            child = node.named_children[0]
            yield from _statement(child) if child.type.endswith("declaration") else _evaluation(child)
        case kind if kind.endswith(_HAVE_STATEMENTS) and kind not in _WITHOUT_CALLS:
            for child in node.named_children:
                # The call may be in a condition, or in what a loop iterates over.
                if child.type.endswith("expression"):
                    yield from _evaluation(child)
            yield ast.If(ast.Constant(True), _block(node), [])


def _evaluation(node: Node) -> Iterator[ast.stmt]:
    yield ast.Expr(_value(node))
    yield from _callbacks(node)


def _callbacks(node: Node) -> Iterator[ast.stmt]:
    """The bodies of the functions within a statement's expressions, as blocks after it."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner.type in ("arrow_function", "function_expression"):
            body = _child(inner, "body")
            yield ast.If(
                ast.Constant(True),
                _block(body) if body.type == "statement_block" else [*_evaluation(body)],
                [],
            )
        else:
            waiting += reversed(inner.named_children)


def _effects(node: Node) -> Iterator[ast.stmt]:
    """The expression as statements: assignments, additions to a text or a list, calls."""
    match node.type:
        case "assignment_expression":
            target = _value(_child(node, "left"))
            if isinstance(target, ast.Attribute):
                target = ast.Subscript(target.value, ast.Constant(target.attr))
            yield ast.Assign([target], _value(_child(node, "right")))
        case "augmented_assignment_expression":
            yield ast.AugAssign(ast.Name(_text(_child(node, "left"))), ast.Add(), _value(_child(node, "right")))
        case _:
            match _value(node):
                case ast.Call(func=ast.Attribute(attr="push", value=held), args=items):
                    for item in items:
                        method, added = ("extend", item.value) if isinstance(item, ast.Starred) else ("append", item)
                        yield ast.Expr(ast.Call(ast.Attribute(held, method), [added], []))
                case value:
                    yield ast.Expr(value)


# --- values


def _value(node: Node) -> ast.expr:
    """The expression."""
    match node.type:
        case "string":
            return ast.Constant(_string(node))
        case "template_string":
            return _template(node)
        case "number":
            return _number(_text(node))
        case "true" | "false" | "null" | "undefined":
            return ast.Constant(_CONSTANTS[node.type])
        case "array":
            return ast.List([_value(item) for item in _children(node)])
        case "object":
            return _object(node)
        case "spread_element":
            return ast.Starred(_value(node.named_children[0]))
        case "identifier":
            return ast.Name(_NAMES.get(_text(node), _text(node)))
        case _ if node.type in _WRAPPERS:
            return _value(_children(node)[0])
        case _:
            return _operation(node)


def _operation(node: Node) -> ast.expr:
    match node.type:
        case "member_expression":
            return ast.Attribute(_value(_child(node, "object")), _text(_child(node, "property")))
        case "subscript_expression":
            return ast.Subscript(_value(_child(node, "object")), _value(_child(node, "index")))
        case "call_expression":
            return _call(node, _child(node, "function"))
        case "new_expression":
            return _call(node, _child(node, "constructor"))
        case "binary_expression":
            return _binary(node)
        case "ternary_expression":
            return ast.IfExp(*(_value(operand) for operand in _children(node)))
        case "unary_expression" if _text(node).startswith("-"):
            return ast.UnaryOp(ast.USub(), _value(node.named_children[0]))
        case _:
            return ast.Name(_text(node))


def _template(node: Node) -> ast.JoinedStr:
    pieces: list[ast.expr] = []
    text = ""
    for child in node.named_children:
        if child.type == "template_substitution":
            pieces += [ast.Constant(unescape(text)), ast.FormattedValue(_value(child.named_children[0]), -1)]
            text = ""
        else:
            text += _text(child)
    return ast.JoinedStr([*pieces, ast.Constant(unescape(text))])


def _number(text: str) -> ast.expr:
    """A number; both languages write them alike but for JavaScript's old octals and large integers."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return ast.Name(text)


def _object(node: Node) -> ast.Dict:
    entries: list[tuple[ast.expr | None, ast.expr]] = []
    for child in _children(node):
        match child.type:
            case "pair":
                key, value = _children(child)
                entries.append((_key(key), _value(value)))
            case "spread_element":
                entries.append((None, _value(_children(child)[0])))
            case _:  # a name alone, which is its variable's, or a method
                entries.append((ast.Constant(_text(child)), ast.Name(_text(child))))
    return ast.Dict([key for key, _ in entries], [value for _, value in entries])


def _key(node: Node) -> ast.expr:
    match node.type:
        case "computed_property_name":
            return _value(_children(node)[0])
        case "string":
            return ast.Constant(_string(node))
        case _:
            return ast.Constant(_text(node))


def _call(node: Node, called: Node) -> ast.expr:
    function = _value(called)
    arguments_node = _child(node, "arguments")
    if arguments_node.type != "arguments":  # a tagged template
        return ast.Name(_text(node))
    arguments = [_value(argument) for argument in _children(arguments_node)]
    match function, arguments:
        case ast.Attribute(value=ast.Name(id="JSON"), attr="stringify"), [value, *_]:
            return value
        case ast.Name(id="fetch"), [address, options]:
            return ast.Call(ast.Attribute(function, "post"), [address], [ast.keyword(None, options)])
        case ((ast.Name(id="axios") | ast.Attribute(value=ast.Name(id="axios"), attr="request")), [config]):
            return ast.Call(ast.Attribute(function, "post"), [], [ast.keyword(None, config)])
        case ast.Attribute(attr="post"), [address, value, *_]:
            return ast.Call(function, [address], [ast.keyword("json", value)])
        case _ if (path := _base64_file(function, arguments)) is not None:
            return ast.Call(ast.Name("base64_of"), [path], [])
        case ast.Attribute(attr="push"), _:
            return ast.Call(function, arguments, [])
        case _, [ast.Dict() as named, *rest]:
            return ast.Call(function, rest, _keywords(named))
        case ast.Attribute(attr="create" | "stream" | "parse"), [ast.Name() as named, *rest]:
            return ast.Call(function, rest, [ast.keyword(None, named)])
        case _:
            return ast.Call(function, arguments, [])


def _keywords(entries: ast.Dict) -> list[ast.keyword]:
    """An object's entries as named arguments."""
    keywords = []
    for key, value in zip(entries.keys, entries.values, strict=True):
        match key:
            case None:
                keywords.append(ast.keyword(None, value))
            case ast.Constant(value=str(name)):
                keywords.append(ast.keyword(_NAMES.get(name, name), value))
    return keywords


def _base64_file(function: ast.expr, arguments: list[ast.expr]) -> ast.expr | None:
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


def _binary(node: Node) -> ast.expr:
    sign = _text(_child(node, "operator"))
    if sign in ("===", "=="):
        return ast.Compare(_value(_child(node, "left")), [ast.Eq()], [_value(_child(node, "right"))])
    if sign != "+":
        return ast.Name(_text(node))
    # Without recursion: a text of a thousand lines is a sum of a thousand operands.
    operands: list[Node] = []
    while node.type == "binary_expression" and _text(_child(node, "operator")) == "+":
        operands.append(_child(node, "right"))
        node = _child(node, "left")
    total = _value(node)
    for operand in reversed(operands):
        match total, _value(operand):
            case ast.Constant(value=str(text)), ast.Constant(value=str(following)):
                total = ast.Constant(text + following)
            case _, more:
                total = ast.BinOp(total, ast.Add(), more)
    return total


def _string(node: Node) -> str:
    return unescape(_text(node)[1:-1])
