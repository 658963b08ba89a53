"""Before an answer leaves to an address from which two came back, its writer is asked."""

from dataclasses import replace
from pathlib import Path

from bot.domain.ids import MailboxId
from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, answers_in, card_of, happens, mails_in, outgoing
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, reads, redacts, says
from tests.flows.test_database_put_back import now

SENT = (0.0, 25.0, 16.0)


async def writes(house: House, words: str) -> int:
    """Mails that have left after Alice wrote this."""
    await happens(house, says(f"!reply {words}", thread=card_of(house)), seconds=SENT)
    return len(house.provider.delivered)


async def comes_back(house: House, number: int) -> None:
    ours = id_of(house.provider.delivered[-1][2])
    house.provider.deliver(bounce(ours, "marie@example.org", number))
    await house.settle(NOW)


async def test_the_third_answer_is_asked_about_after_a_restart_too_and_leaves_by_the_same_words(house: House) -> None:
    assert await writes(house, "One") == 1
    await comes_back(house, 1)
    assert await writes(house, "Two") == 2, "one that came back is no reason to ask"
    await comes_back(house, 2)
    await house.close()
    await house.open()
    assert await writes(house, "Three") == 2
    asked = house.homeserver.of_kind("receipt")[-1]
    assert "The last two mails to marie@example.org came back" in str(asked.content["body"])
    assert await writes(house, "Three") == 3
    # As far as anybody knows that one arrived.
    assert await writes(house, "Four") == 4


async def test_a_mail_of_theirs_ends_it(house: House) -> None:
    for number in (1, 2):
        assert await writes(house, f"Words {number}") == number
        await comes_back(house, number)
    house.provider.deliver(mail(id="m9@example.org", reply_to=id_of(house.provider.delivered[-1][2])))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    assert await writes(house, "You are back") == 3


ASKS = "The last two mails to marie@example.org came back"


def asked(house: House) -> bool:
    return any(ASKS in words for words in answers_in(house)[-2:])


async def bad(house: House) -> None:
    """Two answers to Marie in #1 came back; Paul has #2."""
    for number in (1, 2):
        assert await writes(house, f"Words {number}") == number
        await comes_back(house, number)
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)


async def test_in_another_conversation_an_answer_to_it_is_asked_about_after_a_restart_too(house: House) -> None:
    await bad(house)
    await house.close()
    await house.open()
    await happens(house, says("!cc +marie@example.org", thread=card_of(house, 2)))
    await happens(house, says("!reply Bonjour", thread=card_of(house, 2)), seconds=SENT)
    assert asked(house) and len(house.provider.delivered) == 2
    await happens(house, says("!reply Bonjour", thread=card_of(house, 2)), seconds=SENT)
    assert len(house.provider.delivered) == 3
    # As far as anybody knows it arrived: in the other one, too, until it comes back as well.
    assert await writes(house, "Three") == 4
    await comes_back(house, 3)
    await happens(house, says("!reply Encore", thread=card_of(house, 2)), seconds=SENT)
    assert len(house.provider.delivered) == 5, "one that arrived was between them"


async def test_a_first_mail_to_it_waits_for_a_word(house: House) -> None:
    await bad(house)
    written = says('!new marie@example.org "Autre"\nMots')
    await happens(house, written, seconds=SENT)
    assert asked(house) and "!send as a reply" in answers_in(house)[-2] and len(house.provider.delivered) == 2
    await house.settle((86_400.0,))
    assert len(house.provider.delivered) == 2
    await happens(house, says("!send #3"), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered[2:]] == [("marie@example.org",)]


async def test_a_held_first_mail_is_deleted_like_another(house: House) -> None:
    await bad(house)
    written = says('!new marie@example.org "Autre"\nMots')
    await happens(house, written, seconds=SENT)
    await happens(house, redacts(written.event))
    await happens(house, says("!send #3"), seconds=SENT)
    assert len(house.provider.delivered) == 2


async def test_words_from_there_in_any_conversation_end_it(house: House) -> None:
    await bad(house)
    house.provider.deliver(mail(id="m8@example.org", subject="Autre chose"))
    await house.settle(NOW)
    assert await writes(house, "Three") == 3


async def test_an_absence_note_from_there_ends_nothing(house: House) -> None:
    await bad(house)
    house.provider.deliver(mail(id="m8@example.org", headers=(("Auto-Submitted", "auto-replied"),)))
    await house.settle(NOW)
    assert await writes(house, "Three") == 2 and asked(house)


async def test_another_mailbox_does_not_know_of_it(tmp_path: Path) -> None:
    support = replace(MAILBOX, id=MailboxId("support@asso.example"), address="support@asso.example", aliases=())
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, support)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    await bad(made)
    await happens(made, says('!new marie@example.org from support@asso.example "Autre"\nMots'), seconds=SENT)
    assert not asked(made) and outgoing(made)[-1].ours["state"] == "queued"
    await happens(made, says('!new marie@example.org from contact@asso.example "Autre"\nMots'), seconds=SENT)
    assert asked(made)
    await made.close()


async def of_marie_too(house: House) -> None:
    """#2, which Marie began as well."""
    house.provider.deliver(mail(id="m5@example.org", subject="Autre chose"))
    await house.settle(NOW)


async def test_what_waits_for_its_time_stays_where_the_address_has_become_bad_meanwhile(house: House) -> None:
    await of_marie_too(house)
    await happens(house, says('!reply --at "in 3 days" Later', thread=card_of(house, 2)))
    await bad(house)
    await house.settle((3 * 86_400.0, 16.0))
    assert len(house.provider.delivered) == 2
    assert "mails to marie@example.org came back since" in answers_in(house)[-1]
    await happens(house, says("!send", thread=card_of(house, 2)), seconds=SENT)
    assert len(house.provider.delivered) == 3


async def test_what_was_asked_about_when_it_was_written_leaves_at_its_time(house: House) -> None:
    await bad(house)
    for _ in range(2):
        await happens(house, says('!reply --at "in 3 days" Later', thread=card_of(house)))
    await house.settle((3 * 86_400.0, 16.0))
    assert len(house.provider.delivered) == 3


async def test_what_is_approved_stays_where_the_address_has_become_bad_meanwhile(house: House) -> None:
    await of_marie_too(house)
    for number in (1, 2):
        assert await writes(house, f"Words {number}") == number
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),)))
    await now(house, says("!reply Three", thread=card_of(house, 2)))
    for number, (_, _, raw) in enumerate(list(house.provider.delivered), start=1):
        house.provider.deliver(bounce(id_of(raw), "marie@example.org", number))
        await house.settle(NOW)
    await now(house, says("!approve", thread=card_of(house, 2), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 2
    assert "mails to marie@example.org came back since" in answers_in(house)[-1]
    await now(house, says("!send", thread=card_of(house, 2), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 3


async def test_a_first_mail_to_it_with_a_time_leaves_by_a_word_at_that_time(house: House) -> None:
    await bad(house)
    await happens(house, says('!new --at "in 3 days" marie@example.org "Autre"\nMots'), seconds=SENT)
    await happens(house, says("!send #3"), seconds=SENT)
    assert len(house.provider.delivered) == 2
    assert "leaves on" in str(house.homeserver.current(outgoing(house)[-1].event)["body"])
    await house.settle((3 * 86_400.0, 16.0))
    assert [to for _, to, _ in house.provider.delivered[2:]] == [("marie@example.org",)]
