// Accessibility that Streamlit (1.67) lacks, for the whole page: names of buttons, boxes that scroll by keyboard, the
// focus of a dialog, menus that fit the window, and input methods.
const UPDATE_AFTER_MS = 200

// Names of buttons of an icon alone, for each caller of `draw_names`, by the class that Streamlit makes of their key.
const named = new Map()
const classOf = (key) => `st-key-${key.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`
const setName = (button, name) => {
  if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name)
}
const nameIcons = () => {
  for (const button of document.querySelectorAll('button[data-testid="stBaseButton-tertiary"]')) {
    const own = button.closest('[class*="st-key-"]')?.className.match(/st-key-\S+/)?.[0]
    for (const names of named.values()) setName(button, names.get(own))
  }
}

// Names that tell buttons with the same words apart: "Again, turn 2", "Help for Temperature".
const LONGEST = 60
const squeezed = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim()
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
// The words on a button, without the names of its icons.
const wordsOf = (button) => squeezed(button.querySelector('[data-testid="stMarkdownContainer"]'))

const turnOf = (element) => {
  for (let box = element; box; box = box.parentElement) {
    const found = /(?:^|\s)st-key-turn-(\d+)(?=\s|$)/.exec(box.className)
    if (found) return `, turn ${found[1]}`
  }
  return ""
}

const helpOf = (button) => {
  const holder = button.closest('[data-testid="stElementContainer"]')
  const text = squeezed(holder?.querySelector('[data-testid="stMarkdownContainer"], [data-testid="stWidgetLabel"]'))
  return text ? `Help for ${cut(text)}` : "Help"
}

const openOf = (button) => {
  const widget = button.closest('[data-testid="stSelectbox"], [data-testid="stMultiSelect"]')
  const label = squeezed(widget?.querySelector("label")) || widget?.querySelector("input")?.getAttribute("aria-label")
  return label ? `Open ${label}` : "Open"
}

const nameApart = () => {
  for (const button of document.querySelectorAll('[class*="st-key-turn-"] button')) {
    const turn = turnOf(button)
    const words = wordsOf(button)
    if (turn && words && !button.classList.contains("pane-head")) setName(button, words + turn)
  }
  for (const button of document.querySelectorAll('button[aria-label="Help"]')) setName(button, helpOf(button) + turnOf(button))
  for (const button of document.querySelectorAll('button[aria-label="Open"]')) setName(button, openOf(button))
}

// Boxes that scroll (code, formulas, popovers, containers with a height of their own) are stops of Tab. Chromium and
// Firefox let the keyboard into them by themselves, Safari does not; and nobody does within a dialog, where Streamlit
// walks Tab through what it counts as controls.
const BOXES = 'pre, .katex-display, [data-testid="stPopoverBody"], [data-testid="stVerticalBlock"]'
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

// Enter that confirms a word of an input method never sends or adds what is in a field. Streamlit asks `isComposing`
// alone. In Safari the key comes after the word's `compositionend`, with `isComposing` false, and only its code says
// what it is: https://bugs.webkit.org/show_bug.cgi?id=165004
const PROCESSED = 229
const guardEnter = (event) => {
  if (event.key === "Enter" && (event.isComposing || event.keyCode === PROCESSED)) event.stopPropagation()
}

const update = () => {
  nameIcons()
  nameApart()
  reach()
  keepFocus()
}
let fitting = null
let waiting = null
const updateSoon = () => {
  fitting ??= requestAnimationFrame(() => {
    fitting = null
    fit()
  })
  waiting ??= setTimeout(() => {
    waiting = null
    update()
  }, UPDATE_AFTER_MS)
}
const changes = new MutationObserver(updateSoon)

// Drawn once for the page, and once more by each caller of `draw_names` (`data`: key -> name).
export default function ({ data, parentElement }) {
  if (named.size === 0) {
    const attributeFilter = ["class", "disabled"]
    changes.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter })
    window.addEventListener("resize", updateSoon)
    // In the capture phase, before any other listener but those of the window itself.
    window.addEventListener("keydown", guardEnter, true)
  }
  named.set(parentElement, new Map(Object.entries(data ?? {}).map(([key, words]) => [classOf(key), words])))
  nameIcons()
  updateSoon()
  return () => {
    named.delete(parentElement)
    if (named.size > 0) return
    changes.disconnect()
    window.removeEventListener("resize", updateSoon)
    window.removeEventListener("keydown", guardEnter, true)
  }
}
