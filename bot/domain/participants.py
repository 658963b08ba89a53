"""The participants of a conversation, and the recipients of an answer in it (PRODUCT 5, "Participants").

The correspondent takes part, and whoever we or a participant named in From, To or Cc. Whoever writes in without having
been there is a newcomer: announced, and written to only where a member's word chooses them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, assert_never

from bot.domain.addresses import can_be_written_to, is_one_of, normal
from bot.domain.mail import Address
from bot.domain.wishes import NO_WISHES, Wishes

MOST_PARTICIPANTS = 500
"""The most participants kept of a conversation; the bot asks about later ones."""
_ROBOTS = frozenset(
    """
    noreply no-reply no_reply donotreply do-not-reply ne-pas-repondre nepasrepondre wordpress www-data apache nobody
    form forms formulaire webform website mailer notification notifications
    """.split()
)
"""Local parts of those who write for somebody else, and whom no answer reaches."""


class Choice(StrEnum):
    """The word by which a member chooses the recipients: after a newcomer wrote, or when they are too many."""

    THEM = "them"
    """The newcomers alone."""
    OTHERS = "others"
    """The participants alone."""
    ALL = "all"
    ONLY = "only"
    """The author of the participants' newest mail, and nobody in Cc."""


class Envelope(Protocol):
    """The people in a mail's header: its writer and recipients."""

    @property
    def from_(self) -> tuple[Address, ...]: ...
    @property
    def reply_to(self) -> tuple[Address, ...]: ...
    @property
    def to(self) -> tuple[Address, ...]: ...
    @property
    def cc(self) -> tuple[Address, ...]: ...
    @property
    def original_from(self) -> tuple[Address, ...]: ...


