"""The names of things: each kind of identity is its own type, and nobody parses one."""

from typing import Final, NewType

MailboxId = NewType("MailboxId", str)
"""The mailbox's own address, in lower case."""

ConversationId = NewType("ConversationId", int)
"""The number people see (`#142`), global to the instance."""

MessageRow = NewType("MessageRow", int)
"""One mail, in or out, as we keep it."""

DialogueId = NewType("DialogueId", int)
"""One talk with a person; if it is about a mail, the row that this mail may get."""

EffectId = NewType("EffectId", int)
"""One call to make."""

SecretId = NewType("SecretId", str)
"""A password that a person wrote, sealed in the database."""

RoomId = NewType("RoomId", str)
UserId = NewType("UserId", str)
EventId = NewType("EventId", str)

INVISIBLE: Final = str.maketrans("", "", "\u2060\ufeff")
"""Characters in ids of our own messages that keep clients from making links of them: people copy them along."""

BlobId = NewType("BlobId", str)
"""Lower-case hexadecimal SHA-256 of bytes kept in `data_dir/blobs`."""

OF_BEFORE: Final = "~imported:"
"""How the ids of messages begin that the team wrote elsewhere before, and that stand in no room. An id of a homeserver
begins with `$` (Matrix, "Event IDs").
"""
