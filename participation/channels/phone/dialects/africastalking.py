"""Africa's Talking. USSD: all inputs so far joined by stars, answered by `CON ` or `END `; SMS comes as a form, and is answered by a message
of its own. Nothing is signed: the secret in the address and the addresses it comes from tell who it is."""

from starlette.responses import PlainTextResponse, Response

from participation.channels.phone.asking import Sent
from participation.channels.phone.sms import Received
from participation.channels.phone.ussd import Asked, Shown

METHODS = ("POST",)
ANSWERS_APART = True


def read_ussd(sent: Sent) -> Asked:
    return Asked(sent.get("sessionId"), sent.get("phoneNumber"), sent.get("text"))


def write_ussd(shown: Shown) -> Response:
    return PlainTextResponse(("END " if shown.end else "CON ") + shown.text)


def read_sms(sent: Sent) -> Received:
    return Received(sent.get("id"), sent.get("from"), sent.get("text"), link=sent.get("linkId"))


def write_sms(answer: str | None) -> Response:
    """Its answer goes another way."""
    return PlainTextResponse("")
