"""`search`: what its words ask for, and what it shows."""

from dataclasses import replace

import pytest

from bot.domain.command import Called
from bot.domain.commands.search import KEYS
from bot.domain.conversation import Status
from bot.domain.excerpt import excerpt
from bot.domain.folding import fold, folded_words
from bot.domain.ids import ConversationId
from bot.domain.mail import Attachment
from bot.domain.needs import Searched
from bot.domain.page import Bullets, FoundLine, More, Page, Paragraph
from bot.domain.searching import Field, Hit, Hits, Query, Term
from bot.text.page import page
from bot.text.reader import Reader
from tests.domain.commands.cases import NOW, ask, given, page_of, told
from tests.domain.deciding import FIRST, conversation, mail_in
from tests.fakes.chat import ALICE


def query(words: str) -> Query:
    asked, _ = ask(f"!search {words}")
    assert isinstance(asked.reading, Called)
    (need,) = asked.called.command.needs(asked)
    assert isinstance(need, Searched)
    return need.query


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("Facture", (Term(("facture",)),)),
        ("facture été", (Term(("facture",)), Term(("ete",)))),
        ('"l’atelier du samedi"', (Term(("l", "atelier", "du", "samedi")),)),
        ("« mot clé »", (Term(("mot", "cle")),)),
        ("insc*", (Term(("insc",), is_start=True),)),
        ("marie@example.net", (Term(("marie", "example", "net")),)),
        ("de:Hélène", (Term(("helene",), Field.FROM),)),
        ('from:"Marie D" x', (Term(("marie", "d"), Field.FROM), Term(("x",)))),
        ("à:bureau", (Term(("bureau",), Field.TO),)),
        ("objet:fact*", (Term(("fact",), Field.SUBJECT, is_start=True),)),
        ("http://x.example", (Term(("http", "x", "example")),)),
        ("de: Hélène", (Term(("helene",), Field.FROM),)),
        ("objet : facture", (Term(("facture",), Field.SUBJECT),)),
        ("re: facture", (Term(("re",)), Term(("facture",)))),
        ("re:facture", (Term(("re", "facture")),)),
        ("mailto:marie@example.org", (Term(("mailto", "marie", "example", "org")),)),
        ("10:30 std::x", (Term(("10", "30")), Term(("std", "x")))),
        ('"note: -merci"', (Term(("note", "merci")),)),
        ('"réf:123"', (Term(("ref", "123")),)),
        ("note : merci", (Term(("note",)), Term(("merci",)))),
        ("vis-à-vis - -5 --", (Term(("vis", "a", "vis")), Term(("5",)))),
        ("sujet:facture", (Term(("facture",), Field.SUBJECT),)),
        ("a OR NOT b", (Term(("a",)), Term(("or",)), Term(("not",)), Term(("b",)))),
    ],
)
def test_words(words: str, terms: tuple[Term, ...]) -> None:
    assert query(words).terms == terms


def test_filters() -> None:
    both = {
        query("a status:closed tag:Été has:attachment number:7 assignee:me"),
        query("a statut:fermée étiquette:ete avec:pièce numéro:#7 pour:moi"),
    }
    assert both == {Query((Term(("a",)),), True, None, None, ConversationId(7), Status.CLOSED, ALICE, tag="ete")}
    assert query("a pour:personne").is_unassigned and query("a assignee:@Bob").assignee_name == "bob"
    for nobody in (
        "assignee:unassigned",
        "pour:libres",
        "responsable:non attribuée",
        'pour:"non attribué"',
        "pour:non-assigné",
    ):
        assert query(nobody) == Query(is_unassigned=True), nobody
    assert query("assignee:moi").assignee == query("attribué:me").assignee == ALICE
    for closed in ("fermé", "fermée", "fermés", "fermées", "clos", "closed"):
        assert query(f"statut:{closed}").status is Status.CLOSED
    assert query("état:en attente") == query("status:pending") and query("statut:ouvert").status is Status.ACTIVE
    assert query("depuis:2026-01-15") == query("after:2026-01-15")
    assert query("a après:2026-01-15") == query("a after:15/01/2026")


@pytest.mark.parametrize(
    "words", ["status:closed", "assignee:me", "assignee:nobody", "assignee:bob", "tag:x", "after:2026-11", "avant:hier"]
)
def test_a_filter_may_stand_alone(words: str) -> None:
    assert query(words).terms == () and not query(words).is_empty


def test_where_only_the_newest_were_looked_at_it_is_not_said_that_there_is_none() -> None:
    shown = page_of("!search tag:x", knows={Searched: Hits((), 0, True)})
    assert keys_in(shown) == ["search.none_of_newest"]
    assert keys_in(page_of("!search tag:x", knows={Searched: Hits((), 0)})) == ["search.nothing"]


def test_where_nothing_was_found_it_is_said_how_it_may_have_been_meant() -> None:
    def keys(words: str) -> list[str]:
        return keys_in(page_of(f"!search {words}", knows={Searched: Hits((), 0)}))

    assert keys("a pour:nobodyofthatname") == ["search.nothing", "search.assignee_name"]
    assert keys("#3") == ["search.nothing", "search.as_number"]


