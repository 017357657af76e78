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

// Menus and popovers open below their button however low the window is: they are moved and cut to where they fit.
const EDGE_PX = 8
const fit = () => {
  for (const box of document.querySelectorAll('[data-testid="stMenuButtonBody"], [data-testid="stPopoverBody"]')) {
    box.style.translate = ""
    box.style.maxHeight = `min(70vh, ${innerHeight - 2 * EDGE_PX}px)`
    const { top, bottom } = box.getBoundingClientRect()
    const by = Math.max(EDGE_PX - top, Math.min(0, innerHeight - EDGE_PX - bottom))
    if (by) box.style.translate = `0 ${by}px`
  }
}

let fitting = null
let waiting = null
const lookSoon = () => {
  fitting ??= requestAnimationFrame(() => {
    fitting = null
    fit()
  })
  waiting ??= setTimeout(() => {
    waiting = null
    reach()
    keepFocus()
  }, LOOK_MS)
}

export default function () {
  const changes = new MutationObserver(lookSoon)
  changes.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] })
  window.addEventListener("resize", lookSoon)
  reach()
  return () => {
    changes.disconnect()
    window.removeEventListener("resize", lookSoon)
  }
}
