"""An address from which mail came back twice in a row is asked about, until something clears it. Function calls."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Direction, MailRecord, OutState
from bot.domain.ids import MessageRow
from bot.domain.mail import Address
from bot.domain.rules.bad_addresses import bad_addresses, warned_of
from bot.domain.sentences import sentence
from tests.domain.deciding import MARIE, START, World, mail_in
from tests.fakes.chat import ALICE

PAUL = Address("Paul", "paul@example.org")
OTHER_CASE = Address("", "MARIE@Example.org")


def ours(
    state: OutState, *failed: str, to: tuple[Address, ...] = (MARIE,), bcc: tuple[Address, ...] = ()
) -> MailRecord:
    return replace(
        mail_in(0, START), direction=Direction.OUT, from_=(Address("", "contact@asso.example"),), to=to, cc=(), bcc=bcc,
        state=state, failed=failed,
    )  # fmt: skip


BACK = ours(OutState.BOUNCED, "marie@example.org")
SENT = ours(OutState.SENT)
HERS = mail_in(0, START)
NOTE = replace(mail_in(0, START), is_automatic=True)
DAEMON = mail_in(0, START, sender=Address("", "mailer-daemon@example.org"))


@pytest.mark.parametrize(
    ("told", "is_bad"),
    [
        ((), False),
        ((SENT, SENT), False),
        ((BACK,), False),
        ((BACK, DAEMON, BACK, DAEMON), True),
        ((SENT, BACK, BACK), True),
        ((BACK, BACK, BACK), True),
        # A mail that arrived, as far as anybody knows, ends it; so does one of theirs, but no absence note.
        ((BACK, BACK, SENT), False),
        ((BACK, SENT, BACK), False),
        ((BACK, BACK, HERS), False),
        ((BACK, BACK, NOTE), True),
        ((BACK, HERS, BACK), True),
        # What nobody has tells nothing: it neither counts nor clears.
        ((BACK, ours(OutState.REFUSED, "marie@example.org"), BACK), True),
        ((BACK, ours(OutState.REFUSED, "marie@example.org")), False),
        ((BACK, BACK, ours(OutState.CANCELLED)), True),
        ((BACK, BACK, ours(OutState.QUEUED)), True),
        ((BACK, BACK, ours(OutState.UNKNOWN)), True),
        # Refused for them alone, or for somebody else.
        ((BACK, BACK, ours(OutState.PARTLY, "marie@example.org")), True),
        ((BACK, BACK, ours(OutState.PARTLY, "paul@example.org", to=(MARIE, PAUL))), False),
        # Another recipient's mail came back.
        ((BACK, ours(OutState.BOUNCED, "paul@example.org", to=(MARIE, PAUL))), False),
        ((BACK, BACK, ours(OutState.SENT, to=(PAUL,))), True),
        # Two spellings of one address.
        ((BACK, ours(OutState.BOUNCED, "Marie@EXAMPLE.org", to=(OTHER_CASE,))), True),
        ((BACK, ours(OutState.BOUNCED, "marie@example.org", to=(PAUL,), bcc=(MARIE,))), True),
    ],
)
def test_two_in_a_row_that_came_back_make_an_address_bad(told: tuple[MailRecord, ...], is_bad: bool) -> None:
    world = World()
    world.comes()
    found, heard = [], 1
    for row, r in enumerate(told, 10):
        heard += r.direction is Direction.IN and not r.is_automatic
        found.append(replace(r, row=MessageRow(row), heard=heard))
    work = replace(
        world.work(ALICE),
        outgoing=tuple(r for r in found if r.direction is Direction.OUT),
        incoming=tuple(r for r in found if r.direction is Direction.IN),
    )
    assert bad_addresses(work, (PAUL, OTHER_CASE)) == ((OTHER_CASE,) if is_bad else ())
    why = sentence("question.bad_address", addresses=OTHER_CASE.address, count=1)
    assert warned_of(work, (OTHER_CASE,)) == (why if is_bad else None)
