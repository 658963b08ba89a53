"""A list instead of conversations: `!close tag:newsletter --older 30d`. It is counted, and asked about first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.addresses import normal
from bot.domain.bulk import LOOKED_AT, MOST, Bulk
from bot.domain.command import Answer, Asked, Called, Command, Reading
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision
from bot.domain.dialogues.bulk import MOST_NAMED, changed_by, how
from bot.domain.ids import MailboxId
from bot.domain.needs import Listed, Needs
from bot.domain.rights import may_change
from bot.domain.rules.at_rest import closed
from bot.domain.rules.lists import FILTERS, KEYS, STATUSES, mailbox_named, unknown
from bot.domain.rules.talks import put
from bot.domain.sentences import Sentence, sentence
from bot.domain.tags import MOST_LETTERS, read_tag, tag_key
from bot.domain.words import Word, bare, by_what_is_said

_OLDER: Final = Word("older", ("anciennes", "ancien", "plus-de"))
_KEYS: Final = (*KEYS, Word("subject", ("sujet", "objet")), _OLDER)
_WORDS: Final = by_what_is_said(FILTERS)
_NAMES: Final = by_what_is_said(_KEYS)
_STATUSES: Final = frozenset(one.own for one in STATUSES)
_FLAG: Final = re.compile(r"(?:--|[\u2013\u2014])(?P<name>[^\W\d_][\w-]*)$")
_PART: Final = re.compile(r'[“”"«][\s\u00a0]*(?P<quoted>[^“”"«»]*?)[\s\u00a0]*[“”"»]|(?P<word>[^\s“”"«»]+)')
_KEY: Final = re.compile(r"(?P<key>[^\W\d_][\w-]*):(?P<value>.*)", re.DOTALL)
_AGE: Final = re.compile(r"(?P<count>\d{1,4})(?P<unit>[a-z]+)$")
_DAYS: Final = {
    name: days
    for names, days in (
        (("d", "day", "days", "j", "jour", "jours"), 1),
        (("w", "week", "weeks", "sem", "semaine", "semaines"), 7),
        (("month", "months", "mois"), 30),
        (("y", "year", "years", "an", "ans"), 365),
    )
    for name in names
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The conversations that the words behind a command's name mean; each word narrows them."""

    words: frozenset[str] = frozenset()
    """Of the lists of `!list`, but statuses."""
    statuses: tuple[Status, ...] = ()
    tag: str = ""
    correspondent: str = ""
    subject: str = ""
    mailbox: MailboxId | None = None
    older: timedelta | None = None


def is_selection(reading: Reading) -> bool:
    """Whether a command names a list. Words that mean none are as they always were: left alone."""
    if not isinstance(reading, Called) or not reading.command.selects:
        return False
    return reading.command.is_asked_first or any(
        bare(part) in _WORDS or _KEY.match(part) or _FLAG.match(part) for part in _parts(reading)
    )


def _parts(called: Called) -> list[str]:
    """The words; those between quotation marks are one, and a key may stand before or within them."""
    line = re.sub(r'(?<=:)[“"«]', "", " ".join(called.words))
    found = list(_PART.finditer(line)) if line.count('"') % 2 == 0 else list(re.finditer(r"(?P<word>[^\s\"]+)", line))
    return [one["word"] or one.groupdict().get("quoted") or "" for one in found]


def read_selection(asked: Asked) -> Selection | Sentence:
    """The list that is named, or what is wrong with it."""
    if asked.called.numbers:
        return sentence("error.bulk_numbers", name=asked.called.command.name)
    selection = Selection()
    parts = iter(_parts(asked.called))
    for part in parts:
        flag, key = _FLAG.match(part), _KEY.match(part)
        read: Selection | Sentence
        if flag is not None and _NAMES.get(bare(flag["name"])) == _OLDER.own:
            count = next(parts, "")
            read = _with_value(selection, _OLDER.own, count + next(parts, "") if count.isdigit() else count)
        elif key is not None and (name := _NAMES.get(bare(key["key"]))) is not None:
            read = _with_value(selection, name, key["value"].strip())
        elif (word := _WORDS.get(bare(part))) in _STATUSES and word is not None:
            read = replace(selection, statuses=(*selection.statuses, Status(word)))
        elif word is not None:
            read = replace(selection, words=selection.words | {word})
        elif (mailbox := mailbox_named(asked, part)) is not None:
            read = replace(selection, mailbox=mailbox)
        else:
            return unknown(asked, part)
        if isinstance(read, Sentence):
            return read
        selection = read
    return selection


def _with_value(selection: Selection, key: str, value: str) -> Selection | Sentence:
    match key:
        case "tag":
            tag = read_tag(value)
            if tag is None:
                return sentence("error.no_tag", word=value[:40], most=MOST_LETTERS)
            return replace(selection, tag=tag)
        case "from":
            if not 0 < value.find("@") < len(value) - 1:
                return sentence("error.list_from", word=value[:60])
            return replace(selection, correspondent=value)
        case "subject":
            return replace(selection, subject=value) if value else sentence("error.bulk_subject")
        case _:
            age = _AGE.match(bare(value))
            if age is None or age["unit"] not in _DAYS:
                return sentence("error.bulk_older", word=value[:20])
            return replace(selection, older=timedelta(days=int(age["count"]) * _DAYS[age["unit"]]))


