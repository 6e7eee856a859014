"""How to see whether something that a step owes is there: a check for each code of the table in `gates`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from participation.domain.ladder.gates.rules import FIRST, Owing, Table
from participation.domain.projects.documents.models import DocumentKind
from participation.domain.projects.documents.rules import KINDS
from participation.domain.projects.models import Influence
from participation.domain.projects.rules import SUMMARY_WORDS, TEXTS
from participation.kit.i18n import Listed, Message, _
from participation.kit.text import words

__all__ = ["CHECKS", "Dossier", "Missing", "Owing", "Settlement", "Span", "missing", "owes", "too_short", "too_soon"]


@dataclass(frozen=True)
class Span:
    """The dates of a step in days of the city, as they count towards notice and duration."""

    announced: date
    """Today while they are not announced."""
    opens: date
    """The day on which it opens, or today where that has passed without it."""
    closes: date
    """As many days after it opens as was planned: a step that opens late keeps its length."""


@dataclass(frozen=True)
class Settlement:
    """A place that a project names, with every place that lies in it."""

    names: Mapping[str, str]
    within: frozenset[int]


@dataclass(frozen=True)
class Dossier:
    """What is there of a project."""

    required: tuple[str, ...]
    """Languages in which the city has to say everything, the first one first."""
    texts: Mapping[str, Mapping[str, str]]
    """Its words: language, field, text."""
    cost_known: bool
    agreements_stated: bool
    questions: Mapping[str, str] | None
    """The ballot's question per language; None while no ballot and its rule are declared."""
    asked: bool
    """The consultation was held, and has closed."""
    unassessed: tuple[str, ...] = ()
    """Kinds of assessment that are owed and not public."""
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of kinds of assessment, by language."""
    unlooked: tuple[str, ...] = ()
    """Kinds of assessment on which an opinion from outside is owed."""
    binding: bool = False
    """The ballot that is declared binds the city."""
    influence: str | None = None
    unsigned: tuple[str, ...] = ()
    """Preconditions that are not signed in every required language."""
    indicators: int = 0
    unmeasured: tuple[str, ...] = ()
    """Required languages in which an indicator does not say what is measured."""
    homes: bool = False
    """What it has published says that homes or livelihoods are touched."""
    settlements: tuple[Settlement, ...] = ()
    met: frozenset[int] = frozenset()
    """Places for whose people a meeting was announced and not cancelled, late enough to have read the plan and early enough to be heard."""
    unmet: bool = False
    """The published assessment of homes itself says that not every settlement that is touched has a meeting."""
    documents: frozenset[str] = frozenset()
    """Kinds of documents that are public."""
    unspoken: tuple[str, ...] = ()
    """Required languages in which a public document or a meeting does not say all that it says."""
    attached: bool = False
    """There are public documents or meetings."""
    spans: Mapping[Owing, Span] = field(default_factory=dict)
    """Of the steps that have dates and have not opened."""


@dataclass(frozen=True)
class Missing:
    """Something that a step owes and that is not there, in words for everybody."""

    step: Owing
    code: str
    message: Message
    languages: tuple[str, ...] = ()
    """In which languages it is missing; none where language does not matter."""


Check = Callable[[Dossier, Owing, Table], bool | tuple[str, ...] | Message]
"""Whether it is missing; or in which languages; or in words that say more."""


def _text(field: str) -> Check:
    """Publishing asks for one of the required languages, all fields in the same: the one in which least is missing."""

    def check(dossier: Dossier, step: Owing, _table: Table) -> tuple[str, ...]:
        languages = (_furthest(dossier),) if step is Owing.INFORMATION else dossier.required
        return tuple(language for language in languages if not dossier.texts.get(language, {}).get(field))

    return check


def _furthest(dossier: Dossier) -> str:
    def filled(language: str) -> int:
        return sum(bool(dossier.texts.get(language, {}).get(field)) for field in FIRST)

    return max(dossier.required, key=filled)


def _translations(dossier: Dossier, _step: Owing, _table: Table) -> tuple[str, ...]:
    """What is said in one required language is said in each of them, documents and meetings too."""
    said = {field for texts in dossier.texts.values() for field, text in texts.items() if text and field in TEXTS}
    texts = dossier.texts
    return tuple(
        code
        for code in dossier.required
        if code in dossier.unspoken or any(not texts.get(code, {}).get(field) for field in said)
    )


def _summary_too_long(dossier: Dossier, _step: Owing, _table: Table) -> tuple[str, ...]:
    return tuple(
        language
        for language, texts in dossier.texts.items()
        if language in dossier.required and words(texts.get("summary", "")) > SUMMARY_WORDS
    )


def _question(dossier: Dossier, _step: Owing, _table: Table) -> tuple[str, ...]:
    if dossier.questions is None:
        return ()
    return tuple(language for language in dossier.required if not dossier.questions.get(language))


def _indicators(dossier: Dossier, _step: Owing, table: Table) -> bool | tuple[str, ...] | Message:
    least = table.numbers["indicators"]
    if dossier.indicators < least:
        return (
            False
            if not least
            else True
            if least == 1
            else _("At least %(least)s indicators, each with baseline and target", least=least)
        )
    return dossier.unmeasured


def _assessments(dossier: Dossier, _step: Owing, _table: Table) -> bool | Message:
    if not dossier.unassessed:
        return False
    names = tuple(dossier.titles.get(kind, kind) for kind in dossier.unassessed)
    return _("The impact assessments that the project owes: %(kinds)s", kinds=Listed(names))


def _meetings(dossier: Dossier, _step: Owing, _table: Table) -> bool | Message:
    missing = tuple(one.names for one in dossier.settlements if not one.within & dossier.met)
    if missing:
        return _(
            "A meeting with residents, late enough to have read the plan and early enough to be heard,"
            " since homes or livelihoods are touched: %(places)s",
            places=Listed(missing),
        )
    if dossier.unmet:
        return _(
            "A meeting with a date in each settlement that is touched:"
            " the published assessment of homes and livelihoods says that some have none"
        )
    return False


def _documents(dossier: Dossier, step: Owing, table: Table) -> bool | Message:
    missing = [kind for kind in table.documents.get(step, ()) if kind not in dossier.documents]
    if not missing:
        return False
    return _("Documents: %(kinds)s", kinds=Listed(tuple(KINDS[DocumentKind(kind)] for kind in missing)))


def owes(code: str, dossier: Dossier, step: Owing, table: Table) -> bool:
    """Whether a step of this project owes this at all: some of the table only where homes are touched, or residents decide."""
    if code not in table.owed[step]:
        return False
    if code in ("homes_places", "homes_plan", "homes_meetings"):
        return dossier.homes
    if code == "binding":
        return dossier.influence == Influence.EMPOWER
    if code == "attached":
        return dossier.attached
    return code != "documents" or bool(table.documents.get(step))


def _notice(of: Owing) -> Check:
    def check(dossier: Dossier, _step: Owing, table: Table) -> bool | Message:
        span, least = dossier.spans.get(of), table.notice(of)
        if span is None or table.counted(span.announced, span.opens) >= least:
            return False
        return too_soon(of, least, table.earliest(span.announced, least))

    return check


def _duration(of: Owing) -> Check:
    def check(dossier: Dossier, _step: Owing, table: Table) -> bool | Message:
        span, least = dossier.spans.get(of), table.duration(of, dossier.influence)
        if span is None or table.counted(span.opens, span.closes) >= least:
            return False
        return too_short(of, least, table.earliest(span.opens, least))

    return check


def too_soon(step: Owing, days: int, earliest: date) -> Message:
    if step is Owing.DECISION:
        return _(
            "A vote is announced at least %(days)s days before it opens: not before %(day)s.", days=days, day=earliest
        )
    return _(
        "A consultation is announced at least %(days)s days before it opens: not before %(day)s.",
        days=days,
        day=earliest,
    )


def too_short(step: Owing, days: int, earliest: date) -> Message:
    if step is Owing.DECISION:
        return _("A vote is open for at least %(days)s days: until %(day)s or later.", days=days, day=earliest)
    return _("A consultation is open for at least %(days)s days: until %(day)s or later.", days=days, day=earliest)


CHECKS: Mapping[str, tuple[Message, Check]] = {
    **{name: (message, _text(name)) for name, message in TEXTS.items()},
    "summary_length": (_("A summary of at most %(most)s words", most=SUMMARY_WORDS), _summary_too_long),
    "translations": (_("Everything that is said, in every required language"), _translations),
    "cost": (_("What it costs"), lambda d, _s, _t: not d.cost_known),
    "agreements": (
        _("All agreements signed so far, or that there are none"),
        lambda d, _s, _t: not d.agreements_stated,
    ),
    "assessments": (_("The impact assessments that the project owes"), _assessments),
    "opinion": (_("An opinion from outside on what nobody could assess"), lambda d, _s, _t: bool(d.unlooked)),
    "influence": (
        _("The level of influence that residents are promised"),
        lambda d, _s, _t: d.influence is None,
    ),
    "preconditions": (
        _("The five preconditions, each signed by an official"),
        lambda d, _s, _t: bool(d.unsigned),
    ),
    "indicators": (_("One to five indicators, each with baseline and target"), _indicators),
    "homes_places": (
        _("The districts or neighbourhoods whose homes or livelihoods are touched, named as places of the project"),
        lambda d, _s, _t: not d.settlements,
    ),
    "homes_plan": (
        _("A published resettlement plan, since homes or livelihoods are touched"),
        lambda d, _s, _t: d.homes and DocumentKind.RESETTLEMENT not in d.documents,
    ),
    "homes_meetings": (
        _("A meeting with residents in each place, announced, where homes or livelihoods are touched"),
        _meetings,
    ),
    "documents": (_("The documents that the city asks for"), _documents),
    "attached": (
        _("What its documents and meetings say, in every required language"),
        lambda d, _s, _t: d.unspoken,
    ),
    "notice": (_("Enough notice before the consultation opens"), _notice(Owing.CONSULTATION)),
    "duration": (_("A consultation that is open for long enough"), _duration(Owing.CONSULTATION)),
    "consultation": (_("A consultation that has been held and has closed"), lambda d, _s, _t: not d.asked),
    "ballot": (_("The ballot and the rule by which it is counted"), lambda d, _s, _t: d.questions is None),
    "question": (_("The question of the ballot"), _question),
    "binding": (
        _("A vote that binds the city, since residents were promised that they decide"),
        lambda d, _s, _t: d.questions is not None and not d.binding,
    ),
    "vote_notice": (_("Enough notice before the vote opens"), _notice(Owing.DECISION)),
    "vote_duration": (_("A vote that is open for long enough"), _duration(Owing.DECISION)),
}
"""For each code: what it is in words, and how to see whether it is missing."""


def missing(dossier: Dossier, step: Owing, table: Table) -> list[Missing]:
    """What is owed for a step and not there yet."""
    found: list[Missing] = []
    for code, (message, check) in CHECKS.items():
        lacking = check(dossier, step, table) if owes(code, dossier, step, table) else False
        if isinstance(lacking, Message):
            found.append(Missing(step, code, lacking))
        elif lacking:
            found.append(Missing(step, code, message, lacking if isinstance(lacking, tuple) else ()))
    return found
