"""The chain after each story: pure functions that make history, messages, news, cards and boards from happenings."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.domain.choices import Medium
from bot.domain.conversation import Conversation, EventKind, HistoryEntry, KnownEvent, Status
from bot.domain.decision import NOTHING, AddEvent, AddHistory, Decision, MoveConversation, SaveConversation
from bot.domain.direct import HoldNews
from bot.domain.effects import Effect, Mark, PostMail, PostWords, Ring, Say, SayLinked, ShowCard, ShowPage, ShowState
from bot.domain.happening import Happening, What, named_in, said_of
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import MessageEdited, TeamMessage
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.rules.absent import without_absent
from bot.domain.rules.auditing import with_audit
from bot.domain.rules.config_room import with_readers
from bot.domain.rules.follows import FOLLOWS, Follows
from bot.domain.rules.moves import refresh_board
from bot.domain.rules.put_off import is_thrown_away, taken_back
from bot.domain.rules.quiet_hours import mentioned_for, with_sleeping_authors
from bot.domain.rules.rings import news_of, of_answer, of_opening
from bot.domain.rules.still_told import theirs_by
from bot.domain.rules.told import concerned_by
from bot.domain.sentences import Sentence
from bot.domain.snapshots import MailSnapshot, ReceiptSnapshot, Snapshot
from bot.domain.stories.apart import came_said, told_otherwise
from bot.domain.stories.before import as_they_were, begun_in
from bot.domain.stories.freed import told_of_freed
from bot.domain.stories.hearers import Hearers, ToldBy, of_act, of_answer_by
from bot.domain.stories.known import history_of, instance_of, known_of, members_of
from bot.domain.stories.not_leaving import with_not_leaving
from bot.domain.stories.undone import told_of_undone
from bot.domain.stories.writer_left import with_writer_left

_MEDIA = (Medium.MENTION, Medium.DIRECT, Medium.EMAIL)
_OPENINGS = (What.OPENED, What.BEGUN, What.BEGUN_BY_RULE)


def followed(snapshot: Snapshot, input: Input, decision: Decision, now: datetime) -> Decision:
    """A story's decision with all that follows from its happenings."""
    decision = with_sleeping_authors(instance_of(snapshot), input, decision, now)
    decision = with_writer_left(snapshot, decision)
    decision += taken_back(known_of(snapshot), decision)
    decision = with_readers(instance_of(snapshot), without_absent(decision, members_of(snapshot)))
    decision = with_hearing(
        snapshot,
        input,
        with_history(
            with_audit(input, decision), input.event if isinstance(input, TeamMessage | MessageEdited) else None
        ),
    )
    return with_board(with_cards(snapshot, with_news(snapshot, decision)))


def _all(decision: Decision, place: Follows) -> list[Happening]:
    """Each once: what is said twice of one conversation has happened once."""
    return [one for one in dict.fromkeys(decision.happened) if place in FOLLOWS[one.what]]


def with_history(decision: Decision, message: EventId | None = None) -> Decision:
    """The decision with a line of history for each happening that the history tells.

    Args:
        message: the member's message, or edit, that is decided; it shows what it did to the conversation whose thread
            it is in, and in the main timeline to those of that room.
    """
    known = (change.event for change in decision.changes if isinstance(change, AddEvent))
    said = [one for one in known if one.event == message]
    lines = [
        AddHistory(HistoryEntry(about.id, one.at, one.actor, one.what.key, one.detail, one.event or _by(said, about)))
        for one in _all(decision, Follows.HISTORY)
        for about in (one.conversation,)
    ]
    return replace(decision, changes=(*decision.changes, *lines)) if lines else decision


def _by(said: Iterable[KnownEvent], about: Conversation) -> EventId | None:
    shows = (one for one in said if one.conversation in (None, about.id))
    return next((one.event for one in shows if one.conversation is not None or one.room == about.room), None)


