"""A code that a mail gives away counts no more before anybody reads it in the room.

Whoever asked for it proves nothing by what the team reads: it came there from somebody else's mailbox.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.decision import NOTHING, AddMail, Decision
from bot.domain.effects import PostMail, PostWords
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.mail import Mail
from bot.domain.matching import ids_to_look_up
from bot.domain.own_addresses import OwnAddress, SaveAddress
from bot.domain.rules.answer_files import files_of, is_sealed
from bot.domain.rules.answer_subject import is_answer_mark
from bot.domain.rules.answer_words import answer_words
from bot.domain.rules.code_digits import codes_in, covered
from bot.domain.rules.mailing_members import told_owner
from bot.domain.rules.own_words import Own, own_words
from bot.domain.sameness import of_mail
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.signing import Notified, Signer
from bot.domain.snapshots import MailSnapshot

_SUBJECT: Final = re.compile(r"(.{0,300}?)(?<!\d)(\d{8}) (?:is your code|est votre code)\s*", re.DOTALL)
"""`email.code_subject` of each catalogue, behind what clients put before it; a test holds the two together."""
_MOST_SUBJECT: Final = 400
_MOST_IDS: Final = 50


def open_codes(instance: Instance, signer: Signer, now: datetime) -> dict[str, OwnAddress]:
    """The codes by which an address can be confirmed now."""
    waiting = [one for one in instance.addresses if one.waits_at(now)]
    return {code: one for one in waiting for code in signer.every_code(one.source, one.person, one.address)}


def is_answer_to_code(mail: Mail, codes: Collection[str] = ()) -> bool:
    """Whether it has the subject that clients give to an answer to a mail with a code.

    Args:
        codes: one of them it has to be; empty: any.
    """
    found = _SUBJECT.fullmatch(mail.subject[:_MOST_SUBJECT])
    return found is not None and is_answer_mark(found[1]) and (not codes or found[2] in codes)


def follows_another(mail: Mail, signer: Signer) -> bool:
    """Whether it answers another mail than one with a code, which stands above it in its thread at most: whoever was
    answered here goes on, and their mails name that one for ever (RFC 5322 3.6.4)."""
    answered = mail.in_reply_to[:5]
    return bool(answered) and not mail.is_bounce and all(signer.notification_of(one) is None for one in answered)


def says_something(mail: Mail) -> bool:
    """Whether an answer to a mail with a code has more in it than what it quotes, a signature, and the code."""
    words, found = answer_words(mail).text, _SUBJECT.fullmatch(mail.subject[:_MOST_SUBJECT])
    if found is not None:
        words = covered(words, (found[2],), "")
    return own_words(words, mail.from_) is not Own.NONE or bool(files_of(mail, with_pictures=False)) or is_sealed(mail)


def is_person_s_answer(mail: Mail) -> bool:
    """Whether somebody wrote it in answer to a mail with a code, whatever the headers of bulk mail say that lists and
    relays add: the writer may be anybody, whose words are lost else."""
    return mail.may_be_person_s and is_answer_to_code(mail) and says_something(mail)


def given_away(snapshot: MailSnapshot, mail: Mail, now: datetime) -> dict[str, OwnAddress]:
    """The open codes that a mail has in it, or whose mail it answers or is: by its ids, in its words, in its files."""
    codes = open_codes(snapshot.instance, snapshot.signer, now)
    if not codes:
        return {}
    ids = (mail.message_id, *ids_to_look_up(mail), *mail.recognised_ids[:_MOST_IDS])
    named = [one for id in ids if (one := snapshot.signer.notification_of(id)) is not None and not one.conversation]
    said = snapshot.codes_in_files.union(*(codes_in(one, codes) for one in _said(mail)))
    found = {
        one for code, one in codes.items() if code in said or any(brought(each, one, snapshot.signer) for each in named)
    }
    return {code: one for code, one in codes.items() if one in found}


def brought(mail: Notified, one: OwnAddress, signer: Signer) -> bool:
    """Whether that mail brought the code that counts: an earlier one tells nothing of it."""
    is_same = mail.person == one.person and int(mail.at.timestamp()) == int(one.asked_at.timestamp())
    return is_same and bool(mail.home) and signer.is_home(mail.home, one.address)


def _said(mail: Mail) -> tuple[str, ...]:
    """Each text of it that is shown, and those that it is made from."""
    passed = mail.passed_on
    more = (passed.subject, passed.text, passed.beside) if passed is not None else ()
    diagnostic = mail.bounce.diagnostic if mail.bounce is not None else ""
    shown = (mail.subject, mail.text, mail.html, mail.visible_text, mail.linked_text, mail.chat_html)
    names = (*(one.name for one in mail.from_), *(one.filename for one in mail.attachments))
    return (*shown, diagnostic, *more, *names)


def without_codes(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, codes: Collection[str]
) -> tuple[MailSnapshot, MailArrived | MailUnreadable]:
    """The mail with each of the codes hidden, and what is known about it: it stays the mail that it is."""
    if not codes:
        return snapshot, input
    mail = input.mail
    bounce = mail.bounce
    hidden = replace(
        mail,
        from_=tuple(replace(one, name=covered(one.name, codes)) for one in mail.from_),
        attachments=tuple(replace(one, filename=covered(one.filename, codes)) for one in mail.attachments),
        subject=covered(mail.subject, codes),
        text=covered(mail.text, codes),
        html=covered(mail.html, codes),
        visible_text=covered(mail.visible_text, codes),
        linked_text=covered(mail.linked_text, codes),
        signed_text=covered(mail.signed_text, codes),
        chat_html=covered(mail.chat_html, codes),
        bounce=replace(bounce, diagnostic=covered(bounce.diagnostic, codes)) if bounce is not None else None,
    )
    return replace(snapshot, sameness=of_mail(mail)), replace(input, mail=hidden)


def ended(decision: Decision, instance: Instance, given: Collection[OwnAddress], now: datetime) -> Decision:
    """The codes count no more, in the commit in which the mail is shown, and whoever asked for one is told. What is
    shown nowhere ends none."""
    if not _is_shown(decision):
        return NOTHING
    found = Decision()
    for one in sorted(set(given), key=lambda each: (each.person, each.address)):
        told = told_owner(instance, one.mailbox, one.person, now, sentence("email.code_given_away"), is_own=True)
        found += Decision((SaveAddress(replace(one, source="")),)) + told
    return found


def _is_shown(decision: Decision) -> bool:
    is_kept = any(isinstance(one, AddMail) for one in decision.changes)
    return is_kept or any(isinstance(one, PostMail | PostWords) for one in decision.effects)
