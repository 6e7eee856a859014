"""A dialect of JSON: each request says only what was typed last, and names itself by its moment; the answer says whether it goes on."""

from starlette.responses import JSONResponse, Response

from participation.channels.phone.asking import NAMELESS, Sent
from participation.channels.phone.ussd import Asked, Shown
from participation.kit.errors import Invalid

METHODS = ("GET", "POST")


def read_ussd(sent: Sent) -> Asked:
    """At the beginning of a session `response` is false, and what was dialled behind the service's own code is the first input."""
    first = sent.get("response").lower() in ("", "false", "0")
    text = sent.get("ussdRequestString").strip()
    if first:
        code = sent.get("ussdServiceCode").strip("*#")
        text = text.strip("*#").removeprefix(code).strip("*")
    moment = sent.get("transactionTime") or sent.get("creationTime")
    if not moment:
        # Two requests that type the same could not be told from one that is repeated.
        raise Invalid({"transactionTime": NAMELESS})
    return Asked(sent.get("transactionId"), sent.get("msisdn"), text, request=moment)


def write_ussd(shown: Shown) -> Response:
    return JSONResponse({"responseString": shown.text, "action": "end" if shown.end else "request"})
