"""A mailbox is added in the config room, from its address to the moment from which it is served."""

from dataclasses import replace

import pytest

from bot.config import Secret, house_section
from bot.domain.dialogue import Dialogue
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.mail_ways import MailWay, MailWays, Secured
from bot.domain.merged import REMOVED, STANDING, mailbox_scope
from bot.domain.new_mailbox import NewMailbox, Step
from bot.domain.outcomes import Refused
from bot.domain.servers import Security, Server, Servers, ServersFound, Source
from bot.domain.settings import MailboxSettings
from bot.flows.keep.passwords import given
from bot.ports import Member
from storage import dialogues, settings
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, WRONG, in_files, secretly
from tests.fakes.upgrading import texts

ADDRESS = "Info@Other.example"
ID = MailboxId("info@other.example")
IMAP = MailWay("imap.other.example", 993, Secured.TLS, ADDRESS)
SMTP = MailWay("smtp.other.example", 587, Secured.STARTTLS, ADDRESS)
CAROL = UserId("@carol:localhost")
LINES = "imap imap.other.example 993 tls\nsmtp smtp.other.example 587 starttls"
FOUND = ServersFound(
    (
        Servers(
            Source.PRESET,
            Server("imap.other.example", 993, Security.TLS),
            Server("smtp.other.example", 587, Security.STARTTLS),
        ),
    )
)


def adds(house: House, address: str = ADDRESS, *, by: UserId = ALICE) -> TeamMessage:
    house.homeserver.encrypted.add(CONFIG)
    house.provider.imap_password = house.provider.smtp_password = WORD
    return secretly(f"!mailbox add {address}", sender=by)


async def added(house: House) -> MailboxSettings | None:
    async with house.step.database.read() as tx:
        return (await house.step.settings.read(tx)).mailbox(ID)


async def open_ones(house: House) -> list[Dialogue]:
    async with house.step.database.read() as tx:
        found = await dialogues.taking_secrets(tx, CONFIG)
    return [one for one in found if one.state.is_open]


async def step(house: House) -> Step | None:
    found = [one.state.step for one in await open_ones(house) if isinstance(one.state, NewMailbox)]
    return found[-1] if found else None


async def answers(house: House, asks: TeamMessage, *words: str) -> None:
    for one in words:
        await happens(house, now(house, one, asks))


def now(house: House, words: str, asks: TeamMessage | None = None) -> TeamMessage:
    """Said at this moment, in the thread of the command or in the main timeline."""
    return replace(secretly(words, thread=asks.event if asks is not None else None), at=house.clock.now())


@pytest.fixture(autouse=True)
def empty_inbox(house: House) -> None:
    house.provider.folders["INBOX"].clear()


async def test_servers_by_hand_lead_to_a_mailbox_that_is_served(house: House) -> None:
    asks = adds(house)
    house.provider.deliver(b"Subject: of before\n\n")
    await happens(house, asks)
    assert "found no servers" in texts(house)[-1]
    await answers(house, asks, LINES)
    assert "write the password" in texts(house)[-1]
    told = secretly(WORD, thread=asks.event)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert house.provider.logins == ["imap", "smtp"]
    said = texts(house)[-1]
    assert said.count("✅") == 4, "both logins, Sent and Junk"
    assert "Which room" in said
    await answers(house, asks, "new")
    assert "One mail lies in its inbox" in texts(house)[-1]
    await answers(house, asks, "none")
    assert "!yes" in texts(house)[-1]
    assert await added(house) is None, "nothing is added before the word"
    await answers(house, asks, "!yes")
    ((room, made),) = house.homeserver.made
    assert (made.invites, made.is_encrypted) == (ALICE, True)
    kept = await added(house)
    assert kept is not None
    assert (kept.address, kept.room, kept.start, kept.ways) == (ADDRESS, room, "new", MailWays(IMAP, SMTP))
    async with house.step.database.read() as tx:
        words = await given(tx, await house.step.settings.read(tx), house.step.vault)
    word = words[ID]
    assert isinstance(word, str)
    section = house_section(kept, Secret(word))
    assert section is not None
    assert (section.imap.password.reveal(), section.start) == (WORD, "new")
    assert "is served from now on" in texts(house)[-2]
    assert "a test mail from" in texts(house)[-2]
    assert "did not arrive within a minute" in texts(house)[-1]
    assert await open_ones(house) == []
    assert not in_files(house.folder, WORD)