def with_hearing(snapshot: Snapshot, input: Input, decision: Decision) -> Decision:
    """The decision with a message in the thread of each conversation, for the people whom its happenings concern.

    The assignee and the followers hear of an act of a colleague once, and never of an own act. The correspondent's
    words are told by their mail.
    """
    decision, begun = with_not_leaving(snapshot, decision), begun_in(decision)
    before = as_they_were(snapshot) | begun
    # Who answers takes the conversation by that: the answer is told when it has left, and neither is if it does not.
    by_answer = (What.WRITTEN, What.REPLY_CANCELLED, What.REPLY_KEPT)
    answered = {one.conversation.id for one in decision.happened if one.what in by_answer}
    acts: dict[ConversationId, list[Happening]] = {}
    for one in _all(decision, Follows.HEARD):
        number = one.conversation.id
        is_here = number in before and before[number].room == one.conversation.room
        # They have heard that there is a draft; each change of its message is no news.
        is_rewritten = isinstance(input, MessageEdited) and one.what is What.REDRAFTED
        # Whoever took it out of Junk elsewhere is not known.
        is_told = (one.actor is not None or one.what is What.NO_SPAM) and not isinstance(snapshot, RoomSnapshot)
        if is_told and is_here and number not in answered and not is_rewritten:
            acts.setdefault(number, []).append(one)
    told = NOTHING
    hear = {n: _each_once(partial(_hearers, snapshot, before[n], done, decision)) for n, done in acts.items()}
    # Whom a message names by a pill, or as the writer of what it answers, it rings by itself.
    named = input.mentions if isinstance(input, TeamMessage) else ()
    for number, done in acts.items():
        after, now = done[-1].conversation, done[-1].at
        told_by = hear[number]
        if after.goes_on_as in hear and What.MERGED in (one.what for one in done):
            # It is one act: told where it goes on.
            told_by = _each_once(told_by, _all_of(hear[after.goes_on_as]))
        if number in begun:
            # Whoever hears that a mail is passed on knows of the conversation in which it is.
            passing = (n for n, acts_there in acts.items() if What.FORWARDED in (one.what for one in acts_there))
            told_by = _each_once(told_by, [who for n in passing for who in _all_of(hear[n])])
        # What it would say of a conversation that is thrown away, no mail may say.
        is_mailed = not is_thrown_away(after)
        now_told, held = mentioned_for(instance_of(snapshot), told_by, number, now, is_mailed=is_mailed)
        people = tuple(one for one in now_told if one not in named)
        words = tuple(_sentence(one, before[number]) for one in done)
        if people:
            told += Decision((), (Say(before[number].room, words, EventKind.NOTICE, number, mention=people),))
        told += held + told_otherwise(snapshot, told_by, after, now, words, is_mailed=is_mailed, rung=named)
    return (
        decision
        + told
        + told_of_undone(snapshot, decision)
        + told_of_freed(snapshot, decision)
        + _carried(snapshot, decision)
    )


def _each_once(told_by: ToldBy, besides: Collection[UserId] = ()) -> ToldBy:
    """The same, for each person by the first medium alone; nobody of `besides`."""

    def once(medium: Medium) -> Hearers:
        earlier = {who for one in _MEDIA[: _MEDIA.index(medium)] for who in told_by(one)}
        return tuple(who for who in told_by(medium) if who not in earlier and who not in besides)

    return once


def _all_of(told_by: ToldBy) -> list[UserId]:
    return [who for medium in _MEDIA for who in told_by(medium)]


def _carried(snapshot: Snapshot, decision: Decision) -> Decision:
    """What those hear who chose another way than a mention, of a conversation that goes on in another room: there
    nobody has it who is not a member. The lines of the move mention the others (`rules/moving.py`).
    """
    moved = {change.conversation for change in decision.changes if isinstance(change, MoveConversation)}
    told = NOTHING
    for one in decision.happened:
        after = one.conversation
        if after.id not in moved or one.actor is None or after.goes_on_as is not None:
            continue
        is_new = one.what is What.ARRIVED
        what, members = (one.what, one.detail.split()) if is_new else (What.MOVED, concerned_by(after))
        told_by = of_act(snapshot, what, one.actor, before=after, after=after, members=tuple(map(UserId, members)))
        words = (said_of(what.key, one.actor, one.detail),)
        told += told_otherwise(snapshot, told_by, after, one.at, words)
    return told


