"""`notify`: what a member is told of, by a mention or in their direct chat, in all mailboxes or in this room's."""

from collections.abc import Iterable
from typing import Final, assert_never

from bot.domain import rights
from bot.domain.choices import (
    EVERYBODY,
    EVERYWHERE,
    About,
    Choice,
    Medium,
    Occasion,
    SaveChoice,
    Whole,
    chosen_in,
    is_mute,
    medium_for,
    standing_of,
)
from bot.domain.command import Answer, Asked, Command, Right, Where, Words
from bot.domain.decision import Decision
from bot.domain.ids import MailboxId, UserId
from bot.domain.page import Block, Bullets, Page, Paragraph
from bot.domain.quiet import DAILY, WEEKLY
from bot.domain.rules.lists import mailbox_named
from bot.domain.rules.own_times import own_time, own_times_said
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.words import Word, meant

_OCCASIONS: Final = (
    Word(Occasion.NEW.value, ("nouvelle", "nouveau")),
    Word(Occasion.ASSIGNED_ME.value, ("attribuée-moi",)),
    Word(Occasion.ASSIGNED_OTHER.value, ("attribuée-autre", "assigned-others")),
    Word(Occasion.FOLLOWED.value, ("suivie", "suivies")),
    Word(Occasion.REPLIED_UNASSIGNED.value, ("réponse-libre",)),
    Word(Occasion.REPLIED_MINE.value, ("réponse-mienne",)),
    Word(Occasion.REPLIED_OTHERS.value, ("réponse-autres", "replied-other")),
    Word(Occasion.NOTED_UNASSIGNED.value, ("note-libre",)),
    Word(Occasion.NOTED_MINE.value, ("note-mienne",)),
    Word(Occasion.NOTED_OTHERS.value, ("note-autres", "noted-other")),
)
_ON: Final = Word("on", ("oui", "mention"))
_DIRECT: Final = Word("direct", ("message", "privé"))
_EMAIL: Final = Word("email", ("courriel", "mél", "mail"))
_OFF: Final = Word("off", ("non", "none", "aucune"))
_HERE: Final = Word("here", ("ici",))
_MUTE: Final = Word("mute", ("muet", "muette"))
_UNMUTE: Final = Word("unmute", ("parle",))
_DEFAULT: Final = Word("default", ("défaut",))
_QUIET: Final = Word("quiet", ("calme", "silence"))
_DIGEST: Final = Word("digest", ("résumé", "récapitulatif"))
_TIMEZONE: Final = Word("timezone", ("fuseau",))
_TIMES: Final = (_QUIET, _DIGEST, _TIMEZONE, DAILY, WEEKLY)
_MEDIA: Final = {_ON.own: Medium.MENTION, _OFF.own: Medium.NONE, _DIRECT.own: Medium.DIRECT, _EMAIL.own: Medium.EMAIL}


def _notify(asked: Asked) -> Answer:
    match list(asked.called.words):
        case [(_MUTE.own | _UNMUTE.own) as word, *where] if (there := _there(asked, where or [_HERE.own])) is not None:
            becomes = Medium.NONE if word == _MUTE.own else None
            key = "unmuted" if becomes is None else "muted"
            told = tell(asked, _said(asked, key, where or [_HERE.own], there, short=""))
            return _kept(asked, there, Whole.EVERYTHING, becomes) + told
        case [_DEFAULT.own]:
            return _put_back(asked) + tell(asked, sentence("notify.put_back"))
        case [(_QUIET.own | _DIGEST.own | _TIMEZONE.own) as what, *words]:
            return own_time(asked, what, words, is_off=words in ([_OFF.own], [_DEFAULT.own]))
        case [_DEFAULT.own, about, medium] if meant(_OCCASIONS, about) and medium in (*_MEDIA, _DEFAULT.own):
            return _for_everybody(asked, Occasion(about), _MEDIA.get(medium))
        case [about, medium, *where] if (
            meant(_OCCASIONS, about) and medium in _MEDIA and (mailboxes := _there(asked, where)) is not None
        ):
            occasion = Occasion(about)
            said = [_said(asked, _key(_MEDIA[medium]), where, mailboxes, what=_named(occasion))]
            if _MEDIA[medium] is Medium.DIRECT and asked.instance.direct_with(asked.person) is None:
                said.append(sentence("notify.no_chat", bot=asked.instance.bot))
            if _MEDIA[medium] is Medium.EMAIL and not asked.instance.addresses_of(asked.person):
                said.append(sentence("notify.no_email"))
            return _kept(asked, mailboxes, occasion, _MEDIA[medium]) + tell(asked, *said)
        case [first, *_] as words:
            strange = words[1] if meant(_OCCASIONS, first) and len(words) > 1 else first
            known = tuple(sentence(f"notify.word.{one.value}") for one in Occasion)
            return sentence("error.notify", word=strange[:60], words=known)
        case _:
            return _page(asked)


