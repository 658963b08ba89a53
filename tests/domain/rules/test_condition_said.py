"""What is said of a mailbox: one table of conditions and words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.condition import FolderCount, MailboxCondition, Outage
from bot.domain.credentials import Lack, PasswordReference, Source
from bot.domain.inputs.mail import FolderRole
from bot.domain.rules.condition_said import digest_of, status_page
from bot.text.page import page
from bot.text.reader import Reader
from tests.fakes.house import MAILBOX

_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_INBOX = FolderCount("INBOX", FolderRole.INBOX, 5, 5)
_WELL = MailboxCondition(MAILBOX.id, _AT, 0, (_INBOX,))
_IMAP = Outage("imap", MAILBOX.id, "refused", _AT)
_SMTP = Outage("smtp", MAILBOX.id, "credentials", _AT.replace(hour=10))
_PAUSED = replace(MAILBOX, is_paused=True)


def _said(one: MailboxCondition, *away: Outage, language: str = "en", paused: bool = False) -> tuple[str, ...]:
    since = None if away or paused else _AT
    shown = status_page(_PAUSED if paused else MAILBOX, one, away, since)
    return tuple(page(shown, Reader(language, _AT)).body.replace("• ", "").splitlines())


def _with(**counts: int) -> MailboxCondition:
    numbers = {"on_server": 5, "here": 5, **counts}
    return replace(_WELL, folders=(FolderCount("INBOX", FolderRole.INBOX, **numbers),))


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (_with(), "📁 INBOX: 5 on the server · 5 here · complete"),
        (_with(here=3, earlier=2), "📁 INBOX: 5 on the server · 3 here · 2 from before the start · complete"),
        (_with(here=4, copies=1), "📁 INBOX: 5 on the server · 4 here · 1 copy of one that is here · complete"),
        (_with(here=4, unread=1), "📁 INBOX: 5 on the server · 4 here · 1 just being read"),
        (_with(here=3, missing=2), "📁 INBOX: 5 on the server · 3 here · ⚠ 2 are missing here"),
        (replace(_WELL, waiting=3), "Waiting to leave: 3"),
        (replace(_WELL, last_mail=None), "Newest mail: none yet"),
        (replace(_WELL, put_aside=1), "⚠ 1 thing was put aside: !aside shows it."),
    ],
)
def test_each_figure_has_its_line(one: MailboxCondition, line: str) -> None:
    assert any(said.endswith(line) for said in _said(one)), _said(one)


def test_what_is_wrong_stands_first_with_the_next_step_last() -> None:
    first, *_, last = _said(_WELL, _SMTP, _IMAP)
    assert first == "contact@asso.example · 🔴 incoming mail, since 23 Nov 2026 09:00: connection refused"
    assert "mailbox password contact@asso.example" in last
    assert any("outgoing mail" in line for line in _said(_WELL, _SMTP, _IMAP)[1:])
    assert "by myself" in _said(_WELL, _IMAP)[-1]
    assert "webmail" in _said(_with(missing=1))[-1]
    assert _said(_WELL)[-1].endswith("Waiting to leave: 0")
    assert "mailbox resume" in _said(_WELL, _IMAP, paused=True)[-1]
    archived = status_page(replace(_PAUSED, is_archived=True), _WELL, (_IMAP,), None)
    assert page(archived, Reader("en", _AT)).body.startswith("contact@asso.example · 📦 archived")


def test_in_french_too() -> None:
    first, *lines = _said(_WELL, language="fr")
    assert first == "contact@asso.example · 🟢 en marche depuis 23 nov. 2026 09:00"
    assert any("5 sur le serveur · 5 ici · complet" in line for line in lines)


def test_a_folder_that_is_read_no_more_is_not_shown() -> None:
    sent = FolderCount("Sent", FolderRole.SENT, 2, 1, elsewhere=1)
    older = FolderCount("Sent Items", FolderRole.SENT, 9, 9)
    gone = FolderCount("INBOX.old", FolderRole.INBOX, 7, 7)
    said = "\n".join(_said(replace(_WELL, folders=(sent, older, gone, _INBOX))))
    assert said.index("INBOX:") < said.index("Sent: 2") and "Items" not in said and "old" not in said


def test_only_what_is_shown_makes_another_content() -> None:
    one = digest_of(status_page(MAILBOX, _WELL, (), _AT), "en")
    assert one == digest_of(status_page(MAILBOX, _with(), (), _AT), "en")
    assert one != digest_of(status_page(MAILBOX, _with(), (), _AT), "fr")
    assert one != digest_of(status_page(MAILBOX, replace(_WELL, waiting=1), (), _AT), "en")


def test_a_password_that_cannot_be_read_is_named_by_where_it_lies() -> None:
    missing = replace(_IMAP, reason=Lack.MISSING.value)
    named = replace(MAILBOX, password=PasswordReference(Source.FILE, "asso"))
    last = page(status_page(named, _WELL, (missing,), None), Reader("en", _AT)).body.splitlines()[-1]
    assert "cannot be read from file:asso" in last
