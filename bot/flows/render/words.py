"""Renders words that somebody of the team wrote by mail, and the files that came with them."""

import hashlib

from bot.domain.calls import Priority, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.effects import PostWords
from bot.domain.files import Enclosure
from bot.domain.ids import ConversationId, UserId
from bot.domain.planned import PlannedCall, lane_of_thread, post
from bot.flows.render import contents
from bot.flows.render.mail import silent_file, upload_of
from bot.flows.render.scene import Scene
from bot.text.files import file_lines
from bot.text.inert import inert_text
from bot.text.out_post import out_post
from bot.text.profile import Profile
from bot.text.reader import Reader
from bot.text.shown import handle, in_words, lines, name_of

_MARK = "\N{ENVELOPE}\ufe0f"


def render_words(effect: PostWords, scene: Scene) -> tuple[PlannedCall, ...]:
    """One event for the words, and one for each file, so that the others see what leaves."""
    number = effect.conversation.id if effect.conversation is not None else None
    reader = scene.reader(effect.room)
    profile = _profile(effect.person, reader) if effect.person is not None else None
    standing = handle(number, _MARK) + in_words(effect.told, reader)
    standing = lines((standing, file_lines([one.as_attachment for one in effect.files], reader)))
    shown, _ = out_post(standing, effect.text, reader, is_markdown=effect.is_markdown, is_folded=False)
    about = contents.ours(EventKind.NOTICE, number)
    content = contents.message(shown, about, mention=effect.mention, is_notice=not effect.mention, profile=profile)
    event = SendEvent(effect.room, "m.room.message", content, thread_of=number, slot=effect.slot)
    # In the order of the mails among which they stand.
    lane = lane_of_thread(number) if number is not None else ""
    calls = [post(event, Priority.MAIL, lane=lane, conversation=number)]
    if effect.shows_files:
        calls += [_file(effect, one, number, profile) for one in effect.files if one.is_here]
    return tuple(calls)


def _profile(person: UserId, reader: Reader) -> Profile:
    """The member's own name, behind a mark: nobody takes the message for one that they wrote there."""
    name = name_of(person, reader)
    return Profile(hashlib.sha256(f"mailed:{person}".encode()).hexdigest()[:16], f"{_MARK} {inert_text(name)}")


def _file(effect: PostWords, one: Enclosure, number: ConversationId | None, profile: Profile | None) -> PlannedCall:
    file = one.as_attachment
    silent, becomes = silent_file(number, file, contents.ours(EventKind.ATTACHMENT, number), profile)
    uploads = (upload_of(file),)
    event = SendEvent(effect.room, "m.room.message", silent, thread_of=number, uploads=uploads, becomes=becomes)
    lane = lane_of_thread(number) if number is not None else ""
    return post(event, Priority.ATTACHMENT, lane=lane, conversation=number, event_kind=EventKind.ATTACHMENT)
