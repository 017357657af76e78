"""The media receipt under a turn, its warning, and what the page learns from it."""

from components.core.usage import Usage
from components.ui.tray.picture_tokens import ReceiptsState

PROMPT = "What is it?\nsimulate: thinking=5 answer=20"


def test_a_turn_with_a_picture_has_its_receipt(app, attach, ask, media_dir):
    attach(app, ("china.jpg", (media_dir / "china.jpg").read_bytes()))
    sent = app.session_state["playground"].tray[0].parts[0]
    ask(app, PROMPT)
    (table,) = app.container(key="turn-1").dataframe
    row = table.value.iloc[0]
    assert (row["Sent"], row["Pixels"], row["SHA-256"]) == ("china.jpg", "640 × 427", sent.sha256)
    assert any("They were counted" in line.value for line in app.container(key="turn-1").markdown)
    assert not any("may not have seen" in warning.value for warning in app.warning)
    # The next picture is weighed as this one was counted.
    attach(app, ("again.jpg", (media_dir / "china.jpg").read_bytes()))
    assert "pictures as counted in 1 turn" in app.get("progress")[0].proto.text


def test_media_that_the_count_does_not_show_are_flagged(app, attach, ask, media_dir):
    attach(app, ("china.jpg", (media_dir / "china.jpg").read_bytes()))
    ask(app, PROMPT)
    state = app.session_state["playground"]
    state.turns[0].run.transcript.usage = Usage(input_tokens=25, output_tokens=25)
    state.of(ReceiptsState).receipts.clear()
    app.run()
    (warning,) = [warning.value for warning in app.warning if "may not have seen" in warning.value]
    assert "about 368 prompt tokens (estimated)" in warning


def test_a_turn_of_text_has_no_receipt(app, ask):
    ask(app, PROMPT)
    assert not app.container(key="turn-1").dataframe
