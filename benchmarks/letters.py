"""Mails to measure with: small letters, some of them answers to earlier ones, as a support mailbox gets them."""

from __future__ import annotations

import random
from email.message import EmailMessage
from email.policy import SMTP

TO = "contact@monasso.org"
_WORDS = (
    "bonjour merci atelier samedi inscription adhésion cotisation facture reçu salle réservation enfants tarif "
    "famille parking matériel bénévole réunion compte rendu envoi adresse courrier dossier rendez-vous horaire"
).split()


def letters(count: int, *, answers: float = 0.4, seed: int = 1) -> list[bytes]:
    """That many mails; this share of them answers an earlier one."""
    dice = random.Random(seed)
    known: list[tuple[str, str, str]] = []
    out = []
    for number in range(count):
        id = f"bench-{seed}-{number}@example.org"
        parent = dice.choice(known) if known and dice.random() < answers else None
        sender = parent[2] if parent else f"personne{number}@example.org"
        subject = parent[1] if parent else f"Question {number} sur {dice.choice(_WORDS)}"
        message = EmailMessage(policy=SMTP)
        message["From"] = f"Personne {number} <{sender}>"
        message["To"] = TO
        message["Subject"] = f"Re: {subject}" if parent else subject
        message["Message-ID"] = f"<{id}>"
        message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
        if parent:
            message["In-Reply-To"] = f"<{parent[0]}>"
            message["References"] = f"<{parent[0]}>"
        text = "\n\n".join(" ".join(dice.choices(_WORDS, k=dice.randint(10, 40))) + "." for _ in range(3))
        message.set_content(f"Bonjour,\n\n{text}\n\nCordialement\nPersonne {number}\n")
        if number % 2:
            message.add_alternative(f"<p>Bonjour,</p><p>{text}</p><p>Cordialement<br>Personne</p>", subtype="html")
        out.append(message.as_bytes())
        known.append((id, subject, sender))
    return out
