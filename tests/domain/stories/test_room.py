"""News of rooms, of services and of the clock: each input once as it comes, and as it means nothing. Function calls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.calls import EnterRoom, QuitRoom
from bot.domain.condition import BeginOutage, Outage
from bot.domain.conversation import EventKind, KnownEvent, Status
from bot.domain.decision import Decision
from bot.domain.effects import Do, Say, ShowPage
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import ClockJumped, EventsLost, ServiceChanged, TimerDue
from bot.domain.inputs.mail import FolderReset
from bot.domain.inputs.room import Invited, MemberChanged, RoomDescribable, RoomLost, RoomTrouble
from bot.domain.inputs.said import ReadUpTo
from bot.domain.inputs.trust import IdentityTrouble, MemberIdentityChanged, ReaderCame, SessionCame, Undecryptable
from bot.domain.page import Paragraph
from bot.domain.room_snapshots import LostSnapshot, RoomSnapshot
from bot.domain.sentences import sentence
from bot.domain.snapshots import ServiceSnapshot
from bot.domain.stories.room import MOST_TOLD
from bot.domain.stories.table import decide
from bot.domain.stories.unread_edit import MOST_ANSWERED
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from tests.domain.deciding import CARD, FIRST, MAILBOX, START, World, conversation, mail_in
from tests.domain.stories.outcome import outcome
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM

NONE_OF_OURS = RoomId("!none:localhost")
FAR = UserId("@carl:far.example")
WAY = RoomUpgrade(ROOM, NONE_OF_OURS, ALICE, UpgradeState.ASKED, START)
INSTANCE = World().instance


def news(input: Input, **more: Any) -> list[str]:
    return outcome(decided(input, **more))


def decided(input: Input, **more: Any) -> Decision:
    known = {"known": None, "assigned": (), "is_waiting": False, **more}
    return decide(RoomSnapshot(INSTANCE, **known), input, START)


def member(membership: str) -> MemberChanged:
    return MemberChanged(ROOM, EventId("$m"), BOB, membership, "Bob", START)


@pytest.mark.parametrize(
    ("membership", "assigned", "becomes"),
    [
        ("join", (), ["SetMember"]),
        ("join", (conversation(assignee=BOB),), ["SetMember"]),
        ("invite", (conversation(assignee=BOB),), ["SetMember"]),
        ("leave", (), ["SetMember"]),
        *((how, (conversation(assignee=BOB),),
           ["SetMember", "active of nobody", "AddHistory", "timer board", "ShowCard", "ShowPage"])
          for how in ("leave", "ban")),
    ],
)  # fmt: skip
def test_who_leaves_leaves_their_conversations(membership: str, assigned: Any, becomes: list[str]) -> None:
    assert news(member(membership), assigned=assigned) == becomes


def test_that_somebody_left_is_told_in_the_room_and_to_whoever_follows_what_they_had() -> None:
    done = decided(member("leave"), assigned=(conversation(assignee=BOB, followers=(ALICE,)),))
    (shown,) = [effect for effect in done.effects if isinstance(effect, ShowPage)]
    assert (shown.room, shown.thread, shown.page.title) == (ROOM, None, sentence("member.left", who=BOB, count=1))
    (row,) = shown.page.shown
    assert row.assignee is None
    (told,) = [effect for effect in done.effects if isinstance(effect, Say)]
    assert (told.conversation, told.mention, told.in_thread) == (row.id, (ALICE,), True)


@pytest.mark.parametrize(("count", "more"), [(15, None), (16, 1), (27, 12)])
def test_what_a_member_had_is_a_row_each_for_a_few_those_to_do_first(count: int, more: int | None) -> None:
    had = tuple(
        conversation(id=ConversationId(n), assignee=BOB, status=Status.PENDING if n < 3 else Status.ACTIVE)
        for n in range(1, count + 1)
    )
    done = decided(member("leave"), assigned=had)
    (shown,) = [effect for effect in done.effects if isinstance(effect, ShowPage)]
    in_order = [*range(3, count + 1), 1, 2]
    assert [int(one.id) for one in shown.page.shown] == in_order[:15]
    told = [block for block in shown.page.blocks if isinstance(block, Paragraph)]
    assert told == ([] if more is None else [Paragraph((sentence("member.left_more", count=more),))])


@pytest.mark.parametrize(
    ("known", "by", "becomes"),
    [
        (None, BOB, []),
        (KnownEvent(EventId("$x"), ROOM, EventKind.MAIL, FIRST, None, None, START), BOB, ["SetReadUpTo"]),
        # Somebody over there sees what somebody else wrote over there, though ours was cut off.
        (KnownEvent(EventId("$x"), ROOM, EventKind.NOTE, FIRST, FAR, None, START), FAR, []),
        (KnownEvent(EventId("$x"), ROOM, EventKind.MAIL, FIRST, None, None, START), FAR, ["SetReadUpTo"]),
    ],
)
def test_a_read_mark_counts_where_it_proves_something(known: KnownEvent | None, by: UserId, becomes: list[str]) -> None:
    assert news(ReadUpTo(ROOM, by, EventId("$x"), START), known=known) == becomes


@pytest.mark.parametrize(
    ("room", "by", "more", "becomes"),
    [
        (ROOM, ALICE, {}, ["EnterRoom"]),
        (ROOM, BOB, {}, ["QuitRoom"]),
        (NONE_OF_OURS, ALICE, {}, ["AddRoom", "timer unused", "EnterRoom"]),
        (NONE_OF_OURS, ALICE, {"organisation": "Asso"}, ["EnterRoom"]),
        (NONE_OF_OURS, FAR, {}, ["QuitRoom"]),
    ],
)
def test_an_invitation_of_an_admin_is_taken_and_no_other(
    room: RoomId, by: UserId, more: dict[str, Any], becomes: list[str]
) -> None:
    assert news(Invited(room, by, START), **more) == becomes


@pytest.mark.parametrize(
    ("room", "membership", "becomes"),
    [
        (ROOM, "leave", ["ForgetRoom", "room.lost @alice"]),
        (ROOM, "ban", ["ForgetRoom", "room.banned @alice"]),
        (NONE_OF_OURS, "leave", ["ForgetRoom"]),
        (CONFIG, "leave", ["ForgetRoom"]),
    ],
)
def test_a_room_that_was_lost_is_told_in_the_config_room(room: RoomId, membership: str, becomes: list[str]) -> None:
    assert news(RoomLost(room, BOB, membership, START)) == becomes


def test_what_waited_for_power_is_done_and_trouble_is_told_with_its_cure() -> None:
    assert news(RoomDescribable(ROOM, (), (), START)) == []
    assert news(RoomDescribable(ROOM, ("close",), ("old",), START)) == ["DescribeCommands"]
    assert news(RoomTrouble(ROOM, "public", START)) == ["room.trouble.public @alice"]


@pytest.mark.parametrize(
    ("master", "is_first", "rooms", "becomes"),
    [
        ("KEY", False, (ROOM,), ["identity.member_changed @alice", "identity.yours_changed @bob"]),
        ("KEY", True, (ROOM, CONFIG), ["identity.member_new @alice", "identity.yours_new @bob"]),
        ("", False, (), ["identity.member_gone @alice"]),
    ],
)
def test_another_identity_is_told_to_the_admins_and_to_its_owner_in_clear(
    master: str, is_first: bool, rooms: tuple[RoomId, ...], becomes: list[str]
) -> None:
    done = decided(MemberIdentityChanged(BOB, master, START, is_first), rooms=rooms)
    assert outcome(done) == becomes
    assert [e.in_clear for e in done.effects if isinstance(e, Say)] == [False, True][: len(becomes)]


def test_trouble_with_our_own_identity_is_told_to_the_admins() -> None:
    assert news(IdentityTrouble("refused", "DEVICE", "ab cd", START)) == ["identity.refused @alice"]


@pytest.mark.parametrize(
    ("room", "by", "is_shut_out", "more", "becomes"),
    [
        (ROOM, ALICE, False, {}, ["NeverTake", "timer anew", "reader.came"]),
        (ROOM, None, False, {}, ["NeverTake", "timer anew", "reader.came_by_rule"]),
        (ROOM, None, True, {}, ["NeverTake", "reader.shut_out @alice"]),
        (ROOM, ALICE, False, {"turn": MOST_TOLD}, ["NeverTake", "timer anew", "reader.came_more"]),
        (ROOM, ALICE, True, {"turn": MOST_TOLD}, ["NeverTake", "reader.shut_out_more @alice"]),
        (ROOM, ALICE, False, {"turn": MOST_TOLD + 1}, ["timer anew"]),
        (NONE_OF_OURS, ALICE, False, {}, []),
        (NONE_OF_OURS, ALICE, False, {"upgrade": WAY}, ["NeverTake", "reader.came"]),
    ],
)
def test_who_comes_to_read_is_told_where_it_happens_and_not_without_end(
    room: RoomId, by: UserId | None, is_shut_out: bool, more: dict[str, Any], becomes: list[str]
) -> None:
    assert news(ReaderCame(room, BOB, by, START, is_shut_out), **more) == becomes


def test_a_new_session_is_shown_what_is_open_and_once_an_hour() -> None:
    assert news(SessionCame(ROOM, BOB, START)) == news(SessionCame(ROOM, BOB, START), is_settled=True) == ["timer anew"]
    assert news(SessionCame(NONE_OF_OURS, BOB, START)) == []


@pytest.mark.parametrize(
    ("reason", "more", "becomes"),
    [
        ("no_key", {}, ["NeverTake", "NeverTake", "NeverTake", "error.undecryptable.unknown @bob"]),
        ("m.unverified", {}, ["NeverTake", "NeverTake", "NeverTake", "error.undecryptable.unverified @bob"]),
        ("no_key", {"is_explained": True}, ["NeverTake", "NeverTake", "Mark"]),
        ("no_key", {"turn": MOST_ANSWERED}, ["NeverTake"]),
        ("no_key", {"is_settled": True}, ["NeverTake"]),
        ("no_key", {"is_joined": False}, []),
        ("replayed", {}, []),
        ("other_room", {}, []),
    ],
)
def test_what_cannot_be_read_is_explained_once(reason: str, more: dict[str, Any], becomes: list[str]) -> None:
    unread = Undecryptable(ROOM, EventId("$x"), BOB, reason, None, START)
    assert news(unread, **{"is_joined": True, **more}) == becomes


@pytest.mark.parametrize(
    ("reason", "more", "becomes"),
    [
        ("no_key", {}, ["AddEvent", "NeverTake", "RedactEvent", "secret.unread @bob"]),
        ("no_key", {"is_explained": True}, ["AddEvent", "NeverTake", "RedactEvent", "secret.unread @bob"]),
        ("no_key", {"is_settled": True}, ["AddEvent", "RedactEvent"]),
        ("no_key", {"is_joined": False}, ["AddEvent", "RedactEvent"]),
        ("replayed", {}, []),
    ],
)
def test_what_may_be_a_secret_is_deleted_unread(reason: str, more: dict[str, Any], becomes: list[str]) -> None:
    unread = Undecryptable(CONFIG, EventId("$x"), BOB, reason, None, START, is_secret=True)
    assert news(unread, **{"is_joined": True, **more}) == becomes


@pytest.mark.parametrize(
    ("timer", "more", "becomes"),
    [
        (f"greet:{ROOM}", {}, ["greeting.what", "greeting.how"]),
        (f"greet:{ROOM}", {"is_greeted": True}, []),
        (f"greet:{NONE_OF_OURS}", {}, []),
        (f"greet:{NONE_OF_OURS}", {"is_waiting": True}, ["greeting.unused", "error.verification"]),
        (f"greet:{NONE_OF_OURS}", {"is_waiting": True, "upgrade": WAY}, []),
        (f"unused:{NONE_OF_OURS}", {"is_waiting": True}, ["ForgetRoom", "QuitRoom"]),
        (f"unused:{NONE_OF_OURS}", {"is_waiting": True, "upgrade": WAY}, ["timer unused"]),
        (f"unused:{ROOM}", {}, []),
        (f"anew:{ROOM}", {}, ["NeverTake", "EmptySlot", "timer board"]),
        (f"anew:{ROOM}", {"moving": (conversation(),)},
         ["NeverTake", "EmptySlot", "timer board", "EmptySlot", "ShowCard"]),
        ("nonsense:x", {}, []),
    ],
)  # fmt: skip
def test_a_time_that_has_come_does_what_it_was_set_for(timer: str, more: dict[str, Any], becomes: list[str]) -> None:
    assert news(TimerDue(timer, START), **more) == becomes


# --- services, folders, the clock


@pytest.mark.parametrize(
    ("known", "is_up", "reason", "becomes"),
    [
        ("", False, "timeout", ["BeginOutage", "service.imap_away @alice"]),
        ("timeout", False, "timeout", []),
        ("timeout", False, "refused", ["BeginOutage"]),
        ("", False, "credentials", ["BeginOutage", "service.imap_credentials @alice"]),
        ("timeout", False, "credentials", ["BeginOutage", "service.imap_credentials @alice"]),
        ("credentials", False, "credentials", []),
        ("timeout", True, "", ["EndOutage", "service.imap_back"]),
        ("", True, "", []),
    ],
)
def test_an_outage_is_told_once_each_way(known: str, is_up: bool, reason: str, becomes: list[str]) -> None:
    changed = ServiceChanged("imap", MAILBOX.id, is_up, reason, START)
    before = Outage("imap", MAILBOX.id, known, START - timedelta(hours=1)) if known else None
    decision = decide(ServiceSnapshot(INSTANCE, MAILBOX, before), changed, START)
    assert [one for one in outcome(decision) if one != "AddAudit"] == becomes
    kept = [one.outage for one in decision.changes if isinstance(one, BeginOutage)]
    # It has lasted since it began, whatever the reason is by now.
    assert all(one.since == (before or Outage("", "", "", START)).since for one in kept)


@pytest.mark.parametrize(
    ("by", "is_adopted", "becomes"),
    [
        (timedelta(hours=1), False, ["ShiftDue"]),
        (timedelta(hours=1), True, ["service.clock_ahead @alice"]),
        (timedelta(hours=-1), True, ["service.clock_back @alice"]),
    ],
)
def test_a_clock_that_was_set_shifts_what_is_due_and_is_told(
    by: timedelta, is_adopted: bool, becomes: list[str]
) -> None:
    assert outcome(decide(ServiceSnapshot(INSTANCE, None), ClockJumped(START, by, is_adopted), START)) == becomes


def test_a_folder_that_is_numbered_anew_is_forgotten_and_told() -> None:
    reset = FolderReset(MAILBOX.id, "INBOX", 1, 2, START)
    assert outcome(decide(ServiceSnapshot(INSTANCE, MAILBOX), reset, START)) == ["ForgetFolder", "service.folder_reset"]


# --- what the homeserver lost


@pytest.mark.parametrize(
    ("lost", "becomes"),
    [
        ((CARD,), ["ForgetEvents", "timer board", "ShowCard", "PostMail", "restored.homeserver @alice"]),
        (("$m1",), ["ForgetEvents", "timer board", "ShowCard", "PostMail", "restored.homeserver @alice"]),
        (("$other",), ["ForgetEvents", "timer board", "ShowCard", "restored.homeserver @alice"]),
    ],
)
def test_a_card_that_is_gone_is_posted_anew_with_its_mails(lost: Any, becomes: list[str]) -> None:
    snapshot = LostSnapshot(INSTANCE, ((conversation(), (mail_in(1, START),)),))
    gone = EventsLost(ROOM, lost, (ConversationId(1),), START)
    assert outcome(decide(snapshot, gone, START)) == becomes


def test_a_board_alone_is_posted_without_a_word() -> None:
    gone = EventsLost(ROOM, (EventId("$board"),), (), START)
    assert outcome(decide(LostSnapshot(INSTANCE, ()), gone, START)) == ["ForgetEvents", "timer board"]


def test_a_way_in_or_out_is_the_room_that_was_meant() -> None:
    (into,) = [e.call for e in decided(Invited(ROOM, ALICE, START)).effects if isinstance(e, Do)]
    (out,) = [e.call for e in decided(Invited(ROOM, BOB, START)).effects if isinstance(e, Do)]
    assert (into, out) == (EnterRoom(ROOM), QuitRoom(ROOM))


def test_another_instance_decides_with_its_own_rooms() -> None:
    elsewhere = replace(INSTANCE, mailboxes=())
    left = decide(RoomSnapshot(elsewhere, None, (), False), RoomLost(ROOM, BOB, "leave", START), START)
    assert outcome(left) == ["ForgetRoom"]
