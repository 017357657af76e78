"""Conversations of other programs: named, read with their branches, refused in a sentence where they are damaged."""

import json
import random

import pytest

from components.core.errors import MediaError
from components.history.foreign.reading import read_foreign


def node(parent, role, text, **message):
    content = {"content_type": "text", "parts": [text]}
    return {"parent": parent, "message": role and {"author": {"role": role}, "content": content, **message}}


FILES = {
    "ChatGPT": [
        {
            "title": "Sums",
            "current_node": "d",
            "mapping": {
                "a": node(None, None, ""),
                "s": node("a", "system", "Be short."),
                "b": node("s", "user", "2+2?"),
                "c": node("b", "assistant", "5"),
                "t": {
                    "parent": "b",
                    "message": {
                        "author": {"role": "assistant"},
                        "content": {"content_type": "thoughts", "thoughts": [{"content": "Add."}]},
                    },
                },
                "d": node("t", "assistant", "4"),
            },
        }
    ],
    "Claude": [
        {
            "name": "Sums",
            "chat_messages": [
                {"uuid": "1", "sender": "human", "text": "2+2?", "files": [{"file_name": "a.png"}]},
                {
                    "uuid": "2",
                    "sender": "assistant",
                    "content": [{"type": "thinking", "thinking": "Add."}, {"type": "text", "text": "4"}],
                },
            ],
        }
    ],
    "Open WebUI": [
        {
            "title": "Sums",
            "chat": {
                "system": "Be short.",
                "history": {
                    "currentId": "3",
                    "messages": {
                        "1": {"parentId": None, "role": "user", "content": "2+2?"},
                        "2": {"parentId": "1", "role": "assistant", "content": "5"},
                        "3": {
                            "parentId": "1",
                            "role": "assistant",
                            "content": '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Add.\n'
                            "</details>\n4",
                        },
                    },
                },
            },
        }
    ],
    "LibreChat": {
        "title": "Sums",
        "messages": [
            {"messageId": "1", "parentMessageId": "0000", "sender": "User", "isCreatedByUser": True, "text": "2+2?"},
            {
                "messageId": "2",
                "parentMessageId": "1",
                "sender": "Model",
                "content": [{"type": "think", "think": "Add."}, {"type": "text", "text": {"value": "4"}}],
            },
        ],
    },
    "HF chat-ui": {
        "title": "Sums",
        "preprompt": "Be short.",
        "messages": [
            {"id": "1", "from": "user", "content": "2+2?", "ancestors": []},
            {"id": "2", "from": "assistant", "content": "4", "reasoning": "Add.", "ancestors": ["1"]},
        ],
    },
    "ShareGPT": {
        "title": "Sums",
        "conversations": [{"from": "human", "value": "2+2?"}, {"from": "gpt", "value": "4"}],
    },
}


@pytest.mark.parametrize("name", FILES)
def test_each_program_is_named_and_its_conversation_read(name):
    found = read_foreign(FILES[name], "ann")
    assert found is not None
    program, (conversation,), left_out = found
    assert (program, conversation.title, conversation.owner) == (name, "Sums", "ann")
    said = [(one.role, one.message.text) for one in conversation.path]
    assert [pair for pair in said if pair[1]] == [("user", "2+2?"), ("assistant", "4")]
    thinking = [part.text for one in conversation.path for part in one.message.parts if hasattr(part, "signature")]
    assert thinking == ([] if name == "ShareGPT" else ["Add."])
    assert left_out == (("files and pictures, which an export names only",) if name == "Claude" else ())
    if name in ("ChatGPT", "Open WebUI", "HF chat-ui"):
        assert conversation.draft["choices"]["system"] == "Be short."


@pytest.mark.parametrize("name", ["ChatGPT", "Open WebUI"])
def test_branches_come_along(name):
    _, (conversation,), _ = read_foreign(FILES[name], "ann")
    assert len(conversation.children(conversation.path[0].id)) == 2


@pytest.mark.parametrize("whole", [None, 3, [], {}, [1], {"messages": []}, [{"role": "user", "content": "Hi"}]])
def test_what_is_of_no_program_is_left_to_others(whole):
    assert read_foreign(whole, "ann") is None


def test_one_without_a_word_is_refused_by_its_programs_name():
    with pytest.raises(MediaError, match="This is an export of Claude, but no conversation in it can be read"):
        read_foreign([{"chat_messages": []}], "ann")


def test_five_hundred_damaged_exports_are_read_or_refused_in_a_sentence():
    chance = random.Random(16)
    wrong = [None, 1, "x", [], {}, [None], {"a": 1}, True]

    def damaged(value):
        if chance.random() < 0.06:
            return chance.choice(wrong)
        if isinstance(value, dict):
            return {key: damaged(one) for key, one in value.items() if chance.random() > 0.04}
        return [damaged(one) for one in value] if isinstance(value, list) else value

    for _ in range(500):
        whole = damaged(json.loads(json.dumps(chance.choice([*FILES.values()]))))
        try:
            read_foreign(whole, "ann")
        except MediaError as error:
            assert str(error).startswith("This is an export of ")
