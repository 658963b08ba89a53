"""`trace`: what became of a mail, in or out: where it lies, where it is shown, what the server answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.command import Answer, Asked, Command, Right, Text, Where
from bot.domain.conversation import Direction, MailRecord, OutState
from bot.domain.dates_in_words import Days, read_days
from bot.domain.folding import folded_words
from bot.domain.ids import MailboxId
from bot.domain.mail import Address
from bot.domain.needs import MembersOf, Needs, TraceOf
from bot.domain.page import Block, Bullets, Line, Page, Paragraph, RowOf
from bot.domain.rules.paging import beside, past_the_last
from bot.domain.rules.questions import line_of
from bot.domain.searching import Field, Query, Term
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.settings import Instance
from bot.domain.times import zone
from bot.domain.tracing import Traced, Traces

SIZE: Final = 5
"""Mails on a page."""
MOST_PAGES: Final = 100
_MOST_WORDS: Final = 20
_MOST_DAYS: Final = 3
"""Words that may be days: each is tried as one."""
_PART: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
_PAGE: Final = re.compile(r"page:(\d{1,4})")
_STILL_OPEN: Final = (OutState.QUEUED, OutState.RETRYING)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that is none of a day for sure, or names one."""

    term: Term
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    people: tuple[Term, ...] = ()
    named: tuple[_Word, ...] = ()
    """Words of the subject or of names, of which some may be days."""
    message_id: str = ""
    """What may be one, where nothing else is asked."""
    page: int = 1
    words: tuple[str, ...] = ()
    """What was asked for, without the page."""

    @property
    def is_for_sure(self) -> bool:
        """Whether it cannot be that a mail is here and bears other words: it is asked for by who, or by when."""
        return all(one.days is not None for one in self.named) and len(self.named) < 2

    @property
    def queries(self) -> tuple[Query, ...]:
        """By each day that is named, the others being words, and by all of them as words; by who wrote it, and by whom
        it is to.
        """
        dated = [one for one in self.named if one.days is not None]
        return tuple(query for day in (*dated, None) for query in self._queries(day))

    def _queries(self, dated: _Word | None) -> tuple[Query, ...]:
        terms = tuple(one.term for one in self.named if one is not dated)
        days = dated.days if dated is not None else None
        if dated is None and not (terms or self.people):
            return ()
        whole = Query(terms, with_taken_back=True)
        if days is not None:
            whole = replace(whole, after=days.start, before=days.end)
        if not self.people:
            return (whole,)
        return tuple(
            replace(whole, terms=(*terms, *(replace(one, field=field) for one in self.people)))
            for field in (Field.FROM, Field.TO)
        )


def _wish(asked: Asked) -> _Wish | Sentence:
    line = line_of(asked)
    if line is None:
        return sentence("error.search_many", most=_MOST_WORDS)
    wish = _Wish()
    for part in _PART.finditer(line):
        word = part[1] if part[1] is not None else part[2]
        page = _PAGE.fullmatch(word)
        if page is not None:
            wish = replace(wish, page=min(max(int(page[1]), 1), MOST_PAGES))
            continue
        days = read_days(word, asked.now, zone(asked.instance.timezone)) if part[1] is None else None
        words = tuple(folded_words(word))
        if words and "@" in word:
            wish = replace(wish, people=(*wish.people, Term(words)), message_id=word.strip("<>"))
        elif words:
            named = Term(words, Field.SUBJECT, or_in=(Field.FROM, Field.TO))
            wish = replace(wish, named=(*wish.named, _Word(named, days)))
        wish = replace(wish, words=(*wish.words, part[0]))
        terms = (*wish.people, *(one.term for one in wish.named))
        if sum(len(term.words) for term in terms) > _MOST_WORDS:
            return sentence("error.search_many", most=_MOST_WORDS)
    if sum(one.days is not None for one in wish.named) > _MOST_DAYS:
        return sentence("error.trace_what")
    if len(wish.words) != 1:
        wish = replace(wish, message_id="")
    return wish if wish.people or wish.named else sentence("error.trace_what")


def _is_config(asked: Asked) -> bool:
    return asked.room == asked.instance.config_room


def _mailboxes(asked: Asked) -> tuple[MailboxId, ...]:
    """Those of the room; for an admin in the config room all."""
    return tuple(one.id for one in (asked.instance.mailboxes if _is_config(asked) else asked.mailboxes))


def _may(asked: Asked) -> bool:
    return not _is_config(asked) or asked.person in asked.instance.admins


def _traced(asked: Asked, wish: _Wish) -> TraceOf:
    homes = tuple(one.id for one in asked.instance.mailboxes)
    return TraceOf(_mailboxes(asked), wish.queries, wish.page, SIZE, wish.message_id, homes, asked.room)


def _needs(asked: Asked) -> Needs:
    wish = _wish(asked)
    if isinstance(wish, Sentence) or not _may(asked) or not _mailboxes(asked):
        return ()
    return [_traced(asked, wish), *([MembersOf(asked.room)] if _is_config(asked) else [])]


