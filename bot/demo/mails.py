"""The mails of the demo: a week of a small association, in several languages, charsets and shapes."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy, utils
from email.message import EmailMessage
from email.parser import BytesParser

MAILBOX = "contact@monasso.org"
MAILBOX_NAME = "Mon Asso"
SECOND = "benevoles@monasso.test"
"""The mailbox that is added while the bot runs; nothing in the world has that domain (RFC 2606 2)."""
CAMILLE = "camille.fournier@example.org"
INES = "ines.benali@example.com"
# The demo's SMTP server has no such user: a reply to it comes back as a bounce.
MOVED = "karim.haddad@example.net"

# Mails as they travel: 8-bit content stays as it is, lines end in CRLF.
_POLICY = policy.SMTP.clone(cte_type="8bit")


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail with the demo's words on it."""

    message_id: str
    subject: str
    raw: bytes


_Maker = Callable[[datetime], DemoMail]


def first_mails(now: datetime | None = None) -> list[DemoMail]:
    """The mails in the inbox when the bot starts, oldest first."""
    now = now or datetime.now(UTC)
    makers = (
        membership_question,
        inline_image,
        invoice,
        japanese_visit,
        *conversation(),
        several_files,
        outlook_answer,
        calendar_invitation,
        out_of_office,
        returned_newsletter,
        spam,
        moved_member,
    )
    hours_each = 5
    return [make(now - timedelta(hours=hours_each * (len(makers) - n))) for n, make in enumerate(makers)]


def membership_question(at: datetime) -> DemoMail:
    """Plain text in ISO-8859-1, quoted-printable, with a signature: the mail that the demo answers."""
    mail = _headers(f"Camille Fournier <{CAMILLE}>", "Question sur l'adhésion 2027", "adhesion-2027@example.org", at)
    mail.set_content(
        "Bonjour,\n\nJe souhaite adhérer à l'association avec mes deux enfants (8 et 11 ans).\n"
        "Y a-t-il un tarif réduit pour les familles, et peut-on payer en plusieurs fois ?\n\n"
        "Merci d'avance,\n\n-- \nCamille Fournier\n12 rue des Peupliers, Besançon\n",
        charset="iso-8859-1",
        cte="quoted-printable",
    )
    return _made(mail)


def inline_image(at: datetime) -> DemoMail:
    """HTML with a picture in the text, and a tracking pixel that must never be loaded."""
    mail = _headers("Thomas Müller <thomas.mueller@example.de>", "The new logo 🎨", "logo-draft@example.de", at)
    mail.set_content("Hi all,\n\nhere is the draft of the new logo. Which blue do you prefer?\n\nThomas\n")
    mail.add_alternative(
        '<div style="font-family:Arial"><p>Hi all,</p><p>here is the draft of the <b>new logo</b>:</p>'
        '<p><img src="cid:logo@example.de" alt="Logo draft" width="64" height="64"></p>'
        "<table border=1><tr><th>Blue</th><th>Code</th></tr><tr><td>Sky</td><td>#4aa3df</td></tr>"
        "<tr><td>Night</td><td>#123a5c</td></tr></table><p>Which blue do you prefer?</p><p>Thomas</p>"
        '<img src="https://tracker.example.com/p.gif?u=42" width="1" height="1"></div>',
        subtype="html",
    )
    html = mail.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(_picture((0x4A, 0xA3, 0xDF)), "image", "png", cid="<logo@example.de>", filename="logo.png")
    return _made(mail)


def invoice(at: datetime) -> DemoMail:
    """Windows-1252 with a euro sign, and a PDF."""
    mail = _headers(
        "Imprimerie Lumière <facturation@lumiere.example>", "Facture n° 2026-118", "f118@lumiere.example", at
    )
    mail.set_content(
        "Madame, Monsieur,\n\nVeuillez trouver ci-joint notre facture de 412,50 € pour les affiches du gala.\n"
        "Échéance : 30 jours.\n\nCordialement,\nLe service comptabilité\n",
        charset="windows-1252",
        cte="8bit",
    )
    mail.add_attachment(_pdf("Facture 2026-118: 412,50 EUR"), "application", "pdf", filename="Facture n° 2026-118.pdf")
    return _made(mail)


