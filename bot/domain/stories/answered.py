"""A member answered a notification by mail: the words are shown in the thread, then decided like words written there.

Two steps. The mail makes a message of ours in the thread. When that stands there, its words are given to the same story
as a member's message, in the member's name: commands, rights, questions and the undo window are those of the room.
"""

from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final

from bot.domain.addresses import normal
from bot.domain.authenticity import is_proven, only_author
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import NOTHING, Decision, KeepMailed, NeverTake
from bot.domain.effects import PostWords
from bot.domain.files import Enclosure
from bot.domain.ids import BlobId, UserId
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.mail import Address, Attachment, Mail
from bot.domain.mailed import Claim, Mailed, again_key, code_told_key
from bot.domain.member_mail import Passage
from bot.domain.own_addresses import masked, of_person
from bot.domain.rules.answer_files import cards_of, files_beyond, files_of, is_calendar, is_mail, is_sealed
from bot.domain.rules.answer_words import answer_words
from bot.domain.rules.answering import Goes, Judged, OfCode, Refused
from bot.domain.rules.mailed_words import head_of, shown, told_by_mail, told_who_left
from bot.domain.rules.mailing_members import arrived, told_owner
from bot.domain.rules.notified import is_by_a_program
from bot.domain.rules.personal import without_personal
from bot.domain.rules.said_to_us import is_said_to_us
from bot.domain.rules.team_names import names_in_address, names_of_one, names_of_team
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance
from bot.domain.signing import Fresh, row_of, token_of
from bot.domain.snapshots import MailSnapshot
from bot.domain.stories.by_mail import Spoken, Unclear, all_words, letter_in, line_in, spoken
from bot.domain.times import zone
from bot.domain.words import letters_of

_MOST_LETTERS: Final = 50_000
_SAYS_SO: Final = "mailed.unsure_behind"
"""Why an answer is held, and that its line was not done."""
_MAY_BE_TEAMS: Final = ("mailed.of_team", "mailed.maybe_note")
"""Why an answer is held whose words may be for the team."""
_MOST_LEFT_OUT: Final = 500
"""Letters of a signature under a command that are shown."""
_MOST_NAMED: Final = 5
_MOST_LISTED: Final = 1_900
"""Letters: what is longer would be cut without a word."""


def mailed_key(mail: Mail, raw: BlobId | None, claim: Claim) -> str:
    """One for each mail of a person about a conversation, from whichever folder it is read, and however often."""
    about = claim.ticket.conversation if claim.ticket is not None else 0
    return f"mailed:{about}:{claim.owner}:{mail.message_id or raw}"


def same_key(mail: Mail, person: UserId, now: datetime) -> str:
    """One a day for the same words of a person in mails with the headers of bulk mail: absence notes repeat them."""
    return f"mailed_same:{person}:{now:%Y%m%d}:{token_of(all_words(mail))}"


def words_key(mail: Mail, claim: Claim, now: datetime, timezone: tzinfo) -> str:
    """One for the same letter and files in answer to the same notification, with or without the line of a command:
    phones send a mail again under another id, and wrap it otherwise."""
    told = claim.ticket
    which = f"{told.conversation}:{int(told.at.timestamp() * 1000)}" if told is not None else ""
    letter = letter_in(mail, now, timezone)
    words = letters_of(all_words(mail) if letter is None else letter, has_signs=True)
    words = words or line_in(mail, now, timezone).casefold()
    what = " ".join((words, *sorted(one.sha256 for one in mail.attachments)))
    return f"mailed_words:{which}:{claim.owner}:{token_of(what)}"


