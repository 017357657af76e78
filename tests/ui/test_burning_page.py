"""Times burnt into frames: chosen in the storyboard, kept by every later change, and sent as shown."""

from io import BytesIO

import numpy as np
from PIL import Image

from components.core.parts import exact_clock
from components.media.burning import label_box
from tests.media.clips import recorded


def pixels(part):
    return np.asarray(Image.open(BytesIO(part.data)).convert("L"), int)


def is_burnt(part):
    """Whether nearly all of the label's box is the label's dark ground or its light letters, as nothing else is."""
    left, top, right, bottom = label_box(part.width, part.height, exact_clock(part.time_s))
    label = pixels(part)[top:bottom, left:right]
    return (label < 60).mean() > 0.5 and (label > 200).mean() > 0.05


def test_burnt_times_stay_through_other_knobs_and_go_out_as_shown(app, attach, ask):
    attach(
        app, ("grey.mp4", recorded(24, size=(640, 360), picture=lambda at: np.full((360, 640, 3), 90 + at, np.uint8)))
    )
    state = app.session_state["playground"]
    assert not any(map(is_burnt, state.tray[0].parts))
    app.toggle(key="clip-burnt").set_value(True).run()
    assert len(state.tray[0].parts) == 8 and all(map(is_burnt, state.tray[0].parts))
    app.number_input(key="clip-count").set_value(2).run()
    app.select_slider(key="clip-side").set_value(512).run()
    assert app.toggle(key="clip-burnt").value is True
    parts = state.tray[0].parts
    assert [part.width for part in parts] == [512, 512] and all(map(is_burnt, parts))
    labels = {button.label for button in app.get("download_button")}
    assert {"ZIP", "Contact sheet"} <= labels
    ask(app, "What?\nsimulate: thinking=5 answer=5")
    asked = app.session_state["playground"].turns[0].run.request.messages[0]
    assert tuple(part for part in asked.parts if part in parts) == parts
