"""Of the mails of one sender whom nobody answers a person is mailed a few a day, whatever answers these mails."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.notices import DAY, DELAY, MailedOf
from bot.domain.rules.one_sender import MOST_OF_ADDRESS, MOST_OF_DOMAIN, is_too_much, times_of

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def mailed(address: str, times: int, *, answered: timedelta | None = None) -> list[MailedOf]:
    """One each hour up to now."""
    return [MailedOf(address, NOW - n * HOUR, None if answered is None else NOW - answered) for n in range(times)]


@pytest.mark.parametrize(
    "writes",
    [
        "noreply@desk.example",
        "NoReply@Desk.example.",
        "noreply+7@desk.example",
        "noreply+7+x@desk.example",
        "noreply-7@desk.example",
        "noreply_2026-117@desk.example",
        "noreply-8f3ab2c1d9@desk.example",
    ],
)
def test_an_address_is_one_with_all_its_subaddresses_and_tickets(writes: str) -> None:
    assert times_of(writes, mailed("noreply+1@desk.example", 3)) == (3, 3)


@pytest.mark.parametrize("writes", ["s123456@uni.example", "jean.dupont2@uni.example", "marie-facade@uni.example"])
def test_names_and_student_numbers_are_people(writes: str) -> None:
    every = [one for n in range(9) for one in mailed(f"s12345{n}@uni.example", 1)]
    every += mailed("jean.dupont@uni.example", 1) + mailed("marie@uni.example", 1)
    assert times_of(writes, every)[0] == (writes == "s123456@uni.example")


def test_of_a_domain_more_are_mailed_and_of_a_provider_s_none_is_counted_together() -> None:
    desk = [one for n in range(4) for one in mailed(f"t{n}@desk.example", 2)]
    assert times_of("new@desk.example", desk) == (0, 8)
    many = [one for n in range(40) for one in mailed(f"t{n}@gmail.com", 2)]
    assert times_of("new@gmail.com", many) == (0, 0)
    assert times_of("t7@gmail.com", many) == (2, 0)


def test_whoever_was_answered_is_counted_anew_in_whichever_conversation() -> None:
    assert times_of("a@x.example", mailed("a@x.example", 5, answered=2 * HOUR + DELAY)) == (3, 3)
    assert times_of("a@x.example", mailed("a@x.example", 5), [NOW - HOUR]) == (1, 1)
    assert times_of("b@x.example", mailed("a@x.example", 5, answered=HOUR)) == (0, 1)
    assert times_of("a@y.example", mailed("a@x.example", 5)) == (0, 0)


def test_three_mails_of_a_customer_are_not_too_much() -> None:
    assert not is_too_much(*times_of("marie@example.org", mailed("marie@example.org", 3)))
    assert not is_too_much(*times_of("", []))


PEOPLE = ("alice", "bob")
SENDERS = ("noreply@desk.example", "support@desk.example", "ticket+{}@desk.example", "t{}@desk.example")


def played(
    senders: Sequence[int], delays: Sequence[int], customers: Sequence[int]
) -> dict[str, list[tuple[datetime, str]]]:
    """What each person is mailed, whose every mail is answered by a new one after one of these minutes; customers write
    at some minutes besides."""
    queue: list[tuple[datetime, int, str]] = []
    for n, minute in enumerate(customers):
        heappush(queue, (NOW + timedelta(minutes=minute) + DELAY, n, f"c{n}@c{n}.example"))
    sent = defaultdict[str, list[tuple[datetime, str]]](list)
    number = len(customers)
    while queue:
        at, _, sender = heappop(queue)
        for person in PEOPLE:
            lately = [MailedOf(of, when, None) for when, of in sent[person] if when >= at - DAY]
            if is_too_much(*times_of(sender, lately)) or len(sent[person]) > 1_000:
                continue
            sent[person].append((at, sender))
            number += 1
            after = timedelta(minutes=delays[number % len(delays)]) + DELAY
            writes = SENDERS[senders[number % len(senders)]].format(number)
            if at < NOW + 7 * DAY:
                heappush(queue, (at + after, number, writes))
    return sent


@given(
    st.lists(st.integers(0, len(SENDERS) - 1), min_size=1, max_size=4),
    st.lists(st.integers(0, 300), min_size=1, max_size=5),
    st.lists(st.integers(0, 5 * 24 * 60), min_size=1, max_size=12),
)
def test_whatever_answers_the_mails_a_few_a_day_are_left(
    senders: Sequence[int], delays: Sequence[int], customers: Sequence[int]
) -> None:
    sent = played(senders, delays, customers)
    for person in PEOPLE:
        assert sum(not sender.endswith("desk.example") for _, sender in sent[person]) == len(customers)
        robots = [(at, sender) for at, sender in sent[person] if sender.endswith("desk.example")]
        for at, _ in robots:
            of_day = [sender for when, sender in robots if at <= when < at + DAY]
            assert len(of_day) <= MOST_OF_DOMAIN
            assert of_day.count("noreply@desk.example") <= MOST_OF_ADDRESS


def test_a_quick_one_ends_by_itself() -> None:
    sent = played([0], [0], [0])
    assert [len(sent[person]) for person in PEOPLE] == [1 + MOST_OF_ADDRESS] * 2
