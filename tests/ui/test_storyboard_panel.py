"""The open storyboard: every knob and every frame's buttons change what will be sent, and nothing else."""

import pytest
import streamlit as st

from components.media import limits
from components.ui import resources
from components.ui.state import session
from tests.media.clips import recorded, shown_by
from tests.media.papers import pdf, pictures, saved
from tests.ui.shown import answer, to_try_again


@pytest.fixture
def clip():
    """12 s at 25 frames a second that show their number, a keyframe each second."""
    return ("counted.mp4", recorded(300, options={"g": "25"}))


@pytest.fixture
def opened(app, attach, clip):
    attach(app, clip)
    return app


def board(app):
    return app.session_state["playground"].tray[0].facts


def sent(app):
    parts = app.session_state["playground"].tray[0].parts
    # What the tray and the grid show are the parts: one picture each.
    assert len(app.container(key="storyboard").image) == len(parts)
    assert len(app.container(key="clip-panel").image) == min(len(parts), 24)
    return [shown_by(part) for part in parts]


def choose(app, key, value):
    app.segmented_control(key=key).set_value(value).run()
    assert not app.exception


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception


def test_a_dropped_clip_opens_with_player_facts_and_totals(opened):
    panel = opened.container(key="clip-panel")
    head = panel.markdown[0].value
    for fact in ("counted.mp4", "00:12.0", "160 × 16 px", "25 frames/s", "H.264", "no sound"):
        assert fact in head
    assert len(panel.get("video")) == 1
    totals = opened.container(key="clip-totals").markdown[0].value
    assert (
        "**8** frames of at most 64" in totals
        and "of 90 MB" in totals
        and "estimated" in totals
        and r"\$0.000" in totals
    )
    assert len(sent(opened)) == 8


def test_the_rules(opened):
    choose(opened, "clip-exact", "Exact")
    assert sent(opened) == [18, 56, 93, 131, 168, 206, 243, 281]
    opened.number_input(key="clip-count").set_value(2).run()
    assert sent(opened) == [75, 225]
    choose(opened, "clip-rule", "rate")
    assert sent(opened) == list(range(0, 300, 25))
    choose(opened, "clip-rule", "interval")
    assert sent(opened) == [0, 125, 250]
    opened.number_input(key="clip-interval").set_value(4.0).run()
    assert sent(opened) == [0, 100, 200]
    choose(opened, "clip-rule", "marks")
    assert sent(opened) == [0, 100, 200]  # by hand begins with what is there
    opened.text_input(key="clip-marks").set_value("0:02, 7.04").run()
    assert sent(opened) == [50, 176]
    choose(opened, "clip-rule", "scenes")
    assert "scene" in opened.container(key="clip-totals").caption[0].value and len(sent(opened)) >= 1


def test_start_and_end(opened):
    choose(opened, "clip-exact", "Exact")
    opened.slider(key="clip-part").set_value((4.0, 8.0)).run()
    assert sent(opened)[0] >= 100 and sent(opened)[-1] < 200 and len(sent(opened)) == 8
    assert board(opened).sampling.end_s == 8.0
    opened.slider(key="clip-part").set_value((0.0, 12.0)).run()
    assert board(opened).sampling.end_s is None


@pytest.mark.nightly
def test_a_late_message_of_a_knob_is_not_taken_for_another_clip(opened, attach):
    """The browser may tell what a slider holds when another clip's storyboard stands in its place."""
    former = opened.slider(key="clip-part")
    attach(opened, ("short.mp4", recorded(100, options={"g": "25"})))
    assert opened.slider(key="clip-part").value == (0.0, 4.0)
    former.set_value((0.0, 11.0)).run()
    assert not former.root.exception
    assert (board(opened).sampling.start_s, board(opened).sampling.end_s) == (0.0, None)


@pytest.mark.nightly
def test_too_many_are_capped_with_the_numbers(opened):
    choose(opened, "clip-rule", "rate")
    opened.number_input(key="clip-rate").set_value(25.0).run()
    assert len(sent(opened)) == limits.CLIP_FRAMES
    assert "would be 300 frames; 64 are taken" in opened.container(key="clip-totals").caption[0].value
    assert len(opened.container(key="clip-panel").image) == 24  # a page of them


