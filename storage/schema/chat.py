"""Rooms: who is in them and may read, spaces, upgrades."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Table,
    Text,
    false,
)

from storage.schema.base import metadata
from storage.types import Moment, Number, Words

encrypted_rooms = Table(
    "encrypted_rooms",
    metadata,
    Column("room", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Rooms that were once seen encrypted: none is taken for unencrypted again, whatever a homeserver says."""

identity_pins = Table(
    "identity_pins",
    metadata,
    Column("user", Text, primary_key=True),
    Column("master", Text, nullable=False),
)
"""The public master key that each person had when first seen, or when an admin last trusted them."""

room_readers = Table(
    "room_readers",
    metadata,
    Column("room", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The readers of our encrypted rooms: a newcomer beside them is looked at, and told in the room."""

mailbox_rooms = Table(
    "mailbox_rooms",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("room", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The rooms in which a mailbox may have conversations: the one that it uses, and those that the configuration took it
out of while the bot did not run."""

members = Table(
    "members",
    metadata,
    Column("room", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("is_joined", Boolean, nullable=False),
    Column("display_name", Words, nullable=False),
)

read_marks = Table(
    "read_marks",
    metadata,
    Column("room", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("conversation", Number, primary_key=True, autoincrement=False),
    Column("event", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_read_marks_conversation", read_marks.c.conversation)
"""The last event that a member has read in each thread; conversation 0 is the main timeline."""

waiting_rooms = Table(
    "waiting_rooms",
    metadata,
    Column("room", Text, primary_key=True),
    Column("inviter", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("is_direct", Boolean, nullable=False, server_default=false()),
)
"""Rooms without a mailbox that the bot was invited to; `is_direct` where it is to be a chat of two."""

direct_chats = Table(
    "direct_chats",
    metadata,
    Column("person", Text, primary_key=True),
    Column("room", Text, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""The direct chat of each person who has one."""

spaces = Table(
    "spaces",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("room", Text, nullable=False),
)
"""The space of each organisation that asked for one."""

space_rooms = Table(
    "space_rooms",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("room", Text, primary_key=True),
)
"""The rooms that we put into a space."""

space_people = Table(
    "space_people",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("has_left", Boolean, nullable=False),
)
"""The people whom we invited to a space; those who left by themselves stay, so as not to be invited again."""

predecessors = Table(
    "predecessors",
    metadata,
    Column("room", Text, primary_key=True),
    Column("predecessor", Words, nullable=False),
)
"""The room that an organisation's upgraded room replaced."""

room_upgrades = Table(
    "room_upgrades",
    metadata,
    Column("room", Text, primary_key=True),
    Column("replacement", Text, nullable=False),
    Column("sender", Text),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Rooms that were replaced by others; `state` as in `UpgradeState`."""
