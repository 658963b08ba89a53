"""`signature`: a member's own lines under the mails that they write from this room's mailboxes."""

from typing import Final

from bot.domain.command import Answer, Asked, Command, Text, Where
from bot.domain.decision import Decision, SaveSignature
from bot.domain.needs import Needs, SignaturesOf
from bot.domain.own_signature import MOST_LETTERS, MOST_LINES, OwnSignature, lines_of
from bot.domain.page import Page, Paragraph
from bot.domain.sentences import sentence
from bot.domain.words import Word, bare

REMOVE: Final = Word("remove", ("supprimer", "retirer"))


def _kept_in(asked: Asked) -> SignaturesOf:
    return SignaturesOf(tuple(one.id for one in asked.mailboxes_meant), asked.person)


def _needs(asked: Asked) -> Needs:
    return [_kept_in(asked)]


def _signature(asked: Asked) -> Answer:
    there = {one.mailbox: one for one in asked.facts[_kept_in(asked)]}
    lines = lines_of(asked.called.text)
    if not lines:
        return _shown(asked, tuple(one for one in there.values() if one.text))
    is_removed = len(lines) == 1 and bare(lines[0]) in REMOVE.said
    if is_removed and not any(one.text for one in there.values()):
        return sentence("error.signature_none")
    if len(lines) > MOST_LINES or any(len(line) > MOST_LETTERS for line in lines):
        return sentence("error.signature_long", lines=MOST_LINES, letters=MOST_LETTERS)
    text = "" if is_removed else "\n".join(lines)
    changes = []
    for mailbox in asked.mailboxes_meant:
        before = there[mailbox.id].text if mailbox.id in there else ""
        changes.append(SaveSignature(OwnSignature(mailbox.id, asked.person, text, asked.now, asked.event, before)))
    return Decision(tuple(changes))


def _shown(asked: Asked, kept: tuple[OwnSignature, ...]) -> Answer:
    if not kept:
        return sentence("error.signature_none")
    is_shared = len(asked.mailboxes_meant) > 1
    told = []
    for one in kept:
        words = sentence("signature.words", words=one.text)
        told.append(
            sentence("signature.of", mailbox=asked.instance.address_of(one.mailbox), words=words)
            if is_shared
            else words
        )
    return Page(sentence("signature.title"), (Paragraph(tuple(told)),), is_short=True)


SIGNATURE = Command(
    "signature",
    "self",
    _signature,
    _needs,
    where=Where.ROOM,
    takes=(Text(),),
    is_sensitive=True,
    tried=("sign", "signer"),
    has_more=True,
)
