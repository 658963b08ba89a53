"""The mail servers of known providers.

Sources, read on 27 November 2026. `ISPDB NAME`: github.com/thunderbird/autoconfig, `ispdb/NAME.xml`, commit c6ad796 of
12 March 2026 (MPL-2.0: facts are taken from it, not its text). An address: the provider's page. `seen`: the same in
many public programs, the provider's page not being at hand. No entry was tried with an account: the login tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.domain.servers import Hint, LoginName, Security, Server, Servers, Source

_APP, _OAUTH, _ON = (Hint.APP_PASSWORD,), (Hint.OAUTH_ONLY,), (Hint.SWITCH_ON,)
_LOCAL, _ADDRESS = LoginName.LOCAL_PART, LoginName.ADDRESS


@dataclass(frozen=True, slots=True)
class Preset:
    """One provider's servers, and the domains by which they are recognised."""

    provider: str
    imap: str
    """`host` for port 993 with TLS, `host:port` for another port with STARTTLS."""
    smtp: str
    """`host` for port 465 with TLS, `host:port` for another port with STARTTLS."""
    source: str
    domains: str = ""
    """Domains of addresses, with blanks between."""
    mx: str = ""
    """Domains of the hosts that take mail for domains of customers, with blanks between."""
    login: LoginName = _ADDRESS
    smtp_login: LoginName | None = None
    """None: as `login`."""
    hints: tuple[Hint, ...] = ()
    saves_sent: bool = False
    spf: str = ""
    """What a customer's SPF record names it by (all of them `seen`); empty where it is not known."""

    @property
    def servers(self) -> Servers:
        smtp_login = self.login if self.smtp_login is None else self.smtp_login
        imap, smtp = _server(self.imap, 993, self.login), _server(self.smtp, 465, smtp_login)
        return Servers(Source.PRESET, imap, smtp, self.provider, self.hints, self.saves_sent)


def _server(written: str, usual: int, login: LoginName) -> Server:
    host, _, port = written.partition(":")
    return Server(host, int(port or usual), Security.STARTTLS if port else Security.TLS, login)


_MICROSOFT_DOMAINS = """
hotmail.com live.com msn.com outlook.com windowslive.com
outlook.at outlook.be outlook.de outlook.es outlook.fr outlook.ie outlook.it outlook.pt outlook.dk outlook.cz
hotmail.be hotmail.ca hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hotmail.se hotmail.co.uk hotmail.ch
live.at live.be live.ca live.de live.dk live.fr live.ie live.it live.nl live.se live.co.uk
"""
_GMX_NET = "gmx.net gmx.de gmx.at gmx.ch gmx.eu gmx.org gmx.info mein.gmx mail.gmx email.gmx"
_GMX_COM = "gmx.com gmx.us gmx.co.uk gmx.es gmx.fr gmx.ca gmx.it gmx.pt gmx.se gmx.ie gmx.li"
_YAHOO_DOMAINS = "yahoo.com yahoo.ca yahoo.de yahoo.it yahoo.fr yahoo.es yahoo.se yahoo.co.uk ymail.com rocketmail.com"
_AOL_DOMAINS = "aol.com aim.com aol.de aol.it aol.fr aol.es aol.se aol.co.uk"
_POSTEO_DOMAINS = "posteo.de posteo.at posteo.be posteo.ch posteo.eu posteo.fr posteo.net posteo.org posteo.es"
_MAILO_DOMAINS = "mailo.com mailo.eu net-c.com netc.eu netc.fr netc.it netcourrier.com"
_PROTON_DOMAINS = "proton.me protonmail.com protonmail.ch pm.me"


