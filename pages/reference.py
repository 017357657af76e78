"""What is documented about the model, from the model card."""

from components.ui.entry import require_app
from components.ui.reference.page import draw_reference

require_app("pages/reference.py")
draw_reference()
