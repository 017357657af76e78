"""The look of Markdown as a style sheet, in light and dark. All colours have a contrast of at least 4.5:1."""

from __future__ import annotations

from functools import cache
from pathlib import Path

# Name -> its colour in light and in dark; those of the app's theme in `.streamlit/config.toml`.
COLOURS = {
    "text": ("#11141f", "#e6e8f0"),
    "quiet": ("#5a5f73", "#a3a9bd"),
    "ground": ("#fdfdfb", "#11131a"),
    "line": ("#d9dbe4", "#2e3342"),
    "link": ("#2b45b8", "#9db0ff"),
    "code": ("#27407a", "#b9c6ff"),
    "code-ground": ("#f3f4f8", "#191c26"),
    "keyword": ("#1560b0", "#74b4f5"),
    "string": ("#11713a", "#5fd0a8"),
    "number": ("#0e6a5f", "#7fd6c8"),
    "comment": ("#5a5f73", "#a3a9bd"),
    "name": ("#7a3fb0", "#c79bf0"),
    "deleted": ("#b3261e", "#ff8f86"),
}
_MONO = 'ui-monospace, "Source Code Pro", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'


@cache
def style() -> str:
    """The rules, for a page or a file whose `color-scheme` says whether it is light or dark."""
    colours = " ".join(f"--md-{name}: light-dark({light}, {dark});" for name, (light, dark) in COLOURS.items())
    rules = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return f".md {{ {colours} --md-mono: {_MONO}; }}\n{rules}"
