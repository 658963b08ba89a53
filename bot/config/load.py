"""The one way from config.yaml to a `Config`: every mistake at once, each by its key path."""

from __future__ import annotations

import difflib
import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from os.path import normpath
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.problem import ConfigMistakes, Mistake, joined
from bot.config.secret import reason_of
from bot.config.section import Section
from bot.config.types import Config
from bot.config.values import is_host
from bot.config.yaml_file import read_yaml
from bot.domain.hostnames import is_loopback
from bot.domain.sentences import Sentence, sentence

_LARGEST: Final = 4 * 1024 * 1024
_BY_TYPE: Final[Mapping[str, str]] = {
    "missing": "config.missing",
    "string_type": "config.not_text",
    "int_type": "config.not_number",
    "int_parsing": "config.not_number",
    "int_from_float": "config.not_number",
    "bool_type": "config.not_true_false",
    "tuple_type": "config.not_list",
    "dict_type": "config.not_mapping",
    "model_type": "config.not_mapping",
    "model_attributes_type": "config.not_mapping",
    "path_type": "config.not_text",
}


def load(path: Path) -> Config:
    """Read the configuration, with its secrets.

    Raises:
        ConfigMistakes: it cannot be used; all mistakes that were found.
    """
    try:
        raw = path.read_bytes()
    except OSError as refused:
        problem = sentence("config.file_unreadable", file=str(path), reason=reason_of(refused))
        raise ConfigMistakes(path, (Mistake("", problem),)) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigMistakes(path, (Mistake("", sentence("config.file_not_text", file=str(path))),)) from None
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """As `load`, from the text of the file; `path` says where relative paths start from.

    Raises:
        ConfigMistakes: it cannot be used.
    """
    if len(text) > _LARGEST:
        raise ConfigMistakes(path, (Mistake("", sentence("config.file_not_text", file=str(path))),))
    read = read_yaml(text)
    language = _language_of(read.data)
    if read.mistakes:
        raise ConfigMistakes(path, read.mistakes, language)
    mistakes = list(_cross_checks(read.data))
    config: Config | None = None
    try:
        as_json = json.dumps(read.data, ensure_ascii=False)
        config = Config.model_validate_json(as_json, context={"folder": path.absolute().parent})
    except ValidationError as errors:
        mistakes += [_mistake(error) for error in errors.errors(include_url=False)]
    except (TypeError, ValueError, RecursionError):
        mistakes.append(Mistake("", sentence("config.yaml_unreadable", detail="tag")))
    if mistakes or config is None:
        placed = [_with_line(one, read.lines) for one in mistakes]
        raise ConfigMistakes(path, tuple(sorted(placed, key=lambda one: one.line or 0)), language)
    return config


def _language_of(data: object) -> str | None:
    match data:
        case {"language": "en" | "fr" as language}:
            return str(language)
        case _:
            return None


# --- what pydantic found ----------------------------------------------------------------------------------------------


def _mistake(error: ErrorDetails) -> Mistake:
    path = _path(error["loc"])
    kind = error["type"]
    context = error.get("ctx", {})
    if kind.startswith("config."):
        values: Mapping[str, str | int] = context.get("values", {})
        return Mistake(joined(path, context.get("under", "")), sentence(kind, **values))
    return Mistake(path, _problem(error, kind, context))


def _problem(error: ErrorDetails, kind: str, context: Mapping[str, object]) -> Sentence:
    if kind == "extra_forbidden":
        return _unknown_key(error["loc"])
    if kind != "missing" and error["input"] is None:
        return sentence("config.no_value")
    if kind in _BY_TYPE:
        return sentence(_BY_TYPE[kind])
    match kind:
        case "enum" | "literal_error":
            choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
            return sentence("config.not_one_of", choices=choices)
        case "greater_than_equal":
            return sentence("config.too_small", least=_number(context, "ge"))
        case "less_than_equal":
            return sentence("config.too_large", most=_number(context, "le"))
        case "string_too_short" | "too_short":
            return sentence("config.empty")
        case "string_too_long":
            return sentence("config.too_long", most=_number(context, "max_length"))
        case _:
            return sentence("config.not_usable", detail=kind)


def _number(context: Mapping[str, object], name: str) -> int:
    value = context.get(name)
    return value if isinstance(value, int) else 0


def _path(loc: Sequence[int | str]) -> str:
    path = ""
    for part in loc:
        path = f"{path}[{part}]" if isinstance(part, int) else joined(path, part)
    return path


def _with_line(mistake: Mistake, lines: Mapping[str, int]) -> Mistake:
    path = mistake.path
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return Mistake(mistake.path, mistake.problem, mistake.line or lines.get(path))


# --- unknown keys -----------------------------------------------------------------------------------------------------


def _unknown_key(loc: Sequence[int | str]) -> Sentence:
    key = str(loc[-1])
    section = _section_at(loc[:-1])
    near = difflib.get_close_matches(key, list(section.model_fields), n=1)
    if near:
        return sentence("config.unknown_key_near", near=near[0])
    places = [place for place in _all_paths(Config, "") if place.rpartition(".")[2] == key]
    if places:
        return sentence("config.unknown_key_elsewhere", places=", ".join(places))
    return sentence("config.unknown_key", known=", ".join(section.model_fields))


