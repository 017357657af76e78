"""The keys of widgets are names: each text is written once, where the panel's `Key` or its function of a key is."""

import ast
from collections import Counter
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "components" / "ui"
PANELS = sorted(file for folder in ("sweep", "compare", "reference") for file in (UI / folder).glob("*.py"))
STATE = {"set_widget", "widget_value", "component_value", "drop_widget"}


@pytest.mark.parametrize("file", PANELS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_widget_has_its_key_as_a_literal(file):
    for call in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)):
        keys = [keyword.value for keyword in call.keywords if keyword.arg == "key"]
        if isinstance(call.func, ast.Name) and call.func.id in STATE:
            keys += call.args[:1]
        assert not any(isinstance(key, ast.Constant | ast.JoinedStr) for key in keys), f"line {call.lineno}"


def test_no_key_of_the_sweep_is_named_twice():
    names = Counter(
        node.value.value
        for file in PANELS
        for kind in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(kind, ast.ClassDef) and kind.name == "Key"
        for node in kind.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    )
    # The button that stops has the same key wherever something is live.
    assert [name for name, count in names.items() if count > 1] == ["stop"]
