"""A machine that speaks LibreTranslate's HTTP interface: what is sent, what comes back, and what it means when nothing does."""

from collections.abc import AsyncIterator

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from participation.kit import translating
from participation.kit.translating import LARGEST_ANSWER, LibreTranslate, Trouble, TroubleCode
from tests.translation_server import KEY, Server, translation_server


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with translation_server() as running:
        yield running


async def ask(server: Server, text: str, source: str = "en", target: str = "sw", *, key: str | None = KEY) -> str:
    async with LibreTranslate.opened(server.url, key) as translator:
        return await translator.translate(text, source, target)


async def test_lines_lists_and_headings_stay_where_they_are(server: Server) -> None:
    said = await ask(server, "## Where\n\nAlong the river.\n- **One**\n12. Two\n\n---")
    assert said == "## <sw> Where\n\n<sw> Along the river.\n- <sw> **One**\n12. <sw> Two\n\n---"
    assert server.asked[0] == {"q": "Where", "source": "en", "target": "sw", "format": "text", "api_key": KEY}


async def test_a_long_paragraph_is_sent_in_whole_sentences(server: Server) -> None:
    text = " ".join(f"Sentence number {number} of a long paragraph." for number in range(200))
    said = await ask(server, text)
    assert said.replace("<sw> ", "") == text
    assert all(len(one["q"]) <= translating.LONGEST for one in server.asked)
    assert all(one["q"].endswith(".") for one in server.asked)
    await ask(server, "字" * 4_000, "zh")
    assert sum(len(one["q"]) for one in server.asked if one["source"] == "zh-Hans") == 4_000


async def test_languages_go_by_the_names_that_the_server_has_for_them(server: Server) -> None:
    await ask(server, "River", "en", "pt")
    await ask(server, "River", "en", "zh")
    assert [one["target"] for one in server.asked] == ["pt-BR", "zh-Hans"]


FAILURES = [
    (JSONResponse({"error": "Slow down"}, 429, headers={"Retry-After": "90"}), TroubleCode.BUSY, "Slow down", 90),
    (JSONResponse({"error": "Slow down"}, 429, headers={"Retry-After": "soon"}), TroubleCode.BUSY, "Slow down", 0),
    (JSONResponse({"error": "No"}, 403), TroubleCode.REFUSED, "No", 0),
    (JSONResponse({"error": "Too long"}, 400), TroubleCode.WRONG, "Too long", 0),
    (
        JSONResponse({"error": "Cannot translate text: broken"}, 500),
        TroubleCode.AWAY,
        "Cannot translate text: broken",
        0,
    ),
    (PlainTextResponse("<html>", 502), TroubleCode.AWAY, "status 502", 0),
    (PlainTextResponse("<html>welcome</html>"), TroubleCode.AWAY, "an answer that is no JSON", 0),
    (JSONResponse({"translation": "x"}), TroubleCode.AWAY, "no translation in the answer", 0),
    (JSONResponse({"translatedText": ["x"]}), TroubleCode.AWAY, "no translation in the answer", 0),
    (JSONResponse({"translatedText": "  "}), TroubleCode.AWAY, "no translation in the answer", 0),
    (JSONResponse({"translatedText": "x" * LARGEST_ANSWER}), TroubleCode.AWAY, "an answer that is far too long", 0),
    (PlainTextResponse("", 302, headers={"Location": "http://elsewhere.example/"}), TroubleCode.AWAY, "status 302", 0),
]


@pytest.mark.parametrize(("answer", "code", "detail", "wait"), FAILURES)
async def test_each_failure_is_known_for_what_it_is(
    server: Server, answer: Response, code: TroubleCode, detail: str, wait: int
) -> None:
    server.failing.append(answer)
    with pytest.raises(Trouble) as trouble:
        await ask(server, "River")
    assert (trouble.value.code, trouble.value.detail, trouble.value.wait) == (code, detail, wait)


async def test_a_wrong_key_and_an_unknown_language_are_not_tried_again(server: Server) -> None:
    with pytest.raises(Trouble) as trouble:
        await ask(server, "River", key="another")
    assert trouble.value.code is TroubleCode.REFUSED
    with pytest.raises(Trouble) as trouble:
        await ask(server, "River", "en", "ru")
    assert trouble.value.code is TroubleCode.LANGUAGE
    assert not translating.LATER & {TroubleCode.REFUSED, TroubleCode.LANGUAGE, TroubleCode.WRONG}


async def test_a_server_that_is_silent_or_not_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translating, "TIMEOUT", translating.httpx.Timeout(0.2))
    server.failing.append(2.0)
    with pytest.raises(Trouble) as trouble:
        await ask(server, "River")
    assert (trouble.value.code, trouble.value.detail) == (TroubleCode.AWAY, "ReadTimeout")
    with pytest.raises(Trouble) as trouble:
        await ask(Server(port=9), "River")
    assert (trouble.value.code, trouble.value.detail) == (TroubleCode.AWAY, "ConnectError")


@pytest.mark.parametrize("path", ["/elsewhere", "/page", "/strange", "/nothing"])
async def test_what_is_no_translation_server_is_not_taken_for_one(server: Server, path: str) -> None:
    async with LibreTranslate.opened(server.url + path, KEY) as translator:
        with pytest.raises(Trouble):
            await translator.languages()
