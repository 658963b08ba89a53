"""The words of an answer by mail: a command on the first line, a note, or words for the correspondent.

The commands are the rows of the table, read by the same reading; by mail few of them make sense.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final, assert_never

from bot.domain.command import Called
from bot.domain.commands.assign import ASSIGN
from bot.domain.commands.note import NOTE
from bot.domain.commands.reply import REPLY
from bot.domain.mail import Address, Mail
from bot.domain.mailed import Told
from bot.domain.rules.about_it import speaks_of_them
from bot.domain.rules.about_people import speaks_of_people
from bot.domain.rules.absence_words import begins_like_absence
from bot.domain.rules.answer_subject import words_in_subject
from bot.domain.rules.answer_words import answer_words, quotes_nothing
from bot.domain.rules.calls_back import calls_back
from bot.domain.rules.greeted import Greeted, greeted
from bot.domain.rules.no_more_words import asks_for_no_more
from bot.domain.rules.own_words import Own, greets_somebody, names_only, own_words, without_programs
from bot.domain.rules.personal import names_personal, without_personal
from bot.domain.rules.team_names import has_no_name, names_in_address, names_of_one
from bot.domain.rules.to_colleagues import is_to_colleagues
from bot.domain.rules.turned_to import greets_everybody
from bot.domain.rules.under_signature import says_below_name
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import Fresh
from bot.domain.slips import respelt, swapped
from bot.domain.stories.for_the_team import line_for_the_team
from bot.domain.stories.nearly_lines import (
    LINE_WORDS,
    MOST_WORDS,
    OWN_NAMES,
    SHORT_WORDS,
    is_nearly_a_line,
    tells_how_long,
)
from bot.domain.stories.read_lines import (
    Below,
    by_name,
    command_below,
    is_whole,
    last_lines,
    named_as_in_room,
    read_line,
)
from bot.domain.stories.team_labels import note_in
from bot.domain.words import bare, bare_words

_NOBODY: Final = Address("", "")
_PREFIX: Final = re.compile(r"[!/]{1,2}(?=[^\W\d_])")
_NAMES_OF_REPLY: Final = "|".join((REPLY.name, *REPLY.french, *map(bare, REPLY.french)))
_LETTER: Final = re.compile(
    rf"[\s*_]*[!/]{{0,2}}(?:{_NAMES_OF_REPLY})[ \t\u00a0\u202f]*[:\uff1a](?!//|[-)(])[*_\s]*", re.IGNORECASE
)
"""The name of the command for an answer, as a label: `Reply: …`, `!Répondre : …`."""
_UNMARKED: Final = re.compile(rf"[\s*_]*(?:{_NAMES_OF_REPLY})[ \t\u00a0\u202f]+(?=[^\W\d_])", re.IGNORECASE)
_OF_REPLYING: Final = frozenset(
    """a au aux to by avant before sur on with avec par via que qu n ne pas from in en dans within under for pour ici
    here directement directly rapidement vite soon asap as only seulement aussi also later plus slip form coupon card
    time est sera serait suffit suffira demande prend is was will can should may has received sent requested needed
    required expected attached enclosed all tous toutes""".split()
)
"""Behind the bare name they make a sentence of it: `Reply by Monday, please.`"""
_IN_QUOTES: Final = re.compile(
    r"^\s*[\"'\u2018-\u201f\u00ab\u2039][\s\u00a0\u202f]*(?P<name>[!/]{1,2}[^\W\d_][\w-]*)"
    r"[\s\u00a0\u202f]*[\"'\u2018-\u201f\u00bb\u203a][ \t\u00a0\u202f]*"
)
"""A command with quotation marks around it, as a notification names it."""
_STRUCK: Final = re.compile(r"<del>(?:\s|&nbsp;|<[^<>]{1,400}>){0,20}[^\s<]")
_MOST_SHOWN: Final = 80
"""Letters of a line that is quoted in a sentence."""
_FOLD: Final = "<details"
"""Behind it stands what is quoted (`bot/text/chat_html.py`)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the mail says."""

    text: str
    """For the correspondent, or for the team; may be empty beside a command or files."""
    line: str = ""
    """The command of the first line, as it would be typed."""
    is_note: bool = False
    is_letter: bool = False
    """`!reply` stands before the words: nobody asks whether they are meant for the correspondent."""
    is_labelled: bool = False
    """`Reply:` stands before the words: they are for the correspondent, if nothing else says that they are not."""
    left_out: str = ""
    """Words under a command that are taken for a signature: they go nowhere."""
    not_done: str = ""
    """A line below a note that looks like a command: it is a line of the note."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can be sure what is meant."""

    why: Sentence
    text: str
    """The words that may be a letter, without the line that may be a command."""
    line: str = ""
    """The command of the first line, as it would be typed, where it is one for sure."""


