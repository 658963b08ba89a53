"""The writer of an answer leaves the room while it is handed over: somebody who stays hears what became of it."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from bot.domain.calls import Submit
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, SubmitOutcome, TryLater, Unknown
from tests.fakes.chat import ALICE, BOB, ROOM, Posted
from tests.fakes.direct import goes, invites
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, happens, mentioning
from tests.fakes.mail import FakeSubmission
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import reacts, says
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms
from tests.flows.test_talk_told import HIS, told

REFUSED = Refused("550", "5.7.1 not from you")
ENDS: dict[str, tuple[SubmitOutcome | None, str]] = {
    "refused": (REFUSED, "was not sent: 550 5.7.1 not from you"),
    "uncertain": (Unknown("data", "connection lost"), "Perhaps an answer of"),
    "put off": (TryLater("450", "4.7.1 greylisted"), "nobody has it"),
    "has left": (None, "has left all the same"),
    "partly": (
        MailAccepted("250 ok", (), (RecipientAnswer("marie@example.org", 550, "no such user"),)),
        "did not go to everybody",
    ),
}


async def ends(house: House, monkeypatch: pytest.MonkeyPatch, how: str) -> int:
    """Carol writes, and leaves while her answer is handed over, which ends so; how many events there were before."""
    await happens(house, goes(house, CAROL, "join"))
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=CAROL), seconds=(0.0,))
    house.clock.forward(21.0)
    (claimed,) = [one for one in await house.deliver.claim() if isinstance(one.planned.call, Submit)]
    before, plain = len(house.homeserver.posted), FakeSubmission.submit
    left = goes(house, CAROL)

    async def submit(
        self: FakeSubmission,
        *,
        sender: str,
        recipients: Sequence[str],
        raw: Path,
        before_data: Callable[[], Awaitable[None]],
    ) -> SubmitOutcome:
        await before_data()
        await house.step.take(left)

        async def nothing() -> None:
            return

        return await plain(self, sender=sender, recipients=recipients, raw=raw, before_data=nothing)

    outcome = ENDS[how][0]
    house.provider.answers += [] if outcome is None else [outcome]
    with monkeypatch.context() as patched:
        patched.setattr(FakeSubmission, "submit", submit)
        await house.deliver.make(claimed)
        await house.deliver.settle()
    await house.settle((0.0, *SOON))
    return before


def here(house: House, since: int, words: str) -> list[Posted]:
    found = [p for p in house.homeserver.posted[since:] if p.room == ROOM and not p.is_edit]
    return [p for p in found if words in str(p.content["body"])]


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("how", ENDS)
async def test_whose_conversation_it_is_is_told_once_by_what_they_chose(
    house: House, monkeypatch: pytest.MonkeyPatch, how: str, medium: str
) -> None:
    await invites(house)
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB), says(f"!notify noted-mine {medium}", sender=BOB))
    await house.settle(SOON)
    before = await ends(house, monkeypatch, how)
    await house.settle(SOON)
    assert told(house, before) == (int(medium == "on"), int(medium == "direct"), int(medium == "email"))
    (line,) = here(house, before, ENDS[how][1])
    assert "m.relates_to" in line.content and "Your answer" not in str(line.content)
    assert line not in mentioning(house, CAROL) and mentioning(house, ALICE, before) == []


@pytest.mark.parametrize("how", ENDS)
async def test_of_what_is_nobody_s_it_stands_in_the_room(
    house: House, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    before = await ends(house, monkeypatch, how)
    lines = here(house, before, ENDS[how][1])
    assert len([one for one in lines if "m.relates_to" not in one.content]) == 1
    assert all(str(one.content["body"]).startswith("#1") for one in lines)
    assert mentioning(house, BOB, before) == []


async def test_who_follows_it_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await happens(house, says("!follow", thread=card_of(house), sender=BOB))
    before = await ends(house, monkeypatch, "uncertain")
    found = [one for one in here(house, before, ENDS["uncertain"][1]) if one in mentioning(house, BOB, before)]
    assert len(found) == 1


async def test_a_writer_who_stays_is_told_as_before(house: House) -> None:
    house.provider.answers.append(Unknown("data", "connection lost"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert "Perhaps your answer was sent" in answers_in(house)[-1]
