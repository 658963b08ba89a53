"""Two talks become one: whom members wished in copy, or out of it, holds on."""

from bot.domain.mail import Address
from bot.domain.wishes import Wishes

LEA, PAUL, CHEF = (Address("", f"{name}@example.org") for name in ("lea", "paul", "chef"))


def test_who_was_taken_out_of_either_is_out_unless_this_one_names_them() -> None:
    one = Wishes(cc=(PAUL, LEA), without=("zoe@example.org",), author_alone=True, sender="alias@asso.example")
    both = Wishes(cc=(CHEF,), bcc=(LEA,), without=("paul@example.org",)).joined_by(one)
    assert (both.cc, both.bcc, both.without) == ((CHEF,), (LEA,), ("paul@example.org", "zoe@example.org"))
    assert (both.author_alone, both.sender) == (True, "alias@asso.example")


def test_nobody_is_in_two_lists() -> None:
    both = Wishes(cc=(LEA,)).joined_by(Wishes(bcc=(LEA, CHEF), cc=(CHEF,), without=("lea@example.org",)))
    assert (both.cc, both.bcc, both.without) == ((LEA, CHEF), (), ())


def test_whose_conversation_it_is_goes_on_with_no_mail() -> None:
    assert Wishes(cc=(LEA,), customer=PAUL, customer_after=3).of_the_talk == Wishes(cc=(LEA,))
