"""Finds what programs and companies put under the new words of a mail: signatures, device lines, disclaimers, list footers."""

import re
from collections.abc import Sequence
from typing import Final

from bot.mime.quotes_lines import Line, Mark, is_separator

_DELIMITER = re.compile(r"^(?:--|\u2014|\u2013|__|-- -|---?\s?|\u2014\s?)$")
_DEVICE_TAIL = r"[^.!?,;:\n]{1,60}"
_EXCUSE = r"(?:[.,;!]?\s{0,3}(?:so |please|pls|pardon|excuse|sorry|apolog|forgive|brevity|typos?|short|bitte|désolé|excusez|disculp|perd|scus|mes excuses|sorry)[^\n]{0,120})?"
_LINK = r"(?:\s?[<(\[]{0,3}https?://\S{1,300})?"
_DEVICE = re.compile(
    r"^[\s<(\[*_|>\u2014\u2013-]{0,6}(?:"
    # English
    rf"(?:sent|written|typed|composed|posted)\s(?:from|via|with|using|by|on)\s{_DEVICE_TAIL}"
    r"|from my (?:iphone|ipad|ipod|android|blackberry|mobile|phone|samsung|galaxy|htc|nokia|cell|windows|pixel|tablet)[^.!?\n]{0,40}"
    r"|[\w .]{1,30} from mobile|via mobile|(?:get|download) \[?outlook[^\n]{0,80}|(?:get|download) (?:yahoo mail|the [\w ]{2,20} app|bluemail|mailbird|spark)[^\n]{0,80}"
    r"|yahoo mail\s?: search, organi[sz]e, conquer|sent by \w[^.!?\n]{0,30}"
    # French
    r"|envoyé\s(?:de(?:puis)?|à partir d|avec|via|par|d['\u2019])[^.!?\n]{1,60}|télécharge[rz]\s\[?outlook[^\n]{0,80}|obten(?:ez|ir)\s\[?outlook[^\n]{0,80}|provenance : courrier[^\n]{0,40}"
    # German
    r"|(?:von|mit)\s(?:meine[mr]|dem|der|unterwegs|meinem)[^.!?\n]{0,60}\s(?:gesendet|geschickt|verschickt|geschrieben|versendet)"
    r"|gesendet\s(?:von|mit|aus|via|über)[^.!?\n]{1,60}|diese (?:nachricht|e-?mail|mail) wurde (?:von|mit)[^\n]{1,80}\s(?:gesendet|verschickt|geschrieben)|(?:holen sie sich|laden sie|hol dir)\s\[?outlook[^\n]{0,80}"
    # Dutch
    r"|(?:verzonden|verstuurd|verzend)\s(?:vanaf|van|met|vanuit|via|uit)[^.!?\n]{1,60}|(?:outlook voor|download outlook)[^\n]{0,60}"
    # Spanish, Portuguese, Italian, Catalan, Galician, Romanian
    r"|(?:enviado|enviada|enviat)\s(?:desde|de|do|da|a partir d|via|pelo|pela|por|com|con|des de|amb)[^.!?\n]{1,60}|(?:obtener|descargar|obter|obtenha|scarica|ottieni|baixe)\s\[?outlook[^\n]{0,80}"
    r"|inviat[oa]\s(?:da|dal|dalla|dall['\u2019]|con|tramite)[^.!?\n]{1,60}|trimis\s(?:de pe|din|de la|cu)[^.!?\n]{1,60}"
    # Swedish, Danish, Norwegian, Finnish, Estonian, Icelandic
    r"|(?:skickat|skickades|sänt|sendt|sendes)\s(?:från|med|fra|via|av)[^.!?\n]{1,60}|(?:hämta|hent|skaff|få)\s\[?outlook[^\n]{0,80}|lähetetty\s[^.!?\n]{1,60}|(?:hanki|lataa) outlook[^\n]{0,60}|saadetud\s[^.!?\n]{1,50}|sent úr[^.!?\n]{1,40}"
    # Polish, Czech, Slovak, Slovene, Croatian, Serbian, Hungarian
    r"|(?:wysłane|wysłano|wysłana)\s(?:z|ze|przy|za)[^.!?\n]{1,60}|pobierz (?:aplikację )?outlook[^\n]{0,60}|(?:odesláno|odoslané|odesláno|odoslano|poslané|poslano|poslato|послато)\s(?:z|ze|zo|iz|s|sa|со|са|из)[^.!?\n]{1,60}"
    r"|získajte outlook[^\n]{0,60}|stáhnout outlook[^\n]{0,60}|[^.!?\n]{1,40}\s(?:küldve|küldtem|küldött)|az? outlook[^\n]{1,40} beszerzése"
    # Russian, Ukrainian, Bulgarian, Greek, Turkish
    r"|(?:отправлено|отправлен|відправлено|надіслано|изпратено)\s(?:с|со|из|от|з|із|від)[^.!?\n]{1,60}|(?:скачать|загрузить) outlook[^\n]{0,60}|στάλθηκε από[^.!?\n]{1,60}|εστάλη από[^.!?\n]{1,60}"
    r"|[^.!?\n]{1,40}(?:['\u2019]?(?:dan|den|mdan|mden|umdan|imden)) gönderildi|outlook['\u2019]u edinin[^\n]{0,40}"
    # Chinese, Japanese, Korean
    r"|(?:从|從|来自|來自|发自|發自|用)\s?(?:我的)?[^。！？\n]{1,30}(?:发送|發送|傳送|寄出|发出)?|获取 ?outlook[^\n]{0,40}|取得 ?outlook[^\n]{0,40}|[^。！？\n]{0,25}(?:iphone|ipad|android|スマートフォン|携帯|携帯電話|スマホ)から(?:送信|送付)?[^。\n]{0,6}"
    r"|(?:나의|내|모바일)?[^.!?\n]{0,25}에서 (?:보냄|보낸 메일[^\n]{0,10}|전송됨)"
    # Arabic, Hebrew, Persian, Thai, Vietnamese, Indonesian
    r"|(?:أُرسلت|أرسلت|تم الإرسال|مرسل|مُرسلة) من[^.!?\n]{1,60}|נשלח (?:מ|באמצעות)[^.!?\n]{1,60}|ارسال شده از[^.!?\n]{1,60}|ส่งจาก[^.!?\n]{1,60}|(?:đã )?(?:được )?gửi từ[^.!?\n]{1,60}|dikirim (?:dari|menggunakan)[^.!?\n]{1,60}"
    rf"){_EXCUSE}{_LINK}[\s>)\].*_|]{{0,8}}$",
    re.IGNORECASE,
)
_DEVICE_NAMES = re.compile(
    r"iphone|ipad|ipod|imac|macbook|\bmac\b|\bios\b|android|galaxy|samsung|blackberry|nokia|\bhtc\b|\blg\b|huawei|xiaomi|redmi|oneplus|pixel|windows|xperia|lumia|alcatel|\bmoto|\bti-\d|surface|honor|oppo|realme"
    r"|outlook|mail|yahoo|proton|\baol\b|icloud|thunderbird|sparrow|spark|inbox|\bnine\b|tutanota|zoho|verizon|t-mobile|at&t|orange|vodafone"
    r"|mobile|mobil|móvil|movil|mòbil|phone|cell|celular|handy|tablet|device|laptop|computer|desktop|\bpc\b|\bapp\b|ordinateur|téléphone|appareil|gerät|telefon|telefono|telemóvel|dispositiv|enhet|enhed|puhelim|laitte"
    r"|urządz|komórk|zařízen|zariaden|uređaj|naprav|készülék|телефон|смартфон|устройств|почт|пристро|κινητό|συσκευή|cihaz|akıllı|手机|手機|移动|行動|設備|設備|スマホ|携帯|휴대|스마트|기기|هاتف|جوال|جهاز|نייד|טלפון|گوشی|โทรศัพท์|điện thoại|ponsel",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"^[\s<(\[*_>-]{0,6}(?:sent|written|typed) (?:from|on|with|via) my\b|\b(?:mon|meinem|meiner|mijn|mi|meu|mio|min|mitt|mojego|mého|môjho|mojega|моего|мого)\b|我的|내 |나의",
    re.IGNORECASE,
)
_DEVICE_WORDS: Final = 14
_LINK_IN_LINE = re.compile(r"[<(\[]?https?://[^\s>)\]]{1,400}[>)\]]?")
_LINE_LIMIT: Final = 240

