"""``Invoke-RestMethod`` with its hash tables -> the body it would send. Literals are read; nothing is run.

https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-restmethod
"""

from __future__ import annotations

import json
import re
from typing import Any

from components.api.paste.pasted import Found, Unknown, shortened, wire_of
from components.core.errors import PasteError

_COMMAND = re.compile(r"\b(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)\b", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"^[ \t]*\$(\w+)[ \t]*=[ \t]*", re.MULTILINE)
_OPTION = re.compile(r"-(\w+)(?:[ \t]+|:)(?=[^-\s])")
_SPLAT = re.compile(r"@(\w+)\b")
_BLANK = re.compile(r"(?:\s|`\n|#[^\n]*)*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[^\s(){};,|=]+")
_KEY = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([\w-]+))\s*=""")
_WORDS = {"$true": True, "$false": False, "$null": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": ""}


def looks_like_powershell(text: str) -> bool:
    """True when a request is made by one of PowerShell's own commands."""
    return (
        re.search(r"^[ \t]*(?:\$\w+\s*=\s*)?\(?(?:Invoke-(?:RestMethod|WebRequest)|irm|iwr)\s", text, re.M | re.I)
        is not None
    )


def read_powershell_request(text: str) -> Found:
    """Raises: PasteError if no body can be read in it."""
    reading = _Reading(text.replace("\r\n", "\n"))
    try:
        options = reading.options()
    except RecursionError as error:
        raise PasteError("The command is nested too deeply to be read.") from error
    body = options.get("body")
    if isinstance(body, str):
        try:
            body = json.loads(body, strict=False)
        except (ValueError, RecursionError) as error:
            raise PasteError(f"The `-Body` of the command is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise PasteError("No `-Body` with a JSON object was found in the PowerShell command. Paste the JSON it sends.")
    address = options.get("uri")
    return Found("PowerShell", body, wire_of(address) if isinstance(address, str) else None)


class _Reading:
    """A place in the text, and what each variable was set to before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.names: dict[str, Any] = {}

    def options(self) -> dict[str, Any]:
        """What the first command that sends is told, by name in lower case."""
        command = _COMMAND.search(self.text)
        if command is None:
            raise PasteError("No command that sends a request was found.")
        for assignment in _ASSIGNMENT.finditer(self.text, 0, command.start()):
            if assignment.start() >= self.at:  # not inside the text that was assigned before it
                self.at = assignment.end()
                self.names[assignment[1].lower()] = self.value()
        self.at = command.end()
        found: dict[str, Any] = {}
        while self.at < len(self.text):
            if option := _OPTION.match(self.text, self.at):
                self.at = option.end()
                found[option[1].lower()] = self.value()
            elif splat := _SPLAT.match(self.text, self.at):
                self.at = splat.end()
                held = self.names.get(splat[1].lower())
                found |= {name.lower(): value for name, value in held.items()} if isinstance(held, dict) else {}
            elif self.text[self.at] == "\n" and self.text[self.at - 1] != "`":
                break
            else:
                self.at += 1
        return found

    def value(self) -> Any:
        """A value; several with commas between are a list."""
        items = [self._single()]
        while self._next() == ",":
            self.at += 1
            items.append(self._single())
        if re.compile(r"[ \t]*\|[ \t]*ConvertTo-Json\b[^\n)};]*", re.I).match(self.text, self.at):
            self._skip(re.compile(r"[ \t]*\|[^\n)};]*"))
        return items if len(items) > 1 else items[0]

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def _next(self) -> str:
        self._skip(re.compile(r"[ \t]*"))
        return self.text[self.at : self.at + 1]

    def _single(self) -> Any:
        self._skip(_BLANK)
        self._skip(re.compile(r"(?:\[[\w.\[\]]+\]\s*)*"))  # a type: [ordered], [string]
        rest = self.text[self.at : self.at + 3]
        if rest.startswith(("@'\n", '@"\n')):
            self.at += 3
            text = self._until(f"\n{rest[1]}@")
            return self._expanded(text) if rest[1] == '"' else text
        match rest[:2], rest[:1]:
            case "@{", _:
                self.at += 2
                return self._table()
            case "@(", _:
                self.at += 2
                return self._list()
            case _, "(":
                self.at += 1
                value = self.value()
                self._until(")")
                return value
            case _, "'":
                self.at += 1
                text = self._until("'")
                while self.text.startswith("'", self.at):
                    self.at += 1
                    text += "'" + self._until("'")
                return text
            case _, '"':
                self.at += 1
                return self._quoted()
            case _:
                return self._bare()

    def _bare(self) -> Any:
        if number := self._skip(_NUMBER):
            return float(number) if set(number) & set(".eE") else int(number)
        word = self._skip(_WORD)
        if not word:
            raise self._not_understood()
        if word.lower() in _WORDS:
            return _WORDS[word.lower()]
        if word.startswith("$"):
            return self.names.get(word[1:].lower(), Unknown(word))
        return word

    def _table(self) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while True:
            self._skip(re.compile(r"(?:\s|;|#[^\n]*)*"))
            if self.text.startswith("}", self.at):
                self.at += 1
                return table
            key = _KEY.match(self.text, self.at)
            if key is None:
                raise self._not_understood()
            self.at = key.end()
            table[next(name for name in key.groups() if name is not None)] = self.value()

    def _list(self) -> list[Any]:
        items: list[Any] = []
        while True:
            self._skip(re.compile(r"(?:\s|[;,]|#[^\n]*)*"))
            if self.text.startswith(")", self.at):
                self.at += 1
                return items
            items.append(self._single())

    def _not_understood(self) -> PasteError:
        return PasteError(f"PowerShell that is not understood: `{shortened(self.text[self.at : self.at + 40])}`.")

    def _until(self, mark: str) -> str:
        end = self.text.find(mark, self.at)
        if end < 0:
            raise PasteError(f"A `{mark.strip()}` is missing: copy the whole command.")
        found, self.at = self.text[self.at : end], end + len(mark)
        return found

    def _quoted(self) -> Any:
        out: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character == '"' and not self.text.startswith('"', self.at):
                return self._expanded("".join(out))
            if character in '"`':
                following = self.text[self.at : self.at + 1]
                self.at += 1
                character = _ESCAPES.get(following, following) if character == "`" else '"'
            out.append(character)
        raise PasteError('A quote (") is opened and never closed: copy the whole command.')

    def _expanded(self, text: str) -> Any:
        """A text in which variables that hold texts are put in; with an expression in it, nobody knows it."""
        if "$(" in text:
            return Unknown(text)
        return re.sub(
            r"\$\{?(\w+)\}?",
            lambda name: held if isinstance(held := self.names.get(name[1].lower()), str) else name[0],
            text,
        )
