"""Sorts the parts of a mail into words and files."""

from __future__ import annotations

import binascii
import html as html_module
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from bot.domain.mail import Invitation
from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.calendar import read_invitation
from bot.mime.certified import certified_mail
from bot.mime.charset import decode, known_charset
from bot.mime.embedded import cut_embedded
from bot.mime.enriched import enriched_text
from bot.mime.flowed import unflow
from bot.mime.html_text import html_to_text
from bot.mime.parts import SIGNED_TYPES, Part, read_inner
from bot.mime.tnef import Tnef, read_tnef, rtf_text
from bot.mime.words import decode_words, one_line

_TEXTS: Final = frozenset(("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"))
_META_CHARSET: Final = pattern(rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_DATA_IMAGE: Final = pattern(
    r"data:(image/[a-z0-9.+-]{1,40}+)(?:;[\w=.+-]{1,80}+){0,4}?;base64,([A-Za-z0-9+/=%\s]++)", re.IGNORECASE
)
_TNEF_TYPES: Final = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_SHOWN_FILE: Final = 8 * 1024
"""Bytes up to which a text that is offered as a file is shown too."""
_TEXT_BYTES: Final = limits.TEXT * 4
_PGP: Final = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True)
class File:
    """A part that is a file, before its name is made safe."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    location: str = ""
    is_in_html: bool = False
    """Whether the file's bytes stand in the HTML as a `data:` URI."""


@dataclass(slots=True)
class Body:
    """The words of a mail and its files, in their order."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    charset: str = ""
    """The charset of its words as declared: the best guess for raw 8-bit headers."""
    text_is_made: bool = False
    """There was no text part: `text` was made from the HTML."""
    invitation: Invitation | None = None


@dataclass(slots=True)
class _Piece:
    """The words of one part: as text, as HTML, or as both."""

    text: str | None = None
    html: str | None = None
    file: File | None = None
    """Instead of words: a file that stands between them."""
    event: Invitation | None = None
    """Instead of words: an invitation, or the answer to one."""


def read_body(root: Part) -> Body:
    """Sort the parts of a message into words and files."""
    body = Body()
    pieces = _pieces(root, body, parent="", first=True)
    inner = certified_mail(root)
    if inner is not None:
        # What the post office says about it is in the original.
        pieces = _pieces(inner, body, parent="", first=True)
    if not any(_has_words(piece) or piece.event for piece in pieces):
        _words_from_inner(root, body, pieces)
    pieces = _with_files_between(pieces)
    body.invitation = next((piece.event for piece in pieces if piece.event is not None), None)
    pieces = [piece for piece in pieces if piece.event is None]
    if body.invitation is not None and not any(_has_words(piece) for piece in pieces):
        pieces = [_Piece(text=body.invitation.line)]
    _join(body, pieces)
    _add_data_images(body)
    return body


def _with_files_between(pieces: list[_Piece]) -> list[_Piece]:
    """Where a mail is several HTML documents (Apple Mail), the files between them keep their places; else none does."""
    words = [number for number, piece in enumerate(pieces) if _has_words(piece)]
    if sum(piece.html is not None for piece in pieces) < 2:
        return [piece for piece in pieces if piece.file is None]
    first, last = words[0] if words else 0, words[-1] if words else 0
    return [_mark(piece) for n, piece in enumerate(pieces) if piece.file is None or first < n < last]


def _mark(piece: _Piece) -> _Piece:
    """A file's place among the words: its name, or the picture itself."""
    file = piece.file
    if file is None:
        return piece
    if file.content_type.startswith("image/") and file.content_id:
        return _Piece(html=f'<p><img src="cid:{html_module.escape(file.content_id)}"></p>')
    return _Piece(text=f"📎 {file.name}") if file.name else _Piece(text="📎")


def _has_words(piece: _Piece) -> bool:
    return bool((piece.text and piece.text.strip()) or (piece.html and piece.html.strip()))


def _pieces(part: Part, body: Body, *, parent: str, first: bool) -> list[_Piece]:
    if part.children:
        return _multipart(part, body)
    if part.is_multipart:
        # No boundary stands in it: what there is, is text.
        return _words(part, body, "", is_file=False)
    return _leaf(part, body, parent=parent, first=first)


def _multipart(part: Part, body: Body) -> list[_Piece]:
    kind = part.content_type
    if kind == "multipart/encrypted":
        body.defects.append("encrypted_pgp")
    elif kind == "multipart/signed":
        protocol = part.type_parameters.get("protocol").lower()
        body.defects.append("signed_pgp" if "pgp" in protocol else "signed_smime")
    elif kind in SIGNED_TYPES:
        body.defects.append("signed_smime")
    pieces: list[_Piece] = []
    for child in part.children:
        first = not any(_has_words(piece) for piece in pieces)
        pieces.extend(_pieces(child, body, parent=kind, first=first))
    return _chosen(pieces) if kind == "multipart/alternative" else pieces


