"""`email`: a member's own mail addresses, each proved by a code that is mailed there.

Others read the room: no answer names an address.
"""

from dataclasses import replace
from typing import Final

from bot.domain.addresses import addresses_in, can_be_written_to, is_address
from bot.domain.command import Answer, Asked, Command, Right, Sealed, Where, Words
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision, together
from bot.domain.direct import Own, SaveOwn
from bot.domain.effects import Say
from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.member_mail import MailMember
from bot.domain.needs import AnswersByMail, Needs, RoomsOf, WorksLeaving
from bot.domain.own_addresses import (
    MOST_CODES_BY_ONE,
    MOST_CODES_TO_ONE,
    MOST_OF_ONE,
    OwnAddress,
    SaveAddress,
    masked,
    of_person,
)
from bot.domain.page import Bullets, Page, Paragraph
from bot.domain.rules.mailing_members import of_address
from bot.domain.rules.not_theirs import kept_with
from bot.domain.rules.own_times import own_set
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import ascii_domain, token_of
from bot.domain.words import Word

_MOST_WORDS: Final = 6
_CONFIRM: Final = Word("confirm", ("confirmer", "code"))
_REMOVE: Final = Word("remove", ("retirer", "supprimer"))
_ADD: Final = Word("add", ("ajouter",))
_USE: Final = Word("use", ("utiliser", "choisir"))


def _email(asked: Asked) -> Answer:
    match list(asked.called.words):
        case []:
            return _page(asked)
        case [_CONFIRM.own, *code] if code:
            return _confirmed(asked, "".join(code))
        case [_REMOVE.own, which]:
            return _removed(asked, which)
        case [_USE.own, which]:
            return _chosen(asked, which)
        case [_CONFIRM.own | _REMOVE.own | _USE.own, *_]:
            return sentence("error.email")
        case words:
            address = _only_address(words)
            return _asked_for(asked, address) if address else sentence("error.email")


def _only_address(words: list[str]) -> str:
    """The one address in a few words, however it is typed or pasted: `Alice <me@my.example>`, `me@my.example,`."""
    found = [one for one in addresses_in(" ".join(words)) if is_address(one)]
    return found[0] if len(found) == 1 and len(words) <= _MOST_WORDS else ""


def _asked_for(asked: Asked, address: str) -> Answer:
    """Mail a code there. Whether the address is somebody else's is told to nobody who cannot read its mail."""
    instance, now = asked.instance, asked.now
    mailbox = _sender(asked)
    if instance.is_ours(address):
        return sentence("error.email_ours")
    if not can_be_written_to(address):
        return sentence("error.email")
    before = of_address(instance, asked.person, address)
    if before is not None and before.is_used:
        return sentence("error.email_there")
    if len(of_person(instance.addresses, asked.person)) >= MOST_OF_ONE and not (before and before.is_confirmed):
        return sentence("error.email_full", most=MOST_OF_ONE)
    by_one = sum(one.codes_at(now) for one in instance.addresses if one.person == asked.person)
    to_one = sum(one.codes_at(now) for one in instance.addresses if one.address == address)
    if by_one >= MOST_CODES_BY_ONE or to_one >= MOST_CODES_TO_ONE:
        return sentence("error.email_codes")
    if mailbox is None:
        return sentence("error.email_no_mailbox")
    codes = before.codes_at(now) if before is not None else 0
    since = before.since if before is not None and codes else now
    confirmed_at, bounces = (before.confirmed_at, before.bounces) if before is not None else (None, 0)
    row = OwnAddress(asked.person, address, mailbox.id, asked.key, now, 0, codes + 1, since, confirmed_at, bounces)
    return Decision((SaveAddress(row),), (_code_mail(asked, row, mailbox),)) + tell(asked, sentence("email.sent"))


def _sender(asked: Asked) -> MailboxSettings | None:
    """The mailbox that mails the code: the first of the room that may send."""
    return next((one for one in asked.mailboxes_meant if asked.instance.mailbox(one.id) and not one.rests), None)


def _code_mail(asked: Asked, row: OwnAddress, mailbox: MailboxSettings) -> MailMember:
    domain = ascii_domain(mailbox.address)
    id = asked.signer.notification_id(
        person=row.person,
        conversation=ConversationId(0),
        at=asked.now,
        token=token_of(f"code:{asked.key}"),
        domain=domain,
        address=row.address,
    )
    code = asked.signer.code(row.source, row.person, row.address)
    blocks = (
        sentence("email.code", code=code),
        sentence("email.code_how", code=code, who=row.person, mailbox=mailbox.address),
        sentence("email.code_not_you"),
    )
    subject = sentence("email.code_subject", code=code)
    language = asked.instance.own_of(row.person, Own.LANGUAGE)
    mail = MailMember(mailbox.id, row.person, row.address, id, subject, blocks, room=asked.room, language=language)
    return replace(mail, code_of=row.source)


def _confirmed(asked: Asked, code: str) -> Answer:
    open_ones = [one for one in asked.instance.addresses if one.person == asked.person and one.waits_at(asked.now)]
    if not open_ones:
        return sentence("error.email_no_code")
    digits = "".join(letter for letter in code if letter.isdigit())
    signer = asked.signer
    right = next((one for one in open_ones if signer.is_code(digits, one.source, one.person, one.address)), None)
    if right is None:
        tried = tuple(SaveAddress(replace(one, tries=one.tries + 1)) for one in open_ones)
        return Decision(tried) + tell(asked, sentence("error.email_code"))
    owner = asked.instance.owner_of(right.address)
    is_others = owner not in (None, asked.person)
    if is_others and owner is not None and asked.facts[_rooms_of(asked, owner)]:
        return sentence("error.email_taken")
    after = replace(right, source="", confirmed_at=right.confirmed_at or asked.now, bounces=0)
    # Who is in no mailbox's room any more could not take it off, and is mailed nothing.
    left = of_address(asked.instance, owner, right.address) if is_others and owner is not None else None
    taken = _taken_off(asked, left) if left is not None else ()
    told = _told_former(asked, left) if left is not None else NOTHING
    return Decision((*taken, SaveAddress(after))) + tell(asked, sentence("email.confirmed")) + told