def decide_answered(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, claim: Claim, judged: Judged, now: datetime
) -> Decision:
    """The first step of a mail that is no ordinary one."""
    match judged:
        case Goes(ticket) if claim.owner is not None and claim.conversation is not None:
            attached = files_of(input.mail, with_pictures=False, own=claim.own_files)
            timezone, team = zone(snapshot.instance.timezone), _team(snapshot, claim, claim.owner, claim.conversation)
            personal = personal_of(snapshot.instance, claim.owner, claim.conversation)
            said = spoken(
                input.mail,
                now,
                timezone,
                told=claim.told,
                has_files=bool(attached),
                team=team,
                personal=personal,
                colleagues=_of_colleagues(snapshot.instance, claim.owner, claim.conversation),
                correspondent=claim.conversation.correspondent,
                others=claim.others,
                namesakes=_team(snapshot, claim, claim.owner, None) - team,
                fresh=ticket.fresh,
                is_to_one=set(claim.conversation.participants) <= {normal(claim.conversation.correspondent.address)},
            )
            if claim.is_of_told and _is_to_us(said, input.mail, claim.conversation):
                to_us = Refused(sentence("mailed.to_us"), may_send=False)
                return _refused(snapshot, input, claim, to_us, now)
            if isinstance(said, Unclear):
                refused = Refused(said.why, may_send=len(said.text) <= _MOST_LETTERS)
                return _refused(snapshot, input, claim, refused, now, said.text)
            why = _holds_back(input.mail, said, attached, claim)
            if why is None and claim.is_repeated and said.is_note:
                # It stands there: phones send a mail again under another id.
                return Decision(
                    (KeepMailed(replace(_mailed(input, claim, claim.owner, Spoken(""), now), is_done=True)),)
                )
            if why is None and claim.is_repeated and (said.text or attached):
                why = Refused(sentence("mailed.repeated"), may_send=True)
            elif why is None and claim.is_repeated:
                why = Refused(sentence("mailed.line_repeated", line=said.line.removeprefix("!")[:80]), may_send=False)
            if why is not None:
                return _refused(snapshot, input, claim, why, now, said.text)
            files = files_of(input.mail, with_pictures=True, own=claim.own_files) if said.text else attached
            mailed = _mailed(input, claim, claim.owner, said, now)
            may_be_told = is_proven(input.mail, snapshot.mailbox)
            one = replace(
                mailed,
                told_at=ticket.at,
                told_whom=ticket.whom.hex(),
                files=files,
                may_be_told=may_be_told,
                is_of_question=claim.is_of_question,
                fresh=ticket.fresh,
            )
            heard = arrived(snapshot.instance, claim.owner, normal(only_author(input.mail)))
            head = _with_staying(head_of(one, left_out=said.left_out[:_MOST_LEFT_OUT]), input, claim)
            key = words_key(input.mail, claim, now, timezone)
            once = Decision((NeverTake(key), *((NeverTake(again_key(key)),) if claim.is_of_told else ())))
            not_done = NOTHING
            if said.not_done:
                stays = sentence("mailed.line_in_note", line=said.not_done)
                head = sentence("mailed.with_more", told=head, more=stays)
                subject = sentence("mailed.told_line_subject", number=one.conversation, line=said.not_done)
                told_now = replace(one, told_at=now)
                not_done = _told_by_mail(
                    snapshot, input.mail, claim, told_now, (stays,), now, subject=subject, is_of_team=True
                )
            return shown(one, claim.conversation, head, vouched=True, now=now) + heard + once + not_done
        case Refused():
            refusal = _refused(snapshot, input, claim, judged, now)
            if claim.owner is not None and is_by_a_program(input.mail):
                refusal += Decision((NeverTake(same_key(input.mail, claim.owner, now)),))
            return refusal
        case OfCode(person):
            told = told_owner(snapshot.instance, snapshot.mailbox.id, person, now, sentence("email.code_answered"))
            return Decision((NeverTake(code_told_key(input.mail)),)) + told
        case _:
            return NOTHING


def _team(snapshot: MailSnapshot, claim: Claim, owner: UserId, about: Conversation | None) -> frozenset[str]:
    """What colleagues are called, and, where that is given, nobody who takes part in the conversation."""
    addresses = (Address("", one) for one in about.participants) if about is not None else ()
    others = (about.correspondent, *addresses) if about is not None else ()
    mailbox = claim.mailbox or snapshot.mailbox
    return names_of_team(claim.team, writer=owner, bot=snapshot.instance.bot, others=others, mailbox=mailbox)


def personal_of(instance: Instance, owner: UserId, about: Conversation) -> frozenset[str]:
    """The addresses of a member that nobody of the conversation has written to or from."""
    known = {normal(about.correspondent.address), *about.participants}
    return frozenset(one.address for one in of_person(instance.addresses, owner)) - known


def _of_colleagues(instance: Instance, owner: UserId, about: Conversation) -> frozenset[str]:
    """The own addresses of other members that nobody of the conversation has written to or from."""
    known = {normal(about.correspondent.address), *about.participants}
    return frozenset(one.address for one in instance.addresses if one.is_confirmed and one.person != owner) - known


def _is_to_us(said: Spoken | Unclear, mail: Mail, about: Conversation) -> bool:
    """Whether words that answer a mail of ours which told of something are no note, command, or letter by `!reply`."""
    is_plain = isinstance(said, Unclear) or not (said.is_note or said.line or said.is_letter)
    called = names_of_one(about.correspondent.name) | names_in_address(about.correspondent)
    return is_plain and is_said_to_us(all_words(mail), called)


