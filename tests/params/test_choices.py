"""What several settings differ in, in the words of a column's header."""

from components.core.parts import Message, TextPart
from components.params.cards import default_card
from components.params.choices import Choices, differences, value_text

CARD = default_card()


def test_only_what_is_not_shared_is_named_and_defaults_count_as_values():
    first = Choices({"temperature": 0.2, "stop": ("\n",)}, system="Be kind.")
    second = Choices({"stop": ("\n",)}, wire="messages", system="Be kind. ")
    assert differences([first, second], CARD) == [
        {"temperature": "0.2", "endpoint": "chat_completions"},
        {"temperature": "0.7", "endpoint": "messages"},
    ]


def test_equal_settings_differ_in_nothing():
    assert differences([Choices(), Choices({"temperature": 0.7})], CARD) == [{}, {}]
    assert differences([], CARD) == []


def test_values_are_spoken_of_as_a_reader_would():
    assert [value_text(value) for value in (None, True, False, 4096, 0.5, ("a", "\n"), "high")] == [
        "none",
        "on",
        "off",
        "4,096",
        "0.5",
        "“a”, “\\n”",
        "high",
    ]


def test_a_copy_shares_nothing_with_its_original():
    original = Choices({"temperature": 1.0})
    copy = original.copy()
    copy.values["temperature"] = 0.1
    assert original.values == {"temperature": 1.0}


def test_a_request_carries_the_choices():
    message = Message("user", (TextPart("Hi"),))
    choices = Choices({"reasoning_effort": "none"}, "messages", " Be kind. ")
    request = choices.request("kimi-k2-6", (message,), CARD)
    assert (request.wire, request.system, request.parameters) == ("messages", "Be kind.", {"reasoning_effort": "none"})
