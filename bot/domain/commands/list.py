"""`list`: the conversations of a room, page by page."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.command import ME, Answer, Asked, Command, Right, Where, Words
from bot.domain.conversation import Status
from bot.domain.ids import MailboxId, UserId
from bot.domain.needs import Listed, Needs
from bot.domain.page import Block, Bullets, Page, Paragraph, RowOf
from bot.domain.rules.lists import FILTERS, KEYS, STATUSES, WHOSE, mailbox_named, unknown
from bot.domain.rules.paging import beside, past_the_last
from bot.domain.sentences import Sentence, sentence
from bot.domain.tags import MOST_LETTERS, read_tag

SIZE: Final = 30
"""Conversations on a page."""
MOST_PAGES: Final = 1000
_TO_DO: Final = (Status.ACTIVE, Status.PENDING)
_STATUS: Final = {
    "": (Status.ACTIVE,),
    "unassigned": (Status.ACTIVE,),
    "noanswer": (Status.ACTIVE,),
    "snoozed": (Status.PENDING,),
    "mine": _TO_DO,
}
"""The statuses of a list beside which none stands; any other list has all."""
_OWN: Final = {kind: frozenset(word.own for word in words) for kind, words in (("status", STATUSES), ("whose", WHOSE))}
_KNOWN: Final = frozenset(word.own for word in FILTERS)


@dataclass(frozen=True, slots=True)
class _Wish:
    """The list that the words behind the name mean."""

    word: str = ""
    """One of `WHOSE` or `ALONE`; empty: what is open, or what the others say."""
    status: str = ""
    who: UserId | None = None
    tag: str = ""
    correspondent: str = ""
    mailbox: MailboxId | None = None
    page: int = 1

    def command(self, page: int) -> str:
        """The command that shows one of its pages; empty: there is none."""
        if not 0 < page <= MOST_PAGES:
            return ""
        tag = f"tag:{self.tag}" if self.tag else ""
        person = f"from:{self.correspondent}" if self.correspondent else ""
        words = (self.mailbox or "", self.who or "", person, tag, self.word, self.status, str(page))
        return " ".join(("!list", *(word for word in words if word)))


def _wish(asked: Asked) -> _Wish | Sentence:
    people = _people(asked)
    if isinstance(people, Sentence):
        return people
    wish = _Wish(who=people[0] if people else None)
    words = ["mine"] if ME.own in asked.called.names else []
    for word in asked.called.words:
        key, is_key, value = word.partition(":")
        if word.isascii() and word.isdigit():
            wish = replace(wish, page=min(max(int(word[:9]), 1), MOST_PAGES))
        elif is_key and LIST.meant(key) == "tag":
            tag = read_tag(value)
            if tag is None:
                return sentence("error.no_tag", word=value[:40], most=MOST_LETTERS)
            wish = replace(wish, tag=tag)
        elif is_key and LIST.meant(key) == "from":
            if not 0 < value.find("@") < len(value) - 1:
                return sentence("error.list_from", word=value[:60])
            wish = replace(wish, correspondent=value)
        elif word.lower() in _KNOWN:
            words.append(word.lower())
        elif (mailbox := mailbox_named(asked, word)) is not None:
            wish = replace(wish, mailbox=mailbox)
        else:
            return unknown(asked, word)
    words = list(dict.fromkeys(words))
    if asked.within is not None and not (words or people or wish.tag or wish.correspondent or wish.mailbox):
        words = ["mine"]
    statuses = [word for word in words if word in _OWN["status"]]
    others = [word for word in words if word not in _OWN["status"]]
    is_whose = (not others or others[0] in _OWN["whose"]) and not wish.correspondent
    kinds = len(others) + len(people) + bool(wish.tag) + bool(wish.correspondent)
    if kinds > 1 or len(statuses) > 1 or (statuses and not is_whose):
        return sentence("error.list_one_filter")
    return replace(wish, word=others[0] if others else "", status=statuses[0] if statuses else "")


def _people(asked: Asked) -> list[UserId] | Sentence:
    """The people who are named, but oneself."""
    named = [(name, asked.member_named(name)) for name in asked.called.names if name != ME.own]
    unknown = next((name for name, person in named if person is None), None)
    if unknown is not None:
        return sentence("error.who_is_that", name=unknown[:60])
    # A client writes the name beside the pill.
    return list(dict.fromkeys((*asked.called.people, *(person for _, person in named if person is not None))))


def _listed(asked: Asked, wish: _Wish) -> Listed:
    """What is to do of a person; of a tag, and of what one follows, all statuses; else what its word says."""
    mailboxes = tuple(one.id for one in asked.mailboxes) if wish.mailbox is None else (wish.mailbox,)
    if wish.correspondent:
        return Listed(mailboxes, correspondent=wish.correspondent, page=wish.page, size=SIZE)
    if wish.status:
        status: tuple[Status, ...] | None = (Status(wish.status),)
    elif wish.who is not None:
        status = _TO_DO
    else:
        status = None if wish.tag else _STATUS.get(wish.word)
    # Lists of work leave out conversations that need no answer, which have a list of their own. Others show both.
    is_work = status == (Status.ACTIVE,) and wish.word in ("", "unassigned") and not wish.tag and wish.who is None
    is_pending = wish.status == "pending" and not wish.word and not wish.tag and wish.who is None
    return Listed(
        mailboxes=mailboxes,
        status=status,
        assignee=asked.person if wish.word == "mine" else wish.who,
        follower=asked.person if wish.word == "followed" else None,
        starrer=asked.person if wish.word == "starred" else None,
        unassigned=wish.word == "unassigned",
        needs_nobody=True if wish.word == "noanswer" else False if is_work else None,
        drafts=wish.word == "drafts",
        snoozed=True if wish.word == "snoozed" else False if is_pending else None,
        tag=wish.tag,
        correspondent="",
        page=wish.page,
        size=SIZE,
    )


def _needs(asked: Asked) -> Needs:
    wish = _wish(asked)
    return [] if isinstance(wish, Sentence) else [_listed(asked, wish)]


def _title(wish: _Wish, count: int) -> Sentence:
    is_status_alone = not (wish.word or wish.tag or wish.who)
    if wish.who is not None:
        title = sentence("list.title.person", count=count, who=wish.who)
    elif wish.correspondent:
        title = sentence("list.title.from", count=count, address=wish.correspondent)
    elif wish.tag:
        title = sentence("list.title.tag", count=count, tag=wish.tag)
    else:
        title = sentence(f"list.title.{wish.word or wish.status or 'open'}", count=count)
    if wish.status and not is_status_alone:
        title = sentence("list.title.and", title=title, more=sentence(f"status.{wish.status}"))
    return title if wish.mailbox is None else sentence("list.title.and", title=title, more=wish.mailbox)


def _list(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    found = asked.facts[_listed(asked, wish)]
    title = _title(wish, found.total)
    past = past_the_last(title, wish.command, page=wish.page, size=SIZE, total=found.total, shown=len(found.rows))
    if past is not None:
        return past
    if not found.rows:
        return Page(title, (Paragraph((sentence("list.empty"),)),))
    is_mixed = len({(row.status, row.is_snoozed) for row in found.rows}) > 1
    blocks: list[Block] = [Bullets(tuple(RowOf(row, is_mixed) for row in found.rows))]
    more, back = beside(wish.command, page=wish.page, size=SIZE, total=found.total, shown=len(found.rows))
    blocks += more
    if found.is_more:
        blocks.append(Paragraph((sentence("list.uncounted"),)))
    return Page(title, tuple(blocks), back=back)


LIST = Command(
    "list",
    "find",
    _list,
    _needs,
    where=Where.ROOM | Where.DIRECT,
    takes=(Words((*FILTERS, *KEYS), or_people=True),),
    only_reads=True,
    french=("liste",),
    has_more=True,
    right=Right.READ,
)
