"""Every table, once, for both databases. What is changed here needs a migration (`storage/migrations/versions`)."""

from storage.schema import bookkeeping, calls, chat, search, threads
from storage.schema.base import metadata

__all__ = ["bookkeeping", "calls", "chat", "metadata", "search", "threads"]
