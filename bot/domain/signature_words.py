"""Words of phones, programs and companies under a mail, in many languages: facts, one table a question."""

import re
from typing import Final

from bot.domain.patterns import pattern

# In the tables: `<T>` is the rest of a phrase, `<C>` the same without a comma, `<R>` the rest of a line.
_TOKENS = {"<T>": r"(?:[^.!?\n]|\.(?=\S)){1,60}", "<C>": r"(?:[^.!?,;:\n]|\.(?=\S)){1,60}", "<R>": r"[^\n]{0,80}"}


def _any(table: str) -> str:
    """One pattern out of a table: alternatives on lines, `#` begins a comment line."""
    lines = (line.strip() for line in table.strip().split("\n"))
    joined = "|".join(line.strip("|") for line in lines if line and not line.startswith("#"))
    for token, meaning in _TOKENS.items():
        joined = joined.replace(token, meaning)
    return joined


_DEVICE = _any(r"""
# English
(?:sent|written|typed|composed|posted)\s(?:from|via|with|using|by|on)\s<C>
from my (?:iphon|ipad|ipod|android|blackberry|mobile|phone|samsung|galaxy|htc|nokia|cell|windows|pixel|tablet)<T>
from bot.domain.patterns import pattern
[\w .]{1,30} from mobile|via mobile|(?:get|download) \[?outlook<R>
(?:get|download) (?:yahoo mail|the [\w ]{2,20} app|bluemail|mailbird|spark)<R>
yahoo mail\s?: search, organi[sz]e, conquer|sent by \w<T>
# French
envoyé\s(?:de(?:puis)?|à partir d|avec|via|par|d['\u2019])<T>|télécharge[rz]\s\[?outlook<R>
obten(?:ez|ir)\s\[?outlook<R>|provenance : courrier<R>
# German
(?:von|mit)\s(?:meine[mr]|dem|der|unterwegs|meinem)<T>\s(?:gesendet|geschickt|verschickt|geschrieben|versendet)
gesendet\s(?:von|mit|aus|via|über)<T>
diese (?:nachricht|e-?mail|mail) wurde (?:von|mit)<R>\s(?:gesendet|verschickt|geschrieben)
(?:holen sie sich|laden sie|hol dir)\s\[?outlook<R>
# Dutch
(?:verzonden|verstuurd|verzend)\s(?:vanaf|van|met|vanuit|via|uit)<T>|(?:outlook voor|download outlook)<R>
# Spanish, Portuguese, Italian, Catalan, Galician, Romanian
(?:enviado|enviada|enviat)\s(?:desde|de|do|da|a partir d|via|pelo|pela|por|com|con|des de|amb)<T>
(?:obtener|descargar|obter(?: o)?|obtenha|scarica|ottieni|baixe)\s\[?outlook<R>
inviat[oa]\s(?:da|dal|dalla|dall['\u2019]|con|tramite)<T>|trimis\s(?:de pe|din|de la|cu)<T>
# Swedish, Danish, Norwegian, Finnish, Estonian, Icelandic
(?:skickat|skickades|sänt|sendt|sendes)\s(?:från|med|fra|via|av)<T>|(?:hämta|hent|skaff|få)\s\[?outlook<R>
lähetetty\s<T>|(?:hanki|lataa) outlook<R>|saadetud\s<T>|sent úr<T>
# Polish, Czech, Slovak, Slovene, Croatian, Serbian, Hungarian
(?:wysłane|wysłano|wysłana)\s(?:z|ze|przy|za)<T>|pobierz (?:aplikację )?outlook<R>
(?:odesláno|odoslané|odesláno|odoslano|poslané|poslano|poslato|послато)\s(?:z|ze|zo|iz|s|sa|со|са|из)<T>
získajte outlook<R>|stáhnout outlook<R>|<T>\s(?:küldve|küldtem|küldött)|az? outlook<R> beszerzése
# Russian, Ukrainian, Bulgarian, Greek, Turkish
(?:отправлено|отправлен|відправлено|надіслано|изпратено)\s(?:с|со|из|от|з|із|від)<T>
(?:скачать|загрузить) outlook<R>|στάλθηκε από<T>|εστάλη από<T>
<T>(?:['\u2019]?(?:dan|den|mdan|mden|umdan|imden)) gönderildi|outlook['\u2019]u edinin<R>
# Chinese, Japanese, Korean
(?:从|從|来自|來自|发自|發自|用)\s?(?:我的)?[^。！？\n]{1,30}(?:发送|發送|傳送|寄出|发出)?|获取 ?outlook<R>|取得 ?outlook<R>
[^。！？\n]{0,25}(?:iphone|ipad|android|スマートフォン|携帯|携帯電話|スマホ)から(?:送信|送付)?[^。\n]{0,6}
(?:나의|내|모바일)?<T>에서 (?:보냄|보낸 메일<R>|전송됨)
# Arabic, Hebrew, Persian, Thai, Vietnamese, Indonesian
(?:أُرسلت|أرسلت|تم الإرسال|مرسل|مُرسلة) من<T>|נשלח (?:מ|באמצעות)<T>|ارسال شده از<T>|ส่งจาก<T>
(?:đã )?(?:được )?gửi từ<T>|dikirim (?:dari|menggunakan)<T>
""")
_EXCUSE = _any(r"""
so |please|pls|pardon|excuse|sorry|apolog|forgive|brevity|typos?|short|bitte|désolé|excusez|disculp|perd|scus|mes excuses
""")
DEVICE = pattern(
    rf"^[\s<(\[*_|>\u2014\u2013-]{{0,6}}(?:{_DEVICE})(?:[.,;!]?\s{{0,3}}(?:{_EXCUSE})[^\n]{{0,120}})?[\s>)\].*_|]{{0,8}}$",
    re.IGNORECASE,
)
"""A whole line that a phone or program added."""

