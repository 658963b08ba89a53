"""A mail to a member says which files came: whoever reads and answers by mail knows of them."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.domain.outcomes import TryLater
from bot.domain.settings import MailboxSettings
from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in
from tests.fakes.writing import edits, mail, posts, reads, redacts, says
from tests.flows.test_answer_by_mail import PROOF, comes, left
from tests.flows.test_answer_inside import answered, forgotten
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_own_addresses import HERS, confirms, sent_to

PAPER = "📎 paper.pdf (2 kB)"
BYTES = b"%PDF-1.7 x" * 200


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def a_file_comes(house: House, text: str = "\n", number: int = 2) -> EmailMessage:
    house.provider.deliver(
        mail(id=f"m{number}@example.org", reply_to="m1@example.org", text=text, file=BYTES), at=house.clock.now()
    )
    await house.settle(SOON)
    return notices(house)[-1]


@pytest.mark.parametrize("text", ["\n", "Voici le certificat.\n"])
async def test_a_file_is_named_below_its_words_also_without_any(house: House, text: str) -> None:
    await wants_mail(house)
    one = await a_file_comes(house, text)
    assert f"{text.strip()}\n\n{PAPER}\n" in words_of(one).replace("\r\n", "\n")
    assert f"<p>{PAPER}</p>" in words_of(one, "html")
    await happens(house, reads(mails_in(house)[-1].event))
    house.provider.deliver(mail(id="m3@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(SOON)
    before = words_of(notices(house)[-1]).partition("Before that:")[2]
    assert PAPER in before


async def test_each_mail_in_a_bundle_names_its_files(house: House) -> None:
    await wants_mail(house, "new")
    for number in range(4):
        writer = f"Paul{number} <paul{number}@example.org>"
        house.provider.deliver(mail(id=f"p{number}@example.org", sender=writer, text="\n", file=BYTES))
    await house.settle(SOON)
    (one,) = [one for one in sent_to(house) if "conversations" in one["Subject"]]
    assert words_of(one).count(PAPER) == 4 == words_of(one, "html").count(PAPER)


@pytest.mark.parametrize("words", ["", "Voici."])
async def test_a_picture_in_the_words_is_named_where_there_are_none(house: House, words: str) -> None:
    await wants_mail(house)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Marie <marie@example.org>", "contact@asso.example", "Re: Q"
    message["Message-ID"], message["In-Reply-To"] = "<m2@example.org>", "<m1@example.org>"
    message.set_content(f'<p>{words}<img src="cid:one"></p>', subtype="html")
    message.add_related(BYTES, "image", "png", cid="<one>", filename="photo.png", disposition="inline")
    house.provider.deliver(message.as_bytes())
    await house.settle(SOON)
    assert "photo.png" in words_of(notices(house)[-1]) or words


async def test_a_file_in_the_language_of_its_reader(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!language fr"))
    assert "📎 paper.pdf (2 ko)" in words_of(await a_file_comes(house))


async def test_of_many_files_the_first_ones_are_named_and_how_many_more_there_are(house: House) -> None:
    await wants_mail(house)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Marie <marie@example.org>", "contact@asso.example", "Re: Q"
    message["Message-ID"], message["In-Reply-To"] = "<m2@example.org>", "<m1@example.org>"
    message.set_content("Voici.\n")
    for number in range(23):
        message.add_attachment(BYTES, maintype="image", subtype="jpeg", filename=f"photo {number}.jpg")
    house.provider.deliver(message.as_bytes())
    await house.settle(SOON)
    words = words_of(notices(house)[-1])
    assert words.count("📎 photo ") == 20 and "📎 3 more, which are in the thread\r\n" in words


async def test_an_answer_of_a_colleague_names_the_file_that_left_with_it(house: House) -> None:
    await wants_mail(house, "noted-others")
    house.homeserver.files["mxc://localhost/recu.pdf"] = b"x" * 2048
    answer = posts("recu.pdf", 2048, thread=card_of(house), caption="!reply Voici", sender=BOB)
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB), answer, seconds=(*SENT, *SOON))
    (one,) = notices(house)
    assert "Voici\r\n\r\n📎 recu.pdf (2 kB)\r\n" in words_of(one)


@pytest.mark.parametrize("caption", ["!note", "!note voici le reçu"])
@pytest.mark.parametrize("is_edited", [False, True])
async def test_a_note_names_the_file_that_it_is(house: House, caption: str, is_edited: bool) -> None:
    await wants_mail(house, "noted-unassigned")
    note = posts("recu_du_1*.pdf", 10, thread=card_of(house), caption=caption, sender=BOB)
    await happens(house, note)
    if is_edited:
        await happens(house, edits(note.event, f"{caption} de mai", sender=BOB))
    await house.settle(SOON)
    (one,) = notices(house)
    for kind in ("plain", "html"):
        words = words_of(one, kind)
        assert "📎 recu_du_1*.pdf" in words
        assert ("voici le reçu" in words) == ("voici" in caption) and ("de mai" in words) == is_edited


async def test_the_file_of_a_note_that_was_deleted_is_named_nowhere(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    note = posts("recu.pdf", 10, thread=card_of(house), caption="!note voici", sender=BOB)
    other = says("!note autre", thread=card_of(house), sender=BOB)
    await happens(house, note, other, redacts(note.event, sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert "recu.pdf" not in words_of(one) and "voici" not in words_of(one)


@pytest.mark.parametrize("client", ["outlook", "gmail", "apple mail", "roundcube", "yahoo"])
@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_names_of_files_that_are_quoted_are_nobody_s_words(
    house: House, client: str, is_kept: bool, language: str
) -> None:
    await wants_mail(house)
    await happens(house, says(f"!language {language}"), says("!notify noted-unassigned email"), seconds=NOW)
    await happens(house, posts("recu.pdf", 10, thread=card_of(house), caption="!note", sender=BOB))
    one = await a_file_comes(house, "Oui.\n")
    assert "recu.pdf" in words_of(one)
    raw = answered(one, client)
    if not is_kept:
        await happens(house, says("!language en"))
        await forgotten(house)
    await comes(house, raw)
    ((_, words),) = left(house)
    assert words.startswith("Bonjour,\n\nvoici.") and "paper" not in words


async def test_the_words_of_a_note_with_a_file_are_found_also_by_its_name(house: House) -> None:
    await happens(house, posts("recu.pdf", 10, thread=card_of(house), caption="!note elle doit encore 30 €"))
    for words in ("encore", "recu.pdf"):
        await happens(house, says(f"!search {words}"))
        assert "#1" in answers_in(house)[-1]


async def test_a_note_by_mail_names_its_files_to_colleagues(house: House) -> None:
    await wants_mail(house)
    one = await a_file_comes(house)
    await confirms(house, "bob@home.example", BOB)
    await happens(house, says("!notify noted-unassigned email", sender=BOB))
    noted = mail(
        id="a1@home.example",
        sender=f"Alice <{HERS}>",
        subject=f"Re: {one['Subject']}",
        reply_to=one["Message-ID"].strip("<>"),
        text="note: le voici\n",
        headers=PROOF,
        file=BYTES,
    )
    await comes(house, noted)
    await house.settle(SOON)
    (told,) = [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]
    assert "le voici\r\n\r\n📎 paper.pdf\r\n" in words_of(told)


def with_many(one: EmailMessage, words: str, count: int) -> bytes:
    """An answer with so many files."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Alice <{HERS}>", "contact@asso.example", f"Re: {one['Subject']}"
    made["Message-ID"], made["In-Reply-To"] = "<a1@home.example>", one["Message-ID"]
    made[PROOF[0][0]] = PROOF[0][1]
    made.set_content(f"{words}\n")
    for number in range(count):
        made.add_attachment(b"%d" % number, maintype="image", subtype="jpeg", filename=f"photo {number}.jpg")
    return made.as_bytes()


