"""A mailbox has another address: what is known of it goes on, and nothing leaves under the one of before."""

from dataclasses import replace

import pytest

from bot.config import Secret, house_section, mailbox_id
from bot.domain.ids import ConversationId, RoomId
from bot.domain.inputs.said import TeamMessage
from bot.domain.merged import ARCHIVED, REMOVED, SET, STANDING, mailbox_scope
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from bot.domain.settings import Instance, MailboxSettings
from bot.ports import Member
from storage import conversations, returned, settings
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in, outgoing
from tests.fakes.passwords import WORD, secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, reads, says
from tests.flows.test_mailbox_add import ADDRESS as ADDED
from tests.flows.test_mailbox_add import FOUND, ID, adds, answers
from tests.flows.test_mailbox_add import added as there
from tests.flows.test_notices import answer_comes, notices, wants_mail

OTHER = RoomId("!other:localhost")
OLD, NEW = MAILBOX.address, "hello@asso.example"


def readdressed() -> Instance:
    return replace(INSTANCE, mailboxes=(replace(MAILBOX, address=NEW, former=(OLD,)),))


def sender_of(raw: bytes) -> str:
    return next(line for line in raw.decode().splitlines() if line.startswith("From:"))


async def test_its_conversations_go_on_and_answers_leave_under_the_new_address(house: House) -> None:
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=SENT)
    before = str(outgoing(house)[0].ours["message_id"])
    house.step.settings.reload(readdressed())
    house.provider.deliver(mail(id="m2@example.org", to=OLD, reply_to=before, subject="Re: Question"))
    house.provider.deliver(mail(id="m3@example.org", to=NEW, reply_to=before, subject="Re: Question"))
    await house.settle(NOW)
    assert [one.ours["conversation"] for one in mails_in(house)] == [1, 1, 1, 1]
    answer = says("!reply Encore.", thread=card_of(house))
    await happens(house, reads(mails_in(house)[-1].event), answer, seconds=SENT)
    *_, (sender, to, raw) = house.provider.delivered
    assert (sender, to) == (NEW, ("marie@example.org",))
    assert NEW in sender_of(raw) and OLD not in sender_of(raw)


async def test_what_waited_under_the_address_of_before_is_asked_for_under_no_such_name(house: House) -> None:
    house.step.settings.reload(readdressed())
    said = len(answers_in(house))
    await happens(house, says(f"!from {OLD}", thread=card_of(house)))
    assert NEW in answers_in(house)[said] and "no address of this mailbox" in answers_in(house)[said]
    await happens(house, says(f'!new {OLD} "Bonjour" Nous ?'))
    assert len(house.provider.delivered) == 0, "the mailbox does not write to itself"


async def test_what_was_refused_is_sent_again_under_the_new_address(house: House) -> None:
    house.provider.answers = [Refused("550", "no")]
    answer = says(f"!reply Oui, vers {OLD}.", thread=card_of(house))
    await happens(house, answer, seconds=SENT)
    assert not house.provider.delivered
    house.step.settings.reload(readdressed())
    await happens(house, says("!resend", thread=card_of(house)), seconds=SENT)
    ((sender, to, raw),) = house.provider.delivered
    assert (sender, to) == (NEW, ("marie@example.org",))
    assert NEW in sender_of(raw) and OLD not in sender_of(raw)
    assert "> " in raw.decode(), "with what it answers"
    assert str(outgoing(house)[0].ours["message_id"]) in raw.decode(), "it is the same mail"


async def test_what_somebody_may_have_is_to_be_written_again(house: House) -> None:
    house.provider.answers = [Unknown("broken")]
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=SENT)
    house.step.settings.reload(readdressed())
    await happens(house, says("!resend", thread=card_of(house)), seconds=SENT)
    assert [sender for sender, _, _ in house.provider.delivered] == [OLD]
    assert f"written under {OLD}" in answers_in(house)[-1] and f"leaves under {NEW}" in answers_in(house)[-1]


async def test_what_waits_for_a_new_try_ends_and_is_sent_again_under_the_new_address(house: House) -> None:
    house.provider.answers = [TryLater("421")]
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=SENT)
    house.step.settings.reload(readdressed())
    await house.settle((300.0, 600.0, 16.0))
    assert not house.provider.delivered and await house.open_calls() == 0
    (told,) = [one for one in answers_in(house) if "was not sent" in one]
    assert f"written under {OLD}, from which nothing leaves" in told and "The server said" not in told
    assert any("leaves any more" in str(one.content.get("body")) for one in house.homeserver.posted if one.is_edit)
    await happens(house, says("!resend", thread=card_of(house)), seconds=SENT)
    assert [(sender, to) for sender, to, _ in house.provider.delivered] == [(NEW, ("marie@example.org",))]


