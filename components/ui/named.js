// The names of the buttons of each part of the page, by the class that Streamlit makes of a button's key.
const places = new Map()
const classOf = (key) => `st-key-${key.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`
const LOOK_MS = 100

const name = () => {
  for (const button of document.querySelectorAll('button[data-testid="stBaseButton-tertiary"]')) {
    const own = button.closest('[class*="st-key-"]')?.className.match(/st-key-\S+/)?.[0]
    for (const names of places.values()) {
      const words = names.get(own)
      if (words && button.getAttribute("aria-label") !== words) button.setAttribute("aria-label", words)
    }
  }
}

// Buttons come and change their places whenever the page is drawn.
let waiting = null
const nameSoon = () => {
  waiting ??= setTimeout(() => {
    waiting = null
    name()
  }, LOOK_MS)
}
const changes = new MutationObserver(nameSoon)

export default function ({ data, parentElement }) {
  if (places.size === 0) {
    changes.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] })
  }
  places.set(parentElement, new Map(Object.entries(data).map(([key, words]) => [classOf(key), words])))
  name()
  return () => {
    places.delete(parentElement)
    if (places.size === 0) changes.disconnect()
  }
}