def japanese_visit(at: datetime) -> DemoMail:
    """ISO-2022-JP, in the subject and the name too."""
    subject = "=?iso-2022-jp?b?" + _b64("訪問のお願い", "iso-2022-jp") + "?="
    name = "=?iso-2022-jp?b?" + _b64("佐藤花子", "iso-2022-jp") + "?="
    text = "はじめまして。来月フランスへ行きます。\n協会を見学することはできますか。\n\n佐藤花子\n"
    head = _raw_headers(f"{name} <hanako.sato@example.jp>", subject, "visit-2026@example.jp", at)
    head += ["Content-Type: text/plain; charset=iso-2022-jp", "Content-Transfer-Encoding: 7bit", "", ""]
    raw = "\r\n".join(head).encode("ascii") + text.replace("\n", "\r\n").encode("iso-2022-jp")
    return DemoMail(message_id="visit-2026@example.jp", subject="訪問のお願い", raw=raw)


def conversation() -> tuple[_Maker, _Maker, _Maker]:
    """Three mails of one conversation: a question, an addition, and a colleague who joins in."""
    first, second, third = "salle-1@example.com", "salle-2@example.com", "salle-3@example.com"

    def ask(at: datetime) -> DemoMail:
        mail = _headers(f"Inès Benali <{INES}>", "Réservation de la salle", first, at)
        mail.set_content(
            "Bonjour,\n\nla grande salle est-elle libre le samedi 12 décembre, de 14 h à 18 h ?\n"
            "Nous serions une quarantaine.\n\nInès Benali\n"
        )
        return _made(mail)

    def add(at: datetime) -> DemoMail:
        mail = _headers(f"Inès Benali <{INES}>", "Re: Réservation de la salle", second, at, parents=[first])
        mail.set_content(
            "J'ai oublié : il nous faudrait aussi le vidéoprojecteur.\n\nInès\n\n"
            f"Le sam. 21 nov. 2026 à 10:12, Inès Benali <{INES}> a écrit :\n"
            "> Bonjour,\n>\n> la grande salle est-elle libre le samedi 12 décembre, de 14 h à 18 h ?\n"
            "> Nous serions une quarantaine.\n>\n> Inès Benali\n"
        )
        return _made(mail)

    def join(at: datetime) -> DemoMail:
        sender = "Marc Olivier <marc.olivier@example.com>"
        mail = _headers(sender, "RE: Réservation de la salle", third, at, parents=[first, second])
        mail["Cc"] = f"Inès Benali <{INES}>"
        mail.set_content(
            "Bonjour, je prends la suite d'Inès cette semaine. Plutôt 45 personnes, si c'est possible.\n\nMarc\n\n"
            "-----Message d'origine-----\n"
            f"De : Inès Benali <{INES}>\nEnvoyé : samedi 21 novembre 2026 11:40\nÀ : {MAILBOX}\n"
            "Objet : Re: Réservation de la salle\n\nJ'ai oublié : il nous faudrait aussi le vidéoprojecteur.\n"
        )
        return _made(mail)

    return ask, add, join


def several_files(at: datetime) -> DemoMail:
    """Two attachments, an emoji in the subject, and text that would like to ping the whole room."""
    mail = _headers("Ola Nordmann <ola@example.no>", "Photos from the summer fête ☀️", "fete@example.no", at)
    mail.set_content(
        "Dear team,\n\nthe photo and the list of helpers are attached. @room please tell everybody!\n"
        "!close is not a command when a correspondent writes it.\n\nBest regards,\nOla\n\nSent from my iPhone\n"
    )
    mail.add_attachment(_picture((0xF2, 0xC1, 0x4E)), "image", "png", filename="fête.png")
    mail.add_attachment("Ola;salt\nKari;coffee\n", subtype="csv", filename="helpers.csv")
    return _made(mail)