def spoken(
    mail: Mail,
    now: datetime,
    timezone: tzinfo,
    *,
    told: Told | None = None,
    has_files: bool = False,
    team: Collection[str] = (),
    personal: Collection[str] = (),
    colleagues: Collection[str] = (),
    correspondent: Address = _NOBODY,
    others: Sequence[Address] = (),
    namesakes: Collection[str] = (),
    fresh: Fresh = Fresh.OUTSIDE,
    is_to_one: bool = False,
) -> Spoken | Unclear:
    """What the new words of a mail say, or why nobody can be sure of it.

    Nothing of a command is ever mailed, nor what is no answer by itself: a name, a greeting, a signature. Such words go
    along with files that the person attached (`has_files`).

    Args:
        told: what the mail that they answer may have said, where that is known.
        team: the names of colleagues (`rules/team_names.py`).
        personal: addresses of the writer that who gets the answer has not seen.
        colleagues: those of other members, likewise.
        correspondent: who gets the answer.
        others: who gets it as well.
        namesakes: names of colleagues that one of these has, too.
        fresh: whose news the mail told that they answer.
        is_to_one: nobody but the correspondent takes part in the conversation.
    """
    found = _spoken(mail, now, timezone, told, has_files, team)
    if isinstance(found, Spoken) and found.is_note:
        # The room reads the signature, too; what they say of the address themselves is for the team.
        below = command_below(found.text, now, timezone)
        not_done = _shown(below.line.removeprefix("!")) if below is not None and not below.is_note else ""
        return replace(found, text=without_personal(found.text, personal, mail.from_), not_done=not_done)
    if isinstance(found, Spoken) and _has_struck(mail):
        return Unclear(sentence("mailed.struck"), found.text)
    found = replace(found, text=without_personal(found.text, personal, mail.from_))
    subject = words_in_subject(mail.subject, told.subjects) if told is not None else ""
    if isinstance(found, Spoken) and not found.is_letter and subject:
        return Unclear(sentence("mailed.in_subject", words=subject), found.text, found.line)
    if isinstance(found, Spoken) and not found.is_letter and names_personal(found.text, personal):
        return Unclear(sentence("mailed.own_address"), found.text)
    if isinstance(found, Unclear) or found.is_letter:
        return found
    if names_personal(found.text, colleagues):
        return Unclear(sentence("mailed.colleague_address"), found.text, found.line)
    customers = names_of_one(correspondent.name) - frozenset(team)
    is_to_all = is_to_one and greets_everybody(_first_of(found))
    if is_to_all or speaks_of_people(found.text, team, customers, mail.from_):
        return Unclear(sentence("mailed.maybe_note", line=_shown(_first_of(found))), found.text, found.line)
    names = {name for one in (correspondent, *others) for name in names_of_one(one.name) | names_in_address(one)}
    every = {*team, *namesakes}
    whom = greeted(found.text, names, every, mail.from_, is_anybody=has_no_name(correspondent))
    is_letter = found.is_labelled or whom is Greeted.THEM
    if (found.text or has_files) and not is_letter and _is_to_team(found.text, fresh, whom, team, mail.from_):
        return Unclear(sentence("mailed.of_team"), found.text, found.line)
    return found


def _is_to_team(words: str, fresh: Fresh, whom: Greeted, team: Collection[str], writers: Sequence[Address]) -> bool:
    """Whether words that greet nobody who gets them by name may be for whoever wrote, or did, what they answer."""
    # A greeting tells of a colleague as little as of the correspondent: what stands below it does.
    said = words if whom is Greeted.UNKNOWN else words.strip().partition("\n")[2]
    match fresh:
        case Fresh.OUTSIDE:
            return False
        case Fresh.BOTH:
            # `Bonjour, oui.` answers the correspondent as well.
            return bool(words) and is_to_colleagues(words, team, writers, is_after_mail=True)
        case Fresh.TEAM:
            return bool(said) and is_to_colleagues(said, team, writers)
        case Fresh.ACTS:
            return whom is Greeted.UNKNOWN or is_to_colleagues(said, team, writers)
        case Fresh.NOTES:
            return whom is not Greeted.SOMEBODY or is_to_colleagues(said, team, writers)
        case _ as unreachable:
            assert_never(unreachable)


