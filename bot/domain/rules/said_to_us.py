"""Whether an answer to a mail of ours that told of something is a word to us.

That mail says that an answer did not leave. Whoever answers it “yes” means us, and nobody else is to have the word; nor
what they say of that answer, of its sending, or of what it was taken for.
"""

import re
from collections.abc import Collection
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.rules.about_it import CLAUSE, one_of, with_names
from bot.domain.rules.own_words import asks_reader, begins_with_greeting
from bot.domain.words import bare_words

_FEW: Final = 2
"""So few words say nothing that a correspondent could understand by itself."""
_MOST: Final = 8
_MOST_OF_TALK: Final = 50
"""Words: more of them nobody says to us."""
_MOST_GREETING: Final = 4
_YES: Final = frozenset(
    """oui ouais yes yep yeah ok okay okey d dac daccord accord entendu parfait go vas allez ja si sure please svp stp
    confirme confirmer confirmed confirm valide valider non no nein annule annuler cancel merci thanks""".split()
)
_SENDS: Final = frozenset(
    """send sent resend envoie envoies envoyer envoyez envoye envoyee envoi renvoie renvoyer renvoyez transmets
    transmettre transmettez expedier expedie partir senden schicken""".split()
)
_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@\S{1,255}")
_TO_THEM: Final = frozenset("vous votre vos you your yours us".split())
_TO_US: Final = pattern(
    r"\b"
    + one_of(
        r"(?:pouvez|pourriez|voulez|voudriez|can|could|would|will|do|did) (?:vous|you)",
        r"vous (?:pouvez|pourriez) (?:l|la|le)\b",
        r"(?:s il|si) vous plait|merci (?:a vous|de)|thank you",
        r"(?:envoyez|renvoyez|transmettez) (?:la|le|ma|mon)\b",
    )
    + r"\b"
)
"""What turns to us as it does to them."""
_ANSWER: Final = (
    r"(?:reponse|message|mail|courriel|mot|texte|e mail|answer|reply|response|email|letter|lettre|words|mots)"
)
_MINE: Final = rf"(?:ma|mon|mes|my) (?:vraie |propre |real |own )?{_ANSWER}"
_IT_WAS: Final = (
    r"(?:c est|c etait|ceci est|il s agit|il s agissait|this is|this was|that was|that is|it is|it s|it was)"
    r"(?: (?:bien|vraiment|really|indeed|de|pas|pourtant|just|simplement|not))*"
)
_SEND: Final = r"(?:r?envo(?:i|y)\w*|transm\w+|expedi\w+|(?:re)?send\w*|sent|forward\w*)"
_ALL_THE_SAME: Final = (
    r"(?:quand meme|malgre tout|tout de meme|tel quel|telle quelle|maintenant|anyway|all the same|regardless|as it is"
    r"|now)"
)
_HER: Final = r"(?:elle|lui|eux|her|him|them|NAME)"
_OF_IT: Final = pattern(
    r"\b"
    + one_of(
        # This was my answer; my answer did not leave.
        rf"{_IT_WAS} {_MINE}|(?:pourquoi|why) .{{0,40}}{_MINE}|{_MINE} (?:a|pour|to|for) {_HER}",
        rf"{_IT_WAS} (?:une|un|la|le|d une|d un|a|an|the) (?:vraie |real |normal )?{_ANSWER} (?:a|pour|to|for) {_HER}",
        rf"{_MINE} (?:n est|n a|ne part|est (?:bloque|retenu|restee?|encore|toujours)|attend|did|has|was|wasn|isn|is"
        r" (?:held|blocked|stuck|waiting|still))",
        # It did not leave, and why.
        r"(?:ce|c|ca|cela) (?:n )?(?:est|etait|a|soit) (?:pas|jamais|toujours pas|pas encore) (?:ete )?"
        r"(?:partie?|envoyee?|transmise?|remise?)",
        r"(?:it|this|that) (?:did not|didn t|was not|wasn t) (?:leave|go (?:out|through)|sent|delivered)",
        r"(?:pourquoi|why|comprends pas|understand) .{0,40}\b(?:bloquee?|retenue?|pas partie?|pas envoyee?|blocked|held"
        r"|not sent|not leave|stuck)",
        # Send it to her, or all the same.
        rf"(?:la|le|l|it|this|that) (?:lui )?{_SEND} (?:a |to )?(?:{_ALL_THE_SAME}|{_HER})",
        rf"{_SEND} (?:la|le|it|this|that) (?:lui )?(?:a |to )?(?:{_ALL_THE_SAME}|{_HER})",
        rf"(?:la|le|l) lui {_SEND}|(?:laisse|laissez|let) (?:la|le|it) (?:partir|go|leave|through)",
        # What it was taken for.
        r"(?:pas|not|aucune|ni|no|isn t|wasn t) (?:(?:du tout|une?|un|d|de|mon|ma|l|a|an|my|the|really|at all) )*"
        r"(?:absence|message d absence|reponse automatique|message automatique|auto ?reply|auto ?response"
        r"|automatic (?:reply|answer|response|mail)|out of office|vacation|away (?:note|message))",
        r"(?:je ne suis|je suis|i m|i am) (?:pas|not) (?:absente?|en conges?|en vacances|away|on (?:holiday|leave)"
        r"|out of (?:the )?office)",
        r"postroom|(?:le|ce|the|this) (?:robot|bot) (?:s est tromp|se tromp|a (?:bloqu|retenu|cru)|(?:is|was) wrong"
        r"|thinks|thought|blocked|held)[a-z]*",
        # For whom it was.
        r"(?:c est|c etait|this is|this was|it s|it is|it was|that was)"
        rf"(?: (?:bien|vraiment|really|indeed|meant|destinee?|adressee?))* (?:a|pour|to|for) {_HER}$",
    )
    + r"\b"
)
_TOLD_TO_THEM: Final = pattern(
    rf"\b(?:repon\w+|{_SEND}|ecri\w+|{_ANSWER}|answer\w*|repl(?:y|ies|ied|ying)|wr(?:ite|iting|ote|itten))"
    r"(?: [a-z0-9]+){0,4} (?:a|pour|to|for) NAME\b"
)
"""An answer, or its sending, to the correspondent as to somebody else."""


def is_said_to_us(words: str, correspondent: Collection[str] = ()) -> bool:
    """Whether words that answer such a mail may be meant for us.

    Args:
        correspondent: what who gets the answer is called, in the form in which words are compared.
    """
    said = bare_words(words[:500])
    if len(said) <= _FEW:
        return True
    if len(said) <= _MOST and (said[0] in _YES or bool(_SENDS & set(said))):
        return True
    return _speaks_of_answer(words, correspondent)


def _speaks_of_answer(words: str, correspondent: Collection[str]) -> bool:
    """Whether it says something of the answer, and turns to nobody outside."""
    if len(bare_words(words)) > _MOST_OF_TALK:
        return False
    first = with_names(bare_words(words.strip().partition("\n")[0]), correspondent)
    if "NAME" in first[:_MOST_GREETING] and begins_with_greeting(words):
        return False
    text = _ADDRESS.sub(" ", words)
    clauses = [" ".join(with_names(bare_words(one), correspondent)) for one in CLAUSE.split(text)]
    if any(map(_TOLD_TO_THEM.search, clauses)):
        return True
    left = [word for one in clauses for word in _TO_US.sub(" ", one).split()]
    if any(word in _TO_THEM or asks_reader(word) for word in left):
        return False
    return any(map(_OF_IT.search, clauses))
