"""A member wrote in a room: a command, a mistake to explain, or plain talk that stays inside the house."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import rights
from bot.domain.command_table import LIST_FILTERS, Command, by_name
from bot.domain.commands import (
    Called,
    Talk,
    Wrong,
    filter_and_page,
    member_named,
    shown_names,
)
from bot.domain.conversation import EventKind, HistoryEntry, KnownEvent, OutState, Status
from bot.domain.decide import asking, enclosing, flood, moves, spam
from bot.domain.decide import reply as replies
from bot.domain.decide import upgrade as upgrades
from bot.domain.decide.missing import where_it_lies
from bot.domain.decide.resend import mail_of, resend
from bot.domain.decide.rings import newest_slot
from bot.domain.decide.taking_back import undo, waits
from bot.domain.decision import NOTHING, AddDeed, AddEvent, AddHistory, Decision, FillSlot, SaveConversation
from bot.domain.effects import Effect, Mark, Say, ShowListing, TrustIdentity
from bot.domain.fingerprints import key_of
from bot.domain.ids import UserId
from bot.domain.inputs import VERIFICATION, TeamMessage
from bot.domain.listing import HelpListing, Original
from bot.domain.question import Deed, own_file, standing
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Meaning
from bot.domain.snapshots import TeamSnapshot, Work

DONE = "✅"


def hint_slot(user: UserId) -> str:
    """The slot that names the message under which a person was told, once, how an answer leaves."""
    return f"hinted:{user}"


def decide_message(snapshot: TeamSnapshot, input: TeamMessage, now: datetime) -> Decision:
    """What a member's message does."""
    if not snapshot.is_ours:
        return NOTHING
    decision = _read(snapshot, input, now)
    if input.thread is not None:
        return decision
    return Decision((FillSlot(newest_slot(input.room), input.room, input.event),)) + decision


def _read(snapshot: TeamSnapshot, input: TeamMessage, now: datetime) -> Decision:
    if input.msgtype == VERIFICATION:
        refusal = _refused(snapshot, input, is_sensitive=False)
        return refusal if refusal is not None else _answer(snapshot, input, sentence("error.verification"))
    match snapshot.reading:
        case Talk():
            return _talk(snapshot, input)
        case Wrong(why):
            refusal = _refused(snapshot, input, is_sensitive=False)
            return refusal if refusal is not None else _remembered(snapshot, input) + _answer(snapshot, input, why)
        case Called() as called:
            refusal = _refused(snapshot, input, is_sensitive=called.command.is_sensitive, row=called.command)
            if refusal is not None:
                return refusal
            decision = _command(snapshot, input, called, now)
            return decision + _remembered(snapshot, input, called) + _deeds(snapshot, input, called, decision, now)
        case _ as unreachable:
            assert_never(unreachable)


def _talk(snapshot: TeamSnapshot, input: TeamMessage) -> Decision:
    """Kept as a note of its thread; never goes anywhere by itself."""
    conversation = snapshot.in_thread
    if conversation is None or not _is_theirs(snapshot, input):
        return NOTHING
    kept = Decision((AddEvent(_known(snapshot, input, EventKind.NOTE)),))
    if snapshot.is_hinted or input.thread is None or input.file is not None:
        return kept
    mailbox = snapshot.instance.mailbox(conversation.mailbox)
    by_reaction = mailbox is not None and any(meaning is Meaning.SEND for _, meaning in mailbox.reactions)
    how = sentence("hint.talk" if by_reaction and not input.room_encrypted else "hint.talk_in_words")
    say = Say(input.room, (how,), EventKind.NOTICE, conversation.id, reply_to=input.event)
    return kept + Decision((FillSlot(hint_slot(input.sender), input.room, input.event),), (say,))


def _remembered(snapshot: TeamSnapshot, input: TeamMessage, called: Called | None = None) -> Decision:
    """A command is a message of its thread as well: reactions on it count, and 📤 on an answer that did not leave.

    What the command itself keeps of its message (a note, the files that it attaches) counts before this. A file with a
    command as its caption is a file of the thread all the same; an answer takes its file along.
    """
    if snapshot.in_thread is None:
        return NOTHING
    is_reply = called is not None and called.command.name == "reply"
    if input.file is not None and not is_reply and _is_theirs(snapshot, input):
        # The caption was for the bot: 📤 sends the file alone.
        return Decision((AddEvent(replace(_known(snapshot, input, EventKind.NOTE), body="")),))
    known = _known(snapshot, input, EventKind.COMMAND)
    if called is not None and is_reply and _is_theirs(snapshot, input):
        return Decision((AddEvent(replace(known, body=called.text)),))
    return Decision((AddEvent(replace(known, body="", file=None)),))


