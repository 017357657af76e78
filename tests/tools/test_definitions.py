"""Tool definitions as they are typed: every common shape is read, every mistake has its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.request import Tool
from components.tools.definitions import Definitions, read_tools, write_tools
from components.tools.examples import EXAMPLES

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = Tool("weather", "Tells it.", SCHEMA)


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": SCHEMA}},
        {"type": "function", "name": "weather", "description": "Tells it.", "parameters": SCHEMA, "strict": False},
        {"name": "weather", "description": "Tells it.", "input_schema": SCHEMA},
        {"name": "weather", "description": "Tells it.", "parameters": SCHEMA},
    ],
    ids=["chat completions", "responses", "messages", "bare"],
)
def test_each_endpoint_s_own_shape_is_read(shape):
    assert read_tools(json.dumps([shape])) == Definitions((WEATHER,))
    assert read_tools(json.dumps(shape)) == Definitions((WEATHER,))


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_defines_nothing(text):
    assert read_tools(text) == Definitions()


def test_a_tool_without_a_schema_takes_no_arguments():
    (tool,) = read_tools('{"name": "now"}').tools
    assert tool == Tool("now", "", {"type": "object", "properties": {}})


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('[\n  {"name": "a",}\n]', "Line 2, column 16", "not JSON"),
        ('[{"name": "a"}, 7]', "Line 1, column 17", "A tool is an object"),
        ("[{}]", "Line 1, column 2", "has no `name`"),
        ('[\n {"name": "get weather"}\n]', "Line 2, column 11", "letters, digits"),
        ('{"name": "a", "description": 1}', "Line 1, column 30", "must be text"),
        ('{"name": "a", "parameters": []}', "Line 1, column 29", "must be a JSON schema"),
        ('{"name": "a", "parameters": {"type": "string"}}', "Line 1, column 38", "are an object"),
        ('{"name": "a", "parameters": {"properties": {"x": {"type": "strnig"}}}}', "column 59", "No valid JSON schema"),
        ('{"function": {"name": "a", "parameters": {"required": "x"}}}', "column 55", "No valid JSON schema"),
        ('[{"name": "a"},\n {"name": "a"}]', "Line 2, column 11", "Two tools are called 'a'"),
        ('[{"type": "web_search"}]', "Line 1, column 11", 'must be "function"'),
        ("[" * 100_000, "Line 1, column 1", "nested too deeply"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, place, words):
    found = read_tools(text)
    assert not found.tools and found.mistakes
    assert place in str(found.mistakes[0]) and words in str(found.mistakes[0])


def test_too_many_tools_are_refused_with_the_numbers():
    (mistake,) = read_tools(json.dumps([{"name": f"t{n}"} for n in range(129)])).mistakes
    assert "129 tools" in mistake.sentence and "128" in mistake.sentence


def test_the_examples_can_be_written_and_read_back():
    tools = tuple(example.tool for example in EXAMPLES.values())
    assert read_tools(write_tools(tools)) == Definitions(tools)
    assert write_tools(()) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["name", "parameters", "type"]), inner),
    max_leaves=12,
)


@given(st.text() | JSON.map(json.dumps))
def test_whatever_is_typed_is_read_or_refused(text):
    found = read_tools(text)
    assert not (found.tools and found.mistakes)
    assert all(mistake.line >= 1 and mistake.column >= 1 for mistake in found.mistakes)
