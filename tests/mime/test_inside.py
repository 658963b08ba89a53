"""Words that lie inside of something: several HTML documents, a signature, a certified envelope, elements left open."""

import base64
import time
import zlib
from pathlib import Path

import pytest

from bot.domain.mail import Mail, Nature
from bot.mime.signed import signed_content
from bot.reader.whole import read_bytes

MET = Path(__file__).parent / "met"
SIGNED = bytes.fromhex("06092a864886f70d010702")
COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
DATA = bytes.fromhex("06092a864886f70d010701")
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nSigned words.\r\n"


def met(name: str) -> Mail:
    return read_bytes((MET / f"{name}.eml").read_bytes()).mail


def of_html(html: str) -> Mail:
    return read_bytes(b"From: a@x.example\nContent-Type: text/html\n\n" + html.encode()).mail


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content).to_bytes(4)
    return bytes([tag, 0x84]) + size + content


def opened(tag: int, content: bytes) -> bytes:
    """With an open length (X.690 8.1.3.6)."""
    return bytes([tag, 0x80]) + content + b"\0\0"


def enveloped(content: bytes, *, kind: bytes = SIGNED, piece: int = 0, is_open: bool = False) -> bytes:
    make = opened if is_open else tlv
    octets = tlv(4, content)
    if piece:
        octets = make(0x24, b"".join(tlv(4, content[at : at + piece]) for at in range(0, len(content), piece)))
    algorithm = tlv(0x31 if kind == SIGNED else 0x30, b"")
    inside = tlv(2, b"\1") + algorithm + make(0x30, DATA + make(0xA0, octets)) + tlv(0x31, b"")
    return make(0x30, kind + make(0xA0, make(0x30, inside)))


def as_mail(data: bytes, kind: str = "application/pkcs7-mime; smime-type=signed-data") -> bytes:
    head = f"From: a@x.example\nContent-Type: {kind}; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(data)


def test_all_documents_of_a_mail_are_shown_with_the_files_between_them() -> None:
    mail = met("applemail_three_html")
    for text in (mail.text, mail.visible_text, mail.chat_html):
        at = [text.find(word) for word in ("traiteur", "devis.pdf", "contrat de la", "contrat.pdf", "06 00 00 00 00")]
        assert -1 not in at
        assert at == sorted(at)


@pytest.mark.parametrize(
    "html",
    [
        "<p>one</p><svg><path d='x'><p>two</p>",
        "<p>one</p><select><option>x<p>two</p>",
        "<p>one</p><textarea>two</textarea>",
        "<p>one</p><textarea>two",
        "<p>one</p><math><mi>x<p>two",
        "<p>one</p><object data=x><p>two",
        "<p>one</p><video><p>two",
        "<p>one</p><map><p>two",
        "<p>one</p><button>two",
        "<p>one</p><template><p>two",
        "<html><body>one</body></html>\n<html><head><title>t</title></head><body>two</body></html>",
        "<html><body>one</body></html>two",
    ],
)
def test_an_element_left_open_or_a_document_that_ended_hides_nothing(html: str) -> None:
    mail = of_html(html)
    for text in (mail.text, mail.visible_text, mail.chat_html):
        assert "one" in text
        assert "two" in text


def test_what_programs_read_is_not_shown() -> None:
    html = "<style>x{}</style><script>x()</script><svg><title>icon</title><desc>x</desc></svg><p>one</p>"
    assert of_html(html).chat_html == "<p>one</p>"


def test_the_words_and_files_inside_a_signature_are_read() -> None:
    mail = met("smime_opaque_signed")
    assert mail.text.startswith("Guten Tag, bitte senden Sie uns die Rechnung 4711")
    assert [one.filename for one in mail.attachments] == ["rechnung.pdf"]
    assert "encrypted_smime" not in mail.defects


@pytest.mark.parametrize("piece", [0, 7, 1000])
@pytest.mark.parametrize("is_open", [False, True])
def test_a_signature_is_opened_in_every_form_that_mail_programs_write(piece: int, is_open: bool) -> None:
    assert signed_content(enveloped(ENTITY, piece=piece, is_open=is_open)) == ENTITY


def test_a_compressed_mail_in_a_signature_is_opened() -> None:
    packed = enveloped(zlib.compress(ENTITY), kind=COMPRESSED)
    inner = b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n" + packed
    assert read_bytes(as_mail(enveloped(inner))).mail.text.strip() == "Signed words."
    assert signed_content(enveloped(packed)) == ENTITY


