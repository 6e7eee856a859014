"""A project's content as its history keeps it, what differs between two of them, and their digests for the record."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import rfc8785

from participation.domain.projects.models import Project
from participation.domain.projects.rules import WORDS


def content_of(project: Project) -> dict[str, Any]:
    """All that a project says, as its history keeps it; needs its texts, agreements, indicators and districts loaded."""
    return {
        "texts": {
            text.language: {field: getattr(text, field) for field in WORDS if getattr(text, field)}
            for text in sorted(project.texts, key=lambda text: text.language)
        },
        "facts": {
            "cost_amount": project.cost_amount,
            "influence": project.influence,
            "programme": project.programme_id,
            "open_comments": project.open_comments,
            "agreements_stated": project.agreements_stated,
            "districts": sorted(district.place_id for district in project.districts),
        },
        "agreements": [
            {"signed_on": agreement.signed_on.isoformat(), "binding": agreement.binding, "names": agreement.names}
            for agreement in sorted(project.agreements, key=lambda agreement: (agreement.signed_on, agreement.id or 0))
        ],
        "indicators": [
            {"names": one.names, "units": one.units}
            | {"from": _measured(one.baseline, one.baseline_on), "to": _measured(one.target, one.target_on)}
            for one in project.indicators
        ],
    }


def _measured(value: Decimal, on: date) -> dict[str, str]:
    return {"value": f"{value.normalize():f}", "on": on.isoformat()}


def flat(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same by field: `texts.sw.title`, `facts.cost_amount`, `agreements`."""
    fields: dict[str, Any] = {}
    for language, texts in content["texts"].items():
        fields |= {f"texts.{language}.{name}": value for name, value in texts.items()}
    fields |= {f"facts.{name}": value for name, value in content["facts"].items()}
    fields |= {name: content.get(name, []) for name in ("agreements", "indicators")}
    return fields


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs, in the order of the page."""
    old, new = flat(before), flat(after)
    return [field for field in dict.fromkeys([*new, *old]) if old.get(field) != new.get(field)]


def digests(content: Mapping[str, Any]) -> dict[str, Any]:
    """SHA-256 over the RFC 8785 JSON of the words in each language, and of the facts with the lists."""
    rest = {name: content[name] for name in ("facts", "agreements", "indicators")}
    return {
        "texts": {language: _digest(texts) for language, texts in content["texts"].items() if texts},
        "facts": _digest(rest),
    }


def _digest(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
