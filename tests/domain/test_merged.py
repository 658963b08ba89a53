"""What was decided in the house stands above what config.yaml says."""

from dataclasses import replace

import pytest

from bot.domain.ids import MailboxId, RoomId
from bot.domain.merged import (
    ARCHIVED,
    PAUSED,
    REMOVED,
    STANDING,
    KeptMailbox,
    Origin,
    Rows,
    Values,
    continued,
    mailbox_scope,
    merged,
)
from bot.domain.settings import Instance, MailboxSettings
from tests.fakes.house import INSTANCE, MAILBOX

OLD, NEW, NEWER = MAILBOX.room, RoomId("!new:localhost"), RoomId("!newer:localhost")


def moved(*moves: tuple[RoomId, RoomId]) -> Rows:
    values: Values = {}
    for old, new in moves:
        values = continued(values, old, new)
    return Rows(values)


def test_a_mailbox_follows_its_room_through_every_upgrade() -> None:
    for moves in ([(OLD, NEW), (NEW, NEWER)], [(NEW, NEWER), (OLD, NEWER)]):
        assert merged(INSTANCE, moved(*moves)) == replace(INSTANCE, mailboxes=(replace(MAILBOX, room=NEWER),))


def test_a_room_that_is_gone_back_to_leads_nowhere() -> None:
    rows = moved((OLD, NEW), (NEW, OLD))
    assert merged(INSTANCE, rows) is INSTANCE
    assert merged(replace(INSTANCE, config_room=NEW), rows).config_room == OLD


def test_whichever_room_of_a_chain_the_file_names_it_is_the_last() -> None:
    rows = moved((OLD, NEW), (NEW, NEWER))
    for named in (OLD, NEW, NEWER):
        instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, room=named),))
        assert merged(instance, rows).mailboxes[0].room == NEWER


def test_the_operator_s_newer_choice_of_another_room_holds() -> None:
    chosen = replace(INSTANCE, mailboxes=(replace(MAILBOX, room=RoomId("!chosen:localhost")),))
    assert merged(chosen, moved((OLD, NEW))) is chosen


def test_the_config_room_and_a_room_of_several_mailboxes_move_as_well() -> None:
    instance = replace(INSTANCE, config_room=OLD, mailboxes=(MAILBOX, replace(MAILBOX, address="b@asso.example")))
    after = merged(instance, moved((OLD, NEW)))
    assert after.config_room == NEW
    assert [m.room for m in after.mailboxes] == [NEW, NEW]
    assert merged(instance, Rows()) is instance
    assert merged(instance, moved((NEWER, NEW))) is instance


OTHER = replace(MAILBOX, id=MailboxId("other@asso.example"), address="other@asso.example")
BOTH = replace(INSTANCE, mailboxes=(MAILBOX, OTHER))


def standing(mailbox: MailboxSettings, value: str) -> Values:
    return {(mailbox_scope(mailbox.id), STANDING): value}


def kept(origin: Origin, *mailboxes: MailboxSettings) -> dict[MailboxId, KeptMailbox]:
    return {one.id: KeptMailbox(origin, one) for one in mailboxes}


@pytest.mark.parametrize(
    ("file", "rows", "mailboxes", "removed"),
    [
        (INSTANCE, Rows({}, kept(Origin.FILE, MAILBOX)), (MAILBOX,), ()),
        (INSTANCE, Rows({}, kept(Origin.FILE, replace(MAILBOX, name="As it was"))), (MAILBOX,), ()),
        (INSTANCE, Rows({}, kept(Origin.HOUSE, OTHER)), (MAILBOX, OTHER), ()),
        (BOTH, Rows({}, kept(Origin.HOUSE, replace(OTHER, name="Of the house"))), (MAILBOX, OTHER), ()),
        (INSTANCE, Rows({}, kept(Origin.FILE, MAILBOX, OTHER)), (MAILBOX,), (OTHER,)),
        (BOTH, Rows(standing(OTHER, PAUSED)), (MAILBOX, replace(OTHER, is_paused=True)), ()),
        (BOTH, Rows(standing(OTHER, ARCHIVED)), (MAILBOX, replace(OTHER, is_archived=True)), ()),
        (BOTH, Rows(standing(OTHER, REMOVED)), (MAILBOX,), (OTHER,)),
        (INSTANCE, Rows(standing(OTHER, REMOVED), kept(Origin.HOUSE, OTHER)), (MAILBOX,), (OTHER,)),
        (INSTANCE, Rows(standing(OTHER, REMOVED)), (MAILBOX,), ()),
        (BOTH, Rows(standing(OTHER, "what a later version says")), (MAILBOX, OTHER), ()),
    ],
    ids=[
        "the file's mailbox is noted",
        "the file's newer words stand",
        "one of the house is there as well",
        "what the file names is the file's",
        "one that the file named once is removed",
        "one is paused",
        "one is archived",
        "one is removed by the house",
        "one of the house is removed",
        "nobody names the one that was removed",
        "an unknown word changes nothing",
    ],
)
def test_mailboxes_are_those_of_the_file_and_of_the_house_but_for_the_removed_ones(
    file: Instance, rows: Rows, mailboxes: tuple[MailboxSettings, ...], removed: tuple[MailboxSettings, ...]
) -> None:
    found = merged(file, rows)
    assert (found.mailboxes, found.removed) == (mailboxes, removed)
    assert (found is file) == (found == file)


def test_a_removed_mailbox_is_in_no_room_and_is_found_by_what_was_under_way() -> None:
    found = merged(BOTH, Rows({**standing(OTHER, REMOVED), **moved((OLD, NEW)).values}))
    assert found.in_room(NEW) == (replace(MAILBOX, room=NEW),)
    assert found.mailbox(OTHER.id) is None
    assert found.also_removed(OTHER.id) == replace(OTHER, room=NEW)
    only = merged(INSTANCE, Rows(standing(MAILBOX, REMOVED)))
    assert not only.in_room(OLD) and only.shows_mail_in(OLD) and not only.shows_mail_in(NEW)
