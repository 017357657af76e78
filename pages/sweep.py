"""Many calls at once: prompts, ways of asking and repeats, with a price tag and a brake."""

from components.ui.entry import require_app
from components.ui.sweep.page import draw_sweep_page

require_app("pages/sweep.py")
draw_sweep_page()
