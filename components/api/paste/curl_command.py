"""A cURL command -> the body it would send. Three shells are understood; what is not a request is named or refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from components.api.paste.json_text import hint_at_quotes
from components.api.paste.pasted import Found, shortened, wire_of
from components.api.paste.shell import FILE_CLOSED, FILE_OPENED, Command, read_bash, read_cmd, read_powershell
from components.api.snippets.body import FileText
from components.api.snippets.curl import BODY, END
from components.core.errors import PasteError
from components.core.request import WireName

_WGETS_DATA = frozenset({"--post-data", "--body-data"})
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"}) | _WGETS_DATA
_FORMS = frozenset({"-F", "--form", "--form-string", "-T", "--upload-file", "--data-urlencode"})
_HEADERS = frozenset({"-H", "--header"})
# Options with a value that say nothing about the request that the page sends.
_WITH_VALUE = frozenset(
    "-o --output -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -A --user-agent -e --referer "
    "-b --cookie -c --cookie-jar -x --proxy --cacert --capath --cert -E --key -w --write-out -u --user --resolve "
    "--interface -D --dump-header --limit-rate -r --range --trace --trace-ascii -K --config --oauth2-bearer".split()
)
_SHORT_WITH_VALUE = frozenset("dHXoAmebcxEwuDrFTK")
_CREDENTIALS = frozenset({"authorization", "x-api-key", "api-key", "proxy-authorization", "cookie"})
_SILENT_HEADERS = frozenset({"content-type", "accept", "anthropic-version", "content-length", "user-agent", "host"})
_ASSIGNMENT = re.compile(r"(?:\$env:|\$)?[A-Za-z_]\w*\s*=")
# What may stand before, round or behind the command and changes nothing of what it sends.
_WRAPPERS = ("time", "sudo", "command", "exec", "nohup")
_BEFORE = frozenset({*_WRAPPERS, "export", "set", "setx"})
_BESIDE = frozenset({"echo", "printf", "set", "setx", "sleep", "exit", "true", "clear", "date", "wait"})
_SENDERS = frozenset({"curl", "curl.exe", "wget"})
_PROMPT = r"[ \t]*(?:(?:[$%>]|[\w.-]+@[\w.:~/-]+[$%#>]|PS [^>\n]*>|[A-Z]:\\[^>\n]*>)[ \t]+|!)"
_CAPTURED = re.compile(rf"^(?:{_PROMPT})?[ \t]*\w+=\"?\$\((?=\s*curl\s)", re.MULTILINE)
_COMMAND = re.compile(
    rf"^(?:{_PROMPT})*[ \t]*(?:\w+=\S+[ \t]+)*(?:(?:{'|'.join(_WRAPPERS)})[ \t]+)*"
    r"(?:\w+=\"?\$\()?(?:/\S+/)?(?:curl(?:\.exe)?\s|wget\s.*--(?:post|body)-data)"
    r"|^[ \t]*(?:echo|printf|cat)\b.*\|\s*curl\s",
    re.MULTILINE | re.IGNORECASE,
)


def read_curl(text: str) -> Found:
    """Reads the one request of the command. Raises: PasteError if there is none, or something would have to be run."""
    command = _the_command(_first_request(text))
    url, headers, data, left_out = _options(command)
    if not data:
        raise PasteError("The cURL command sends no body (`-d`), so there is no request to take over.")
    fields = _fields("&".join(data))
    left_out += [
        f"`{name}` is set elsewhere: it stands in the text as it is written."
        for name in command.unset
        if any(name in text for text in data)
    ]
    if not isinstance(fields, dict):
        raise PasteError("The body of the cURL command is not a JSON object.")
    for header in headers:
        name = header.partition(":")[0].strip().lower()
        if name and name not in _CREDENTIALS and name not in _SILENT_HEADERS:
            left_out.append(f"The header `{shortened(header)}`: the page sends its own.")
    if command.piped:
        left_out.append(f"`| {shortened(command.piped)}` works on the reply, not on the request.")
    wire: WireName | None = wire_of(url)
    if wire is None and url:
        left_out.append(f"`{shortened(url)}` is none of the three endpoints; the body was read by its shape.")
    return Found("cURL", fields, wire, tuple(left_out))


def looks_like_curl(text: str) -> bool:
    """True when a line of the text begins with the command."""
    return _COMMAND.search(text) is not None


def _first_request(text: str) -> str:
    """Of a script of ours that runs tools, what it sends first; any other text as it is."""
    sent = re.search(rf"^{re.escape(BODY)} (<<('?){END}\2\n.*?\n{END}$)", text, re.MULTILINE | re.DOTALL)
    command = re.search(r'^ +(curl .*?@-) <<<"\$body"', text, re.MULTILINE | re.DOTALL)
    return f"{command[1]} {sent[1]}\n" if sent and command else text


def _the_command(text: str) -> Command:
    text = re.sub(rf"^{_PROMPT}(?=\S)", "", _whole_lines(text), flags=re.MULTILINE)
    found: list[Command] = []
    fed: str | None = None
    for command in _shell_of(text)(text):
        words = list(command.words)
        if words and words[0] in _BESIDE and not command.feeds and "=" not in "".join(words[1:2]):
            continue
        while words and (_ASSIGNMENT.match(words[0]) or words[0].lower() in _BEFORE):
            # `export A=b`, `A=b curl ...`; PowerShell has blanks round the sign.
            words = words[3:] if words[1:2] == ["="] else words[1:]
        if not words:
            continue
        if command.feeds:
            fed = _printed(words, command)
            continue
        name = words[0].rsplit("/", 1)[-1].lower()
        if name not in _SENDERS:
            raise PasteError(
                f"It holds another command than cURL (`{shortened(words[0])}`). Paste the request alone; "
                "nothing was run."
            )
        found.append(
            Command(words[1:], fed if command.fed is None else command.fed, command.piped, unset=command.unset)
        )
        fed = None
    if len(found) != 1:
        raise PasteError(f"It holds {len(found) or 'no'} cURL commands: paste one.")
    return found[0]


def _whole_lines(text: str) -> str:
    """The text without what copying does to it: blanks behind a backslash, a blank line before the next option; and
    without the ``ANSWER=$( )`` that a script puts round a command."""
    text = re.sub(r"\\[ \t]+(?=\r?\n)", r"\\", text)
    text = re.sub(r"(\\\r?\n)(?:[ \t]*\r?\n)+(?=[ \t]*-)", r"\1", text)
    if captured := _CAPTURED.search(text):
        rest = re.sub(r"\)\"?[ \t]*$", "", text[captured.end() :], count=1, flags=re.MULTILINE)
        text = text[: captured.start()] + rest
    return text


def _printed(words: list[str], command: Command) -> str:
    """What a command that feeds cURL prints: the ones whose output stands in their words."""
    match words:
        case ["cat"] | ["cat", "-"] if command.fed is not None:
            return command.fed
        case ["cat", path]:
            raise PasteError(_in_a_file(path))
        case ["echo", *said]:
            return " ".join(word for word in said if word not in ("-n", "-e", "-E"))
        case ["printf", str(form), text] if form.removesuffix("\\n") == "%s":
            return text
        case ["printf", text] if "%" not in text:
            return text
        case _:
            raise PasteError(
                f"What `{shortened(' '.join(words))}` prints is known only when it runs, and nothing was run. "
                "Paste the body."
            )


def _shell_of(text: str) -> Callable[[str], list[Command]]:
    """The shell a command was written for, by how its first line goes on: what follows may hold any character."""
    first = next(line for line in text.split("\n") if looks_like_curl(line)).rstrip()
    if first.endswith("^") or re.match(r'\s*curl(?:\.exe)?\s+\^"', first):
        return read_cmd
    if first.endswith("`") or "@'" in first or "$env:" in first:
        return read_powershell
    # `""` for a quote inside quotes is cmd.exe's way; bash would drop them.
    return read_cmd if re.search(r'\s(?:-d|--data\S*|--json)\s+"\{\s*""', first) else read_bash


def _options(command: Command) -> tuple[str, list[str], list[str], list[str]]:
    url = ""
    headers: list[str] = []
    data: list[str] = []
    left_out: list[str] = []
    words = iter(_separated(command.words))
    for word in words:
        if word in _DATA:
            data.append(_data(word, next(words, ""), command))
        elif word in _FORMS:
            raise PasteError(f"The command sends a form (`{word}`), not JSON: that is no request of these endpoints.")
        elif word in _HEADERS:
            headers.append(next(words, ""))
        elif word in ("-G", "--get"):
            raise PasteError(f"With `{word}` the data go into the address of a GET request; only POST sends a prompt.")
        elif word == "--url":
            url = next(words, "")
        elif word in ("-X", "--request", "--method"):
            method = next(words, "").upper()
            if method != "POST":
                raise PasteError(f"The command is a {shortened(method)} request; only POST sends a prompt.")
        elif word in _WITH_VALUE:
            value = next(words, "")
            if word in ("-K", "--config", "-o", "--output"):
                left_out.append(f"`{word} {shortened(value)}`: no file is read or written.")
        elif not word.startswith("-"):
            url = url or word
    return url, headers, data, left_out


def _separated(words: Iterable[str]) -> Iterable[str]:
    """Options one by one: ``-sXPOST`` is ``-s -X POST``, ``--data=x`` is ``--data x``."""
    for word in words:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield name
            if equals:
                yield value
        elif word.startswith("-") and len(word) > 2:
            for at, letter in enumerate(word[1:], start=1):
                yield f"-{letter}"
                if letter in _SHORT_WITH_VALUE:
                    if rest := word[at + 1 :]:
                        yield rest
                    break
        else:
            yield word


def _data(option: str, value: str, command: Command) -> str:
    if not value.startswith("@"):
        return value
    if value == "@-" and command.fed is not None and option != "--data-raw":
        return command.fed
    raise PasteError(_in_a_file(value[1:]))


def _in_a_file(path: str) -> str:
    return f"The body is in a file (`{shortened(path)}`), which is not read: paste the file's content instead."


def _fields(text: str) -> Any:
    for attempt in (text, text.replace('\\"', '"')):  # PowerShell 5 needs the backslashes, and hands them on
        try:
            return _with_files(json.loads(attempt, strict=False))
        except ValueError as error:
            problem = error
        except RecursionError as error:
            raise PasteError("The body is nested too deeply to be read.") from error
    raise PasteError(f"The body of the cURL command is not JSON: {problem}.{hint_at_quotes(text)}") from problem


def _with_files(value: Any) -> Any:
    match value:
        case str() if FILE_OPENED in value and value.endswith(FILE_CLOSED):
            prefix, _, path = value[:-1].partition(FILE_OPENED)
            return FileText(prefix, path)
        case dict():
            return {name: _with_files(item) for name, item in value.items()}
        case list():
            return [_with_files(item) for item in value]
        case _:
            return value
