"""`who merge`, `who split`: cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import Decision
from bot.domain.ids import ConversationId, EventId, MailboxId
from bot.domain.inputs.said import Redacted
from bot.domain.mail import Address
from bot.domain.needs import ConversationsOf, Found, Listed, PersonsOf
from bot.domain.page import Paragraph
from bot.domain.persons import JoinAddress, PartAddress, PersonsAddress, addresses_with, joined
from bot.domain.snapshots import DeletedSnapshot
from bot.domain.stories.table import decide
from tests.domain.commands.cases import COMMAND, NOW, given, other, page_of, saved, told
from tests.domain.deciding import MAILBOX, World, conversation
from tests.fakes.chat import ALICE, ROOM

MARIE, PAUL, LEA = "marie@example.org", "paul@example.org", "lea@example.org"
NOBODY: dict[type, object] = {PersonsOf: (), Listed: Found((), 0), ConversationsOf: ()}


def row(address: str, person: str = "p", mailbox: MailboxId = MAILBOX.id, event: str = "$then") -> PersonsAddress:
    return PersonsAddress(mailbox, address, person, ALICE, EventId(event), NOW)


def knows(*rows: PersonsAddress) -> dict[type, object]:
    return {**NOBODY, PersonsOf: rows}


def given_to(decision: Decision) -> list[tuple[str, str]]:
    return [(one.address.address, one.address.person) for one in decision.changes if isinstance(one, JoinAddress)]


def parted(decision: Decision) -> list[str]:
    return [one.address for one in decision.changes if isinstance(one, PartAddress)]


def test_two_addresses_are_one_person_and_the_card_names_the_others_conversations() -> None:
    there = Found((other(3, correspondent=Address("Paul", PAUL)), conversation()), 2)
    for name in ("who merge", "QUI Fusionner"):
        decision = given(f"!{name} Paul@Example.org", knows={**NOBODY, Listed: there})
        assert given_to(decision) == [(MARIE, COMMAND), (PAUL, COMMAND)]
        assert told(decision) == ["who.merged"]
        (after,) = saved(decision)
        assert after == replace(conversation(), earlier=(ConversationId(3),), changed_at=NOW), (
            "nobody's mail or answer goes elsewhere"
        )


def test_from_the_main_timeline_it_is_about_the_conversation_that_it_names() -> None:
    assert len(given_to(given(f"!who merge #1 {PAUL}", in_thread=False, knows=NOBODY))) == 2
    assert told(given(f"!who merge {PAUL}", in_thread=False, knows=NOBODY)) == ["error.which_conversation"]


def test_a_third_address_joins_the_person_and_two_persons_become_one() -> None:
    both = (row(MARIE), row(PAUL))
    assert given_to(given(f"!who merge {LEA}", knows=knows(*both))) == [(LEA, "p")]
    decision = given(f"!who merge {LEA}", knows=knows(*both, row(LEA, "q"), row("l@example.org", "q")))
    assert given_to(decision) == [(LEA, "p"), ("l@example.org", "p")]
    assert {one.address.before for one in decision.changes if isinstance(one, JoinAddress)} == {"q"}


@pytest.mark.parametrize(
    ("words", "rows", "why"),
    [
        ("", (), "error.who_merge_whom"),
        ("nonsense", (), "error.who_address"),
        ("@example.org", (), "error.who_address"),
        (f"{PAUL} {LEA}", (), "error.who_address"),
        (MARIE, (), "error.who_same"),
        (MAILBOX.address, (), "error.who_ours"),
        (PAUL, (row(MARIE), row(PAUL)), "error.who_one_already"),
        (PAUL, tuple(row(one) for one in (MARIE, *(f"m{n}@example.org" for n in range(19)))), "error.who_too_many"),
        (f"#9 {PAUL}", (), "error.no_such_conversation"),
    ],
)
def test_what_cannot_be_joined_is_told(words: str, rows: tuple[PersonsAddress, ...], why: str) -> None:
    decision = given(f"!who merge {words}", knows=knows(*rows))
    assert told(decision) == [why] and given_to(decision) == [] and saved(decision) == []


def test_an_address_stands_alone_again_with_its_own_conversations() -> None:
    there = conversation(earlier=(3, 2))
    others = (other(3, correspondent=Address("Paul", PAUL)), other(2))
    facts = {**knows(row(MARIE), row(PAUL), row(LEA)), ConversationsOf: others}
    named = given(f"!who split {PAUL}", there=(there,), knows=facts)
    assert given_to(named) == [(PAUL, COMMAND)] and [one.earlier for one in saved(named)] == [(2,)]
    own = given("!qui séparer", there=(there,), knows=facts)
    assert given_to(own) == [(MARIE, COMMAND)] and [one.earlier for one in saved(own)] == [(2,)]
    assert told(given(f"!who split {PAUL}", knows=knows(row(MARIE), row(LEA)))) == ["error.who_not_one"]
    assert told(given("!who split", knows=NOBODY)) == ["error.who_not_one"]


def test_who_names_the_other_addresses_and_not_among_those_who_take_part() -> None:
    page = page_of("!who", knows={Listed: Found((conversation(),), 1), PersonsOf: (row(MARIE), row(PAUL))})
    lines = [one.sentences[0] for one in page.blocks if isinstance(one, Paragraph)]
    assert [(line.key, dict(line.values)["addresses"]) for line in lines] == [("who.writes_as", PAUL)]


def test_another_mailbox_knows_nothing_of_it() -> None:
    elsewhere = MailboxId("elsewhere@example.org")
    new = joined((row(MARIE, mailbox=elsewhere), row(PAUL, mailbox=elsewhere)), row(MARIE, "", event="$e"), PAUL)
    assert {(one.mailbox, one.person) for one in new} == {(MAILBOX.id, "$e")}
    assert addresses_with((row(MARIE), row(PAUL, mailbox=elsewhere)), MARIE) == (MARIE,)


@pytest.mark.parametrize(("seconds", "room", "is_back"), [(1, ROOM, True), (3600, ROOM, False), (1, "!other:x", False)])
def test_deleting_the_command_soon_takes_it_back(seconds: int, room: str, is_back: bool) -> None:
    snapshot = DeletedSnapshot(
        World().instance, True, (), None, None, None, (), {}, None, None,
        persons=(row(PAUL), replace(row(LEA), before="q")),
    )  # fmt: skip
    later = NOW + timedelta(seconds=seconds)
    decision = decide(snapshot, Redacted(room, EventId("$r"), COMMAND, ALICE, later), later)  # type: ignore[arg-type]
    assert (parted(decision), given_to(decision)) == (([PAUL], [(LEA, "q")]) if is_back else ([], []))
