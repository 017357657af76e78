"""Requests for programs to send, each with something that a program may get wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from components.core.card import ParameterValue
from components.core.parts import Message, Part, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from components.core.request import RunRequest, Tool, ToolChoice
from components.media.attachments import attach

MEDIA = Path(__file__).parents[2] / "fixtures" / "media"
QUOTES = (
    'You\'re "terse", `precise` and ‘kind’: «oui» 🎉👩\u200d👩\u200d👧. '
    "\\n is no line break, this is:\n\ttab $HOME ${x} %PATH% !\r\nEnd."
)
HOSTILE = (
    "JSON\n$(touch pwned) `touch pwned` \\$(x) ${process.exit(1)} '''\n\"\"\" \\u0041 \u2028 \x7f {0} %s "
    "@call@ #? not tools\nJSON\nEOF </script> \\"
)
WEATHER = Tool(
    "get_weather",
    'Tells the "weather" of a city\nnow.',
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
ODD_TOOL = Tool("print-it", "", {"type": "object", "properties": {"__proto__": {"type": "string"}, "a b": {}}})
TOOL_ANSWERS = {"get_weather": 'sunny, "21 °C"'}


def user(*parts: Part | str) -> Message:
    return Message("user", tuple(TextPart(part) if isinstance(part, str) else part for part in parts))


def request(
    *parts: Part | str,
    before: tuple[Message, ...] = (),
    system: str = "",
    tools: tuple[Tool, ...] = (),
    **parameters: ParameterValue,
) -> RunRequest:
    return RunRequest(
        "kimi-k2-6", (*before, user(*parts)), system=system, tools=tools, parameters={"max_tokens": 60, **parameters}
    )


def photo() -> Part:
    (part,) = attach("my photo (1).jpg", (MEDIA / "china.jpg").read_bytes()).parts
    return part


def frames() -> tuple[Part, ...]:
    return attach("counted.mp4", (MEDIA / "counted.mp4").read_bytes(), 2).parts


EARLIER = (
    user("What is the weather in Oslo?"),
    Message(
        "assistant",
        (
            ThinkingPart("They want\nOslo."),
            TextPart("I look."),
            ToolCallPart("functions.get_weather:0", "get_weather", '{"city": "Oslo"}'),
        ),
    ),
    Message("tool", (ToolResultPart("functions.get_weather:0", "rain"),)),
    Message("assistant", (ThinkingPart("Rain."), TextPart("It rains in Oslo."))),
)


def turns() -> dict[str, RunRequest]:
    return {
        "plain": RunRequest("kimi-k2-6", (user("Write a haiku about the ocean."),)),
        "thinking off": request("Name three colours.", enable_thinking=False, temperature=0),
        "budget": request("Why is the sky blue?", thinking_budget=40, top_p=0.5),
        "effort": request("Why is the sky blue?", reasoning_effort="low"),
        "stop": request("Count from 1 to 20.", stop=('"', "7\n", "\\'", "$9")),
        "system": request("Who are you?", system=QUOTES),
        "hostile": request(HOSTILE, system=HOSTILE, stop=("`$(x)`",)),
        "photo": request(photo(), "What is in it?"),
        "frames": request(*frames(), "What happens?"),
        "tools": request(
            "What is the weather in Paris? Use get_weather.", tools=(WEATHER, ODD_TOOL), thinking_budget=40
        ),
        "forced": replace(
            request("What is the weather in Rome?", tools=(WEATHER,), thinking_budget=20, web_search_linkup=True),
            tool_choice=ToolChoice("named", "get_weather"),
        ),
        "search": request("What is new in astronomy?", web_search_linkup=True, disable_formatting=True),
        "history": request("And tomorrow?", before=EARLIER, tools=(WEATHER,), thinking_budget=30),
    }
