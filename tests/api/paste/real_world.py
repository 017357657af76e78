"""Commands and programs from documentation, READMEs and developer tools, in their many styles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Snippet:
    """`says`: the text of the last user message. `left_out`: words in the sentences about what was left out.
    `remote`: addresses of pictures."""

    name: str
    text: str
    says: str
    wire: str = "chat_completions"
    system: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    key_dropped: bool = False
    stream: bool = True
    messages: int = 1


SNIPPETS = [
    Snippet(
        "the model's own page, cURL",
        r"""curl https://api.empiriolabs.ai/v1/chat/completions \
  -H "Authorization: Bearer $EMPIRIOLABS_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "kimi-k2-6",
    "messages": [
      {"role": "user", "content": "Write a haiku about the ocean."}
    ]
  }'""",
        "Write a haiku about the ocean.",
    ),
    Snippet(
        "the model's own page, Python",
        """from openai import OpenAI

client = OpenAI(
    base_url="https://api.empiriolabs.ai/v1",
    api_key="YOUR_EMPIRIOLABS_API_KEY",
)

response = client.chat.completions.create(
    model="kimi-k2-6",
    messages=[{"role": "user", "content": "Write a haiku about the ocean."}],
)
print(response.choices[0].message.content)""",
        "Write a haiku about the ocean.",
        left_out=("https://api.empiriolabs.ai/v1",),
    ),
    Snippet(
        "OpenAI's reference, cURL",
        r"""curl https://api.openai.com/v1/chat/completions \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H "OpenAI-Organization: org-123" \
  -d '{
    "model": "gpt-4.1",
    "messages": [
      {
        "role": "developer",
        "content": "You are a helpful assistant."
      },
      {
        "role": "user",
        "content": "Hello!"
      }
    ]
  }'
""",
        "Hello!",
        system="You are a helpful assistant.",
        left_out=("OpenAI-Organization",),
    ),
    Snippet(
        "OpenAI's reference, a picture by its address",
        r"""curl https://api.openai.com/v1/chat/completions \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -d '{
    "model": "gpt-4.1",
    "messages": [
      {
        "role": "user",
        "content": [
          {"type": "text", "text": "What is in this image?"},
          {"type": "image_url", "image_url": {"url": "https://example.com/boardwalk.jpg"}}
        ]
      }
    ],
    "max_completion_tokens": 300
  }'""",
        "What is in this image?",
        parameters={"max_tokens": 300},
        remote=("https://example.com/boardwalk.jpg",),
    ),
    Snippet(
        "OpenAI's reference, functions",
        r"""curl https://api.openai.com/v1/chat/completions \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $OPENAI_API_KEY" \
-d '{
  "model": "gpt-4.1",
  "messages": [{"role": "user", "content": "What is the weather like in Boston today?"}],
  "tools": [
    {
      "type": "function",
      "function": {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {
          "type": "object",
          "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}
          },
          "required": ["location"]
        }
      }
    }
  ],
  "tool_choice": "auto"
}'""",
        "What is the weather like in Boston today?",
        tools=("get_current_weather",),
    ),
    Snippet(
        "OpenAI's reference, responses",
        r"""curl https://api.openai.com/v1/responses \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -d '{
    "model": "gpt-4.1",
    "instructions": "You are a helpful assistant.",
    "input": "Tell me a three sentence bedtime story about a unicorn.",
    "reasoning": {"effort": "high"},
    "stream": true
  }'""",
        "Tell me a three sentence bedtime story about a unicorn.",
        wire="responses",
        system="You are a helpful assistant.",
        parameters={"reasoning_effort": "high"},
    ),
    Snippet(
        "Anthropic's reference, cURL",
        r"""curl https://api.anthropic.com/v1/messages \
     --header "x-api-key: $ANTHROPIC_API_KEY" \
     --header "anthropic-version: 2023-06-01" \
     --header "anthropic-beta: interleaved-thinking-2025-05-14" \
     --header "content-type: application/json" \
     --data \
'{
    "model": "claude-sonnet-4-20250514",
    "max_tokens": 1024,
    "messages": [
        {"role": "user", "content": "Hello, world"}
    ]
}'""",
        "Hello, world",
        wire="messages",
        parameters={"max_tokens": 1024},
        left_out=("anthropic-beta",),
    ),
    Snippet(
        "Anthropic's reference, thinking",
        r"""curl https://api.anthropic.com/v1/messages \
  -H "x-api-key: $ANTHROPIC_API_KEY" -H "anthropic-version: 2023-06-01" -H "content-type: application/json" \
  --data '{
    "model": "claude-sonnet-4-5",
    "max_tokens": 16000,
    "top_k": 5,
    "thinking": {"type": "enabled", "budget_tokens": 10000},
    "messages": [{"role": "user", "content": "Are there an infinite number of primes with n mod 4 == 3?"}]
  }'""",
        "Are there an infinite number of primes with n mod 4 == 3?",
        wire="messages",
        parameters={"max_tokens": 16000, "enable_thinking": True, "thinking_budget": 10000},
        left_out=("top_k",),
    ),
    Snippet(
        "Anthropic's guide, a conversation in Python",
        """import anthropic

message = anthropic.Anthropic().messages.create(
    model="claude-opus-4-1",
    max_tokens=1024,
    system=[{"type": "text", "text": "Answer briefly."}],
    messages=[
        {"role": "user", "content": "Hello, Claude"},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": "Can you describe LLMs to me?"},
    ],
)
print(message)""",
        "Can you describe LLMs to me?",
        wire="messages",
        system="Answer briefly.",
        parameters={"max_tokens": 1024},
        messages=3,
    ),
    Snippet(
        "Anthropic's guide, streaming in Python",
        """import anthropic

client = anthropic.Anthropic()

with client.messages.stream(
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
    model="claude-opus-4-1",
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)""",
        "Hello",
        wire="messages",
        parameters={"max_tokens": 1024},
    ),
    Snippet(
        "a key typed into the command",
        """curl -s -X POST https://api.empiriolabs.ai/v1/chat/completions -H 'Content-Type: application/json' """
        """-H 'Authorization: Bearer sk-empiriolabs-3fA9xQ7LmN2pZ8' """
        """-d '{"model":"kimi-k2-6","messages":[{"role":"user","content":"hi"}],"temperature":0.2}'""",
        "hi",
        parameters={"temperature": 0.2},
        key_dropped=True,
    ),
    Snippet(
        "a key typed into the program",
        """import openai
client = openai.OpenAI(api_key="sk-proj-Ab12Cd34Ef56Gh78", base_url='http://localhost:8000/v1')
r = client.chat.completions.create(model='m', messages=[dict(role='user', content='hi')], top_p=0.5, seed=7)""",
        "hi",
        parameters={"top_p": 0.5},
        left_out=("seed", "localhost"),
        key_dropped=True,
    ),
    Snippet(
        "a key in a variable before the command",
        """# get a key first
export OPENAI_API_KEY="sk-abcdefghijklmnop"
OPENAI_BASE=https://api.openai.com/v1

curl $OPENAI_BASE/chat/completions -H "Authorization: Bearer $OPENAI_API_KEY" --json '{"messages": """
        """[{"role": "user", "content": "hi"}]}'""",
        "hi",
        key_dropped=True,
    ),
    Snippet(
        "double quotes with backslashes, as for bash and cmd.exe alike",
        """curl http://localhost:11434/v1/chat/completions -H "Content-Type: application/json" -d "{\\"model\\": """
        """\\"kimi\\", \\"messages\\": [{\\"role\\": \\"user\\", \\"content\\": \\"Say \\\\\\"hi\\\\\\"\\"}]}\"""",
        'Say "hi"',
    ),
    Snippet(
        "cmd.exe with carets",
        """curl https://api.openai.com/v1/chat/completions ^
  -H "Content-Type: application/json" ^
  -H "Authorization: Bearer %OPENAI_API_KEY%" ^
  -d "{\\"model\\": \\"gpt-4o\\", \\"messages\\": [{\\"role\\": \\"user\\", \\"content\\": \\"50% more\\"}]}\"""",
        "50% more",
    ),
    Snippet(
        "cmd.exe with doubled quotes",
        """curl.exe https://api.openai.com/v1/chat/completions -H "Content-Type: application/json" -d "{""model"": """
        """""gpt-4o"", ""messages"": [{""role"": ""user"", ""content"": ""Hello there""}]}\"""",
        "Hello there",
    ),
    Snippet(
        "Chrome, copy as cURL (cmd)",
        'curl ^"https://chat.example.com/v1/chat/completions^" ^\r\n  -H ^"accept: */*^" ^\r\n'
        '  -H ^"content-type: application/json^" ^\r\n  -H ^"sec-ch-ua: ^\\^"Chromium^\\^";v=^\\^"120^\\^"^" ^\r\n'
        '  --data-raw ^"^{^\\^"model^\\^":^\\^"k^\\^",^\\^"messages^\\^":^[^{^\\^"role^\\^":^\\^"user^\\^",'
        '^\\^"content^\\^":^\\^"100^% ^& ^<b^>^\\^"^}^]^}^" ^\r\n  --compressed',
        "100% & <b>",
        left_out=("sec-ch-ua",),
    ),
    Snippet(
        "Chrome, copy as cURL (bash), with characters beyond ASCII",
        r"""curl 'https://chat.example.com/api/v1/chat/completions' \
  -H 'accept: */*' \
  -H 'accept-language: en-GB,en;q=0.9' \
  -H 'authorization: Bearer eyJhbGciOiJIUzI1NiJ9.abcdefghijkl' \
  -b 'session=abc' \
  --data-raw $'{"model":"k","messages":[{"role":"user","content":"Don\'t \u0021 \ud83d\ude00 say\\n\\"no\\""}]}' \
  --compressed""",
        'Don\'t ! 😀 say\n"no"',
        left_out=("accept-language",),
        key_dropped=True,
    ),
    Snippet(
        "a here-document and jq",
        """curl -sS --fail-with-body https://api.moonshot.ai/v1/chat/completions \\
  -H "Content-Type: application/json" -H "Authorization: Bearer $MOONSHOT_API_KEY" \\
  -d @- <<'EOF' | jq -r '.choices[0].message.content'
{
  "model": "kimi-k2.6",
  "messages": [
    {"role": "system", "content": "You are Kimi."},
    {"role": "user", "content": "What's 1+1? It costs $5, `ok`."}
  ],
  "thinking": {"type": "disabled"}
}
EOF
""",
        "What's 1+1? It costs $5, `ok`.",
        system="You are Kimi.",
        parameters={"enable_thinking": False},
        left_out=("jq",),
    ),
    Snippet(
        "quotes broken up by bash's own trick",
        """curl -XPOST "http://localhost:8000/v1/chat/completions" -H'content-type: application/json' """
        """-d'{"messages":[{"role":"user","content":"I'\\''m here"}],"n":2,"stop":"END"}'""",
        "I'm here",
        parameters={"stop": ("END",)},
        left_out=("`n`",),
    ),
    Snippet(
        "vLLM's documentation, cURL",
        r"""$ curl http://localhost:8000/v1/chat/completions \
    -H "Content-Type: application/json" \
    -d '{
        "model": "moonshotai/Kimi-K2.6",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Who won the world series in 2020?"}
        ],
        "chat_template_kwargs": {"thinking": false},
        "repetition_penalty": 1.1
    }'""",
        "Who won the world series in 2020?",
        system="You are a helpful assistant.",
        parameters={"enable_thinking": False},
        left_out=("repetition_penalty",),
    ),
    Snippet(
        "Moonshot's guide, Python with extra_body and names",
        '''import os
from openai import OpenAI

client = OpenAI(api_key=os.environ.get("MOONSHOT_API_KEY"), base_url="https://api.moonshot.ai/v1")

SYSTEM_PROMPT = """
You are Kimi, provided by Moonshot AI.
""".strip()

messages = [{"role": "system", "content": SYSTEM_PROMPT}]
messages.append({"role": "user", "content": "Hello, my name is Li Lei. " + "What is 1+1?"})

stream = client.chat.completions.create(
    model="kimi-k2.6",
    messages=messages,
    temperature=1.0,
    max_tokens=1024 * 16,
    stream=True,
    extra_body={"thinking": {"type": "enabled"}},
)
for chunk in stream:
    pass''',
        "Hello, my name is Li Lei. What is 1+1?",
        system="You are Kimi, provided by Moonshot AI.",
        parameters={"temperature": 1.0, "enable_thinking": True},
        left_out=("max_tokens", "https://api.moonshot.ai/v1"),
    ),
    Snippet(
        "asynchronous, inside a function",
        """import asyncio
from openai import AsyncOpenAI

client = AsyncOpenAI()

async def main() -> None:
    stream = await client.chat.completions.create(
        model="gpt-4.1",
        messages=[{"role": "user", "content": "Say this is a test"}],
        stream=True,
    )
    async for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="")

asyncio.run(main())""",
        "Say this is a test",
    ),
    Snippet(
        "Python, responses with items",
        """from openai import OpenAI
client = OpenAI()
response = client.responses.create(
    model="gpt-4.1",
    input=[
        {"role": "developer", "content": "Talk like a pirate."},
        {"role": "user", "content": [{"type": "input_text", "text": "Are semicolons optional in JavaScript?"}]},
    ],
    max_output_tokens=500,
    text={"format": {"type": "text"}},
    tools=[{"type": "web_search_preview"}],
)
print(response.output_text)""",
        "Are semicolons optional in JavaScript?",
        wire="responses",
        system="Talk like a pirate.",
        parameters={"max_tokens": 500},
        left_out=("`text`", "web_search_preview"),
    ),
    Snippet(
        "Python with requests",
        """import requests, json

url = "https://api.empiriolabs.ai/v1/chat/completions"
payload = {
    "model": "kimi-k2-6",
    "messages": [{"role": "user", "content": "Ping"}],
}
payload["temperature"] = 0
headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
response = requests.post(url, headers=headers, data=json.dumps(payload), timeout=60)
print(response.json())""",
        "Ping",
        parameters={"temperature": 0},
    ),
    Snippet(
        "Python with httpx and an f-string for the address",
        """import httpx
BASE = os.getenv("BASE")
with httpx.Client() as http:
    r = http.post(f"{BASE}/v1/messages", json={"model": "k", "max_tokens": 99,
        "messages": [{"role": "user", "content": "Ping"}]})""",
        "Ping",
        wire="messages",
        parameters={"max_tokens": 99},
    ),
    Snippet(
        "the package as it was before version 1",
        """import openai
openai.api_key = "sk-..."
completion = openai.ChatCompletion.create(
  model="gpt-3.5-turbo",
  messages=[{"role": "user", "content": "Hello world"}],
  stop=["\\n", "END"],
)""",
        "Hello world",
        parameters={"stop": ("\n", "END")},
    ),
    Snippet(
        "a prompt made when the program runs",
        """from openai import OpenAI

def ask(question: str) -> str:
    options = {"temperature": 0.3, "max_tokens": 200}
    response = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[{"role": "system", "content": "Be kind."}, {"role": "user", "content": question},
                  {"role": "user", "content": "Answer in French."}],
        **options,
    )
    return response.choices[0].message.content""",
        "Answer in French.",
        system="Be kind.",
        parameters={"temperature": 0.3, "max_tokens": 200},
        left_out=("question",),
    ),
    Snippet(
        "a body alone, chat completions",
        """{"model": "kimi-k2-6", "messages": [{"role": "user", "content": "Hi"}], "logprobs": 1,
        "max_tokens": 99999}""",
        "Hi",
        left_out=("logprobs", "max_tokens must be"),
    ),
    Snippet(
        "a body alone, messages with a tool's answer",
        """{"model": "x", "max_tokens": 100, "system": "S", "tools": [{"name": "t", "description": "d",
         "input_schema": {"type": "object"}}], "messages": [
          {"role": "user", "content": "Q"},
          {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "tool_use", "id": "a", "name": "t", "input": {}}]},
          {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text",
            "text": "42"}]}, {"type": "text", "text": "And now?"}]}]}""",
        "And now?",
        wire="messages",
        system="S",
        parameters={"max_tokens": 100},
        tools=("t",),
        messages=4,
    ),
    Snippet(
        "a list of messages alone",
        """[{"role": "user", "content": "Just this"}]""",
        "Just this",
    ),
    Snippet(
        "an indented call with comments and a client made in it",
        """    # indented, as copied out of a class
    result = OpenAI(api_key=settings.key).with_options(timeout=5).chat.completions.create(
        model="m",  # the model
        messages=[
            {"role": "user", "content": (
                "First line.\\n"
                "Second line."
            )},
        ],
        response_format={"type": "json_object"},
    )""",
        "First line.\nSecond line.",
        left_out=("structured output",),
    ),
    Snippet(
        "the openai package's README, JavaScript",
        """import OpenAI from 'openai';

const client = new OpenAI({
  apiKey: process.env['OPENAI_API_KEY'], // This is the default and can be omitted
});

async function main() {
  const completion = await client.chat.completions.create({
    model: 'gpt-5.2',
    messages: [
      { role: 'developer', content: 'Talk like a pirate.' },
      { role: 'user', content: 'Are semicolons optional in JavaScript?' },
    ],
    temperature: 0.5,
  });
  console.log(completion.choices[0].message.content);
}
main();""",
        "Are semicolons optional in JavaScript?",
        system="Talk like a pirate.",
        parameters={"temperature": 0.5},
    ),
    Snippet(
        "TypeScript with types, a stream and messages that grow",
        """import OpenAI from "openai";
import type { ChatCompletionMessageParam } from "openai/resources";
const openai = new OpenAI({ baseURL: "https://openrouter.ai/api/v1", apiKey: "sk-proj-Ab12Cd34Ef56Gh78" });
const name: string = "Ada";
const messages: ChatCompletionMessageParam[] = [{ role: "system", content: `You help ${name}.` }];
messages.push({ role: "user", content: "Hello\\n" + 'there' }, { role: "assistant", content: "Hi!" });
messages.push({ role: "user", content: `One\\ttwo` } as ChatCompletionMessageParam);
const params = { model: "moonshotai/kimi-k2.6", messages, max_tokens: 1_000, stream: true } satisfies Params;
for await (const chunk of await openai.chat.completions.create({ ...params, stop: ["END"] })) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}""",
        "One\ttwo",
        system="You help Ada.",
        parameters={"max_tokens": 1000, "stop": ("END",)},
        left_out=("openrouter.ai",),
        key_dropped=True,
        messages=3,
    ),
    Snippet(
        "fetch in a function",
        """export const ask = async (question) => {
  const response = await fetch("https://api.openai.com/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${process.env.KEY}` },
    body: JSON.stringify({
      model: "m", stream: false,
      messages: [{ role: "user", content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: "https://example.com/a.png" } },
      ] }],
    }),
  });
  return (await response.json()).choices[0].message;
};""",
        "What is this?",
        remote=("https://example.com/a.png",),
        stream=False,
    ),
    Snippet(
        "the anthropic package in JavaScript",
        """const Anthropic = require("@anthropic-ai/sdk");
const anthropic = new Anthropic();
const system = "Be kind.";
anthropic.messages.stream({ model: "claude", max_tokens: 64, system, messages: [{ role: "user", content: "Hi" }] })
  .on("text", (text) => { console.log(text); });""",
        "Hi",
        wire="messages",
        system="Be kind.",
        parameters={"max_tokens": 64},
    ),
    Snippet(
        "a call of the responses endpoint alone, JavaScript",
        """const response = await client.responses.create({
  model: "gpt-5.2",
  instructions: "Be brief.",
  input: "Tell me a " + "joke.",
  reasoning: { effort: "low" },
  max_output_tokens: limit,
}, { timeout: 1000 });""",
        "Tell me a joke.",
        wire="responses",
        system="Be brief.",
        parameters={"reasoning_effort": "low"},
        left_out=("known only when the program runs", "stands without a name"),
    ),
]
