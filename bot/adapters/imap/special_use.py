"""Finds Sent, Junk …: by what the server says (RFC 6154), else by the names that clients give these folders."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from bot.ports import FolderName

# The names under which mail programs and providers create these folders, in the order of trust within a language.
_NAMES: Final = {
    "\\Sent": (
        "Sent",
        "Sent Items",
        "Sent Messages",
        "Sent Mail",
        "Sent-Mail",
        "SentMail",
        "OUTBOX",
        "Envoyés",
        "Éléments envoyés",
        "Messages envoyés",
        "Objets envoyés",
        "Courrier envoyé",
        "Envoyes",
        "Elements envoyes",
        "Gesendet",
        "Gesendete Objekte",
        "Gesendete Elemente",
        "Gesendete Nachrichten",
        "Enviados",
        "Elementos enviados",
        "Mensajes enviados",
        "Itens enviados",
        "Mensagens enviadas",
        "Enviats",
        "Inviati",
        "Posta inviata",
        "Inviata",
        "Messaggi inviati",
        "Elementi inviati",
        "Verzonden",
        "Verzonden items",
        "Verzonden berichten",
        "Skickat",
        "Skickade objekt",
        "Skickade meddelanden",
        "Sendt",
        "Sendte elementer",
        "Sendt post",
        "Sendte mails",
        "Lähetetyt",
        "Wysłane",
        "Elementy wysłane",
        "Odeslané",
        "Odeslaná pošta",
        "Odoslané",
        "Elküldött",
        "Elküldött elemek",
        "Trimise",
        "Mesaje trimise",
        "Poslano",
        "Poslane stavke",
        "Отправленные",
        "Надіслані",
        "Изпратени",
        "Gönderilmiş",
        "Gönderilmiş Öğeler",
        "Gönderilenler",
        "Απεσταλμένα",
        "送信済み",
        "送信済みアイテム",
        "已发送",
        "已发送邮件",
        "寄件備份",
        "보낸편지함",
        "보낸 편지함",
        "المرسلة",
        "نשלח",
        "Hat da",
        "Bidalitakoak",
    ),
    "\\Junk": (
        "Junk",
        "Spam",
        "Junk E-mail",
        "Junk Email",
        "Junk Mail",
        "Bulk Mail",
        "Bulk",
        "Indésirables",
        "Courrier indésirable",
        "Courriers indésirables",
        "Pourriel",
        "Pourriels",
        "Indesirables",
        "Spamverdacht",
        "Junk-E-Mail",
        "Unerwünscht",
        "Unerwünschte Werbung",
        "Correo no deseado",
        "Correo basura",
        "No deseado",
        "Lixo eletrônico",
        "Lixo eletrónico",
        "Lixo Electrónico",
        "Posta indesiderata",
        "Indesiderata",
        "Ongewenst",
        "Ongewenste e-mail",
        "Ongewenste reclame",
        "Skräppost",
        "Søppelpost",
        "Uønsket e-post",
        "Uønsket mail",
        "Roskaposti",
        "Wiadomości-śmieci",
        "Niechciane",
        "Nevyžádaná pošta",
        "Nevyžiadaná pošta",
        "Levélszemét",
        "Nedorite",
        "Neželena pošta",
        "Спам",
        "Нежелательная почта",
        "Небажана пошта",
        "İstenmeyen",
        "Önemsiz",
        "Önemsiz E-posta",
        "Gereksiz",
        "Ανεπιθύμητα",
        "迷惑メール",
        "垃圾邮件",
        "垃圾郵件",
        "스팸함",
        "정크 메일",
    ),
    "\\Trash": (
        "Trash",
        "Deleted Items",
        "Deleted Messages",
        "Bin",
        "Corbeille",
        "Éléments supprimés",
        "Papierkorb",
        "Gelöscht",
        "Gelöschte Elemente",
        "Papelera",
        "Elementos eliminados",
        "Lixeira",
        "Cestino",
        "Prullenbak",
        "Papperskorgen",
        "Kosz",
        "Koš",
        "Корзина",
    ),
    "\\Drafts": (
        "Drafts",
        "Draft",
        "Brouillons",
        "Entwürfe",
        "Borradores",
        "Rascunhos",
        "Bozze",
        "Concepten",
        "Utkast",
        "Kladder",
        "Wersje robocze",
        "Koncepty",
        "Черновики",
    ),
    "\\Archive": ("Archive", "Archives", "Archiv", "Archivo", "Archivio", "Archief", "Arkiv"),
}
_INBOX_PREFIX: Final = re.compile(r"^(?:inbox[./\\])+", re.IGNORECASE)
"""OVH has `INBOX.INBOX.Sent`: clients that were told of no prefix made it."""
_PARENT: Final = re.compile(r"^\[(?:gmail|google mail)\]/", re.IGNORECASE)


def find_special_folder(folders: Sequence[FolderName], special_use: str, *, prefix: str = "") -> str | None:
    """The name of the folder with this use (`\\Sent`), None where there is none.

    Args:
        prefix: of the personal namespace (RFC 2342), `INBOX.` for instance; `INBOX.` and `INBOX/` count always.
    """
    wanted = special_use.lower()
    marked = [folder.name for folder in folders if folder.special_use.lower() == wanted]
    if marked:
        # Folders of other users that are shared with us may be marked, too: they lie deeper.
        return min(marked, key=len)
    # Of two that are called alike the one that lies less deep, else the first.
    by_key: dict[str, str] = {}
    for folder in sorted(folders, key=lambda one: len(one.name)):
        by_key.setdefault(_key(_without_prefix(folder.name, prefix)), folder.name)
    for name in _NAMES.get("\\" + special_use.removeprefix("\\").capitalize(), ()):
        found = by_key.get(_key(name))
        if found is not None:
            return found
    return None


def _without_prefix(name: str, prefix: str) -> str:
    if prefix and name.startswith(prefix):
        name = name[len(prefix) :]
    return _PARENT.sub("", _INBOX_PREFIX.sub("", name))


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()
