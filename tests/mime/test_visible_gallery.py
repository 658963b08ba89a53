"""The gallery shows mails without fetching or running anything of them."""

from pathlib import Path

from benchmarks.gallery import entries, page

MAIL = (
    b"From: Sue <sue@example.org>\nSubject: <b>Hi</b>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    b'<p>Hello</p><img src="https://x.example/open.gif"><script>alert(1)</script>\n'
)


def test_a_page_blocks_what_is_remote_and_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL)
    shown = list(entries(tmp_path, only_html=True))
    html = page(shown, number=1, pages=1)
    assert [entry.name for entry in shown] == ["one.eml"]
    assert "default-src 'none'" in html and "<iframe sandbox srcdoc=" in html
    assert "<script" not in html and 'src="https' not in html and "&lt;b&gt;Hi" in html
