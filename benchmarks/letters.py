"""Mails to measure with: small letters, some of them answers to earlier ones, as a support mailbox gets them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP

TO = "contact@monasso.org"
ANSWERS = 0.4
_WORDS = (
    "bonjour merci atelier samedi inscription adhésion cotisation facture reçu salle réservation enfants tarif "
    "famille parking matériel bénévole réunion compte rendu envoi adresse courrier dossier rendez-vous horaire"
).split()


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    subject: str
    sender: str
    references: tuple[str, ...]


def letters(count: int, *, answers: float = ANSWERS, seed: int = 1) -> list[bytes]:
    """That many mails; this share of them answers an earlier one."""
    dice = random.Random(seed)
    known: list[_Known] = []
    out = []
    for number in range(count):
        id = f"bench-{seed}-{number}@example.org"
        parent = dice.choice(known) if known and dice.random() < answers else None
        sender = parent.sender if parent else f"personne{number}@example.org"
        subject = parent.subject if parent else f"Question {number} sur {dice.choice(_WORDS)}"
        message = _headed(id, f"Personne {number} <{sender}>", f"Re: {subject}" if parent else subject)
        if parent:
            message["In-Reply-To"] = f"<{parent.id}>"
            message["References"] = " ".join(f"<{one}>" for one in (*parent.references, parent.id))
        text = "\n\n".join(" ".join(dice.choices(_WORDS, k=dice.randint(10, 40))) + "." for _ in range(3))
        message.set_content(f"Bonjour,\n\n{text}\n\nCordialement\nPersonne {number}\n")
        if number % 2:
            message.add_alternative(f"<p>Bonjour,</p><p>{text}</p><p>Cordialement<br>Personne</p>", subtype="html")
        out.append(message.as_bytes())
        known.append(_Known(id, subject, sender, (*parent.references, parent.id) if parent else ()))
    return out


def shuffled(mails: list[bytes], *, seed: int = 2) -> list[bytes]:
    """The same mails in an order in which many answers come before what they answer."""
    out = list(mails)
    random.Random(seed).shuffle(out)
    return out


def parents_of(mails: list[bytes]) -> dict[str, str]:
    """What each answer among these letters answers, by Message-ID."""
    found = {}
    for mail in mails:
        headers = BytesHeaderParser(policy=SMTP).parsebytes(mail)
        if headers["In-Reply-To"]:
            found[headers["Message-ID"].strip("<>")] = headers["In-Reply-To"].strip("<>")
    return found


def big_letter(id: str, size: int) -> bytes:
    """A mail of about `size` bytes, nearly all of it one attached file."""
    message = _headed(id, "Camille <camille@example.org>", f"Un fichier {id}")
    message.set_content("Bonjour,\n\nvoici le fichier.\n\nCamille\n")
    data = random.Random(id).randbytes(size * 56 // 77)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{id}.bin")
    return message.as_bytes()


def long_thread(id: str, references: int) -> bytes:
    """A mail that names this many earlier ones, none of which is there."""
    message = _headed(id, "Camille <camille@example.org>", "Re: Une longue histoire")
    message.set_content("Bonjour,\n\nencore une chose.\n\nCamille\n")
    ids = "".join(f"\r\n <earlier-{number}-{id}@mail.example.org>" for number in range(references))
    return message.as_bytes().replace(b"\r\nSubject:", b"\r\nReferences:" + ids.encode() + b"\r\nSubject:", 1)


def _headed(id: str, sender: str, subject: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = TO
    message["Subject"] = subject
    message["Message-ID"] = f"<{id}>"
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
    return message
