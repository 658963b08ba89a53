"""Writes a mail to a member: its words in their language, and the bytes that leave."""

import re
from html import escape
from itertools import accumulate
from typing import Final

from bot.domain.calls import SubmitToMember
from bot.domain.ids import UserId
from bot.domain.mail import Address
from bot.domain.mailed import call_key
from bot.domain.marks import ABOVE, without_above
from bot.domain.member_mail import Heading, MailMember, Passage, Pointer
from bot.domain.planned import PlannedCall, plan
from bot.domain.sentences import Sentence, sentence
from bot.flows.render.scene import Scene
from bot.mime.compose import Outgoing, compose
from bot.text.files import file_names
from bot.text.markdown_mail import to_mail_html
from bot.text.member_words import in_mail, passage_text

_WORDS: Final = "margin:0 0 1em .5em;padding-left:.8em;border-left:2px solid #bbb"
_AS_TYPED: Final = "white-space:pre-wrap"
_GREY: Final = "color:#777;font-size:small"
_BEGINS: Final = "margin:1.6em 0 1em;padding-top:.8em;border-top:1px solid #bbb;font-size:1.1em"
_NEWLINES: Final = re.compile(r"\r\n?|\n")
_LONG: Final = "overflow-wrap:anywhere;word-break:break-word"
"""Of a link that is shown whole: on a phone it would make the whole mail too wide."""


def member_mail(effect: MailMember, scene: Scene) -> PlannedCall:
    """The call that hands it over. It looks like a thread of its own to every client: it names no other mail.

    Raises:
        bot.mime.compose.Unsendable: the address cannot stand in a mail.
    """
    mailbox = scene.instance.also_removed(effect.mailbox)
    assert mailbox is not None
    language = effect.language or mailbox.language
    texts, html, passages = _bodies(effect, language, scene)
    raw = compose(
        Outgoing(
            from_=Address(mailbox.name, mailbox.address),
            to=(Address("", effect.address),),
            cc=(),
            subject=_said(effect.subject, language, scene, effect.person),
            message_id=effect.message_id,
            in_reply_to=effect.references[-1] if effect.references else "",
            references=effect.references,
            date=scene.now,
            text="\n\n".join(texts) + "\n",
            html=html,
            auto_submitted="auto-generated",
            reply_to=mailbox.answers_go_to(mailbox.address, effect.tag) if effect.tag else "",
        )
    )
    call = SubmitToMember(
        mailbox.id,
        mailbox.address,
        effect.address,
        effect.person,
        raw.decode(),
        effect.notes,
        effect.said,
        effect.since,
        effect.others,
        effect.tells_of_answer,
        _places(texts, passages),
        effect.code_of,
        effect.others_since,
        effect.is_gone,
    )
    return plan(call, key=call_key(effect.message_id), conversation=effect.conversation)


def _said(one: Sentence, language: str, scene: Scene, person: UserId) -> str:
    return in_mail(one, language, scene.names, scene.instance.timezone_of(person))


def _places(texts: list[str], passages: list[int]) -> tuple[tuple[int, int], ...]:
    """The lines of these blocks of the text."""
    long = [len(_NEWLINES.split(text)) for text in texts]
    # A blank line stands between two blocks.
    starts = list(accumulate((lines + 1 for lines in long), initial=0))
    return tuple((starts[at], starts[at] + long[at]) for at in passages)


def _bodies(effect: MailMember, language: str, scene: Scene) -> tuple[list[str], str, list[int]]:
    """The blocks of the text, the HTML, and which of the blocks are words of somebody."""
    passages: list[int] = []
    texts: list[str] = []
    htmls: list[str] = []
    if effect.conversation is not None or effect.tells_of_answer:
        # Also where nobody may answer by mail today: they may once, and answer this one then.
        above = _said(sentence("email.above"), language, scene, effect.person) if effect.can_be_answered else ""
        texts.append(f"{ABOVE}\n{above}".strip())
        htmls.append(f'<p style="{_GREY}">{ABOVE}<br>\n{escape(above, quote=False)}</p>')
    for block in effect.blocks:
        match block:
            case Passage(heading, words, is_markdown, files):
                title = _said(heading, language, scene, effect.person)
                passages.append(len(texts))
                texts.append(passage_text(block, title, language))
                style = _WORDS if is_markdown else f"{_WORDS};{_AS_TYPED}"
                shown = without_above(to_mail_html(words) if is_markdown else escape(words, quote=False))
                htmls.append(f"<p><b>{escape(title, quote=False)}</b></p>")
                if words.strip():
                    htmls.append(f'<div style="{style}">{shown}</div>')
                if files:
                    named = without_above("\n".join(file_names(files, language)))
                    htmls.append(f"<p>{escape(named, quote=False)}</p>".replace("\n", "<br>\n"))
            case Heading(told):
                words = _said(told, language, scene, effect.person)
                texts.append(f"\n{words}")
                htmls.append(f'<h3 style="{_BEGINS}">{escape(words, quote=False)}</h3>')
            case Pointer(room, card):
                _add_link(scene.permalink(room, card), texts, htmls, effect, language, scene)
            case _:
                words = _said(block, language, scene, effect.person)
                texts.append(words)
                htmls.append(_paragraph(words))
    if effect.room is not None and not effect.others:
        _add_link(scene.permalink(effect.room, effect.card), texts, htmls, effect, language, scene)
    return texts, "\n".join(htmls), passages


def _add_link(link: str, texts: list[str], htmls: list[str], effect: MailMember, language: str, scene: Scene) -> None:
    if link:
        words = _said(sentence("notice.link", url=link), language, scene, effect.person)
        texts.append(words)
        htmls.append(_paragraph(words))


def _paragraph(words: str) -> str:
    """A sentence of ours: its links can be tapped. Nothing in it is Markdown but what we wrote."""
    return f"<p>{_linked(words)}</p>"


def _linked(words: str) -> str:
    pieces = []
    for word in words.split(" "):
        shown = escape(word, quote=True)
        pieces.append(f'<a href="{shown}" style="{_LONG}">{shown}</a>' if word.startswith("https://") else shown)
    return " ".join(pieces).replace("\n", "<br>\n")
