"""Quoted history in plain text: attributions, banners, header blocks and footers in the languages of the world."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mime.visible import VisibleSplit, split_visible

NEW = "Thank you, that works."

ATTRIBUTIONS = """\
On Wed, Feb 3, 2016 at 12:34 PM, John Doe <john@example.com> wrote:
On 3 Feb 2016, at 12:34, John Doe <john@example.com> wrote:
On Feb 3, 2016, 12:34 PM +0100, John Doe <john@example.com>, wrote:
Le mer. 3 févr. 2016 à 12:34, Jean Dupont <jean@example.com> a écrit :
Le 03/02/2016 à 12:34, Jean Dupont a écrit :
Am Mi., 3. Feb. 2016 um 12:34 Uhr schrieb Max <max@example.com>:
Am 03.02.2016 um 12:34 schrieb Max Muster:
Max Muster <max@example.com> schrieb am Mi., 3. Feb. 2016, 12:34:
Op wo 3 feb. 2016 om 12:34 schreef Jan <jan@example.com>:
Op 3 feb. 2016 om 12:34 heeft Jan <jan@example.com> het volgende geschreven:
El mié, 3 feb 2016 a las 12:34, Juan (<juan@example.com>) escribió:
El 3 de febrero de 2016, 12:34, Juan<juan@example.com> escribió:
Em qua., 3 de fev. de 2016 às 12:34, João <joao@example.com> escreveu:
João <joao@example.com> escreveu no dia quarta, 3/02/2016 à(s) 12:34:
Il giorno mer 3 feb 2016 alle ore 12:34 Mario <mario@example.com> ha scritto:
Il 03/02/2016 12:34, Mario ha scritto:
Den ons 3 feb. 2016 kl 12:34 skrev Sven <sven@example.com>:
ons. 3. feb. 2016 kl. 12:34 skrev Ola <ola@example.com>:
ke 3. helmik. 2016 klo 12.34 Matti (matti@example.com) kirjoitti:
śr., 3 lut 2016 o 12:34 Jan Kowalski <jan@example.com> napisał(a):
W dniu 03.02.2016 o 12:34, Jan Kowalski pisze:
st 3. 2. 2016 v 12:34 odesílatel Jan <jan@example.com> napsal:
st 3. 2. 2016 o 12:34 Jan <jan@example.com> napísal(a):
Nagy János <janos@example.com> ezt írta (időpont: 2016. febr. 3., Sze, 12:34):
În mie., 3 feb. 2016 la 12:34, Ion <ion@example.com> a scris:
Ali <ali@example.com>, 3 Şub 2016 Çar, 12:34 tarihinde şunu yazdı:
ср, 3 февр. 2016 г. в 12:34, Иван <ivan@example.com>:
3 февраля 2016 г., 12:34 пользователь Иван <ivan@example.com> написал:
ср, 3 лют. 2016 р. о 12:34 Іван <ivan@example.com> пише:
На ср, 3.02.2016 г. в 12:34 ч. Иван <ivan@example.com> написа:
Στις Τετ, 3 Φεβ 2016 στις 12:34 μ.μ., ο χρήστης Γιάννης <g@example.com> έγραψε:
2016年2月3日(水) 12:34 山田太郎 <yamada@example.com>:
2016/02/03 12:34、山田太郎 <yamada@example.com>のメール:
在 2016年2月3日，下午12:34，王 <wang@example.com> 写道：
王 <wang@example.com> 於 2016年2月3日 週三 下午12:34寫道：
2016년 2월 3일 (수) 오후 12:34, 김 <kim@example.com>님이 작성:
בתאריך יום ד׳, 3 בפבר׳ 2016 ב-12:34 מאת דוד <david@example.com>:
في الأربعاء، 3 فبراير 2016 12:34 م علي <ali@example.com> كتب:
Vào Th 4, 3 thg 2, 2016 vào lúc 12:34 Nguyen <nguyen@example.com> đã viết:
ในวันที่ พ. 3 ก.พ. 2016 เวลา 12:34 สมชาย <somchai@example.com> เขียนว่า:
Pada Rab, 3 Feb 2016 pukul 12.34 Budi <budi@example.com> menulis:
sri, 3. velj 2016. u 12:34 Ivan <ivan@example.com> napisao je:
V V sre., 3. feb. 2016 ob 12:34 je oseba Janez <janez@example.com> napisala:
2016-02-03, tr, 12:34 Jonas <jonas@example.com> rašė:
Missatge de Joan <joan@example.com> del dia dc., 3 de febr. 2016 a les 12:34:
---- On Tue, 03 Feb 2016 12:34:56 +0530 X <x@example.com> wrote ----
In a message dated 2/3/2016 12:34:56 PM Eastern Standard Time, john@example.com writes:
Quoting John Doe <john@example.com>:
John Doe <john@example.com> wrote:
-----Original Message-----
-----Message d'origine-----
-----Ursprüngliche Nachricht-----
-------- Originalnachricht --------
-----Oorspronkelijk bericht-----
-----Mensaje original-----
-----Messaggio originale-----
-----Původní zpráva-----
------------------ 原始邮件 ------------------
##- Please type your reply above this line -##
-- Reply above this line --
""".splitlines()

HEADERS = """\
From|Sent|To|Subject
Von|Gesendet|An|Betreff
De|Envoyé|À|Objet
De|Enviado el|Para|Asunto
De|Enviada em|Para|Assunto
Da|Inviato|A|Oggetto
Van|Verzonden|Aan|Onderwerp
Från|Skickat|Till|Ämne
Fra|Sendt|Til|Emne
Lähettäjä|Lähetetty|Vastaanottaja|Aihe
Od|Wysłano|Do|Temat
Od|Odesláno|Komu|Předmět
Feladó|Elküldve|Címzett|Tárgy
De la|Trimis|Către|Subiect
Kimden|Gönderildi|Kime|Konu
От|Отправлено|Кому|Тема
Від|Надіслано|Кому|Тема
Από|Στάλθηκε|Προς|Θέμα
发件人|发送时间|收件人|主题
寄件者|寄件日期|收件者|主旨
差出人|送信日時|宛先|件名
보낸 사람|보낸 날짜|받는 사람|제목
Saatja|Saadetud|Saaja|Teema
De|Enviat el|Per a|Assumpte
""".splitlines()

DEVICES = """\
Sent from my iPhone
Sent from Mail for Windows 10
Sent from Yahoo Mail on Android
Sent from my cell, please excuse any typos.
Get Outlook for Android
Envoyé de mon iPhone
Envoyé depuis mon mobile Orange
Télécharger Outlook pour iOS
Von meinem iPhone gesendet
Gesendet mit der GMX Mail App
Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.
Verstuurd vanaf mijn iPhone
Enviado desde mi iPhone
Enviado do meu iPhone
Inviato da iPhone
Inviato dal mio smartphone Samsung Galaxy.
Skickat från min iPhone
Sendt fra min iPhone
Lähetetty iPhonesta
Wysłane z iPhone'a
Odesláno z iPhonu
iPhone-omról küldve
Trimis de pe iPhone-ul meu
Отправлено с iPhone
Надіслано з iPhone
Στάλθηκε από το iPhone μου
iPhone'umdan gönderildi
发自我的iPhone
從我的 iPhone 傳送
iPhoneから送信
나의 iPhone에서 보냄
נשלח מה-iPhone שלי
ส่งจาก iPhone ของฉัน
Đã gửi từ iPhone của tôi
Dikirim dari iPhone saya
""".splitlines()

PROSE = [
    "Sent from our warehouse on Monday, the parcel arrived broken.",
    "On Monday I told him that what you wrote: nothing.",
    "From: the beginning\nI liked it.",
    "To: do list\nDate: unknown\nthanks",
    "1. On 3 Feb 2016 at 12:34 we met\n2. He wrote me a letter",
    "Le 3 mars 2020 à 14:00 nous avons rendez-vous :\n- toi\n- moi",
    "On 5 May we close at 17:00:\nuse the side door",
    "My details:\nName: Bob\nDate: 1 May\nSubject: biology\nbye",
    "Envoyé par courrier ce matin.\nMerci",
    "Here is another one\n\nSent from my desk, is much easier than a phone.",
]


def reply(text: str) -> VisibleSplit:
    return split_visible(text=text, html="", is_reply=True)


@pytest.mark.parametrize("line", ATTRIBUTIONS)
@pytest.mark.parametrize("history", ["old words\nand more", "> old words\n> and more"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_history_below_an_attribution_is_folded(line: str, history: str, gap: str) -> None:
    split = reply(f"{NEW}{gap}{line}\n{gap}{history}")
    assert split.visible == NEW
    assert line in split.rest and "and more" in split.rest


@pytest.mark.parametrize("line", [one for one in ATTRIBUTIONS if one.endswith((":", "：")) and one.count(" ") > 8])
@pytest.mark.parametrize("at", [0.5, 0.6, 0.7, 0.8, 0.9])
def test_an_attribution_may_be_wrapped(line: str, at: float) -> None:
    words = line.split(" ")
    cut = max(2, int(len(words) * at))
    wrapped = " ".join(words[:cut]) + "\n" + " ".join(words[cut:])
    assert reply(f"{NEW}\n\n{wrapped}\n\n> old\n> older").visible == NEW


@pytest.mark.parametrize("labels", HEADERS)
@pytest.mark.parametrize("form", ["{}: {}", "*{}:* {}"])
@pytest.mark.parametrize(
    "above", ["\n\n", "\n", "\n\n________________________________\n", "\n\n ------------------------------\n\n"]
)
def test_history_below_a_header_block_is_folded(labels: str, form: str, above: str) -> None:
    values = ("Sue <sue@example.com>", "Wed 3 Feb 2016 12:34", "bob@example.com", "Hello")
    block = "\n".join(form.format(label, value) for label, value in zip(labels.split("|"), values, strict=True))
    split = reply(f"{NEW}{above}{block}\n\nOld words here\nand more.")
    assert split.visible == NEW
    assert "Old words here" in split.rest


@pytest.mark.parametrize("line", DEVICES)
def test_the_line_of_a_device_is_folded_in_a_reply_and_kept_in_a_first_mail(line: str) -> None:
    assert reply(f"{NEW}\n\n{line}\n").visible == NEW
    assert split_visible(text=f"{NEW}\n\n{line}\n", html="", is_reply=False).visible == f"{NEW}\n\n{line}"


@pytest.mark.parametrize("text", PROSE)
def test_ordinary_words_are_not_taken_for_history(text: str) -> None:
    assert reply(text) == VisibleSplit(visible=text, rest="", shown=text)


def test_a_signature_is_folded_in_a_reply() -> None:
    split = reply(f"{NEW}\n\n-- \nBob\nChief of Things\n+1 555 0100")
    assert split.visible == NEW and "Chief of Things" in split.rest


def test_a_disclaimer_and_a_list_footer_are_folded_in_any_mail() -> None:
    legal = (
        "This e-mail is confidential and intended solely for the addressee. If you are not the intended recipient,\n"
        "please delete it. Any unauthorised disclosure is prohibited."
    )
    footer = (
        "_______________________________________________\nusers mailing list\nhttps://lists.example.org/listinfo/users"
    )
    for under in (legal, footer):
        split = split_visible(text=f"{NEW}\n\n{under}", html="", is_reply=False)
        assert split.visible == NEW and under.split("\n")[-1] in split.rest


def test_a_warning_of_mail_from_elsewhere_is_folded() -> None:
    warning = "CAUTION: This email originated from outside of the organization. Do not click links."
    assert split_visible(text=f"{warning}\n\n{NEW}", html="", is_reply=False).visible == NEW
    assert reply("Attention: the external disk is broken, so we need help.").rest == ""


def test_answers_between_quoted_lines_are_kept_with_what_they_answer() -> None:
    text = "On 3 Feb 2016, at 12:34, John <john@example.com> wrote:\n\n> Is it red?\n\nNo, it is blue.\n\n> Is it big?\n\nYes.\n"
    assert reply(text).visible == "> Is it red?\n\nNo, it is blue.\n\n> Is it big?\n\nYes."


def test_an_answer_below_the_quote_is_found() -> None:
    split = reply(
        "On 3 Feb 2016, at 12:34, John <john@example.com> wrote:\n> Is it red?\n>\n> Yours\n\nNo, it is blue.\n"
    )
    assert split.visible == "No, it is blue." and "Is it red?" in split.rest


def test_a_quote_without_attribution_above_the_answer_is_kept() -> None:
    assert reply("> Is it red?\n\nNo, it is blue.").visible == "> Is it red?\n\nNo, it is blue."


def test_a_mail_of_nothing_but_a_quote_shows_it() -> None:
    assert reply("> Only this.").visible == "> Only this."


def test_a_signature_below_the_quote_is_no_answer() -> None:
    text = (
        f"{NEW}\n\nOn 3 Feb 2016, at 12:34, John <john@example.com> wrote:\n> Is it red?\n\n-- \nBob\nChief of Things\n"
    )
    assert reply(text).visible == NEW


@pytest.mark.parametrize(
    "banner",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Message transféré --------",
        "Anfang der weitergeleiteten Nachricht:",
    ],
)
def test_a_forward_is_kept_whole_below_the_words_of_who_sends_it(banner: str) -> None:
    text = f"Please see.\n\n{banner}\nFrom: John <john@example.com>\nDate: today\nSubject: red\nTo: me\n\nIs it red?"
    assert reply(text).visible == text


def test_a_mere_forward_shows_the_words_that_are_passed_on_and_keeps_its_header() -> None:
    text = "---------- Forwarded message ---------\nFrom: John <john@example.com>\nDate: today\nSubject: red\nTo: me\n\nIs it red?"
    split = split_visible(text=text, html="", is_reply=False)
    assert split.visible == "Is it red?" and split.shown == text and split.rest == ""


def test_a_form_in_a_first_mail_is_not_history() -> None:
    form = (
        "A new message from the site:\n\nFrom: Sue <sue@example.com>\nDate: today\nSubject: Hello\n\nCan you help me?"
    )
    assert split_visible(text=form, html="", is_reply=False).visible == form


def test_a_picture_is_an_answer() -> None:
    html = '<div><img src="cid:x"></div><div class="gmail_quote"><blockquote class="gmail_quote">old</blockquote></div>'
    split = split_visible(text="", html=html, is_reply=True)
    assert split.visible == "[image]" and split.rest == "> old"


@given(
    st.lists(
        st.sampled_from(
            [
                *ATTRIBUTIONS[:4],
                *DEVICES[:3],
                "> quoted",
                ">",
                "",
                "words",
                "-- ",
                "From: a@b.c",
                "Sent: today",
                "To: x",
                "___",
                "text:",
            ]
        )
    )
)
def test_nothing_is_lost_and_words_never_vanish(lines: list[str]) -> None:
    text = "\n".join(lines)
    split = reply(text)
    assert sorted((split.shown + "\n" + split.rest).split()) == sorted(text.split())
    assert bool(split.visible.strip()) == bool(text.strip())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400), st.booleans())
def test_any_text_can_be_split(text: str, is_reply: bool) -> None:
    split = split_visible(text=text, html=text, is_reply=is_reply)
    assert isinstance(split.visible, str)
