"""`tag`: tags are put on conversations, or taken off them."""

from collections.abc import Iterable

from bot.domain.command import HYPHENS, Answer, Asked, Command, Numbers, Words
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision, together
from bot.domain.rules import moves
from bot.domain.sentences import Sentence, sentence
from bot.domain.tags import MOST_LETTERS, MOST_TAGS, read_tag, tag_key, with_tags


def _tag(asked: Asked) -> Answer:
    wanted = _wanted(asked.called.words)
    if isinstance(wanted, Sentence):
        return wanted
    added = tuple(tag for tag, is_added in wanted.values() if is_added)
    removed = tuple(tag for tag, is_added in wanted.values() if not is_added)
    there = {tag_key(tag): tag for one in asked.about for tag in one.tags}
    if not wanted:
        return sentence("told.tags", tags=_listed(there.values())) if there else sentence("error.tag_which")
    # A slip of the fingers is not told as done.
    missed = next((tag for tag in removed if tag_key(tag) not in there), None)
    if missed is not None and not there:
        return sentence("error.no_tags", tag=missed)
    if missed is not None:
        return sentence("error.no_such_tag", tag=missed, tags=_listed(there.values()))
    full = next((one for one in asked.about if len(with_tags(one.tags, added, removed)[0]) > MOST_TAGS), None)
    if full is not None:
        return sentence("error.too_many_tags", number=full.id, most=MOST_TAGS)
    return together(_tagged(asked, one, added, removed) for one in asked.about)


def _wanted(words: tuple[str, ...]) -> dict[str, tuple[str, bool]] | Sentence:
    """By their keys, the tags that are named, and whether each is to be there; the last word on a tag counts."""
    wanted: dict[str, tuple[str, bool]] = {}
    for word in " ".join(words).replace(",", " ").split():
        is_added = not word.startswith(tuple(HYPHENS))
        tag = read_tag(word if is_added else word[1:])
        if tag is None:
            return sentence("error.no_tag", word=word[:40], most=MOST_LETTERS)
        wanted[tag_key(tag)] = (tag, is_added)
    return wanted


def _tagged(asked: Asked, one: Conversation, added: tuple[str, ...], removed: tuple[str, ...]) -> Decision:
    tags, new, gone = with_tags(one.tags, added, removed)
    return moves.tagged(one, tags, new=new, gone=gone, actor=asked.person, now=asked.now)


def _listed(tags: Iterable[str]) -> str:
    return ", ".join(tags)


TAG = Command(
    "tag",
    "work",
    _tag,
    takes=(Words(), Numbers(unmarked="error.tag_or_number")),
    takes_several=True,
    leaves_deed=True,
    french=("étiquette", "étiqueter"),
    tried=("label", "libellé", "mot-clé"),
    has_more=True,
)
