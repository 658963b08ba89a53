# ruff: noqa: E501 -- one rule of CSS a line
"""Pages that show each mail as a browser would, beside what the room gets of it: `python -m benchmarks.gallery [OUT_DIR]`."""

from __future__ import annotations

import argparse
import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bot.domain.mail import Mail
from bot.reader.whole import read_bytes

_PER_PAGE = 40
_ROOT = Path(__file__).resolve().parent.parent
_INLINE = re.compile(r"mxc://inline/([0-9a-f]{64})")
_ENDINGS = frozenset((".eml", ".msg", ".txt", ".raw", ".golden", ""))

# Element's thread panel is 200 to 350 px wide; its lists, quotes and code look like this.
_STYLE = """
* { box-sizing: border-box }
body { font: 14px/1.45 Inter, "Segoe UI", Arial, sans-serif; margin: 16px; background: #e9ecf0; color: #17191c }
h2 { font-size: 14px; margin: 24px 0 6px; word-break: break-all } h2 small { color: #667 }
.row { display: flex; gap: 14px; align-items: flex-start; flex-wrap: wrap }
iframe { width: 540px; height: 360px; border: 1px solid #aab; background: #fff }
.panel { width: 320px; max-height: 360px; overflow: auto; background: #fff; border: 1px solid #aab; border-radius: 8px; padding: 10px 12px }
.panel.slim { width: 200px }
.chat { overflow-wrap: anywhere } .chat p { margin: 0 0 8px } .chat img { max-width: 100%; height: auto }
.chat blockquote { margin: 0 0 8px; padding-left: 8px; border-left: 3px solid #bbc } .chat pre { overflow-x: auto; background: #f3f5f8; padding: 6px }
.chat ul, .chat ol { margin: 0 0 8px; padding-left: 20px } .chat h3, .chat h4, .chat h5 { margin: 8px 0 4px; font-size: 1.05em }
.chat table { border-collapse: collapse; margin-bottom: 8px } .chat td, .chat th { border: 1px solid #ccd; padding: 2px 6px; text-align: left }
.chat summary { color: #556; cursor: pointer } .card { background: #f6f7f9; border-radius: 8px; padding: 8px; margin-bottom: 8px }
.visible { white-space: pre-wrap; color: #334 } nav a { margin-right: 10px }
"""
_BLOCK_REMOTE = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src 'none'\">"


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail of the gallery."""

    name: str
    mail: Mail
    pictures: dict[str, str]
    """`data:` URI by sha256 of each picture in it."""


def entries(corpus: Path, *, only_html: bool) -> Iterator[Entry]:
    """The mails under a folder, in the order of their names."""
    for path in sorted(corpus.rglob("*")):
        if (
            not path.is_file()
            or path.suffix not in _ENDINGS
            or "_expected" in path.parts
            or path.stat().st_size > 8_000_000
        ):
            continue
        raw = path.read_bytes()
        if b":" not in raw[:2000]:
            continue
        done = read_bytes(raw)
        if (only_html and not done.mail.html) or not (done.mail.text.strip() or done.mail.html.strip()):
            continue
        pictures = {
            one.sha256: f"data:{one.content_type};base64,{base64.b64encode(data).decode()}"
            for one, data in zip(done.mail.attachments, done.files, strict=True)
            if one.content_type.startswith("image/") and len(data) < 400_000
        }
        yield Entry(str(path.relative_to(corpus)), done.mail, pictures)


def page(shown: list[Entry], *, number: int, pages: int) -> str:
    """One page of the gallery, on its own: nothing in it is fetched."""
    links = "".join(f'<a href="page-{n}.html">{n}</a>' for n in range(1, pages + 1))
    rows = "".join(_row(entry) for entry in shown)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">{_BLOCK_REMOTE}<title>Gallery {number}</title>'
        f"<style>{_STYLE}</style></head><body><nav>{links}</nav>{rows}</body></html>"
    )


def _row(entry: Entry) -> str:
    mail = entry.mail
    if mail.html:
        source = _with_pictures(mail, entry.pictures)
    else:
        source = f'<pre style="white-space:pre-wrap">{escape(mail.text[:100_000])}</pre>'
    frame = _BLOCK_REMOTE + source[:600_000]
    chat = _INLINE.sub(lambda found: entry.pictures.get(found[1], ""), mail.chat_html[:200_000])
    sender = mail.from_[0] if mail.from_ else None
    who = escape(f"{sender.name} <{sender.address}>" if sender else "")
    first = escape(" ".join(mail.visible_text.split())[:160])
    card = f'<div class="card"><b>#1 · {escape(mail.subject[:120])}</b><br>{who}<blockquote>{first}</blockquote></div>'
    return (
        f"<h2>{escape(entry.name)} <small>{len(mail.html)} → {len(mail.chat_html)}</small></h2><div class=row>"
        f'<iframe sandbox srcdoc="{escape(frame)}"></iframe>'
        f'<div class="panel chat">{card}{chat}</div><div class="panel slim chat">{chat}</div>'
        f'<div class="panel slim visible">{escape(mail.visible_text[:3000])}</div></div>'
    )


def _with_pictures(mail: Mail, pictures: dict[str, str]) -> str:
    html = mail.html
    for one in mail.attachments:
        if one.content_id and one.sha256 in pictures:
            html = html.replace("cid:" + one.content_id, pictures[one.sha256])
    return html


def main() -> None:
    """Write the pages and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=_ROOT / "build" / "gallery")
    parser.add_argument("--corpus", type=Path, help="a folder of mails; default ../shared/corpus, else tests/corpus")
    parser.add_argument("--html", action="store_true", help="only mails with an HTML body")
    parser.add_argument("--per-page", type=int, default=_PER_PAGE)
    options = parser.parse_args()
    per_page: int = max(1, options.per_page)
    shared = _ROOT.parent / "shared" / "corpus"
    corpus: Path = options.corpus or (shared if shared.is_dir() else _ROOT / "tests" / "corpus")
    shown = list(entries(corpus, only_html=options.html))
    pages = max(1, -(-len(shown) // per_page))
    options.out.mkdir(parents=True, exist_ok=True)
    for number in range(1, pages + 1):
        some = shown[(number - 1) * per_page : number * per_page]
        (options.out / f"page-{number}.html").write_text(page(some, number=number, pages=pages), encoding="utf-8")
    print(f"{len(shown)} mails on {pages} pages: {options.out / 'page-1.html'}")


if __name__ == "__main__":
    main()
