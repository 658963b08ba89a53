"""The command table: every command of the house, in the order in which help shows them; and what reactions mean."""

from collections.abc import Mapping
from typing import Final

from bot.domain.command import Command
from bot.domain.commands.approve import APPROVE
from bot.domain.commands.aside import ASIDE
from bot.domain.commands.assign import ASSIGN, UNASSIGN
from bot.domain.commands.attach import ATTACH
from bot.domain.commands.audit import AUDIT, MAILBOX_LOG
from bot.domain.commands.autoreply import AUTOREPLY
from bot.domain.commands.block import BLOCK, UNBLOCK
from bot.domain.commands.canned import CANNED
from bot.domain.commands.cc import BCC, CC
from bot.domain.commands.check_dns import CHECK_DNS
from bot.domain.commands.customer import CUSTOMER
from bot.domain.commands.delete import DELETE, RESTORE
from bot.domain.commands.draft import DISCARD, DRAFT
from bot.domain.commands.email import EMAIL
from bot.domain.commands.envelope import ALL, FROM, ONLY
from bot.domain.commands.folder import FOLDER_ADD, FOLDER_REMOVE
from bot.domain.commands.follow import FOLLOW, UNFOLLOW
from bot.domain.commands.forward import FORWARD
from bot.domain.commands.grant import GRANT, HIDE, REVOKE, UNHIDE
from bot.domain.commands.health import HEALTH
from bot.domain.commands.help import HELP
from bot.domain.commands.history import HISTORY
from bot.domain.commands.language import LANGUAGE
from bot.domain.commands.list import LIST
from bot.domain.commands.mailbox_add import MAILBOX_ADD
from bot.domain.commands.mailbox_archive import MAILBOX_ARCHIVE, MAILBOX_REMOVE
from bot.domain.commands.mailbox_config import MAILBOX_CONFIG
from bot.domain.commands.mailbox_list import MAILBOX_LIST
from bot.domain.commands.mailbox_password import MAILBOX_PASSWORD
from bot.domain.commands.mailbox_pause import MAILBOX_PAUSE, MAILBOX_RESUME
from bot.domain.commands.mailbox_set import MAILBOX_SET, MAILBOX_SHOW
from bot.domain.commands.mailbox_test import MAILBOX_FOLDERS, MAILBOX_TEST
from bot.domain.commands.merge import MERGE
from bot.domain.commands.more import MORE
from bot.domain.commands.move import MOVE
from bot.domain.commands.new import NEW
from bot.domain.commands.note import NOTE
from bot.domain.commands.notify import NOTIFY
from bot.domain.commands.notspam import NOTSPAM
from bot.domain.commands.original import ORIGINAL
from bot.domain.commands.purge import PURGE
from bot.domain.commands.reply import REPLY
from bot.domain.commands.resend import RESEND
from bot.domain.commands.rule import RULE
from bot.domain.commands.scheduled import SCHEDULED
from bot.domain.commands.search import SEARCH
from bot.domain.commands.send import SEND
from bot.domain.commands.show import SHOW
from bot.domain.commands.signature import SIGNATURE
from bot.domain.commands.snooze import SNOOZE
from bot.domain.commands.split import SPLIT
from bot.domain.commands.star import STAR, UNSTAR
from bot.domain.commands.stats import STATS
from bot.domain.commands.status import ACTIVE, CLOSE, PENDING, SPAM
from bot.domain.commands.subject import SUBJECT
from bot.domain.commands.tag import TAG
from bot.domain.commands.team import TEAM, TEAM_ADD, TEAM_REMOVE
from bot.domain.commands.trace import TRACE
from bot.domain.commands.trust import TRUST
from bot.domain.commands.undo import UNDO
from bot.domain.commands.unfold import UNFOLD
from bot.domain.commands.upgrade import UPGRADE
from bot.domain.commands.who import WHO
from bot.domain.commands.who_merge import WHO_MERGE, WHO_SPLIT
from bot.domain.commands.who_note import WHO_NOTE
from bot.domain.commands.yes import YES
from bot.domain.hands import Hand
from bot.domain.settings import Meaning
from bot.domain.words import bare