def shown_files(house: House) -> int:
    posted = (one for one in house.homeserver.posted if not one.is_edit)
    return sum(str(one.content.get("filename", "")).startswith("photo ") for one in posted)


async def test_of_a_note_by_mail_with_many_files_none_is_lost_in_silence(house: House) -> None:
    await wants_mail(house)
    one = await a_file_comes(house)
    await confirms(house, "bob@home.example", BOB)
    await happens(house, says("!notify noted-unassigned email", sender=BOB))
    await comes(house, with_many(one, "note: les voici", 53))
    await house.settle(SOON)
    assert shown_files(house) == 50
    (noted,) = [str(p.content["body"]) for p in house.homeserver.posted if "les voici" in str(p.content.get("body"))]
    assert "3 more files are not here: they are in the mail alone, in the folder INBOX" in noted
    (told,) = [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]
    assert words_of(told).count("📎 photo ") == 5 and "📎 +45\r\n" in words_of(told)


async def test_an_answer_with_more_files_than_leave_in_one_mail_shows_them_all(house: House) -> None:
    await wants_mail(house)
    await comes(house, with_many(await a_file_comes(house), "Les voici.", 30))
    assert left(house) == [] and shown_files(house) == 30
    assert any("30 files" in str(one.content.get("body")) for one in house.homeserver.posted)


@pytest.mark.parametrize("msgtype", ["m.file", "m.image", "m.audio"])
@pytest.mark.parametrize("words", ["", "Voici", "!note Voici"])
async def test_a_file_in_the_thread_is_named_once_in_the_mail(house: House, words: str, msgtype: str) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    posted = posts("devis.pdf", 4, thread=card_of(house), caption=words, sender=BOB)
    await happens(house, replace(posted, msgtype=msgtype), seconds=SOON)
    (one,) = notices(house)
    said = words_of(one).replace("\r\n", "\n").partition("Before that:")[0]
    assert said.count("📎 devis.pdf") == 1 and ("Voici\n\n📎" in said) is bool(words)


@pytest.mark.parametrize("words", ["", "Voici"])
@pytest.mark.parametrize("what", ["deleted", "encrypted"])
async def test_a_file_that_was_deleted_or_is_of_an_encrypted_room_is_not(house: House, words: str, what: str) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    if what == "encrypted":
        house.step.rooms.encrypted.add(ROOM)
        house.homeserver.encrypted.add(ROOM)
    is_sealed = what == "encrypted"
    posted = posts("devis.pdf", 4, thread=card_of(house), caption=words, sender=BOB, encrypted=is_sealed)
    await happens(house, posted, seconds=(0.0,))
    if what == "deleted":
        await happens(house, redacts(posted.event, sender=BOB), seconds=(0.0,))
    await house.settle(SOON)
    assert all("devis.pdf" not in words_of(one) for one in notices(house))


async def test_a_caption_that_is_edited_keeps_its_file_in_the_mail(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    posted = posts("devis.pdf", 4, thread=card_of(house), caption="Voila", sender=BOB)
    await happens(house, posted, edits(posted.event, "Voici", sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert "Voici\n\n📎 devis.pdf" in words_of(one).replace("\r\n", "\n") and "Voila" not in words_of(one)


async def test_a_file_that_waits_for_its_server_is_mailed_once(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    house.provider.answers = [TryLater("450")]
    posted = posts("devis.pdf", 4, thread=card_of(house), sender=BOB)
    await happens(house, posted, seconds=(*SOON, 900.0, 900.0, *SOON))
    (one,) = notices(house)
    assert "📎 devis.pdf" in words_of(one)
