"""A rule of the house opens conversations in another room, through the whole bot: as if its maker had moved them there."""

from dataclasses import replace

import pytest

from bot.domain.ids import EventId
from bot.domain.settings import MailboxSettings
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens
from tests.fakes.mail import FakeProvider
from tests.fakes.two_mailboxes import restart
from tests.fakes.writing import mail, says
from tests.flows import test_move_away
from tests.flows.test_database_put_back import copied, now, put_back
from tests.flows.test_move_away import FIRST, HIDDEN, SUPPORT, THERE, card_in, posts_in, said_in, serve

far = test_move_away.far
ADD = "!rule add if from:@shop.example then tag:compta room:support"


async def comes(house: House, number: int, **more: object) -> None:
    more = {"id": f"r{number}@shop.example", "sender": f"Shop <s{number}@shop.example>", **more}
    house.provider.deliver(mail(**more))  # type: ignore[arg-type]
    await house.settle(NOW)


async def switched_on(house: House, add: str = ADD) -> None:
    await happens(house, says(add), says("!rule on 1"))


def shows(house: House, card: EventId) -> dict[str, object]:
    return house.homeserver.current(card)["org.postroom"]  # type: ignore[return-value]


async def test_it_is_opened_there_alone_and_goes_on_there_after_a_restart(far: House) -> None:
    await happens(far, says(ADD))
    await comes(far, 2)
    assert card_says(far, 2)["mailbox"] == "contact@asso.example", "off until it is switched on"
    assert any("support@asso.example, in the room of that mailbox" in line for line in said_in(far, ROOM))
    await happens(far, says("!rule on 1"))
    before = len(said_in(far, ROOM))
    await restart(far)
    await comes(far, 3, file=b"%PDF x")
    there = card_in(far, THERE)
    assert (shows(far, there)["mailbox"], shows(far, there)["tags"]) == ("support@asso.example", ["compta"])
    (shown,) = posts_in(far, THERE, "mail")
    assert shown.relation["event_id"] == there and posts_in(far, THERE, "attachment")
    assert any("Rule 1 of contact@asso.example opened" in line for line in said_in(far, THERE))
    assert len(said_in(far, ROOM)) == before, "nothing of it stands where the mail came"
    await comes(far, 4, sender="Shop <s3@shop.example>", reply_to="r3@shop.example")
    assert [one.relation["event_id"] for one in posts_in(far, THERE, "mail")] == [there] * 2
    await happens(far, says("!search question", room=THERE), says("!history", thread=there, room=THERE), seconds=SENT)
    assert "#3" in said_in(far, THERE)[-2] and "room:support@asso.example" in said_in(far, THERE)[-1]
    await happens(far, says("!show #3", sender=BOB))
    assert "shop.example" not in said_in(far, ROOM)[-1]


@pytest.mark.parametrize("left", [THERE, ROOM])
async def test_who_made_it_must_be_in_both_rooms_when_it_comes(far: House, left: object) -> None:
    await switched_on(far)
    far.homeserver.members[left] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))  # type: ignore[index]
    await restart(far)
    await comes(far, 2)
    assert (card_says(far, 2)["mailbox"], card_says(far, 2)["tags"]) == ("contact@asso.example", ["compta"])
    assert any("not in both rooms" in line for line in said_in(far, ROOM))
    assert not posts_in(far, THERE, "conversation")


async def test_who_left_switches_on_no_rule_that_was_tried_before(far: House) -> None:
    await happens(far, says(ADD))
    far.homeserver.members[THERE] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await restart(far)
    for text in ("!rule on 1", "!yes"):
        await happens(far, says(text))
        assert "stays off" in said_in(far, ROOM)[-1]
    await comes(far, 2)
    assert card_says(far, 2).get("tags") is None


@pytest.mark.parametrize("word", ["paie", HIDDEN.id, "nobody@asso.example", "contact"])
async def test_a_room_that_one_is_not_in_is_told_as_none(far: House, word: str) -> None:
    await happens(far, says(f"!rule add if from:@shop.example then room:{word}"), says("!rule"))
    assert "room:" not in said_in(far, ROOM)[-1] and "another room that you are in" in said_in(far, ROOM)[-2]