def _zoho(end: str) -> tuple[Preset, Preset]:
    """Zoho's two offers of one of its regions: addresses of its own, and customers' domains."""
    own = f"zoho.{end} zohomail.{end}"
    mail, pro = f"zoho.{end}", f"pro.zoho.{end}"
    return (
        Preset("Zoho Mail", f"imap.{mail}", f"smtp.{mail}", f"ISPDB zoho.{end}", own, hints=_ON),
        Preset("Zoho Mail", f"imap{pro}", f"smtp{pro}", "seen", mx=mail, hints=_ON, spf=f"include:zohomail.{end}"),
    )


def _ionos(end: str) -> Preset:
    own, spf = f"ionos.{end}", "include:_spf-eu.ionos.com" if end in ("fr", "de", "es", "it", "co.uk") else ""
    return Preset("IONOS", f"imap.{own}", f"smtp.{own}", f"ionos.fr/assistance/email, for {own}", mx=own, spf=spf)


PRESETS: tuple[Preset, ...] = (
    # Exchange and Email Pro have servers of their own, which the customer area shows.
    Preset(
        "OVHcloud", "ssl0.ovh.net", "ssl0.ovh.net", "ISPDB ovh.net",
        mx="ovh.net mail.ovh.net", hints=(Hint.OTHER_OFFERS,), spf="include:mx.ovh.com",
    ),
    Preset(
        "Gandi", "mail.gandi.net", "mail.gandi.net", "ISPDB gandi.net", "gandi.net", "gandi.net",
        spf="include:_mailcust.gandi.net",
    ),
    Preset(
        "Infomaniak", "mail.infomaniak.com", "mail.infomaniak.com",
        "infomaniak.com/en/support/faq/admin2/email-service",
        "ik.me ikmail.com etik.com", "infomaniak.ch infomaniak.com", spf="include:spf.infomaniak.ch",
    ),
    Preset("Mailo", "mail.mailo.com", "mail.mailo.com", "seen", _MAILO_DOMAINS, "mailo.com"),
    _ionos("fr"), _ionos("de"), _ionos("com"), _ionos("es"), _ionos("it"), _ionos("co.uk"), _ionos("ca"),
    Preset("1&1 IONOS", "imap.1und1.de", "smtp.1und1.de", "ISPDB 1und1.de", "online.de", "kundenserver.de schlund.de"),
    Preset("Orange", "imap.orange.fr", "smtp.orange.fr", "ISPDB orange.fr", "orange.fr wanadoo.fr"),
    Preset("Free", "imap.free.fr", "smtp.free.fr", "ISPDB free.fr", "free.fr", login=_LOCAL),
    Preset("La Poste", "imap.laposte.net", "smtp.laposte.net", "ISPDB laposte.net", "laposte.net", login=_LOCAL),
    Preset("SFR", "imap.sfr.fr", "smtp.sfr.fr", "ISPDB sfr.fr", "sfr.fr neuf.fr club-internet.fr"),
    Preset(
        "Gmail", "imap.gmail.com", "smtp.gmail.com", "ISPDB googlemail.com",
        "gmail.com googlemail.com", "google.com googlemail.com", hints=_APP, saves_sent=True,
        spf="include:_spf.google.com",
    ),
    Preset(
        "Microsoft 365", "outlook.office365.com", "smtp.office365.com:587",
        "ISPDB office365.com",
        "onmicrosoft.com", "mail.protection.outlook.com mx.microsoft", hints=_OAUTH, saves_sent=True,
        spf="include:spf.protection.outlook.com",
    ),
    Preset(
        "Outlook.com", "outlook.office365.com", "smtp-mail.outlook.com:587", "ISPDB hotmail.com",
        _MICROSOFT_DOMAINS, hints=_OAUTH, saves_sent=True,
    ),
    *(preset for end in ("com", "eu", "in", "jp", "com.au") for preset in _zoho(end)),
    Preset(
        "Proton Mail", "127.0.0.1:1143", "127.0.0.1:1025", "proton.me/support/protonmail-bridge-faq; seen",
        _PROTON_DOMAINS, "protonmail.ch", hints=(Hint.BRIDGE,), saves_sent=True, spf="include:_spf.protonmail.ch",
    ),
    Preset(
        "Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", "ISPDB yahoo.com",
        _YAHOO_DOMAINS, "yahoodns.net", hints=_APP,
    ),
    Preset("AOL", "imap.aol.com", "smtp.aol.com", "ISPDB aol.com", _AOL_DOMAINS, hints=_APP),
    Preset(
        "iCloud", "imap.mail.me.com", "smtp.mail.me.com:587", "ISPDB me.com",
        "icloud.com me.com mac.com", "mail.icloud.com", _LOCAL, _ADDRESS, _APP,
    ),
    Preset(
        "Fastmail", "imap.fastmail.com", "smtp.fastmail.com", "ISPDB messagingengine.com",
        "fastmail.com fastmail.fm", "messagingengine.com", hints=_APP, spf="include:spf.messagingengine.com",
    ),
    Preset("GMX", "imap.gmx.net", "mail.gmx.net", "ISPDB gmx.net", _GMX_NET, hints=_ON),
    Preset("GMX", "imap.gmx.com", "mail.gmx.com", "ISPDB gmx.com", _GMX_COM, hints=_ON),
    Preset("WEB.DE", "imap.web.de", "smtp.web.de", "ISPDB web.de", "web.de", login=_LOCAL, hints=_ON),
    Preset("Telekom", "secureimap.t-online.de", "securesmtp.t-online.de", "ISPDB t-online.de", "t-online.de"),
    Preset("Posteo", "posteo.de", "posteo.de", "ISPDB posteo.de", _POSTEO_DOMAINS),
    Preset("Strato", "imap.strato.de", "smtp.strato.de", "ISPDB strato.de", "strato.de", "rzone.de"),
    Preset("Hetzner", "mail.your-server.de", "mail.your-server.de", "ISPDB hetzner.de", mx="your-server.de"),
    Preset("one.com", "imap.one.com", "send.one.com", "ISPDB one.com", "one.com", "one.com"),
    Preset("Bluewin", "imaps.bluewin.ch", "smtpauths.bluewin.ch", "ISPDB bluewin.ch", "bluewin.ch bluemail.ch"),
    Preset(
        "Proximus", "imap.proximus.be", "relay.proximus.be:587", "ISPDB skynet.be", "skynet.be proximus.be belgacom.net"
    ),
    Preset("Libero", "imapmail.libero.it", "smtp.libero.it", "ISPDB libero.it", "libero.it iol.it inwind.it"),
    Preset(
        "GoDaddy", "imap.secureserver.net", "smtpout.secureserver.net", "ISPDB wildwestdomains.com",
        mx="secureserver.net",
    ),
    Preset("Rackspace", "secure.emailsrvr.com", "secure.emailsrvr.com", "ISPDB emailsrvr.com", mx="emailsrvr.com"),
)  # fmt: skip


def by_domain(domain: str) -> Preset | None:
    """The preset of a provider's own domain, in lower case and ASCII."""
    domain = domain.rstrip(".")
    # Each organisation at Microsoft has a name below this one; below the others stand other things.
    return _own_domains().get("onmicrosoft.com" if domain.endswith(".onmicrosoft.com") else domain)


def by_mx(hosts: Iterable[str]) -> Preset | None:
    """The preset of whoever takes a domain's mail, by the first host that is known; the hosts in lower case."""
    return next((found for host in hosts if (found := _under(_mail_exchangers(), host)) is not None), None)


def _under(table: Mapping[str, Preset], name: str) -> Preset | None:
    """The entry of the name, or of the longest of those above it."""
    labels = name.rstrip(".").split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((table[one] for one in names if one in table), None)


@cache
def _own_domains() -> Mapping[str, Preset]:
    return {domain: preset for preset in PRESETS for domain in preset.domains.split()}


@cache
def _mail_exchangers() -> Mapping[str, Preset]:
    return {domain: preset for preset in PRESETS for domain in preset.mx.split()}
