"""Other people's tables: read, whoever wrote them, and written again. A file a format."""
