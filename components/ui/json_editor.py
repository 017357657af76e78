"""A box for JSON that is checked while it is typed: Streamlit's own text area reports a change only when it is left.

The text reaches the server `_PAUSE_MS` after the last key, and the page is drawn again with it.
"""

from __future__ import annotations

import streamlit as st

from components.ui.state import component_value

_PAUSE_MS = 350

_HTML = """
<label></label>
<textarea spellcheck="false" autocapitalize="off" autocomplete="off"></textarea>
"""

_CSS = """
label { font-size: 0.875rem; color: var(--st-text-color); display: block; margin-bottom: 0.25rem; }
textarea {
  box-sizing: border-box; width: 100%; resize: vertical; padding: 0.5rem 0.75rem; line-height: 1.45; tab-size: 2;
  font-family: var(--st-code-font); font-size: 0.8125rem; color: var(--st-text-color);
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius);
}
textarea:focus { outline: 2px solid var(--st-primary-color); outline-offset: -1px; }
"""

_JS = (
    """
export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector("textarea")
  const label = parentElement.querySelector("label")
  label.textContent = data.label
  box.setAttribute("aria-label", data.label)
  box.placeholder = data.placeholder
  if (!box.style.height) box.style.height = data.height + "px"
  // A new version replaces the text; otherwise what is being typed is left alone.
  if (box.dataset.version !== String(data.version)) {
    box.value = data.text
    box.dataset.version = String(data.version)
  }
  const tell = () => {
    clearTimeout(box.timer)
    box.timer = 0
    setStateValue("text", { version: data.version, text: box.value })
  }
  box.oninput = () => {
    clearTimeout(box.timer)
    box.timer = setTimeout(tell, PAUSE)
  }
  box.onblur = () => { if (box.timer) tell() }
  box.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) tell()
  }
}
"""
).replace("PAUSE", str(_PAUSE_MS))

_editor = st.components.v2.component("json_editor", html=_HTML, css=_CSS, js=_JS)


def json_editor(label: str, text: str, *, key: str, version: int, height: int = 260, placeholder: str = "") -> str:
    """Draws the box and returns its text. `text` replaces what was typed whenever `version` changes."""
    typed = component_value(key, "text")
    current = typed["text"] if typed and typed["version"] == version else text
    _editor(
        key=key,
        data={"label": label, "text": current, "version": version, "height": height, "placeholder": placeholder},
        on_text_change=lambda: None,
    )
    return str(current)
