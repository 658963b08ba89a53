"""Changes of mailboxes by members' commands, kept for as long as they can be taken back."""

from datetime import datetime
from typing import assert_never

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from bot.domain.blocking import Blocked
from bot.domain.house_deeds import BlockWas, HouseDeed, HouseDone, RuleWas, SettingWas
from bot.domain.house_rules import HouseRule
from bot.domain.ids import EventId
from bot.domain.merged import mailbox_scope
from storage import blocking, house_rules, settings
from storage.codec import text_key
from storage.database import Tx
from storage.schema.bookkeeping import house_deeds
from storage.upsert import insert_or_ignore

_d = house_deeds.c
_ADD = insert_or_ignore(house_deeds)
_OF = select(house_deeds).where(_d.event == bindparam("event")).order_by(_d.mailbox, _d.about)
_END = house_deeds.delete().where(_d.event == bindparam("event_"))
_END_OTHERS = house_deeds.delete().where(
    _d.mailbox == bindparam("of_mailbox"), _d.about == bindparam("of_about"), _d.event != bindparam("but")
)
_FORGET = house_deeds.delete().where(_d.at < bindparam("before"))
_FORGET_ALL = house_deeds.delete()
_DEED = TypeAdapter(HouseDeed)


async def add(tx: Tx, deed: HouseDeed) -> None:
    """Keep a change; of the same thing by the same command the first is kept. Whoever changes a thing again has the
    last word about it: earlier commands take nothing of it back, also where it reads as they left it.
    """
    about = text_key(_about(deed))
    await tx.run(_END_OTHERS, {"of_mailbox": deed.mailbox, "of_about": about, "but": deed.event})
    values: dict[str, object] = {
        "event": deed.event,
        "mailbox": deed.mailbox,
        "about": about,
        "at": deed.at,
        "deed": _DEED.dump_json(deed).decode(),
    }
    await tx.run(_ADD, values)


async def of(tx: Tx, event: EventId) -> tuple[HouseDone, ...]:
    """The changes by this event's command, each with what stands today."""
    deeds = [_DEED.validate_json(row.deed) for row in await tx.all(_OF, {"event": event})]
    return tuple([HouseDone(deed, await _today(tx, deed)) for deed in deeds])


async def end(tx: Tx, event: EventId) -> None:
    """Note that the command of this event was taken back, so that this happens once."""
    await tx.run(_END, {"event_": event})


async def forget_before(tx: Tx, at: datetime) -> None:
    """Delete changes that nobody can take back any more."""
    await tx.run_slowly(_FORGET, {"before": at})


async def forget_all(tx: Tx) -> None:
    """Delete all of them, whose words may name somebody."""
    await tx.run(_FORGET_ALL)


def _about(deed: HouseDeed) -> str:
    match deed.was:
        case SettingWas(key=key):
            return f"set {key}"
        case RuleWas(rule=rule):
            return f"rule {rule.number}"
        case BlockWas(blocked=blocked):
            return f"block {blocked.key}"
        case _ as unreachable:
            assert_never(unreachable)


async def _today(tx: Tx, deed: HouseDeed) -> str | HouseRule | Blocked | None:
    match deed.was:
        case SettingWas(key=key):
            return await settings.value_of(tx, mailbox_scope(deed.mailbox), key)
        case RuleWas(rule=rule):
            return next((one for one in await house_rules.of(tx, [deed.mailbox]) if one.number == rule.number), None)
        case BlockWas(blocked=gone):
            return next((one for one in await blocking.of(tx, [deed.mailbox]) if one.key == gone.key), None)
        case _ as unreachable:
            assert_never(unreachable)
