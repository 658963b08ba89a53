"""`mailbox show` and `mailbox set`: what of a mailbox is read and changed in the house, without a restart."""

from dataclasses import dataclass

from bot.domain import rights
from bot.domain.adjusting import KEYS, Key, key_named
from bot.domain.command import Answer, Asked, Command, Right, Sealed, Text, Where
from bot.domain.credentials import PasswordReference
from bot.domain.decision import Decision
from bot.domain.grants import RUNNING
from bot.domain.house_changes import SetValue
from bot.domain.merged import SET
from bot.domain.page import Block, Bullets, Page, Paragraph, Table
from bot.domain.rules.granting import rows_of
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.words import DEFAULT, bare

"""The word for what config.yaml says, or what holds without it."""


@dataclass(frozen=True, slots=True)
class _Wish:
    mailbox: MailboxSettings
    words: str
    """The words behind the mailbox's name, on all lines."""


def _wish(asked: Asked) -> _Wish | Sentence:
    """The mailbox that is named; it need not be where there is one alone."""
    text = asked.called.text.strip()
    first, *rest = text.split(maxsplit=1) or [""]
    found = asked.instance.named(first) if first else None
    if found is not None:
        return _Wish(found, rest[0] if rest else "")
    only = asked.instance.the_only_one
    return which_mailbox(asked) if only is None or "@" in first else _Wish(only, text)


def _show(asked: Asked) -> Answer:
    wish = _wish(asked)
    return wish if isinstance(wish, Sentence) else _page(asked, wish.mailbox)


def _page(asked: Asked, mailbox: MailboxSettings) -> Page:
    head = (sentence("mailbox.head_key"), sentence("mailbox.head_value"), sentence("mailbox.head_where"))
    rows = tuple(_row(asked, key, mailbox) for key in KEYS)
    by = mailbox.password
    named = (sentence("mailbox.referred", reference=by.written),) if isinstance(by, PasswordReference) else ()
    answers = sentence(f"mailbox.autoreply_{mailbox.autoreply.standing}")
    how = sentence("mailbox.how", address=mailbox.address)
    blocks: list[Block] = [Table(head, rows), Paragraph((*named, answers, how))]
    people = rows_of(asked.instance, mailbox.id)
    if people and rights.holds(asked, Right.PERMISSIONS, mailbox):
        blocks.append(Bullets(people, sentence("grant.title")))
    return Page(sentence("mailbox.title", address=mailbox.address), tuple(blocks))


def _name(asked: Asked, key: Key) -> str:
    return key.word.in_language(asked.instance.language_in(asked.room))


def _row(asked: Asked, key: Key, mailbox: MailboxSettings) -> tuple[Sentence, ...]:
    where = "mailbox.set_here" if key.word.own in mailbox.set_here else "mailbox.of_file"
    return (
        sentence("mailbox.key", name=_name(asked, key)),
        sentence("mailbox.value", value=key.shown(mailbox)),
        sentence(where),
    )


def _set(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    mailbox = wish.mailbox
    name, *rest = wish.words.split(maxsplit=1) or [""]
    key, text = key_named(name), rest[0].strip() if rest else ""
    if key is None:
        if not name:
            return _page(asked, mailbox)
        return sentence("error.set_key", word=name[:60], keys=", ".join(_name(asked, one) for one in KEYS))
    if not rights.holds(asked, key.right, mailbox):
        return rights.lacking(key.right)
    if not text:
        return tell(asked, sentence("mailbox.is", key=_name(asked, key), value=key.shown(mailbox)))
    if bare(text) in DEFAULT.said:
        if key.word.own not in mailbox.set_here:
            return sentence("error.set_default", key=_name(asked, key))
        return Decision((SetValue(mailbox.id, SET + key.word.own, None, asked.person),)) + tell(
            asked, sentence("mailbox.set_back", key=_name(asked, key), address=mailbox.address)
        )
    if "\n" in text and not key.takes_lines:
        return sentence("error.set_one_line", key=_name(asked, key))
    changed = key.put(mailbox, text)
    if isinstance(changed, Sentence):
        return changed
    taken = _taken(asked, mailbox, changed)
    if taken is not None:
        return sentence("error.set_taken", word=taken)
    before, now = key.shown(mailbox), key.shown(changed)
    told = sentence("mailbox.set", key=_name(asked, key), address=mailbox.address, before=before, now=now)
    return Decision((SetValue(mailbox.id, SET + key.word.own, text, asked.person),)) + tell(asked, told)


def _taken(asked: Asked, mailbox: MailboxSettings, changed: MailboxSettings) -> str | None:
    """An address that another mailbox has: an answer to it could not be told apart."""
    every = (*asked.instance.mailboxes, *asked.others)
    others = [one.own_addresses for one in every if one.id != mailbox.id]
    return next((one for one in changed.own_addresses if any(one in own for own in others)), None)


MAILBOX_SHOW = Command(
    "mailbox show",
    "admin",
    _show,
    where=Where.ROOM | Where.CONFIG,
    takes=(Text(),),
    right=Right.EDIT,
    also=RUNNING,
    french=("boîte voir",),
)
MAILBOX_SET = Command(
    "mailbox set",
    "admin",
    _set,
    where=Where.ROOM | Where.CONFIG,
    takes=(Text(),),
    right=Right.EDIT,
    also=(Right.SIGNATURE,),
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte régler",),
    has_more=True,
)
