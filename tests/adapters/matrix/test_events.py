"""Events of every kind, and JSON of every kind, as inputs."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.matrix.events import Clear, Malformed, Place, envelope, read_event, read_receipts
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.inputs.room import MemberChanged, RoomUpgraded
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage

NOW = datetime(2026, 1, 2, tzinfo=UTC)
US = UserId("@bot:hs")
PLACE = Place(RoomId("!room:hs"), room_encrypted=False, us=US, now=NOW)


def event(event_type: str = "m.room.message", content: object = None, **more: object) -> dict[str, object]:
    return {
        "event_id": "$event",
        "sender": "@alice:hs",
        "type": event_type,
        "origin_server_ts": 1_700_000_000_000,
        "content": {"msgtype": "m.text", "body": "hello"} if content is None else content,
        **more,
    }


def read(raw: object, clear: Clear | None = None) -> ChatInput | None:
    return read_event(envelope(raw, NOW), PLACE, clear)


def message(**content: object) -> TeamMessage:
    found = read(event(content={"msgtype": "m.text", "body": "hello", **content}))
    assert isinstance(found, TeamMessage)
    return found


def test_a_message_in_a_thread_has_its_root_and_no_reply() -> None:
    found = message(
        **{
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": "$root",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$last"},
            }
        }
    )
    assert (found.thread, found.reply_to) == ("$root", None)


def test_a_quoting_reply_in_a_thread_has_both() -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": False,
        "m.in_reply_to": {"event_id": "$quoted"},
    }
    found = message(**{"m.relates_to": relation})
    assert (found.thread, found.reply_to) == ("$root", "$quoted")


def test_a_reply_of_a_client_without_threads_carries_what_it_replies_to() -> None:
    found = message(**{"m.relates_to": {"m.in_reply_to": {"event_id": "$quoted"}}})
    assert (found.thread, found.reply_to) == (None, "$quoted")


def test_the_quoted_reply_before_the_words_is_taken_off() -> None:
    body = "> <@bob:hs> what he said\n> on two lines\n\n!close"
    formatted = "<mx-reply><blockquote><a href='https://matrix.to/#/@bob:hs'>bob</a></blockquote></mx-reply>!close"
    found = message(body=body, format="org.matrix.custom.html", formatted_body=formatted)
    assert (found.body, found.formatted_body, found.mentions) == ("!close", "!close", ())


def test_a_quotation_that_somebody_wrote_stays() -> None:
    assert message(body="> he said\n\nno").body == "> he said\n\nno"


@pytest.mark.parametrize(
    "part", ["<a ", "<a href=", "<a href='", '<a href="https://matrix.to/#/', "<mx-reply>", "> <@a:b> ", "<a x href "]
)
def test_what_is_made_to_be_slow_is_not(part: str) -> None:
    long = part * (60_000 // len(part))
    started = time.process_time()
    message(body=long, format="org.matrix.custom.html", formatted_body=long)
    assert time.process_time() - started < 0.5


def test_more_words_than_an_event_can_have_are_malformed() -> None:
    with pytest.raises(Malformed):
        message(body="x" * 200_000)


def test_people_come_from_pills_in_their_order_and_then_from_the_mentions() -> None:
    formatted = (
        '!assign <a href="https://matrix.to/#/%40zoe%3Ahs">Zoe</a>'
        " and <a class='x' href='https://matrix.to/#/@bob:hs?via=hs'>Bob</a> <a href=\"matrix:u/carl:hs\">C</a>"
        ' see <a href="https://matrix.to/#/!room:hs/$event">this</a> <a href="https://example.org/@eve:hs">Eve</a>'
    )
    mentions = {"user_ids": ["@bob:hs", "@dora:hs", 7, "dora"]}
    found = message(format="org.matrix.custom.html", formatted_body=formatted, **{"m.mentions": mentions})
    assert found.mentions == ("@zoe:hs", "@bob:hs", "@carl:hs", "@dora:hs")


def test_an_edit_is_no_message() -> None:
    found = read(
        event(
            content={
                "msgtype": "m.text",
                "body": "* !spam",
                "m.new_content": {"msgtype": "m.text", "body": "!spam"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
            }
        )
    )
    assert isinstance(found, MessageEdited)
    assert (found.target, found.body) == ("$old", "!spam")


@pytest.mark.parametrize(("body", "words"), [("Our plan", "Our plan"), ("plan.pdf", "")])
def test_the_caption_of_a_file_is_what_an_edit_changes(body: str, words: str) -> None:
    new = {"msgtype": "m.file", "body": body, "filename": "plan.pdf", "url": "mxc://hs/abc"}
    found = read(
        event(
            content={
                "msgtype": "m.file",
                "body": f"* {body}",
                "m.new_content": new,
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
            }
        )
    )
    assert isinstance(found, MessageEdited)
    assert found.body == words


@pytest.mark.parametrize("relation", [{"rel_type": "m.replace"}, {"rel_type": "m.replace", "event_id": 7}])
def test_a_broken_edit_is_no_message_either(relation: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        message(**{"m.relates_to": relation})


def test_relations_are_those_of_the_outer_event() -> None:
    """A relation inside the encrypted payload only tells whether the outer one is true."""
    outer = event(
        "m.room.encrypted", {"ciphertext": "…", "m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}
    )
    inside = {
        "msgtype": "m.text",
        "body": "hello",
        "m.relates_to": {"rel_type": "m.thread", "event_id": "$other"},
    }
    found = read(outer, Clear("m.room.message", inside, "", "place"))
    assert isinstance(found, TeamMessage)
    assert (found.thread, found.was_encrypted, found.session_trust) == ("$root", True, "moved")
    assert found.ratchet == "place"


IN_THREAD = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$last"}}
REPLY = {"m.in_reply_to": {"event_id": "$last"}}


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        (IN_THREAD, {**IN_THREAD, "event_id": "$other"}),
        (IN_THREAD, {**IN_THREAD, "m.in_reply_to": {"event_id": "$other"}}),
        (IN_THREAD, {**IN_THREAD, "is_falling_back": True}),
        (IN_THREAD, REPLY),
        (REPLY, {"m.in_reply_to": {"event_id": "$other"}}),
        (REPLY, IN_THREAD),
        (REPLY, {**REPLY, "rel_type": "m.reference", "event_id": "$x"}),
        # Clients that take the relation out of what they encrypt, and a server that puts one there or takes it away.
        (IN_THREAD, None),
        (REPLY, None),
        (None, IN_THREAD),
        (None, REPLY),
    ],
)
def test_another_place_outside_than_inside_is_held_against_a_message(outside: object, inside: object) -> None:
    assert _trust_in(outside, inside) == "moved"


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        (IN_THREAD, IN_THREAD),
        (IN_THREAD, {**IN_THREAD, "is_falling_back": False}),
        ({**IN_THREAD, "is_falling_back": True}, {"is_falling_back": True, **IN_THREAD}),
        (REPLY, {**REPLY, "rel_type": None, "org.example.more": 1}),
        (None, None),
        # Absent is the same as empty, as clients leave it.
        (None, {}),
        (None, {"m.in_reply_to": None}),
    ],
)
def test_the_same_place_is_told_the_same_in_other_words(outside: object, inside: object) -> None:
    assert _trust_in(outside, inside) == "unsigned_device"


def test_a_null_in_the_place_of_a_relation_is_none() -> None:
    inside = {"msgtype": "m.text", "body": "hello", "m.relates_to": None}
    found = read(event("m.room.encrypted", {"ciphertext": "…"}), Clear("m.room.message", inside, "", "place"))
    assert isinstance(found, TeamMessage)
    assert found.session_trust == ""


def _trust_in(outside: object, inside: object) -> str:
    """What is said of a message of a session that is not signed."""
    outer = {"ciphertext": "…"} | ({"m.relates_to": outside} if outside is not None else {})
    clear = {"msgtype": "m.text", "body": "hello"} | ({"m.relates_to": inside} if inside is not None else {})
    found = read(event("m.room.encrypted", outer), Clear("m.room.message", clear, "unsigned_device", "place"))
    assert isinstance(found, TeamMessage)
    return found.session_trust


def test_an_edit_that_points_elsewhere_outside_than_inside_is_moved() -> None:
    def edit(target: str) -> dict[str, object]:
        return {"m.relates_to": {"rel_type": "m.replace", "event_id": target}}

    inside = {"msgtype": "m.text", "body": "* b", "m.new_content": {"msgtype": "m.text", "body": "b"}, **edit("$one")}
    for target, trust in (("$one", ""), ("$two", "moved")):
        found = read(
            event("m.room.encrypted", {"ciphertext": "…", **edit(target)}), Clear("m.room.message", inside, "", "place")
        )
        assert isinstance(found, MessageEdited)
        assert (found.target, found.session_trust) == (target, trust)


def test_a_notice_is_no_input() -> None:
    assert read(event(content={"msgtype": "m.notice", "body": "!close"})) is None


def test_a_request_to_verify_us_is_no_input() -> None:
    asked = {"msgtype": "m.key.verification.request", "body": "Alice wants to verify you"}
    assert read(event(content=asked)) is None
    assert read(event(content={**asked, "to": "@bob:hs"})) is None
    found = read(event(content={**asked, "to": US}))
    assert isinstance(found, TeamMessage)
    assert (found.msgtype, found.body) == ("m.key.verification.request", ""), "to be answered with why not"


def test_an_encrypted_reaction_or_state_is_no_input() -> None:
    outer = event("m.room.encrypted", {"ciphertext": "…"})
    reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$target", "key": "✅"}}
    assert read(outer, Clear("m.reaction", reaction, "", "")) is None
    assert read(outer, Clear("m.room.member", {"membership": "join"}, "", "")) is None


def test_a_reaction_names_its_target_and_key() -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$target", "key": "✅\ufe0f"}
    found = read(event("m.reaction", {"m.relates_to": relation}))
    assert isinstance(found, Reaction)
    assert (found.target, found.emoji) == ("$target", "✅\ufe0f")


def test_a_reaction_that_was_redacted_before_we_saw_it_is_no_input() -> None:
    assert read(event("m.reaction", {}, unsigned={"redacted_because": {"type": "m.room.redaction"}})) is None


@pytest.mark.parametrize(
    ("is_inside", "inside", "above", "target"),
    [
        (True, "$true", "", "$true"),
        (True, "$true", "$forged", "$true"),
        (True, "", "$forged", ""),
        (False, "", "$true", "$true"),
        (False, "$forged", "$true", "$true"),
        (False, "$forged", "", ""),
        (None, "$same", "$same", "$same"),
        (None, "$one", "$other", ""),
        (None, "$one", "", ""),
        (None, "", "", ""),
    ],
)
def test_what_a_redaction_redacts_stands_where_the_room_s_version_has_it(
    is_inside: bool | None, inside: str, above: str, target: str
) -> None:
    raw = event("m.room.redaction", {"redacts": inside} if inside else {})
    if above:
        raw["redacts"] = above
    place = replace(PLACE, redacts_in_content=is_inside)
    if not target:
        with pytest.raises(Malformed):
            read_event(envelope(raw, NOW), place)
        return
    found = read_event(envelope(raw, NOW), place)
    assert isinstance(found, Redacted) and found.target == target


def test_a_member_who_joins_and_we_ourselves() -> None:
    found = read(event("m.room.member", {"membership": "join", "displayname": "Bob\x00"}, state_key="@bob:hs"))
    assert isinstance(found, MemberChanged)
    assert (found.user, found.membership, found.display_name) == ("@bob:hs", "join", "Bob\ufffd")
    assert read(event("m.room.member", {"membership": "leave"}, state_key=US)) is None


def test_an_upgraded_room_names_the_one_that_replaces_it() -> None:
    found = read(event("m.room.tombstone", {"body": "moved", "replacement_room": "!new:hs"}, state_key=""))
    assert isinstance(found, RoomUpgraded)
    assert (found.room, found.replacement, found.by) == (PLACE.room, "!new:hs", "@alice:hs")


@pytest.mark.parametrize("replacement", [None, "", "#alias:hs", "!a b:hs", 7, ["!new:hs"], "!" + "x" * 300])
def test_an_upgrade_to_what_is_no_room_is_malformed(replacement: object) -> None:
    with pytest.raises(Malformed):
        read(event("m.room.tombstone", {"replacement_room": replacement}, state_key=""))


@pytest.mark.parametrize("state", [{}, {"state_key": "@alice:hs"}])
def test_only_the_rooms_own_tombstone_counts(state: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        read(event("m.room.tombstone", {"replacement_room": "!new:hs"}, **state))


def test_a_file_has_its_caption_as_words_and_its_name_apart() -> None:
    file = {"msgtype": "m.file", "url": "mxc://hs/abc", "info": {"size": 12, "mimetype": "text/plain"}}
    alone = message(body="report.txt", **file)
    assert alone.file is not None
    assert (alone.file.filename, alone.file.size, alone.body) == ("report.txt", 12, "")
    captioned = message(body="!reply see this", filename="report.txt", **file)
    assert captioned.file is not None
    assert (captioned.file.filename, captioned.body) == ("report.txt", "!reply see this")


def test_an_encrypted_file_carries_its_description() -> None:
    described = {"url": "mxc://hs/abc", "v": "v2", "key": {"k": "…"}}
    found = message(msgtype="m.image", file=described).file
    assert found is not None and '"v":"v2"' in found.encryption


def test_the_structured_form_of_a_command_is_kept_apart() -> None:
    block = {"command": "assign", "arguments": {"user": "@bob:hs"}}
    ours = {"user_ids": [US]}
    found = message(**{"org.matrix.msc4391.command": block, "m.mentions": ours})
    assert found.command_json == '{"command":"assign","arguments":{"user":"@bob:hs"}}'
    assert message(**{"org.matrix.msc4391.command": {"command": 7}}).command_json == ""


def test_a_structured_command_for_another_bot_is_no_input() -> None:
    content = {"msgtype": "m.text", "body": "!assign", "org.matrix.msc4391.command": {"command": "assign"}}
    for named in ({}, {"user_ids": ["@other:hs"]}, {"user_ids": 7}):
        assert read(event(content={**content, "m.mentions": named})) is None


def test_a_time_in_the_future_or_of_no_sense_is_now() -> None:
    for stamp in (4_000_000_000_000, -1, "soon", True, 1e300, None):
        found = read(event(origin_server_ts=stamp))
        assert isinstance(found, TeamMessage) and found.at == NOW


def test_receipts_of_all_kinds_without_our_own() -> None:
    content: dict[str, object] = {
        "$a": {
            "m.read": {"@alice:hs": {"ts": 1_700_000_000_000, "thread_id": "$root"}, US: {"ts": 1}},
            "m.read.private": {"@bob:hs": {"ts": 1_700_000_000_000}},
        },
        "$b": {"m.read": {"@carl:hs": "now"}},
        "c": [],
    }
    found = read_receipts(content, PLACE)
    assert [(receipt.user, receipt.event, receipt.is_unthreaded) for receipt in found] == [
        ("@alice:hs", "$a", False),
        ("@bob:hs", "$a", True),
    ]


# --- anything at all

words = st.sampled_from(
    [
        "$event", "@alice:hs", "!room:hs", "m.text", "m.file", "m.thread", "m.replace", "m.annotation", "\ud800",
        "\x00",
    ]
)  # fmt: skip
keys = st.sampled_from(
    [
        "event_id", "sender", "type", "content", "origin_server_ts", "state_key", "redacts", "unsigned", "msgtype",
        "body", "formatted_body", "format", "m.relates_to", "rel_type", "m.in_reply_to", "is_falling_back", "key",
        "m.new_content", "m.mentions", "user_ids", "url", "file", "info", "size", "mimetype", "filename",
        "membership", "displayname", "org.matrix.msc4391.command", "command", "arguments", "m.read", "ts",
        "redacted_because",
    ]
)  # fmt: skip
odd_text = st.text(st.characters(exclude_categories=()), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words | odd_text
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | words, inner, max_size=8), max_leaves=25
)
types = st.sampled_from(
    [
        "m.room.message",
        "m.reaction",
        "m.room.redaction",
        "m.room.member",
        "m.room.encrypted",
        "m.room.bot.command",
        "m.room.tombstone",
    ]
)


def _check_storable(found: object) -> None:
    for name in getattr(found, "__slots__", ()):
        value = getattr(found, name)
        if isinstance(value, str):
            value.encode()
            assert "\x00" not in value


@given(anything)
def test_any_json_is_an_input_or_malformed(raw: object) -> None:
    try:
        found = read(raw)
    except Malformed:
        return
    _check_storable(found)


@given(types, st.dictionaries(keys, anything, max_size=8), st.dictionaries(keys, anything, max_size=3))
def test_any_content_in_a_sound_envelope_is_an_input_or_malformed(
    event_type: str, content: dict[str, Any], more: dict[str, Any]
) -> None:
    sound = {"event_id": "$e", "sender": "@alice:hs", "type": event_type, "content": content}
    for raw in ({**more, **sound}, {"state_key": "@bob:hs", **more, **sound}):
        try:
            _check_storable(read(raw))
        except Malformed:
            continue


@given(st.dictionaries(words, anything, max_size=5))
def test_any_receipt_is_read_or_skipped(content: dict[str, Any]) -> None:
    for found in read_receipts(content, PLACE):
        assert isinstance(found, ReadUpTo)
        _check_storable(found)
