"""Seals words that may be a secret before anything reads them: no decision, row or log line has these words."""

import secrets as randomness
from dataclasses import replace
from datetime import datetime

from bot.domain.command import Called, tells_secret
from bot.domain.commands.reading import read, read_edit
from bot.domain.conversation import EventKind
from bot.domain.credentials import PasswordReference
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.mailbox_answers import read_answer
from bot.domain.dialogues.steering import steer_in
from bot.domain.dialogues.table import listening
from bot.domain.ids import SecretId
from bot.domain.inputs import Input
from bot.domain.inputs.said import VERIFICATION, MessageEdited, TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.mail_ways import read_ways
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import NewPassword
from bot.domain.settings import Instance
from bot.domain.upgrades import UpgradeState, uses
from bot.ports import Vault
from storage import dialogues, events, secrets, upgrades
from storage.database import Tx


async def sealed(tx: Tx, input: Input, instance: Instance, vault: Vault, now: datetime) -> Input:
    """The input without its words, where its writer was asked for a secret and the words may be that secret.

    A command of the house, `!cancel`, `!back` and `!status` are no secrets, nor is a reference that config.yaml lists
    for this mailbox. Everything else that the person writes is the secret, in whatever form.
    """
    match input:
        case TeamMessage():
            dialogue = await asked_for(tx, input, instance, now)
            if dialogue is not None and input.file is not None:
                return replace(_without_words(input), file=None, is_secret=True)
            if dialogue is None:
                return input
            reference = _reference(input, dialogue, instance)
            if reference is not None:
                return replace(_without_words(input), secret=reference)
            return await _sealed(tx, input, dialogue, vault, now)
        case Undecryptable():
            return replace(input, is_secret=await _asking(tx, input, instance, now) is not None)
        case MessageEdited():
            if not await has_secret(tx, input, instance, now):
                return input
            return replace(input, body="", formatted_body="", mentions=(), command_json="", is_secret=True)
        case _:
            return input


async def has_secret(tx: Tx, input: TeamMessage | MessageEdited, instance: Instance, now: datetime) -> bool:
    """Whether a message may hold a secret, and is deleted: somebody asked for one, or a command has one behind it."""
    if _tells_at_once(input, instance):
        return True
    if isinstance(input, TeamMessage):
        return await asked_for(tx, input, instance, now) is not None
    if not _may_be_asked(input, instance):
        return False
    target = await events.get(tx, input.room, input.target)
    if target is not None and target.kind is EventKind.SECRET:
        return True
    return listening(await dialogues.taking_secrets(tx, input.room), input.sender, now, input.at) is not None


async def asked_for(tx: Tx, input: TeamMessage, instance: Instance, now: datetime) -> Dialogue | None:
    """The dialogue that the words of this message may be a secret for."""
    dialogue = await _asking(tx, input, instance, now)
    return None if dialogue is None or _is_no_secret(input, dialogue, instance) else dialogue


async def _asking(tx: Tx, input: TeamMessage | Undecryptable, instance: Instance, now: datetime) -> Dialogue | None:
    """The dialogue in which the sender is asked for a secret there."""
    if not _may_be_asked(input, instance):
        return None
    asking = await dialogues.taking_secrets(tx, input.room)
    if not asking and input.room != instance.config_room:
        # Some write on where the room was before it was upgraded; the dialogue went along with it.
        before = await upgrades.get(tx, input.room)
        if before is not None and before.state is UpgradeState.FOLLOWED:
            asking = await dialogues.taking_secrets(tx, instance.config_room)
    return listening(asking, input.sender, now, input.at, input.thread)


def may_be_secret(input: Input, instance: Instance) -> bool:
    """Whether an input that cannot be decided is put aside without its words, because they may be a secret."""
    if not isinstance(input, TeamMessage | MessageEdited):
        return False
    return _may_be_asked(input, instance) or _tells_at_once(input, instance)


def _may_be_asked(input: TeamMessage | MessageEdited | Undecryptable, instance: Instance) -> bool:
    """What somebody wrote where passwords are spoken of, or to the bot alone: not in a team's room."""
    return input.room == instance.config_room or not instance.in_room(input.room)


def _tells_at_once(input: TeamMessage | MessageEdited, instance: Instance) -> bool:
    if not uses(instance, input.room):
        return False
    read_as = read(input, bot=instance.bot) if isinstance(input, TeamMessage) else read_edit(input, bot=instance.bot)
    return tells_secret(read_as, instance, input.sender, input.room)


def _is_no_secret(input: TeamMessage, dialogue: Dialogue, instance: Instance) -> bool:
    if input.msgtype == VERIFICATION:
        return True
    if isinstance(dialogue.state, NewMailbox) and input.file is None and _answers(dialogue.state, input):
        return True
    is_steering = not input.command_json and steer_in(input.body) is not None
    return is_steering or isinstance(read(input, bot=instance.bot), Called)


def _answers(state: NewMailbox, input: TeamMessage) -> bool:
    """Whether the words are an answer: while the password is waited for, only a server's line, as it cannot be one."""
    if state.waits_for_password:
        return read_ways(input.body, users=False) is not None
    return read_answer(input.body, input.at.date()) is not None


def _reference(input: TeamMessage, dialogue: Dialogue, instance: Instance) -> PasswordReference | None:
    """The listed reference that somebody wrote in place of the password; None for all other words."""
    match dialogue.state:
        case NewPassword(mailbox=mailbox) | NewMailbox(id=mailbox):
            return instance.reference(mailbox, input.body)
        case _:
            return None


async def _sealed(tx: Tx, input: TeamMessage, dialogue: Dialogue, vault: Vault, now: datetime) -> TeamMessage:
    id = SecretId(randomness.token_hex(16))
    await secrets.add(tx, id, vault.close(input.body.strip(), id), dialogue.id, now)
    return replace(_without_words(input), secret=id)


def _without_words(input: TeamMessage) -> TeamMessage:
    return replace(input, body="", formatted_body="", mentions=(), command_json="")
