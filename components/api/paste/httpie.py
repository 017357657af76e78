"""An HTTPie (or xh) command -> the body it would send: ``http POST URL model=m messages:='[…]'``.

Its items: https://httpie.io/docs/cli/request-items. Nothing is run; a file (``@``) is not read.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from components.api.paste.pasted import Found, shortened, wire_of
from components.api.paste.shell import Command, read_bash
from components.core.errors import PasteError

_LOOKS = re.compile(r"^[ \t]*(?:[$%>][ \t]+)?(?:https?|xhs?)[ \t]+\S", re.MULTILINE)
_ITEM = re.compile(r"((?:\\.|[^:=@\\])+?)(:=@|=@|:=|==|=|:|@)(.*)", re.DOTALL)
_WITH_VALUE = frozenset({"--raw", "--auth", "-a", "--auth-type", "-A", "--timeout", "--output", "-o", "--print", "-p"})
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def looks_like_httpie(text: str) -> bool:
    """True when a line begins with the command and an address of one of the endpoints follows."""
    return _LOOKS.search(text) is not None and re.search(r"(?:completions|responses|messages)\b", text) is not None


def read_httpie(text: str) -> Found:
    """Raises: PasteError if the command sends no JSON, or something would have to be run or read."""
    commands = [command for command in read_bash(re.sub(r"^\s*[$%>]\s+", "", text)) if command.words]
    if len(commands) > 1 or not commands[0].words:
        raise PasteError(f"It holds {len(commands)} commands: paste the request alone.")
    return _found(commands[0])


def _found(command: Command) -> Found:
    fields: Any = {}
    url = ""
    left_out: list[str] = []
    words = iter(command.words[1:])
    for word in words:
        if word == "--raw" or word.startswith("--raw="):
            fields = _json(word.partition("=")[2] or next(words, ""))
        elif word in _WITH_VALUE:
            next(words, "")
        elif word.startswith("-"):
            continue
        elif word.upper() in _METHODS and not url:
            if word.upper() != "POST":
                raise PasteError(f"The command is a {word.upper()} request; only POST sends a prompt.")
        elif not url:
            url = word
        else:
            _take(word, fields, left_out)
    if not isinstance(fields, dict) or not fields:
        raise PasteError("The HTTPie command sends no JSON object, so there is no request to take over.")
    if command.piped:
        left_out.append(f"`| {shortened(command.piped)}` works on the reply, not on the request.")
    return Found("HTTPie", fields, wire_of(url), tuple(left_out))


def _take(item: str, fields: dict[str, Any], left_out: list[str]) -> None:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise PasteError(f"`{shortened(item)}` is no item of an HTTPie command.")
    name, sign, value = match.groups()
    match sign:
        case "=":
            _put(fields, name, value)
        case ":=":
            _put(fields, name, _json(value))
        case "==":
            left_out.append(f"`{shortened(item)}` belongs to the address; the page sends none.")
        case ":":
            if name.lower() not in ("authorization", "content-type", "accept", "x-api-key", "anthropic-version"):
                left_out.append(f"The header `{shortened(item)}`: the page sends its own.")
        case _:
            raise PasteError(f"`{shortened(item)}` takes a file, which is not read: paste its content instead.")


def _put(fields: dict[str, Any], path: str, value: Any) -> None:
    """Sets what a path such as ``messages[0][content]`` leads to; an empty step appends."""
    steps = [path.partition("[")[0], *re.findall(r"\[([^\]]*)\]", path)]
    held: Any = fields
    for step, following in itertools.pairwise(steps):
        held = _at(held, step, [] if following == "" or following.isdigit() else {}, path)
    _at(held, steps[-1], value, path)


def _at(held: Any, step: str, fresh: Any, path: str) -> Any:
    """What stands there; `fresh`, where nothing did."""
    if isinstance(held, dict):
        return held.setdefault(step, fresh)
    size = len(held) if isinstance(held, list) else -1
    place = size if step == "" else int(step) if step.isdecimal() and len(step) < 5 else -1
    if not 0 <= place <= size:
        raise PasteError(f"`{shortened(path)}` leads nowhere: what it goes through is no such list or object.")
    if place == size:
        held.append(fresh)
    return held[place]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PasteError(f"`{shortened(text)}` is not JSON.") from error
