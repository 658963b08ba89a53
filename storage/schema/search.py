"""The full-text index: what is found, and its words. FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Table, Text, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable

from storage.schema.base import metadata
from storage.types import Number, Words

sought = Table(
    "sought",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("conversation", Number, nullable=False),
    Column("mail", Number),
    Column("note", Words, nullable=False, server_default=""),
)
"""Mails, notes and conversations that can be found. `id` begins with the time, so that the newest come first; `mail` is
a row of `mails`, `note` the words of a note."""

Index("ix_sought_conversation", sought.c.conversation)
HAS_NOTE: ColumnElement[bool] = sought.c.note != literal_column("''")
Index("ix_sought_note", sought.c.conversation, sqlite_where=HAS_NOTE, postgresql_where=HAS_NOTE)

sought_words = Table(
    "sought_words",
    metadata,
    Column("rowid", Number, primary_key=True, autoincrement=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
)
"""The words of each row of `sought`, under its id."""
# Without the list of words that wait for the index: each search would go through it.
Index(
    "ix_sought_words_words",
    sought_words.c.words,
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},
).ddl_if(dialect="postgresql")

FTS5 = "CREATE VIRTUAL TABLE sought_words USING fts5(words, tokenize = \"ascii tokenchars ':_'\")"
"""The words come folded and apart: a tokenizer that knows ASCII alone takes every other letter as it is."""


@compiles(CreateTable, "sqlite")
def _create(create: CreateTable, compiler: Any, **options: Any) -> str:
    if create.element is sought_words:
        return FTS5
    made: str = compiler.visit_create_table(create, **options)
    return made
