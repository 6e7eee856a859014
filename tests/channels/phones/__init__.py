"""Basic phones: USSD, text messages, calls, and who speaks through them."""
