"""The built-in simulator: what it assumes and what it was asked."""

from components.ui.entry import require_app
from components.ui.simulator import draw_simulator

require_app("pages/simulator.py")
draw_simulator()
