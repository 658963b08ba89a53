"""Words of mail programs around quoted history, in many languages: facts, one table a question."""

import re
from enum import Enum
from typing import Final

from bot.domain.patterns import pattern


class Label(Enum):
    """A line of the header block that stands above a quoted mail."""

    FROM = "from"
    DATE = "date"
    TO = "to"
    SUBJECT = "subject"
    OTHER = "other"


_FROM = """
from|de|da|von|van|från|fra|od|lähettäjä|feladó|felado|gönderen|kimden|gonderen|от|від|от кого|кто|από|de la|
expéditeur|remitente|mittente|absender|afzender|发件人|寄件者|寄件人|發件人|差出人|送信者|送信元|보낸 사람|보낸사람|발신|발신자|מאת|من|المرسل|จาก|từ|
người gửi|dari|pengirim|dikirim oleh|expeditor|avsändare|afsender|saatja|no|nuo|siuntėjas|sūtītājs|šalje|
posiljatelj|pošiljatelj|пошиљалац|подател|frå|sendandi|frá|nadawca|odesílatel|odosielateľ|från/from|igorlea|nork|o|
expediteur|від кого|fran|lahettaja|फ्रॉम|प्रेषक|از|فرستنده|mula kay|mula sa|kutoka
"""
_DATE = """
sent|date|sent at|sent on|message du|envoyé|envoyé le|envoye|date d'envoi|enviado|enviado el|enviado em|enviada em|enviada|
enviado a|fecha|data|data de envio|inviato|gesendet|gesendet am|datum|verzonden|verzonden op|datum/tijd|skickat|
datum och tid|dato|sendt|lähetetty|päivämäärä|pvm|wysłano|wyslano|data wysłania|odesláno|odoslané|poslano|poslané|
poslato|elküldve|dátum|küldve|gönderildi|gönderilme tarihi|tarih|gonderildi|отправлено|отправлен|дата|надіслано|
дата отправки|изпратено|послато|στάλθηκε|ημερομηνία|αποστολή|trimis|trimis la|trimis pe|enviat|data enviament|
saadetud|kuupäev|nosūtīts|datums|išsiųsta|发送时间|发送日期|日期|寄件日期|傳送時間|发件时间|時間|时间|送信日時|日時|日付|送信|보낸 날짜|보낸날짜|날짜|발송|일시|נשלח|
תאריך|تاريخ الإرسال|التاريخ|أُرسلت|تم الإرسال|วันที่|ส่ง|ngày|đã gửi|ngày gửi|dikirim|tanggal|dags|dagsetning|
sent date|datatid|bidalia|temps|hora|invio|data invio|تاریخ|दिनांक
"""
_TO = """
to|à|a|para|an|aan|till|til|do|komu|pre|prima|za|vastaanottaja|címzett|kime|alıcı|кому|до|получатель|προς|către|
catre|destinataire|destinatario|destinatari|empfänger|收件人|收件者|宛先|받는 사람|받는사람|수신|수신자|אל|إلى|الى|ถึง|đến|tới|
người nhận|kepada|ke|untuk|per a|mottagare|modtager|mottaker|saaja|kam|kellele|за|прима|příjemce|prejemnik|
primatelj|til/to|nori|به|kepada yth|प्रति|v
"""
_SUBJECT = """
subject|objet|sujet|asunto|assunto|oggetto|betreff|betr|onderwerp|ämne|emne|aihe|temat|předmět|predmet|naslov|
zadeva|tárgy|konu|тема|предмет|относно|θέμα|subiect|assumpte|teema|temats|tēma|tema|主题|主旨|主題|件名|題名|표제|제목|נושא|
الموضوع|موضوع|เรื่อง|หัวเรื่อง|chủ đề|tiêu đề|subjek|perihal|efni|gaia|विषय|amne
"""
_OTHER = """
cc|bcc|cci|cco|copie|copie à|copia|kopie|kopia|kopi|kopio|копия|копія|másolat|bilgi|抄送|副本|密送|참조|숨은 참조|עותק|نسخة|
สำเนา|κοιν|κοινοποίηση|kópia|kópie|cópia|ccn|reply-to|reply to|répondre à|responder a|rispondi a|antwort an|
antwoord aan|svara till|svar til|odpowiedz do|ответить|обратный адрес|risposta|attachments|attachment|
pièces jointes|anlagen|anhänge|allegati|adjuntos|anexos|bijlagen|bilagor|bilag|vedlegg|vedhæftede filer|вложения|
附件|添付ファイル|첨부 파일|첨부파일|liitteet|załączniki|přílohy|importance|priority|priorité|wichtigkeit|importancia|importância|
priorità|prioriteit|prioritet|betydelse|重要性|重要度|важность|sensitivity|organization|organisation|list-id|
mailing-list|newsgroups
"""