def _spoken(
    mail: Mail, now: datetime, timezone: tzinfo, told: Told | None, has_files: bool, team: Collection[str]
) -> Spoken | Unclear:
    found = answer_words(mail, told)
    if found.why is not None:
        whole = _said(found.text, now, timezone, team, mail.from_)
        if isinstance(whole, Spoken) and whole.is_note:
            return replace(whole, text=f"{whole.text}\n\n{found.inside}".strip())
        return Unclear(found.why, whole.text)
    said = _said(found.text, now, timezone, team, mail.from_)
    if isinstance(said, Unclear) or said.is_note or not said.text:
        return said
    match own_words(said.text, mail.from_, is_behind=bool(said.line)):
        case Own.NONE:
            if said.line and (greets_somebody(said.text) or says_below_name(said.text, mail.from_)):
                return Unclear(sentence("mailed.unsure_behind", line=_shown(said.line.removeprefix("!"))), said.text)
            if said.line:
                left_out = "" if names_only(said.text, mail.from_) else said.text
                return replace(said, text="", left_out=left_out)
            # Beside a picture of a telephone nobody wrote the line of its program.
            beside = replace(said, text=without_programs(said.text))
            return beside if has_files else Unclear(sentence("mailed.no_answer"), said.text)
        case Own.UNSURE if said.line:
            return Unclear(sentence("mailed.unsure_behind", line=_shown(said.line.removeprefix("!"))), said.text)
        case Own.UNSURE:
            return Unclear(sentence("mailed.unsure"), said.text)
        case Own.WORDS if not said.is_letter and asks_for_no_more(first := _first_of(said)):
            return Unclear(sentence("mailed.no_more", line=_shown(first)), said.text)
        case Own.WORDS if not said.is_letter and is_nearly_a_line(first := _first_of(said), team):
            return Unclear(sentence("mailed.line", line=_shown(first)), said.text)
        case Own.WORDS if not (said.is_letter or said.line) and _is_absence(said.text, mail):
            return Unclear(sentence("mailed.absence"), said.text)
        case Own.WORDS:
            return said
        case _ as unreachable:
            assert_never(unreachable)


def _is_absence(words: str, mail: Mail) -> bool:
    return begins_like_absence(words, mail.from_, quotes_nothing=quotes_nothing(mail))


def _shown(line: str) -> str:
    return line.strip()[:_MOST_SHOWN]


def _has_struck(mail: Mail) -> bool:
    """Whether new words are struck through: as plain words they would say the contrary."""
    return _STRUCK.search(mail.chat_html.partition(_FOLD)[0]) is not None


def letter_in(mail: Mail, now: datetime, timezone: tzinfo) -> str | None:
    """The new words of a mail that does not go on, without the line that is a command; None: they are a note."""
    said = _said(all_words(mail), now, timezone)
    return None if isinstance(said, Spoken) and said.is_note else said.text


def line_in(mail: Mail, now: datetime, timezone: tzinfo) -> str:
    """The command of the first line of such a mail, as it would be typed; empty: there is none."""
    return _said(all_words(mail), now, timezone).line


def all_words(mail: Mail) -> str:
    """The new words of a mail, whether or not they are sure."""
    return answer_words(mail).text


def _first_of(said: Spoken) -> str:
    """What may be a command: the first line of all words, or of those under a command."""
    return said.text.strip().partition("\n")[0]


def _said(
    words: str, now: datetime, timezone: tzinfo, team: Collection[str] = (), writers: Sequence[Address] = ()
) -> Spoken | Unclear:
    first, _, rest = words.partition("\n")
    note = note_in(first)
    if note is not None:
        return Unclear(note, words) if isinstance(note, Sentence) else Spoken(f"{note}\n{rest}".strip(), is_note=True)
    if (labelled := _LETTER.match(first)) is not None:
        # `Reply: yes`: what stands behind it, as it would stand alone.
        behind = _said(f"{first[labelled.end() :]}\n{rest}".strip(), now, timezone, team, writers)
        is_letter = isinstance(behind, Spoken) and behind.text and not (behind.line or behind.is_note)
        if isinstance(behind, Spoken) and is_letter and not speaks_of_them(behind.text):
            return replace(behind, is_labelled=True)
        return Unclear(sentence("mailed.line", line=_shown(first)), words)
    if _PREFIX.match(first):
        return _command(first, rest, now, timezone, team, writers)
    if (missed := named_as_in_room(_IN_QUOTES.sub(r"\g<name> ", words))) is not None:
        return _missed(missed, words, first)
    bare_name = _UNMARKED.match(words)
    if bare_name is not None and bare_words(words[bare_name.end() :][:_MOST_SHOWN])[0] not in _OF_REPLYING:
        return Unclear(sentence("mailed.line", line=_shown(first)), words[bare_name.end() :].strip())
    line = by_name(first)
    if _begins_like_a_line(line):
        return _line(f"!{line}", rest, now, timezone, team, writers)
    if calls_back(first):
        return Unclear(sentence("mailed.calls_back", line=_shown(first)), words)
    maybe = line_for_the_team(words, team, writers)
    if maybe is not None:
        return Unclear(sentence("mailed.maybe_note", line=_shown(maybe)), words)
    meant = (*respelt(first, LINE_WORDS), *swapped(first, SHORT_WORDS))
    if any(_begins_like_a_line(by_name(one)) or is_nearly_a_line(one, team) for one in meant):
        return Unclear(sentence("mailed.line", line=_shown(first)), rest.strip() or words)
    if (below := command_below(words, now, timezone)) is not None:
        key = "mailed.maybe_note" if below.is_note else "mailed.line_below"
        return Unclear(sentence(key, line=_shown(below.line)), below.without or words)
    return _last_asked(words, team, writers) or Spoken(words)


