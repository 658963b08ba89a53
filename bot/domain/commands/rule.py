"""`rule`: rules of the house are listed, tried, added, switched on and off, and deleted."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.addresses import can_be_written_to
from bot.domain.command import ME, Answer, Asked, Command, Right, Text, Where
from bot.domain.decision import Decision
from bot.domain.dialogues.rule_offer import how
from bot.domain.house_rules import LOOKED_AT, MOST_RULES, Came, DropRule, HouseRule, SaveRule, fits, letter_of
from bot.domain.ids import MailboxId, UserId
from bot.domain.names import only_one_named
from bot.domain.needs import CameIn, MembersOf, Needs, RulesIn, TeamsIn
from bot.domain.page import Bullets, Page, Paragraph
from bot.domain.rule_offer import RuleOffer
from bot.domain.rule_words import MOST_LETTERS, Misread, Reads, read_rule, written
from bot.domain.rules.opening import cannot_switch_on, meant_by, rooms_of
from bot.domain.rules.ruling import kept_deeds, switched
from bot.domain.rules.talks import put
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.teams import team_key
from bot.domain.words import Word, bare, meant

ADD: Final = Word("add", ("ajouter",))
LIST: Final = Word("list", ("liste",))
TRY: Final = Word("try", ("essayer",))
ON: Final = Word("on", ("activer",))
OFF: Final = Word("off", ("désactiver",))
DELETE: Final = Word("delete", ("supprimer", "retirer", "remove"))
_ACTS: Final = (ADD, LIST, TRY, ON, OFF, DELETE)
_NAMED: Final = 5
"""Mails that an answer names."""


@dataclass(frozen=True, slots=True)
class _Wish:
    act: str
    number: int = 0
    reads: Reads | None = None


def _wish(asked: Asked) -> _Wish | Sentence:
    word, _, rest = " ".join(asked.called.text.split()).partition(" ")
    act, rest = meant(_ACTS, word) if word else LIST.own, rest.strip()
    if act == LIST.own and not rest:
        return _Wish(act)
    if act == ADD.own:
        try:
            return _Wish(act, reads=read_rule(rest))
        except Misread as error:
            part = str(error)
            return sentence("error.rule_part", part=part) if part else sentence("error.rule_how")
    number = rest.lstrip("#")
    if act in (TRY.own, ON.own, OFF.own, DELETE.own) and number.isascii() and number.isdigit() and len(number) < 9:
        return _Wish(act, int(number))
    return sentence("error.rule_how")


def _mailboxes(asked: Asked) -> tuple[MailboxId, ...]:
    return tuple(one.id for one in asked.mailboxes_meant)


def _needs(asked: Asked) -> Needs:
    wish, mailboxes = _wish(asked), _mailboxes(asked)
    if isinstance(wish, Sentence):
        return ()
    needs: Needs = [RulesIn(mailboxes)]
    if wish.act == ON.own or (wish.reads is not None and wish.reads.room):
        needs = [*needs, rooms_of(asked)]
    if wish.act in (ADD.own, TRY.own):
        needs = [*needs, _came(mailboxes, wish)]
    if wish.reads is not None and wish.reads.assign:
        needs = [*needs, TeamsIn(mailboxes), MembersOf(asked.room)]
    if wish.reads is not None and _is_name(wish.reads.forward):
        needs = [*needs, MembersOf(asked.room)]
    return needs


def _came(mailboxes: tuple[MailboxId, ...], wish: _Wish) -> CameIn:
    """The mails to try it on; of a rule that is there already nobody knows yet what it asks."""
    return CameIn(mailboxes, LOOKED_AT, with_fields=wish.reads is None or wish.reads.asks_fields)


def _rule(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    there = asked.facts[RulesIn(_mailboxes(asked))]
    if wish.reads is not None:
        return _added(asked, there, wish.reads, asked.facts[_came(_mailboxes(asked), wish)])
    if wish.act == LIST.own:
        return _listed(asked, there)
    meant_ones = [one for one in there if one.number == wish.number]
    if wish.act == TRY.own:
        return _tried(asked, meant_ones, wish.number, asked.facts[_came(_mailboxes(asked), wish)])
    if not meant_ones:
        return sentence("error.no_rule", number=wish.number)
    if wish.act == DELETE.own:
        gone = Decision(tuple(DropRule(one.mailbox, one.number) for one in meant_ones))
        gone += kept_deeds(asked, [(one, None) for one in meant_ones])
        return gone + tell(asked, sentence("rule.deleted", number=wish.number, said=meant_ones[0].said))
    if wish.act == ON.own and (why := cannot_switch_on(asked, meant_ones)) is not None:
        return why
    return switched(asked, meant_ones, is_on=wish.act == ON.own)


def _added(asked: Asked, there: tuple[HouseRule, ...], reads: Reads, came: tuple[Came, ...]) -> Answer:
    if reads.assign:
        whom = _whom(asked, reads.assign)
        if isinstance(whom, Sentence):
            return whom
        reads = replace(reads, assign=whom)
    if _is_name(reads.forward):
        address = _address_of(asked, reads.forward)
        if isinstance(address, Sentence):
            return address
        reads = replace(reads, forward=address)
    if reads.forward and (wrong := _no_address(asked, reads.forward)) is not None:
        return wrong
    if reads.room:
        to = meant_by(asked, reads.room)
        if isinstance(to, Sentence):
            return to
        reads = replace(reads, room=to.id)
    if any(sum(1 for one in there if one.mailbox == mailbox) >= MOST_RULES for mailbox in _mailboxes(asked)):
        return sentence("error.rule_full", most=MOST_RULES)
    number, said = max((one.number for one in there), default=0) + 1, written(reads)
    if len(said) > MOST_LETTERS:
        # A name became a whole id: it could not be read again.
        return sentence("error.rule_part", part=f"{said[:40]} …")
    new = [HouseRule(one, number, said, False, asked.person, asked.now, asked.event) for one in _mailboxes(asked)]
    told = (sentence("rule.added", number=number, said=said), *_would(reads, came))
    return Decision(tuple(SaveRule(one) for one in new)) + _offered(asked, number, said, told)


def _offered(asked: Asked, number: int, said: str, told: tuple[Sentence, ...]) -> Decision:
    """What the trial says of a rule that is off, with the question whether to switch it on."""
    offer = RuleOffer(_mailboxes(asked), number, said, asked.event, at=asked.now)
    return put(asked, offer, *told, how(room_encrypted=asked.room_encrypted), sentence("rule.switch", number=number))


def _is_name(forward: str) -> bool:
    """Whether a person is named in place of an address."""
    return bool(forward) and (forward.startswith("@") or "@" not in forward)


def _address_of(asked: Asked, name: str) -> str | Sentence:
    """The own address of whoever makes the rule, as they confirmed it: by their own word the room reads it."""
    member = _member(asked, name) or _member(asked, f"@{name}")
    if member is None:
        return sentence("error.rule_forward_who", name=name[:60])
    if member != asked.person:
        return sentence("error.rule_forward_theirs", name=member)
    addresses = asked.instance.addresses_of(member)
    return addresses[0] if addresses else sentence("error.rule_forward_member", name=member)


def _no_address(asked: Asked, address: str) -> Sentence | None:
    """Why no mail is passed on to it."""
    if asked.instance.is_ours(address):
        return sentence("error.rule_forward_ours", address=address[:120])
    return None if can_be_written_to(address) else sentence("error.new_address", address=address[:120])


def _whom(asked: Asked, name: str) -> str | Sentence:
    """A member, or a team of every mailbox meant."""
    teams = asked.facts[TeamsIn(_mailboxes(asked))]
    member = _member(asked, name)
    if member is not None:
        return member
    if {one.mailbox for one in teams if one.people and one.key == team_key(name)} >= set(_mailboxes(asked)):
        return f"@{team_key(name)}"
    return _pilled(asked) or sentence("error.who_is_that", name=name[:60])


def _member(asked: Asked, name: str) -> UserId | None:
    """The member of that name."""
    members = asked.facts[MembersOf(asked.room)]
    if bare(name) in ME.said:
        return asked.person
    member = UserId(name) if name in members else only_one_named(members, name)
    return member if member != asked.instance.bot else None


def _pilled(asked: Asked) -> UserId | None:
    """The only member who is named by a pill."""
    pills = [one for one in asked.called.people if one != asked.instance.bot]
    return pills[0] if len(pills) == 1 and pills[0] in asked.facts[MembersOf(asked.room)] else None


def _would(reads: Reads, came: tuple[Came, ...]) -> tuple[Sentence, ...]:
    """What the rule would have met of the mails, the newest first."""
    met = [one.record for one in came if fits(reads, letter_of(one, with_fields=reads.asks_fields))]
    rows = tuple(sentence("rule.met", number=int(one.conversation), subject=one.subject) for one in met[:_NAMED])
    gone = sum(one.fields is None for one in came) if reads.asks_fields else 0
    unknown = (sentence("rule.unknown", count=gone),) if gone else ()
    passes = (sentence("rule.passes", address=reads.forward),) if reads.forward else ()
    opens = (sentence("rule.opens", mailbox=reads.room),) if reads.room else ()
    return (sentence("rule.would", count=len(met), of=len(came)), *rows, *unknown, *passes, *opens)


def _tried(asked: Asked, rules: list[HouseRule], number: int, came: tuple[Came, ...]) -> Answer:
    if not rules:
        return sentence("error.no_rule", number=number)
    said = rules[0].said
    told = (sentence("rule.is", number=number, said=said), *_would(read_rule(said), came))
    return tell(asked, *told) if all(one.is_on for one in rules) else _offered(asked, number, said, told)


def _listed(asked: Asked, there: tuple[HouseRule, ...]) -> Answer:
    title = sentence("rule.title", count=len({one.number for one in there}))
    if not there:
        return Page(title, (Paragraph((sentence("rule.none"),)),))
    several = len(asked.mailboxes_meant) > 1
    rows = []
    for one in there:
        row = sentence("rule.row" if one.is_on else "rule.row_off", number=one.number, said=one.said, who=one.by)
        rows.append(
            sentence("rule.row_of", row=row, mailbox=asked.instance.address_of(one.mailbox)) if several else row
        )
    return Page(title, (Bullets(tuple(rows)),))


RULE = Command(
    "rule",
    "admin",
    _rule,
    _needs,
    where=Where.ROOM,
    takes=(Text(),),
    right=Right.EDIT,
    # Mail may leave by it.
    is_sensitive=True,
    aliases=("rules",),
    french=("règle", "règles"),
    tried=("workflow", "filter", "filtre"),
    has_more=True,
)