async def test_found_servers_and_an_empty_inbox_take_four_messages(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    assert house.finder.asked == [ADDRESS]
    assert await step(house) is Step.ROOM
    await answers(house, asks, "new", "!yes")
    kept = await added(house)
    assert kept is not None
    assert kept.start == "all", "what comes before it is served for the first time is no earlier mail"


async def test_a_password_that_comes_while_the_servers_are_looked_for_is_kept_for_them(house: House) -> None:
    asks = adds(house)
    early = secretly(WORD, thread=asks.event)
    await happens(house, asks, early)
    assert house.homeserver.redacted == {early.event}
    assert await step(house) is Step.SERVERS
    await answers(house, asks, LINES)
    assert await step(house) is Step.ROOM


@pytest.mark.parametrize(("line", "asked"), [(0, "Where does its mail leave"), (1, "Where is its mail read")])
async def test_one_server_that_is_written_while_they_are_looked_for_asks_for_the_other(
    house: House, line: int, asked: str
) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(LINES.splitlines()[line], thread=asks.event))
    assert await step(house) is Step.SERVERS
    assert asked in texts(house)[-1], "what was found is not asked for any more"


async def test_a_room_is_taken_only_if_both_are_in_it(house: House) -> None:
    house.finder.found = FOUND
    other, theirs = RoomId("!other:localhost"), RoomId("!theirs:localhost")
    house.homeserver.members[other] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    house.homeserver.members[theirs] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await house.close()
    await house.open()
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    for room in (theirs, RoomId("!nowhere:localhost"), CONFIG):
        await answers(house, asks, f"room {room}")
        assert "I am not in that room, or you are not" in texts(house)[-1]
    await answers(house, asks, f"room {other}", "!yes")
    kept = await added(house)
    assert kept is not None
    assert kept.room == other
    assert house.homeserver.made == []


@pytest.mark.parametrize("address", ["contact@asso.example", "ASSO@asso.example", "contact+x@asso.example"])
async def test_an_address_that_is_ours_is_said_without_its_room(house: House, address: str) -> None:
    await happens(house, adds(house, address))
    assert "is a mailbox here already" in texts(house)[-1]
    assert ROOM not in texts(house)[-1]
    assert await open_ones(house) == []


@pytest.mark.parametrize("address", ["", "contact", "a@b", "a b@c.example"])
async def test_what_is_no_address_is_asked_again_or_taken_for_a_secret(house: House, address: str) -> None:
    await happens(house, adds(house, address))
    assert await open_ones(house) == []


async def test_only_admins_add_and_only_in_the_config_room(house: House) -> None:
    await happens(house, adds(house, by=BOB))
    assert "admin" in texts(house)[-1]
    await happens(house, replace(adds(house), room=ROOM))
    assert "config" in texts(house, ROOM)[-1]
    assert await open_ones(house) == []


async def test_a_room_that_is_not_encrypted_begins_nothing(house: House) -> None:
    await happens(house, replace(adds(house), room_encrypted=False, was_encrypted=False))
    assert await open_ones(house) == []


async def test_a_wrong_password_is_given_again_without_starting_over(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WRONG, thread=asks.event))
    assert "no such user or password: …" in texts(house)[-1]
    assert await step(house) is Step.PASSWORD
    await happens(house, secretly(WORD, thread=asks.event))
    assert await step(house) is Step.ROOM
    assert not in_files(house.folder, WRONG)


async def test_servers_are_overruled_and_tried_with_the_password_of_before(house: House) -> None:
    house.finder.found = FOUND
    house.provider.away.add("smtp")
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event), seconds=(0.0, 2.0, 3.0, 6.0))
    assert "could not be asked" in texts(house)[-1]
    assert await step(house) is Step.SERVERS
    house.provider.away.clear()
    await answers(house, asks, "smtp mail.other.example 465 ssl anna")
    assert await step(house) is Step.ROOM
    await answers(house, asks, "new", "!yes")
    kept = await added(house)
    assert kept is not None and kept.ways is not None
    assert kept.ways == MailWays(IMAP, MailWay("mail.other.example", 465, Secured.TLS, "anna"))


async def test_the_same_servers_are_tried_again(house: House) -> None:
    house.finder.found = FOUND
    house.provider.away.add("imap")
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event), seconds=(0.0, 2.0, 3.0, 6.0))
    house.provider.away.clear()
    await answers(house, asks, "again")
    assert await step(house) is Step.ROOM


