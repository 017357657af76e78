"""What is documented about the model, from the model card."""

from components.ui.reference import draw_reference

draw_reference()
