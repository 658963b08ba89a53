"""Calendar files and contact cards that somebody attached to an answer by mail leave, or it is said that they stay."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown, ticket
from tests.flows.test_notices import words_of
from tests.flows.test_own_addresses import sent_to

__all__ = ["house"]

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:1@asso\r\n%s"
    b"DTSTART:20261201T180000Z\r\nSUMMARY:AG\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
ICS, OWN_ICS = (
    CALENDAR % b"",
    CALENDAR % b'ORGANIZER;CN="Alice Martin, tresoriere de Asso":mailto:Alice@ho\r\n me.example\r\n',
)
VCF = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nEMAIL:%s\r\nEND:VCARD\r\n"
JEAN = VCF % (b"Jean Prof", b"jean@example.org")
OWN = (
    VCF % (b"Alice", b"alice@home.example"),
    VCF % (b"Alice", b"ALICE+club@home.example"),
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nEMAIL;ENCODING=QUOTED-PRINTABLE:alice=40home.exa=\r\nmple\r\nEND:VCARD\r\n",
)


def enclosing(
    house: House, text: str, name: str, kind: str, data: bytes, id: str = "a1@home.example", to: str = ""
) -> bytes:
    back = message_from_bytes(answer(house, text, id=id, to=to), policy=policy.SMTP)
    assert isinstance(back, EmailMessage)
    back.make_mixed()
    main, sub = kind.split("/")
    back.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return back.as_bytes()


def names(house: House) -> list[list[str | None]]:
    """Of the files of each mail that left to a correspondent."""
    raws = [raw for _, to, raw in house.provider.delivered if not to[0].endswith("@home.example")]
    mails = [message_from_bytes(raw, policy=policy.default).walk() for raw in raws]
    return [[part.get_filename() for part in parts if part.get_filename()] for parts in mails]


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("AG.ics", "text/calendar", ICS),
        ("AG.ics", "application/ics", ICS),
        ("Jean Prof.vcf", "text/vcard", JEAN),
        ("Jean Prof.vcf", "text/x-vcard", JEAN),
        ("Jean Prof.vcf", "text/directory", JEAN),
    ],
)
@pytest.mark.parametrize("words", ["voici le fichier.", ""])
async def test_those_of_others_leave(house: House, name: str, kind: str, data: bytes, words: str) -> None:
    await comes(house, enclosing(house, words, name, kind, data))
    assert names(house) == [[name]]
    assert any(f"📎 {name}" in one for one in shown(house))


@pytest.mark.parametrize("kind", ["text/vcard", "application/octet-stream"])
@pytest.mark.parametrize("data", OWN)
@pytest.mark.parametrize(("words", "leaves"), [("Voici.", True), ("close", False), ("note: vu", False), ("", False)])
async def test_of_a_card_with_the_own_address_it_is_said_that_it_stays(
    house: House, kind: str, data: bytes, words: str, leaves: bool
) -> None:
    await comes(house, enclosing(house, words, "alice.vcf", kind, data))
    assert names(house) == ([[]] if leaves else [])
    assert "alice.vcf stays here" in shown(house)[-1]
    assert (card_says(house)["status"] == "closed") == (words == "close")


@pytest.mark.parametrize("words", ["Voici l'invitation.", "", "close"])
async def test_an_answer_with_an_own_invitation_is_asked_about_and_leaves_without_it(house: House, words: str) -> None:
    before = len(sent_to(house, "alice@home.example"))
    await comes(house, enclosing(house, words, "AG.ics", "text/calendar", OWN_ICS))
    assert left(house) == [] and card_says(house)["status"] != "closed"
    assert "AG.ics" in shown(house)[-1]
    (mailed,) = sent_to(house, "alice@home.example")[before:]
    assert "AG.ics" in words_of(mailed)
    event = house.homeserver.of_kind("notice")[-1].event
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert names(house) == ([[]] if words.startswith("Voici") else [])


async def test_the_same_letter_with_the_same_card_leaves_once(house: House) -> None:
    told = ticket(house)
    for id in ("a1@home.example", "a1@home.example", "a2@home.example"):
        await comes(house, enclosing(house, "Voici.", "Jean Prof.vcf", "text/vcard", JEAN, id, told))
    assert names(house) == [["Jean Prof.vcf"]]
