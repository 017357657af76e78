"""Times in an answer as links that open the frame of that moment; `cited` hears the clicks.

Only in plain text: code, formulas and links are left as they are. A time outside of the clip is flagged instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.core.parts import FramePart
from components.core.times import Mention, mentions
from components.markdown.writer import WriteText, escape
from components.media.attachments import Attachment
from components.media.documents import Document
from components.media.playing import Film, film_of, film_of_part
from components.media.storyboard import Storyboard
from components.runs.conversation import Turn

# The link of a chip: a fragment of an address, which browsers send to no server.
HREF = "#clip-at-"
# A model rounds the clip's last moment up.
_SLACK_S = 0.06


@dataclass(frozen=True, slots=True)
class ClipSeen:
    """A clip that the model was shown: the frames that were sent, and the clip itself where its file is available."""

    name: str
    frames: tuple[FramePart, ...]
    film: Film | None

    def holds(self, time_s: float) -> bool:
        """Whether the clip has that moment; True where its file is no longer available, and so its length unknown."""
        if self.film is None:
            return True
        return time_s <= self.film.duration_s + _SLACK_S

    def nearest(self, time_s: float) -> FramePart:
        """The frame that was sent and is closest to a moment."""
        return min(self.frames, key=lambda frame: abs(frame.time_s - time_s))


def clips_seen(turns: Iterable[Turn]) -> list[tuple[ClipSeen, ...]]:
    """For each turn its clips, or else those of the latest turn before it that has any."""
    clips: tuple[ClipSeen, ...] = ()
    return [clips := tuple(_seen(turn.attachments)) or clips for turn in turns]


def _seen(attachments: Iterable[Attachment]) -> Iterable[ClipSeen]:
    for attachment in attachments:
        frames: dict[str, list[FramePart]] = {}
        for part in attachment.parts:
            if isinstance(part, FramePart) and not part.page:
                frames.setdefault(part.clip, []).append(part)
        for name, parts in frames.items():
            yield ClipSeen(name, tuple(parts), _film(attachment))


def _film(attachment: Attachment) -> Film | None:
    board = attachment.facts
    if isinstance(board, Storyboard) and not isinstance(board.clip, Document):
        return film_of(board.clip)
    return film_of_part(attachment.video) if attachment.video else None


def write_times(clips: Sequence[ClipSeen]) -> WriteText:
    """Writes plain text with its times as chips; as it is where no clip was shown."""
    return (lambda text: _with_chips(text, clips)) if clips else escape


def _with_chips(text: str, clips: Sequence[ClipSeen]) -> str:
    out: list[str] = []
    position = 0
    for mention in mentions(text):
        out.append(escape(text[position : mention.begin]))
        out.append(_chip(text[mention.begin : mention.end], mention, clips))
        position = mention.end
    out.append(escape(text[position:]))
    return "".join(out)


def _chip(words: str, mention: Mention, clips: Sequence[ClipSeen]) -> str:
    label = escape(words.replace("[", "").replace("]", ""))
    latest = max(mention.start_s, mention.end_s or 0.0)
    if not any(clip.holds(latest) for clip in clips):
        return f'<span class="chip outside">{label} is not in the clip</span>'
    return f'<a class="chip" href="{HREF}{mention.start_s:.3f}">{label}</a>'
