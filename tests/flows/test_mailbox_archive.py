"""A mailbox is archived or removed: it rests, its conversations are read, and who writes there is told so."""

from dataclasses import replace

import pytest

from bot.domain.ids import ConversationId
from bot.domain.inputs.said import TeamMessage
from bot.domain.settings import MailboxSettings
from bot.flows.keep.housekeeping import Housekeeping
from storage import conversations
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, reply_state
from tests.fakes.passwords import WORD, secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, reacts, says
from tests.flows import test_move_away
from tests.flows.test_mailbox_add import ADDRESS as ADDED
from tests.flows.test_mailbox_add import FOUND, ID, adds, answers
from tests.flows.test_mailbox_add import added as there
from tests.flows.test_move_away import SUPPORT, THERE, card_in, posts_in, said_in, shows

far = test_move_away.far
ADDRESS = MAILBOX.address


def known(house: House) -> MailboxSettings:
    return house.step.settings.known.mailboxes[0]


async def config(house: House, words: str, **more: object) -> str:
    """What is answered in the config room."""
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, replace(secretly(words), **more), seconds=(0.0,))  # type: ignore[arg-type]
    return texts(house)[-1]


async def case(house: House) -> tuple[str, object]:
    async with house.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(1))
    assert found is not None
    return found.status.value, found.assignee


async def is_refused(house: House, command: TeamMessage) -> None:
    """Whatever is answered to it, and something is, says that the mailbox is archived."""
    before = len(answers_in(house))
    await happens(house, command)
    said = answers_in(house)[before:]
    assert said and all("is archived" in one for one in said), (command.body, said)


async def test_it_is_archived_and_taken_up_again_and_stays_so_over_a_restart(house: House) -> None:
    assert "is archived" in await config(house, f"!mailbox archive {ADDRESS}")
    assert known(house).is_archived
    assert "was archived" in texts(house, ROOM)[-1]
    await house.close()
    await house.open()
    assert "archived already" in await config(house, f"!mailbox archive {ADDRESS}")
    assert "archived already" in await config(house, f"!mailbox pause {ADDRESS}")
    assert "📦 archived" in await config(house, "!mailbox list")
    assert "📦 archived" in await config(house, "!health")
    assert "is served again" in await config(house, f"!boîte reprendre {ADDRESS}")
    assert not known(house).is_archived
    assert "is served again" in texts(house, ROOM)[-1]
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=SENT)
    assert reply_state(house) == "sent"


async def test_its_conversations_are_read_and_nothing_else(house: House) -> None:
    await config(house, f"!mailbox archive {ADDRESS}")
    card = card_of(house)
    for words in ("!show", "!history", "!who", "!help", "!list", "!search help", "!stats", "!trace marie@example.org"):
        before = len(texts(house, ROOM))
        await happens(house, says(words, thread=card))
        assert len(texts(house, ROOM)) > before, words
        assert "is archived" not in texts(house, ROOM)[-1], words
    stood = await case(house)
    for words in ("!reply Oui.", "!close", "!note Non.", "!undo", "!star", "!canned x", "!split", "!block a@b.example"):
        await is_refused(house, says(words, thread=card))
    for words in ("!close #1", '!new marie@example.org "Bonjour" Oui.', "!team add a @bob", "!close all"):
        await is_refused(house, says(words))
    said = len(answers_in(house))
    await happens(house, reacts("✋", card), reacts("✅", card))
    assert len(answers_in(house)) == said + 2
    assert await case(house) == stood
    assert len(mails_in(house)) == 1


async def test_a_question_from_before_sends_nothing_any_more(house: House) -> None:
    card = card_of(house)
    house.clock.forward(60)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)
    await happens(house, says("!reply Non.", thread=card, sender=BOB), seconds=(0.0,))
    (question,) = house.homeserver.of_kind("receipt")
    await config(house, f"!mailbox archive {ADDRESS}")
    await happens(house, reacts("✅", question.event, sender=BOB))
    assert "is archived" in answers_in(house)[-1]
    await happens(house, says("!reply Non.", thread=card, sender=BOB), says("!yes", thread=card, sender=BOB))
    await house.settle(SENT)
    assert house.provider.delivered == []


async def test_nothing_is_closed_while_a_mail_waits_to_leave(house: House) -> None:
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=(0.0,))
    assert "1 mail of" in await config(house, f"!mailbox archive {ADDRESS}")
    assert not known(house).is_archived
    await house.settle(SENT)
    assert reply_state(house) == "sent"
    assert "is archived" in await config(house, f"!mailbox archive {ADDRESS}")


