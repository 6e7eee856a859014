"""When a city may declare and remove an election period, and what rests in one: pure decisions over days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from participation.kit.errors import Closed, Conflict, Refusal
from participation.kit.i18n import Day, Message, _

LONGEST = timedelta(days=120)
FURTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Period:
    """Whole days in the city's time zone, the last one included."""

    id: int
    names: Mapping[str, str]
    from_day: date
    until_day: date


def held(periods: Iterable[Period], day: date) -> Period | None:
    """The period in which a day lies."""
    return next((one for one in periods if one.from_day <= day <= one.until_day), None)


def next_day(periods: Iterable[Period], day: date) -> date:
    """The first day from this one on that lies in no period."""
    known = list(periods)
    while found := held(known, day):
        day = found.until_day + timedelta(days=1)
    return day


def may_be_public(periods: Iterable[Period], day: date) -> Refusal | None:
    """Nothing is decided in an election period, and what was decided is not written anew."""
    known = list(periods)
    found = held(known, day)
    if found is None:
        return None
    return Closed(
        "election",
        _(
            "Nothing is decided in an election period. This one lasts from %(from)s to %(until)s.",
            **_days(found),
        ),
        _("The next possible day is %(day)s.", day=Day(next_day(known, day))),
    )


def may_open(periods: Iterable[Period], day: date) -> Refusal | None:
    """No step opens in an election period."""
    known = list(periods)
    if held(known, day) is None:
        return None
    return Closed(
        "election",
        opens_inside(known, day) or _("No step opens in an election period."),
        _("It can open afterwards; nobody has to do anything for that."),
    )


def opens_inside(periods: Iterable[Period], day: date) -> Message | None:
    """What is said beside a date that was set inside one."""
    known = list(periods)
    found = held(known, day)
    if found is None:
        return None
    return _(
        "No step opens in an election period. This one lasts from %(from)s to %(until)s. The next possible day is %(day)s.",
        **_days(found),
        day=Day(next_day(known, day)),
    )


def _days(period: Period) -> dict[str, Day]:
    return {"from": Day(period.from_day), "until": Day(period.until_day)}


def wrong_period(from_day: date, until_day: date, others: Iterable[Period], today: date) -> dict[str, Message]:
    """What is wrong with the days of a period that is to be declared, by field."""
    errors: dict[str, Message] = {}
    if from_day <= today:
        errors["from_day"] = _("A period is declared before the day on which it begins.")
    elif from_day > today + FURTHEST:
        errors["from_day"] = _("This is more than three years away.")
    if until_day < from_day:
        errors["until_day"] = _("The last day cannot be before the first.")
    elif until_day - from_day >= LONGEST:
        errors["until_day"] = _("A period lasts for at most %(most)s days.", most=LONGEST.days)
    elif any(one.from_day <= until_day and from_day <= one.until_day for one in others):
        errors.setdefault("from_day", _("Another period is declared for some of these days."))
    return errors


def may_still(from_day: date, today: date) -> Refusal | None:
    """Declared, changed or removed only before it begins."""
    if today < from_day:
        return None
    return Conflict(
        "begun",
        _("This period has begun, or would have. It can neither be declared nor removed any more."),
        _("It ends on its last day. Days after it can be declared as another period."),
    )
