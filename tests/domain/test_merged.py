"""What was decided in the house stands above what config.yaml says."""

from dataclasses import replace

from bot.domain.ids import RoomId
from bot.domain.merged import Rows, continued, merged
from tests.fakes.house import INSTANCE, MAILBOX

OLD, NEW, NEWER = MAILBOX.room, RoomId("!new:localhost"), RoomId("!newer:localhost")


def moved(*moves: tuple[RoomId, RoomId]) -> Rows:
    rows: Rows = {}
    for old, new in moves:
        rows = continued(rows, old, new)
    return rows


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
    assert merged(instance, {}) is instance
    assert merged(instance, moved((NEWER, NEW))) is instance
