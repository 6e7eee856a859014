"""Paper: forms printed with serial numbers, typed in by two people independently, settled by a third where they differ."""
