"""What was done: every run, found by its words, its settings and its figures."""

from components.ui.entry import require_app
from components.ui.history.page import draw_history

require_app("pages/history.py")
draw_history()
