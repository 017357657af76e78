// The browser loses the text of the message box with the page. So it is also stored in the tab's own storage, which
// survives a refresh and ends with the tab; a box that appears empty is filled with it. Each page has a slot of its own.
// Stands before `message_box.js` in one module, which listens and calls `noteSoon`.
let slot = "playground-unsent"
const box = () => document.querySelector(".st-key-composer textarea")

// Storage may be forbidden: then a refresh loses the text, as it did.
const stored = () => {
  try {
    return sessionStorage.getItem(slot) ?? ""
  } catch {
    return ""
  }
}
const store = (text) => {
  try {
    if (text) sessionStorage.setItem(slot, text)
    else sessionStorage.removeItem(slot)
  } catch {}
}

// A box is filled once: if it is empty later, its text was sent, or deleted by the user.
const seen = new WeakSet()
const RETRY_MS = 50
const LONGEST_WAIT_MS = 10_000

const restore = (until) => {
  const found = box()
  if (!found) {
    if (Date.now() < until) setTimeout(restore, RETRY_MS, until)
    return
  }
  if (seen.has(found)) return
  seen.add(found)
  // A text that the page itself puts in, such as a shared link's, comes a moment after the box, and goes first.
  setTimeout(() => {
    const text = stored()
    if (!text || found.value) return
    // By the native setter: React ignores an event if the value is the one that it set itself.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(found, text)
    found.dispatchEvent(new Event("input", { bubbles: true }))
  }, RETRY_MS)
}

// Nothing of a private conversation is noted.
let keep = true
const note = () => {
  const found = box()
  if (found && seen.has(found)) store(keep ? found.value : "")
}
// When nobody has typed for a moment: storing 200 KB at every key costs more than the key itself. The page may also be
// left or hidden before that, and never come back.
const IDLE_MS = 300
let noting = null
const noteSoon = () => {
  clearTimeout(noting)
  noting = setTimeout(note, IDLE_MS)
}

const remember = (data) => {
  slot = `${data.page}-unsent`
  keep = data.keep
  if (!keep) store("")
  restore(Date.now() + LONGEST_WAIT_MS)
}