def _holds_back(mail: Mail, said: Spoken, files: tuple[Enclosure, ...], claim: Claim) -> Refused | None:
    """What is wrong with an answer whose words are clear."""
    if len(said.text) > _MOST_LETTERS:
        return Refused(sentence("mailed.long"), may_send=False)
    if is_sealed(mail):
        return Refused(sentence("mailed.unreadable"), may_send=False)
    if any(is_mail(one) for one in mail.attachments):
        # Some clients send back what they answer as a file, with all that the team alone reads.
        return Refused(sentence("mailed.encloses_mail"), may_send=True)
    if said.is_note and files and not said.text:
        return Refused(sentence("mailed.note_of_files"), may_send=False)
    invitations = [one.filename for one in _staying(mail, claim) if is_calendar(one)]
    if invitations and not said.is_note:
        # A client puts the card of its owner under each mail; an invitation is meant to go.
        return Refused(sentence("mailed.names_writer", file=invitations[0]), may_send=True)
    return None if said.text or said.line or files else Refused(sentence("mailed.empty"), may_send=False)


def _staying(mail: Mail, claim: Claim) -> list[Attachment]:
    """The cards and calendars that name the writer's own address."""
    return [one for one in cards_of(mail) if one.sha256 in claim.own_files]


def _with_staying(told: Sentence, input: MailArrived | MailUnreadable, claim: Claim) -> Sentence:
    """With the files that do not go along, and how many more than are shown there are."""
    names = [one.filename for one in _staying(input.mail, claim)][:_MOST_NAMED]
    if names:
        more = sentence("mailed.files_stay", count=len(names), files=", ".join(names))
        told = sentence("mailed.with_more", told=told, more=more)
    if beyond := files_beyond(input.mail, claim.own_files):
        more = sentence("mailed.files_beyond", count=beyond, folder=input.place.folder)
        told = sentence("mailed.with_more", told=told, more=more)
    return told


def _mailed(input: MailArrived | MailUnreadable, claim: Claim, person: UserId, said: Spoken, now: datetime) -> Mailed:
    about, ticket = claim.conversation, claim.ticket
    number = about.id if about is not None else ticket.conversation if ticket is not None else None
    assert number is not None
    row = row_of(mailed_key(input.mail, input.raw, claim))
    told_of = ticket.conversation if ticket is not None and ticket.conversation != number else None
    return Mailed(row, number, person, said.text, now, now, said.line, said.is_note, told_of=told_of)


def _listed(lines: str) -> str | Sentence:
    """The first of these lines, as many as a message of the room takes, and whether there are more."""
    if len(lines) <= _MOST_LISTED:
        return lines
    # Of one line that is longer, its beginning.
    first = lines[:_MOST_LISTED].rpartition("\n")[0] or lines[:_MOST_LISTED]
    return sentence("mailed.inside_cut", words=first)


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
    is_of_team = refused.why.key in _MAY_BE_TEAMS
    if letter is None:
        letter = letter_in(mail, now, zone(snapshot.instance.timezone))
        if letter and about is not None and owner is not None:
            letter = without_personal(letter, personal_of(snapshot.instance, owner, about), mail.from_)
    if letter is None:
        # A note is nothing that could be sent from the thread.
        refused = replace(refused, may_send=False)
    files = files_of(mail, with_pictures=True, own=claim.own_files)
    found = answer_words(mail, claim.told)
    # Others read the room: whose private address it is stands there for nobody.
    who = masked(normal(mail.from_[0].address)) if mail.from_ else ""
    if about is not None and owner is not None and refused.may_send and (letter or files):
        said = Spoken((letter or "")[:_MOST_LETTERS])
        one = replace(_mailed(input, claim, owner, said, now), is_refused=True, files=files)
        told = _with_staying(sentence("mailed.refused", address=who, why=refused.why), input, claim)
        if claim.was_put_back:
            # Whoever read it before has sent it perhaps.
            told = sentence("mailed.refused_again", told=told)
        line = line_in(mail, now, zone(snapshot.instance.timezone)).removeprefix("!")[:80]
        not_done = sentence("mailed.line_held", line=line) if line and refused.why.key != _SAYS_SO else None
        if not_done is not None:
            told = sentence("mailed.with_more", told=told, more=not_done)
        if found.inside:
            told = sentence("mailed.inside", told=told, words=_listed(found.inside))
        told_words: tuple[Sentence | Passage, ...] = (
            sentence("mailed.told", why=refused.why),
            *((not_done,) if not_done is not None else ()),
            Passage(sentence("mailed.told_words"), one.text),
            *((Passage(sentence("mailed.told_inside"), found.inside),) if found.inside else ()),
        )
        by_mail = _told_by_mail(snapshot, mail, claim, one, told_words, now, is_of_team=is_of_team)
        return shown(one, about, told, vouched=False, now=now) + by_mail
    words = found.whole[:_MOST_LETTERS]
    if about is not None and owner is not None and not claim.is_joined and about.room != snapshot.mailbox.room:
        return _gone_away(snapshot, input, claim, owner, words, now)
    mention = (owner,) if owner is not None and claim.is_joined else ()
    # In the thread of what is deleted nobody would find them.
    thread = about if about is not None and about.status is not Status.DELETED else None
    room = about.room if about is not None else snapshot.mailbox.room
    # Whoever forges many fills one message a day, not a thread; what is proven overwrites nothing, and nothing it.
    number = about.id if about is not None else 0
    one_of = row_of(mailed_key(mail, input.raw, claim)) if is_proven(mail, snapshot.mailbox) else ""
    slot = f"unproven:{number}:{owner}:{now:%Y%m%d}:{one_of}"
    told = sentence("mailed.refused_for_good", address=who, why=refused.why)
    # Of what nobody has proven, no name of a file stands in the thread.
    named = files_of(mail, with_pictures=bool(words), own=claim.own_files) if one_of else ()
    told = _with_staying(told, input, claim) if one_of else told
    is_theirs = claim.ticket is not None and owner is not None and claim.is_joined
    post = PostWords(
        room, told, words, thread, slot, mention=mention, files=named, shows_files=bool(named) and is_theirs
    )
    posted = Decision((), (post,))
    if claim.ticket is None or owner is None or (not claim.is_joined and not one_of):
        return posted
    if not claim.is_joined:
        left = sentence("mailed.you_left", number=about.id) if about is not None else None
        return posted + _gone(
            snapshot, input, claim, owner, left or sentence("mailed.apart", why=refused.why), words, now
        )
    one = _mailed(input, claim, owner, Spoken(words), now)
    if one_of and (thread is None or named):
        # From another folder it is nothing new.
        posted += Decision((KeepMailed(replace(one, text="", is_done=True)),))
    passages = (Passage(sentence("mailed.told_words"), words),) if words else ()
    key = "mailed.told_for_good" if thread is not None else "mailed.told_in_room"
    told_words = (sentence(key, why=refused.why), *passages)
    return posted + _told_by_mail(snapshot, mail, claim, one, told_words, now, is_of_team=is_of_team)


