"""The same question in every form that people copy code in: pipes, prompts, fences, packages."""

import pytest

from components.api.paste.reader import read_pasted

BODY = '{"model": "kimi-k2-6", "messages": [{"role": "user", "content": "hi there"}], "temperature": 0.5}'
ESCAPED = BODY.replace('"', '\\"')
URL = "https://h/v1/chat/completions"
CALL = f"curl {URL} -d '{BODY}'"
MESSAGES = '[{"role": "user", "content": "hi there"}]'
PYTHON = f'client.chat.completions.create(model="m", messages={MESSAGES}, temperature=0.5)'
JAVASCRIPT = '{ model: "m", messages: [{ role: "user", content: "hi there" }], temperature: 0.5 }'

KINDS = {
    # pipes, variables and what stands round a command
    "fed by echo": f"echo '{BODY}' | curl -s {URL} \\\n  -H 'Content-Type: application/json' \\\n  -d @-",
    "fed by printf": f"printf '%s' '{BODY}' | curl {URL} --data-binary @-",
    "fed by a here-document": f"cat <<EOF | curl {URL} -d @-\n{BODY}\nEOF",
    "a here-document as an argument": f"curl {URL} -d \"$(cat <<'EOF'\n{BODY}\nEOF\n)\"",
    "variables": f'DATA=\'{BODY}\'\nURL="https://h/v1"\ncurl "$URL/chat/completions" -d "$DATA"',
    "an exported variable in a text": f'export WHO=there\ncurl {URL} -d "{ESCAPED.replace("there", "$WHO")}"',
    "timed": f"time {CALL}",
    "by its path": f"sudo /usr/bin/{CALL}",
    "an answer that is kept": f"RESPONSE=$(curl -s {URL} \\\n  -d '{BODY}')\necho \"$RESPONSE\"",
    "an echo behind": f"{CALL} && echo",
    "a script": f"#!/usr/bin/env bash\nset -euo pipefail\n\necho asking\n{CALL}\n",
    "prompts": f"user@host:~$ {CALL}",
    "zsh's prompt": f"% {CALL}",
    "a notebook's line": f"!{CALL}",
    "a blank behind the backslash": f"curl {URL} \\ \n  -d '{BODY}'",
    "a blank line behind the backslash": f"curl {URL} \\\n\n  -d '{BODY}'",
    # bodies that are nearly JSON
    "comments and commas": '{\n  // which\n  "messages": [{"role": "user", "content": "hi there"},], /* x */\n'
    '  "temperature": 0.5,\n}',
    "Python's literal": "{'messages': [{'role': 'user', 'content': 'hi there'}], 'stream': True, 'temperature': .5}",
    "JavaScript's literal": JAVASCRIPT,
    "a batch's line": f'{{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {BODY}}}',
    # what is copied along
    "fenced cURL": f"Try this:\n\n```bash\ncurl {URL} \\\n  -d '{BODY}'\n```\n\nIt `works`.",
    "fenced Python": f"```python\n{PYTHON}\n```",
    "fenced JSON, not closed": f"~~~json\n{BODY}\n",
    "an interpreter's prompts": ">>> " + PYTHON.replace("(", "(\n... ", 1) + "\nChatCompletion(id='x', …)\n>>> 1/0",
    "magics": f"%pip install openai\n!ls\n{PYTHON}",
    # calls
    "the raw reply": PYTHON.replace(".create", ".with_raw_response.create"),
    "the streamed reply": f"with {PYTHON.replace('.create', '.with_streaming_response.create')} as r:\n    r.parse()",
    "a function that is called": f"""async def ask(prompt: str, *, temperature: float = 0.5):
    return await {PYTHON.replace('"hi there"', "prompt").replace("=0.5", "=temperature")}
asyncio.run(ask("hi there"))""",
    "an object's own": f"""class Bot:
    def __init__(self):
        self.messages = []
    def say(self, text):
        self.messages.append({{"role": "user", "content": text}})
        return self.{PYTHON.replace(MESSAGES, "self.messages")}
Bot().say(text="hi there")""",
    "filled texts": PYTHON.replace('"hi there"', '"{} %s".format("hi") % "there"').replace("=0.5", "=2 / 2**2"),
    "typed dictionaries": 'client.messages.create(messages=[MessageParam(role="user", content="hi there")], '
    "max_tokens=2 * 1024, temperature=0.5, model=dict(a=1))",
    "LiteLLM": f'completion(model="openai/kimi", messages={MESSAGES}, temperature=0.5, api_base="https://h")',
    "http.client": f'conn.request("POST", "/v1/chat/completions", json.dumps({BODY}, indent=1), headers)',
    "urllib": f'req = urllib.request.Request("{URL}", data=json.dumps({BODY}).encode("utf-8"), headers={{}})',
    "axios": f'axios.post("{URL}", {JAVASCRIPT}).then((r) => console.log(r.data))',
    "axios with its settings": f'const config = {{ method: "post", url: "{URL}", data: {JAVASCRIPT} }};\n'
    "await axios(config);",
    "axios with all in place": f'axios.request({{ method: "POST", url: "{URL}", data: {JAVASCRIPT} }})',
    "Postman's fetch": f'var raw = JSON.stringify({JAVASCRIPT});\nvar options = {{ method: "POST", body: raw }};\n'
    f'fetch("{URL}", options).then((r) => r.text());',
}


@pytest.mark.parametrize("name", KINDS)
def test_it_says_the_same(name):
    pasted = read_pasted(KINDS[name])
    request = pasted.request
    assert [message.text for message in request.messages] == ["hi there"]
    assert request.wire == ("messages" if name == "typed dictionaries" else "chat_completions")
    assert request.parameters["temperature"] == 0.5
    assert pasted.left_out == ()
    assert not pasted.key_dropped


def test_a_size_that_is_written_as_a_product_is_worked_out():
    assert read_pasted(KINDS["typed dictionaries"]).request.parameters["max_tokens"] == 2048


def test_a_variable_that_is_set_elsewhere_stays_and_is_named():
    pasted = read_pasted(
        f'curl {URL} -H "X: $Y" -d \'{{"messages": [{{"role": "user", "content": "\'"$PROMPT"\'"}}]}}\''
    )
    assert pasted.request.messages[0].text == "$PROMPT"
    assert pasted.left_out[0].startswith("`$PROMPT` is set elsewhere")
    assert not any("$Y`" in sentence and "set elsewhere" in sentence for sentence in pasted.left_out)


def test_halves_of_a_character_in_a_template_literal_are_joined():
    body = JAVASCRIPT.replace('"hi there"', r"`\ud83d\ude00 ${1}`")
    pasted = read_pasted(f"client.chat.completions.create({body})")
    assert pasted.request.messages[0].text == "😀 1"


def test_of_several_lines_of_a_batch_the_first_is_read():
    pasted = read_pasted(f"{BODY}\n{BODY.replace('hi there', 'and you')}")
    assert pasted.request.messages[0].text == "hi there"
    assert pasted.left_out[0].startswith("What follows the first request")


@pytest.mark.parametrize("text", [f"curl {URL} -d ‘{BODY}’", BODY.replace('"', "“", 1)])
def test_typographic_quotes_are_pointed_out(text):
    with pytest.raises(Exception, match="typographic quotes"):
        read_pasted(text)
