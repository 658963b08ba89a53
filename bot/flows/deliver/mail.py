"""Makes the calls to a mailbox's servers: submission over SMTP, copies, flags and moves over IMAP."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import assert_never

import structlog

from bot.domain.addresses import normal
from bot.domain.calls import AddFlag, AppendSent, ImapCall, MoveOnServer, Submit, SubmitToMember
from bot.domain.conversation import Conversation, OutState
from bot.domain.ids import ConversationId, UserId
from bot.domain.notices import DELAY, digest_of
from bot.domain.outcomes import (
    ANSWERS_OFF,
    BYTES_GONE,
    OTHER_SENDER,
    OUTDATED,
    AnyOutcome,
    MailAccepted,
    Refused,
    SubmitOutcome,
    TryLater,
    Unknown,
)
from bot.domain.rules.mailing_members import is_code_mailed, is_mailed_to, of_address
from bot.domain.rules.put_off import is_thrown_away
from bot.domain.rules.told import unless_mute
from bot.domain.sentences import sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import row_of
from bot.domain.stories.notices import is_still_told
from bot.domain.traces import LEFT
from bot.flows.deliver.data_begins import Withdrawn, data_begins
from bot.flows.load.notices import load_one
from bot.flows.step.step import Step
from bot.ports import CredentialsRefused, Folders, Submission, Unavailable
from bot.text.wording import say
from storage import conversations, mailed, mails, members, runs, search
from storage.database import Conflict, StorageAway, Tx
from storage.outbox import Claimed

_STORAGE_PAUSE = 2.0
"""Seconds until a mail is tried again for which the database did not take the note that DATA begins."""
_log = structlog.get_logger("blobs")
_ENDED = frozenset({OutState.CANCELLED.value, OutState.REFUSED.value, OutState.UNKNOWN.value})


@dataclass(slots=True)
class MailCaller:
    """The calls to the servers of one mailbox."""

    mailbox: MailboxSettings
    folders: Folders
    submission: Submission
    step: Step
    _found: dict[str, str] = field(default_factory=dict)

    async def submit(self, claimed: Claimed, call: Submit) -> SubmitOutcome:
        """Hand the mail over. That DATA begins is committed before it does (DESIGN rule 5)."""
        path = self.step.blobs.path(call.raw)
        if not path.exists():
            _log.error("bytes_gone", blob=call.raw[:12], mail=call.row)
            return Refused(BYTES_GONE, say(self._today.language, sentence("missing.mail_bytes")))
        known = await self._sent_before(claimed, call)
        if known is not None:
            return known
        if call.sender and not self._today.leaves_from(call.sender):
            return Refused(OTHER_SENDER, say(self._today.language, sentence("missing.sender", before=call.sender)))
        try:
            return await self.submission.submit(
                sender=call.sender,
                recipients=call.recipients,
                raw=path,
                before_data=data_begins(self.step, claimed, partial(self._may_leave, call)),
            )
        except Withdrawn as withdrawn:
            return Refused(withdrawn.why, "")
        except (StorageAway, Conflict):
            # DATA was not said, so that nothing has left, whether or not the commit was made.
            return TryLater("storage", after=_STORAGE_PAUSE)

    async def _may_leave(self, call: Submit, tx: Tx) -> bool:
        """Whether its mailbox still takes answers by mail, where it is one that nobody has sent by a word since.

        Raises:
            Withdrawn: it does not.
        """
        instance = await self.step.settings.read(tx)
        box = instance.also_removed(self.mailbox.id)
        if box is None or box.answer_by_mail:
            return True
        record = await mails.get(tx, call.row)
        is_told = record is None or record.has_waited or record.has_left or record.state_before is not None
        if not is_told and any(row_of(one.slot) == call.row for one in await mailed.every(tx)):
            raise Withdrawn(ANSWERS_OFF)
        return True

    @property
    def _today(self) -> MailboxSettings:
        """What decisions alone read may have changed since the mailbox is served."""
        return self.step.settings.known.also_removed(self.mailbox.id) or self.mailbox

    async def submit_to_member(self, claimed: Claimed, call: SubmitToMember) -> SubmitOutcome:
        """Hand over a mail to a member, if they still want it and may read it when DATA begins.

        What a run that the database forgot may have sent is not sent again.
        """
        put_back = self.step.put_back
        if put_back is not None and claimed.effect <= put_back.calls:
            return Unknown("restored")
        file = self.step.blobs.new_file()
        try:
            await asyncio.to_thread(file.write_bytes, call.raw.encode())
            return await self.submission.submit(
                sender=call.sender,
                recipients=(call.recipient,),
                raw=file,
                before_data=data_begins(self.step, claimed, partial(self._is_wanted, claimed, call)),
            )
        except Withdrawn as withdrawn:
            return Refused(withdrawn.why, "")
        except (StorageAway, Conflict, OSError):
            # DATA was not said.
            return TryLater("storage", after=_STORAGE_PAUSE)
        finally:
            file.unlink(missing_ok=True)

    async def _is_wanted(self, claimed: Claimed, call: SubmitToMember, tx: Tx) -> bool:
        """Whether the address is still theirs, and they are in the room of the conversation that the mail tells of; of
        the mailbox, where it says what became of an answer of theirs, unless it gives them back their own words alone.
        Of a code, whether it counts.

        Raises:
            Withdrawn: they want it, but the address is not used any more, their quiet hours have begun, a note in it
                was deleted or says something else, one of the conversations that it tells of was thrown away or is not
                for them any more, or nothing leaves from its sender. Or what one of them told was read meanwhile, or is
                none of what they chose to be told: it is made anew, if anything is left of it.
        """
        instance = await self.step.settings.read(tx)
        own = of_address(instance, call.person, normal(call.recipient))
        number = claimed.planned.conversation
        if call.tells_of_answer:
            box = instance.mailbox(call.mailbox)
            is_there = box is not None and (call.is_gone or await members.is_joined(tx, box.room, call.person))
            return is_there and is_mailed_to(own)
        if number is None:
            return is_code_mailed(own, call, self.step.clock.now())
        if normal(call.recipient) not in instance.addresses_of(call.person):
            if call.since is None:
                return False
            # By another address of theirs, or here.
            raise Withdrawn(OUTDATED)
        told = [await conversations.get(tx, ConversationId(one)) for one in (number, *call.others)]
        theirs = [one for one in told if one is not None and await self._is_for(tx, one, call.person, instance)]
        is_hidden = any(map(is_thrown_away, theirs))
        if not theirs or (is_hidden and call.since is None):
            return False
        if len(theirs) < len(told) or is_hidden:
            # What it tells of the others is told anew, and what was thrown away waits.
            raise Withdrawn(OUTDATED)
        texts = await search.texts(tx, call.notes)
        said = digest_of((number, words) for number, (_, words) in texts.items())
        box = instance.also_removed(call.mailbox)
        is_foreign = box is not None and not box.leaves_from(call.sender)
        is_quiet = instance.quiet_until(call.person, self.step.clock.now()) is not None
        if is_foreign or is_quiet or len(texts) < len(call.notes) or (call.said and said != call.said):
            raise Withdrawn(OUTDATED)
        if not await self._is_still_told(tx, claimed, call, instance):
            raise Withdrawn(OUTDATED)
        return True

    async def _is_still_told(self, tx: Tx, claimed: Claimed, call: SubmitToMember, instance: Instance) -> bool:
        """What was asked when it was made, asked again of one that has waited."""
        now, number = self.step.clock.now(), claimed.planned.conversation
        has_waited = claimed.attempt > 1 or now - claimed.created_at >= DELAY
        if not has_waited or call.since is None or number is None:
            return True
        for about, since in call.begun(number):
            encrypted = self.step.rooms.encrypted
            one = await load_one(tx, about, call.person, instance, self.step.signer, now, encrypted)
            if since is not None and not is_still_told(one, since, claimed.created_at, now):
                return False
        return True

    async def _is_for(self, tx: Tx, one: Conversation, person: UserId, instance: Instance) -> bool:
        """Whether the person is still to be told of this conversation."""
        is_mute = not unless_mute((person,), one.mailbox, instance.choices)
        return not is_mute and await members.is_joined(tx, one.room, person)

    async def _sent_before(self, claimed: Claimed, call: Submit) -> SubmitOutcome | None:
        """The outcome of a mail that a run which the database forgot has sent; None where that run has not sent it.

        The room is asked first, then Sent. Where neither tells, a person decides. A mail that waited for its time had
        no call when the database was put back.
        """
        put_back = self.step.put_back
        if put_back is None:
            return None
        async with self.step.database.read() as tx:
            record = await mails.get(tx, call.row)
            if claimed.effect > put_back.calls and not (record is not None and record.has_waited):
                return None
            posts = await runs.posts_of_mail(tx, record.message_id) if record is not None else ()
        if record is None:
            return Unknown("restored")
        shown = {post.state for post in posts}
        if shown & LEFT:
            return MailAccepted("", call.recipients)
        if shown & _ENDED:
            return Unknown("restored")
        try:
            folder = await self.folder("sent")
            if not folder:
                return Unknown("restored")
            found = await self.folders.find(folder, record.message_id)
        except Unavailable as away:
            return TryLater(away.reason, is_outage=True)
        except CredentialsRefused:
            return TryLater("credentials", is_outage=True)
        return MailAccepted("", call.recipients) if found else None

    async def act(self, call: ImapCall) -> AnyOutcome:
        """Make one call to the IMAP server."""
        try:
            match call:
                case AppendSent():
                    sent = await self.folder("sent")
                    if not sent:
                        return Refused("NO SENT", "")
                    path = self.step.blobs.path(call.raw)
                    if not path.exists():
                        _log.error("bytes_gone", blob=call.raw[:12], mail=call.row)
                        return Refused(BYTES_GONE, "")
                    return await self.folders.append(sent, path, ("\\Seen",), datetime.fromisoformat(call.date))
                case AddFlag():
                    return await self.folders.add_flag(call.folder, call.uidvalidity, call.uid, call.flag)
                case MoveOnServer():
                    junk = await self.folder("junk") if not (call.source and call.target) else ""
                    source, target = call.source or junk, call.target or junk
                    if not source or not target:
                        return Refused("NO JUNK", "")
                    return await self.folders.move(
                        source, target, message_id=call.message_id, uidvalidity=call.uidvalidity, uid=call.uid
                    )
                case _ as unreachable:
                    assert_never(unreachable)
        except Unavailable as away:
            return TryLater(away.reason, is_outage=True)
        except CredentialsRefused:
            return TryLater("credentials", is_outage=True)

    async def folder(self, role: str) -> str:
        """The folder of that role: as configured, else found on the server; empty where there is none.

        Raises:
            Unavailable, CredentialsRefused: the server cannot be asked.
        """
        configured = self.mailbox.sent if role == "sent" else self.mailbox.junk
        if configured:
            return configured
        if not self._found.get(role):
            special_use = "\\Sent" if role == "sent" else "\\Junk"
            self._found[role] = await self.folders.special_folder(special_use) or ""
        return self._found[role]
