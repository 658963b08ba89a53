"""Every change that a decision can ask for becomes true."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import decision
from bot.domain.audited import Act, AddAudit, Audited
from bot.domain.blocking import Blocked
from bot.domain.canned import Canned
from bot.domain.choices import Choice, Medium, Occasion, SaveChoice
from bot.domain.condition import BeginOutage, DropStatus, EndOutage, KeepStatus, Outage, StatusShown
from bot.domain.conversation import EventKind, HistoryEntry, Status, StoredReaction
from bot.domain.decision import Change
from bot.domain.deeds import Deed, standing
from bot.domain.dialogue import Dialogue
from bot.domain.direct import Direct, DropNews, EndDirect, HoldNews, Own, OwnSetting, SaveDirect, SaveOwn
from bot.domain.grants import Grant, Right, SaveGrant
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
from bot.domain.house_deeds import AddHouseDeed, BlockWas, EndHouseDeeds, HouseDeed, RuleWas, SettingWas
from bot.domain.house_rules import DropRule, HouseRule, SaveRule
from bot.domain.ids import ConversationId, DialogueId, EffectId, EventId, MailboxId, MessageRow, RoomId, SecretId
from bot.domain.mail_ways import MailWay, MailWays, Secured
from bot.domain.mailed import Mailed
from bot.domain.merged import PAUSED, STANDING, KeptMailbox, Origin
from bot.domain.notices import AskAgain, KeepNotice, Notice, Sent
from bot.domain.own_addresses import OwnAddress, SaveAddress
from bot.domain.own_signature import OwnSignature
from bot.domain.persons import DropPersonNote, JoinAddress, KeepPersonNote, PartAddress, PersonNote, PersonsAddress
from bot.domain.question import Question, Stage
from bot.domain.read_places import InTimeline
from bot.domain.retention import Drop, Fade
from bot.domain.returned import Returned
from bot.domain.settings import MailboxSettings
from bot.domain.spaces import (
    AddSpacePerson,
    DropSpacePerson,
    MarkSpacePerson,
    SetSpace,
    SetSpaceRoom,
    SpacePerson,
)
from bot.domain.teams import SaveTeam, TakeTurn, Team
from bot.domain.traces import OwnEvent, take_up
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from bot.domain.vouching import KeepVouching, Vouching
from storage import (
    blocking,
    canned,
    conversations,
    deeds,
    dialogues,
    directs,
    events,
    history,
    house_deeds,
    house_rules,
    mailbox_rooms,
    mailed,
    mails,
    members,
    notices,
    outbox,
    person_notes,
    persons,
    reactions,
    returned,
    rooms,
    secrets,
    settings,
    signatures,
    slots,
    spaces,
    teams,
    timers,
    vouching,
)
from storage.changes import apply
from storage.database import Conflict, Database
from storage.members import ReadMark
from storage.outbox import State
from tests.storage.made import (
    ALICE,
    BOB,
    MAILBOX,
    NOW,
    ROOM,
    conversation,
    event,
    later,
    mail,
    planned,
    posted,
    submission,
)

FIRST = ConversationId(1)
ROW = MessageRow(1)
WAYS = MailWays(MailWay("imap.x", 993, Secured.TLS, "new"), MailWay("smtp.x", 465, Secured.TLS, "new"))


GONE = Returned(MAILBOX, "gone@x.example", 2, MessageRow(4), MessageRow(5), NOW)


async def test_every_change_becomes_true(database: Database) -> None:
    entry = HistoryEntry(FIRST, NOW, ALICE, "history.assigned", "to herself")
    first = StoredReaction(EventId("$r1"), ROOM, FIRST, EventId("$card"), ALICE, "✅", Status.ACTIVE, NOW)
    second = replace(first, event=EventId("$r2"))
    elsewhere, new = RoomId("!elsewhere:example.org"), RoomId("!new:example.org")
    upgrade = RoomUpgrade(elsewhere, new, ALICE, UpgradeState.FOLLOWED, NOW)
    asked = (MessageRow(7),)
    question = Question(ROW, FIRST, ALICE, EventId("$reply"), "Bonjour", (), (), (), asked, NOW)
    dialogue = Dialogue(DialogueId(7), ROOM, EventId("$card"), ALICE, question)
    before = standing(conversation(1))
    deed = Deed(EventId("$close"), FIRST, ALICE, NOW, before, replace(before, status=Status.CLOSED))
    forgotten = OwnEvent(EventId("$forgotten"), ROOM, NOW, kind="mail", conversation=FIRST, message_id="forgotten@x")
    rule = HouseRule(MAILBOX, 1, "if from:@x.example then close", True, ALICE, NOW, EventId("$rule"))
    gone = Blocked(MAILBOX, "x@y.example", ALICE, EventId("$block"), NOW)
    team = Team(MAILBOX, "compta", (ALICE, BOB), ALICE, NOW, EventId("$team"))
    async with database.write() as tx:
        await slots.fill(tx, "card:9", elsewhere, EventId("$there"))
        for key in ("submit:1", "submit:2", "submit:3"):
            await outbox.add(tx, planned(submission(), key=key), NOW)
        for name in ("kept", "gone", "older"):
            await secrets.add(tx, SecretId(name), name.encode(), DialogueId(9), NOW)
        await secrets.give(tx, MAILBOX, SecretId("older"))
        added = MailboxSettings(MailboxId("new@example.org"), "New@example.org", "New", ROOM, ways=WAYS, start="all")
        grant = Grant(MAILBOX, BOB, Right.EDIT, True, ALICE, NOW, EventId("$grant"), False)
        address = OwnAddress(ALICE, "alice@home.example", MAILBOX, "key", NOW, 1, 2, NOW, None, 0)
        choice = Choice(ALICE, MAILBOX, Occasion.NEW, Medium.MENTION, NOW, EventId("$choice"), None)
        answer = Mailed(MessageRow(9), FIRST, ALICE, "Bonjour", NOW, NOW, "!close")
        found = Vouching(MAILBOX, "mx.example.org", 2, ("a1", "b2"), "")
        changes: tuple[Change, ...] = (
            decision.SaveConversation(conversation(1)),
            decision.AddMail(mail(1)),
            decision.AddMail(mail(2)),
            decision.UpdateMail(mail(1, subject="Changed")),
            decision.PlaceMail(ROW, "INBOX", 3, 4),
            decision.PlaceMail(MessageRow(2), "Archive", 3, 4),
            decision.AddHistory(entry),
            decision.AddEvent(event("$note", kind=EventKind.NOTE)),
            decision.PutEvent(event("$note", kind=EventKind.NOTE, body="edited")),
            decision.SaveDialogue(dialogue),
            decision.SaveDialogue(replace(dialogue, version=1, state=replace(question, stage=Stage.ANSWERED))),
            decision.SaveDialogue(replace(dialogue, id=DialogueId(8))),
            decision.EndDialogue(DialogueId(8), 1),
            decision.DropSecret(SecretId("gone")),
            SetPassword(MAILBOX, SecretId("kept"), ALICE),
            SetValue(MAILBOX, "set:undo", "3", ALICE),
            SetValue(MAILBOX, STANDING, PAUSED, ALICE),
            SetValue(added.id, STANDING, PAUSED, ALICE),
            SaveGrant(replace(grant, mailbox=added.id)),
            KeepMailbox(added, ALICE),
            ReadAnew(MAILBOX, "Elsewhere"),
            SaveGrant(grant),
            SaveGrant(replace(grant, is_on=False, by=BOB)),
            SaveChoice(replace(choice, mailbox=added.id)),
            SaveAddress(address),
            KeepNotice(Notice(ALICE, MAILBOX, FIRST, NOW)),
            AskAgain(),
            AskAgain(ALICE),
            AskAgain(conversation=FIRST),
            KeepVouching(found),
            SaveChoice(choice),
            SaveChoice(replace(choice, medium=None, before=Medium.MENTION)),
            SaveDirect(Direct(RoomId("!older:example.org"), ALICE, NOW)),
            SaveDirect(Direct(RoomId("!direct:example.org"), ALICE, NOW)),
            SaveDirect(Direct(RoomId("!ended:example.org"), BOB, NOW)),
            EndDirect(RoomId("!ended:example.org")),
            SaveOwn(OwnSetting(ALICE, Own.LANGUAGE, "fr", NOW, EventId("$own"), "")),
            SaveOwn(OwnSetting(BOB, Own.LANGUAGE, "fr", NOW, EventId("$own"), "")),
            SaveOwn(OwnSetting(BOB, Own.LANGUAGE, "", NOW, EventId(""), "")),
            decision.KeepMailed(answer),
            decision.KeepMailed(replace(answer, text="", is_done=True)),
            HoldNews(ALICE, FIRST, NOW),
            HoldNews(BOB, FIRST, NOW),
            DropNews(BOB),
            decision.AddDeed(deed),
            decision.AddDeed(replace(deed, event=EventId("$other"))),
            decision.EndDeed(EventId("$other")),
            AddHouseDeed(HouseDeed(EventId("$off"), MAILBOX, NOW, RuleWas(rule, None))),
            AddHouseDeed(HouseDeed(EventId("$unblock"), MAILBOX, NOW, BlockWas(gone))),
            EndHouseDeeds(EventId("$unblock")),
            SetValue(MAILBOX, "set:quote", "none", ALICE, EventId("$set")),
            SetValue(MAILBOX, "set:quote", None, ALICE),
            decision.HurryCall("submit:3"),
            decision.NeverTake("event:$deleted"),
            decision.ForgetEvents(ROOM, (EventId("$gone"),)),
            decision.TakeUp(take_up((forgotten,)), NOW),
            decision.SetMailEvent(ROW, EventId("$mail")),
            decision.SetRoot(FIRST, EventId("$root")),
            decision.FillSlot("card:1", ROOM, EventId("$root")),
            decision.AddReaction(first),
            decision.AddReaction(second),
            decision.EndReaction(first.event),
            decision.SetMember(ROOM, ALICE, True, "Alice"),
            decision.SetReadUpTo(ROOM, ALICE, EventId("$note"), NOW, InTimeline()),
            decision.SetTimer("board", later(5)),
            decision.SetTimer("notice:2:@a:x", later(6)),
            decision.DropTimer("notice:2:@a:x", later(6)),
            decision.CancelCall("submit:1"),
            decision.CloseCall(EffectId(2), "done", "250 ok"),
            decision.RetryCall(EffectId(3), later(60), True, "450"),
            decision.SaveCanned(Canned(MAILBOX, "Reçu", "Bien reçu.", ALICE, NOW, EventId("$canned"))),
            decision.SaveCanned(Canned(MAILBOX, "recu", "Reçu !", BOB, NOW, EventId("$canned"), "Bien reçu.")),
            decision.SaveSignature(OwnSignature(MAILBOX, ALICE, "Alice", NOW, EventId("$s1"))),
            decision.SaveSignature(OwnSignature(MAILBOX, ALICE, "A.\nB.", NOW, EventId("$s2"), "Alice")),
            AddAudit(Audited(MAILBOX, Act.SET, "signature", ALICE)),
            AddAudit(Audited(MAILBOX, Act.PAUSED, "", None)),
            BeginOutage(Outage("imap", MAILBOX, "refused", NOW)),
            BeginOutage(Outage("imap", MAILBOX, "timeout", NOW)),
            BeginOutage(Outage("matrix", "", "refused", NOW)),
            EndOutage(Outage("matrix", "", "refused", NOW)),
            KeepStatus(StatusShown(MAILBOX, ROOM, "works", "d", NOW, NOW)),
            KeepStatus(StatusShown(MAILBOX, ROOM, "paused", "e", None, later(5))),
            KeepStatus(StatusShown(MailboxId("gone@x"), ROOM, "works", "f", NOW, NOW)),
            DropStatus(MailboxId("gone@x")),
            SaveRule(rule),
            SaveRule(replace(rule, number=2)),
            DropRule(MAILBOX, 2),
            SaveTeam(team),
            TakeTurn(MAILBOX, team.key, "", ALICE),
            decision.Block(Blocked(MAILBOX, "@gone.example", ALICE, EventId("$block"), NOW)),
            decision.Block(Blocked(MAILBOX, "@spam.example", ALICE, EventId("$block"), NOW)),
            decision.Unblock(MAILBOX, "@gone.example"),
            decision.SaveReturned(replace(GONE, times=1), None),
            decision.SaveReturned(GONE, replace(GONE, times=1)),
            decision.SaveReturned(replace(GONE, address="back@x.example"), None),
            decision.ClearReturned(MAILBOX, "back@x.example", later(5)),
            decision.ClearReturned(MAILBOX, "nobody@x.example", later(5)),
            JoinAddress(PersonsAddress(MAILBOX, "a@x.example", "p", ALICE, EventId("$p"), NOW)),
            JoinAddress(PersonsAddress(MAILBOX, "b@x.example", "p", ALICE, EventId("$p"), NOW)),
            PartAddress(MAILBOX, "a@x.example"),
            KeepPersonNote(PersonNote(MAILBOX, "b@x.example", "One", ALICE, EventId("$n1"), NOW)),
            KeepPersonNote(PersonNote(MAILBOX, "b@x.example", "Two", ALICE, EventId("$n2"), NOW)),
            DropPersonNote(MAILBOX, EventId("$n1")),
            AddRoom(ROOM, ALICE, NOW),
            ForgetFolder(MAILBOX, "Archive"),
            SetSpace("Asso", ROOM),
            SetSpaceRoom("Asso", ROOM, True),
            AddSpacePerson("Asso", ALICE),
            MarkSpacePerson("Asso", ALICE, True),
            DropSpacePerson("Asso", BOB),
            SetUpgrade(upgrade),
            MoveRoom(upgrade.room, upgrade.replacement, (MAILBOX,)),
            decision.FillSlot("card:2", ROOM, EventId("$gone")),
            decision.EmptySlot("card:2"),
            MoveMailbox(MAILBOX, upgrade.replacement, RoomId("!third:example.org"), is_shared=True),
        )
        await apply(tx, changes, NOW)
        elsewhere_tested = {
            decision.SetWords,
            ForgetRoom,
            decision.ShiftDue,
            decision.StopCall,
            decision.MoveConversation,
            # In test_dropping.py.
            Fade,
            Drop,
        }
        assert {type(change) for change in changes} | elsewhere_tested == set(get_args(Change))

        assert [(one.name, one.text, one.by) for one in await canned.of(tx, (MAILBOX,))] == [("recu", "Reçu !", BOB)]
        assert len(await canned.by_event(tx, EventId("$canned"))) == 1
        assert await signatures.of(tx, (MAILBOX,), BOB) == () and await signatures.of(tx, (), ALICE) == ()
        (lines,) = await signatures.of(tx, (MAILBOX,), ALICE)
        assert (lines.text, lines.before) == ("A.\nB.", "Alice")
        assert await signatures.by_event(tx, EventId("$s1")) == () and await signatures.by_event(tx, EventId("$s2"))
        assert await house_rules.of(tx, (MAILBOX,)) == (rule,)
        assert await teams.of(tx, (MAILBOX,)) == (replace(team, last=ALICE),)
        assert [one.key for one in await blocking.of(tx, (MAILBOX,))] == ["@spam.example"]
        assert set(await returned.of(tx, MAILBOX, ["Gone@X.example", "back@x.example", "nobody@x.example"])) == {
            GONE,
            replace(GONE, address="back@x.example", times=0, since=None, at=later(5)),
        }
        assert await returned.of(tx, MailboxId("other@x"), ["gone@x.example"]) == ()
        assert [one.text for one in await person_notes.of(tx, (MAILBOX,), "b@x.example")] == ["Two"]
        assert [one.address for one in await persons.by_event(tx, EventId("$p"))] == ["b@x.example"]
        assert await conversations.get(tx, FIRST) == conversation(1, version=1, root=EventId("$root"))
        changed = mail(1, subject="Changed", folder="INBOX", uidvalidity=3, uid=4, event=EventId("$mail"))
        assert await mails.get(tx, ROW) == changed
        assert await mails.at_place(tx, MAILBOX, "Archive", 3, 4) is None
        assert await history.of(tx, FIRST) == (entry,)
        assert (await settings.every(tx)).values == {
            (f"room:{elsewhere}", "continues_as"): new,
            (f"mailbox:{MAILBOX}", "password"): "kept",
            (f"mailbox:{MAILBOX}", "set:undo"): "3",
            (f"mailbox:{MAILBOX}", "standing"): "paused",
            ("mailbox:new@example.org", "number"): "0",
        }
        assert (await settings.every(tx)).directs == (Direct(RoomId("!direct:example.org"), ALICE, NOW),)
        held = [number for number, _ in await directs.held_news(tx, ALICE)]
        assert (held, await directs.held_news(tx, BOB)) == ([FIRST], ())
        assert (await settings.every(tx)).own == (OwnSetting(ALICE, Own.LANGUAGE, "fr", NOW, EventId("$own"), ""),)
        assert await mailed.get(tx, MessageRow(9)) == replace(answer, text="", is_done=True)
        assert (await settings.every(tx)).addresses == (address,)
        assert await vouching.of(tx, MAILBOX) == found
        assert await notices.sent(tx, ALICE, MAILBOX, NOW) == Sent((1, 1), (1, 1))
        put_back = replace(choice, medium=None, before=Medium.MENTION)
        assert put_back in (await settings.every(tx)).choices
        assert (await settings.every(tx)).grants == (replace(grant, is_on=False, by=BOB),)
        assert (await settings.every(tx)).mailboxes == {added.id: KeptMailbox(Origin.HOUSE, added)}
        assert await secrets.of_mailboxes(tx) == {"kept": b"kept"}
        assert await secrets.get(tx, SecretId("gone")) is None
        assert await slots.get(tx, "card:9") is None and await slots.get(tx, "card:2") is None
        assert (MAILBOX, RoomId("!third:example.org")) in await mailbox_rooms.every(tx)
        assert await events.get(tx, ROOM, EventId("$note")) is not None
        answered = replace(dialogue, version=2, state=replace(question, stage=Stage.ANSWERED))
        assert await dialogues.get(tx, DialogueId(7)) == answered
        assert await dialogues.about(tx, EventId("$reply")) == answered
        assert await dialogues.of(tx, ROOM, ALICE, NOW) == (True, (answered,))
        assert await dialogues.of(tx, ROOM, ALICE, later(901)) == (True, ())
        assert await dialogues.of(tx, ROOM, BOB, NOW) == (False, ())
        assert await dialogues.get(tx, DialogueId(8)) is None
        assert await deeds.done_by(tx, EventId("$close")) == (deed,)
        assert await deeds.done_by(tx, EventId("$other")) == ()
        (switched,) = await house_deeds.of(tx, EventId("$off"))
        assert switched.deed.was == RuleWas(rule, None)
        assert await house_deeds.of(tx, EventId("$unblock")) == ()
        (was_set,) = await house_deeds.of(tx, EventId("$set"))
        assert (was_set.deed.was, was_set.today) == (SettingWas("set:quote", None, "none"), None)
        assert await slots.get(tx, "card:1") == (ROOM, "$root")
        assert await reactions.active(tx, FIRST, "✅") == (second,)
        assert await members.is_joined(tx, ROOM, ALICE)
        assert await members.read_up_to(tx, ROOM, ALICE, InTimeline()) == ReadMark(EventId("$note"), NOW)
        assert await timers.next_due(tx) == later(5)
        states = [one.state for number in (1, 2, 3) if (one := await outbox.get(tx, EffectId(number)))]
        assert states == [State.CANCELLED, State.DONE, State.OPEN]
        assert await rooms.waiting(tx, ROOM) is not None
        assert await spaces.get(tx, "Asso") == ROOM
        assert await spaces.people_of(tx, "Asso") == (SpacePerson(ALICE, True),)
        await apply(tx, (ForgetRoom(ROOM), decision.ShiftDue(timedelta(hours=1))), NOW)
        assert await rooms.waiting(tx, ROOM) is None
        assert await timers.next_due(tx) == later(3605)


async def test_a_call_that_has_left_meanwhile_makes_the_decision_anew(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, planned(posted(slot="card:1")), NOW)
        await outbox.claim(tx, channels=["chat"], now=NOW, limit=1, owner="me")
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await apply(tx, (decision.SaveConversation(conversation(1)), decision.CancelCall("card:1")), NOW)
    async with database.read() as tx:
        assert await conversations.get(tx, FIRST) is None


async def test_a_question_that_was_answered_meanwhile_makes_the_decision_anew(database: Database) -> None:
    question = Question(ROW, FIRST, ALICE, EventId("$reply"), "Bonjour", (), (), (), (), NOW)
    put = Dialogue(DialogueId(7), ROOM, None, ALICE, question)
    async with database.write() as tx:
        await apply(tx, (decision.SaveDialogue(put),), NOW)
        await apply(tx, (decision.SaveDialogue(replace(put, version=1)),), NOW)
    again: Change
    for again in (decision.SaveDialogue(replace(put, version=1)), decision.EndDialogue(put.id, 1)):
        with pytest.raises(Conflict):
            async with database.write() as tx:
                await apply(tx, (again,), NOW)
    async with database.write() as tx:
        await apply(tx, (decision.EndDialogue(put.id, 2),), NOW)
        assert await dialogues.get(tx, put.id) is None


async def test_history_is_the_newest_part_in_the_order_it_was_made(database: Database) -> None:
    entries = [HistoryEntry(FIRST, later(-number), None, "history.closed", str(number)) for number in range(5)]
    async with database.write() as tx:
        for entry in entries:
            await history.add(tx, entry)
        assert await history.of(tx, FIRST, limit=3) == tuple(entries[2:])
        assert await history.of(tx, ConversationId(2)) == ()
