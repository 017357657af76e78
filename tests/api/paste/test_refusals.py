"""Texts that cannot or must not be read are refused quickly with a sentence, and nothing is run."""

import time

import pytest

from components.api.paste import javascript_source
from components.api.paste.reader import read_pasted
from components.core.errors import PasteError

BODY = '{"messages": [{"role": "user", "content": "hi"}]}'
CURL = "curl http://x/v1/chat/completions"
HOSTILE = {
    "substitution in a body": f"{CURL} -d \"$(touch MARK; echo '{BODY}')\"",
    "backticks": f'{CURL} -d "`touch MARK`"',
    "substitution in the address": f"curl http://$(touch MARK)/v1/chat/completions -d '{BODY}'",
    "substitution in a here-document": f"{CURL} -d @- <<EOF\n$(touch MARK)\n{BODY}\nEOF\n",
    "a file's substitution that is none": f"{CURL} -d \"$(base64 < a; touch MARK | tr -d '\\n')\"",
    "another command behind": f"{CURL} -d '{BODY}'; touch MARK",
    "another command before": f"touch MARK && {CURL} -d '{BODY}'",
    "another command in a pipe": f"{CURL} -d '{BODY}' | sh -c \"$(touch MARK)\"",
    "a process substitution": f"{CURL} -d <(touch MARK)",
    "a subshell": f"({CURL} -d '{BODY}'; touch MARK)",
    "a file as the body": f"{CURL} -d @/etc/passwd",
    "a form": f"{CURL} -F file=@/etc/passwd",
    "cmd.exe and another": f'{CURL} ^\n -d "{{}}" & echo > MARK',
    "a substitution that feeds cURL": f'echo "$(touch MARK)" | {CURL} -d @-',
    "a command that feeds cURL": f"touch MARK | {CURL} -d @-",
    "a file that feeds cURL": f"cat /etc/passwd | {CURL} -d @-",
    "a substitution in an inner here-document": f'{CURL} -d "$(cat <<EOF\n$(touch MARK)\nEOF\n)"',
    "a substitution in a variable": f"X=$(touch MARK)\n{CURL} -d '{BODY}'",
    "data in a GET": f"{CURL} -G -d '{BODY}'",
    "open fences": "```x\n" * 90_000,
    "nothing but lines": "\n" * 400_000 + "x y",
    "nothing but assignments": "\na=b " * 20_000,
    "comments that never end": "{" + "/* " * 100_000,
    "a line for the shell": "!touch MARK\n",
    "an open quote": f'{CURL} -d \'{{"messages": [',
    "no body": "curl http://x/v1/models",
    "a reading request": f"curl -X DELETE http://x/v1/chat/completions -d '{BODY}'",
    "import by name": "__import__('os').system('touch MARK')",
    "a class that runs at once": "class A(metaclass=open('MARK', 'w')): pass",
    "no Python at all": "SELECT * FROM keys; -- 1",
    "JavaScript without a call": "import OpenAI from 'openai';\nconst client = new OpenAI();",
    "JavaScript with a mistake": "const client = new OpenAI();\nclient.chat.completions.create({messages: [",
    "nested JavaScript": "const x = " + "[" * 100_000,
    "nested JavaScript that is whole": "const x = " + "[" * 50_000 + "]" * 50_000,
    "a long sum in JavaScript": "const x = a" + " + a" * 20_000,
    "prose": "Please write a haiku about the ocean.",
    "binary": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 10,
    "zero bytes": f"{BODY}\x00",
    "ten megabytes": f'{{"messages": [{{"role": "user", "content": "{"x" * 10_000_000}"}}]}}',
    "a megabyte of program": "x = 1\n" * 200_000,
    "nested JSON": "[" * 200_000,
    "nested JSON in cURL": f"curl http://x/v1/responses -d '{'[' * 100_000}'",
    "nested Python": "f(" * 50_000,
    "nested Python operators": "client.chat.completions.create(messages=" + "-" * 100_000 + "1)",
    "a long sum": "client.chat.completions.create(messages=" + "+".join(["1"] * 50_000) + ")",
    "a long chain": "a" + ".b" * 100_000 + "()",
    "half a character": '{"messages": [{"role": "user", "content": "\\ud800"}]}',
    "half a character in Python": "client.responses.create(input='\\udc00')",
    "no conversation": '{"model": "kimi-k2-6"}',
    "nothing": "  \n ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_without_being_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(javascript_source, "_PARSE_TIMEOUT_S", 0.2)
    started = time.process_time()
    with pytest.raises(PasteError) as refusal:
        read_pasted(HOSTILE[name])
    assert 10 < len(str(refusal.value)) < 400
    assert time.process_time() - started < 5
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "code",
    [
        "client.chat.completions.create(messages=__import__('os').popen('touch MARK').read())",
        "client.chat.completions.create(messages=[{'role': 'user', 'content': open('/etc/passwd').read()}])",
        "client.chat.completions.create(messages=eval('1'), model=exec('open(\"MARK\", \"w\")'))",
        "client.chat.completions.create(messages=[x for x in [open('MARK', 'w')]])",
        "client.chat.completions.create(messages=[{'role': 'user', 'content': f'{open(\"MARK\", \"w\")}'}])",
        "client.chat.completions.create(messages=(lambda: open('MARK', 'w'))())",
        "client.chat.completions.create(messages='%s' * 10**12, max_tokens=9**9**9 * 9**9**9)",
        "client.responses.create(input='{0.__class__}'.format(open('MARK', 'w')))",
        "await client.chat.completions.create({messages: require('fs').writeFileSync('MARK', '')});",
        "await client.chat.completions.create({messages: [{role: 'user', content: `${eval('1')}`}]});",
        "await client.chat.completions.create({messages: [{role: 'user', content: fs.readFileSync('/etc/passwd')}]});",
    ],
)
def test_what_a_program_would_do_is_named_and_not_done(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pasted = read_pasted(code)
    assert not pasted.request.messages
    assert "root:" not in repr(pasted)
    assert any("when the program runs" in sentence for sentence in pasted.left_out)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        f"wget -qO- --header='Content-Type: application/json' --post-data='{BODY}' http://x/v1/responses",
        "http POST http://x/v1/chat/completions model=m messages:='[]'",
        "Try this:\n\n```bash\n$ https --raw '{}' x/v1/responses | jq .\n```\n",
        f"$body = @'\n{BODY}\n'@\nInvoke-WebRequest -Uri http://x/v1/responses -Method POST -Body $body",
        "PS C:\\Users\\me> irm http://x/v1/responses -Body (Get-Content /etc/passwd)",
        '$reply = Invoke-RestMethod -Uri "http://x" -Body (@{ input = "hi" } | ConvertTo-Json)',
        f"POST /v1/chat/completions HTTP/1.1\nHost: x\n\n{BODY}",
    ],
)
def test_of_a_form_that_is_not_read_the_refusal_says_what_to_paste_instead(text):
    with pytest.raises(PasteError, match=r"Paste a cURL command .*Copy as cURL"):
        read_pasted(text)


def test_curl_as_powershell_writes_it_is_refused_as_such():
    with pytest.raises(PasteError, match="PowerShell"):
        read_pasted(f'{CURL} `\n  -H "Authorization: Bearer $env:KEY" `\n  -d "{{}}"')
