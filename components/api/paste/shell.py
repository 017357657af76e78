"""A command line -> its words, as bash, cmd.exe or PowerShell would make them. Nothing is run, nothing expanded.

A variable that the text itself sets is put in; any other stays as it is written. A substitution would have to be run
to be read, so it is refused; two are understood: ``$(base64 < FILE | tr -d '\\n')``, by which our own commands put a
file in, and ``$(cat <<EOF …)``, which is a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from components.core.errors import PasteError

# Round the path of a file that stands in a word; characters that no text uses.
FILE_OPENED, FILE_CLOSED = "\ue000", "\ue001"

_FILE = re.compile(r"\$\(\s*base64\s*(?:-w\s*0\s*)?<?\s*('[^']*'|\"[^\"$`]*\"|[\w./-]+)\s*(?:\|\s*tr -d '\\n'\s*)?\)")
_CAT = re.compile(
    r"\$\(\s*cat\s*<<-?[ \t]*(?P<raw>\\?)(?P<quote>['\"]?)(?P<mark>\w+)(?P=quote)[ \t]*\n"
    r"(?P<text>.*?)\n[ \t]*(?P=mark)[ \t]*\n?\s*\)",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(\\?)(['\"]?)([\w-]+)\3")
_REDIRECT = re.compile(r"\d?(?:>>?|<)[ \t]*(?:&\d|[^\s|;&<>]+)")
_ANSI_C = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}


@dataclass(slots=True)
class Command:
    """One command: its words, what it is fed, and the rest of its pipeline as text.

    `feeds`: what it prints goes into the command behind it. `unset`: the variables that stand in it as written.
    """

    words: list[str] = field(default_factory=list)
    fed: str | None = None
    piped: str = ""
    feeds: bool = False
    unset: list[str] = field(default_factory=list)


def read_bash(text: str) -> list[Command]:
    """Raises: PasteError where something would have to be run to be read, or a quote is left open."""
    return _Bash(text).read()


def read_cmd(text: str) -> list[Command]:
    """As `read_bash`, by the rules of cmd.exe (``^`` escapes) and of the C runtime, which cuts words on Windows."""
    return [Command(_runtime_words(line)) for line in _cmd_lines(text)]


def read_powershell(text: str) -> list[Command]:
    """As `read_bash`, by the rules of PowerShell."""
    return _PowerShell(text).read()


def _refuse(what: str) -> PasteError:
    return PasteError(f"It holds {what}, which would have to be run to be read. Nothing was run.")


class _Reader:
    """What both shells need: a place in the text, the word that grows, the commands that are whole."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.variables: dict[str, str] = {}
        self.commands: list[Command] = []
        self.command = Command()
        self.word: list[str] | None = None

    def add(self, text: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(text)

    def end_word(self) -> None:
        if self.word is not None:
            self.command.words.append("".join(self.word))
            self.word = None

    def end_command(self) -> None:
        self.end_word()
        words = self.command.words
        assigned = [_ASSIGNMENT.fullmatch(word) for word in (words[1:] if words[:1] == ["export"] else words)]
        if all(assigned):
            self.variables.update((match[1], match[2]) for match in assigned if match)
        elif words:
            self.commands.append(self.command)
        self.command = Command()

    def line(self) -> str:
        """The rest of the line, without its end."""
        end = self.text.find("\n", self.at)
        start, self.at = self.at, end if end >= 0 else len(self.text)
        return self.text[start : self.at]

    def take_pipe(self) -> None:
        self.end_word()
        self.command.piped = self.line().strip()
        if "$(" in self.command.piped or "`" in self.command.piped:
            raise _refuse("a command substitution")

    def until(self, mark: str) -> str:
        end = self.text.find(mark, self.at)
        if end < 0:
            raise PasteError(f"A quote ({mark}) is opened and never closed: copy the whole command.")
        found, self.at = self.text[self.at : end], end + len(mark)
        return found


class _Bash(_Reader):
    def read(self) -> list[Command]:
        heredocs: list[tuple[Command, str, bool, bool]] = []
        while self.at < len(self.text):
            rest = self.text[self.at]
            if rest == "\n":
                self.at += 1
                self.end_command()
                for command, mark, raw, tabs in heredocs:
                    command.fed = self._heredoc(mark, raw, tabs)
                heredocs.clear()
            elif self.text.startswith("<<<", self.at):
                self.at += 3
                self._here_string()
            elif match := _HEREDOC.match(self.text, self.at):
                self.end_word()
                self.at = match.end()
                heredocs.append((self.command, match[4], bool(match[2] or match[3]), bool(match[1])))
            elif self.word is None and (match := _REDIRECT.match(self.text, self.at)):
                self.at = match.end()
            else:
                self._character(rest)
        self.end_command()
        if heredocs:
            raise PasteError("A here-document is announced and never comes: copy the whole command.")
        return self.commands

    def _here_string(self) -> None:
        self.end_word()
        before = len(self.command.words)
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        while self.at < len(self.text) and self.text[self.at] not in " \t\n|;&":
            self._character(self.text[self.at])
        self.end_word()
        self.command.fed = "".join(self.command.words[before:])
        del self.command.words[before:]

    def _character(self, character: str) -> None:
        self.at += 1
        match character:
            case " " | "\t":
                self.end_word()
            case "#" if self.word is None:
                self.line()
            case "'" | '"' | "\\" | "$" | "`":
                self._quotation(character)
            case "|" if not self.text.startswith("|", self.at):
                if self.text[self.at :].lstrip(" \t\\\n").startswith("curl"):
                    self.command.feeds = True
                    self.end_command()
                else:
                    self.take_pipe()
            case ";" | "&" | "|":
                self.end_command()
            case "(" | ")" | "<" | ">" if self.word is None:
                raise _refuse("a subshell or a redirection")
            case _:
                self.add(character)

    def _quotation(self, character: str) -> None:
        match character:
            case "'":
                self.add(self.until("'"))
            case '"':
                self.add(self._double_quoted())
            case "\\":
                following = self.text[self.at : self.at + 1]
                self.at += 1
                if following != "\n":
                    self.add(following)
            case "$" if self.text.startswith("'", self.at):
                self.at += 1
                self.add(self._ansi_c())
            case _:
                self.at -= 1
                self.add(self._expansion())

    def _double_quoted(self) -> str:
        out: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == '"':
                self.at += 1
                return "".join(out)
            if character == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                out.append("" if following == "\n" else following if following in '"\\$`' else f"\\{following}")
                self.at += 2
            elif character in "$`":
                out.append(self._expansion())
            else:
                out.append(character)
                self.at += 1
        raise PasteError('A quote (") is opened and never closed: copy the whole command.')

    def _expansion(self) -> str:
        if match := _FILE.match(self.text, self.at):
            self.at = match.end()
            return f"{FILE_OPENED}{match[1].strip(chr(34) + chr(39))}{FILE_CLOSED}"
        if match := _CAT.match(self.text, self.at):
            self.at = match.end()
            return match["text"] if match["raw"] or match["quote"] else self._expanded(match["text"])
        if self.text[self.at] == "`" or self.text.startswith(("$(", "${!", "$["), self.at):
            raise _refuse("a command substitution")
        match = _VARIABLE.match(self.text, self.at)
        found = match[0] if match else self.text[self.at]
        self.at += len(found)
        if match and match[1] in self.variables:
            return self.variables[match[1]]
        if match and found not in self.command.unset:
            self.command.unset.append(found)
        return found

    def _ansi_c(self) -> str:
        out: list[str] = []
        escapes = re.compile(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})")
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character == "'":
                # Chrome writes characters beyond the first plane as two halves.
                return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if character != "\\":
                out.append(character)
            elif match := escapes.match(self.text, self.at):
                self.at = match.end()
                code = int(match[4], 8) if match[4] else int(match[1] or match[2] or match[3], 16)
                out.append(chr(code) if code < 0x110000 else "\ufffd")
            else:
                following = self.text[self.at : self.at + 1]
                self.at += 1
                out.append(_ANSI_C.get(following, following))
        raise PasteError("A quote ($') is opened and never closed: copy the whole command.")

    def _heredoc(self, mark: str, raw: bool, tabs: bool) -> str:
        lines: list[str] = []
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            end = end if end >= 0 else len(self.text)
            line, self.at = self.text[self.at : end], end + 1
            line = line.lstrip("\t") if tabs else line
            if line == mark:
                return "".join(lines) if raw else self._expanded("".join(lines))
            lines.append(f"{line}\n")
        raise PasteError(f"The here-document never ends: its last line, {mark}, is missing. Copy the whole command.")

    def _expanded(self, text: str) -> str:
        """The text of a here-document in which the shell would put variables in; files are marked."""
        inner = _Bash("")
        inner.text, inner.variables, inner.command = text, self.variables, self.command
        out: list[str] = []
        while inner.at < len(text):
            character = text[inner.at]
            if character == "\\":
                following = text[inner.at + 1 : inner.at + 2]
                out.append("" if following == "\n" else following if following in "\\$`" else f"\\{following}")
                inner.at += 2
            elif character in "$`":
                out.append(inner._expansion())
            else:
                out.append(character)
                inner.at += 1
        return "".join(out)


