"""Many notifications at once are one mail, and what may not be mailed now is mailed later: nothing is dropped."""

import pytest

from bot.domain.notices import MANY, MOST_TO_ONE
from bot.domain.outcomes import TryLater
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, happens, mails_in
from tests.fakes.writing import bounce, mail, reads, says
from tests.flows.test_answer_by_mail import PROOF
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_notify import left
from tests.flows.test_own_addresses import HERS, code_in, confirms, everything_said, sent_to


def comes(house: House, number: int) -> None:
    house.provider.deliver(
        mail(
            id=f"many{number}@example.org",
            subject=f"Sujet {number}",
            sender=f"P{number} <p{number}@x{number}.example.org>",
            text=f"Bonjour numéro {number}.",
        ),
        at=house.clock.now(),
    )


async def many(house: House, count: int, *, first: int = 1, seconds: tuple[float, ...] = SOON) -> None:
    for number in range(first, first + count):
        comes(house, number)
    await house.settle(seconds)


def bundles(house: House) -> list[str]:
    """Their words."""
    return [words_of(one) for one in sent_to(house) if "conversations" in str(one["Subject"])]


async def test_many_conversations_at_once_are_one_mail_with_the_words_and_the_link_of_each(house: House) -> None:
    await wants_mail(house, "new")
    await many(house, 30)
    await house.settle((600.0, 600.0))
    assert notices(house) == []
    (words,) = bundles(house)
    for number in range(1, 31):
        assert words.count(f", Sujet {number}, ") == 1 and words.count(f"Bonjour numéro {number}.") == 1
    assert words.count("https://matrix.to/") == 30


@pytest.mark.parametrize(("count", "bundled"), [(MANY - 1, 0), (MANY, 1)])
async def test_a_few_are_a_mail_each_that_can_be_answered(house: House, count: int, bundled: int) -> None:
    await wants_mail(house, "new")
    await many(house, count)
    await house.settle((600.0,))
    assert (len(bundles(house)), len(notices(house))) == (bundled, 0 if bundled else count)


async def test_what_was_read_meanwhile_is_not_in_it(house: House) -> None:
    await wants_mail(house, "new")
    await many(house, MANY + 1, seconds=NOW)
    read = next(one for one in house.homeserver.of_kind("mail") if "numéro 2" in str(one.content["body"]))
    await happens(house, reads(read.event), seconds=SOON)
    (words,) = bundles(house)
    assert "Sujet 1" in words and "Sujet 2" not in words


async def test_what_happens_after_it_is_told_once(house: House) -> None:
    await wants_mail(house, "new")
    await happens(house, says("!notify replied-unassigned email"))
    await many(house, MANY)
    house.provider.deliver(mail(id="late@example.org", reply_to="many1@example.org", text="Encore moi."))
    await house.settle((*SOON, 600.0))
    (one,) = notices(house)
    assert "Encore moi." in words_of(one) and len(bundles(house)) == 1


async def test_more_than_the_hour_allows_is_mailed_when_it_allows_it_again(house: House) -> None:
    await wants_mail(house, "new")
    for number in range(MOST_TO_ONE[0] + 3):
        comes(house, number)
        await house.settle(SOON)
    assert len(notices(house)) == MOST_TO_ONE[0]
    said = [one for one in house.homeserver.posted if "mailed to you later" in str(one.content.get("body"))]
    assert len(said) == 1
    await house.settle(tuple(300.0 for _ in range(16)))
    told = "".join(words_of(one) for one in notices(house)) + "".join(bundles(house))
    for number in range(MOST_TO_ONE[0] + 3):
        assert told.count(f"Bonjour numéro {number}.") == 1


