"""Full-text search over prompts, thinking and answers, by the database's own index: FTS5 or tsvector.

On both, `words` splits the texts, so both find the same. Indexed are the last question, thinking and answer of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Literal

import sqlalchemy as sa

from components.history.records import RunRecord
from components.history.words import Term, words

Field = Literal["prompt", "thinking", "answer"]

# In PostgreSQL the fields of one vector are told apart by its four weights.
_WEIGHTS: dict[Field, str] = {"prompt": "A", "thinking": "B", "answer": "C"}
# A tsvector holds a megabyte of words with their positions; some bytes are left for what is not counted below.
_VECTOR_BYTES = 1_000_000

run_search = sa.table("run_search", sa.column("run_number"), sa.column("rowid"), sa.column("words"))


def index_run(connection: sa.Connection, number: int, record: RunRecord) -> None:
    """Adds the run's words to the index; does nothing if they are in it already."""
    texts = [words(record.prompt), words(record.transcript.thinking), words(record.transcript.answer)]
    if connection.dialect.name == "sqlite":
        if connection.execute(sa.text("SELECT 1 FROM run_search WHERE rowid = :number"), {"number": number}).first():
            return
        statement = "INSERT INTO run_search (rowid, prompt, thinking, answer) VALUES (:number, :a, :b, :c)"
    else:
        texts = _fitting_a_vector(texts)
        statement = (
            "INSERT INTO run_search (run_number, words) VALUES (:number, "
            "setweight(to_tsvector('simple', :a), 'A') || setweight(to_tsvector('simple', :b), 'B') || "
            "setweight(to_tsvector('simple', :c), 'C')) ON CONFLICT DO NOTHING"
        )
    a, b, c = (" ".join(text) for text in texts)
    connection.execute(sa.text(statement), {"number": number, "a": a, "b": b, "c": c})


def remove_run(connection: sa.Connection, number: int, record: RunRecord) -> None:
    """Removes a run's words from the index; `record` is the run as it was indexed."""
    if connection.dialect.name == "sqlite":
        # The index stores no texts: to remove a row it needs the same words again.
        texts = [words(record.prompt), words(record.transcript.thinking), words(record.transcript.answer)]
        a, b, c = (" ".join(text) for text in texts)
        connection.execute(
            sa.text(
                "INSERT INTO run_search (run_search, rowid, prompt, thinking, answer) "
                "VALUES ('delete', :number, :a, :b, :c)"
            ),
            {"number": number, "a": a, "b": b, "c": c},
        )
    else:
        connection.execute(sa.text("DELETE FROM run_search WHERE run_number = :number"), {"number": number})


def matching(dialect: str, looked_for: Sequence[Term], fields: Iterable[Field] = ()) -> sa.Select[tuple[int]]:
    """A query for the numbers of the runs that have every term, in one of the `fields`; none: in any field."""
    if dialect == "sqlite":
        wanted = " ".join(fields)
        column = f"{{{wanted}}} : " if wanted else ""
        query = " AND ".join(f'{column}"{" ".join(term.words)}"{" *" if term.open else ""}' for term in looked_for)
        return sa.select(run_search.c.rowid).where(sa.text("run_search MATCH :looked_for").bindparams(looked_for=query))
    weights = "".join(_WEIGHTS[field] for field in fields)
    query = " & ".join(_ts_term(term, weights) for term in looked_for)
    return sa.select(run_search.c.run_number).where(
        sa.text("words @@ to_tsquery('simple', :looked_for)").bindparams(looked_for=query)
    )


def _ts_term(term: Term, weights: str) -> str:
    last = len(term.words) - 1
    marked = [
        f"'{word}':{'*' if term.open and index == last else ''}{weights}".rstrip(":")
        for index, word in enumerate(term.words)
    ]
    return f"({' <-> '.join(marked)})"


def _fitting_a_vector(texts: list[list[str]]) -> list[list[str]]:
    """The words that one vector can hold: all of them, unless a run has millions of characters."""
    room = _VECTOR_BYTES
    known: set[str] = set()
    fitting: list[list[str]] = [[], [], []]
    for field, word in chain.from_iterable([(field, word) for word in text] for field, text in enumerate(texts)):
        room -= 2 if word in known else len(word.encode()) + 6
        if room < 0:
            break
        known.add(word)
        fitting[field].append(word)
    return fitting
