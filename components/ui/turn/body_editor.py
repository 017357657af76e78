"""The body of a request as it was sent, and on demand as text to change and send again."""

from __future__ import annotations

import streamlit as st

from components.api.lint import lint
from components.api.wires.registry import WIRES
from components.core.typed_json import NotJson, read_typed_json
from components.runs.run import Run
from components.ui.conversation.sending import send_body
from components.ui.findings import draw_findings
from components.ui.json_editor import json_editor
from components.ui.markdown.escaping import escaped, with_code
from components.ui.state import session


def draw_body_editor(run: Run, body: str) -> None:
    """Draws the body; switched to editing, it is checked as it is typed and can be sent as a turn of its own."""
    editing = st.toggle("Edit and resend", key=f"edit-body-{run.id}")
    if not editing:
        st.code(body, language="json", height=380)
        return
    typed = json_editor("Body", body, key=f"body-{run.id}", version=0, height=380)
    st.caption("Pictures are shortened; each goes out in full where its short form stands.")
    wire = WIRES[run.request.wire]
    try:
        edited = read_typed_json(typed)
    except NotJson as error:
        st.markdown(f":red[:material/error: Line {error.line}, column {error.column}: {escaped(str(error))}]")
        return
    if not isinstance(edited, dict):
        st.markdown(":red[:material/error: The body must be a JSON object.]")
        return
    findings = lint(wire.name, edited, run.request.card)
    draw_findings(findings)
    refused = any(finding.severity == "refused" for finding in findings)
    if st.button(
        "Send it all the same" if refused else "Send",
        icon=":material/send:",
        key=f"send-body-{run.id}",
        type="secondary" if refused else "primary",
    ):
        if send_body(run, edited):
            st.rerun()
        st.error(with_code(session().problem or ""))
