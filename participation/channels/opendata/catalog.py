"""The catalogue of the city's open data (DCAT, as JSON-LD), made from the table by which the lists are served."""

from collections.abc import Sequence
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import CSV, JSON, Address, Values, origin
from participation.channels.opendata.replies import LICENCE
from participation.channels.opendata.shapes import Foreign

JSON_LD = "application/ld+json"
CATALOG = Foreign(
    "Catalog", "Every list of open data, with where it is found.", (), "https://www.w3.org/TR/vocab-dcat-3/"
)
MEDIA = "https://www.iana.org/assignments/media-types/"
THEME = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
"""Written out, so that nobody has to fetch it."""


def address(path: str, described: Sequence[Address]) -> Address:
    """The address of the catalogue of those of these that are lists of the whole city."""
    lists = [one for one in described if not one.names]

    async def catalog(visit: Visit, values: Values) -> dict[str, Any]:
        return _catalog(visit, lists)

    meaning = "The catalogue of all lists (DCAT)."
    return Address(path, catalog, CATALOG, meaning, media_type=JSON_LD)


def _catalog(visit: Visit, lists: Sequence[Address]) -> dict[str, Any]:
    here, names = origin(visit), visit.city.names
    named = [{"@value": name, "@language": language} for language, name in sorted(names.items())]
    publisher = {"@id": f"{here}/#publisher", "@type": "foaf:Agent", "foaf:name": named}
    name = names.get("en") or next(iter(names.values()))
    datasets = [_dataset(here, one) for one in lists]
    return {
        "@context": CONTEXT,
        "@id": f"{here}/api/v1/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _said(f"{name}: open data"),
        "dct:description": _said("Everything that the city publishes about its projects."),
        "dct:publisher": publisher,
        "dct:license": {"@id": LICENCE},
        "foaf:homepage": {"@id": f"{here}/"},
        "dcat:dataset": [one | {"dct:publisher": {"@id": publisher["@id"]}} for one in datasets],
        "dcat:service": {
            "@id": f"{here}/api/v1/",
            "@type": "dcat:DataService",
            "dct:title": _said("Open data by address"),
            "dct:license": {"@id": LICENCE},
            "dcat:endpointURL": {"@id": f"{here}/api/v1/"},
            "dcat:endpointDescription": {"@id": f"{here}/api/v1/openapi.json"},
            "dcat:servesDataset": [{"@id": one["@id"]} for one in datasets],
        },
    }


def _dataset(here: str, one: Address) -> dict[str, Any]:
    forms = {JSON: "", CSV: ".csv"} if one.listed else {one.media_type: ""}
    name = one.path.rpartition("/")[2]
    return {
        "@id": f"{here}{one.path}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": _said(name.partition(".")[0].capitalize()),
        "dct:description": _said(f"{one.meaning} {one.shape.meaning}"),
        "dct:license": {"@id": LICENCE},
        "dcat:theme": {"@id": THEME},
        "dcat:landingPage": {"@id": f"{here}/api/v1/dictionary"},
        "dcat:distribution": [
            {
                "@id": f"{here}{one.path}{suffix}#distribution" + ("" if suffix else "-json"),
                "@type": "dcat:Distribution",
                "dct:title": _said(media_type),
                "dcat:accessURL": {"@id": f"{here}{one.path}{suffix}"},
                "dcat:mediaType": {"@id": MEDIA + media_type},
                "dct:license": {"@id": LICENCE},
            }
            for media_type, suffix in forms.items()
        ],
    }


def _said(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}
