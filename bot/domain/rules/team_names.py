"""What colleagues are called, as somebody turns to them: their shown name, each word of it that may be a name, and what
their address in Matrix is made of."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.ids import UserId
from bot.domain.mail import Address
from bot.domain.settings import MailboxSettings
from bot.domain.words import bare_words

_MOST: Final = 200
"""Letters of a shown name that are looked at."""
_SHORTEST: Final = 3
"""Letters of a word that does not stand first: shorter ones are particles, titles, and words of sentences."""
_PIECE: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
"""`Jean-Marie` is one: `Marie` alone is somebody else."""
_NO_NAMES: Final = frozenset(
    """le la les un une des de du van von der del di da dos el al the and pour for chez mon ma mes notre nos our
    mr mrs ms mme mlle dr pr me monsieur madame mademoiselle docteur maitre doctor miss sir
    asso association club groupe group service section equipe team comite commission conseil bureau ecole mairie
    president presidente vice tresorier tresoriere treso secretaire secretariat adjoint adjointe delegue deleguee
    responsable directeur directrice chef coordinateur coordinatrice charge chargee membre benevole benevoles salarie
    salariee stagiaire entraineur entraineuse coach prof professeur animateur animatrice referent referente
    treasurer secretary chair chairman chairwoman chairperson director head manager lead member volunteer staff deputy
    teacher trainer intern assistant assistante
    admin admins administrateur administratrice administration webmaster contact info accueil support compta comptable
    comptabilite communication com inscription inscriptions adhesion adhesions office reception board
    tennis foot football basket basketball judo danse dance yoga musique music theatre gym natation rugby hand handball
    volley volleyball sport sports karate chorale loisirs
    bonjour bonsoir salut coucou hello cher chere dear merci thanks oui non yes bien bon bonne super parfait perfect
    great entendu exact juste voila via bot matrix""".split()
)
"""Words of what rooms and people are called that are nobody's name: titles, tasks, and beginnings of letters."""


def names_of_team(
    members: Iterable[tuple[UserId, str]],
    *,
    writer: UserId,
    bot: UserId,
    others: Iterable[Address],
    mailbox: MailboxSettings | None = None,
) -> frozenset[str]:
    """What colleagues are called, in the form in which words are compared: none of it is also a name of `others`, who
    get the answer.

    Args:
        mailbox: that of the conversation: beside a colleague's name its own is nobody's (`Mon Asso - Bob`).
    """
    taken = {word for one in others for word in bare_words(f"{one.name} {one.address.partition('@')[0]}")}
    every = tuple(members)
    houses = tuple(_houses(mailbox)) if mailbox is not None else ()
    own = {name for user, shown in every if user == writer for name in _pieces(shown)}
    found = set[str]()
    for user, shown in every:
        if user in (writer, bot):
            continue
        local = user[1:].partition(":")[0]
        whole = " ".join(bare_words(local))
        names = {" ".join(bare_words(shown)), *_names(_without(_pieces(shown), houses), own)}
        names |= {whole} - _NO_NAMES | set(_names(_pieces(local), own))
        found |= {name for name in names if len(name) > 1 and not taken & set(name.split())}
    return frozenset(found)


def names_of_one(shown: str) -> frozenset[str]:
    """What somebody of that name is called, in the form in which words are compared."""
    whole = " ".join(bare_words(shown))
    return frozenset(one for one in (whole, *_names(_pieces(shown), ())) if len(one) >= _SHORTEST)


def names_in_address(one: Address) -> frozenset[str]:
    """What they may be called by what stands before the `@` of their address (`marie.durand@…`)."""
    return frozenset(name for name in _names(_pieces(one.address.partition("@")[0]), ()) if len(name) >= _SHORTEST)


def has_no_name(one: Address) -> bool:
    """Whether nothing tells what they are called: an address alone, or what somebody logs in with (`mariedu69`)."""
    return not names_of_one(one.name) or re.search(r"[\d@]", one.name) is not None


def _pieces(name: str) -> list[str]:
    return [" ".join(bare_words(one)) for one in _PIECE.findall(name[:_MOST].replace("_", " "))]


def _names(pieces: Iterable[str], own: Iterable[str]) -> Iterator[str]:
    """Those that may be a name by themselves. Of the first also what stands before a hyphen."""
    said = [one for one in pieces if one not in _NO_NAMES and len(one) > 1]
    yield from (name for one in said[:1] for name in (one, one.partition(" ")[0]))
    yield from (one for one in said[1:] if len(one) >= _SHORTEST and one not in own)


def _houses(mailbox: MailboxSettings) -> Iterator[tuple[str, ...]]:
    """What the mailbox and its house are called."""
    local, _, domain = mailbox.address.partition("@")
    for name in (mailbox.name, local, *domain.split(".")[:-1]):
        if words := tuple(bare_words(name)):
            yield words


def _without(pieces: list[str], houses: Iterable[tuple[str, ...]]) -> list[str]:
    """Without what the house is called; a single word that stands first may be a person's all the same."""
    left = "\n".join(pieces)
    for words in houses:
        before = r"(?<![^\n])" if len(words) > 1 else r"(?<=\n)"
        name = "[ \n]".join(map(re.escape, words))
        left = re.sub(rf"{before}{name}(?![^\n])", "", left)
    return [one for one in left.split("\n") if one] or pieces
