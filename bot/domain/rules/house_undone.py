"""The command that changed something of a mailbox itself was deleted soon after: it goes back."""

from datetime import datetime
from typing import assert_never

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Block, Decision
from bot.domain.effects import Say
from bot.domain.grants import Right
from bot.domain.house_changes import SetValue
from bot.domain.house_deeds import BlockWas, EndHouseDeeds, HouseDone, RuleWas, SettingWas
from bot.domain.house_rules import SaveRule
from bot.domain.inputs.said import Redacted
from bot.domain.merged import ARCHIVED, AUTOREPLY, STANDING
from bot.domain.notices import AskAgain
from bot.domain.rights import has
from bot.domain.rules import config_room
from bot.domain.rules.standing import in_its_room
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings
from bot.domain.snapshots import DeletedSnapshot


def house_undone(snapshot: DeletedSnapshot, input: Redacted, now: datetime) -> Decision:
    """What the command changed and nobody since is as before, and so told, if whoever deletes it has the right."""
    if not snapshot.house:
        return NOTHING
    decision, told = Decision((EndHouseDeeds(input.target),)), dict[str, None]()
    for done in snapshot.house:
        mailbox = snapshot.instance.mailbox(done.deed.mailbox)
        if mailbox is None or input.room not in (mailbox.room, mailbox.config_room, snapshot.instance.config_room):
            # Its own config room is none while it is archived; the word that did so was said there all the same.
            continue
        if not mailbox.takes_back(done.deed.at, now) or not done.is_as_left:
            continue
        if not has(snapshot.instance, right_of(done.deed.was), input.sender, mailbox.id):
            # They had it when they gave the command.
            continue
        count = snapshot.waiting.get(mailbox.id, 0)
        if isinstance(done.deed.was, SettingWas) and done.deed.was.before == ARCHIVED and count:
            # As for the command: a mail that waits would leave when nobody thinks of it any more.
            why = sentence("error.leaving", count=count, address=mailbox.address)
            decision += Decision((), (Say(input.room, (why,), kind=EventKind.NOTICE, in_thread=False),))
            continue
        decision += _back(done, mailbox, input, now)
        told[mailbox.address] = None
    for address in told:
        said = sentence("undone.house", address=address)
        decision += Decision((), (Say(input.room, (said,), kind=EventKind.NOTICE, in_thread=False),))
    return decision


def right_of(was: SettingWas | RuleWas | BlockWas) -> Right:
    """The right to change that, which the row of each command that does so has."""
    match was:
        case SettingWas(key, before, after) if key == STANDING and ARCHIVED in (before, after):
            return Right.ADMIN
        case SettingWas(key=key) if key == AUTOREPLY:
            return Right.AUTOREPLY
        case SettingWas() | RuleWas():
            return Right.EDIT
        case BlockWas():
            return Right.MEMBER
        case _ as unreachable:
            assert_never(unreachable)


def _back(done: HouseDone, mailbox: MailboxSettings, input: Redacted, now: datetime) -> Decision:
    match done.deed.was:
        case SettingWas(key, before, after):
            back = Decision((SetValue(mailbox.id, key, before, input.sender),))
            if key == STANDING and before is None:
                # As for `mailbox resume`.
                back += Decision((AskAgain(),))
            if key != STANDING or ARCHIVED not in (before, after):
                return back
            if before == ARCHIVED:
                return back + in_its_room(mailbox, "archiving.archived_here")
            return back + in_its_room(mailbox, "archiving.back_here") + config_room.back(mailbox, now)
        case RuleWas(rule):
            return Decision((SaveRule(rule),))
        case BlockWas(blocked):
            return Decision((Block(blocked),))
        case _ as unreachable:
            assert_never(unreachable)
