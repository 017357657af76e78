"""A contact sheet: all pictures that are sent in one, in their order, each with its time under it. For people only.

Owns its layout. The pictures on it are small copies; `frames_zip` has those that are sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil, sqrt

from PIL import Image, ImageDraw

from components.core.parts import FramePart, ImagePart
from components.media.burning import font
from components.media.frames_zip import label_of

# [own] As wide by high as a screen or a page lying on its side.
_SHAPE = 1.6
# [own] px: of a picture's longest side, and of the sheet's, as most screens and viewers show it whole.
_PICTURE_PX, _SHEET_PX = 480, 3600
_GAP, _LABEL_PX, _TITLE_PX = 16, 20, 26
_PAPER, _INK, _FAINT = (255, 255, 255), (17, 20, 31), (90, 95, 115)
_QUALITY = 88
# No font has it: what looks the same is not in ours.
_IN_NO_FONT = "\U0010fffd"


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns` x `rows` of cells, each `cell` px wide and high; the pictures stand in their middles."""

    columns: int
    rows: int
    cell: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Of the sheet, in px."""
        width, height = self.cell
        top = _TITLE_PX + 2 * _GAP
        return self.columns * (width + _GAP) + _GAP, top + self.rows * (height + _LABEL_PX + 2 * _GAP) + _GAP

    def place(self, number: int) -> tuple[int, int]:
        """The upper left of the cell of a picture, which count from 0 along the rows, in px."""
        row, column = divmod(number, self.columns)
        width, height = self.cell
        top = _TITLE_PX + 2 * _GAP
        return _GAP + column * (width + _GAP), top + row * (height + _LABEL_PX + 2 * _GAP) + _GAP


def layout(sizes: Sequence[tuple[int, int]]) -> Layout:
    """Lays out pictures of those sizes in px: as near to the shape of a screen as they allow. There must be one."""
    small = [_fitted(size, _PICTURE_PX) for size in sizes]
    cell = max(width for width, _ in small), max(height for _, height in small)
    columns = _columns(len(sizes), cell)
    rows = ceil(len(sizes) / columns)
    longest = max(Layout(columns, rows, cell).size)
    if longest > _SHEET_PX:
        scale = _SHEET_PX / longest
        cell = max(1, round(cell[0] * scale)), max(1, round(cell[1] * scale))
    return Layout(columns, rows, cell)


def contact_sheet(pictures: Sequence[FramePart | ImagePart], title: str) -> bytes:
    """Draws the sheet as a JPEG. `title` heads it, as far as its letters are known here. There must be a picture."""
    laid = layout([(picture.width, picture.height) for picture in pictures])
    sheet = Image.new("RGB", laid.size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    count = f"{len(pictures)} {'picture' if len(pictures) == 1 else 'pictures'}"
    head = _cut(" · ".join(filter(None, (_known(title), count))), laid.size[0] - 2 * _GAP, _TITLE_PX)
    draw.text((_GAP, _GAP), head, _INK, font(_TITLE_PX))
    for number, picture in enumerate(pictures):
        left, top = laid.place(number)
        width, height = laid.cell
        with Image.open(BytesIO(picture.data)) as opened:
            small = opened.convert("RGBA")
        small = small.resize(_within(small.size, laid.cell), Image.Resampling.LANCZOS)
        sheet.paste(small, (left + (width - small.width) // 2, top + height - small.height), small)
        label = _cut(_known(label_of(picture)) or f"{number + 1}", width, _LABEL_PX)
        draw.text((left + width / 2, top + height + _GAP / 2), label, _FAINT, font(_LABEL_PX), anchor="ma")
    stream = BytesIO()
    sheet.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    return _within(size, (side, side))


def _within(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """The size that fits into the room; never a larger one than it is."""
    scale = min(1.0, room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _columns(count: int, cell: tuple[int, int]) -> int:
    width, height = cell[0] + _GAP, cell[1] + _LABEL_PX + 2 * _GAP
    wanted = min(count, max(1, round(sqrt(count * _SHAPE * height / width))))
    # As many in each row as the rows need: no last row of one.
    return ceil(count / ceil(count / wanted))


def _known(text: str) -> str:
    """The text, if the font has all its letters; else nothing: boxes would tell nobody anything."""
    missing = bytes(font(_LABEL_PX).getmask(_IN_NO_FONT))
    known = all(letter.isspace() or bytes(font(_LABEL_PX).getmask(letter)) != missing for letter in text)
    return text if known else ""


def _cut(text: str, width: int, size_px: int) -> str:
    """As much of the text as has room in `width` px."""
    if font(size_px).getlength(text) <= width:
        return text
    while text and font(size_px).getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text}..."
