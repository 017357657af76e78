"""Run by Alembic for each upgrade; the connection comes from `components.history.migrating`, in a transaction."""

from alembic import context

from components.history.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
