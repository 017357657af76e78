"""A button that copies a text: Streamlit has one for code alone (1.67)."""

from __future__ import annotations

import streamlit as st

from components.core.texts import whole_characters

# How long it says that the text was copied.
_COPIED_MS = 1500

# It looks like the small buttons of Streamlit beside it.
_CSS = """
button {
  display: inline-flex; align-items: center; gap: 0.3rem; min-height: 2.5rem; padding: 0; white-space: nowrap;
  font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color);
  background: none; border: none; border-radius: var(--st-button-radius); cursor: pointer;
}
button:hover { color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.icon { font-family: "Material Symbols Rounded"; font-size: 1.1rem; line-height: 1; font-feature-settings: "liga"; }
"""

_JS = """
// Without a secure context (plain HTTP from another machine) the browser has no clipboard to write to, only a command.
const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const box = document.createElement("textarea")
  box.value = text
  box.style.position = "fixed"
  box.style.opacity = "0"
  document.body.append(box)
  box.select()
  const done = document.execCommand("copy")
  box.remove()
  if (!done) throw new Error("refused")
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const icon = parentElement.querySelector(".icon")
  const words = parentElement.querySelector(".words")
  const say = (name, text) => {
    icon.textContent = name
    words.textContent = text
  }
  button.title = data.help
  button.onclick = async () => {
    clearTimeout(button.timer)
    try {
      await copy(data.text)
      say("check", "Copied")
    } catch {
      say("error", "Not allowed")
    }
    button.timer = setTimeout(() => say("content_copy", "Copy"), COPIED_MS)
  }
}
""".replace("COPIED_MS", str(_COPIED_MS))

_component = st.components.v2.component(
    "copy_button",
    html='<button type="button"><span class="icon" aria-hidden="true">content_copy</span>'
    '<span class="words" role="status">Copy</span></button>',
    css=_CSS,
    js=_JS,
)


def draw_copy(text: str, *, key: str, help: str) -> None:
    """Draws a button "Copy" that puts `text` on the clipboard, without a run of the page."""
    _component(key=key, data={"text": whole_characters(text), "help": help}, width="content", height="content")
