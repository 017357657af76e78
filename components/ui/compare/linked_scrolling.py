"""Scrolls the panes of a trial together: where one is read, the others follow, each at the same share of its text."""

from __future__ import annotations

from streamlit.components.v2 import component

# Panes grow while they are written, and Streamlit keeps their end in sight then: only what a hand, a wheel or a key
# moves is passed on. The listener is the document's, since the panes are replaced whenever the page is drawn.
_SCRIPT = """
let moved = 0;
let held = null;
const pane = (target) => target instanceof Element && target.closest('[class*="st-key-pane-"]');
const kind = (element) => [...element.classList].find((name) => name.startsWith('st-key-pane-'))
  .replace(/-[A-D]$/, '');
const note = (event) => {
  const own = pane(event.target);
  if (own) { held = own; moved = Date.now(); }
};
const follow = (event) => {
  const own = pane(event.target);
  if (!own || own !== held || Date.now() - moved > 1200) return;
  const source = event.target;
  const range = source.scrollHeight - source.clientHeight;
  if (range <= 0) return;
  for (const other of document.querySelectorAll(`[class*="${kind(own)}-"]`)) {
    if (other === own) continue;
    const target = [other, ...other.querySelectorAll('*')]
      .find((element) => element.scrollHeight > element.clientHeight + 1
        && /auto|scroll/.test(getComputedStyle(element).overflowY));
    if (!target) continue;
    const top = source.scrollTop / range * (target.scrollHeight - target.clientHeight);
    if (Math.abs(target.scrollTop - top) > 1) target.scrollTop = top;
  }
};
export default function () {
  const wanted = ['wheel', 'touchmove', 'pointerdown', 'keydown'];
  wanted.forEach((name) => document.addEventListener(name, note, {capture: true, passive: true}));
  document.addEventListener('scroll', follow, {capture: true, passive: true});
  return () => {
    wanted.forEach((name) => document.removeEventListener(name, note, {capture: true}));
    document.removeEventListener('scroll', follow, {capture: true});
  };
}
"""

_mount = component("linked_scrolling", js=_SCRIPT)


def link_scrolling() -> None:
    """Links the panes of the page for as long as this is drawn."""
    _mount(key="linked-scrolling")
