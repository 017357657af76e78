"""The tables. What changes here needs a revision in `migrations/versions`; a test compares the two.

A message is stored once, by the SHA-256 of its JSON; a node is its position in a conversation's tree. So a branch, an
edit or a sweep of 200 runs over one prompt repeats references, not texts, and old messages stay as they were.
Texts of users and models are in JSON columns: PostgreSQL's text cannot hold NUL, its `json` stores the escape.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_PICO = Decimal(10) ** 12


class Dollars(sa.types.TypeDecorator[Decimal]):
    """US dollars as whole picodollars: exact, and the database can sort and add them. The largest is 9.2 million."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * _PICO).to_integral_value())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-12)


class PlainText(sa.types.TypeDecorator[str]):
    """Text for lists and labels. What UTF-8 or PostgreSQL cannot hold (NUL, half a surrogate pair) becomes U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or value.isascii() and "\0" not in value:
            return value
        return value.replace("\0", "�").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# SQLite numbers rows only if the key is INTEGER; PostgreSQL's INTEGER ends at two billion.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("title", PlainText, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),  # seconds since 1970, UTC; so are all `_at`
    sa.Column("updated_at", sa.Double, nullable=False),
    sa.Column("deleted_at", sa.Double),
    sa.Column("head", sa.Text),  # id of the last node of the shown path; none: nothing is shown
    sa.Column("draft", sa.JSON, nullable=False),  # settings, prompt and media of the next request
    sa.Column("undo", sa.JSON, nullable=False),  # steps that can be undone, the last one at the end
    sa.Index("ix_conversations_owner_updated_at", "owner", "updated_at"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("number", _Number, primary_key=True, autoincrement=True),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),  # of role and parts as canonical JSON
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),  # see `part_json`
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

message_media = sa.Table(
    "message_media",
    metadata,
    sa.Column("message_number", sa.ForeignKey(messages.c.number, ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.ForeignKey(media.c.sha256), primary_key=True, index=True),
)


def _message_sequence(name: str, reference: str, owner: sa.Column[Any], **options: Any) -> sa.Table:
    """A table of the messages of a run, a sweep or a comparison, in order; see `messages.save_sequence`."""
    return sa.Table(
        name,
        metadata,
        sa.Column(reference, sa.ForeignKey(owner, ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("message_number", sa.ForeignKey(messages.c.number), nullable=False, index=True),
        **options,
    )


nodes = sa.Table(
    "nodes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("parent_id", sa.Text),  # none: it begins the conversation
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("message_number", sa.ForeignKey(messages.c.number), index=True),  # none until its run has ended
    sa.Column("run_id", sa.Text),  # the run that wrote it; none: typed, imported
    sa.Column("origin", sa.Text, nullable=False),  # typed, model, continued, edited, imported, tool
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),  # deleted in the conversation; undo shows it again
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("number", _Number, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("conversation_id", sa.ForeignKey(conversations.c.id, ondelete="CASCADE"), index=True),
    sa.Column("kind", sa.Text, nullable=False),  # chat, or what else started it: compare, sweep, judge, probe
    sa.Column("group_id", sa.Text),  # id of its sweep or comparison, which may be deleted
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("title", PlainText, nullable=False),  # the beginning of the prompt
    sa.Column("model", PlainText, nullable=False),
    sa.Column("wire", sa.Text, nullable=False),
    sa.Column("base_url", PlainText, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),  # those that were sent, without lists of texts
    sa.Column("pictures", sa.Integer, nullable=False),  # pictures and frames in the last user message
    sa.Column("finish_reason", PlainText),
    sa.Column("error_kind", sa.Text),
    sa.Column("input_tokens", sa.BigInteger),
    sa.Column("cached_tokens", sa.BigInteger),
    sa.Column("output_tokens", sa.BigInteger),
    sa.Column("reasoning_tokens", sa.BigInteger),
    sa.Column("total_tokens", sa.BigInteger),
    sa.Column("cost_usd", Dollars),
    sa.Column("started_at", sa.Double, nullable=False),
    sa.Column("first_event_s", sa.Double),  # since sending; so are the other `_s`
    sa.Column("first_answer_s", sa.Double),
    sa.Column("total_s", sa.Double),
    sa.Column("rating", sa.SmallInteger),  # 1 good, 0 bad; none: not rated
    sa.Column("starred", sa.Boolean, nullable=False),
    sa.Column("note", PlainText, nullable=False),
    sa.Column("saved_at", sa.Double, nullable=False),  # while it is live, renewed about once a second
    sa.Column("deleted_at", sa.Double),
    # Any narrowed list is read from one of these without the table. SQLite has a third one, for `parameters`.
    sa.Index(
        "ix_runs_owner_narrowed",
        *("owner", "deleted_at", "number"),
        *("status", "saved_at", "wire", "kind", "pictures", "rating", "starred", "started_at"),
        *("total_tokens", "cost_usd", "total_s", "first_answer_s", "group_id"),
    ),
    # For the calls of a sweep; without it SQLite would read all runs of the owner.
    sa.Index("ix_runs_owner_group_id", "owner", "group_id", "deleted_at"),
    # One for each order of the list.
    *(
        sa.Index(f"ix_runs_owner_{name}", "owner", name, "number")
        for name in ("cost_usd", "total_tokens", "output_tokens", "total_s", "first_answer_s")
    ),
)

# What only an opened run needs: in a table of its own, so that lists need not read past it.
run_details = sa.Table(
    "run_details",
    metadata,
    sa.Column("run_number", sa.ForeignKey(runs.c.number, ondelete="CASCADE"), primary_key=True),
    sa.Column("request", sa.JSON, nullable=False),  # all of it but the messages
    sa.Column("reply", sa.JSON, nullable=False),  # thinking, answer, tool calls and all else that came
)

run_messages = _message_sequence("run_messages", "run_number", runs.c.number, sqlite_with_rowid=False)

run_events = sa.Table(
    "run_events",
    metadata,
    sa.Column("run_number", sa.ForeignKey(runs.c.number, ondelete="CASCADE"), primary_key=True),
    sa.Column("first", sa.Integer, primary_key=True),  # index of the first event in it
    sa.Column("data", sa.LargeBinary, nullable=False),  # zlib of JSON: [[seconds since sent, name, data], ...]
)

run_tags = sa.Table(
    "run_tags",
    metadata,
    sa.Column("run_number", sa.ForeignKey(runs.c.number, ondelete="CASCADE"), primary_key=True),
    sa.Column("tag", PlainText, primary_key=True, index=True),
)

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),  # of its JSON; the request of a run names it
    sa.Column("card", sa.JSON, nullable=False),  # see `components.params.card`
)

presets = sa.Table(
    "presets",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", PlainText, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("updated_at", sa.Double, nullable=False),
    sa.UniqueConstraint("owner", "name"),
)


def _versioned(kind: Literal["template", "dataset"]) -> tuple[sa.Table, sa.Table]:
    """The table of an owner's named things of a kind, and the table of their versions."""
    things = sa.Table(
        f"{kind}s",
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", PlainText, nullable=False),
        sa.UniqueConstraint("owner", "name"),
    )
    versions = sa.Table(
        f"{kind}_versions",
        metadata,
        sa.Column(f"{kind}_id", sa.ForeignKey(things.c.id, ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),  # of a dataset, see `components.tuning.datasets.saved`
        sa.Column("created_at", sa.Double, nullable=False),
    )
    return things, versions


templates, template_versions = _versioned("template")
datasets, dataset_versions = _versioned("dataset")

sweeps = sa.Table(
    "sweeps",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("name", PlainText, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # running, paused, capped, done
    sa.Column("note", PlainText, nullable=False),  # why it has this status
    sa.Column("plan", sa.JSON, nullable=False),  # see `components.tuning.plan`
    sa.Column("worker", sa.Text),  # the only process that may send for it now
    sa.Column("worker_seen_at", sa.Double),
)

sweep_prompts = _message_sequence("sweep_prompts", "sweep_id", sweeps.c.id)

sweep_cells = sa.Table(
    "sweep_cells",
    metadata,
    sa.Column("sweep_id", sa.ForeignKey(sweeps.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),  # waiting, sent, answered (still to be judged), done, failed
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("reserved_usd", Dollars, nullable=False),  # what a call under way may cost at most
    sa.Column("cost_usd", Dollars, nullable=False),  # of all tries and the judge, as far as they have ended
    # The part of it that is not reported: the most that calls which broke off can have cost.
    sa.Column("unsure_usd", Dollars, nullable=False, server_default="0"),
    sa.Column("unsure_calls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("run_id", sa.Text),  # the latest try
    sa.Column("scores", sa.JSON, nullable=False),  # name of the scorer -> {value, note}
    sa.Column("note", PlainText, nullable=False),  # why it failed
)

comparisons = sa.Table(
    "comparisons",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("title", PlainText, nullable=False),  # the beginning of the first message
    sa.Column("trials", sa.Integer, nullable=False),  # how many messages were put to the columns
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),  # see `components.tuning.comparison_record`
)

comparison_messages = _message_sequence("comparison_messages", "comparison_id", comparisons.c.id)

sweep_drafts = sa.Table(
    "sweep_drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Double, nullable=False),
    sa.Column("draft", sa.JSON, nullable=False),  # see `components.tuning.draft`
)

probes = sa.Table(
    "probes",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),  # see `components.api.limiter.account_of`
    sa.Column("parameter", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("note", PlainText, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("cost_usd", Dollars),
    sa.Column("probed_at", sa.Double, nullable=False),
)
