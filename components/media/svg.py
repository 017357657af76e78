"""SVG drawn to a picture, in a process of its own: nothing is fetched, no other file is read, nothing of it is run.

What is drawn with (resvg) knows no scripts and fetches nothing, but reads pictures from the disk that a drawing names.
So the drawing is written anew first, without any that is not in it. The process is run as
``python -m components.media.svg``: SVG in, a line of JSON and a PNG out.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from components.media.fence import limit_memory, output_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# [own] A drawing has no pixels: small ones are made large enough to be read, large ones no larger than is sent.
_SIDE_LEAST: Final = 1024
_SIDE_MOST: Final = 2048
_ADDRESS_SPACE: Final = 2_000_000_000
_LONGEST_S: Final = 20.0
_MOST_ELEMENTS: Final = 200_000
_MOST_DEPTH: Final = 200

_SVG: Final = "{http://www.w3.org/2000/svg}"
# A picture within the drawing; one that is a drawing itself could name others.
_INSIDE: Final = re.compile(r"\s*(?:#|data:image/(?:png|jpe?g|gif|webp)[;,])", re.IGNORECASE)
_REFERENCES: Final = ("reference to another file", "references to other files")
_SCRIPTS: Final = ("script", "scripts")
_HTML: Final = ("part in HTML", "parts in HTML")
# Those are left out, and called so in a note.
_LEFT_OUT: Final = {f"{_SVG}script": _SCRIPTS, f"{_SVG}foreignObject": _HTML}
# In px: https://www.w3.org/TR/css-values-3/#absolute-lengths
_UNITS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}
_LENGTH: Final = re.compile(r"\s*\+?(\d*\.?\d+(?:[eE][-+]?\d+)?)\s*(px|pt|pc|in|cm|mm)?\s*")
# Fonts that are not installed would leave their text out; the last resort is the one that comes with Pillow.
_FONTS: Final = re.compile(r"(\bfont(?:-family)?\s*:\s*)([^;{}]+)")
_LAST_FONT: Final = "sans-serif"


@dataclass(frozen=True, slots=True)
class Drawn:
    """`png`: the picture; `notes`: what was left out, in plain words."""

    png: bytes = field(repr=False)
    notes: tuple[str, ...]


def draw(data: bytes) -> Drawn:
    """Raises: OSError if it cannot be drawn; ValueError, with the reason, if it is not to be."""
    head, _, png = output_of("components.media.svg", data, _LONGEST_S).partition(b"\n")
    said = json.loads(head)
    if said["refused"]:
        raise ValueError(said["refused"])
    return Drawn(png, tuple(said["notes"]))


def main() -> None:
    """The process: reads an SVG from its input and writes it out."""
    limit_memory(_ADDRESS_SPACE)
    out = sys.stdout.buffer
    try:
        svg, notes = written_anew(sys.stdin.buffer.read())
    except ValueError as reason:
        out.write(json.dumps({"refused": str(reason)}).encode() + b"\n")
        return
    png = _drawn(svg)
    out.write(json.dumps({"refused": "", "notes": notes}).encode() + b"\n" + png)


def _drawn(svg: str) -> bytes:
    from PIL import ImageFont
    from resvg_py import svg_to_bytes

    font = ImageFont.load_default(12)
    if not isinstance(font, ImageFont.FreeTypeFont):  # a Pillow that was built without FreeType
        return svg_to_bytes(svg_string=svg)
    with tempfile.NamedTemporaryFile(suffix=".otf") as file:
        file.write(font.font_bytes)
        file.flush()
        family = font.getname()[0]
        return svg_to_bytes(
            svg_string=svg,
            font_files=[file.name],
            font_family=family,
            sans_serif_family=family,
            serif_family=family,
            monospace_family=family,
        )


def written_anew(data: bytes) -> tuple[str, list[str]]:
    """The drawing with nothing in it that leads out of it, at the size in which it is drawn; and what was left out.

    Raises: ValueError if it is no XML, declares entities, or has too much in it.
    """
    from xml.etree import ElementTree

    _check(data)
    root = ElementTree.fromstring(data)
    counts: Counter[tuple[str, str]] = Counter()
    _clean(root, counts)
    _size(root)
    if not root.get("font-family"):
        root.set("font-family", _LAST_FONT)
    notes = [f"{count} {one if count == 1 else many} in it left out" for (one, many), count in counts.items()]
    return ElementTree.tostring(root, encoding="unicode"), notes


def _check(data: bytes) -> None:
    """Reads it through before a tree is made of it. An entity may stand for a billion others."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    elements = depth = 0

    def begin(*_: object) -> None:
        nonlocal elements, depth
        elements, depth = elements + 1, depth + 1
        if elements > _MOST_ELEMENTS or depth > _MOST_DEPTH:
            raise ValueError("it has more parts than are drawn here")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_: object) -> None:
        raise ValueError("it declares entities, which are not taken")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = begin, end, declare
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is not well-formed ({error})") from error


def _clean(element: Element, counts: Counter[tuple[str, str]]) -> None:
    for name, value in list(element.attrib.items()):
        if name.rpartition("}")[2] in ("href", "src") and element.tag != f"{_SVG}a" and not _INSIDE.match(value):
            del element.attrib[name]
            counts[_REFERENCES] += 1
        elif name == "font-family":
            element.set(name, f"{value}, {_LAST_FONT}")
        elif name == "style":
            element.set(name, _FONTS.sub(rf"\1\2, {_LAST_FONT}", value))
    if element.tag == f"{_SVG}style" and element.text:
        element.text = _FONTS.sub(rf"\1\2, {_LAST_FONT}", element.text)
    for child in list(element):
        what = _LEFT_OUT.get(child.tag)
        if what is None:
            _clean(child, counts)
        else:
            counts[what] += 1
            element.remove(child)


def _size(root: Element) -> None:
    """Sets the size in px; one that is not stated, nor follows from the view box, is left to what draws."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        view = [float(each) for each in box] if len(box) == 4 else []
    except ValueError:
        view = []
    width, height = (_px(root.get(name)) or (view[at] if view else 0.0) for name, at in (("width", 2), ("height", 3)))
    if not (width > 0 and height > 0):
        return
    if not view:
        root.set("viewBox", f"0 0 {width} {height}")
    longest = max(width, height)
    scale = min(max(longest, _SIDE_LEAST), _SIDE_MOST) / longest
    root.set("width", str(max(1, round(width * scale))))
    root.set("height", str(max(1, round(height * scale))))


def _px(length: str | None) -> float | None:
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _UNITS[found[2] or ""] if found else None


if __name__ == "__main__":
    main()