def test_a_frame_is_dropped_pinned_and_replaced(opened):
    choose(opened, "clip-exact", "Exact")
    press(opened, "clip-close-56")
    press(opened, "clip-keep-18")
    press(opened, "clip-chevron-right-93")
    press(opened, "clip-chevron-left-131")
    assert sent(opened) == [18, 94, 130, 168, 206, 243, 281]
    opened.number_input(key="clip-count").set_value(1).run()
    assert sent(opened) == [18, 150]  # the pinned one stayed
    press(opened, "clip-keep-off-18")
    opened.number_input(key="clip-count").set_value(2).run()
    assert sent(opened) == [75, 225]


def test_the_only_frame_cannot_be_dropped(opened):
    opened.number_input(key="clip-count").set_value(1).run()
    (index,) = [pick.index for pick in board(opened).picks]
    assert opened.button(key=f"clip-close-{index}").disabled


def test_a_frame_is_shown_large_with_the_hash_that_is_sent(opened):
    pick = board(opened).picks[2]
    press(opened, f"clip-zoom-in-{pick.index}")
    shown = [caption.value for caption in opened.caption if "SHA-256" in caption.value]
    assert len(shown) == 1 and pick.part.sha256 in shown[0]


@pytest.mark.nightly
def test_size_and_quality_keep_the_frames(app, attach, media_dir):
    attach(app, ("bunny.mp4", (media_dir / "bigbuckbunny.mp4").read_bytes()))
    press(app, f"clip-close-{board(app).picks[3].index}")
    before = board(app).parts
    app.select_slider(key="clip-side").set_value(384).run()
    app.slider(key="clip-quality").set_value(40).run()
    assert not app.exception
    after = board(app).parts
    assert [part.time_s for part in after] == [part.time_s for part in before]
    assert {(part.width, part.height) for part in after} == {(384, 216)}
    assert sum(len(part.data) for part in after) < sum(len(part.data) for part in before) / 5


def test_a_word_that_is_no_time_is_said_and_changes_nothing(opened):
    choose(opened, "clip-rule", "marks")
    before = sent(opened)
    opened.text_input(key="clip-marks").set_value("0:02, soon").run()
    assert "'soon' is no time of a clip" in opened.container(key="clip-panel").warning[0].value
    assert sent(opened) == before


@pytest.mark.nightly
def test_the_panel_closes_and_opens_again(opened):
    press(opened, "clip-done")
    with pytest.raises(KeyError):
        opened.container(key="clip-panel")
    press(opened, "open-0-counted.mp4")
    assert len(sent(opened)) == 8
    press(opened, "detach-0-counted.mp4")
    with pytest.raises(KeyError):
        opened.container(key="clip-panel")


def test_long_work_shows_progress_and_can_be_cancelled(opened, monkeypatch):
    """The clip's frames are taken by a thread that waits here for its cancelling."""
    from components.ui.tray import sampling_form, storyboard_work

    monkeypatch.setattr(storyboard_work, "_PATIENCE_S", 0.0)
    looked = []

    def never_ready(clip, sampling, style, *, cache, progress, pinned):
        progress.begin("Taking frames", 100)
        while True:
            progress.check()

    def cancel_at_second_look(view):
        looked.append(view.making.work.progress.words)
        if len(looked) > 1:
            session().of(storyboard_work.StoryboardState).let_go()
            st.rerun()

    monkeypatch.setattr(sampling_form, "make_storyboard", never_ready)
    monkeypatch.setattr(storyboard_work.WorkView, "update", cancel_at_second_look)
    before = sent(opened)
    opened.number_input(key="clip-count").set_value(3).run()
    assert not opened.exception and len(looked) == 2
    assert sent(opened) == before and opened.number_input(key="clip-count").value == 8


def test_what_is_ready_during_a_reply_is_taken_over(opened, ask):
    """The panel stays usable while a turn is answered: its own clip is another one by then."""
    ask(opened, "What happens?\nsimulate: thinking=5 answer=20")
    with pytest.raises(KeyError):
        opened.container(key="clip-panel")
    assert len(opened.container(key="turn-1").image) == 8


