"""Kannel's smsbox: the answer to its request is the message that goes back; headers say in which letters."""

from starlette.responses import PlainTextResponse, Response

from participation.channels.phone.asking import Sent
from participation.channels.phone.sms import Received
from participation.kit.gsm import is_gsm

METHODS = ("GET", "POST")
ANSWERS_APART = False


def read_sms(sent: Sent) -> Received:
    """By `get-url` with `from`, `id` and `text`; by `post-url` with the first two, and the text as the body in UTF-8."""
    words = sent.body.decode("utf-8", "replace") if "x-kannel-service" in sent.headers else ""
    return Received(sent.get("id"), sent.get("from"), sent.get("text") or words)


def write_sms(answer: str | None) -> Response:
    """An empty answer is not sent, as long as `omit-empty` is set."""
    headers = {"X-Kannel-Coding": "0" if is_gsm(answer or "") else "2"}
    return PlainTextResponse(answer or "", headers=headers)
