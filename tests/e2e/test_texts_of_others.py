"""Texts of models, users and servers in a real browser: read as they were written, and nothing is fetched."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from components.ui.markdown.escaping import escaped, in_code, with_code
from tests.benchmarks.streaming import streamlit
from tests.e2e.app_server import AppServer, Stage
from tests.e2e.conftest import OpenPlayground
from tests.e2e.playground import Playground, choose_row, settle
from tests.e2e.replies import whole

TEXTS = [
    "foo:bar{baz}", "a:b[c]", ":::note", ":red[x]", ":smile: and :+1: :streamlit:", ":material/home: x", "A -> B",
    "A <- B <-> C", "a >= b <= c", "git log --oneline -- path", "x ~= y != z == w", "**bold** _it_ ~~s~~ `code`",
    "[l](http://x) ![p](http://127.0.0.1:9/x)", "US$20 or $x$ $$y$$", "C:\\temp\\new \\{{x}} \\(x\\)",
    "<b>x</b> <br> &amp; &lt;", "https://x.org www.example.org a@b.org", "# head", "- item", "1. one", "12) two",
    "> quote", "a | b", "--- ", "===", "a\\", ":blue-badge[x] :small[y]", "--> ==> <-- ...", "(c) (tm) \"q\" 'q'",
    "重点：**内容**", "مرحبا :smile:", "👨‍👩‍👧‍👦 :heart:",
    "key: value: more:", ":a:b:c:", "~x~ ~", "snake_case __init__",
    "[ ] [x]", "[^1]", "\\:smile\\:", "^x^ ==m==", "- [ ] t", "``` x", "$5-10k and 20k$", "a\u00a0b", "12:30:45 :30",
    '{"a": [1]}', "|a|b|", "http://127.0.0.1:9/a_b_(c)*d*", "mailto:x@y.z", "~~~ x", "+ plus", "* star", "\\", "\\\\",
    "a -- b", "--", "->", "1.5 2. 3)", "!x ![", "&copy; &#35;",
]  # fmt: skip

_PAGE = """
import json, streamlit as st
texts = json.loads(open({texts!r}, encoding="utf-8").read())
for at, (sentence, label) in enumerate(texts):
    with st.container(key=f"sentence-{{at}}"):
        st.markdown(sentence)
    with st.container(key=f"label-{{at}}"):
        st.button(label, key=f"button-{{at}}")
st.container(key="last").text("end")
"""
# What is read of each place, the links in it as (words, address), and how many pictures it has.
_READ = """
() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-sentence-"], [class*="st-key-label-"]')].map(
  (place) => [place.className.match(/st-key-((sentence|label)-\\d+)/)[1], {
    text: place.textContent,
    links: [...place.querySelectorAll('a')].map((link) => [link.innerText, link.getAttribute('href')]),
    pictures: place.querySelectorAll('img, [role=img]').length,
  }]))
"""


def squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def test_no_text_of_others_in_a_sentence_of_ours_loses_a_character(context: BrowserContext, tmp_path: Path):
    sentences = [(f"So {escaped(text)} ends", escaped(text), f"So {text} ends", text) for text in TEXTS]
    sentences += [
        (with_code("write `\\{{` or \\{{, A -> B"), in_code("a`b``c"), "write \\{{ or \\{{, A -> B", "a`b``c"),
        (escaped("two\nlines\n- of\n    it"), in_code("\\{{x}}"), "two lines - of it", "\\{{x}}"),
    ]
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps([sentence[:2] for sentence in sentences]), encoding="utf-8")
    script = tmp_path / "page.py"
    script.write_text(_PAGE.format(texts=str(texts)), encoding="utf-8")
    with streamlit(script, {}) as (address, _):
        page = context.new_page()
        page.goto(address)
        expect(page.locator(".st-key-last")).to_contain_text("end")
        settle(page)
        expect(page.get_by_role("button")).to_have_count(len(sentences))
        seen = page.evaluate(_READ)
        different = []
        for at, (_, _, sentence, label) in enumerate(sentences):
            for kind, text in (("sentence", sentence), ("label", label)):
                found = seen[f"{kind}-{at}"]
                # An address that is written out may be clicked; nothing else may lead elsewhere.
                hidden = [words for words, address in found["links"] if words not in address]
                if squeezed(found["text"]) != squeezed(text) or hidden or found["pictures"]:
                    different.append((kind, text, found))
        page.close()
    assert different == []


class Canary:
    """An address on this machine that hears whoever asks it for anything."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/x"

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self._listener.close()


