"""What the delegate's page encrypts opens with other tools, and what others signed is verified there; its QR code is everybody's."""

import base64
import hashlib
import json
import os
import uuid
from typing import Any

import pytest
import segno
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from playwright.async_api import Browser, Page

from participation.channels.delegate.shell import FOLDER
from participation.kit import envelopes
from participation.kit.hashing import has_check_digit, with_check_digit
from tests.served import Served

pytestmark = [pytest.mark.browser]
PARTS = ("tools", "crypt", "send", "qr")
ROUNDS = 600_000


@pytest.fixture
async def bench(windows: Browser, served_world: Served) -> Any:
    """A page of the same origin without a security policy, with the parts that are looked at."""
    context = await windows.new_context()
    page = await context.new_page()
    await page.goto(f"{served_world.address}/healthz")
    await page.add_script_tag(
        content="var VERSION = '';" + "".join((FOLDER / f"{part}.js").read_text() for part in PARTS)
    )
    yield page
    await context.close()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


async def test_a_sealed_entry_opens_with_the_citys_key_and_says_what_was_said(bench: Page) -> None:
    key, number = envelopes.private(os.urandom(32), "test"), str(uuid.uuid4())
    said = {"v": 1, "comment": {"body": "الحافلة बस 公交"}, "vote": None}
    ask = "async ([point, id, said]) => D.base64(await D.seal(D.bytes(point), id, said))"
    sealed = base64.b64decode(await bench.evaluate(ask, [b64(envelopes.point(key)), number, said]))
    assert json.loads(envelopes.opened(key, sealed, number.encode())) == said
    with pytest.raises(envelopes.NotForUs):
        envelopes.opened(key, sealed, str(uuid.uuid4()).encode())
    again = base64.b64decode(await bench.evaluate(ask, [b64(envelopes.point(key)), number, said]))
    assert again[1:66] != sealed[1:66]


async def test_the_length_of_a_sealed_entry_tells_nothing(bench: Page) -> None:
    key = envelopes.private(os.urandom(32), "test")
    ask = "async ([point, said]) => (await D.seal(D.bytes(point), 'x', said)).length"
    said = [{"vote": None}, {"vote": {"ballot": 7, "choice": 1}, "pin": "123456"}, {"body": "x" * 300}]
    assert len({await bench.evaluate(ask, [b64(envelopes.point(key)), one]) for one in said}) == 1


async def test_only_what_the_city_signed_about_this_very_entry_is_believed(bench: Page) -> None:
    key, other = (envelopes.private(os.urandom(32), name) for name in ("test", "other"))
    sealed = b"sealed bytes"
    result = {"id": str(uuid.uuid4()), "status": "accepted", "receipt": "123456789012"}
    digest = hashlib.sha256(sealed).hexdigest()
    message = "participation receipt 1\n" + "".join(f"{part}\n" for part in (*result.values(), digest))
    signed = {**result, "signature": b64(envelopes.signature(key, message.encode()))}
    ask = "async ([point, result, sealed]) => D.signed(D.bytes(point), result, D.bytes(sealed))"
    point = b64(envelopes.point(key))
    assert await bench.evaluate(ask, [point, signed, b64(sealed)]) is True
    for changed in ({"status": "held"}, {"receipt": "123456789013"}, {"id": str(uuid.uuid4())}, {"signature": "AAAA"}):
        assert await bench.evaluate(ask, [point, signed | changed, b64(sealed)]) is False
    assert await bench.evaluate(ask, [point, result, b64(sealed)]) is False
    assert await bench.evaluate(ask, [point, signed, b64(sealed + b"!")]) is False
    assert await bench.evaluate(ask, [b64(envelopes.point(other)), signed, b64(sealed)]) is False