DEVICE_NAMES = pattern(
    _any(r"""
iphon|ipad|ipod|imac|macbook|\bmac\b|\bios\b|android|galaxy|samsung|blackberry|nokia|\bhtc\b|\blg\b|huawei
xiaomi|redmi|oneplus|pixel|windows|xperia|lumia|alcatel|\bmoto|\bti-\d|surface|honor|oppo|realme|outlook|mail
yahoo|proton|\baol\b|icloud|thunderbird|sparrow|spark|inbox|\bnine\b|tutanota|zoho|verizon|t-mobile|at&t|orange
vodafone|mobile|mobil|móvil|movil|mòbil|phone|cell|celular|handy|tablet|device|laptop|computer|desktop|\bpc\b
\bapp\b|ordinateur|téléphone|appareil|gerät|telefon|telefono|telemóvel|dispositiv|enhet|enhed|puhelim|laitte
urządz|komórk|zařízen|zariaden|uređaj|naprav|készülék|телефон|смартфон|устройств|почт|пристро|κινητό|συσκευή
cihaz|akıllı|手机|手機|移动|行動|設備|設備|スマホ|携帯|휴대|스마트|기기|هاتف|جوال|جهاز|نייד|טלפון|گوشی|โทรศัพท์|điện thoại|ponsel
"""),
    re.IGNORECASE,
)
"""Things that such a line names."""

DEVICE_MINE = pattern(
    _any(r"""
^[\s<(\[*_>-]{0,6}(?:sent|written|typed) (?:from|on|with|via) my\b
\b(?:mon|meinem|meiner|mijn|mi|meu|mio|min|mitt|mojego|mého|môjho|mojega|моего|мого)\b|我的|내 |나의
"""),
    re.IGNORECASE,
)
"""Words that call the thing the writer's own."""

_DISCLAIMER = _any(r"""
confidential|disclaimer|legal (?:notice|disclaimer)|important notice|notice\s?:|privileged
this (?:e-?mail|message|communication|transmission|electronic|mail)\b
the (?:information|content)s? (?:contained )?(?:in|of) this|the (?:contents|information)
if you (?:are not|have received)|please (?:consider|think|note that this|do not print)|think before|virus-free
scanned by|checked (?:by|for)|unless (?:otherwise|expressly)|any (?:views|opinions)|attention\s?:
avis (?:de confidentialité|important|juridique)|confidentialité|clause de|ce (?:message|courriel|mail|courrier)
cet e-?mail|garantie? sans virus|les informations|pensez (?:à|a)|n['\u2019]imprimez|sans virus|l['\u2019]absence de virus|ce courrier
diese (?:e-?mail|nachricht|mail)|der inhalt dieser|vertraulich|wichtiger hinweis|hinweis\s?:|haftungsausschluss
virenfrei|bitte (?:denken|prüfen) sie|rechtlicher hinweis|este (?:mensaje|correo|e-?mail)
esta (?:mensagem|comunicación|comunicação)|aviso (?:legal|de confidencialidad|importante)
la información contenida|libre de virus|antes de imprimir|sin virus|as informações|confidencialidad
confidencialidade|(?:questo|questa|il presente|la presente|le informazioni)\b|ai sensi d
avviso (?:legale|di riservatezza)|riservatezza|privo di virus|dit (?:e-?mail|bericht)|deze (?:e-?mail|mail)
de informatie|vrijwaring|virusvrij|detta (?:meddelande|e-post|mail)|denne (?:e-?mail|meddelelse|e-post|mail)
tämä (?:viesti|sähköposti)|(?:ta|niniejsza) (?:wiadomość|treść)|informacje zawarte|wiadomość wolna
tento (?:e-?mail|správa|dokument)|tato (?:zpráva|e-?mailová)|настоящее|данное сообщение|это (?:сообщение|письмо)
информация, содержащаяся|не содержит вирусов|bu (?:e-?posta|mesaj|ileti)|本邮件|本郵件|此邮件|本电子邮件|このメール|本メール|본 메일|이 메일
تحتوي هذه|هذه الرسالة|www\.avast|avast
""")
DISCLAIMER_START = pattern(rf"^[\s*_\-=#|>!\[(]{{0,12}}(?:{_DISCLAIMER})", re.IGNORECASE)
"""Beginnings of legal boilerplate."""

