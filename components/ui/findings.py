"""What lint finds in a request before it is sent: what would be refused, and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.api.lint import Finding
from components.ui.markdown.escaping import with_code

_MARKS = {"refused": ":red[:material/block:", "doubtful": ":orange[:material/warning:"}


def draw_findings(findings: Sequence[Finding]) -> None:
    """Draws a line for each finding, or one that says there is none."""
    for finding in findings:
        st.markdown(f":small[{_MARKS[finding.severity]} {with_code(finding.sentence)}]]")
    if not findings:
        st.markdown(":small[:green[:material/check_circle: Nothing here would be refused.]]")