@dataclass(frozen=True, slots=True)
class Addressed:
    """The recipients of an answer."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    left_out: tuple[Address, ...] = ()
    """Addresses that cannot be written to."""
    bcc: tuple[Address, ...] = ()
    """Those whom the others do not see."""

    @property
    def everybody(self) -> tuple[Address, ...]:
        return (*self.to, *self.cc, *self.bcc)


def is_robot(address: str) -> bool:
    """Whether whoever writes from there writes for somebody else, and reads no answer."""
    return normal(address).rpartition("@")[0].partition("+")[0] in _ROBOTS


def writer_of(mail: Envelope, own: Collection[str]) -> Address | None:
    """The writer: the author behind a list that rewrote From, else From. None for a mail in our own name."""
    return next((one for one in (*mail.original_from, *mail.from_[:1]) if _is_somebody(one, own)), None)


def answer_to(mail: Envelope, own: Collection[str]) -> tuple[Address, ...]:
    """Reply-To where it names somebody other than us, else the writer."""
    wanted = tuple(one for one in mail.reply_to if _is_somebody(one, own))
    writer = writer_of(mail, own)
    return wanted or ((writer,) if writer is not None else ())


def is_in_our_name(mail: Envelope, own: Collection[str]) -> bool:
    """Whether From is one of our own addresses, and no list names another writer."""
    return bool(mail.from_) and writer_of(mail, own) is None and bool(mail.from_[0].address)


def correspondent_of(mail: Envelope, own: Collection[str], *, is_automatic: bool, is_list: bool) -> Address:
    """The correspondent of a conversation that this mail begins: the one who asks, never ourselves; may be empty.

    `is_automatic`: a program made it; `is_list`: it came by a list or was sent to many.
    """
    writer = writer_of(mail, own)
    wanted = next((one for one in mail.reply_to if _is_somebody(one, own)), None)
    if writer is None:
        named = next((one for one in (*mail.to, *mail.cc) if _is_somebody(one, own)), None)
        nameless = mail.from_[0] if mail.from_ and not mail.from_[0].address else Address("", "")
        return wanted or named or nameless
    if wanted is None or mail.original_from:
        return writer
    domain = normal(writer.address).rpartition("@")[2]
    is_form = is_automatic or is_robot(writer.address) or any(domain == ours.rpartition("@")[2] for ours in own)
    # A list that puts itself in Reply-To wrote nothing; one that rewrote From says so in the name.
    is_elsewhere = domain != normal(wanted.address).rpartition("@")[2]
    is_for_somebody = " via " in writer.name if is_list else is_elsewhere
    return wanted if is_form or is_for_somebody else writer


def with_first(mail: Envelope, own: Collection[str]) -> tuple[str, ...]:
    """The participants of a conversation that this mail begins: everybody whom it names."""
    return with_named((), (*mail.original_from, *mail.from_, *mail.reply_to, *mail.to, *mail.cc), own)


def with_incoming(known: tuple[str, ...], mail: Envelope, own: Collection[str]) -> tuple[str, ...]:
    """The participants after a mail that came in: whom a participant names takes part, a newcomer brings nobody in.

    A Reply-To that was not there before names nobody: it is asked about.
    """
    if not known:
        return with_first(mail, own)
    writer = writer_of(mail, own)
    if writer is None or normal(writer.address) not in known:
        return known
    return with_named(known, (*mail.to, *mail.cc), own)


def with_named(known: tuple[str, ...], named: Iterable[Address], own: Collection[str]) -> tuple[str, ...]:
    """The participants and the people whom we named: bounded, in the order in which they came."""
    found = dict.fromkeys(known)
    for one in named:
        if len(found) >= MOST_PARTICIPANTS:
            break
        if _is_somebody(one, own):
            found.setdefault(normal(one.address))
    return tuple(found)


def newcomers(mail: Envelope, known: Collection[str], own: Collection[str]) -> tuple[Address, ...]:
    """People whom this mail would have us answer, new here; of a mail in our own name, the name it gives itself."""
    if not known:
        return ()
    if is_in_our_name(mail, own):
        return tuple(one for one in mail.reply_to if _is_new(one, known, own)) or mail.from_[:1]
    writer = writer_of(mail, own)
    asked = (*((writer,) if writer is not None else ()), *answer_to(mail, own))
    found = {normal(one.address): one for one in reversed(asked) if _is_new(one, known, own)}
    return tuple(reversed(found.values()))


def is_by_participant(mail: Envelope, known: Collection[str], own: Collection[str]) -> bool:
    """Whether its writer took part before; of a form in our own name, the visitor that the form asks us to answer.

    In a conversation that nobody takes part in yet, everybody was.
    """
    writer = writer_of(mail, own) or next(iter(answer_to(mail, own)), None)
    return not known or (writer is not None and normal(writer.address) in known)


def addressed(
    choice: Choice | None,
    *,
    last: Envelope | None,
    newest: Envelope | None,
    ours: Envelope | None,
    correspondent: Address,
    known: Collection[str],
    own: Collection[str],
    wishes: Wishes = NO_WISHES,
    given: Address | None = None,
) -> Addressed:
    """To whom an answer goes.

    Args:
        choice: the word that was said; None: the participants.
        last: the newest mail of a participant.
        newest: the newest mail of anybody.
        ours: our newest mail, for a conversation that nobody has answered yet.
        correspondent: whom the conversation is with.
        known: the participants.
        own: our addresses.
        wishes: who gets it besides, and who does not; a word that means one side alone means nobody in copy.
        given: to whom a member gave the conversation, while no participant has written since.
    """
    if choice is None and wishes.author_alone:
        choice = Choice.ONLY
    to, cc = _participants(last, ours, correspondent, known, own) if given is None else ((given,), ())
    fresh = chosen(newest, known, own)
    match choice:
        case Choice.THEM:
            return _sorted(fresh, (), own)
        case Choice.ALL:
            return _sorted((*fresh, *to), cc, own, wishes)
        case Choice.ONLY:
            return _sorted(to, (), own)
        case Choice.OTHERS | None:
            return _sorted(to, cc, own, wishes)
        case _ as unreachable:
            assert_never(unreachable)


def chosen(newest: Envelope | None, known: Collection[str], own: Collection[str]) -> tuple[Address, ...]:
    """The newcomers of the newest mail whom an answer would reach; none if that mail answers earlier people.

    A new sender with a Reply-To is answered there, as anybody is.
    """
    if newest is None or not newcomers(newest, known, own):
        return ()
    return tuple(one for one in answer_to(newest, own) if _is_new(one, known, own))


def _participants(
    last: Envelope | None, ours: Envelope | None, correspondent: Address, known: Collection[str], own: Collection[str]
) -> tuple[Sequence[Address], Sequence[Address]]:
    if last is None:
        return (ours.to, ours.cc) if ours is not None and (ours.to or ours.cc) else ((correspondent,), ())
    writer = writer_of(last, own)
    wanted = [one for one in answer_to(last, own) if not _is_new(one, known, own)]
    to = wanted or ([writer] if writer is not None else [correspondent])
    together = (*last.from_[1:], *last.to, *last.cc)
    return to, [one for one in together if not _is_new(one, known, own)]


def _sorted(
    to: Iterable[Address], cc: Iterable[Address], own: Collection[str], wishes: Wishes = NO_WISHES
) -> Addressed:
    """The recipients, each once, without ourselves; people in Cc stay there, whatever becomes of To."""
    seen: set[str] = set()
    kept: tuple[list[Address], list[Address], list[Address]] = ([], [], [])
    left_out: list[Address] = []
    customer = (wishes.customer,) if wishes.customer is not None else ()
    named = [one for one in (*cc, *customer) if normal(one.address) not in wishes.without]
    for place, some in zip(kept, (to, (*named, *wishes.cc), wishes.bcc), strict=True):
        for one in some:
            key = normal(one.address)
            if not one.address or key in seen or is_one_of(own, one.address):
                continue
            seen.add(key)
            (place if can_be_written_to(one.address) else left_out).append(one)
    return Addressed(tuple(kept[0]), tuple(kept[1]), tuple(left_out), tuple(kept[2]))


def _is_somebody(one: Address, own: Collection[str]) -> bool:
    return bool(one.address) and not is_one_of(own, one.address)


def _is_new(one: Address, known: Collection[str], own: Collection[str]) -> bool:
    return bool(known) and _is_somebody(one, own) and normal(one.address) not in known
