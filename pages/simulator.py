"""The built-in simulator: what it assumes and what it was asked."""

from components.ui.simulator import draw_simulator

draw_simulator()