def test_behind_the_last_page_it_is_said_how_many_there_are() -> None:
    shown = page_of("!search facture page:99", knows={Searched: Hits((), 24)})
    assert keys_in(shown) == ["paging.no_page"] and shown.back == "!search facture page:3"
    assert "There are only 3 pages" in page(shown, Reader("en", NOW)).body
    assert "Il n’y a que 3 pages" in page(shown, Reader("fr", NOW)).body


def keys_in(shown: Page) -> list[str]:
    return [one.key for block in shown.blocks if isinstance(block, Paragraph) for one in block.sentences]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "error.search_what"), ("* ! ?", "error.search_what"), ("page:2", "error.search_what"),
        ("a status:x", "error.search_status"), ("a after:soon", "error.search_after"),
        ("a before:31/02/2026", "error.search_before"), ("a has:x", "error.search_has"),
        ("a number:x", "error.search_number"), ("a page:x", "error.search_page"), ("from:?", "error.search_from"),
        ("ab*", "error.search_start"), ("a b c d e f g h i j k l m", "error.search_many"),
        ('"' + "a b " * 30 + '"', "error.search_many"), ("a-" * 60, "error.search_many"),
        ("a " + "status:closed " * 40, "error.search_many"), ("a" * 2000, "error.search_many"),
        ("cc:marie", "error.search_filter"), ("a is:open", "error.search_filter"), ("in:sent", "error.search_filter"),
        ('dossier:"a b"', "error.search_filter"), ("pièce-jointe:oui", "error.search_filter"),
        ("facture -payée", "error.search_without"), ('a -"b c"', "error.search_without"),
        ("-from:marie a", "error.search_without"), ("a –payée", "error.search_without"),
        ("a tag:#", "error.search_tag"), ("a assignee:@", "error.search_assignee"),
    ],
)  # fmt: skip
def test_mistakes(words: str, why: str) -> None:
    assert told(given(f"!search {words}")) == [why]
    assert told(given(f"!chercher {words}")) == [why]


def test_the_answer_shows_the_words_in_bold_and_where_the_rest_is() -> None:
    text = "Bonjour, " + "bla " * 40 + "le <b>remboursement</b> de l'été @room " + "bla " * 80
    hit = Hit(conversation(), replace(mail_in(2, NOW), text=text))
    shown = page_of("!search remboursement page:2", knows={Searched: Hits((hit,), 25, True)})
    (rows,) = [block for block in shown.blocks if isinstance(block, Bullets)]
    assert isinstance(rows.lines[0], FoundLine) and shown.shown == (conversation(),)
    assert [block.command for block in shown.blocks if isinstance(block, More)] == ["!search remboursement page:3"]
    said = page(shown, Reader("en", NOW))
    assert "<b>remboursement</b>" in said.html and "&lt;b&gt;" in said.html
    assert "@room" not in said.html and f"#{FIRST}" in said.body


def test_an_excerpt_is_one_short_line_around_what_was_found() -> None:
    pieces = excerpt("x " * 500 + "L’ÉTÉ\nfinit " + "y " * 500, (Term(("ete",)), Term(("fin",), is_start=True)))
    assert [piece.text for piece in pieces if piece.is_found] == ["ÉTÉ", "finit"]
    assert len("".join(piece.text for piece in pieces)) < 200
    assert not any(piece.is_found for piece in excerpt("Bonjour", (Term(("x",)),)))
    assert excerpt("", (Term(("x",)),)) == ()


def test_one_fold() -> None:
    assert fold("Œuvre d’Été") == "oeuvre d’ete" and folded_words("Straße_42") == ["strasse", "42"]
    assert folded_words("e\u0301te\u0301") == ["ete"]


def test_the_name_of_a_file_is_shown_where_it_is_what_was_found() -> None:
    pdf = Attachment("Devis-2026.pdf", "application/pdf", 1, False, "", "ab" * 32)
    hit = Hit(conversation(), replace(mail_in(2, NOW), text="Bonjour", attachments=(pdf,)))
    said = page(page_of("!search devis", knows={Searched: Hits((hit,), 1)}), Reader("en", NOW))
    assert "📎 <b>Devis</b>-2026.pdf" in said.html
    said = page(page_of("!search bonjour devis", knows={Searched: Hits((hit,), 1)}), Reader("en", NOW))
    assert "<b>Bonjour</b>" in said.html and "📎" not in said.html


@pytest.mark.parametrize("key", [name for word in KEYS for name in (word.own, *word.french)])
@pytest.mark.parametrize("form", ["{}:", "{} :", "a {}: ", '{}:""', "{}: subject:a", "a {} : objet:b", "{}:  tag:x b"])
def test_a_filter_with_nothing_behind_it_is_told(key: str, form: str) -> None:
    assert told(given("!search " + form.format(key))) == ["error.search_empty"]


def test_a_colon_behind_another_word_is_no_empty_filter() -> None:
    assert query("question:").terms == (Term(("question",)),)
    assert query("question :").terms == (Term(("question",)),)
    assert query("note : from: marie").terms == (Term(("note",)), Term(("marie",), Field.FROM))
    assert query('"from:"').terms == (Term(("from",)),)
