"""The proxy of the operators' page, word for word, in front of a server: nginx with a certificate of its own making."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from participation.kit.processes import dies_with_parent

PAGE = Path(__file__).resolve().parents[2] / "docs/for-operators.md"
AROUND = """user root;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
{temporary}
{server}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tamarani")


@pytest.fixture
def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        pytest.skip("no nginx on this machine")
    return found


def documented() -> str:
    """The lines that operators copy."""
    found = re.search(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@asynccontextmanager
async def tls(
    folder: Path, program: str, behind: str, *, host: str, port: int, inside: Sequence[str] = ()
) -> AsyncIterator[str]:
    """Returns the address at which it speaks TLS for the server at `behind`; only where it listens is changed."""
    folder.mkdir()  # noqa: ASYNC240
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run([*CERTIFICATE, "-keyout", key, "-out", certificate], check=True, capture_output=True)  # noqa: ASYNC221
    server = documented()
    for said, here in (
        ("listen 443 ssl", f"listen {host}:{port} ssl"),
        ("/etc/ssl/tamarani.pem", str(certificate)),
        ("/etc/ssl/tamarani.key", str(key)),
        ("http://127.0.0.1:8000", behind),
    ):
        assert said in server, f"the operators' page does not say {said}"
        server = server.replace(said, here)
    temporary = "\n".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    written = folder / "nginx.conf"
    written.write_text(AROUND.format(folder=folder, temporary=temporary, server=server))
    process = subprocess.Popen(  # noqa: ASYNC220
        [*inside, program, "-p", str(folder), "-c", str(written), "-e", str(folder / "error.log")],
        env=os.environ,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    try:
        for _turn in range(100):
            if (folder / "pid").exists() and (folder / "pid").read_text().strip():
                break
            assert process.poll() is None, (folder / "error.log").read_text()
            await asyncio.sleep(0.05)
        yield f"https://{host}:{port}"
    finally:
        process.terminate()
        process.wait()
