"""The sources of a search are read from any usual footer, and from nothing that merely looks like one."""

import pytest

from components.runs.sources import Source, read_sources

SECOND = Source("Two", "https://example.org/?q=1&r=2")


@pytest.mark.parametrize(
    "footer",
    [
        "\n\n---\n\n**Sources**\n\n1. [Two](https://example.org/?q=1&r=2)\n",
        "\n\nSources:\n- [Two](https://example.org/?q=1&r=2)",
        "\n\n### Sources\n* Two: https://example.org/?q=1&r=2\n\n",
        "\n\n**Sources:**\n[1] [Two](<https://example.org/?q=1&r=2>) (2026)",
        "\r\n\r\nReferences\r\n1) Two - https://example.org/?q=1&r=2.",
    ],
)
def test_every_usual_shape_is_read(footer):
    assert read_sources("Cats sleep." + footer) == (SECOND,)


def test_several_are_read_in_their_order():
    text = "Text.\n\n**Sources**\n\n1. [One](https://example.com/1)\n2. https://example.com/2\n"
    assert read_sources(text) == (
        Source("One", "https://example.com/1"),
        Source("https://example.com/2", "https://example.com/2"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No footer at all.",
        "Sources\n\nThe river has two sources.",
        "**Sources**\n\n1. [One](https://example.com/1)\n\nAnd more text follows.",
        "1. [One](https://example.com/1)\n",
        "Sources\n1. [bad](javascript:alert(1))",
    ],
)
def test_other_texts_have_none(text):
    assert read_sources(text) == ()
