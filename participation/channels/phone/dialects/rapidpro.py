"""RapidPro and TextIt: a flow's webhook sends what somebody wrote, and says what the answer holds. A header carries the secret."""

from starlette.responses import JSONResponse, Response

from participation.channels.phone.asking import Sent
from participation.channels.phone.sms import Received
from participation.kit.hashing import same

METHODS = ("POST",)
ANSWERS_APART = False
HEADER = "x-participation-token"


def verify(sent: Sent, keys: dict[str, str], url: str) -> bool:
    return not keys.get("token") or same(sent.headers.get(HEADER, ""), keys["token"])


def read_sms(sent: Sent) -> Received:
    """`input`: the identifier of what was written, by which the same is known when a flow asks again."""
    return Received(sent.get("input") or sent.get("id"), sent.get("from"), sent.get("text"))


def write_sms(answer: str | None) -> Response:
    return JSONResponse({"text": answer or ""})
