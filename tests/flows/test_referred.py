"""A password is named instead of told: only what config.yaml lists for that mailbox, and nothing is deleted."""

from dataclasses import replace

import pytest

from bot.domain.credentials import Lack, Listed, PasswordReference, Source
from bot.domain.ids import MailboxId
from bot.domain.merged import PASSWORD, mailbox_scope
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.passwords import Given, given
from storage import secrets, settings
from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, WRONG, begins, in_files, secretly, secretly_edits
from tests.fakes.upgrading import texts
from tests.flows.test_mailbox_add import FOUND, ID, added, adds, answers

REFERENCE = PasswordReference(Source.FILE, "asso")
OTHERS = PasswordReference(Source.ENV, "OTHER_PASSWORD")


@pytest.fixture(autouse=True)
def lists(house: House) -> None:
    """What config.yaml lists: one file for the mailbox, a variable for another one."""
    named = (Listed(MAILBOX.id, REFERENCE), Listed(ID, OTHERS))
    house.instance = replace(INSTANCE, references=named)
    assert house.step is not None
    house.step.settings.reload(house.instance)
    house.referred["file:asso"] = house.referred["env:OTHER_PASSWORD"] = WORD
    house.provider.imap_password = house.provider.smtp_password = WORD
    house.provider.folders["INBOX"].clear()


async def password_of(house: House, mailbox: MailboxId = MAILBOX.id) -> Given:
    async with house.step.database.read() as tx:
        return (await given(tx, await house.step.settings.read(tx), house.step.vault)).get(mailbox)


async def sealed(house: House) -> int:
    async with house.step.database.read() as tx:
        return len(await secrets.of_mailboxes(tx))


async def test_a_listed_reference_is_tried_and_used_and_its_message_stays(house: House) -> None:
    asks = begins(house)
    await happens(house, asks)
    assert "stay out of this room: file:asso." in texts(house)[-1]
    assert "OTHER_PASSWORD" not in texts(house)[-1]
    await happens(house, secretly(" file:asso\n", thread=asks.event))
    assert house.provider.logins == ["imap", "smtp"]
    assert texts(house)[-1].count("✅") == 2
    assert await password_of(house) == REFERENCE
    assert (house.homeserver.redacted, await sealed(house)) == (set(), 0)
    assert in_files(house.folder, WORD) == []
    assert WORD not in " ".join(texts(house))


async def test_it_holds_after_a_restart_and_a_told_password_takes_its_place(house: House) -> None:
    await happens(house, begins(house), secretly("file:asso"))
    await house.close()
    await house.open()
    assert await password_of(house) == REFERENCE
    await happens(house, begins(house), replace(secretly(WORD), at=house.clock.now()))
    assert (await password_of(house), await sealed(house)) == (WORD, 1)
    await happens(house, begins(house), replace(secretly("file:asso"), at=house.clock.now()))
    assert (await password_of(house), await sealed(house)) == (REFERENCE, 0), "the sealed one is forgotten"
    await happens(house, secretly("!mailbox password contact@asso.example file"))
    assert await password_of(house) is None


@pytest.mark.parametrize("words", ["env:OTHER_PASSWORD", "env:POSTROOM_SECRET_KEY", "file:../asso", "file:asso extra"])
async def test_what_is_not_listed_for_this_mailbox_is_a_secret(house: House, words: str) -> None:
    told = secretly(words)
    await happens(house, begins(house), told)
    assert house.homeserver.redacted == {told.event}
    assert await password_of(house) is None
    assert in_files(house.folder, words) == []


async def test_a_file_that_is_missing_is_told_without_asking_a_server(house: House) -> None:
    house.referred.clear()
    asks = begins(house)
    await happens(house, asks, secretly("file:asso", thread=asks.event))
    assert "❌ file:asso: nothing is there." in texts(house)[-1]
    assert house.provider.logins == []
    house.referred["file:asso"] = WORD
    await happens(house, secretly("file:asso", thread=asks.event))
    assert await password_of(house) == REFERENCE


