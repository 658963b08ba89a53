"""What is old goes by itself, through the whole bot; a late answer is never lost, and nothing comes in again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.domain.conversation import Status
from bot.domain.ids import ConversationId
from bot.domain.retention import Drop, Fade
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.load import retention as loading
from storage import conversations, dropping, mails
from storage.database import Tx
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, reacts, reads, says
from tests.flows.test_imported import ASKED, OURS, THANKS, brought

DAY = 86_400.0
KEEPS = replace(MAILBOX, keep_originals_months=1, keep_words_months=2, keep_closed_months=3)


@pytest.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[House]:
    """A conversation that was answered and closed, in a mailbox that forgets."""
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(KEEPS,)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    await happens(made, says("!note Marie est pressée.", thread=card_of(made)))
    await happens(made, says("!reply Bonjour", thread=card_of(made)), seconds=SENT)
    await happens(made, says("!close", thread=card_of(made)))
    yield made
    await made.close()


async def days_pass(house: House, days: float) -> None:
    """With what is done each hour, and each day."""
    house.clock.forward(days * DAY)
    await Housekeeping(house.step).run_once()
    await house.settle((0.0, 3.0, 3.0, 3.0, DAY, 3.0, 3.0, 3.0))


async def kept(house: House, number: int = 1) -> tuple[int, bool, bool] | None:
    """How many mails, and whether there are words and originals; None: no such conversation."""
    async with house.step.database.read() as tx:
        one = await conversations.get(tx, ConversationId(number))
        records = (await mails.of_conversations(tx, [ConversationId(number)])).get(ConversationId(number), ())
    if one is None:
        assert records == ()
        return None
    return len(records), any(record.text for record in records), any(record.raw for record in records)


def told(house: House) -> list[str]:
    return [
        str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG and "old goes" in str(p.content)
    ]


async def test_three_steps_and_one_word_a_day_before(forgetful: House) -> None:
    await days_pass(forgetful, 20)
    assert (await kept(forgetful), told(forgetful)) == ((2, True, True), [])
    forgetful.clock.forward(15 * DAY)
    await forgetful.settle((0.0, 3.0))
    assert await kept(forgetful) == (2, True, True), "it was told, and a day passes first"
    (words,) = told(forgetful)
    assert "1 conversations" in words
    await days_pass(forgetful, 0)
    assert await kept(forgetful) == (2, True, False)
    await days_pass(forgetful, 30)
    assert await kept(forgetful) == (2, False, False)
    await happens(forgetful, says("!search Question", sender=ALICE))
    await happens(forgetful, says("!original", thread=card_of(forgetful)))
    posted = len(forgetful.homeserver.posted)
    await days_pass(forgetful, 30)
    assert await kept(forgetful) is None
    assert (len(told(forgetful)), len(forgetful.homeserver.posted)) == (1, posted), "the room is as it was"
    await happens(forgetful, says("!list closed"))
    assert "#1" not in answers_in(forgetful)[-1]


async def test_a_large_one_goes_in_pieces(forgetful: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folded flood of thousands would hold the database for as long as all of it takes."""
    monkeypatch.setattr(loading, "_MOST_MAILS", 3)
    for number in range(2, 9):
        again = mail(id=f"m{number}@example.org", reply_to="m1@example.org", subject="Re: Question")
        forgetful.provider.deliver(again)
    await forgetful.settle((0.0, 3.0))
    await happens(forgetful, says("!close", thread=card_of(forgetful)))
    steps: list[int] = []
    real = dropping.apply

    async def counted(tx: Tx, change: Fade | Drop, now: datetime) -> None:
        steps.append(len(change.mails) if isinstance(change, Fade) else -1)
        await real(tx, change, now)

    monkeypatch.setattr(dropping, "apply", counted)
    await days_pass(forgetful, 35)
    await days_pass(forgetful, 0)
    assert await kept(forgetful) == (9, True, False)
    assert steps == [3, 3, 3]
    await days_pass(forgetful, 30)
    assert await kept(forgetful) == (9, False, False)
    await days_pass(forgetful, 30)
    assert await kept(forgetful) is None
    assert max(steps) == 3


async def test_what_is_open_or_starred_stays(forgetful: House) -> None:
    await happens(forgetful, says("!star", thread=card_of(forgetful)))
    await days_pass(forgetful, 100)
    assert await kept(forgetful) == (2, True, True)
    await happens(forgetful, says("!active #1"), says("!unstar #1"))
    await days_pass(forgetful, 100)
    assert await kept(forgetful) == (2, True, True)


