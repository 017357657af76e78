"""Command lines of bash and cmd.exe -> the words of their commands. Nothing is run.

`shlex` does not suffice: it knows no ``$'…'``, here-documents or variables, and its time grows with the square of a
word's length (3 s for 400 kB), while a picture in a body is one word of megabytes.

A variable that the text itself sets is replaced by its value; any other stays as it is. A command substitution would
have to be run, so it is refused, with two exceptions: ``$(base64 < FILE | tr -d '\\n')``, by which our own commands
insert a file, and ``$(cat <<EOF …)``, which is a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from components.api.paste.escapes import unescape
from components.core.errors import PasteError

# Enclose the path of a file whose base64 is to be inserted; private characters that no text contains.
FILE_OPENED, FILE_CLOSED = "\ue000", "\ue001"

_EXPANSION = r"""\$\(\s*base64\s*(?:-w\s*0\s*)?<?\s*(?P<file>'[^']*'|"[^"$`]*"|[\w./-]+)\s*(?:\|\s*tr\ -d\ '\\n'\s*)?\)
    |\$\(\s*cat\s*<<-?[ \t]*(?P<literal>\\?)(?P<quote>['"]?)(?P<cat_end>\w+)(?P=quote)[ \t]*\n
      (?P<cat>.*?)\n[ \t]*(?P=cat_end)\s*\)
    |(?P<substitution>`|\$[(\[]|\$\{!)
    |(?P<variable>\$\{?(?P<name>\w+)\}?)"""
_TOKEN = re.compile(
    rf"""(?P<blank>[ \t]+|(?<![^\s;&|])\#[^\n]*)
    |(?P<newline>\n)
    |'(?P<single_quoted>[^']*)'
    |\$'(?P<ansi_c>(?:[^'\\]|\\.)*+)'
    |(?P<double_quote>")
    |\\(?:\n|(?P<escaped>.?))
    |(?P<here_string><<<[ \t]*)
    |<<(?P<tabs>-?)[ \t]*(?P<raw>\\?['"]?)(?P<heredoc>[\w-]+)['"]?
    |(?P<redirect>(?<![^\s;&|])\d?(?:>>?|<)[ \t]*(?:&\d|[^\s|;&<>()]+))
    |\|(?!\|)(?:(?P<feeds>(?=[\s\\]*curl))|(?P<piped>[^\n]*))
    |(?P<operator>[;&|])
    |(?P<grouping>(?<![^\s;&|])[()<>])
    |{_EXPANSION}
    |(?P<open_quote>')
    |(?P<plain>[^\s'"\\$`|;&()<>#]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_IN_DOUBLE_QUOTES = re.compile(
    rf"""(?P<end>")|\\(?:\n|(?P<escaped>["\\$`]))|{_EXPANSION}|(?P<plain>[^"\\$`]+|.)""", re.VERBOSE | re.DOTALL
)
_IN_HEREDOC = re.compile(
    rf"""(?P<end>\Z)|\\(?:\n|(?P<escaped>[\\$`]))|{_EXPANSION}|(?P<plain>[^\\$`]+|.)""", re.VERBOSE | re.DOTALL
)
_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL)


@dataclass(slots=True)
class Command:
    """One command. `stdin`: the text of its here-document or here-string. `piped`: the rest of its pipeline, as text.
    `feeds_curl`: its output goes into the cURL command after it. `unset`: its variables that the text does not set."""

    words: list[str] = field(default_factory=list)
    stdin: str | None = None
    piped: str = ""
    feeds_curl: bool = False
    unset: list[str] = field(default_factory=list)


def read_bash(text: str) -> list[Command]:
    """The commands of a bash script. Raises: PasteError if something would have to be run, or a quote is not closed."""
    return _Bash(text).commands


def _open_quote(quote: str) -> PasteError:
    return PasteError(f"A quote ({quote}) is opened and never closed: copy the whole command.")


def _would_run(construct: str) -> PasteError:
    return PasteError(f"It holds {construct}, which would have to be run to be read. Nothing was run.")


class _Bash:
    """`commands`: those of the text, without assignments. `_word`: the current one, None between words."""

    def __init__(self, text: str) -> None:
        self.commands: list[Command] = []
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._variables: dict[str, str] = {}
        self._command = Command()
        self._word: list[str] | None = None
        self._word_is_stdin = False
        self._heredocs: list[tuple[Command, str, bool, bool]] = []
        while match := _TOKEN.match(self._text, self._at):
            self._at = match.end()
            self._read(match)
        self._end_command()
        if self._heredocs:
            raise PasteError("A here-document is announced and never comes: copy the whole command.")

    def _read(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "blank":
                self._end_word()
            case "newline":
                self._end_command()
                self._read_heredocs()
            case "here_string":
                self._end_word()
                self._word_is_stdin = True
            case "heredoc":
                self._end_word()
                self._heredocs.append((self._command, token["heredoc"], bool(token["raw"]), bool(token["tabs"])))
            case "feeds" | "operator" as kind:
                self._command.feeds_curl = kind == "feeds"
                self._end_command()
            case "piped":
                self._end_word()
                self._command.piped = token["piped"].strip()
                if "$(" in self._command.piped or "`" in self._command.piped:
                    raise _would_run("a command substitution")
            case "grouping":
                raise _would_run("a subshell or a redirection")
            case None | "redirect":  # a continued line, and where the reply goes
                pass
            case _:
                self._add(self._text_of(token))

    def _text_of(self, token: re.Match[str]) -> str:
        match token.lastgroup:
            case "single_quoted" | "escaped" | "plain" as kind:
                return str(token[kind])
            case "ansi_c":
                return unescape(token["ansi_c"])
            case "double_quote":
                return self._expand(_IN_DOUBLE_QUOTES)
            case "open_quote":
                raise _open_quote("'")
            case _:
                return self._expansion(token)

    def _add(self, text: str) -> None:
        self._word = self._word or []
        self._word.append(text)

    def _end_word(self) -> None:
        if self._word is None:
            return
        word, self._word = "".join(self._word), None
        if self._word_is_stdin:
            self._command.stdin, self._word_is_stdin = word, False
        else:
            self._command.words.append(word)

    def _end_command(self) -> None:
        self._end_word()
        words = self._command.words
        assigned = [_ASSIGNMENT.fullmatch(word) for word in (words[1:] if words[:1] == ["export"] else words)]
        if all(assigned):
            self._variables.update((match[1], match[2]) for match in assigned if match)
        else:
            self.commands.append(self._command)
        self._command = Command()

    def _expand(self, pattern: re.Pattern[str]) -> str:
        """The text up to the pattern's `end`, with variables replaced and files marked."""
        out: list[str] = []
        while match := pattern.match(self._text, self._at):
            self._at = match.end()
            if match.lastgroup == "end":
                return "".join(out)
            if match.lastgroup:  # else a continued line
                out.append(self._text_of(match))
        raise _open_quote('"')

    def _expansion(self, match: re.Match[str]) -> str:
        if match["file"]:
            return f"{FILE_OPENED}{match['file'].strip(chr(34) + chr(39))}{FILE_CLOSED}"
        if match["cat_end"]:
            return match["cat"] if match["literal"] or match["quote"] else self._expand_heredoc(match["cat"])
        if match["substitution"]:
            backtick = match["substitution"] == "`"  # PowerShell continues lines with it
            raise _would_run("a command substitution" + (" (or is it for PowerShell?)" if backtick else ""))
        if match["name"] not in self._variables and match["variable"] not in self._command.unset:
            self._command.unset.append(match["variable"])
        return self._variables.get(match["name"], match["variable"])

    def _read_heredocs(self) -> None:
        for command, mark, raw, tabs in self._heredocs:
            self._command = command
            command.stdin = self._heredoc(mark, raw, tabs)
        self._heredocs.clear()
        self._command = Command()

    def _heredoc(self, mark: str, raw: bool, tabs: bool) -> str:
        indent = r"\t*" if tabs else ""
        last_line = re.compile(rf"^{indent}{mark}$\n?", re.MULTILINE)
        match = last_line.search(self._text, self._at)
        if match is None:
            raise PasteError(
                f"The here-document never ends: its last line, {mark}, is missing. Copy the whole command."
            )
        text, self._at = self._text[self._at : match.start()], match.end()
        if tabs:
            text = re.sub(r"^\t+", "", text, flags=re.MULTILINE)
        return text if raw else self._expand_heredoc(text)

    def _expand_heredoc(self, text: str) -> str:
        outer, self._text, self._at = (self._text, self._at), text, 0
        expanded = self._expand(_IN_HEREDOC)
        self._text, self._at = outer
        return expanded


# A caret at its end continues a line, and before an empty line it is a line break of the text; otherwise it escapes the
# next character. Inside quotes it has no meaning.
_CMD_TOKEN = re.compile(r'\^\n(?P<break>\n?)|\^(?P<escaped>.?)|(?P<quoted>"[^"\n]*"?)|(?P<operator>[|&<>])')
# Quotes with the backslashes before them, blanks, and anything else.
_WINDOWS_PIECE = re.compile(r'(\\*)("+)|(\s+)|([^\\\s"]+|\\+)')


def read_cmd(text: str) -> list[Command]:
    """The same for cmd.exe, where Microsoft's C runtime splits a line into words."""
    # The remaining line breaks separate commands; those of a text must not, so they are replaced meanwhile.
    line_break = "\ue002"

    def as_read(token: re.Match[str]) -> str:
        if token["operator"]:
            raise _would_run(f"an operator of cmd.exe (`{token['operator']}`)")
        return line_break if token["break"] else token["escaped"] or token["quoted"] or ""

    lines = _CMD_TOKEN.sub(as_read, text.replace("\r\n", "\n")).split("\n")
    commands = [line for line in lines if line.strip() and not re.match(r"\s*(?:rem\b|::)", line, re.IGNORECASE)]
    return [Command(_split_windows(line.replace(line_break, "\n"))) for line in commands]


def _split_windows(line: str) -> list[str]:
    """The words of a line. Only before a quote do two backslashes mean one, and does one escape the quote.

    https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
    """
    words: list[str] = []
    word: list[str] | None = None
    quoted = False
    for backslashes, quotes, blanks, plain in _WINDOWS_PIECE.findall(line):
        if blanks and not quoted:
            words += [] if word is None else ["".join(word)]
            word = None
            continue
        word = [] if word is None else word
        word += [blanks, plain, "\\" * (len(backslashes) // 2)]
        count = len(quotes)
        if len(backslashes) % 2:
            word.append('"')
            count -= 1
        if count and not quoted:
            quoted = True
            count -= 1
        # Inside quotes, two quotes mean one.
        word.append('"' * (count // 2))
        quoted ^= bool(count % 2)
    if quoted:
        raise _open_quote('"')
    return words if word is None else [*words, "".join(word)]
