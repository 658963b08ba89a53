"""Words that were meant, and that the fingers missed: one letter left out, added or put for another, or two swapped."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from bot.domain.words import bare

_SHORTEST: Final = 4
"""Letters of a word of which a slip can be told from another word."""
_MOST_OF_LINE: Final = 200
"""Letters."""
_ORDINARY: Final = frozenset(
    """
    ajournee ajournez alter annular annule annulee annulera annules annulez appel appeler appelle archie archived
    archives asleep assigne assigns atteindre atteinte attende attendee attendra attendue attenter attentes attenue
    atteste attribue attribuee attribuera attribues attribuez beam bending bleep brive budge cater chlore chore
    chose clare cloe clone cloning cloned clope clos closer closes closet closure clotures cloue clove colore colture
    commend commenta commente commet confer confidentielles confidentiels confie confiee confiera confies confiez
    confiner conifer convier core cote coter cotes crore dater dealer decade decal decalee decales decalez decals
    decele deceler dedale deer defere defers defier demarque demettre demo deport deporte deporter derme deter
    devaler differ differed differee differes differs dormer dormi dormira dormis dormit dote doter dotes drive
    drives ducale eater eclore elance elancer emettre emo enders ending endormi endormie endormis endorse endort
    equine equip equipee equiper equipes equips equite eveille farmer femme fending ferie ferma fermees fermera
    fermes fermete fermez fermi fermier feroe ferre ferree ferrer ferte firme firmer flore forme formee former fudge
    gater germe germer glose grive grives hater hote hotes infernal intern internals internat interned internee
    interner internes internet interns interval judge klose lager laser late latex lather latter laver layer lending
    liter lore lose losing mater melo mem meme memos mending mmo momo mote nate nemo nite noce noces node nodes noe noie
    nome nomment none nope norte nose noses not nota noted notera notez nother notre notres notée notées notés noue
    nouer noye noyer noyes nuage nude nudged ote oter pater pendre penning postponed postpones pote potes prendra
    prendrez price prices pride prides prie priee priees pries primate prime primee primes prise prisee prisees
    prises privates priver privez privy prize prizes prove proves rapped rappela rappele rappelee rappeles rappelez
    rappelles rappels rapper rater ream recale recaler refer rejets relancee relancera relances reliance remainder
    remand remarqua remarquee remarquees remarquer remarquez remet remette remettra reminded reminders reminds
    remorque remorques remporte remporter rendormir rendors rendre repart reparte reported reportee reporters
    reportes reportez reports repost reposte repoussee repoussera repousses repoussez resets resolue resolved
    resolves resort retort revolve rewind rive rives rote seam seep sending sheep slater sleek sleeps sleepy sleet
    somment spending steam steep suspend suspends suspendue suspendus sweep tam tater tea teak teal teams tear teas
    tem tending term terme termine terminee terminera termines terminez tote totes tram vaille veillee veiller
    veilles veillez vending vendors veuille vieille vielle ville vote voter votes vrille water
    """.split()
)
"""Words of English and French, and names, that look like one of those that are looked for: the common ones among all
that are one slip away (found in the lists of wordfreq 3). With its accent where the bare word is a slip."""
_SWAPPED_WORDS: Final = frozenset("cols lits form nudo ails sale salle".split())
_FIRST: Final = re.compile(r"(?P<before>[\s*_]{0,9})(?P<word>[^\W\d_]{3,4})\b")
_GLUED: Final = re.compile(r"(?P<word>[^\W\d_]{4,20})(?P<rest>\d\w{0,10}|me|moi|myself)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]{3,40}")


def is_slip(said: str, meant: str) -> bool:
    """Whether one slip makes one word of the other (the distance of Damerau and Levenshtein is 1)."""
    if said == meant or abs(len(said) - len(meant)) > 1:
        return False
    at = next((at for at, (one, other) in enumerate(zip(said, meant, strict=False)) if one != other), -1)
    if at < 0:
        return True
    a, b = said[at:], meant[at:]
    return a[1:] in (b, b[1:]) or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def slip_of(word: str, names: Collection[str]) -> str:
    """The one of the names, in the form in which words are compared, that somebody missed by a slip; empty: the word is
    none of theirs, one of them, or an ordinary one."""
    typed = bare(word)
    if typed in names or typed in _ORDINARY or word.lower() in _ORDINARY:
        return ""
    return next((one for one in sorted(names) if len(one) >= _SHORTEST and is_slip(typed, one)), "")


def swapped(line: str, names: Collection[str]) -> Iterator[str]:
    """The line as it may have been meant, where two letters of its first word are swapped, and make no word: of shorter
    names than `slip_of` knows nothing else is told from an ordinary word."""
    found = _FIRST.match(line[:_MOST_OF_LINE])
    typed = bare(found["word"]) if found is not None else ""
    if found is None or typed in names or typed in _SWAPPED_WORDS:
        return
    for one in sorted(names):
        if len(one) == len(typed) and is_slip(typed, one) and sorted(typed) == sorted(one):
            yield f"{found['before']}{one}{line[found.end() :]}"


def respelt(line: str, names: Collection[str]) -> Iterator[str]:
    """The line as it may have been meant: with one word that is a slip of one of the names put right, or with a blank
    left out between two words, or one inside of a name taken out. A long line is none of a few words."""
    if len(line) > _MOST_OF_LINE:
        return
    found = list(_WORD.finditer(line))
    for one in found:
        if meant := slip_of(one[0], names):
            yield line[: one.start()] + meant + line[one.end() :]
        glued = _GLUED.fullmatch(one[0])
        if glued is not None and (bare(name := glued["word"]) in names or (name := slip_of(name, names))):
            yield f"{line[: one.start()]}{name} {glued['rest']}{line[one.end() :]}"
    pieces = line.split(" ")
    for at in range(len(pieces) - 1):
        if bare(pieces[at] + pieces[at + 1]) in names:
            yield " ".join((*pieces[:at], pieces[at] + pieces[at + 1], *pieces[at + 2 :]))
