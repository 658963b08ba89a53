"""A call ended: its mail, its event and the next call follow."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.calls import (
    AddFlag,
    AddFolder,
    AppendSent,
    BeginSignIn,
    CheckDns,
    DecideAgain,
    DescribeCommand,
    EnterRoom,
    FetchFile,
    FindServers,
    FinishSignIn,
    FollowUpgrade,
    InvitePerson,
    LookAtMailbox,
    MakeConfigRoom,
    MakeRoom,
    MoveOnServer,
    PinEvent,
    QuitRoom,
    RedactEvent,
    RemoveReader,
    SendEvent,
    Submit,
    SubmitToMember,
    TrustUser,
    TryImap,
    TrySmtp,
)
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import (
    NOTHING,
    AddEvent,
    Change,
    CloseCall,
    Decision,
    FillSlot,
    PlaceMail,
    RetryCall,
    SetMailEvent,
    SetRoot,
    SetTimer,
)
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Ended
from bot.domain.dialogues.folders import folder_listed
from bot.domain.dialogues.mailbox_said import folders_page, logins_said, not_listed, plus_learnt
from bot.domain.dns_records import DomainRecords
from bot.domain.effects import Again, Do, Effect, Mark, Say, ShowPage, Turn
from bot.domain.fingerprints import OTHER_IDENTITY, grouped
from bot.domain.ids import ConversationId, EventId
from bot.domain.inputs.inside import Receipt
from bot.domain.mailbox_look import FolderList
from bot.domain.mailed import is_mailed
from bot.domain.outcomes import (
    PENDING,
    WITHDRAWN,
    Accepted,
    Followed,
    LoginsTried,
    Made,
    Moved,
    Opened,
    Posted,
    Refused,
    Saved,
    SignInOpen,
    Trusted,
    TryLater,
    Unknown,
    name_of,
    reference,
)
from bot.domain.rules import config_room, upgrade
from bot.domain.rules.aside import tried_again
from bot.domain.rules.continuing import back_link
from bot.domain.rules.dns_said import dns_said
from bot.domain.rules.enclosing import decide_fetched
from bot.domain.rules.later import TRIES, later
from bot.domain.rules.mailing_members import decide_mailed
from bot.domain.rules.missing import not_shown
from bot.domain.rules.rings import newest_slot
from bot.domain.rules.submission import decide_submitted
from bot.domain.rules.unsaid import shut_out, withheld
from bot.domain.sentences import Sentence, sentence
from bot.domain.servers import ServersFound
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace
from bot.domain.stories.spaces import decide_space_receipt

_MAY_COME_BACK = frozenset({"M_FORBIDDEN", "M_UNKNOWN_TOKEN", "M_NOT_FOUND", "M_UNKNOWN", "M_LIMIT_EXCEEDED"})
"""Refusals that a person can mend (the bot was removed, lost its power): the call waits instead of being lost."""
_PATIENT_PAUSE = 300.0
_PINNED = frozenset({EventKind.BOARD, EventKind.MAILBOX})


def decide_receipt(snapshot: ReceiptSnapshot, input: Receipt, now: datetime) -> Decision:
    """Settle a call."""
    if not snapshot.is_open:
        return NOTHING
    call = snapshot.planned.call
    match call:
        case SendEvent():
            return _event_sent(snapshot, call, input, now)
        case Submit():
            return decide_submitted(snapshot, call, input, now)
        case SubmitToMember():
            return decide_mailed(snapshot, call, input, now)
        case AppendSent() | AddFlag() | MoveOnServer():
            return _on_server(snapshot, call, input, now)
        case RedactEvent():
            return _redacted(snapshot, call, input, now)
        case TryImap() | TrySmtp() | FindServers() | MakeRoom() | BeginSignIn() | FinishSignIn():
            return _tried(snapshot, input, now)
        case MakeConfigRoom():
            return config_room.made(snapshot, call, input, now)
        case InvitePerson():
            return config_room.person_invited(snapshot, call, input)
        case RemoveReader():
            return config_room.reader_removed(snapshot, call, input, now)
        case CheckDns():
            return _dns_checked(snapshot, call, input, now)
        case LookAtMailbox():
            return _looked(snapshot, call, input, now)
        case AddFolder():
            return folder_listed(snapshot, call, input, now)
        case DecideAgain():
            return tried_again(snapshot, call, input)
        case PinEvent() | EnterRoom() | QuitRoom() | DescribeCommand():
            return _in_room(snapshot, input, now)
        case FetchFile():
            return decide_fetched(snapshot, call, input, now)
        case TrustUser():
            return _trusted(snapshot, call, input, now)
        case MakeSpace() | LinkRoom() | InviteToSpace() | RemoveFromSpace():
            return decide_space_receipt(snapshot, call, input, now)
        case FollowUpgrade():
            return upgrade.followed(snapshot, call, _in_room(snapshot, input, now), input.outcome, now)
        case _ as unreachable:
            assert_never(unreachable)


def _event_sent(snapshot: ReceiptSnapshot, call: SendEvent, input: Receipt, now: datetime) -> Decision:
    planned = snapshot.planned
    match input.outcome:
        case Accepted():
            # The event is there already, or was left out; nothing more is known of it.
            return Decision((CloseCall(snapshot.effect, "done"),))
        case Posted() if snapshot.is_astray:
            # Whoever forgot a card shows it anew; nobody knew of what was under way to its thread.
            again = () if planned.event_kind is EventKind.CONVERSATION else (Again(planned),)
            return Decision((CloseCall(snapshot.effect, "done"),), again)
        case Posted(event):
            changes: list[Change] = [CloseCall(snapshot.effect, "done", event)]
            effects: list[Effect] = []
            kind = planned.event_kind
            is_edit = call.edits is not None or (bool(call.slot) and snapshot.slot_filled and not call.is_new)
            changes += _in_timeline(call, kind, event) if not is_edit else ()
            if call.becomes and not is_edit:
                effects.append(Turn(call.room, call, event, planned.conversation, planned.mail))
            if call.slot and not is_edit:
                changes.append(FillSlot(call.slot, call.room, event))
                if is_mailed(call.slot):
                    changes.append(SetTimer(call.slot, now))
                if kind is EventKind.CONVERSATION and planned.conversation is not None:
                    changes.append(SetRoot(planned.conversation, event))
                    effects += _buttons(call, event, planned.conversation)
                    effects += upgrade.pointer(snapshot, call, planned.conversation)
                    effects += back_link(snapshot.continues, call, planned.conversation, event)
                if kind in _PINNED:
                    effects.append(Do(PinEvent(call.room, event)))
            if kind is not None and not is_edit:
                if kind is EventKind.MAIL and planned.mail is not None:
                    changes.append(SetMailEvent(planned.mail, event))
                number, mail, beside = planned.conversation, planned.mail, call.beside
                changes.append(AddEvent(KnownEvent(event, call.room, kind, number, None, mail, input.at, beside)))
            return Decision(tuple(changes), tuple(effects))
        case TryLater() | Unknown() as again:
            return later(snapshot, again, input.at)
        case Refused() as refused:
            if refused.code == WITHDRAWN:
                return withheld(snapshot, call, refused, now)
            if refused.code == "M_FORBIDDEN" and snapshot.failures and snapshot.instance.direct_in(call.room):
                return shut_out(snapshot, call, refused, now)
            if refused.code in _MAY_COME_BACK:
                return later(snapshot, refused, now, pause=_PATIENT_PAUSE)
            say = not_shown(call, planned, snapshot.record, refused)
            closed = CloseCall(snapshot.effect, "refused", refused.code)
            return Decision((closed,), (say,) if say is not None else ())
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a room event")


def _buttons(call: SendEvent, card: EventId, number: ConversationId) -> tuple[Mark, ...]:
    return tuple(Mark(call.room, card, emoji, number, is_button=True) for emoji in call.buttons)


def _in_timeline(call: SendEvent, kind: EventKind | None, event: EventId) -> tuple[Change, ...]:
    """Note an event as the newest message of the main timeline; the board, pinned and edited, hides no card."""
    if call.thread_of is not None or call.under is not None or call.event_type != "m.room.message" or kind in _PINNED:
        return ()
    return (FillSlot(newest_slot(call.room), call.room, event),)


def _in_room(snapshot: ReceiptSnapshot, input: Receipt, now: datetime) -> Decision:
    match input.outcome:
        case Accepted() | Trusted() | Followed() as done:
            return Decision((CloseCall(snapshot.effect, "done", reference(done)),))
        case TryLater() | Unknown() as again:
            return later(snapshot, again, input.at)
        case Refused(code, _):
            return Decision((CloseCall(snapshot.effect, "refused", code),))
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a room call")


def _redacted(snapshot: ReceiptSnapshot, call: RedactEvent, input: Receipt, now: datetime) -> Decision:
    """Tell people where the homeserver refuses to delete a message: a password stands there for all to read. Of an
    erased person's, `postroom gdpr erase` counts the refusals.
    """
    ended = _in_room(snapshot, input, now)
    if not isinstance(input.outcome, Refused) or not call.is_secret:
        return ended
    say = Say(call.room, (sentence("secret.not_deleted"),), reply_to=call.event, mention=snapshot.instance.admins)
    return ended + Decision((), (say,))


def _tried(snapshot: ReceiptSnapshot, input: Receipt, now: datetime) -> Decision:
    """The end of a trial that somebody waits for. A server that is away is asked a few times before it counts."""
    match input.outcome:
        case TryLater(reason=reason, after=after) if reason == PENDING and after is not None:
            # Whoever has to sign in takes their time: the provider ends it.
            return Decision((RetryCall(snapshot.effect, input.at + timedelta(seconds=after), False, reason),))
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case Accepted() | Opened() | Made() | ServersFound() | SignInOpen() as done:
            closed = CloseCall(snapshot.effect, "done", reference(done))
        case outcome:
            closed = CloseCall(snapshot.effect, "refused", name_of(outcome))
    heard = Ended(snapshot.planned.call, input.outcome, snapshot.instance, now)
    told = table.called_back(snapshot.dialogue, heard) if snapshot.dialogue is not None else NOTHING
    return Decision((closed,)) + told


def _dns_checked(snapshot: ReceiptSnapshot, call: CheckDns, input: Receipt, now: datetime) -> Decision:
    match input.outcome:
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case DomainRecords() as found:
            closed, told = CloseCall(snapshot.effect, "done"), dns_said(found)
        case outcome:
            closed = CloseCall(snapshot.effect, "refused", name_of(outcome))
            told = (sentence("dns.failed", domain=call.domain),)
    return Decision((closed,), (Say(call.room, told, reply_to=call.reply_to),))


def _looked(snapshot: ReceiptSnapshot, call: LookAtMailbox, input: Receipt, now: datetime) -> Decision:
    mailbox = snapshot.instance.mailbox(call.mailbox)
    if mailbox is None:
        # It was removed meanwhile.
        return Decision((CloseCall(snapshot.effect, "done"),))
    learnt = NOTHING
    told: tuple[Sentence, ...]
    match input.outcome:
        case FolderList() as found:
            shown = ShowPage(call.room, folders_page(mailbox, found), None, call.reply_to, call.under or call.reply_to)
            return Decision((CloseCall(snapshot.effect, "done"),), (shown,))
        case LoginsTried() as tried:
            closed, told = CloseCall(snapshot.effect, "done"), logins_said(mailbox, tried)
            learnt = plus_learnt(snapshot.instance, mailbox, tried)
        case Unknown(reason="interrupted") as outcome:
            # The test mail may have left: nothing sends a second one by itself.
            closed = CloseCall(snapshot.effect, "refused", name_of(outcome))
            told = (sentence("trip.interrupted", address=mailbox.address),)
        case (Refused() | TryLater() | Unknown()) as outcome:
            closed = CloseCall(snapshot.effect, "refused", name_of(outcome))
            told = not_listed(mailbox, outcome)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a look at a mailbox")
    return learnt + Decision((closed,), (Say(call.room, told, reply_to=call.reply_to, under=call.under),))


def _trusted(snapshot: ReceiptSnapshot, call: TrustUser, input: Receipt, now: datetime) -> Decision:
    ended = _in_room(snapshot, input, now)
    if isinstance(input.outcome, TryLater | Unknown):
        return ended
    match input.outcome:
        case Trusted(key):
            told = sentence("trust.done", who=call.user, fingerprint=grouped(key))
        case Refused(code, shown) if code == OTHER_IDENTITY:
            told = sentence("trust.other" if call.key else "trust.asked", who=call.user, fingerprint=grouped(shown))
        case _:
            told = sentence("trust.no_identity", who=call.user)
    return ended + Decision((), (Say(call.room, (told,), reply_to=call.reply_to),))


def _on_server(
    snapshot: ReceiptSnapshot, call: AppendSent | AddFlag | MoveOnServer, input: Receipt, now: datetime
) -> Decision:
    match input.outcome:
        case Accepted() | Saved() | Moved() as done:
            closed: Change = CloseCall(snapshot.effect, "done", reference(done))
            if isinstance(call, MoveOnServer) and isinstance(done, Moved) and done.place is not None:
                place = done.place
                return Decision((closed, PlaceMail(call.row, place.folder, place.uidvalidity, place.uid)))
            return Decision((closed,))
        case TryLater() | Unknown() as again:
            return later(snapshot, again, input.at)
        case Refused(code, text):
            closed = CloseCall(snapshot.effect, "refused", code)
            if isinstance(call, AddFlag):
                return Decision((closed,))
            key = "server.sent_copy_refused" if isinstance(call, AppendSent) else "server.move_refused"
            conversation = snapshot.conversation
            if conversation is None:
                return Decision((closed,))
            told = (sentence(key, words=text),)
            return Decision((closed,), (Say(conversation.room, told, EventKind.NOTICE, conversation.id),))
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for an IMAP call")
