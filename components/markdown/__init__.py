"""Markdown of a model, a user or a server as HTML. Nothing that it refers to is fetched.

`document.html_of` renders a complete text, `growing.GrowingText` one that is still being written. The rules are
CommonMark 0.31, the tables, strikethrough, task lists and bare addresses of GitHub, footnotes, and formulas
(`formulas`). HTML in the text is shown as text. No Streamlit here: exports use it as well; `components/ui/markdown`
draws it on the page.
"""