@pytest.mark.parametrize(("days", "number"), [(40, 1), (70, 1), (100, 2)])
async def test_a_late_answer_joins_or_begins_a_conversation(forgetful: House, days: int, number: int) -> None:
    await days_pass(forgetful, 40)
    if days > 40:
        await days_pass(forgetful, days - 40)
    ours = id_of(forgetful.provider.delivered[0][2])
    forgetful.provider.deliver(
        mail(id="late@example.org", subject="Re: Question", reply_to=ours), at=forgetful.clock.now()
    )
    await forgetful.settle(NOW)
    (came,) = [p for p in mails_in(forgetful) if p.ours["message_id"] == "late@example.org"]
    assert came.ours["conversation"] == number
    async with forgetful.step.database.read() as tx:
        one = await conversations.get(tx, ConversationId(number))
    assert one is not None and one.status is Status.ACTIVE
    await happens(forgetful, reads(came.event))
    await happens(forgetful, says("!reply Re-bonjour", thread=card_of(forgetful, number)), seconds=SENT)
    assert len(forgetful.provider.delivered) == 2


async def test_an_old_mail_does_not_come_in_again_where_the_server_numbers_its_mails_anew(forgetful: House) -> None:
    await days_pass(forgetful, 40)
    await days_pass(forgetful, 70)
    assert await kept(forgetful) is None
    posted, sent = len(mails_in(forgetful)), len(forgetful.provider.delivered)
    for folder in ("INBOX", "Sent"):
        forgetful.provider.reset(folder)
    await forgetful.settle(NOW)
    assert (len(mails_in(forgetful)), len(forgetful.provider.delivered)) == (posted, sent)


async def test_words_in_a_thread_that_is_forgotten_are_answered_and_no_error(forgetful: House) -> None:
    card = card_of(forgetful)
    await days_pass(forgetful, 40)
    await days_pass(forgetful, 70)
    await happens(forgetful, says("!close", thread=card), reacts("✅", card))
    await happens(forgetful, says("!show #1"))
    assert "#1" in answers_in(forgetful)[-1]
    async with forgetful.step.database.read() as tx:
        assert await conversations.get(tx, ConversationId(1)) is None


async def test_switched_off_nothing_goes(house: House) -> None:
    await happens(house, says("!close", thread=card_of(house)))
    await days_pass(house, 4000)
    assert await kept(house) == (1, True, True)


async def test_spam_goes_after_days(house: House) -> None:
    await happens(house, says("!mailbox set contact@asso.example keep-spam 3", room=CONFIG))
    await happens(house, says("!spam", thread=card_of(house)))
    await days_pass(house, 2)
    await days_pass(house, 2)
    assert await kept(house) is None


# --- by a word ------------------------------------------------------------------------------------------------------


async def test_spam_is_purged_after_a_question(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", sender="Paul <paul@example.org>"))
    await house.settle(NOW)
    await happens(house, says("!spam", thread=card_of(house)))
    await happens(house, says("!purge spam", sender=BOB))
    assert await kept(house) is not None and "dmin" in answers_in(house)[-1]
    await happens(house, says("!purge spam", sender=ALICE))
    assert await kept(house) is not None and "would change" in answers_in(house)[-1]
    await happens(house, says("!yes", sender=ALICE))
    assert "1 conversation changed" in answers_in(house)[-1]
    assert (await kept(house), (await kept(house, 2) or ())[0:1]) == (None, (1,))
    await happens(house, says("!audit", room=CONFIG))
    assert "purged" in answers_in(house)[-1]


async def test_what_is_no_spam_by_then_stays(house: House) -> None:
    await happens(house, says("!spam", thread=card_of(house)))
    await happens(house, says("!purge", sender=ALICE))
    await happens(house, says("!notspam", thread=card_of(house)))
    await happens(house, says("!yes", sender=ALICE))
    assert await kept(house) == (1, True, True)


@pytest.mark.parametrize("words", ["Elle a rappelé hier.", "!note Elle a rappelé hier."])
async def test_what_the_team_wrote_lately_about_an_old_one_keeps_it(forgetful: House, words: str) -> None:
    await days_pass(forgetful, 29)
    said = replace(says(words, thread=card_of(forgetful)), at=forgetful.clock.now())
    await happens(forgetful, said)
    await days_pass(forgetful, 10)
    await days_pass(forgetful, 10)
    assert await kept(forgetful) == (2, True, True)
    await days_pass(forgetful, 30)
    assert await kept(forgetful) == (2, True, False)


async def test_an_open_question_about_an_old_one_keeps_it(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, keep_closed_months=1),)))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    house.clock.forward(60)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)
    await happens(house, says("!close", thread=card_of(house)))
    house.clock.forward(32 * DAY)
    await Housekeeping(house.step).run_once()
    await house.settle((0.0, 3.0))
    house.clock.forward(DAY - 400)
    await house.settle((0.0,))
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    question = house.homeserver.of_kind("receipt")[-1]
    house.clock.forward(600)
    await house.settle((0.0, 3.0, 3.0, 3.0))
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert len(house.provider.delivered) == 1
    await house.close()


