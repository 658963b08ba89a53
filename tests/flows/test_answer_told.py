"""What a notification said is known by its own mail, whatever has become of the conversation and of its people since."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import ReadUpTo
from bot.domain.settings import MailboxSettings
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.writing import edits, mail, reacts, redacts, says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import ASKED, QUESTION, SECRET, answered, forgotten, told
from tests.flows.test_move_away import SUPPORT, THERE
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_own_addresses import sent_to

CLIENTS = ("outlook", "gmail", "roundcube")
INSIDE = "Oui, à dix-huit heures."
NOTHING_SHOWN = "neither:\\n…\\n"
Since = Callable[[House], Awaitable[None]]


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def _named(house: House, who: UserId, name: str) -> None:
    await happens(house, MemberChanged(ROOM, EventId(f"$named-{name}"), who, "join", name, house.clock.now()))


async def _colleague(house: House) -> None:
    await _named(house, BOB, "Robert Dupont")


async def _reader(house: House) -> None:
    await _named(house, ALICE, "Mme la Présidente")


async def _language(house: House) -> None:
    await happens(house, says("!language fr"))


async def _timezone(house: House) -> None:
    await happens(house, says("!notify timezone America/New_York"))


async def _subject(house: House) -> None:
    await happens(house, says("!subject Tout autre chose", thread=card_of(house), sender=ALICE))


async def _merged(house: House) -> None:
    house.provider.deliver(
        mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis", text="Pour 12 maillots ?\n"),
        at=house.clock.now() - timedelta(hours=2),
    )
    await house.settle(NOW)
    await happens(house, says("!merge #1", thread=card_of(house, 2), sender=ALICE), seconds=NOW)


async def _many_mails(house: House) -> None:
    for number in range(32):
        house.provider.deliver(
            mail(id=f"z{number}@example.org", reply_to="m2@example.org", text=f"Et encore {number} fois.\n"),
            at=house.clock.now(),
        )
        await house.settle(NOW)
    await happens(house, *(ReadUpTo(ROOM, ALICE, one.event, house.clock.now()) for one in mails_in(house)))


SINCE: dict[str, Since] = {
    "a colleague has another name": _colleague,
    "the reader has another name": _reader,
    "the reader has another language": _language,
    "the reader has another time zone": _timezone,
    "the conversation has another subject": _subject,
    "another conversation was merged into it": _merged,
    "thirty-two more mails came": _many_mails,
}


async def _goes(house: House, raw: bytes) -> None:
    count = len(left(house))
    await comes(house, raw)
    ((to, words),) = left(house)[count:]
    assert to == ("marie@example.org",) and words.startswith("Bonjour,\n\nvoici.")


async def _is_asked(house: House, raw: bytes, inside: str = INSIDE) -> str:
    """What was said in the rooms and by mail meanwhile."""
    count, posted, mailed = len(left(house)), len(house.homeserver.posted), len(sent_to(house))
    await comes(house, raw)
    said = "\n".join(str(one.content) for one in house.homeserver.posted[posted:])
    assert left(house)[count:] == [] and "voici." in said and inside in said
    return said + "".join(words_of(one) for one in sent_to(house)[mailed:])


@pytest.mark.parametrize("since", SINCE)
@pytest.mark.parametrize("client", CLIENTS)
async def test_what_changed_since_makes_no_answer_unclear(house: House, client: str, since: str) -> None:
    one = await told(house)
    await SINCE[since](house)
    await _goes(house, answered(one, client))


KNOWN_LATER = tuple(since for since in SINCE if since != "a colleague has another name")


@pytest.mark.parametrize("since", KNOWN_LATER)
@pytest.mark.parametrize("client", CLIENTS)
async def test_after_its_mail_is_forgotten_what_may_have_been_said_is_known_still(
    house: House, client: str, since: str
) -> None:
    one = await told(house)
    await SINCE[since](house)
    await forgotten(house)
    raw = answered(one, client, INSIDE, behind=QUESTION)
    await _is_asked(house, raw.replace(b"<a1@", b"<a0@"), NOTHING_SHOWN if "zone" in since else INSIDE)
    await _goes(house, answered(one, client))


@pytest.mark.parametrize("since", SINCE)
async def test_words_inside_are_found_and_shown_whatever_changed_since(house: House, since: str) -> None:
    one = await told(house)
    await SINCE[since](house)
    assert "30 €" not in await _is_asked(house, answered(one, "outlook", INSIDE, behind=QUESTION))


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("client", CLIENTS)
async def test_what_was_split_off_since_was_said_as_well(house: House, client: str, is_kept: bool) -> None:
    await wants_mail(house)
    house.provider.deliver(
        mail(
            id="e1@else.example",
            sender="Eve <eve@else.example>",
            subject="Re: Question",
            reply_to="m1@example.org",
            text="Bonjour,\n\nAvez-vous des maillots en taille S ?\nMon numéro est le 0611.\n",
        ),
        at=house.clock.now(),
    )
    await house.settle(NOW)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    house.clock.at += timedelta(hours=1)
    one = notices(house)[-1]
    assert "0611" in words_of(one)
    await happens(
        house, reacts("✂️", next(p.event for p in mails_in(house) if p.ours["message_id"] == "e1@else.example"))
    )
    if not is_kept:
        await forgotten(house)
    raw = answered(one, client, INSIDE, behind=QUESTION)
    assert "0611" not in await _is_asked(house, raw.replace(b"<a1@", b"<a0@"))
    await _goes(house, answered(one, client))


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("client", CLIENTS[:1])
async def test_a_long_talk_is_compared_as_far_as_it_was_said(house: House, client: str, is_kept: bool) -> None:
    await wants_mail(house)
    for mail_ in range(12):
        lines = (
            f"Mail {mail_}, ligne {n} de mon histoire, qui dit encore {n * 7 + mail_} fois ceci." for n in range(260)
        )
        house.provider.deliver(
            mail(id=f"b{mail_}@example.org", reply_to="m1@example.org", text="\n".join(lines)), at=house.clock.now()
        )
        await house.settle(NOW)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    one = notices(house)[-1]
    if not is_kept:
        await forgotten(house)
    raw = answered(one, client, INSIDE, behind=QUESTION)
    assert "histoire" not in await _is_asked(house, raw.replace(b"<a1@", b"<a0@"))
    await _goes(house, answered(one, client))


@pytest.mark.parametrize("what", ["deleted", "changed"])
@pytest.mark.parametrize("client", CLIENTS)
async def test_below_a_note_that_is_another_one_today_the_words_of_the_reader_are_shown_and_it_is_not(
    house: House, client: str, what: str
) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    note = says(SECRET, thread=card_of(house), sender=BOB)
    await happens(house, note)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    one = notices(house)[-1]
    assert "SECRET-4321" in words_of(one)
    changed = edits(note.event, "!note Rien.", sender=BOB) if what == "changed" else redacts(note.event, sender=BOB)
    await happens(house, changed)
    raw = answered(one, client, INSIDE, behind=QUESTION)
    assert "SECRET-4321" not in await _is_asked(house, raw.replace(b"<a1@", b"<a0@"))
    posted = len(house.homeserver.posted)
    await _goes(house, answered(one, client))
    assert "SECRET-4321" not in str([one.content for one in house.homeserver.posted[posted:]])


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_conversation_of_another_room_today_is_answered_and_its_notes_stay_where_they_were(
    tmp_path: Path, client: str
) -> None:
    both = (replace(one, trusted_authserv=("mx.asso.example",)) for one in (MAILBOX, SUPPORT))
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=tuple(both)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await house.open()
    try:
        house.provider.deliver(mail())
        await house.settle(NOW)
        one = await told(house)
        await happens(house, says("!move support", thread=card_of(house)), seconds=SENT)
        posted = len(house.homeserver.posted)
        raw = answered(one, client, INSIDE, behind=QUESTION)
        assert "30 €" not in await _is_asked(house, raw.replace(b"<a1@", b"<a0@"))
        await comes(house, answered(one, client))
        said = [str(one.content["body"]) for one in house.homeserver.posted[posted:] if one.room == THERE]
        assert any(words.endswith("Alice answers by mail:\n\nBonjour,\n\nvoici.") for words in said), said
        assert "30 €" not in "\n".join(said)
    finally:
        await house.close()


async def test_a_mail_that_told_of_words_inside_is_answered_as_any_other(house: House) -> None:
    await comes(house, answered(await told(house), "outlook", INSIDE, behind=QUESTION))
    again, count = sent_to(house)[-1], len(left(house))
    raw = answered(again, "outlook", "Le mardi aussi.", behind="voici.", words="Bonjour,\n\nencore.")
    await comes(house, raw.replace(b"<a1@", b"<a2@"))
    assert left(house)[count:] == [] and "Le mardi aussi." in shown(house)[-1]


async def test_a_list_of_lines_that_is_too_long_for_the_room_says_so_and_names_whole_lines(house: House) -> None:
    many = "\n".join(f"Ma réponse numéro {number}, qui est longue et ne finit pas ici." for number in range(60))
    one = await told(house)
    await comes(house, answered(one, "outlook", many, behind=QUESTION, part="text"))
    *listed, more, _, _, _, _, last = shown(house)[-1].split("\n")[1:]
    assert last == "voici." and listed[-1].endswith(" ne finit pas ici.")
    assert more.startswith("… The list goes on")
    assert "numéro 59" in words_of(sent_to(house)[-1])


@pytest.mark.parametrize("client", CLIENTS)
async def test_words_inside_of_a_note_that_stands_still_are_shown_and_it_is_not(house: House, client: str) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    note = says("!note Elle doit 30 €.\n\nQui l’appelle lundi ?\n\nElle est fâchée.", thread=card_of(house), sender=BOB)
    await happens(house, note)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    one = notices(house)[-1]
    house.clock.at += timedelta(hours=1)
    raw = answered(one, client, INSIDE, behind="Qui l’appelle lundi ?")
    said = await _is_asked(house, raw.replace(b"<a1@", b"<a0@"))
    assert "30 €" not in said and "fâchée" not in said
    await happens(house, edits(note.event, "!note Elle est fâchée.", sender=BOB))
    raw = answered(one, client, INSIDE, behind="Qui l’appelle lundi ?", words="Bonjour,\n\nvoici. Et encore.")
    said = await _is_asked(house, raw, NOTHING_SHOWN)
    assert "30 €" not in said and "fâchée" not in said
