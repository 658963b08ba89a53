"""How the answers in a conversation are to leave, as members wish: who gets them besides, seen or unseen, or not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.ids import UserId
from bot.domain.mail import Address

NOBODY: Final = UserId("*")
"""In place of a person: somebody changed it, and nobody can prove who."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A conversation's wishes. Nobody is in two of the lists."""

    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    without: tuple[str, ...] = ()
    """Addresses, in their compared form, that are in nobody's Cc, whoever names them."""
    author_alone: bool = False
    """Answers go to the author of the newest mail, and to nobody in copy, where no word says otherwise."""
    sender: str = ""
    """The address of ours that answers come from; empty: the one that was written to."""
    customer: Address | None = None
    """Whose conversation it is, by a member's word: they get the next answer, and a copy of the later ones."""
    customer_after: int = 0
    """The row of the newest mail of a participant when that was said; 0: there was none."""
    by: UserId | None = field(default=None, compare=False)
    """The member who changed them last; None where nobody did, or before that was kept. Or `NOBODY`."""
    at: datetime | None = field(default=None, compare=False)
    other: UserId | None = field(default=None, compare=False)
    """The last one besides `by` who changed them, so that no change of one's own hides a colleague's."""
    other_at: datetime | None = field(default=None, compare=False)
    told: tuple[UserId, ...] = field(default=(), compare=False)
    """Those to whom it was named, since the last change by another than them, who gets the answers."""

    def said(self, before: "Wishes", by: UserId | None, at: datetime) -> "Wishes":
        """These wishes in place of those of before, by that member's word."""
        if self == before:
            return before
        is_same = before.by in (None, by)
        other, other_at = (before.other, before.other_at) if is_same else (before.by, before.at)
        told = tuple(one for one in before.told if one == by)
        return replace(self, by=by, at=at, other=other, other_at=other_at, told=told)

    def named_to(self, person: UserId) -> "Wishes":
        """These wishes once the person has been told who gets the answers."""
        is_known = person in self.told or self.last_but(person) is None
        return self if is_known else replace(self, told=(*self.told, person))

    def last_but(self, person: UserId) -> tuple[UserId, datetime] | None:
        """The last change by anybody else, and its time."""
        by, at = (self.other, self.other_at) if self.by in (None, person) else (self.by, self.at)
        return None if by is None or at is None else (by, at)

    def of_customer(self, customer: Address, after: int) -> "Wishes":
        key = normal(customer.address)
        return replace(
            self,
            cc=_changed(self.cc, (), (key,)),
            bcc=_changed(self.bcc, (), (key,)),
            without=tuple(one for one in self.without if one != key),
            customer=customer,
            customer_after=after,
        )

    def with_cc(self, add: Iterable[Address], drop: Iterable[str], known: Collection[str]) -> "Wishes":
        """`drop`, and those who take part, `known`: in their compared form."""
        add, gone = tuple(add), tuple(drop)
        named = {normal(one.address) for one in add}
        # Who takes part by a mail would be in copy again.
        kept_out = (*self.without, *(one for one in gone if one in known))
        without = tuple(dict.fromkeys(one for one in kept_out if one not in named))
        return replace(self, cc=_changed(self.cc, add, gone), bcc=_changed(self.bcc, (), named), without=without)

    def with_bcc(self, add: Iterable[Address], drop: Iterable[str]) -> "Wishes":
        """`drop`: in their compared form."""
        add = tuple(add)
        named = {normal(one.address) for one in add}
        return replace(self, cc=_changed(self.cc, (), named), bcc=_changed(self.bcc, add, drop))

    def joined_by(self, other: "Wishes") -> "Wishes":
        """Those of two talks that become one: nobody who was taken out of one of them gets mail again unasked. Where
        both say something, this one's word holds.
        """
        here = {normal(one.address) for one in (*self.cc, *self.bcc)}
        without = tuple(one for one in dict.fromkeys((*self.without, *other.without)) if one not in here)
        out = {*self.without, *here}
        cc = _changed(self.cc, (one for one in other.cc if normal(one.address) not in out), ())
        seen = {normal(one.address) for one in cc}
        bcc = _changed(self.bcc, (one for one in other.bcc if normal(one.address) not in out | seen), ())
        return replace(
            self,
            cc=cc,
            bcc=bcc,
            without=tuple(one for one in without if one not in seen and one not in {normal(b.address) for b in bcc}),
            author_alone=self.author_alone or other.author_alone,
            sender=self.sender or other.sender,
        )

    def without_copies(self, other: "Wishes") -> "Wishes":
        """Nobody gets a copy whom the other ones name."""
        gone = tuple(normal(one.address) for one in (*other.cc, *other.bcc))
        return replace(self, cc=_changed(self.cc, (), gone), bcc=_changed(self.bcc, (), gone))

    @property
    def of_the_talk(self) -> "Wishes":
        """What holds for its mails wherever they go on: not whose conversation it is."""
        return replace(self, customer=None, customer_after=0)


NO_WISHES = Wishes()


def _changed(before: tuple[Address, ...], add: Iterable[Address], drop: Iterable[str]) -> tuple[Address, ...]:
    """Each address once, in the order in which they were named first."""
    gone = set(drop)
    found: dict[str, Address] = {}
    for one in (*before, *add):
        found.setdefault(normal(one.address), one)
    return tuple(one for key, one in found.items() if key not in gone)
