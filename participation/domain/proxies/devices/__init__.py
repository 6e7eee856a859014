"""What a delegate's entries come from: enrolled by a code that works once, given a stock of receipts, revoked when lost."""
