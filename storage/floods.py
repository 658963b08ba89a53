"""How fast one sender writes, and what was folded of it."""

from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select

from bot.domain.conversation import Direction, MailRecord
from bot.domain.ids import ConversationId, MailboxId
from storage.codec import address_key, mail_from_row
from storage.database import Tx
from storage.schema import conversations, mails
from storage.types import Moment

_c, _m = conversations.c, mails.c
_since = bindparam("since", type_=Moment)
# The newest few first, then what of them is recent: nothing is read of a sender's thousands from before.
_opened = (
    select(_c.created_at, _c.waiting_since)
    .where(_c.mailbox == bindparam("mailbox"), _c.correspondent_key == bindparam("key"))
    .order_by(_c.id.desc())
    .limit(bindparam("most"))
    .subquery("opened")
)
_came = (
    select(_m.date)
    .where(_m.conversation == bindparam("conversation"), _m.direction == literal_column(f"'{Direction.IN.value}'"))
    .order_by(_m.date.desc())
    .limit(bindparam("most"))
    .subquery("came")
)
_RECENT = select(
    select(func.count())
    .select_from(_opened)
    .where(_opened.c.created_at >= _since, _opened.c.waiting_since >= _since)
    .scalar_subquery()
    .label("opened"),
    select(func.count()).select_from(_came).where(_came.c.date >= _since).scalar_subquery().label("came"),
)
_FOLDED = (
    select(mails)
    .where(_m.conversation == bindparam("conversation"), literal_column("is_folded"))
    .order_by(_m.date, _m.uid, _m.row)
    .limit(bindparam("limit"))
)


async def recent(
    tx: Tx, mailbox: MailboxId, sender: str, conversation: ConversationId | None, since: datetime, most: int
) -> int:
    """How many conversations this sender opened since, or mails came into this conversation; `most` at most.

    An empty sender has opened none.
    """
    values: dict[str, object] = {"mailbox": mailbox if sender else "", "key": address_key(sender), "since": since}
    row = await tx.first(_RECENT, {**values, "conversation": conversation or 0, "most": most})
    return 0 if row is None else max(int(row.opened), int(row.came))


async def folded(tx: Tx, conversation: ConversationId, limit: int) -> tuple[MailRecord, ...]:
    """Its oldest mails that are folded."""
    rows = await tx.all(_FOLDED, {"conversation": conversation, "limit": limit})
    return tuple(mail_from_row(row) for row in rows)
