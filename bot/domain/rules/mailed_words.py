"""Words of an answer by mail in their thread, and the mail by which their writer hears that they did not leave."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import NOTHING, Decision, KeepMailed, NeverTake, SetTimer
from bot.domain.direct import Own
from bot.domain.effects import PostWords
from bot.domain.mail import Address
from bot.domain.mailed import POST_AGAIN, Mailed, told_key, told_mail_key
from bot.domain.member_mail import MailMember, Passage
from bot.domain.notices import OF_SEVERAL
from bot.domain.participants import Addressed
from bot.domain.rules.notice_whom import mark_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Fresh, Signer, ascii_domain


def head_of(one: Mailed, *, left_out: str = "") -> Sentence:
    """What stands above the words. `left_out`: what is taken for a signature under a command."""
    if one.told_of is not None:
        here = head_of(replace(one, told_of=None), left_out=left_out)
        return sentence("mailed.onward", told=here, number=one.told_of, other=one.conversation)
    line = one.line.removeprefix("!")
    if one.is_note:
        return sentence("mailed.line_and_note" if line else "mailed.note", who=one.person, line=line)
    if not line:
        return sentence("mailed.reply", who=one.person)
    if one.text or one.files:
        return sentence("mailed.line_and_reply", who=one.person, line=line)
    if left_out:
        return sentence("mailed.line_left_out", who=one.person, line=line, words=" ".join(left_out.split()))
    return sentence("mailed.line_only", who=one.person, line=line)


def shown(one: Mailed, about: Conversation, told: Sentence, *, vouched: bool, now: datetime) -> Decision:
    mention = () if vouched else (one.person,)
    person = one.person if vouched else None
    post = PostWords(about.room, told, one.text, about, one.slot, person, mention, one.files, shows_files=vouched)
    return Decision((KeepMailed(one), SetTimer(one.slot, now + POST_AGAIN)), (post,))


def told_token(one: Mailed) -> str:
    """With which the id of the mail begins that tells of it."""
    return f"{one.row:012x}"


def told_by_mail(
    signer: Signer,
    instance: Instance,
    mailbox: MailboxSettings,
    one: Mailed,
    address: str,
    told: tuple[Sentence | Passage, ...],
    now: datetime,
    *,
    subject: Sentence | None = None,
    about: Conversation | None,
    whom: Addressed | None = None,
    is_gone: bool = False,
    fresh: Fresh = Fresh.OUTSIDE,
) -> Decision:
    """Whoever writes by mail may not look at the room: they are told by mail as well, at most once a day.

    Args:
        about: the conversation, where it is in one of our mailboxes.
        whom: all who get an answer to it, where that is known.
        is_gone: whether they are not in the room any more.
        fresh: whose news they answered, or it tells.
    """
    token = told_token(one)
    # It is about words of their own: a greeting tells as little here for whom an answer is.
    fresh = Fresh.NOTES if fresh is Fresh.ACTS else fresh
    id = signer.notification_id(
        person=one.person,
        conversation=one.conversation,
        at=one.told_at,
        token=token,
        domain=ascii_domain(mailbox.address),
        address=address,
        whom=mark_of(whom, signer),
        fresh=fresh,
    )
    subject = subject or _told_subject(one)
    language = instance.own_of(one.person, Own.LANGUAGE)
    # Where to read on; and a notification is known by it to have ended.
    thread = about if about is not None and about.status is not Status.DELETED else None
    # They answer this very mail perhaps: what stands in it is cut off by the same mark.
    letter = MailMember(
        mailbox.id,
        one.person,
        address,
        id,
        subject,
        (*told, *_how(about, mailbox, whom, fresh)),
        one.conversation if about is not None else None,
        language=language,
        room=thread.room if thread is not None else None,
        card=thread.root if thread is not None else None,
        can_be_answered=not is_gone,
        tells_of_answer=True,
        is_gone=is_gone,
    )
    return Decision((NeverTake(told_key(one.person, now)), NeverTake(told_mail_key(token))), (letter,))


def told_who_left(
    signer: Signer,
    instance: Instance,
    mailbox: MailboxSettings,
    one: Mailed,
    told: Sentence,
    words: str,
    now: datetime,
    *,
    address: str,
    is_markdown: bool = False,
) -> Decision:
    """Whoever is not in the room any more reads nothing there: in their direct chat, else by mail, they get their own
    words back, and nothing else of the conversation.

    Args:
        address: where they may be mailed; empty: nowhere, or not today any more.
    """
    direct = instance.direct_with(one.person)
    if direct is not None:
        slot = f"away:{one.row}"
        here = PostWords(direct.room, told, words, slot=slot, mention=(one.person,), is_markdown=is_markdown)
        return Decision((), (here,))
    if not address:
        return NOTHING
    theirs = (Passage(sentence("mailed.told_words"), words, is_markdown=is_markdown),) if words else ()
    blocks = (told, sentence("mailed.once_a_day"), *theirs)
    return told_by_mail(signer, instance, mailbox, one, address, blocks, now, about=None, is_gone=True)


def _how(
    about: Conversation | None, mailbox: MailboxSettings, whom: Addressed | None, fresh: Fresh
) -> tuple[Sentence, ...]:
    """To whom an answer to the mail goes, where one would: whoever has just heard from us answers us."""
    if about is None or about.status is Status.DELETED or not mailbox.answer_by_mail:
        return ()
    known = dict.fromkeys((about.correspondent.address, *about.participants))
    people = whom.everybody if whom is not None else [Address("", one) for one in known]
    key = "mailed.told_how_of_team" if fresh is Fresh.NOTES else "mailed.told_how"
    return (sentence(key, to=", ".join(one.address for one in people)),)


def _told_subject(one: Mailed) -> Sentence:
    if one.conversation == OF_SEVERAL:
        return sentence("mailed.told_subject_several")
    return sentence("mailed.told_subject", number=one.conversation)
