"""`search`: conversations of the room by the words of their mails and notes."""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.blocking import key_of
from bot.domain.command import ME, Answer, Asked, Command, Right, Text, Where
from bot.domain.conversation import Status
from bot.domain.dates_in_words import read_day
from bot.domain.excerpt import excerpt
from bot.domain.folding import folded_words
from bot.domain.ids import ConversationId, UserId
from bot.domain.needs import Needs, Searched
from bot.domain.page import Block, Bullets, FoundLine, Page, Paragraph
from bot.domain.rules.lists import STATUSES
from bot.domain.rules.paging import beside, past_the_last
from bot.domain.rules.questions import line_of
from bot.domain.searching import (
    MOST_TERMS,
    MOST_WORDS,
    NO_QUERY,
    SHORTEST_START,
    Field,
    Hit,
    Query,
    Term,
    files_of,
)
from bot.domain.sentences import Sentence, sentence
from bot.domain.subjects import is_mark
from bot.domain.tags import tag_key
from bot.domain.times import zone
from bot.domain.words import Word, meant

SIZE: Final = 10
"""Conversations on a page."""
MOST_PAGES: Final = 1000
KEYS: Final = (
    Word("from", ("de", "expéditeur")),
    Word("to", ("à", "destinataire")),
    Word("subject", ("objet", "sujet")),
    Word("after", ("après", "depuis", "since")),
    Word("before", ("avant",)),
    Word("status", ("statut", "état")),
    Word("assignee", ("pour", "responsable", "assigned", "attribué", "attribuée")),
    Word("tag", ("étiquette",)),
    Word("has", ("avec",)),
    Word("number", ("numéro",)),
    Word("page"),
)
"""Words that a value follows: `from:marie`."""
_WRONG: Final = {
    "from": "error.search_from",
    "to": "error.search_to",
    "subject": "error.search_subject",
    "after": "error.search_after",
    "before": "error.search_before",
    "status": "error.search_status",
    "assignee": "error.search_assignee",
    "tag": "error.search_tag",
    "has": "error.search_has",
    "number": "error.search_number",
    "page": "error.search_page",
}
_FILE: Final = (Word("attachment", ("pièce", "pièces", "piece-jointe", "fichier", "attachments", "file", "files")),)
_NOBODY: Final = (
    Word(
        "nobody",
        (
            *("personne", "none", "aucun", "aucune", "unassigned", "libre", "libres"),
            *("non-attribué", "non-attribuée", "non-attribuées", "non-assigné", "non-assignée", "non-assignées"),
        ),
    ),
)
_FIELDS: Final = {"from": Field.FROM, "to": Field.TO, "subject": Field.SUBJECT}
_PART: Final = re.compile(r'(?:(?P<key>[^\W\d_](?:[^\W\d_]|-){0,19}):)?(?:"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+))')
_SPACED: Final = re.compile(r"(?<!\S)(?P<key>[^\W\d_]{1,12}) ?:(?: (?=(?P<next>\S{1,20}))|$)")
"""A key as it is written by whoever sets a blank after, or around, a colon."""
_OF_TWO: Final = re.compile(r"(?<=:)(non|pas|en) (?=attribu|assign|attente)", re.IGNORECASE)
_WITHOUT: Final = re.compile(r'[-\u2012-\u2015\u2212]{1,2}(?:(?P<word>[^\W\d_].*)|(?="))')
"""Before a word: other searches leave out what has it."""
_SCHEMES: Final = frozenset("http https ftp mailto tel sip xmpp matrix urn cid data".split())
_NUMBER: Final = re.compile(r"#?(\d{1,12})")


@dataclass(frozen=True, slots=True)
class _Wish:
    query: Query = NO_QUERY
    page: int = 1
    words: tuple[str, ...] = ()
    """What was asked for, without the page: the command of the next page."""


