"""Markdown of a model, a user or a server as HTML: what it says is what can be read, and nothing of it is fetched.

`document.html_of` renders a whole text, `growing.GrowingText` one that is still being written. The rules are CommonMark
0.31, the tables, strikethrough, task lists and bare addresses of GitHub, footnotes, and formulas (`formulas`). HTML in
the text is text. No Streamlit in here: exports use it as well; `components/ui/markdown` puts it on the page.
"""
