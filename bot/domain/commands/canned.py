"""`canned`: saved replies of a mailbox, listed, found, put into a conversation as its draft, saved and removed."""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.canned import MOST_LETTERS, MOST_SAVED, MOST_WORDS, Canned, canned_key, found
from bot.domain.command import Answer, Asked, Command, Numbers, Text, Where
from bot.domain.needs import CannedOf, NameOf, Needs, OutgoingOf, SignaturesOf
from bot.domain.page import Block, Bullets, Page, Paragraph
from bot.domain.rules.paging import beside
from bot.domain.rules.preparing import draft_in, prepared
from bot.domain.rules.saved_replies import filled_for, saved
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.variables import braced, known_names, unknown
from bot.domain.words import Word, bare, meant

SIZE: Final = 20
"""Saved replies on a page."""
SAVE: Final = Word("save", ("enregistrer", "garder"))
REMOVE: Final = Word("remove", ("supprimer", "retirer", "delete"))
_PAGE: Final = re.compile(r"page:(\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Wish:
    """The words behind the command's name."""

    act: Word | None
    """None: list, find, or insert."""
    name: str
    """Or the words to find it by."""
    text: str
    page: int = 1


def _wish(asked: Asked) -> _Wish:
    line, _, text = asked.called.text.strip().partition("\n")
    words = line.split()
    act = next((one for one in (SAVE, REMOVE) if words and bare(words[0]) in one.said), None)
    if act is not None:
        return _Wish(act, " ".join(words[1:]), text.strip())
    page = _PAGE.fullmatch(words[-1]) if words else None
    name = " ".join(words[:-1] if page is not None else words)
    return _Wish(None, name, text.strip(), max(int(page[1]), 1) if page is not None else 1)


def _saved_in(asked: Asked) -> CannedOf:
    return CannedOf(tuple(one.id for one in asked.mailboxes_meant))


def _needs(asked: Asked) -> Needs:
    wish = _wish(asked)
    if asked.here is None or wish.act is not None or not wish.name:
        return [_saved_in(asked)]
    own = SignaturesOf(_saved_in(asked).mailboxes, asked.person)
    return [_saved_in(asked), NameOf(asked.room, asked.person), OutgoingOf(asked.here), own]


def _canned(asked: Asked) -> Answer:
    if any(asked.here is None or number != asked.here.id for number in asked.called.numbers):
        return sentence("error.canned_in_thread", number=int(asked.called.numbers[0]))
    wish = _wish(asked)
    if wish.act is not None:
        return _changed(asked, wish)
    exact = [one for one in asked.facts[_saved_in(asked)] if one.text and one.key == canned_key(wish.name)]
    if wish.text and exact:
        return sentence("error.canned_text", name=exact[0].name)
    only = _only(asked, wish, exact)
    return _listed(asked, wish) if only is None else _inserted(asked, only)


def _only(asked: Asked, wish: _Wish, exact: list[Canned]) -> Canned | None:
    """The one that is meant: by its name, or in a thread by words that find no other."""
    if exact or asked.here is None or not wish.name or wish.text or wish.page > 1:
        return exact[0] if len(exact) == 1 else None
    fits = found([one for one in asked.facts[_saved_in(asked)] if one.text], wish.name)
    return fits[0] if len(fits) == 1 else None


def _listed(asked: Asked, wish: _Wish) -> Answer:
    every = [one for one in asked.facts[_saved_in(asked)] if one.text]
    fits = found(every, wish.name)
    if not fits:
        return sentence("error.canned_none", words=wish.name[:60]) if every else sentence("error.canned_empty")
    there = fits[SIZE * (wish.page - 1) : SIZE * wish.page]
    if not there:
        return sentence("error.canned_pages", count=-(-len(fits) // SIZE))
    is_shared = len(asked.mailboxes_meant) > 1
    blocks: list[Block] = [
        Bullets(tuple(_line(one, asked.instance.address_of(one.mailbox) if is_shared else "") for one in there))
    ]
    words = " ".join(("!canned", *wish.name.split()))
    more, back = beside(
        lambda page: f"{words} page:{page}", page=wish.page, size=SIZE, total=len(fits), shown=len(there)
    )
    blocks += more
    blocks.append(Paragraph((sentence("canned.how", name=there[0].name),)))
    title = sentence("canned.found", count=len(fits)) if wish.name else sentence("canned.title", count=len(fits))
    return Page(title, tuple(blocks), back=back)


def _line(one: Canned, mailbox: str) -> Sentence:
    words = " ".join(one.text.split())
    short = words if len(words) <= 80 else words[:79].rstrip() + "…"
    line = sentence("canned.line", name=one.name, words=short)
    return sentence("canned.line_of", line=line, mailbox=mailbox) if mailbox else line


def _inserted(asked: Asked, one: Canned) -> Answer:
    """The draft of the conversation, where it has none; elsewhere the words are shown."""
    here, mailbox = asked.here, asked.instance.mailbox(one.mailbox)
    if here is None or mailbox is None:
        return _page(one, one.text, sentence("canned.insert_how", name=one.name))
    filled = filled_for(
        one, here, mailbox, me=asked.facts[NameOf(asked.room, asked.person)], lines=_own_lines(asked, one)
    )
    draft = draft_in(asked.facts[OutgoingOf(here)])
    if draft is not None and draft.source != asked.event:
        return _page(one, filled.text, sentence("canned.draft_there", who=draft.by))
    told = [sentence("canned.words", words=filled.text)]
    if filled.empty:
        told.append(sentence("canned.gaps", count=len(filled.empty), names=braced(filled.empty)))
    made = prepared(here, draft, filled.text, by=asked.person, source=asked.event, now=asked.now)
    return made + tell(asked, sentence("canned.inserted", name=one.name)) + tell(asked, *told)


def _own_lines(asked: Asked, one: Canned) -> str:
    kept = asked.facts[SignaturesOf(_saved_in(asked).mailboxes, asked.person)]
    return next((lines.text for lines in kept if lines.mailbox == one.mailbox), "")


def _page(one: Canned, words: str, how: Sentence) -> Page:
    title = sentence("canned.one", name=one.name, who=one.by, at=one.at)
    return Page(title, (Paragraph((sentence("canned.words", words=words),)), Paragraph((how,))), is_short=True)


def _changed(asked: Asked, wish: _Wish) -> Answer:
    mailboxes = asked.mailboxes_meant
    name = " ".join(wish.name.split())
    if len(mailboxes) != 1:
        return sentence("error.canned_which_mailbox")
    if not name:
        return sentence("error.canned_name")
    every = {one.key: one for one in asked.facts[_saved_in(asked)]}
    before = every.get(canned_key(name))
    there = before if before is not None and before.text else None
    if wish.act is REMOVE:
        if there is None:
            return sentence("error.canned_none", words=name[:60])
        return saved(Canned(there.mailbox, there.name, "", asked.person, asked.now, asked.event), there)
    problem = _cannot(asked, name, wish.text, is_new=there is None)
    if problem is not None:
        return problem
    one = Canned(mailboxes[0].id, name, wish.text, asked.person, asked.now, asked.event)
    # Named back, where words of somebody were replaced.
    done = saved(one, there)
    return done if there is None else done + tell(asked, sentence("canned.replaced", name=name, who=there.by))


def _cannot(asked: Asked, name: str, text: str, *, is_new: bool) -> Sentence | None:
    """The reason why these words cannot be kept under that name."""
    if len(name) > MOST_LETTERS or meant((SAVE, REMOVE), name.split(maxsplit=1)[0]):
        return sentence("error.canned_name_long", most=MOST_LETTERS)
    if name.isdigit() or not canned_key(name).strip():
        return sentence("error.canned_name")
    if not text:
        return sentence("error.canned_no_text", name=name)
    if len(text) > MOST_WORDS:
        return sentence("error.canned_too_long", most=MOST_WORDS)
    strange = unknown(text)
    if strange:
        known = known_names(asked.instance.language_in(asked.room))
        return sentence("error.canned_variable", names=braced(strange[:5]), known=known)
    if is_new and sum(1 for one in asked.facts[_saved_in(asked)] if one.text) >= MOST_SAVED:
        return sentence("error.canned_full", most=MOST_SAVED)
    return None


CANNED = Command(
    "canned",
    "write",
    _canned,
    _needs,
    where=Where.ROOM,
    takes=(Numbers(), Text()),
    is_sensitive=True,
    french=("modèle", "modèles"),
    tried=("template", "snippet", "macro", "réponse-type", "saved"),
    has_more=True,
)