async def test_who_may_not_or_names_none_closes_nothing(house: House) -> None:
    for command in ("archive", "remove"):
        for more in ({"sender": BOB}, {"room": ROOM}, {"was_encrypted": False}):
            await config(house, f"!mailbox {command} {ADDRESS}", **more)
        for wrong in ("", " nobody@asso.example", f" {ADDRESS} {ADDRESS}"):
            await config(house, f"!mailbox {command}{wrong}")
    assert house.step.settings.known.mailboxes == (MAILBOX,)


async def test_one_of_config_yaml_is_not_removed_by_a_command(house: House) -> None:
    assert "stands in config.yaml" in await config(house, f"!mailbox remove {ADDRESS}")
    await config(house, "!yes")
    assert house.step.settings.known.mailboxes == (MAILBOX,)


async def with_another(house: House) -> None:
    """A mailbox that was added in the config room."""
    house.provider.folders["INBOX"].clear()
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "!yes")
    assert await there(house) is not None


async def test_one_of_the_house_is_removed_after_a_word_and_comes_back(house: House) -> None:
    await with_another(house)
    assert "What stays" in await config(house, f"!boîte retirer {ADDED}")
    assert await there(house) is not None, "nothing before the word"
    assert "is removed" in await config(house, "!oui")
    assert await there(house) is None
    (gone,) = house.step.settings.known.removed
    assert "was removed" in texts(house, gone.room)[-1]
    said = len(texts(house))
    await config(house, "!yes")
    assert ADDED not in "".join(texts(house)[said:])
    assert ADDED not in await config(house, "!mailbox list")
    assert "is served again" in await config(house, f"!mailbox resume {ADDED}")
    assert (await there(house)) is not None


async def test_a_removed_one_without_its_password_is_added_anew(house: House) -> None:
    await with_another(house)
    await config(house, f"!mailbox remove {ADDED}")
    await config(house, "!yes")
    house.clock.forward(8 * 86_400)
    await Housekeeping(house.step).run_once()
    assert "password is not known" in await config(house, f"!mailbox resume {ADDED}")
    asks = replace(adds(house), at=house.clock.now())
    await happens(house, asks, replace(secretly(WORD, thread=asks.event), at=house.clock.now()))
    await answers(house, asks, "new", "!yes")
    kept = await there(house)
    assert kept is not None
    assert kept.id == ID


@pytest.mark.parametrize("meanwhile", ["!cancel", "late", "deleted by another"])
async def test_without_the_word_nothing_is_removed(house: House, meanwhile: str) -> None:
    await with_another(house)
    await config(house, f"!mailbox remove {ADDED}")
    if meanwhile == "late":
        house.clock.forward(3600)
    elif meanwhile == "!cancel":
        await config(house, "!cancel")
    else:
        await config(house, "!yes", sender=BOB)
        assert await there(house) is not None
        await config(house, f"!mailbox archive {ADDED}")
        await config(house, "!cancel")
    await config(house, "!yes", at=house.clock.now())
    assert await there(house) is not None


async def test_no_conversation_goes_to_an_archived_one_until_it_is_served_again(far: House) -> None:
    """Alice is in both rooms, and nothing else stands in her way."""
    await config(far, f"!mailbox archive {SUPPORT.address}")
    posted = len(said_in(far, THERE))
    move, rule = "!move support", "!rule add if subject:x then room:support"
    for words, answer in ((move, "To which mailbox"), (rule, "is not one mailbox")):
        before = len(answers_in(far))
        await happens(far, says(words, thread=card_of(far)))
        (said,) = answers_in(far)[before:]
        assert answer in said, words
    assert card_says(far)["mailbox"] == MAILBOX.id
    assert (len(said_in(far, THERE)), posts_in(far, THERE, "conversation")) == (posted, [])
    await config(far, f"!mailbox resume {SUPPORT.address}")
    before = len(answers_in(far))
    await happens(far, says(rule, thread=card_of(far)))
    (trial,) = answers_in(far)[before:]
    assert "support@asso.example, in the room of that mailbox" in trial
    await happens(far, says(move, thread=card_of(far)))
    assert shows(far, card_in(far, THERE))["mailbox"] == SUPPORT.id


async def test_in_french(house: House) -> None:
    await house.close()
    house.instance = replace(house.instance, language="fr", mailboxes=(replace(MAILBOX, language="fr"),))
    await house.open()
    assert "est archivée" in await config(house, f"!boîte archiver {ADDRESS}", sender=ALICE)
    await happens(house, says("!répondre Oui.", thread=card_of(house)), seconds=NOW)
    assert "est archivée" in answers_in(house)[-1]


async def test_the_audit_says_who_did_it(house: House) -> None:
    await config(house, f"!mailbox archive {ADDRESS}")
    assert f"archived {ADDRESS}" in await config(house, f"!audit {ADDRESS}")
