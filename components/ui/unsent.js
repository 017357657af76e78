// The message box keeps its text in the browser and loses it with the page. What stands in it is noted in this tab's
// own storage, which a refresh leaves alone and a closed tab takes along; a box that appears empty is given it back.
// Each page has a slot of its own.
let key = "playground-unsent"
const box = () => document.querySelector(".st-key-composer textarea")

// Storage may be forbidden: then a refresh loses the text, as it did.
const stored = () => {
  try {
    return sessionStorage.getItem(key) ?? ""
  } catch {
    return ""
  }
}
const store = (text) => {
  try {
    if (text) sessionStorage.setItem(key, text)
    else sessionStorage.removeItem(key)
  } catch {}
}

// A box that was looked at once is not filled again: what is empty then was sent, or emptied by the user.
const seen = new WeakSet()
const LOOK_MS = 50
const LONGEST_WAIT_MS = 10_000

const giveBack = (until) => {
  const found = box()
  if (!found) {
    if (Date.now() < until) setTimeout(giveBack, LOOK_MS, until)
    return
  }
  if (seen.has(found)) return
  seen.add(found)
  // A text that the page itself puts in, such as a shared link's, comes a moment after the box, and goes first.
  setTimeout(() => {
    const text = stored()
    if (!text || found.value) return
    // Past React, which looks for a change of the value that it set itself.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(found, text)
    found.dispatchEvent(new Event("input", { bubbles: true }))
  }, LOOK_MS)
}

// Nothing of a private conversation is noted.
let keep = true
const note = () => {
  const found = box()
  if (found && seen.has(found)) store(keep ? found.value : "")
}
// When nobody has typed for a moment: storing 200 KB at every key costs more than the key itself. What was sent must be
// gone from the note before the page can be left, and a hidden page may never come back.
const IDLE_MS = 300
let waiting = null
const noteSoon = () => {
  clearTimeout(waiting)
  waiting = setTimeout(note, IDLE_MS)
}
const EVENTS = ["input", "keydown", "click"]

export default function ({ data }) {
  key = data.slot
  keep = data.keep
  if (!keep) store("")
  for (const event of EVENTS) document.addEventListener(event, noteSoon)
  window.addEventListener("pagehide", note)
  document.addEventListener("visibilitychange", note)
  giveBack(Date.now() + LONGEST_WAIT_MS)
  return () => {
    for (const event of EVENTS) document.removeEventListener(event, noteSoon)
    window.removeEventListener("pagehide", note)
    document.removeEventListener("visibilitychange", note)
  }
}