def _hearers(
    snapshot: Snapshot,
    before: Conversation,
    done: list[Happening],
    decision: Decision,
    medium: Medium,
) -> Hearers:
    after = done[-1].conversation
    people = dict.fromkeys(who for one in done for who in _told_of_act(snapshot, one, before, after)(medium))
    told = {one.actor for one in done}
    if isinstance(snapshot, ReceiptSnapshot) and snapshot.passed_from is not None:
        # They heard of it as it was passed on.
        one, actor = snapshot.passed_from, done[0].actor
        told.update(*map(of_act(snapshot, What.FORWARDED, actor, before=one, after=one), _MEDIA))
    # Who is told something of this already is not told twice.
    for effect in decision.effects:
        if isinstance(effect, Say) and before.id in (effect.conversation, *effect.tells):
            told.update(effect.mention)
    for change in decision.changes:
        if isinstance(change, HoldNews) and change.conversation == before.id:
            told.add(change.person)
    return tuple(one for one in people if one not in told)


def _told_of_act(snapshot: Snapshot, one: Happening, before: Conversation, after: Conversation) -> ToldBy:
    """Who is told of it. Whom an answer that waited for approval does not concern heard of it when it was given."""
    record = snapshot.record if isinstance(snapshot, ReceiptSnapshot) else None
    is_known = one.what is What.REPLIED and record is not None and record.approved_by is not None
    what = What.ANSWERED if is_known else one.what
    return of_act(
        snapshot,
        what,
        one.actor,
        before=before,
        after=after,
        named=named_in(one.what, one.detail),
        theirs=theirs_by(one.what, one.actor, one.detail, after, history_of(snapshot, after.id)),
    )


def _sentence(one: Happening, before: Conversation) -> Sentence:
    what = What.BEGUN if one.what is What.REPLIED and not before.mails else one.what
    return said_of(what.key, one.actor, one.detail)


def with_news(snapshot: Snapshot, decision: Decision) -> Decision:
    """The decision with the news line of an answer in a thread (`rules/rings.py`)."""
    newest = snapshot.newest if isinstance(snapshot, MailSnapshot) else None
    after = {one.conversation.id: one.conversation for one in decision.happened}
    now = decision.happened[-1].at if decision.happened else None
    if now is None:
        return decision
    came = [(after[one.conversation.id], one.mail) for one in _all(decision, Follows.NEWS) if one.mail is not None]
    lines, apart = [], NOTHING
    for about, mail in came:
        told_by = of_answer_by(snapshot, about, mail)
        is_mailed = not mail.is_never_mailed
        told, held = mentioned_for(instance_of(snapshot), told_by, about.id, now, is_mailed=is_mailed)
        if (news := news_of(about, mail, newest, told)) is not None:
            lines.append(news)
        if of_answer(about, told, wakes=mail.wakes, is_backlog=mail.is_backlog) is not Ring.GREY:
            apart += held + told_otherwise(snapshot, told_by, about, now, (came_said(mail),), is_mailed=is_mailed)
    decision = replace(decision, effects=_before_words(decision.effects, lines))
    return decision + apart + _opened_apart(snapshot, decision)


def _opened_apart(snapshot: Snapshot, decision: Decision) -> Decision:
    """What is said in direct chats of new conversations, and what is kept for after quiet hours."""
    said = NOTHING
    for one in _all(decision, Follows.CARD):
        if one.mail is not None and one.what in _OPENINGS:
            about = one.conversation
            told_by = partial(_told_of_new, snapshot, one)
            is_mailed = not one.mail.is_never_mailed
            said += mentioned_for(instance_of(snapshot), told_by, about.id, one.at, is_mailed=is_mailed)[1]
            words = (came_said(one.mail, is_new=True),)
            said += told_otherwise(snapshot, told_by, about, one.at, words, is_mailed=is_mailed)
    return said


