"""A reply that only thought: what ended it is said as it was reported, on every endpoint."""

import pytest

from components.api.wires.registry import WIRES
from components.params.cards import default_card
from tests.nightly import by_night
from tests.ui.shown import sent


@pytest.mark.parametrize("wire", by_night(["responses", "chat_completions", "messages"], always=1))
def test_a_reply_that_ends_by_itself_inside_its_thinking_is_not_blamed_on_max_tokens(app, ask, wire):
    app.selectbox(key="wire").set_value(wire)
    ask(app, "Hello\nsimulate: thinking=20 answer=0")
    (notice,) = app.warning
    assert "ended its reply by itself (`stop`)" in notice.value and "max_tokens" not in notice.value
    assert not [button for button in app.button if "max_tokens" in button.label]
    app.button(key="unthinking-1").click().run()
    assert WIRES[wire].parameters_in(sent()[-1], default_card())["enable_thinking"] is False
