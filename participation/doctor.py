"""What is set, missing or wrong in an installation, in lines that an operator can act on."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import asyncpg

from participation.channels.phone.gateway import Gateway, WrongGateways, read_gateways
from participation.domain.consultations.spoken.rules import THERE
from participation.kit import schema, speaking
from participation.kit.clock import now
from participation.kit.i18n import LANGUAGES, SOURCE, catalogues
from participation.kit.postgres import running
from participation.kit.postgres_home import PostgresError, find_binaries, major_of
from participation.settings import Settings, SettingsError, from_environment

KNOWN = frozenset(
    "PARTICIPATION_" + name
    for name in (
        "DATABASE_URL DATA STORE KEYS SECRET SECRET_PREVIOUS BASE_URL TRUSTED_PROXIES SMTP_URL MAIL_FROM "
        "TRANSLATE_URL TRANSLATE_KEY GATEWAYS"
    ).split()
)
ENOUGH = 1_000_000_000
"""Bytes free on a disk below which we warn."""


@dataclass(frozen=True)
class Finding:
    state: Literal["good", "missing", "wrong"]
    text: str

    def __str__(self) -> str:
        return f"{self.state:8} {self.text}"


def examine(environ: dict[str, str]) -> list[Finding]:
    """Every finding, in the order in which they should be dealt with."""
    found = [*_variables(environ)]
    try:
        settings = from_environment(
            {**environ, "PARTICIPATION_SECRET": environ.get("PARTICIPATION_SECRET") or "-" * 32}
        )
    except SettingsError as error:
        return [*found, Finding("wrong", str(error))]
    return [
        *(*found, *_address(settings), *_folders(settings)),
        *(*_database(settings), *_translation(settings), *_gateways(settings), *_sounds(), *_files()),
    ]


def _gateways(settings: Settings) -> Iterator[Finding]:
    """Nothing where nobody takes part by phone."""
    try:
        gateways = read_gateways(settings.gateways)
    except WrongGateways as error:
        yield Finding("wrong", str(error))
        return
    url = settings.database_url or running(settings.data)
    cities, left_there = asyncio.run(_known(url)) if gateways and url is not None else ((), None)
    for gateway in gateways.values():
        wrong = [Finding("wrong", f"Gateway {gateway.name}: {why}") for why in _amiss(gateway, cities)]
        yield from wrong
        if not gateway.allow and not gateway.keys.get("token"):
            yield Finding("missing", f"Gateway {gateway.name}: nothing is signed; `allow` says from where it may ask.")
        elif not wrong:
            alone = ", for what is dialled; no text message is answered" if _dialled_alone(gateway) else ""
            yield Finding("good", f"Gateway {gateway.name}: {gateway.dialect}{alone}.")
    if left_there is not None:
        yield Finding(
            "wrong",
            f"Spoken comments lie at a telephone company since {left_there:%Y-%m-%d %H:%M} UTC: it neither gives nor deletes them; the worker's log says how it answers.",
        )
    if gateways and not settings.https:
        yield Finding("missing", "Gateways ask over http: codes and votes can be read on their way. Use https.")


def _amiss(gateway: Gateway, cities: Sequence[str]) -> Iterator[str]:
    """`cities`: slugs; none where the database does not say."""
    if cities and gateway.city is not None and gateway.city not in cities:
        yield f"there is no city {gateway.city} among {', '.join(cities)}."
    if len(cities) > 1 and gateway.city is None:
        yield f"`city` has to say which it is for: {', '.join(cities)}."
    if gateway.cap is not None and not gateway.price:
        yield "`cap` without `price` never stops anything."
    if gateway.dialect == "twilio" and not gateway.keys.get("token"):
        yield "without `token` among its `keys` nothing that it asks is believed."
    if gateway.dialect == "africastalking" and not _dialled_alone(gateway) and not _answers_texts(gateway):
        yield "without `username` and `api_key` among its `keys` no text message is answered."


def _answers_texts(gateway: Gateway) -> bool:
    """Whether Africa's Talking takes the answers to text messages, which go to it by themselves."""
    return bool(gateway.keys.get("username") and gateway.keys.get("api_key"))


def _dialled_alone(gateway: Gateway) -> bool:
    """Whether its operator wants no text messages of Africa's Talking: nothing is said of how to answer them, and its number is not written to."""
    named = gateway.keys.get("username") or gateway.keys.get("api_key")
    return gateway.dialect == "africastalking" and not named and gateway.number[:1] in ("", "*")


async def _known(url: str) -> tuple[Sequence[str], datetime | None]:
    """Slugs of the cities, and since when recordings lie where they should have been deleted; nothing where the database does not answer,
    which is said elsewhere."""
    try:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5)
        try:
            cities = [row["slug"] for row in await connection.fetch("SELECT slug FROM city ORDER BY slug")]
            late = "SELECT min(said_at) FROM recording WHERE remote IS NOT NULL AND said_at <= $1"
            left_there = await connection.fetchval(late, now() - THERE)
            return cities, left_there and left_there.astimezone(UTC)
        finally:
            await connection.close()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return (), None


def _variables(environ: dict[str, str]) -> Iterator[Finding]:
    for name in sorted(name for name in environ if name.startswith("PARTICIPATION_") and name not in KNOWN):
        yield Finding("wrong", f"{name} is set, and nothing reads it.")
    secret = environ.get("PARTICIPATION_SECRET", "")
    if not secret:
        yield Finding("missing", "PARTICIPATION_SECRET: `serve` refuses without; `openssl rand -hex 32` makes one.")
    elif len(secret) >= 32:
        yield Finding("good", "PARTICIPATION_SECRET is set.")
    if environ.get("PARTICIPATION_SECRET_PREVIOUS"):
        yield Finding("good", "PARTICIPATION_SECRET_PREVIOUS is set: hashes under the old secret are renewed on use.")


