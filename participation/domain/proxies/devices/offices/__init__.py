"""The office as a device: what a delegate's people said on paper or in a spreadsheet, typed in by staff."""
