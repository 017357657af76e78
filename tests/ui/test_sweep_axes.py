"""Varying prompts, endpoints, models and tools on the page, and comparing what came with an earlier sweep."""

from __future__ import annotations

import pytest

from components.history.templates import list_templates, save_template
from components.ui import resources
from tests.ui.test_sweep_page import set_up, start, text

LONG = "You are a teacher who explains everything at length,\nwith examples."


def vary(app, **axes):
    names = [name.replace("_", " ") for name in axes]
    app.multiselect(key="sweep-axes").set_value(names).run()
    for name, typed in axes.items():
        key = f"sweep-axis-{name.replace('_', '-')}"
        widget = app.text_area(key=key) if key in [area.key for area in app.text_area] else app.text_input(key=key)
        widget.set_value(typed).run()
    assert not app.exception


def settings(app) -> list[str]:
    """The ways of asking that the results name."""
    return [name for table in app.dataframe if "Settings" in table.value for name in table.value["Settings"]]


def test_prompts_endpoints_and_models_are_varied_and_a_later_sweep_is_compared(sweep):
    set_up(sweep, prompts="One\nsimulate: answer=5\n---\nTwo\nsimulate: answer=5", repeats=1)
    vary(sweep, system_prompt=f"\n---\n{LONG}", endpoint="chat_completions, messages", tools="off")
    assert sweep.metric[0].value == "8"
    start(sweep)
    assert "system prompt 2 “You are a teacher" in "\n".join(settings(sweep))
    sweep.button(key="sweep-new").click().run()
    vary(sweep, system_prompt="Be brief.", endpoint="chat_completions")
    sweep.text_area(key="sweep-prompts").set_value("One\nsimulate: answer=5\n---\nThree\nsimulate: answer=9").run()
    start(sweep)
    sweep.selectbox(key="sweep-against").select_index(0).run()
    sweep.selectbox(key="sweep-against-metric").select("output tokens").run()
    shown = text(sweep)
    assert not sweep.exception and "only the earlier sweep asks" in shown and "different ways of asking" in shown
    pairs = sweep.dataframe[-1].value
    assert [prompt.split()[0] for prompt in pairs["Prompt"]] == ["One"] and list(pairs["n"]) == ["4 → 1"]


@pytest.mark.nightly
def test_versions_of_a_template_are_added_under_its_name(sweep):
    for said in ("Say {{prompt}}", "Shout {{prompt}}!"):
        save_template(resources.store(), "local", "Talk", said)
    set_up(sweep, prompts="five")
    vary(sweep, template="{{prompt}}")
    sweep.multiselect(key="sweep-versions-template").set_value(["Talk, version 2", "Talk, version 1"]).run()
    assert sweep.text_area(key="sweep-axis-template").value == "{{prompt}}\n---\nShout {{prompt}}!\n---\nSay {{prompt}}"
    assert sweep.metric[0].value == "6" and not sweep.exception
    start(sweep)
    assert any("template Talk, version 1" in name for name in settings(sweep))
    kept = "template Talk, version 1"
    sweep.selectbox(key="sweep-keep-prompt").select(kept).run()
    sweep.selectbox(key="sweep-keep-name").select("Talk").run()
    sweep.button(key="sweep-keep-save").click().run()
    versions = list_templates(resources.store(), "local")["Talk"]
    assert (versions[0].number, versions[0].text) == (3, "Say {{prompt}}") and not sweep.exception


def test_what_cannot_be_varied_says_so_where_the_price_stands(sweep):
    set_up(sweep)
    vary(sweep, model="qwen @ nowhere")
    assert "is no address" in text(sweep) and sweep.button(key="sweep-start").disabled
    vary(sweep, model="kimi-k2-6\nsomething-else")
    assert "What a call costs at most is not known of `something-else`" in text(sweep)
    assert sweep.number_input(key="sweep-cap-calls").value == 200
    vary(sweep, tools="on")
    assert "none is defined" in text(sweep)


@pytest.mark.nightly
def test_a_prompt_is_kept_under_a_new_name_and_then_as_its_next_version(sweep):
    set_up(sweep, prompts="five\nsimulate: answer=5", repeats=1)
    vary(sweep, system_prompt=f"Be brief.\n---\n{LONG}")
    start(sweep)
    kept = sweep.selectbox(key="sweep-keep-prompt")
    sweep.button(key="sweep-keep-save").click().run()
    assert "Give the template a name" in sweep.toast[0].value and not list_templates(resources.store(), "local")
    sweep.text_input(key="sweep-keep-new").input("Teacher").run()
    sweep.button(key="sweep-keep-save").click().run()
    assert sweep.toast[0].value == "Saved as version 1 of “Teacher”."
    kept.select(kept.options[1]).run()
    sweep.selectbox(key="sweep-keep-name").select("Teacher").run()
    assert "sweep-keep-new" not in [box.key for box in sweep.text_input]
    sweep.button(key="sweep-keep-save").click().run()
    assert sweep.toast[0].value == "Saved as version 2 of “Teacher”." and not sweep.exception
    assert [each.text for each in list_templates(resources.store(), "local")["Teacher"]] == [LONG, "Be brief."]