def with_cards(snapshot: Snapshot, decision: Decision) -> Decision:
    """The decision with the cards that show what happened, and with missing cards.

    Where a decision says something in the thread of a conversation that has no card, the card is shown too: after a
    move to another room there is none until somebody needs it, and calls into its thread wait for it. Showing a card
    that is on its way already changes nothing.
    """
    cards: dict[ConversationId, ShowCard] = {}
    for one in _all(decision, Follows.CARD):
        cards[one.conversation.id] = _card(snapshot, one, cards.get(one.conversation.id))
    first = [card for card in cards.values() if card.conversation.root is None]
    others = [card for card in cards.values() if card.conversation.root is not None]
    decision = replace(decision, effects=(*first, *_before_words(decision.effects, others)))
    known = {c.id: c for c in known_of(snapshot)}
    known.update({c.conversation.id: c.conversation for c in decision.changes if isinstance(c, SaveConversation)})
    threads = {number for effect in decision.effects if (number := _thread_of(effect)) is not None}
    threads -= {effect.conversation.id for effect in decision.effects if isinstance(effect, ShowCard)}
    missing = [_late(known[n]) for n in sorted(threads) if n in known and known[n].root is None]
    return replace(decision, effects=(*missing, *decision.effects))


def _card(snapshot: Snapshot, one: Happening, shown: ShowCard | None) -> ShowCard:
    """The card after it; `shown`, as it was to be shown by what happened before: it rings as its mail does."""
    conversation, mail = one.conversation, one.mail
    if mail is None:
        return _late(conversation) if shown is None else replace(shown, conversation=conversation)
    if one.what in _OPENINGS:
        told_by = partial(_told_of_new, snapshot, one)
        is_mailed = not mail.is_never_mailed
        told, _ = mentioned_for(instance_of(snapshot), told_by, conversation.id, one.at, is_mailed=is_mailed)
        return ShowCard(conversation, mail.is_quiet, mail.message_id, told)
    return ShowCard(conversation, is_backlog=mail.is_backlog and conversation.root is None)


def _late(conversation: Conversation) -> ShowCard:
    """The card; where there is none yet of a conversation in which nothing is to do, one that rings nobody."""
    return ShowCard(conversation, is_backlog=conversation.root is None and conversation.status is Status.CLOSED)


def _told_of_new(snapshot: Snapshot, one: Happening, medium: Medium) -> Hearers:
    about = one.conversation
    if of_opening(about, is_backlog=one.mail is None or one.mail.is_quiet, is_quiet=False) is Ring.GREY:
        return ()
    actor = one.actor or (one.mail.member if one.mail is not None else None)
    return of_act(snapshot, one.what, actor, before=about, after=about)(medium)


def _before_words(effects: tuple[Effect, ...], more: Iterable[Effect]) -> tuple[Effect, ...]:
    """The effects with `more` before the first words, so that calls of one priority stand in the room in this order."""
    words = (n for n, effect in enumerate(effects) if isinstance(effect, Say | SayLinked | ShowPage | Mark))
    first = next(words, len(effects))
    return (*effects[:first], *more, *effects[first:])


def _thread_of(effect: Effect) -> ConversationId | None:
    match effect:
        case PostMail(conversation) | ShowState(conversation):
            return conversation.id
        case PostWords(conversation=Conversation(id=number)):
            return number
        case Say(conversation=number, in_thread=True) | SayLinked(conversation=number) | ShowPage(thread=number):
            return number
        case _:
            return None


def with_board(decision: Decision) -> Decision:
    """The decision with timers for the boards that show what happened."""
    rooms: dict[RoomId, Happening] = {one.conversation.room: one for one in _all(decision, Follows.BOARD)}
    boards = [refresh_board(room, one.at) for room, one in rooms.items()]
    return replace(decision, changes=(*decision.changes, *boards)) if boards else decision
