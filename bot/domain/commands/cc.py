"""`cc` and `bcc`: who gets copies of the answers in a conversation."""

from bot.domain.command import Command, Numbers, Right, Words
from bot.domain.rules.copying import copies_openly, copies_unseen
from bot.domain.rules.reply import needs_of_work

CC = Command(
    "cc",
    "write",
    copies_openly,
    needs_of_work,
    takes=(Numbers(), Words()),
    is_sensitive=True,
    leaves_deed=True,
    french=("copie",),
    tried=("participants", "recipients", "destinataires"),
    has_more=True,
    right=Right.SEND,
)
BCC = Command(
    "bcc",
    "write",
    copies_unseen,
    needs_of_work,
    takes=(Numbers(), Words()),
    is_sensitive=True,
    leaves_deed=True,
    french=("cci", "copie-cachée"),
    has_more=True,
    right=Right.SEND,
)