def _wish(asked: Asked) -> _Wish | Sentence:
    """What the words ask for; operators of any index are words like others."""
    line = line_of(asked)
    wish = _Wish()
    if line is None:
        return sentence("error.search_many", most=MOST_TERMS)
    line = _SPACED.sub(_joined, line)
    line = _OF_TWO.sub(r"\1-", line)
    for part in _PART.finditer(line):
        without = _WITHOUT.match(line, part.start()) if part["quoted"] is None else None
        if without is not None:
            return sentence("error.search_without", word=(without["word"] or part[0]).split(" ")[0][:40])
        key, empty = meant(KEYS, part["key"] or ""), _nothing_behind(part)
        if empty:
            return sentence("error.search_empty", word=empty)
        value = part["quoted"] if part["quoted"] is not None else part["word"] or ""
        read = _filtered(asked, wish, key, value.strip()) if key else _word(wish, part[0], value, part["key"] or "")
        if isinstance(read, Sentence):
            return read
        wish = read if key == "page" else replace(read, words=(*read.words, part[0]))
        if wish.query.is_long or len(wish.words) > MOST_WORDS:
            return sentence("error.search_many", most=MOST_TERMS)
    return sentence("error.search_what") if wish.query.is_empty else wish


def _nothing_behind(part: re.Match[str]) -> str:
    """The filter, as it is written, behind which nothing stands; empty where this is none."""
    word = part["word"] or ""
    is_empty = part["quoted"] is not None and not part["quoted"].strip()
    key = part["key"] if is_empty else word[:-1] if word.endswith(":") and part["key"] is None else ""
    return f"{key}:" if key and meant(KEYS, key) else ""


def _joined(found: re.Match[str]) -> str:
    """A key beside its value; behind one with nothing but another filter behind it stays a blank."""
    if not meant(KEYS, found["key"]):
        return f"{found['key']} "
    following, colon, _ = (found["next"] or "").partition(":")
    is_alone = bool(colon and meant(KEYS, following))
    return f"{found['key']}: " if is_alone else f"{found['key']}:"


def _word(wish: _Wish, written: str, value: str, key: str) -> _Wish | Sentence:
    # `http://x`, `re:x`, `std::x` are words.
    if key and value and value[0] not in "/:\\" and key.lower() not in _SCHEMES and not is_mark(key):
        return sentence("error.search_filter", word=key, words=f"{key}:{value[:40]}")
    return _with_term(wish, f"{key} {value}" if key else value, Field.ANY, written)


def _with_term(wish: _Wish, value: str, field: Field, written: str) -> _Wish | Sentence:
    words = tuple(folded_words(value))
    is_start = written.rstrip('"').endswith("*") and bool(words)
    if is_start and len(words[-1]) < SHORTEST_START:
        return sentence("error.search_start", word=value[:40], least=SHORTEST_START)
    if not words:
        return wish
    return replace(wish, query=replace(wish.query, terms=(*wish.query.terms, Term(words, field, is_start))))


def _of_person(wish: _Wish, value: str) -> _Wish:
    """An address means its person, who may have others (`!who merge`)."""
    address = key_of(value)
    if address is None or address.startswith("@"):
        return wish
    *before, term = wish.query.terms
    return replace(wish, query=replace(wish.query, terms=(*before, replace(term, address=address))))


def _filtered(asked: Asked, wish: _Wish, key: str, value: str) -> _Wish | Sentence:
    query, wrong = wish.query, sentence(_WRONG[key], word=value[:40])
    match key:
        case "from" | "to" | "subject":
            if not folded_words(value):
                return wrong
            read = _with_term(wish, value, _FIELDS[key], value)
            return _of_person(read, value) if key == "from" and isinstance(read, _Wish) else read
        case "after" | "before":
            at = read_day(value, asked.now, zone(asked.instance.timezone))
            if at is None:
                return wrong
            query = replace(query, after=at) if key == "after" else replace(query, before=at)
        case "status":
            status = meant(STATUSES, value.replace(" ", "-"))
            if not status:
                return wrong
            query = replace(query, status=Status(status))
        case "assignee":
            assigned = _assigned(asked, query, value)
            if assigned is None:
                return wrong
            query = assigned
        case "tag":
            if not tag_key(value.lstrip("#+")):
                return wrong
            query = replace(query, tag=tag_key(value.lstrip("#+")))
        case "has":
            if not meant(_FILE, value):
                return wrong
            query = replace(query, has_file=True)
        case _:
            number = _NUMBER.fullmatch(value)
            if number is None:
                return wrong
            if key == "page":
                return replace(wish, page=min(max(int(number[1]), 1), MOST_PAGES))
            query = replace(query, number=ConversationId(int(number[1])))
    return replace(wish, query=query)


