"""The delegate's page as it is served: small, whole in every language, of one version, and honest without JavaScript."""

import gzip
import json
import re

import pytest

from participation.channels.delegate import shell
from participation.channels.delegate.words import SENTENCES
from participation.domain.proxies.rules import CONSENT, consent_text
from participation.kit import i18n
from tests.browsing import Browser
from tests.markup import Page
from tests.promises import promised

BUDGET = 60_000
"""Bytes of the page, its script, worker, manifest and the words of one language, each as it travels."""
LINES = 300
NEWER = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish coalescing": r"\?\?",
    "logical assignment": r"(\|\||&&)=",
    "private fields": r"this\.#",
    "numeric separators": r"\b\d+_\d+",
    "replaceAll, at, hasOwn, allSettled, any": r"\.(replaceAll|at|hasOwn|any|structuredClone|findLast)\(",
    "randomUUID": r"randomUUID\(",
    "regular expressions that look behind by name": r"\(\?<[a-z]",
    "import": r"\bimport\b(?!Key)",
    "await outside of a function": r"^await ",
    "inner markup": r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
}
"""What Chromium 79 does not read, or a strict security policy does not allow."""


def scripts() -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(shell.FOLDER.glob("*.js"))}


async def test_the_page_is_sound_in_every_language_and_says_what_it_needs_without_a_script(visitor: Browser) -> None:
    for language in i18n.LANGUAGES:
        visitor.client.cookies.set("language", language)
        response = await visitor.client.get("/delegate/")
        assert response.status_code == 200
        page = Page(response.text)
        assert not [*promised.whole(response, page, language), *promised.safe(response)], language
        said = next(page.all("noscript")).text
        assert "JavaScript" in said
        assert language == "en" or said != shell.NO_SCRIPT.text


async def test_nothing_of_it_comes_from_elsewhere_or_from_within_the_page(visitor: Browser) -> None:
    response = await visitor.client.get("/delegate/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "http" not in policy.replace("'", "")
    assert not re.search(r"<script(?![^>]*src=)", response.text)


async def test_all_of_it_is_of_one_version(visitor: Browser) -> None:
    addresses = ("/delegate/", "/delegate/app.js", "/delegate/worker.js", "/delegate/words/sw.json")
    versions = {(await visitor.client.get(address)).headers["delegate-version"] for address in addresses}
    assert versions == {shell.version()}
    assert shell.version() in (await visitor.client.get("/delegate/worker.js")).text
    assert f"VERSION = '{shell.version()}'" in (await visitor.client.get("/delegate/app.js")).text


async def test_it_is_small_enough_for_a_slow_line(visitor: Browser) -> None:
    async def size(address: str) -> int:
        return len(gzip.compress((await visitor.client.get(address)).content, 6))

    common = ("/delegate/", "/delegate/app.js", "/delegate/worker.js", "/delegate/app.webmanifest")
    shared = sum([await size(address) for address in common])
    largest = max([await size(f"/delegate/words/{language}.json") for language in i18n.LANGUAGES])
    assert 10_000 < shared + largest < BUDGET


async def test_it_can_be_installed(visitor: Browser) -> None:
    response = await visitor.client.get("/delegate/app.webmanifest")
    manifest = response.json()
    assert response.headers["content-type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/delegate/", "/delegate/", "standalone")
    for icon in manifest["icons"]:
        drawn = await visitor.client.get(icon["src"])
        assert drawn.content.startswith(b"\x89PNG")
        assert drawn.content[16:20] == int(icon["sizes"].partition("x")[0]).to_bytes(4, "big")


async def test_words_of_a_language_that_nobody_speaks_here_are_not_there(visitor: Browser) -> None:
    assert (await visitor.client.get("/delegate/words/xx.json")).status_code == 404
    assert (await visitor.client.get("/delegate/icon-13.png")).status_code == 404


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_sentence_is_there_with_the_plural_forms_that_the_browser_asks_for(language: str) -> None:
    words = shell.words_of(language)
    assert words["words"].keys() == SENTENCES.keys()
    assert words["consent"]["version"] == CONSENT
    assert len(words["consent"]["text"]) == len(consent_text())
    rule = i18n.locale_of(language).plural_form
    for name, message in SENTENCES.items():
        if message.plural is None:
            assert isinstance(words["words"][name], str)
            continue
        for count in (0, 1, 2, 5, 11, 21, 100, 999):
            assert "%(count)s" in words["words"][name].get(rule(count), "") or count < 3, (name, count)


def test_the_script_asks_for_no_word_that_is_not_there() -> None:
    written = "".join(scripts().values())
    asked = set(re.findall(r"D\.w\('([^']+)'[,)]", written)) | set(re.findall(r"D\.spoken\('([^']+)'\)", written))
    assert len(asked) > 80
    assert asked <= SENTENCES.keys()
    whole = {*re.findall(r"'([\w-]+)'", written)}
    begun = tuple(re.findall(r"D\.w\('(\w+_)' \+", written))
    assert [name for name in SENTENCES if name not in whole and not name.startswith(begun)] == []


@pytest.mark.parametrize("name", scripts())
def test_a_script_is_short_and_says_nothing_that_an_old_browser_cannot_read(name: str) -> None:
    script = scripts()[name]
    assert script.count("\n") <= LINES
    code = re.sub(r"/\*.*?\*/", "", script, flags=re.S)
    code = re.sub(r"'(?:[^'\\\n]|\\.)*'", "''", code)
    found = [what for what, sign in NEWER.items() if re.search(sign, code, flags=re.M)]
    assert found == []


def test_the_words_travel_as_they_are_in_the_catalogue() -> None:
    assert json.loads(json.dumps(shell.words_of("fr")))["words"]["yes"] == i18n.catalogue_of("fr").gettext("Yes")