async def test_who_was_put_off_is_named_when_nothing_leaves_from_the_address_any_more(house: House) -> None:
    later = RecipientAnswer("paul@example.org", 450, "later")
    house.provider.answers = [MailAccepted("ok", ("marie@example.org",), deferred=(later,))]
    await happens(house, says("!cc paul@example.org", thread=card_of(house)))
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=SENT)
    house.step.settings.reload(readdressed())
    await house.settle((300.0, 600.0, 16.0))
    assert "paul@example.org got nothing: write to them again" in answers_in(house)[-1]
    delivered = len(house.provider.delivered)
    for words in ("!resend", "!resend refused"):
        await happens(house, says(words, thread=card_of(house)), seconds=SENT)
    assert f"written under {OLD}" in answers_in(house)[-1] and len(house.provider.delivered) == delivered


async def test_an_address_to_which_nothing_could_leave_is_no_bad_one(house: House) -> None:
    house.provider.answers = [TryLater("421")]
    for words in ("Oui.", "Et encore."):
        await happens(house, says(f"!reply {words}", thread=card_of(house)), seconds=SENT)
    house.step.settings.reload(readdressed())
    await house.settle((300.0, 600.0, 16.0))
    async with house.step.database.read() as tx:
        assert await returned.of(tx, MAILBOX.id, {"marie@example.org"}) == ()


async def test_a_mail_to_a_member_that_waits_is_made_anew_under_the_new_address(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    await answer_comes(house)
    house.step.settings.reload(readdressed())
    await house.settle((0.0, 300.0, 16.0, 61.0))
    (one,) = notices(house)
    assert one["From"].addresses[0].addr_spec == NEW


async def test_it_is_named_by_either(house: House) -> None:
    instance = readdressed()
    (box,) = instance.mailboxes
    assert instance.named(OLD) is instance.named(NEW) is instance.named("hello") is box
    assert instance.named("contact") is None
    assert instance.is_ours(OLD) and instance.is_ours(NEW)
    assert instance.address_of(MAILBOX.id) == NEW


async def stands(house: House, value: str, box: MailboxSettings) -> None:
    async with house.step.database.write() as tx:
        await settings.change_alone(tx)
        await settings.put(tx, mailbox_scope(box.id), STANDING, value, ALICE, house.clock.now())
    await house.step.look_at_settings()


async def begins(house: House, words: str, *answered: str) -> TeamMessage:
    """`!mailbox add` with these words, its password, and these answers; the command, in whose thread it goes on."""
    asks = adds(house, words)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, *answered)
    return asks


async def of_the_house(house: House) -> MailboxSettings:
    """A mailbox that somebody added, with a right, a setting, and a server whose proofs count."""
    house.finder.found = FOUND
    house.homeserver.members[OTHER] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await house.close()
    await house.open()
    await begins(house, ADDED, f"room {OTHER}", "none", "!yes")
    await happens(
        house,
        secretly(f"!grant @bob edit {ADDED}"),
        secretly(f"!mailbox set {ADDED} undo 77"),
        secretly(f"!mailbox set {ADDED} trusted-server mx.other.example"),
    )
    box = await there(house)
    assert box is not None
    assert (box.undo_seconds, box.trusted_authserv) == (77, ("mx.other.example",))
    return box


@pytest.mark.parametrize("standing", [ARCHIVED, REMOVED])
async def test_one_of_the_house_goes_on_under_another_address(house: House, standing: str) -> None:
    box = await of_the_house(house)
    await stands(house, standing, box)
    asks = await begins(house, f"new@other.example replaces {ADDED}", "none")
    assert "It goes on with all that is known of" in texts(house)[-1], "the room is known, and nothing else to be asked"
    await answers(house, asks, "!yes")
    after = await there(house)
    assert after is not None
    assert (after.id, after.address, after.former) == (ID, "new@other.example", (ADDED,))
    assert after.name == after.address, "it had no name of its own"
    assert (after.room, after.undo_seconds) == (box.room, 77)
    assert after.trusted_authserv == (), "another server's proofs would be taken from anybody"
    assert not after.is_archived
    section = house_section(after, Secret(WORD))
    assert section is not None and (mailbox_id(section), section.address) == (ID, "new@other.example")
    known = house.step.settings.known
    assert [one.person for one in known.grants if one.mailbox == ID and one.is_on] == [BOB]
    async with house.step.database.read() as tx:
        assert await settings.value_of(tx, mailbox_scope(ID), f"{SET}trusted-server") is None
    await happens(house, secretly("!audit new@other.example"))
    assert "go on as new@other.example" in texts(house)[-1]


