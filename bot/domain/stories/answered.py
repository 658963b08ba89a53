"""A member answered a notification by mail: the words are shown in the thread, then decided like words written there.

Two steps. The mail makes a message of ours in the thread. When that stands there, its words are given to the same story
as a member's message, in the member's name: commands, rights, questions and the undo window are those of the room.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.authenticity import is_proven, only_author
from bot.domain.command import Talk
from bot.domain.conversation import Conversation, EventKind, KnownEvent
from bot.domain.decision import NOTHING, AddEvent, AddMail, Change, Decision, KeepMailed, NeverTake, SetTimer
from bot.domain.due_snapshots import MailedSnapshot
from bot.domain.effects import Effect, PostWords, Say
from bot.domain.files import Enclosure
from bot.domain.ids import BlobId, UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.mail import Mail
from bot.domain.mailed import POST_AGAIN, Claim, Mailed, row_in, row_of_files, told_key
from bot.domain.member_mail import MailMember, Passage
from bot.domain.own_addresses import masked
from bot.domain.plain_words import as_markdown
from bot.domain.rules.answer_files import files_of, is_mail, is_sealed
from bot.domain.rules.answering import Goes, Judged, OfCode, Refused
from bot.domain.rules.mailing_members import arrived, told_owner
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import ascii_domain, row_of
from bot.domain.snapshots import MailSnapshot
from bot.domain.stories.by_mail import Spoken, Unclear, all_words, letter_in, spoken
from bot.domain.stories.team import decide_message
from bot.domain.times import zone

_MOST_LETTERS: Final = 50_000


def mailed_key(mail: Mail, raw: BlobId | None, claim: Claim) -> str:
    """One for each mail of a person about a conversation, from whichever folder it is read, and however often."""
    about = claim.ticket.conversation if claim.ticket is not None else 0
    return f"mailed:{about}:{claim.owner}:{mail.message_id or raw}"


def decide_answered(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, claim: Claim, judged: Judged, now: datetime
) -> Decision:
    """The first step of a mail that is no ordinary one."""
    match judged:
        case Goes(ticket) if claim.owner is not None and claim.conversation is not None:
            attached = files_of(input.mail, with_pictures=False)
            said = spoken(input.mail, now, zone(snapshot.instance.timezone), has_files=bool(attached))
            if isinstance(said, Unclear):
                return _refused(snapshot, input, claim, Refused(said.why, may_send=True), now, said.text)
            why = _holds_back(input.mail, said, attached)
            if why is not None:
                return _refused(snapshot, input, claim, why, now, said.text)
            files = files_of(input.mail, with_pictures=True) if said.text else attached
            mailed = _mailed(input, claim, claim.owner, said, now)
            one = replace(mailed, told_at=ticket.at, files=files)
            heard = arrived(snapshot.instance, claim.owner, normal(only_author(input.mail)))
            return _shown(one, claim.conversation, _head(one), vouched=True, now=now) + heard
        case Refused():
            return _refused(snapshot, input, claim, judged, now)
        case OfCode(person):
            return told_owner(snapshot.instance, snapshot.mailbox.id, person, sentence("email.code_answered"))
        case _:
            return NOTHING


def _holds_back(mail: Mail, said: Spoken, files: tuple[Enclosure, ...]) -> Refused | None:
    """What is wrong with an answer whose words are clear."""
    if len(said.text) > _MOST_LETTERS:
        return Refused(sentence("mailed.long"), may_send=False)
    if is_sealed(mail):
        return Refused(sentence("mailed.unreadable"), may_send=False)
    if any(is_mail(one) for one in mail.attachments):
        # Some clients send back what they answer as a file, with all that the team alone reads.
        return Refused(sentence("mailed.encloses_mail"), may_send=True)
    if said.is_note and files and not said.text:
        return Refused(sentence("mailed.note_of_files"), may_send=True)
    return None if said.text or said.line or files else Refused(sentence("mailed.empty"), may_send=False)


def _mailed(input: MailArrived | MailUnreadable, claim: Claim, person: UserId, said: Spoken, now: datetime) -> Mailed:
    about = claim.conversation
    assert about is not None
    row = row_of(mailed_key(input.mail, input.raw, claim))
    told_of = claim.ticket.conversation if claim.ticket is not None and claim.ticket.conversation != about.id else None
    return Mailed(row, about.id, person, said.text, now, now, said.line, said.is_note, told_of=told_of)


def _head(one: Mailed) -> Sentence:
    if one.told_of is not None:
        here = _head(replace(one, told_of=None))
        return sentence("mailed.onward", told=here, number=one.told_of, other=one.conversation)
    line = one.line.removeprefix("!")
    if one.is_note:
        return sentence("mailed.line_and_note" if line else "mailed.note", who=one.person, line=line)
    if not line:
        return sentence("mailed.reply", who=one.person)
    return sentence("mailed.line_and_reply" if one.text or one.files else "mailed.line_only", who=one.person, line=line)


def _shown(one: Mailed, about: Conversation, told: Sentence, *, vouched: bool, now: datetime) -> Decision:
    mention = () if vouched else (one.person,)
    post = PostWords(about.room, told, one.text, about, one.slot, one.person if vouched else None, mention, one.files)
    return Decision((KeepMailed(one), SetTimer(one.slot, now + POST_AGAIN)), (post,))


def _refused(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    claim: Claim,
    refused: Refused,
    now: datetime,
    letter: str | None = None,
) -> Decision:
    """Nothing leaves. The words stand in the thread, and the person may send them from there, with the files, if they
    are theirs. `letter`: what was found to be for the correspondent."""
    about, owner, mail = claim.conversation, claim.owner, input.mail
    if letter is None:
        letter = letter_in(mail, now, zone(snapshot.instance.timezone))
    files = files_of(mail, with_pictures=True)
    # Others read the room: whose private address it is stands there for nobody.
    who = masked(normal(mail.from_[0].address)) if mail.from_ else ""
    if about is not None and owner is not None and refused.may_send and (letter or files):
        said = Spoken(letter[:_MOST_LETTERS])
        one = replace(_mailed(input, claim, owner, said, now), is_refused=True, files=files)
        told = sentence("mailed.refused", address=who, why=refused.why)
        by_mail = _told_by_mail(snapshot, mail, claim, one, refused.why, now)
        return _shown(one, about, told, vouched=False, now=now) + by_mail
    words = all_words(mail)[:_MOST_LETTERS]
    mention = (owner,) if owner is not None and claim.is_joined else ()
    room = about.room if about is not None else snapshot.mailbox.room
    # Whoever forges many fills one message a day, not a thread; what is proven overwrites nothing, and nothing it.
    number = about.id if about is not None else 0
    one_of = row_of(mailed_key(mail, input.raw, claim)) if is_proven(mail, snapshot.mailbox) else ""
    slot = f"unproven:{number}:{owner}:{now:%Y%m%d}:{one_of}"
    told = sentence("mailed.refused_for_good", address=who, why=refused.why)
    return Decision((), (PostWords(room, told, words, about, slot, mention=mention),))


def _told_by_mail(
    snapshot: MailSnapshot, mail: Mail, claim: Claim, one: Mailed, why: Sentence, now: datetime
) -> Decision:
    """Whoever writes by mail may not look at the room: they are told by mail as well, at most once a day.

    Only of a mail that the server has proven, and that no program sent: nobody gets it for what others forge, and no
    program is answered.
    """
    if claim.is_told or claim.mailbox is None or not is_proven(mail, snapshot.mailbox):
        return NOTHING
    id = snapshot.signer.notification_id(
        person=one.person,
        conversation=one.conversation,
        at=one.told_at,
        token=f"{one.row:012x}",
        domain=ascii_domain(claim.mailbox.address),
        address=only_author(mail),
    )
    subject = sentence("mailed.told_subject", number=one.conversation)
    words = Passage(sentence("mailed.told_words"), one.text)
    blocks = (sentence("mailed.told", why=why), words)
    language = snapshot.instance.language_of(one.person)
    # They answer this very mail perhaps: what stands in it is cut off by the same mark.
    letter = MailMember(
        claim.mailbox.id,
        one.person,
        only_author(mail),
        id,
        subject,
        blocks,
        one.conversation,
        language=language,
        can_be_answered=True,
    )
    return Decision((NeverTake(told_key(one.person, now)),), (letter,))


def decide_mailed(snapshot: MailedSnapshot, input: TimerDue, now: datetime) -> Decision:
    """The second step: the words stand in the thread, and are decided there."""
    one, asked, message = snapshot.mailed, snapshot.asked, snapshot.message
    if one is None or (one.is_done and not row_in(input.timer)[1]):
        return NOTHING
    if snapshot.onward is not None and not (one.is_done or one.is_refused):
        return _carried(one, snapshot.onward, now)
    if asked is None or message is None:
        return _again(snapshot, one, input, now)
    if one.is_refused:
        # From now on it is like a message of theirs that did not go anywhere.
        note = KnownEvent(
            message.event, message.room, EventKind.NOTE, one.conversation, one.person, None, now, as_markdown(one.text)
        )
        files = (
            (KeepMailed(replace(_done(one), row=row_of_files(message.event), files=one.files)),) if one.files else ()
        )
        return Decision((AddEvent(note), KeepMailed(_done(one)), *files))
    if row_in(input.timer)[1]:
        return _heard(decide_message(asked, message), one)
    done = KeepMailed(_done(one))
    if isinstance(asked.reading, Talk):
        # Nothing but a command on the first line.
        return Decision((done, SetTimer(one.line_timer, now)))
    if snapshot.was_shown:
        # A run that the database forgot has decided it, and may have sent it.
        return Decision((done,), (_say(snapshot, one, sentence("mailed.before")),))
    if not asked.is_joined:
        return Decision((done,), (_say(snapshot, one, sentence("mailed.left")),))
    decision = _heard(decide_message(asked, message), one)
    changes: tuple[Change, ...] = (done,)
    if one.line and (one.is_note or any(isinstance(change, AddMail) for change in decision.changes)):
        changes = (done, SetTimer(one.line_timer, now))
    elif one.line:
        # The correspondent has no answer yet: what was to follow it waits for a person.
        told = sentence("mailed.line_waits", line=one.line.removeprefix("!"))
        decision += Decision((), (_say(snapshot, one, told),))
    return Decision(changes) + decision


def _carried(one: Mailed, onward: Conversation, now: datetime) -> Decision:
    """The words are shown once more, where the conversation goes on by now, and decided there."""
    row, told_of = row_of(f"{one.slot}:{onward.id}"), one.told_of or one.conversation
    there = replace(one, row=row, conversation=onward.id, told_of=told_of)
    return Decision((KeepMailed(_done(one)),)) + _shown(there, onward, _head(there), vouched=True, now=now)


def _done(one: Mailed) -> Mailed:
    """What was decided needs no words any more."""
    return replace(one, text="", files=(), is_done=True)


def _heard(decision: Decision, one: Mailed) -> Decision:
    """What is said to the person rings: whoever writes by mail does not look at the room."""
    effects = tuple(
        replace(effect, rings=True) if isinstance(effect, Say) and one.person in effect.mention else effect
        for effect in decision.effects
    )
    return replace(decision, effects=effects)


def _say(snapshot: MailedSnapshot, one: Mailed, told: Sentence) -> Effect:
    assert snapshot.asked is not None
    return Say(snapshot.asked.room, (told,), EventKind.NOTICE, one.conversation, mention=(one.person,))


def _again(snapshot: MailedSnapshot, one: Mailed, input: TimerDue, now: datetime) -> Decision:
    """The words do not stand in the thread yet: perhaps it moved to another room while they were on their way."""
    about = snapshot.conversation
    if about is None or row_in(input.timer)[1]:
        return NOTHING
    if one.is_refused:
        return _shown(one, about, sentence("mailed.refused_before"), vouched=False, now=now)
    return _shown(one, about, _head(one), vouched=True, now=now)
