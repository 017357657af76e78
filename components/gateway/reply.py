"""One reply as a lazy run of tokens: thinking, then the answer or a tool call, cut where the request says.

It applies the limits (thinking budget, max_tokens, stop) and counts; the composer writes the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from components.gateway.calling import choose_calls
from components.gateway.composer.answer import write_answer
from components.gateway.composer.context import Context
from components.gateway.composer.outline import make_outline
from components.gateway.composer.thinking import write_thinking
from components.gateway.composer.tools import explain_calls
from components.gateway.composer.wording import Wording
from components.gateway.conversation import Call
from components.gateway.sampling import Sampler
from components.gateway.search import footer
from components.gateway.tokens import iter_tokens, split_tokens

TokenKind = Literal["thinking", "answer", "call", "arguments"]
FinishReason = Literal["stop", "length", "tool_calls"]


class Token(NamedTuple):
    """One token of the reply. Kind ``call`` opens tool call number `call`; ``arguments`` continues it."""

    kind: TokenKind
    text: str
    call: int = 0

    @property
    def block(self) -> tuple[str, int]:
        """The block it belongs to: the thinking, the answer, or one call. Tokens of one block follow one another."""
        return ("call" if self.kind == "arguments" else self.kind, self.call)


class Reply:
    """Iterate `tokens()` once; counts and `finish_reason` grow with it and are final when it is exhausted."""

    def __init__(self, context: Context, seed: str) -> None:
        self.context = context
        self.calls: tuple[Call, ...] = choose_calls(context.request, context.prompt)
        self.thinking_tokens = 0
        self.answer_tokens = 0
        self.finish_reason: FinishReason = "stop"
        self._wording = Wording(Sampler(context.number("temperature"), context.number("top_p"), seed))
        self._outline = (
            explain_calls(context, self.calls, self._wording) if self.calls else make_outline(context, self._wording)
        )

    @property
    def completion_tokens(self) -> int:
        """Thinking and answer together, which is what was streamed."""
        return self.thinking_tokens + self.answer_tokens

    def tokens(self) -> Iterator[Token]:
        """Yields the reply token by token, thinking first."""
        outline = self._outline
        if self.context.thinking.on:
            for text in self._thinking(write_thinking(self.context, outline, self._wording)):
                self.thinking_tokens += 1
                yield Token("thinking", text)
        limit = self.context.parameters["max_tokens"]
        assert isinstance(limit, int)  # checked against the card, or its documented default
        source = (
            self._call_tokens()
            if self.calls
            else self._answer_tokens(write_answer(self.context, outline, self._wording))
        )
        for token in source:
            if self.answer_tokens == limit:
                self.finish_reason = "length"
                return
            self.answer_tokens += 1
            yield token
        self.finish_reason = "tool_calls" if self.calls else "stop"

    def _thinking(self, blocks: Iterator[str]) -> Iterator[str]:
        wanted = self.context.directive.thinking
        most = self.context.thinking.budget if wanted is None else min(wanted, self.context.thinking.budget)
        return islice(_pieces(blocks), most)

    def _answer_tokens(self, blocks: Iterator[str]) -> Iterator[Token]:
        pieces = islice(_pieces(blocks), self.context.directive.answer)
        stop = self.context.parameters["stop"]
        for text in end_before_stop(pieces, stop) if isinstance(stop, tuple) and stop else pieces:
            yield Token("answer", text)
        if self.context.sources and not self.context.parameters["disable_formatting"]:
            for text in iter_tokens(footer(self.context.sources)):
                yield Token("answer", text)

    def _call_tokens(self) -> Iterator[Token]:
        for index, call in enumerate(self.calls):
            yield Token("call", call.name, index)
            for text in split_tokens(call.arguments):
                yield Token("arguments", text, index)


def end_before_stop(pieces: Iterable[str], stops: tuple[str, ...]) -> Iterator[str]:
    """Passes pieces on until one of `stops` appears in their text, also across pieces; the match is not passed on.

    Holds back only what may still become a match, so that the stream does not stutter.
    """
    pending: list[str] = []
    for piece in pieces:
        pending.append(piece)
        text = "".join(pending)
        found = [start for stop in stops if (start := text.find(stop)) >= 0]
        if found:
            yield from _first_characters(pending, min(found))
            return
        safe = len(text) - _possible_start(text, stops)
        while pending and len(pending[0]) <= safe:
            safe -= len(pending[0])
            yield pending.pop(0)
    yield from pending


def _possible_start(text: str, stops: tuple[str, ...]) -> int:
    """The length of the longest end of `text` that a stop string begins with."""
    longest = max(map(len, stops)) - 1
    for length in range(min(longest, len(text)), 0, -1):
        if any(stop.startswith(text[-length:]) for stop in stops):
            return length
    return 0


def _first_characters(pieces: list[str], count: int) -> Iterator[str]:
    for piece in pieces:
        if count <= 0:
            return
        yield piece[:count]
        count -= len(piece)


def _pieces(blocks: Iterator[str]) -> Iterator[str]:
    for block in blocks:
        yield from iter_tokens(block)
