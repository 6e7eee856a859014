"""The form that came with a request: whether a page of ours sent it, what it says, and one answer however often it comes."""

import secrets
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from participation.channels.http.site import Site
from participation.channels.http.uploads import Upload
from participation.domain.people.queries import SignedIn
from participation.domain.places.queries import CityView
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.forms import Fields
from participation.kit.hashing import keyed, same
from participation.kit.i18n import _
from participation.kit.repeats import FORM_AGE, answered, once

SECRETS = {"code", "pin", "new_pin", "new_pin_again", "password", "password_again", "totp", "csrf", "token", "held"}
"""Fields of which nothing is ever shown again."""


class WithForm:
    """A request, where it leads, and the form that it brings, if any; seals are bound to the device's cookie and the session."""

    def __init__(self, request: Request, site: Site, city: CityView, language: str, at: datetime) -> None:
        self.request = request
        self.site = site
        self.city = city
        self.language = language
        self.at = at
        """The moment at which the request arrived; whatever waited since does not count."""
        self.signed_in: SignedIn | None = None
        self.device = request.cookies.get(self.cookie("device"), "")
        self.again: str | None = None
        """The reader asked for the same form in another language; nothing is to be done with it."""
        self.files: dict[str, Upload] = {}
        """What came with the form, by field; gone when the request is answered, unless somebody has taken it."""
        self._form: FormData | None = None
        self._problem: Invalid | None = None
        self._csrf: tuple[tuple[str, bytes], str] | None = None
        """Made once for each device and session: forms are checked against it several times."""
        self._cookies: list[tuple[str, str, int]] = []

    # cookies

    def cookie(self, name: str) -> str:
        return f"__Host-{name}" if self.site.settings.https else name

    def remember(self, name: str, value: str, seconds: int) -> None:
        """Set a cookie with the answer; 0 seconds takes it away."""
        self._cookies = [cookie for cookie in self._cookies if cookie[0] != name]
        self._cookies.append((name, value, seconds))

    @property
    def _base(self) -> str:
        """Scheme and host by which we were asked."""
        return f"{self.request.scope['scheme']}://{self.request.headers.get('host', '')}"

    # the form

    @property
    def csrf(self) -> str:
        owner = (self.device, self.signed_in.digest if self.signed_in else b"")
        if self._csrf is None or self._csrf[0] != owner:
            self._csrf = owner, keyed(self.site.secrets.key("csrf"), *owner).hex()[:32]
        return self._csrf[1]

    def new_token(self) -> str:
        """A number used once and the moment at which it was given, sealed for this device and session."""
        given = f"{secrets.token_urlsafe(12)}.{int(time.time())}"
        return f"{given}.{self._seal(given)}"

    def _seal(self, given: str) -> str:
        return keyed(self.site.secrets.key("token"), self.csrf, given).hex()[:32]

    def take(self, form: FormData, files: dict[str, Upload] | None = None) -> None:
        """Keep what was sent, and find out whether it was sent from a page of ours."""
        self._form = form
        self.files = files or {}
        self._problem = self._checked(form)
        again = form.get("relanguage")
        if isinstance(again, str) and again in i18n.LANGUAGES:
            self.language = again
            self.remember("language", again, 365 * 86400)
            self.again = again
            self._problem = Invalid({})

    def not_a_form(self) -> None:
        """What came is JSON, which no page of another site can send without asking first: there is no form to check."""
        self._problem = None

    def drop_files(self) -> None:
        for upload in self.files.values():
            upload.drop()

    def _checked(self, form: FormData) -> Invalid | None:
        site = self.request.headers.get("sec-fetch-site", "same-origin")
        origin = self.request.headers.get("origin", "null")
        ours = (self.site.settings.base_url, self._base)
        if site not in ("same-origin", "none") or (origin != "null" and origin not in ours):
            return Invalid({"form": _("This form was sent from another site. Please send it from here.")})
        sent = form.getlist("csrf")
        if len(set(sent)) != 1 or not isinstance(sent[0], str) or not same(sent[0], self.csrf):
            return _stale()
        return None

    @property
    def fields(self) -> Fields:
        """What was sent. Raises `Invalid` when it was not sent from a page of ours, or only to change the language."""
        if self._problem is not None:
            raise self._problem
        return self.typed

    @property
    def typed(self) -> FormData:
        """What was sent, unchecked, to be shown again."""
        return self._form if self._form is not None else FormData()

    @property
    def words(self) -> list[str]:
        """What was written into a form that cannot be shown again; neither choices nor codes, PINs and passwords."""
        hidden = SECRETS | set(self.files)
        values = [str(value).strip() for name, value in self.typed.multi_items() if name not in hidden]
        return list(dict.fromkeys(value for value in values if _is_written(value)))

    def token(self) -> bytes:
        """The form's idempotency token, as a keyed hash."""
        sent = self.typed.getlist("token")
        given, _dot, seal = sent[0].rpartition(".") if len(set(sent)) == 1 and isinstance(sent[0], str) else ("",) * 3
        if not same(seal, self._seal(given)) or int(given.partition(".")[2]) < time.time() - FORM_AGE.total_seconds():
            raise _stale()
        return keyed(self.site.secrets.key("repeat"), given)

    def sealed(self, text: str) -> str:
        """A text of ours that comes back in a form, with a seal by which it is known to be ours and this session's."""
        return f"{text}.{keyed(self.site.secrets.key('held'), self.csrf, text).hex()[:32]}"

    def unsealed(self, text: str) -> str | None:
        given = text.rpartition(".")[0]
        return given if given and same(text, self.sealed(given)) else None

    async def once(self, session: Session, content: Iterable[str | int], act: Any) -> dict[str, Any]:
        """Do this for the form's first sending; give later ones the first answer. Not for votes."""
        digest = self._content(content)
        return await once(session, city_id=self.city.id, token=self.token(), content=digest, at=self.at, act=act)

    async def done(self, session: Session, content: Iterable[str | int]) -> bool:
        """Whether `once` has done this for an earlier sending of the form."""
        return await answered(session, city_id=self.city.id, token=self.token(), content=self._content(content))

    def _content(self, content: Iterable[str | int]) -> bytes:
        return keyed(self.site.secrets.key("repeat content"), self.csrf, *content)


def _stale() -> Invalid:
    return Invalid({"form": _("This page had been open for too long. Nothing is lost: please send it once more.")})


def _is_written(value: str) -> bool:
    return len(value) > 40 or not value.isascii() or (" " in value and any(map(str.isalpha, value)))
