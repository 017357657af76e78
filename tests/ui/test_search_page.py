"""Web search on the page: what was searched for, what it cost, and the sources that came back."""

from tests.ui.shown import answer


def sources(app, number=1):
    place = app.container(key=f"turn-{number}-sources")
    return [caption.value for caption in place.caption], [markdown.value for markdown in place.markdown]


def search(app, ask, prompt, **toggles):
    for name in ("web_search_linkup", *toggles):
        app.toggle(key=f"toggle-{name}").set_value(True).run()
    return ask(app, prompt)


def test_the_query_its_price_and_the_sources_are_shown(app, ask):
    search(app, ask, "How do cats sleep?")
    (asked, note), listed = sources(app)
    assert "for \\$0.0130: How do cats sleep?" in asked and "Sources footer" in note
    assert len(listed) == 3 and all("https://example.com/simulated/" in line for line in listed)
    assert "with 1 web search" in app.container(key="turn-1-stats").caption[0].value


def test_without_formatting_the_footer_is_missed_and_said_to_be(app, ask):
    search(app, ask, "How do cats sleep?", disable_formatting=True)
    (_, note), listed = sources(app)
    assert not listed and "adds no Sources footer" in note
    assert answer(app) and "Sources" not in answer(app)


def test_without_a_search_there_is_no_list(app, ask):
    ask(app, "How do cats sleep?")
    assert "turn-1-sources" not in str(app.main)
