"""Every need that a command may declare has its loader, and the same need is looked up once."""

from dataclasses import fields

import pytest

from bot.domain import needs
from bot.domain.ids import ConversationId
from bot.domain.needs import HistoryOf, MailsOf, Need
from bot.flows.load.needs import LOADERS, Reach, load_needs
from tests.fakes.house import INSTANCE, House
from tests.storage.made import later

KINDS = [
    kind for kind in vars(needs).values() if isinstance(kind, type) and issubclass(kind, Need) and kind is not Need
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_need_has_a_loader(kind: type[Need[object]]) -> None:
    assert kind in LOADERS
    assert kind.__hash__ is not None and fields(kind) is not None  # type: ignore[arg-type]


def test_no_loader_answers_what_nobody_can_ask() -> None:
    assert set(LOADERS) == set(KINDS)


async def test_a_need_that_is_named_twice_is_looked_up_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    one = HistoryOf(ConversationId(1))

    async def loader(reach: Reach, wanted: list[HistoryOf]) -> list[tuple[()]]:
        asked.extend(wanted)
        return [() for _ in wanted]

    monkeypatch.setitem(LOADERS, HistoryOf, loader)
    async with house.step.database.read() as tx:
        facts = await load_needs(Reach(tx, INSTANCE, later(0)), [one, one, HistoryOf(ConversationId(2))])
    assert asked == [one, HistoryOf(ConversationId(2))]
    assert facts[one] == ()
    with pytest.raises(LookupError):
        facts[MailsOf(ConversationId(1), 30)]
