"""Four requests by popular Python packages: plain, streamed, with a picture, and with tools."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from components.gateway.server import Simulator

MODEL = "kimi-k2-6"
SUM = "What is 6 * 7?"
WEATHER = "What is the weather in Paris?"
LOOK = "Describe this picture."


def weather(city: str) -> str:
    """Tells the weather in a city."""
    return json.dumps({"city": city, "degrees": 31})


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def check(plain: str, streamed: str, pictured: str, looped: str) -> None:
    """Checks the results of the four requests."""
    assert "42" in plain
    assert "42" in streamed
    assert "640 × 427" in pictured
    assert "31" in looped


def test_llm(server: Simulator, photo: bytes) -> None:
    llm = pytest.importorskip("llm")
    chat = pytest.importorskip("llm.default_plugins.openai_models")
    model = chat.Chat(
        "kimi", model_name=MODEL, api_base=server.base_url, vision=True, supports_tools=True, can_stream=True
    )
    model.key = server.key
    tool = llm.Tool(name="get_weather", description="Tells the weather", input_schema=SCHEMA, implementation=weather)
    check(
        model.prompt(SUM, stream=False).text(),
        "".join(model.prompt(SUM)),
        model.prompt(LOOK, attachments=[llm.Attachment(content=photo, type="image/jpeg")], stream=False).text(),
        model.chain(WEATHER, tools=[tool], stream=False).text(),
    )


def test_langchain(server: Simulator, photo_url: str) -> None:
    openai = pytest.importorskip("langchain_openai")
    messages = pytest.importorskip("langchain_core.messages")
    tools = pytest.importorskip("langchain_core.tools")
    model = openai.ChatOpenAI(model=MODEL, base_url=server.base_url, api_key=server.key, max_tokens=4096)
    picture = messages.HumanMessage(
        [{"type": "text", "text": LOOK}, {"type": "image_url", "image_url": {"url": photo_url}}]
    )
    get_weather = tools.StructuredTool.from_function(weather, name="get_weather")
    said: list[Any] = [messages.HumanMessage(WEATHER)]
    with_tools = model.bind_tools([get_weather])
    reply = with_tools.invoke(said)
    while reply.tool_calls:
        said.append(reply)
        said += [get_weather.invoke(call) for call in reply.tool_calls]
        reply = with_tools.invoke(said)
    check(
        model.invoke(SUM).content,
        "".join(chunk.content for chunk in model.stream(SUM)),
        model.invoke([picture]).content,
        reply.content,
    )


@pytest.mark.parametrize("endpoint", ["responses", "chat_completions"])
def test_openai_agents(server: Simulator, photo_url: str, endpoint: str) -> None:
    agents = pytest.importorskip("agents")
    openai = pytest.importorskip("openai")
    agents.set_tracing_disabled(True)

    async def ask() -> tuple[str, str, str, str]:
        async with openai.AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:
            kind = agents.OpenAIResponsesModel if endpoint == "responses" else agents.OpenAIChatCompletionsModel
            model = kind(model=MODEL, openai_client=client)
            agent = agents.Agent(name="A", model=model)
            tool = agents.function_tool(weather, name_override="get_weather")
            with_tool = agents.Agent(name="B", model=model, tools=[tool])
            streamed = agents.Runner.run_streamed(agent, SUM)
            pieces = [
                event.data.delta
                async for event in streamed.stream_events()
                if event.type == "raw_response_event" and event.data.type == "response.output_text.delta"
            ]
            parts = [{"type": "input_text", "text": LOOK}, {"type": "input_image", "image_url": photo_url}]
            pictured = await agents.Runner.run(agent, [{"role": "user", "content": parts}])
            looped = await agents.Runner.run(with_tool, WEATHER)
            plain = await agents.Runner.run(agent, SUM)
            return plain.final_output, "".join(pieces), pictured.final_output, looped.final_output

    check(*asyncio.run(ask()))


@pytest.mark.parametrize("wire", ["chat", "responses", "messages"])
def test_pydantic_ai(server: Simulator, photo: bytes, wire: str) -> None:
    pydantic_ai = pytest.importorskip("pydantic_ai")
    openai = pytest.importorskip("pydantic_ai.models.openai")
    anthropic = pytest.importorskip("pydantic_ai.models.anthropic")
    by_openai = pytest.importorskip("pydantic_ai.providers.openai")
    by_anthropic = pytest.importorskip("pydantic_ai.providers.anthropic")

    async def ask() -> tuple[str, str, str, str]:
        if wire == "messages":
            address = server.base_url.removesuffix("/v1")
            model = anthropic.AnthropicModel(
                MODEL, provider=by_anthropic.AnthropicProvider(api_key=server.key, base_url=address)
            )
        else:
            kind = openai.OpenAIChatModel if wire == "chat" else openai.OpenAIResponsesModel
            model = kind(MODEL, provider=by_openai.OpenAIProvider(base_url=server.base_url, api_key=server.key))
        settings = {"max_tokens": 4096}  # else it asks Anthropic's endpoint for more than the model's card allows
        agent = pydantic_ai.Agent(model, model_settings=settings)
        with_tool = pydantic_ai.Agent(
            model, model_settings=settings, tools=[pydantic_ai.Tool(weather, name="get_weather")]
        )
        plain = (await agent.run(SUM)).output
        async with agent.run_stream(SUM) as streaming:
            streamed = "".join([piece async for piece in streaming.stream_text(delta=True)])
        pictured = (await agent.run([LOOK, pydantic_ai.BinaryContent(data=photo, media_type="image/jpeg")])).output
        return plain, streamed, pictured, (await with_tool.run(WEATHER)).output

    check(*asyncio.run(ask()))


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_litellm(server: Simulator, photo_url: str, wire: str) -> None:
    litellm = pytest.importorskip("litellm")
    address = server.base_url if wire == "openai" else server.base_url.removesuffix("/v1")

    def complete(messages: list[Any], **more: Any) -> Any:
        return litellm.completion(
            f"{wire}/{MODEL}", messages=messages, api_base=address, api_key=server.key, max_tokens=4096, **more
        )

    picture = [{"type": "text", "text": LOOK}, {"type": "image_url", "image_url": {"url": photo_url}}]
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
    said: list[Any] = [{"role": "user", "content": WEATHER}]
    reply = complete(said, tools=tools).choices[0].message
    while reply.tool_calls:
        said.append({"role": "assistant", "content": None, "tool_calls": [c.model_dump() for c in reply.tool_calls]})
        for call in reply.tool_calls:
            result = weather(**json.loads(call.function.arguments))
            said.append({"role": "tool", "tool_call_id": call.id, "content": result})
        reply = complete(said, tools=tools).choices[0].message
    question = [{"role": "user", "content": SUM}]
    check(
        complete(question).choices[0].message.content,
        "".join(chunk.choices[0].delta.content or "" for chunk in complete(question, stream=True)),
        complete([{"role": "user", "content": picture}]).choices[0].message.content,
        reply.content,
    )
