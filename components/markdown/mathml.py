"""TeX as MathML, which browsers draw by themselves.

latex2mathml parses the TeX. Its tree is serialized here, since its own output does not escape a ``<`` of the text and
it has commands that make links. Only elements and attributes that draw are let through.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

# Longer ones are shown as TeX: parsing takes more than linear time.
_LONGEST = 4_000
_DEEPEST = 60
_ELEMENTS = frozenset(
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext "
    "mtr munder munderover mmultiscripts none mprescripts menclose".split()
)
_ATTRIBUTES = frozenset(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height largeop "
    "linethickness lspace mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace "
    "scriptlevel separator stretchy symmetric voffset width".split()
)
# Labels and tags of equations; latex2mathml would show them as text.
_NUMBERING = re.compile(r"\\(?:label|tag\*?)\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
# latex2mathml allows no space in the name; `mathrm` sets it upright as well.
_SPACED_NAME = re.compile(r"\\operatorname\*?(?=\{[^{}]*\\[,;: !][^{}]*\})")
# latex2mathml leaves the backslash of an escaped sign in a text.
_ESCAPED_SIGN = re.compile(r"\\([$%&#_{}])")
_LINE_ENVIRONMENT = re.compile(r"\\(begin|end)\{(?:alignat|flalign|eqnarray|multline)\*?\}")


@lru_cache(maxsize=4096)
def mathml(tex: str, *, block: bool) -> str | None:
    """The formula as a ``<math>`` element, `block` on lines of its own; None if it cannot be parsed."""
    if len(tex) > _LONGEST or _depth(tex) > _DEEPEST or _open_braces(tex):
        return None
    source = _LINE_ENVIRONMENT.sub(r"\\\1{align*}", _NUMBERING.sub("", tex))
    source = _SPACED_NAME.sub(r"\\mathrm", source)
    try:
        tree = convert_to_element(source, display="block" if block else "inline")
    except Exception:  # noqa: BLE001 - it raises a dozen kinds, IndexError and KeyError among them, for TeX that it does not know
        return None
    return _serialized(tree)


def _open_braces(tex: str) -> int:
    """The number of open braces; latex2mathml would omit their content."""
    bare = re.sub(r"\\[\s\S]", "", tex)
    return bare.count("{") - bare.count("}")


def _depth(tex: str) -> int:
    deepest = depth = 0
    for character in tex:
        if character == "{":
            depth += 1
            deepest = max(deepest, depth)
        elif character == "}":
            depth -= 1
    # `\left` and environments nest without braces.
    return deepest + tex.count("\\left") + tex.count("\\begin")


def _serialized(element: Element) -> str | None:
    inner: list[str] = []
    for child in element:
        child_text = _serialized(child)
        if child_text is None:
            return None
        inner.append(child_text)
    if (
        element.tag == "math"
        and len(inner) == 1
        and inner[0].startswith("<mrow>")
        and len(element[0])
        and not element[0].attrib
    ):
        inner[0] = (
            inner[0].removeprefix("<mrow>").removesuffix("</mrow>")
        )  # `math` lays its content out as a row anyway
    text = html.escape(html.unescape(element.text or ""), quote=False)
    if element.tag == "mtext":
        text = _ESCAPED_SIGN.sub(r"\1", text)
    # latex2mathml shows an unknown command as the name of a variable.
    if element.tag not in _ELEMENTS or (text.startswith("\\") and len(text) > 2):
        return None
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and (name, value) != ("display", "inline")
    )
    return f"<{element.tag}{attributes}>{text}{''.join(inner)}</{element.tag}>"
