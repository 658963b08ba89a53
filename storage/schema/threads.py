"""Conversations with their mails, events, reactions and dialogues."""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    literal_column,
    text,
)

from storage.schema.base import metadata
from storage.types import Moment, Number, Words

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
    Column("wishes", Words, nullable=False, server_default="{}"),
    Column("draft", Words),
    Column("tags", Words, nullable=False, server_default="[]"),
    Column("mailed_subject", Words),
    Column("snoozed_until", Moment),
    Column("snoozed_by", Text),
    Column("starred", Text, nullable=False, server_default="[]"),
    Column("goes_on_as", Number),
    Column("continues", Number),
    Column("note", Words, nullable=False, server_default=literal_column("''")),
    Column("drafted_at", Moment),
    Column("is_untold", Boolean, nullable=False, server_default=false()),
)
"""`correspondent_key` is the address as it is compared.

`followers`, `earlier`, `participants`, `wishes`, `draft`, `tags` and `starred` are JSON. `drafted_at` is the time of a
draft that waits.
"""
Index("ix_conversations_correspondent", conversations.c.mailbox, conversations.c.correspondent_key, conversations.c.id)
Index("ix_conversations_created", conversations.c.mailbox, conversations.c.created_at)
Index(
    "ix_conversations_waiting",
    conversations.c.mailbox,
    conversations.c.status,
    conversations.c.needs_nobody,
    conversations.c.waiting_since,
)
for _name, _whose in (
    ("nobodys", conversations.c.assignee.is_(None)),
    ("somebodys", conversations.c.assignee.is_not(None)),
):
    Index(
        f"ix_conversations_{_name}",
        conversations.c.mailbox,
        conversations.c.status,
        conversations.c.needs_nobody,
        conversations.c.waiting_since,
        sqlite_where=_whose,
        postgresql_where=_whose,
    )
Index("ix_conversations_changed", conversations.c.mailbox, conversations.c.status, conversations.c.changed_at)
Index(
    "ix_conversations_drafted",
    conversations.c.mailbox,
    conversations.c.drafted_at,
    sqlite_where=conversations.c.drafted_at.is_not(None),
    postgresql_where=conversations.c.drafted_at.is_not(None),
)
Index(
    "ix_conversations_snoozed",
    conversations.c.mailbox,
    conversations.c.status,
    conversations.c.snoozed_until,
    sqlite_where=conversations.c.snoozed_until.is_not(None),
    postgresql_where=conversations.c.snoozed_until.is_not(None),
)
Index(
    "ix_conversations_assignee",
    conversations.c.assignee,
    conversations.c.status,
    sqlite_where=conversations.c.assignee.is_not(None),
    postgresql_where=conversations.c.assignee.is_not(None),
)
Index(
    "ix_conversations_assignee_changed",
    conversations.c.assignee,
    conversations.c.mailbox,
    conversations.c.status,
    conversations.c.changed_at,
    sqlite_where=conversations.c.assignee.is_not(None),
    postgresql_where=conversations.c.assignee.is_not(None),
)
Index(
    "ix_conversations_goes_on_as",
    conversations.c.goes_on_as,
    sqlite_where=conversations.c.goes_on_as.is_not(None),
    postgresql_where=conversations.c.goes_on_as.is_not(None),
)
Index(
    "ix_conversations_root",
    conversations.c.root,
    sqlite_where=conversations.c.root.is_not(None),
    postgresql_where=conversations.c.root.is_not(None),
)

