"""Half a character, which UTF-8 cannot hold: whoever sends one in a form is told that it could not be read."""

from typing import Any

import pytest

from participation.kit.database import Session
from participation.kit.hashing import keyed, same
from participation.settings import Settings
from tests.browsing import Browser, forms, sign_in_as
from tests.cast import Cast
from tests.consulting import consulted
from tests.voting import ask

HALF = "a\ud800b"
SMUGGLED = {
    "utf-7": b"a+2AA-b",
    "unicode_escape": b"a\\ud800b",
    "raw_unicode_escape": b"a\\ud800b",
    "utf-8": b"a\xed\xa0\x80b",
}
"""Names of encodings, and how one smuggles the half through."""
PUBLIC = (
    "/en/sign-in",
    "/en/receipts",
    "/en/projects/lamps/ballot",
    "/en/projects/sirens/comments",
    "/en/projects/sirens/comments/new",
    "/staff/sign-in",
)
STAFF = ("/staff/team", "/staff/projects/new", "/staff/projects/sirens/texts/en")


def parts(fields: list[tuple[str, bytes]]) -> bytes:
    """As a browser sends a form whose enctype is multipart/form-data."""
    each = (f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value for name, value in fields)
    return b"\r\n".join([*each, b"--X--\r\n"])


async def everywhere(visitor: Browser, path: str, charset: str) -> list[tuple[str, int]]:
    """The page's own form with the half in one field after the other, those for safety among them."""
    await visitor.get(path)
    fields = dict(max((f for f in forms(visitor.page.text) if f.method == "post"), key=lambda f: len(f.fields)).fields)
    assert {"csrf", "token"} & set(fields), f"{path} has no form"
    answers = []
    for spoilt in (*fields, "choice"):
        sent = [(name, value.encode()) for name, value in fields.items() if name != spoilt]
        answer = await visitor.client.post(
            path,
            content=parts([*sent, (spoilt, SMUGGLED[charset])]),
            headers={"content-type": f"multipart/form-data; boundary=X; charset={charset}"},
        )
        answers.append((spoilt, answer.status_code))
    return answers


@pytest.mark.parametrize("charset", SMUGGLED)
@pytest.mark.parametrize("path", PUBLIC)
async def test_half_a_character_in_any_field_is_refused_in_words(
    visitor: Browser, app: Any, cast: Cast, session: Session, settings: Settings, path: str, charset: str
) -> None:
    await consulted(session, cast)
    await ask(session, cast, settings.keys)
    await session.commit()
    if path.endswith(("comments", "new")):
        await sign_in_as(visitor, app, cast.amina)
    for field, status in await everywhere(visitor, path, charset):
        assert status < 500, field
        assert charset == "utf-8" or status == 400, field


@pytest.mark.parametrize("charset", SMUGGLED)
@pytest.mark.parametrize("path", STAFF)
async def test_half_a_character_from_staff_is_refused_in_words(
    visitor: Browser, app: Any, cast: Cast, session: Session, path: str, charset: str
) -> None:
    await consulted(session, cast)
    await session.commit()
    await sign_in_as(visitor, app, cast.ada if path == "/staff/team" else cast.omar)
    for field, status in await everywhere(visitor, path, charset):
        assert status < 500, field
        assert charset == "utf-8" or status == 400, field


async def test_a_form_in_parts_that_names_utf_8_is_read(visitor: Browser, cast: Cast) -> None:
    await visitor.get("/en/receipts")
    fields = [(name, value.encode()) for name, value in forms(visitor.page.text)[-1].fields if name != "receipt"]
    for named in ("", "; charset=UTF-8", "; charset=utf8"):
        answer = await visitor.client.post(
            "/en/receipts",
            content=parts([*fields, ("receipt", b"12")]),
            headers={"content-type": f"multipart/form-data; boundary=X{named}"},
        )
        assert answer.status_code == 422
        assert "12 digits" in answer.text


def test_text_that_nobody_has_checked_can_be_hashed_and_compared() -> None:
    assert keyed(b"key", HALF) != keyed(b"key", "a\ufffdb")
    assert not same(HALF, "ab")
    assert same(HALF, HALF)
