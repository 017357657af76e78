"""Has every page entered through `app.py`.

Until `app.py` has called `st.navigation` for the first time in the process, Streamlit treats a folder named ``pages``
as its older kind of multi-page app. Whoever opens ``/reference`` before that gets the bare page script, without badge
and menu. So the script goes to `app.py` and comes back, with the parameters of its address.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import Page

from components.ui.owner import owner
from components.ui.state import Browser, renew, session


def open_through_app(pages: Mapping[str, Page]) -> Page:
    """Draws the menu of `pages` (script -> page) and returns the one to run; for `app.py`, once a run."""
    state = session()
    if state.owner != owner():  # another user has signed in: what is on the page is not theirs
        state = renew()
    browser = state.of(Browser)
    browser.entered = True
    page = st.navigation(list(pages.values()), position="top")
    # Until the page was drawn to its end once: a click may end its first run before its widgets are.
    browser.page_changed = browser.page_changed or page.url_path != browser.page
    browser.page = page.url_path
    if browser.wanted_page is not None:
        wanted, browser.wanted_page = browser.wanted_page, None
        st.switch_page(pages[wanted], query_params=_parameters())
    return page


def _parameters() -> dict[str, list[str]]:
    """The parameters of the address, name -> all its texts."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def settle() -> None:
    """Notes that the page was drawn to its end; the last line of `app.py`."""
    session().of(Browser).page_changed = False


def require_app(script: str) -> None:
    """Goes through `app.py` first if this run did not; for each page script, before it draws."""
    state = session()
    browser = state.of(Browser)
    if not browser.entered:
        browser.wanted_page = script
        st.switch_page("app.py", query_params=_parameters())
    browser.entered = False