async def test_a_passphrase_is_stretched_as_it_says_and_either_of_two_opens_its_own(bench: Page) -> None:
    """Both slots look alike, whether or not a second passphrase was set."""
    ask = """async ([salt, first, second]) => {
      const stored = await D.slots(D.bytes(salt), first && {passphrase: first, raw: new Uint8Array(32).fill(1)},
        second && {passphrase: second, raw: new Uint8Array(32).fill(2)});
      return stored.slots.map((slot) => [D.base64(slot.iv), D.base64(slot.box)]);
    }"""
    salt = os.urandom(16)

    async def opens(slots: Any, passphrase: str) -> list[bytes]:
        raw = PBKDF2HMAC(SHA256(), 32, salt, ROUNDS).derive(passphrase.encode())
        found = []
        for iv, box in slots:
            try:
                found.append(AESGCM(raw).decrypt(base64.b64decode(iv), base64.b64decode(box), None))
            except Exception:  # noqa: S112  - it does not open
                continue
        return found

    two = await bench.evaluate(ask, [b64(salt), "nine mangoes", "rain in April"])
    alone = await bench.evaluate(ask, [b64(salt), "nine mangoes", None])
    assert await opens(two, "nine mangoes") == [bytes([1] * 32)]
    assert await opens(two, "rain in April") == [bytes([2] * 32)]
    assert await opens(alone, "nine mangoes") == [bytes([1] * 32)]
    assert await opens(alone, "rain in April") == []
    assert [[len(part) for part in slot] for slot in two] == [[len(part) for part in slot] for slot in alone]


async def test_both_passphrases_and_a_wrong_one_take_equally_long(bench: Page) -> None:
    ask = """async () => {
      const stored = await D.slots(D.random(16), {passphrase: 'nine mangoes', raw: D.random(32)}, {passphrase: 'rain in April', raw: D.random(32)});
      let slow = 0, tried = 0;
      const stretch = D.slow, unbox = D.unbox;
      D.slow = (...given) => { slow += 1; return stretch(...given); };
      D.unbox = (...given) => { tried += 1; return unbox(...given); };
      const found = [];
      for (const typed of ['nine mangoes', 'rain in April', 'something else']) {
        slow = tried = 0;
        const key = await D.open(stored, typed);
        found.push([!!key, slow, tried]);
      }
      return found;
    }"""
    assert await bench.evaluate(ask) == [[True, 1, 2], [True, 1, 2], [False, 1, 2]]


async def test_identifiers_are_made_without_what_old_browsers_lack(bench: Page) -> None:
    made = await bench.evaluate("Array.from({length: 50}, () => D.uuid())")
    assert len(set(made)) == 50
    assert all(uuid.UUID(one).version == 4 and str(uuid.UUID(one)) == one for one in made)


async def test_check_digits_are_those_of_the_city(bench: Page) -> None:
    right = [with_check_digit(f"{number * 7919:011d}") for number in range(60)]
    changed = [one[:-1] + str((int(one[-1]) + 3) % 10) for one in right]
    for one in (*right, *changed):
        assert await bench.evaluate("(digits) => D.checks(digits, 12)", one) is has_check_digit(one)
    assert await bench.evaluate("D.digits('\u0661\u0662-\u0969 4\u200f\uff15')") == "12345"


@pytest.mark.parametrize("digits", ["123456789012", "000000000000", "987650432109"])
async def test_a_receipts_qr_code_is_square_by_square_that_of_the_standard(bench: Page, digits: str) -> None:
    drawn = await bench.evaluate("(digits) => D.qr(digits)", digits)
    wanted = segno.make(digits, version=1, error="h", mode="numeric", mask=0, boost_error=False)
    assert drawn == [list(map(int, row)) for row in wanted.matrix]


@pytest.mark.parametrize(("code", "shown"), [("", 0), ("vote_not_eligible", 1)])
async def test_a_vote_that_was_not_taken_is_told_though_the_rest_was(bench: Page, code: str, shown: int) -> None:
    ask = """async (result) => {
      D.signed = async () => true;
      D.forget = async () => {};
      await D.receive({gone: {}}, [{id: '1', sealed: ''}], [result]);
      return D.outcome.held.length;
    }"""
    result = {"id": "1", "status": "accepted", "code": code, "message": "The vote", "next": "", "receipt": "1" * 12}
    assert await bench.evaluate(ask, result) == shown


async def test_batches_are_small_and_one_large_entry_goes_alone(bench: Page) -> None:
    ask = "([sizes, limit]) => D.batch(sizes.map((size, id) => ({id, sealed: 'x'.repeat(size)})), limit).length"
    assert await bench.evaluate(ask, [[1400] * 50, 20]) == 20
    assert await bench.evaluate(ask, [[1400] * 7, 20]) == 7
    assert await bench.evaluate(ask, [[30_000] * 9, 20]) == 3
    assert await bench.evaluate(ask, [[87_000, 14_000], 20]) == 1
    assert await bench.evaluate(ask, [[1400] * 7, 1]) == 1
