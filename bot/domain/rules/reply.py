"""Writing to the correspondent: who gets it, what is asked back first, and the mail that is decided."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.command import Answer, Asked
from bot.domain.conversation import COMMANDS, WRITTEN, Direction, EventKind, KnownEvent, MailRecord, OutState
from bot.domain.decision import AddMail, Change, Decision, SaveConversation
from bot.domain.effects import Say, ShowState
from bot.domain.files import Enclosure
from bot.domain.given import Given
from bot.domain.happening import Happening, What, detail_of_answer
from bot.domain.ids import BlobId, DialogueId, MessageRow, RoomId
from bot.domain.letter import Letter
from bot.domain.mail import Address
from bot.domain.matching import kept_references
from bot.domain.needs import Needs, WorkOf
from bot.domain.options import doubt_in, none_in
from bot.domain.participants import Addressed, Choice
from bot.domain.question import Question
from bot.domain.rules import asking, notice_whom
from bot.domain.rules.at_rest import archived, at_rest
from bot.domain.rules.bad_addresses import warned_of
from bot.domain.rules.draft import (
    answered,
    answers_to,
    followed_up,
    newcomers_to_choose,
    quotes_of,
    recipients,
    sender_address,
    wished_sender,
)
from bot.domain.rules.enclosing import together, too_much
from bot.domain.rules.goes_to import goes_to, listed, who_gets_it
from bot.domain.rules.moves import changed, takes_over
from bot.domain.rules.preparing import draft_in
from bot.domain.rules.said_twice import has_left_since
from bot.domain.rules.scheduling import goes_on, time_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import ascii_domain, row_of
from bot.domain.subjects import subject_of_answer
from bot.domain.work import Work


@dataclass(frozen=True, slots=True)
class Wish:
    """A mail as it would leave now."""

    wanted: Question
    """The mail as a question about it would keep it."""
    whom: Addressed
    choice: Choice | None
    must_choose: bool
    """Somebody wrote who was never there, and no word says who gets it: no ✅ and no repetition makes a recipient."""


def work_of(asked: Asked) -> WorkOf:
    """The need of writing to the one conversation."""
    (one,) = asked.about
    return WorkOf(one, asked.person, asked.target, None if asked.is_by_hand else asked.event)


def wished(asked: Asked, work: Work, letter: Letter) -> Wish | Sentence:
    """The mail that the letter would become, or the reason why it cannot."""
    files = together(
        work.enclosed, letter.enclosed, () if letter.file is None else (Enclosure(letter.source, letter.file),)
    )
    has_words = bool(letter.text.strip() or files or letter.passes_on is not None)
    problem = _cannot(work, files, letter.choice) if has_words else sentence("error.empty_reply")
    if problem is not None:
        return problem
    whom = recipients(work, letter.choice)
    wanted = Question(
        row=row_of(asked.key),
        conversation=work.conversation.id,
        person=asked.person,
        event=letter.source,
        text=letter.text,
        files=files,
        to=whom.to,
        cc=whom.cc,
        bcc=whom.bcc,
        newest=asking.newest_of(work),
        at=asked.now,
        is_apart=letter.is_apart,
        under=letter.under,
        of_draft=letter.of_draft,
        leaves_at=letter.leaves_at,
        mailbox=work.mailbox.id,
        given=letter.given,
    )
    return Wish(wanted, whom, letter.choice, letter.choice is None and bool(newcomers_to_choose(work)))


def reply(asked: Asked, work: Work, letter: Letter) -> Answer:
    """Queue an answer to the correspondent, ask back first, or say why not."""
    wish = wished(asked, work, letter)
    if isinstance(wish, Sentence):
        return wish
    why = reasons(asked, work, letter, wish)
    return ask(asked, work, wish, why) if why or wish.must_choose else leave(asked, work, wish)


def reasons(asked: Asked, work: Work, letter: Letter, wish: Wish) -> tuple[Sentence, ...]:
    """All that its writer is asked about before it leaves."""
    told = asking.may_not_know(work, asked.person, asked.now)
    named_at = notice_whom.named_at(work, wish.whom, asked.signer)
    who = asking.unknown_change(work, asked.person, letter.written_at, named_at)
    if who is not None:
        told += (asking.whom_changed(who),)
    unmet = asking.unmet_copies(work, asked.person, wish.whom) if wish.choice is None and not wish.must_choose else ()
    if unmet:
        told += (sentence("question.unmet_copies", to=listed(wish.whom.to), copies=listed(unmet)),)
    is_named = notice_whom.is_named(work, wish.whom, asked.person, asked.signer)
    if not (is_named or wish.must_choose):
        told += (sentence("question.not_named"),)
    if who is not None or unmet or not is_named:
        told += goes_to(work, wish.whom, wish.choice)
    if work.told_at is not None and not wish.wanted.files:
        # By mail twice, or from the thread while the mail was on its way.
        left = has_left_since(work.outgoing, asked.person, wish.wanted.text, work.told_at)
        told += (sentence("question.left_already"),) if left else ()
    more = (asking.same_waits(work, wish.wanted), letter.must_ask, letter.doubt, warned_of(work, wish.whom.everybody))
    return (*told, *(one for one in more if one is not None))


def given_by(asked: Asked) -> Given:
    """What the message of a command is that is a letter."""
    called, about = asked.called, asked.about[0].id if asked.about else None
    # In its own thread the number says nothing.
    is_numbered = bool(called.numbers) and (asked.here is None or asked.here.id != about)
    return Given(called.command.name, about, is_numbered, called.choice, is_timed=called.at is not None)


def needs_of_work(asked: Asked) -> Needs:
    """The needs of a command about the answers in the one conversation."""
    return [work_of(asked)]


def replied(letter_of: Callable[[Asked], Letter | Sentence]) -> Callable[[Asked], Answer]:
    """The rule of a command whose words are a letter to the correspondent."""

    def rule(asked: Asked) -> Answer:
        letter = letter_of(asked)
        return reply(asked, asked.facts[work_of(asked)], letter) if isinstance(letter, Letter) else letter

    return rule


def ask(asked: Asked, work: Work, wish: Wish, why: tuple[Sentence, ...]) -> Decision:
    """Ask back before a mail leaves: who is to get it, where the person must say so; else whether to send it."""
    if wish.must_choose:
        return asking.ask_who(asked, work, wish.wanted, (*why, *who_gets_it(work)))
    return asking.ask(asked, work, wish.wanted, why)


@dataclass(frozen=True, slots=True)
class First:
    """What the first mail of a conversation has of its own."""

    sender: Address | None = None
    """The address of ours that it comes from, where its writer named one."""
    quotes: tuple[MessageRow, ...] = ()
    """Mails of another conversation that it passes on."""
    is_held: bool = False
    """It leaves by somebody's word alone."""


