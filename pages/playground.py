"""The playground: a conversation with thinking beside the answer."""

from components.ui.playground import draw_playground

draw_playground()
