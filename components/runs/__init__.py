"""Generations as jobs outside Streamlit: a script run is killed by every click, a job is not."""
