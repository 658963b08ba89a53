"""A member wrote in a room: a command, a mistake to explain, or plain talk that stays inside the house."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import rights
from bot.domain.commands import LIST_FILTERS, Called, Talk, Wrong, by_name, member_named, shown_names
from bot.domain.conversation import EventKind, HistoryEntry, KnownEvent, OutState, Status
from bot.domain.decide import enclosing, moves
from bot.domain.decide import reply as replies
from bot.domain.decide import upgrade as upgrades
from bot.domain.decision import NOTHING, AddEvent, AddHistory, Decision, NeverTake, PutEvent
from bot.domain.effects import Effect, Mark, MoveMail, Say, ShowListing, TrustIdentity
from bot.domain.fingerprints import key_of
from bot.domain.ids import UserId
from bot.domain.inputs import MessageEdited, Redacted, TeamMessage, event_key
from bot.domain.listing import HelpListing
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import TeamSnapshot, Work

DONE = "✅"


def decide_message(snapshot: TeamSnapshot, input: TeamMessage, now: datetime) -> Decision:
    """What a member's message does."""
    if not snapshot.is_ours:
        return NOTHING
    match snapshot.reading:
        case Talk():
            return _talk(snapshot, input)
        case Wrong(why):
            refusal = _refused(snapshot, input, is_sensitive=False)
            return refusal if refusal is not None else _answer(snapshot, input, why)
        case Called() as called:
            refusal = _refused(snapshot, input, is_sensitive=called.command.is_sensitive)
            return refusal if refusal is not None else _command(snapshot, input, called, now)
        case _ as unreachable:
            assert_never(unreachable)


def _talk(snapshot: TeamSnapshot, input: TeamMessage) -> Decision:
    """Kept as a note of its thread; never goes anywhere by itself."""
    if snapshot.in_thread is None or not _is_theirs(snapshot, input):
        return NOTHING
    return Decision((AddEvent(_known(snapshot, input, EventKind.NOTE)),))


def _is_theirs(snapshot: TeamSnapshot, input: TeamMessage) -> bool:
    """Whether it may be sent later as the person's own: in an encrypted room a homeserver could have put it there."""
    return isinstance(_right(snapshot, input, is_sensitive=True), rights.Allowed)


def _known(snapshot: TeamSnapshot, input: TeamMessage, kind: EventKind) -> KnownEvent:
    conversation = snapshot.in_thread.id if snapshot.in_thread else None
    return KnownEvent(input.event, input.room, kind, conversation, input.sender, None, input.at, input.body, input.file)


def _right(snapshot: TeamSnapshot, input: TeamMessage | MessageEdited, *, is_sensitive: bool) -> rights.Right:
    return rights.may_command(
        snapshot.instance,
        sender=input.sender,
        is_joined=snapshot.is_joined,
        room_encrypted=input.room_encrypted,
        was_encrypted=input.was_encrypted,
        session_trust=input.session_trust,
        is_sensitive=is_sensitive,
    )


def _refused(snapshot: TeamSnapshot, input: TeamMessage, *, is_sensitive: bool) -> Decision | None:
    match _right(snapshot, input, is_sensitive=is_sensitive):
        case rights.Allowed():
            return None
        case rights.Denied(None):
            return NOTHING
        case rights.Denied(why):
            return _answer(snapshot, input, why)
        case _ as unreachable:
            assert_never(unreachable)


def _answer(snapshot: TeamSnapshot, input: TeamMessage, *what: Sentence | None) -> Decision:
    """A mistake is told to the person who made it, where they made it."""
    conversation = snapshot.in_thread.id if snapshot.in_thread else None
    sentences = tuple(s for s in what if s is not None)
    say = Say(input.room, sentences, conversation=conversation, reply_to=input.event, mention=(input.sender,))
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
    # A file with a command as its caption is a file of the thread all the same; a reply takes it along.
    is_kept = input.file is not None and snapshot.in_thread is not None and command.name not in ("note", "reply")
    is_kept = is_kept and _is_theirs(snapshot, input)
    decision = Decision((AddEvent(_known(snapshot, input, EventKind.NOTE)),)) if is_kept else NOTHING
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
            return moves.set_status(conversation, Status.ACTIVE, actor=actor, now=now) + done
        case "pending":
            return moves.set_status(conversation, Status.PENDING, actor=actor, now=now) + done
        case "close":
            return moves.set_status(conversation, Status.CLOSED, actor=actor, now=now) + done
        case "spam":
            return mark_spam(work, actor=actor, now=now) + done
        case "notspam":
            return unmark_spam(work, actor=actor, now=now) + done
        case "follow":
            return moves.follow(conversation, actor, follows=True, now=now) + done
        case "unfollow":
            return moves.follow(conversation, actor, follows=False, now=now) + done
        case "note":
            if not called.text.strip() and input.file is None:
                return _answer(snapshot, input, sentence("error.empty_note"))
            note = replace(_known(snapshot, input, EventKind.NOTE), conversation=conversation.id, body=called.text)
            entry = AddHistory(HistoryEntry(conversation.id, now, actor, "history.noted"))
            return Decision((AddEvent(note), entry)) + done
        case "reply":
            return replies.reply(
                work,
                key=input.key,
                source=input.event,
                sender=actor,
                text=called.text,
                room=input.room,
                signer=snapshot.signer,
                now=now,
                file=input.file,
                in_encrypted_room=input.room_encrypted,
            )
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
            )
            return _answer(snapshot, input, sent) if isinstance(sent, Sentence) else sent
        case "attach":
            return enclosing.attach(work, input, called, snapshot.replied_to, now)
        case "undo":
            queued = [r for r in work.outgoing if r.state is OutState.QUEUED]
            if not queued:
                return _answer(snapshot, input, sentence("error.nothing_to_undo"))
            return replies.undo(work, queued[-1], actor=actor, room=input.room, source=input.event, now=now)
        case "resend":
            return replies.resend(work, actor=actor, room=input.room, source=input.event, now=now)
        case "show" | "history" | "original":
            return _shown(snapshot, input, work)
        case other:
            raise AssertionError(f"the command {other} stands in the table and is not decided")


