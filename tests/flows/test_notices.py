"""Members are mailed what they chose to be mailed, through the whole bot."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.inputs.said import ReadUpTo
from bot.domain.outcomes import TryLater, Unknown
from bot.domain.signing import Signer
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import DIRECT, asks, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mails_in, mentioning
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says
from tests.flows.test_imported import ASKED, OURS, THANKS, brought
from tests.flows.test_notify import left
from tests.flows.test_own_addresses import HERS, confirms, everything_said, sent_to
from tests.flows.test_rings import Phones

SOON = (0.0, 60.0, 61.0, 16.0)
"""Past the time for which a notification waits."""


async def wants_mail(house: House, what: str = "replied-unassigned") -> None:
    await confirms(house)
    await happens(house, says(f"!notify {what} email"))


def notices(house: House) -> list[EmailMessage]:
    """Without the mail that held the code."""
    return [one for one in sent_to(house) if "[#" in one["Subject"]]


def words_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def answer_comes(house: House, number: int = 2, seconds: tuple[float, ...] = SOON) -> None:
    house.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org"))
    await house.settle(seconds)


async def test_the_words_the_thread_and_whose_it_is_stand_in_a_mail_of_the_mailbox(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house)
    (one,) = notices(house)
    assert one["From"].addresses[0].addr_spec == "contact@asso.example"
    assert (one["Auto-Submitted"], one["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert one["Subject"].startswith("[#1] ")
    for kind in ("plain", "html"):
        words = words_of(one, kind)
        assert "matrix.to" in words
        assert card_of(house).lstrip("$") in words
    assert house.step.signer.notification_of(one["Message-ID"]).person == ALICE  # type: ignore[union-attr]
    assert "m1@example.org" not in str(one["References"])
    assert HERS not in everything_said(house)


async def test_what_comes_within_the_delay_is_one_mail_and_later_ones_are_the_same_thread(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await answer_comes(house, 3, SOON)
    assert len(notices(house)) == 1
    await answer_comes(house, 4, SOON)
    first, second = notices(house)
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


async def test_nothing_is_mailed_of_what_was_read_here_meanwhile(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    newest = mails_in(house)[-1].event
    await happens(house, ReadUpTo(ROOM, ALICE, newest, house.clock.now()))
    await house.settle(SOON)
    assert notices(house) == []
    await answer_comes(house, 3)
    assert len(notices(house)) == 1


async def test_a_receipt_at_what_was_there_before_changes_nothing(house: House) -> None:
    await wants_mail(house)
    old = mails_in(house)[-1].event
    await answer_comes(house, 2, NOW)
    await happens(house, ReadUpTo(ROOM, ALICE, old, house.clock.now()))
    await house.settle(SOON)
    assert len(notices(house)) == 1


async def test_an_own_act_is_never_mailed_and_a_colleague_s_is(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    await happens(house, says("!note Il a appelé.", thread=card_of(house)), seconds=SOON)
    assert notices(house) == []
    await happens(house, says("!note Il a rappelé.", thread=card_of(house), sender=BOB), seconds=SOON)
    (one,) = notices(house)
    for kind in ("plain", "html"):
        assert "Il a rappelé." in words_of(one, kind) and "Il a appelé." not in words_of(one, kind)


async def test_a_note_that_was_edited_or_deleted_meanwhile_is_mailed_as_it_is_by_then(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    first = says("!note Un secret", thread=card_of(house), sender=BOB)
    second = says("!note Lundi", thread=card_of(house), sender=BOB)
    await happens(house, first, second)
    await happens(house, redacts(first.event, sender=BOB), edits(second.event, "!note Mardi", sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert "Mardi" in words_of(one) and "secret" not in words_of(one) and "Lundi" not in words_of(one)


async def test_what_the_team_wrote_in_markdown_is_mailed_as_an_answer_of_theirs_is(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    card = card_of(house)
    await happens(house, says("!note **Urgent** <b>x</b>\n- un\n- deux", thread=card, sender=BOB), seconds=NOW)
    await happens(house, says("!reply C’est *fait*", thread=card, sender=BOB), seconds=SOON)
    (one,) = notices(house)
    html, plain = words_of(one, "html"), words_of(one)
    assert "<strong>Urgent</strong> &lt;b&gt;x&lt;/b&gt;" in html and "<li>deux</li>" in html
    assert "<em>fait</em>" in html and "Urgent <b>x</b>" in plain and "C’est fait" in plain
    assert "**" not in plain + html and "*fait" not in plain + html


async def test_what_the_correspondent_wrote_is_no_markdown(house: House) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="**Prix** : 2*3*4\n"))
    await house.settle(SOON)
    (one,) = notices(house)
    for kind in ("html", "plain"):
        assert "**Prix** : 2*3*4" in words_of(one, kind)


async def test_the_words_of_a_note_in_an_encrypted_room_are_mailed_to_nobody(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    house.step.rooms.encrypted.add(ROOM)
    await happens(house, says("!note Le code est 12", thread=card_of(house), sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert "Bob wrote a note" in words_of(one) and "Le code" not in words_of(one)


async def test_nor_is_a_note_there_that_is_deleted_at_once(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    house.step.rooms.encrypted.add(ROOM)
    note = says("!note Le code est 12", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=(0.0, 5.0))
    await happens(house, redacts(note.event, sender=BOB), seconds=SOON)
    assert notices(house) == []


async def test_of_several_addresses_the_first_is_written_to_and_the_next_where_that_is_gone(house: House) -> None:
    await wants_mail(house)
    await confirms(house, "second@work.example")
    await answer_comes(house)
    assert [one["To"] for one in notices(house)] == [HERS]
    assert [one for one in sent_to(house, "second@work.example") if "[#" in one["Subject"]] == []
    await happens(house, says("!email remove 1"))
    await answer_comes(house, 3)
    assert len(notices(house)) == 1
    assert len([one for one in sent_to(house, "second@work.example") if "[#" in one["Subject"]]) == 1


async def test_who_takes_back_the_choice_meanwhile_gets_nothing(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await happens(house, says("!notify replied-unassigned off"), seconds=SOON)
    assert notices(house) == []


async def test_who_was_to_be_mailed_gets_it_also_where_somebody_else_takes_it_meanwhile(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await happens(house, says("!assign me #1", sender=BOB), seconds=SOON)
    assert len(notices(house)) == 1


async def test_a_subject_that_looks_like_a_member_stays_as_it_is(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.deliver(mail(id="n1@example.org", subject="@ventes:mars"))
    await house.settle(SOON)
    (one,) = notices(house)
    assert one["Subject"] == "[#2] @ventes:mars" and "@ventes:mars" in words_of(one)


async def test_whom_a_rule_gives_a_new_conversation_is_mailed_as_assigned(house: House) -> None:
    await wants_mail(house, "assigned-me")
    await happens(house, says("!rule add if subject:devis then assign:@alice"), says("!rule on 1"))
    house.provider.deliver(mail(id="n1@example.org", subject="Devis"))
    await house.settle(SOON)
    (one,) = notices(house)
    assert one["Subject"] == "[#2] Devis"


async def test_who_leaves_meanwhile_gets_nothing(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await happens(house, left(house, ALICE), seconds=SOON)
    assert notices(house) == []


async def test_who_leaves_while_the_mail_server_is_away_gets_nothing(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    await answer_comes(house)
    assert (notices(house), await house.open_calls()) == ([], 1)
    await happens(house, left(house, ALICE), seconds=(0.0, 300.0, 16.0))
    assert (notices(house), await house.open_calls()) == ([], 0)


async def test_who_takes_the_address_off_while_the_mail_server_is_away_gets_nothing(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    await answer_comes(house)
    await happens(house, says("!email remove 1"), seconds=(0.0, 300.0, 16.0))
    assert (notices(house), await house.open_calls()) == ([], 0)
    assert "paused" not in everything_said(house)


async def test_a_mail_that_is_tried_again_reaches_whoever_stayed(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    await answer_comes(house)
    await house.settle((300.0, 16.0))
    assert len(notices(house)) == 1


async def test_who_takes_the_address_off_or_mutes_the_mailbox_meanwhile_gets_nothing(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await happens(house, says("!notify mute"), seconds=SOON)
    await happens(house, says("!notify unmute"))
    await answer_comes(house, 3, NOW)
    await happens(house, says("!email remove 1"), seconds=SOON)
    assert notices(house) == []


async def test_who_has_no_address_is_mentioned(house: House) -> None:
    await happens(house, says("!notify replied-unassigned email"))
    assert "mentioned until you do" in everything_said(house)
    await answer_comes(house)
    (news,) = [one for one in house.homeserver.of_kind("news") if not one.is_edit]
    assert news.content["m.mentions"] == {"user_ids": [ALICE]}


@pytest.mark.parametrize("outcome", [Unknown("lost"), None])
async def test_it_leaves_once_whatever_happens(house: House, outcome: Unknown | None) -> None:
    await wants_mail(house)
    house.provider.answers = [outcome] if outcome is not None else []
    await answer_comes(house)
    await house.close()
    await house.open()
    await house.settle((60.0, 3600.0))
    assert len(notices(house)) == 1


async def test_a_program_s_answer_to_it_is_nothing_for_a_thousand_rounds(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house)
    before, sent = len(house.homeserver.posted), len(house.provider.delivered)
    id = notices(house)[0]["Message-ID"].strip("<>")
    for number in range(1000):
        raw = mail(id=f"away{number}@home.example", reply_to=id, sender=f"Alice <{HERS}>")
        house.provider.deliver(b"Auto-Submitted: auto-replied\r\n" + raw)
        if number % 100 == 0:
            await house.settle(NOW)
    await house.settle(SOON)
    assert (len(house.homeserver.posted), len(house.provider.delivered)) == (before, sent)


async def test_twenty_an_hour_are_mailed_and_one_sentence_says_that_there_are_more(house: House) -> None:
    await wants_mail(house, "new")

    async def comes(number: int, seconds: tuple[float, ...]) -> None:
        house.provider.deliver(mail(id=f"n{number}@example.org", sender=f"p@x{number}.example"))
        await house.settle(seconds)

    for number in range(23):
        await comes(number, (0.0, 121.0))
    assert len(notices(house)) == 20
    told = [one for one in house.homeserver.posted if "mailed to you later" in str(one.content["body"])]
    assert [one.content["m.mentions"] for one in told] == [{"user_ids": [ALICE]}]
    house.clock.forward(timedelta(hours=1).total_seconds())
    await comes(99, SOON)
    assert len(notices(house)) == 24


async def test_a_person_is_written_to_in_their_language(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>"))
    await house.settle(SOON)
    (one,) = notices(house)
    told = house.step.signer.notification_of(one["Message-ID"])
    assert told is not None
    assert told.conversation == ConversationId(2)
    assert EventId(card_of(house, 2)).lstrip("$") in words_of(one)


async def test_what_a_colleague_does_after_it_was_read_is_mailed(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify assigned-me email"))
    await answer_comes(house, 2, NOW)
    await happens(house, ReadUpTo(ROOM, ALICE, mails_in(house)[-1].event, house.clock.now()))
    await house.settle((30.0,))
    await happens(house, says("!assign @alice #1", sender=BOB))
    await house.settle(SOON)
    (one,) = notices(house)
    assert "Bob gave it" in words_of(one)


async def test_what_happens_in_quiet_hours_is_mailed_after_them_and_told_nowhere_else(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify new email"), says("!notify noted-unassigned email"))
    await invites(house, by=ALICE)
    await asks(house, "!notify quiet 9:30-12:00", by=ALICE)
    before = len(house.homeserver.posted)
    await answer_comes(house)
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await happens(house, says("!note Vu", thread=card_of(house), sender=BOB), seconds=SOON)
    assert notices(house) == []
    await house.settle((3 * 3600.0, 150.0))
    assert [one for one in house.homeserver.posted[before:] if one.room == DIRECT] == []
    assert sorted(str(one["Subject"]) for one in notices(house)) == ["[#1] Question", "[#2] Devis"]


async def test_what_another_bot_mails_to_its_members_is_mailed_to_nobody(house: House) -> None:
    """Two bots whose members have the other's mailbox as an own address would write to each other for ever."""
    await wants_mail(house, "new")
    theirs = Signer(b"a secret of another bot").notification_id(
        person=UserId("@x:y.example"),
        conversation=ConversationId(3),
        at=house.clock.now(),
        token="0" * 12,
        domain="y.z",
    )
    house.provider.deliver(mail(id=theirs, subject="[#3] Question"))
    await house.settle(SOON)
    assert notices(house) == []
    (card,) = [one for one in house.homeserver.of_kind("conversation") if one.ours["conversation"] == 2][:1]
    assert card.content["m.mentions"] == {"user_ids": [ALICE]}, "they are mentioned instead"
    house.provider.deliver(mail(id="answer@example.org", subject="Re: [#3] Question", reply_to=theirs))
    await house.settle(SOON)
    assert notices(house) == [], "nor what answers it"
    house.provider.deliver(mail(id="plain@example.org", subject="Autre"))
    await house.settle(SOON)
    assert len(notices(house)) == 1