def _trace(asked: Asked) -> Answer:
    wish = _wish(asked)
    if not _may(asked):
        return sentence("error.trace_admins")
    if isinstance(wish, Sentence):
        return wish
    if not _mailboxes(asked):
        return sentence("error.no_mailbox_here")
    found, words = asked.facts[_traced(asked, wish)], " ".join(wish.words)
    if _is_config(asked):
        known = {*asked.instance.admins, asked.instance.bot}
        other = next((one for one in asked.facts[MembersOf(asked.room)] if one not in known), None)
        if other is not None:
            # Whoever has to do with one mailbox sees nothing of another.
            return sentence("error.trace_read_by", who=other)
    if not found.total:
        return _nothing(found, words, asked.instance, is_for_sure=wish.is_for_sure)

    def command(page: int) -> str:
        return f"!trace {words} page:{page}"

    title = sentence("trace.title", count=found.total, words=words[:200])
    past = past_the_last(title, command, page=wish.page, size=SIZE, total=found.total, shown=len(found.rows))
    if past is not None:
        return past
    blocks: list[Block] = [_block(one, asked.instance) for one in found.rows]
    more, back = beside(command, page=wish.page, size=SIZE, total=found.total, shown=len(found.rows))
    blocks += more
    if found.is_more:
        blocks.append(Paragraph((sentence("trace.uncounted"),)))
    return Page(title, tuple(blocks), back=back)


def _nothing(found: Traces, words: str, instance: Instance, *, is_for_sure: bool) -> Page:
    """No such mail: how far was read, so that one knows where to look on; or where one went that was shown here."""
    if found.went:
        numbers = numbered(found.went)
        went = sentence("trace.went", words=words[:200], count=len(found.went), numbers=numbers)
        return Page(blocks=(Paragraph((went,)),), is_short=True)
    read = tuple(
        sentence(
            "trace.read", mailbox=instance.address_of(one.mailbox), folder=one.folder, uid=one.uid, since=one.since
        )
        if one.since.year > 1990
        else sentence("trace.read_whole", mailbox=instance.address_of(one.mailbox), folder=one.folder, uid=one.uid)
        for one in found.folders
    )
    said = [sentence("trace.look_on")]
    if found.put_aside:
        said.insert(0, sentence("trace.put_aside", count=found.put_aside))
    blocks: tuple[Block, ...] = (Bullets(read),) if read else ()
    title = "trace.nothing" if is_for_sure else "trace.no_words"
    return Page(sentence(title, words=words[:200]), (*blocks, Paragraph(tuple(said))))


def _block(one: Traced, instance: Instance) -> Bullets:
    record = one.record
    is_out = record.direction is Direction.OUT
    who = _shown(record.to) if is_out else _shown(record.from_)
    key = "trace.out" if is_out else "trace.in"
    title = sentence(key, at=record.date, people=who, subject=record.subject[:150] or "—")
    lines = _of_outgoing(one, instance) if is_out else _of_incoming(one, instance)
    return Bullets((*lines, RowOf(one.conversation, with_mark=True)), title)


def _of_incoming(one: Traced, instance: Instance) -> Iterator[Line]:
    record = one.record
    yield _place(record, instance.address_of(record.mailbox))
    if not record.raw:
        yield sentence("trace.forgotten" if record.is_forgotten else "trace.without_bytes")
    if record.is_automatic:
        yield sentence("trace.needs_nobody")
    yield _where_shown(one)


def _of_outgoing(one: Traced, instance: Instance) -> Iterator[Line]:
    record, call = one.record, one.submission
    if record.author is not None:
        sender = record.from_[0].address if record.from_ else instance.address_of(one.conversation.mailbox)
        yield sentence("trace.written_by", who=record.author, sender=sender)
    else:
        yield sentence("trace.by_itself" if record.is_auto_answer else "trace.written_elsewhere")
    if record.state is not None:
        yield sentence(f"trace.state.{record.state.value}")
    if call is not None and call.attempt and record.state in _STILL_OPEN:
        yield sentence("trace.tries", count=call.attempt)
    words = record.detail or (call.words if call is not None else "")
    if words and record.author is not None:
        yield sentence("trace.server_words", words=words[:300])
    if record.failed:
        yield sentence("trace.not_to", addresses=", ".join(record.failed[:10]))
    if record.author is None or record.uid or record.folder:
        yield _place(record, instance.address_of(record.mailbox))
    yield _where_shown(one)


def _place(record: MailRecord, mailbox: str) -> Sentence:
    if not record.folder:
        return sentence("trace.no_place", mailbox=mailbox)
    if not record.uid:
        return sentence("trace.in_folder", mailbox=mailbox, folder=record.folder)
    return sentence(
        "trace.at_place",
        mailbox=mailbox,
        folder=record.folder,
        uid=record.uid,
        uidvalidity=record.uidvalidity,
    )


def _where_shown(one: Traced) -> Sentence:
    number = int(one.conversation.id)
    if one.record.is_folded:
        return sentence("trace.folded", number=number)
    return sentence("trace.shown" if one.record.event is not None else "trace.not_shown", number=number)


def _shown(people: tuple[Address, ...]) -> str:
    named = [f"{one.name[:60]} <{one.address[:120]}>" if one.name else one.address[:120] for one in people[:3]]
    return ", ".join(named) + (f" +{len(people) - 3}" if len(people) > 3 else "") or "—"


TRACE = Command(
    "trace",
    "find",
    _trace,
    _needs,
    where=Where.ROOM | Where.CONFIG,
    takes=(Text(),),
    only_reads=True,
    french=("retracer",),
    tried=("where", "track", "pister"),
    has_more=True,
    right=Right.READ,
)