async def test_who_has_left_meanwhile_gets_none(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.answers = [TryLater("450")]
    await many(house, MANY)
    await happens(house, left(house, ALICE), seconds=(0.0, 300.0, 16.0))
    assert bundles(house) == []


async def test_where_one_is_deleted_before_it_leaves_the_others_are_told(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.answers = [TryLater("450")]
    await many(house, MANY + 1)
    await happens(house, says("!delete #2"), seconds=(0.0, 300.0, *SOON))
    (words,) = bundles(house)
    assert "Sujet 1" not in words and "Sujet 2" in words
    assert words.count("https://matrix.to/") == MANY


async def test_a_restart_between_makes_no_second_one(house: House) -> None:
    await wants_mail(house, "new")
    await many(house, MANY)
    await house.close()
    await house.open()
    await house.settle((60.0, 3600.0))
    assert len(bundles(house)) == 1


async def test_its_bounces_are_counted_and_are_no_conversation(house: House) -> None:
    await wants_mail(house, "new")
    for number in range(3):
        await many(house, MANY, first=1 + number * MANY)
        one = [each for each in sent_to(house) if "conversations" in str(each["Subject"])][-1]
        house.provider.deliver(bounce(str(one["Message-ID"]).strip("<>"), HERS, number))
        await house.settle(NOW)
    assert house.step.settings.known.addresses_of(ALICE) == ()
    shown = {each.ours["conversation"] for each in house.homeserver.of_kind("conversation")}
    assert len(shown) == 1 + 3 * MANY


async def test_who_mutes_the_mailbox_meanwhile_gets_none(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.answers = [TryLater("450")]
    await many(house, MANY)
    await happens(house, says("!notify mute"), seconds=(0.0, 300.0, 16.0))
    assert bundles(house) == []


async def test_an_answer_to_it_goes_nowhere_and_its_words_are_kept(house: House) -> None:
    await wants_mail(house, "new")
    await many(house, MANY)
    (one,) = [each for each in sent_to(house) if "conversations" in str(each["Subject"])]
    before = len(house.provider.delivered)
    house.provider.deliver(
        mail(
            id="answer@home.example",
            reply_to=str(one["Message-ID"]).strip("<>"),
            subject=f"Re: {one['Subject']}",
            sender=f"Alice <{HERS}>",
            text="Je m'en occupe demain.",
            headers=PROOF,
        ),
        at=house.clock.now(),
    )
    await house.settle(SOON)
    # Its writer alone is told, by mail as well.
    ((_, to, _),) = house.provider.delivered[before:]
    assert to == (HERS,)
    assert "several conversations" in everything_said(house) and "Je m'en occupe demain." in everything_said(house)


async def test_an_answer_to_the_mail_with_the_code_makes_no_conversation_and_its_writer_is_told(house: House) -> None:
    await happens(house, says(f"!email {HERS}"))
    (one,) = sent_to(house)
    answer = mail(
        id="code@home.example",
        reply_to=str(one["Message-ID"]).strip("<>"),
        subject=f"Re: {one['Subject']}",
        sender=f"Alice <{HERS}>",
        text=code_in(one),
    )
    house.provider.deliver(answer, at=house.clock.now())
    await house.settle(SOON)
    assert len({one.ours["conversation"] for one in house.homeserver.of_kind("conversation")}) == 1
    assert "An answer came to the mail that brought your code" in everything_said(house)
    assert HERS not in everything_said(house)


async def test_somebody_else_s_answer_to_the_mail_with_the_code_is_a_mail_like_any_other(house: House) -> None:
    await happens(house, says(f"!email {HERS}"))
    (one,) = sent_to(house)
    house.provider.deliver(
        mail(id="other@x.example", reply_to=str(one["Message-ID"]).strip("<>"), sender="Eve <eve@x.example>"),
        at=house.clock.now(),
    )
    await house.settle(SOON)
    assert len({one.ours["conversation"] for one in house.homeserver.of_kind("conversation")}) == 2


async def test_who_wrote_a_mail_from_their_own_proven_address_is_not_mailed_it(house: House) -> None:
    await wants_mail(house, "new")
    before = len(house.homeserver.posted)
    for number, more in ((1, PROOF), (2, ())):
        raw = mail(
            id=f"own{number}@home.example", subject=f"Fwd: demande {number}", sender=f"Alice <{HERS}>", headers=more
        )
        house.provider.deliver(raw, at=house.clock.now())
    await house.settle((*SOON, 600.0))
    assert notices(house) == []
    # The second one may be anybody's.
    posted = (one for one in house.homeserver.posted[before:] if ALICE in str(one.content.get("m.mentions")))
    (told,) = [str(one.content["body"]) for one in posted]
    assert "demande 2" in told


LONG = "Bonjour, " + "et puis encore ceci " * 20 + "LA FIN"


@pytest.mark.parametrize(("words", "mailed"), [(LONG, 1), ("Oui, merci.", 0)])
async def test_a_receipt_at_the_line_in_the_timeline_counts_where_it_shows_all_words(
    house: House, words: str, mailed: int
) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=words), at=house.clock.now())
    await house.settle(NOW)
    news = house.homeserver.of_kind("news")[-1]
    await happens(house, reads(news.event), seconds=SOON)
    assert len(notices(house)) == mailed


@pytest.mark.parametrize("thread_first", [True, False])
async def test_who_reads_the_thread_has_read_it_whenever_the_client_marks_the_line(
    house: House, thread_first: bool
) -> None:
    """Who opens the room marks the newest line of the timeline, which comes after the mail in the thread."""
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
    await house.settle(NOW)
    marks = [reads(mails_in(house)[-1].event), reads(house.homeserver.of_kind("news")[-1].event)]
    await happens(house, *(marks if thread_first else marks[::-1]), seconds=SOON)
    assert notices(house) == []


@pytest.mark.parametrize("is_away", [True, False])
async def test_an_address_of_who_is_in_no_room_any_more_passes_to_who_confirms_it(house: House, is_away: bool) -> None:
    await confirms(house)
    if is_away:
        await happens(house, left(house, ALICE))
    await happens(house, says(f"!email {HERS}", sender=BOB))
    await happens(house, says(f"!email confirm {code_in(sent_to(house)[-1])}", sender=BOB))
    assert house.step.settings.known.owner_of(HERS) == (BOB if is_away else ALICE)
    assert len([one for one in house.step.settings.known.addresses if one.is_confirmed]) == 1


async def test_what_was_put_off_is_told_once_however_much_follows_it(house: House) -> None:
    await wants_mail(house, "new")
    await happens(house, says("!notify replied-unassigned email"))
    for number in range(MOST_TO_ONE[0]):
        comes(house, number)
        await house.settle(SOON)
    full = len(notices(house)) + len(bundles(house))
    for number in range(8):
        more = mail(id=f"more{number}@example.org", reply_to="many1@example.org", text=f"La suite {number}.")
        house.provider.deliver(more, at=house.clock.now())
        await house.settle((0.0, 60.0, 61.0, 100.0))
    await house.settle(tuple(300.0 for _ in range(16)))
    told = "".join(words_of(one).partition("Before that:")[0] for one in notices(house)[full:]) + "".join(
        bundles(house)
    )
    for number in range(8):
        assert told.count(f"La suite {number}.") == 1, number


async def test_a_mail_under_the_code_s_id_that_is_no_answer_to_it_is_a_mail_like_any_other(house: House) -> None:
    """People pick an old mail of an address to write to it."""
    await happens(house, says(f"!email {HERS}"))
    (one,) = sent_to(house)
    id = str(one["Message-ID"]).strip("<>")
    other = mail(id="o@home.example", reply_to=id, sender=f"Alice <{HERS}>", subject="Inscription", text="De mon fils.")
    house.provider.deliver(other, at=house.clock.now())
    await house.settle(SOON)
    await house.settle((3 * 3600.0,))
    late = mail(
        id="l@home.example", reply_to=id, sender=f"Alice <{HERS}>", subject=f"Re: {one['Subject']}", text="Oui."
    )
    house.provider.deliver(late, at=house.clock.now())
    await house.settle(SOON)
    mails = {one.ours["message_id"] for one in house.homeserver.of_kind("mail")}
    assert {"o@home.example", "l@home.example"} <= mails


async def test_an_answer_to_the_code_that_is_read_twice_is_told_once(house: House) -> None:
    await happens(house, says(f"!email {HERS}"))
    (one,) = sent_to(house)
    raw = mail(
        id="c@home.example",
        reply_to=str(one["Message-ID"]).strip("<>"),
        sender=f"Alice <{HERS}>",
        subject=f"Re: {one['Subject']}",
        text=code_in(one),
    )
    for folder in ("INBOX", "Junk"):
        house.provider.deliver(raw, folder, at=house.clock.now())
        await house.settle(SOON)
    said = [one for one in house.homeserver.posted if "that brought your code" in str(one.content.get("body"))]
    assert len(said) == 1


async def test_a_stranger_who_answers_it_is_no_conversation_s(house: House) -> None:
    await wants_mail(house, "new")
    await many(house, MANY)
    (one,) = [each for each in sent_to(house) if "conversations" in str(each["Subject"])]
    raw = mail(id="s@x.example", reply_to=str(one["Message-ID"]).strip("<>"), sender="Eve <eve@x.example>")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle(SOON)
    assert "several conversations that was written to one of the team" in everything_said(house)
    assert "#1099511627775" not in everything_said(house)
