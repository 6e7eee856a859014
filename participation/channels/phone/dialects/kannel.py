"""Kannel's smsbox: the answer to its request is the message that goes back; headers say in which letters."""

from starlette.responses import PlainTextResponse, Response

from participation.channels.phone.asking import Sent
from participation.channels.phone.sms import Received
from participation.kit.gsm import is_gsm

ANSWERS_APART = False


def read_sms(sent: Sent) -> Received:
    """By `get-url` with `from`, `text` and `id`; by `post-url`, where the text is the body, with the same in the query but the words."""
    text = sent.get("text")
    if not text and sent.body and "x-kannel-from" in sent.headers:
        text = sent.body.decode(sent.headers.get("x-kannel-charset", "utf-8"), "replace")
    number = sent.get("from") or sent.headers.get("x-kannel-from", "")
    return Received(sent.get("id") or sent.headers.get("x-kannel-service-id", ""), number, text)


def write_sms(answer: str | None) -> Response:
    """An empty answer is not sent, as long as `omit-empty` is set."""
    headers = {"X-Kannel-Coding": "0" if is_gsm(answer or "") else "2"}
    return PlainTextResponse(answer or "", headers=headers)