@pytest.mark.parametrize("followed", ["on", "direct", "email"])
async def test_what_is_theirs_and_followed_is_told_once_as_they_chose_for_what_is_theirs(
    house: House, followed: str
) -> None:
    await invites(house, by=ALICE)
    await happens(house, reacts("✋", card_of(house)), says("!follow", thread=card_of(house)))
    await happens(house, says(f"!notify followed {followed}"))
    await wants_mail(house, "replied-mine")
    before = len(house.homeserver.posted)
    await answer_comes(house)
    assert len(notices(house)) == 1
    assert not mentioning(house, ALICE, before)
    await happens(house, says("!notify replied-mine on"))
    before = len(house.homeserver.posted)
    await answer_comes(house, 3)
    assert len(notices(house)) == 1
    assert len(mentioning(house, ALICE, before)) == 1


@pytest.mark.parametrize("is_new", [False, True])
async def test_a_mail_from_a_member_s_own_address_rings_once_for_everybody(house: House, is_new: bool) -> None:
    await wants_mail(house, "new" if is_new else "replied-unassigned")
    await confirms(house, "bob@home.example", BOB)
    phones = Phones(house)
    reply_to = "" if is_new else "m1@example.org"
    house.provider.deliver(mail(id="m2@example.org", reply_to=reply_to, sender="Bob <bob@home.example>"))
    await house.settle(SOON)
    assert (phones.of(ALICE), phones.highlights(ALICE), phones.of(BOB)) == (1, 1, 1)
    assert notices(house) == []


