"""FreeScout's tables as conversations: what its columns and numbers mean.

The facts are those of its migrations and models (github.com/freescout-helpdesk/freescout).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Final

from bot.cli.freescout_rows import NAME, Lack, addresses_in, alone, number_in
from bot.cli.old_files import OldFiles
from bot.cli.old_mail import OldParts, is_address, written
from bot.domain.conversation import Status
from bot.domain.ids import MailboxId, UserId
from bot.domain.inputs.imported import CarriedDeed, ConversationImported
from bot.domain.mail import Address
from bot.domain.tags import MOST_TAGS, read_tag
from bot.flows.pump.carried import OldConversation, OldMail, OldNote
from storage.staging import Row, Staging

MOST_THREADS: Final = 500
"""Mails, notes and acts of one conversation."""
_MOST_FILES: Final = 100
_MOST_REFERENCES: Final = 20
_CUSTOMER, _MESSAGE, _NOTE, _LINEITEM, _CHAT = "1", "2", "3", "4", "8"
_MAILS: Final = (_CUSTOMER, _MESSAGE, _CHAT)
_PUBLISHED, _DELETED = "2", "3"
_STATUSES: Final = {"1": Status.ACTIVE, "2": Status.PENDING, "3": Status.CLOSED, "4": Status.SPAM}
_STATUS_CHANGED, _USER_CHANGED = "1", "2"


@dataclass(slots=True)
class FreeScout:
    """One FreeScout, staged."""

    staging: Staging
    mailboxes: Mapping[str, MailboxId]
    """Ours, by the address there."""
    people: Mapping[str, UserId]
    """By the address or the number that a user has there."""
    files: OldFiles
    app_key: str
    """`APP_KEY`, by which FreeScout makes the Message-IDs of its mails; empty where it is not known."""
    zone: tzinfo
    lack: Lack = field(default_factory=Lack)

    def numbers(self, *, at_least: int, below: int) -> Iterator[int]:
        """The rows of the conversations of chosen mailboxes, by their numbers."""
        chosen = self._chosen()
        found = []
        for row in self.staging.every("conversations"):
            number = number_in(row, "number") or number_in(row, "id")
            if number_in(row, "mailbox_id") in chosen and at_least <= number < below:
                found.append((number, number_in(row, "id")))
        for _, id in sorted(found):
            yield id

    def count_others(self) -> None:
        """Count the conversations of mailboxes that were not chosen."""
        for row in self.staging.every("mailboxes"):
            address = (row.get("email") or "").lower()
            left = 0 if address in self.mailboxes else self.staging.count("conversations", number_in(row, "id"))
            if left:
                self.lack.mailboxes[address] += left

    def _chosen(self) -> dict[int, tuple[str, Address]]:
        """By number: the address there, and what its mails come from."""
        found = {}
        for row in self.staging.every("mailboxes"):
            address = (row.get("email") or "").lower()
            if address in self.mailboxes:
                found[number_in(row, "id")] = (address, Address(row.get("name") or "", address))
        return found

    def conversations(self, ids: Iterator[int]) -> Iterator[OldConversation]:
        """These conversations, whole."""
        chosen = self._chosen()
        for id in ids:
            row = self.staging.get("conversations", id)
            if row is not None and (one := self._conversation(row, *chosen[number_in(row, "mailbox_id")])) is not None:
                yield one

    def replies(self) -> Iterator[tuple[MailboxId, str, list[tuple[str, bytes]]]]:
        """The saved replies of each chosen mailbox: ours, the mailbox's address there, names and words."""
        for id, (address, own) in self._chosen().items():
            found = []
            for row in self.staging.of("saved_replies", id, 1_000):
                if row.get("text"):
                    found.append((row.get("name") or "", alone(row["text"] or "", own)))
            if found:
                yield self.mailboxes[address], address, found

    # --- one conversation ---------------------------------------------------------------------------------------------

    def _conversation(self, row: Row, address: str, own: Address) -> OldConversation | None:
        id, number = number_in(row, "id"), number_in(row, "number") or number_in(row, "id")
        threads = self.staging.of("threads", id, MOST_THREADS + 1)
        if len(threads) > MOST_THREADS:
            self.lack.counts["threads"] += self.staging.count("threads", id) - MOST_THREADS
            threads = threads[:MOST_THREADS]
        here = _mark(row, threads, address)
        threads.sort(key=lambda one: (one.get("created_at") or "", number_in(one, "id")))
        customer = self._customer(number_in(row, "customer_id"), row.get("customer_email") or "")
        mails, notes, deeds = [], list[OldNote](), list[CarriedDeed]()
        references: list[str] = []
        for thread in threads:
            kind = thread.get("type")
            if kind != _LINEITEM and thread.get("state") != _PUBLISHED:
                self.lack.counts["drafts"] += 1
            elif kind in _MAILS:
                # A chat has the words of both sides under one kind.
                is_ours = kind == _MESSAGE or (kind == _CHAT and not thread.get("created_by_customer_id"))
                mails.append(self._mail(row, here, thread, own, customer, references, is_ours=is_ours))
                if is_ours:
                    deeds.append(self._deed(thread, "history.replied"))
            elif kind == _NOTE:
                author = self._user(thread)
                name = "" if author is not None else self._user_name(thread)
                notes.append(OldNote(alone(thread.get("body") or "", own), self._at(thread), author, name))
            elif kind == _LINEITEM:
                deeds += self._act(thread)
        if not mails:
            self.lack.counts["empty"] += 1
            return None
        status = (
            Status.DELETED if row.get("state") == _DELETED else _STATUSES.get(row.get("status") or "", Status.CLOSED)
        )
        assignee = self._of_user(number_in(row, "user_id"))
        followers = (self._of_user(number_in(one, "user_id")) for one in self.staging.of("followers", id, 100))
        head = ConversationImported(
            NAME,
            self.mailboxes[address],
            number,
            here,
            (row.get("subject") or "")[:998],
            customer,
            status,
            assignee,
            tuple(dict.fromkeys(one for one in followers if one is not None)),
            self._tags(id),
            (),
            deeds=tuple(deeds),
        )
        return OldConversation(head, tuple(mails), tuple(notes))

    def _mail(
        self,
        row: Row,
        here: str,
        thread: Row,
        own: Address,
        customer: Address,
        references: list[str],
        *,
        is_ours: bool,
    ) -> OldMail:
        id, at = number_in(thread, "id"), self._at(thread)
        message_id = (thread.get("message_id") or "").strip("<> ")
        if is_ours or not message_id:
            message_id = self._made_id(here, id, own.address)
        to = tuple(addresses_in(thread.get("to"))) or ((customer,) if is_ours and customer.address else (own,))
        who = own if is_ours else self._writer(thread, customer)
        missing = self.files.missing(self.staging.of("attachments", id, _MOST_FILES))
        missing += max(0, self.staging.count("attachments", id) - _MOST_FILES)
        if missing:
            self.lack.counts["files"] += missing
            if len(self.lack.places) < 100:
                self.lack.places.append(f"#{number_in(row, 'number') or number_in(row, 'id')}")
        if thread.get("body") is None:
            self.lack.counts["bodies"] += 1
        parts = OldParts(
            who,
            to,
            tuple(addresses_in(thread.get("cc"))),
            (row.get("subject") or ""),
            at,
            message_id,
            tuple(references[-_MOST_REFERENCES:]),
            thread.get("body") or "",
            head="" if is_ours else thread.get("headers") or "",
        )
        references.append(message_id)
        return OldMail(str(id), partial(self._written, parts, id), at, is_ours, message_id)

    def _written(self, parts: OldParts, thread: int) -> bytes:
        return written(replace(parts, files=self.files.of(self.staging.of("attachments", thread, _MOST_FILES))))

    def _made_id(self, here: str, thread: int, address: str) -> str:
        """The Message-ID that FreeScout gave a mail of its own; without its key one that nobody has seen, and that a
        second FreeScout of the same address has not, though it counts its rows from 1 as well."""
        domain = address.rpartition("@")[2]
        if not self.app_key:
            house = hashlib.sha256(here.encode()).hexdigest()[:16]
            return f"freescout-{thread}-{house}@{domain}"
        digest = hashlib.md5(f"{thread}{self.app_key}".encode(), usedforsecurity=False).hexdigest()[:16]
        return f"reply-{thread}-{digest}@{domain}"

    def _writer(self, thread: Row, customer: Address) -> Address:
        found = next(iter(addresses_in(json.dumps([thread.get("from") or ""]))), None)
        if found is None or found.address.lower() == customer.address.lower():
            return customer if customer.address else Address(customer.name, "unknown@unknown.invalid")
        whose = self._customer(number_in(thread, "customer_id"), found.address)
        return Address(whose.name, found.address)

    def _customer(self, id: int, address: str) -> Address:
        row = self.staging.get("customers", id)
        name = " ".join(f"{row.get('first_name') or ''} {row.get('last_name') or ''}".split()) if row else ""
        if not is_address(address):
            known = (one.get("email") or "" for one in self.staging.of("emails", id, 20)) if row else iter(())
            address = next((one for one in known if is_address(one)), "")
        return Address(name[:200], address)

    def _act(self, thread: Row) -> list[CarriedDeed]:
        match thread.get("action_type"):
            case str(kind) if kind == _STATUS_CHANGED and thread.get("status") in _STATUSES:
                return [self._deed(thread, f"history.{_STATUSES[thread.get('status') or ''].value}")]
            case str(kind) if kind == _USER_CHANGED:
                user = number_in(thread, "user_id")
                if not user:
                    return [self._deed(thread, "history.unassigned")]
                return [self._deed(thread, "history.assigned", self._of_user(user) or self._name_of(user))]
            case _:
                self.lack.counts["acts"] += 1
                return []

    def _deed(self, thread: Row, action: str, detail: str = "") -> CarriedDeed:
        return CarriedDeed(self._at(thread), self._user(thread), action, detail)

    def _tags(self, conversation: int) -> tuple[str, ...]:
        found: list[str] = []
        for one in self.staging.of("conversation_tag", conversation, 100):
            row = self.staging.get("tags", number_in(one, "tag_id"))
            tag = read_tag("-".join((row.get("name") or "").split())) if row else None
            if tag is None or len(found) >= MOST_TAGS:
                self.lack.counts["tags"] += 1
            elif tag not in found:
                found.append(tag)
        return tuple(found)

    # --- people -------------------------------------------------------------------------------------------------------

    def _user(self, thread: Row) -> UserId | None:
        return self._of_user(number_in(thread, "created_by_user_id"))

    def _user_name(self, thread: Row) -> str:
        return self._name_of(number_in(thread, "created_by_user_id"))

    def _of_user(self, id: int) -> UserId | None:
        row = self.staging.get("users", id) if id else None
        if row is None:
            return None
        address = (row.get("email") or "").lower()
        found = self.people.get(address) or self.people.get(str(id))
        if found is None:
            self.lack.people[address or str(id)] += 1
        return found

    def _name_of(self, id: int) -> str:
        row = self.staging.get("users", id)
        if row is None:
            return "?"
        return " ".join(f"{row.get('first_name') or ''} {row.get('last_name') or ''}".split())[:100] or "?"

    def _at(self, row: Row) -> datetime:
        try:
            found = datetime.fromisoformat((row.get("created_at") or "")[:19])
        except ValueError:
            return datetime(1970, 1, 1, tzinfo=UTC)
        return found.replace(tzinfo=self.zone).astimezone(UTC)


def _mark(row: Row, threads: Sequence[Row], address: str) -> str:
    """What tells a conversation from every other one, also of another FreeScout.

    No time is in it: the same FreeScout says its times in UTC or in its own zone, as it is read.

    Args:
        threads: by their numbers.
    """
    first = next((one for one in threads if one.get("type") in _MAILS), {})
    begun_by = (first.get("message_id") or "").strip("<> ") or (row.get("customer_email") or "").lower()
    return f"{address}:{number_in(row, 'id')}:{number_in(row, 'number')}:{begun_by}"