def baits(url: str) -> str:
    """What would make a careless renderer ask an address."""
    return "\n\n".join(
        (
            f"![p]({url}) <img src={url}> <link rel=stylesheet href={url}> <iframe src={url}></iframe>",
            f'```mermaid\n%%{{init: {{"securityLevel": "loose", "themeCSS": "* {{background: url({url})}}"}}}}%%\n'
            f'flowchart LR\n  C@{{ img: "{url}" }} --> D@{{ icon: "fa:user" }} --> E["<img src={url}>"]\n'
            f'  click C "{url}"\n```',
            f'> ```Mermaid\n> flowchart LR\n>   C@{{ img: "{url}" }}\n> ```',
            f'```svg\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}"/><style>'
            f"@import url({url})</style><rect width='9' height='9' fill='url({url}#a)'/></svg>\n```",
            f'<svg><image href="{url}"/></svg> <style>@import url({url});</style>',
            f"$\\href{{{url}}}{{x}} \\includegraphics{{{url}}}$ [link]({url})",
            "The end.",
        )
    )


@pytest.fixture
def canary() -> Iterator[Canary]:
    listening = Canary()
    yield listening
    listening.close()


def save(playground: Playground, button: Locator, file: Path) -> Path:
    """Presses a button of a download and waits for its file."""
    with playground.page.expect_download() as download:
        button.click()
    download.value.save_as(file)
    return file


def open_file(playground: Playground, file: Path) -> None:
    """Opens a file that was saved as its reader does, and closes it when all of it was shown."""
    page = playground.page.context.new_page()
    page.goto(file.as_uri(), wait_until="load")
    expect(page.get_by_text("The end.").last).to_be_attached()
    page.close()


@pytest.mark.nightly
def test_a_server_elsewhere_hears_nothing_of_a_turn_its_export_history_and_import(
    canary: Canary, stage: Stage, scripted: AppServer, open_page: OpenPlayground, tmp_path: Path
):
    playground = open_page(scripted)
    ask_and_export(canary, stage, playground, tmp_path)
    playground.go_to("History")
    search = playground.key("history-search").locator("input")
    search.fill("yellowbird")
    search.press("Enter")
    expect(playground.page.get_by_text("1 entry by words")).to_be_visible()
    choose_row(playground.page)
    playground.key("history-open").locator("button:enabled:visible").first.click()
    expect(playground.answer()).to_contain_text("The end.")

    playground.go_to("History")
    messages = tmp_path / "messages.json"
    messages.write_text(json.dumps([{"role": role, "content": baits(canary.url)} for role in ("user", "assistant")]))
    playground.key("import").locator("button:visible").first.click()
    playground.key("import-file").locator("input[type=file]").set_input_files(messages)
    playground.key("import-go").locator("button:enabled:visible").first.click()
    expect(playground.key("turn-1")).not_to_contain_text("yellowbird")
    expect(playground.answer()).to_contain_text("The end.")
    playground.settle()
    assert canary.heard == 0


def ask_and_export(canary: Canary, stage: Stage, playground: Playground, tmp_path: Path) -> None:
    bait = baits(canary.url)
    stage.play(whole(bait, bait))
    playground.ask(f"Show the yellowbird\n\n{bait}")
    expect(playground.answer()).to_contain_text("The end.")
    for button in playground.answer().locator("button.draw").all():
        button.click()
    pictures = playground.answer().locator(".drawing img")
    expect(pictures).to_have_count(3)
    widths = [picture.evaluate("image => image.naturalWidth") for picture in pictures.all()]
    assert widths[2] == 9 and min(widths[:2]) > 50
    expect(playground.page.locator("iframe")).to_have_count(0)
    expect(playground.answer().locator("img:not(.drawing img), iframe, svg, style")).to_have_count(0)

    playground.choose("Export")
    dialog = playground.page.get_by_role("dialog")
    open_file(playground, save(playground, dialog.get_by_role("button", name="HTML page"), tmp_path / "talk.html"))
    playground.escape()


