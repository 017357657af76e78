"""The owner of a session's data: the signed-in user where login is configured, else whoever uses this machine."""

from __future__ import annotations

import streamlit as st

LOCAL = "local"
_OWN_ADDRESSES = ("127.0.0.1", "localhost", "::1")


def login_is_configured() -> bool:
    """True where Streamlit's secrets have an `[auth]` section."""
    return "is_logged_in" in st.user


def owner() -> str:
    """The owner of this session's data. Call it only after `require_login`."""
    if not login_is_configured():
        return LOCAL
    # `sub` is the one claim that never changes and is never given to another, within its issuer (OpenID Connect
    # Core 1.0, section 2); an e-mail address may pass to somebody else.
    subject = st.user.get("sub") or st.user.get("email")
    return f"user:{st.user.get('iss') or ''}|{subject}"


def is_shared() -> bool:
    """True where users of other machines can use the app: they sign in, and it listens on more than loopback."""
    return login_is_configured() and st.get_option("server.address") not in _OWN_ADDRESSES


def require_login() -> None:
    """Draws the way to sign in and ends the page, where login is configured and nobody is signed in."""
    if not login_is_configured():
        return
    if st.user.is_logged_in and (st.user.get("sub") or st.user.get("email")):
        with st.sidebar, st.container(horizontal=True, vertical_alignment="center", key="signed-in"):
            name = str(st.user.get("name") or st.user.get("email") or "Signed in")
            st.text(name, width="stretch")
            st.button("Sign out", key="sign-out", type="tertiary", on_click=st.logout)
        return
    st.title("Playground", anchor=False)
    st.markdown("Sign in to use it. Conversations belong to who made them; nobody else can open them.")
    st.button("Sign in", key="sign-in", type="primary", icon=":material/login:", on_click=st.login)
    st.stop()
