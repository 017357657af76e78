"""A cURL command of bash or cmd.exe -> the body it would send. What does not belong to it is named or refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from components.api.paste.json_text import hint_at_quotes
from components.api.paste.pasted import ExtractedBody, excerpt, wire_at
from components.api.paste.shell import FILE_CLOSED, FILE_OPENED, Command, read_bash, read_cmd
from components.api.snippets.body import FileText
from components.api.snippets.curl import END
from components.api.snippets.curl_loop import BODY
from components.core.errors import PasteError

# https://curl.se/docs/manpage.html
_DATA = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})
_FORMS = frozenset({"-F", "--form", "--form-string", "-T", "--upload-file", "--data-urlencode"})
# Options with a value that say nothing about the request that the page sends.
_WITH_VALUE = frozenset(
    "-o --output -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -A --user-agent -e --referer "
    "-b --cookie -c --cookie-jar -x --proxy --cacert --capath --cert -E --key -w --write-out -u --user --resolve "
    "--interface -D --dump-header --limit-rate -r --range --trace --trace-ascii -K --config --oauth2-bearer".split()
)
_SHORT_WITH_VALUE = frozenset("dHXoAmebcxEwuDrFTK")
# Headers that the page sends by itself, or that hold a credential, which is never repeated.
_UNNAMED_HEADERS = frozenset(
    "authorization x-api-key api-key proxy-authorization cookie content-type accept anthropic-version content-length "
    "user-agent host".split()
)
# Commands beside cURL, and words before it, that change nothing of what it sends.
_HARMLESS = frozenset("echo printf set setx export sleep exit true clear date wait".split())
_PREFIXES = ("time", "sudo", "command", "exec", "nohup")
_PROMPT = r"[ \t]*(?:(?:[$%>]|[\w.-]+@[\w.:~/-]+[$%#>]|[A-Z]:\\[^>\n]*>)[ \t]+|!)"
_CAPTURED = re.compile(rf"^(?:{_PROMPT})?[ \t]*\w+=\"?\$\((?=\s*curl\s)", re.MULTILINE)
_COMMAND = re.compile(
    rf"^(?:{_PROMPT})*[ \t]*(?:\w+=\S+[ \t]+)*(?:(?:{'|'.join(_PREFIXES)})[ \t]+)*"
    r"(?:\w+=\"?\$\()?(?:/\S+/)?curl(?:\.exe)?\s"
    r"|^[ \t]*(?:echo|printf|cat)\b.*\|\s*curl\s",
    re.MULTILINE | re.IGNORECASE,
)


def looks_like_curl(text: str) -> bool:
    """True when a line of the text begins with the command, or feeds it."""
    return _COMMAND.search(text) is not None


def read_curl(text: str) -> ExtractedBody:
    """Reads the one request of the command. Raises: PasteError if there is none, or something would have to be run."""
    command = _only_curl(_first_request(text))
    url, headers, data, left_out = _options(command)
    if not data:
        raise PasteError("The cURL command sends no body (`-d`), so there is no request to take over.")
    fields = _json_body("&".join(data))
    left_out += [
        f"`{name}` is set elsewhere: it stands in the text as it is written."
        for name in command.unset
        if any(name in text for text in data)
    ]
    for header in headers:
        name = header.partition(":")[0].strip().lower()
        if name and name not in _UNNAMED_HEADERS:
            left_out.append(f"The header `{excerpt(header)}`: the page sends its own.")
    if command.piped:
        left_out.append(f"`| {excerpt(command.piped)}` works on the reply, not on the request.")
    wire = wire_at(url)
    if wire is None and url:
        left_out.append(f"`{excerpt(url)}` is none of the three endpoints; the body was read by its shape.")
    return ExtractedBody("cURL", fields, wire, tuple(left_out))


def _first_request(text: str) -> str:
    """Of a script of ours that runs tools, what it sends first; any other text as it is."""
    sent = re.search(rf"^{re.escape(BODY)} (<<('?){END}\2\n.*?\n{END}$)", text, re.MULTILINE | re.DOTALL)
    command = re.search(r'^ +(curl .*?@-) <<<"\$body"', text, re.MULTILINE | re.DOTALL)
    return f"{command[1]} {sent[1]}\n" if sent and command else text


def _only_curl(text: str) -> Command:
    """The one cURL command, without its name and with what another command feeds it."""
    text = re.sub(rf"^{_PROMPT}(?=\S)", "", _without_copying_damage(text), flags=re.MULTILINE)
    found: list[Command] = []
    fed: str | None = None
    for command in _shell_of(text)(text):
        words = command.words
        if words[0] in _HARMLESS and not command.feeds_curl:
            continue
        while words and (re.match(r"[A-Za-z_]\w*=", words[0]) or words[0] in _PREFIXES):
            words = words[1:]
        name = words[0].rsplit("/", 1)[-1].lower() if words else ""
        if command.feeds_curl:
            fed = _printed(words, command)
        elif name in ("curl", "curl.exe"):
            stdin = fed if command.stdin is None else command.stdin
            found.append(Command(words[1:], stdin, command.piped, unset=command.unset))
            fed = None
        elif words:
            raise PasteError(
                f"It holds another command than cURL (`{excerpt(words[0])}`). Paste the request alone; nothing was run."
            )
    if len(found) != 1:
        raise PasteError(f"It holds {len(found) or 'no'} cURL commands: paste one.")
    return found[0]


def _without_copying_damage(text: str) -> str:
    """The text without blanks after a backslash that ends a line, blank lines before the next option, and the
    ``ANSWER=$( )`` that a script puts around a command."""
    text = re.sub(r"\\[ \t]+(?=\r?\n)", r"\\", text)
    text = re.sub(r"(\\\r?\n)(?:[ \t]*\r?\n)+(?=[ \t]*-)", r"\1", text)
    if captured := _CAPTURED.search(text):
        rest = re.sub(r"\)\"?[ \t]*$", "", text[captured.end() :], count=1, flags=re.MULTILINE)
        text = text[: captured.start()] + rest
    return text


def _printed(words: list[str], command: Command) -> str:
    """The output of a command that feeds cURL, where its words tell it."""
    match words:
        case ["cat"] | ["cat", "-"] if command.stdin is not None:
            return command.stdin
        case ["cat", path]:
            raise _body_in_file(path)
        case ["echo", *said]:
            return " ".join(word for word in said if word not in ("-n", "-e", "-E"))
        case ["printf", str(form), text] if form.removesuffix("\\n") == "%s":
            return text
        case ["printf", text] if "%" not in text:
            return text
        case _:
            raise PasteError(
                f"What `{excerpt(' '.join(words))}` prints is known only when it runs, and nothing was run. "
                "Paste the body."
            )


def _shell_of(text: str) -> Callable[[str], list[Command]]:
    """The shell a command was written for, by its first line: what follows may hold any character."""
    first = next((line for line in text.split("\n") if looks_like_curl(line)), "").rstrip()
    # cmd.exe's are a caret at the end, carets before quotes, and `""` for a quote inside quotes.
    cmd = r'\^$|^\s*curl(?:\.exe)?\s+\^"|\s(?:-d|--data\S*|--json)\s+"\{\s*""'
    return read_cmd if re.search(cmd, first) else read_bash


def _options(command: Command) -> tuple[str, list[str], list[str], list[str]]:
    """Address, headers, data, and what has no meaning here."""
    url = ""
    headers: list[str] = []
    data: list[str] = []
    left_out: list[str] = []
    words = iter(_separate(command.words))
    for word in words:
        if word in _DATA:
            data.append(_data(word, next(words, ""), command))
        elif word in _FORMS:
            raise PasteError(f"The command sends a form (`{word}`), not JSON: that is no request of these endpoints.")
        elif word in ("-H", "--header"):
            headers.append(next(words, ""))
        elif word in ("-G", "--get"):
            raise PasteError(f"With `{word}` the data go into the address of a GET request; only POST sends a prompt.")
        elif word == "--url":
            url = next(words, "")
        elif word in ("-X", "--request"):
            method = next(words, "").upper()
            if method != "POST":
                raise PasteError(f"The command is a {excerpt(method)} request; only POST sends a prompt.")
        elif word in _WITH_VALUE:
            value = next(words, "")
            if word in ("-K", "--config", "-o", "--output"):
                left_out.append(f"`{word} {excerpt(value)}`: no file is read or written.")
        elif not word.startswith("-"):
            url = url or word
    return url, headers, data, left_out


def _separate(words: Iterable[str]) -> Iterable[str]:
    """Options one by one: ``-sXPOST`` is ``-s -X POST``, ``--data=x`` is ``--data x``."""
    for word in words:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield from [name, value] if equals else [name]
        elif word.startswith("-") and len(word) > 2:
            for at, letter in enumerate(word[1:], start=1):
                yield f"-{letter}"
                if letter in _SHORT_WITH_VALUE:
                    yield from [word[at + 1 :]] if word[at + 1 :] else []
                    break
        else:
            yield word


def _data(option: str, value: str, command: Command) -> str:
    if not value.startswith("@"):
        return value
    if value == "@-" and command.stdin is not None and option != "--data-raw":
        return command.stdin
    raise _body_in_file(value[1:])


def _body_in_file(path: str) -> PasteError:
    return PasteError(
        f"The body is in a file (`{excerpt(path)}`), which is not read: paste the file's content instead."
    )


def _json_body(text: str) -> dict[str, Any]:
    try:
        fields = _with_files(json.loads(text, strict=False))
    except ValueError as error:
        raise PasteError(f"The body of the cURL command is not JSON: {error}.{hint_at_quotes(text)}") from error
    except RecursionError as error:
        raise PasteError("The body is nested too deeply to be read.") from error
    if not isinstance(fields, dict):
        raise PasteError("The body of the cURL command is not a JSON object.")
    return fields


def _with_files(value: Any) -> Any:
    match value:
        case str() if FILE_OPENED in value and value.endswith(FILE_CLOSED):
            return FileText(*value[:-1].split(FILE_OPENED, 1))
        case dict():
            return {name: _with_files(item) for name, item in value.items()}
        case list():
            return [_with_files(item) for item in value]
        case _:
            return value
