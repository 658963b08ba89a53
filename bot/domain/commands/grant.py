"""`grant` and `revoke`: people are given rights in a mailbox by those who have them, or lose them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain import rights
from bot.domain.calls import InvitePerson
from bot.domain.command import ME, Answer, Asked, Command, People, Sealed, Where, Words
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Do
from bot.domain.grants import GIVEN, RUNNING, Grant, Granted, Limit, Right, SaveGrant, granted, is_everybodys, standing
from bot.domain.ids import MailboxId, UserId
from bot.domain.names import only_one_named
from bot.domain.needs import MembersOf, Needs, WorksLeaving
from bot.domain.page import Block, Bullets, Page, Paragraph
from bot.domain.rules.granting import of_person, rows_of, said
from bot.domain.rules.not_theirs import kept_with
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.words import Word, meant

_RIGHTS: Final = (
    Word(Right.EDIT.value, ("modifier", "réglages")),
    Word(Right.PERMISSIONS.value, ("droits",)),
    Word(Right.SIGNATURE.value),
    Word(Right.AUTOREPLY.value, ("auto-reply", "réponse-auto", "réponse-automatique")),
    Word(Right.PASSWORD.value, ("mot-de-passe", "mdp")),
    Word(Right.SEND.value, ("envoyer", "envoi")),
    Word(Right.DELETE.value, ("supprimer", "suppression")),
    Word(Limit.NOTES.value, ("notes-only", "notes-seules", "note")),
    Word(Limit.HIDDEN.value, ("hide", "caché", "cachée", "masqué", "masquée")),
)
_ONLY: Final = Word("only", ("seulement", "seules", "uniquement"))
"""`notes only`: the second word says nothing more."""
_MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class _Wish:
    mailboxes: tuple[MailboxSettings, ...]
    what: tuple[Granted, ...]


def _grant(asked: Asked) -> Answer:
    return _page(asked) if _is_question(asked) else _decided(asked, is_on=True)


def _revoke(asked: Asked) -> Answer:
    return _page(asked) if _is_question(asked) else _decided(asked, is_on=False)


def _hide(asked: Asked) -> Answer:
    return _grant(_about_hiding(asked))


def _unhide(asked: Asked) -> Answer:
    return _revoke(_about_hiding(asked))


def _about_hiding(asked: Asked) -> Asked:
    """`!hide @bob` as `!grant @bob hidden`; who is hidden is asked as who has what."""
    called = asked.called
    if not (called.people or called.names):
        return asked
    return replace(asked, reading=replace(called, words=(Limit.HIDDEN.value, *called.words)))


def _is_question(asked: Asked) -> bool:
    """Whether it is asked who has what: of one mailbox, or of all."""
    called = asked.called
    names_none = not (called.people or called.names)
    return names_none and (not called.words or (len(called.words) == 1 and _named(asked, called.words[0]) is not None))


def _named(asked: Asked, word: str) -> MailboxSettings | None:
    return None if meant((*_RIGHTS, _ONLY), word) else asked.instance.named(word)


def _page(asked: Asked) -> Page:
    word = next(iter(asked.called.words), "")
    named = _named(asked, word) if word else None
    blocks: list[Block] = []
    for mailbox in (named,) if named is not None else asked.instance.mailboxes:
        rows = rows_of(asked.instance, mailbox.id)[:_MOST_SHOWN]
        title = sentence("grant.of", mailbox=mailbox.address)
        blocks.append(Bullets(rows or (sentence("grant.nobody"),), title))
    return Page(sentence("grant.title"), (*blocks[:_MOST_SHOWN], Paragraph((sentence("grant.how"),))))


def _wish(asked: Asked) -> _Wish | Sentence:
    words = [word for word in asked.called.words if word != _ONLY.own]
    what = [granted(word) for word in words if meant(_RIGHTS, word)]
    rest = [word for word in words if not meant(_RIGHTS, word)]
    named = asked.instance.named(rest[-1]) if rest else None
    strange = rest if named is None else rest[:-1]
    if what and named is None and rest == words[-1:]:
        return which_mailbox(asked)
    if strange or not what:
        return sentence("error.grant_right", word=(strange or [""])[0][:60], rights=tuple(said(one) for one in GIVEN))
    mailboxes = (named,) if named is not None else asked.mailboxes_meant
    if not mailboxes and len(asked.instance.mailboxes) == 1:
        mailboxes = asked.instance.mailboxes
    return _Wish(mailboxes, tuple(dict.fromkeys(what))) if mailboxes else which_mailbox(asked)


def _needs(asked: Asked) -> Needs:
    wish = None if _is_question(asked) else _wish(asked)
    if not isinstance(wish, _Wish):
        return ()
    every: list[MembersOf | WorksLeaving] = [MembersOf(one.room) for one in wish.mailboxes]
    # For whoever may not send from now on.
    every += [_leaving(wish)] if {Right.SEND, Limit.NOTES} & set(wish.what) else []
    return [one for one in dict.fromkeys(every) if not asked.facts.answers([one])]


def _hiding_needs(asked: Asked) -> Needs:
    return _needs(_about_hiding(asked))


def _decided(asked: Asked, *, is_on: bool) -> Answer:
    # Whoever is meant is looked up first: members were read for it.
    there, wish = asked.members, _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    members = {one.id: asked.facts[MembersOf(one.room)] for one in wish.mailboxes}
    known = {*there, *(user for found in members.values() for user in found)}
    if not is_on:
        # Who left is still kept from what was taken from them.
        ours = {one.id for one in wish.mailboxes}
        known |= {one.person for one in asked.instance.grants if one.mailbox in ours and one.is_changed}
    who = _person(asked, known)
    if isinstance(who, Sentence):
        return who
    why = next(_wrong(asked, wish, who, members, is_on=is_on), None)
    if why is not None:
        return why
    changes = [
        SaveGrant(_changed(asked, mailbox, who, what, is_on=is_on))
        for mailbox in wish.mailboxes
        for what in wish.what
        if standing(asked.instance.grants, mailbox.id, who).get(what, is_everybodys(what)) != is_on
    ]
    told = [_standing(asked, one, who, tuple(changes)) for one in wish.mailboxes]
    decision = Decision(tuple(changes))
    lost = {change.grant.mailbox for change in changes if _ends_sending(change.grant.what, is_on=is_on)}
    for work in asked.facts[_leaving(wish)] if lost else ():
        if work.mailbox.id in lost:
            kept, _ = kept_with(NOTHING, work, who, "kept.right", by=asked.person, now=asked.now)
            decision += kept
    return decision + _invited(asked, wish, who, changes) + tell(asked, *told)


def _invited(asked: Asked, wish: _Wish, who: UserId, changes: Sequence[SaveGrant]) -> Decision:
    """Whoever runs a mailbox from now on is invited to its own config room."""
    run = {change.grant.mailbox for change in changes if change.grant.is_on and change.grant.what in RUNNING}
    rooms = [one.own_config_room for one in wish.mailboxes if one.id in run]
    calls = tuple(Do(InvitePerson(room, who, asked.room)) for room in rooms if room is not None)
    return Decision((), calls)


def _ends_sending(what: Granted, *, is_on: bool) -> bool:
    return is_on if what is Limit.NOTES else what is Right.SEND and not is_on


def _leaving(wish: _Wish) -> WorksLeaving:
    return WorksLeaving(tuple(one.id for one in wish.mailboxes))


def _person(asked: Asked, known: set[UserId]) -> UserId | Sentence:
    people = list(asked.called.people)
    for name in asked.called.names:
        one = asked.person if name == ME.own else only_one_named(known, name)
        if one is None:
            return sentence("error.who_is_that", name=name[:60])
        people.append(one)
    people = list(dict.fromkeys(people))
    if len(people) != 1:
        return sentence("error.grant_whom", name=asked.called.command.name)
    return people[0]


def _wrong(
    asked: Asked, wish: _Wish, who: UserId, members: Mapping[MailboxId, tuple[UserId, ...]], *, is_on: bool
) -> Iterator[Sentence]:
    """The reasons why it cannot be decided."""
    if who == asked.instance.bot:
        yield sentence("error.grant_bot")
    if who in asked.instance.admins and set(wish.what) != {Limit.HIDDEN}:
        yield sentence("error.grant_admin", who=who)
    for mailbox in wish.mailboxes:
        is_noted = any(one.mailbox == mailbox.id and one.person == who for one in asked.instance.grants)
        if who not in members[mailbox.id] and (is_on or not is_noted):
            yield sentence("error.grant_not_in_room", who=who, mailbox=mailbox.address)
        for what in wish.what:
            own = what if isinstance(what, Right) else Right.SEND
            if not rights.holds(asked, own, mailbox):
                yield sentence("error.grant_own", right=said(what))


def _changed(asked: Asked, mailbox: MailboxSettings, who: UserId, what: Granted, *, is_on: bool) -> Grant:
    return Grant(mailbox.id, who, what, is_on, asked.person, asked.now, asked.event, not is_on)


def _standing(asked: Asked, mailbox: MailboxSettings, who: UserId, changes: tuple[SaveGrant, ...]) -> Sentence:
    """What the person has there from now on."""
    before = {one.what: one for one in asked.instance.grants if (one.mailbox, one.person) == (mailbox.id, who)}
    after = before | {one.grant.what: one.grant for one in changes if one.grant.mailbox == mailbox.id}
    found = of_person(tuple(after.values()))
    if not found:
        return sentence("grant.as_everybody", who=who, mailbox=mailbox.address)
    return sentence("grant.is", who=who, mailbox=mailbox.address, rights=found)


GRANT = Command(
    "grant",
    "admin",
    _grant,
    _needs,
    where=Where.ROOM | Where.CONFIG,
    takes=(People(), Words((*_RIGHTS, _ONLY))),
    right=Right.PERMISSIONS,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("autoriser",),
    tried=("allow", "permit", "rights", "permissions", "droits"),
    has_more=True,
)
REVOKE = replace(GRANT, name="revoke", rule=_revoke, french=("retirer",), tried=("deny", "forbid", "interdire"))
HIDE = replace(
    GRANT,
    name="hide",
    rule=_hide,
    needs=_hiding_needs,
    takes=(People(), Words(())),
    french=("cacher",),
    tried=("masquer",),
)
UNHIDE = replace(HIDE, name="unhide", rule=_unhide, french=("découvrir",), tried=())
