"""Programs from templates that read like programs: a line may ask for a circumstance, `@@` marks take the values.

``print(1)  #? tools`` is a line for programs with tools, ``#? not tools`` one for those without. In JavaScript the
mark is ``//?``. `@name@` alone on a line or within one is replaced; what is put in keeps its own lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_ASKS = re.compile(r"[ \t]*(?:#|//)\? (not )?([a-z ]+)$")
_MARK = re.compile(r"@([a-z_]+)@")


def fill(template: str, circumstances: Collection[str], values: Mapping[str, str]) -> str:
    """The program's text. A line is kept when every circumstance it asks for holds."""
    kept = []
    for line in template.strip("\n").split("\n"):
        asked = _ASKS.search(line)
        if asked:
            holds = all(word in circumstances for word in asked[2].split())
            if holds == bool(asked[1]):
                continue
            line = line[: asked.start()]
        kept.append(_MARK.sub(lambda mark: values[mark[1]], line))
    return "\n".join(kept)


def indented(text: str, indent: str = "    ") -> str:
    """The text one level deeper; empty lines stay empty."""
    return "\n".join(f"{indent}{line}" if line else line for line in text.split("\n"))
