"""A late answer begins a conversation of its own, through the whole bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import ConversationId
from bot.ports import Member
from storage import conversations
from tests.fakes.chat import ALICE, BOB, BOT, ROOM
from tests.fakes.direct import DIRECT, asks, goes, invites
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, mentioning
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says
from tests.flows.test_database_put_back import copied, put_back
from tests.flows.test_move_away import SUPPORT, THERE
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"

DAYS = 2 * 86_400


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[House]:
    """A conversation that was answered and closed, two days ago."""
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, new_after_days=1),)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    await happens(made, says("!tag urgent", thread=card_of(made)))
    await happens(made, says("!reply Bonjour", thread=card_of(made)), seconds=SENT)
    await happens(made, says("!close", thread=card_of(made)))
    made.clock.forward(DAYS)
    yield made
    await made.close()


async def comes(house: House, id: str, answers: str, **more: str) -> object:
    """The card under which a mail is shown."""
    house.provider.deliver(mail(id=id, subject="Re: Question", reply_to=answers, **more))  # type: ignore[arg-type]
    await house.settle(NOW)
    (came,) = [p for p in mails_in(house) if p.ours["message_id"] == id]
    return came.relation["event_id"]


def leads(house: House, here: int, there: int) -> bool:
    said = [p for p in house.homeserver.of_kind("notice") if p.relation.get("event_id") == card_of(house, here)]
    return any(str(card_of(house, there)) in str(p.content.get("formatted_body")) for p in said)


async def test_it_has_a_thread_of_its_own_and_both_lead_to_each_other(patient: House) -> None:
    ours = id_of(patient.provider.delivered[0][2])
    assert await comes(patient, "m2@example.org", ours) == card_of(patient, 2)
    assert (card_says(patient, 1)["status"], card_says(patient, 1)["goes_on_as"]) == ("closed", 2)
    assert card_says(patient, 2)["status"] == "active" and "tags" not in card_says(patient, 2)
    assert leads(patient, 1, 2) and leads(patient, 2, 1)
    assert "#1" in str(patient.homeserver.current(card_of(patient, 2))["body"])


async def test_later_mail_to_either_comes_to_the_new_one_also_after_a_restart(patient: House) -> None:
    ours = id_of(patient.provider.delivered[0][2])
    await comes(patient, "m2@example.org", ours)
    await patient.close()
    await patient.open()
    assert await comes(patient, "m3@example.org", ours) == card_of(patient, 2)
    assert await comes(patient, "m4@example.org", "m2@example.org") == card_of(patient, 2)
    assert len(patient.homeserver.of_kind("conversation")) == 2


async def test_in_the_old_one_it_is_said_where_it_goes_on(patient: House) -> None:
    await comes(patient, "m2@example.org", "m1@example.org")
    await happens(patient, says("!reply Encore", thread=card_of(patient)))
    assert "#1 goes on as #2" in answers_in(patient)[-1]
    await happens(patient, says("!split", thread=card_of(patient)))
    assert await comes(patient, "m3@example.org", "m1@example.org") == card_of(patient, 1)


async def test_a_copy_and_an_absence_note_stay_with_the_old_one(patient: House) -> None:
    before = len(mails_in(patient))
    patient.provider.deliver(mail())
    await patient.settle(NOW)
    assert len(mails_in(patient)) == before
    patient.provider.deliver(
        mail(id="away@example.org", reply_to="m1@example.org", headers=(("Auto-Submitted", "auto-replied"),))
    )
    await patient.settle(NOW)
    assert len(patient.homeserver.of_kind("conversation")) == 1


async def test_after_a_restore_of_the_database_it_is_the_same_one(patient: House) -> None:
    await copied(patient)
    await comes(patient, "m2@example.org", "m1@example.org")
    await put_back(patient)
    assert len(patient.homeserver.of_kind("conversation")) == 2
    assert len([p for p in mails_in(patient) if p.ours["message_id"] == "m2@example.org"]) == 1
    assert (card_says(patient, 1)["status"], card_says(patient, 1)["goes_on_as"]) == ("closed", 2)
    assert await comes(patient, "m3@example.org", "m1@example.org") == card_of(patient, 2)


async def test_what_is_done_with_a_closed_one_and_what_programs_write_to_it_make_it_no_younger(patient: House) -> None:
    await happens(patient, says("!tag archives", thread=card_of(patient)))
    patient.provider.deliver(
        mail(id="away@example.org", reply_to="m1@example.org", headers=(("Auto-Submitted", "auto-replied"),))
    )
    await patient.settle(NOW)
    assert await comes(patient, "m2@example.org", "m1@example.org") == card_of(patient, 2)


async def test_an_answer_of_ours_since_it_was_closed_keeps_it_together(patient: House) -> None:
    await happens(patient, says("!reply Encore un mot", thread=card_of(patient)), seconds=SENT)
    await happens(patient, says("!close", thread=card_of(patient)))
    assert await comes(patient, "m2@example.org", "m1@example.org") == card_of(patient, 1)


async def test_closed_lately_it_is_the_same_one_however_old_our_answer_is(tmp_path: Path) -> None:
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, new_after_days=1),)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    await happens(made, says("!reply Bonjour", thread=card_of(made)), seconds=SENT)
    made.clock.forward(DAYS)
    await happens(made, says("!close", thread=card_of(made)))
    assert await comes(made, "m2@example.org", "m1@example.org") == card_of(made, 1)
    await made.close()


async def test_closed_long_ago_without_an_answer_a_tag_of_today_makes_it_no_younger(tmp_path: Path) -> None:
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, new_after_days=1),)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    await happens(made, says("!close", thread=card_of(made)))
    made.clock.forward(DAYS)
    await happens(made, says("!tag archives", thread=card_of(made)))
    assert await comes(made, "m2@example.org", "m1@example.org") == card_of(made, 2)
    await made.close()


@pytest.mark.parametrize("is_moved", [False, True])
async def test_split_of_the_old_one_leaves_the_copies_of_what_a_late_answer_began(
    tmp_path: Path, is_moved: bool
) -> None:
    """Nobody joined anything; and where it was moved away, nobody of this room has a say there."""
    first = replace(MAILBOX, new_after_days=1)
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(first, SUPPORT)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    await happens(house, says("!cc chef@example.org", thread=card_of(house)))
    await happens(house, says("!close", thread=card_of(house)))
    house.clock.forward(2 * 86_400)
    await comes(house, "m2@example.org", "m1@example.org")
    if is_moved:
        await happens(house, says("!move support", thread=card_of(house, 2)))
    there = len([one for one in house.homeserver.posted if one.room == THERE])
    await happens(house, says("!split #1", sender=BOB))
    async with house.step.database.read() as tx:
        old, new = [await conversations.get(tx, ConversationId(number)) for number in (1, 2)]
    assert old is not None and new is not None
    assert old.goes_on_as is None
    assert [one.address for one in new.wishes.cc] == ["chef@example.org"]
    assert len([one for one in house.homeserver.posted if one.room == THERE]) == there
    await house.close()


async def follows(house: House, *choices: str) -> None:
    await confirms(house, HIS, BOB)
    await invites(house)
    for one in choices:
        await asks(house, f"!notify {one}")
    await happens(house, says("!follow #1", sender=BOB))
    house.clock.forward(DAYS)


def told(house: House, since: int) -> int:
    """How often Bob was told something, by whichever medium."""
    mailed = [one for one in sent_to(house, HIS) if "[#" in one["Subject"]]
    return len(mentioning(house, BOB, since)) + len(mailed)


@pytest.mark.parametrize("medium", ["on", "direct", "email", "off"])
async def test_who_follows_the_closed_one_is_told_and_follows_what_it_goes_on_as(patient: House, medium: str) -> None:
    await follows(patient, f"followed {medium}")
    before = len(patient.homeserver.posted)
    patient.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=patient.clock.now())
    await patient.settle(SOON)
    once = 0 if medium == "off" else 1
    assert told(patient, before) == once
    await patient.close()
    await patient.open()
    await patient.keeper.enter(DIRECT)
    patient.provider.deliver(mail(id="m3@example.org", reply_to="m2@example.org"), at=patient.clock.now())
    await patient.settle(SOON)
    assert told(patient, before) == 2 * once
    await happens(patient, says("!unfollow #2", sender=BOB))
    patient.provider.deliver(mail(id="m4@example.org", reply_to="m1@example.org"), at=patient.clock.now())
    await patient.settle(SOON)
    assert told(patient, before) == 2 * once


async def test_who_followed_it_and_has_left_is_told_nothing_and_does_not_follow(patient: House) -> None:
    await follows(patient)
    await happens(patient, goes(patient, BOB, room=ROOM))
    before = len(patient.homeserver.posted)
    await comes(patient, "m2@example.org", "m1@example.org")
    assert told(patient, before) == 0
    async with patient.step.database.read() as tx:
        new = await conversations.get(tx, ConversationId(2))
    assert new is not None and new.followers == ()


async def test_what_a_program_or_spam_says_of_a_closed_one_is_told_to_nobody_who_follows_it(patient: House) -> None:
    await follows(patient)
    before = len(patient.homeserver.posted)
    raw = mail(id="m2@example.org", reply_to="m1@example.org", headers=(("X-Spam-Flag", "YES"),))
    patient.provider.deliver(raw, at=patient.clock.now())
    await patient.settle(SOON)
    assert told(patient, before) == 0


async def test_where_it_is_opened_again_who_follows_it_is_told(patient: House) -> None:
    await follows(patient)
    patient.step.settings.reload(INSTANCE)
    before = len(patient.homeserver.posted)
    patient.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=patient.clock.now())
    await patient.settle(SOON)
    assert told(patient, before) == 1
