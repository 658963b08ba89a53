"""Makes the calls to the room: uploads first, then the event, as an edit where its slot is filled."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from bot.domain.calls import (
    ChatCall,
    DescribeCommand,
    EnterRoom,
    FetchFile,
    FollowUpgrade,
    InvitePerson,
    MakeConfigRoom,
    MakeRoom,
    PinEvent,
    QuitRoom,
    RedactEvent,
    RemoveReader,
    SendEvent,
    TrustUser,
    Upload,
)
from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EventId, MessageRow, RoomId
from bot.domain.outcomes import (
    BYTES_GONE,
    TOO_LARGE,
    WITHDRAWN,
    Accepted,
    AnyOutcome,
    Fetched,
    FetchOutcome,
    Made,
    MakeOutcome,
    Outcome,
    Posted,
    PostOutcome,
    Refused,
    TryLater,
)
from bot.domain.rules.config_room import UNWANTED, is_wanted
from bot.domain.sentences import sentence
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace
from bot.flows.deliver.bytes_again import BytesAgain
from bot.flows.deliver.follow import follow
from bot.flows.deliver.inviting import invite, remove
from bot.flows.deliver.space import SpaceCaller
from bot.flows.keep.room_looks import REFUSED, UNSEEN
from bot.flows.keep.room_state import state_of
from bot.flows.load.direct import may_be_read
from bot.flows.render.contents import KEY, MEDIA_PLACE
from bot.flows.step.step import Step
from bot.ports import TOO_FAR_BACK, Chat, Unavailable, Uploaded
from bot.text.html_images import without_image, without_images
from bot.text.reader import Reader
from bot.text.shown import in_words
from storage import media, runs
from storage.database import StorageAway
from storage.outbox import Claimed

_REFUSED_PAUSE = 30.0
_SEARCH_PAUSE = 3600.0
_UNSEEN_PAUSE = 5.0
_MOST_OUTER = 300
_REMEMBERED = timedelta(hours=20)
"""Age of an attempt after which we look before we send again: Synapse forgets transaction ids after 24 hours."""


@dataclass(slots=True)
class ChatCaller:
    """Makes the calls to the homeserver."""

    chat: Chat
    step: Step
    again: BytesAgain

    async def call(self, claimed: Claimed, call: ChatCall) -> AnyOutcome:
        """Make one call to the homeserver."""
        match call:
            case SendEvent():
                return await self._send(claimed, call)
            case PinEvent(room, event, is_gone):
                return await self._pin(room, event, is_gone=is_gone)
            case RedactEvent(room, event, is_secret):
                return await self.chat.redact(room, event, claimed.transaction, with_edits=not is_secret)
            case EnterRoom(room):
                return await self.chat.join(room)
            case QuitRoom(room):
                return await self.chat.leave(room)
            case MakeRoom():
                return await self._make(call)
            case MakeConfigRoom(make=make):
                return await self._make(make)
            case InvitePerson() | RemoveReader():
                return await self._people(call)
            case DescribeCommand():
                return await self.chat.describe(call)
            case FetchFile():
                return await self._fetch(call)
            case TrustUser(user=user, key=key):
                return await self.chat.trust(user, key)
            case MakeSpace() | LinkRoom() | InviteToSpace() | RemoveFromSpace():
                return await SpaceCaller(self.chat, self.step.settings.known).call(call)
            case FollowUpgrade():
                return await follow(self.chat, self.step, call)
            case _ as unreachable:
                assert_never(unreachable)

    async def _send(self, claimed: Claimed, call: SendEvent) -> PostOutcome:
        if call.room in self.step.rooms.refused:
            # A room that anybody can read gets no mail; what waits is kept until somebody mends it.
            return TryLater(REFUSED, after=_REFUSED_PAUSE)
        if self.step.settings.known.shows_mail_in(call.room) and call.room not in self.step.rooms.looked:
            # Nobody knows who can read the room: the look that is due lets the call go on.
            return TryLater(UNSEEN, after=_UNSEEN_PAUSE)
        if (told := claimed.planned.tells) and not await self._may_be_read(call.room, told):
            # It may have waited for long: access ends with leaving the room.
            return Refused(WITHDRAWN, "")
        content = json.loads(call.content)
        if (there := await self._posted_before(claimed, call, content)) is not None:
            return await self._taken_over(claimed, call, content, there)
        if claimed.attempt > 1 and await self._may_be_forgotten(claimed):
            try:
                found = await self.chat.find(
                    call.room,
                    claimed.root if call.thread_of is not None else None,
                    claimed.transaction,
                    call.event_type,
                    claimed.first_tried_at,
                )
            except Unavailable as away:
                if away.reason == TOO_FAR_BACK:
                    # The event may be there: nothing is posted twice because nobody could look.
                    return TryLater(away.reason, after=_SEARCH_PAUSE)
                return TryLater(away.reason, is_outage=True)
            if found is not None:
                return Posted(found)
        for upload in call.uploads:
            if call.room in self.step.rooms.encrypted and content.get("url") != MEDIA_PLACE + upload.blob:
                # The room was encrypted after this was written: a picture in place would lie open on the server.
                content = {**content, "formatted_body": without_images(str(content.get("formatted_body", "")))}
                continue
            stored = await self._media(call.room, upload, claimed.planned.mail)
            if isinstance(stored, Refused) and content.get("url") != MEDIA_PLACE + upload.blob:
                # The words are shown, whatever becomes of a picture in them.
                content = self._without_picture(content, call.room, upload, stored)
                continue
            if not isinstance(stored, Uploaded):
                return stored
            content = _with_media(content, upload, stored)
        if call.event_type == "m.room.message":
            content = _placed(content, claimed, call)
        elif call.event_type == "m.reaction":
            content = {**content, KEY: {"effect": claimed.transaction}}
        dumped = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        outcome = await self.chat.send(call.room, call.event_type, dumped, claimed.transaction, in_clear=call.in_clear)
        return replace(outcome, on=_stands_on(claimed, call)) if isinstance(outcome, Posted) else outcome

    async def _may_be_read(self, room: RoomId, numbers: tuple[ConversationId, ...]) -> bool:
        """Whether what is said in a direct chat tells its person of nothing but what they may read by now."""
        chat = self.step.settings.known.direct_in(room)
        if chat is None:
            return False
        async with self.step.database.glance() as tx:
            return await may_be_read(tx, chat.person, numbers)

    async def _posted_before(self, claimed: Claimed, call: SendEvent, content: dict[str, object]) -> EventId | None:
        """The same card, mail or file from a run that the database forgot; None where that run posted none."""
        kind, number = claimed.planned.event_kind, claimed.planned.conversation
        if self.step.put_back is None or kind is None or number is None or claimed.slot_event is not None:
            return None
        about = content.get(KEY)
        message_id = about.get("message_id") if isinstance(about, dict) else None
        async with self.step.database.glance() as tx:
            return await runs.posted(
                tx,
                room=call.room,
                kind=kind,
                conversation=number,
                message_id=str(message_id or ""),
                name=str(content.get("filename", "")),
            )

    async def _taken_over(
        self, claimed: Claimed, call: SendEvent, content: dict[str, object], there: EventId
    ) -> PostOutcome:
        """Take the event of a forgotten run as the end of this call. A card is edited, because the database knows its
        conversation only from the mails."""
        if claimed.planned.event_kind is not EventKind.CONVERSATION:
            return Posted(there)
        edit = json.dumps(_placed(content, claimed, replace(call, edits=there)), ensure_ascii=False)
        outcome = await self.chat.send(call.room, call.event_type, edit, claimed.transaction, in_clear=call.in_clear)
        return Posted(there) if isinstance(outcome, Posted) else outcome

    async def _fetch(self, call: FetchFile) -> FetchOutcome:
        """Fetch a file into a blob; a file that is fetched twice after a crash is kept once."""
        into = self.step.blobs.new_file()
        outcome = await self.chat.download(call.url, call.encryption, into, limit=call.limit)
        if not isinstance(outcome, Accepted):
            return outcome
        try:
            size = into.stat().st_size
            return Fetched(await self.step.blobs.adopt(into), size)
        except (OSError, StorageAway):
            return TryLater("disk")

    async def _make(self, call: MakeRoom) -> MakeOutcome:
        """Make the room, unless an earlier try did: a second call would make a second one."""
        try:
            found = await self.chat.find_room(call.mark)
        except Unavailable as away:
            return TryLater(away.reason, is_outage=True)
        return Made(found) if found is not None else await self.chat.make_room(call)

    async def _people(self, call: InvitePerson | RemoveReader) -> Outcome:
        if not is_wanted(self.step.settings.known, call):
            # It may have waited for long: rights were given or ended, and rooms given up.
            return Refused(UNWANTED, "")
        try:
            if isinstance(call, InvitePerson):
                return await invite(self.chat, call.room, call.user)
            return await remove(self.chat, call.room, call.user, call.reason, spares_moderators=call.spares_moderators)
        except Unavailable as away:
            return TryLater(away.reason, is_outage=True)

    async def _may_be_forgotten(self, claimed: Claimed) -> bool:
        if claimed.changed_hands:
            return True
        first = claimed.first_tried_at
        return first is not None and self.step.clock.now() - first > _REMEMBERED

    async def _media(self, room: RoomId, upload: Upload, row: MessageRow | None) -> Uploaded | Refused | TryLater:
        """Upload once for each content and kind of room; a crash after the upload leaks one file, nothing more."""
        try:
            encrypt = room in self.step.rooms.encrypted or await self.chat.is_encrypted(room)
        except Unavailable as away:
            # The homeserver tells only members whether a room is encrypted: no file is uploaded in clear before.
            return TryLater(away.reason)
        async with self.step.database.glance() as tx:
            known = await media.get(tx, upload.blob, encrypt)
        if known is not None:
            return Uploaded(*known)
        try:
            if not await self.again.bring(upload.blob, row):
                return Refused(BYTES_GONE, "")
        except (Unavailable, StorageAway):
            return TryLater("bytes_gone")
        path = self.step.blobs.path(upload.blob)
        size = path.stat().st_size
        limit = await self.chat.upload_limit() or 0
        if limit and size > limit:
            return Refused(TOO_LARGE, f"{size} {limit}")
        done = await self.chat.upload(
            path, filename=upload.filename, content_type=upload.content_type, size=size, encrypt=encrypt
        )
        if isinstance(done, Refused) and done.code in ("M_TOO_LARGE", "413"):
            # A proxy before the homeserver may take less than the homeserver says.
            return Refused(TOO_LARGE, f"{size} {0 if size <= limit else limit}")
        if isinstance(done, Uploaded):
            async with self.step.database.write() as tx:
                await media.put(tx, upload.blob, encrypt, done.url, done.encryption)
        return done

    def _without_picture(
        self, content: dict[str, object], room: RoomId, upload: Upload, refused: Refused
    ) -> dict[str, object]:
        if refused.code == BYTES_GONE:
            words = sentence("missing.picture_gone", filename=upload.filename)
        else:
            size = upload.size or self.step.blobs.path(upload.blob).stat().st_size
            words = sentence("missing.picture", filename=upload.filename, bytes=size)
        language = self.step.settings.known.language_in(room)
        told = in_words(words, Reader(language, self.step.clock.now()))
        html = without_image(str(content.get("formatted_body", "")), MEDIA_PLACE + upload.blob, told.html)
        return {**content, "body": f"{content.get('body', '')}\n{told.body}", "formatted_body": html}

    async def _pin(self, room: RoomId, event: str, *, is_gone: bool) -> Outcome:
        try:
            pinned = (await state_of(self.chat, room, "m.room.pinned_events")).get("pinned", [])
        except Unavailable as away:
            return TryLater(away.reason, is_outage=True)
        if not isinstance(pinned, list):
            pinned = []
        if (event in pinned) != is_gone:
            return Accepted()
        others = [one for one in pinned if one != event]
        # A client's banner shows the last pin first.
        content = json.dumps({"pinned": others if is_gone else [*others, event]})
        return await self.chat.put_state(room, "m.room.pinned_events", "", content)


def _with_media(content: dict[str, object], upload: Upload, stored: Uploaded) -> dict[str, object]:
    place = MEDIA_PLACE + upload.blob
    if content.get("url") == place:
        content = dict(content)
        if stored.encryption:
            del content["url"]
            content["file"] = json.loads(stored.encryption)
        else:
            content["url"] = stored.url
        return content
    html = content.get("formatted_body")
    if isinstance(html, str):
        content = {**content, "formatted_body": html.replace(place, stored.url)}
    return content


def rings(claimed: Claimed, call: SendEvent) -> bool:
    """Whether clients ring by the event: for a message that is new and no notice (default push rules)."""
    if call.event_type != "m.room.message" or call.edits is not None or _edited_in_slot(claimed, call) is not None:
        return False
    return bool(json.loads(call.content).get("msgtype") != "m.notice")


def _edited_in_slot(claimed: Claimed, call: SendEvent) -> EventId | None:
    return claimed.slot_event if call.slot and not call.is_new else None


def _stands_on(claimed: Claimed, call: SendEvent) -> EventId | None:
    """What the database names at the time of the claim, and may forget until the receipt comes."""
    if call.edits is not None or call.event_type != "m.room.message":
        return None
    return _edited_in_slot(claimed, call) or (claimed.root if call.thread_of is not None else None)


def _placed(content: dict[str, object], claimed: Claimed, call: SendEvent) -> dict[str, object]:
    """The content with its relation (edit, place in a thread, reply) and our marker, which finds the event again."""
    about = content.get(KEY)
    marked = {**about, "effect": claimed.transaction} if isinstance(about, dict) else {"effect": claimed.transaction}
    if call.reply_to is not None:
        # In a thread the relation does not always name the answered event; after a restore this key tells it.
        marked["answers"] = call.reply_to
    content = {**content, KEY: marked}
    if call.edits is not None:
        return _edit(content, call.edits)
    if (edited := _edited_in_slot(claimed, call)) is not None:
        return _edit(content, edited)
    relation: dict[str, object] = {}
    if call.thread_of is not None and claimed.root is not None:
        falls_back = call.reply_to is None or call.is_falling_back
        target = call.reply_to or claimed.latest_in_thread or claimed.root
        relation = {
            "rel_type": "m.thread",
            "event_id": claimed.root,
            "is_falling_back": falls_back,
            "m.in_reply_to": {"event_id": target},
        }
    elif call.under is not None:
        relation = {
            "rel_type": "m.thread",
            "event_id": call.under,
            "is_falling_back": False,
            "m.in_reply_to": {"event_id": call.reply_to or call.under},
        }
    elif call.reply_to is not None:
        relation = {"m.in_reply_to": {"event_id": call.reply_to}}
    return {**content, "m.relates_to": relation} if relation else content


def _edit(content: dict[str, object], target: str) -> dict[str, object]:
    """The content of an edit. The words outside of `m.new_content`, for clients without edits, are short."""
    words = str(content.get("body", ""))
    edit = {key: value for key, value in content.items() if key not in ("format", "formatted_body")}
    edit["body"] = f"* {words if len(words) <= _MOST_OUTER else words[:_MOST_OUTER] + '…'}"
    # An edit pings nobody anew.
    edit["m.mentions"] = {}
    edit["m.new_content"] = content
    edit["m.relates_to"] = {"rel_type": "m.replace", "event_id": target}
    return edit
