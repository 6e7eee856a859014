"""QR codes as the outline of their dark squares. A web server, which has no room for what draws them, never imports this."""

import json
import sys

import segno


def outline(text: str) -> tuple[int, str]:
    """How many squares a side has, and an SVG path around the dark ones, a rectangle for each run of them."""
    matrix = segno.make(text, micro=False, error="m").matrix
    parts = []
    for row, squares in enumerate(matrix):
        start = None
        for column, dark in enumerate((*squares, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                length = column - start
                parts.append(f"M{start} {row}h{length}v1h-{length}z")
                start = None
    return len(matrix), "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(outline(sys.stdin.read())))