async def test_a_wrong_one_is_refused_and_its_words_stay_hidden(house: House) -> None:
    house.referred["file:asso"] = WRONG
    await happens(house, begins(house), secretly("file:asso"))
    assert "no such user or password: …" in texts(house)[-1]
    assert await password_of(house) is None


async def test_nobody_else_names_one(house: House) -> None:
    asks = begins(house)
    await happens(house, asks, secretly("file:asso", sender=BOB, thread=asks.event))
    assert (house.provider.logins, await password_of(house)) == ([], None)


async def test_one_that_comes_too_late_changes_nothing_and_stays(house: House) -> None:
    asks = begins(house)
    await happens(house, asks, secretly("!cancel", thread=asks.event))
    late = replace(secretly("file:asso", thread=asks.event), at=house.clock.now())
    await happens(house, late)
    assert "I no longer wait" in texts(house)[-1]
    assert (house.homeserver.redacted, await password_of(house)) == (set(), None)


async def test_a_mailbox_is_added_by_one(house: House) -> None:
    house.finder.found = FOUND
    asks = adds(house)
    await happens(house, asks)
    assert "env:OTHER_PASSWORD" in texts(house)[-1]
    await answers(house, asks, "env:OTHER_PASSWORD", "new", "!yes")
    kept = await added(house)
    assert kept is not None
    assert kept.password == OTHERS
    assert await password_of(house, ID) == OTHERS
    assert house.homeserver.redacted == set()


async def test_what_the_row_holds_is_the_reference_as_it_is_written(house: House) -> None:
    await happens(house, begins(house), secretly("file:asso"))
    async with house.step.database.read() as tx:
        rows = (await settings.every(tx)).values
    assert rows[mailbox_scope(MAILBOX.id), PASSWORD] == "file:asso"


async def test_a_password_that_cannot_be_read_is_told_once_for_both_servers(house: House) -> None:
    await happens(house, begins(house), secretly("file:asso"))
    outages, before = Outages(house.step), len(texts(house))
    for name in ("imap", "smtp"):
        await outages.went_away(Service(name, MAILBOX.id), Lack.MISSING.value)
        await house.settle((0.0,))
    assert len(texts(house)) == before + 1
    assert "cannot read its password from file:asso: nothing is there" in texts(house)[-1]
    for name in ("imap", "smtp"):
        await outages.came_back(Service(name, MAILBOX.id))
        await house.settle((0.0,))
    assert len(texts(house)) == before + 2


async def test_in_a_room_of_a_team_it_is_talk(house: House) -> None:
    await happens(house, begins(house), replace(secretly("file:asso"), room=ROOM))
    assert (house.provider.logins, await password_of(house)) == ([], None)


async def test_the_settings_of_the_mailbox_name_it(house: House) -> None:
    await happens(house, begins(house), secretly("file:asso"))
    await happens(house, secretly("!mailbox show"))
    assert "is read from file:asso at each login" in texts(house)[-1]
    await happens(house, secretly("!mailbox password contact@asso.example file"), secretly("!mailbox show"))
    assert "is read from" not in texts(house)[-1]


async def test_in_a_french_house(house: House) -> None:
    house.instance = replace(house.instance, language="fr", mailboxes=(replace(MAILBOX, language="fr"),))
    house.step.settings.reload(house.instance)
    house.referred.clear()
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly("!boîte mot-de-passe contact@asso.example"))
    assert "s’il ne doit pas entrer dans ce salon\u00a0: file:asso." in texts(house)[-1]
    await happens(house, secretly("file:asso"))
    assert "file:asso\u00a0: il n’y a rien à cet endroit." in texts(house)[-1]
    house.referred["file:asso"] = WORD
    await happens(house, secretly("file:asso"))
    assert await password_of(house) == REFERENCE


async def test_said_twice_or_edited_it_counts_once(house: House) -> None:
    asks, named = begins(house), secretly("file:asso")
    await happens(house, asks, named, named)
    assert house.provider.logins == ["imap", "smtp"]
    edit = secretly_edits(named.event, "file:other")
    await happens(house, edit)
    assert await password_of(house) == REFERENCE
