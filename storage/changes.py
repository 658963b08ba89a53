"""Writes the changes of a decision to the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.audited import AddAudit
from bot.domain.choices import SaveChoice
from bot.domain.condition import BeginOutage, DropStatus, EndOutage, KeepStatus
from bot.domain.conversation import KEPT_BACK, EventKind, KnownEvent, OutState
from bot.domain.credentials import as_row, sealed_of
from bot.domain.decision import (
    AddDeed,
    AddEvent,
    AddHistory,
    AddMail,
    AddReaction,
    Block,
    CancelCall,
    Change,
    ClearReturned,
    CloseCall,
    DropSecret,
    DropTimer,
    EmptySlot,
    EndDeed,
    EndDialogue,
    EndReaction,
    FillSlot,
    ForgetEvents,
    HurryCall,
    KeepMailed,
    MoveConversation,
    NeverTake,
    PlaceMail,
    PutEvent,
    RetryCall,
    SaveCanned,
    SaveConversation,
    SaveDialogue,
    SaveReturned,
    SaveSignature,
    SetMailEvent,
    SetMember,
    SetReadUpTo,
    SetRoot,
    SetTimer,
    SetWords,
    ShiftDue,
    StopCall,
    TakeUp,
    Unblock,
    UpdateMail,
)
from bot.domain.direct import DropNews, EndDirect, HoldNews, SaveDirect, SaveOwn
from bot.domain.grants import SaveGrant
from bot.domain.house_changes import (
    AddRoom,
    ForgetFolder,
    ForgetRoom,
    KeepMailbox,
    MoveMailbox,
    MoveRoom,
    ReadAnew,
    SetPassword,
    SetUpgrade,
    SetValue,
)
from bot.domain.house_deeds import AddHouseDeed, EndHouseDeeds, HouseDeed, SettingWas
from bot.domain.house_rules import DropRule, SaveRule
from bot.domain.merged import PASSWORD, mailbox_scope
from bot.domain.notices import AskAgain, KeepNotice
from bot.domain.own_addresses import SaveAddress
from bot.domain.persons import DropPersonNote, JoinAddress, KeepPersonNote, PartAddress
from bot.domain.retention import Drop, Fade
from bot.domain.spaces import AddSpacePerson, DropSpacePerson, MarkSpacePerson, SetSpace, SetSpaceRoom
from bot.domain.teams import SaveTeam, TakeTurn
from bot.domain.vouching import KeepVouching
from storage import (
    audits,
    blocking,
    canned,
    choices,
    clock_mark,
    condition,
    conversations,
    cursors,
    deeds,
    dialogues,
    directs,
    dropping,
    events,
    grants,
    history,
    house_deeds,
    house_rules,
    lost,
    mailed,
    mails,
    members,
    moving,
    moving_one,
    notices,
    outbox,
    own_addresses,
    person_notes,
    persons,
    reactions,
    returned,
    rooms,
    runs,
    search,
    secrets,
    seen,
    settings,
    shunted,
    signatures,
    slots,
    spaces,
    teams,
    timers,
    vouching,
)
from storage import upgrades as room_upgrades
from storage.database import Conflict, Tx

_REWRITTEN = (*KEPT_BACK, OutState.CANCELLED)
"""States in which the words of an outgoing mail change, or go."""


async def apply(tx: Tx, changes: Sequence[Change], now: datetime) -> None:
    """Write all changes, in order.

    Raises:
        Conflict: the rows behind the decision have changed; decide again.
    """
    # Changes of conversations depend on no other change of a decision: all are saved first, together.
    await conversations.save_all(tx, [one.conversation for one in changes if isinstance(one, SaveConversation)])
    for change in changes:
        await _apply(tx, change, now)


async def _apply(tx: Tx, change: Change, now: datetime) -> None:
    match change:
        case SaveConversation():
            pass
        case AddMail(record, found_in):
            await mails.add(tx, record)
            await search.keep_mail(tx, record, found_in or record.mailbox)
        case UpdateMail(record):
            await search.keep_changed(tx, record, is_rewritten=record.state in _REWRITTEN)
            await mails.update(tx, record)
        case PlaceMail(row, folder, uidvalidity, uid):
            await mails.place(tx, row, folder, uidvalidity, uid)
        case AddHistory(entry):
            await history.add(tx, entry)
        case AddEvent(event):
            await events.add(tx, event)
            await _keep_note(tx, event)
        case PutEvent(event):
            await events.put(tx, event)
            await _keep_note(tx, event)
        case SetWords(event, words, only_known):
            if not only_known or await search.is_note_known(tx, event):
                await search.keep_note(tx, event, words)
        case SaveDialogue(dialogue):
            await dialogues.save(tx, dialogue)
        case EndDialogue(number, version):
            await dialogues.end(tx, number, version)
        case DropSecret(secret):
            await secrets.drop(tx, secret)
        case SetPassword(mailbox, password, by):
            await secrets.give(tx, mailbox, sealed_of(password))
            await settings.put(tx, mailbox_scope(mailbox), PASSWORD, as_row(password) if password else None, by, now)
        case ReadAnew(mailbox, folder):
            await cursors.forget_folder(tx, mailbox, folder)
        case SetValue(mailbox, key, value, by, source):
            if source is not None:
                before = await settings.value_of(tx, mailbox_scope(mailbox), key)
                await house_deeds.add(tx, HouseDeed(source, mailbox, now, SettingWas(key, before, value)))
            await settings.put(tx, mailbox_scope(mailbox), key, value, by, now)
        case AddHouseDeed(house_deed):
            await house_deeds.add(tx, house_deed)
        case EndHouseDeeds(event_of):
            await house_deeds.end(tx, event_of)
        case KeepMailed(answer):
            await mailed.put(tx, answer)
        case KeepMailbox(kept, goes_on=goes_on):
            await settings.add_mailbox(tx, kept, now, goes_on=goes_on)
        case SaveGrant(grant):
            await grants.put(tx, grant)
        case SaveChoice(choice):
            await choices.put(tx, choice)
        case SaveDirect(direct):
            await directs.put(tx, direct)
        case EndDirect(room):
            await directs.end(tx, room, now)
        case SaveOwn(setting):
            await directs.put_own(tx, setting)
        case SaveAddress(address):
            await own_addresses.put(tx, address, now)
        case KeepVouching(found):
            await vouching.put(tx, found)
        case KeepNotice(notice):
            await notices.put(tx, notice)
        case AskAgain(whom, about):
            await timers.hurry_put_off(tx, "" if whom is None else f":{whom}", now, about)
        case HoldNews(who, number, at):
            await directs.hold_news(tx, who, number, at)
        case DropNews(who):
            await directs.drop_news(tx, who)
        case AddDeed(deed):
            await deeds.do(tx, deed)
        case EndDeed(event_of):
            await deeds.undone(tx, event_of)
        case HurryCall(key):
            await outbox.hurry_one(tx, key, now)
        case ShiftDue(by):
            await clock_mark.shift_due(tx, by)
        case NeverTake(key):
            await seen.rule_out(tx, key, now)
            await shunted.drop_key(tx, key)
        case TakeUp(taken, noticed_at):
            await runs.take_up(tx, taken, noticed_at)
        case ForgetEvents(room, gone, calls):
            await lost.forget(tx, room, gone, calls)
        case SetMailEvent(row, mail_event):
            await mails.set_event(tx, row, mail_event)
        case FillSlot(slot, room, slot_event):
            await slots.fill(tx, slot, room, slot_event)
        case EmptySlot(slot):
            await slots.empty(tx, slot)
        case AddReaction(reaction):
            await reactions.add(tx, reaction)
        case EndReaction(ended):
            await reactions.end(tx, ended)
        case SetMember(room, user, is_joined, display_name):
            await members.set(tx, room, user, is_joined, display_name)
        case SetReadUpTo(room, user, read, at, place):
            await members.set_read(tx, room, user, read, at, place)
        case SetRoot(conversation_id, root):
            await conversations.set_root(tx, conversation_id, root)
        case SetTimer(timer, due, keep_earlier):
            await timers.set(tx, timer, due, keep_earlier)
        case DropTimer(timer, due):
            if not await timers.take(tx, timer, due):
                raise Conflict("the timer was taken, or set anew, meanwhile")
        case CancelCall(key, was_tried, may_be_made):
            if not await outbox.cancel(tx, key, now, was_tried=was_tried) and not may_be_made:
                raise Conflict("the call to cancel has been tried meanwhile")
        case StopCall(key):
            if not await outbox.want_back(tx, key):
                raise Conflict("the call to stop has ended meanwhile")
        case CloseCall(effect, state, ref):
            await outbox.close(tx, effect, outbox.End(state), ref, now)
        case RetryCall(effect, due, counts, reason):
            if not await outbox.retry(tx, effect, due, counts, reason) and await outbox.is_wanted_back(tx, effect):
                raise Conflict("a person took it back meanwhile")
        case BeginOutage(outage):
            await condition.begin(tx, outage)
        case EndOutage(outage):
            await condition.end(tx, outage.service, outage.of)
        case AddAudit(audited):
            await audits.add(tx, audited, now)
        case KeepStatus(status):
            await condition.keep_shown(tx, status)
        case DropStatus(mailbox):
            await condition.drop_shown(tx, mailbox)
        case SaveSignature(signature):
            await signatures.put(tx, signature)
        case SaveCanned(reply):
            await canned.put(tx, reply)
        case SaveTeam(team):
            await teams.put(tx, team)
        case TakeTurn(of_mailbox, team_key, before, who):
            if not await teams.take_turn(tx, of_mailbox, team_key, before, who):
                raise Conflict("another turn of the team was taken meanwhile")
        case SaveRule(rule):
            await house_rules.put(tx, rule)
        case DropRule(of_mailbox, number):
            await house_rules.drop(tx, of_mailbox, number)
        case Block(one):
            await blocking.put(tx, one)
        case Unblock(mailbox, blocked_key):
            await blocking.drop(tx, mailbox, blocked_key)
        case SaveReturned(address_returned, known_before):
            if not await returned.put(tx, address_returned, known_before):
                raise Conflict("something else was heard of the address meanwhile")
        case ClearReturned(mailbox, cleared, at):
            await returned.clear(tx, mailbox, cleared, at)
        case JoinAddress(address):
            await persons.put(tx, address)
        case PartAddress(mailbox, parted):
            await persons.drop(tx, mailbox, parted)
        case KeepPersonNote(note):
            await person_notes.put(tx, note)
        case DropPersonNote(mailbox, noted):
            await person_notes.drop(tx, mailbox, noted)
        case AddRoom(room, inviter, at, is_direct):
            await rooms.add(tx, room, inviter, at, is_direct)
        case ForgetRoom(room):
            await rooms.forget(tx, room)
        case ForgetFolder(mailbox, folder):
            await mails.forget_places(tx, mailbox, folder)
        case (SetSpace() | SetSpaceRoom() | AddSpacePerson() | DropSpacePerson() | MarkSpacePerson()) as of_space:
            await spaces.apply(tx, of_space)
        case SetUpgrade(upgrade):
            await room_upgrades.put(tx, upgrade)
        case MoveRoom(old, new, mailboxes):
            await settings.continue_as(tx, old, new, now)
            await moving.move(tx, old, new, mailboxes, now)
        case MoveMailbox(mailbox, old, new, is_shared):
            await moving.move(tx, old, new, (mailbox,), now, is_shared=is_shared)
        case Fade() | Drop():
            await dropping.apply(tx, change, now)
        case MoveConversation():
            await moving_one.move_one(tx, change, now)
        case _:
            assert_never(change)


async def _keep_note(tx: Tx, event: KnownEvent) -> None:
    """Let talk of the team be found, as it reads now."""
    if event.kind is EventKind.NOTE:
        await search.keep_note(tx, event, event.body)
