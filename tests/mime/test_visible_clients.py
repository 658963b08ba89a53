"""What each mail program makes of a reply in HTML, in its smallest form: the new words are told from the history."""

import pytest

from bot.mime.visible import split_visible

NEW = "Thank you, that works."
OLD = "Please try again tomorrow."

CLIENTS = {
    "gmail": """<div dir="ltr">{new}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">
        Xyz Fri, 3 Feb 2023 at 12:34, Support &lt;<a href="mailto:s@example.org">s@example.org</a>&gt; zzz:<br></div>
        <blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">{old}</blockquote></div>""",
    "gmail, old": """<p>{new}</p><div class="gmail_extra"><br><div class="gmail_quote">On Fri, Feb 3, 2023 at 12:34 PM, Support
        <span dir="ltr">&lt;s@example.org&gt;</span> wrote:<br><blockquote class="gmail_quote">{old}</blockquote></div></div>""",
    "outlook desktop": """<div class="WordSection1"><p class="MsoNormal">{new}<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
        <div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b>
        Support &lt;s@example.org&gt; <br><b>Sent:</b> Friday, February 3, 2023 12:34<br><b>To:</b> Bob<br><b>Subject:</b> RE: Help<o:p></o:p></p>
        </div></div><p class="MsoNormal">{old}</p></div>""",
    "outlook desktop, a language of no table": """<div class="WordSection1"><p class="MsoNormal">{new}</p>
        <div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Qqq:</b> Support<br>
        <b>Www:</b> Friday<br><b>Eee:</b> Bob<br><b>Rrr:</b> Help</p></div><p class="MsoNormal">{old}</p></div>""",
    "outlook on the web": """<div style="font-family:Calibri">{new}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">
        <div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>Qqq:</b> Support<br><b>Www:</b> x</font><div>&nbsp;</div></div><div>{old}</div>""",
    "outlook on the web, quoted by itself": """<div>{new}</div><hr tabindex="-1"><div id="x_divRplyFwdMsg" dir="ltr">Qqq</div><div>{old}</div>""",
    "outlook for mobiles": """<div dir="auto">{new}</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/x">Outlook for iOS</a></div>
        <hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg">x</div><div>{old}</div>""",
    "outlook, new mac": """<div>{new}</div><div id="mail-editor-reference-message-container"><div><b>From: </b>x</div><div>{old}</div></div>""",
    "outlook 2003": """<p class=MsoNormal>{new}</p><div class=MsoNormal align=center><hr size=3 width="100%" align=center tabindex=-1></div>
        <p class=MsoNormal><b>From:</b> Support [mailto:s@example.org]<br><b>Sent:</b> Friday, February 3, 2023 12:34 PM<br><b>To:</b> Bob<br>
        <b>Subject:</b> Help</p><p>{old}</p>""",
    "outlook for mac, old": """<div>{new}</div><span id="OLK_SRC_BODY_SECTION"><div><span>From: </span> Support<br><span>Date: </span> today<br></div>{old}</span>""",
    "apple mail": """<html><head></head><body style="overflow-wrap: break-word;">{new}<div><br><blockquote type="cite"><div>On 3 Feb 2023, at 12:34,
        Support &lt;s@example.org&gt; wrote:</div><br class="Apple-interchange-newline"><div>{old}</div></blockquote></div><br></body></html>""",
    "iphone": """<div dir="auto">{new}<br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 3 Feb 2023, at 12:34,
        Support &lt;s@example.org&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{old}</div></blockquote></div>""",
    "thunderbird": """<p>{new}<br></p><div class="moz-signature">-- <br>Bob, Chief of Things</div><div class="moz-cite-prefix">3.2.2023 12:34,
        Support qqq:<br></div><blockquote type="cite" cite="mid:x@example.org">{old}</blockquote>""",
    "yahoo": """<div class="ydp1 yahoo-style-wrap"><div dir="ltr">{new}</div><div><br></div></div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted">
        <div>On Friday, February 3, 2023 at 12:34:56 PM GMT+1, Support &lt;s@example.org&gt; wrote: </div><div>{old}</div></div>""",
    "yahoo, plain class": """<div>{new}</div><div class="yahoo_quoted" id="yahoo_quoted_123"><div>qqq zzz:</div><div>{old}</div></div>""",
    "proton": """<div style="font-family: Arial;">{new}</div><div class="protonmail_signature_block">Sent with <a href="https://proton.me">Proton Mail</a>
        secure email.</div><div class="protonmail_quote">On Friday, 3 February 2023 at 12:34, Support &lt;s@example.org&gt; wrote:<br>
        <blockquote class="protonmail_quote" type="cite">{old}</blockquote></div>""",
    "zimbra": """<div style="font-family: arial">{new}<br><br><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><blockquote>
        <b>From: </b>"Support" &lt;s@example.org&gt;<br><b>Qqq: </b>x<br></blockquote></div><div data-marker="__QUOTED_TEXT__"><blockquote>{old}</blockquote></div></div>""",
    "gmx and web.de": """<html><body><div style="font-family: Verdana;"><div>{new}</div><div>&nbsp;<div name="quote" style="margin:10px 5px 5px 10px;
        padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b>&nbsp;Freitag<br/><b>Von:</b>&nbsp;x</div><div>{old}</div></div></div></div></body></html>""",
    "qq": """<div>{new}</div><div><br></div><div style="font-size: 12px;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div>
        <div style="background:#efefef;"><div><b>发件人:</b>&nbsp;"Support"</div><div><b>发送时间:</b>&nbsp;x</div></div><div>{old}</div>""",
    "netease": """<div>{new}</div><br>At 2023-02-03 12:34:56, "Support" &lt;s@example.org&gt; wrote:<br> <blockquote id="isReplyContent" style="PADDING-LEFT: 1ex">{old}</blockquote>""",
    "hotmail": """<div dir='ltr'>{new}<br><br><div><hr id="stopSpelling">Date: Fri, 3 Feb 2023<br>Subject: Help<br>From: s@example.org<br>To: b@example.org<br><br>{old}</div></div>""",
    "windows mail": """<div dir="ltr"><div>{new}</div><div data-signatureblock="true"><div>Sent from Windows Mail</div></div><div style="padding-top: 5px;
        border-top-color: rgb(229, 229, 229); border-top-width: 1px; border-top-style: solid;"><div><b>From:</b> Support<br><b>Sent:</b> Friday<br><b>To:</b> Bob</div></div><div>{old}</div></div>""",
    "mail.ru": """<p>{new}</p><br>Пятница, 3 февраля 2023, 12:34 +03:00 от Support &lt;s@example.org&gt;:<br><blockquote style="border-left:1px solid #0857A6;">{old}</blockquote>""",
    "yandex": """<div>{new}</div><div> </div><div>03.02.2023, 12:34, "Support" &lt;s@example.org&gt;:</div><blockquote><p>{old}</p></blockquote>""",
    "roundcube": """<p>{new}</p><p id="reply-intro">Qqq 2023-02-03 12:34, Support zzz:</p><blockquote type="cite"><div>{old}</div></blockquote>""",
    "samsung": """<div dir="auto">{new}</div><div><br></div><div align="left" dir="auto" style="font-size:100%"><div>-------- Original message --------</div>
        <div>From: Support &lt;s@example.org&gt; </div><div>Date: 2/3/23  12:34  (GMT+01:00) </div></div><div>{old}</div>""",
    "aol": """<div>{new}</div><div>-----Original Message-----<br>From: Support &lt;s@example.org&gt;<br>To: b@example.org<br>Sent: Fri, Feb 3, 2023 12:34 pm<br><br>{old}</div>""",
    "zoho": """<div>{new}</div><div class="zmail_extra" style="border:0"><div id="Zm-_Id_-Sgn1">---- On Fri, 03 Feb 2023 12:34:56 +0100 <b>Support</b> wrote ----</div><blockquote>{old}</blockquote></div>""",
    "spark": """<div name="messageBodySection">{new}</div><div name="messageReplySection">On Feb 3, 2023, 12:34 PM +0100, Support &lt;s@example.org&gt;, wrote:<br>
        <blockquote type="cite">{old}</blockquote></div>""",
    "airmail": """<div>{new}</div><p class="airmail_on">Qqq 3 Feb 2023 at 12:34:56, Support (s@example.org) zzz:</p><blockquote type="cite" class="clean_bq">{old}</blockquote>""",
    "lotus notes": """<font size=2>{new}</font><br><br><font size=1 color=#5f5f5f>From: </font><font size=1>Support &lt;s@example.org&gt;</font><br>
        <font size=1>To: </font><font size=1>Bob</font><br><font size=1>Date: </font><font size=1>03/02/2023 12:34</font><br>
        <font size=1>Subject: </font><font size=1>Help</font><hr noshade><br>{old}""",
    "our own": """<div dir="ltr">{new}</div><div class="quoted-history"><p>-- Reply above this line --</p><p>{old}</p></div>""",
    "a help desk": """<div>{new}</div><div style="color:#b5b5b5">##- Please type your reply above this line -##</div><p>{old}</p>""",
    "hey": """<div class="trix-content">{new}<br><br>On February 3, 2023, Support &lt;s@example.org&gt; wrote:<br><blockquote>{old}</blockquote></div>""",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_new_words_are_told_from_the_history_of(client: str) -> None:
    html = CLIENTS[client].format(new=NEW, old=OLD)
    split = split_visible(text="", html=html, is_reply=True)
    assert split.visible == NEW
    assert OLD in split.rest
    assert NEW in split.visible_html and OLD not in split.visible_html
    assert OLD in split.rest_html and NEW not in split.rest_html


@pytest.mark.parametrize("client", CLIENTS)
def test_history_is_told_apart_in_a_mail_that_names_no_parent_too(client: str) -> None:
    html = CLIENTS[client].format(new=NEW, old=OLD)
    split = split_visible(text="", html=html, is_reply=False)
    assert split.visible.startswith(NEW) and OLD not in split.visible


@pytest.mark.parametrize("client", CLIENTS)
def test_a_forward_is_kept_whole(client: str) -> None:
    html = CLIENTS[client].format(new=NEW, old=OLD)
    split = split_visible(text="", html=html, is_reply=False, is_forward=True)
    assert NEW in split.visible and OLD in split.visible and split.rest == ""
