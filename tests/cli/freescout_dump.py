"""Dumps as `mysqldump` and `pg_dump` write them of a FreeScout: its tables and columns, filled with a small team."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import IO, Any, Final

COLUMNS: Final[Mapping[str, str]] = {
    "attachments": "id thread_id user_id file_dir file_name mime_type type size embedded public",
    "conversation_folder": "id folder_id conversation_id",
    "conversation_tag": "id conversation_id tag_id",
    "conversations": "id number threads_count type folder_id status state subject customer_email cc bcc preview imported"
    " has_attachments mailbox_id user_id customer_id created_by_user_id created_by_customer_id source_via source_type"
    " channel closed_by_user_id closed_at user_updated_at last_reply_at last_reply_from read_by_user created_at"
    " updated_at meta",
    "customers": "id first_name last_name company job_title photo_type photo_url age gender phones websites"
    " social_profiles chats background address city state zip country channel channel_id meta created_at updated_at",
    "emails": "id customer_id email type",
    "folders": "id mailbox_id user_id type total_count active_count meta",
    "followers": "id conversation_id user_id added_by_user_id",
    "mailboxes": "id name email aliases aliases_reply from_name from_name_custom ticket_status ticket_assignee template"
    " before_reply signature out_method out_server in_server auto_reply_enabled created_at updated_at",
    "saved_replies": "id mailbox_id name text user_id created_at updated_at sort_order",
    "tags": "id name counter color",
    "threads": "id conversation_id user_id type subtype status state action_type action_data body headers from to cc bcc"
    " has_attachments message_id source_via source_type customer_id created_by_user_id created_by_customer_id"
    " edited_by_user_id edited_at body_original first saved_reply_id send_status send_status_data opened_at created_at"
    " updated_at imported meta",
    "users": "id first_name last_name email password role timezone type invite_state locked status created_at updated_at",
}
CUSTOMER, MESSAGE, NOTE, LINEITEM = 1, 2, 3, 4
ACTIVE, PENDING, CLOSED, SPAM = 1, 2, 3, 4
APP_KEY: Final = "base64:c29tZSBrZXkgb2YgdGhlIHRlc3RzIG9mIDMyIGJ5dGU="
BEGIN: Final = datetime(2023, 1, 2, 8, 0)  # noqa: DTZ001  as the tables hold it: in UTC, without saying so
Rows = dict[str, list[dict[str, Any]]]


def when(minutes: int) -> str:
    return (BEGIN + timedelta(minutes=minutes)).isoformat(" ")


class Team:
    """A FreeScout that is filled row by row."""

    def __init__(self) -> None:
        self.rows: Rows = {table: [] for table in COLUMNS}
        self.minutes = 0
        self.add("mailboxes", name="Mon Asso", email="contact@monasso.org")
        self.add("mailboxes", name="Compta", email="compta@monasso.org")
        self.add("users", first_name="Alice", last_name="Martin", email="alice@monasso.org")
        self.add("users", first_name="Bob", last_name="", email="bob@monasso.org")

    def add(self, table: str, **values: Any) -> int:
        """A row; its number."""
        id = int(values.pop("id", len(self.rows[table]) + 1))
        assert set(values) <= set(COLUMNS[table].split()), values
        self.rows[table].append({"id": id, "created_at": when(self.minutes), **values})
        return id

    def customer(self, first: str, last: str, *addresses: str) -> int:
        id = self.add("customers", first_name=first, last_name=last)
        for address in addresses:
            self.add("emails", customer_id=id, email=address, type=1)
        return id

    def conversation(self, number: int, subject: str, customer: int, address: str, **values: Any) -> int:
        self.minutes += 10
        more = {"type": 1, "status": CLOSED, "state": 2, "mailbox_id": 1, **values}
        id = int(more.pop("id", number))
        return self.add(
            "conversations", id=id, number=number, subject=subject, customer_id=customer, customer_email=address, **more
        )

    def thread(self, conversation: int, type: int, body: str = "", **values: Any) -> int:
        self.minutes += 1
        more = {"status": 1, "state": 2, **values}
        for name in ("to", "cc", "bcc"):
            if name in more:
                more[name] = json.dumps(more[name])
        return self.add("threads", conversation_id=conversation, type=type, body=body, **more)

    # --- as text ------------------------------------------------------------------------------------------------------

    def mysql(self, out: IO[str], rows_at_once: int = 50) -> None:
        out.write("-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n/*!40103 SET TIME_ZONE='+00:00' */;\n")
        for table, columns in COLUMNS.items():
            names = columns.split()
            lines = ",\n".join(f"  `{one}` longtext COLLATE utf8mb4_unicode_ci DEFAULT NULL" for one in names)
            out.write(f"DROP TABLE IF EXISTS `{table}`;\nCREATE TABLE `{table}` (\n{lines},\n")
            out.write(f"  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\nLOCK TABLES `{table}` WRITE;\n")
            for some in _pieces(self.rows[table], rows_at_once):
                values = ",".join("(" + ",".join(_mysql(row.get(name)) for name in names) + ")" for row in some)
                out.write(f"INSERT INTO `{table}` VALUES {values};\n")
            out.write("UNLOCK TABLES;\n")

    def postgres(self, out: IO[str]) -> None:
        out.write("--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n")
        for table, columns in COLUMNS.items():
            names = columns.split()
            quoted = ", ".join(f'"{one}"' if one in ("from", "to", "first") else one for one in names)
            out.write(f"\nCOPY public.{table} ({quoted}) FROM stdin;\n")
            for row in self.rows[table]:
                out.write("\t".join(_postgres(row.get(name)) for name in names) + "\n")
            out.write("\\.\n")


def _pieces(rows: list[dict[str, Any]], size: int) -> Iterable[list[dict[str, Any]]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))


def _mysql(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    escapes = {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "\\'", '"': '\\"'}
    return "'" + "".join(escapes.get(c, c) for c in str(value)) + "'"


def _postgres(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    escapes = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "".join(escapes.get(c, c) for c in str(value))


def large(count: int) -> Team:
    """So many conversations, each with a question, an answer, thanks, a note and two acts."""
    team = Team()
    for number in range(1, 201):
        team.customer(f"Marie{number}", "Dupont", f"marie{number}@example.net")
    words = "<p>Bonjour,</p><p>" + "une question de plus sur l\u2019adh\u00e9sion. " * 12 + "</p>"
    for number in range(1, count + 1):
        who = number % 200 + 1
        address = f"marie{who}@example.net"
        id = team.conversation(number, f"Question {number}", who, address, user_id=number % 2 + 1)
        asked = f"q{number}@example.net"
        team.thread(
            id, CUSTOMER, words, customer_id=who, message_id=asked, to=["contact@monasso.org"], **{"from": address}
        )
        team.thread(id, LINEITEM, action_type=2, user_id=1, created_by_user_id=1)
        team.thread(id, MESSAGE, words, to=[address], created_by_user_id=1)
        team.thread(id, NOTE, f"<p>Note {number}</p>", created_by_user_id=2)
        team.thread(id, CUSTOMER, "<p>Merci !</p>", customer_id=who, message_id=f"t{asked}", **{"from": address})
        team.thread(id, LINEITEM, action_type=1, status=CLOSED, created_by_user_id=1)
    return team
