"""A deleted conversation is out of sight, comes back by a word or by the next mail, and lets nothing leave."""

import pytest

from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, reacts, redacts, says


async def delete(house: House, *words: str) -> None:
    await happens(house, says(" ".join(("!delete", *words)), thread=card_of(house), sender=ALICE))


async def said(house: House, body: str) -> str:
    await happens(house, says(body, sender=ALICE))
    return answers_in(house)[-1]


async def test_it_is_in_no_list_but_its_own_and_comes_back_as_it_was(house: House) -> None:
    await happens(house, says("!assign me", thread=card_of(house)))
    await delete(house)
    assert card_says(house)["status"] == "deleted"
    for body in ("!list", "!list all", "!search question", "!list from:marie@example.org", "!list @alice:localhost"):
        assert "#1" not in await said(house, body), body
    assert "#1" in await said(house, "!list deleted")
    assert "#1" in await said(house, "!search question status:deleted")
    await house.close()
    await house.open()
    await happens(house, says("!restaurer #1", sender=ALICE))
    assert (card_says(house)["status"], card_says(house)["assignee"]) == ("active", str(ALICE))
    assert "#1" in await said(house, "!list")


async def test_only_an_admin_deletes(house: House) -> None:
    await happens(house, says("!delete", thread=card_of(house), sender=BOB))
    assert card_says(house)["status"] == "active"
    assert "dmin" in answers_in(house)[-1]


async def test_the_next_mail_brings_it_back_and_an_absence_note_does_not(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[0][2])
    await delete(house)
    house.provider.deliver(mail(id="a@example.org", reply_to=ours, headers=(("Auto-Submitted", "auto-replied"),)))
    await house.settle(NOW)
    assert card_says(house)["status"] == "deleted"
    house.provider.deliver(mail(id="b@example.org", reply_to=ours))
    await house.settle(NOW)
    assert card_says(house)["status"] == "active"


async def test_a_bounce_of_what_had_left_brings_it_back(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[0][2])
    await delete(house)
    house.provider.deliver(bounce(ours, "marie@example.org"))
    await house.settle(NOW)
    assert card_says(house)["status"] == "active"


async def test_deleted_spam_stays_in_junk_and_its_next_mail_is_silent(house: House) -> None:
    await happens(house, reacts("🚫", card_of(house)))
    junk = [one.raw for one in house.provider.folders["Junk"]]
    assert len(junk) == 1
    await delete(house)
    house.provider.deliver(mail(id="b@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert card_says(house)["status"] == "spam"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"
    assert house.provider.folders["Junk"][0].raw == junk[0]


async def test_an_answer_that_waits_keeps_it(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    await delete(house)
    assert card_says(house)["status"] == "active"
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1


async def test_a_question_that_was_open_sends_nothing(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written)
    question = house.homeserver.posted[-1].event
    await delete(house)
    await happens(house, reacts("✅", question), seconds=SENT)
    await happens(house, says("!yes", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []


async def test_deleting_the_command_soon_takes_it_back(house: House) -> None:
    command = says("!delete", thread=card_of(house), sender=ALICE)
    await happens(house, command, seconds=(0.0,))
    await happens(house, redacts(command.event, sender=ALICE))
    assert card_says(house)["status"] == "active"


@pytest.mark.parametrize("emoji", ["✅", "✋", "🚫", "📤"])
async def test_a_reaction_does_nothing_there(house: House, emoji: str) -> None:
    await delete(house)
    await happens(house, reacts(emoji, card_of(house)))
    assert (card_says(house)["status"], card_says(house)["assignee"]) == ("deleted", None)


async def test_a_list_is_counted_first(house: House) -> None:
    house.provider.deliver(mail(id="n@example.org", sender="lea@mairie.example"))
    await house.settle(NOW)
    await happens(house, says("!close #2"))
    await happens(house, says("!delete closed", sender=ALICE), says("!yes", sender=ALICE))
    assert [card_says(house, n)["status"] for n in (1, 2)] == ["active", "deleted"]
    await happens(house, says("!close deleted", sender=ALICE), says("!restore deleted", sender=ALICE))
    await happens(house, says("!yes", sender=ALICE))
    assert card_says(house, 2)["status"] == "closed"


@pytest.mark.parametrize(("rests", "wakes"), [("!delete #1", "!restore #1"), ("!close #1", "")])
async def test_what_was_to_come_back_meanwhile_is_to_do_once_it_is_brought_back(
    house: House, rests: str, wakes: str
) -> None:
    done = reacts("✅", card_of(house))
    await happens(house, says("!snooze 1d #1"), says(rests) if wakes else done)
    await house.settle((2 * 86_400.0, 16.0))
    await happens(house, says(wakes) if wakes else redacts(done.event))
    assert card_says(house)["status"] == "active"
