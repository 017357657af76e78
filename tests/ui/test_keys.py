"""The key of a widget is written in one place: at the widget, or as a `Key` (or a function that makes one).

A class of texts, whose members have no type of their own, does not name keys.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "components" / "ui"
# Functions of `state` whose first argument is a key.
OF_STATE = {"widget_value", "component_value", "set_widget", "drop_widget", "refill"}


def text_of(node: ast.expr) -> str | None:
    """A literal as it is written, with ``{}`` for what changes; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=pieces):
            return "".join(text_of(piece) or "{}" for piece in pieces)
    return None


def written_keys(source: str) -> Iterator[tuple[int, str, bool]]:
    """Line and text of each key that is written in a file, and whether it was given to a function of `state`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            name = ast.unparse(call.func).partition("[")[0].split(".")[-1]
            keys = [word.value for word in call.keywords if word.arg == "key"]
            keys += call.args[:1] if name in OF_STATE | {"Key"} else []
            for key in keys:
                text = text_of(key)
                # What begins with a name, as ``{key}-save``, is a key below that one.
                if text is not None and not text.startswith("{}"):
                    yield key.lineno, text, name in OF_STATE


def classes_of_texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each enumeration with a text among its members."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Enum") for base in node.bases):
            if any(isinstance(line, ast.Assign) and text_of(line.value) is not None for line in node.body):
                yield node.lineno, node.name


def breaches(sources: dict[str, str]) -> list[str]:
    places = defaultdict(list)
    found = []
    for file, source in sources.items():
        for line, text, unnamed in written_keys(source):
            places[text].append(f"{file}:{line}")
            if unnamed:
                found.append(f"{file}:{line}: {text!r} is read or set, so it needs a name")
        for line, name in classes_of_texts(source):
            found.append(f"{file}:{line}: `{name}` gives its keys no type: each is a `Key` of its own")
    return found + [f"{', '.join(at)}: {text!r} is written more than once" for text, at in places.items() if at[1:]]


def test_every_key_is_written_once():
    files = UI.rglob("*.py")
    assert not breaches({path.relative_to(UI).as_posix(): path.read_text("utf-8") for path in files})


@pytest.mark.parametrize(
    "source",
    [
        "st.button('Stop', key='stop')\nst.button('Halt', key='stop')",
        "A = Key[str]('a')\nst.text_input('A', key='a')",
        "st.text_input('A', key=f'a-{x}')\nst.text_input('A', key=f'a-{y}')",
        "widget_value('a')",
        "class Keys(StrEnum):\n    A = 'a'",
    ],
)
def test_a_breach_is_found(source: str):
    assert len(breaches({"panel.py": source})) == 1


def test_a_key_at_its_widget_and_a_key_with_a_name_are_allowed():
    source = "A = Key('a')\nst.text_input('A', key=A)\nwidget_value(A)\nst.button('B', key=f'b-{n}')"
    assert not breaches({"panel.py": source})