def _last_asked(words: str, team: Collection[str], writers: Sequence[Address]) -> Unclear | None:
    """A letter whose last line is asked about as its first one would be."""
    for last in last_lines(words, writers):
        if calls_back(last.line):
            return Unclear(sentence("mailed.calls_back", line=_shown(last.line)), last.without)
        meant = (last.line, *respelt(last.line, LINE_WORDS), *swapped(last.line, SHORT_WORDS))
        if any(is_nearly_a_line(one, team, is_last=True) for one in meant):
            return Unclear(sentence("mailed.line_below", line=_shown(last.line)), last.without)
    return None


def _missed(missed: Called, words: str, first: str) -> Unclear:
    """Of a command of the room whose mark has a blank behind it, or is another one."""
    if missed.command is NOTE:
        return Unclear(sentence("mailed.maybe_note", line=_shown(first)), words)
    rest = missed.text if missed.command is REPLY else words.partition("\n")[2]
    return Unclear(sentence("mailed.line", line=_shown(first)), rest.strip() or words)


def _begins_like_a_line(line: str) -> bool:
    """Whether it is the name of one of these commands, with little behind it."""
    words = line.split()
    return 0 < len(words) <= MOST_WORDS and bare(words[0]) in OWN_NAMES and not tells_how_long(line)


def _command(
    first: str, rest: str, now: datetime, timezone: tzinfo, team: Collection[str], writers: Sequence[Address]
) -> Spoken | Unclear:
    """What somebody wrote as in the room; `!reply` and `!note` take all the words."""
    reading = read_line(f"{first}\n{rest}")
    if isinstance(reading, Called) and reading.command in (REPLY, NOTE) and not (reading.numbers or reading.choice):
        text, is_note = reading.text.strip(), reading.command is NOTE
        below = None if is_note else command_below(f"{first}\n{rest}", now, timezone, has_mark=True)
        return Spoken(text, is_note=is_note, is_letter=not is_note) if below is None else _behind(text, below)
    return _line(_PREFIX.sub("!", first).strip(), rest, now, timezone, team, writers)


def _behind(text: str, below: Below) -> Unclear:
    """Of the words of `!reply`, below which a command stands."""
    left = read_line(below.without)
    key = "mailed.maybe_note" if below.is_note else "mailed.line_below_reply"
    return Unclear(sentence(key, line=_shown(below.line)), left.text.strip() if isinstance(left, Called) else text)


def _line(
    line: str, rest: str, now: datetime, timezone: tzinfo, team: Collection[str], writers: Sequence[Address]
) -> Spoken | Unclear:
    reading = read_line(line)
    if not (isinstance(reading, Called) and is_whole(reading, now, timezone)):
        why = sentence("mailed.line", line=_shown(line.removeprefix("!")))
        return Unclear(why, rest.strip() or line.removeprefix("!"))
    # Behind a command stands a letter or a note as it would stand alone, and no second command.
    behind = _said(rest.strip(), now, timezone, team, writers)
    if isinstance(behind, Spoken) and behind.line:
        return Unclear(sentence("mailed.line", line=_shown(behind.line.removeprefix("!"))), behind.text, line)
    return replace(behind, line=line)


def is_assigning(line: str) -> bool:
    """Whether the command gives the conversation to its writer: whatever came meanwhile, it is theirs then."""
    reading = read_line(line)
    return isinstance(reading, Called) and reading.command is ASSIGN