def _deeds(snapshot: TeamSnapshot, input: TeamMessage, called: Called, decision: Decision, now: datetime) -> Decision:
    """What the command changed, so that deleting it soon takes it back; an answer is taken back with its mail."""
    if called.command.is_sensitive or called.command.name == "undo":
        return NOTHING
    before = {w.conversation.id: standing(w.conversation) for w in snapshot.work}
    deeds = []
    for change in decision.changes:
        if isinstance(change, SaveConversation) and before.get(change.conversation.id) != standing(change.conversation):
            one = change.conversation
            deeds.append(AddDeed(Deed(input.event, one.id, input.sender, now, before[one.id], standing(one))))
    return Decision(tuple(deeds))


def _is_theirs(snapshot: TeamSnapshot, input: TeamMessage) -> bool:
    """Whether it may be sent later as the person's own: in an encrypted room a homeserver could have put it there."""
    return isinstance(_right(snapshot, input, is_sensitive=True), rights.Allowed)


def _known(snapshot: TeamSnapshot, input: TeamMessage, kind: EventKind) -> KnownEvent:
    conversation = snapshot.in_thread.id if snapshot.in_thread else None
    return KnownEvent(input.event, input.room, kind, conversation, input.sender, None, input.at, input.body, input.file)


def _right(snapshot: TeamSnapshot, input: TeamMessage, *, is_sensitive: bool) -> rights.Right:
    return rights.may_say(snapshot.instance, input, is_joined=snapshot.is_joined, is_sensitive=is_sensitive)


def _refused(
    snapshot: TeamSnapshot, input: TeamMessage, *, is_sensitive: bool, row: Command | None = None
) -> Decision | None:
    right = _right(snapshot, input, is_sensitive=is_sensitive)
    if row is not None and isinstance(right, rights.Allowed):
        right = rights.may_call(
            snapshot.instance,
            row,
            sender=input.sender,
            room=input.room,
            was_encrypted=input.was_encrypted,
            session_trust=input.session_trust,
            is_anything_encrypted=snapshot.is_anything_encrypted or input.room_encrypted,
        )
    match right:
        case rights.Allowed():
            return None
        case rights.Denied(None):
            return NOTHING
        case rights.Denied(why, is_shut_out):
            return _answer(snapshot, input, why, in_clear=is_shut_out)
        case _ as unreachable:
            assert_never(unreachable)


def _answer(snapshot: TeamSnapshot, input: TeamMessage, *what: Sentence | None, in_clear: bool = False) -> Decision:
    """A mistake is told to the person who made it, where they made it."""
    conversation = snapshot.in_thread.id if snapshot.in_thread else None
    sentences = tuple(s for s in what if s is not None)
    under = input.thread if conversation is None else None
    say = Say(
        input.room,
        sentences,
        conversation=conversation,
        reply_to=input.event,
        mention=(input.sender,),
        in_clear=in_clear,
        under=under,
    )
    return Decision((), (say,))


def _command(snapshot: TeamSnapshot, input: TeamMessage, called: Called, now: datetime) -> Decision:
    command = called.command
    if command.name == "help":
        return _help(snapshot, input, called)
    if command.name == "list":
        return _list(snapshot, input, called)
    if command.name == "trust":
        return _trust(snapshot, input, called)
    if command.name == "upgrade":
        confirmed = upgrades.confirmed(snapshot, input, called)
        return confirmed if isinstance(confirmed, Decision) else _answer(snapshot, input, confirmed)
    if snapshot.missing:
        numbers = ", ".join(f"#{n}" for n in snapshot.missing)
        return _answer(snapshot, input, sentence("error.no_such_conversation", numbers=numbers))
    if not snapshot.work:
        return _answer(snapshot, input, sentence("error.which_conversation", name=command.name))
    if len(snapshot.work) > 1 and not command.takes_several:
        return _answer(snapshot, input, sentence("error.only_one", name=command.name))
    thread = snapshot.in_thread
    if command.is_sensitive and thread is not None and any(n != thread.id for n in called.numbers):
        return _answer(snapshot, input, sentence("error.other_thread", name=command.name, number=thread.id))
    decision = NOTHING
    for work in snapshot.work:
        decision += _on_one(snapshot, input, called, work, now)
    return decision


