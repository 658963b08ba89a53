"""What a calendar object says: who answers what, and when it is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.mail import Address, InvitationKind
from bot.mime.calendar import read_invitation
from bot.mime.calendar_zones import Observance, moment
from bot.reader.whole import read_bytes
from bot.text.invitation import invitation_lines
from bot.text.reader import Reader

MET = Path(__file__).parent / "met"
AT = datetime(2026, 11, 1, tzinfo=UTC)
PARIS = (
    Observance("16010101T030000", "+0100", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
    Observance("16010101T020000", "+0200", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
)
"""As Outlook writes the zone."""


def calendar(method: str, *lines: str) -> str:
    inside = "\r\n".join(("DTSTART:20261112T130000Z", "DTEND:20261112T140000Z", "SUMMARY:Meeting", *lines))
    return f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def test_an_answer_tells_who_what_when_and_why_in_the_zone_of_the_room() -> None:
    mail = read_bytes((MET / "itip_reply_declined_only_calendar.eml").read_bytes()).mail
    assert mail.invitation is not None
    assert mail.text == mail.invitation.line
    said = invitation_lines(mail.invitation, Reader("en", AT, "Europe/Paris")).body
    assert said == (
        "❌ Julie Rey <julie.rey@client.example> declines: Rendez-vous adhésion · 12 Nov 2026 14:00–15:00 · Salle 2\n"
        "💬 Je suis malade, peut-on reporter ?"
    )
    assert "13:00–14:00" in invitation_lines(mail.invitation, Reader("en", AT)).body


@pytest.mark.parametrize(
    ("method", "status", "kind"),
    [
        ("REPLY", "ACCEPTED", InvitationKind.ACCEPTED),
        ("REPLY", "DECLINED", InvitationKind.DECLINED),
        ("REPLY", "TENTATIVE", InvitationKind.TENTATIVE),
        ("REPLY", "SOMETHING", InvitationKind.TENTATIVE),
        ("COUNTER", "TENTATIVE", InvitationKind.PROPOSED),
    ],
)
def test_each_answer_is_told_with_its_attendee(method: str, status: str, kind: InvitationKind) -> None:
    said = read_invitation(calendar(method, f'ATTENDEE;PARTSTAT={status};CN="Rey, Julie":MAILTO:julie@x.example'))
    assert said is not None
    assert (said.kind, said.who) == (kind, Address("Rey, Julie", "julie@x.example"))


def test_an_invitation_names_no_attendee_and_a_cancelled_one_says_so() -> None:
    invited = read_invitation(calendar("REQUEST", "ATTENDEE;CN=Us:mailto:contact@asso.example"))
    assert invited is not None
    assert (invited.kind, invited.who) == (InvitationKind.INVITED, None)
    cancelled = read_invitation(calendar("CANCEL"))
    assert cancelled is not None
    assert cancelled.kind is InvitationKind.CANCELLED


def test_an_answer_without_an_attendee_is_told_without_a_name() -> None:
    said = read_invitation(calendar("REPLY"))
    assert said is not None
    assert invitation_lines(said, Reader("en", AT)).body.startswith("❔ Perhaps: Meeting")


def test_words_of_a_calendar_can_neither_ping_nor_end_a_line() -> None:
    said = read_invitation(calendar("REPLY", "COMMENT:@room <b>x</b>\\nsecond", "LOCATION:@bob:localhost"))
    assert said is not None
    shown = invitation_lines(said, Reader("en", AT))
    assert "@room" not in shown.body
    assert "@bob:localhost" not in shown.html
    assert "<b>x" not in shown.html
    assert "x</b> second" in shown.body


@pytest.mark.parametrize(
    ("written", "zone", "hour"),
    [
        ("20261112T140000", "W. Europe Standard Time", 13),
        ("20260712T140000", "W. Europe Standard Time", 12),
        ("20260329T040000", "W. Europe Standard Time", 2),
        ("20260712T140000", "Europe/Paris", 12),
        ("20260712T140000", "/freeassociation.sourceforge.net/Europe/Paris", 12),
        ("20260712T140000Z", "", 14),
    ],
)
def test_a_time_is_a_moment_by_the_zone_that_the_object_brings(written: str, zone: str, hour: int) -> None:
    at = moment(written, zone, () if "/" in zone else PARIS)
    assert at is not None
    assert (at.tzinfo, at.hour) == (UTC, hour)


@pytest.mark.parametrize("written", ["20261112", "", "20261399T250000", "99991231T235959", "00010101T000000"])
def test_what_is_no_moment_is_shown_as_it_was_written(written: str) -> None:
    said = read_invitation(calendar("REQUEST").replace("DTSTART:20261112T130000Z", f"DTSTART;TZID=x:{written}"))
    assert said is not None
    assert said.start is None
    assert invitation_lines(said, Reader("en", AT)).body.startswith("📅 Invitation: Meeting")