def test_a_signed_document_is_a_file_and_no_mail() -> None:
    raw = as_mail(enveloped(b"<?xml version='1.0'?><Fattura/>")).replace(b"smime.p7m", b"fattura.xml.p7m")
    mail = read_bytes(raw).mail
    assert [one.filename for one in mail.attachments] == ["fattura.xml.p7m"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x85\xff\xff\xff\xff\xff",
        b"\x30\x80" * 5000,
        b"\x24\x80" * 50_000,
        enveloped(ENTITY)[:-40],
        enveloped(zlib.compress(b"0" * (80 << 20)), kind=COMPRESSED),
        tlv(0x30, bytes.fromhex("06092a864886f70d010703") + b"\0" * 50),
    ],
)
def test_what_is_encrypted_broken_or_a_bomb_is_left_as_a_file(data: bytes) -> None:
    assert not signed_content(data)
    assert read_bytes(as_mail(data)).mail.text == ""


def test_opening_takes_time_in_proportion_to_the_size() -> None:
    def seconds(size: int) -> float:
        data = enveloped(b"x" * size, piece=10, is_open=True)
        begun = time.process_time()
        assert signed_content(data)
        return time.process_time() - begun

    seconds(10_000)
    assert seconds(400_000) < 10 * max(seconds(100_000), 0.01)


CERTIFIED = (
    'From: "Per conto di: mario@pec.example" <posta-certificata@post.example>\nReply-To: mario@pec.example\n'
    "X-Trasporto: posta-certificata\nSubject: POSTA CERTIFICATA: Domanda\nMessage-ID: <outer@post.example>\n"
    'Content-Type: multipart/mixed; boundary="b"\n\n'
    "--b\nContent-Type: text/plain\n\nMessaggio di posta certificata\n"
    "--b\nContent-Type: application/xml; name=daticert.xml\n\n<postacert/>\n"
    "--b\nContent-Type: message/rfc822; name=postacert.eml\n\n"
    "From: mario@pec.example\nIn-Reply-To: <ours@asso.example>\nSubject: Domanda\n"
    'Content-Type: multipart/mixed; boundary="c"\n\n--c\nContent-Type: text/plain\n\nBuongiorno, una domanda.\n'
    "--c\nContent-Type: application/pdf; name=modulo.pdf\n\n%PDF\n--c--\n"
    "--b--\n"
)


def test_the_mail_in_a_certified_envelope_is_what_is_read() -> None:
    mail = read_bytes(CERTIFIED.encode()).mail
    assert mail.text.strip() == "Buongiorno, una domanda."
    assert mail.in_reply_to == ("ours@asso.example",)
    assert {"modulo.pdf", "daticert.xml", "postacert.eml"} <= {one.filename for one in mail.attachments}


def test_a_certified_receipt_is_news_of_a_delivery() -> None:
    raw = b"From: posta-certificata@post.example\nX-Ricevuta: avvenuta-consegna\nSubject: CONSEGNA: x\n\nIl messaggio"
    assert read_bytes(raw).mail.nature is Nature.DELIVERED


def _certified_failure(kind: str, facts: str) -> bytes:
    return (
        "From: posta-certificata@post.example\nTo: contact@asso.example\nSubject: AVVISO DI MANCATA CONSEGNA: Ciao\n"
        f"X-Ricevuta: {kind}\nX-Riferimento-Message-ID: <ours.1@asso.example>\nMessage-ID: <r1@post.example>\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        "Il messaggio non e' stato consegnato.\n"
        '--b\nContent-Type: application/xml; name="daticert.xml"\n\n'
        f'<postacert tipo="{kind}" {facts}</postacert>\n--b--\n'
    ).encode()


@pytest.mark.parametrize(
    ("kind", "facts", "recipient", "status", "permanent"),
    [
        (
            "errore-consegna",
            'errore="no-dest"><destinatari>a@pec.example</destinatari><consegna>anna@pec.example</consegna>',
            "anna@pec.example",
            "5.1.1",
            True,
        ),
        (
            "non-accettazione",
            'errore="no-dominio"><destinatari tipo="esterno">anna@nowhere.example</destinatari>',
            "anna@nowhere.example",
            "5.1.2",
            True,
        ),
        (
            "preavviso-errore-consegna",
            'errore="altro"><consegna>anna@pec.example</consegna>',
            "anna@pec.example",
            "",
            False,
        ),
        (
            "rilevazione-virus",
            'errore="virus"><consegna>anna@pec.example</consegna>',
            "anna@pec.example",
            "5.7.0",
            True,
        ),
        ("errore-consegna", "", "", "", True),
    ],
)
def test_a_certified_notice_that_nothing_was_delivered_is_a_bounce_of_ours(
    kind: str, facts: str, recipient: str, status: str, permanent: bool
) -> None:
    mail = read_bytes(_certified_failure(kind, facts)).mail
    assert mail.is_bounce and mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.status, mail.bounce.permanent) == (recipient, status, permanent)
    assert mail.bounce.original_message_id == "ours.1@asso.example"
    assert "ours.1@asso.example" in mail.recognised_ids
