"""What the operator does for the staff on the command line: print a batch of slips, make a member of staff."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from participation.channels.staff.slips import sheet
from participation.domain.people.codes.forms import read_batch
from participation.domain.people.codes.operations import draw_batch, issue_batch
from participation.domain.people.staff import operations, queries
from participation.domain.people.staff.forms import read_login, read_new_password, read_role
from participation.domain.places.queries import CityView, one_city
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.forms import Reader, Said
from participation.kit.hashing import Secrets
from participation.kit.i18n import _
from participation.settings import Settings

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Printed:
    """What the operator is told of a new batch."""

    number: int
    languages: tuple[str, ...]
    left_out: tuple[str, ...]


async def issue_codes(
    session: Session,
    settings: Settings,
    *,
    city: str | None,
    said: dict[str, str | list[str]],
    login: str,
    to: BinaryIO,
    at: datetime,
    progress: Callable[[int, int], None],
) -> Printed:
    """A batch in the name of a member of staff. Whoever calls commits: the batch is there only if its slips were written."""
    from participation.kit.printing import draw

    here = await one_city(session, city)
    with named_fields():
        wanted = read_batch(Reader(Said(said)), here)
    actor = await in_the_name_of(session, here, login, at)
    drawn = await draw_batch(session, city=here, district_id=wanted.district_id, count=wanted.count, actor=actor)
    what = sheet(here, drawn, settings.base_url)
    to.write(draw(what, lambda done: progress(done, wanted.count)))
    to.flush()
    batch = await issue_batch(
        session,
        city=here,
        drawn=drawn,
        handed_out_by=wanted.handed_out_by,
        secrets=Secrets(settings.secret, settings.secret_previous),
        actor=actor,
        at=at,
    )
    languages = tuple(words.language for words in what.words)
    return Printed(batch.number, languages, tuple(code for code in here.languages[:3] if code not in languages))


def told(printed: Printed, out: str) -> list[str]:
    """For the operator, beside the slips."""
    lines = [f"Batch {printed.number} is printed. Its codes count once a second member of staff has activated it."]
    if out != "-":
        lines.append(
            f"Print {out} and delete it: whoever has it has every code in it. Nothing can show the codes again."
        )
    if printed.left_out:
        lines.append(
            f"Printed in {', '.join(printed.languages)}; no font here has the letters of {', '.join(printed.left_out)}."
        )
    return lines


async def in_the_name_of(session: Session, city: CityView, login: str, at: datetime, *, via: Via = Via.WEB) -> Actor:
    found = await queries.by_login(session, city_id=city.id, login=login.lower(), at=at)
    if found is None:
        raise NotFound(
            "staff",
            _("There is no such member of staff."),
            _("Compare the user name with the page of staff and roles."),
        )
    return Actor(city_id=city.id, person_id=found[0], via=via, grants=tuple(found[1]))


async def add_staff(
    session: Session,
    settings: Settings,
    *,
    city: str | None,
    login: str,
    password: str,
    roles: Sequence[str],
    place: str | None,
    ends: str | None,
    at: datetime,
) -> str:
    """A member of staff, with the roles given; the `otpauth://` address of their one-time passwords."""
    here = await one_city(session, city)
    until = ends or (at + YEAR).astimezone(here.zone).date().isoformat()
    with named_fields():
        form = Reader(Said({"login": login, "password": password, "password_again": password}))
        name = read_login(form)
        read_new_password(form, name)
        form.finish()
        given = [
            read_role(Reader(Said({"role": role, "place": place or here.root.slug, "ends_at": until})), here, here.zone)
            for role in roles
        ]
    _person, secret = await operations.add_staff(
        session,
        city=here,
        login=name,
        password=password,
        roles=given,
        secrets=Secrets(settings.secret, settings.secret_previous),
        at=at,
    )
    return operations.provisioning(secret, name, here)


def enrolment(address: str) -> list[str]:
    """The address for an authenticator, and the same to be scanned from the terminal."""
    import io

    import segno

    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, compact=True)
    return ["Scan this with an authenticator, or type its key. It is shown only now:", address, drawn.getvalue()]


class WrongArgument(ValueError):
    """Something that was given cannot be taken; the text names it and says why."""


@contextmanager
def named_fields() -> Iterator[None]:
    """On the command line a message needs the name of its field before it."""
    try:
        yield
    except Invalid as invalid:
        field, message = next(iter(invalid.errors.items()))
        raise WrongArgument(f"{field}: {message}") from None


@contextmanager
def secret_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that nobody else may read; gone again when what it was for fails."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            yield file
        except BaseException:
            path.unlink(missing_ok=True)
            raise