async def test_the_words_of_an_answer_that_was_taken_back_are_mailed_to_nobody(house: House) -> None:
    await wants_mail(house)
    asks = says("!reply Des mots repris", thread=card_of(house), sender=BOB)
    await happens(house, asks, seconds=(0.0,))
    await happens(house, redacts(asks.event, sender=BOB), seconds=NOW)
    await answer_comes(house)
    (one,) = notices(house)
    assert "Des mots repris" not in words_of(one)


async def test_an_answer_that_left_long_after_it_was_posted_is_new_when_it_has_left(house: House) -> None:
    await wants_mail(house, "noted-others")
    await happens(house, says("!follow", thread=card_of(house)))
    await happens(house, says("!notify followed email"))
    house.provider.answers = [TryLater("450")] * 3
    asks = says("!reply Des mots attendus", thread=card_of(house), sender=BOB)
    await happens(house, asks, seconds=(0.0, 25.0, 16.0, 300.0, 300.0))
    assert notices(house) == []
    await house.settle((1200.0, 1200.0, 3600.0, *SOON))
    (one,) = notices(house)
    words = words_of(one)
    assert words.index("Des mots attendus") < words.index("Before that:")


async def test_the_words_of_a_draft_are_mailed_to_nobody(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    card = card_of(house)
    await happens(
        house,
        says("!note Vu", thread=card, sender=BOB),
        says("!draft Un brouillon secret", thread=card, sender=BOB),
        seconds=SOON,
    )
    (one,) = notices(house)
    assert "Bob prepared an answer" in words_of(one) and "brouillon" not in words_of(one)


async def test_mails_of_an_archive_are_neither_new_nor_unread(house: House) -> None:
    await brought(house, (ASKED, OURS, THANKS))
    await wants_mail(house)
    house.provider.deliver(mail(id="late@example.org", reply_to="old3@example.org", text="Me voici.\n"))
    await house.settle(NOW)
    (mail_event,) = [one for one in mails_in(house) if one.ours["message_id"] == "late@example.org"]
    await happens(house, reads(mail_event.event), seconds=SOON)
    assert notices(house) == [], "it was read here"
    house.provider.deliver(mail(id="late2@example.org", reply_to="late@example.org", text="Encore.\n"))
    await house.settle(SOON)
    (one,) = notices(house)
    assert words_of(one).index("Encore.") < words_of(one).index("Me voici.") < words_of(one).index("Thanks!")


async def test_notes_and_mails_stand_in_the_order_in_which_they_were_written(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await answer_comes(house, 2, NOW)
    await happens(house, says("!note Après", thread=card_of(house), sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert words_of(one).index("une question") < words_of(one).index("Après")


async def test_notifications_go_to_the_address_that_was_chosen(house: House) -> None:
    await wants_mail(house)
    await confirms(house, "second@work.example")
    await happens(house, says("!email use 2"))
    await answer_comes(house)
    assert (notices(house), len(sent_to(house, "second@work.example"))) == ([], 2)


async def test_who_had_it_by_a_rule_is_mailed_that_it_is_taken_away(house: House) -> None:
    await happens(house, says("!rule add if subject:devis then assign:@alice"), says("!rule on 1"))
    await wants_mail(house, "noted-mine")
    house.provider.deliver(mail(id="n1@example.org", subject="devis"))
    await house.settle(SOON)
    before = len(notices(house))
    await happens(house, says("!assign me #2", sender=BOB), seconds=SOON)
    assert len(notices(house)) == before + 1
