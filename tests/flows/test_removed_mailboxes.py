"""A mailbox that was removed: what was under way by then ends, and nothing else is done for it."""

from dataclasses import replace

from bot.domain.ids import ConversationId
from bot.domain.merged import REMOVED, STANDING, mailbox_scope
from bot.domain.settings import Instance
from storage import conversations, settings
from tests.fakes.chat import ALICE, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, answers_in, card_of, happens, mails_in, reply_state
from tests.fakes.writing import mail, reacts, says


async def stands(house: House, value: str | None) -> None:
    async with house.step.database.write() as tx:
        await settings.change_alone(tx)
        await settings.put(tx, mailbox_scope(MAILBOX.id), STANDING, value, ALICE, house.clock.now())
    await house.step.look_at_settings()


async def another(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", subject="Another one"))
    await house.settle(NOW)


async def test_a_mail_that_its_server_has_is_told_as_sent_and_copied(house: House) -> None:
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=(0.0,))
    house.clock.forward(25.0)
    (claimed,) = [one for one in await house.deliver.claim() if one.planned.channel.startswith("smtp")]
    await stands(house, REMOVED)
    assert house.step.settings.known.mailboxes == ()
    await house.deliver.make(claimed)
    await house.deliver.settle()
    await house.settle(NOW)
    assert reply_state(house) == "sent"
    assert len(house.provider.delivered) == 1


async def test_a_mail_that_was_being_read_is_shown_once(house: House) -> None:
    await stands(house, REMOVED)
    await another(house)
    assert len(mails_in(house)) == 2
    await stands(house, None)
    await house.settle(NOW)
    assert len(mails_in(house)) == 2


async def test_nobody_commands_there_before_it_is_back(house: House) -> None:
    await stands(house, REMOVED)
    card = card_of(house)
    await happens(house, says("!close", thread=card), reacts("✋", card), says("!reply Oui.", thread=card))
    assert [("was removed" in one) for one in answers_in(house)] == [True, True, True]
    async with house.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(1))
    assert found is not None and (found.assignee, found.status) == (None, "active")
    await stands(house, None)
    await happens(house, says("!assign me", thread=card))
    async with house.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(1))
    assert found is not None and found.assignee == ALICE


async def test_what_still_comes_waits_where_the_room_is_opened_to_anybody(house: House) -> None:
    assert await house.keeper.enter(ROOM)
    await stands(house, REMOVED)
    house.homeserver.rules(ROOM, "m.room.join_rules", {"join_rule": "public"})
    await another(house)
    assert len(mails_in(house)) == 1
    house.homeserver.rules(ROOM, "m.room.join_rules", {"join_rule": "invite"})
    await house.settle((0.0, 61.0, 61.0))
    assert len(mails_in(house)) == 2


async def test_one_that_config_yaml_names_no_more_ends_as_one_that_was_removed(house: House) -> None:
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=(0.0,))
    house.clock.forward(25.0)
    (claimed,) = [one for one in await house.deliver.claim() if one.planned.channel.startswith("smtp")]
    house.step.settings.reload(_without())
    await house.deliver.make(claimed)
    await house.deliver.settle()
    await house.settle(NOW)
    assert house.step.settings.known.removed == (MAILBOX,)
    assert reply_state(house) == "sent"


def _without() -> Instance:
    return replace(INSTANCE, mailboxes=())
