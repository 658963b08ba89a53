"""`upgrade`: an admin says that the room which replaces one of ours is the right one."""

from dataclasses import replace

from bot.domain.addresses import normal
from bot.domain.command import Answer, Asked, Command, Right, Sealed, Where, Words
from bot.domain.decision import Decision
from bot.domain.house_changes import SetUpgrade
from bot.domain.ids import INVISIBLE
from bot.domain.needs import Needs, UpgradesWaiting
from bot.domain.rules.upgrade import follow
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.upgrades import RoomUpgrade, UpgradeState, call_name, uses


def _needs(asked: Asked) -> Needs:
    return [UpgradesWaiting()]


def _upgrade(asked: Asked) -> Answer:
    instance = asked.instance
    waiting = tuple(u for u in asked.facts[UpgradesWaiting()] if uses(instance, u.room))
    if not waiting:
        return sentence("error.no_upgrade")
    listed = ", ".join(f"!upgrade {call_name(instance, u.room)}" for u in waiting)
    words = asked.called.words
    word = words[0].translate(INVISIBLE) if words else ""
    if not word and len(waiting) > 1:
        return sentence("error.which_upgrade", choices=listed)
    meant = waiting[0] if not word else next((u for u in waiting if _means(instance, u, word)), None)
    if meant is None:
        return sentence("error.no_such_upgrade", word=word[:100], choices=listed)
    return Decision((SetUpgrade(replace(meant, state=UpgradeState.CONFIRMED)),), (follow(instance, meant),))


def _means(instance: Instance, upgrade: RoomUpgrade, word: str) -> bool:
    addresses = {address for m in instance.in_room(upgrade.room) for address in m.own_addresses}
    return (
        word in (upgrade.room, upgrade.replacement)
        or normal(word) in addresses
        or word.lower() == call_name(instance, upgrade.room).lower()
    )


UPGRADE = Command(
    "upgrade",
    "admin",
    _upgrade,
    _needs,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.ADMIN,
    is_of_instance=True,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("migrer",),
)
