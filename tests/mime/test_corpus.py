"""The score on real mail, where the corpus is at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.mutate import run

_ROOT = Path(__file__).resolve().parents[2]
_SHARED = _ROOT.parent / "shared"
_CHECK = _SHARED / "tools" / "check_corpus.py"


@pytest.mark.skipif(not _CHECK.exists(), reason="the corpus is not at hand")
def test_the_score_on_real_mail_does_not_fall() -> None:
    done = subprocess.run(  # our own interpreter
        [sys.executable, str(_CHECK), "--command", f"{sys.executable} -m bot parse", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=_ROOT,
        check=True,
    )
    result = json.loads(done.stdout.splitlines()[0])  # the score in words follows it
    must, should = result["table"]["all / must"], result["table"]["all / should"]
    assert must[0] / must[1] >= 0.995
    assert should[0] / should[1] >= 0.97
    assert result["robust"][0] == result["robust"][1]


def test_mails_that_were_damaged_at_random_are_read() -> None:
    assert run(count=500, seed=20260101) == []
