"""Words in the mails that were made for members: they lie encoded in their calls, where no search by SQL finds them."""

import email
from collections.abc import AsyncIterator, Collection
from email import policy
from typing import Any, Final

from sqlalchemy import Select, select

from bot.domain.calls import SubmitToMember
from bot.domain.ids import ConversationId, EffectId, MailboxId, UserId
from bot.domain.kinds import CALLS
from storage.codec import call_from_json
from storage.database import Tx
from storage.schema.calls import is_unfinished, outbox, outbox_calls

_KIND: Final = CALLS[SubmitToMember]
_o = outbox.c
_EVERY: Final[Select[Any]] = (
    select(_o.id, _o.conversation, is_unfinished(outbox).label("waits"), outbox_calls.c.call)
    .join(outbox_calls, outbox_calls.c.id == _o.id)
    .where(_o.kind == _KIND)
    .order_by(_o.id)
)
_WAITING: Final[Select[Any]] = (
    select(_o.id, _o.conversation, outbox_calls.c.call)
    .join(outbox_calls, outbox_calls.c.id == _o.id)
    .where(_o.kind == _KIND, is_unfinished(outbox))
)


async def under_way(tx: Tx, person: UserId) -> frozenset[ConversationId]:
    """The conversations of which a mail to the person waits to leave, or is being handed over."""
    found = set[ConversationId]()
    for row in await tx.all(_WAITING):
        call = call_from_json(_KIND, row.call)
        assert isinstance(call, SubmitToMember)
        if call.person == person and call.since is not None and row.conversation is not None:
            found |= {ConversationId(int(row.conversation)), *map(ConversationId, call.others)}
    return frozenset(found)


async def waiting_from(tx: Tx, mailboxes: Collection[MailboxId]) -> tuple[tuple[EffectId, SubmitToMember], ...]:
    """What waits to leave from these mailboxes, or is being handed over."""
    found = list[tuple[EffectId, SubmitToMember]]()
    for row in await tx.all(_WAITING):
        call = call_from_json(_KIND, row.call)
        assert isinstance(call, SubmitToMember)
        if call.mailbox in mailboxes:
            found.append((EffectId(int(row.id)), call))
    return tuple(found)


async def every(tx: Tx) -> AsyncIterator[tuple[int, int | None, bool, str]]:
    """Each with its call, its conversation, whether it waits still, and its words, in small letters."""
    for row in await tx.all(_EVERY):
        call = call_from_json(_KIND, row.call)
        assert isinstance(call, SubmitToMember)
        number = None if row.conversation is None else int(row.conversation)
        yield int(row.id), number, bool(row.waits), _words(call)


def _words(call: SubmitToMember) -> str:
    mail = email.message_from_bytes(call.raw.encode(), policy=policy.default)
    words = [call.recipient, *(str(one) for one in mail.values())]
    words += [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join(words).lower()
