"""A late answer to a closed conversation: whether it begins another one, and what that one is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.conversation import Status
from bot.domain.decision import SaveConversation
from bot.domain.effects import SayLinked
from bot.domain.happening import What
from bot.domain.ids import BlobId, ConversationId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace
from bot.domain.mail import Address, Mail, Nature
from bot.domain.rules.continuing import as_continuation, begins_anew, continued
from tests.domain.deciding import MAILBOX, MARIE, START, conversation

US = Address("Mon Asso", MAILBOX.address)
WORDS = Mail(message_id="n@example.org", from_=(MARIE,), to=(US,), subject="Question", text="Bonjour")
LATER = START + timedelta(days=31)


def came(mail: Mail = WORDS, role: FolderRole = FolderRole.INBOX) -> MailArrived:
    return MailArrived(MailPlace(MAILBOX.id, "INBOX", 1, 9, role), mail, BlobId("b" * 64), 1, LATER)


@pytest.mark.parametrize(
    ("before", "days", "mail", "begins"),
    [
        ({}, 30, WORDS, True),
        ({}, 0, WORDS, False),
        ({}, 31, WORDS, False),
        ({"changed_at": LATER - timedelta(days=29)}, 30, WORDS, False),
        ({"status": Status.ACTIVE}, 30, WORDS, False),
        ({"status": Status.PENDING}, 30, WORDS, False),
        ({"status": Status.SPAM}, 30, WORDS, False),
        ({"goes_on_as": ConversationId(2)}, 30, WORDS, False),
        ({}, 30, replace(WORDS, nature=Nature.ABSENCE), False),
        ({}, 30, replace(WORDS, is_marked_spam=True), False),
        ({}, 30, replace(WORDS, from_=(US,), to=(MARIE,)), False),
    ],
)
def test_only_words_to_what_is_closed_long_ago_begin_another(
    before: dict[str, Any], days: int, mail: Mail, begins: bool
) -> None:
    there = replace(conversation(status=Status.CLOSED), **before)
    mailbox = replace(MAILBOX, new_after_days=days)
    assert begins_anew(there, mailbox, came(mail), LATER, over_since=there.changed_at) is begins


@pytest.mark.parametrize("role", [FolderRole.SENT, FolderRole.JUNK])
def test_only_what_lies_in_the_inbox(role: FolderRole) -> None:
    mailbox = replace(MAILBOX, new_after_days=30)
    there = conversation(status=Status.CLOSED)
    assert not begins_anew(there, mailbox, came(role=role), LATER, over_since=START)


@pytest.mark.parametrize(("writer", "whose"), [("paul@example.org", MARIE), ("eve@else.example", None)])
def test_it_is_the_same_persons_where_somebody_of_that_talk_wrote(writer: str, whose: Address | None) -> None:
    who = Address("", writer)
    mail = replace(WORDS, from_=(who,))
    fresh = conversation(
        id=ConversationId(7), correspondent=who, participants=(writer,), earlier=(ConversationId(3), ConversationId(1))
    )
    made = as_continuation(fresh, conversation(tags=("old",)), came(mail), MAILBOX, ())
    assert made.correspondent == (whose or who)
    assert set(made.participants) == ({writer, MARIE.address} if whose else {writer})
    assert (made.continues, made.earlier, made.tags) == (1, (1, 3), ())


def test_the_closed_one_stays_closed_and_points_on() -> None:
    before = conversation(status=Status.CLOSED)
    decision = continued(before, conversation(id=ConversationId(7), root=None), LATER)
    (saved,) = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    assert (saved.status, saved.goes_on_as, saved.changed_at) == (Status.CLOSED, 7, before.changed_at)
    (link,) = [effect for effect in decision.effects if isinstance(effect, SayLinked)]
    assert (link.conversation, link.thread) == (7, before.root)
    assert [one.what for one in decision.happened] == [What.CONTINUED]
