"""Everything drawn with Streamlit: one file a panel. `state` alone touches the session, `resources` the caches."""
