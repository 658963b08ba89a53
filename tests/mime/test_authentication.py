"""What a field of Authentication-Results says, and what its sender can make it seem to say (RFC 8601)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Authentication
from bot.mime.read import read_mail

OURS = "mx.asso.example"


def said(field: str) -> Authentication:
    (found,) = read_mail(f"Authentication-Results: {field}\nFrom: a@b.example\n\nx".encode()).mail.authentication
    return found


def test_folded_lines_comments_and_versions_are_no_hindrance() -> None:
    found = said(
        f"{OURS} (our (own) relay) 1;\n\tdmarc=pass (p=none; sp=none) header.from=firm.example;\n"
        ' dkim=pass (2048-bit key) header.d="firm.example" header.s=x;\n spf/1=pass smtp.mailfrom=bounce@firm.example'
    )
    assert found == Authentication(OURS, "pass", "pass", "pass", "firm.example", ("firm.example",), "firm.example")


@pytest.mark.parametrize(
    "field",
    [
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=firm.example; "@evil.example',
        "spf=pass (helo a; dmarc=pass header.from=firm.example) smtp.mailfrom=evil.example",
        "spf=pass (one (two; dmarc=pass header.from=firm.example) three) smtp.mailfrom=evil.example",
        r"spf=pass (a\) ; dmarc=pass header.from=firm.example) smtp.mailfrom=evil.example",
        r'spf=pass smtp.mailfrom="\"; dmarc=pass header.from=firm.example"@evil.example',
        "spf=pass (never closed; dmarc=pass header.from=firm.example",
        'spf=pass smtp.mailfrom="never closed; dmarc=pass header.from=firm.example',
        "spf=pass ) dmarc; dmarc=pass header.from=firm.example",
        "dmarc=fail header.from=firm.example; dmarc=pass header.from=firm.example",
        "dmarc=pass header.from=firm.example; dmarc=fail header.from=firm.example",
        "x-dmarc=pass header.from=firm.example",
    ],
)
def test_nothing_that_the_sender_put_into_the_field_is_a_result_of_its_server(field: str) -> None:
    found = said(f"{OURS}; {field}")
    assert found.server == OURS and found.dmarc != "pass"
    assert "firm.example" not in (found.spf_domain, *found.dkim_domains)


@given(st.text(alphabet='();"\\ =.@abdmrcpsx', max_size=40))
def test_words_of_the_sender_in_quotes_or_in_a_comment_never_prove_anything(words: str) -> None:
    quoted = words.replace("\\", "").replace('"', "")
    for field in (f'spf=pass smtp.mailfrom="{quoted}dmarc=pass"@evil.example', f"spf=none ({words}"):
        assert said(f"{OURS}; {field}").dmarc != "pass"


@given(st.text(max_size=300))
def test_any_field_is_read(field: str) -> None:
    head = f"Authentication-Results: {field}\nFrom: a@b.example\n\nx".encode("utf-8", "replace")
    assert all(isinstance(one, Authentication) for one in read_mail(head).mail.authentication)
