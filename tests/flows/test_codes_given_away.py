"""A code that is mailed to an address, and comes into the team's room by an answer: it counts no more, and is hidden."""

import base64
import re
from dataclasses import replace
from email.message import EmailMessage
from typing import Final

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, answers_in, happens
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import PROOF
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_own_addresses import HERS, code_in, everything_said, sent_to

MARIE: Final = "marie@example.org"
OTHER: Final = "Marie <marie.autre@example.org>"
ENDED: Final = "counts no more: the mail that brought it was answered"
ASKED: Final = "answers a mail with a code that Bob asked for"
BARE: Final = "An answer came to the mail that brought your code"


async def asks(house: House, address: str = MARIE, who: UserId = BOB) -> EmailMessage:
    """The mail with the code that somebody asked for."""
    await happens(house, says(f"!email {address}", sender=who))
    return sent_to(house, address)[-1]


def speaks(house: House, language: str) -> None:
    french = replace(INSTANCE, language=language, mailboxes=(replace(MAILBOX, language=language),))
    house.step.settings.reload(french)


def quoted(one: EmailMessage, words: str = "Je n'ai rien demandé !") -> str:
    below = "\n".join(f"> {line}" for line in words_of(one).split("\n"))
    return f"{words}\n\nLe lun. 23 nov. 2026 à 10:00, Mon Asso <contact@asso.example> a écrit :\n\n{below}"


def id_of(one: EmailMessage) -> str:
    return str(one["Message-ID"]).strip("<>")