def mark_spam(work: Work, *, actor: UserId, now: datetime) -> Decision:
    """Spam: the correspondent's mails go to the server's Junk folder, so that the server learns."""
    decision = moves.set_status(work.conversation, Status.SPAM, actor=actor, now=now)
    if work.conversation.status is Status.SPAM or work.newest_in is None or not work.newest_in.uid:
        return decision
    return decision + Decision((), (MoveMail(work.newest_in, to_junk=True),))


def unmark_spam(work: Work, *, actor: UserId, now: datetime) -> Decision:
    """Not spam: back to where it was, here and on the server."""
    if work.conversation.status is not Status.SPAM:
        return NOTHING
    before = work.conversation.status_before
    back = Status.ACTIVE if before is Status.SPAM else before
    decision = moves.set_status(work.conversation, back, actor=actor, now=now)
    if work.newest_in is None or not work.newest_in.folder:
        return decision
    return decision + Decision((), (MoveMail(work.newest_in, to_junk=False),))


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
    if input.sender not in snapshot.instance.admins:
        return _answer(snapshot, input, sentence("error.admins_only"))
    if not input.was_encrypted:
        # The homeserver, against which all this is, writes in clear whatever it likes under an admin's name.
        return _answer(snapshot, input, sentence("error.trust_in_clear"))
    # Who is named in full need not be in the room where the trouble was told.
    who = called.people[0] if len(called.people) == 1 and not called.names else _person(snapshot, input, called)
    if isinstance(who, Sentence):
        return _answer(snapshot, input, who)
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
    word = called.words[0].lower() if called.words else ""
    if word and word not in LIST_FILTERS:
        return _answer(snapshot, input, sentence("error.list_filter", word=word[:40], filters=", ".join(LIST_FILTERS)))
    members = [user for user, _ in snapshot.members]
    unknown = [name for name in called.names if name != "me" and member_named(name, members) is None]
    if unknown:
        return _answer(snapshot, input, sentence("error.who_is_that", name=unknown[0][:60]))
    if snapshot.listing is None:
        return _answer(snapshot, input, sentence("error.no_mailbox_here"))
    return _listing(snapshot, input, ShowListing(input.room, snapshot.listing))


def _shown(snapshot: TeamSnapshot, input: TeamMessage, work: Work) -> Decision:
    if snapshot.listing is None:
        return NOTHING
    shown = ShowListing(input.room, snapshot.listing, conversation=work.conversation.id)
    return _listing(snapshot, input, shown)


def _listing(snapshot: TeamSnapshot, input: TeamMessage, shown: ShowListing) -> Decision:
    thread = snapshot.in_thread.id if snapshot.in_thread else None
    effects: tuple[Effect, ...] = (replace(shown, thread=thread, reply_to=input.event),)
    return Decision((), effects)


def decide_edited(snapshot: TeamSnapshot, input: MessageEdited, text: str, now: datetime) -> Decision:
    """An edit changes a mail that waits, and a note; it never runs a command.

    `text` is the new text without the command's name.
    """
    record, note = snapshot.edited, snapshot.target
    if record is not None and (not snapshot.work or record.author != input.sender):
        return NOTHING
    if record is None and (note is None or note.sender != input.sender or note.kind is not EventKind.NOTE):
        return NOTHING
    right = _right(snapshot, input, is_sensitive=True)
    if isinstance(right, rights.Denied):
        # A mail leaves as it was, while its author sees the new words.
        is_told = record is not None and record.state is OutState.QUEUED
        return _not_rewritten(snapshot, input, right.why) if is_told else NOTHING
    if record is not None:
        return replies.rewrite(snapshot.work[0], record, text=text, room=input.room, actor=input.sender, now=now)
    assert note is not None
    if not (note.body or note.file):
        # It was deleted: an edit from before, told late, brings nothing back.
        return NOTHING
    # Should it be sent later, it goes as it reads then.
    return Decision((PutEvent(replace(note, body=text)),))


def _not_rewritten(snapshot: TeamSnapshot, input: MessageEdited, why: Sentence | None) -> Decision:
    if why is None:
        return NOTHING
    told = (sentence("error.not_rewritten"), why)
    say = Say(input.room, told, conversation=snapshot.work[0].conversation.id, mention=(input.sender,))
    return Decision((), (say,))


def decide_deleted(snapshot: TeamSnapshot, input: Redacted, now: datetime) -> Decision:
    """Deleting a message takes back the mail that it queued or that takes its file along, while that waits; and what
    was kept of its words. Others' deletions do so as well."""
    record, target = snapshot.edited, snapshot.target
    # Its key may come after it was deleted, or the server may turn the order round.
    decision = Decision((NeverTake(event_key(input.target)),))
    if target is not None and target.sender is not None and (target.body or target.file):
        decision += Decision((PutEvent(replace(target, body="", file=None)),))
    if record is None or not snapshot.work or record.state is not OutState.QUEUED:
        return decision
    return decision + replies.undo(snapshot.work[0], record, actor=input.sender, room=input.room, source=None, now=now)