def _address(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.base_url).hostname
    if settings.https or host in ("127.0.0.1", "localhost", "::1"):
        yield Finding("good", f"Base URL {settings.base_url}.")
    else:
        yield Finding(
            "wrong", f"Base URL {settings.base_url} is not https: codes and cookies would travel in the open."
        )
    if settings.https and not settings.trusted_proxies:
        yield Finding(
            "missing",
            "PARTICIPATION_TRUSTED_PROXIES: the proxy that speaks https, else all visitors share its address.",
        )
    if settings.smtp_url is None:
        yield Finding("missing", "PARTICIPATION_SMTP_URL: notices stand on a person's own page alone.")
    else:
        host = urlsplit(settings.smtp_url).hostname
        yield Finding("good", f"E-mail goes through {host}, in the name of {settings.mail_from}.")


def _folders(settings: Settings) -> Iterator[Finding]:
    for purpose, folder in (("uploads", settings.store), ("keys", settings.keys)):
        if not folder.exists():
            yield Finding("missing", f"The folder for {purpose}, {folder}, is made at the first start.")
        elif not folder.is_dir():
            yield Finding("wrong", f"{folder}, for {purpose}, is not a folder.")
        elif purpose == "keys" and folder.stat().st_mode & 0o077:
            yield Finding("wrong", f"The key folder {folder} is open to other accounts; `chmod 700` closes it.")
        elif (free := shutil.disk_usage(folder).free) < ENOUGH:
            yield Finding("wrong", f"Only {free // 1_000_000} MB are free for {purpose} in {folder}.")
        else:
            yield Finding("good", f"The folder for {purpose} is {folder}.")


def _database(settings: Settings) -> Iterator[Finding]:
    url = settings.database_url
    if url is None:
        url = running(settings.data)
        yield from _embedded(settings.data, url)
    if url is not None:
        yield asyncio.run(_answer(url))


def _embedded(data: Path, url: str | None) -> Iterator[Finding]:
    try:
        folder = find_binaries(major_of(data))
    except PostgresError as error:
        yield Finding("wrong", str(error))
        return
    state = "it runs" if url else "it does not run now" if data.exists() else "made at the first start"
    yield Finding(
        "good", f"PARTICIPATION_DATABASE_URL is not set: embedded PostgreSQL in {data} ({state}), from {folder}."
    )


async def _answer(url: str) -> Finding:
    try:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5)
        try:
            major = connection.get_server_version().major
        finally:
            await connection.close()
        at, head = await schema.current(url), schema.newest()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return Finding("wrong", f"The database does not answer: {error or type(error).__name__}.")
    if not 15 <= major <= 18:
        return Finding("wrong", f"The database is PostgreSQL {major}; 15 to 18 are supported.")
    if at != head:
        return Finding("wrong", f"The tables are at {at or 'nothing'}, not {head}; run `participation migrate`.")
    return Finding("good", f"The database is PostgreSQL {major}, and its tables are up to date.")


def _translation(settings: Settings) -> Iterator[Finding]:
    """Nothing where no machine translates: that is how it is meant to be."""
    if settings.translate_url is None:
        if settings.translate_key:
            yield Finding("wrong", "PARTICIPATION_TRANSLATE_KEY is set without PARTICIPATION_TRANSLATE_URL.")
        return
    parts = urlsplit(settings.translate_url)
    if settings.translate_key and parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        yield Finding("wrong", "PARTICIPATION_TRANSLATE_URL is not https: its key would travel in the open.")
    yield asyncio.run(_spoken(settings))


async def _spoken(settings: Settings) -> Finding:
    from participation.kit.translating import LibreTranslate, Trouble

    try:
        async with LibreTranslate.opened(settings.translate_url or "", settings.translate_key) as translator:
            spoken = await translator.languages()
    except Trouble as trouble:
        return Finding(
            "wrong", f"The translation server does not answer as it should: {trouble.detail or trouble.code}."
        )
    return Finding("good", f"The translation server speaks {len(spoken)} languages.")


def _sounds() -> Iterator[Finding]:
    """An optional part: without these programs nothing is heard that is not there already."""
    lacking = speaking.missing()
    if "ffmpeg" in lacking:
        yield Finding(
            "missing", "ffmpeg is not installed: recordings cannot be taken, and no machine reads texts aloud."
        )
    elif lacking:
        yield Finding("missing", "espeak-ng is not installed: no machine reads aloud what nobody has recorded.")
    else:
        yield Finding(
            "good", f"espeak-ng reads texts aloud in {len(speaking.VOICES)} languages; ffmpeg takes recordings."
        )


def _files() -> Iterator[Finding]:
    if not (schema.FOLDER.parent / "static/vendor/htmx.min.js").exists():
        yield Finding("missing", "static/vendor/htmx.min.js: pages work without it; `make run` fetches it.")
    lacking = [
        language
        for language in LANGUAGES
        if language != SOURCE and not (catalogues / language / "LC_MESSAGES/messages.mo").exists()
    ]
    if lacking:
        yield Finding("wrong", f"No compiled catalogue for {', '.join(lacking)}; `make run` makes them.")
    else:
        yield Finding("good", f"The interface speaks {len(LANGUAGES)} languages.")
