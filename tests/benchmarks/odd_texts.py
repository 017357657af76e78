"""How long texts take to be drawn that are long or deep in one way: from the last byte to their end on the page.

    python -m tests.benchmarks.odd_texts

Each comes in pieces of 4,000 characters, as fast as they are taken, from a server in this process; the app runs in a
Streamlit server of its own and is watched by a real browser. Each is to be drawn within 3 s.
"""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.benchmarks.streaming import END, ROOT, Source, deltas_of, measure, streamlit
from tests.browser import FLAGS, find_browser

_PIECE = 4_000
_CODE = "".join(f"value_{n} = compute({n}, 'text {n}')  # {n}\n" for n in range(5_000))
TEXTS = {
    "5,000 lines of code": f"```python\n{_CODE}```\n\n{END}",
    "a table of 300 columns": "\n".join("|" + f"{cell}|" * 300 for cell in ("a", "---", *range(10))) + f"\n\n{END}",
    "2,000 formulas": " ".join(f"$x_{{{n}}}^2 + \\frac{{{n}}}{{y}}$" for n in range(2_000)) + f"\n\n{END}",
    "a list 60 deep": "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(60)) + f"\n\n{END}",
    "a quotation 500 deep": "".join(f"{'> ' * depth}line {depth}\n" for depth in range(1, 501)) + f"\n\n{END}",
    "a fence that is never closed": f"```python\n{_CODE}{END}",
    "a line of 200,000 characters": "word " * 40_000 + END,
    "20,000 open brackets": "[" * 20_000 + f"\n\n{END}",
}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for name, text in TEXTS.items():
            source = Source([], deltas_of(text, _PIECE), rate=1e6)
            with streamlit(ROOT / "app.py", {"EMPIRIOLABS_BASE_URL": source.url}) as (address, server):
                print(f"{name}: {measure(browser, address, server, source)}", flush=True)
            source.close()
        browser.close()


if __name__ == "__main__":
    main()