def leave(asked: Asked, work: Work, wish: Wish, first: First | None = None) -> Decision:
    """The mail is queued."""
    return _queued(asked, work, wish.wanted, wish.choice, first or First()) + _left_out(
        wish.wanted, wish.whom, asked.room
    )


def choice_of(work: Work, question: Question) -> Choice | None:
    """The word that had been said before it was asked; None where nobody was chosen."""
    if not question.to:
        return None
    words = (Choice.OTHERS, Choice.ONLY, Choice.THEM, Choice.ALL)
    return next((w for w in words if asking.is_for(question, recipients(work, w))), None)


def _left_out(wanted: Question, whom: Addressed, room: RoomId) -> Decision:
    """Name the recipients who cannot be written to; the others get the mail."""
    if not whom.left_out:
        return Decision()
    addresses = ", ".join(one.address for one in whom.left_out)
    told = sentence("reply.left_out", count=len(whom.left_out), addresses=addresses)
    say = Say(
        room,
        (told,),
        conversation=wanted.conversation,
        in_thread=not wanted.is_apart,
        under=wanted.under,
        reply_to=wanted.event,
        mention=(wanted.person,),
    )
    return Decision((), (say,))


def _queued(asked: Asked, work: Work, wanted: Question, choice: Choice | None, first: First) -> Decision:
    """Queue the mail with its undo window; a conversation that nobody has is assigned to the writer."""
    conversation, now = work.conversation, asked.now
    domain = ascii_domain(work.mailbox.address)
    token = f"{wanted.row:012x}"
    theirs = answered(work, choice)
    previous = theirs or followed_up(work)
    sender = first.sender or wished_sender(work)
    if sender is None and theirs is None and previous is not None and previous.author is not None:
        # The address under which we wrote first stays, while it is ours.
        before = previous.from_[0]
        sender = before if work.mailbox.leaves_from(before.address) else None
    named = previous.message_id if previous is not None else ""
    archive = (work.mailbox.auto_bcc,) if work.mailbox.auto_bcc else ()
    envelope = (*(a.address for a in (*wanted.to, *wanted.cc, *wanted.bcc)), *archive)
    record = MailRecord(
        row=wanted.row,
        conversation=conversation.id,
        mailbox=conversation.mailbox,
        direction=Direction.OUT,
        message_id=asked.signer.message_id(conversation=conversation.id, token=token, domain=domain),
        in_reply_to=(named,) if named else (),
        references=kept_references((*previous.references, named)) if previous is not None and named else (),
        from_=(sender or sender_address(work, theirs),),
        reply_to=answers_to(work.mailbox, asked.signer.conversation_tag(conversation.id)),
        to=wanted.to,
        cc=wanted.cc,
        bcc=wanted.bcc,
        subject=subject_of_answer(conversation, previous),
        date=now,
        text=wanted.text,
        raw=BlobId(""),
        author=wanted.person,
        source=wanted.event,
        given=wanted.given,
        is_apart=wanted.is_apart,
        under=wanted.under,
        state=_waiting(work, first),
        recipients=tuple(dict.fromkeys(envelope)),
        files=wanted.files,
        quotes=first.quotes or quotes_of(work, choice),
        took_over=takes_over(conversation, work.mailbox),
        heard=conversation.heard,
        # A question may have been answered when that time was over.
        leaves_at=wanted.leaves_at if wanted.leaves_at is not None and wanted.leaves_at > now else None,
    )
    changes: tuple[Change, ...] = (AddMail(record),)
    taken = Decision()
    draft = draft_in(work)
    if draft is not None and draft.text == wanted.text:
        # It is sent once.
        conversation = replace(conversation, draft=replace(draft, mail=record.row))
    # They were asked about it, or know it.
    conversation = replace(conversation, wishes=conversation.wishes.named_to(wanted.person))
    if record.took_over:
        conversation = replace(conversation, assignee=wanted.person)
        taken = changed(
            work.conversation, conversation, What.ASSIGNED, actor=wanted.person, now=now, detail=wanted.person
        )
    elif conversation != work.conversation or conversation.wishes.told != work.conversation.wishes.told:
        taken = Decision((SaveConversation(replace(conversation, changed_at=now)),))
    is_of_draft = conversation.draft != work.conversation.draft
    moved = (Happening(What.DRAFT_MOVED, conversation, None, now),) if is_of_draft else ()
    is_by_mail = work.told_at is not None
    shown = ShowState(conversation, record, seconds=work.mailbox.undo_seconds, is_by_mail=is_by_mail)
    what = What.WAITS_FOR_APPROVAL if record.state is OutState.UNAPPROVED else What.WRITTEN
    written = Happening(what, conversation, wanted.person, now, detail_of_answer(record.row))
    return (
        Decision(changes)
        + goes_on(work, record)
        + Decision((), (shown,), (written,))
        + taken
        + Decision(happened=moved)
    )


