"""A clip that was examined, and what an official says about it."""

import json
from dataclasses import asdict, dataclass

from participation.kit.forms import Fields, Reader


@dataclass(frozen=True)
class NewClip:
    """It is kept, until a project has it."""

    format: str
    seconds: int
    size: int
    digest: str

    @property
    def digests(self) -> tuple[str, ...]:
        return (self.digest,)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> "NewClip":
        return cls(**json.loads(raw))


def read_tongue(fields: Fields) -> str:
    """The name of the sign language."""
    form = Reader(fields)
    tongue = form.text("tongue", at_most=60)
    form.finish()
    return tongue
