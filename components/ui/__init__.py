"""Everything drawn with Streamlit: one file a panel. `state` alone touches the session, `resources` the caches.

Its floors, lowest first: words and widgets, the session, `conversation`, panels, pages. Imports point down only.
"""
