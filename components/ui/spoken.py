"""Names that are heard and not seen: of buttons that show an icon alone."""

from __future__ import annotations

# Nothing to see, no width. A label in Markdown may hold a picture, and what stands for it is the button's name.
# NOTE: an empty label makes Streamlit name the button after its icon ("code icon"), and `help` is no name.
_NOTHING = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20width='0'%20height='0'/%3E"


def spoken(name: str) -> str:
    """Makes the label of a button that shows its icon only, for those who hear the page. `name`: as for `help`.

    Not for popovers and menus: they read their label out as it is written.
    """
    return f"![{name}]({_NOTHING})"
