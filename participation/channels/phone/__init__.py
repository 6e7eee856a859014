"""Basic phones: one menu over the domain's operations, spoken by USSD, SMS and voice, through any gateway."""