def _here(asked: Asked) -> tuple[MailboxId, ...]:
    return tuple(one.id for one in asked.mailboxes_meant)


def _there(asked: Asked, where: list[str]) -> tuple[MailboxId, ...] | None:
    """The mailboxes for which it is chosen: all, those here, or one that is named; None where that names none."""
    match where:
        case []:
            return (EVERYWHERE,)
        case [_HERE.own]:
            return _here(asked)
        case [word] if (found := mailbox_named(asked, word)) is not None:
            return (found,)
        case _:
            return None


def _said(
    asked: Asked, key: str, where: list[str], there: tuple[MailboxId, ...], *, short: str = "_here", **more: Sentence
) -> Sentence:
    """For this room it is said so; for one mailbox, and where there is no such room, by their addresses."""
    if not where:
        return sentence(f"notify.{key}", **more)
    if where == [_HERE.own] and asked.within is None:
        return sentence(f"notify.{key}{short}", **more)
    return sentence(f"notify.{key}_in", mailboxes=", ".join(there), **more)


def _for_everybody(asked: Asked, occasion: Occasion, medium: Medium | None) -> Answer:
    """What holds in the mailboxes here for whoever chose nothing: for those who run them."""
    if asked.within is not None:
        return sentence("direct.in_the_room")
    ours = [one for one in _here(asked) if rights.has(asked.instance, Right.EDIT, asked.person, one)]
    if not ours:
        return rights.lacking(Right.EDIT)
    key = "back" if medium is None else _key(medium)
    told = sentence(f"notify.default_{key}", what=_named(occasion), mailboxes=", ".join(ours))
    return _kept(asked, ours, occasion, medium, EVERYBODY) + tell(asked, told)


def _kept(
    asked: Asked, mailboxes: Iterable[MailboxId], about: About, medium: Medium | None, whose: UserId | None = None
) -> Decision:
    """The choices that it changes; what stands so already is not written again, and cannot be taken back by it."""
    person = asked.person if whose is None else whose
    mine = [one for one in asked.instance.choices if one.person == person and one.about == about]
    there = {one.mailbox: one.medium for one in mine}
    changes = [
        SaveChoice(Choice(person, mailbox, about, medium, asked.now, asked.event, there.get(mailbox)))
        for mailbox in mailboxes
        if there.get(mailbox) is not medium
    ]
    return Decision(tuple(changes))


def _put_back(asked: Asked) -> Decision:
    mine = [one for one in asked.instance.choices if one.person == asked.person and one.medium is not None]
    changes = [
        SaveChoice(Choice(one.person, one.mailbox, one.about, None, asked.now, asked.event, one.medium)) for one in mine
    ]
    return Decision(tuple(changes))


def _page(asked: Asked) -> Page:
    blocks: list[Block] = []
    is_shared = len(asked.mailboxes_meant) > 1
    for mailbox in asked.mailboxes_meant:
        standing = standing_of(chosen_in(asked.instance.choices, mailbox.id), asked.person)
        title = sentence("notify.of", mailbox=mailbox.address) if is_shared else None
        if is_mute(standing):
            blocks.append(Bullets((sentence("notify.is_mute"),), title))
            continue
        own = {one.about for one in asked.instance.choices if _is_own(asked, one, mailbox.id)}
        rows = [_row(one, medium_for(standing, one), is_here=one in own) for one in Occasion]
        blocks.append(Bullets(tuple(rows), title))
    return Page(sentence("notify.title"), (*blocks, Paragraph((*own_times_said(asked), sentence("notify.how")))))


def _is_own(asked: Asked, one: Choice, mailbox: MailboxId) -> bool:
    return one.person == asked.person and one.mailbox == mailbox and one.medium is not None


def _row(occasion: Occasion, medium: Medium, *, is_here: bool) -> Sentence:
    key = f"notify.row_{_key(medium)}{'_here' if is_here else ''}"
    return sentence(key, word=sentence(f"notify.word.{occasion.value}"), what=_named(occasion))


def _named(occasion: Occasion) -> Sentence:
    return sentence(f"notify.what.{occasion.value}")


def _key(medium: Medium) -> str:
    match medium:
        case Medium.MENTION:
            return "on"
        case Medium.DIRECT:
            return "direct"
        case Medium.EMAIL:
            return "email"
        case Medium.NONE:
            return "off"
        case _ as unreachable:
            assert_never(unreachable)


NOTIFY = Command(
    "notify",
    "self",
    _notify,
    where=Where.ROOM | Where.DIRECT,
    takes=(Words((*_OCCASIONS, _ON, _OFF, _DIRECT, _EMAIL, _HERE, _MUTE, _UNMUTE, _DEFAULT, *_TIMES)),),
    right=Right.READ,
    french=("notifier", "notifications"),
    tried=("mute", "unmute", "notification", "ping"),
    has_more=True,
)
