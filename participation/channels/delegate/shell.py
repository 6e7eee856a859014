"""The delegate's page itself: one document, one script, one worker and the words of a language, under one version."""

import hashlib
import json
import re
from base64 import b64encode
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from participation.channels.delegate.words import NO_SCRIPT, SENTENCES, TOO_OLD
from participation.channels.http.answers import compressed, encoding
from participation.channels.http.routing import Who, page
from participation.channels.http.templates import ROOT
from participation.channels.http.visit import Visit
from participation.domain.proxies.rules import CONSENT, consent_text
from participation.kit import i18n
from participation.kit.errors import NotFound
from participation.kit.i18n import Message

FOLDER = ROOT / "static" / "delegate"
PARTS = ("tools", "crypt", "store", "send", "qr", "enrol", "home", "entry", "steps", "vote", "app")
"""Of the script, in their order: one after the other, they are one file."""
ICONS = (192, 512)
MOST_FORMS = 1000
"""Numbers below this one show every plural form of our ten languages."""


def _read(name: str) -> str:
    return (FOLDER / name).read_text()


@lru_cache
def style() -> str:
    css = re.sub(r"/\*.*?\*/", "", _read("page.css"), flags=re.S)
    return re.sub(r"\s+", " ", css).strip()


@lru_cache
def _body() -> str:
    return "".join(_read(f"{name}.js") for name in PARTS)


@lru_cache
def version() -> str:
    """Changes with whatever is shown or done, in any language: the worker keeps all of one version, or nothing of it."""
    digest = hashlib.sha256()
    for part in (_body(), style(), _read("worker.js"), (ROOT / "templates/delegate/shell.html").read_text()):
        digest.update(part.encode())
    for language in i18n.LANGUAGES:
        digest.update(json.dumps(words_of(language), sort_keys=True).encode())
    return digest.hexdigest()[:16]


@lru_cache
def script() -> str:
    return f"(function () {{\n'use strict';\nvar VERSION = '{version()}';\n{_body()}}})();\n"


def words_of(language: str) -> dict[str, Any]:
    """All that the page says in that language, and the text by which people agree."""
    return {
        "tag": i18n.tag(language),
        "locale": i18n.CLDR.get(language, language).replace("_", "-"),
        "dir": i18n.direction(language),
        "languages": i18n.AUTONYMS,
        "words": {name: _said(message, language) for name, message in SENTENCES.items()},
        "consent": {"version": CONSENT, "text": [_said(message, language) for message in consent_text()]},
    }


def _said(message: Message, language: str) -> str | dict[str, str]:
    """The sentence as it stands, for the page to fill in; one for each plural form of the language, by CLDR's name."""
    catalogue = i18n.catalogue_of(language)
    if message.plural is None:
        return catalogue.gettext(message.text)
    rule = i18n.locale_of(language).plural_form
    forms = {rule(number): catalogue.ngettext(message.text, message.plural, number) for number in range(MOST_FORMS)}
    return forms | {"other": forms.get("other") or catalogue.ngettext(message.text, message.plural, MOST_FORMS - 1)}


async def show(visit: Visit) -> Response:
    """The document. Without JavaScript it says what it needs it for."""
    response = visit.page(
        "delegate/shell.html",
        {
            "own_style": Markup(style()),  # noqa: S704
            "version": version(),
            "zone": visit.city.zone.key,
            "no_script": NO_SCRIPT,
            "too_old": TOO_OLD,
            "title": SENTENCES["title"],
        },
    )
    hashed = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self' data:; media-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'; script-src 'self'; style-src 'sha256-{hashed}'"
    )
    response.headers["Delegate-Version"] = version()
    return response


async def app(visit: Visit) -> Response:
    return _file(visit, script(), "text/javascript")


async def worker(visit: Visit) -> Response:
    return _file(visit, _read("worker.js").replace("{version}", version()), "text/javascript")


async def words(visit: Visit) -> Response:
    language = visit.request.path_params["language"]
    if language not in i18n.LANGUAGES:
        raise NotFound()
    return _file(visit, json.dumps(words_of(language), ensure_ascii=False, separators=(",", ":")), "application/json")


async def manifest(visit: Visit) -> Response:
    """What makes it installable."""
    name = SENTENCES["title"].into(visit.language)
    content = {
        "id": "/delegate/",
        "name": f"{name} · {i18n.pick(visit.city.names, visit.language, visit.city.languages).value}",
        "short_name": name,
        "lang": i18n.tag(visit.language),
        "dir": i18n.direction(visit.language),
        "start_url": "/delegate/",
        "scope": "/delegate/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#2b1650",
        "icons": [
            {"src": f"/delegate/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in ICONS
        ],
    }
    return _file(visit, json.dumps(content, ensure_ascii=False), "application/manifest+json")


async def icon(visit: Visit) -> Response:
    size = visit.request.path_params["size"]
    if size not in map(str, ICONS):
        raise NotFound()
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response((FOLDER / f"icon-{size}.png").read_bytes(), media_type="image/png", headers=headers)


def _file(visit: Visit, text: str, media_type: str) -> Response:
    """Asked for again each time by whoever has no worker: a kept one might be of another version than the document."""
    name = encoding(visit.request.headers.get("accept-encoding", ""))
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding, Cookie",
        "X-Content-Type-Options": "nosniff",
        "Delegate-Version": version(),
    }
    if name:
        headers["Content-Encoding"] = name
    return Response(compressed(text.encode(), name), media_type=media_type, headers=headers)


ROUTES = [
    page("/delegate/", show, who=Who.ANYBODY),
    page("/delegate/app.js", app, who=Who.ANYBODY),
    page("/delegate/worker.js", worker, who=Who.ANYBODY),
    page("/delegate/app.webmanifest", manifest, who=Who.ANYBODY),
    page("/delegate/words/{language}.json", words, who=Who.ANYBODY),
    page("/delegate/icon-{size}.png", icon, who=Who.ANYBODY),
]
