"""What a person sees of the page: inside the window, uncovered, not greyed, not cut off by a box of its own.

`sight` looks at one element; `Looks` looks again and again at text that grows, the way somebody watches a reply.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

# Everything below is asked of the browser. A point counts as seen when the hit test finds there what it is a point of:
# what is cut off by a box that scrolls, covered by the bottom of the page or outside of the window is not hit.
_LIBRARY = r"""
(() => {
  if (window.seeing) return;
  const opacity = (element) => {
    let seen = 1;
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      seen *= Number(getComputedStyle(at).opacity);
    }
    return seen;
  };
  const hit = (element, x, y) => {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return 'outside';
    // What cannot be seen itself covers nothing.
    let found = document.elementsFromPoint(x, y).find((one) => opacity(one) > 0);
    while (found?.shadowRoot?.elementFromPoint(x, y) && found !== found.shadowRoot.elementFromPoint(x, y)) {
      found = found.shadowRoot.elementFromPoint(x, y);
    }
    if (!found) return 'outside';
    for (let at = found; at; at = at.parentElement ?? at.getRootNode().host) if (at === element) return '';
    return 'covered';
  };
  const sight = (element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) return 'no size';
    if (opacity(element) < 0.9) return 'greyed';
    // Within round corners, too.
    const round = parseFloat(getComputedStyle(element).borderTopLeftRadius) || 0;
    const inset = Math.min(2 + 0.3 * round, box.width / 4, box.height / 4);
    for (const x of [box.left + inset, (box.left + box.right) / 2, box.right - inset]) {
      for (const y of [box.top + inset, (box.top + box.bottom) / 2, box.bottom - inset]) {
        const why = hit(element, x, y);
        if (why) return why;
      }
    }
    return '';
  };
  // The newest lines of a text, the last one first: where each stands in the window.
  const newest = (pane, most) => {
    const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
    const lines = [];
    let node = walker.lastChild();
    while (node && walker.lastChild()) node = walker.currentNode;
    for (node = walker.currentNode; node && lines.length < most; node = walker.previousNode()) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.setStart(node, Math.max(0, node.data.trimEnd().length - 600));
      range.setEnd(node, node.data.trimEnd().length);
      for (const box of [...range.getClientRects()].reverse()) {
        if (box.width < 1 || lines.length === most) continue;
        const last = lines.at(-1);
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        if (last && Math.abs(last.y - y) < 4) last.xs.push(x);
        else lines.push({element: node.parentElement, xs: [x], y});
      }
    }
    return lines;
  };
  const seesNewest = (pane) => newest(pane, 3).some(
    (line) => opacity(line.element) >= 0.9 && line.xs.some((x) => hit(line.element, x, line.y) === ''));
  const looks = {};
  const watch = (panes, whileThere, everyMs) => {
    for (const name of Object.keys(panes)) looks[name] = [];
    const sizes = {};
    clearInterval(window.seeingTimer);
    window.seeingTimer = setInterval(() => {
      if (!document.querySelector(whileThere)) return;
      for (const [name, selector] of Object.entries(panes)) {
        const all = document.querySelectorAll(selector);
        const pane = all[all.length - 1];
        const size = pane ? pane.textContent.length : 0;
        if (size && size !== sizes[name]) looks[name].push(seesNewest(pane));
        sizes[name] = size;
      }
    }, everyMs);
  };
  // Texts that grew while there was something to stop, and were out of sight right then.
  const missed = [];
  const watchGrowth = (selector) => {
    const sizes = new WeakMap();
    new MutationObserver((records) => {
      const elements = records.map(({target}) => (target.closest ? target : target.parentElement));
      const panes = new Set(elements.map((element) => element?.closest(selector)));
      for (const pane of panes) {
        if (!pane) continue;
        const [before, now] = [sizes.get(pane) ?? 0, pane.textContent.length];
        sizes.set(pane, now);
        if (now <= before || !document.querySelector('.st-key-stop')) continue;
        // Once all who hear of the change have heard of it.
        queueMicrotask(() => { if (!seesNewest(pane)) missed.push(pane.textContent.slice(-60)); });
      }
    }).observe(document.body, {childList: true, subtree: true, characterData: true});
  };
  window.seeing = {missed, watchGrowth, sight, newest, seesNewest, watch, looks};
})()
"""


@dataclass(frozen=True, slots=True)
class Share:
    """Of how many looks at growing text one of its three newest lines was seen."""

    seen: int
    looks: int

    @property
    def value(self) -> float:
        return self.seen / self.looks if self.looks else 0.0

    def __str__(self) -> str:
        return f"{self.seen} of {self.looks} looks ({self.value:.0%})"


class Looks:
    """Looks at panes every `every_ms` from now on; each look at a pane whose text has changed since counts.

    `panes`: name -> CSS selector; of several elements the last one is looked at. Nobody looks but `while_there` is an
    element of that selector: as long as there is something to stop, something is written.
    """

    def __init__(
        self, page: Page, panes: dict[str, str], while_there: str = ".st-key-stop", every_ms: int = 100
    ) -> None:
        self._page = page
        page.evaluate(_LIBRARY)
        page.evaluate("(told) => window.seeing.watch(...told)", [panes, while_there, every_ms])

    def share(self, pane: str) -> Share:
        looks = self._page.evaluate("(name) => window.seeing.looks[name]", pane)
        return Share(sum(looks), len(looks))


class Growth:
    """Looks at every growth of the texts in `selector` as it happens, before the browser draws its next frame."""

    def __init__(self, page: Page, selector: str) -> None:
        self._page = page
        page.evaluate(_LIBRARY)
        page.evaluate("(selector) => window.seeing.watchGrowth(selector)", selector)

    @property
    def missed(self) -> list[str]:
        """The ends of the texts that were out of sight when they came."""
        missed: list[str] = self._page.evaluate("window.seeing.missed")
        return missed


def sight(element: Locator) -> str:
    """What keeps a person from seeing all of it: "outside", "covered", "greyed", "no size"; "" if nothing does."""
    element.page.evaluate(_LIBRARY)
    found: str = element.evaluate("(element) => window.seeing.sight(element)")
    return found


def sees_newest(pane: Locator) -> bool:
    """Whether a person sees one of the three newest lines of the pane, once what was just added is drawn."""
    pane.page.evaluate(_LIBRARY)
    found: bool = pane.evaluate(
        """(pane) => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(
            () => tell(window.seeing.seesNewest(pane)))))"""
    )
    return found
