"""The playground: a conversation with thinking beside the answer."""

from components.ui.entry import require_app
from components.ui.playground.page import draw_playground

require_app("pages/playground.py")
draw_playground()
