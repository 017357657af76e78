"""The page of what was done: found, sorted, marked, compared, added up, opened again."""
