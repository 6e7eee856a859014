"""Every address of the phone gateways. What is personal stands in no address that we give out."""

from starlette.routing import BaseRoute

from participation.channels.http.routing import Who, page
from participation.channels.phone import doors

ROUTES: list[BaseRoute] = [
    page("/phone/{gateway}/{secret}/ussd", doors.ussd, who=Who.ANYBODY, post=True, raw=True),
    page("/phone/{gateway}/{secret}/sms", doors.sms, who=Who.ANYBODY, post=True, raw=True),
    page("/phone/{gateway}/{secret}/voice", doors.voice, who=Who.ANYBODY, post=True, raw=True),
    page("/phone/{gateway}/{secret}/report", doors.report, who=Who.ANYBODY, post=True, raw=True),
]
