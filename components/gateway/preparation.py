"""From a parsed request to everything the reply needs: media measured, prompt counted, cache asked.

Does the heavy work that may take a while (decoding); runs in a worker thread, never on the server's loop.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from components.core.card import ModelCard
from components.core.parts import clock
from components.gateway import assumptions
from components.gateway.cache import MediumUnit, PromptCache, PromptUnit
from components.gateway.composer.context import Context, Picture
from components.gateway.conversation import Medium, Request, Text, Tool, Turn
from components.gateway.directive import read_directive, without_directive
from components.gateway.errors import bad_request
from components.gateway.media.clips import ClipStats, compare_frames, is_page_caption, measure_clip, read_caption
from components.gateway.media.picture_stats import PictureStats, measure_picture
from components.gateway.recent import Recent
from components.gateway.search import context_text, search
from components.gateway.text_files import TextFile, split_files
from components.gateway.thinking import plan_thinking
from components.gateway.tokens import split_tokens
from components.params.cards import default_card

_PICTURES_KEPT = 256
_CLIPS_KEPT = 16


@dataclass(slots=True)
class _Contents:
    """What one user message holds: its own words without captions, text files, pictures, frames by clip, clips."""

    texts: list[str] = field(default_factory=list)
    files: list[TextFile] = field(default_factory=list)
    pictures: list[Medium] = field(default_factory=list)
    frames: dict[str, list[tuple[float, PictureStats]]] = field(default_factory=dict)
    videos: list[ClipStats] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "\n".join(self.texts).strip()

    @property
    def clips(self) -> tuple[ClipStats, ...]:
        """The frames that came one by one, grouped by the clip they name, and whole videos."""
        return (*(compare_frames(name or "the clip", frames) for name, frames in self.frames.items()), *self.videos)

    @property
    def quotable(self) -> str:
        """The message as a later reply quotes it."""
        if words := without_directive(self.words):
            return words
        if self.files:
            return f"(the file {self.files[0].name})"
        if self.frames:
            return f"(frames of a clip from {clock(next(iter(self.frames.values()))[0][0])} on)"
        return ""


class Preparation:
    """Prepares requests for one model. Keeps the prompt cache and the measurements of earlier requests."""

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        maker = f" made by {card.provider}" if card.provider else ""
        self._identity = assumptions.IDENTITY_PROMPT.format(name=card.display_name, maker=maker)
        self._cache = PromptCache()
        self._picture_stats: Recent[PictureStats] = Recent(_PICTURES_KEPT)
        self._clip_stats: Recent[ClipStats] = Recent(_CLIPS_KEPT)

    def prepare(self, request: Request, key: str) -> Context:
        """Measures, counts and asks the cache.

        Raises: GatewayError 400 for media that cannot be decoded, for a prompt over the context window and for a
        ``simulate:`` line that is not understood.
        """
        before, last = _split_at_last_user(request.turns)
        now = self._contents(last) if last else _Contents()
        past = [self._contents(turn) for turn in before if turn.role == "user"]
        own = {name: value for name, value in self._card.defaults.items() if value is not None}
        # What the card has no default for is done as the default card has it: a simulator cannot leave it open.
        parameters = {**default_card().defaults, **own, **request.given}
        prompt = without_directive(now.words)
        sources = search(prompt) if parameters["web_search_linkup"] else ()
        units = self._prompt_units(request)
        if sources:
            units.append(split_tokens(context_text(sources)))
        prompt_tokens = _count(units)
        window = self._card.context_tokens
        if window is not None and prompt_tokens > window:
            raise bad_request(
                f"The prompt has {prompt_tokens:,} tokens; the context window holds {window:,}.",
                "messages",
                "context_length_exceeded",
            )
        earlier_pictures = self._pictures([medium for contents in past for medium in contents.pictures], 1)
        return Context(
            request=request,
            prompt=prompt,
            earlier_questions=tuple(filter(None, (contents.quotable for contents in past))),
            earlier_answers=tuple(turn.text for turn in before if turn.role == "assistant" and turn.text.strip()),
            files=tuple(now.files),
            pictures=self._pictures(now.pictures, len(earlier_pictures) + 1),
            clips=now.clips,
            earlier_pictures=earlier_pictures,
            earlier_clips=tuple(clip for contents in past for clip in contents.clips),
            sources=sources,
            thinking=plan_thinking(request.given, self._card),
            parameters=parameters,
            directive=read_directive(now.words),
            prompt_tokens=prompt_tokens,
            cached_tokens=self._cache.match_and_remember(key, units),
        )

    def count(self, request: Request) -> int:
        """The tokens of the prompt, without answering it. Raises: GatewayError 400 for media it cannot decode."""
        return _count(self._prompt_units(request))

    def _contents(self, turn: Turn) -> _Contents:
        contents = _Contents()
        caption: tuple[float, str] | None = None
        for part, following in zip(turn.parts, (*turn.parts[1:], None), strict=True):
            if isinstance(part, Text):
                is_caption = isinstance(following, Medium) and following.kind == "image"
                caption = read_caption(part.text) if is_caption else None
                if caption is None and not (is_caption and is_page_caption(part.text)):
                    words, files = split_files(part.text)
                    contents.texts.append(words)
                    contents.files += files
            elif part.kind == "image" and caption is not None and part.data is not None:
                time_s, clip = caption
                contents.frames.setdefault(clip, []).append((time_s, self._picture(part.data, part.where)))
                caption = None
            elif part.kind == "image":
                contents.pictures.append(part)
            elif part.data is None:
                contents.texts.append(f"(a video at {part.url}, which the simulator does not fetch)")
            else:
                contents.videos.append(self._clip(part.data, part.where))
        return contents

    def _pictures(self, media: list[Medium], first_number: int) -> tuple[Picture, ...]:
        return tuple(
            Picture(number, self._picture(medium.data, medium.where) if medium.data else None, medium.url)
            for number, medium in enumerate(media, first_number)
        )

    def _picture(self, data: bytes, where: str) -> PictureStats:
        digest = hashlib.sha256(data).hexdigest()
        return self._picture_stats.get(digest, lambda: measure_picture(data, digest, where))

    def _clip(self, data: bytes, where: str) -> ClipStats:
        digest = hashlib.sha256(data).hexdigest()
        return self._clip_stats.get(digest, lambda: measure_clip(data, digest, where))

    def _prompt_units(self, request: Request) -> list[PromptUnit]:
        units: list[PromptUnit] = []
        if request.tools:
            units.append(split_tokens(_tools_text(request.tools)))
        if not request.system:
            units.append(_markers("system") + split_tokens(self._identity))
        for turn in request.turns:
            units.append(_markers(turn.role))
            for text in (turn.thinking, *(f"{call.id}{call.name}{call.arguments}" for call in turn.calls)):
                if text:
                    units.append(split_tokens(text))
            for part in turn.parts:
                units.append(split_tokens(part.text) if isinstance(part, Text) else self._medium_unit(part))
        return units

    def _medium_unit(self, medium: Medium) -> MediumUnit:
        if medium.data is None:
            return MediumUnit(medium.url or "", assumptions.UNKNOWN_PICTURE_TOKENS)
        measure = self._picture if medium.kind == "image" else self._clip
        stats = measure(medium.data, medium.where)
        return MediumUnit(stats.digest, stats.tokens)


def _count(units: list[PromptUnit]) -> int:
    return sum(unit.tokens if isinstance(unit, MediumUnit) else len(unit) for unit in units)


def _tools_text(tools: tuple[Tool, ...]) -> str:
    """The tools as they count in the prompt: in the shape of chat completions, which the gateway translates to."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": dict(tool.schema)} for tool in tools
    ]
    return json.dumps(
        [{"type": "function", "function": function} for function in functions],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _split_at_last_user(turns: tuple[Turn, ...]) -> tuple[tuple[Turn, ...], Turn | None]:
    """The turns before the latest user message, and that message; all turns and None where there is none."""
    for index in range(len(turns) - 1, -1, -1):
        if turns[index].role == "user":
            return turns[:index], turns[index]
    return turns, None


def _markers(role: str) -> list[str]:
    return [f"<{role}>", *(["<>"] * (assumptions.MESSAGE_MARKERS - 1))]
