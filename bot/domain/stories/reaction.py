"""A reaction was given, or taken away (PRODUCT 3)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, assert_never

from bot.domain.choices import Choice
from bot.domain.command import Asked, Called, Command, Reading, Talk
from bot.domain.commands.table import BY_HAND, ON_MAIL
from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    KnownEvent,
    MailRecord,
    OutState,
    Status,
    StoredReaction,
)
from bot.domain.decision import NOTHING, AddMail, AddReaction, Decision, EndReaction
from bot.domain.dialogue import question_of, yes_of
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Said
from bot.domain.hands import Hand
from bot.domain.happening import What
from bot.domain.inputs.said import Reaction, Redacted
from bot.domain.needs import (
    AlikeOf,
    DialogueAbout,
    Facts,
    HistoryOf,
    IncomingOf,
    MembersOf,
    Needs,
    OutgoingIn,
    OutgoingOf,
    PassingOn,
)
from bot.domain.rights import Allowed, Denied, Judgement, may_call, may_react, voice_of
from bot.domain.rules import moves, spam
from bot.domain.rules.at_rest import at_rest, closed, kept_from, went
from bot.domain.rules.direct import gate
from bot.domain.rules.pointed import astray
from bot.domain.rules.taking_back import WAITING, unapproved, undo
from bot.domain.rules.talks import ended
from bot.domain.rules.telling import tell
from bot.domain.rules.told import needs_members, needs_of_members
from bot.domain.rules.unwanted import held_as_spam
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings, Meaning
from bot.domain.snapshots import Reacted, TakenAway
from bot.domain.stories.talking import decide_called

_TONES: Final = dict.fromkeys((0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)))


def bare_emoji(emoji: str) -> str:
    """Without variation selectors, which Element adds to some, and without tones of skin (Unicode TR51)."""
    return emoji.translate(_TONES).strip()


def meaning_of(mailbox: MailboxSettings, emoji: str) -> Meaning | None:
    """The meaning of a reaction in a mailbox; None: it has none."""
    return next((meaning for key, meaning in mailbox.reactions if bare_emoji(key) == bare_emoji(emoji)), None)


def is_answer(target: KnownEvent, emoji: str) -> bool:
    """✅ and ❌ are answers to a question, whatever the mailbox makes of them elsewhere."""
    return target.kind is EventKind.QUESTION and bare_emoji(emoji) in (Hand.YES, Hand.NO)


def is_moot(meaning: Meaning, record: MailRecord | None, *, is_draft: bool) -> bool:
    """People put 👍 and ❌ on anything: they mean something only where something waits for them.

    Args:
        record: the mail whose line it was put on.
        is_draft: it was put on the words of the conversation's draft, or on the line that tells of it.
    """
    match meaning:
        case Meaning.APPROVE:
            return record is None or record.state is not OutState.UNAPPROVED
        case Meaning.DISCARD:
            return not is_draft and (record is None or record.direction is Direction.IN or record.author is None)
        case _:
            return False


def by_hand(mailbox: MailboxSettings, target: KnownEvent, emoji: str) -> Reading:
    """The command that a reaction gives, or talk."""
    meaning = meaning_of(mailbox, emoji)
    if meaning is None or is_answer(target, emoji):
        return Talk()
    return Called(ON_MAIL[meaning] if target.kind is EventKind.MAIL and meaning in ON_MAIL else BY_HAND[meaning])


def needs_of_hand(asked: Asked) -> Needs:
    """The needs of deciding on a reaction; none if the person may not give it."""
    match asked.reading:
        case Called(command=row):
            is_allowed = isinstance(right_by_hand(asked, row), Allowed) and _kept(asked, row) is None
            return [*row.needs(asked), *needs_of_members(asked, row)] if is_allowed else ()
        case _ if _kept(asked, None):
            return ()
        case _:
            # ✅ on the question before an answer gives it, which others are told of.
            return [*table.needs(asked.dialogues, Said(asked, is_yes=True)), *needs_of_members(asked)]


def _kept(asked: Asked, row: Command | None) -> Sentence | None:
    """Why nothing is done of what was reacted to; ❌ drops a question anywhere."""
    if row is None:
        return closed(asked.instance, asked.here.mailbox) if asked.here is not None else None
    return astray(asked) or kept_from(row, asked.about, asked.instance)


def decide_reaction(snapshot: Reacted, input: Reaction) -> Decision:
    """The decision for a reaction on a card, or on a message of its thread."""
    asked, mailbox = snapshot.asked, snapshot.mailbox
    if asked.elsewhere is not None:
        judged = may_react(asked.instance, voice_of(asked), is_sensitive=False)
        why = judged.why if isinstance(judged, Denied) else went(asked.elsewhere)
        return NOTHING if why is None else tell(asked, why)
    if asked.within is not None:
        ended_chat = gate(asked)
        told = tell(asked, sentence("direct.in_its_thread")) if asked.about else NOTHING
        return told if ended_chat is None else ended_chat
    if mailbox is None:
        return NOTHING
    row = asked.reading.command if isinstance(asked.reading, Called) else None
    is_no = row is None and bare_emoji(input.emoji) == Hand.NO
    match right_by_hand(asked, row):
        case Allowed():
            pass
        case Denied(why):
            return NOTHING if why is None else tell(asked, why)
        case _ as unreachable:
            assert_never(unreachable)
    meaning = meaning_of(mailbox, input.emoji)
    if is_no:
        return _refuse(asked)
    kept = _kept(asked, row)
    if kept is not None:
        return tell(asked, kept)
    if row is None or meaning is None:
        return _confirm(asked, input)
    (conversation,) = asked.about
    stored = StoredReaction(
        input.event,
        input.room,
        conversation.id,
        asked.target.event if asked.target is not None else input.target,
        input.sender,
        meaning.value,
        conversation.status,
        input.at,
    )
    done = decide_called(asked, row)
    if meaning is Meaning.APPROVE and not any(one.what is What.APPROVED for one in done.happened):
        # Taken away, it takes no approval of theirs along that they gave otherwise.
        return done
    return Decision((AddReaction(stored),)) + done


def right_by_hand(asked: Asked, row: Command | None) -> Judgement:
    """What a person may by hand: what its row allows, heard in clear as reactions are. ✅ on a question sends mail.

    What ❌ drops or takes back does not come again when the reaction is taken away.
    """
    if row is None:
        return may_react(asked.instance, voice_of(asked), is_sensitive=True)
    return may_call(asked, row, is_sensitive=row in ON_MAIL.values())


def _confirm(asked: Asked, input: Reaction) -> Decision:
    """Give ✅ on a question to its dialogue, if it comes from the person who was asked."""
    theirs = [one for one in asked.dialogues if one.person == asked.person]
    heard = table.heard(theirs, Said(asked, is_yes=True))
    if heard is not None:
        return heard + _sends(asked, input, heard)
    is_others = any(yes_of(one) is not None for one in asked.dialogues)
    return tell(asked, sentence("bulk.others" if is_others else "error.question_over"))


def _sends(asked: Asked, input: Reaction, heard: Decision) -> Decision:
    """✅ that lets an answer leave is kept as 📤 on its words: taken away, it takes the answer back."""
    mails = [change.record for change in heard.changes if isinstance(change, AddMail)]
    kept = [
        StoredReaction(
            input.event, input.room, one.id, mail.source, input.sender, Meaning.SEND.value, one.status, input.at
        )
        for mail in mails
        for one in asked.about
        if mail.source is not None and mail.conversation == one.id
    ]
    return Decision(tuple(AddReaction(one) for one in kept))


def _refuse(asked: Asked) -> Decision:
    """Drop the question that ❌ was put on, if it comes from the person who was asked."""
    theirs = [one for one in asked.dialogues if one.person == asked.person and one.state.is_open]
    return table.dropped(asked, theirs[-1]) if theirs else tell(asked, sentence("error.question_over"))


def needs_of_taking(given: StoredReaction, conversation: Conversation, choices: Collection[Choice]) -> Needs:
    """The needs of deciding on a reaction that was taken away: of its meaning, and of telling of it."""
    tells = needs_members(choices, conversation.mailbox, conversation)
    return [*_needs_of_meaning(given, conversation), *([MembersOf(given.room)] if tells else [])]


def _needs_of_meaning(given: StoredReaction, conversation: Conversation) -> Needs:
    match Meaning(given.key):
        case Meaning.CLOSE | Meaning.PENDING | Meaning.SPAM:
            is_spam = Status.SPAM in (conversation.status, given.status_before)
            held = [OutgoingIn(conversation.id), PassingOn()] if _may_be_spam_again(given, conversation) else []
            return [AlikeOf(given), *([IncomingOf(conversation.id)] if is_spam else []), *held]
        case Meaning.MINE:
            # Whoever had it before is told that it is nobody's.
            is_theirs = conversation.assignee == given.sender
            heard: Needs = [HistoryOf(conversation.id), MembersOf(given.room)] if is_theirs else []
            return [AlikeOf(given), *heard]
        case Meaning.FOLLOW:
            return [AlikeOf(given)]
        case Meaning.SEND:
            return [DialogueAbout(given.target), OutgoingOf(conversation)]
        case Meaning.APPROVE:
            # The writer is told, who has it perhaps no more.
            return [OutgoingOf(conversation), MembersOf(given.room)]
        case Meaning.RETRY | Meaning.SPLIT | Meaning.DISCARD:
            return ()
        case _ as unreachable:
            assert_never(unreachable)


def decide_reaction_removed(snapshot: TakenAway, input: Redacted, now: datetime) -> Decision:
    """The meaning ends when the last reaction of its kind is taken away (PRODUCT 3, third column)."""
    given, conversation, facts = snapshot.given, snapshot.conversation, snapshot.facts
    if conversation is None:
        return NOTHING
    done = Decision((EndReaction(given.event),))
    if at_rest(conversation) is not None:
        return done
    actor = given.sender
    match Meaning(given.key):
        case Meaning.MINE:
            if conversation.assignee == given.sender and _is_their_last(given, facts):
                return done + moves.assign(conversation, None, actor=actor, now=now)
        case Meaning.PENDING if conversation.is_snoozed:
            # It waits for its time, whoever else took it for pending.
            pass
        case (Meaning.CLOSE | Meaning.PENDING | Meaning.SPAM) as meaning:
            if conversation.status is _STATUS[meaning] and not facts[AlikeOf(given)]:
                return done + _back(conversation, snapshot.instance, given, facts, now)
        case Meaning.FOLLOW:
            if _is_their_last(given, facts):
                return done + moves.follow(conversation, given.sender, follows=False, now=now)
        case Meaning.SEND:
            asked = facts[DialogueAbout(given.target)]
            question = question_of(asked)
            if asked is not None and question is not None and not question.is_used and asked.person == given.sender:
                done += ended(asked)
            work = facts[OutgoingOf(conversation)]
            queued = [r for r in work.outgoing if r.source == given.target and r.state in WAITING]
            if queued:
                return done + undo(work, queued[-1], actor=actor, room=input.room, source=None, now=now)
        case Meaning.APPROVE:
            return done + unapproved(facts[OutgoingOf(conversation)], given, room=input.room, now=now)
        case Meaning.RETRY | Meaning.SPLIT | Meaning.DISCARD:
            pass
        case _ as unreachable:
            assert_never(unreachable)
    return done


def _is_their_last(given: StoredReaction, facts: Facts) -> bool:
    """Whether the person has no other reaction of the kind there: on another message, or with U+FE0F."""
    return not any(other.sender == given.sender for other in facts[AlikeOf(given)])


_STATUS: Final = {Meaning.CLOSE: Status.CLOSED, Meaning.PENDING: Status.PENDING, Meaning.SPAM: Status.SPAM}


def _back(
    conversation: Conversation, instance: Instance, given: StoredReaction, facts: Facts, now: datetime
) -> Decision:
    """Back to the status before; a mail that came meanwhile has made the conversation active already."""
    before = given.status_before if given.status_before is not conversation.status else Status.ACTIVE
    if before is Status.PENDING and conversation.status_before is Status.ACTIVE:
        # The time until which it was snoozed is over.
        before = Status.ACTIVE
    moves_mail = Status.SPAM in (conversation.status, given.status_before)
    incoming = facts[IncomingOf(conversation.id)] if moves_mail else ()
    done = spam.set_status(conversation, incoming, instance, before, actor=given.sender, now=now)
    if not _may_be_spam_again(given, conversation):
        return done
    works = ((conversation, facts[OutgoingIn(conversation.id)]),)
    return done + held_as_spam(works, before, facts[PassingOn()], now=now)


def _may_be_spam_again(given: StoredReaction, conversation: Conversation) -> bool:
    return given.status_before is Status.SPAM and conversation.status is not Status.SPAM
