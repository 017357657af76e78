"""Conversations that other programs exported. A file a family; `reading` tells which one a file is of."""
