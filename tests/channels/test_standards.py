"""Open data in the standards of others: OC4IDS by its own schema, and the catalogue by what DCAT-AP requires."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef

from participation.kit.database import Session
from tests.browsing import Browser
from tests.cast import Cast
from tests.channels.test_opendata import read
from tests.consulting import consulted
from tests.promises.samples import PROJECTS
from tests.world import World

API = "/api/v1"
SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "schemas" / "oc4ids-project-schema.json"
MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
    DCAT.Distribution: (DCAT.accessURL,),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
    FOAF.Agent: (FOAF.name,),
}
"""Of DCAT-AP 3."""


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    if not SCHEMA.exists():
        pytest.skip(f"the schema is not here: {SCHEMA}")
    return Draft4Validator(json.loads(SCHEMA.read_bytes()), format_checker=FormatChecker())


def wrong(schema: Draft4Validator, said: Any) -> list[str]:
    return [f"{list(one.path)}: {one.message[:200]}" for one in schema.iter_errors(said)]


async def test_every_project_of_the_demonstration_is_valid(world: World, schema: Draft4Validator) -> None:
    visitor = world.visitor()
    told = await read(visitor, f"{API}/oc4ids.json?limit=100")
    assert {"uri", "publishedDate", "version", "projects", "publisher"} <= set(told)
    assert {one["identifiers"][0]["id"] for one in told["projects"]} == set(PROJECTS)
    assert [fault for one in told["projects"] for fault in wrong(schema, one)] == []
    for slug in PROJECTS:
        for language in ("en", "ar"):
            one = await read(visitor, f"{API}/projects/{slug}/oc4ids.json?language={language}")
            assert wrong(schema, one) == []


async def test_what_is_wrong_is_found_by_the_schema(schema: Draft4Validator) -> None:
    assert wrong(schema, {"id": "a-1", "status": "voting"})
    assert wrong(schema, {"title": "Nothing else"})


async def test_the_corridor_tells_its_documents_meetings_and_steps(world: World) -> None:
    told = await read(world.visitor(), f"{API}/projects/bus-corridor/oc4ids.json")
    assert "environmentalImpact" in {one["documentType"] for one in told["documents"]}
    assert told["environment"] == {"hasImpactAssessment": True}
    assert all(one["publicOffice"] for one in told["social"]["consultationMeetings"])
    assert told["milestones"][0]["type"] == "engagement"
    assert told["status"] == "identification"


async def test_an_assessment_is_called_by_its_title_and_has_a_code_of_the_standard_where_one_fits(world: World) -> None:
    for language, title in (("", "Costs and benefits"), ("?language=fr", "Coûts et avantages")):
        told = await read(world.visitor(), f"{API}/projects/bus-corridor/oc4ids.json{language}")
        assessments = {one["id"]: one for one in told["documents"] if one["id"].startswith("assessment-")}
        found = assessments["assessment-cost-benefit"]
        assert (found["title"], found["documentType"]) == (title, "feasibilityStudy")
    assert {one["documentType"] for one in assessments.values()} >= {
        *("needsAssessment", "socialImpact", "riskProvisions", "landAndSettlementImpact"),
        "x_assessment",
    }


async def test_what_was_decided_is_being_prepared_or_cancelled(world: World) -> None:
    told = (await read(world.visitor(), f"{API}/oc4ids.json?limit=100"))["projects"]
    data = (await read(world.visitor(), f"{API}/projects?limit=100"))["items"]
    assert {one["status"] for one in told} > {"identification"}
    for one, known in zip(told, data, strict=True):
        assert (one["status"] == "cancelled") >= (known["state"] == "withdrawn")
        assert known["state"] != "published" or one["status"] == "identification"


async def test_a_package_leads_to_the_next(visitor: Browser, session: Session, cast: Cast) -> None:
    for number in (1, 2, 3):
        await consulted(session, cast, f"project-{number}", number=number)
    await session.commit()
    found, url = [], f"{API}/oc4ids.json?limit=2"
    while url:
        told = await read(visitor, url)
        found += [one["id"] for one in told["projects"]]
        url = told.get("links", {}).get("next")
    assert found == [f"{cast.city.slug}-{number}" for number in (1, 2, 3)]
    assert (await visitor.get(f"{API}/projects/nothing/oc4ids.json")).status_code == 404


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
async def test_the_catalogue_has_all_that_is_mandatory(visitor: Browser, cast: Cast) -> None:
    answer = await visitor.get(f"{API}/catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    graph = Graph().parse(data=answer.text, format="json-ld")
    for kind, properties in MANDATORY.items():
        things = list(graph.subjects(RDF.type, kind))
        assert things
        for thing in things:
            assert [one for one in properties if graph.value(thing, one, any=True) is None] == [], thing
    (catalog,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert graph.value(catalog, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    names = {str(graph.value(one, DCTERMS.identifier)) for one in graph.objects(catalog, DCAT.dataset)}
    assert names >= {"projects", "comments", "ballots", "assessments", "filings", "documents", "steps", "meetings"}
    assert not [one for one in names if "archive" in one], "it has no address from which anybody could fetch it"
    media = Namespace("https://www.iana.org/assignments/media-types/")
    for dataset in graph.objects(catalog, DCAT.dataset):
        for distribution in graph.objects(dataset, DCAT.distribution):
            address = str(graph.value(distribution, DCAT.accessURL))
            found = await visitor.get(address.removeprefix("http://testserver"))
            assert found.status_code == 200
            kind = found.headers["content-type"].partition(";")[0]
            assert graph.value(distribution, DCAT.mediaType) == media[kind]
