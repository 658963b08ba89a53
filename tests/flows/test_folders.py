"""`!folder add` and `!folder remove`: what is in a folder is counted and asked about, and holds from then on."""

import pytest

from bot.domain.folder_list import AddedFolder
from bot.domain.settings import MailboxSettings
from bot.ports import FolderName, Unavailable
from storage import cursors
from storage.cursors import FolderCursor
from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.mail import FakeFolders
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, says

ADDRESS = MAILBOX.address
ARCHIVES = "Archives 2024"


async def told(house: House, words: str) -> str:
    await happens(house, says(words, room=CONFIG))
    return texts(house)[-1]


def today(house: House) -> MailboxSettings:
    return house.step.settings.known.mailboxes[0]


def with_archives(house: House, mails: int = 3) -> House:
    house.provider.folders[ARCHIVES] = []
    for number in range(mails):
        house.provider.deliver(mail(id=f"a{number}@example.org"), ARCHIVES)
    return house


async def test_what_is_there_is_counted_and_asked_about_first(house: House) -> None:
    with_archives(house)
    said = await told(house, f"!folder add {ADDRESS} archives 2024")
    assert f"There are 3 mails in “{ARCHIVES}” already" in said
    assert f"!folder add {ADDRESS} {ARCHIVES} new" in said
    assert today(house).folders == ("INBOX",)
    said = await told(house, f"!folder add {ADDRESS} {ARCHIVES} new")
    assert "stays on the server alone" in said
    assert today(house).folders == ("INBOX", ARCHIVES)
    assert today(house).folder_changes.added == (AddedFolder(ARCHIVES, "new"),)


async def test_an_empty_folder_leaves_nothing_to_ask(house: House) -> None:
    with_archives(house, 0)
    said = await told(house, f"!dossier ajouter {ARCHIVES}")
    assert "with all that is in it" in said
    assert today(house).folder_changes.start_of(ARCHIVES) == "all"


@pytest.mark.parametrize(("word", "start"), [("tout", "all"), ("2026-01-31", "2026-01-31"), ("aucun", "new")])
async def test_which_mails_are_wanted_is_said_behind_it(house: House, word: str, start: str) -> None:
    with_archives(house)
    await told(house, f'!folder add "{ARCHIVES}" {word}')
    assert today(house).folder_changes.start_of(ARCHIVES) == start


async def test_it_holds_after_a_restart_and_once(house: House) -> None:
    with_archives(house)
    await told(house, f"!folder add {ARCHIVES} new")
    await house.close()
    await house.open()
    assert "is read already" in await told(house, f"!folder add {ARCHIVES} new")
    assert today(house).folders == ("INBOX", ARCHIVES)


async def test_a_folder_that_was_read_before_is_begun_anew(house: House) -> None:
    with_archives(house)
    async with house.step.database.write() as tx:
        await cursors.set_folder(tx, MAILBOX.id, ARCHIVES, FolderCursor(1, 1, house.clock.now()))
    await told(house, f"!folder add {ARCHIVES} new")
    async with house.step.database.read() as tx:
        assert await cursors.folder(tx, MAILBOX.id, ARCHIVES) is None


async def test_it_is_removed_by_its_name_and_the_last_one_stays(house: House) -> None:
    with_archives(house)
    await told(house, f"!folder add {ARCHIVES} new")
    assert "is read no more" in await told(house, "!folder remove ARCHIVES 2024")
    assert today(house).folders == ("INBOX",)
    assert "is the only folder" in await told(house, "!folder remove inbox")
    assert "Read are: “INBOX”" in await told(house, f"!folder remove {ARCHIVES}")
    await told(house, f"!folder add {ARCHIVES} all")
    await told(house, "!dossier retirer inbox")
    assert today(house).folders == (ARCHIVES,)


async def test_what_the_server_has_not_is_told_with_what_it_has(house: House) -> None:
    said = await told(house, "!folder add Elsewhere")
    assert "There is no folder “Elsewhere”" in said and "“INBOX”" in said
    assert today(house).folders == ("INBOX",)


@pytest.mark.parametrize(("name", "why"), [("Sent", "holds sent mail"), ("Junk", "holds spam")])
async def test_sent_mail_and_spam_are_read_for_what_they_are(house: House, name: str, why: str) -> None:
    assert why in await told(house, f"!folder add {name} all")
    assert today(house).folders == ("INBOX",)


async def test_a_server_that_is_away_is_asked_a_few_times_and_then_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(folders: FakeFolders) -> tuple[FolderName, ...]:
        raise Unavailable("imap", "timeout")

    monkeypatch.setattr(FakeFolders, "names", away)
    await happens(house, says("!folder add Archives", room=CONFIG), seconds=(0.0, 600.0, 600.0, 600.0))
    assert "❌" in texts(house)[-1]
    assert today(house).folders == ("INBOX",)


@pytest.mark.parametrize("words", ["!folder add Archives new", "!folder remove INBOX"])
async def test_who_is_no_admin_and_other_rooms_change_nothing(house: House, words: str) -> None:
    await happens(house, says(words, room=CONFIG, sender=BOB), says(words, room=ROOM))
    assert "admins" in texts(house)[-1]
    assert today(house).folders == ("INBOX",)


async def test_the_change_is_kept_for_the_audit(house: House) -> None:
    with_archives(house)
    await told(house, f"!folder add {ARCHIVES} new")
    assert "Alice set folders" in await told(house, "!audit")


@pytest.mark.parametrize(
    "words", ["!folder add", "!folder remove", f"!folder add {ADDRESS}", "!folder add nobody@x.example A"]
)
async def test_without_a_folder_or_with_another_s_address_it_says_what_is_wrong(house: House, words: str) -> None:
    said = await told(house, words)
    assert "Which folder?" in said or "Which mailbox" in said or ADDRESS in said
    assert today(house).folders == ("INBOX",)
