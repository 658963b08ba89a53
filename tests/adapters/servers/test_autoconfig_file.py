"""The file by which a domain names its mail servers: what may be believed of it, whatever stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.servers.autoconfig_file import NotAutoconfig, read
from bot.domain.hostnames import hostname
from bot.domain.servers import Hint, LoginName, Security, Server, Servers, Source

DOMAIN, ADDRESS = "asso.example", "contact@asso.example"


def file(servers: str, name: str = "Asso") -> bytes:
    body = f"<emailProvider id='asso.example'><displayName>{name}</displayName>{servers}</emailProvider>"
    return f"<?xml version='1.0' encoding='UTF-8'?><clientConfig version='1.1'>{body}</clientConfig>".encode()


def server(
    kind: str = "imap", host: str = "imap.asso.example", port: str = "993", socket: str = "SSL",
    user: str = "%EMAILADDRESS%", auth: str = "",
) -> str:  # fmt: skip
    tag = "outgoingServer" if kind == "smtp" else "incomingServer"
    ways = "".join(f"<authentication>{way}</authentication>" for way in auth.split())
    return (
        f"<{tag} type='{kind}'><hostname>{host}</hostname><port>{port}</port><socketType>{socket}</socketType>"
        f"<username>{user}</username>{ways}</{tag}>"
    )


def imap_of(servers: str) -> Server | None:
    found = read(file(servers), ADDRESS, DOMAIN)
    return None if found is None else found.imap


def test_the_layout_of_ovh_is_read() -> None:
    """As mailconfig.ovh.net gives it: POP first, names in capitals, the mailbox's own address as the login."""
    text = (
        server("pop3", "SSL0.OVH.NET", "995")
        + server("imap", "SSL0.OVH.NET", "993", user=ADDRESS)
        + server("smtp", "SSL0.OVH.NET", "587", "STARTTLS", ADDRESS)
    )
    assert read(file(text, "OVH"), ADDRESS, DOMAIN) == Servers(
        Source.AUTOCONFIG,
        Server("ssl0.ovh.net", 993, Security.TLS),
        Server("ssl0.ovh.net", 587, Security.STARTTLS),
        "OVH",
    )


def test_of_several_servers_the_first_that_is_encrypted_counts() -> None:
    text = server(port="143", socket="plain") + server(port="143", socket="STARTTLS") + server()
    assert imap_of(text) == Server("imap.asso.example", 143, Security.STARTTLS)


@pytest.mark.parametrize(
    ("user", "login"),
    [
        ("%EMAILADDRESS%", LoginName.ADDRESS),
        ("%EMAILLOCALPART%@%EMAILDOMAIN%", LoginName.ADDRESS),
        ("Contact@Asso.Example", LoginName.ADDRESS),
        ("", LoginName.ADDRESS),
        ("%EMAILLOCALPART%", LoginName.LOCAL_PART),
        ("contact", LoginName.LOCAL_PART),
        ("w01234-%EMAILLOCALPART%", LoginName.OTHER),
    ],
)
def test_the_login_is_one_of_three_forms(user: str, login: LoginName) -> None:
    found = imap_of(server(user=user))
    assert found is not None and found.login is login


def test_a_host_may_hold_the_domain() -> None:
    assert imap_of(server(host="imap.%EMAILDOMAIN%")) == Server("imap.asso.example", 993, Security.TLS)


@pytest.mark.parametrize(
    ("auth", "hints"),
    [("", ()), ("OAuth2 password-cleartext", ()), ("OAuth2", (Hint.OAUTH_ONLY,)), ("GSSAPI OAuth2", ())],
)
def test_a_server_that_takes_no_password_is_told_before_one_is_given(auth: str, hints: tuple[Hint, ...]) -> None:
    found = read(file(server(auth=auth)), ADDRESS, DOMAIN)
    assert found is not None and found.hints == hints


@pytest.mark.parametrize(
    "bad",
    [
        server(port=""), server(port="0"), server(port="65536"), server(port="-1"), server(port="９９３"),
        server(port="9" * 5_000), server(port="0993000"), server(host=""), server(host="127.0.0.1"), server(host="localhost"),
        server(host="a b.example"), server(host="x" * 5_000), server(socket=""), server(socket="plain"), server("pop3"),
        server("exchange"),
    ],
)  # fmt: skip
def test_a_server_that_cannot_be_used_is_left_out(bad: str) -> None:
    assert imap_of(bad) is None


@pytest.mark.parametrize("name", ["x" * 41, "a\u202eb", ""])
def test_a_name_that_would_mislead_people_is_left_out(name: str) -> None:
    found = read(file(server(), name), ADDRESS, DOMAIN)
    assert found is not None and found.provider == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<", b"\x00", b"\xff\xfe<", b"<clientConfig/>", b"<other><emailProvider/></other>",
        b"<clientConfig><emailProvider>", b"<?xml version='1.0' encoding='no-such'?><clientConfig/>",
        b"<?xml version='1.0' encoding='rot13'?><clientConfig/>",
        b"<!DOCTYPE clientConfig>" + file(server()).partition(b"?>")[2],
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><clientConfig><emailProvider>&a;</emailProvider></clientConfig>",
        b"<clientConfig><emailProvider>&undefined;</emailProvider></clientConfig>",
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAutoconfig):
        read(raw, ADDRESS, DOMAIN)


_PIECES = st.sampled_from(
    [
        "<clientConfig>", "</clientConfig>", "<emailProvider>", "</emailProvider>", "<incomingServer type='imap'>",
        "</incomingServer>", "<hostname>", "</hostname>", "<port>", "</port>", "993", "<socketType>SSL</socketType>",
        "imap.asso.example", "10.0.0.1", "&amp;", "&x;", "<!DOCTYPE x>", "<![CDATA[a]]>", "<!-- -->", "%EMAILDOMAIN%", "é",
    ]
)  # fmt: skip


@given(st.binary(max_size=300) | st.lists(_PIECES, max_size=25).map(lambda pieces: "".join(pieces).encode()))
def test_every_file_names_servers_that_can_be_or_none(raw: bytes) -> None:
    _is_sound(raw)


@given(host=st.text(max_size=40), port=st.text(max_size=8) | st.integers().map(str), user=st.text(max_size=30))
def test_every_word_in_its_place_names_a_server_that_can_be_or_none(host: str, port: str, user: str) -> None:
    words = [one.replace("&", "").replace("<", "") for one in (host, port, user)]
    _is_sound(file(server(host=words[0], port=words[1], user=words[2])).decode().encode("utf-8", "replace"))


def _is_sound(raw: bytes) -> None:
    try:
        found = read(raw, ADDRESS, DOMAIN)
    except NotAutoconfig:
        return
    for one in () if found is None else (found.imap, found.smtp):
        assert one is None or (hostname(one.host) == one.host and 0 < one.port < 65536)
