"""Entry of the app: ``streamlit run app.py``."""

import streamlit as st

from components.core.errors import ParameterError
from components.ui import resources
from components.ui.connection import draw_connection

st.set_page_config(
    page_title="Kimi K2.6 playground", page_icon=":material/neurology:", layout="wide", initial_sidebar_state=330
)

page = st.navigation(
    [
        st.Page("pages/playground.py", title="Playground", icon=":material/forum:", default=True),
        st.Page("pages/reference.py", title="Reference", icon=":material/menu_book:"),
        st.Page("pages/simulator.py", title="Simulator", icon=":material/science:"),
    ],
    position="top",
)
try:
    connection = resources.connection()
except ParameterError as error:
    st.error(f"The app cannot start as it is configured: {error}", icon=":material/settings_alert:")
    st.stop()
draw_connection(connection)
page.run()