def listed(asked: Asked, selection: Selection) -> Listed:
    """The list that is looked through: the narrowest one that an index has."""
    mailboxes = (selection.mailbox,) if selection.mailbox else tuple(one.id for one in asked.mailboxes)
    words, statuses = selection.words, _statuses(asked, selection)
    whole = Listed(mailboxes, statuses, size=LOOKED_AT)
    if selection.tag:
        return replace(whole, tag=selection.tag)
    if selection.correspondent:
        return replace(whole, correspondent=selection.correspondent)
    if "followed" in words:
        return replace(whole, follower=asked.person)
    if "starred" in words:
        return replace(whole, starrer=asked.person)
    if "drafts" in words:
        return replace(whole, drafts=True)
    return replace(
        whole,
        assignee=asked.person if "mine" in words else None,
        unassigned="unassigned" in words,
        before=_before(asked, selection),
    )


def _statuses(asked: Asked, selection: Selection) -> tuple[Status, ...]:
    return tuple(dict.fromkeys(selection.statuses)) or asked.called.command.selects


def _before(asked: Asked, selection: Selection) -> datetime | None:
    return asked.now - selection.older if selection.older is not None else None


def needs(asked: Asked) -> Needs:
    """The list."""
    selection = read_selection(asked)
    if isinstance(selection, Sentence):
        return []
    # What the command looks at whatever it is about: a team's turn.
    return [listed(asked, selection), *asked.called.command.needs(replace(asked, about=(), here=None))]


def fits(one: Conversation, asked: Asked, selection: Selection) -> bool:
    """Whether each word means this conversation, too."""
    words, before = selection.words, _before(asked, selection)
    since = one.waiting_since if one.status in (Status.ACTIVE, Status.PENDING) else one.changed_at
    return (
        one.status in _statuses(asked, selection)
        and (not asked.called.command.is_asked_first or one.status in asked.called.command.selects)
        and closed(asked.instance, one.mailbox) is None
        and may_change(asked, asked.called.command, one)
        and one.goes_on_as is None
        and (one.status is not Status.DELETED or Status.DELETED in asked.called.command.selects)
        and (selection.mailbox is None or one.mailbox == selection.mailbox)
        and (not selection.tag or tag_key(selection.tag) in map(tag_key, one.tags))
        and (not selection.correspondent or normal(selection.correspondent) == normal(one.correspondent.address))
        and bare(selection.subject) in bare(one.subject)
        and (before is None or since < before)
        and ("mine" not in words or one.assignee == asked.person)
        and ("unassigned" not in words or one.assignee is None)
        and ("followed" not in words or asked.person in one.followers)
        and ("starred" not in words or asked.person in one.starred)
        and ("drafts" not in words or one.open_draft is not None)
        and ("snoozed" not in words or one.is_snoozed)
        and ("noanswer" not in words or one.needs_nobody)
    )


def ask(asked: Asked) -> Answer:
    """Count the conversations that would change, name the first, and ask; the rest waits for ✅ or `!yes`."""
    selection = read_selection(asked)
    if isinstance(selection, Sentence):
        return selection
    row, found = asked.called.command, asked.facts[listed(asked, selection)]
    wanted = []
    for one in found.rows:
        if not fits(one, asked, selection):
            continue
        changes = _changes(row, asked, one)
        if isinstance(changes, Sentence):
            return changes
        if changes:
            wanted.append(one)
    is_more = len(wanted) > MOST or len(found.rows) == LOOKED_AT
    wanted = wanted[:MOST]
    if not wanted:
        return sentence("bulk.nothing", name=row.name)
    bulk = Bulk(
        row.name,
        asked.called.people,
        asked.called.names,
        asked.event,
        tuple((one.id, one.version) for one in wanted),
        at=asked.now,
    )
    return put(asked, bulk, *_told(asked, row, wanted, is_more=is_more))


def _changes(row: Command, asked: Asked, one: Conversation) -> bool | Sentence:
    """Whether the command would change it; where that takes more rows to say, it would."""
    alone = replace(asked, about=(one,), here=None)
    if not asked.facts.answers(row.needs(alone)):
        return True
    answer = row.rule(alone)
    if isinstance(answer, Sentence):
        return answer
    return isinstance(answer, Decision) and bool(changed_by(answer))


def _told(asked: Asked, row: Command, wanted: list[Conversation], *, is_more: bool) -> Iterable[Sentence]:
    yield sentence("bulk.counted", count=len(wanted), name=row.name)
    for one in wanted[:MOST_NAMED]:
        who = one.correspondent.name or one.correspondent.address
        yield sentence("bulk.row", number=one.id, subject=one.subject, who=who)
    if len(wanted) > MOST_NAMED:
        yield sentence("bulk.and_more", count=len(wanted) - MOST_NAMED)
    if is_more:
        yield sentence("bulk.not_all", most=MOST)
    if row.is_asked_first:
        yield sentence("bulk.for_good")
    yield how(room_encrypted=asked.room_encrypted)
    yield sentence("dialogue.drop")
