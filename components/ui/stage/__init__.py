"""The room in which replies are watched: the panes of a turn, and how the page follows what is being written."""