name_words_of = Table(
    "name_words",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("word", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    sqlite_with_rowid=False,
)
"""Each word of a correspondent's name, as it is compared, with their `correspondent_key` (`storage/people.py`)."""

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
"""The followers of `conversations`, in the order of their lists (`storage/lists.py`)."""
Index("ix_followers_conversation", followers.c.conversation)
Index("ix_followers_list", followers.c.user, followers.c.mailbox, followers.c.status, followers.c.at)


def _list_by(name: str, word: str) -> Table:
    """A table of conversations by a word of theirs, in the order of their lists (`storage/lists.py`)."""
    table = Table(
        name,
        metadata,
        Column(word, Text, primary_key=True),
        Column("conversation", Number, primary_key=True),
        Column("mailbox", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    c = table.c
    Index(f"ix_{name}_conversation", c.conversation)
    Index(f"ix_{name}_list", c[word], c.mailbox, c.status, c.at)
    return table


tagged = _list_by("tagged", "tag")
"""The tags of `conversations`, as they are compared."""
starred = _list_by("starred", "user")
"""Who keeps which of `conversations` at hand."""

tallies = Table(
    "tallies",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("is_assigned", Boolean, primary_key=True),
    Column("n", Number, nullable=False),
    sqlite_with_rowid=False,
)
"""The number of conversations of each kind, kept by `conversations.save`, so that no board counts them.

An active conversation that needs nobody is counted under `needs_nobody`, a pending one that is snoozed under `snoozed`.
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
    Column("event", Text),
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
    Column("waits_until", Moment),
)
"""`id_key` is SHA-256 over mailbox and Message-ID; `head` is JSON: ids, addresses, recipients, attachments, files.

`waits_until` is set while a mail waits for its time or for somebody's word, before it has a call.
"""
_FOLDED: ColumnElement[bool] = literal_column("is_folded")
Index("ix_mails_folded", mails.c.conversation, mails.c.date, sqlite_where=_FOLDED, postgresql_where=_FOLDED)
CAME: ColumnElement[bool] = text("state IS NULL AND NOT is_automatic")  # type: ignore[assignment]
"""Of a mail: somebody outside wrote words."""
Index("ix_mails_came", mails.c.mailbox, mails.c.date, sqlite_where=CAME, postgresql_where=CAME)
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

Index(
    "ix_mails_waiting",
    mails.c.mailbox,
    mails.c.waits_until,
    sqlite_where=mails.c.waits_until.is_not(None),
    postgresql_where=mails.c.waits_until.is_not(None),
)
Index(
    "ix_mails_waiting_in",
    mails.c.conversation,
    mails.c.waits_until,
    sqlite_where=mails.c.waits_until.is_not(None),
    postgresql_where=mails.c.waits_until.is_not(None),
)

mail_references = Table(
    "mail_references",
    metadata,
    Column("id_key", LargeBinary, primary_key=True),
    Column("mail", Number, primary_key=True),
    sqlite_with_rowid=False,
)
"""Mails that name an id (keyed like `mails.id_key`) in In-Reply-To or References."""
Index("ix_mail_references_mail", mail_references.c.mail)

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
    Column("edit", Text),
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
Index(
    "ix_events_mail",
    events.c.mail,
    sqlite_where=events.c.mail.is_not(None),
    postgresql_where=events.c.mail.is_not(None),
)
Index(
    "ix_events_of_nothing",
    events.c.at,
    sqlite_where=events.c.conversation.is_(None),
    postgresql_where=events.c.conversation.is_(None),
)

IS_PAGE = text("kind = 'answer' AND body != ''")
"""Of an event: an answer that other pages stand beside."""
Index(
    "ix_events_edit",
    events.c.edit,
    sqlite_where=events.c.edit.is_not(None),
    postgresql_where=events.c.edit.is_not(None),
)
Index("ix_events_pages", events.c.room, events.c.at, sqlite_where=IS_PAGE, postgresql_where=IS_PAGE)

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
    Column("takes_secrets", Boolean, nullable=False, server_default=false()),
)
"""Talks of several turns: `about` is the message that one is about, `hears` whether words of its person answer it,
`takes_secrets` whether they may be a secret."""
_TAKES_SECRETS: ColumnElement[bool] = literal_column("takes_secrets")
Index("ix_dialogues_room", dialogues.c.room)
Index(
    "ix_dialogues_takes_secrets",
    dialogues.c.room,
    dialogues.c.expires_at,
    sqlite_where=_TAKES_SECRETS,
    postgresql_where=_TAKES_SECRETS,
)
Index("ix_dialogues_person", dialogues.c.person, dialogues.c.hears, dialogues.c.expires_at)

slots = Table(
    "slots",
    metadata,
    Column("slot", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("event", Text, nullable=False),
)
"""The event in each place that is edited."""
Index("ix_slots_room", slots.c.room)
Index("ix_slots_event", slots.c.event)

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
"""Posts of runs that this database forgot, found in the rooms after it was put back."""
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
"""Uploads: `encryption` is the JSON of `EncryptedFile`, empty for plain media."""
