"""A password is told in the config room: sealed, deleted, tried, and used; and the word is nowhere."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.files import SharedFile
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import MessageEdited, TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.merged import REMOVED, STANDING, mailbox_scope
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.keep.passwords import Given, given
from bot.flows.load.inputs import load
from storage import dialogues, settings, shunted
from storage.database import Tx
from storage.schema.bookkeeping import secrets as rows
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.logged import logged
from tests.fakes.looking import NOW, happens
from tests.fakes.passwords import WORD, WRONG, begins, in_files, secretly, secretly_edits
from tests.fakes.upgrading import NEW, made, texts, upgraded
from tests.fakes.writing import says

OF_THE_FILE = "of the file"
LATER = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log writes; everything is put back afterwards."""
    with logged() as stream:
        yield stream


async def password_of(house: House) -> Given:
    """What the mailbox logs in with by now; None: with the password of the file."""
    async with house.step.database.read() as tx:
        instance = await house.step.settings.read(tx)
        return (await given(tx, instance, house.step.vault)).get(MAILBOX.id)


async def kept(house: House) -> list[tuple[bool, str | None]]:
    """Of each secret that is kept: whether a dialogue has it, and which mailbox."""
    async with house.step.database.read() as tx:
        found = await tx.all(select(rows.c.dialogue, rows.c.mailbox))
    return [(row.dialogue is not None, row.mailbox) for row in found]


def nowhere(house: House, *words: str) -> None:
    for word in words:
        assert in_files(house.folder, word) == []
        said = " ".join(str(one.content) for one in house.homeserver.posted)
        assert word not in said


async def test_a_new_password_is_used_once_both_servers_took_it(house: House, lines: io.StringIO) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    asks = begins(house)
    await happens(house, asks)
    assert "Write the new password" in texts(house)[-1]
    told = secretly(f" {WORD}\n", thread=asks.event)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert house.provider.logins == ["imap", "smtp"]
    assert texts(house)[-1].count("✅") == 2
    assert await password_of(house) == WORD
    assert await kept(house) == [(False, MAILBOX.id)]
    assert house.step.settings.known.mailboxes[0].password is not None, "who serves the mailbox is told"
    nowhere(house, WORD)
    assert WORD not in lines.getvalue() and '"kind": "TryImap"' in lines.getvalue()


async def test_it_holds_after_a_restart(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))
    await house.close()
    await house.open()
    assert await password_of(house) == WORD
    await house.settle(NOW)
    assert house.provider.logins == ["imap", "smtp"]


