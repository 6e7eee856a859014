"""Copies the public site of a city into a folder, which appears under its name once it is whole."""

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from participation.commands.copies.asking import asking
from participation.commands.copies.site.crawl import Crawl, Left, Limits
from participation.commands.copies.site.framing import Framing
from participation.commands.copies.site.page import Living
from participation.domain.places.queries import CityView
from participation.kit.database import Database
from participation.settings import Settings

RECORD = ("/record/checkpoint", "/record/key")
"""Copied whether or not a page leads there."""


@dataclass(frozen=True)
class Copied:
    pages: int
    size: int
    left: Left


class NotEmpty(Exception):
    """No copy can be made there."""


def free(folder: Path) -> Path:
    """Where a copy can be made; raises `NotEmpty` where it cannot."""
    if not folder.absolute().parent.is_dir():
        raise NotEmpty(f"{folder} has to be in a folder that is there.")
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise NotEmpty(f"{folder} has to be a new or an empty folder.")
    return folder.absolute()


async def make(
    settings: Settings,
    database: Database,
    city: CityView,
    folder: Path,
    *,
    languages: Sequence[str],
    at: datetime,
    limits: Limits,
    advance: Callable[[int, int], None],
) -> Copied:
    """The copy is in its place, whole, or there is nothing. The same database at the same moment gives the same bytes."""
    folder = free(folder)
    half = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    half.mkdir()
    try:
        copied = await _written(settings, database, city, half, languages, at, limits, advance)
        os.replace(half, folder)
        return copied
    finally:
        shutil.rmtree(half, ignore_errors=True)


async def _written(
    settings: Settings,
    database: Database,
    city: CityView,
    folder: Path,
    languages: Sequence[str],
    at: datetime,
    limits: Limits,
    advance: Callable[[int, int], None],
) -> Copied:
    origin = city.address(settings.base_url)
    living = Living(origin, reachable(origin))
    async with asking(settings, database, city, lambda: at) as asker:
        framing = Framing(asker.templates, city, living, at)
        crawl = Crawl(
            asker, folder, languages=languages, living=living, limits=limits, frame=framing.of, advance=advance
        )
        size = await crawl.go([*(f"/{language}/" for language in languages), *RECORD])
        for name, page in (("index.html", framing.first(languages)), ("404.html", framing.missing(languages))):
            size += (folder / name).write_bytes(page.encode())
    return Copied(len(crawl.files), size, crawl.left)


def reachable(origin: str) -> bool:
    """From elsewhere: an address of this machine alone leads nobody anywhere."""
    host = urlsplit(origin).hostname or ""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
