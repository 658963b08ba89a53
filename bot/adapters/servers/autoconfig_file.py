"""Reads the file by which a domain names its mail servers to programs (draft-ietf-mailmaint-autoconfig).

Whoever runs the domain wrote it: a document type, and with it every entity, is refused before anything is read.
"""

import xml.parsers.expat
from xml.etree.ElementTree import Element, TreeBuilder

from bot.domain.hostnames import hostname
from bot.domain.servers import Hint, LoginName, Security, Server, Servers, Source

_SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS}
"""What may be used: `plain` may not."""
_MOST_NAME = 40
_MOST_SERVERS = 20


class NotAutoconfig(Exception):
    """The file is none of the kind, or one that nobody may trust."""


def read(raw: bytes, address: str, domain: str) -> Servers | None:
    """The servers of an address, of each kind the first that can be used; None where there is none.

    Raises:
        NotAutoconfig
    """
    root = _tree(raw)
    provider = root.find("emailProvider") if root.tag == "clientConfig" else None
    if provider is None:
        raise NotAutoconfig
    reading, sending = provider.findall("incomingServer"), provider.findall("outgoingServer")
    imap = _first([one for one in reading if one.get("type") == "imap"], address, domain)
    smtp = _first([one for one in sending if one.get("type") == "smtp"], address, domain)
    if imap is None and smtp is None:
        return None
    hints = (Hint.OAUTH_ONLY,) if imap is not None and _takes_no_password(imap[1]) else ()
    return Servers(
        Source.AUTOCONFIG,
        None if imap is None else imap[0],
        None if smtp is None else smtp[0],
        _name(provider),
        hints,
    )


def _tree(raw: bytes) -> Element:
    builder = TreeBuilder()
    parser = xml.parsers.expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise NotAutoconfig

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(raw, True)
        return builder.close()
    except (xml.parsers.expat.ExpatError, ValueError, LookupError, AssertionError):
        raise NotAutoconfig from None


def _first(elements: list[Element], address: str, domain: str) -> tuple[Server, Element] | None:
    for element in elements[:_MOST_SERVERS]:
        server = _server(element, address, domain)
        if server is not None:
            return server, element
    return None


def _server(element: Element, address: str, domain: str) -> Server | None:
    host = hostname(_text(element, "hostname").replace("%EMAILDOMAIN%", domain))
    port, security = _text(element, "port"), _SECURITY.get(_text(element, "socketType").upper())
    if host is None or security is None or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return None
    return Server(host, int(port), security, _login(_text(element, "username"), address, domain))


def _login(written: str, address: str, domain: str) -> LoginName:
    local = address.rpartition("@")[0]
    # Some servers put in themselves what the place stands for.
    for place, meaning in (("%EMAILADDRESS%", address), ("%EMAILLOCALPART%", local), ("%EMAILDOMAIN%", domain)):
        written = written.replace(place, meaning)
    name = written.casefold()
    if name in ("", address.casefold(), f"{local}@{domain}".casefold()):
        return LoginName.ADDRESS
    return LoginName.LOCAL_PART if name == local.casefold() else LoginName.OTHER


def _takes_no_password(element: Element) -> bool:
    ways = [(one.text or "").strip().casefold() for one in element.findall("authentication")]
    return bool(ways) and all(way == "oauth2" for way in ways)


def _name(provider: Element) -> str:
    name = " ".join((_text(provider, "displayShortName") or _text(provider, "displayName")).split())
    return name if name.isprintable() and len(name) <= _MOST_NAME else ""


def _text(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
