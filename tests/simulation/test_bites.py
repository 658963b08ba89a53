"""The old faults that are put back to show that the simulation bites can still be put back."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BITES = sorted((Path(__file__).parent / "bites").glob("*.patch"))


@pytest.mark.parametrize("patch", BITES, ids=lambda patch: patch.stem)
def test_a_fault_that_the_simulation_must_find_fits_today_s_code(patch: Path) -> None:
    tried = subprocess.run(
        ["git", "apply", "--check", str(patch)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert not tried.returncode, tried.stderr


def test_there_are_faults_to_put_back() -> None:
    assert len(BITES) >= 4