async def test_what_was_removed_under_its_second_address_is_known_when_it_comes_back(house: House) -> None:
    box = await of_the_house(house)
    await stands(house, ARCHIVED, box)
    await begins(house, f"new@other.example remplace {ADDED}", "none", "!yes")
    await stands(house, REMOVED, box)
    await begins(house, "new@other.example", "none", "!yes")
    after = await there(house)
    assert after is not None
    assert (after.id, after.address, after.former) == (ID, "new@other.example", (ADDED,))


@pytest.mark.parametrize(
    ("before", "said"),
    [(OLD, "former_addresses"), ("nobody@other.example", "No mailbox here has")],
)
async def test_what_cannot_go_on_is_said_with_the_way_there(house: House, before: str, said: str) -> None:
    await happens(house, adds(house, f"new@other.example replaces {before}"))
    assert said in texts(house)[-1]


async def test_one_that_is_served_is_archived_first(house: House) -> None:
    await of_the_house(house)
    await happens(house, adds(house, f"new@other.example replaces {ADDED}"))
    assert f"!mailbox archive {ADDED} first" in texts(house)[-1]


async def test_one_that_is_served_again_meanwhile_is_not_taken_over(house: House) -> None:
    box = await of_the_house(house)
    await stands(house, ARCHIVED, box)
    asks = await begins(house, f"new@other.example replaces {ADDED}", "none")
    await happens(house, secretly(f"!mailbox resume {ADDED}"))
    await answers(house, asks, "!yes")
    assert "is still served" in texts(house)[-1]
    after = await there(house)
    assert after is not None and after.address == ADDED


async def test_the_conversation_stays_where_it_is_listed(house: House) -> None:
    house.step.settings.reload(readdressed())
    await happens(house, says("!list"))
    async with house.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(1))
    assert found is not None and found.mailbox == MAILBOX.id
    assert "#1" in texts(house, ROOM)[-1]
    assert texts(house, CONFIG) is not None


async def test_the_way_back_to_the_address_of_before_is_open(house: House) -> None:
    box = await of_the_house(house)
    await stands(house, ARCHIVED, box)
    await begins(house, f"new@other.example replaces {ADDED}", "none", "!yes")
    await stands(house, ARCHIVED, box)
    await begins(house, f"{ADDED} replaces new@other.example", "none", "!yes")
    after = await there(house)
    assert after is not None and not after.is_archived
    assert (after.id, after.address, after.former) == (ID, ADDED, ("new@other.example",))


async def test_an_alias_of_its_own_may_be_its_new_address(house: House) -> None:
    box = await of_the_house(house)
    await happens(house, secretly(f"!mailbox set {ADDED} aliases hello@other.example office@other.example"))
    await stands(house, ARCHIVED, box)
    await begins(house, f"hello@other.example replaces {ADDED}", "none", "!yes")
    after = await there(house)
    assert after is not None
    assert (after.address, after.aliases) == ("hello@other.example", ()), (
        "the new servers may not send under the others"
    )
    assert after.former == (ADDED, "office@other.example"), "what comes there is ours"
    assert any("No mail leaves from office@other.example" in one for one in texts(house))


async def test_no_other_mailbox_s_address_is_taken_over(house: House) -> None:
    box = await of_the_house(house)
    await stands(house, ARCHIVED, box)
    for taken in (OLD, ADDED):
        await happens(house, adds(house, f"{taken} replaces {ADDED}"))
        assert "is a mailbox here already" in texts(house)[-1]


async def test_a_removed_one_is_known_by_the_address_that_it_had_first(house: House) -> None:
    box = await of_the_house(house)
    await stands(house, ARCHIVED, box)
    await begins(house, f"new@other.example replaces {ADDED}", "none", "!yes")
    await stands(house, REMOVED, box)
    await begins(house, ADDED, "none", "!yes")
    after = await there(house)
    assert after is not None
    assert (after.id, after.address, after.former) == (ID, ADDED, ("new@other.example",))
    assert [one.person for one in house.step.settings.known.grants if one.mailbox == ID and one.is_on] == [BOB]
