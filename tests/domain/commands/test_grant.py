"""`grant`, `revoke`, `hide`, `unhide`: who gives what to whom, and what of other mailboxes nobody learns by it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.decision import Decision
from bot.domain.grants import Grant, Granted, Limit, Right, SaveGrant
from bot.domain.ids import EventId, MailboxId, RoomId, UserId
from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import Redacted
from bot.domain.needs import MembersOf, RoomsOf
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.settings import Instance
from bot.domain.snapshots import DeletedSnapshot
from bot.domain.stories.table import decide
from tests.domain.commands.cases import COMMAND, NOW, given, page_of, told
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM

CAROL = UserId("@carol:localhost")
THERE = RoomId("!there:localhost")
OTHER = replace(MAILBOX, id=MailboxId("info@other.example"), address="info@other.example", room=THERE)
SIGNED: dict[str, Any] = {"room_encrypted": True, "was_encrypted": True}


def grant(what: Granted, person: UserId = BOB, mailbox: MailboxId = MAILBOX.id, *, is_on: bool = True) -> Grant:
    return Grant(mailbox, person, what, is_on, ALICE, NOW, COMMAND, not is_on)


def house(*grants: Grant) -> Instance:
    return replace(World().instance, mailboxes=(MAILBOX, OTHER), grants=grants)


def says(body: str, *grants: Grant, by: UserId = ALICE, room: RoomId = ROOM, **more: Any) -> Decision:
    knows = {MembersOf: (ALICE, BOB, CAROL, BOT), RoomsOf: frozenset({ROOM}), **more.pop("knows", {})}
    return given(body, by=by, room=room, in_thread=False, instance=house(*grants), knows=knows, **SIGNED, **more)


def kept(decision: Decision) -> list[tuple[MailboxId, UserId, Granted, bool]]:
    found = [change.grant for change in decision.changes if isinstance(change, SaveGrant)]
    return [(one.mailbox, one.person, one.what, one.is_on) for one in found]


@pytest.mark.parametrize(
    ("body", "what", "is_on"),
    [
        ("!grant @bob edit", [Right.EDIT], True),
        ("!autoriser @bob modifier réponse-auto", [Right.EDIT, Right.AUTOREPLY], True),
        ("!grant @bob:localhost delete contact@asso.example", [Right.DELETE], True),
        ("!grant @bob notes only", [Limit.NOTES], True),
        ("!hide @bob", [Limit.HIDDEN], True),
        ("!cacher @bob contact@asso.example", [Limit.HIDDEN], True),
        ("!revoke @bob send", [Right.SEND], False),
        ("!retirer @bob envoyer contact", [Right.SEND], False),
    ],
)
@pytest.mark.parametrize("room", [ROOM, CONFIG])
def test_an_admin_gives_and_takes_in_both_languages(body: str, what: list[Right], is_on: bool, room: RoomId) -> None:
    named = body if room == ROOM or "contact" in body else f"{body} contact@asso.example"
    decision = says(named, room=room)
    assert kept(decision) == [(MAILBOX.id, BOB, one, is_on) for one in what]
    assert told(decision) == ["grant.is"]


def test_twice_is_once_and_what_is_taken_back_is_as_before() -> None:
    again = says("!grant @bob edit", grant(Right.EDIT))
    assert (kept(again), told(again)) == ([], ["grant.is"])
    back = says("!revoke @bob edit", grant(Right.EDIT))
    assert (kept(back), told(back)) == ([(MAILBOX.id, BOB, Right.EDIT, False)], ["grant.as_everybody"])
    assert kept(says("!revoke @bob delete")) == []
    assert kept(says("!unhide @bob", grant(Limit.HIDDEN))) == [(MAILBOX.id, BOB, Limit.HIDDEN, False)]
    assert kept(says("!hide @bob", grant(Limit.HIDDEN))) == []


def test_an_admin_is_hidden_and_loses_nothing_else_by_it() -> None:
    assert kept(says("!hide @alice")) == [(MAILBOX.id, ALICE, Limit.HIDDEN, True)]
    assert told(says("!grant @alice notes hidden")) == ["error.grant_admin"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!grant @bob", "error.grant_right"),
        ("!grant @bob colour", "error.grant_right"),
        ("!grant @bob colour edit", "error.grant_right"),
        ("!grant edit", "error.grant_whom"),
        ("!grant @bob @carol edit", "error.grant_whom"),
        ("!grant @nobody edit", "error.who_is_that"),
        ("!grant @bob edit nobody@asso.example", "error.which_mailbox"),
        ("!grant @dora:localhost edit", "error.grant_not_in_room"),
        ("!grant @postroom edit", "error.grant_bot"),
        ("!grant me edit", "error.grant_admin"),
    ],
)
def test_a_wrong_word_changes_nothing(body: str, why: str) -> None:
    decision = says(body)
    assert (kept(decision), told(decision)) == ([], [why])


def test_of_several_mailboxes_in_the_config_room_one_is_named() -> None:
    assert told(says("!grant @bob edit", room=CONFIG)) == ["error.which_mailbox"]


def test_whoever_may_give_gives_what_they_have_and_no_more() -> None:
    may = grant(Right.PERMISSIONS)
    for room in (ROOM, CONFIG):
        assert kept(says("!grant @carol permissions contact", may, by=BOB, room=room))
        assert told(says("!grant @carol edit contact", may, by=BOB, room=room)) == ["error.grant_own"]
        assert told(says("!revoke @carol edit contact", may, by=BOB, room=room)) == ["error.grant_own"]
        assert kept(says("!revoke @carol send contact", may, by=BOB, room=room))
    no_more = (may, grant(Right.SEND, is_on=False))
    for words in ("!grant @carol send", "!grant @carol notes", "!revoke @carol notes"):
        assert told(says(words, *no_more, by=BOB)) == ["error.grant_own"]
    for grants in ((), (grant(Right.EDIT),), (grant(Right.PERMISSIONS, mailbox=OTHER.id),)):
        assert told(says("!grant @carol send", *grants, by=BOB)) == ["error.no_right"]


@pytest.mark.parametrize(
    "words",
    ["!grant @carol edit {}", "!grant {}", "!mailbox show {}", "!mailbox set {} undo 3", "!mailbox pause {}"],
)
def test_another_s_mailbox_is_as_good_as_none(words: str) -> None:
    mine = (grant(Right.EDIT), grant(Right.PERMISSIONS))

    def answer(address: str, room: RoomId) -> object:
        decision = says(words.format(address), *mine, by=BOB, room=room)
        return repr(decision).replace(address, "ADDRESS")

    for room in (ROOM, CONFIG):
        assert answer("info@other.example", room) == answer("nobody@none.example", room)
    assert "other" not in repr(page_of("!mailbox list", by=BOB, room=CONFIG, in_thread=False, instance=house(*mine),
                                       knows={RoomsOf: frozenset({ROOM})}, **SIGNED))  # fmt: skip


def test_in_the_config_room_a_right_is_good_only_for_who_is_in_the_mailbox_s_room() -> None:
    for body in ("!mailbox list", "!mailbox show", "!grant", "!health"):
        decision = says(body, grant(Right.EDIT), grant(Right.PERMISSIONS), by=BOB, room=CONFIG,
                        knows={RoomsOf: frozenset()})  # fmt: skip
        assert told(decision) == ["error.no_right"], body


def test_who_has_what_is_shown() -> None:
    mine = (grant(Right.EDIT), grant(Right.SEND, CAROL, is_on=False), grant(Right.DELETE, is_on=False))
    page = repr(page_of("!grant", in_thread=False, instance=house(*mine), **SIGNED))
    assert "right.edit" in page and "grant.without" in page and "right.delete" not in page
    shown = repr(page_of("!mailbox show contact", in_thread=False, instance=house(*mine), **SIGNED))
    assert "grant.row" in shown


def test_a_signature_is_a_right_of_its_own() -> None:
    only = grant(Right.SIGNATURE)
    assert told(says("!mailbox set signature\n-- \nNous", only, by=BOB)) == ["mailbox.set"]
    assert told(says("!mailbox set undo 3", only, by=BOB)) == ["error.no_right"]
    assert told(says("!mailbox set signature none", grant(Right.EDIT), by=BOB)) == ["error.no_right"]


def test_an_address_of_a_mailbox_that_one_does_not_run_is_taken_all_the_same() -> None:
    decision = says("!mailbox set aliases info@other.example", grant(Right.EDIT), by=BOB)
    assert told(decision) == ["error.set_taken"]


# --- deleting the command, and leaving


def deleted(*grants: Grant, room: RoomId = ROOM, later: float = 0, by: UserId = ALICE) -> Decision:
    at = NOW.replace(second=int(later))
    input = Redacted(room, EventId("$deletion"), COMMAND, by, at)
    return decide(DeletedSnapshot(house(*grants), True, (), None, None, None, (), {}, None, None), input, at)


def test_deleting_the_command_soon_takes_back_what_it_gave_and_gives_nothing_back() -> None:
    for room in (ROOM, CONFIG):
        assert kept(deleted(grant(Right.EDIT), room=room)) == [(MAILBOX.id, BOB, Right.EDIT, False)]
    for grants, more in (
        ((grant(Right.SEND, is_on=False),), {}),
        ((grant(Limit.NOTES),), {}),
        ((grant(Right.EDIT),), {"later": 30}),
        ((grant(Right.EDIT),), {"room": THERE}),
        ((replace(grant(Right.EDIT), source=EventId("$other")),), {}),
    ):
        assert kept(deleted(*grants, **more)) == []


def test_who_leaves_loses_what_was_given_and_what_was_taken_stays_taken() -> None:
    grants = (
        grant(Right.EDIT),
        grant(Right.SEND, is_on=False),
        grant(Limit.NOTES),
        grant(Right.EDIT, CAROL),
        grant(Right.EDIT, mailbox=OTHER.id),
    )
    for membership, lost in (("leave", 1), ("ban", 1), ("join", 0), ("invite", 0)):
        gone = MemberChanged(ROOM, EventId("$gone"), BOB, membership, "Bob", NOW)
        decision = decide(RoomSnapshot(house(*grants), None, (), False), gone, NOW)
        assert kept(decision) == [(MAILBOX.id, BOB, Right.EDIT, False)][:lost], membership