def answer_to(
    one: EmailMessage,
    text: str,
    *,
    id: str = "q@example.org",
    sender: str = f"Marie <{MARIE}>",
    subject: str = "",
    names: bool = True,
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    return mail(
        id=id,
        reply_to=id_of(one) if names else "",
        sender=sender,
        subject=subject or f"Re: {one['Subject']}",
        text=text,
        headers=headers,
    )


async def comes(house: House, raw: bytes, folder: str = "INBOX") -> None:
    house.provider.deliver(raw, folder, at=house.clock.now())
    await house.settle(SOON)


def conversations(house: House) -> int:
    return len({one.ours["conversation"] for one in house.homeserver.of_kind("conversation")})


async def is_of_no_use(house: House, code: str, address: str = MARIE, who: UserId = BOB) -> bool:
    await happens(house, says(f"!email confirm {code}", sender=who))
    return (
        house.step.settings.known.owner_of(address) is None and "No code of yours counts now" in answers_in(house)[-1]
    )


@pytest.mark.parametrize(
    ("sender", "subject", "names"),
    [
        (f"Marie <{MARIE}>", "C'est quoi ?", True),
        (OTHER, "", True),
        (OTHER, "C'est quoi ?", True),
        (f"Marie <{MARIE}>", "", True),
        (f"Marie <{MARIE}>", "Fwd: votre code", False),
        (OTHER, "", False),
    ],
)
async def test_a_code_that_an_answer_quotes_counts_no_more_and_stands_nowhere(
    house: House, sender: str, subject: str, names: bool
) -> None:
    one = await asks(house)
    raw = answer_to(one, quoted(one), sender=sender, subject=subject, names=names)
    await comes(house, raw)
    assert "Je n'ai rien demandé !" in everything_said(house)
    assert ENDED in everything_said(house)
    assert code_in(one) not in everything_said(house)
    assert await is_of_no_use(house, code_in(one))
    # From another folder it is no other mail.
    mails = len(house.homeserver.of_kind("mail"))
    await comes(house, raw, "Junk")
    await comes(house, b"X-Spam-Score: 0\r\n" + raw, "Junk")
    assert len(house.homeserver.of_kind("mail")) == mails


async def test_its_words_are_hidden_from_whoever_is_mailed_them(house: House) -> None:
    await wants_mail(house, "new")
    one = await asks(house)
    await comes(house, answer_to(one, f"Que faire de {code_in(one)} ?", sender=OTHER, names=False))
    told = sent_to(house)[-1]
    assert "Que faire de ••••••••" in words_of(told)
    assert code_in(one) not in f"{told['Subject']}{words_of(told)}"


async def test_an_answer_that_names_the_mail_and_not_the_code_ends_it(house: House) -> None:
    one = await asks(house)
    await comes(house, answer_to(one, "Je n'ai rien demandé !", subject="Erreur ?"))
    assert ENDED in everything_said(house)
    assert ASKED in everything_said(house)
    assert await is_of_no_use(house, code_in(one))


async def test_an_answer_to_an_earlier_mail_leaves_the_code_that_counts(house: House) -> None:
    before = await asks(house)
    await house.settle((60.0,))
    one = await asks(house)
    await comes(house, answer_to(before, "Je n'ai rien demandé !", subject="Erreur ?", sender=OTHER))
    assert ENDED not in everything_said(house)
    await happens(house, says(f"!email confirm {code_in(one)}", sender=BOB))
    assert house.step.settings.known.owner_of(MARIE) == BOB


def enclosing(one: EmailMessage, *, is_mail: bool) -> bytes:
    inner = one.as_bytes()
    kind = (
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=code.eml\r\n\r\n" + inner
        if is_mail
        else b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=code.eml\r\n\r\n" + base64.encodebytes(inner)
    )
    head = (
        "From: Marie <marie.autre@example.org>\r\nTo: contact@asso.example\r\nSubject: Regardez\r\n"
        "Message-ID: <e@example.org>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nVoyez.\r\n--b1\r\n"
    )
    return head.encode() + kind + b"\r\n--b1--\r\n"


@pytest.mark.parametrize("is_mail", [True, False])
async def test_a_code_in_a_mail_that_is_enclosed_counts_no_more(house: House, is_mail: bool) -> None:
    one = await asks(house)
    await comes(house, enclosing(one, is_mail=is_mail))
    assert "Voyez." in everything_said(house)
    assert ENDED in everything_said(house)
    assert await is_of_no_use(house, code_in(one))


async def test_a_bounce_that_names_no_id_of_ours_and_quotes_the_code_ends_it(house: House) -> None:
    one = await asks(house)
    raw = mail(
        id="b@mx.example",
        sender="Mail Delivery System <MAILER-DAEMON@mx.example>",
        subject="Undelivered Mail Returned to Sender",
        text=f"Your message could not be delivered:\n\n<{MARIE}>: 550 no such user\n\n{words_of(one)}",
    )
    await comes(house, raw)
    assert conversations(house) == 2
    assert code_in(one) not in everything_said(house)
    assert await is_of_no_use(house, code_in(one))


async def test_what_is_shown_nowhere_ends_no_code(house: House) -> None:
    """An absence note that quotes it, and its copy in a folder for what was sent, under an id of the provider's."""
    one = await asks(house)
    before = len(house.homeserver.posted)
    away = (("Auto-Submitted", "auto-replied"),)
    await comes(house, answer_to(one, quoted(one, "Je suis absente."), headers=away))
    copy = mail(
        id="rewritten@provider.example",
        sender="Mon Asso <contact@asso.example>",
        subject=str(one["Subject"]),
        text=words_of(one),
    )
    await comes(house, copy.replace(b"To: contact@asso.example", f"To: {MARIE}".encode()), "Sent")
    assert len(house.homeserver.posted) == before
    await happens(house, says(f"!email confirm {code_in(one)}", sender=BOB))
    assert house.step.settings.known.owner_of(MARIE) == BOB


async def test_two_codes_in_one_mail_both_end_and_each_of_their_people_is_told(house: House) -> None:
    one, two = await asks(house), await asks(house, HERS, ALICE)
    await comes(house, mail(id="x@x.example", text=f"{code_in(one)} {code_in(two)}"))
    assert everything_said(house).count(ENDED) >= 2
    assert await is_of_no_use(house, code_in(one))
    assert await is_of_no_use(house, code_in(two), HERS, ALICE)


async def test_a_customer_s_words_in_an_answer_to_a_code_that_a_member_asked_for_are_a_mail(house: House) -> None:
    one = await asks(house)
    await comes(house, answer_to(one, quoted(one, "Je n'ai rien demandé. Au fait : ANNULEZ ma commande SVP.")))
    assert "ANNULEZ" in everything_said(house)
    assert ASKED in everything_said(house)
    assert BARE not in everything_said(house)
    assert conversations(house) == 2
    assert await is_of_no_use(house, code_in(one))


@pytest.mark.parametrize("header", [("Precedence", "bulk"), ("List-Id", "<contact.asso.example>")])
async def test_so_are_they_where_a_relay_adds_the_headers_of_bulk_mail(house: House, header: tuple[str, str]) -> None:
    one = await asks(house)
    await comes(house, answer_to(one, quoted(one, "ANNULEZ ma commande SVP."), headers=(header,)))
    assert "ANNULEZ" in everything_said(house)
    assert await is_of_no_use(house, code_in(one))


@pytest.mark.parametrize("more", ["— qui êtes-vous ?", "URGENT"])
async def test_so_are_words_in_the_subject(house: House, more: str) -> None:
    one = await asks(house)
    await comes(house, answer_to(one, quoted(one, ""), subject=f"Re: {one['Subject']} {more}"))
    assert more in everything_said(house)
    assert await is_of_no_use(house, code_in(one))


@pytest.mark.parametrize("words", ["", "CODE", "Bonjour,\n\nCODE\n\nMarie", "-- \nMarie"])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_an_answer_without_words_of_its_own_is_told_in_words_that_are_true(
    house: House, words: str, language: str
) -> None:
    speaks(house, language)
    one = await asks(house)
    raw = answer_to(one, quoted(one, words.replace("CODE", code_in(one))))
    for folder in ("INBOX", "Junk"):
        await comes(house, raw, folder)
    told = BARE if language == "en" else "Une réponse est arrivée au courriel qui apportait votre code"
    assert len([each for each in house.homeserver.posted if told in str(each.content.get("body"))]) == 1
    assert conversations(house) == 1
    assert code_in(one) not in everything_said(house)
    await happens(house, says(f"!email confirm {code_in(one)}", sender=BOB))
    assert house.step.settings.known.owner_of(MARIE) == BOB
    # Once the address is theirs it is told no other way.
    await comes(house, b"X-Spam-Score: 0\r\n" + raw, "Junk")
    assert conversations(house) == 1


async def test_in_french_its_end_and_what_it_answers_are_told_in_french(house: House) -> None:
    speaks(house, "fr")
    one = await asks(house)
    await comes(house, answer_to(one, quoted(one)))
    bodies = [str(each.content.get("body")) for each in house.homeserver.posted]
    assert any("ne vaut plus\u00a0: on a répondu au courriel qui l’apportait" in each for each in bodies)
    assert "répond à un courriel avec un code, que Bob a demandé" in everything_said(house)
    assert code_in(one) not in everything_said(house)


async def test_whoever_answers_the_code_of_an_address_that_is_theirs_by_now_is_not_said_to_own_it(house: House) -> None:
    one = await asks(house, HERS, ALICE)
    await happens(house, says(f"!email confirm {code_in(one)}"))
    await comes(house, answer_to(one, "Encore moi.", sender=f"Alice <{HERS}>"))
    assert "Encore moi." in everything_said(house)
    assert "answers a mail with a code" not in everything_said(house)


@pytest.mark.parametrize("more", [(), (("List-Id", "<contact.asso.example>"),), (("Auto-Submitted", "auto-replied"),)])
@pytest.mark.parametrize("subject", ["", "Autre chose"])
async def test_what_follows_in_that_conversation_is_a_mail_like_any_other(
    house: House, more: tuple[tuple[str, str], ...], subject: str
) -> None:
    """Its References name the mail with the code for ever (RFC 5322 3.6.4)."""
    one = await asks(house)
    await comes(house, answer_to(one, quoted(one)))
    await happens(house, says("!reply #2 Bonjour Marie, que voulez-vous ?", sender=BOB), seconds=SENT)
    ours = sent_to(house, MARIE)[-1]
    follows = mail(
        id="f@example.org",
        reply_to=id_of(ours),
        references=f"<{id_of(one)}> <q@example.org> <{id_of(ours)}>",
        subject=subject or f"Re: {ours['Subject']}",
        text="ANNULEZ ma commande SVP.",
        headers=more,
    )
    await comes(house, follows)
    assert "ANNULEZ" in everything_said(house)
    assert conversations(house) == 2
    said = [each for each in house.homeserver.of_kind("mail") if ASKED in str(each.content.get("body"))]
    assert len(said) == 1


def bodies_with(house: House, words: str) -> str:
    """What the messages say in which these words stand. Ids and times are numbers, too."""
    said = [str(one.content.get("body")) for one in house.homeserver.posted]
    found = [one[one.index(words) :] for one in said if words in one]
    assert found
    return "".join(found)


@pytest.mark.parametrize("written", ["{} {}", "{}-{}", "{}\u00a0{}", "{}.{}", "{}  {}", "{}\n{}", "{}\t{}", "{}, {}", "{} / {}",
     "{}_{}", "{}·{}", "{}\u200b{}", "{} – {}", "{}<b>{}</b>", "{} puis {}"])  # fmt: skip
async def test_a_code_that_somebody_splits_counts_no_more_and_stands_nowhere(house: House, written: str) -> None:
    one = await asks(house)
    code = code_in(one)
    text = f"On m'a envoyé {written.format(code[:4], code[4:])}, pourquoi ?"
    await comes(house, mail(id="x@x.example", sender=OTHER, text=text))
    assert not re.search(r"\d", bodies_with(house, "On m'a envoyé"))
    assert await is_of_no_use(house, code)


@pytest.mark.parametrize("sign", [" ", "", "\u200d", ". "])
async def test_so_does_one_whose_digits_are_written_one_by_one(house: House, sign: str) -> None:
    one = await asks(house)
    code = code_in(one)
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    await comes(house, mail(id="x@x.example", sender=OTHER, text=f"J'ai reçu {sign.join(wide)}, pourquoi ?"))
    assert sign.join(wide) not in everything_said(house)
    assert await is_of_no_use(house, code)


@pytest.mark.parametrize("tag", ["<b style='margin:0 12px'>{}</b>", "<td width=20>{}</td>", "<p>{}</p>", "&#x3{};"])
async def test_so_does_one_in_html_alone_with_a_tag_for_each_digit(house: House, tag: str) -> None:
    one = await asks(house)
    code = code_in(one)
    shown = "".join(tag.format(digit) for digit in code)
    html = f"<html><body><p>J'ai reçu</p><div>{shown}</div></body></html>"
    raw = mail(id="x@x.example", sender=OTHER, text=html).replace(b"text/plain", b"text/html")
    await comes(house, raw)
    assert "J'ai reçu" in everything_said(house)
    assert not re.search(r"\d", bodies_with(house, "J'ai reçu"))
    assert await is_of_no_use(house, code)


@pytest.mark.parametrize("where", ["name", "file"])
async def test_so_does_one_in_a_name(house: House, where: str) -> None:
    one = await asks(house)
    code = code_in(one)
    raw = mail(id="x@x.example", sender=f"Code {code} <marie.autre@example.org>", text="Pourquoi ?")
    if where == "file":
        enclosed = enclosing(one, is_mail=False)
        head, _, _ = enclosed.partition(b"Content-Disposition")
        named = f'Content-Disposition: attachment; filename="{code} ?.bin"\r\n\r\nx\r\n--b1--\r\n'
        raw = head.replace(b"Content-Transfer-Encoding: base64\r\n", b"") + named.encode()
    await comes(house, raw)
    assert code not in everything_said(house)
    assert await is_of_no_use(house, code)


async def test_numbers_that_are_not_the_code_end_none(house: House) -> None:
    one = await asks(house)
    code = code_in(one)
    # Two of them that stand close may make the code by chance.
    pieces = f" {'x' * 20} ".join((code[:4], code[4:], code[1:], code[:7]))
    text = f"Le 01 23 45 67 89, commande 12345678, du 23/11/2026 ; {'y' * 20} {pieces}"
    await comes(house, mail(id="x@x.example", sender=OTHER, text=text))
    assert text in everything_said(house)
    await happens(house, says(f"!email confirm {code}", sender=BOB))
    assert house.step.settings.known.owner_of(MARIE) == BOB


async def test_a_code_in_an_answer_that_goes_on_to_a_correspondent_counts_no_more(house: House) -> None:
    """The words of a member stand in the thread as they wrote them."""
    await wants_mail(house, "new")
    house.provider.deliver(mail(id="n@x.example", sender="Paul <paul@x.example>", text="Et le code ?"))
    await house.settle(SOON)
    (told,) = notices(house)
    one = await asks(house)
    text = f"Le code est {code_in(one)}."
    await comes(house, answer_to(told, text, id="a@home.example", sender=f"Alice <{HERS}>", headers=PROOF))
    assert text in everything_said(house)
    assert await is_of_no_use(house, code_in(one))
