"""Which folder is Sent or Junk."""

from __future__ import annotations

import pytest

from bot.adapters.imap.folders import ImapFolders
from bot.adapters.imap.special_use import find_special_folder
from bot.ports import FolderName
from tests.adapters.imap.conftest import Mailbox


def names(*folders: str) -> list[FolderName]:
    return [FolderName(name, "") for name in folders]


def test_what_the_server_says_counts_before_any_name() -> None:
    folders = [FolderName("Sent", ""), FolderName("Objets partis", "\\Sent"), FolderName("Müll", "\\Junk")]
    assert find_special_folder(folders, "\\Sent") == "Objets partis"
    assert find_special_folder(folders, "\\Junk") == "Müll"


def test_another_users_folder_is_not_taken_for_ours() -> None:
    folders = [FolderName("user/bob/Sent", "\\Sent"), FolderName("Sent", "\\Sent")]
    assert find_special_folder(folders, "\\Sent") == "Sent"


@pytest.mark.parametrize(
    ("folder", "use"),
    [
        ("Sent Items", "\\Sent"),
        ("INBOX.Sent", "\\Sent"),
        ("INBOX/sent", "\\Sent"),
        ("Éléments envoyés", "\\Sent"),
        ("E\u0301le\u0301ments envoye\u0301s", "\\Sent"),
        ("[Gmail]/Messages envoyés", "\\Sent"),
        ("Gesendet", "\\Sent"),
        ("Enviados", "\\Sent"),
        ("Отправленные", "\\Sent"),
        ("已发送", "\\Sent"),
        ("Spam", "\\Junk"),
        ("INBOX.Courrier indésirable", "\\Junk"),
        ("Junk E-mail", "\\Junk"),
        ("Spamverdacht", "\\Junk"),
        ("Corbeille", "\\Trash"),
        ("Entwürfe", "\\Drafts"),
    ],
)
def test_else_the_names_in_many_languages(folder: str, use: str) -> None:
    assert find_special_folder(names("INBOX", "Presents", folder, "Work"), use) == folder


def test_the_namespace_prefix_is_left_out() -> None:
    assert find_special_folder(names("Mail/Sent"), "\\Sent") is None
    assert find_special_folder(names("Mail/Sent"), "\\Sent", prefix="Mail/") == "Mail/Sent"


def test_the_plainer_name_wins_and_nothing_is_guessed() -> None:
    assert find_special_folder(names("Gesendet", "Sent"), "\\Sent") == "Sent"
    assert find_special_folder(names("INBOX", "Consent", "Sent to Bob"), "\\Sent") is None
    assert find_special_folder([], "\\Sent") is None


async def test_a_real_server_is_asked(mailbox: Mailbox) -> None:
    folders = ImapFolders(mailbox.account)
    assert await folders.special_folder("\\Sent") == "Sent"
    assert await folders.special_folder("\\Junk") == "Junk"
    assert await folders.special_folder("\\Archive") is None
    await folders.close()


def test_the_inbox_stands_before_a_name_as_often_as_a_provider_puts_it() -> None:
    ovh = names("INBOX", "INBOX.INBOX.Sent", "INBOX.INBOX.Spam")
    assert find_special_folder(ovh, "\\Sent", prefix="INBOX.") == "INBOX.INBOX.Sent"
    assert find_special_folder(ovh, "\\Junk") == "INBOX.INBOX.Spam"
    both = [*ovh, *names("INBOX.Sent")]
    assert find_special_folder(both, "\\Sent", prefix="INBOX.") == "INBOX.Sent", "the one that lies less deep"