def _gone_away(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    claim: Claim,
    owner: UserId,
    words: str,
    now: datetime,
) -> Decision:
    """An answer about a conversation that went where its writer is not: they alone are told, with their words."""
    number = claim.conversation.id if claim.conversation is not None else 0
    told = sentence("mailed.away", number=number)
    if snapshot.instance.direct_with(owner) is not None or not claim.is_in_own_room:
        return _gone(snapshot, input, claim, owner, told, words, now)
    one = replace(_mailed(input, claim, owner, Spoken(""), now), is_done=True)
    post = PostWords(snapshot.mailbox.room, told, words, slot=f"away:{one.row}", mention=(owner,))
    return Decision((KeepMailed(one),), (post,))


def _gone(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    claim: Claim,
    owner: UserId,
    told: Sentence,
    words: str,
    now: datetime,
) -> Decision:
    """To whom is not in the room, once for the same mail."""
    one = replace(_mailed(input, claim, owner, Spoken(""), now), is_done=True)
    address = only_author(input.mail) if _is_mailed(snapshot, input.mail, claim) else ""
    box = claim.mailbox or snapshot.mailbox
    told_now = told_who_left(snapshot.signer, snapshot.instance, box, one, told, words, now, address=address)
    return Decision((KeepMailed(one),)) + told_now


def _is_mailed(snapshot: MailSnapshot, mail: Mail, claim: Claim) -> bool:
    """Only of a mail that the server has proven, and that no program sent: nobody gets it for what others forge, and no
    program is answered. What was decided before the database was put back may have been told, and sent since."""
    return not (claim.is_told or claim.was_put_back) and is_proven(mail, snapshot.mailbox)


def _told_by_mail(
    snapshot: MailSnapshot,
    mail: Mail,
    claim: Claim,
    one: Mailed,
    told: tuple[Sentence | Passage, ...],
    now: datetime,
    *,
    subject: Sentence | None = None,
    is_of_team: bool,
) -> Decision:
    """`is_of_team`: what it tells of may be words for the team, so that what answers it may be as well."""
    mailbox = claim.mailbox or snapshot.mailbox
    fresh = claim.ticket.fresh if claim.ticket is not None else Fresh.OUTSIDE
    if not _is_mailed(snapshot, mail, claim):
        return NOTHING
    return told_by_mail(
        snapshot.signer,
        snapshot.instance,
        mailbox,
        one,
        only_author(mail),
        told,
        now,
        subject=subject,
        about=claim.conversation,
        fresh=Fresh.NOTES if is_of_team else fresh,
    )