class _PowerShell(_Reader):
    _ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}

    def read(self) -> list[Command]:
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            match character:
                case " " | "\t":
                    self.end_word()
                case "\n" | ";":
                    self.end_command()
                case "#" if self.word is None:
                    self.line()
                case "@" if self.text.startswith(("'\n", '"\n'), self.at):
                    mark = self.text[self.at]
                    self.at += 2
                    self.add(self._checked(self.until(f"\n{mark}@"), expands=mark == '"'))
                case "'":
                    self.add(self._single_quoted())
                case '"':
                    self.add(self._double_quoted())
                case "`":
                    following = self.text[self.at : self.at + 1]
                    self.at += 1
                    if following != "\n":
                        self.add(following)
                case "|":
                    self.take_pipe()
                case "(" | "&" | ">" | "<":
                    raise _refuse("a subexpression or a redirection")
                case _:
                    self.add(character)
        self.end_command()
        return self.commands

    def _single_quoted(self) -> str:
        found = self.until("'")
        while self.text.startswith("'", self.at):
            self.at += 1
            found = f"{found}'{self.until(chr(39))}"
        return found

    def _double_quoted(self) -> str:
        out: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character == '"' and self.text.startswith('"', self.at):
                self.at += 1
                out.append('"')
            elif character == '"':
                return self._checked("".join(out), expands=True)
            elif character == "`":
                following = self.text[self.at : self.at + 1]
                self.at += 1
                out.append(self._ESCAPES.get(following, following))
            else:
                out.append(character)
        raise PasteError('A quote (") is opened and never closed: copy the whole command.')

    @staticmethod
    def _checked(text: str, *, expands: bool) -> str:
        if expands and "$(" in text:
            raise _refuse("a subexpression")
        return text


