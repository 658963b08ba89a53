"""An admin asks what the servers of a mailbox say: its folders, and whether both logins work."""

from dataclasses import replace

import pytest

from bot.domain.mailbox_look import Look
from bot.domain.outcomes import LoginsTried, Refused, TryLater
from bot.flows.deliver.mailbox_look import KnownWays, looked
from bot.ports import FolderName, Unavailable
from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.mail import FakeFolders, FakeSubmission
from tests.fakes.passwords import WORD, secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, says

ADDRESS = MAILBOX.address


async def told(house: House, words: str) -> str:
    await happens(house, says(words, room=CONFIG))
    return texts(house)[-1]


async def test_the_folders_are_shown_with_their_use_and_their_mails(house: House) -> None:
    house.provider.deliver(mail(id="s1@example.org"), "Sent")
    shown = await told(house, f"!mailbox folders {ADDRESS}")
    rows = [line for line in shown.split("\n") if "INBOX" in line or "Sent" in line or "Junk" in line]
    assert ["incoming mail" in rows[0], "becomes threads" in rows[0], "1" in rows[0]] == [True, True, True]
    assert any("sent mail" in one and "answers written elsewhere" in one for one in rows)
    assert any("spam" in one and "listed quietly" in one for one in rows)


async def test_a_folder_of_the_settings_that_the_server_has_not_is_named(house: House) -> None:
    asked = replace(MAILBOX, folders=("INBOX", "Contact"), junk="Spam")
    house.step.settings.reload(replace(house.instance, mailboxes=(asked,)))
    shown = await told(house, "!boîte dossiers")
    assert "“Contact” is to be read" in shown
    assert "“Spam” is named in the settings" in shown


async def test_both_logins_are_tried_anew(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    said = await told(house, "!mailbox test")
    assert house.provider.logins == ["imap", "smtp"]
    assert said.count("✅") == 5
    assert "nothing needs to be done" in said


async def test_what_is_refused_is_told_with_what_to_do_and_without_the_password(house: House) -> None:
    house.provider.imap_password = WORD
    said = await told(house, f"!boîte essayer {ADDRESS}")
    assert "❌ Reading mail (IMAP): the server refuses the password" in said
    assert "✅ Sending mail (SMTP)" in said
    assert f"!mailbox password {ADDRESS}" in said
    assert "no such user or password: …" in said


async def test_an_archived_one_can_be_asked_as_well(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly(f"!mailbox archive {ADDRESS}"), secretly(f"!mailbox folders {ADDRESS}"))
    assert "nothing is read" in texts(house)[-1]


async def test_only_those_who_run_it_ask_and_only_in_the_config_room(house: House) -> None:
    for words in ("!mailbox test", "!mailbox folders"):
        await happens(house, says(words, room=CONFIG, sender=BOB), says(words, room=ROOM))
    assert house.provider.logins == []
    assert not any("I ask the servers" in one for one in (*texts(house), *texts(house, ROOM)))


class Away(FakeFolders):
    async def names(self) -> tuple[FolderName, ...]:
        raise Unavailable("imap", "unreachable")

    async def check(self) -> None:
        raise Unavailable("imap", "unreachable")


class Breaking(FakeFolders):
    async def count(self, folder: str) -> int:
        if folder == "Sent":
            raise Unavailable("imap", "lost")
        return 1


@pytest.mark.parametrize("look", list(Look))
async def test_a_server_that_is_away_is_told_as_such(house: House, look: Look) -> None:
    outcome = await looked(MAILBOX.id, look, _ways(KnownWays(Away(house.provider), FakeSubmission(house.provider))))
    away = outcome.imap if isinstance(outcome, LoginsTried) else outcome
    assert away == TryLater("unreachable")


async def test_folders_are_listed_where_not_all_can_be_counted(house: House) -> None:
    outcome = await looked(
        MAILBOX.id, Look.FOLDERS, _ways(KnownWays(Breaking(house.provider), FakeSubmission(house.provider)))
    )
    assert [(one.name, one.use, one.mails) for one in outcome.folders] == [  # type: ignore[union-attr]
        ("INBOX", "", 1),
        ("Junk", "junk", 1),
        ("Sent", "sent", None),
    ]


def _ways(ways: KnownWays | None):  # type: ignore[no-untyped-def]
    async def known(_: object) -> KnownWays | None:
        return ways

    return known


async def test_where_no_servers_are_known_none_is_asked() -> None:
    assert await looked(MAILBOX.id, Look.LOGINS, _ways(None)) == Refused("no_server", "")