def outlook_answer(at: datetime) -> DemoMail:
    """HTML of a desktop Outlook with the older mail below, in answer to a mail that was never here."""
    sender = "Hélène Garnier <h.garnier@mairie.example>"
    parents = ["AM9PR01MB1234567890ABCDEF@eurprd01.prod.example"]
    mail = _headers(sender, "RE: Subvention 2027", "subvention-re@mairie.example", at, parents=parents)
    mail.set_content(
        "<html><head><style>p.MsoNormal {margin:0cm}</style></head><body lang=FR><div class=WordSection1>"
        "<p class=MsoNormal>Bonjour,</p><p class=MsoNormal>Le dossier est complet, la commission se réunit le 4 janv."
        "</p><p class=MsoNormal>Cordialement,<br>Hélène Garnier<o:p></o:p></p>"
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal>'
        f"<b>De&nbsp;:</b> Mon Asso &lt;{MAILBOX}&gt;<br><b>Envoyé&nbsp;:</b> lundi 16 novembre 2026 09:02<br>"
        "<b>À&nbsp;:</b> Hélène Garnier<br><b>Objet&nbsp;:</b> Subvention 2027</p></div>"
        "<p class=MsoNormal>Bonjour, avez-vous bien reçu notre dossier&nbsp;?</p></div></body></html>",
        subtype="html",
        charset="utf-8",
        cte="quoted-printable",
    )
    return _made(mail)


def calendar_invitation(at: datetime) -> DemoMail:
    """An invitation (RFC 5545, RFC 6047)."""
    mail = _headers(
        "Réseau des associations <agenda@reseau.example>", "Réunion de rentrée", "agenda-7@reseau.example", at
    )
    mail.set_content("Vous êtes invités à la réunion de rentrée du réseau.\n")
    start = (at + timedelta(days=30)).strftime("%Y%m%dT180000Z")
    lines = (
        "BEGIN:VCALENDAR|VERSION:2.0|PRODID:-//reseau//agenda//FR|METHOD:REQUEST|BEGIN:VEVENT|UID:agenda-7@reseau.example|"
        f"DTSTAMP:{at.strftime('%Y%m%dT%H%M%SZ')}|DTSTART:{start}|DURATION:PT2H|SUMMARY:Réunion de rentrée|"
        "LOCATION:Maison des associations\\, Dole|ORGANIZER:mailto:agenda@reseau.example|END:VEVENT|END:VCALENDAR|"
    ).split("|")
    mail.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": "REQUEST"})
    return _made(mail)


def out_of_office(at: datetime) -> DemoMail:
    """An automatic answer (RFC 3834)."""
    sender = "Paul Lefèvre <paul.lefevre@example.org>"
    mail = _headers(sender, "Réponse automatique : Appel aux bénévoles", "ooo-1@example.org", at)
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content("Je suis absent jusqu'au 30 novembre et vous répondrai à mon retour.\n\nPaul Lefèvre\n")
    return _made(mail)


def returned_newsletter(at: datetime) -> DemoMail:
    """A bounce of a mail that was sent before the bot was here."""
    original = (
        b"Message-ID: <lettre-11@monasso.org>\r\nFrom: contact@monasso.org\r\nSubject: Lettre de novembre\r\n\r\n"
    )
    return bounce(original, recipient="ancienne@example.net", at=at)


def spam(at: datetime) -> DemoMail:
    """The mail that the demo marks as spam."""
    mail = _headers("Prize Office <winner@lottery.example>", "YOU HAVE WON 4.500.000 EUR", "win@lottery.example", at)
    mail.set_content("Dear beneficiary, send your bank details to claim your prize today.\n")
    return _made(mail)


def moved_member(at: datetime) -> DemoMail:
    """From an address that no longer exists: a reply to it bounces."""
    mail = _headers(f"Karim Haddad <{MOVED}>", "Changement d'adresse", "adresse@example.net", at)
    mail.set_content("Bonjour,\n\nje déménage. Pouvez-vous confirmer que ma nouvelle adresse est notée ?\n\nKarim\n")
    return _made(mail)


def for_second(at: datetime | None = None) -> DemoMail:
    """To the second mailbox, which others have never written to."""
    mail = _headers(f"Camille Fournier <{CAMILLE}>", "Tenir la buvette", "buvette@example.org", at or datetime.now(UTC))
    mail.replace_header("To", SECOND)
    mail.set_content("Bonjour,\n\nje peux tenir la buvette samedi après-midi.\n\nCamille\n")
    return _made(mail)


