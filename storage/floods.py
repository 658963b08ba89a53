"""The pace of a sender's mails, and the folded ones."""

from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, literal_column, select

from bot.domain.conversation import Direction, MailRecord, Verdict
from bot.domain.ids import ConversationId, MailboxId
from storage.codec import address_key, mail_from_row
from storage.database import Tx
from storage.schema.threads import conversations, mails
from storage.types import Moment

_c, _m = conversations.c, mails.c
_since = bindparam("since", type_=Moment)
# The newest few first, then what of them is recent: nothing is read of a sender's thousands from before. Of each
# verdict no more than `most` are opened within the hour.
_opened = (
    select(_c.id, _c.created_at, _c.waiting_since, _c.verdict)
    .where(_c.mailbox == bindparam("mailbox"), _c.correspondent_key == bindparam("key"))
    .order_by(_c.id.desc())
    .limit(bindparam("most_of_all"))
    .subquery("opened")
)
_is_recent = and_(_opened.c.created_at >= _since, _opened.c.waiting_since >= _since)
_came = (
    select(_m.date)
    .where(_m.conversation == bindparam("conversation"), _m.direction == literal_column(f"'{Direction.IN.value}'"))
    .order_by(_m.date.desc())
    .limit(bindparam("most"))
    .subquery("came")
)
_CAME = select(func.count().label("n")).select_from(_came).where(_came.c.date >= _since)
_same = _opened.c.verdict == bindparam("verdict")
_newest = select(func.max(_opened.c.id)).where(_same).scalar_subquery()
_came_there = (
    select(_m.date)
    .where(_m.conversation == _newest, _m.direction == literal_column(f"'{Direction.IN.value}'"))
    .order_by(_m.date.desc())
    .limit(bindparam("most"))
    .subquery("came")
)
_OPENED = select(
    func.coalesce(func.sum(case((_is_recent, 1), else_=0)), 0).label("n"),
    func.max(_opened.c.id).label("newest"),
    # In one look-up: a flood that is folded opens no more.
    select(func.count()).select_from(_came_there).where(_came_there.c.date >= _since).scalar_subquery().label("came"),
).where(_same)
_FOLDED = (
    select(mails)
    .where(_m.conversation == bindparam("conversation"), literal_column("is_folded"))
    .order_by(_m.date, _m.uid, _m.row)
    .limit(bindparam("limit"))
)


async def opened_since(
    tx: Tx, mailbox: MailboxId, sender: str, verdict: Verdict, since: datetime, most: int
) -> tuple[int, ConversationId | None]:
    """The number of conversations that this sender opened since, by mails with the same verdict of the server, and the
    newest such conversation of any time. With fewer than `most`, the number of mails that came into that one since.

    Mails in somebody's name do not use up what that person may write.
    """
    values: dict[str, object] = {"mailbox": mailbox, "key": address_key(sender), "since": since}
    more = {"verdict": verdict.value, "most": most, "most_of_all": most * len(Verdict)}
    row = await tx.first(_OPENED, {**values, **more})
    if row is None or row.newest is None:
        return 0, None
    return int(row.n if row.n >= most else row.came), ConversationId(row.newest)


async def came_since(tx: Tx, conversation: ConversationId, since: datetime, most: int) -> int:
    """The number of mails that came into this conversation since; `most` at most."""
    row = await tx.first(_CAME, {"conversation": conversation, "since": since, "most": most})
    return 0 if row is None else int(row.n)


async def folded(tx: Tx, conversation: ConversationId, limit: int) -> tuple[MailRecord, ...]:
    """The oldest folded mails of a conversation."""
    rows = await tx.all(_FOLDED, {"conversation": conversation, "limit": limit})
    return tuple(mail_from_row(row) for row in rows)
