"""A cURL command of bash or cmd.exe -> the body that it would send. Anything else in it is reported or refused."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from typing import Any

from components.api.paste.pasted import ExtractedBody, excerpt, hint_at_quotes, wire_at
from components.api.paste.shell import FILE_CLOSED, FILE_OPENED, Command, read_bash, read_cmd
from components.api.snippets.body import FileText
from components.api.snippets.curl import BODY, END
from components.core.errors import PasteError

# Headers that the page sends itself, or that contain a credential, which is never shown.
_UNNAMED_HEADERS = frozenset(
    "authorization x-api-key api-key proxy-authorization cookie content-type accept anthropic-version content-length "
    "user-agent host".split()
)
# Commands beside cURL, and words before it, that do not change what it sends.
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
    """Whether a line of the text begins with cURL, or with a command whose output goes into it."""
    return _COMMAND.search(text) is not None


def read_curl(text: str) -> ExtractedBody:
    """Reads the one request of the command.

    Raises: PasteError if there is none, or if something would have to be run to know it.
    """
    command = _only_curl(_first_request(text))
    options = _options(command.words)
    data = [_data(value, command) for value in options.data]
    left_out = [f"`{excerpt(path)}`: no file is read or written." for path in options.files]
    fields = _json_body("&".join(data))
    left_out += [
        f"`{name}` is set elsewhere: it stands in the text as it is written."
        for name in command.unset
        if any(name in text for text in data)
    ]
    for header in options.headers:
        name = header.partition(":")[0].strip().lower()
        if name and name not in _UNNAMED_HEADERS:
            left_out.append(f"The header `{excerpt(header)}`: the page sends its own.")
    if command.piped:
        left_out.append(f"`| {excerpt(command.piped)}` works on the reply, not on the request.")
    wire = wire_at(options.url)
    if wire is None and options.url:
        left_out.append(f"`{excerpt(options.url)}` is none of the three endpoints; the body was read by its shape.")
    return ExtractedBody("cURL", fields, wire, tuple(left_out))


def _first_request(text: str) -> str:
    """The first request of our own scripts that run tools; any other text unchanged."""
    sent = re.search(rf"^{re.escape(BODY)} (<<('?){END}\2\n.*?\n{END}$)", text, re.MULTILINE | re.DOTALL)
    command = re.search(r'^ +(curl .*?@-) <<<"\$body"', text, re.MULTILINE | re.DOTALL)
    return f"{command[1]} {sent[1]}\n" if sent and command else text


def _only_curl(text: str) -> Command:
    """The arguments of the one cURL command, and its input."""
    text = re.sub(rf"^{_PROMPT}(?=\S)", "", _without_copying_damage(text), flags=re.MULTILINE)
    found: list[Command] = []
    piped_in: str | None = None
    for command in _shell_of(text)(text):
        words = command.words
        if words[0] in _HARMLESS and not command.feeds_curl:
            continue
        while words and (re.match(r"[A-Za-z_]\w*=", words[0]) or words[0] in _PREFIXES):
            words = words[1:]
        name = words[0].rsplit("/", 1)[-1].lower() if words else ""
        if command.feeds_curl:
            piped_in = _printed(words, command)
        elif name in ("curl", "curl.exe"):
            stdin = piped_in if command.stdin is None else command.stdin
            found.append(Command(words[1:], stdin, command.piped, unset=command.unset))
            piped_in = None
        elif words:
            raise PasteError(
                f"It holds another command than cURL (`{excerpt(words[0])}`). Paste the request alone; nothing was run."
            )
    if len(found) != 1:
        raise PasteError(f"It holds {len(found) or 'no'} cURL commands: paste one.")
    return found[0]


def _without_copying_damage(text: str) -> str:
    """The text without blanks after a backslash that ends a line, without blank lines before the next option, and
    without a script's ``ANSWER=$( )`` around the command."""
    text = re.sub(r"\\[ \t]+(?=\r?\n)", r"\\", text)
    text = re.sub(r"(\\\r?\n)(?:[ \t]*\r?\n)+(?=[ \t]*-)", r"\1", text)
    if captured := _CAPTURED.search(text):
        rest = re.sub(r"\)\"?[ \t]*$", "", text[captured.end() :], count=1, flags=re.MULTILINE)
        text = text[: captured.start()] + rest
    return text


def _printed(words: list[str], command: Command) -> str:
    """The output of a command before a pipe into cURL, as far as its words show it."""
    match words:
        case ["cat"] | ["cat", "-"] if command.stdin is not None:
            return command.stdin
        case ["cat", path]:
            raise _body_in_file(path)
        case ["echo" | "printf", *_, text]:  # behind options, or printf's format
            return text
        case _:
            raise PasteError(
                f"What `{excerpt(' '.join(words))}` prints is known only when it runs, and nothing was run. "
                "Paste the body."
            )


def _shell_of(text: str) -> Callable[[str], list[Command]]:
    """The reader for the shell of a command, judged by its first line, since a body may contain anything."""
    first = next((line for line in text.split("\n") if looks_like_curl(line)), "").rstrip()
    # Signs of cmd.exe: a caret at the end, carets before quotes, and `""` for a quote inside quotes.
    cmd = r'\^$|^\s*curl(?:\.exe)?\s+\^"|\s(?:-d|--data\S*|--json)\s+"\{\s*""'
    return read_cmd if re.search(cmd, first) else read_bash


def _options(words: list[str]) -> argparse.Namespace:
    """cURL's options (https://curl.se/docs/manpage.html); unknown ones are skipped."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", action="append")
    parser.add_argument("-H", "--header", action="append", default=[], dest="headers")
    parser.add_argument("-X", "--request", default="POST", dest="method", type=str.upper)
    parser.add_argument("--url", default="")
    parser.add_argument("-G", "--get", action="store_true")
    parser.add_argument("-F", "--form", "--form-string", "--upload-file", "-T", "--data-urlencode", dest="form")
    parser.add_argument("-K", "--config", "-o", "--output", action="append", default=[], dest="files")
    # Options that do not concern the page's request: with a value, and without.
    parser.add_argument(
        *"-m --max-time --connect-timeout --retry --retry-delay --retry-max-time -A --user-agent -e --referer -b "
        "--cookie -c --cookie-jar -x --proxy --cacert --capath --cert -E --key -w --write-out -u --user --resolve "
        "--interface -D --dump-header --limit-rate -r --range --trace --trace-ascii --oauth2-bearer".split(),
        dest="ignored",
    )
    for letter in "0123456aBfgiIjJklLMnNOpqRsSvVZ#":
        parser.add_argument(f"-{letter}", action="store_true", dest=f"flag {letter}")
    try:
        options, others = parser.parse_known_args(words)
    except argparse.ArgumentError as error:
        raise PasteError(f"The cURL command cannot be read: {excerpt(str(error), 200)}.") from error
    options.url = options.url or next((word for word in others if not word.startswith("-")), "")
    if options.form is not None:
        raise PasteError("The command sends a form or a file, not JSON: that is no request of these endpoints.")
    if options.get:
        raise PasteError("With `-G` the data go into the address of a GET request; only POST sends a prompt.")
    if options.method != "POST":
        raise PasteError(f"The command is a {excerpt(options.method)} request; only POST sends a prompt.")
    if not options.data:
        raise PasteError("The cURL command sends no body (`-d`), so there is no request to take over.")
    return options


def _data(value: str, command: Command) -> str:
    if not value.startswith("@"):
        return value
    if value == "@-" and command.stdin is not None:
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
