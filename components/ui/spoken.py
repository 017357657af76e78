"""Names of buttons that show an icon alone, for screen readers."""

from __future__ import annotations

# An invisible picture: a label in Markdown may hold one, and its alternative text is the button's name.
# NOTE: an empty label makes Streamlit name the button after its icon ("code icon"), and `help` is no name.
_NOTHING = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20width='0'%20height='0'/%3E"


def spoken(name: str) -> str:
    """The label of a button that shows its icon alone and is read out as `name`, in Markdown as for `help`.

    Not for popovers and menus, whose label is read out as it is written.
    """
    return f"![{name}]({_NOTHING})"
