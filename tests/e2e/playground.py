"""What a user does on the page and sees there, by the names of the contract (`st-key-...`)."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

# Two cores are shared with the server and the browser; nothing here takes this long unless it is broken.
PATIENCE_MS = 30_000
# What is waited for again and again is asked of the page itself: an `expect` that does not hold yet describes the whole
# page each time, for its message, which takes a tenth of the processor while a reply streams.
_LOOK_EVERY_MS = 50
_SETTLED = """document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'"""


class Playground:
    """The playground in one browser page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(PATIENCE_MS)

    def open(self, path: str = "/") -> Playground:
        self.page.goto(self.url + path)
        expect(self.page.locator(".st-key-connection")).to_be_attached()
        return self

    def key(self, name: str) -> Locator:
        return self.page.locator(f".st-key-{name}")

    def choose(self, words: str) -> None:
        """Chooses from the menu in the header."""
        self.key("menu").locator("button").click()
        self.page.get_by_role("menuitem", name=words).click()

    @property
    def composer(self) -> Locator:
        return self.key("composer").locator("textarea")

    def send(self, prompt: str) -> None:
        self.composer.fill(prompt)
        self.composer.press("Enter")

    def ask(self, prompt: str, turn: int = 1) -> None:
        """Sends a prompt and waits for the end of its reply."""
        self.send(prompt)
        self.wait_for_end(turn)

    def wait_for_end(self, turn: int = 1) -> None:
        ended = f"""document.querySelector('.st-key-turn-{turn}-stats')?.textContent.includes('Tokens')
            && !document.querySelector('.st-key-stop') && {_SETTLED}"""
        self.page.wait_for_function(ended, polling=_LOOK_EVERY_MS)

    def begin_anew(self) -> None:
        """Begins another conversation: costs a third of what a page does that is loaded anew."""
        self.key("new-conversation").get_by_role("button").click()
        expect(self.key("turn-1")).to_have_count(0)
        self.settle()

    def settle(self) -> None:
        """Waits until the page is drawn to its end."""
        settle(self.page)

    def escape(self) -> None:
        """Closes what is open. Streamlit opens a dialog again when what it still draws arrives after the key."""
        self.settle()
        self.page.keyboard.press("Escape")

    def thinking(self, turn: int = 1) -> Locator:
        """The text of the thinking pane, without its title."""
        return self.key(f"pane-thinking-{turn}")

    def answer(self, turn: int = 1) -> Locator:
        """The text of the answer pane, without its title."""
        return self.key(f"pane-answer-{turn}")

    def stats(self, turn: int = 1) -> Locator:
        return self.key(f"turn-{turn}-stats")

    @property
    def alerts(self) -> Locator:
        return self.page.get_by_test_id("stAlert")

    def attach(self, *files: object) -> None:
        """Chooses files. An uploader is replaced once it has handed its files over: waits until that is done."""
        self.settle()
        self.key("attach").locator("input[type=file]").set_input_files(list(files))

    def go_to(self, title: str) -> None:
        """Changes the page as a user does, without loading it anew."""
        self.page.get_by_test_id("stTopNavLink").filter(has_text=title).click()


def settle(page: Page) -> None:
    """Waits until the page is drawn to its end."""
    page.wait_for_function(_SETTLED, polling=_LOOK_EVERY_MS)


def wait_for_pictures(page: Page) -> None:
    """Waits until every picture on the page has come; before that it may have no size."""
    page.wait_for_function("[...document.images].every((image) => image.complete)")


def choose_row(page: Page, row: int = 1) -> None:
    """Chooses a row of the history's table, which is a canvas: the box at its beginning."""
    table = page.get_by_test_id("stDataFrame").first
    settle(page)
    table.click(position={"x": 16, "y": 36 * row + 18})


def squeezed(text: str) -> str:
    """The text without white space, which Markdown and layout change."""
    return re.sub(r"\s+", "", text)