def test_the_clip_itself_can_be_sent_where_the_endpoint_takes_it(opened, ask):
    both = opened.container(key="clip-panel").caption[0].value
    assert "Frames: **" in both and "Clip itself: **" in both and "tokens" in both and r"\$" in both
    choose(opened, "clip-way", "Send the clip itself")
    assert not opened.container(key="storyboard").image
    assert "the clip itself is sent" in opened.container(key="storyboard").markdown[0].value
    assert opened.container(key="storyboard").proto.height_config.use_content  # a line takes no room for frames
    assert "1 clip" in opened.get("progress")[0].proto.text
    opened.selectbox(key="wire").set_value("messages").run()
    assert "no part for a whole clip" in opened.container(key="clip-panel").caption[0].value
    assert opened.segmented_control(key="clip-way").value == "Send frames"
    assert len(opened.container(key="storyboard").image) == 8
    opened.selectbox(key="wire").set_value("chat_completions").run()
    assert not opened.container(key="storyboard").image
    ask(opened, "What happens?\nsimulate: thinking=5 answer=60")
    assert not to_try_again(opened) and "the clip over time" in answer(opened).lower()


def test_a_document_opens_with_its_pages_and_knobs_of_its_own(app, attach):
    attach(app, ("report.pdf", pdf(40)))

    def pages():
        return [int(label.value.removeprefix("p. ")) for label in app.container(key="storyboard").caption]

    panel = app.container(key="clip-panel")
    assert "40 pages" in panel.markdown[0].value and "210 × 297 mm" in panel.markdown[0].value
    assert not panel.get("video") and pages() == list(range(1, 33))
    assert "only pages 1-32 of 40 are sent" in app.container(key="clip-totals").caption[0].value
    assert len(app.container(key="storyboard").image) == 32
    app.slider(key="clip-part").set_value((5, 8)).run()
    assert pages() == [5, 6, 7, 8]
    choose(app, "clip-rule", "interval")
    assert pages() == [5, 7]
    choose(app, "clip-rule", "marks")
    app.text_input(key="clip-marks").set_value("2, 39-40").run()
    assert pages() == [2, 39, 40]
    app.text_input(key="clip-marks").set_value("41").run()
    assert any("'41' is no page of its 40" in warning.value for warning in app.warning) and pages() == [2, 39, 40]
    app.toggle(key="clip-texts").set_value(True).run()
    parts = app.session_state["playground"].tray[0].parts
    assert [part.text for part in parts] == ["This is 2.", "This is 39.", "This is 40."]
    assert "text of 3 of these pages" in app.container(key="clip-totals").caption[0].value
    press(app, "clip-close-38")
    press(app, "clip-zoom-in-1")
    assert (
        pages() == [2, 40] and "**Page 2 of 40**" in [each.value for each in app.markdown if "Page 2" in each.value][-1]
    )


def test_an_animation_plays_and_gives_frames(app, attach):
    attach(app, ("a.gif", saved(pictures(12), "GIF", duration=500)))
    panel = app.container(key="clip-panel")
    assert "00:06.00 · 96 × 64 px · 12 frames · GIF animation" in panel.markdown[0].value
    choose(app, "clip-rule", "interval")
    app.number_input(key="clip-interval").set_value(3.0).run()
    assert [label.value for label in app.container(key="storyboard").caption] == ["00:00.0", "00:03.0"]


def test_pages_and_their_texts_stand_when_the_conversation_is_opened_anew(app, attach, ask, open_app):
    attach(app, ("report.pdf", pdf(3)))
    app.toggle(key="clip-texts").set_value(True).run()
    ask(app, "What is on page 2?")
    (turn,) = app.session_state["playground"].turns
    sent = turn.attachments[0].parts
    assert resources.history_writer().flush(), resources.history_writer().problem
    again = open_app()
    again.query_params["conversation"] = app.query_params["conversation"]
    again.run()
    (turn,) = again.session_state["playground"].turns
    assert turn.attachments[0].parts == sent and [part.label() for part in sent][1] == "Page 2 of 3"
    assert any("Page 2 of 3" in str(image.proto) for image in again.image)
