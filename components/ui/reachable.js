// Boxes of Streamlit's that may scroll: code, formulas, popovers, and containers with a height of their own.
const BOXES = 'pre, .katex-display, [data-testid="stPopoverBody"], [data-testid="stVerticalBlock"]'
const LOOK_MS = 200

const scrolls = (box) => {
  const style = getComputedStyle(box)
  const rolls = (overflow) => overflow === "auto" || overflow === "scroll"
  return (
    (box.scrollWidth > box.clientWidth && rolls(style.overflowX)) ||
    (box.scrollHeight > box.clientHeight && rolls(style.overflowY))
  )
}

const reach = () => {
  for (const box of document.querySelectorAll(BOXES)) {
    if (scrolls(box)) {
      if (!box.hasAttribute("tabindex")) {
        box.tabIndex = 0
        box.dataset.reachable = ""
      }
    } else if ("reachable" in box.dataset) {
      box.removeAttribute("tabindex")
      delete box.dataset.reachable
    }
  }
}

// A button that is pressed in a dialog may become disabled or be drawn anew, and the focus is nobody's: neither Tab nor
// Escape would reach the dialog any more.
const keepFocus = () => {
  if (document.activeElement === document.body) {
    document.querySelector('section[role="dialog"]')?.focus({ preventScroll: true })
  }
}

let waiting = null
const reachSoon = () => {
  waiting ??= setTimeout(() => {
    waiting = null
    reach()
    keepFocus()
  }, LOOK_MS)
}

export default function () {
  const changes = new MutationObserver(reachSoon)
  changes.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] })
  window.addEventListener("resize", reachSoon)
  reach()
  return () => {
    changes.disconnect()
    window.removeEventListener("resize", reachSoon)
  }
}