def _chosen(pieces: list[_Piece]) -> list[_Piece]:
    """Of pieces that say the same (RFC 2046 5.1.4) the last HTML, and every text: some send different ones so."""
    texts = [piece.text for piece in pieces if piece.text is not None]
    htmls = [piece.html for piece in pieces if piece.html is not None]
    said = [text for text in texts if text.strip()]
    events = [piece for piece in pieces if piece.event is not None]
    chosen = _Piece(
        text="\n\n".join(dict.fromkeys(said)) if said else (texts[0] if texts and not htmls and not events else None),
        html=next((html for html in reversed(htmls) if html.strip()), htmls[-1] if htmls else None),
    )
    found = [chosen] if chosen.text is not None or chosen.html is not None else []
    return [*found, *events[:1]]


def _leaf(part: Part, body: Body, *, parent: str, first: bool) -> list[_Piece]:
    kind, name = part.content_type, file_name(part)
    if kind in _TNEF_TYPES or (name.lower() == "winmail.dat" and not kind.startswith("text/")):
        return _tnef(part, body, name)
    if kind in SIGNED_TYPES:
        signed = "signed" in part.type_parameters.get("smime-type").lower()
        body.defects.append("signed_smime" if signed else "encrypted_smime")
    if _is_words(part, name, parent=parent, first=first):
        return _words(part, body, name, is_file=bool(name) and parent != "multipart/alternative")
    if kind == "text/calendar" or (kind == "application/ics" and parent != "multipart/alternative"):
        event = read_invitation(_decoded(part, part.body(_TEXT_BYTES)))
        if kind == "application/ics" or parent != "multipart/alternative" or part.disposition.value == "attachment":
            _add_file(part, body, name)
            repeated = any(file.content_type == "text/calendar" for file in body.files[:-1])
            return [_Piece(event=event)] if event and not repeated else []
        _add_file(part, body, name or "invite.ics")
        return [_Piece(event=event)] if event else []
    if parent == "multipart/alternative" and kind.startswith("text/") and not name:
        if part.disposition.value != "attachment":
            # The same words in a form that we do not know (RFC 2046 5.1.4).
            return []
    count = len(body.files)
    _add_file(part, body, name)
    is_between = parent in ("", "multipart/mixed") and len(body.files) > count
    return [_Piece(file=body.files[-1])] if is_between else []


def _is_words(part: Part, name: str, *, parent: str, first: bool) -> bool:
    if part.content_type not in _TEXTS or part.disposition.value == "attachment":
        return False
    if parent == "multipart/alternative":
        return True
    # Apple Mail and others show a named text in place: it is a file all the same, and words too while it is short.
    return not name or first or part.end - part.start <= _SHOWN_FILE


def _words(part: Part, body: Body, name: str, *, is_file: bool) -> list[_Piece]:
    data = part.body(_TEXT_BYTES)
    if is_file or part.end - part.start > _TEXT_BYTES:
        _add_file(part, body, name)
    body.charset = body.charset or part.type_parameters.get("charset")
    if part.content_type == "text/x-amp-html":
        return []
    if part.content_type == "text/html":
        return [_Piece(html=_cut(_decoded(part, data), body))]
    if part.content_type in ("text/enriched", "text/richtext"):
        return [_Piece(text=_cut(enriched_text(_decoded(part, data)), body))]
    data, embedded = cut_embedded(data)
    for one in embedded:
        body.files.append(File(name=decode_words(one.name), content_type=_type_of(one.name), data=one.data))
    text = _decoded(part, data)
    if part.type_parameters.get("format").strip().lower() == "flowed":
        text = unflow(text, delete_space=part.type_parameters.get("delsp").strip().lower() == "yes")
    if _PGP in text:
        body.defects.append("encrypted_pgp")
    return [_Piece(text=_cut(text, body))]


def _cut(text: str, body: Body) -> str:
    if len(text) <= limits.TEXT:
        return text
    body.defects.append("text_cut")
    return text[: limits.TEXT]


def _decoded(part: Part, data: bytes) -> str:
    charset = part.type_parameters.get("charset")
    if part.content_type == "text/html" and not data.isascii() and known_charset(charset) in ("", "cp1252"):
        meta = _META_CHARSET.search(data[:4096])
        if meta:
            charset = meta[1].decode("ascii") if not known_charset(charset) else charset
            return decode(data, charset, fallback=meta[1].decode("ascii"))
    return decode(data, charset)


