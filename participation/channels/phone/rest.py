"""Where a telephone company that speaks TwiML is asked to call, and for recordings: always the host that its operator has set."""

import base64

from participation.channels.phone.gateway import Gateway

TWILIO = "https://api.twilio.com"


def account(gateway: Gateway) -> str:
    """The address of our account there, under which everything of ours is. No request of theirs ever names another host."""
    host = gateway.keys.get("url") or TWILIO
    return f"{host.rstrip('/')}/2010-04-01/Accounts/{gateway.account}"


def authority(gateway: Gateway) -> dict[str, str]:
    pair = f"{gateway.account}:{gateway.keys.get('token', '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
