// The message box has the focus when a page or a conversation is opened, and one key leads to it from anywhere.
// A longer text gives the box its greatest height: Streamlit (1.67) lays the text out twice at every key to find the
// height that fits.
const LONG = 5_000
// On a phone.
const ONE_LINE = 30

// A field that is being typed into keeps the focus, and so does a dialog.
const isBusy = (active) =>
  active !== null && active.closest('[role="dialog"], [role="menu"]') !== null
    ? true
    : active?.matches("textarea, input:not([type=checkbox], [type=radio], [type=range]), [contenteditable]") ?? false

let opened = null // what the box was given the focus for
const focus = (of, until) => {
  if (opened !== of) return // another one was opened meanwhile
  const found = box()
  if (found && !found.disabled) {
    if (!isBusy(document.activeElement)) found.focus({ preventScroll: true })
  } else if (Date.now() < until) {
    setTimeout(focus, RETRY_MS, of, until)
  }
}

const link = document.createElement("a")
link.href = "#composer"
link.className = "skip-to-message"
link.textContent = "Skip to the message box"
link.onclick = (event) => {
  event.preventDefault()
  box()?.focus()
}

const measure = (event) => {
  const holder = event.target.closest?.(".st-key-composer")
  if (!holder) return
  const text = event.target.value ?? ""
  holder.toggleAttribute("data-long", text.length > LONG)
  holder.toggleAttribute("data-tall", text.length > ONE_LINE || text.includes("\n"))
}

// The height of the bottom of the page, for what fills the room above it.
const room = new ResizeObserver(([{ target }]) => {
  document.documentElement.style.setProperty("--playground-bottom", `${target.getBoundingClientRect().height}px`)
})

// The tray and the notices are hidden as soon as the message is sent (`storyboard.css`), until the page is drawn again.
const LONGEST_SENDING_MS = 5_000
let sending = null
const drawn = () => {
  clearTimeout(sending)
  delete document.body.dataset.sending
  for (const reply of document.querySelectorAll("[data-replaced]")) delete reply.dataset.replaced
}
const sent = () => {
  const text = box()?.value ?? ""
  if (!text.trim() || document.querySelector(".st-key-stop")) return
  document.body.dataset.sending = ""
  clearTimeout(sending)
  sending = setTimeout(drawn, LONGEST_SENDING_MS)
}
const onKey = (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target === box()) sent()
}
// An answer that is asked for again is not shown as if it were the new one until the page has been drawn.
const REPLIES = '[class*="st-key-turn-"][class*="-thinking"], [class*="st-key-turn-"][class*="-answer"]'
const hideReplies = (turn) => {
  for (const reply of turn?.querySelectorAll(REPLIES) ?? []) reply.dataset.replaced = ""
  clearTimeout(sending)
  sending = setTimeout(drawn, LONGEST_SENDING_MS)
}

const onClick = (event) => {
  const again = event.target.closest?.('[class*="st-key-regenerate-"] button, [class*="st-key-again-"] button')
  if (again) hideReplies(again.closest('[class*="st-key-turn-"]:has([class*="-answer"])'))
  if (event.target.closest?.('[data-testid="stChatInputSubmitButton"]')) sent()
}

const listeners = [
  [document, "keydown", (event) => (onKey(event), noteSoon())],
  [document, "click", (event) => (onClick(event), noteSoon())],
  [document, "input", (event) => (measure(event), noteSoon())],
  [document, "visibilitychange", note],
  [window, "pagehide", note],
]

export default function ({ data }) {
  drawn()
  remember(data)
  const bottom = document.querySelector('[data-testid="stBottom"]')
  if (bottom) room.observe(bottom)
  for (const [target, name, listen] of listeners) target.addEventListener(name, listen, true)
  if (!link.isConnected) document.body.prepend(link)
  if (opened !== data.of) {
    opened = data.of
    focus(data.of, Date.now() + LONGEST_WAIT_MS)
  }
  return () => {
    link.remove()
    room.disconnect()
    for (const [target, name, listen] of listeners) target.removeEventListener(name, listen, true)
  }
}
