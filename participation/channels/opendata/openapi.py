"""The description of open data for machines (OpenAPI 3.1), made from the table by which it is served."""

import re
from collections.abc import Iterable
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.addresses import ADDRESSES, ROOT
from participation.channels.opendata.answering import CSV, JSON, Address, Values, origin
from participation.channels.opendata.replies import LICENCE
from participation.channels.opendata.shapes import NAME, NUMBER, SLUG, Schema, Shape, one_of
from participation.domain.places.queries import CityView
from participation.domain.projects.models import StepKind

PROBLEM: Schema = {
    "type": "object",
    "description": "Why something was refused (RFC 9457): a code for programs, a reason for people.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "In the language of Accept-Language."},
        "next_step": {"type": "string", "description": "What can be done now, in the same language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["name", "detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
    "additionalProperties": False,
}
REFUSALS = {
    "404": "There is no such thing.",
    "405": "It can only be read.",
    "406": "It cannot be had in this form.",
    "422": "Something asked in the address cannot be answered.",
    "500": "Something went wrong on our side.",
}


async def describe(visit: Visit, values: Values) -> dict[str, Any]:
    return document(visit.city, origin(visit))


def document(city: CityView, server: str) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for address in ADDRESSES:
        paths[address.path] = _methods(address, city, suffix=False)
        if address.table:
            paths[f"{address.path}.csv"] = _methods(address, city, suffix=True)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{city.names.get('en') or next(iter(city.names.values()))}: open data",
            "version": "1",
            "description": "Everything that the city publishes about its projects. Drafts, votes and persons are not in it.",
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {shape.name: shape.schema for shape in _shapes(address.shape for address in ADDRESSES)}
            | {"Problem": PROBLEM},
            "responses": {status: _refusal(meaning) for status, meaning in REFUSALS.items()},
        },
    }


def _shapes(shapes: Iterable[Shape]) -> list[Shape]:
    """These, and those inside them."""
    found: dict[str, Shape] = {}
    for shape in shapes:
        found[shape.name] = shape
        for part in _shapes(inner for field in shape.fields for inner in field.kind.shapes()):
            found[part.name] = part
    return list(found.values())


def _methods(address: Address, city: CityView, *, suffix: bool) -> dict[str, Any]:
    return {method: _operation(address, city, method, suffix=suffix) for method in ("get", "head")}


def _operation(address: Address, city: CityView, method: str, *, suffix: bool) -> dict[str, Any]:
    name = address.path.removeprefix(ROOT).replace("{slug}", "project").strip("/")
    name = re.sub(r"[^a-z0-9]+", "_", name).strip("_")
    return {
        "operationId": f"{method}_{name}{'_csv' if suffix else ''}",
        "summary": address.meaning,
        "parameters": [
            *(_NAMES[name] for name in address.names),
            *(_parameter(each, city) for each in address.parameters),
        ],
        "responses": {
            "200": _found(address, method, suffix=suffix),
            "304": {"description": "What you have is what there is."},
        }
        | {
            status: {"$ref": f"#/components/responses/{status}"} if method == "get" else {"description": meaning}
            for status, meaning in REFUSALS.items()
            if status != "406" or (address.listed and not suffix)
        },
    }


_NAMES = {
    name: {"name": name, "in": "path", "required": True, "description": meaning, "schema": kind.schema}
    for name, kind, meaning in (
        ("slug", SLUG, "A project's name in addresses."),
        ("kind", NAME, "The questionnaire that an assessment answers."),
        ("number", NUMBER, "A filing, by its id."),
        ("id", NUMBER, "A document, by its id."),
        ("step", one_of(StepKind), "Which step."),
    )
}


def _parameter(parameter: Any, city: CityView) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.meaning,
        "schema": parameter.schema(city),
    }


def _found(address: Address, method: str, *, suffix: bool) -> dict[str, Any]:
    headers = {
        "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
        "Link": {
            "description": "The licence, this description, and of lists the next page.",
            "schema": {"type": "string"},
        },
    }
    found: dict[str, Any] = {"description": address.meaning, "headers": headers}
    if method == "head":
        return found
    content: dict[str, Any] = {}
    if not suffix:
        content[JSON if address.listed else address.media_type] = {
            "schema": _list(address.shape) if address.listed else address.shape.reference
        }
    if address.listed or suffix:
        content[CSV] = {"schema": {"type": "string"}}
    return found | {"content": content}


def _list(shape: Shape) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": shape.reference},
            "next": {"anyOf": [{"type": "string", "format": "uri"}, {"type": "null"}]},
        },
        "required": ["items", "next"],
        "additionalProperties": False,
    }


def _refusal(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {"application/problem+json": {"schema": schema}}}
