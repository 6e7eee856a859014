"""What a copy says of itself, in the language of each page, and the pages that speak all its languages."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from participation.channels.http.templates import Templates
from participation.commands.copies.site.page import ELSEWHERE, Frame, Living
from participation.domain.places.queries import CityView
from participation.kit import i18n
from participation.kit.i18n import _

BANNER, FIRST = "copies/banner.html", "copies/first.html"


class Framing:
    def __init__(self, templates: Templates, city: CityView, living: Living, at: datetime) -> None:
        self._templates, self._city, self._living, self._at = templates, city, living, at

    def of(self, language: str) -> Frame:
        """Renders a block of the banner's template for a page in this language."""
        known = {
            "host": urlsplit(self._living.origin).netloc,
            "when": i18n.moment(self._at, language, self._city.zone),
            "sign": ELSEWHERE,
        }

        def frame(block: str, address: str) -> str:
            here = self._living.origin + address if self._living.known else None
            return self._templates.render(BANNER, block, {**known, "here": here}, language)

        return frame

    def first(self, languages: Sequence[str]) -> str:
        """The page with which a copy begins."""
        said = _("A copy as of %(when)s", when=i18n.When(self._at, self._city.zone))
        return self._spoken(languages, said, {code: f"{code}/index.html" for code in languages})

    def missing(self, languages: Sequence[str]) -> str:
        """The page for an address that leads nowhere. It may be shown at any depth, so it can only lead to the living site."""
        said = _("This page is not in this copy. Go back, or look for it on the city's own site.")
        origin = self._living.origin if self._living.known else ""
        return self._spoken(languages, said, {code: f"{origin}/{code}/" for code in languages if origin})

    def _spoken(self, languages: Sequence[str], said: i18n.Message, addresses: dict[str, str]) -> str:
        first = languages[0]
        context = {
            "lang": i18n.tag(first),
            "dir": i18n.direction(first),
            "title": i18n.pick(self._city.names, first, self._city.languages).value,
            "languages": [
                {
                    "code": code,
                    "autonym": i18n.AUTONYMS[code],
                    "address": addresses.get(code),
                    "said": said.into(code),
                }
                for code in languages
            ],
        }
        return self._templates.render(FIRST, None, context, first)