@pytest.mark.parametrize("keeps", [{"keep_originals_months": 1}, {"keep_words_months": 1}])
async def test_what_is_not_kept_whole_is_not_passed_on(tmp_path: Path, keeps: dict[str, int]) -> None:
    box = replace(MAILBOX, **keeps)  # type: ignore[arg-type]
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(box,)))
    await house.open()
    house.provider.deliver(mail(file=b"%PDF x"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event), says("!close", thread=card_of(house)))
    await days_pass(house, 40)
    await happens(house, says("!forward paul@example.org Voici", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert "nothing was passed on" in answers_in(house)[-1]
    await house.close()


@pytest.mark.parametrize("keeps", [{"keep_words_months": 1}, {"keep_closed_months": 1}])
async def test_what_a_forward_that_waits_passes_on_stays_until_it_has_left(
    tmp_path: Path, keeps: dict[str, int]
) -> None:
    box = replace(MAILBOX, **keeps)  # type: ignore[arg-type]
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(box,)))
    await house.open()
    house.provider.deliver(mail(text="Le texte qui compte.\n"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says('!forward --at "in 60 days" paul@example.org Voici', thread=card_of(house)))
    await happens(house, says("!close", thread=card_of(house)))
    await days_pass(house, 40)
    assert await kept(house) == (1, True, True)
    house.clock.forward(25 * DAY)
    await house.settle(SENT)
    ((_, to, raw),) = house.provider.delivered
    assert to == ("paul@example.org",) and b"Le texte qui compte." in raw
    await days_pass(house, 2)
    assert await kept(house) != (1, True, True)
    await house.close()


async def waits_as_forward(house: House) -> None:
    house.provider.deliver(mail(id="m5@example.org", text="Le texte qui compte.\n", subject="Autre"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says('!forward --at "in 3 days" paul@example.org Voici', thread=card_of(house, 2)))


async def test_spam_that_a_forward_passes_on_is_not_purged_before_it_has_left(house: House) -> None:
    await waits_as_forward(house)
    await happens(house, says("!spam", thread=card_of(house, 2)), says("!purge spam"), seconds=SENT)
    await happens(house, says("!yes"), seconds=SENT)
    await house.settle((3 * DAY, 25.0))
    # What became spam leaves by a word alone.
    assert house.provider.delivered == []
    await happens(house, says("!send #3"), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Le texte qui compte." in raw


async def test_a_forward_does_not_leave_without_what_it_passes_on(house: House) -> None:
    await waits_as_forward(house)
    async with house.step.database.write() as tx:
        (one,) = await conversations.several(tx, [ConversationId(2)])
        await dropping.drop(tx, [one], [record.row for record in await mails.recent(tx, one.id, 9)])
    await house.settle((3 * DAY, 25.0))
    assert not house.provider.delivered and "not kept here any more" in answers_in(house)[-1]
    await happens(house, says("!send #3"), seconds=SENT)
    assert not house.provider.delivered


async def test_of_a_mail_that_is_longer_than_what_is_kept_no_beginning_is_passed_on(house: House) -> None:
    house.provider.deliver(mail(id="m5@example.org", text="Ligne de texte.\n" * 7_000, subject="Autre"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says("!forward paul@example.org Voici", thread=card_of(house, 2)), seconds=SENT)
    assert not house.provider.delivered and "only their beginning" in answers_in(house)[-1]


async def test_spam_that_was_purged_and_is_taken_out_of_junk_comes_as_new(house: House) -> None:
    await happens(house, says("!spam", thread=card_of(house)), seconds=SENT)
    (lies,) = house.provider.folders["Junk"]
    await happens(house, says("!purge spam"), says("!yes"))
    assert await kept(house) is None
    house.clock.forward(2 * DAY)
    house.provider.deliver(lies.raw, "Junk")
    await house.settle(NOW)
    assert len(mails_in(house)) == 1, "there it stays spam"
    house.provider.deliver(lies.raw, "INBOX")
    await house.settle(NOW)
    assert len(mails_in(house)) == 2


async def test_nothing_goes_while_mail_of_before_comes_in(tmp_path: Path) -> None:
    """A thread of which the newer half is still to come would lose the older one."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(KEEPS,)))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    await happens(house, says("!close", thread=card_of(house)))
    await days_pass(house, 100)
    assert await kept(house) is None, "it was told of, and is under way"
    house.clock.forward(DAY - 3600)
    await brought(house, (ASKED, OURS))
    await house.settle((3600.0, 3.0, 3.0, 3.0, 3600.0, 3.0))
    assert await kept(house, 2) == (2, True, True)
    await brought(house, (THANKS,))
    assert await kept(house, 2) == (3, True, True)
    await days_pass(house, 2)
    assert await kept(house, 2) is None
    await house.close()