def _on_one(snapshot: TeamSnapshot, input: TeamMessage, called: Called, work: Work, now: datetime) -> Decision:
    conversation, actor = work.conversation, input.sender
    done = Decision((), (Mark(input.room, input.event, DONE, conversation.id),))
    if work is not snapshot.work[-1]:
        done = NOTHING
    match called.command.name:
        case "assign":
            who = _person(snapshot, input, called)
            if isinstance(who, Sentence):
                return _answer(snapshot, input, who) if work is snapshot.work[0] else NOTHING
            assigned = moves.assign(conversation, who, actor=actor, now=now)
            if who != actor and conversation.assignee != who:
                told = sentence("assign.told", who=actor, subject=conversation.subject)
                say = Say(input.room, (told,), kind=EventKind.NOTICE, conversation=conversation.id, mention=(who,))
                assigned += Decision((), (say,))
            return assigned + done
        case "unassign":
            return moves.assign(conversation, None, actor=actor, now=now) + done
        case "active":
            return spam.set_status(work, Status.ACTIVE, actor=actor, now=now) + done
        case "pending":
            return spam.set_status(work, Status.PENDING, actor=actor, now=now) + done
        case "close":
            return spam.set_status(work, Status.CLOSED, actor=actor, now=now) + done
        case "spam":
            return spam.mark(work, actor=actor, now=now) + done
        case "notspam":
            return spam.unmark(work, actor=actor, now=now) + done
        case "follow":
            return moves.follow(conversation, actor, follows=True, now=now) + done
        case "unfollow":
            return moves.follow(conversation, actor, follows=False, now=now) + done
        case "note":
            if not called.text.strip() and input.file is None:
                return _answer(snapshot, input, sentence("error.empty_note"))
            # Private by its writer's word: its words are not kept for 📤, nor its file for a bare `!attach`.
            note = replace(_known(snapshot, input, EventKind.COMMAND), conversation=conversation.id, body="")
            entry = AddHistory(HistoryEntry(conversation.id, now, actor, "history.noted"))
            return Decision((AddEvent(note), entry)) + done
        case "reply":
            return _reply(snapshot, input, called, work, now)
        case "send":
            sent = replies.send(
                work,
                snapshot.replied_to,
                key=input.key,
                sender=actor,
                room=input.room,
                signer=snapshot.signer,
                now=now,
                in_encrypted_room=input.room_encrypted,
                choice=called.choice,
            )
            return _answer(snapshot, input, sent) if isinstance(sent, Sentence) else sent
        case "attach":
            return enclosing.attach(work, input, called, snapshot.replied_to, now)
        case "undo":
            queued = [
                r for r in work.outgoing if r.state is OutState.QUEUED or waits(work, r) or r.row in work.under_way
            ]
            if not queued:
                return _answer(snapshot, input, sentence("error.nothing_to_undo"))
            last = max(queued, key=lambda r: (waits(work, r), r.date))
            return undo(work, last, actor=actor, room=input.room, source=input.event, now=now)
        case "resend":
            about = mail_of(work, snapshot.replied_to)
            words = called.words
            again = resend(work, actor=actor, room=input.room, source=input.event, now=now, words=words, about=about)
            return again if again.effects else again + done
        case "unfold":
            if not work.folded:
                return _answer(snapshot, input, sentence("error.nothing_folded"))
            opened, left = flood.unfold(work, now)
            more = Say(input.room, (sentence("show.more_folded", count=left),), conversation=conversation.id)
            return opened + (Decision((), (more,)) if left else done)
        case "show" | "history" | "original":
            return _shown(snapshot, input, work)
        case other:
            raise AssertionError(f"the command {other} stands in the table and is not decided")


