"""The names of things: each kind of identity is its own type, and nobody parses one."""

from typing import NewType

MailboxId = NewType("MailboxId", str)
"""The mailbox's own address, in lower case."""

ConversationId = NewType("ConversationId", int)
"""The number people see (`#142`), global to the instance."""

MessageRow = NewType("MessageRow", int)
"""One mail, in or out, as we keep it."""

EffectId = NewType("EffectId", int)
"""One call to make."""

RoomId = NewType("RoomId", str)
UserId = NewType("UserId", str)
EventId = NewType("EventId", str)

BlobId = NewType("BlobId", str)
"""Lower-case hexadecimal SHA-256 of bytes kept in `data_dir/blobs`."""