def _type_of(name: bytes) -> str:
    import mimetypes

    return (
        mimetypes.guess_type("x." + name.decode("ascii", "replace").rpartition(".")[2])[0] or "application/octet-stream"
    )


def file_name(part: Part) -> str:
    """The name that a part gives its file: in Content-Disposition, else in Content-Type; empty where it has none."""
    name = part.disposition.get("filename") or part.type_parameters.get("name") or part.disposition.get("name")
    if not name:
        name = part.type_parameters.get("filename")
    return one_line(name)


def _add_file(part: Part, body: Body, name: str) -> None:
    data = part.body()
    if part.is_message and not name:
        name = _message_name(part)
    if part.content_type in ("text/plain", "text/html", "application/octet-stream") and not name and not data.strip():
        return
    body.files.append(
        File(
            name=name,
            content_type=part.content_type,
            data=data,
            content_id=decode(part.headers.get("content-id")).strip("<> \t"),
            location=one_line(decode_words(part.headers.get("content-location"))),
        )
    )


def _message_name(part: Part) -> str:
    subject = one_line(decode_words(read_inner(part).headers.get("subject")))
    return f"{subject[:100]}.eml" if subject else ""


def _tnef(part: Part, body: Body, name: str) -> list[_Piece]:
    data = part.body()
    found = read_tnef(data)
    if found is None:
        body.files.append(File(name=name or "winmail.dat", content_type=part.content_type, data=data))
        return []
    for one in found.files:
        body.files.append(
            File(
                name=one.name,
                content_type=one.content_type or _type_of(one.name.encode("ascii", "replace")),
                data=one.data,
                content_id=one.content_id,
            )
        )
    if not found.files and not found.text and not found.html:
        body.files.append(File(name=name or "winmail.dat", content_type=part.content_type, data=data))
    body.defects.append("tnef")
    return _tnef_words(found)


def _tnef_words(found: Tnef) -> list[_Piece]:
    if not found.text and not found.html:
        return []
    return [_Piece(text=found.text[: limits.TEXT] or None, html=found.html[: limits.TEXT] or None)]


def _words_from_inner(root: Part, body: Body, pieces: list[_Piece]) -> None:
    """A mail that is nothing but a forwarded message shows that message's words, one level deep."""
    for part in root.walk():
        if part.is_message:
            inner = Body()
            tree = read_inner(part)
            for child in tree.walk():
                if child.is_message:
                    return
            found = _pieces(tree, inner, parent="", first=True)
            if any(_has_words(piece) for piece in found):
                pieces[:] = found
                return
    for part in root.walk():
        if part.content_type in ("application/rtf", "text/rtf"):
            pieces[:] = [_Piece(text=rtf_text(part.body(_TEXT_BYTES).decode("latin-1")))]
            return


def _join(body: Body, pieces: list[_Piece]) -> None:
    """All pieces in order, once as text and, where any of them is HTML, once as HTML."""
    is_single = len(pieces) == 1
    made_pieces = 0
    texts: list[str] = []
    htmls: list[str] = []
    for piece in pieces:
        text = piece.text
        if piece.html is not None and (text is None or _is_stub(text, piece.html)):
            made = html_to_text(piece.html)
            if made.strip() or text is None:
                text = made
                made_pieces += 1
        texts.append(text or "")
        if piece.html is not None:
            htmls.append(piece.html)
        elif text and not is_single:
            htmls.append("<p>" + html_module.escape(text.strip("\n")).replace("\n", "<br>\n") + "</p>")
    body.text = (texts[0] if is_single else "\n\n".join(text.strip("\n") for text in texts if text.strip()))[
        : limits.TEXT
    ]
    body.text_is_made = made_pieces > 0 and made_pieces == sum(bool(text.strip()) for text in texts)
    if any(piece.html is not None for piece in pieces):
        body.html = ("\n".join(htmls))[: limits.TEXT]


def _add_data_images(body: Body) -> None:
    """Images that stand in the HTML itself (RFC 2397) are files like those beside it."""
    if "data:image/" not in body.html:
        return
    for match in _DATA_IMAGE.finditer(body.html):
        if len(body.files) >= limits.EMBEDDED:
            break
        encoded = unquote_to_bytes(match[2])
        try:
            data = binascii.a2b_base64(encoded + b"=" * (-len(encoded) % 4))
        except binascii.Error:
            continue
        if data and not any(file.data == data for file in body.files):
            body.files.append(File(name="", content_type=match[1].lower(), data=data, is_in_html=True))


def _is_stub(text: str, html: str) -> bool:
    """An empty text part beside an HTML part that has words."""
    return not text.strip() and bool(html.strip())
