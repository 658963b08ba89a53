"""The words of mail servers: how a bounce is told from other mail, and why a mail came back."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.mail import BounceReason
from bot.domain.patterns import pattern

SENDER: Final = pattern(
    r"(?:(?:mailer|mail|daemon|system|delivery)[-_. ]?(?:daemon|delivery|system|subsystem|failure|bounce)[^@]*"
    r"|mailer-?daemon.*|mdaemon|mail-?errors?|mmdf|double-bounce|ndr|microsoftexchange[0-9a-f]+|mailsystem)",
    re.IGNORECASE,
)
"""The part before the `@` of what sends nothing but reports."""
ROLE: Final = pattern(r"poo?st[-_.]?master.*|root|uucp|bounces?|(?:.*-)?(?:errors?|admin)", re.IGNORECASE)
"""The part before the `@` of what sends reports among other mail."""
UNREAD: Final = pattern(r"(?:no|do-?not)[-_.]?reply|sysadmin|system", re.IGNORECASE)
"""The part before the `@` of what reads no answers, and returns mail among much else."""
SENDER_NAME: Final = pattern(
    r"mail(?:er)?[-_ ]?(?:delivery|daemon)|delivery\s+(?:sub)?system|mail\s+system|internet\s+mail\s+delivery"
    r"|mail\s+router|content-filter|system\s+administrator",
    re.IGNORECASE,
)
_SUBJECT_WORDS: Final = (
    # English
    "undeliver", "non-deliver", "nondeliver", "non deliver", "not delivered", "unable to deliver", "unable to relay",
    "could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "not be delivered",
    "delivery status", "delivery failure", "delivery failed",
    "delivery error", "delivery problem", "delivery has failed",
    "delivery report", "delivery notification", "delivery delayed", "delivery unsuccessful", "delivery warning",
    "message delayed", "mail delayed", "mail failure",
    "mail failed", "message failed", "mail system error", "mail status",
    "message status", "mail error", "mail returned", "returned mail", "returned message", "returned to sender",
    "return to sender", "returning message", "failure notice", "failure delivery", "failed mail", "failed delivery",
    "failed message", "failed recipient", "mail bounce", "bounced mail", "bounce notification", "message not sent",
    "message you sent blocked", "message blocked", "message rejected", "mail rejected", "rejected mail", "rejected:",
    "blocked:", "warning: message", "warning: could not",
    "still being retried", "permanent error", "no valid recipient",
    "user unknown", "unknown user", "unknown address", "address not found", "address error", "problem delivering",
    "problems delivering", "automatically rejected", "not member", "not a member", "recipient not found", "mail could",
    # German
    "unzustellbar", "nicht zustellbar", "zustellung", "zustellfehler", "nicht zugestellt", "zurück an absender",
    # French
    "non distribu", "non remis", "non délivr",
    "non livr", "échec de la remise", "échec de remise", "échec de livraison",
    "échec de la livraison", "échec de distribution", "non-remise", "impossible de remettre", "courrier en erreur",
    # Spanish, Portuguese, Italian
    "no se puede entregar", "no se ha podido entregar", "no se pudo entregar", "no entregado", "correo devuelto",
    "mensaje devuelto", "error de entrega", "entrega fallida", "imposible entregar", "não entregue", "não foi entregue",
    "não foi possível entregar", "mensagem devolvida", "falha na entrega", "impossibile recapitare",
    "impossibile consegnare", "mancato recapito", "mancata consegna", "non recapitabile", "consegna non riuscita",
    # Dutch, Nordic
    "onbestelbaar", "niet bezorgd", "niet afgeleverd", "bezorging mislukt", "olevererbar", "kunde inte levereras",
    "ikke leveres", "ikke levert", "ikke leveret", "toimitus epäonnistui", "ei voitu toimittaa", "perille toimittamat",
    # Slavic, Hungarian, Turkish, Greek
    "nie można dostarczyć", "nie dostarczono", "niedostarcz", "zwrot wiadomo", "nedoručiteln", "nebylo možné doručit",
    "kézbesíthetetlen", "недоставлен", "не доставлен", "не может быть доставлен", "не удалось доставить",
    "невозможно доставить", "не вдалося доставити", "iletilemedi", "teslim edilemedi", "αδύνατη η παράδοση",
    # Chinese, Japanese, Korean, Hebrew
    "退信", "退件", "無法傳", "無法投", "無法送", "无法投递", "无法送达", "无法传递", "未送達", "投递失败", "配信不能",
    "配信できません", "配信エラー", "送信エラー", "送信できません", "不達", "エラーメール", "配送不能", "配送失敗",
    "届けられ", "配信されません", "配信されなか", "반송", "전송 실패", "배달 실패", "전송되지", "לא ניתן למסור",
)  # fmt: skip
_HEAD_WORDS: Final = (
    "following recipient", "following address", "failed recipient", "could not be delivered to",
    "couldn't be delivered to", "was not delivered to", "were not delivered", "unable to deliver your message",
    "unable to deliver the message", "transcript of session", "created automatically by mail delivery",
    "automatically generated delivery", "not able to deliver", "wasn't able to deliver", "invalid user",
    "konnte nicht zugestellt", "folgenden empfänger", "n'a pas pu etre", "n'a pas pu être", "destinataires suivants",
    "no se pudo entregar", "destinatarios siguientes", "siguientes destinatarios", "non è stato possibile",
    "não pôde ser entregue", "kon niet worden", "kunde inte levereras", "не было доставлено", "не удалось доставить",
    "配信できません", "送信できません", "以下の宛先", "下記の宛先", "无法投递", "無法送達",
)  # fmt: skip
_DELAY_WORDS: Final = (
    "is delayed", "been delayed", "was delayed",
    "delayed mail", "delivery delayed", "delayed delivery", "message delayed",
    "not yet been delivered", "not been delivered yet", "has not been delivered to", "this is a warning",
    "this is only a warning", "warning message only", "you do not need to resend", "you do not need to re-send",
    "you need not resend", "do not resend",
    "will continue to be attempted", "will continue to try", "will continue to retry",
    "will keep trying", "will be retried", "will retry for",
    "attempts will continue", "still trying", "still being tried",
    "still being retried", "no action is required on your part", "temporary problem delivering",
    "temporary failure delivering", "zustellung verzögert", "verzögert sich", "livraison retardée", "est retardée",
    "entrega retrasada", "se ha retrasado", "entrega atrasada",
    "consegna ritardata", "in ritardo", "bezorging vertraagd",
    "доставка отложена", "доставка задержана", "配信の遅延", "配信遅延", "延迟投递", "投递延迟",
)  # fmt: skip
GIVEN_UP: Final = pattern(
    r"giving\s+up|gave\s+up|permanent(?:ly)?\s+(?:fatal\s+)?(?:err|fail|reject)|will\s+not\s+be\s+(?:retried|re-?tried)|retry\s+time(?:out)?\s+(?:not\s+reached|exceeded)|could\s+not\s+be\s+delivered\s+for|cannot\s+send\s+(?:message\s+)?(?:for|within)"
    r"|undeliverable|this\s+is\s+a\s+permanent\s+error|failed\s+permanently",
    re.IGNORECASE,
)
_REASONS: Final[tuple[tuple[BounceReason, str], ...]] = (
    (
        BounceReason.MAILBOX_FULL,
        r"""(?:mail\s?box|inbox|account|quota|storage|folder|maildir|user|recipient|disk\s+quota|boîte|postfach
        |buzón|casella|caixa)\S*\s+(?:\S+\s+){0,6}?(?:is\s+|are\s+)?(?:(?:currently|temporarily|too
        |almost)\s+)?(?:full\b|over\s?quota|over\s+(?:its\s+|their\s+|the\s+)?(?:quota|limit|storage)|exceed(?:s
        |ed|ing)|pleine|voll\b|llen[ao]|pien[ao]|cheia)
        |over\s?quota|quota\s+(?:exceeded|violation|full)|exceed(?:s|ed|ing)?\s+(?:\S+\s+){0,4}(?:quota|storage
        |disk\s+space|mailbox\s+size)|(?:not\s+enough|insufficient
        |out\s+of)\s+(?:\S+\s+){0,2}(?:system\s+)?(?:storage|space|disk)|mailbox\s+size\s+limit
        |too\s+much\s+mail\s+data|no\s+space\s+left|mailfolder\s+is\s+full|容量|已满""",
    ),
    (
        BounceReason.TOO_BIG,
        r"""(?:message|mail|content|size|attachment)\S*\s+(?:\S+\s+){0,5}?(?:too\s+(?:big|large)
        |exceed\S*\s+(?:\S+\s+){0,5}(?:limit|maximum|size)|larger\s+than|size\s+limit)
        |exceed\S*\s+(?:\S+\s+){0,3}(?:max(?:imum)?\s+)?(?:message|mail|size)\s*(?:size|limit)
        |max(?:imum)?\s+(?:message\s+)?size|too\s+large|message\s+size\s+(?:limit|exceeds)|line\s+too\s+long""",
    ),
    (
        BounceReason.AUTHENTICATION,
        r"""\bdmarc\b|\bspf\b|\bdkim\b|\bsender\s+policy
        |domain\s+of\s+sender\s+address\s+\S+\s+does\s+not\s+(?:exist|resolve)|unauthenticated
        |authentication\s+(?:check|is\s+required|required|failed|credentials)
        |not\s+(?:properly\s+)?authenticated|sender\s+(?:id|authentication)|5\.7\.(?:2[0-9]|3[01])\b
        |must\s+(?:issue\s+a\s+STARTTLS|authenticate)|smtp\s+auth|relaying?\s+(?:\S+\s+)?(?:denied
        |not\s+(?:allowed|permitted)|prohibited)|unable\s+to\s+relay|not\s+permitted\s+to\s+relay
        |relay\s+access\s+denied|we\s+do\s+not\s+relay""",
    ),
    (
        BounceReason.SPAM,
        r"""\bspam\b|\bspammy|\bjunk\b|unsolicited|bulk\s+mail|spamassassin|(?:content
        |message)\s+(?:\S+\s+){0,4}(?:rejected\s+as\s+spam|considered\s+spam|looks\s+like\s+spam)
        |likely\s+(?:spam|unsolicited|suspicious)|virus|malware|infected|phish|suspicious|blacklisted\s+url
        |surbl|uribl|content\s+(?:rejected|filter|denied)|message\s+(?:content|filtered)|垃圾""",
    ),
    (
        BounceReason.BLOCKED,
        r"""black\s?list|block\s?list|\brbl\b|\bdnsbl\b|spamhaus|spamcop|barracudacentral|sorbs|reputation|(?:ip
        |host|address|client|sender|server|domain|connection|mail\s+from)\S*\s+(?:\S+\s+){0,5}(?:is\s+|was\s+
        |been\s+)?(?:blocked|banned|listed|refused|rejected|denied)|blocked\s+(?:using|by|for)|(?:reverse\s+dns
        |\bptr\b|rdns|reverse\s+(?:mapping|lookup|hostname))|access\s+denied
        |connection\s+(?:refused\s+by\s+policy|rejected)|(?:can't|cannot)\s+(?:resolve|find)\s+your\s+(?:host
        |domain)|helo|not\s+accept(?:ing|ed)?\s+(?:mail|messages?)\s+from|generic\s+(?:hostname|reverse)""",
    ),
    (
        BounceReason.RATE_LIMITED,
        r"""too\s+many\s+(?:connections|messages|recipients|mails|concurrent|errors|emails|sessions)|rate\s*(?:-
        |\s)?limit|throttl|unusual\s+rate|too\s+(?:fast|frequent)|mail\s+at\s+a\s+rate|(?:daily|hourly)\s+(?:\S+\s+)?quota|frequency\s+limit|exceeded\s+(?:\S+\s+){0,4}(?:rate|sending
        |hourly|daily)|try(?:ing)?\s+again\s+later\s+\(?(?:4\.7|rate)|concurren|greylist|graylist
        |deferr?ed\s+due\s+to|sending\s+limit""",
    ),
    (
        BounceReason.HOST_UNKNOWN,
        r"""(?:host|domain|site|dns|mx)\S*\s+(?:\S+\s+){0,2}?(?:unknown|not\s+(?:be\s+)?(?:found|exist\w*
        |known|resolved)|does\s?n[o']?t\s+exist|doesn.t\s+exist|does\s+not\s+exist|nonexist\w*|no\s+mx
        |could\s+not\s+be\s+(?:found|resolved)|lookup\s+(?:failure|failed))|(?:unknown|no\s+such|bad|invalid
        |unroutable|unrouteable|non-?existent|illegal)\s+(?:\S+\s+){0,2}(?:host|domain|mail\s+domain|server
        |destination)|name\s+(?:service|server)\s+(?:error|timeout)|nxdomain|no\s+mail\s+(?:hosts?|exchanger)s?
        |couldn.t\s+find\s+any\s+host|no\s+(?:route|dns|mx)|no\s+(?:smtp|mail)\s+service|host\s+not\s+found|null\s*mx|nullmx|dns\s+error|does\s+not\s+(?:accept
        |receive)\s+mail|домен|ホスト""",
    ),
    (
        BounceReason.MAILBOX_DISABLED,
        r"""(?:mailbox|account|user|recipient|address|e-?mail)\S*\s+(?:\S+\s+){0,5}(?:disabled|inactive|suspended
        |deactivated|discontinued|locked|expired|closed|frozen|terminated|no\s+longer\s+(?:active|in\s+use|valid
        |available|in\s+service|employed|works?|accept\S*))|(?:disabled|inactive|suspended|deactivated|closed
        |frozen)\s+(?:\S+\s+){0,2}(?:mailbox|account|user|recipient)|user\s+(?:has\s+)?moved|has\s+(?:moved
        |left)|not\s+active|account\s+(?:is\s+)?(?:not\s+)?(?:suspend|disabl)|停用""",
    ),
    (
        BounceReason.USER_UNKNOWN,
        r"""(?:user|recipient|mailbox|address|account|addressee|destinatai?r[ei]\w*|empfänger|name|alias|customer
        |person|e-?mail|usuario|utente|utilisateur|benutzer|destinatario|inbox|subscriber|member
        |adresse)\S*\s+(?:\S+\s+){0,8}?(?:unknown|not\s+(?:be\s+)?(?:found|known|exist\w*|listed|valid
        |recogni[sz]ed|registered|a\s+valid|our\s+customer|local|available|have|here)|does\s?n[o']t\s+(?:exist
        |have)|doesn.t\s+(?:exist|have)|does\s+not\s+(?:exist|have)|do\s+not\s+exist|did\s+not\s+exist
        |is\s+invalid|invalid|unavailable|nonexist\w*|non[- ]exist\w*|no\s+(?:exist|longer\s+exist)\w*
        |could\s+not\s+be\s+found|inconnue?|unbekannt|desconocid[oa]|sconosciut[oa]|desconhecid[oa]
        |existiert\s+nicht|n.existe\s+pas|inexist\w*|nicht\s+(?:gefunden|bekannt|vorhanden)|was\s?n.t\s+found)
        |(?:unknown|invalid|no\s+such|non-?existent|bad|illegal|not\s+a\s+(?:known|valid)|not\s+valid
        |unrouteable|unroutable|undeliverable|unrecognized|nosuch|no\s+valid)\s+(?:\S+\s+){0,2}(?:user|recipient
        |mailbox|address|account|alias|person|name|local|destination|rcpt|e-?mail|member|customer
        |directory\s+entry)
        |no\s+(?:mailbox|account|user)\s+(?:here\s+)?(?:by|with|called|named|here|found|of\s+that)|no\s+(?:such
        |mail-?box|users?)\b|(?:user|recipient)\s+unknown|not\s+our\s+customer|recipientnotfound|resolver\.adr
        |isn.t\s+(?:in|a)\s+(?:my|our|valid)|(?:this|your)\s+e?-?mail\s+(?:address\s+)?(?:wasn.t
        |was\s+not)\s+found|address\s+(?:not\s+found|rejected|error|failed)
        |all\s+relevant\s+mx\s+records\s+point\s+to|存在しません|宛先不明|見つかりません|不存在|無此|没有找到|사용자를\s*찾을|존재하지
        |не\s+существует|неизвестн|не\s+найден|unknown\s+local|user\s+not\s+known""",
    ),
    (
        BounceReason.EXPIRED,
        r"""expired|retry\s+time(?:out)?|(?:queue|delivery)\s+(?:time|lifetime)\S*\s+(?:\S+\s+){0,3}(?:expired
        |exceeded|too\s+long)|too\s+long\s+in\s+(?:the\s+)?queue|(?:could|can)\s*not\s+(?:be\s+deliver\S*
        |send\s+message|deliver\S*)\s+(?:\S+\s+){0,4}(?:for|within|after|in)\s+(?:the\s+(?:last|past)\s+)?\d+
        |(?:for|after|within|in\s+the\s+last)\s+\d+\s+(?:days?|hours?|minutes?)
        |been\s+(?:in\s+)?(?:the\s+)?(?:queue\S*|undeliver\S*)\s+(?:\S+\s+){0,3}too\s+long|giving\s+up\s+on
        |number\s+of\s+(?:attempts|retries)|unable\s+to\s+deliver\s+\S+\s+after\s+multiple|4\.4\.7
        |maximum\s+(?:retries|time)""",
    ),
    (
        BounceReason.NETWORK,
        r"""time[ds]?[- ]?out|connection\s+(?:\S+\s+){0,3}(?:refused|reset|dropped|lost|closed|failed|timed|died
        |terminated|broken|aborted)|(?:network|host|server)\S*\s+(?:\S+\s+){0,3}(?:unreachable
        |not\s+(?:responding|reachable|available)|down|did\s+not\s+respond)|no\s+route\s+to\s+host
        |lost\s+connection|broken\s+pipe|could\s+not\s+connect|couldn.t\s+connect|unable\s+to\s+(?:connect
        |contact|open\s+(?:a\s+)?connection)|cannot\s+(?:connect|contact|reach)|\btls\b|\bssl\b|mail\s+loop
        |loops?\s+back|too\s+many\s+hops|hop\s+count|routing\s+loop|i/o\s+error|unexpected\s+(?:eof|close)
        |bad\s+file|configuration\s+error|internal\s+(?:server\s+)?error|system\s+(?:error|not\s+accepting
        |problem)|service\s+(?:currently\s+)?(?:not\s+available|unavailable)|command\s+(?:died|output|not
        |failed)|can(?:no|')t\s+(?:create|open|write)|permission\s+denied""",
    ),
    (
        BounceReason.POLICY,
        r"""policy|permission\s+to|not\s+(?:a\s+)?member|moderat|polic(?:y|ies)|prohibit|not\s+(?:allowed|permitted|authori[sz]ed)|rejected\s+(?:for|by|due)
        |restrict|administrat\w*\s+(?:prohib|reject|block|deny)|security|violat|compliance|sender\s+(?:denied
        |rejected|not)|filter|transport\s+rule|rejected|refused|denied|not\s+accept""",
    ),
)
_BY_STATUS: Final = {
    "1.0": BounceReason.USER_UNKNOWN,
    "1.1": BounceReason.USER_UNKNOWN,
    "1.10": BounceReason.USER_UNKNOWN,
    "1.2": BounceReason.HOST_UNKNOWN,
    "1.3": BounceReason.USER_UNKNOWN,
    "1.4": BounceReason.USER_UNKNOWN,
    "1.6": BounceReason.MAILBOX_DISABLED,
    "1.7": BounceReason.POLICY,
    "1.8": BounceReason.BLOCKED,
    "2.1": BounceReason.MAILBOX_DISABLED,
    "2.2": BounceReason.MAILBOX_FULL,
    "2.3": BounceReason.TOO_BIG,
    "3.1": BounceReason.MAILBOX_FULL,
    "3.2": BounceReason.NETWORK,
    "3.4": BounceReason.TOO_BIG,
    "3.5": BounceReason.NETWORK,
    "4.1": BounceReason.NETWORK,
    "4.2": BounceReason.NETWORK,
    "4.3": BounceReason.HOST_UNKNOWN,
    "4.4": BounceReason.HOST_UNKNOWN,
    "4.5": BounceReason.RATE_LIMITED,
    "4.6": BounceReason.NETWORK,
    "4.7": BounceReason.EXPIRED,
    "6.0": BounceReason.SPAM,
    "7.1": BounceReason.POLICY,
    "7.20": BounceReason.AUTHENTICATION,
    "7.23": BounceReason.AUTHENTICATION,
    "7.25": BounceReason.BLOCKED,
    "7.26": BounceReason.AUTHENTICATION,
    "7.27": BounceReason.AUTHENTICATION,
    "7.28": BounceReason.RATE_LIMITED,
    "7.8": BounceReason.AUTHENTICATION,
}


# Postfix says so before any reason of its own, and addresses of help pages name reasons that are not meant.
_NOISE: Final = pattern(
    r"recipient\s+address\s+rejected:|https?://\S+|<?(?<![^\s<>@])[^\s<>@]+@[^\s<>]+>?", re.IGNORECASE
)


def reason_of(*, diagnostic: str, status: str, text: str, is_delay: bool) -> BounceReason:
    """One of about twelve plain reasons: the server's words first, then its code, then the notice around them.

    Words win because servers misuse codes: 5.1.1 with "mailbox full", 5.7.1 with nearly everything.
    """
    if is_delay:
        return BounceReason.DELAYED
    found = _by_words(_NOISE.sub(" ", diagnostic[:2000]))
    by_status = _BY_STATUS.get(status.partition(".")[2]) if status else None
    if found is None or (found in (BounceReason.POLICY, BounceReason.EXPIRED) and by_status is not None):
        found = by_status or found
    return found or _by_words(text[:4000]) or BounceReason.OTHER


def has_bounce_words(text: str) -> bool:
    """Words that stand in the subject of a bounce, or at the head of its text."""
    return _has(text, _SUBJECT_WORDS)


def begins_as_notice(text: str) -> bool:
    """The first lines of what a mail system writes; a person greets first."""
    return _has(text[:400], _HEAD_WORDS)


def has_delay_words(text: str) -> bool:
    """Words of a warning: the server goes on trying."""
    return _has(text, _DELAY_WORDS)


def _has(text: str, words: tuple[str, ...]) -> bool:
    plain = " ".join(text.lower().replace("\u2019", "'").split())
    return any(word in plain for word in words)


_PATTERNS: Final = tuple((reason, pattern(source, re.IGNORECASE | re.VERBOSE)) for reason, source in _REASONS)


def _by_words(text: str) -> BounceReason | None:
    return next((reason for reason, rule in _PATTERNS if rule.search(text)), None)
