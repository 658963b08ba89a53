"""What a mailbox remembers of an address from which mail came back: function calls, and the conversation's own mails."""

from dataclasses import replace

import pytest

from bot.domain.conversation import MailRecord, OutState
from bot.domain.decision import ClearReturned, SaveReturned
from bot.domain.ids import MessageRow
from bot.domain.mail import Address
from bot.domain.returned import Returned
from bot.domain.rules.bad_addresses import after_bounce, after_taken, after_words, bad_addresses
from tests.domain.deciding import MAILBOX, MARIE, START, World
from tests.domain.rules.test_bad_addresses import BACK, PAUL, SENT
from tests.fakes.chat import ALICE

HER = MARIE.address


def played(acts: str) -> Returned | None:
    """What is remembered of Marie after mails 1, 2, …: `1` was taken for her, `-1` came back; `w`: she wrote."""
    known: tuple[Returned, ...] = ()
    for act in acts.split():
        if act == "w":
            known = tuple(replace(one, times=0, since=None) for one in known)
            continue
        row = MessageRow(abs(int(act)))
        before = replace(SENT, row=row, author=ALICE)
        if act.startswith("-"):
            changes = after_bounce(known, before, replace(before, state=OutState.BOUNCED, failed=(HER,)), START)
        else:
            changes = after_taken(known, before, (HER,), (), START)
        known = tuple(one.returned for one in changes if isinstance(one, SaveReturned)) or known
    return known[0] if known else None


@pytest.mark.parametrize(
    ("acts", "is_bad"),
    [
        ("1 -1", False),
        ("1 -1 2 -2", True),
        ("1 2 -1 -2", True),
        ("1 -1 2 -2 3", False),
        ("1 -1 2 -2 3 -3", True),
        ("1 -1 2 3 -3", False),
        ("1 -1 -1", False),
        ("1 -1 1 -1", False),
        ("1 -1 2 -2 w", False),
        ("1 -1 w 2 -2", False),
        ("1 -1 2 -2 w 3 -3", False),
        ("1 -1 2 -2 w 3 -3 4 -4", True),
        # The one before the last has arrived, as far as anybody knows.
        ("1 -1 2 -2 3 4 -4", False),
    ],
)
def test_two_in_a_row_make_it_bad_and_what_shows_that_one_arrived_ends_it(acts: str, is_bad: bool) -> None:
    known = played(acts)
    assert known is not None and known.is_bad is is_bad


def test_nothing_is_remembered_of_whom_all_mail_reached() -> None:
    assert played("1 2 3") is None


@pytest.mark.parametrize(
    "record",
    [
        replace(BACK, author=None),
        replace(BACK, author=ALICE, failed=("archive@asso.example",)),
    ],
)
def test_neither_what_nobody_wrote_nor_our_own_archive_counts(record: MailRecord) -> None:
    assert after_bounce((), replace(record, failed=()), record, START) == ()


def test_what_came_back_from_it_in_one_of_two_spellings_did_not_arrive() -> None:
    known = (Returned(MAILBOX.id, HER, 1, MessageRow(3), None, START),)
    assert after_taken(known, replace(BACK, author=ALICE), (HER.upper(),), (HER,), START) == ()


def test_an_address_is_compared_whatever_its_case() -> None:
    (change,) = after_bounce((), replace(BACK, failed=(), author=ALICE), replace(BACK, author=ALICE), START)
    assert isinstance(change, SaveReturned)
    again = replace(BACK, author=ALICE, row=MessageRow(9), to=(Address("", HER.upper()),), failed=(HER.upper(),))
    (change,) = after_bounce((change.returned,), replace(again, failed=()), again, START)
    assert isinstance(change, SaveReturned) and change.returned.is_bad
    assert after_words(MAILBOX.id, (Address("", HER.upper()), Address("", "")), START) == (
        ClearReturned(MAILBOX.id, HER, START),
    )


@pytest.mark.parametrize(
    ("acts", "here", "is_bad"),
    [
        ("", (BACK, BACK), True),
        ("1 -1 2 -2", (), True),
        ("1 -1 2 -2", (SENT,), True),
        # What was heard elsewhere has the last word.
        ("1 -1 2 -2 w", (BACK, BACK), False),
        ("1 -1 2 -2 3", (BACK, BACK), False),
        # Of a house of before: the first that is remembered is the third.
        ("3 -3", (BACK, BACK, BACK), True),
    ],
)
def test_the_mailbox_s_memory_goes_before_what_the_conversation_shows(
    acts: str, here: tuple[MailRecord, ...], is_bad: bool
) -> None:
    known = played(acts)
    world = World()
    world.comes()
    ours = tuple(replace(one, row=MessageRow(10 + n), heard=9) for n, one in enumerate(here))
    work = replace(world.work(ALICE), outgoing=ours, returned=() if known is None else (known,))
    assert bad_addresses(work, (PAUL, MARIE)) == ((MARIE,) if is_bad else ())
