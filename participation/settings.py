"""What the operator sets, read from the environment once, as one frozen value."""

import os
import re
import secrets
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A variable of the environment is missing or cannot be read; the text says which and why."""


@dataclass(frozen=True)
class Settings:
    database_url: str | None
    """None: the embedded PostgreSQL in `data`."""
    data: Path
    store: Path
    keys: Path
    secret: str = field(repr=False)
    secret_previous: str | None = field(repr=False)
    base_url: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    smtp_url: str | None = field(repr=False)
    mail_from: str
    """In whose name e-mail is sent."""
    translate_url: str | None = None
    """Where a translation server is found that speaks LibreTranslate's language; None: no machine translates."""
    translate_key: str | None = field(repr=False, default=None)
    gateways: Path | None = None
    """File with the gateways of phone networks; None: nobody takes part by phone."""

    @property
    def voices(self) -> Path:
        """Spoken comments: a folder of their own, so that backups leave out what is to be deleted."""
        return self.store / "voices"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """Host (and port, where it is not the usual one) of the base URL."""
        return urlsplit(self.base_url).netloc


def from_environment(environ: dict[str, str] | None = None, *, demonstration: bool = False) -> Settings:
    """Read `PARTICIPATION_*`; a demonstration keeps a secret of its own beside its keys."""
    env = dict(os.environ) if environ is None else environ
    keys = Path(env.get("PARTICIPATION_KEYS", "var/keys"))
    secret = env.get("PARTICIPATION_SECRET", "")
    if not secret and demonstration:
        secret = _kept_secret(keys / "demonstration.secret")
    if len(secret) < 32:
        raise SettingsError("PARTICIPATION_SECRET must hold at least 32 characters; `openssl rand -hex 32` makes one.")
    return Settings(
        database_url=_database_url(env),
        data=Path(env.get("PARTICIPATION_DATA", "var/postgres")),
        store=Path(env.get("PARTICIPATION_STORE", "var/store")),
        keys=keys,
        secret=secret,
        secret_previous=env.get("PARTICIPATION_SECRET_PREVIOUS") or None,
        base_url=_base_url(env),
        trusted_proxies=_networks(env.get("PARTICIPATION_TRUSTED_PROXIES", "")),
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env),
        translate_url=_translate_url(env),
        translate_key=env.get("PARTICIPATION_TRANSLATE_KEY") or None,
        gateways=_gateways(env, keys if demonstration else None),
    )


def _smtp_url(env: dict[str, str]) -> str | None:
    url = env.get("PARTICIPATION_SMTP_URL") or None
    if url is not None and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
        raise SettingsError("PARTICIPATION_SMTP_URL must be smtp:// or smtps:// and a host.")
    return url


def _mail_from(env: dict[str, str]) -> str:
    given = env.get("PARTICIPATION_MAIL_FROM")
    if not given:
        return f"no-reply@{urlsplit(_base_url(env)).hostname}"
    if not re.fullmatch(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+", given):
        raise SettingsError("PARTICIPATION_MAIL_FROM must be one e-mail address, like notices@example.org.")
    return given


def _database_url(env: dict[str, str]) -> str | None:
    url = env.get("PARTICIPATION_DATABASE_URL") or None
    if url is not None and urlsplit(url).scheme not in ("postgres", "postgresql", "postgresql+asyncpg"):
        raise SettingsError("PARTICIPATION_DATABASE_URL must begin with postgresql://.")
    return url


def _base_url(env: dict[str, str]) -> str:
    url = env.get("PARTICIPATION_BASE_URL") or f"http://127.0.0.1:{env.get('PORT') or 8000}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"PARTICIPATION_BASE_URL must be http:// or https:// and a host, not {url!r}.")
    return url.rstrip("/")


def _translate_url(env: dict[str, str]) -> str | None:
    url = env.get("PARTICIPATION_TRANSLATE_URL") or None
    parts = urlsplit(url or "http://none")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("PARTICIPATION_TRANSLATE_URL must be http:// or https:// and a host.")
    return url.rstrip("/") if url else None


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"PARTICIPATION_TRUSTED_PROXIES: {error}.") from None


DEMONSTRATION_GATEWAYS = """# Made by the demonstration, for `participation phone`.
[[gateway]]
name = "handset-ussd"
dialect = "africastalking"
secret = "{ussd}"
number = "*384*6#"

[[gateway]]
name = "handset-sms"
dialect = "kannel"
secret = "{sms}"
number = "5050"
pays = "sms"
price = 0.8
cap = 2000
"""


def _gateways(env: dict[str, str], demonstration: Path | None) -> Path | None:
    """The operator's file; a demonstration makes one of its own beside its keys."""
    if env.get("PARTICIPATION_GATEWAYS"):
        return Path(env["PARTICIPATION_GATEWAYS"])
    if demonstration is None:
        return None
    path = demonstration / "demonstration.gateways.toml"
    if not path.exists():
        make_private(demonstration)
        path.touch(mode=0o600)
        path.write_text(DEMONSTRATION_GATEWAYS.format(ussd=secrets.token_hex(16), sms=secrets.token_hex(16)))
    return path


def _kept_secret(path: Path) -> str:
    if not path.exists():
        make_private(path.parent)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


def make_private(folder: Path) -> None:
    """The folder, and each above it that is missing, for the server's user alone: `mkdir` itself would guard only the last."""
    for missing in [above for above in (*reversed(folder.parents), folder) if not above.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