async def test_a_line_of_a_server_is_no_password(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks)
    await happens(house, secretly("imap mail.other.example 993 tls", thread=asks.event))
    assert house.homeserver.redacted == set()
    assert "imap mail.other.example 993 tls" in texts(house)[-1]
    assert await step(house) is Step.PASSWORD


async def test_no_password_goes_in_clear_over_a_network(house: House) -> None:
    asks = adds(house)
    await happens(house, asks)
    await answers(house, asks, "imap imap.other.example 143 none")
    assert "TLS or STARTTLS only" in texts(house)[-1]
    await answers(house, asks, "imap 127.0.0.1 143 none")
    assert "Write the line for SMTP" in texts(house)[-1]


async def test_cancel_drops_all_with_the_secret(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "!cancel")
    assert await open_ones(house) == []
    await answers(house, asks, "new", "!yes")
    assert (await added(house), house.homeserver.made) == (None, [])
    async with house.step.database.read() as tx:
        from storage.schema.bookkeeping import secrets

        assert await tx.all(secrets.select()) == []


async def test_back_goes_one_step_back_and_status_says_where(house: House) -> None:
    house.finder.found = FOUND
    house.provider.deliver(b"Subject: of before\n\n")
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "since 2026-11-01")
    walked = []
    for _ in range(5):
        await answers(house, asks, "!back")
        walked.append(await step(house))
    assert walked == [Step.EARLIER, Step.ROOM, Step.PASSWORD, Step.SERVERS, Step.SERVERS]
    assert "no step before" in texts(house)[-1]
    await answers(house, asks, "!status")
    assert "imap imap.other.example 993 tls" in texts(house)[-1]
    await answers(house, asks, "again")
    await happens(house, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "since 01/11/2026", "!yes")
    kept = await added(house)
    assert kept is not None
    assert kept.start == "2026-11-01"


async def test_who_comes_back_a_day_later_gives_the_password_and_goes_on(house: House) -> None:
    house.finder.found = FOUND
    house.provider.deliver(b"Subject: of before\n\n")
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new")
    await house.settle((86_000.0, 16.0))
    assert await step(house) is Step.RESTING
    assert "I forgot it" in texts(house)[-1]
    again = replace(adds(house, "info@other.example"), at=house.clock.now())
    await happens(house, again)
    assert await step(house) is Step.PASSWORD
    await happens(house, replace(secretly(WORD, thread=again.event), at=house.clock.now()))
    assert await step(house) is Step.EARLIER, "the room was answered"
    await answers(house, again, "all", "!yes")
    assert await added(house) is not None


async def test_a_password_that_comes_too_late_is_deleted_and_used_for_nothing(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks)
    await house.settle((1000.0, 16.0))
    assert await step(house) is Step.RESTING
    late = replace(secretly(WORD, thread=asks.event), at=house.clock.now())
    await happens(house, late)
    assert house.homeserver.redacted == {late.event}
    assert house.provider.logins == []
    assert not in_files(house.folder, WORD)


@pytest.mark.parametrize("until", range(5))
async def test_a_restart_at_every_step_goes_on(house: House, until: int) -> None:
    house.finder.found = FOUND
    house.provider.deliver(b"Subject: of before\n\n")
    asks = adds(house)
    said = [
        asks,
        *(secretly(words, thread=asks.event) for words in (WORD, "new", "none", "!yes")),
    ]
    for number, one in enumerate(said):
        await happens(house, one)
        if number == until:
            await house.close()
            await house.open()
    assert await added(house) is not None
    assert len(house.homeserver.made) == 1


async def test_each_message_twice_is_once(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    told = [secretly(words, thread=asks.event) for words in (WORD, "new", "!yes")]
    for one in (asks, *told):
        await happens(house, one, one)
    assert len(house.homeserver.made) == 1
    assert house.provider.logins == ["imap", "smtp"] * 2, "tried, and tested once it is ours"
    assert len(house.provider.delivered) == 1


async def test_the_last_thing_that_is_shown_is_a_mail_to_itself(house: House) -> None:
    house.finder.found = FOUND
    house.provider.arrives_in = "INBOX"
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "!yes")
    assert "arrived in INBOX after 1 second" in texts(house)[-1]
    assert "nothing needs to be done" in texts(house)[-1]
    ((sender, to, _),) = house.provider.delivered
    assert (sender, to) == (ADDRESS, (ADDRESS,))
    assert house.provider.folders["INBOX"] == []
    ended = [p for p in house.homeserver.posted if "arrived in INBOX" in str(p.content.get("body"))]
    assert [p.relation.get("event_id") for p in ended] == [asks.event]


