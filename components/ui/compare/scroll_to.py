"""Brings the latest trial into sight: when the page opens, and when a message was sent from any place of it."""

from __future__ import annotations

from streamlit.components.v2 import component

_SCRIPT = """
let shown = '';
export default function ({ data }) {
  const before = shown;
  shown = data.target && `${data.of} ${data.target}`;
  if (before === shown || !shown) return;
  const look = (tries) => {
    let found = document.querySelector(`.st-key-${data.target}`);
    if (!found) { if (tries) setTimeout(look, 50, tries - 1); return; }
    // Of columns side by side the replies count: below a message that takes the room, their ends would be out of sight.
    const foot = document.querySelector('[data-testid="stBottom"]')?.offsetHeight ?? 0;
    const first = found.querySelector('[class*="st-key-reply-"]');
    if (first && window.innerWidth > 640 && found.offsetHeight > window.innerHeight - foot - 64) found = first;
    found.style.scrollMarginTop = '4rem';
    found.scrollIntoView({block: 'start', behavior: 'smooth'});
  };
  look(40);
}
"""

_mount = component("scroll_to", js=_SCRIPT)


def scroll_to(key: str, of: str) -> None:
    """Scrolls to the element of that key when it, or what it is a part `of`, is another one than before; an empty key
    is none."""
    _mount(key="scroll-to", data={"target": key, "of": of})
