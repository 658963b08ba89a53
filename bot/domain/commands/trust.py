"""`trust`: an admin vouches for somebody's new identity, by the key that they compared."""

from bot.domain.calls import TrustUser
from bot.domain.command import EVERYWHERE, Answer, Asked, Command, People, Right, Sealed, Words
from bot.domain.decision import Decision
from bot.domain.effects import Do
from bot.domain.fingerprints import key_of
from bot.domain.sentences import sentence


def _trust(asked: Asked) -> Answer:
    """Trust the key that was named; without one, show the key."""
    called = asked.called
    # A person named in full need not be in the room where the trouble was told.
    named = [asked.member_named(name) for name in called.names]
    people = list(dict.fromkeys((*called.people, *(user for user in named if user is not None))))
    if len(people) != 1 or None in named:
        return sentence("error.trust_whom")
    if people[0] == asked.person:
        return sentence("error.trust_yourself")
    key = key_of(called.words)
    if key is None:
        return sentence("error.trust_key")
    return Decision((), (Do(TrustUser(people[0], asked.room, asked.event, key)),))


TRUST = Command(
    "trust",
    "admin",
    _trust,
    where=EVERYWHERE,
    takes=(People(), Words()),
    only_reads=True,
    right=Right.ADMIN,
    is_sensitive=True,
    sealed=Sealed.ALWAYS,
    french=("confiance",),
)
