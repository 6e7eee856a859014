"""What each gateway speaks: how it asks, how it is answered, how it proves who it is. Another one is one more file, and one more line here."""

from types import ModuleType

from participation.channels.phone.dialects import africastalking, dmark, kannel, rapidpro, twilio

DIALECTS: dict[str, ModuleType] = {
    "africastalking": africastalking,
    "dmark": dmark,
    "kannel": kannel,
    "rapidpro": rapidpro,
    "twilio": twilio,
}
"""Each has `METHODS`, by which it asks (what it posts is not to stand in addresses, which are logged), and those of these that its network
knows: `verify`, `read_ussd`, `write_ussd`, `read_sms`, `write_sms`, `read_voice`, `write_voice`, `turn_down`, `read_report`."""