def _waiting(work: Work, first: First) -> OutState:
    if work.mailbox.approval:
        return OutState.UNAPPROVED
    return OutState.HELD if first.is_held else OutState.QUEUED


def sent_as_it_stands(asked: Asked, work: Work) -> Letter | Sentence:
    """A message of the thread as a letter: one's own only, plain talk or a file only, once; or why not."""
    target, at = asked.target, time_of(asked)
    if isinstance(at, Sentence):
        return at
    if _is_over(asked, work, target):
        return sentence("error.question_over")
    if target is None or target.sender is None or target.kind not in WRITTEN:
        return sentence("error.send_what")
    if target.conversation != work.conversation.id or (target.kind in COMMANDS and not (target.body or work.beside)):
        return sentence("error.send_what")
    if target.sender != asked.person:
        return sentence("error.send_own_only")
    if any(r.source == target.event and r.state is not OutState.CANCELLED for r in work.outgoing):
        return sentence("error.send_twice")
    is_talk = target.kind is EventKind.NOTE
    option = none_in(asked.called, target.body) if is_talk else None
    if option is not None:
        return option
    choice = asked.called.choice
    return Letter(
        target.event,
        target.body,
        target.file,
        choice,
        must_ask=asking.left_already(work, asked.person, target),
        enclosed=work.beside,
        leaves_at=at,
        written_at=target.at,
        doubt=doubt_in(asked.called, target.body) if is_talk else None,
        given=Given() if is_talk else None,
    )


def _is_over(asked: Asked, work: Work, target: KnownEvent | None) -> bool:
    """Whether it is a question that was put in the conversation and that nothing answers any more."""
    if target is None or target.kind is not EventKind.QUESTION or target.conversation != work.conversation.id:
        return False
    return target.mail is None or all(one.id != DialogueId(target.mail) for one in asked.dialogues)


def _cannot(work: Work, files: tuple[Enclosure, ...], choice: Choice | None) -> Sentence | None:
    rests = archived(work.mailbox) or at_rest(work.conversation)
    if rests is not None:
        # A question about it was open when it was deleted, or merged.
        return rests
    heavy = too_much(files, work.mailbox)
    if heavy is not None:
        return heavy
    whom = recipients(work, choice)
    if choice is Choice.THEM and not newcomers_to_choose(work):
        return sentence("error.no_newcomer")
    if not whom.to:
        # Nobody who was only in Cc is written to instead.
        if whom.left_out:
            return sentence("error.address_not_sendable", address=whom.left_out[0].address)
        return sentence("error.nobody_to_answer")
    count, most = len(whom.everybody), work.mailbox.max_recipients
    if count > most:
        return sentence("error.too_many_recipients", count=count, most=most, author=whom.to[0].address)
    if work.sent_last_hour >= work.mailbox.hourly_limit:
        return sentence("error.hourly_limit", most=work.mailbox.hourly_limit)
    if work.sent_last_day >= work.mailbox.daily_limit:
        return sentence("error.daily_limit", most=work.mailbox.daily_limit)
    return None