TABLE: Final[tuple[Command, ...]] = (
    ASSIGN,
    UNASSIGN,
    TEAM,
    ACTIVE,
    PENDING,
    SNOOZE,
    MERGE,
    SPLIT,
    CLOSE,
    SPAM,
    NOTSPAM,
    MOVE,
    DELETE,
    RESTORE,
    PURGE,
    BLOCK,
    UNBLOCK,
    YES,
    TAG,
    SUBJECT,
    REPLY,
    NEW,
    FORWARD,
    NOTE,
    CC,
    BCC,
    ONLY,
    ALL,
    FROM,
    CUSTOMER,
    DRAFT,
    SEND,
    DISCARD,
    CANNED,
    ATTACH,
    SCHEDULED,
    APPROVE,
    UNDO,
    RESEND,
    LIST,
    SEARCH,
    MORE,
    SHOW,
    HISTORY,
    WHO,
    WHO_MERGE,
    WHO_SPLIT,
    WHO_NOTE,
    ORIGINAL,
    TRACE,
    STATS,
    UNFOLD,
    FOLLOW,
    UNFOLLOW,
    STAR,
    UNSTAR,
    NOTIFY,
    LANGUAGE,
    EMAIL,
    SIGNATURE,
    HELP,
    TRUST,
    UPGRADE,
    RULE,
    AUTOREPLY,
    TEAM_ADD,
    TEAM_REMOVE,
    MAILBOX_LIST,
    MAILBOX_ADD,
    MAILBOX_PAUSE,
    MAILBOX_RESUME,
    MAILBOX_ARCHIVE,
    MAILBOX_REMOVE,
    MAILBOX_PASSWORD,
    MAILBOX_SHOW,
    MAILBOX_SET,
    GRANT,
    REVOKE,
    HIDE,
    UNHIDE,
    MAILBOX_CONFIG,
    MAILBOX_LOG,
    MAILBOX_FOLDERS,
    FOLDER_ADD,
    FOLDER_REMOVE,
    MAILBOX_TEST,
    HEALTH,
    ASIDE,
    AUDIT,
    CHECK_DNS,
)

BY_HAND: Final[Mapping[Meaning, Command]] = {
    Meaning.MINE: ASSIGN,
    Meaning.CLOSE: CLOSE,
    Meaning.PENDING: PENDING,
    Meaning.SPAM: SPAM,
    Meaning.FOLLOW: FOLLOW,
    Meaning.SEND: SEND,
    Meaning.RETRY: RESEND,
    Meaning.SPLIT: SPLIT,
    Meaning.APPROVE: APPROVE,
    Meaning.DISCARD: DISCARD,
}
"""A reaction is a command given by hand: about the thread's conversation, and oneself."""

ON_MAIL: Final[Mapping[Meaning, Command]] = {Meaning.DISCARD: UNDO}
"""The commands of reactions that mean another one on the line of a mail of ours."""

TWINS: Final[Mapping[Hand | Meaning, tuple[str, ...]]] = {
    **{meaning: tuple(rows[meaning].name for rows in (BY_HAND, ON_MAIL) if meaning in rows) for meaning in Meaning},
    Hand.YES: (YES.name,),
    Hand.NO: ("cancel",),
    Hand.FORWARD: (MORE.name,),
    Hand.BACK: (f"{LIST.name} 1",),
    Hand.AGAIN: (f"{ASIDE.name} retry 3",),
}
"""Every reaction that does something, and what does the same in words."""

_BY_NAME: Final = {bare(name): row for row in TABLE for name in row.names}


def by_name(name: str) -> Command | None:
    """The row of this name, in small letters or large, with its accents or without."""
    return _BY_NAME.get(bare(name))


def offered(*, has_mailbox: bool, is_config: bool) -> tuple[Command, ...]:
    """The commands that clients offer in a room: those that do something there."""
    return tuple(row for row in TABLE if row.is_for(has_mailbox=has_mailbox, is_config=is_config))