def answer(original: bytes, *, sender: str, text: str, at: datetime | None = None, number: int = 1) -> DemoMail:
    """The correspondent's answer to a mail of ours, with its history below, as a mail program writes it."""
    sent = _parsed(original)
    parent = str(sent["Message-ID"]).strip().strip("<>")
    older = [word.strip("<>") for word in str(sent["References"] or "").split()]
    subject = str(sent["Subject"])
    mail = _headers(
        sender,
        subject if subject.lower().startswith("re:") else f"Re: {subject}",
        f"answer-{number}.{parent.partition('@')[0]}@example.org",
        at or datetime.now(UTC),
        parents=[*older, parent],
    )
    part = sent.get_body(("plain",))
    quoted = part.get_content() if part is not None else ""
    history = "".join(f"> {line}\n" for line in quoted.splitlines())
    mail.set_content(f"{text}\n\nLe lun. 23 nov. 2026 à 14:00, {MAILBOX_NAME} <{MAILBOX}> a écrit :\n\n{history}")
    return _made(mail)


def bounce(original: bytes, *, recipient: str, at: datetime | None = None) -> DemoMail:
    """A delivery report (RFC 3464) for a mail of ours that `recipient`'s server refused for good."""
    at = at or datetime.now(UTC)
    sent = _parsed(original)
    boundary = "delivery-report"
    message_id = f"report-{zlib.crc32(original):08x}@mail.example"
    headers_only = b"\r\n".join(f"{name}: {value}".encode() for name, value in sent.items())
    text = (
        "This is the mail system at host mail.example.\r\n\r\nI'm sorry to have to inform you that your message could "
        f"not\r\nbe delivered to one or more recipients.\r\n\r\n<{recipient}>: host mx.example.net said: 550 5.1.1\r\n"
        "    User unknown (in reply to RCPT TO command)\r\n"
    )
    report = (
        f"Reporting-MTA: dns; mail.example\r\nArrival-Date: {utils.format_datetime(at)}\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Remote-MTA: dns; mx.example.net\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
    )
    head = [
        "Return-Path: <>",
        *_raw_headers(
            "Mail Delivery System <MAILER-DAEMON@mail.example>", "Undelivered Mail Returned to Sender", message_id, at
        ),
        "Auto-Submitted: auto-replied",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
    ]
    parts = [
        b"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + text.encode(),
        b"Content-Type: message/delivery-status\r\n\r\n" + report.encode(),
        b"Content-Type: text/rfc822-headers\r\n\r\n" + headers_only + b"\r\n",
    ]
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    raw = "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"--" + boundary.encode() + b"--\r\n"
    return DemoMail(message_id=message_id, subject="Undelivered Mail Returned to Sender", raw=raw)


def _headers(sender: str, subject: str, message_id: str, at: datetime, *, parents: Sequence[str] = ()) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = f"{MAILBOX_NAME} <{MAILBOX}>"
    mail["Subject"] = subject
    mail["Date"] = utils.format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    if parents:
        mail["In-Reply-To"] = f"<{parents[-1]}>"
        mail["References"] = " ".join(f"<{parent}>" for parent in parents)
    return mail


def _raw_headers(sender: str, subject: str, message_id: str, at: datetime) -> list[str]:
    return [
        f"From: {sender}",
        f"To: {MAILBOX_NAME} <{MAILBOX}>",
        f"Subject: {subject}",
        f"Date: {utils.format_datetime(at)}",
        f"Message-ID: <{message_id}>",
        "MIME-Version: 1.0",
    ]


def _made(mail: EmailMessage) -> DemoMail:
    message_id = str(mail["Message-ID"]).strip("<>")
    return DemoMail(message_id=message_id, subject=str(mail["Subject"]), raw=mail.as_bytes())


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=_POLICY).parsebytes(raw)


def _b64(text: str, charset: str) -> str:
    return base64.b64encode(text.encode(charset)).decode("ascii")


def _picture(colour: tuple[int, int, int], side: int = 64) -> bytes:
    """A square of one colour as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(colour) * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _pdf(line: str) -> bytes:
    """One page with one line of text."""
    stream = f"BT /F1 18 Tf 60 760 Td ({line}) Tj ET".encode("latin-1")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    made = bytearray(b"%PDF-1.4\n")
    offsets: list[int] = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    made += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(made)
