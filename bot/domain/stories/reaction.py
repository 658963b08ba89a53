"""A reaction was given, or taken away (PRODUCT 3)."""

from datetime import datetime
from typing import Final, assert_never

from bot.domain.command import Asked, Called, Command, Reading, Talk
from bot.domain.commands.approve import APPROVE
from bot.domain.commands.table import BY_HAND
from bot.domain.conversation import Conversation, EventKind, KnownEvent, Status, StoredReaction
from bot.domain.decision import NOTHING, AddReaction, Decision, EndReaction
from bot.domain.dialogue import question_of, yes_of
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Said
from bot.domain.inputs.said import Reaction, Redacted
from bot.domain.needs import AlikeOf, DialogueAbout, Facts, IncomingOf, Needs, OutgoingOf
from bot.domain.rights import Allowed, Denied, Judgement, may_call, may_react, voice_of
from bot.domain.rules import moves, spam
from bot.domain.rules.at_rest import at_rest, kept_from
from bot.domain.rules.taking_back import WAITING, undo
from bot.domain.rules.talks import ended
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings, Meaning
from bot.domain.snapshots import Reacted, TakenAway
from bot.domain.stories.talking import decide_called

CONFIRMS = "✅"
APPROVES = "👍"


def bare_emoji(emoji: str) -> str:
    """Without variation selectors: Element adds U+FE0F to some (notes of the Matrix client, Unicode TR51)."""
    return emoji.replace("\ufe0f", "").replace("\ufe0e", "").strip()


def meaning_of(mailbox: MailboxSettings, emoji: str) -> Meaning | None:
    """The meaning of a reaction in a mailbox; None: it has none."""
    return next((meaning for key, meaning in mailbox.reactions if bare_emoji(key) == bare_emoji(emoji)), None)


def confirms(target: KnownEvent, emoji: str) -> bool:
    """✅ is the answer to a question, whatever the mailbox makes of it elsewhere."""
    return target.kind is EventKind.QUESTION and bare_emoji(emoji) == CONFIRMS


def may_approve(target: KnownEvent, emoji: str) -> bool:
    """👍, in any tone of skin, on the line of a mail that waits for it approves the mail."""
    return target.kind is EventKind.MAIL and bare_emoji(emoji).startswith(APPROVES)


def by_hand(mailbox: MailboxSettings, target: KnownEvent, emoji: str) -> Reading:
    """The command that a reaction gives, or talk."""
    meaning = meaning_of(mailbox, emoji)
    return Talk() if meaning is None or confirms(target, emoji) else Called(BY_HAND[meaning])


def needs_of_hand(asked: Asked) -> Needs:
    """The needs of deciding on a reaction; none if the person may not give it."""
    match asked.reading:
        case Called(command=row):
            return row.needs(asked) if isinstance(right_by_hand(asked, row), Allowed) else ()
        case _:
            return table.needs(asked.dialogues, Said(asked, is_yes=True))


def decide_reaction(snapshot: Reacted, input: Reaction) -> Decision:
    """The decision for a reaction on a card, or on a message of its thread."""
    asked, mailbox = snapshot.asked, snapshot.mailbox
    if mailbox is None:
        return NOTHING
    row = asked.reading.command if isinstance(asked.reading, Called) else None
    match right_by_hand(asked, row):
        case Allowed():
            pass
        case Denied(why):
            return NOTHING if why is None else tell(asked, why)
        case _ as unreachable:
            assert_never(unreachable)
    if row is APPROVE:
        # Taking it away takes nothing back.
        return decide_called(asked, row)
    meaning = meaning_of(mailbox, input.emoji)
    if row is None or meaning is None:
        return _confirm(asked)
    (conversation,) = asked.about
    kept = kept_from(row, conversation)
    if kept is not None:
        return tell(asked, kept)
    stored = StoredReaction(
        input.event,
        input.room,
        conversation.id,
        input.target,
        input.sender,
        meaning.value,
        conversation.status,
        input.at,
    )
    return Decision((AddReaction(stored),)) + decide_called(asked, row)


def right_by_hand(asked: Asked, row: Command | None) -> Judgement:
    """What a person may by hand: what its row allows, heard in clear as reactions are. ✅ on a question sends mail."""
    voice = voice_of(asked)
    judged = may_react(asked.instance, voice, is_sensitive=row is None or row.is_sensitive)
    if row is None or isinstance(judged, Denied):
        return judged
    is_any = asked.is_anything_encrypted or asked.room_encrypted
    return may_call(asked.instance, row, voice, room=asked.room, is_anything_encrypted=is_any)


def _confirm(asked: Asked) -> Decision:
    """Give ✅ on a question to its dialogue, if it comes from the person who was asked."""
    theirs = [one for one in asked.dialogues if one.person == asked.person]
    heard = table.heard(theirs, Said(asked, is_yes=True))
    if heard is not None:
        return heard
    is_others = any(yes_of(one) is not None for one in asked.dialogues)
    return tell(asked, sentence("bulk.others" if is_others else "error.question_over"))


def needs_of_taking(given: StoredReaction, conversation: Conversation) -> Needs:
    """The needs of deciding on a reaction that was taken away, by its meaning."""
    match Meaning(given.key):
        case Meaning.CLOSE | Meaning.PENDING | Meaning.SPAM:
            is_spam = Status.SPAM in (conversation.status, given.status_before)
            return [AlikeOf(given), *([IncomingOf(conversation.id)] if is_spam else [])]
        case Meaning.MINE | Meaning.FOLLOW:
            return [AlikeOf(given)]
        case Meaning.SEND:
            return [DialogueAbout(given.target), OutgoingOf(conversation)]
        case Meaning.RETRY | Meaning.SPLIT:
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
                return done + _back(conversation, snapshot.mailbox, given, facts, now)
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
        case Meaning.RETRY | Meaning.SPLIT:
            pass
        case _ as unreachable:
            assert_never(unreachable)
    return done


def _is_their_last(given: StoredReaction, facts: Facts) -> bool:
    """Whether the person has no other reaction of the kind there: on another message, or with U+FE0F."""
    return not any(other.sender == given.sender for other in facts[AlikeOf(given)])


_STATUS: Final = {Meaning.CLOSE: Status.CLOSED, Meaning.PENDING: Status.PENDING, Meaning.SPAM: Status.SPAM}


def _back(
    conversation: Conversation, mailbox: MailboxSettings | None, given: StoredReaction, facts: Facts, now: datetime
) -> Decision:
    """Back to the status before; a mail that came meanwhile has made the conversation active already."""
    before = given.status_before if given.status_before is not conversation.status else Status.ACTIVE
    moves_mail = Status.SPAM in (conversation.status, given.status_before)
    incoming = facts[IncomingOf(conversation.id)] if moves_mail else ()
    return spam.set_status(conversation, incoming, mailbox, before, actor=given.sender, now=now)