def _reply(snapshot: TeamSnapshot, input: TeamMessage, called: Called, work: Work, now: datetime) -> Decision:
    """`reply` with its words; an option alone sends what was asked about, to whom it chooses."""
    source, text, file = input.event, called.text, input.file
    if called.choice is not None and not text.strip() and file is None:
        asked = asking.latest(work, now)
        if asked is None:
            return _answer(snapshot, input, sentence("error.option_alone", option=called.choice.value))
        source, text, file = asked.event, asked.text, own_file(asked)
    return replies.reply(
        work,
        key=input.key,
        source=source,
        sender=input.sender,
        text=text,
        room=input.room,
        signer=snapshot.signer,
        now=now,
        file=file,
        in_encrypted_room=input.room_encrypted,
        choice=called.choice,
        is_apart=input.thread is None or input.thread != work.conversation.root,
    )


def _person(snapshot: TeamSnapshot, input: TeamMessage, called: Called) -> UserId | Sentence:
    """Whom `assign` means: a pill, a full id, `me`, or `@name` where exactly one member has that local part."""
    people = list(called.people)
    for name in called.names:
        if name == "me":
            people.append(input.sender)
            continue
        member = member_named(name, (user for user, _ in snapshot.members))
        if member is None:
            return sentence("error.who_is_that", name=name[:60])
        people.append(member)
    if len(people) != 1:
        return sentence("error.assign_whom")
    if people[0] not in {user for user, _ in snapshot.members}:
        return sentence("error.not_in_room", who=people[0])
    if people[0] == snapshot.instance.bot:
        return sentence("error.assign_bot")
    return people[0]


def _trust(snapshot: TeamSnapshot, input: TeamMessage, called: Called) -> Decision:
    """An admin vouches for somebody's new identity, by the key that they compared; without a key they are told it."""
    # Who is named in full need not be in the room where the trouble was told.
    members = [user for user, _ in snapshot.members]
    named = [input.sender if name == "me" else member_named(name, members) for name in called.names]
    people = [*called.people, *(user for user in named if user is not None)]
    if len(people) != 1 or None in named:
        return _answer(snapshot, input, sentence("error.trust_whom"))
    who = people[0]
    if who == input.sender:
        return _answer(snapshot, input, sentence("error.trust_yourself"))
    key = key_of(called.words)
    if key is None:
        return _answer(snapshot, input, sentence("error.trust_key"))
    return Decision((), (TrustIdentity(who, input.room, input.event, key),))


def _help(snapshot: TeamSnapshot, input: TeamMessage, called: Called) -> Decision:
    names = shown_names()
    if called.words:
        row = by_name(called.words[0].lstrip("!/"))
        if row is None:
            return _answer(snapshot, input, sentence("error.unknown_command", name=called.words[0][:40]))
        names = (row.name,)
    return _listing(snapshot, input, ShowListing(input.room, HelpListing(names)))


def _list(snapshot: TeamSnapshot, input: TeamMessage, called: Called) -> Decision:
    word, _ = filter_and_page(called)
    if word and word not in LIST_FILTERS:
        return _answer(snapshot, input, sentence("error.list_filter", word=word[:40], filters=" · ".join(LIST_FILTERS)))
    members = [user for user, _ in snapshot.members]
    unknown = [name for name in called.names if name != "me" and member_named(name, members) is None]
    if unknown:
        return _answer(snapshot, input, sentence("error.who_is_that", name=unknown[0][:60]))
    if snapshot.listing is None:
        return _answer(snapshot, input, sentence("error.no_mailbox_here"))
    return _listing(snapshot, input, ShowListing(input.room, snapshot.listing))


def _shown(snapshot: TeamSnapshot, input: TeamMessage, work: Work) -> Decision:
    listing = snapshot.listing
    if isinstance(listing, Original) and not listing.record.raw:
        return _answer(snapshot, input, sentence("missing.original"), where_it_lies(listing.record))
    if listing is None:
        return _answer(snapshot, input, sentence("missing.no_mail"))
    shown = ShowListing(input.room, listing, conversation=work.conversation.id)
    return _listing(snapshot, input, shown)


def _listing(snapshot: TeamSnapshot, input: TeamMessage, shown: ShowListing) -> Decision:
    thread = snapshot.in_thread.id if snapshot.in_thread else None
    # Outside of a conversation a long answer has a thread of its own: the main timeline is cards, news and talk.
    is_short = isinstance(shown.listing, HelpListing) and len(shown.listing.commands) == 1
    under = input.thread or (None if is_short else input.event)
    if thread is not None:
        under = None
    effects: tuple[Effect, ...] = (replace(shown, thread=thread, reply_to=input.event, under=under),)
    return Decision((), effects)
