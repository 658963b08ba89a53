"""Tables of the instance: settings, numbers, inputs, leases, times, and positions in its sources."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)

from storage.schema.base import metadata
from storage.types import InOrder, Moment, Number, Words

# --- the instance ---------------------------------------------------------------------------------------------------

instance = Table(
    "instance",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about this database: `token` makes our Matrix transaction ids differ from those of any other."""

settings = Table(
    "settings",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("by", Text),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Settings above config.yaml; `by` is empty for a setting that the bot itself decided."""

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Mailboxes of config.yaml as it named them last, and those that were added in the house."""

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", Number, nullable=False),
)
"""The next number of a `conversation` and of a `mail`: a number is never given twice, even after an erasure."""

seen = Table(
    "seen",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Moment),
    sqlite_with_rowid=False,
)
"""Inputs that were decided. `at` is empty for those that are never forgotten (mails, places of ratchets)."""
Index("ix_seen_at", seen.c.at, sqlite_where=seen.c.at.is_not(None), postgresql_where=seen.c.at.is_not(None))

deeds = Table(
    "deeds",
    metadata,
    Column("event", Text, primary_key=True),
    Column("conversation", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("deed", Text, nullable=False),
)
"""The changes of a conversation by an event's command, as JSON: deleting it soon takes them back."""

house_deeds = Table(
    "house_deeds",
    metadata,
    Column("event", Text, primary_key=True),
    Column("mailbox", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("deed", Words, nullable=False),
    sqlite_with_rowid=False,
)
"""The changes of a mailbox itself by an event's command, as JSON: deleting it soon takes them back."""

# --- time, cursors, leases, poison ----------------------------------------------------------------------------------

timers = Table(
    "timers",
    metadata,
    Column("timer", InOrder, primary_key=True),
    Column("due", Moment, nullable=False, index=True),
)
"""Those of a kind are all between two names (`storage/timers.py`)."""

folder_cursors = Table(
    "folder_cursors",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", Number, nullable=False),
    Column("uid", Number, nullable=False),
    Column("floor", Moment, nullable=False),
    Column("begun", Moment, nullable=False, server_default=literal_column("0")),
)

sync_tokens = Table(
    "sync_tokens",
    metadata,
    Column("device", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("turn", Number, nullable=False),
)
"""`next_batch` of each Matrix device of ours; the one with the highest `turn` was set last."""

outages = Table(
    "outages",
    metadata,
    Column("service", Text, primary_key=True),
    Column("of", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Servers that are away, as people were told; `of` is a mailbox, a room, or empty."""

audits = Table(
    "audits",
    metadata,
    Column("id", Number, primary_key=True),
    Column("mailbox", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("detail", Words, nullable=False),
    Column("by", Text),
    Column("at", Moment, nullable=False),
)
"""Changes of how a mailbox is set up; `by` is empty for what the bot itself decided."""
Index("ix_audits_mailbox", audits.c.mailbox, audits.c.id)

folder_counts = Table(
    "folder_counts",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("role", Text, nullable=False),
    Column("on_server", Number, nullable=False),
    Column("here", Number, nullable=False),
    Column("earlier", Number, nullable=False),
    Column("copies", Number, nullable=False),
    Column("unread", Number, nullable=False),
    Column("missing", Number, nullable=False),
    Column("elsewhere", Number, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""The mails on the server in each folder that is read, and what became of them here, as they were counted last."""

mailbox_status = Table(
    "mailbox_status",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("since", Moment),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""What the pinned message of each mailbox says, as a digest, and in which room."""

leases = Table(
    "leases",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("until", Moment, nullable=False),
)

canned = Table(
    "canned",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False, index=True),
    Column("before", Words, nullable=False),
    sqlite_with_rowid=False,
)
"""Saved replies. One that was removed stays without words; `before` are the words before its last command, `source`."""

signatures = Table(
    "signatures",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False, index=True),
    Column("before", Words, nullable=False),
    sqlite_with_rowid=False,
)
"""Members' own lines under their mails. What was removed stays without words; `before` as of `canned`."""

grants = Table(
    "grants",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("was_on", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""What people were given in a mailbox, or lost there; what is as for everybody again stays with who made it so."""

choices = Table(
    "choices",
    metadata,
    Column("person", Text, primary_key=True),
    Column("mailbox", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("medium", Text),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("before", Text),
    sqlite_with_rowid=False,
)
"""What people chose to be told of, in a mailbox or (empty) in all; what was put back stays without a medium."""

own_settings = Table(
    "own_settings",
    metadata,
    Column("person", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("value", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("before", Words, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
"""What people set for themselves alone; `source` is the command by which it can be taken back, to `before`."""

own_addresses = Table(
    "own_addresses",
    metadata,
    Column("person", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("mailbox", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("codes", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("bounces", Integer, nullable=False),
    Column("returned", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
"""Mail addresses that members said to be theirs; what is not confirmed is forgotten after a day."""

notices = Table(
    "notices",
    metadata,
    Column("person", Text, primary_key=True),
    Column("mailbox", Text, primary_key=True),
    Column("conversation", BigInteger, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("is_of_mails", Boolean, nullable=False, server_default=false()),
    sqlite_with_rowid=False,
)
"""Notifications that were mailed within a day; of conversation 0, that a person was told of too many."""

quiet_news = Table(
    "quiet_news",
    metadata,
    Column("person", Text, primary_key=True),
    Column("conversation", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Conversations of which people are to be told after their quiet hours."""

vouching = Table(
    "vouching",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("server", Words, nullable=False),
    Column("mails", Integer, nullable=False),
    Column("domains", Text, nullable=False),
    Column("told", Words, nullable=False),
    sqlite_with_rowid=False,
)
"""The name on top of a mailbox's newest mails, while nobody has named its server."""

blocked = Table(
    "blocked",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("said", Words, nullable=False),
    Column("by", Text, nullable=False),
    Column("event", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Addresses and domains whose mail a mailbox takes as spam."""

returned = Table(
    "returned",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("address", Words, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last", Number, nullable=False),
    Column("since", Number),
    Column("at", Moment, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Addresses from which a mailbox's mail came back, and what was heard of them since (`bot/domain/returned.py`)."""

teams = Table(
    "teams",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("people", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("last", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Teams, and whose turn was the last. One that was removed stays without people; `people` and `before` are JSON."""

persons = Table(
    "persons",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("address", Words, nullable=False),
    Column("person", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("event", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("before", Text, nullable=False),
    Index("ix_persons_person", "mailbox", "person"),
    sqlite_with_rowid=False,
)
"""Addresses that belong to a person who has several; `before` is the person of before the command of `event`."""

person_notes = Table(
    "person_notes",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("event", Text, primary_key=True, index=True),
    Column("key", Text, nullable=False),
    Column("address", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_person_notes_key", "mailbox", "key", "at"),
    sqlite_with_rowid=False,
)
"""Notes on people."""

house_rules = Table(
    "house_rules",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("said", Words, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Rules of the house in their own form (`bot/domain/house_rules.py`)."""

mailed = Table(
    "mailed",
    metadata,
    Column("row", Number, primary_key=True, autoincrement=False),
    Column("body", Words, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Answers that members wrote by mail, as JSON (`bot/domain/mailed.py`)."""

shunted = Table(
    "shunted",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("error", Words, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("key"),
)
"""Inputs that could not be decided, as JSON, to be looked at and tried again."""

secrets = Table(
    "secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("dialogue", Number, index=True),
    Column("mailbox", Text, index=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Encrypted secrets that people told: for the dialogue that asked, or for the mailbox that logs in with one."""