@pytest.mark.nightly
def test_a_server_elsewhere_hears_nothing_of_compared_replies_nor_of_a_sweep_and_its_report(
    canary: Canary, stage: Stage, scripted: AppServer, open_page: OpenPlayground, tmp_path: Path
):
    bait = baits(canary.url)
    stage.play(whole(bait, bait))
    playground = open_page(scripted, "/compare")
    playground.send(f"Show me\n\n{bait}")
    expect(playground.key("trial-1").locator(".md.answer").get_by_text("The end.")).to_have_count(2)
    playground.settle()

    playground.open("/sweep")
    prompts = playground.key("sweep-prompts").locator("textarea")
    prompts.fill("Show me")
    prompts.press("Control+Enter")
    expect(playground.key("sweep-tag")).to_contain_text("Cost, estimated")
    playground.key("sweep-start").get_by_role("button").first.click()
    expect(playground.page.get_by_text("9 of 9 cells done")).to_be_visible()
    playground.key("sweep-matrix").get_by_role("gridcell").first.click()
    expect(playground.key("sweep-cell").get_by_text("The end.").last).to_be_visible()
    playground.key("sweep-differences").get_by_text("Mark the words that differ").click()
    expect(playground.key("sweep-cell").locator(".md.answer").get_by_text("The end.")).to_have_count(2)
    button = playground.key("sweep-html-export").get_by_role("button").first
    open_file(playground, save(playground, button, tmp_path / "report.html"))
    playground.settle()
    assert canary.heard == 0


ROWS = [
    ("foo:bar{baz}, a:b[c]\n\n:::note", "foo:bar{baz}, a:b[c] :::note"),
    (":red[x], :smile:, :streamlit:, :material/home:", ":red[x], :smile:, :streamlit:, :material/home:"),
    ("A -> B, >=, git log --oneline -- path, ~=", "A -> B, >=, git log --oneline -- path, ~="),
    ("**重点：**内容", "重点：内容"),
    (
        "US$20 or 5$, $5-10k and 20k$, (was $7/mo)$, x=$a; y=$b",
        "US$20 or 5$, $5-10k and 20k$, (was $7/mo)$, x=$a; y=$b",
    ),
]
ANSWER = "\n\n---\n\n".join(row for row, _ in ROWS)
ANSWER += "\n\nمرحبا بكم (USD).\n\n- خبر\n\nso $x^2$ is\n\n```py\nx = 1\n\ty = '->'\n```\n\nThe end."


@pytest.fixture
def answered(stage: Stage, scripted: AppServer, open_page: OpenPlayground) -> Page:
    stage.play(whole("one\ntwo", ANSWER))
    playground = open_page(scripted)
    playground.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    playground.ask("Show me")
    expect(playground.answer()).to_contain_text("The end.")
    return playground.page


def test_an_answer_reads_as_the_model_wrote_it_and_copies_so(answered: Page):
    pane = answered.locator(".st-key-turn-1-answer")
    read = squeezed(pane.inner_text())
    for _, expected in ROWS:
        assert expected in read
    assert pane.locator("strong").inner_text() == "重点："
    assert pane.get_by_text("مرحبا").evaluate("p => getComputedStyle(p).direction") == "rtl"
    assert pane.locator("li").evaluate("li => getComputedStyle(li).direction") == "rtl"
    # From the beginning again, wherever the focus is: find(text, case, backwards, around).
    assert answered.evaluate("find('git log --oneline -- path', false, false, true)")
    pane.locator("button.copy").click()
    assert answered.evaluate("navigator.clipboard.readText()") == "x = 1\n\ty = '->'"
    pane.get_by_text("so", exact=False).last.select_text()
    answered.keyboard.press("Control+c")
    assert "$x^2$" in answered.evaluate("navigator.clipboard.readText()")
    assert answered.locator(".st-key-turn-1-thinking .md").inner_text() == "one\ntwo"
    answered.locator(".st-key-copy-1").get_by_role("button", name="Copy").click()
    expect(answered.locator(".st-key-copy-1")).to_contain_text("Copied")
    assert answered.evaluate("navigator.clipboard.readText()") == ANSWER
