"""A flood of one sender: one card with a count, its mails kept, and shown on demand."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import MailboxId
from storage import conversations
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says

MOST = 3
AUTH = "Authentication-Results"


@pytest.fixture
async def calm(tmp_path: Path) -> House:
    """A mailbox that folds what one sender writes beyond three mails an hour."""
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, fold_after=MOST),)))
    await made.open()
    return made


async def flooded(house: House, several: int = 10) -> None:
    for number in range(several):
        house.provider.deliver(mail(id=f"f{number}@example.org", subject=f"Alarm {number}"))
        await house.settle((0.0, 1.0))


def cards(house: House) -> int:
    return len(house.homeserver.of_kind("conversation"))


def shown(house: House) -> list[str]:
    return [str(one.content["org.postroom"]["message_id"]) for one in mails_in(house)]  # type: ignore[index]


async def test_the_mails_beyond_the_limit_are_counted_on_one_card_and_kept(calm: House) -> None:
    await flooded(calm)
    assert (cards(calm), len(mails_in(calm))) == (MOST, MOST)
    assert calm.database is not None
    async with calm.database.read() as tx:
        rows = await conversations.earlier_of(tx, MailboxId(MAILBOX.id), "marie@example.org")
        newest = await conversations.get(tx, rows[0])
    assert newest is not None and (newest.folded, newest.mails) == (7, 8)
    told = [one for one in calm.homeserver.of_kind("notice") if "unfold" in str(one.content["body"])]
    assert len(told) == 1
    await calm.close()


async def test_another_sender_is_shown_as_ever_and_so_is_a_later_mail_of_the_same(calm: House) -> None:
    await flooded(calm)
    calm.provider.deliver(mail(id="b@example.org", sender="Bruno <bruno@example.org>"))
    await calm.settle(NOW)
    assert cards(calm) == MOST + 1
    calm.clock.forward(3700)
    calm.provider.deliver(mail(id="later@example.org"))
    await calm.settle(NOW)
    assert cards(calm) == MOST + 2
    await calm.close()


async def test_what_is_folded_is_shown_on_demand_in_order_and_each_once(calm: House) -> None:
    await flooded(calm, 30)
    thread = card_of(calm, MOST)
    await happens(calm, says("!unfold", thread=thread))
    assert shown(calm) == [f"f{number}@example.org" for number in range(23)]
    await happens(calm, says("!unfold", thread=thread))
    assert shown(calm) == [f"f{number}@example.org" for number in range(30)]
    await happens(calm, says("!unfold", thread=thread))
    assert len(shown(calm)) == 30 and cards(calm) == MOST
    await calm.close()


async def test_a_flood_into_one_thread_is_folded_and_can_be_answered(calm: House) -> None:
    calm.provider.deliver(mail(id="first@example.org"))
    await calm.settle(NOW)
    for number in range(8):
        calm.provider.deliver(mail(id=f"r{number}@example.org", reply_to="first@example.org"))
    await calm.settle(NOW)
    assert (cards(calm), len(mails_in(calm))) == (1, MOST)
    thread = card_of(calm)
    await happens(calm, says("!reply Bonjour", thread=thread), seconds=SENT)
    # Nobody has seen the newest ones: it is asked first, as for any newer mail.
    assert calm.provider.delivered == [] and len(calm.homeserver.of_kind("receipt")) == 1
    await happens(calm, says("!reply Bonjour", thread=thread), seconds=SENT)
    (sent,) = calm.provider.delivered
    assert sent[1] == ("marie@example.org",)
    ours = id_of(sent[2])
    calm.clock.forward(3700)
    calm.provider.deliver(mail(id="answer@example.org", reply_to=ours))
    await calm.settle(NOW)
    assert (cards(calm), len(mails_in(calm))) == (1, MOST + 2)  # and ours
    await calm.close()


@pytest.mark.parametrize("said", ["dmarc=pass", "dmarc=none"])
async def test_who_is_forged_a_hundred_times_is_shown_and_their_forger_is_folded(calm: House, said: str) -> None:
    forged = ((AUTH, "mx.asso.example; dmarc=fail header.from=example.org"),)
    for number in range(6):
        calm.provider.deliver(mail(id=f"forged{number}@example.org", headers=forged))
        await calm.settle((0.0, 1.0))
    assert cards(calm) == MOST
    for number in range(2):
        calm.provider.deliver(mail(id=f"real{number}@example.org", headers=((AUTH, f"mx.asso.example; {said}"),)))
    await calm.settle(NOW)
    assert [id for id in shown(calm) if id.startswith("real")] == ["real0@example.org", "real1@example.org"]
    assert cards(calm) == MOST + 2
    calm.provider.deliver(mail(id="forged9@example.org", headers=forged))
    await calm.settle(NOW)
    assert "forged9@example.org" not in shown(calm)
    await calm.close()


async def test_an_answer_to_ours_is_shown_however_many_write_in_that_thread(calm: House) -> None:
    good, forged = ((AUTH, "mx.asso.example; dmarc=pass"),), ((AUTH, "mx.asso.example; dmarc=fail"),)
    calm.provider.deliver(mail(id="first@example.org", headers=good))
    await calm.settle(NOW)
    await happens(calm, says("!reply Bonjour", thread=card_of(calm)), seconds=SENT)
    ours = id_of(calm.provider.delivered[0][2])
    for number in range(6):
        calm.provider.deliver(mail(id=f"forged{number}@example.org", reply_to=ours, headers=forged))
    await calm.settle(NOW)
    calm.provider.deliver(mail(id="real@example.org", reply_to=ours, headers=good))
    await calm.settle(NOW)
    assert "real@example.org" in shown(calm)
    assert "forged5@example.org" not in shown(calm)
    await calm.close()


async def test_a_flood_that_goes_on_for_hours_stays_folded(calm: House) -> None:
    await flooded(calm)
    for hour in range(3):
        calm.clock.forward(1800)
        for number in range(4):
            calm.provider.deliver(mail(id=f"h{hour}n{number}@example.org", subject="Alarm"), at=calm.clock.at)
            await calm.settle((0.0, 1.0))
    assert cards(calm) == MOST
    await calm.close()


async def test_a_backlog_is_not_folded_nor_anything_where_it_is_switched_off(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, fold_after=0),)))
    await house.open()
    await flooded(house)
    assert cards(house) == 10
    await house.close()


async def test_nothing_is_folded_into_what_the_team_called_spam(calm: House) -> None:
    await flooded(calm, MOST)
    await happens(calm, says(f"!spam #{MOST}"))
    calm.provider.deliver(mail(id="unseen@example.org", subject="Please help"))
    await calm.settle(NOW)
    assert card_of(calm, MOST + 1)
    assert "unseen@example.org" in shown(calm)
    await calm.close()
