"""The image of contrib/Containerfile is built, and what it starts is the bot, as its own user.

It takes buildah, and the image of Python that it stands on: from the registry, or already there.
"""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASE = "docker.io/library/python:3.13-slim"
_WITHIN = ("bot", "storage", "contrib", "pyproject.toml", "README.md", "LICENSE", "requirements.lock")
ENVIRONMENT = {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": os.environ.get("STORAGE_DRIVER", "vfs")}

_ASKED = """
import sys, time, urllib.error, urllib.request
for _ in range(300):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health", timeout=5)
    except urllib.error.HTTPError as error:
        print("answers", error.code)
        break
    except OSError:
        time.sleep(0.2)
"""
_STARTED = f"""postroom run -c /etc/postroom/config.yaml & bot=$!
asked() {{ python -c '{_ASKED}' "$1"; kill -TERM $bot; wait $bot; echo ended $?; }}; asked"""

pytestmark = pytest.mark.timeout(600)


def buildah(*words: str) -> str:
    done = subprocess.run(
        ["buildah", *words], capture_output=True, text=True, check=False, env={**os.environ, **ENVIRONMENT}
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One container of the image."""
    if shutil.which("buildah") is None:
        pytest.skip("buildah is not installed: sudo apt-get install buildah")
    try:
        subprocess.run(
            ["buildah", "pull", "--policy", "missing", BASE],
            check=True, capture_output=True, timeout=120, env={**os.environ, **ENVIRONMENT},
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip(f"{BASE} is not here, and cannot be fetched")
    folder = tmp_path_factory.mktemp("image")
    for name in _WITHIN:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    more = []
    if authorities := os.environ.get("PIP_CERT"):
        # Behind a proxy with an authority of its own.
        (folder / "pip.conf").write_text("[global]\ncert = /run/authorities.pem\n")
        more = ["-v", f"{folder}/pip.conf:/etc/pip.conf:ro", "-v", f"{authorities}:/run/authorities.pem:ro"]
    file = ["-f", str(folder / "contrib/Containerfile"), "-t", "localhost/postroom-tried", str(folder)]
    buildah("bud", "--format", "docker", "--pull-never", *more, *file)
    made = buildah("from", "--pull-never", "localhost/postroom-tried")
    yield made
    buildah("rm", made)
    buildah("rmi", "localhost/postroom-tried")


def test_it_runs_as_its_own_user_whose_group_may_read_the_secrets(container: str) -> None:
    said = buildah("run", container, "--", "sh", "-c", "id -u; id -g; stat -c '%a %U' /var/lib/postroom")
    assert said.split() == ["10001", "10001", "700", "postroom"]
    assert "chgrp 10001 secrets" in (ROOT / "contrib/compose/compose.yaml").read_text("utf-8")


def test_it_begins_with_the_bot_and_is_asked_how_it_does(container: str) -> None:
    about = json.loads(buildah("inspect", "--type", "image", "localhost/postroom-tried"))["Docker"]["config"]
    assert (about["Entrypoint"], about["Cmd"]) == (["postroom"], ["run", "-c", "/etc/postroom/config.yaml"])
    assert about["Healthcheck"]["Test"][:2] == ["CMD", "python"]
    assert buildah("run", container, "--", "postroom", "--version").endswith("0.1.0")


def test_what_it_starts_answers_and_ends_when_it_is_told_to(container: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "config.yaml"
    config.write_text(
        'matrix: {homeserver: "http://127.0.0.1:1", user_id: "@p:localhost", password: x, config_room: "!c:localhost"}\n'
        'admins: ["@a:localhost"]\ndata_dir: /var/lib/postroom\n'
        f'secret_key: {"k" * 32}\nhttp: {{bind: "127.0.0.1:{port}"}}\n'
    )
    tmp_path.chmod(0o755)
    config.chmod(0o640)
    shutil.chown(config, group=10001)
    words = ["run", "-v", f"{config}:/etc/postroom/config.yaml:ro", container, "--"]
    buildah(*words, "postroom", "migrate", "-c", "/etc/postroom/config.yaml")
    said = buildah(*words, "sh", "-c", f"{_STARTED} {port}")
    assert "answers 503" in said, "there is no homeserver"
    assert said.endswith("ended 0")
