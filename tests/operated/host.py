"""The machine of an operator: Postroom installed from its wheel, its folders, its configuration, its commands."""

from __future__ import annotations

import asyncio
import os
import shutil
import site
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.demo.servers.process import run_to_end

_REPOSITORY = Path(__file__).resolve().parents[2]
Settings = dict[str, Any]


async def installed(folder: Path) -> Path:
    """The command `postroom` in an environment of its own, made of this repository's wheel; its libraries are ours."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    wheels = folder / "wheels"
    # What is built leaves its traces beside the sources.
    source = folder / "source"
    for name in ("bot", "storage", "contrib"):
        shutil.copytree(_REPOSITORY / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(_REPOSITORY / name, source / name)
    build = [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(source)]
    await run_to_end(build, timeout=300)
    (wheel,) = wheels.glob("postroom-*.whl")
    await run_to_end([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], timeout=120)
    there = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    # Only the folder: what is written in its own .pth files, this repository among it, is not followed.
    (there / "libraries.pth").write_text("\n".join(path for path in site.getsitepackages() if Path(path).is_dir()))
    python = folder / "venv/bin/python"
    install = [*pip, "--python", str(python), "install", "--quiet", "--no-deps", "--force-reinstall", str(wheel)]
    await run_to_end(install, timeout=120)
    where = await run_to_end([str(python), "-c", "import bot; print(bot.__file__)"])
    assert where.startswith(str(there)), where
    return folder / "venv/bin/postroom"


@dataclass(slots=True)
class Host:
    """One machine; `config` is the file that the service reads."""

    program: Path
    config: Path

    def settings(self) -> Settings:
        read: Settings = yaml.safe_load(self.config.read_text("utf-8"))
        return read

    def edit(self, change: Callable[[Settings], None]) -> None:
        """The operator edits the configuration."""
        settings = self.settings()
        change(settings)
        self.config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), "utf-8")

    async def postroom(self, *arguments: str, status: int = 0) -> str:
        """A command of the operator; what it says. The environment of PostgreSQL's programs is ours."""
        words = [str(self.program), arguments[0], "-c", str(self.config), *arguments[1:]]
        if arguments[0] == "gdpr":
            words = [str(self.program), *arguments[:2], "-c", str(self.config), *arguments[2:]]
        process = await asyncio.create_subprocess_exec(
            *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=self.config.parent,
            env={**os.environ},
        )  # fmt: skip
        said = (await process.communicate())[0].decode()
        assert process.returncode == status, f"{' '.join(arguments)}: {process.returncode}\n{said}"
        return said
