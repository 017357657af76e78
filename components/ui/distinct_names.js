// Buttons that say the same in several places are heard with the place: "Again, turn 2", "Help for Temperature".
const LOOK_MS = 200
const LONGEST = 60

const squeezed = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim()
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
// What a button says, without the names of its icons.
const said = (button) => squeezed(button.querySelector('[data-testid="stMarkdownContainer"]'))

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

const give = (button, name) => {
  if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name)
}

const look = () => {
  for (const button of document.querySelectorAll('[class*="st-key-turn-"] button')) {
    const turn = turnOf(button)
    const words = said(button)
    if (turn && words && !button.classList.contains("pane-head")) give(button, words + turn)
  }
  for (const button of document.querySelectorAll('button[aria-label="Help"]')) give(button, helpOf(button) + turnOf(button))
  for (const button of document.querySelectorAll('button[aria-label="Open"]')) give(button, openOf(button))
}

let waiting = null
const soon = () => {
  waiting ??= setTimeout(() => {
    waiting = null
    look()
  }, LOOK_MS)
}

export default function () {
  const changes = new MutationObserver(soon)
  changes.observe(document.body, { childList: true, subtree: true })
  look()
  return () => changes.disconnect()
}
