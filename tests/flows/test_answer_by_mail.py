"""A member answers a notification by mail: the customer gets it from the shared address, and nobody else's words."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import ConversationId, UserId
from bot.domain.marks import ABOVE
from bot.domain.outcomes import TryLater
from bot.domain.own_addresses import OwnAddress
from storage import naming, own_addresses, settings
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in, outgoing
from tests.fakes.writing import mail, says

PROOF = (("Authentication-Results", "mx.asso.example; dmarc=pass header.from=home.example"),)
OWNERS = (("alice@home.example", ALICE), ("bob@home.example", BOB))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await opened(made)
    yield made
    await made.close()


async def opened(house: House) -> None:
    """A customer wrote, and Alice and Bob have addresses of their own."""
    await house.open()
    await owned(house)
    house.provider.deliver(mail(), at=house.clock.now())
    await house.settle(NOW)


async def owned(house: House) -> None:
    now = house.clock.now()
    assert house.database is not None
    async with house.database.write() as tx:
        await settings.change_alone(tx)
        for address, person in OWNERS:
            await own_addresses.put(tx, OwnAddress(person, address, MAILBOX.id, "", now, 0, 0, now, now), now)
    await house.step.look_at_settings()


def ticket(
    house: House, person: UserId = ALICE, at: datetime | None = None, whom: tuple[str, ...] = ("marie@example.org",)
) -> str:
    """The id of a notification that was written then, and named these as who gets an answer."""
    signer = house.step.signer
    return signer.notification_id(
        person=person,
        conversation=ConversationId(1),
        at=at or house.clock.now(),
        token="0" * 12,
        domain="asso.example",
        whom=signer.whom(whom, ()),
    )


def answer(
    house: House,
    text: str,
    *,
    id: str = "a1@home.example",
    sender: str = "Alice <alice@home.example>",
    to: str = "",
    subject: str = "Re: [#1] Question",
    **more: Any,
) -> bytes:
    quoted = (
        f"{text}\n\nOn Monday, Mon Asso <contact@asso.example> wrote:\n> {ABOVE}\n> #1, internal words, with Marie\n"
    )
    headers: Any = {"headers": PROOF, **more}
    return mail(id=id, subject=subject, sender=sender, text=quoted, reply_to=to or ticket(house), **headers)


async def comes(house: House, raw: bytes, *, seconds: Sequence[float] = SENT, folder: str = "INBOX") -> None:
    house.provider.deliver(raw, folder, at=house.clock.now())
    await house.settle(tuple(seconds))


def shown(house: House) -> list[str]:
    """What stands in the thread and is no mail."""
    posted = [one for one in house.homeserver.posted if one.ours.get("kind") == "notice" and not one.is_edit]
    return [str(one.content["body"]) for one in posted]


def left(house: House) -> list[tuple[tuple[str, ...], str]]:
    """What left, but for mails to members."""
    found = []
    for _, to, raw in house.provider.delivered:
        if to[0].endswith("@home.example"):
            continue
        parsed = message_from_bytes(raw)
        part = next(one for one in parsed.walk() if one.get_content_type() == "text/plain")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        found.append((to, payload.decode().replace("\r\n", "\n")))
    return found


async def test_the_customer_gets_the_new_words_from_the_shared_address(house: House) -> None:
    await comes(house, answer(house, "Bonjour Marie,\n\nc’est oui."))
    ((sender, to, raw),) = house.provider.delivered
    assert sender == "contact@asso.example" and to == ("marie@example.org",)
    assert message_from_bytes(raw)["From"] == "Mon Asso <contact@asso.example>"
    assert message_from_bytes(raw)["In-Reply-To"] == "<m1@example.org>"
    ((_, words),) = left(house)
    assert words.startswith("Bonjour Marie,\n\nc’est oui.")
    assert b"internal" not in raw and b"alice" not in raw.lower() and ABOVE.encode() not in raw
    (told,) = shown(house)
    assert "Alice answers by mail" in told and "c’est oui." in told
    assert card_says(house)["assignee"] == ALICE and card_says(house)["status"] == "pending"


async def test_it_may_come_from_any_address_of_theirs_and_from_none_that_they_have_taken_off(house: House) -> None:
    second = OwnAddress(ALICE, "ally@home.example", MAILBOX.id, "", house.clock.now(), 0, 0, house.clock.now(), None)
    for number, confirmed in enumerate((house.clock.now(), None)):
        assert house.database is not None
        async with house.database.write() as tx:
            await settings.change_alone(tx)
            await own_addresses.put(tx, replace(second, confirmed_at=confirmed), house.clock.now())
        await house.step.look_at_settings()
        id = f"s{number}@home.example"
        await comes(house, answer(house, f"Oui {number}", id=id, sender="Alice <ally@home.example>"))
    ((_, words),) = left(house)
    assert words.startswith("Oui 0")


async def test_it_waits_for_the_undo_window_and_undo_takes_it_back(house: House) -> None:
    await comes(house, answer(house, "Oui"), seconds=(0.0, 2.0))
    assert left(house) == []
    waits = str(outgoing(house)[-1].content["body"])
    assert "!undo" in waits and "your message" not in waits, "whoever wrote it has none there"
    await happens(house, says("!undo", thread=card_of(house)), seconds=SENT)
    assert left(house) == []


async def test_the_same_mail_again_and_from_another_folder_is_sent_once(house: House) -> None:
    for folder in ("INBOX", "INBOX", "Junk"):
        await comes(house, answer(house, "Oui"), folder=folder)
    assert len(left(house)) == 1 and len(shown(house)) == 1


async def test_a_restart_between_the_mail_and_its_words_loses_nothing(house: House) -> None:
    house.provider.deliver(answer(house, "Oui"), at=house.clock.now())
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    await house.close()
    await house.open()
    await house.settle(SENT)
    assert [to for to, _ in left(house)] == [("marie@example.org",)]


async def test_a_note_stays_in_the_house(house: House) -> None:
    await comes(house, answer(house, "note: elle a déjà payé"))
    assert left(house) == [] and len(mails_in(house)) == 1
    (told,) = shown(house)
    assert "Alice notes by mail" in told and "déjà payé" in told


async def test_a_note_behind_a_command_stays_in_the_house_and_the_command_is_done(house: House) -> None:
    await comes(house, answer(house, "close\nnote: elle ment"))
    assert left(house) == [] and len(mails_in(house)) == 1
    (told,) = shown(house)
    assert "Alice notes by mail, with" in told and "elle ment" in told
    assert card_says(house)["status"] == "closed"


async def test_a_command_on_the_first_line_follows_the_answer(house: House) -> None:
    await comes(house, answer(house, "fermer\n\nMerci, à bientôt"))
    ((_, words),) = left(house)
    assert words.startswith("Merci, à bientôt") and "fermer" not in words
    assert card_says(house)["status"] == "closed"


async def test_a_command_alone_sends_nothing(house: House) -> None:
    await comes(house, answer(house, "assign me"))
    await comes(house, answer(house, "snooze 3d", id="a2@home.example"))
    assert left(house) == []
    assert card_says(house)["assignee"] == ALICE
    assert card_says(house)["status"] == "pending" and "snoozed_until" in card_says(house)


async def test_a_forward_and_a_copy_of_a_mail_to_a_colleague_leave_to_nobody(house: House) -> None:
    for number, (subject, to) in enumerate(
        (
            ("Fwd: [#1] Question", "contact@asso.example"),
            ("Re: TR: [#1] Question", "contact@asso.example"),
            ("Re: [#1] Question", "bob@home.example"),
            ("Re: [#1] Question", "contact@asso.example, Bob <bob@home.example>"),
        )
    ):
        raw = mail(
            id=f"f{number}@home.example",
            subject=subject,
            sender="Alice <alice@home.example>",
            to=to,
            cc="contact@asso.example",
            text="Regarde ce type.\n",
            reply_to=ticket(house),
            headers=PROOF,
        )
        await comes(house, raw)
        assert left(house) == [] and "passed on to somebody else" in shown(house)[-1]


@pytest.mark.parametrize(
    ("subject", "goes"),
    [
        ("Re: [#1] Question", True), ("RE: RE: [#1] Question", True), ("Rép : [#1] Question", True),
        ("[EXT] Antw.: [#1] Question", True), ("Re[2]: [#1] Question", True), ("Mes absences de mai", False), ("Je suis absente", False), ("", False),
        ("Absence : Re: [#1] Question", False), ("Out of Office: [#1] Question", False),
        ("Accepté : [#1] Question", False), ("Rappel : [#1] Question", False), ("Absence du bureau [#1]", False),
    ],
)  # fmt: skip
async def test_the_subject_of_a_program_s_note_is_no_answer_s(house: House, subject: str, goes: bool) -> None:
    sender = "Alice <alice@home.example>"
    raw = mail(id="s1@home.example", subject=subject, sender=sender, text="Oui.", reply_to=ticket(house), headers=PROOF)
    await comes(house, raw)
    assert bool(left(house)) is goes
    assert goes or "is no answer" in shown(house)[-1]


@pytest.mark.parametrize(
    "name",
    [
        "ATT00001.htm",
        "ATT00002.txt",
        "page.html",
        "ATT00001.rtf",
        "Untitled attachment 00001.txt",
        "m.mht",
        "winmail.dat",
        "",
    ],
)
async def test_a_file_that_may_be_what_was_quoted_leaves_to_nobody(house: House, name: str) -> None:
    back = message_from_bytes(answer(house, "C'est oui."), policy=policy.SMTP)
    assert isinstance(back, EmailMessage)
    back.make_mixed()
    if name.endswith((".rtf", ".mht", ".dat")):
        back.add_attachment(b"internal words", maintype="application", subtype="octet-stream", filename=name)
    else:
        kind = "html" if name.endswith(("htm", "html")) else "plain"
        back.add_attachment("internal words", subtype=kind, filename=name or None, disposition="attachment")
    await comes(house, back.as_bytes())
    assert left(house) == [] and "stands in it as a file" in shown(house)[-1]


@pytest.mark.parametrize("is_inline", [True, False])
async def test_an_encrypted_answer_leaves_neither_as_cipher_nor_as_nothing(house: House, is_inline: bool) -> None:
    cipher = "-----BEGIN PGP MESSAGE-----\n\nabc=\n-----END PGP MESSAGE-----\n"
    back = message_from_bytes(answer(house, cipher if is_inline else "-"), policy=policy.SMTP)
    assert isinstance(back, EmailMessage)
    if not is_inline:
        back.make_mixed()
        back.add_attachment(b"Version: 1", maintype="application", subtype="pgp-encrypted")
    await comes(house, back.as_bytes())
    assert left(house) == []


async def test_a_key_and_a_card_of_the_writer_stay_in_the_house(house: House) -> None:
    back = message_from_bytes(answer(house, "C'est oui."), policy=policy.SMTP)
    assert isinstance(back, EmailMessage)
    back.make_mixed()
    back.add_attachment(b"alice@home.example", maintype="application", subtype="pgp-keys", filename="key.asc")
    back.add_attachment("EMAIL:alice@home.example", subtype="vcard", filename="alice.vcf")
    for name in ("OpenPGP_signature.asc", "signature.asc", "smime.p7s"):
        back.add_attachment(b"alice@home.example", maintype="application", subtype="octet-stream", filename=name)
    await comes(house, back.as_bytes())
    ((_, _, raw),) = house.provider.delivered
    assert b"key.asc" not in raw and b"alice.vcf" not in raw and b"signature" not in raw and b"smime" not in raw


async def test_a_signature_alone_is_no_answer(house: House) -> None:
    await comes(house, answer(house, "-- \nAlice Martin\nTrésorière"))
    assert left(house) == [] and "no new words were found" in shown(house)[-1]


async def test_the_logo_of_a_client_is_no_answer(house: House) -> None:
    for number, words in enumerate(("", "fermer")):
        await comes(house, with_logo(house, words, number))
        assert left(house) == []
    assert any("nothing in it is an answer" in one for one in shown(house))
    assert card_says(house)["status"] == "closed"


def with_logo(house: House, words: str, number: int) -> bytes:
    """An answer in HTML alone, over the picture that the client puts under each mail."""
    made = EmailMessage()
    for name, value in PROOF:
        made[name] = value
    made["From"], made["To"], made["Subject"] = (
        "Alice <alice@home.example>",
        "contact@asso.example",
        "Re: [#1] Question",
    )
    made["Message-ID"], made["Date"] = f"<logo{number}@home.example>", "Mon, 23 Nov 2026 09:10:00 +0000"
    made["In-Reply-To"] = f"<{ticket(house)}>"
    quoted = f'<blockquote type="cite">{ABOVE}<br>#1, internal words, with Marie<br>https://matrix.to/#/!r:asso.example/$x</blockquote>'
    made.set_content(
        f'<html><body><div>{words}</div><br><img src="cid:l1" alt="Logo"><br>{quoted}</body></html>', "html"
    )
    made.add_related(b"\x89PNG\r\n\x1a\nxxxx", "image", "png", cid="<l1>", filename="logo.png")
    return made.as_bytes()


async def test_the_files_of_a_refused_answer_leave_by_send_and_its_command_does_not(house: House) -> None:
    await comes(house, answer(house, "snooze 3dd\nVoici", file=b"%PDF-1.4 of Alice"))
    assert left(house) == [] and any("paper.pdf" in one for one in shown(house))
    assert house.database is not None
    await naming.sweep(house.database, house.step.blobs, timedelta(0))
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    assert words.startswith("Voici\n") and "snooze" not in words
    raw = next(raw for _, to, raw in house.provider.delivered if to == ("marie@example.org",))
    assert [one.get_payload(decode=True) for one in message_from_bytes(raw).walk() if one.get_filename()] == [
        b"%PDF-1.4 of Alice"
    ]


async def test_the_words_of_a_mail_client_are_no_markdown(house: House) -> None:
    words = "Bonjour,\n\n2*3*4 = 24 et __init__\n# 12 rue\n3. trois\n5. cinq\nsuite"
    await comes(house, answer(house, words))
    ((_, sent),) = left(house)
    assert sent.startswith(f"{words}\n")
    (told,) = [one for one in house.homeserver.posted if one.ours.get("kind") == "notice"]
    assert words in str(told.content["body"]) and "2*3*4" in str(told.content["formatted_body"])


async def test_the_words_of_a_refused_answer_leave_as_they_were_written(house: House) -> None:
    await comes(house, answer(house, "snooze 3dd\n2*3*4"))
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    assert words.startswith("2*3*4\n")


async def test_the_name_under_a_command_is_mailed_to_nobody(house: House) -> None:
    await comes(house, answer(house, "close\n\nAlice"))
    assert left(house) == [] and card_says(house)["status"] == "closed"


async def test_a_wish_under_a_command_is_mailed_to_nobody_and_stands_in_the_thread(house: House) -> None:
    await comes(house, answer(house, "fermer\n\nBonne continuation !"))
    assert left(house) == [] and card_says(house)["status"] == "closed"
    (told,) = shown(house)
    assert "sent to nobody: “Bonne continuation !”" in told


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL]",
        "You don't often get email from alice@home.example. Learn why this is important<https://aka.ms/Learn>",
        "Vous n’obtenez pas souvent d’e-mail à partir de alice@home.example. Pourquoi c’est important<https://aka.ms/L>",
    ],
)
async def test_what_the_mailbox_s_server_puts_above_an_answer_is_no_part_of_it(house: House, banner: str) -> None:
    await comes(house, answer(house, f"{banner}\n\nnote: il ment"))
    await comes(house, answer(house, f"{banner}\n\nC’est oui.", id="a2@home.example"))
    noted, _ = shown(house)
    assert "notes by mail" in noted and "il ment" in noted and "often" not in noted
    ((_, words),) = left(house)
    assert words.startswith("C’est oui.")


async def test_a_line_that_is_no_command_is_not_mailed_and_its_writer_may_send_the_words(house: House) -> None:
    await comes(house, answer(house, "snooze 3dd\nBonjour"))
    assert left(house) == []
    (told,) = shown(house)
    assert "looks like a command" in told
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event, sender=BOB), seconds=SENT)
    assert left(house) == [], "nobody else may"
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert [to for to, _ in left(house)] == [("marie@example.org",)]


async def test_words_stand_in_the_thread_in_the_order_of_their_mails_whatever_the_homeserver_refuses(
    house: House,
) -> None:
    house.homeserver.refuse = [TryLater("M_LIMIT_EXCEEDED", after=5.0)]
    house.provider.deliver(answer(house, "note: un", id="a1@home.example"), at=house.clock.now())
    house.provider.deliver(answer(house, "note: deux", id="a2@home.example"), at=house.clock.now())
    await house.settle((0.0, 6.0, 6.0))
    first, second = [one for one in shown(house) if "notes by mail" in one]
    assert "un" in first and "deux" in second


async def test_files_go_along(house: House) -> None:
    await comes(house, answer(house, "Voici", file=b"%PDF-1.4 of Alice"))
    ((_, _, raw),) = house.provider.delivered
    files = [one for one in message_from_bytes(raw).walk() if one.get_filename()]
    assert [(one.get_filename(), one.get_payload(decode=True)) for one in files] == [
        ("paper.pdf", b"%PDF-1.4 of Alice")
    ]


async def test_a_mail_that_came_after_the_notification_is_asked_about_first(house: House) -> None:
    before = ticket(house)
    house.clock.at += timedelta(minutes=5)
    await comes(house, mail(id="m2@example.org", reply_to="m1@example.org", text="Autre chose"), seconds=NOW)
    await comes(house, answer(house, "Oui", to=before))
    assert left(house) == []
    asked = [one for one in house.homeserver.posted if "after what you have read" in str(one.content["body"])]
    assert asked and asked[0].content["msgtype"] == "m.text", "it rings: the person does not look there"


async def test_what_the_notification_told_of_is_known(house: House) -> None:
    house.clock.at += timedelta(minutes=5)
    await comes(house, mail(id="m2@example.org", reply_to="m1@example.org", text="Autre chose"), seconds=NOW)
    await comes(house, answer(house, "Oui"))
    assert [to for to, _ in left(house)] == [("marie@example.org",)]


async def test_the_notification_itself_is_answered_and_nothing_of_it_reaches_the_customer(house: House) -> None:
    await happens(house, says("!note elle doit 30 euros", thread=card_of(house), sender=BOB))
    await happens(house, says("!notify replied-unassigned email"))
    later = mail(id="m2@example.org", reply_to="m1@example.org", text="Encore une chose")
    await comes(house, later, seconds=(0.0, 60.0, 61.0, 16.0))
    told = next(message_from_bytes(raw) for _, to, raw in house.provider.delivered if to == ("alice@home.example",))
    part = next(one for one in told.walk() if one.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes) and ABOVE in payload.decode()
    quoted = "\n".join(f"> {line}" for line in payload.decode().replace("\r\n", "\n").split("\n"))
    for number, below in enumerate((quoted, payload.decode().replace("\r\n", "\n"))):
        raw = mail(
            id=f"r{number}@home.example",
            sender="Alice <alice@home.example>",
            subject=f"Re: {told['Subject']}",
            text=f"Bonjour Marie, réponse {number}\n\nLe 23/11/2026, Mon Asso a écrit :\n{below}",
            reply_to=str(told["Message-ID"]).strip("<>"),
            references=str(told["References"]),
            headers=PROOF,
        )
        await comes(house, raw)
    answers = left(house)
    assert [to for to, _ in answers] == [("marie@example.org",)] * 2
    for number, (_, words) in enumerate(answers):
        assert words.startswith(f"Bonjour Marie, réponse {number}\n")
        assert ABOVE not in words and "matrix.to" not in words and "écrit" not in words.split("\nOn ")[0]


async def test_a_notification_that_comes_back_as_a_file_goes_to_nobody(house: House) -> None:
    back, inside = message_from_bytes(answer(house, "C'est oui."), policy=policy.SMTP), EmailMessage()
    inside.set_content("internal words")
    assert isinstance(back, EmailMessage)
    back.make_mixed()
    back.add_attachment(inside)
    await comes(house, back.as_bytes())
    assert left(house) == []
    assert any("another mail stands in it as a file" in one for one in shown(house))


async def test_what_may_be_an_option_in_an_answer_by_mail_waits_for_its_writer(house: House) -> None:
    await comes(house, answer(house, text="Lancez : git commit --all"))
    (asked,) = house.homeserver.of_kind("receipt")
    assert left(house) == [] and "among your words" in str(asked.content["body"])
