"""Who is a gateway: by the address from which it asks, and by Twilio's signature, however its operator's proxy writes the address."""

import re
from ipaddress import ip_network
from urllib.parse import urlencode

import httpx
import pytest
from starlette.datastructures import Headers

from participation.channels.phone.asking import Sent
from participation.channels.phone.dialects import twilio
from participation.channels.phone.dialects.twilio import signature
from participation.channels.phone.gateway import Gateway
from tests.phoning import NUMBER, TOKEN, Handset, address
from tests.voting import Asked

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("192.0.2.0", 200),
        ("192.0.2.255", 200),
        ("192.0.3.0", 404),
        ("192.0.1.255", 404),
        ("2001:db8::7", 404),
        ("", 404),
        ("somewhere", 404),
    ],
)
async def test_a_fenced_gateway_is_heard_from_its_own_addresses_alone(phone: Handset, peer: str, status: int) -> None:
    transport = httpx.ASGITransport(app=phone.app, client=(peer, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await client.get(address("fenced", "sms"), params={"from": NUMBER, "text": "HELP", "id": "1"})
    assert answer.status_code == status
    assert ("ends" in answer.text) is (status == 200)


def test_a_gateway_may_come_from_several_networks_of_both_kinds_and_without_any_from_anywhere() -> None:
    networks = (ip_network("192.0.2.7/32"), ip_network("2001:db8::/32"))
    fenced = Gateway("at", "africastalking", "s" * 20, allow=networks)
    assert [fenced.may_come_from(one) for one in ("192.0.2.7", "2001:db8::9")] == [True, True]
    assert [fenced.may_come_from(one) for one in ("192.0.2.8", "2001:db9::9", "::", "")] == [False] * 4
    assert Gateway("at", "africastalking", "s" * 20).may_come_from("198.51.100.1")


def believed(url: str, signed: str, *, token: str = TOKEN, key: str = TOKEN) -> bool:
    """Whether what came to this address is believed, when it was signed for that one."""
    posted = (("From", NUMBER), ("Body", " VOTE 12 1 "), ("Body", " VOTE 12 1 "))
    given = Headers({"X-Twilio-Signature": signature(token, signed, posted)})
    return twilio.verify(Sent((), posted, b"", given), {"token": key} if key else {}, url)


@pytest.mark.parametrize(
    ("url", "signed", "wanted"),
    [
        ("https://city.example/voice?after=1", "https://city.example/voice?after=1", True),
        ("https://city.example/voice?after=1", "https://city.example:443/voice?after=1", True),
        ("https://city.example:8443/voice?after=1", "https://city.example:8443/voice?after=1", True),
        ("https://city.example:8443/voice?after=1", "https://city.example/voice?after=1", True),
        ("http://city.example/voice", "http://city.example:80/voice", True),
        ("https://city.example/voice", "https://city.example:80/voice", False),
        ("https://city.example/voice", "https://city.example:8443/voice", False),
        ("https://city.example/voice?after=1", "https://city.example/voice?after=2", False),
        ("https://city.example/voice?after=1", "https://city.example/voice", False),
        ("https://city.example/voice", "http://city.example/voice", False),
        ("https://city.example/voice", "https://town.example/voice", False),
    ],
)
def test_twilio_signs_an_address_with_its_port_or_without(url: str, signed: str, wanted: bool) -> None:
    assert believed(url, signed) is wanted
    assert not believed(url, signed, token="of somebody else")


def test_a_gateway_without_a_token_believes_nobody() -> None:
    url = "https://city.example/voice"
    assert not believed(url, url, token="", key="")


async def test_twilio_signs_what_was_meant_and_the_address_as_it_was_asked(asked: Asked, phone: Handset) -> None:
    """The words without the escapes of their form, the address with its own."""
    said = {"MessageSid": "SM7", "From": NUMBER, "Body": " R 4021+7735 & 50% \u0664 ", "To": "5050"}
    asked_for = f"{address('twilio', 'sms')}?note=a%2Bb%20c"
    for url, status in ((asked_for, 200), (f"{address('twilio', 'sms')}?note=a%2Bb%20d", 404)):
        signed = signature(TOKEN, f"http://testserver{url}", tuple(said.items()))
        async with phone._client() as client:
            answer = await client.post(
                asked_for, content=urlencode(said), headers=FORM | {"X-Twilio-Signature": signed}
            )
        assert answer.status_code == status
    changed = said | {"Body": said["Body"].strip()}
    signed = signature(TOKEN, f"http://testserver{asked_for}", tuple(said.items()))
    async with phone._client() as client:
        answer = await client.post(asked_for, content=urlencode(changed), headers=FORM | {"X-Twilio-Signature": signed})
    assert answer.status_code == 404, "nothing that was sent may be another than what was signed"
    assert not re.search("Message", answer.text)
