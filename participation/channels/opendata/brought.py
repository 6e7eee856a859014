"""What delegates brought for a project, added up as on its page for people: in tens, and counted every Monday."""

from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Values
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import ADDRESS, COUNT, MOMENT, SLUG, Field, Shape, perhaps
from participation.domain.consultations.about.queries import about
from participation.domain.proxies.forms import Age
from participation.domain.proxies.sums.queries import HANDS, summed
from participation.domain.proxies.sums.rules import counted_anew, counted_until


def _tens(name: str, meaning: str, unit: str) -> Field:
    return Field(name, perhaps(COUNT), f"{meaning} Rounded down to tens; null for fewer than ten.", unit)


def _of_age(age: Age) -> str:
    return f"age_{age.replace('-', '_')}"


BROUGHT = Shape(
    "BroughtByDelegates",
    "What delegates brought for a project.",
    (
        Field("project", SLUG, "The project that it is about."),
        Field("counted_until", MOMENT, "What had arrived before is counted; the next time is a week later."),
        _tens("visits", "Visits that count.", "visits"),
        _tens("assisted", "Of these, with somebody of the person's own choice.", "visits"),
        Field(
            "not_free",
            perhaps(COUNT),
            "Of these, where the delegate noted that the person could not speak freely. Rounded down to tens; null where they or the others are fewer than ten.",
            "visits",
        ),
        _tens("disputed", "Entries that were disputed, taken back or refused.", "entries"),
        _tens("without_code", "Of the visits, those to people who gave no access code.", "visits"),
        *(_tens(_of_age(age), f"Of these, by age: {age}.", "visits") for age in Age),
        _tens("meetings", "Meetings at which delegates wrote down what was said.", "meetings"),
        _tens("attended", "How many people came to them.", "people"),
        *(_tens(f"hands_{side}", f"Hands raised there: {side}.", "people") for side in HANDS),
        Field("page", ADDRESS, "Its page for people."),
    ),
)


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    zone = visit.city.zone
    until = counted_until(visit.at, zone)
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        sums = await summed(session, project.id, until=until)
    visit.depends(f"project:{project.id}", until=counted_anew(until, zone))
    told = {
        name: getattr(sums, name) for name in ("visits", "assisted", "not_free", "disputed", "meetings", "attended")
    }
    ages = {_of_age(age): count for age, count in sums.ages.items()}
    hands = {f"hands_{side}": count for side, count in sums.hands.items()}
    return BROUGHT.show(
        told
        | ages
        | hands
        | {
            "project": project.slug,
            "counted_until": until,
            "without_code": sums.described,
            "page": page(visit, project.slug, "/delegates"),
        }
    )
