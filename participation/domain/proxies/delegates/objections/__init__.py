"""What anybody has against somebody who is put forward, and what administrators decide about it."""
