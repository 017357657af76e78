"""Pictures and clips for the demos on the empty page, made for this project by `make`. Free of rights (CC0)."""
