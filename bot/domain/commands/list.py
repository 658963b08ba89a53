"""`list`: the conversations of a room, page by page."""

from typing import Final

from bot.domain.command import Answer, Asked, Called, Command, Where, Word, Words
from bot.domain.conversation import Status
from bot.domain.ids import UserId
from bot.domain.needs import Listed, Needs
from bot.domain.page import Block, Bullets, More, Page, Paragraph, RowOf
from bot.domain.sentences import Sentence, sentence

SIZE: Final = 30
"""Conversations on a page."""
MOST_PAGES: Final = 1000
FILTERS: Final = (
    Word("mine", ("miennes",)),
    Word("unassigned", ("libres",)),
    Word("active", ("ouvertes",)),
    Word("pending", ("attente",)),
    Word("closed", ("fermées",)),
    Word("spam", ("indésirables",)),
    Word("followed", ("suivies",)),
    Word("noanswer", ("sansréponse",)),
)
_TO_DO: Final = (Status.ACTIVE, Status.PENDING)
_STATUS: Final = {
    "": (Status.ACTIVE,),
    "active": (Status.ACTIVE,),
    "pending": (Status.PENDING,),
    "closed": (Status.CLOSED,),
    "spam": (Status.SPAM,),
    "unassigned": (Status.ACTIVE,),
    "noanswer": (Status.ACTIVE,),
    "mine": _TO_DO,
}
"""Statuses by the list's word; any other word has all."""
_NEEDS_NOBODY: Final = {"": False, "active": False, "unassigned": False, "noanswer": True}
"""Lists of work leave out conversations that need no answer, which have a list of their own. Others show both."""


def filter_and_page(called: Called) -> tuple[str, int]:
    """The list's word and the number of its page: `!list unassigned 2`."""
    words = [word.lower() for word in called.words]
    pages = [int(word) for word in words if word.isascii() and word.isdigit()]
    others = [word for word in words if not word.isdigit()]
    return others[0] if others else "", min(max(pages[0] if pages else 1, 1), MOST_PAGES)


def _wanted(asked: Asked) -> tuple[UserId | None, Listed]:
    """The wanted page, and the person whose conversations it holds."""
    called = asked.called
    word, page = filter_and_page(called)
    who = called.people[0] if called.people else None
    if called.names and called.names[0] == "me":
        word = "mine"
    elif called.names:
        who = who or asked.member_named(called.names[0])
    return who, Listed(
        mailboxes=tuple(mailbox.id for mailbox in asked.mailboxes),
        status=_TO_DO if who else _STATUS.get(word),
        assignee=asked.person if word == "mine" else who,
        follower=asked.person if word == "followed" else None,
        unassigned=word == "unassigned",
        needs_nobody=_NEEDS_NOBODY.get(word) if who is None else None,
        page=page,
        size=SIZE,
    )


def _needs(asked: Asked) -> Needs:
    return [_wanted(asked)[1]] if _wrong(asked) is None else ()


def _wrong(asked: Asked) -> Sentence | None:
    """Why it names no list."""
    word, _ = filter_and_page(asked.called)
    if word and word not in {one.own for one in FILTERS}:
        filters = " · ".join(one.own for one in FILTERS)
        return sentence("error.list_filter", word=word[:40], filters=filters)
    unknown = [name for name in asked.called.names if asked.member_named(name) is None]
    return sentence("error.who_is_that", name=unknown[0][:60]) if unknown else None


def _list(asked: Asked) -> Answer:
    wrong = _wrong(asked)
    if wrong is not None:
        return wrong
    called = asked.called
    word, page = filter_and_page(called)
    who, wanted = _wanted(asked)
    found = asked.facts[wanted]
    if called.names and called.names[0] == "me":
        word = "mine"
    if who is not None:
        title = sentence("list.title.person", count=found.total, who=who)
    else:
        title = sentence(f"list.title.{word or 'open'}", count=found.total)
    if not found.rows:
        return Page(title, (Paragraph((sentence("list.empty"),)),))
    is_mixed = len({row.status for row in found.rows}) > 1
    blocks: list[Block] = [Bullets(tuple(RowOf(row, is_mixed) for row in found.rows))]
    rest = found.total - SIZE * (page - 1) - len(found.rows)
    if rest > 0:
        blocks.append(More(rest, " ".join(part for part in ("!list", who or word, str(page + 1)) if part)))
    return Page(title, tuple(blocks))


LIST = Command(
    "list",
    "find",
    _list,
    _needs,
    where=Where.ROOM,
    takes=(Words(FILTERS, or_people=True),),
    french=("liste",),
    has_more=True,
)
