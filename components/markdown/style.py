"""The look of Markdown as a style sheet, in light and dark. All colours have 4.5:1 and more on their ground."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

Theme = Literal["light", "dark"]

# The colours of the app's theme, `.streamlit/config.toml`.
_COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        "text": "#11141f",
        "quiet": "#5a5f73",
        "ground": "#fdfdfb",
        "line": "#d9dbe4",
        "link": "#2b45b8",
        "code": "#27407a",
        "code-ground": "#f3f4f8",
        "keyword": "#1560b0",
        "string": "#11713a",
        "number": "#0e6a5f",
        "comment": "#5a5f73",
        "name": "#7a3fb0",
        "deleted": "#b3261e",
    },
    "dark": {
        "text": "#e6e8f0",
        "quiet": "#a3a9bd",
        "ground": "#11131a",
        "line": "#2e3342",
        "link": "#9db0ff",
        "code": "#b9c6ff",
        "code-ground": "#191c26",
        "keyword": "#74b4f5",
        "string": "#5fd0a8",
        "number": "#7fd6c8",
        "comment": "#a3a9bd",
        "name": "#c79bf0",
        "deleted": "#ff8f86",
    },
}
_MONO = 'ui-monospace, "Source Code Pro", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'


@cache
def style_of(theme: Theme) -> str:
    """The rules in the colours of a theme, for the page."""
    return f".md {{ {_variables(theme)} }}\n{_rules()}"


@cache
def style_of_file() -> str:
    """The rules for a file, which follows the theme of whoever opens it."""
    dark = f"@media (prefers-color-scheme: dark) {{ .md {{ {_variables('dark')} }} }}"
    return f".md {{ {_variables('light')} }}\n{dark}\n{_rules()}"


def _variables(theme: Theme) -> str:
    return " ".join(f"--md-{name}: {value};" for name, value in _COLOURS[theme].items()) + f" --md-mono: {_MONO};"


@cache
def _rules() -> str:
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")
