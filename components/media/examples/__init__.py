"""Pictures and clips for the demos on the empty page, made by `tests.media.make_examples`. Free of rights (CC0)."""
