"""Where each kind of call goes, what it waits for, and how urgent it is: as the rows of earlier versions have it."""

from typing import get_args

import pytest

from bot.domain.calls import (
    AddFlag,
    AddFolder,
    AppendSent,
    BeginSignIn,
    Call,
    CheckDns,
    DecideAgain,
    DescribeCommand,
    EnterRoom,
    FetchFile,
    FindServers,
    FinishSignIn,
    FollowUpgrade,
    ImapCall,
    InvitePerson,
    LookAtMailbox,
    MakeConfigRoom,
    MakeRoom,
    MoveOnServer,
    PinEvent,
    Priority,
    QuitRoom,
    RedactEvent,
    RemoveReader,
    RoomCall,
    SendEvent,
    SmtpCall,
    Submit,
    SubmitToMember,
    TrialCall,
    TrustUser,
    TryImap,
    TrySmtp,
)
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, SecretId, UserId
from bot.domain.mailbox_look import Look
from bot.domain.planned import plan, post
from bot.domain.sign_in import Provider
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace

BOX, ROW, BLOB = MailboxId("help@example.org"), MessageRow(7), BlobId("00")
ROOM, NEW, SPACE = RoomId("!old:x"), RoomId("!new:x"), RoomId("!space:x")
BOB = UserId("@bob:x")
ROWS: list[tuple[RoomCall | ImapCall | SmtpCall | TrialCall, str, str, Priority]] = [
    (PinEvent(ROOM, EventId("$e")), "chat", "", Priority.BOARD),
    (EnterRoom(ROOM), "chat", "room:!old:x", Priority.ANSWER),
    (QuitRoom(ROOM), "chat", "room:!old:x", Priority.BOARD),
    (FollowUpgrade(ROOM, NEW, ()), "chat", "room:!new:x", Priority.ANSWER),
    (TrustUser(BOB, ROOM), "chat", "", Priority.ANSWER),
    (RedactEvent(ROOM, EventId("$e")), "chat", "", Priority.ANSWER),
    (TryImap(BOX, SecretId("s")), "trial", "", Priority.ANSWER),
    (CheckDns("b.example", ("mail",), ROOM, EventId("$e")), "trial", "", Priority.ANSWER),
    (LookAtMailbox(BOX, Look.FOLDERS, ROOM, EventId("$e")), "trial", "", Priority.ANSWER),
    (AddFolder(BOX, "Archives", BOB, ROOM, EventId("$e")), "trial", "", Priority.ANSWER),
    (DecideAgain(3, ROOM, EventId("$e")), "trial", "aside:3", Priority.ANSWER),
    (FindServers("a@b.example"), "trial", "", Priority.ANSWER),
    (BeginSignIn(Provider.GOOGLE, "a@b.example", SecretId("s")), "trial", "", Priority.ANSWER),
    (FinishSignIn(Provider.GOOGLE, SecretId("s"), SecretId("t")), "trial", "", Priority.ANSWER),
    (MakeConfigRoom(BOX, MakeRoom("Asso", "config:1", BOB), BOB, ROOM, EventId("$e")), "chat", "", Priority.ANSWER),
    (InvitePerson(ROOM, BOB, ROOM), "chat", f"invite:{ROOM}", Priority.BOARD),
    (RemoveReader(BOX, ROOM, BOB, ""), "chat", f"invite:{ROOM}", Priority.BOARD),
    (MakeRoom("Asso", "dialogue:1", UserId("@a:b")), "chat", "", Priority.ANSWER),
    (TrySmtp(BOX, SecretId("s")), "trial", "", Priority.ANSWER),
    (DescribeCommand(ROOM, "close", "", ()), "chat", "describe:!old:x", Priority.DESCRIPTION),
    (FetchFile(ROW, 0, "mxc://x/y", "", 1), "chat", "", Priority.CONFIRMATION),
    (MakeSpace("Asso"), "chat", "space:rooms:Asso", Priority.DESCRIPTION),
    (LinkRoom("Asso", SPACE, ROOM, True), "chat", "space:rooms:Asso", Priority.DESCRIPTION),
    (InviteToSpace("Asso", SPACE, BOB), "chat", "space:people:Asso", Priority.DESCRIPTION),
    (RemoveFromSpace("Asso", SPACE, BOB), "chat", "space:people:Asso", Priority.DESCRIPTION),
    (AppendSent(BOX, ROW, BLOB, "2026-07-12"), "imap:help@example.org", "server:7", Priority.MAIL),
    (AddFlag(BOX, "INBOX", 1, 2, "\\Answered"), "imap:help@example.org", "server:7", Priority.MAIL),
    (MoveOnServer(BOX, ROW, "INBOX", "", "a@b", 1, 2), "imap:help@example.org", "server:7", Priority.MAIL),
    (SubmitToMember(BOX, "a@b", "c@d", BOB, ""), "smtp:help@example.org", "member:c@d", Priority.MAIL),
    (Submit(BOX, ROW, "a@b", ("c@d",), BLOB), "smtp:help@example.org", "out:142", Priority.CONFIRMATION),
]


@pytest.mark.parametrize(("call", "channel", "lane", "priority"), ROWS, ids=[type(row[0]).__name__ for row in ROWS])
def test_a_call_stands_in_line_with_those_that_an_earlier_version_planned(
    call: RoomCall | ImapCall | SmtpCall | TrialCall, channel: str, lane: str, priority: Priority
) -> None:
    planned = plan(call, conversation=ConversationId(142), mail=ROW)
    assert (planned.channel, planned.lane, planned.priority) == (channel, lane, priority)


def test_every_call_has_its_place() -> None:
    kinds: set[type[Call]] = {type(row[0]) for row in ROWS}
    assert {*kinds, SendEvent} == set(get_args(Call))


def test_one_space_is_made_at_a_time() -> None:
    assert plan(MakeSpace("Asso")).key == "space:Asso"


def test_an_event_is_as_urgent_as_who_writes_it_says() -> None:
    planned = post(SendEvent(ROOM, "m.room.message", "{}"), Priority.TINT, lane="conversation:142")
    assert (planned.channel, planned.lane, planned.priority) == ("chat", "conversation:142", Priority.TINT)
