"""Twilio: forms with a signature over the address and everything that was sent, answered in TwiML; other telephone companies speak it too."""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import escape

from starlette.responses import Response

from participation.channels.phone.aloud import Line
from participation.channels.phone.asking import Sent
from participation.channels.phone.menu import Recorded, Takes
from participation.channels.phone.sms import Received
from participation.channels.phone.voice import Report, Second, Turn, Utterance
from participation.domain.consultations.spoken.rules import LONGEST
from participation.kit.hashing import same

METHODS = ("POST",)
ANSWERS_APART = False
XML = '<?xml version="1.0" encoding="UTF-8"?>'
TIMES = 3
"""A screen is said once, and twice more to somebody who is silent."""
PATIENCE, PATIENCE_FOR_SECOND = "5", "2"
"""Seconds of silence after which nothing more is expected."""
SAID: Mapping[str, str] = {
    **{"ar": "ar-XA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "hi": "hi-IN", "id": "id-ID", "pt": "pt-BR"},
    **{"ru": "ru-RU", "sw": "sw-KE", "zh": "cmn-CN"},
}
"""As its voices call our languages."""


def signature(token: str, url: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """Base64 of HMAC-SHA1 over the address and all parameters that were sent, sorted by name, untrimmed
    (https://www.twilio.com/docs/usage/security)."""
    said = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def verify(sent: Sent, keys: dict[str, str], url: str) -> bool:
    """The address may have been signed with its port or without."""
    given, token = sent.headers.get("x-twilio-signature", ""), keys.get("token", "")
    return bool(token) and any(same(given, signature(token, one, sent.posted)) for one in _with_and_without_port(url))


def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    usual = 443 if parts.scheme == "https" else 80
    host = parts.hostname or ""
    bare = parts._replace(netloc=host).geturl()
    return url, bare if parts.port is not None else parts._replace(netloc=f"{host}:{usual}").geturl()


def read_sms(sent: Sent) -> Received:
    return Received(sent.get("MessageSid"), sent.get("From"), sent.get("Body"))


def write_sms(answer: str | None) -> Response:
    message = f"<Message>{escape(answer)}</Message>" if answer else ""
    return Response(f"{XML}<Response>{message}</Response>", media_type="text/xml")


# Calls


def read_voice(sent: Sent) -> Turn:
    """The caller is whoever called, or whom we called."""
    outbound = sent.get("Direction").startswith("outbound")
    ours, theirs = (sent.get("From"), sent.get("To")) if outbound else (sent.get("To"), sent.get("From"))
    after, second = sent.get("after"), sent.get("second") == "1"
    name, seconds = sent.get("RecordingSid"), sent.get("RecordingDuration")
    recorded = Recorded(name, _number(seconds)) if name else None
    keys = "" if recorded else sent.get("Digits")
    return Turn(sent.get("CallSid"), theirs, keys, after, second, called=ours, outbound=outbound, recorded=recorded)


def write_voice(answer: Utterance | Second, keys: Mapping[str, str]) -> Response:
    """`keys`: of the gateway; `voice-sw` names a voice for Swahili."""
    response = Element("Response")
    if isinstance(answer, Second):
        _gather(response, {"after": answer.after, "second": "1"}, one=True, timeout=PATIENCE_FOR_SECOND)
        SubElement(response, "Redirect", method="POST").text = _action({"after": answer.after, "second": "1"})
        return _twiml(response)
    if answer.listens is Takes.WORDS:
        # A key before the tone leads back; who is silent then is listened to, and who stays silent has said all.
        _say(_gather(response, {"after": answer.after}, one=True, timeout="1"), answer.lines, keys)
        _record(response, {"after": answer.after})
        _say(response, answer.silence, keys)
    elif answer.listens is None:
        _say(response, answer.lines, keys)
    else:
        for _time in range(TIMES):
            gather = _gather(response, {"after": answer.after}, one=answer.one_key, timeout=PATIENCE)
            _say(gather, answer.lines, keys)
        _say(response, answer.silence, keys)
    SubElement(response, "Hangup")
    return _twiml(response)


def turn_down() -> Response:
    """Of a call that costs nobody anything: it was only to ring."""
    response = Element("Response")
    SubElement(response, "Reject", reason="busy")
    return _twiml(response)


def read_report(sent: Sent) -> Report:
    """`call`: in the address, which we have given with the order."""
    ours = _number(sent.get("call"), longest=18) or None
    return Report(sent.get("CallSid"), _number(sent.get("CallDuration")), ours)


def _number(said: str, *, longest: int = 6) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= longest else 0


def _action(query: Mapping[str, str]) -> str:
    """Where keys are sent: to the address that was asked, of which nothing is repeated."""
    return f"voice?{urlencode(query)}"


def _gather(response: Element, query: Mapping[str, str], *, one: bool, timeout: str) -> Element:
    attributes = {"input": "dtmf", "action": _action(query), "method": "POST", "timeout": timeout}
    ends = {"numDigits": "1", "finishOnKey": ""} if one else {"finishOnKey": "#"}
    return SubElement(response, "Gather", attributes | ends)


def _record(response: Element, query: Mapping[str, str]) -> None:
    attributes = {"action": _action(query), "method": "POST", "maxLength": str(LONGEST), "timeout": PATIENCE}
    SubElement(response, "Record", attributes | {"finishOnKey": "#", "playBeep": "true", "trim": "trim-silence"})


def _say(within: Element, lines: tuple[Line, ...], keys: Mapping[str, str]) -> None:
    for line in lines:
        for sound in line.sounds:
            SubElement(within, "Play").text = sound
        if line.sounds:
            continue
        voice = keys.get(f"voice-{line.language}")
        attributes = {"language": SAID.get(line.language, line.language), **({"voice": voice} if voice else {})}
        text = "".join(c if c.isprintable() else " " for c in line.text)
        SubElement(within, "Say", attributes).text = text


def _twiml(response: Element) -> Response:
    return Response(XML + tostring(response, encoding="unicode"), media_type="text/xml")
