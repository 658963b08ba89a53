"""Reads what the decision on an answer by mail looks at: whose it is, and the words as a message of the thread."""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from bot.domain.authenticity import only_author
from bot.domain.conversation import Conversation
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.inputs.said import TeamMessage
from bot.domain.mailed import Claim, Mailed, Ticket, row_in
from bot.domain.matching import ids_to_look_up
from bot.domain.settings import Instance
from bot.domain.signing import Signer, ascii_domain, row_of
from bot.domain.snapshots import MailedSnapshot
from bot.domain.stories.answered import mailed_key
from bot.domain.upgrades import belongs
from bot.flows.load.team import load_message
from storage import conversations, events, mailed, members, runs, slots
from storage.blobs import Blobs
from storage.database import Tx


async def load_claim(tx: Tx, input: MailArrived | MailUnreadable, instance: Instance, signer: Signer) -> Claim | None:
    """None for a mail that names no notification of ours; only then nothing is looked up."""
    if input.place.role is FolderRole.SENT:
        return None
    ids = ids_to_look_up(input.mail)
    ticket = await _ticket(tx, ids, signer)
    if ticket is None:
        return None
    author = only_author(input.mail)
    owner = await _owner(tx, author) if author else None
    claim = Claim(ticket, owner)
    if owner is None:
        return claim
    is_known = await mailed.get(tx, row_of(mailed_key(input.mail, input.raw, claim))) is not None
    one = await conversations.get(tx, ticket.conversation)
    if one is None or not belongs(one, one.room, instance):
        return replace(claim, is_known=is_known)
    return replace(
        claim,
        conversation=one,
        mailbox=instance.mailbox(one.mailbox),
        is_joined=await members.is_joined(tx, one.room, owner),
        is_known=is_known,
    )


async def _ticket(tx: Tx, ids: Sequence[str], signer: Signer) -> Ticket | None:
    """Of the strongest of the ids that stands over a notification of ours."""
    return None


async def _owner(tx: Tx, author: str) -> UserId | None:
    """The person whose verified address it is."""
    return None


async def load_mailed(
    tx: Tx,
    timer: str,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId],
    blobs: Blobs | None,
) -> MailedSnapshot:
    """The answer; and once its words stand in the thread, them with the needs of the person's message there."""
    row, is_line = row_in(timer)
    one = await mailed.get(tx, row)
    about = await conversations.get(tx, one.conversation) if one is not None else None
    if one is None or about is None or not belongs(about, about.room, instance):
        return MailedSnapshot(one)
    placed = await slots.get(tx, one.slot)
    if placed is None or about.root is None or placed[0] != about.room:
        return MailedSnapshot(one, about)
    known = await events.mail_before(tx, about.id, about.room, one.told_at)
    message = _message(one, about, placed[1], now, is_line=is_line, reply_to=known.event if known else None)
    message = replace(message, room_encrypted=about.room in encrypted)
    asked = await load_message(tx, message, instance, signer, now, encrypted, blobs)
    asked = replace(asked, key=timer, enclosed=one.files)
    home = instance.mailbox(about.mailbox)
    domain = ascii_domain(home.address.rpartition("@")[2]) if home is not None else ""
    id = signer.message_id(conversation=about.id, token=f"{row_of(asked.key):012x}", domain=domain)
    return MailedSnapshot(one, about, message, asked, bool(await runs.posts_of_mail(tx, id)))


def _message(
    one: Mailed, about: Conversation, event: EventId, now: datetime, *, is_line: bool, reply_to: EventId | None
) -> TeamMessage:
    """The words as if the person had written them in the thread, in answer to the newest mail they were told of.

    They are as good as encrypted: who they are from was proven by other means, which `rules/answering.py` asks for.
    """
    said: dict[str, object] = {}
    if not is_line and (one.text or one.files):
        said = {"command": "note" if one.is_note else "reply", "arguments": {"text": one.text}}
    return TeamMessage(
        room=about.room,
        event=event,
        sender=one.person,
        msgtype="m.text",
        body=one.line if is_line else "",
        formatted_body="",
        mentions=(),
        thread=about.root,
        reply_to=reply_to,
        at=now,
        was_encrypted=True,
        command_json=json.dumps(said) if said else "",
    )