def _cmd_lines(text: str) -> list[str]:
    """The commands after cmd.exe has read its carets: one outside quotes takes the next character as it is."""
    text = text.replace("\r\n", "\n").strip("\n") + "\n"
    lines: list[str] = []
    out: list[str] = []
    quoted = False
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "^" and not quoted:
            following = text[at]
            at += 1
            # A caret joins the next line; an empty one behind it is a line break of the text.
            if following != "\n":
                out.append(following)
            elif text.startswith("\n", at):
                out.append("\n")
                at += 1
        elif character == "\n":
            lines.append("".join(out))
            out.clear()
            quoted = False
        elif character in "|&<>" and not quoted:
            raise _refuse(f"an operator of cmd.exe (`{character}`)")
        else:
            quoted ^= character == '"'
            out.append(character)
    return [line for line in lines if line.strip() and not re.match(r"\s*(?:rem\b|::)", line, re.IGNORECASE)]


# A run of backslashes, of blanks, or of what has no meaning; else one quote.
_PIECES = re.compile(r'(\\+)|(\s+)|([^\\\s"]+)|(")')


def _runtime_words(line: str) -> list[str]:
    """Cuts a line into words by the rules of Microsoft's C runtime: backslashes count only before a quote."""
    words: list[str] = []
    word: list[str] | None = None
    quoted = False
    at = 0
    while match := _PIECES.match(line, at):
        at = match.end()
        backslashes, blanks, plain, quote = match.groups()
        if blanks and not quoted:
            words += ["".join(word)] if word is not None else []
            word = None
            continue
        word = word if word is not None else []
        if backslashes and line.startswith('"', at):
            word.append("\\" * (len(backslashes) // 2))
            if len(backslashes) % 2:
                word.append('"')
                at += 1
        elif quote and quoted and line.startswith('"', at):
            word.append('"')
            at += 1
        elif quote:
            quoted = not quoted
        else:
            word.append(backslashes or blanks or plain)
    if quoted:
        raise PasteError('A quote (") is opened and never closed: copy the whole command.')
    return [*words, "".join(word)] if word is not None else words
