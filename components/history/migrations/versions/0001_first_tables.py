"""The first tables: conversations, messages, media, runs, search, presets and templates."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("deleted_at", sa.Double()),
        sa.Column("head", sa.Text()),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(), nullable=False),
    )
    op.create_index("ix_conversations_owner_updated_at", "conversations", ["owner", "updated_at"])
    op.create_table(
        "media",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("number", _NUMBER, autoincrement=True, primary_key=True),
        sa.Column("sha256", sa.Text(), nullable=False, unique=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "presets",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.UniqueConstraint("owner", "name"),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.UniqueConstraint("owner", "name"),
    )
    op.create_table(
        "message_media",
        sa.Column("message_number", _NUMBER, sa.ForeignKey("messages.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("sha256", sa.Text(), sa.ForeignKey("media.sha256"), primary_key=True, index=True),
    )
    op.create_table(
        "nodes",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.Text(),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("parent_id", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("message_number", _NUMBER, sa.ForeignKey("messages.number"), index=True),
        sa.Column("run_id", sa.Text()),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("number", _NUMBER, autoincrement=True, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("wire", sa.Text(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("finish_reason", sa.Text()),
        sa.Column("error_kind", sa.Text()),
        sa.Column("input_tokens", sa.BigInteger()),
        sa.Column("cached_tokens", sa.BigInteger()),
        sa.Column("output_tokens", sa.BigInteger()),
        sa.Column("reasoning_tokens", sa.BigInteger()),
        sa.Column("total_tokens", sa.BigInteger()),
        sa.Column("cost_usd", sa.BigInteger()),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("first_event_s", sa.Double()),
        sa.Column("first_answer_s", sa.Double()),
        sa.Column("total_s", sa.Double()),
        sa.Column("rating", sa.SmallInteger()),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Double(), nullable=False),
        sa.Column("deleted_at", sa.Double()),
    )
    op.create_index("ix_runs_owner_number", "runs", ["owner", "number"])
    op.create_table(
        "template_versions",
        sa.Column("template_id", sa.Text(), sa.ForeignKey("templates.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "run_details",
        sa.Column("run_number", _NUMBER, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
    )
    op.create_table(
        "run_events",
        sa.Column("run_number", _NUMBER, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("first", sa.Integer(), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "run_messages",
        sa.Column("run_number", _NUMBER, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("message_number", _NUMBER, sa.ForeignKey("messages.number"), nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_tags",
        sa.Column("run_number", _NUMBER, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag", sa.Text(), primary_key=True, index=True),
    )

    if op.get_context().dialect.name == "sqlite":
        # Words come in cut and folded (`components.history.words`); the texts themselves are not stored a second time.
        op.execute(
            "CREATE VIRTUAL TABLE run_search USING fts5"
            "(prompt, thinking, answer, content='', tokenize='unicode61 remove_diacritics 0', prefix='3')"
        )
    else:
        op.execute(
            "CREATE TABLE run_search (run_number BIGINT PRIMARY KEY REFERENCES runs (number) ON DELETE CASCADE, "
            "words tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_run_search_words ON run_search USING gin (words)")