def _assigned(asked: Asked, query: Query, value: str) -> Query | None:
    if meant((ME,), value):
        return replace(query, assignee=asked.person)
    if meant(_NOBODY, value.replace(" ", "-")):
        return replace(query, is_unassigned=True)
    if re.fullmatch(r"@[^\s:]+:\S+", value):
        return replace(query, assignee=UserId(value))
    name = value.lstrip("@").lower()
    return replace(query, assignee_name=name) if name else None


def _searched(asked: Asked, wish: _Wish) -> Searched:
    return Searched(tuple(one.id for one in asked.mailboxes), wish.query, wish.page, SIZE)


def _needs(asked: Asked) -> Needs:
    wish = _wish(asked)
    return [] if isinstance(wish, Sentence) or not asked.mailboxes else [_searched(asked, wish)]


def _search(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    if not asked.mailboxes:
        return sentence("error.no_mailbox_here")
    found = asked.facts[_searched(asked, wish)]
    words = " ".join(wish.words)

    def command(page: int) -> str:
        return f"!search {words} page:{page}"

    title = sentence("search.title", count=found.total, words=words[:200])
    past = past_the_last(title, command, page=wish.page, size=SIZE, total=found.total, shown=len(found.rows))
    if past is not None:
        return past
    if not found.rows:
        none = sentence("search.none_of_newest" if found.is_more else "search.nothing")
        return Page(title, (Paragraph((none, *_meant_otherwise(wish))),))
    blocks: list[Block] = [Bullets(tuple(_line(hit, wish.query) for hit in found.rows))]
    more, back = beside(command, page=wish.page, size=SIZE, total=found.total, shown=len(found.rows))
    blocks += more
    if found.is_more:
        blocks.append(Paragraph((sentence("search.uncounted"),)))
    return Page(title, tuple(blocks), back=back)


def _meant_otherwise(wish: _Wish) -> tuple[Sentence, ...]:
    """Of a search that found nothing, what its words may have been meant as."""
    name = wish.query.assignee_name
    named = (sentence("search.assignee_name", name=name[:40]),) if name else ()
    number = next((found[1] for word in wish.words if (found := re.fullmatch(r"#(\d{1,12})", word))), None)
    return named if number is None else (*named, sentence("search.as_number", number=number))


def _line(hit: Hit, query: Query) -> FoundLine:
    text = hit.mail.text if hit.mail is not None else hit.note
    terms = [term for term in query.terms if term.field is not Field.SUBJECT]
    shown = excerpt(text, terms)
    if hit.mail is None:
        return FoundLine(hit.conversation, shown, is_note=bool(hit.note))
    if not any(piece.is_found for piece in shown):
        named = excerpt(" · ".join(files_of(hit.mail)), terms)
        if any(piece.is_found for piece in named):
            return FoundLine(hit.conversation, named, is_file=True)
    return FoundLine(hit.conversation, shown)


SEARCH = Command(
    "search",
    "find",
    _search,
    _needs,
    where=Where.ROOM | Where.DIRECT,
    takes=(Text(),),
    only_reads=True,
    aliases=("find",),
    french=("chercher", "recherche"),
    tried=("grep", "trouver", "rechercher"),
    has_more=True,
    right=Right.READ,
)