def _labels() -> dict[str, Label]:
    table: dict[str, Label] = {}
    for words, label in (
        (_OTHER, Label.OTHER),
        (_TO, Label.TO),
        (_SUBJECT, Label.SUBJECT),
        (_DATE, Label.DATE),
        (_FROM, Label.FROM),
    ):
        for word in words.replace("\n", "").split("|"):
            if word.strip():
                table[word.strip().casefold()] = label
    return table


LABELS = _labels()
"""Label by its case-folded name. Each name stands for one label; the commoner meaning wins."""

WROTE = pattern(
    r"\bwrote\b|\bwrites\b|\bwrote$|wrote:|\bsaid\b|a écrit|a ecrit|écrivait|écrit\b|\bschrieb\b|geschrieben"
    r"|schreibt|\bschreef\b|geschreven|\bskrev\b|\bskreiv\b|skrifaði|kirjoitti|kirjutas|escribió|escribio"
    r"|ha escrito|va escriure|ha escrit|escribiu|escreveu|ha scritto|scrisse|scriveva|a scris|napisał|napisal"
    r"|napisała|pisze|napsal|napísal|naptsal|je napisao|je napisala|napisao|написао|написала|написал|пишет|писал"
    r"|писав|написав|пише|напісаў|написа\b|έγραψε|έγραφε|ezt írta|írta\b|yazdı|yazdi|rašė|rakstīja|shkroi|idatzi"
    r"|skreau|scríobh|scriobh|写道|寫道|写于|编写|のメール|書きました|wrote|작성|쓴 글|님이 씀|썼습니다|כתב|كتب|نوشت|เขียน|đã viết|viết:"
    r"|menulis|nagsulat|sumulat|aliandika|ने लिखा|লিখেছেন|missatge de|quoting|zitat von|mensaje citado por"
    r"|citando|quotando|citát|отправлено|сообщил|a répondu|a envoyé|the following message|odesílatel|oseba"
    r"|пользователь|lietotājs",
    re.IGNORECASE,
)
"""The verb (or what stands for it) of an attribution line."""

_ORIGINAL = """
original message|original appointment|original email|original e-mail|reply message|replied message|
previous message|message d'origine|message original|courrier d'origine|e-mail d'origine|mail original|
message initial|ursprüngliche nachricht|originalnachricht|original-nachricht|ursprüngliche mitteilung|
ursprüngliche e-mail|urspr. nachricht|originalmail|oorspronkelijk bericht|origineel bericht|
oorspronkelijke bericht|oorspronkelijke e-mail|mensaje original|correo original|mensagem original|
messaggio originale|messaggio originario|missatge original|mensaxe orixinal|ursprungligt meddelande|
originalmeddelande|oprindelig meddelelse|oprindelig besked|opprinnelig melding|original melding|opprinnelig e-post|
opphavleg melding|alkuperäinen viesti|algne kiri|algsõnum|sākotnējais ziņojums|oriģinālais ziņojums|
originalus laiškas|pradinis laiškas|wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości|
původní zpráva|pôvodná správa|izvorna poruka|originalna poruka|izvirno sporočilo|originalno sporočilo|
eredeti üzenet|mesaj original|mesajul original|mesaj inițial|исходное сообщение|оригинальное сообщение|
первоначальное сообщение|пересылаемое исходное сообщение|початкове повідомлення|оригінальне повідомлення|
вихідне повідомлення|оригинално писмо|оригинално съобщение|оригинална порука|изворна порука|αρχικό μήνυμα|
orijinal mesaj|özgün ileti|asıl mesaj|orjinal mesaj|pesan asli|thư gốc|tin nhắn gốc|ข้อความต้นฉบับ|ข้อความเดิม|
原始邮件|原始郵件|原邮件|原始消息|原始訊息|原始信件|元のメッセージ|オリジナルメッセージ|元のメール|원본 메시지|원본 메일|원본메일|הודעה מקורית|الرسالة الأصلية|رسالة أصلية|
پیام اصلی|mezu originala|jatorrizko mezua|neges wreiddiol|upprunaleg skilaboð|मूल संदेश|orig.msg.|orig. message|
messaggio ricevuto|mensaje recibido|回复的原邮件|回复邮件|轉寄郵件訊息
"""
_FORWARD = """
forwarded message|forwarded by|forwarded mail|forwarded email|begin forwarded message|start of forwarded message|
message transféré|message transmis|message réexpédié|mail transféré|début du message transféré|
début du message réexpédié|weitergeleitete nachricht|weitergeleitet von|anfang der weitergeleiteten nachricht|
anfang der weitergeleiteten e-mail|weitergeleitete e-mail|doorgestuurd bericht|begin doorgestuurd bericht|
mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|
início da mensagem encaminhada|início da mensagem reencaminhada|messaggio inoltrato|inizio messaggio inoltrato|
messaggio inoltrato da|missatge reenviat|vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mail|
börja vidarebefordrat meddelande|videresendt besked|videresendt meddelelse|start på videresendt besked|
videresendt melding|videresendt e-post|start på videresendt melding|välitetty viesti|välitetty viesti alkaa|
edelleenlähetetty viesti|edastatud kiri|pārsūtīts ziņojums|persiųstas laiškas|przekazana wiadomość|
wiadomość przekazana|początek przekazywanej wiadomości|přeposlaná zpráva|začátek přeposlané zprávy|
preposlaná správa|proslijeđena poruka|prosleđena poruka|posredovano sporočilo|továbbított üzenet|továbbított levél|
mesaj redirecționat|mesaj transmis|început mesaj redirecționat|пересланное сообщение|пересылаемое сообщение|
начало переадресованного сообщения|переадресоване повідомлення|переслане повідомлення|препратено съобщение|
прослеђена порука|προωθημένο μήνυμα|yönlendirilmiş mesaj|iletilen mesaj|yönlendirilen ileti|pesan terusan|
pesan yang diteruskan|thư được chuyển tiếp|tin nhắn chuyển tiếp|ข้อความที่ส่งต่อ|转发的邮件|转发邮件信息|转发邮件|轉寄的郵件|轉寄郵件|
轉寄的訊息|転送メッセージ|転送されたメッセージ|전달된 메시지|전달 메시지|הודעה שהועברה|הודעה מועברת|رسالة معاد توجيهها|رسالة محولة|پیام هدایت شده
"""


