"""Brings the latest trial into sight: when the page opens, and when a message was sent from any place of it."""

from __future__ import annotations

from streamlit.components.v2 import component

_SCRIPT = """
let shown = '';
export default function ({ data }) {
  const before = shown;
  shown = data.target;
  if (before === shown || !shown) return;
  const look = (tries) => {
    const found = document.querySelector(`.st-key-${shown}`);
    if (!found) { if (tries) setTimeout(look, 50, tries - 1); return; }
    found.style.scrollMarginTop = '4rem';
    found.scrollIntoView({block: 'start', behavior: 'smooth'});
  };
  look(40);
}
"""

_mount = component("scroll_to", js=_SCRIPT)


def scroll_to(key: str) -> None:
    """Scrolls to the element of that key when it is another one than before; an empty key is none."""
    _mount(key="scroll-to", data={"target": key})