async def test_of_two_who_add_one_address_the_first_word_counts(house: House) -> None:
    house.finder.found = FOUND
    await house.close()
    house.instance = replace(house.instance, admins=(ALICE, BOB))
    await house.open()
    first, second = adds(house), adds(house, by=BOB)
    await happens(house, first, second)
    await happens(house, secretly(WORD, thread=first.event), secretly(WORD, thread=second.event, sender=BOB))
    await happens(house, secretly("new", thread=first.event), secretly("new", thread=second.event, sender=BOB))
    await happens(house, secretly("!yes", thread=first.event))
    await happens(house, secretly("!yes", thread=second.event, sender=BOB))
    assert "is a mailbox here already" in texts(house)[-1]
    ((room, _),) = house.homeserver.made
    kept = await added(house)
    assert kept is not None
    assert kept.room == room


async def test_who_is_no_admin_any_more_adds_nothing(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new")
    house.step.settings.reload(replace(house.instance, admins=(BOB,)))
    await answers(house, asks, "yes")
    assert "admin" in texts(house)[-1]
    assert (await added(house), await open_ones(house)) == (None, [])


async def test_what_somebody_else_writes_there_answers_nothing(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await happens(house, secretly("new", thread=asks.event, sender=BOB), secretly("lunch?", sender=BOB))
    assert await step(house) is Step.ROOM


async def test_in_the_main_timeline_answers_count_and_talk_is_talk(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD))
    before = len(texts(house))
    await happens(house, now(house, "Shall we have lunch?"), now(house, "all"))
    assert len(texts(house)) == before
    await happens(house, secretly("new"), secretly("!yes"))
    assert await added(house) is not None


async def test_words_in_clear_answer_nothing(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await happens(house, replace(secretly("new", thread=asks.event), was_encrypted=False))
    assert await step(house) is Step.ROOM


async def test_a_homeserver_that_lets_no_room_be_made_is_told(house: House) -> None:
    house.finder.found = FOUND
    house.homeserver.refuse_spaces.append(Refused("M_FORBIDDEN", "rooms are made by admins here"))
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "!yes")
    assert "rooms are made by admins here" in texts(house)[-1]
    assert await step(house) is Step.ROOM
    await answers(house, asks, "new", "!yes")
    assert await added(house) is not None


async def test_a_mailbox_that_was_removed_before_can_be_added_again(house: House) -> None:
    house.finder.found = FOUND
    async with house.step.database.write() as tx:
        await settings.change_alone(tx)
        await settings.put(tx, mailbox_scope(ID), STANDING, REMOVED, None, house.clock.now())
    asks = adds(house)
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new", "name Other House", "!yes")
    kept = await added(house)
    assert kept is not None
    assert kept.name == "Other House"


async def test_in_french(house: House) -> None:
    await house.close()
    house.instance = replace(house.instance, language="fr")
    await house.open()
    house.provider.deliver(b"Subject: of before\n\n")
    asks = replace(adds(house), body=f"!boîte ajouter {ADDRESS}")
    await happens(house, asks)
    assert "Quels sont les serveurs" in texts(house)[-1]
    await answers(house, asks, "imap imap.other.example 993 tls", "smtp smtp.other.example 587 starttls")
    await happens(house, secretly(WORD, thread=asks.event))
    await answers(house, asks, "nouveau", "depuis le 1/11/2026", "nom Autre Maison")
    assert "!oui" in texts(house)[-1]
    await answers(house, asks, "!oui")
    kept = await added(house)
    assert kept is not None
    assert (kept.name, kept.start, kept.language) == ("Autre Maison", "2026-11-01", "fr")


async def test_a_password_behind_the_command_is_deleted(house: House) -> None:
    told = adds(house, f"{ADDRESS} {WORD}")
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert not in_files(house.folder, WORD)


async def test_another_question_for_a_password_lets_the_first_rest(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks)
    await happens(house, secretly("!mailbox password contact@asso.example"))
    assert await step(house) is Step.RESTING
    await happens(house, secretly(f"!mailbox add {ADDRESS}"))
    assert await step(house) is Step.PASSWORD
    assert len(await open_ones(house)) == 1
