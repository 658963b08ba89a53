"""The places in which each kind of happening is seen."""

from enum import Flag, auto
from typing import Final

from bot.domain.happening import What


class Follows(Flag):
    """The places in which a happening is seen."""

    NOTHING = 0
    HISTORY = auto()
    HEARD = auto()
    """A message to those whom the conversation concerns, if a person acted."""
    NEWS = auto()
    """A line of the main timeline, if somebody should notice the mail."""
    CARD = auto()
    BOARD = auto()


_NOTHING, _HISTORY, _CARD = Follows.NOTHING, Follows.HISTORY, Follows.CARD
_HEARD = Follows.HISTORY | Follows.HEARD
_SHOWN = Follows.CARD | Follows.BOARD
FOLLOWS: Final = {
    What.OPENED: _HISTORY | _SHOWN,
    What.BEGUN: _HISTORY | _SHOWN,
    What.IMPORTED: _HISTORY,
    What.REOPENED: _HISTORY,
    What.CAME: _SHOWN | Follows.NEWS,
    What.FOLDED: _SHOWN,
    What.UNFOLDED: _CARD,
    What.GIVEN_LATE: _CARD,
    What.WRITTEN: _NOTHING,
    What.WAITS_FOR_APPROVAL: _HEARD | Follows.BOARD,
    What.APPROVED: _HEARD | Follows.BOARD,
    What.APPROVAL_WITHDRAWN: _HEARD | Follows.BOARD,
    What.REPLIED: _HEARD | _SHOWN,
    What.REPLIED_ELSEWHERE: _HISTORY | _SHOWN,
    What.ANSWERED: _SHOWN,
    What.REPLY_REFUSED: _HISTORY,
    What.TO_DO_AGAIN: _SHOWN,
    What.REPLY_UNCERTAIN: _HISTORY,
    What.REPLY_CANCELLED: _HISTORY,
    What.REPLY_WITHDRAWN: _HEARD | Follows.BOARD,
    What.REPLY_KEPT: _HISTORY,
    What.RESENT: _HISTORY,
    What.RESEND_CANCELLED: _HISTORY,
    What.ACTIVE: _HEARD | _SHOWN,
    What.PENDING: _HEARD | _SHOWN,
    What.CLOSED: _HEARD | _SHOWN,
    What.SPAM: _HEARD | _SHOWN,
    What.NO_SPAM: _HEARD | _SHOWN,
    What.DELETED: _HEARD | _SHOWN,
    What.BROUGHT_BACK: _HEARD | _SHOWN,
    What.ASSIGNED: _HEARD | _SHOWN,
    What.UNASSIGNED: _HEARD | _SHOWN,
    What.STARRED: _NOTHING,
    What.UNSTARRED: _NOTHING,
    What.FOLLOWED: _HISTORY | _SHOWN,
    What.UNFOLLOWED: _HISTORY | _SHOWN,
    What.DRAFTED: _HEARD | _CARD,
    What.REDRAFTED: _HEARD | _CARD,
    What.DISCARDED: _HISTORY | _CARD,
    What.DRAFT_MOVED: _CARD,
    What.SENDER: _HEARD | _CARD,
    What.FORWARDED: _HEARD,
    What.TAGGED: _HISTORY | _SHOWN,
    What.UNTAGGED: _HISTORY | _SHOWN,
    What.SNOOZED: _HEARD | _SHOWN,
    What.MERGED: _HEARD | _SHOWN,
    What.JOINED: _HEARD | _SHOWN,
    What.CONTINUED: _HISTORY | _CARD,
    What.SPLIT: _HEARD | _SHOWN,
    What.SPLIT_FROM: _HISTORY | _SHOWN,
    What.SPLIT_OFF: _HEARD | _SHOWN,
    What.PARTED: _HISTORY | _SHOWN,
    What.WOKEN: _HISTORY | _SHOWN,
    What.MOVED: _HEARD | _SHOWN,
    What.ARRIVED: _NOTHING,
    What.SUBJECT_CHANGED: _HISTORY | _SHOWN,
    What.CUSTOMER: _HEARD | _SHOWN,
    What.SAME_PERSON: _HISTORY | _CARD,
    What.PERSON_NOTED: _HISTORY | _CARD,
    What.NOTED: _HEARD,
    What.TALKED: _HEARD,
    What.NAMED: _HEARD,
    What.RECIPIENTS: _HEARD | _CARD,
    What.RULED: _HISTORY,
    What.PASSED_ON: _HISTORY,
    What.AUTOREPLIED: _HISTORY,
    What.BEGUN_BY_RULE: _HISTORY | _SHOWN,
    What.COMMAND_UNDONE: _HISTORY | _SHOWN,
    What.RESTORED: _HISTORY | Follows.BOARD,
}
