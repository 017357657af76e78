"""A page with each element of Streamlit's that `components/ui/streamlit_dom` relies on; see `test_streamlit_dom.py`."""

from __future__ import annotations

import io

import streamlit as st
from PIL import Image

picture = io.BytesIO()
Image.new("RGBA", (60, 40)).save(picture, "PNG")
st.set_page_config(layout="wide", initial_sidebar_state="expanded")


@st.dialog("Dialog")
def dialog() -> None:
    st.text("In the dialog")


def main() -> None:
    st.sidebar.slider("Slider", 0, 10)
    left, right = st.columns(2)
    with left:
        st.selectbox("Box", ["a", "b"])
        st.multiselect("Several", ["a", "b"], default="a")
        st.text_input("Line", help="What a line is")
        st.text_area("Lines")
        st.caption("Caption", help="What a caption is")
        st.button("Open the dialog", type="tertiary", on_click=dialog)
        st.button("Primary", type="primary")
        st.segmented_control("Segments", ["a", "b"], default="a")
    with right:
        st.image(picture)
        st.code('if True: x = "y" + 1  # why', language="python")
        with st.popover("Popover"):
            st.text("In the popover")
        st.menu_button("Menu", ["One", "Two"])
        with st.container(key="attach"):
            uploaded = st.file_uploader("Files")
        st.text(f"Came: {uploaded.name if uploaded else 'nothing'}")
        with st.chat_message("user", avatar=":material/person:"):
            st.text("A message")
    with st.container(horizontal=True):
        st.text("In a row")
    with st.container(key="composer"):
        sent = st.chat_input("Message")
    st.text(f"Sent: {sent}")


st.navigation([st.Page(main, title="One", default=True), st.Page(dialog, title="Two")], position="top").run()
st._bottom.chat_input("At the foot")
