"""One request, from the city that its host leads to, to the page that answers it."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from participation.channels.http import answers, staying
from participation.channels.http.forms import WithForm
from participation.channels.http.site import Site
from participation.domain.people.kiosks.queries import Enrolled
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.hashing import has_check_digit, keyed
from participation.kit.i18n import Message

DEVICE_AGE = 365 * 86400
RECEIPT_AGE = 300
"""Seconds for which a receipt can be seen again: the answer may be lost on its way, or wanted in another language."""
RECEIPT_AGE_SIGNED_OUT = 60
"""The same for who is not signed in: they sign out nowhere, and the next may use the same device."""
RECEIPT = 12
UNTIL_CLOSED = -1
"""Of a cookie: kept until the browser is closed."""


class Visit(WithForm):
    """What a handler is given: who asks, where, in which language, at what moment, with what form; and ways to answer."""

    def __init__(self, request: Request, site: Site, city: CityView, language: str, at: datetime) -> None:
        super().__init__(request, site, city, language, at)
        self.kiosk: Enrolled | None = None
        """The kiosk whose screen this is."""
        self.presence = ""
        self.topics: set[str] = {f"city:{city.id}"}
        self.until: datetime | None = None
        self._formed = False

    # who

    @property
    def via(self) -> Via:
        return Via.WEB if self.kiosk is None else Via.KIOSK

    @property
    def actor(self) -> Actor:
        who = self.signed_in
        if who is None:
            return Actor(city_id=self.city.id, person_id=None, via=self.via)
        return Actor(city_id=self.city.id, person_id=who.person_id, via=self.via, grants=who.grants, staff=who.staff)

    @property
    def sources(self) -> dict[str, bytes]:
        """A keyed hash of the device that asks (its cookie, or else its address); never these themselves.

        At a kiosk of the device as long as one person is there, and of the kiosk: whoever comes next has not earned the wait of who was
        there before, and whatever else has the same address has nothing to do with it.
        """
        key = self.site.secrets.key("device")
        if self.kiosk is not None:
            screen = keyed(key, "kiosk", self.kiosk.id)[:16]
            return {"device": keyed(key, "device", self.device)[:16] if self.device else screen, "kiosk": screen}
        address = self.request.client.host if self.request.client else ""
        return {"device": keyed(key, "device", self.device or address)[:16]}

    @property
    def by_worker(self) -> bool:
        """A kiosk's worker asks, for when there is no network, and nobody who stands there."""
        return self.kiosk is not None and "kiosk-keep" in self.request.headers

    @property
    def keeping(self) -> bool:
        """What is shown is kept: nothing could be sent from it."""
        return self.by_worker and self.signed_in is None

    # the database

    def reading(self) -> Any:
        return self.site.database.reading()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Nothing is written for a form whose origin is not ours; what was written is committed before the answer."""
        if self._problem is not None:
            raise self._problem
        async with self.site.database.transaction() as session:
            yield session
        self.remember("fresh", "1", 5)

    # answers

    @property
    def fragment(self) -> bool:
        """htmx asks for a part of the page."""
        return "hx-request" in self.request.headers and "hx-history-restore-request" not in self.request.headers

    def url(self, path: str, **query: str | int | None) -> str:
        """A path in the reader's language (`/projects` -> `/sw/projects`)."""
        wanted = {name: value for name, value in query.items() if value not in (None, "")}
        return f"/{self.language}{quote(path)}" + (f"?{urlencode(wanted)}" if wanted else "")

    def depends(self, *topics: str, until: datetime | None = None) -> None:
        """A cached page shows these topics; it is to be made again when one changes, or at that moment."""
        self.topics.update(topics)
        if until is not None and until > self.at and (self.until is None or until < self.until):
            self.until = until

    def hand_over(self, session: str, seconds: int) -> None:
        """Somebody else is here from now on, or nobody: tokens of pages that were opened before count no more, and whoever
        comes sees no receipt of who was here before. At a kiosk nothing outlasts the browser."""
        if session and self.kiosk:
            session, seconds = staying.cookie(session, self.at, self.site.secrets), UNTIL_CLOSED
        self.remember("session", session, seconds)
        self.remember("device", secrets.token_urlsafe(16), DEVICE_AGE)
        self.remember("receipt", "", 0)

    def forget(self) -> None:
        """Take every cookie away, whoever set it, but the one by which a kiosk is known."""
        prefix = self.cookie("")
        names = {name.removeprefix(prefix) for name in self.request.cookies if name.startswith(prefix)}
        ours = {name for name in names if re.fullmatch(r"[\w-]+", name, re.ASCII)}
        self._cookies = [(name, "", 0) for name in sorted(ours - {"kiosk"})]

    def give_receipt(self, about: str, digits: str, returned: str = "") -> None:
        """For the page that comes next, in a cookie that dies by itself: in an address it would stand in a history, and be passed on.

        `returned`: the return code of a vote that came with a choice code.
        """
        seconds = RECEIPT_AGE_SIGNED_OUT if self.signed_in is None else RECEIPT_AGE
        self.remember("receipt", f"{about}-{digits}{returned}", seconds)

    def given_receipt(self, about: str) -> str | None:
        """The number of what was sent from here a moment ago, if it was about this."""
        digits = self._given(about)[:RECEIPT]
        return digits if len(digits) == RECEIPT and has_check_digit(digits) else None

    def given_return(self, about: str) -> str | None:
        returned = self._given(about)[RECEIPT:]
        return returned if re.fullmatch(r"[0-9]{1,8}", returned) else None

    def _given(self, about: str) -> str:
        of, _dash, digits = self.request.cookies.get(self.cookie("receipt"), "").rpartition("-")
        return digits if of == about else ""

    def with_form(self) -> None:
        """This page has a form: it is not kept by anybody, and carries tokens bound to a cookie of this device."""
        self._formed = True
        self._know_device()

    def _know_presence(self) -> None:
        """At a kiosk one cookie lasts from the first page to the wipe: by it a page knows those that somebody else left in the history."""
        self.presence = self.request.cookies.get(self.cookie("presence"), "")
        if not re.fullmatch(r"[\w-]{16}", self.presence, re.ASCII):
            self.presence = secrets.token_urlsafe(12)
            self.remember("presence", self.presence, UNTIL_CLOSED)

    def _know_device(self) -> None:
        if not self.device:
            self.device = secrets.token_urlsafe(16)
            self.remember("device", self.device, DEVICE_AGE)

    def page(
        self,
        template: str,
        context: dict[str, Any] | None = None,
        *,
        status: int = 200,
        block: str | None = None,
        form: bool = False,
        sheet: str | None = None,
    ) -> Response:
        """The page, or with htmx one block of it. `form`: it has one that needs tokens. `sheet`: it has this style too."""
        if form or self.signed_in is not None:
            self.with_form()
        if self.kiosk is not None:
            self._know_presence()
        if self.again is not None and status == 422:
            status = 200
        values = (
            answers.context(self) | {"sheet": self.site.templates.sheets[sheet] if sheet else None} | (context or {})
        )
        html = self.site.templates.render(
            template, block if block is not None and self.fragment else None, values, self.language
        )
        return self._finished(answers.html(self, html, status, private=self._formed, sheet=sheet))

    def redirect(self, path: str, *, status: int = 303) -> Response:
        """To another page: after a form by GET (303). The address is absolute, for browsers that want it so."""
        response = RedirectResponse(self._base + path if path.startswith("/") else path, status)
        response.headers["Cache-Control"] = "no-store"
        return self._finished(response)

    def nothing(self) -> Response:
        """It was heard, and there is nothing to be shown."""
        return self._finished(Response(status_code=204, headers={"Cache-Control": "no-store"}))

    def refusal(self, message: Message, next_step: Message | None, status: int, code: str) -> Response:
        return self.page(
            "error.html",
            {"message": message, "next_step": next_step, "status": status, "code": code, "words": self.words},
            status=status,
        )

    def _finished(self, response: Response) -> Response:
        # Names and values are ours: letters, digits, dashes and underscores, which need no quoting.
        common = f"Path=/; {'Secure; ' if self.site.settings.https else ''}HttpOnly; SameSite=lax"
        for name, value, seconds in self._cookies:
            age = "" if seconds < 0 else f"Max-Age={seconds}; "
            response.headers.append("Set-Cookie", f"{self.cookie(name)}={value}; {age}{common}")
        return response
