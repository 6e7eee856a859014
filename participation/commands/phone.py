"""`participation phone`: a handset in a terminal, which dials and writes to a running server as a phone's network would pass it on."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from participation.commands.shared import Stop, current_settings, stopping

if TYPE_CHECKING:
    import httpx

    from participation.channels.phone.gateway import Gateway

WIDTH = 32
"""Letters on a line of the screen that is drawn."""
HELP = """Dial *384*6# or any code of stars and digits; in a session type what you would press.
sms WORDS sends a text message. hang up ends a session; quit ends the phone."""


@dataclass
class Handset:
    """Its number, and the session that is running."""

    client: "httpx.Client"
    number: str
    ussd: "Gateway | None"
    sms: "Gateway | None"
    session: str = ""
    dialled: str = ""

    def take(self, line: str) -> str:
        """What the phone shows after this was typed."""
        if line.lower().startswith("sms "):
            return self._write(line[4:].strip())
        if line.startswith("*") and line.endswith("#"):
            self.session, self.dialled = f"terminal-{secrets.token_hex(8)}", ""
            return self._ask(self._behind(line))
        if not self.session:
            return HELP
        if line.lower() == "hang up":
            self.session = ""
            return "-"
        return self._ask(f"{self.dialled}*{line}" if self.dialled else line)

    def _behind(self, line: str) -> str:
        """What stands behind the service's own code: its inputs, at once."""
        own = (self.ussd.number if self.ussd else "").strip("*#")
        return line.strip("*#").removeprefix(own).strip("*") if own else ""

    def _ask(self, text: str) -> str:
        if self.ussd is None:
            raise Stop("No gateway of the file speaks the dialect africastalking, which this phone uses for USSD.")
        self.dialled = text
        fields = {"sessionId": self.session, "phoneNumber": self.number, "text": text}
        answer = self.client.post(f"/phone/{self.ussd.name}/{self.ussd.secret}/ussd", data=fields)
        kind, _space, shown = _good(answer).partition(" ")
        if kind == "END":
            self.session = ""
        return shown

    def _write(self, text: str) -> str:
        if self.sms is None:
            raise Stop("No gateway of the file speaks the dialect kannel, which this phone uses for text messages.")
        fields = {"from": self.number, "text": text, "id": f"terminal-{secrets.token_hex(8)}"}
        return _good(self.client.post(f"/phone/{self.sms.name}/{self.sms.secret}/sms", data=fields))


def _good(answer: "httpx.Response") -> str:
    if answer.status_code != 200:
        raise Stop(f"The server answered {answer.status_code}: is it the one whose file of gateways this is?")
    return answer.text


def _drawn(text: str) -> Iterator[str]:
    """As on a small screen."""
    import textwrap

    yield f"+{'-' * (WIDTH + 2)}+"
    for line in text.splitlines() or [""]:
        for part in textwrap.wrap(line, WIDTH) or [""]:
            yield f"| {part:<{WIDTH}} |"
    yield f"+{'-' * (WIDTH + 2)}+"


def phone(
    number: Annotated[str, typer.Option(metavar="NUMBER", help="The handset's own number.")] = "+254700000001",
    url: Annotated[str | None, typer.Option(metavar="URL", help="The server; else the one that is set.")] = None,
) -> None:
    """Play a handset: dial *384*6#, press keys, send text messages to a running server."""
    import httpx

    from participation.channels.phone.gateway import WrongGateways, read_gateways

    settings = current_settings()
    with stopping(WrongGateways):
        gateways = read_gateways(settings.gateways)
    if not gateways:
        raise Stop("PARTICIPATION_GATEWAYS names no file of gateways; the demonstration makes one when it runs.")
    speaking = {gateway.dialect: gateway for gateway in reversed(gateways.values())}
    with httpx.Client(base_url=url or settings.base_url, timeout=30, trust_env=False) as client:
        handset = Handset(client, number, speaking.get("africastalking"), speaking.get("kannel"))
        typer.echo(HELP)
        while True:
            try:
                line = input("> ").strip()
            except EOFError:
                return
            if line.lower() in ("quit", "exit"):
                return
            if not line:
                continue
            try:
                shown = handset.take(line)
            except httpx.HTTPError as error:
                raise Stop(f"{client.base_url} does not answer ({type(error).__name__}).") from None
            for row in _drawn(shown):
                typer.echo(row)
