"""The shares of several processes in the mailboxes."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.domain.ids import MailboxId


def assigned(
    mailboxes: Iterable[MailboxId], processes: Iterable[str], held: Mapping[MailboxId, str]
) -> Mapping[MailboxId, str]:
    """The process of each mailbox: even shares, in which no mailbox moves without need.

    Every process computes the same. `held` names who serves each mailbox now, or did before that process went.
    """
    names, wanted = sorted(set(processes)), sorted(set(mailboxes))
    if not names:
        return {}
    most = -(-len(wanted) // len(names))
    counts: Counter[str] = Counter()
    found: dict[MailboxId, str] = {}
    for mailbox in wanted:
        holder = held.get(mailbox)
        if holder is not None and holder in names and counts[holder] < most:
            found[mailbox] = holder
            counts[holder] += 1
    for mailbox in wanted:
        if mailbox not in found:
            found[mailbox] = min(names, key=lambda name: (counts[name], name))
            counts[found[mailbox]] += 1
    return found
