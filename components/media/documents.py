"""`Document`: a PDF or a TIFF of several pages, each drawn as a picture by a process of its own.

Owns the sentences that refuse one; `page_process` reads, `rendering` encodes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ClassVar

import numpy as np

from components.core.errors import MediaError
from components.media import limits
from components.media.clip_cache import Token
from components.media.fence import fenced
from components.media.orientation import Frame
from components.media.signatures import misnamed, require
from components.media.source import OfSource, Source

_PROCESS = "components.media.page_process"
# [own] What the process may take in all, waiting included; its own limits are those of work.
_LONGEST_S = 120.0
# [own] Of work; maps and drawings of a million lines take two or three, and what takes longer was made to.
_PAGE_S = 5.0
# [own] Pages that end the process before the others are given up, too.
_MOST_BROKEN = 2
_MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Page:
    """A drawn page: its number from 0, its pixels (uint8, height x width x 3, BGR), and its text as far as sent."""

    number: int
    pixels: Frame = field(repr=False)
    text: str


@dataclass(frozen=True, slots=True)
class Document(OfSource):
    """A document and its facts. `places`: where in the file each page is. `size`: of the first, in words.

    To a sampling it is a clip on which each page stands for one second. `token` stands for it in caches.
    """

    kind: ClassVar = "document"
    unit: ClassVar = "page"

    name: str
    source: Source = field(repr=False)
    format: str
    size: str
    places: Sequence[int] = field(repr=False)
    notes: tuple[str, ...] = ()
    token: Token = field(default_factory=Token, repr=False, compare=False)

    @property
    def frame_count(self) -> int:
        """How many pages it has."""
        return len(self.places)

    @property
    def frame_times_s(self) -> Sequence[float]:
        """The place of each page: 0, 1, 2, …"""
        return range(len(self.places))

    @property
    def duration_s(self) -> float:
        """One for each page."""
        return float(len(self.places))

    def pages_at(self, numbers: Sequence[int], side: int, check: Callable[[], None]) -> Iterator[Page]:
        """Yields the pages of `numbers`, no longer than `side` px. One that cannot be drawn is left out.

        Raises: whatever `check`, called for each page, raises.
        """
        left = [number for number in numbers if 0 <= number < len(self.places)]
        broken = 0
        while left and broken < _MOST_BROKEN:
            for page in self._drawn(tuple(left), side):
                check()
                left.pop(0)
                if page is not None:
                    yield page
            if left:
                # It ended over this one.
                left.pop(0)
                broken += 1

    def _drawn(self, numbers: Sequence[int], side: int) -> Iterator[Page | None]:
        places = [self.places[number] for number in numbers]
        with fenced(_PROCESS, _request(self.format, self.data, places, side), _LONGEST_S) as process:
            if _line(process.output) is None:
                return
            for number in numbers:
                if (head := _line(process.output)) is None:
                    return
                if head.get("failed"):
                    yield None
                    continue
                size = head["width"] * head["height"] * 3
                pixels = process.output.read(size)
                if len(pixels) < size:
                    return
                frame = np.frombuffer(pixels, np.uint8).reshape(head["height"], head["width"], 3)
                yield Page(number, frame, _plain(head["text"]) + ("\n[cut here]" if head["cut"] else ""))


def open_document(name: str, data: bytes) -> Document:
    """Reads how many pages there are. Raises: MediaError if it is too large, protected, damaged or has none."""
    if len(data) > limits.DOCUMENT_UPLOAD_BYTES:
        raise MediaError(
            f"{name!r} has {len(data) / limits.MEGABYTE:.0f} MB, more than the "
            f"{limits.DOCUMENT_UPLOAD_BYTES // limits.MEGABYTE} MB a document may have: save it smaller or in parts."
        )
    format = require(name, data, {"pdf": "PDF", "tif": "TIFF"})
    with fenced(_PROCESS, _request(format, data), _LONGEST_S) as process:
        head = _line(process.output)
    if head is None:
        raise MediaError(f"{name!r} takes too much time or memory to be opened: print it to a new PDF and attach that.")
    if head.get("refused") == "password":
        raise MediaError(f"{name!r} asks for a password: save a copy without one and attach that.")
    places = range(head["places"]) if isinstance(head.get("places"), int) else head.get("places", [])
    if not places:
        raise MediaError(f"{name!r} is a damaged {format} or has no pages: open it in a viewer and save it anew.")
    width, height = head["size"]
    size = f"{width:.0f} × {height:.0f} px"
    if format == "PDF":
        size = f"{width * _MM_PER_POINT:.0f} × {height * _MM_PER_POINT:.0f} mm"
    cut = (f"only its first {len(places):,} pages can be found; the file may be cut short",) if head["cut"] else ()
    return Document(name, Source(data), format, size, places, (*misnamed(name, data), *cut))


def cannot_be_drawn(document: Document) -> MediaError:
    """The sentence for a document of which no page came."""
    return MediaError(
        f"None of the pages of {document.name!r} can be drawn: they are damaged, or each takes more than "
        f"{_PAGE_S:.0f} s or too much memory; print it to a new PDF and attach that."
    )


def page_list(numbers: Sequence[int]) -> str:
    """Writes ascending numbers of pages, which count from 0, as people do: `1-5, 8`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs)


def read_pages(text: str, count: int) -> list[int]:
    """The numbers, from 0, of the pages that a person typed, of `count`: `1-5, 8`.

    Raises: ValueError with the word that is none.
    """
    pages: set[int] = set()
    for word in re.split(r"[,;]|(?<=\d)\s+(?=\d)", re.sub(r"\s*[-–]\s*", "-", text)):
        if not (word := word.strip()):
            continue
        match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", word)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last or first > count:
            raise ValueError(word)
        pages.update(range(first - 1, min(last, count)))
    return sorted(pages)


def _request(format: str, data: bytes, places: Sequence[int] = (), side: int = 0) -> bytes:
    asked = {"format": format, "pages": list(places), "side": side, "page_s": _PAGE_S}
    return json.dumps(asked).encode() + b"\n" + data


def _line(output: BinaryIO) -> dict[str, Any] | None:
    """None where the process has ended."""
    line = output.readline()
    return json.loads(line) if line.endswith(b"\n") else None


def _plain(text: str) -> str:
    """The text without what PDFium marks places with (a hyphen at a line's end is U+FFFE) and other control codes."""
    text = text.replace("\ufffe", "-")
    return "".join(character for character in text if character >= " " or character in "\n\t").strip()