async def test_a_wrong_one_is_given_again_without_starting_over(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    asks, wrong = begins(house), secretly(WRONG)
    await happens(house, asks, wrong)
    # This server repeats the password that it refuses; the room is not told it.
    assert "no such user or password: …" in texts(house)[-1]
    assert await password_of(house) is None
    assert await kept(house) == []
    right = secretly(WORD, thread=asks.event)
    await happens(house, right)
    assert await password_of(house) == WORD
    assert house.homeserver.redacted == {wrong.event, right.event}
    nowhere(house, WORD, WRONG)


async def test_a_server_that_is_away_is_told_and_changes_nothing(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    house.provider.away.add("smtp")
    await happens(house, begins(house), secretly(WORD), seconds=(0.0, 2.0, 3.0, 6.0))
    assert house.provider.logins.count("smtp") == 3
    assert "could not be asked" in texts(house)[-1]
    assert await password_of(house) is None
    house.provider.away.clear()
    await happens(house, secretly(WORD))
    assert await password_of(house) == WORD


async def test_cancel_leaves_all_as_it_was(house: House) -> None:
    asks = begins(house)
    await happens(house, asks, secretly("!cancel", thread=asks.event))
    late = secretly(WORD, thread=asks.event)
    talk = replace(secretly("Shall we have lunch?"), at=house.clock.now())
    await happens(house, late, talk)
    assert house.homeserver.redacted == {late.event}, "what comes late into the thread is deleted, and talk is talk"
    assert (house.provider.logins, await kept(house), await password_of(house)) == ([], [], None)
    nowhere(house, WORD)


async def test_what_somebody_else_writes_is_no_password(house: House) -> None:
    asks = begins(house)
    await happens(house, asks, secretly(WORD, sender=BOB, thread=asks.event), says(WORD, room=ROOM))
    assert (house.homeserver.redacted, house.provider.logins, await kept(house)) == (set(), [], [])
    nowhere(house, WORD)


async def test_commands_are_commands_while_a_password_is_waited_for(house: House) -> None:
    await happens(house, begins(house), secretly("!help"))
    assert (house.homeserver.redacted, house.provider.logins) == (set(), [])


async def test_what_looks_like_a_command_and_is_none_is_the_password(house: House) -> None:
    word = f"!{WORD}"
    house.provider.imap_password = house.provider.smtp_password = word
    await happens(house, begins(house), secretly(word))
    assert await password_of(house) == word
    nowhere(house, WORD)


async def test_the_same_message_twice_is_one_password(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    told = secretly(WORD)
    await happens(house, begins(house), told, told)
    assert house.provider.logins == ["imap", "smtp"]
    assert len(house.homeserver.redacted) == 1


@pytest.mark.parametrize("when", ["while it is waited for", "of the password itself", "long after"])
async def test_an_edit_with_a_password_is_deleted_and_used_for_nothing(house: House, when: str) -> None:
    asks, told = begins(house), secretly(WRONG)
    await happens(house, asks)
    if when != "while it is waited for":
        await happens(house, told)
    if when == "long after":
        await happens(house, secretly("!cancel"), seconds=(0.0, 4000.0, 16.0))
    before = list(house.provider.logins)
    edit = secretly_edits(asks.event if when == "while it is waited for" else told.event, WORD)
    await happens(house, edit)
    assert edit.event in house.homeserver.redacted
    assert "delete your edit" in texts(house)[-1]
    assert house.provider.logins == before
    nowhere(house, WORD, WRONG)


async def test_in_clear_it_is_refused_and_deleted(house: House) -> None:
    asks = begins(house)
    await happens(house, asks)
    plain = says(WORD, room=CONFIG, encrypted=True)
    await happens(house, plain)
    assert house.homeserver.redacted == {plain.event}
    assert (house.provider.logins, await kept(house)) == ([], [])
    assert "use nothing of it" in texts(house)[-1]
    nowhere(house, WORD)


async def test_a_room_that_is_not_encrypted_takes_none(house: House) -> None:
    await happens(house, says("!mailbox password", room=CONFIG))
    assert "not encrypted" in texts(house)[-1]
    assert await kept(house) == []


async def test_who_may_not_delete_says_so(house: House) -> None:
    house.homeserver.powerless.add(CONFIG)
    await happens(house, begins(house), secretly(WORD))
    assert any("does not let me delete it" in one for one in texts(house))
    assert await house.open_calls() == 0


async def test_a_password_behind_the_command_is_deleted(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    told = secretly(f"!mailbox password contact@asso.example {WORD}")
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    nowhere(house, WORD)


@pytest.mark.parametrize("room", [CONFIG, ROOM])
@pytest.mark.parametrize("command", ["mailbox pasword contact@asso.example", "password", "mailbox contact"])
async def test_a_password_behind_a_misspelt_command_is_deleted(house: House, room: RoomId, command: str) -> None:
    house.homeserver.encrypted.add(CONFIG)
    told = replace(secretly(f"!{command} {WORD}"), room=room)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert "!mailbox password contact@asso.example" in texts(house, room)[-1]
    edit = replace(secretly_edits(told.event, f"!{command} {WORD}"), room=room)
    await happens(house, edit)
    assert house.homeserver.redacted == {told.event, edit.event}
    nowhere(house, WORD)


@pytest.mark.parametrize("caption", ["", WORD])
async def test_a_file_is_no_way_to_tell_a_password_and_is_deleted(house: House, caption: str) -> None:
    asks = begins(house)
    await happens(house, asks)
    file = SharedFile("mxc://localhost/x", f"{WORD}.txt", "text/plain", 20)
    told = replace(secretly(caption, thread=asks.event), msgtype="m.file", file=file)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert (house.provider.logins, await kept(house)) == ([], [])
    assert "delete your file" in texts(house)[-1]
    nowhere(house, WORD)
    await happens(house, secretly("!cancel"), replace(told, event=EventId("$later"), thread=None, at=LATER))
    assert house.homeserver.redacted == {told.event}, "a file is a file where none is asked for"


def unread(asks: TeamMessage, *, sender: UserId = ALICE) -> Undecryptable:
    return Undecryptable(CONFIG, EventId("$unread"), sender, "no_key", asks.event, asks.at, "session")


async def test_what_cannot_be_read_while_a_password_is_waited_for_is_deleted(house: House) -> None:
    asks = begins(house)
    await happens(house, asks)
    await house.step.take(unread(asks))
    await house.settle(NOW)
    assert house.homeserver.redacted == {EventId("$unread")}
    assert "once more" in texts(house)[-1]
    late = replace(secretly(WORD), event=EventId("$unread"))
    await happens(house, late)
    assert (house.provider.logins, await kept(house)) == ([], [])
    nowhere(house, WORD)


async def test_what_cannot_be_read_of_somebody_who_was_not_asked_stays(house: House) -> None:
    asks = begins(house)
    await happens(house, asks)
    await house.step.take(unread(asks, sender=BOB))
    await happens(house, secretly("!cancel"))
    await house.step.take(replace(unread(asks), event=EventId("$more"), thread=None, at=LATER))
    await house.settle(NOW)
    assert house.homeserver.redacted == set()


async def test_a_password_whose_key_came_late_is_deleted_and_not_used(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    asks, late = begins(house), secretly(WRONG)
    await happens(house, asks, secretly(WORD))
    assert await password_of(house) == WORD
    house.clock.forward(60)
    await happens(house, late)
    assert late.event in house.homeserver.redacted
    assert house.provider.logins == ["imap", "smtp"]
    nowhere(house, WORD, WRONG)


async def test_a_password_that_was_written_while_the_bot_was_stopped_for_a_day_is_deleted(house: House) -> None:
    await happens(house, begins(house))
    told = replace(secretly(WORD), at=house.clock.now() + timedelta(minutes=5))
    house.clock.forward(86_400)
    await house.settle(NOW)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert (house.provider.logins, await kept(house)) == ([], [])
    nowhere(house, WORD)


async def test_a_password_that_is_written_where_the_config_room_was_is_deleted(house: House) -> None:
    await happens(house, begins(house))
    made(house, NEW, CONFIG)
    house.homeserver.encrypted.add(NEW)
    await happens(house, upgraded(NEW, CONFIG), secretly("!upgrade"))
    told = secretly(WORD)
    await happens(house, told)
    assert told.event in house.homeserver.redacted
    assert (house.provider.logins, await kept(house)) == ([], [])
    nowhere(house, WORD)


@pytest.mark.parametrize("room", [CONFIG, ROOM])
async def test_an_edit_that_puts_a_password_behind_the_command_is_deleted(house: House, room: RoomId) -> None:
    house.homeserver.encrypted.add(CONFIG)
    told = replace(secretly("!mailbox password contact@asso.example"), room=room)
    await happens(house, told, secretly("!cancel"))
    edit = replace(secretly_edits(told.event, f"!mailbox password contact@asso.example {WORD}"), room=room)
    await happens(house, edit)
    assert house.homeserver.redacted == {edit.event}
    assert house.provider.logins == []
    nowhere(house, WORD)


@pytest.mark.parametrize("room", [CONFIG, ROOM])
@pytest.mark.parametrize("kind", ["a command", "an edit", "an edit of a command"])
async def test_what_else_has_a_password_and_is_put_aside_is_deleted_without_a_word(
    house: House, monkeypatch: pytest.MonkeyPatch, room: RoomId, kind: str
) -> None:
    asks = begins(house)
    await happens(house, asks)
    told: TeamMessage | MessageEdited = secretly_edits(asks.event, WORD)
    if kind == "a command":
        told = replace(secretly(f"!mailbox password contact@asso.example {WORD}"), room=room)
    elif kind == "an edit of a command" or room == ROOM:
        told = replace(secretly_edits(asks.event, f"!mailbox password contact@asso.example {WORD}"), room=room)

    async def fails(tx: Tx, input: Input, **more: Any) -> object:
        if isinstance(input, TeamMessage | MessageEdited):
            raise RuntimeError("a fault of ours")
        return await load(tx, input, **more)

    monkeypatch.setattr("bot.flows.step.step.load", fails)
    await happens(house, told)
    async with house.step.database.read() as tx:
        (aside,) = await shunted.listing(tx)
    assert WORD not in aside.payload
    assert house.homeserver.redacted == {told.event}
    nowhere(house, WORD)


async def test_what_is_told_where_the_config_room_was_is_deleted_and_not_kept(house: House) -> None:
    asks = begins(house)
    await happens(house, asks)
    await house.close()
    house.instance = replace(house.instance, config_room=RoomId("!other:localhost"))
    await house.open()
    told = secretly(WORD, thread=asks.event)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    assert (house.provider.logins, await kept(house)) == ([], [])
    nowhere(house, WORD)


async def test_what_could_not_be_decided_is_put_aside_without_a_word_and_deleted(
    house: House, monkeypatch: pytest.MonkeyPatch, lines: io.StringIO
) -> None:
    await happens(house, begins(house))

    async def fails(tx: Tx, input: Input, **more: Any) -> object:
        if isinstance(input, TeamMessage):
            raise RuntimeError("a fault of ours")
        return await load(tx, input, **more)

    told = secretly(WORD)
    monkeypatch.setattr("bot.flows.step.step.load", fails)
    await happens(house, told)
    async with house.step.database.read() as tx:
        (aside,) = await shunted.listing(tx)
    assert WORD not in aside.payload
    assert told.event in house.homeserver.redacted
    assert await kept(house) == []
    nowhere(house, WORD)
    assert WORD not in lines.getvalue() and "input_not_decided" in lines.getvalue()


async def test_time_passes_and_the_dialogue_is_over(house: House) -> None:
    asks = begins(house)
    await happens(house, asks, secretly(WRONG), seconds=(0.0, 16.0, 1000.0, 16.0))
    assert "in time" in texts(house)[-1]
    late = secretly(WORD, thread=asks.event)
    await happens(house, late)
    assert late.event in house.homeserver.redacted
    await house.settle((7 * 86_400.0, 16.0))
    async with house.step.database.read() as tx:
        assert await dialogues.taking_secrets(tx, CONFIG) == ()
    assert await kept(house) == []


NEW_MARK = "0123456789abcdef"


async def test_going_back_to_the_file_forgets_the_password_of_the_house(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))
    await happens(house, secretly("!mailbox password contact file"))
    assert (await password_of(house), await kept(house)) == (None, [])
    assert house.step.settings.known.mailboxes == INSTANCE.mailboxes


async def test_a_newer_password_takes_the_place_of_an_older_one(house: House) -> None:
    for word in (WRONG, WORD):
        house.provider.imap_password = house.provider.smtp_password = word
        await happens(house, begins(house), secretly(word))
        assert await password_of(house) == word
    assert await kept(house) == [(False, MAILBOX.id)]


@pytest.mark.parametrize("how", ["in the file", "in the house"])
async def test_a_mailbox_that_was_removed_long_ago_keeps_no_password(house: House, how: str) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))

    async def stands(is_there: bool) -> None:
        now = house.clock.now()
        async with house.step.database.write() as tx:
            if how == "in the file":
                await settings.keep_file(tx, INSTANCE.mailboxes if is_there else (), now)
            else:
                value = None if is_there else REMOVED
                await settings.put(tx, mailbox_scope(MAILBOX.id), STANDING, value, None, now)

    async def after(days: int) -> list[tuple[bool, str | None]]:
        house.clock.forward(days * 86_400)
        await Housekeeping(house.step).run_once()
        return await kept(house)

    await stands(True)
    await stands(False)
    assert await after(6) == [(False, MAILBOX.id)]
    await stands(True)
    assert await after(6) == [(False, MAILBOX.id)], "it came back in time"
    await stands(False)
    assert await after(8) == []
    await stands(True)
    assert await password_of(house) is None


async def test_a_dialogue_follows_its_room(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house))
    made(house, NEW, CONFIG)
    house.homeserver.encrypted.add(NEW)
    await happens(house, upgraded(NEW, CONFIG), secretly("!upgrade"))
    assert house.step.settings.known.config_room == NEW
    told = replace(secretly(WORD), room=NEW)
    await happens(house, told)
    assert told.event in house.homeserver.redacted
    assert await password_of(house) == WORD