def _words(table: str) -> tuple[str, ...]:
    words = {word.strip() for word in table.replace("\n", "").split("|")}
    return tuple(sorted(words - {""}, key=len, reverse=True))


# No regular expression: one of so many words takes longer to compile than it takes to read a mail.
_ORIGINALS: Final = _words(_ORIGINAL)
_FORWARDS: Final = _words(_FORWARD)
_RULE: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015_*=~#<> \t\u00a0\u3000"
_RULE_CHARS: Final = 120


def _banner(text: str, words: tuple[str, ...]) -> tuple[int, str] | None:
    """The number of characters of a drawn rule before one of the words, and the text behind that word."""
    bare = text.lstrip(_RULE)
    # The one capital that the library makes two characters of.
    lowered = bare.replace("\u0130", "i").lower()
    if not lowered.startswith(words):
        return None
    word = next(word for word in words if lowered.startswith(word))
    return len(text) - len(bare), lowered[len(word) :]


def is_original_banner(text: str) -> bool:
    """The line above a quoted original ("-----Original Message-----")."""
    found = _banner(text, _ORIGINALS)
    if found is None:
        return False
    lead, rest = found
    if lead:
        return 2 <= lead <= _RULE_CHARS and len(rest) <= 40
    drawn = rest.lstrip(" :\uff1a")
    return len(rest) - len(drawn) <= 3 and 2 <= len(drawn) <= 60 and not drawn.strip("-_")


def is_bare_banner(text: str) -> bool:
    """Such a line without its rule, which some phones write; people may, too."""
    return text.strip().lower() in _ORIGINALS


def is_forward_banner(text: str) -> bool:
    """The line above a forwarded mail ("---------- Forwarded message ---------")."""
    found = _banner(text, _FORWARDS)
    return found is not None and found[0] <= _RULE_CHARS and len(found[1].lstrip(_RULE + ":\uff1a")) <= 80


MARKER = pattern(
    r"(?:reply|respond|type your (?:reply|response)|write your (?:reply|response)|enter your reply)[\w\s]{0,30}above (?:this|the) line"
    r"|(?:répond\w{1,6}|réponse|écri\w{1,8})[\w\s]{0,30}au-?\s?dessus de cette ligne"
    r"|(?:antwort\w{0,4}|schreiben sie)[\w\s,]{0,40}(?:oberhalb|über) diese[rn]? (?:linie|zeile)"
    r"|(?:responda|escriba|conteste)[\w\s]{0,30}(?:encima|arriba) de esta línea|acima desta linha|sopra questa (?:riga|linea)|boven deze (?:regel|lijn)",
    re.IGNORECASE,
)
"""The line that help desks put above the history they send: answer above it."""
_MARKER_HINTS = ("line", "ligne", "linie", "zeile", "línea", "linha", "riga", "linea", "regel", "lijn")


def is_marker(text: str) -> bool:
    """`MARKER` without its cost where it cannot match."""
    lowered = text.lower()
    return any(hint in lowered for hint in _MARKER_HINTS) and MARKER.search(text) is not None
