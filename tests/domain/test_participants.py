"""Who takes part in a conversation, and to whom an answer goes."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.addresses import normal
from bot.domain.conversation import Direction
from bot.domain.mail import Address
from bot.domain.participants import (
    MOST_PARTICIPANTS,
    Addressed,
    Choice,
    addressed,
    correspondent_of,
    is_by_participant,
    is_in_our_name,
    newcomers,
    with_first,
    with_incoming,
    with_named,
    writer_of,
)
from bot.domain.rules.draft import quotes_of
from bot.domain.settings import QuoteMode
from tests.domain.deciding import MAILBOX, World, mail_in
from tests.domain.deciding import MARIE as FIRST_WRITER
from tests.fakes.chat import ALICE

OWN = frozenset(normal(one) for one in ("contact@asso.example", "asso@asso.example"))
MARIE, PAUL, ZOE, EVE = (f"{name}@{name}.example" for name in ("marie", "paul", "zoe", "eve"))
US = "contact@asso.example"


@dataclass(frozen=True)
class Letter:
    from_: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    original_from: tuple[Address, ...] = ()


def people(*addresses: str) -> tuple[Address, ...]:
    return tuple(Address("", one) for one in addresses)


def letter(from_: str, *, reply_to: str = "", to: str = US, cc: str = "", original: str = "", name: str = "") -> Letter:
    return Letter(
        (Address(name, from_),),
        people(*reply_to.split()),
        people(*to.split()),
        people(*cc.split()),
        people(*original.split()),
    )


def names(some: tuple[Address, ...]) -> str:
    return " ".join(one.address for one in some)


# --- who a conversation is with


@pytest.mark.parametrize(
    ("mail", "is_automatic", "is_list", "who"),
    [
        (letter(MARIE), False, False, MARIE),
        (letter(MARIE, reply_to=US), False, False, MARIE),
        (letter(MARIE, reply_to="home@marie.example"), False, False, MARIE),
        (letter("noreply@host.example", reply_to=PAUL), True, False, PAUL),
        (letter("noreply@host.example"), True, False, "noreply@host.example"),
        (letter("wordpress@visitor.example", reply_to="zoe@visitor.example"), False, False, "zoe@visitor.example"),
        (letter("shop@shop.example", reply_to=PAUL), False, False, PAUL),
        (letter("site@asso.example", reply_to=PAUL), False, False, PAUL),
        (letter(US, reply_to=PAUL), False, False, PAUL),
        (letter("Contact+web@Asso.example", reply_to=PAUL), False, False, PAUL),
        (letter(US, to=PAUL), False, False, PAUL),
        (letter(US), False, False, ""),
        (letter("list@lists.example", original=MARIE), False, True, MARIE),
        (letter("list@lists.example", original=MARIE, reply_to="list@lists.example"), False, True, MARIE),
        (letter(US, original=MARIE, reply_to=MARIE), False, True, MARIE),
        (letter("list@lists.example", reply_to=MARIE, name="Marie via Choir"), False, True, MARIE),
        (letter(MARIE, reply_to="list@lists.example"), False, True, MARIE),
        (Letter(), False, False, ""),
    ],
)
def test_the_correspondent_is_who_asks_and_never_ourselves(
    mail: Letter, is_automatic: bool, is_list: bool, who: str
) -> None:
    assert correspondent_of(mail, OWN, is_automatic=is_automatic, is_list=is_list).address == who


# --- who takes part


def test_all_that_the_first_mail_names_take_part_but_we() -> None:
    first = letter(MARIE, reply_to="form@x.example", to=f"{US} {PAUL}", cc=f"asso+x@asso.example {ZOE.upper()}")
    assert with_first(first, OWN) == (MARIE, "form@x.example", PAUL, ZOE)


@pytest.mark.parametrize(
    ("mail", "after"),
    [
        (letter(MARIE, cc=ZOE), (MARIE, PAUL, ZOE)),
        (letter(MARIE.upper(), to=f"{US} {ZOE}"), (MARIE, PAUL, ZOE)),
        (letter(EVE, cc=f"{MARIE} {ZOE}"), (MARIE, PAUL)),
        (letter(MARIE, reply_to=EVE), (MARIE, PAUL)),
        (letter(US, cc=EVE), (MARIE, PAUL)),
        (letter("list@lists.example", original=MARIE, cc=ZOE), (MARIE, PAUL, ZOE)),
        (letter("list@lists.example", original=EVE, cc=ZOE), (MARIE, PAUL)),
    ],
)
def test_only_a_participant_brings_somebody_in(mail: Letter, after: tuple[str, ...]) -> None:
    assert with_incoming((MARIE, PAUL), mail, OWN) == after


def test_whom_we_named_takes_part() -> None:
    assert with_named((MARIE,), people(EVE, US, MARIE), OWN) == (MARIE, EVE)


def test_thousands_of_names_are_not_kept() -> None:
    crowd = people(*(f"p{n}@crowd.example" for n in range(5_000)))
    assert len(with_first(Letter(people(MARIE), to=crowd), OWN)) == MOST_PARTICIPANTS


@pytest.mark.parametrize(
    ("mail", "new"),
    [
        (letter(MARIE), ""),
        (letter("Paul@Paul.example"), ""),
        (letter(EVE), EVE),
        (letter(EVE, cc=f"{MARIE} {PAUL}"), EVE),
        (letter(MARIE, reply_to=EVE), EVE),
        (letter(MARIE, reply_to=PAUL), ""),
        (letter(MARIE, reply_to=US), ""),
        (letter(EVE, reply_to=ZOE), f"{EVE} {ZOE}"),
        (letter(US), US),
        (letter(US, reply_to=EVE), EVE),
        (letter("list@lists.example", original=MARIE), ""),
    ],
)
def test_a_newcomer_is_announced(mail: Letter, new: str) -> None:
    assert names(newcomers(mail, (MARIE, PAUL), OWN)) == new


def test_where_nobody_takes_part_yet_nobody_is_new() -> None:
    assert newcomers(letter(EVE), (), OWN) == ()
    assert is_by_participant(letter(EVE), (), OWN)


@pytest.mark.parametrize(
    ("mail", "was_there"),
    [
        (letter(MARIE), True),
        (letter(EVE), False),
        (letter(US), False),
        (letter(US, reply_to=MARIE), True),
        (letter(US, reply_to=EVE), False),
        (letter("list@lists.example", original=MARIE), True),
    ],
)
def test_whose_mail_an_answer_goes_to(mail: Letter, was_there: bool) -> None:
    assert is_by_participant(mail, (MARIE,), OWN) is was_there


def test_a_mail_in_our_name_is_told_from_a_list_that_we_are() -> None:
    assert is_in_our_name(letter(US), OWN)
    assert is_in_our_name(letter(US, reply_to=EVE), OWN)
    assert not is_in_our_name(letter(US, original=MARIE), OWN)
    assert not is_in_our_name(Letter(), OWN)
    assert writer_of(letter("contact+news@asso.example"), OWN) is None


# --- to whom an answer goes


def answer(
    choice: Choice | None,
    last: Letter | None,
    newest: Letter | None = None,
    *,
    known: tuple[str, ...] = (MARIE, PAUL),
    ours: Letter | None = None,
) -> Addressed:
    return addressed(
        choice, last=last, newest=newest or last, ours=ours, correspondent=Address("", MARIE), known=known, own=OWN
    )


@pytest.mark.parametrize(
    ("last", "to", "cc"),
    [
        (letter(MARIE), MARIE, ""),
        (letter(PAUL, cc=MARIE), PAUL, MARIE),
        (letter(MARIE, to=f"{US} {PAUL}", cc="asso@asso.example contact+a@asso.example"), MARIE, PAUL),
        (letter(MARIE, reply_to=US, cc=PAUL), MARIE, PAUL),
        (letter(MARIE, reply_to=PAUL), PAUL, ""),
        (letter(MARIE, reply_to=EVE, cc=PAUL), MARIE, PAUL),
        (letter(MARIE, cc=f"{EVE} {PAUL}"), MARIE, PAUL),
        (letter(MARIE, cc=f"{MARIE.upper()} {PAUL} {PAUL}"), MARIE, PAUL),
        (letter("list@lists.example", original=MARIE), MARIE, ""),
        (letter(US, reply_to=MARIE), MARIE, ""),
    ],
)
def test_an_answer_goes_to_the_author_with_the_participants_of_that_mail(last: Letter, to: str, cc: str) -> None:
    whom = answer(None, last)
    assert (names(whom.to), names(whom.cc), whom.left_out) == (to, cc, ())


@pytest.mark.parametrize(
    ("choice", "to", "cc"),
    [
        (None, MARIE, PAUL),
        (Choice.OTHERS, MARIE, PAUL),
        (Choice.THEM, EVE, ""),
        (Choice.ALL, f"{EVE} {MARIE}", PAUL),
        (Choice.ONLY, MARIE, ""),
    ],
)
def test_a_word_chooses_who_gets_it(choice: Choice | None, to: str, cc: str) -> None:
    whom = answer(choice, letter(MARIE, cc=PAUL), letter(EVE, cc=f"{MARIE} {ZOE}"))
    assert (names(whom.to), names(whom.cc)) == (to, cc)


def test_a_changed_reply_to_is_written_to_by_a_word_alone() -> None:
    last = letter(MARIE, reply_to=EVE)
    assert names(answer(None, last).everybody) == MARIE
    assert names(answer(Choice.THEM, last).everybody) == EVE
    assert names(answer(Choice.ALL, last).everybody) == f"{EVE} {MARIE}"


def test_who_is_only_named_by_a_newcomer_is_written_to_by_no_word() -> None:
    newest = letter(EVE, cc=ZOE)
    assert all(ZOE not in names(answer(word, letter(MARIE), newest).everybody) for word in (None, *Choice))


def test_who_cannot_be_written_to_is_left_out_and_nobody_moves_up() -> None:
    known = (MARIE, "renée@x.example", PAUL)
    whom = answer(None, letter(MARIE, cc=f"renée@x.example {PAUL}"), known=known)
    assert (names(whom.to), names(whom.cc), names(whom.left_out)) == (MARIE, PAUL, "renée@x.example")
    whom = answer(None, letter("renée@x.example", cc=PAUL), known=known)
    assert (names(whom.to), names(whom.cc), names(whom.left_out)) == ("", PAUL, "renée@x.example")


def test_a_conversation_that_only_we_wrote_in_goes_on_to_the_same_people() -> None:
    whom = answer(None, None, ours=letter(US, to=PAUL, cc=ZOE))
    assert (names(whom.to), names(whom.cc)) == (PAUL, ZOE)
    assert names(answer(None, None).to) == MARIE


def test_who_came_in_by_an_automatic_mail_is_quoted_nothing_of_before() -> None:
    eve, us = Address("Eve", "eve@x.example"), Address("", MAILBOX.address)
    world = World(mailbox=replace(MAILBOX, quote=QuoteMode.FULL))
    at = world.now
    first, note, back = (
        mail_in(row, at + timedelta(minutes=row), sender=by) for row, by in ((1, FIRST_WRITER), (2, eve), (4, eve))
    )
    ours = replace(mail_in(3, at + timedelta(minutes=3), sender=us), direction=Direction.OUT, to=(eve,))
    known = (*world.conversation.participants, eve.address)
    work = replace(
        world.work(ALICE),
        conversation=replace(world.conversation, participants=known),
        incoming=(first, replace(note, is_automatic=True), back),
        # What a machine wrote is not quoted, and does not stand here.
        history=(back, ours, first),
        newest_in=back,
        newest_out=ours,
        last_of_participants=back,
    )
    assert quotes_of(work, None) == (back.row, ours.row)
