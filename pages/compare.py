"""Two to four ways of asking, side by side, from one message box."""

from components.ui.compare.page import draw_compare_page
from components.ui.entry import require_app

require_app("pages/compare.py")
draw_compare_page()
