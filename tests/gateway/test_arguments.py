"""Arguments of tool calls: valid against the tool's schema, whatever it asks for, with the prompt's own values."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from components.gateway.arguments import arguments_of_calls
from components.gateway.conversation import Tool
from components.gateway.errors import GatewayError

PROMPT = "Book 2 seats from Paris to Rome on 14 May for 95.5 euros"


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


SCHEMAS = [
    {"type": "object", "properties": {}},
    {"type": "object", "required": ["anything"]},
    {"type": "object", "required": ["a"], "properties": {"b": {"type": "integer"}}},
    fields(n={"type": "integer", "minimum": 100, "multipleOf": 7}),
    fields(n={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    fields(n={"type": "integer", "maximum": -5}),
    fields(n={"type": "integer", "exclusiveMinimum": 20}, m={"type": "integer", "exclusiveMaximum": 2}),
    fields(s={"type": "string", "minLength": 30}, t={"type": "string", "maxLength": 3}),
    fields(s={"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["CDG"]}),
    fields(s={"type": "string", "format": "date"}, t={"type": "string", "format": "email"}),
    fields(s={"type": ["string", "null"]}, t={"type": "null"}, u={"type": "boolean"}),
    fields(s={"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]}),
    fields(s={"oneOf": [{"type": "string", "maxLength": 2}, {"type": "integer"}]}),
    fields(s={"enum": ["window", "aisle", 3]}, c={"const": {"x": 1}}),
    fields(a={"type": "array", "items": {"type": "integer"}, "minItems": 4}),
    fields(a={"type": "array", "minItems": 2}, b={"type": "array", "items": {"type": "string"}, "maxItems": 0}),
    fields(a={"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": {"type": "null"}}),
    fields(o=fields(p=fields(q={"type": "string"}))),
    {**fields(x={"$ref": "#/$defs/X"}), "$defs": {"X": {"type": "integer", "minimum": 1000}}},
    {
        **fields(node={"$ref": "#/$defs/Node"}),
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/Node"}},
                "required": ["name"],
            }
        },
    },
    {
        "type": "object",
        "allOf": [fields(a={"type": "integer"}), {"properties": {"b": {"type": "string"}}, "required": ["b"]}],
    },
    {**fields(a={"type": "string"}), "additionalProperties": False},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@pytest.mark.parametrize("prompt", [PROMPT, "", "do it"])
def test_arguments_are_valid(schema: dict[str, Any], prompt: str) -> None:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    for arguments in arguments_of_calls(Tool("f", "", schema), prompt):
        validator.validate(arguments)


CITY = fields(city={"type": "string"})


@pytest.mark.parametrize(
    ("prompt", "schema", "expected"),
    [
        ("Weather in Paris and Rome?", CITY, [{"city": "Paris"}, {"city": "Rome"}]),
        ("Weather in Paris and in Rome?", CITY, [{"city": "Paris"}, {"city": "Rome"}]),
        ("Weather in Paris, Oslo and New York?", CITY, [{"city": "Paris"}, {"city": "Oslo"}, {"city": "New York"}]),
        ("weather in paris and rome?", CITY, [{"city": "paris"}, {"city": "rome"}]),
        ('Search "cats" and "big dogs"', CITY, [{"city": "cats"}, {"city": "big dogs"}]),
        ("Weather in Paris", CITY, [{"city": "Paris"}]),
        ("Fly from Paris and land in Rome", CITY, [{"city": "Paris"}]),
        ("The square of 4 and 9", fields(x={"type": "number"}), [{"x": 4}, {"x": 9}]),
        (
            "Fly from Paris to Rome",
            fields(start={"type": "string"}, end={"type": "string"}),
            [{"start": "Paris", "end": "Rome"}],
        ),
    ],
)
def test_one_call_for_each_listed_value(prompt: str, schema: dict[str, Any], expected: list[Any]) -> None:
    assert list(arguments_of_calls(Tool("f", "", schema), prompt)) == expected


BROKEN: list[Any] = [
    {"type": "object", "properties": [1]},
    fields(n={"type": "integer", "minimum": "one"}),
    fields(s={"type": "string", "minLength": 10**9}),
    fields(a={"type": "array", "items": {"type": "string"}, "minItems": 10**9}),
    fields(a={"anyOf": [5]}),
]


@pytest.mark.parametrize("schema", BROKEN, ids=str)
def test_schema_that_is_none_is_a_bad_request(schema: dict[str, Any]) -> None:
    with pytest.raises(GatewayError, match="JSON schema of the tool 'f' cannot be used"):
        list(arguments_of_calls(Tool("f", "", schema), PROMPT))


def test_pattern_that_python_cannot_read_is_passed_over() -> None:
    (arguments,) = arguments_of_calls(Tool("f", "", fields(s={"type": "string", "pattern": r"^\p{L}+$"})), "Go to Rome")
    assert arguments == {"s": "Rome"}
