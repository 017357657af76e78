"""Entry of the app: ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from components.core.errors import ParameterError
from components.ui import resources
from components.ui.connection.badge import draw_connection
from components.ui.connection.broken_cards import draw_broken_cards
from components.ui.entry import open_through_app, settle
from components.ui.markdown.escaping import with_code
from components.ui.markdown.support import draw_support
from components.ui.named import draw_watch
from components.ui.owner import require_login
from components.ui.style import draw_style

# The icon is a file of ours: a `:material/…:` one is fetched by the browser from a font server at every page load.
st.set_page_config(
    page_icon=str(Path(__file__).parent / "components" / "ui" / "icon.svg"),
    layout="wide",
    initial_sidebar_state=330,
)

page = open_through_app(
    {
        "pages/playground.py": st.Page(
            "pages/playground.py", title="Playground", icon=":material/forum:", default=True
        ),
        "pages/compare.py": st.Page("pages/compare.py", title="Compare", icon=":material/view_column_2:"),
        "pages/sweep.py": st.Page("pages/sweep.py", title="Sweep", icon=":material/grid_on:"),
        "pages/history.py": st.Page("pages/history.py", title="History", icon=":material/history:"),
        "pages/reference.py": st.Page("pages/reference.py", title="Reference", icon=":material/menu_book:"),
        "pages/simulator.py": st.Page("pages/simulator.py", title="Simulator", icon=":material/science:"),
    }
)
try:
    connection = resources.connection()
except ParameterError as error:
    st.error(f"The app cannot start as it is configured: {with_code(str(error))}", icon=":material/settings_alert:")
    st.stop()
resources.stay()
draw_style()
draw_support()
require_login()
# A page without settings has the whole width: the sidebar is not there unless something is drawn in it.
draw_connection(connection, in_sidebar=page.url_path in ("", "compare", "sweep"))
draw_broken_cards()
page.run()
draw_watch()
settle()