def _told_former(asked: Asked, left: OwnAddress) -> Decision:
    """Whose it was is told in their direct chat, where they have one still; in their quiet hours it does not ring."""
    direct = asked.instance.direct_with(left.person)
    if direct is None:
        return NOTHING
    told = sentence("email.passed_over", masked=masked(left.address))
    mention = (left.person,) if asked.instance.quiet_until(left.person, asked.now) is None else ()
    return Decision((), (Say(direct.room, (told,), EventKind.NOTICE, in_thread=False, mention=mention),))


def _needs(asked: Asked) -> Needs:
    """Where those are who have the addresses that wait for a code; what is about to leave, where one is taken off."""
    if asked.called.words[:1] == (_REMOVE.own,):
        return [_leaving(asked), AnswersByMail(asked.person)]
    waiting = [one for one in asked.instance.addresses if one.person == asked.person and one.waits_at(asked.now)]
    owners = {asked.instance.owner_of(one.address) for one in waiting} - {None, asked.person}
    return [_rooms_of(asked, owner) for owner in sorted(filter(None, owners))]


def _leaving(asked: Asked) -> WorksLeaving:
    return WorksLeaving(tuple(dict.fromkeys(one.id for one in (*asked.instance.mailboxes, *asked.others))))


def _rooms_of(asked: Asked, person: UserId) -> RoomsOf:
    return RoomsOf(person, tuple(dict.fromkeys(one.room for one in (*asked.instance.mailboxes, *asked.others))))


def _named(asked: Asked, which: str) -> OwnAddress | None:
    """One's own by its number in the list, or as it is written."""
    mine = of_person(asked.instance.addresses, asked.person)
    found = next((one for number, one in enumerate(mine, 1) if which in (str(number), f"{number}.")), None)
    return found or of_address(asked.instance, asked.person, _only_address([which]))


def _removed(asked: Asked, which: str) -> Answer:
    found = _named(asked, which)
    if found is None or not (found.is_confirmed or found.source):
        return sentence("error.email_not_there")
    return Decision(_taken_off(asked, found)) + _kept_here(asked) + tell(asked, sentence("email.removed"))


def _kept_here(asked: Asked) -> Decision:
    """What they wrote by mail and nobody has yet does not leave: from which of their addresses it came is kept nowhere.
    Who takes one off may have lost it to somebody else."""
    by_mail = asked.facts[AnswersByMail(asked.person)]
    who, why = asked.person, "kept.address"
    works = asked.facts[_leaving(asked)]
    return together(kept_with(NOTHING, work, who, why, by=who, now=asked.now, only=by_mail)[0] for work in works)


def _taken_off(asked: Asked, found: OwnAddress) -> tuple[SaveAddress | SaveOwn, ...]:
    """It is nobody's any more."""
    after = replace(found, source="", confirmed_at=None, bounces=0)
    return (SaveAddress(after), *_forgotten(asked, found))


def _forgotten(asked: Asked, found: OwnAddress) -> tuple[SaveOwn, ...]:
    """An address that goes is chosen no more, and no command that is taken back chooses it again."""
    address = found.address
    mine = [one for one in asked.instance.own if one.person == found.person and one.what is Own.MAIL_TO]
    return tuple(
        SaveOwn(replace(one, value="" if one.value == address else one.value, before="", source=EventId("")))
        for one in mine
        if address in (one.value, one.before)
    )


def _chosen(asked: Asked, which: str) -> Answer:
    """Mail goes to this one from now on."""
    found = _named(asked, which)
    if found is None or not found.is_confirmed:
        return sentence("error.email_not_there")
    if found.is_paused:
        return sentence("error.email_paused")
    told = tell(asked, sentence("email.used", masked=masked(found.address)))
    return Decision(own_set(asked, Own.MAIL_TO, found.address)) + told


def _page(asked: Asked) -> Page:
    used = asked.instance.addresses_of(asked.person)
    goes_to = used[0] if len(used) > 1 else ""
    mine = of_person(asked.instance.addresses, asked.person)
    rows = [_row(number, one, goes_to) for number, one in enumerate(mine, 1)]
    waits = any(one.person == asked.person and one.waits_at(asked.now) for one in asked.instance.addresses)
    shown = (Bullets(tuple(rows)),) if rows else (Paragraph((sentence("email.none"),)),)
    more = (Paragraph((sentence("email.waits"),)),) if waits else ()
    how = (*((sentence("email.how_use"),) if goes_to else ()), sentence("email.how"))
    return Page(sentence("email.title"), (*shown, *more, Paragraph(how)))


def _row(number: int, one: OwnAddress, goes_to: str) -> Sentence:
    key = "email.row_paused" if one.is_paused else "email.row_used" if one.address == goes_to else "email.row"
    return sentence(key, number=number, masked=masked(one.address))


EMAIL = Command(
    "email",
    "self",
    _email,
    where=Where.ROOM | Where.DIRECT,
    takes=(Words((_ADD, _CONFIRM, _REMOVE, _USE)),),
    right=Right.READ,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("courriel", "mél"),
    needs=_needs,
    tried=("address", "adresse"),
    has_more=True,
)
