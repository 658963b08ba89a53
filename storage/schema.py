"""Every table, once, for both databases. What is changed here needs a migration (`storage/migrations/versions`)."""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)

from storage.types import Moment, Number, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
"""What stands above config.yaml; `by` is empty where the bot itself decided it."""

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
"""Who reads an encrypted room of ours: whoever comes beside them is looked at, and told in the room."""

mailbox_rooms = Table(
    "mailbox_rooms",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("room", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The rooms in which a mailbox may have conversations: the one that it uses, and those that the configuration took it
out of while the bot did not run."""

# --- conversations --------------------------------------------------------------------------------------------------

conversations = Table(
    "conversations",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("mailbox", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("subject", Words, nullable=False),
    Column("correspondent_name", Words, nullable=False),
    Column("correspondent_address", Words, nullable=False),
    Column("correspondent_key", Words, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_before", Text, nullable=False),
    Column("assignee", Text),
    Column("followers", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("words", Words, nullable=False),
    Column("mails", Integer, nullable=False),
    Column("earlier", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("waiting_since", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("root", Text),
    Column("version", Integer, nullable=False),
    Column("needs_nobody", Boolean, nullable=False, server_default=false()),
    Column("participants", Words, nullable=False, server_default="[]"),
    Column("heard", Integer, nullable=False, server_default="0"),
    Column("folded", Integer, nullable=False, server_default=literal_column("0")),
)
"""`correspondent_key` is the address as it is compared; `followers`, `earlier` and `participants` are JSON lists."""
Index("ix_conversations_correspondent", conversations.c.mailbox, conversations.c.correspondent_key, conversations.c.id)
Index(
    "ix_conversations_waiting",
    conversations.c.mailbox,
    conversations.c.status,
    conversations.c.needs_nobody,
    conversations.c.waiting_since,
)
Index("ix_conversations_changed", conversations.c.mailbox, conversations.c.status, conversations.c.changed_at)
Index(
    "ix_conversations_assignee",
    conversations.c.assignee,
    conversations.c.status,
    sqlite_where=conversations.c.assignee.is_not(None),
    postgresql_where=conversations.c.assignee.is_not(None),
)
Index(
    "ix_conversations_root",
    conversations.c.root,
    sqlite_where=conversations.c.root.is_not(None),
    postgresql_where=conversations.c.root.is_not(None),
)

followers = Table(
    "followers",
    metadata,
    Column("user", Text, primary_key=True),
    Column("conversation", Number, primary_key=True),
    Column("mailbox", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False, server_default=literal_column("0")),
    sqlite_with_rowid=False,
)
"""The followers of `conversations`, in the order of their lists (`storage/following.py`)."""
Index("ix_followers_conversation", followers.c.conversation)
Index("ix_followers_list", followers.c.user, followers.c.mailbox, followers.c.status, followers.c.at)

tallies = Table(
    "tallies",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("is_assigned", Boolean, primary_key=True),
    Column("n", Number, nullable=False),
    sqlite_with_rowid=False,
)
"""How many conversations of each kind there are, kept by `conversations.save`, so that no board counts them.

An active one that needs nobody is counted under the status `needs_nobody`.
"""

history = Table(
    "history",
    metadata,
    Column("id", Number, primary_key=True),
    Column("conversation", Number, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text),
    Column("action", Text, nullable=False),
    Column("detail", Words, nullable=False),
)
Index("ix_history_conversation", history.c.conversation, history.c.id)

# --- mails ----------------------------------------------------------------------------------------------------------

mails = Table(
    "mails",
    metadata,
    Column("row", Number, primary_key=True, autoincrement=False),
    Column("conversation", Number, nullable=False),
    Column("mailbox", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("id_key", LargeBinary, nullable=False),
    Column("head", Text, nullable=False),
    Column("subject", Words, nullable=False),
    Column("date", Moment, nullable=False),
    Column("text", Words, nullable=False),
    Column("raw", Text, nullable=False),
    Column("folder", Words, nullable=False),
    Column("uidvalidity", Number, nullable=False),
    Column("uid", Number, nullable=False),
    Column("event", Text),
    Column("is_automatic", Boolean, nullable=False),
    Column("author", Text),
    Column("source", Text),
    Column("state", Text),
    Column("detail", Words, nullable=False),
    Column("is_folded", Boolean, nullable=False, server_default=false()),
)
"""`id_key` is SHA-256 over mailbox and Message-ID; `head` is JSON: ids, addresses, recipients, attachments, files."""
_FOLDED: ColumnElement[bool] = literal_column("is_folded")
Index("ix_mails_folded", mails.c.conversation, mails.c.date, sqlite_where=_FOLDED, postgresql_where=_FOLDED)
Index("ix_mails_id_key", mails.c.id_key)
Index("ix_mails_raw", mails.c.raw)
Index("ix_mails_conversation", mails.c.conversation, mails.c.date, mails.c.row)
Index("ix_mails_newest", mails.c.conversation, mails.c.direction, mails.c.date, mails.c.row)
Index("ix_mails_place", mails.c.mailbox, mails.c.folder, mails.c.uidvalidity, mails.c.uid)
Index(
    "ix_mails_source",
    mails.c.source,
    sqlite_where=mails.c.source.is_not(None),
    postgresql_where=mails.c.source.is_not(None),
)
Index(
    "ix_mails_sent",
    mails.c.mailbox,
    mails.c.date,
    mails.c.state,
    sqlite_where=mails.c.state.is_not(None),
    postgresql_where=mails.c.state.is_not(None),
)

mail_references = Table(
    "mail_references",
    metadata,
    Column("id_key", LargeBinary, primary_key=True),
    Column("mail", Number, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which mails name an id (keyed like `mails.id_key`) in In-Reply-To or References."""

# --- the room -------------------------------------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("event", Text, primary_key=True),
    Column("room", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("conversation", Number),
    Column("sender", Text),
    Column("mail", Number),
    Column("at", Moment, nullable=False),
    Column("body", Words, nullable=False),
    Column("file", Text, nullable=False),
)
Index(
    "ix_events_conversation",
    events.c.conversation,
    events.c.at,
    sqlite_where=events.c.conversation.is_not(None),
    postgresql_where=events.c.conversation.is_not(None),
)
Index(
    "ix_events_kind",
    events.c.conversation,
    events.c.kind,
    events.c.at,
    sqlite_where=events.c.conversation.is_not(None),
    postgresql_where=events.c.conversation.is_not(None),
)

reactions = Table(
    "reactions",
    metadata,
    Column("event", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("conversation", Number, nullable=False),
    Column("target", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("key", Words, nullable=False),
    Column("status_before", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_reactions_conversation", reactions.c.conversation, reactions.c.key)

dialogues = Table(
    "dialogues",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("thread", Text),
    Column("person", Text, nullable=False),
    Column("about", Text, index=True),
    Column("hears", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("version", Number, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Talks of several turns: `about` is the message that one is about, `hears` whether words of its person answer it."""
Index("ix_dialogues_person", dialogues.c.person, dialogues.c.hears, dialogues.c.expires_at)

deeds = Table(
    "deeds",
    metadata,
    Column("event", Text, primary_key=True),
    Column("conversation", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("deed", Text, nullable=False),
)
"""What the command of an event changed of a conversation, as JSON: deleting it soon takes that back."""

slots = Table(
    "slots",
    metadata,
    Column("slot", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("event", Text, nullable=False),
)
"""Which event stands where one is edited in place."""
Index("ix_slots_room", slots.c.room)

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
"""How far a member has read in each thread; conversation 0 is the main timeline."""

waiting_rooms = Table(
    "waiting_rooms",
    metadata,
    Column("room", Text, primary_key=True),
    Column("inviter", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Rooms without a mailbox that the bot was invited to."""

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
"""Which rooms we put into it."""

space_people = Table(
    "space_people",
    metadata,
    Column("organisation", Words, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("has_left", Boolean, nullable=False),
)
"""Whom we invited to it; who left by themselves stays, so as not to be invited again."""

predecessors = Table(
    "predecessors",
    metadata,
    Column("room", Text, primary_key=True),
    Column("predecessor", Words, nullable=False),
)
"""Which room an upgraded one of an organisation took the place of."""

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

own_posts = Table(
    "own_posts",
    metadata,
    Column("event", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("conversation", Number),
    Column("message_id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("state", Text, nullable=False),
)
"""What runs that this database forgot have posted, found in the rooms after it was put back."""
Index("ix_own_posts_message_id", own_posts.c.message_id)
Index("ix_own_posts_conversation_kind", own_posts.c.conversation, own_posts.c.kind)

media = Table(
    "media",
    metadata,
    Column("blob", Text, primary_key=True),
    Column("is_encrypted", Boolean, primary_key=True),
    Column("url", Text, nullable=False),
    Column("encryption", Text, nullable=False),
)
"""What was uploaded already: `encryption` is the JSON of `EncryptedFile`, empty for plain media."""

# --- the outbox -----------------------------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("thread_of", Number),
    Column("conversation", Number),
    Column("mail", Number),
    Column("event_kind", Text),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("first_tried_at", Moment),
    Column("closed_at", Moment),
    Column("phase", Text, nullable=False),
    Column("ref", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("owner", Text, nullable=False),
    Column("whose", Text, nullable=False, server_default=""),
    Column("turn", Number, nullable=False, server_default=literal_column("0")),
    Column("run", Text, nullable=False, server_default=""),
    # A row's id is part of a Matrix transaction id: it is never given to another row, even after a deletion.
    sqlite_autoincrement=True,
)
"""Calls to make. The long part stands in `outbox_calls`, so that a change of state stays a short write.

`whose` is the mailbox that a call is for, or the room where it is for none; `turn` is when it is theirs
(`storage/turns.py`).
`run` is the token of the run that planned it: with it no row of a database that was put back has the transaction id of
one that the database forgot. It is empty for calls of before there were runs.
"""

outbox_calls = Table(
    "outbox_calls",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("call", Text, nullable=False),
)


def is_open(rows: FromClause) -> ColumnElement[bool]:
    """`state = 'open'`, in the words of the partial indexes: with a parameter instead they could not be used."""
    return rows.c.state == literal_column("'open'")


def is_sending(rows: FromClause) -> ColumnElement[bool]:
    return rows.c.state == literal_column("'sending'")


def is_unfinished(rows: FromClause) -> ColumnElement[bool]:
    return rows.c.state.in_([literal_column("'open'"), literal_column("'sending'")])


def is_keyed(rows: FromClause) -> ColumnElement[bool]:
    """`key <> ''`."""
    return rows.c.key != literal_column("''")


def is_tried(rows: FromClause) -> ColumnElement[bool]:
    """`attempt > 0`."""
    return rows.c.attempt > literal_column("0")


_OPEN, _SENDING, _UNFINISHED, _KEYED = is_open(outbox), is_sending(outbox), is_unfinished(outbox), is_keyed(outbox)
_c = outbox.c
_TRIED = is_tried(outbox)
Index("ix_outbox_order", _c.channel, _c.priority, _c.turn, _c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_turns", _c.channel, _c.priority, _c.whose, _c.turn)
Index("ix_outbox_tried", _c.channel, _c.priority, _c.turn, sqlite_where=_TRIED, postgresql_where=_TRIED)
Index("ix_outbox_due", _c.channel, _c.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_lane", _c.lane, _c.id, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
Index("ix_outbox_lane_sending", _c.lane, sqlite_where=_SENDING, postgresql_where=_SENDING)
Index("ix_outbox_slot", _c.slot, _c.id, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
Index("ix_outbox_sending", _c.channel, sqlite_where=_SENDING, postgresql_where=_SENDING)
Index("ix_outbox_key", _c.key, _c.id, sqlite_where=_KEYED, postgresql_where=_KEYED)
Index(
    "ix_outbox_closed", _c.closed_at, sqlite_where=_c.closed_at.is_not(None), postgresql_where=_c.closed_at.is_not(None)
)

# --- time, cursors, leases, poison ----------------------------------------------------------------------------------

timers = Table(
    "timers",
    metadata,
    Column("timer", Text, primary_key=True),
    Column("due", Moment, nullable=False, index=True),
)

folder_cursors = Table(
    "folder_cursors",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", Number, nullable=False),
    Column("uid", Number, nullable=False),
    Column("floor", Moment, nullable=False),
)

sync_tokens = Table(
    "sync_tokens",
    metadata,
    Column("device", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("turn", Number, nullable=False),
)
"""`next_batch` of each Matrix device of ours; the one with the highest `turn` was set last."""

leases = Table(
    "leases",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("until", Moment, nullable=False),
)

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
