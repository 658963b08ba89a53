"""Who gets no keys is told where they can read it; and words that may be secret are not kept."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.decision import Decision
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import UNINVITED, TeamMessage
from bot.domain.inputs.trust import MemberIdentityChanged, ReaderCame
from bot.domain.outcomes import Refused, Unknown
from bot.domain.settings import Meaning
from bot.domain.snapshots import Snapshot
from bot.domain.stories import table
from bot.domain.stories.room import MOST_TOLD
from bot.flows.step.inputs_json import NotAgain, from_json
from storage import shunted
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM, Posted
from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.upgrading import last, said
from tests.fakes.writing import says

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def answer(house: House) -> Posted:
    return house.homeserver.of_kind("answer")[-1]


@pytest.mark.parametrize(
    ("trust", "is_clear", "word"),
    [
        ("unsigned_device", True, "not verified"),
        ("identity_changed", True, "has changed"),
        (UNINVITED, True, "invited"),
        ("no_identity", False, "no encryption identity yet"),
        ("identity_new", False, "confirm"),
        ("foreign_session", False, "not yours"),
    ],
)
async def test_a_refusal_is_read_by_whom_it_is_about(house: House, trust: str, is_clear: bool, word: str) -> None:
    house.homeserver.encrypted.add(ROOM)
    written = says("!reply a secret", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, replace(written, session_trust=trust))
    told = answer(house)
    assert (told.in_clear, word in str(told.content["body"])) == (is_clear, True)
    assert "secret" not in str(told.content) and house.provider.delivered == []


@pytest.mark.parametrize(("is_first", "word"), [(False, "is not the one that I knew"), (True, "whether you made it")])
async def test_whose_identity_changed_hears_it_in_clear_and_the_admins_in_the_config_room(
    house: House, is_first: bool, word: str
) -> None:
    house.homeserver.encrypted |= {ROOM}
    await happens(house, MemberIdentityChanged(BOB, "key", AT, is_first))
    told = said(house, ROOM)[-1]
    assert told.in_clear and word in str(told.content["body"])
    assert told.content["m.mentions"] == {"user_ids": [BOB]}
    assert "!trust @\u2060bob:localhost" in last(house)


async def test_who_comes_to_read_a_room_is_told_there(house: House) -> None:
    await happens(house, ReaderCame(ROOM, BOB, ALICE, AT))
    assert "can read from now on" in last(house, ROOM) and "Alice" in last(house, ROOM)
    await happens(house, ReaderCame(ROOM, BOB, None, AT, is_shut_out=True))
    assert "shows no invitation" in last(house, ROOM)
    assert said(house, ROOM)[-1].content["m.mentions"] == {"user_ids": [ALICE]}
    before = len(house.homeserver.posted)
    await happens(house, ReaderCame(RoomId("!other:localhost"), BOB, ALICE, AT))
    assert len(house.homeserver.posted) == before


@pytest.mark.parametrize(("is_shut_out", "word"), [(False, "can read from now on"), (True, "shows no invitation")])
async def test_of_a_crowd_few_are_told_one_by_one(house: House, is_shut_out: bool, word: str) -> None:
    """The homeserver says who comes, and how many."""
    crowd = [UserId(f"@m{n}:localhost") for n in range(100)]
    before = len(said(house, ROOM))
    await happens(house, *(ReaderCame(ROOM, who, None if is_shut_out else ALICE, AT, is_shut_out) for who in crowd))
    told = [str(one.content["body"]) for one in said(house, ROOM)[before:]]
    assert sum(word in body for body in told) == MOST_TOLD
    assert sum("one by one" in body for body in told) == 1
    await happens(house, ReaderCame(ROOM, UserId("@other:localhost"), None, AT, not is_shut_out))
    assert "one by one" not in last(house, ROOM), "the others are counted for themselves"


@pytest.mark.parametrize(("room", "is_kept"), [(ROOM, True), (CONFIG, False), (RoomId("!direct:localhost"), False)])
async def test_words_that_may_be_secret_are_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch, room: RoomId, is_kept: bool
) -> None:
    decide = table.decide

    def poisoned(found: Snapshot, happened: Input, now: datetime) -> Decision:
        if isinstance(happened, TeamMessage):
            raise ValueError
        return decide(found, happened, now)

    monkeypatch.setattr("bot.flows.step.step.decide", poisoned)
    await happens(house, says("my password is hunter2", room=room))
    async with house.step.database.read() as tx:
        (row,) = await shunted.listing(tx)
        kept = await shunted.get(tx, row.id)
    assert kept is not None
    assert ("hunter2" in kept.payload) is is_kept
    if not is_kept:
        with pytest.raises(NotAgain):
            from_json(kept.kind, kept.payload)
    assert "put aside" in last(house)


async def test_a_request_to_compare_emojis_is_answered_with_why_not(house: House) -> None:
    asked = replace(says(""), msgtype="m.key.verification.request")
    await happens(house, asked)
    assert "cannot compare emojis" in str(answer(house).content["body"])


async def test_the_help_of_an_encrypted_room_offers_what_works_there(house: House) -> None:
    await happens(house, says("!help"))
    assert "📤 send" in str(answer(house).content["body"])
    house.homeserver.encrypted.add(ROOM)
    await happens(house, says("!help", encrypted=True, sealed=True))
    told = str(answer(house).content["body"])
    assert "📤" not in told and "🔁" not in told and "!resend" in told


@pytest.mark.parametrize("end", [Refused("550", "no such user"), Unknown("the connection broke")])
async def test_what_is_said_of_a_failed_mail_offers_what_works_there(house: House, end: Refused | Unknown) -> None:
    for is_encrypted in (False, True):
        if is_encrypted:
            house.homeserver.encrypted.add(ROOM)
            house.step.rooms.encrypted.add(ROOM)
        house.provider.answers.append(end)
        before = len(house.homeserver.posted)
        command = f"!reply {is_encrypted}"
        await happens(
            house, says(command, thread=card_of(house), encrypted=is_encrypted, sealed=is_encrypted), seconds=SENT
        )
        told = [p for p in house.homeserver.posted[before:] if "!resend" in str(p.content)]
        assert {p.ours["kind"] for p in told} >= {"receipt"}
        assert any("🔁" in str(p.content) for p in told) is not is_encrypted


async def test_a_reaction_that_the_mailbox_does_not_use_is_not_offered(house: House) -> None:
    reactions = (("🔁", Meaning.CLOSE), ("✉️", Meaning.SEND))
    own = replace(house.instance.mailboxes[0], reactions=reactions)
    house.step.settings.reload(replace(house.instance, mailboxes=(own,)))
    await happens(house, says("Dear Marie", thread=card_of(house)))
    house.provider.answers.append(Refused("550", "no such user"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    bodies = [str(p.content["body"]) for p in house.homeserver.posted if "body" in p.content]
    assert any("!resend" in one for one in bodies)
    assert not any("📤 on" in one or "🔁" in one for one in bodies)