_DISCLAIMER_START = re.compile(
    r"^[\s*_\-=#|>!\[(]{0,12}(?:confidential|disclaimer|legal (?:notice|disclaimer)|important notice|notice\s?:|privileged|this (?:e-?mail|message|communication|transmission|electronic|mail)\b|the (?:information|content)s? (?:contained )?(?:in|of) this"
    r"|the (?:contents|information)|if you (?:are not|have received)|please (?:consider|think|note that this|do not print)|think before|virus-free|scanned by|checked (?:by|for)|unless (?:otherwise|expressly)|any (?:views|opinions)|attention\s?:"
    r"|avis (?:de confidentialité|important|juridique)|confidentialité|clause de|ce (?:message|courriel|mail|courrier)|cet e-?mail|les informations|pensez (?:à|a)|n['\u2019]imprimez|sans virus|l['\u2019]absence de virus|ce courrier"
    r"|diese (?:e-?mail|nachricht|mail)|der inhalt dieser|vertraulich|wichtiger hinweis|hinweis\s?:|haftungsausschluss|virenfrei|bitte (?:denken|prüfen) sie|rechtlicher hinweis"
    r"|este (?:mensaje|correo|e-?mail)|esta (?:mensagem|comunicación|comunicação)|aviso (?:legal|de confidencialidad|importante)|la información contenida|libre de virus|antes de imprimir|sin virus|as informações|confidencialidad|confidencialidade"
    r"|(?:questo|questa|il presente|la presente|le informazioni)\b|ai sensi d|avviso (?:legale|di riservatezza)|riservatezza|privo di virus"
    r"|dit (?:e-?mail|bericht)|deze (?:e-?mail|mail)|de informatie|vrijwaring|virusvrij|detta (?:meddelande|e-post|mail)|denne (?:e-?mail|meddelelse|e-post|mail)|tämä (?:viesti|sähköposti)|(?:ta|niniejsza) (?:wiadomość|treść)|informacje zawarte|wiadomość wolna"
    r"|tento (?:e-?mail|správa|dokument)|tato (?:zpráva|e-?mailová)|настоящее|данное сообщение|это (?:сообщение|письмо)|информация, содержащаяся|не содержит вирусов|bu (?:e-?posta|mesaj|ileti)|本邮件|本郵件|此邮件|本电子邮件|このメール|本メール|본 메일|이 메일|تحتوي هذه|هذه الرسالة"
    r"|www\.avast|avast)",
    re.IGNORECASE,
)
_DISCLAIMER_WORDS = re.compile(
    r"confidential|privileged|intended (?:recipient|solely|only|for)|addressee|disclos|unauthori[sz]ed|disseminat|liab(?:le|ility)|delete (?:it|this|the)|virus|environment|printing|in error|legally binding"
    r"|confidentiel|destinataire|erreur|non autorisée|supprim|détruire|diffus|imprimer|environnement|responsabilité|vertraulich|empfänger|irrtümlich|vernichten|löschen|unbefugt|weitergabe|haft|ausdrucken|umwelt|confidencial|destinatari|borr|elimin|prohibid"
    r"|autorizad|imprimir|medio ambiente|apag|proibid|riservat|privacy|cancell|divulga|stampare|ambiente|vertrouwelijk|geadresseerde|ontvanger|verwijder|konfidentiell|mottagare|fortrolig|modtager|luottamuksel|vastaanotta|poufn|adresat|odbiorc|usun|důvěrn|příjemc"
    r"|конфиденциальн|адресат|получател|удалит|gizli|alıcı|机密|機密|保密|收件人|删除|刪除|秘密|機密|受信者|기밀|수신|سري",
    re.IGNORECASE,
)
_DISCLAIMER_SURE = re.compile(
    r"virus-free|sans virus|virenfrei|libre de virus|virusvrij|checked for viruses|consider the environment|think before (?:you )?print|before printing this|avant d['\u2019]imprimer|antes de imprimir|vor dem ausdrucken|privo di virus|scanned for viruses|avast\.com|confidentiality notice|legal disclaimer",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(
    r"mailing[\s-]?list|listinfo|unsubscribe|list-unsubscribe|désabonner|désinscri|abbestellen|abmelden|darse de baja|cancelar (?:la )?suscripción|disiscri|google group|yahoo! groups|groups\.io|mailman|subscription|reply to this email directly|view it on git",
    re.IGNORECASE,
)
_DELIMITED_LINES: Final = 40
_RULED_LINES: Final = 12


def is_device_line(text: str) -> bool:
    """A whole line that a phone or program added ("Sent from my iPhone")."""
    if len(text) > _LINE_LIMIT or len(text) < 5:
        return False
    plain = _LINK_IN_LINE.sub("", text).replace("[", "").replace("]", "").strip()
    if _DEVICE.match(plain) is None or len(plain.split()) > _DEVICE_WORDS:
        return False
    return bool(_DEVICE_NAMES.search(plain) or _MINE.search(plain))


def below_quotes(lines: Sequence[Line]) -> set[int]:
    """The signature and other footers that stand below the last quoted line."""
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].depth), None)
    if last is None or last == len(lines) - 1:
        return set()
    below = range(last + 1, len(lines))
    if all(lines[i].is_empty for i in below):
        return set()
    top = Line(text="x")
    return {i + last for i in footers([top, *lines[last + 1 :]], range(len(lines) - last), with_signature=True)}


