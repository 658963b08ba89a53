"""What mail programs make of an answer: the two parts of the mail, with what they quote below the new words."""

from textwrap import wrap
from typing import Final

_US: Final = "Mon Asso", "contact@asso.example"


def clients(words: str, html: str, old: str, old_html: str, by: tuple[str, str] = _US) -> dict[str, tuple[str, str]]:
    """By program, the text and the HTML of an answer.

    Args:
        words: the new words, and `html` the same in HTML.
        old: the text of the mail that is answered, and `old_html` its HTML.
        by: the name and the address of who wrote that.
    """
    name, address = by
    whose = f"{name} &lt;{address}&gt;"
    old = old.replace("\r\n", "\n")
    quoted = "\n".join(f"> {line}" for line in old.split("\n"))
    wrapped = "\n".join(f"> {part}" for line in old.split("\n") for part in wrap(line, 70) or [""])
    joined = "\n\n".join(block.replace("\n", " ") for block in old.split("\n\n"))
    return {
        "gmail": (
            f"{words}\n\nLe lun. 23 nov. 2026 à 09:12, {name} <{address}> a\nécrit :\n\n{quoted}\n",
            (f'<div dir="ltr">{html}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
            f"Le lun. 23 nov. 2026 à 09:12, {whose} a écrit :<br></div>"
            f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{old_html}</blockquote></div>'),
        ),
        "outlook": (
            (f"{words}\n\nDe : {name} <{address}>\nEnvoyé : lundi 23 novembre 2026 09:12\n"
            f"À : Alice\nObjet : #12 Une question\n\n{old}\n"),
            (f'<div class="WordSection1"><p class="MsoNormal">{html}<o:p></o:p></p><div><div style="border:none;'
            f'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De :</b> {whose}<br><b>Envoyé :'
            f"</b> lundi 23 novembre 2026 09:12<br><b>À :</b> Alice<br><b>Objet :</b> #12 Une question</p></div></div>"
            f'<p class="MsoNormal">{old_html}</p></div>'),
        ),
        "apple mail": (
            f"{words}\n\n> Le 23 nov. 2026 à 09:12, {name} <{address}> a écrit :\n> \n{quoted}\n",
            (f'<html><body style="overflow-wrap: break-word;">{html}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote'
            f' type="cite"><div>Le 23 nov. 2026 à 09:12, {whose} a écrit :</div><br class="Apple-interchange-newline">'
            f"<div>{old_html}</div></blockquote></div><br></body></html>"),
        ),
        "thunderbird": (
            f"{words}\n\nLe 23/11/2026 à 09:12, {name} a écrit :\n{quoted}\n\n-- \nAlice\n",
            (f'<p>{html}</p><div class="moz-cite-prefix">Le 23/11/2026 à 09:12, {name} a écrit :<br></div><blockquote'
            f' type="cite" cite="mid:x@asso.example">{old_html}</blockquote><div class="moz-signature">-- <br>Alice</div>'),
        ),
        "android": (
            (f"{words}\n\nEnvoyé de mon téléphone Android\n\n-------- Message d'origine --------\n"
            f"De : {name} <{address}>\nDate : 23/11/2026 09:12 (GMT+01:00)\nÀ : Alice\n"
            f"Objet : #12 Une question\n\n{old}\n"),
            (f'<div dir="auto">{html}</div><div><br></div><div align="left" dir="auto" style="font-size:100%"><div>-------- '
            f"Message d'origine --------</div><div>De : {whose} </div><div>Date : 23/11/2026  09:12  (GMT+01:00) </div></div>"
            f"<div>{old_html}</div>"),
        ),
        "la poste, orange": (
            (f"{words}\n\n> Message du 23/11/26 09:12\n> De : \"{name}\" <{address}>\n> A : alice@home.example\n"
            f"> Copie à : \n> Objet : #12 Une question\n>\n{quoted}\n"),
            (f"<div>{html}</div><br><br><blockquote style=\"border-left: 2px solid rgb(0, 0, 255)\">&gt; Message du 23/11/26 09:12"
            f"<br>&gt; De : \"{name}\" &lt;{address}&gt;<br>&gt; A : alice@home.example<br>&gt; Objet : #12 Une "
            f"question<br>&gt;<br>{old_html}</blockquote>"),
        ),
        "outlook on the web": (
            (f"{words}\n\n________________________________\nDe : {name} <{address}>\nEnvoyé : lundi 23 novembre 2026"
            f" 09:12\nÀ : Alice Martin <alice@home.example>\nObjet : #12 Une question\n\n{old}\n"),
            (f'<div style="font-family: Calibri">{html}</div><div id="appendonsend"></div><hr style="display:inline-block;'
            f'width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>De :</b> {whose}<br><b>Envoyé :'
            f"</b> lundi 23 novembre 2026 09:12<br><b>À :</b> Alice<br><b>Objet :</b> #12 Une question</font></div>"
            f"<div>{old_html}</div>"),
        ),
        "outlook for mobiles": (
            (f"{words}\n\nObtenez Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : {name} "
            f"<{address}>\nEnvoyé : lundi 23 novembre 2026 09:12\nÀ : Alice <alice@home.example>\nObjet : #12 Une"
            f" question\n\n{old}\n"),
            (f'<div dir="auto">{html}</div><div id="ms-outlook-mobile-signature"><br>Obtenez <a href="https://aka.ms/o0ukef">'
            f'Outlook pour iOS</a></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>De :'
            f"</b> {whose}<br><b>Envoyé :</b> lundi<br><b>À :</b> Alice<br><b>Objet :</b> #12 Une question</div><div>{old_html}</div>"),
        ),
        "iphone": (
            (f"{words}\n\nEnvoyé de mon iPhone\n\n> Le 23 nov. 2026 à 09:12, {name} <{address}> a écrit :\n> "
            f"\n> \ufeff\n{quoted}\n"),
            (f'<html><body dir="auto"><div dir="ltr">{html}</div><div dir="ltr"><br>Envoyé de mon iPhone</div><div dir="ltr">'
            f'<br><blockquote type="cite">Le 23 nov. 2026 à 09:12, {whose} a écrit :<br><br></blockquote></div><blockquote '
            f'type="cite"><div dir="ltr">\ufeff{old_html}</div></blockquote></body></html>'),
        ),
        "yahoo": (
            (f"{words}\n\n    Le lundi 23 novembre 2026 à 09:12:00 UTC+1, {name} <{address}> a écrit :  \n\n"
            f" {old}\n"),
            (f'<div class="ydp1 yahoo-style-wrap"><div dir="ltr">{html}</div><div><br></div></div><div id="ydp2yahoo_quoted_1" '
            f'class="ydp2yahoo_quoted"><div><div>Le lundi 23 novembre 2026 à 09:12:00 UTC+1, {whose} a écrit : </div><div><br>'
            f"</div><div>{old_html}</div></div></div>"),
        ),
        "sfr, la poste (zimbra)": (
            (f"{words}\n\n\nDe: \"{name}\" <{address}>\nÀ: \"Alice\" <alice@home.example>\nEnvoyé: Lundi 23 Novembre"
            f" 2026 09:12:00\nObjet: #12 Une question\n\n{old}\n"),
            (f'<div style="font-family: arial">{html}<br><br><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker='
            f'"__HEADERS__"><b>De: </b>"{name}" &lt;{address}&gt;<br><b>À: </b>"Alice"<br><b>Envoyé: </b>Lundi<br>'
            f'<b>Objet: </b>#12 Une question<br></div><br><div data-marker="__QUOTED_TEXT__">{old_html}</div></div>'),
        ),
        "gmail for android": (
            (f"{words}\n\nLe lun. 23 nov. 2026, 09:12, {name} <{address}> a écrit :\n\n{quoted}\n"),
            (f'<div dir="auto">{html}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Le lun. 23 nov. 2026,'
            f' 09:12, {whose} a écrit :<br></div><blockquote class="gmail_quote">{old_html}</blockquote></div>'),
        ),
        "roundcube": (
            f"{words}\n\nLe 2026-11-23 09:12, {name} a écrit :\n{wrapped}\n",
            (f'<p>{html}</p><p id="reply-intro">Le 2026-11-23 09:12, {name} a écrit :</p><blockquote type="cite">{old_html}'
            f"</blockquote>"),
        ),
        "outlook, which knows no line breaks of style": (
            (f"{words}\n\nFrom: {name} <{address}>\nSent: Monday, November 23, 2026 9:12 AM\nTo: Alice\n"
            f"Subject: #12 Une question\n\n{joined}\n"),
            (f'<div class="WordSection1"><p class="MsoNormal">{html}<o:p></o:p></p><div><div style="border:none;'
            f'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> {whose}<br><b>Sent:'
            f"</b> Monday, November 23, 2026 9:12 AM<br><b>To:</b> Alice<br><b>Subject:</b> #12 Une question</p></div></div>"
            f'<p class="MsoNormal">{old_html.replace("pre-wrap", "normal")}</p></div>'),
        ),
        "a webmail that marks nothing": (
            f"{words}\n\n\n{name} schrijft op maandag:\n{old}\n",
            f"<div>{html}<br><br><br></div><div>{name} schrijft op maandag:</div><div>{old_html}</div>",
        ),
    }  # fmt: skip