def _section_at(loc: Sequence[int | str]) -> type[Section]:
    section: type[Section] = Config
    for part in loc:
        if isinstance(part, str) and part in section.model_fields:
            section = section_in(section.model_fields[part].annotation) or section
    return section


def section_in(annotation: object) -> type[Section] | None:
    """The section that a field holds: itself, optional, or as the items of a list."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, Section) else None
    found = (section_in(part) for part in typing.get_args(annotation))
    return next((one for one in found if one is not None), None)


def _all_paths(section: type[Section], path: str) -> Iterator[str]:
    for name, field in section.model_fields.items():
        below = joined(path, name)
        yield below
        inner = section_in(field.annotation)
        if inner is not None:
            yield from _all_paths(inner, f"{below}[]" if typing.get_origin(field.annotation) is tuple else below)


# --- what holds between keys ------------------------------------------------------------------------------------------


def _cross_checks(data: object) -> Iterator[Mistake]:
    """On the values as read, so that these mistakes are named together with those of single keys."""
    if not isinstance(data, dict):
        return
    anywhere = data.get("allow_insecure") is True
    if not anywhere:
        yield from _homeserver_check(data.get("matrix"))
    yield from _references_check(data)
    mailboxes = data.get("mailboxes")
    addresses: dict[str, str] = {}
    organisations: dict[str, tuple[str, str]] = {}
    for index, mailbox in enumerate(mailboxes if isinstance(mailboxes, list) else []):
        if not isinstance(mailbox, dict):
            continue
        path = f"mailboxes[{index}]"
        if not anywhere and mailbox.get("allow_insecure") is not True:
            for server in ("imap", "smtp"):
                yield from _server_check(mailbox.get(server), f"{path}.{server}")
        yield from _address_check(mailbox, path, addresses)
        yield from _organisation_check(mailbox, path, organisations)


def _references_check(data: Mapping[object, object]) -> Iterator[Mistake]:
    """Nobody makes a mail server's password of the secrets that the instance itself stands on."""
    match data.get("secrets"):
        case {"names": dict() as names, **section}:
            folder = str(section.get("folder", ""))
        case _:
            return
    matrix = data.get("matrix")
    inner = [matrix.get(key) for key in ("password", "recovery_key")] if isinstance(matrix, dict) else []
    own: set[str] = set()
    former = data.get("former_secret_keys")
    inner += former if isinstance(former, list) else []
    for secret in (data.get("secret_key"), data.get("database"), *inner):
        match secret:
            case {"env": str() as name}:
                own.add(f"env:{name}")
            case {"file": str() as name}:
                own.add(normpath(name))
            case _:
                pass
    for address, listed in names.items():
        for one in listed if isinstance(listed, list) else []:
            is_file = isinstance(one, str) and one.startswith("file:")
            if (normpath(Path(folder, one.removeprefix("file:"))) if is_file else one) in own:
                yield Mistake(joined("secrets.names", str(address)), sentence("config.reference_is_ours"))


def _homeserver_check(matrix: object) -> Iterator[Mistake]:
    match matrix:
        case {"allow_insecure": True}:
            return
        case {"homeserver": str() as url} if url.startswith("http://"):
            host = url.removeprefix("http://").partition("/")[0]
            host = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
            if not is_loopback(host):
                yield Mistake("matrix.homeserver", sentence("config.insecure_homeserver"))
        case _:
            return


def _server_check(server: object, path: str) -> Iterator[Mistake]:
    match server:
        case {"allow_insecure": True}:
            return
        case {"security": "none", "host": str() as host} if is_host(host) and not is_loopback(host):
            yield Mistake(f"{path}.security", sentence("config.insecure_server", host=host))
        case _:
            return


def _address_check(mailbox: Mapping[object, object], path: str, addresses: dict[str, str]) -> Iterator[Mistake]:
    """No address belongs to two mailboxes: an answer to it could not be told apart."""
    own = [("address", mailbox.get("address"))]
    for key in ("aliases", "former_addresses"):
        more = mailbox.get(key)
        own += [(f"{key}[{index}]", one) for index, one in enumerate(more if isinstance(more, list) else [])]
    for key, address in own:
        if not isinstance(address, str):
            continue
        below = joined(path, key)
        first = addresses.setdefault(address.lower(), below)
        # A mailbox may have its first address again.
        if first != below and not (key.startswith("former") and first == joined(path, "address")):
            yield Mistake(below, sentence("config.address_twice", first=first))


def _organisation_check(
    mailbox: Mapping[object, object], path: str, organisations: dict[str, tuple[str, str]]
) -> Iterator[Mistake]:
    """No room belongs to two organisations: the people of one would see the space of the other."""
    match mailbox:
        case {"room": str() as room, "organisation": str() as organisation} if organisation:
            below = joined(path, "organisation")
            name, first = organisations.setdefault(room, (organisation, below))
            if name != organisation:
                yield Mistake(below, sentence("config.organisation_differs", first=first))
        case _:
            return
