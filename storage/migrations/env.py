"""Alembic's entry: runs on the connection (and in the transaction) that `upgrade` gives it."""

from alembic import context
from sqlalchemy import Connection

from storage.schema import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
context.run_migrations()
