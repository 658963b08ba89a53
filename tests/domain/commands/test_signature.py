"""`signature`: a member's own lines, by the mailboxes of the room."""

from dataclasses import replace

import pytest

from bot.domain.decision import Decision, SaveSignature
from bot.domain.ids import EventId, MailboxId
from bot.domain.needs import SignaturesOf
from bot.domain.own_signature import OwnSignature
from bot.domain.variables import SIGNATURE, closed, filled, names_signature
from tests.domain.commands.cases import COMMAND, NOW, given, page_of, told
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE

KEPT = OwnSignature(MAILBOX.id, ALICE, "Alice Martin\nTrésorière", NOW, EventId("$before"))
KNOWS = {SignaturesOf: (KEPT,)}


def kept(decision: Decision) -> list[OwnSignature]:
    return [change.signature for change in decision.changes if isinstance(change, SaveSignature)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("!signature Alice Martin", "Alice Martin"),
        ("/signature  Alice   Martin \n\n Trésorière\n06 12", "Alice Martin\nTrésorière\n06 12"),
        ("!signature remove us from your list", "remove us from your list"),
    ],
)
def test_it_is_kept_with_what_was_before(body: str, text: str) -> None:
    assert kept(given(body)) == [OwnSignature(MAILBOX.id, ALICE, text, NOW, COMMAND)]
    assert kept(given(body, knows=KNOWS)) == [OwnSignature(MAILBOX.id, ALICE, text, NOW, COMMAND, KEPT.text)]
    assert kept(given(body, in_thread=False)) == [OwnSignature(MAILBOX.id, ALICE, text, NOW, COMMAND)]


@pytest.mark.parametrize("body", ["!signature remove", "!signature Supprimer", "!signature retirer"])
def test_removed_there_is_none(body: str) -> None:
    (one,) = kept(given(body, knows=KNOWS))
    assert (one.text, one.before) == ("", KEPT.text)
    assert told(given(body)) == ["error.signature_none"]


def test_alone_it_is_shown() -> None:
    assert page_of("!signature", knows=KNOWS).is_short
    assert told(given("!signature")) == ["error.signature_none"]
    assert told(given("!signature", knows={SignaturesOf: (replace(KEPT, text=""),)})) == ["error.signature_none"]


@pytest.mark.parametrize("body", ["!signature a\nb\nc\nd", f"!signature {'a' * 101}"])
def test_what_is_too_long_is_said_and_nothing_changes(body: str) -> None:
    assert (told(given(body)), kept(given(body))) == (["error.signature_long"], [])


def test_in_a_room_of_two_mailboxes_it_is_for_both_and_in_a_thread_for_its_own() -> None:
    other = replace(MAILBOX, id=MailboxId("info@asso.example"), address="info@asso.example")
    instance = replace(World().instance, mailboxes=(MAILBOX, other))
    both = kept(given("!signature Alice", in_thread=False, instance=instance))
    assert [one.mailbox for one in both] == [MAILBOX.id, other.id]
    assert [one.mailbox for one in kept(given("!signature Alice", instance=instance))] == [MAILBOX.id]


def test_as_a_variable_each_line_is_text() -> None:
    values = {SIGNATURE: "**Alice**\n{me} https://a.example"}
    shown = filled("Bonjour\n{member.signature}", values).text
    assert shown.splitlines()[1:] == ["\\*\\*Alice\\*\\*", "\\{me\\} a.example"]
    assert closed("{membre.signature}", {}) == "" and names_signature("x {member.signature}")
    assert not names_signature("{me}")
