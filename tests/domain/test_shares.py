"""Who serves which mailbox: about as many each, and none moves that need not."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import MailboxId
from bot.domain.shares import assigned

A, B, C = (MailboxId(f"{name}@x") for name in "abc")


@pytest.mark.parametrize(
    ("mailboxes", "processes", "held", "expected"),
    [
        ([A, B], ["one"], {}, {A: "one", B: "one"}),
        ([A, B], ["one", "two"], {}, {A: "one", B: "two"}),
        ([A, B], ["one", "two"], {A: "one", B: "one"}, {A: "one", B: "two"}),
        ([A, B, C], ["one", "two"], {A: "two", B: "one", C: "one"}, {A: "two", B: "one", C: "one"}),
        ([A, B], ["one"], {A: "one", B: "gone"}, {A: "one", B: "one"}),
        ([A], ["one", "two"], {A: "two"}, {A: "two"}),
        ([A], ["one"], {B: "one"}, {A: "one"}),
        ([A], [], {}, {}),
    ],
    ids=[
        "one has all",
        "two share",
        "the one that comes takes its share",
        "what is even stays",
        "one that is gone leaves its own to the others",
        "whoever has it keeps it",
        "what is wanted no more counts for nothing",
        "nobody",
    ],
)
def test_each_mailbox_has_one_process(
    mailboxes: list[MailboxId], processes: list[str], held: Mapping[MailboxId, str], expected: Mapping[MailboxId, str]
) -> None:
    assert assigned(mailboxes, processes, held) == expected


_MAILBOXES = st.lists(st.integers(0, 20).map(lambda n: MailboxId(f"m{n}@x")), max_size=20, unique=True)
_PROCESSES = st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=1, unique=True)


@given(_MAILBOXES, _PROCESSES, st.data())
def test_shares_are_even_whole_and_settled_at_once(
    mailboxes: list[MailboxId], processes: list[str], data: st.DataObject
) -> None:
    held = data.draw(st.dictionaries(st.sampled_from([*mailboxes, A]), st.sampled_from(["one", "two", "gone"])))
    found = assigned(mailboxes, processes, held)
    assert found.keys() == set(mailboxes) and set(found.values()) <= set(processes)
    counts = Counter(found.values())
    assert max(counts.values(), default=0) <= -(-len(mailboxes) // len(processes))
    assert assigned(list(reversed(mailboxes)), reversed(processes), found) == found
