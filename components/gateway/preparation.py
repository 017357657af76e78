"""From a parsed request to everything the reply needs: media measured, prompt counted, cache asked.

Does the heavy work that may take a while (decoding); runs in a worker thread, never on the server's loop.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from components.core.card import ModelCard
from components.core.parts import clock
from components.gateway import assumptions
from components.gateway.cache import MediumUnit, PromptCache, PromptUnit
from components.gateway.composer.context import Context, Picture
from components.gateway.conversation import Medium, Request, Text, Turn
from components.gateway.directive import read_directive
from components.gateway.errors import bad_request
from components.gateway.media.clips import ClipStats, compare_frames, is_page_caption, measure_clip, read_caption
from components.gateway.media.picture_stats import PictureStats, PictureStatsCache
from components.gateway.search import context_text, search
from components.gateway.thinking import plan_thinking
from components.gateway.tokens import split_tokens
from components.params.cards import default_card

_CLIPS_KEPT = 16


@dataclass(slots=True)
class _Media:
    """What one turn holds: words without captions and without the simulate line, pictures, clips."""

    words: list[str] = field(default_factory=list)
    pictures: list[Medium] = field(default_factory=list)
    stills: dict[str, list[tuple[float, PictureStats]]] = field(default_factory=dict)
    clips: list[ClipStats] = field(default_factory=list)

    def all_clips(self) -> tuple[ClipStats, ...]:
        """Whole videos, and the frames that came one by one, grouped by the clip they name."""
        framed = [compare_frames(name or "the clip", stills) for name, stills in self.stills.items()]
        return (*framed, *self.clips)


class Preparation:
    """Prepares requests for one model. Keeps the prompt cache and the measurements of earlier requests."""

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        maker = f" made by {card.provider}" if card.provider else ""
        self._identity = assumptions.IDENTITY_PROMPT.format(name=card.display_name, maker=maker)
        self._cache = PromptCache()
        self._picture_stats = PictureStatsCache()
        self._clips: OrderedDict[str, ClipStats] = OrderedDict()
        self._lock = Lock()

    def prepare(self, request: Request, key: str) -> Context:
        """Measures, counts and asks the cache.

        Raises: GatewayError 400 for media that cannot be decoded and for a prompt over the context window.
        """
        last = request.last_user
        prompt_text = last.text if last else ""
        directive = read_directive(prompt_text)
        own = {name: value for name, value in self._card.defaults.items() if value is not None}
        # What the card has no default for is done as the default card has it: a simulator cannot leave it open.
        parameters = {**default_card().defaults, **own, **request.given}
        query = self._media_of(last, pictures_only=True).words if last and parameters["web_search_linkup"] else []
        sources = search("\n".join(query))
        units = self._prompt_units(request)
        if sources:
            units.append(split_tokens(context_text(sources)))
        prompt_tokens = _tokens(units)
        context = self._card.context_tokens
        if context is not None and prompt_tokens > context:
            raise bad_request(
                f"The prompt has {prompt_tokens:,} tokens; the context window holds {context:,}.",
                "messages",
                "context_length_exceeded",
            )
        earlier = _before_last_user(request.turns)
        past = [self._media_of(turn) for turn in earlier if turn.role == "user"]
        now = self._media_of(last) if last else _Media()
        before = self._pictures([medium for turn in past for medium in turn.pictures], 1)
        return Context(
            request=request,
            prompt="\n".join(now.words).strip(),
            earlier=tuple(_without_captions(turn, media) for turn, media in _paired(earlier, past)),
            pictures=self._pictures(now.pictures, len(before) + 1),
            clips=now.all_clips(),
            earlier_pictures=before,
            earlier_clips=tuple(clip for turn in past for clip in turn.all_clips()),
            sources=sources,
            thinking=plan_thinking(request.given, self._card),
            parameters=parameters,
            directive=directive,
            prompt_tokens=prompt_tokens,
            cached_tokens=self._cache.match_and_remember(key, units),
        )

    def count(self, request: Request) -> int:
        """The tokens of the prompt, without answering it. Raises: GatewayError 400 for media it cannot decode."""
        return _tokens(self._prompt_units(request))

    def _pictures(self, media: list[Medium], first_number: int) -> tuple[Picture, ...]:
        return tuple(
            Picture(number, self._picture_stats.measure(medium.data, medium.where) if medium.data else None, medium.url)
            for number, medium in enumerate(media, first_number)
        )

    def _media_of(self, turn: Turn, *, pictures_only: bool = False) -> _Media:
        """Sorts the parts of a turn; `pictures_only` leaves whole videos undecoded."""
        media = _Media()
        caption: tuple[float, str] | None = None
        for part in turn.parts:
            if isinstance(part, Text):
                is_caption = _is_followed_by_picture(turn, part)
                caption = read_caption(part.text) if is_caption else None
                if caption is None and not (is_caption and is_page_caption(part.text)):
                    media.words.append(_without_directive(part.text))
            elif part.kind == "image" and caption is not None and part.data is not None:
                time_s, name = caption
                media.stills.setdefault(name, []).append((time_s, self._picture_stats.measure(part.data, part.where)))
                caption = None
            elif part.kind == "image":
                media.pictures.append(part)
            elif part.data is None:
                media.words.append(f"(a video at {part.url}, which the simulator does not fetch)")
            elif not pictures_only:
                media.clips.append(self._clip(part))
        return media

    def _clip(self, medium: Medium) -> ClipStats:
        assert medium.data is not None
        digest = hashlib.sha256(medium.data).hexdigest()
        with self._lock:
            if (known := self._clips.get(digest)) is not None:
                self._clips.move_to_end(digest)
                return known
        clip = measure_clip(medium.data, digest, medium.where)
        with self._lock:
            self._clips[digest] = clip
            while len(self._clips) > _CLIPS_KEPT:
                self._clips.popitem(last=False)
        return clip

    def _prompt_units(self, request: Request) -> list[PromptUnit]:
        units: list[PromptUnit] = []
        if request.tools_text:
            units.append(split_tokens(request.tools_text))
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
        if medium.kind == "image":
            stats = self._picture_stats.measure(medium.data, medium.where)
            return MediumUnit(stats.digest, stats.tokens)
        clip = self._clip(medium)
        return MediumUnit(clip.digest, clip.tokens)


def _tokens(units: list[PromptUnit]) -> int:
    return sum(unit.tokens if isinstance(unit, MediumUnit) else len(unit) for unit in units)


def _before_last_user(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    place = next((place for place in range(len(turns) - 1, -1, -1) if turns[place].role == "user"), len(turns))
    return turns[:place]


def _markers(role: str) -> list[str]:
    return [f"<{role}>", *(["<>"] * (assumptions.MESSAGE_MARKERS - 1))]


def _is_followed_by_picture(turn: Turn, text: Text) -> bool:
    place = next(place for place, part in enumerate(turn.parts) if part is text)
    following = turn.parts[place + 1] if place + 1 < len(turn.parts) else None
    return isinstance(following, Medium) and following.kind == "image"


def _without_directive(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.strip().lower().startswith("simulate:"))


def _paired(turns: tuple[Turn, ...], media: list[_Media]) -> list[tuple[Turn, _Media | None]]:
    found = iter(media)
    return [(turn, next(found) if turn.role == "user" else None) for turn in turns]


def _without_captions(turn: Turn, media: _Media | None) -> Turn:
    """An earlier turn as the composer quotes it: the words only."""
    if media is None:
        return turn
    words = "\n".join(media.words).strip()
    if not words and media.stills:
        first = next(iter(media.stills.values()))[0][0]
        words = f"(frames of a clip from {clock(first)} on)"
    return Turn(turn.role, (Text(words),))
