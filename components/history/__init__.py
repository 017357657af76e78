"""The history: conversations as trees of messages, runs, media, presets and templates in a database.

SQLite in the user's data folder, or PostgreSQL by URL; `schema` says what is stored, `store` opens it. Every row has
an owner, and every query names one. A key is never stored.
"""
