"""A configuration is loaded as a whole, or refused with every mistake by its key path."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, ConfigMistakes, imap_account, load, parse, smtp_account, to_instance
from bot.domain.conversation import Status
from bot.domain.settings import Meaning
from tests.config.conftest import KEY, LEAST, Change, ConfigFile, Data


def at(*keys: str | int, value: object) -> Change:
    """A change that sets one key."""

    def change(data: Data) -> None:
        place: Any = data
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


def without(*keys: str | int) -> Change:
    def change(data: Data) -> None:
        place: Any = data
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]

    return change


def box(*keys: str, value: object) -> Change:
    return at("mailboxes", 0, *keys, value=value)


def test_the_least_configuration_loads(config_file: ConfigFile) -> None:
    config = config_file.text(LEAST)

    assert config.secret_key.reveal() == KEY
    assert config.database_url == "sqlite:////var/lib/postroom/postroom.db"
    assert config.http is not None
    assert (config.http.host, config.http.port) == ("127.0.0.1", 9100)
    assert config.mailboxes[0].start == "all"


def test_the_decisions_get_their_settings(config_file: ConfigFile) -> None:
    instance = to_instance(config_file.text(LEAST))

    assert instance.allowed_servers == ("localhost",)
    assert instance.language == "fr"
    (mailbox,) = instance.mailboxes
    assert mailbox.id == "contact@monasso.org"
    assert mailbox.own_addresses == {"contact@monasso.org", "asso@monasso.org"}
    assert mailbox.language == "fr"
    assert (mailbox.sent, mailbox.junk, mailbox.folders) == ("Sent", "Junk", ("INBOX",))
    assert mailbox.reply_status is Status.PENDING
    assert ("✋", Meaning.MINE) in mailbox.reactions


def test_a_mailbox_is_known_by_its_address_in_lower_case(config_file: ConfigFile) -> None:
    instance = to_instance(config_file.changed(box("address", value="Contact@MonAsso.org")))

    assert instance.mailboxes[0].id == "contact@monasso.org"
    assert instance.mailboxes[0].address == "Contact@MonAsso.org"


def test_accounts_have_the_usual_ports_and_the_address_as_user(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        data["mailboxes"][0]["imap"] = {"host": "imap.example.org", "password": "p"}
        data["mailboxes"][0]["smtp"] = {"host": "smtp.example.org", "security": "starttls"}

    mailbox = config_file.changed(change).mailboxes[0]

    imap, smtp = imap_account(mailbox), smtp_account(mailbox)
    assert (imap.port, imap.security, imap.user) == (993, "tls", "contact@monasso.org")
    assert (smtp.port, smtp.security, smtp.user, bool(smtp.password)) == (587, "starttls", "", False)


def test_given_reactions_are_added_and_none_switches_one_off(config_file: ConfigFile) -> None:
    config = config_file.changed(box("reactions", value={"🙋\ufe0f": "mine", "🚫": "none"}))

    reactions = dict(to_instance(config).mailboxes[0].reactions)
    assert reactions["🙋"] is Meaning.MINE
    assert reactions["✋"] is Meaning.MINE
    assert "🚫" not in reactions


def test_an_organisation_is_as_it_is_written_and_none_by_default(config_file: ConfigFile) -> None:
    assert to_instance(config_file.text(LEAST)).organisations == ()

    instance = to_instance(config_file.changed(box("organisation", value="Les Amis de l’été")))

    assert instance.organisations == ("Les Amis de l’été",)
    assert instance.rooms_of("Les Amis de l’été") == (instance.mailboxes[0].room,)


@pytest.mark.parametrize(("second", "is_mistake"), [("Asso", False), ("asso", True), ("Other", True), ("", False)])
def test_a_room_belongs_to_one_organisation_at_most(config_file: ConfigFile, second: str, is_mistake: bool) -> None:
    def change(data: Data) -> None:
        one = data["mailboxes"][0]
        data["mailboxes"] = [
            {**one, "organisation": "Asso"},
            {**one, "address": "other@monasso.org", "aliases": [], "organisation": second},
        ]

    if is_mistake:
        assert config_file.mistakes(change) == {"mailboxes[1].organisation": "config.organisation_differs"}
    else:
        instance = to_instance(config_file.changed(change))
        assert instance.organisation_of(instance.mailboxes[0].room) == "Asso"


def test_a_start_date_may_stand_without_quotes(config_file: ConfigFile) -> None:
    config = config_file.text(LEAST.replace("start: all", "start: 2026-01-31"))

    assert config.mailboxes[0].start == date(2026, 1, 31)


def test_relative_paths_start_from_the_folder_of_the_file(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        data["data_dir"] = "data"
        data["database"] = "sqlite:///here.db"

    config = config_file.changed(change)

    folder = config_file.path.parent
    assert config.data_dir == folder / "data"
    assert config.database_url == f"sqlite:///{folder}/here.db"


def test_the_database_lies_in_the_data_folder_by_default(config_file: ConfigFile) -> None:
    assert config_file.changed(without("database")).database_url == "sqlite:////var/lib/postroom/postroom.db"


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@db/postroom", "postgres://u:p@db/postroom", "postgresql+asyncpg://u:p@db/postroom"]
)
def test_a_postgresql_url_is_accepted_in_each_of_its_spellings(config_file: ConfigFile, url: str) -> None:
    assert config_file.changed(at("database", value=url)).database_url == "postgresql://u:p@db/postroom"


MISTAKES: list[tuple[Change, str, str]] = [
    (without("matrix"), "matrix", "config.missing"),
    (without("matrix", "password"), "matrix.password", "config.missing"),
    (at("matrix", "as_token", value="x"), "matrix.as_token", "config.two_logins"),
    (
        at("matrix", "homeserver", value="https://hs.example/_matrix/client"),
        "matrix.homeserver",
        "config.homeserver_with_path",
    ),
    (without("mailboxes", 0, "imap", "host"), "mailboxes[0].imap.host", "config.missing"),
    (at("matrix", "user_id", value="postroom"), "matrix.user_id", "config.bad_user"),
    (at("matrix", "config_room", value="#config:localhost"), "matrix.config_room", "config.room_alias"),
    (at("matrix", "config_room", value="config"), "matrix.config_room", "config.bad_room"),
    (at("matrix", "homeserver", value="localhost:8008"), "matrix.homeserver", "config.bad_homeserver"),
    (at("matrix", "homeserver", value="https://u:p@host"), "matrix.homeserver", "config.bad_homeserver"),
    (at("matrix", "homeserver", value="https://host:99999"), "matrix.homeserver", "config.bad_homeserver"),
    (at("matrix", "passwort", value="x"), "matrix.passwort", "config.unknown_key_near"),
    (at("password", value="x"), "password", "config.unknown_key_elsewhere"),
    (at("wibble", value=1), "wibble", "config.unknown_key"),
    (box("imap", "wibble", value=1), "mailboxes[0].imap.wibble", "config.unknown_key"),
    (at("admins", value=[]), "admins", "config.empty"),
    (at("admins", value="@alice:localhost"), "admins", "config.not_list"),
    (at("admins", value=["alice"]), "admins[0]", "config.bad_user"),
    (at("database", value="mysql://host/db"), "database", "config.bad_database"),
    (at("database", value="sqlite:///:memory:"), "database", "config.database_in_memory"),
    (at("data_dir", value=7), "data_dir", "config.not_text"),
    (at("language", value="de"), "language", "config.not_one_of"),
    (at("timezone", value="Europe/Nowhere"), "timezone", "config.bad_timezone"),
    (at("http", "bind", value="9100"), "http.bind", "config.bad_bind"),
    (at("http", "bind", value="127.0.0.1:99999"), "http.bind", "config.bad_bind"),
    (at("log", value=None), "log", "config.no_value"),
    (at("log", value={"level": "loud"}), "log.level", "config.not_one_of"),
    (at("mailboxes", value={}), "mailboxes", "config.not_list"),
    (at("mailboxes", 0, value="contact@monasso.org"), "mailboxes[0]", "config.not_mapping"),
    (box("address", value="contact"), "mailboxes[0].address", "config.bad_address"),
    (box("auto_bcc", value="nobody"), "mailboxes[0].auto_bcc", "config.bad_address"),
    (box("aliases", value=["CONTACT@monasso.org"]), "mailboxes[0].aliases[0]", "config.address_twice"),
    (box("name", value="a\r\nBcc: x@y.z"), "mailboxes[0].name", "config.not_one_line"),
    (box("name", value=""), "mailboxes[0].name", "config.empty"),
    (box("imap", "port", value=0), "mailboxes[0].imap.port", "config.too_small"),
    (box("imap", "port", value=70000), "mailboxes[0].imap.port", "config.too_large"),
    (box("imap", "port", value="143"), "mailboxes[0].imap.port", "config.not_number"),
    (box("imap", "host", value="imap://host"), "mailboxes[0].imap.host", "config.host_is_url"),
    (box("imap", "host", value="a host"), "mailboxes[0].imap.host", "config.bad_host"),
    (box("imap", "security", value="ssl"), "mailboxes[0].imap.security", "config.not_one_of"),
    (box("imap", "password", value=12345), "mailboxes[0].imap.password", "config.not_text"),
    (box("imap", "password", value=""), "mailboxes[0].imap.password", "config.empty_secret"),
    (box("imap", "password", value=["x"]), "mailboxes[0].imap.password", "config.bad_secret"),
    (box("imap", "password", value={"env": "A", "file": "b"}), "mailboxes[0].imap.password", "config.bad_secret"),
    (box("imap", "folders", value=[]), "mailboxes[0].imap.folders", "config.empty"),
    (box("imap", "ca_file", value="/no/such.pem"), "mailboxes[0].imap.ca_file", "config.file_unreadable"),
    (box("imap", "ca_file", value=__file__), "mailboxes[0].imap.ca_file", "config.not_certificates"),
    (box("smtp", "user", value="me"), "mailboxes[0].smtp.password", "config.smtp_password_missing"),
    (box("smtp", "password", value="p"), "mailboxes[0].smtp.user", "config.smtp_user_missing"),
    (box("start", value="yesterday"), "mailboxes[0].start", "config.bad_start"),
    (box("start", value="2026-02-30"), "mailboxes[0].start", "config.bad_start"),
    (box("undo_seconds", value=-1), "mailboxes[0].undo_seconds", "config.too_small"),
    (box("undo_seconds", value=1.5), "mailboxes[0].undo_seconds", "config.not_number"),
    (box("undo_seconds", value=True), "mailboxes[0].undo_seconds", "config.not_number"),
    (box("reply_status", value="spam"), "mailboxes[0].reply_status", "config.not_one_of"),
    (box("reply_status", value="open"), "mailboxes[0].reply_status", "config.not_one_of"),
    (box("provider_saves_sent", value="yes"), "mailboxes[0].provider_saves_sent", "config.not_true_false"),
    (box("max_recipients", value=101), "mailboxes[0].max_recipients", "config.too_large"),
    (box("signature", value="x" * 10_001), "mailboxes[0].signature", "config.too_long"),
    (box("signature", value="{me} {nobody}"), "mailboxes[0].signature", "config.unknown_variable"),
    (box("autoreply", value={}), "mailboxes[0].autoreply.text", "config.missing"),
    (box("autoreply", value={"text": ""}), "mailboxes[0].autoreply.text", "config.empty"),
    (box("autoreply", value={"text": "Hi {me}"}), "mailboxes[0].autoreply.text", "config.unknown_variable"),
    (box("autoreply", value={"text": "x" * 10_001}), "mailboxes[0].autoreply.text", "config.too_long"),
    (box("autoreply", value={"text": "Hi", "hours": "soon"}), "mailboxes[0].autoreply.hours", "config.bad_hours"),
    (box("reactions", value={"✋": "hand"}), "mailboxes[0].reactions.✋", "config.not_one_of"),
    (at("secret_key", value={"env": "POSTROOM_NO_SUCH"}), "secret_key.env", "config.env_missing"),
    (at("secret_key", value={"file": "/no/such/file"}), "secret_key.file", "config.file_unreadable"),
]


@pytest.mark.parametrize(("change", "path", "key"), MISTAKES, ids=[f"{path}-{key}" for _, path, key in MISTAKES])
def test_a_mistake_is_named_by_its_key_path(config_file: ConfigFile, change: Change, path: str, key: str) -> None:
    assert config_file.mistakes(change) == {path: key}


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(config_file: ConfigFile) -> None:
    text = (
        LEAST.replace("user_id: ", "user: ")
        .replace("port: 143", "port: 0")
        .replace("host: 127.0.0.1, port: 25", "host: mail.example.org")
        .replace("{env: POSTROOM_SECRET_KEY}", "{env: POSTROOM_NO_SUCH}")
    )

    found = config_file.text_mistakes(text)

    assert [one.path for one in found.mistakes] == [
        "matrix.user_id",
        "matrix.user",
        "secret_key.env",
        "mailboxes[0].imap.port",
        "mailboxes[0].smtp.security",
    ]
    assert [one.line for one in found.mistakes] == [2, 2, 6, 14, 15]
    assert found.language == "fr"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "imap.localhost"])
def test_none_is_accepted_for_this_machine(config_file: ConfigFile, host: str) -> None:
    assert config_file.changed(box("imap", "host", value=host)).mailboxes[0].imap.security == "none"


@pytest.mark.parametrize("host", ["mail.example.org", "192.168.1.2", "localhost.example.org", "0.0.0.0", "fe80::1"])
def test_none_is_refused_for_every_other_host(config_file: ConfigFile, host: str) -> None:
    assert config_file.mistakes(box("imap", "host", value=host)) == {
        "mailboxes[0].imap.security": "config.insecure_server"
    }


@pytest.mark.parametrize("place", [(), ("mailboxes", 0), ("mailboxes", 0, "smtp")])
def test_allow_insecure_is_heard_for_all_for_a_mailbox_and_for_a_server(
    config_file: ConfigFile, place: tuple[str | int, ...]
) -> None:
    def change(data: Data) -> None:
        box("smtp", "host", value="mail.example.org")(data)
        at(*place, "allow_insecure", value=True)(data)

    assert config_file.changed(change).mailboxes[0].smtp.security == "none"


def test_plain_http_is_refused_to_a_homeserver_elsewhere(config_file: ConfigFile) -> None:
    change = at("matrix", "homeserver", value="http://matrix.example.org:8008")

    assert config_file.mistakes(change) == {"matrix.homeserver": "config.insecure_homeserver"}


def test_plain_http_is_accepted_where_it_is_allowed(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        data["matrix"] |= {"homeserver": "http://synapse:8008/", "allow_insecure": True}

    assert config_file.changed(change).matrix.homeserver == "http://synapse:8008"


def test_an_address_of_two_mailboxes_is_refused(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        second = dict(data["mailboxes"][0], address="other@monasso.org", aliases=["Contact@monasso.org"])
        data["mailboxes"].append(second)

    assert config_file.mistakes(change) == {"mailboxes[1].aliases[0]": "config.address_twice"}


def test_an_address_of_before_is_of_no_other_mailbox(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        second = dict(data["mailboxes"][0], address="other@monasso.org", aliases=[])
        second["former_addresses"] = ["Contact@monasso.org"]
        data["mailboxes"].append(second)

    assert config_file.mistakes(change) == {"mailboxes[1].former_addresses[0]": "config.address_twice"}


@pytest.mark.parametrize("today", ["new@monasso.org", "first@monasso.org"])
def test_a_mailbox_is_known_by_the_oldest_of_its_addresses(config_file: ConfigFile, today: str) -> None:
    def change(data: Data) -> None:
        data["mailboxes"][0] |= {"address": today, "former_addresses": ["First@monasso.org", "second@monasso.org"]}

    (box,) = to_instance(config_file.changed(change)).mailboxes
    assert (box.id, box.address) == ("first@monasso.org", today)
    assert {"first@monasso.org", "second@monasso.org", today} <= box.own_addresses
    assert box.leaves_from(today) and not box.leaves_from("second@monasso.org")


def test_two_mailboxes_may_share_a_room(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        data["mailboxes"].append(dict(data["mailboxes"][0], address="other@monasso.org", aliases=[]))

    instance = to_instance(config_file.changed(change))
    assert len(instance.in_room(instance.mailboxes[0].room)) == 2


# --- the file itself --------------------------------------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistakes) as caught:
        load(tmp_path / "no.yaml")

    (mistake,) = caught.value.mistakes
    assert mistake.problem.key == "config.file_unreadable"
    assert dict(mistake.problem.values)["reason"] == "No such file or directory"


def test_a_syntax_error_is_named_with_line_and_column(config_file: ConfigFile) -> None:
    (mistake,) = config_file.text_mistakes("matrix:\n  homeserver: [1,\n  user: }\n").mistakes

    assert mistake.problem.key == "config.yaml_syntax"
    assert dict(mistake.problem.values)["line"] == mistake.line == 3


def test_a_key_that_stands_twice_is_named(config_file: ConfigFile) -> None:
    (mistake,) = config_file.text_mistakes(LEAST + "\nlanguage: en\n").mistakes

    assert (mistake.path, mistake.problem.key, mistake.line) == ("language", "config.key_twice", 20)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "config.empty_file"),
        ("# nothing\n", "config.empty_file"),
        ("1: x\n", "config.key_not_text"),
        ("[]\n", "config.not_mapping"),
        ("just words\n", "config.not_mapping"),
        ("a: !!python/object:os.system {}\n", "config.yaml_syntax"),
        ("a: \x01\n", "config.yaml_unreadable"),
        ("a: &a [*a]\n", "config.too_deep"),
        ("a: !!binary aGk=\n", "config.yaml_unreadable"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(config_file: ConfigFile, text: str, key: str) -> None:
    assert key in {one.problem.key for one in config_file.text_mistakes(text).mistakes}


def test_bytes_that_are_no_text_are_refused(config_file: ConfigFile) -> None:
    config_file.path.write_bytes(b"language: \xff\xfe\n")
    with pytest.raises(ConfigMistakes) as caught:
        load(config_file.path)

    assert caught.value.mistakes[0].problem.key == "config.file_not_text"


def test_anchors_and_merges_work(config_file: ConfigFile) -> None:
    text = LEAST.replace("imap: {", "imap: &server {").replace(
        "smtp: {host: 127.0.0.1, port: 25, security: none}", "smtp: {<<: {host: 127.0.0.1, security: none}, port: 25}"
    )

    assert config_file.text(text).mailboxes[0].smtp.port == 25


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="{}[]:,-&*!|>'\"%@`#? \nab1", max_size=60))
def test_no_text_makes_the_loader_fail_otherwise(text: str) -> None:
    with pytest.raises(ConfigMistakes) as caught:
        parse(text, Path("config.yaml"))

    assert caught.value.mistakes


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(
    [(name,) for name in Config.model_fields]
    + [("matrix", name) for name in Config.model_fields["matrix"].annotation.model_fields]  # type: ignore[union-attr, misc]
    + [("mailboxes", 0, name) for name in ("address", "imap", "smtp", "start", "reactions", "aliases", "wibble")]
)


@settings(max_examples=300, deadline=None)
@given(paths, json_values)
def test_a_wrong_value_at_any_key_is_a_mistake_or_fits(path: tuple[str | int, ...], value: object) -> None:
    data = yaml.safe_load(LEAST)
    data["secret_key"] = KEY
    at(*path, value=value)(data)
    with contextlib.suppress(ConfigMistakes):
        to_instance(parse(yaml.safe_dump(data, allow_unicode=True), Path("config.yaml")))