DISCLAIMER_WORDS = pattern(
    _any(r"""
confidential|privileged|intended (?:recipient|solely|only|for)|addressee|disclos|unauthori[sz]ed|disseminat
liab(?:le|ility)|delete (?:it|this|the)|virus|environment|printing|in error|legally binding|confidentiel
destinataire|erreur|non autorisée|supprim|détruire|diffus|imprimer|environnement|responsabilité|vertraulich
empfänger|irrtümlich|vernichten|löschen|unbefugt|weitergabe|haft|ausdrucken|umwelt|confidencial|destinatari|borr
elimin|prohibid|autorizad|imprimir|medio ambiente|apag|proibid|riservat|privacy|cancell|divulga|stampare
ambiente|vertrouwelijk|geadresseerde|ontvanger|verwijder|konfidentiell|mottagare|fortrolig|modtager|luottamuksel
vastaanotta|poufn|adresat|odbiorc|usun|důvěrn|příjemc|конфиденциальн|адресат|получател|удалит|gizli|alıcı|机密|機密
保密|收件人|删除|刪除|秘密|機密|受信者|기밀|수신|سري
"""),
    re.IGNORECASE,
)
"""Words of boilerplate: three of them make it sure."""

DISCLAIMER_SURE = pattern(
    _any(r"""
virus-free|sans virus|virenfrei|libre de virus|virusvrij|checked for viruses|consider the environment
think before (?:you )?print|before printing this|avant d['\u2019]imprimer|imprimez (?:ce|pas|que) |préserver (?:notre|l['\u2019])\s?environnement|antes de imprimir|vor dem ausdrucken
privo di virus|scanned for viruses|avast\.com|confidentiality notice|legal disclaimer
"""),
    re.IGNORECASE,
)
"""Phrases that are boilerplate by themselves."""

LIST_FOOTER = pattern(
    _any(r"""
mailing[\s-]?list|listinfo|unsubscribe|list-unsubscribe|désabonner|désinscri|abbestellen|abmelden|darse de baja
cancelar (?:la )?suscripción|disiscri|google group|yahoo! groups|groups\.io|mailman|subscription
reply to this email directly|view it on git
"""),
    re.IGNORECASE,
)
"""Words under a mail that came through a list."""

OUTSIDE_BANNER = pattern(
    r"^[\s*_\-=#|>!\[(\u26a0\ufe0f]{0,12}(?:caution|external|warning|attention|notice|achtung|hinweis|avertissement|prudence|atención|atenção|attenzione|"
    r"this (?:e-?mail|message) (?:originated|came|was sent) from outside|ce (?:mail|message|courriel) provient)\b[^\n]{0,200}?"
    r"(?:outside|external|de l['\u2019]extérieur|expéditeur externe|externe[nr]?\b|außerhalb|externo|esterno|originated)",
    re.IGNORECASE,
)
"""The warning that a company's server puts above mail from elsewhere."""
OUTSIDE_LINE = pattern(
    r"^[\s*_\[({<#\u26a0\ufe0f-]{0,12}(?:(?:ext(?:ern(?:al|e|o)?)?|external e?-?(?:mail|sender)|expéditeur externe)[\s*_\])}>#-]{1,12}$"
    r"|(?:some people who received this message |you )don['\u2019]t often get e-?mail from\b"
    r"|(?:certaines personnes qui ont reçu ce message |vous )n['\u2019](?:obtenez|recevez|obtiennent|reçoivent) pas souvent d['\u2019]?\s?(?:e-?mail|courrier|courriel))",
    re.IGNORECASE,
)
"""Such a warning that ends with its line: `[EXTERNAL]`, and Microsoft 365's, which names the writer's address."""


_DEVICE_WORDS: Final = 14
_LINE_LIMIT: Final = 240
_LINK_IN_LINE = pattern(r"[<(\[]?https?://[^\s>)\]]{1,400}[>)\]]?")
_TRACKED: Final = "\u1427"
"""The character that trackers of opened mail leave behind."""


def is_device_line(text: str) -> bool:
    """A whole line that a phone or program added ("Sent from my iPhone")."""
    if text == _TRACKED:
        return True
    if len(text) > _LINE_LIMIT or len(text) < 5:
        return False
    plain = _LINK_IN_LINE.sub("", text).replace("[", "").replace("]", "").strip()
    if DEVICE.match(plain) is None or len(plain.split()) > _DEVICE_WORDS:
        return False
    return bool(DEVICE_NAMES.search(plain) or DEVICE_MINE.search(plain))


def is_boilerplate(text: str) -> bool:
    """Whether the paragraph, which begins like one, is a company's or a scanner's for sure."""
    found = {m.group().casefold() for m in DISCLAIMER_WORDS.finditer(text)}
    return len(found) >= 3 or DISCLAIMER_SURE.search(text) is not None