def footers(lines: Sequence[Line], shown: Sequence[int], *, with_signature: bool) -> set[int]:
    """Which of the shown lines (indices, in order) are a footer and may be folded.

    Disclaimers and list footers always; signatures and device lines only `with_signature`. Never all of the words.
    """
    folded: set[int] = set()
    left = list(shown)
    if with_signature:
        folded.update(_contained(lines, left))
        left = [i for i in left if i not in folded]
    before = -1
    while before != len(folded):
        before = len(folded)
        for rule in (_list_footer, _disclaimer, *((_delimited, _devices) if with_signature else ())):
            found = rule(lines, left)
            if found and any(lines[i].text for i in left if i not in found):
                folded |= found
                left = [i for i in left if i not in folded]
    return folded


def _contained(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """What stands in a signature container of HTML, if it ends the mail."""
    inside = {i for i in shown if lines[i].mark is Mark.SIGNATURE}
    if not inside or not any(lines[i].text for i in shown if i not in inside):
        return set()
    # Its "-- " may stand right above the container.
    above = [i for i in shown if i < min(inside) and not lines[i].is_empty]
    if above and _DELIMITER.match(lines[above[-1]].text):
        inside.add(above[-1])
    return inside


def _delimited(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """From a signature delimiter (RFC 3676 4.3, and what people make of it) to the end or the next quoted line."""
    words_above = False
    for at, index in enumerate(shown):
        line = lines[index]
        if line.is_empty or line.depth:
            continue
        text = line.text
        delimits = bool(_DELIMITER.match(text))
        if words_above and (delimits or is_separator(line)):
            block: set[int] = {index}
            for later in shown[at + 1 :]:
                if lines[later].depth:
                    break
                block.add(later)
            filled = [lines[i].text for i in block if i != index and lines[i].text]
            if delimits and len(filled) <= _DELIMITED_LINES:
                return block
            if len(filled) <= _RULED_LINES and sum(map(len, filled)) <= 60 * max(1, len(filled)):
                return block
        elif not is_separator(line):
            words_above = True
    return set()


def _devices(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    return {i for i in shown if not lines[i].depth and is_device_line(lines[i].text)}


def _list_footer(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """The last rule of the mail with a few lines under it that speak of a list."""
    for at in range(len(shown) - 1, max(-1, len(shown) - 14), -1):
        line = lines[shown[at]]
        if line.depth:
            return set()
        if is_separator(line):
            below = shown[at + 1 :]
            return {*shown[at:]} if any(_LIST_FOOTER.search(lines[i].text[:400]) for i in below) else set()
    return set()


def _disclaimer(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """The last paragraph, if it is legal boilerplate."""
    end = len(shown)
    while end and lines[shown[end - 1]].is_empty:
        end -= 1
    start = end
    while start and not lines[shown[start - 1]].is_empty and not lines[shown[start - 1]].depth and end - start < 40:
        start -= 1
        # One line of HTML is a paragraph; look no further up than where the boilerplate begins.
        if _DISCLAIMER_START.match(lines[shown[start]].text[:120]):
            text = " ".join(lines[i].text for i in shown[start:end])[:6000]
            if len({m.group().casefold() for m in _DISCLAIMER_WORDS.finditer(text)}) >= 3 or _DISCLAIMER_SURE.search(
                text
            ):
                return {*shown[start:]}
    return set()