async def test_it_is_given_to_members_of_that_room_alone(far: House) -> None:
    await switched_on(far, "!rule add if from:@shop.example then assign:@bob room:support")
    await comes(far, 2)
    assert shows(far, card_in(far, THERE)).get("assignee") is None
    await happens(far, says("!rule delete 1"))
    await switched_on(far, "!règle ajouter si de:@shop.example alors attribuer:me salon:support@asso.example")
    await comes(far, 3)
    assert shows(far, card_in(far, THERE))["assignee"] == ALICE


async def test_a_mailbox_that_is_gone_by_then_is_named_where_the_mail_came(far: House) -> None:
    await switched_on(far)
    settings = far.step.settings
    kept = tuple(one for one in settings.file.mailboxes if one.id != SUPPORT.id)
    settings.reload(replace(settings.file, mailboxes=kept))
    await comes(far, 2)
    assert card_says(far, 2)["mailbox"] == "contact@asso.example"
    assert any("that mailbox is gone" in line for line in said_in(far, ROOM))


async def test_spam_stays_where_it_came(far: House) -> None:
    await switched_on(far)
    await happens(far, says("!rule add if subject:offer then spam"), says("!rule on 2"))
    await comes(far, 2, subject="Offer")
    assert card_says(far, 2)["status"] == "spam" and not posts_in(far, THERE, "conversation")
    assert card_of(far, 2)


async def test_who_is_blocked_there_comes_as_spam_there_and_not_here(far: House) -> None:
    await switched_on(far)
    await comes(far, 2)
    await happens(far, says("!block s2@shop.example", room=THERE))
    before = len(said_in(far, ROOM))
    await comes(far, 3, sender="Shop <s2@shop.example>")
    assert shows(far, card_in(far, THERE))["status"] == "spam"
    assert len(said_in(far, ROOM)) == before
    await comes(far, 4)
    assert shows(far, card_in(far, THERE))["status"] == "active"


@pytest.mark.parametrize("order", [(FIRST, SUPPORT), (SUPPORT, FIRST)])
async def test_the_same_mail_to_both_mailboxes_is_named_in_both_threads(
    far: House, order: tuple[MailboxSettings, MailboxSettings]
) -> None:
    await switched_on(far)
    providers = {FIRST.id: far.provider, SUPPORT.id: FakeProvider(far.boundaries)}
    for here, other in (order, order[::-1]):
        await serve(far, providers[here.id], here, other)
        await comes(far, 2, to="contact@asso.example, support@asso.example")
    said = [line for line in said_in(far, THERE) if "The same mail came to" in line]
    assert len(said) == 2
    for number, mailbox in zip((3, 2), order, strict=True):
        assert any(line.startswith(f"#{number} ") and mailbox.address in line for line in said), said


@pytest.mark.parametrize("marks", [True, False], ids=["with marks", "by the room alone"])
async def test_opened_there_after_the_copy_it_is_taken_up_there_and_told_once(far: House, marks: bool) -> None:
    await now(far, says(ADD))
    await now(far, says("!rule on 1"))
    await copied(far)
    await comes(far, 2)
    await comes(far, 3, sender="Shop <s2@shop.example>", reply_to="r2@shop.example")
    here = len(said_in(far, ROOM))
    await put_back(far, marks=marks)
    await comes(far, 4, sender="Shop <s2@shop.example>", reply_to="r3@shop.example")
    (card,) = posts_in(far, THERE, "conversation")
    shown = posts_in(far, THERE, "mail")
    assert [one.ours["message_id"] for one in shown] == [f"r{n}@shop.example" for n in (2, 3, 4)]
    assert {one.relation["event_id"] for one in shown} == {card.event}
    assert sum("Rule 1 of contact@asso.example opened" in line for line in said_in(far, THERE)) == 1
    assert len(said_in(far, ROOM)) == here
