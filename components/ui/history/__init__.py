"""The history page: runs are found, sorted, marked, compared, added up and opened again."""
