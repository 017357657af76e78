"""Hypothesis strategies for requests of every kind that an endpoint's format can express."""

from __future__ import annotations

import json
from io import BytesIO

from hypothesis import strategies as st
from PIL import Image

from components.core.parts import (
    FramePart,
    ImagePart,
    Message,
    RemoteImagePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from components.core.request import RunRequest, Tool, ToolChoice
from components.params.cards import default_card
from components.params.thinking import NAMES as THINKING

# Every character that a text may have on its way: no halves of pairs, which UTF-8 cannot carry.
characters = st.characters(exclude_categories=["Cs"])
spiced = st.sampled_from(
    ["'", '"', "\\", "`", "$", "${X}", "$(id)", "\n", "\r\n", "\t", "JSON", "\nJSON\n", "EOF", '"""', "'''", "{", "%s",
     "@media", "#? tools", "\u2028", "\x00", "\x7f", "🎉", "</script>", "^", "%PATH%", "!", " "]
)  # fmt: skip
texts = st.lists(st.one_of(spiced, st.text(characters, max_size=8)), min_size=1, max_size=4).map("".join).filter(bool)
words = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_-]{0,12}", fullmatch=True)
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        texts,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


def _png(colour: int) -> bytes:
    target = BytesIO()
    Image.new("RGB", (3, 2), (colour, 0, 0)).save(target, "PNG")
    return target.getvalue()


pictures = st.integers(0, 3).map(lambda n: ImagePart(_png(n), "image/png", 3, 2, f"picture-{n}.png"))
frames = st.tuples(st.integers(10, 13), st.integers(0, 40_000)).map(
    lambda pair: FramePart(_png(pair[0]), "image/png", 3, 2, "clip.mp4", pair[1] / 10)
)
remote = st.sampled_from(
    ["https://example.com/boardwalk.jpg", "http://example.com:8080/a%20b.png?x='1'&y=$(id)#z"]
).map(RemoteImagePart)


@st.composite
def user_messages(draw: st.DrawFn) -> Message:
    media = draw(st.lists(st.one_of(pictures, frames, remote), max_size=3))
    return Message("user", (*media, TextPart(draw(texts))))


@st.composite
def rounds(draw: st.DrawFn, wire: str) -> tuple[Message, ...]:
    """The messages after the user's in a turn: an answer, or calls, their results, and an answer."""
    answer = Message("assistant", (*_thinking(draw, wire, called=False), TextPart(draw(texts))))
    if not draw(st.booleans()):
        return (answer,)
    arguments = st.dictionaries(words, values, max_size=2).map(json.dumps if wire != "messages" else _as_sent)
    calls = tuple(
        ToolCallPart(f"functions.{name}:{number}", name, draw(arguments))
        for number, name in enumerate(draw(st.lists(words, min_size=1, max_size=2)))
    )
    preface = (TextPart(draw(texts)),) if draw(st.booleans()) else ()
    called = Message("assistant", (*_thinking(draw, wire, called=True), *preface, *calls))
    results = tuple(ToolResultPart(call.id, draw(texts)) for call in calls)
    return (called, Message("tool", results), answer)


def _as_sent(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _thinking(draw: st.DrawFn, wire: str, *, called: bool) -> tuple[ThinkingPart, ...]:
    # Chat completions carry thinking only with calls; signatures are the messages format's own.
    if wire == "chat_completions" and not called:
        return ()
    signature = draw(st.sampled_from(["", "sig=="])) if wire == "messages" else ""
    return (ThinkingPart(draw(texts), signature),) if called or draw(st.booleans()) else ()


@st.composite
def parameters(draw: st.DrawFn, wire: str) -> dict[str, object]:
    chosen: dict[str, object] = {}
    for parameter in default_card().parameters.values():
        if not draw(st.booleans()) or (parameter.name == "stop" and wire == "responses"):
            continue
        if parameter.name in THINKING and THINKING_AMOUNTS & chosen.keys():
            continue
        match parameter.type:
            case "integer":
                value: object = draw(st.integers(int(parameter.min or 0), int(parameter.max or 0)))
            case "number":
                value = draw(st.floats(parameter.min, parameter.max, width=32))
            case "boolean":
                value = draw(st.booleans())
            case "enum":
                value = draw(st.sampled_from(parameter.options))
            case _:
                value = tuple(draw(st.lists(texts, min_size=1, max_size=4, unique=True)))
        if parameter.name == "max_tokens" and wire == "messages" and value == parameter.default:
            continue
        chosen[parameter.name] = value
    return chosen


THINKING_AMOUNTS = {"thinking_budget", "reasoning_effort"}

tools = st.builds(Tool, words, texts, st.dictionaries(texts, values, max_size=3))


@st.composite
def requests(draw: st.DrawFn, wire: str) -> RunRequest:
    messages: list[Message] = []
    for _ in range(draw(st.integers(0, 2))):
        messages += [draw(user_messages()), *draw(rounds(wire))]
    messages.append(draw(user_messages()))
    offered = tuple({tool.name: tool for tool in draw(st.lists(tools, max_size=2))}.values())
    choices = [ToolChoice(mode) for mode in ("auto", "none", "required")]
    choices += [ToolChoice("named", tool.name) for tool in offered]
    return RunRequest(
        model="kimi-k2-6",
        messages=tuple(messages),
        wire=wire,
        system=draw(st.one_of(st.just(""), texts)),
        parameters=draw(parameters(wire)),
        tools=offered,
        tool_choice=draw(st.sampled_from(choices)) if offered else ToolChoice(),
        stream=draw(st.booleans()),
        card=default_card(),
    )
