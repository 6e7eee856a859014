"""What each field of open data means, a row each: made from the shapes by which it is shown, so that neither can be wrong alone."""

from collections.abc import Iterator, Sequence

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Address, Listed, Values
from participation.channels.opendata.parameters import BOM
from participation.channels.opendata.shapes import (
    FLAG,
    TEXT,
    Field,
    Kind,
    Many,
    Part,
    Perhaps,
    Shape,
    Words,
    many,
    perhaps,
)

ROW = Shape(
    "DictionaryEntry",
    "A field of an address of open data: what it is called in JSON and in a table, and what it means.",
    (
        Field(
            "address",
            TEXT,
            "Where it is found; {slug} stands for a project, {kind} for a questionnaire, {number} for a filing, "
            "{id} for a document, {step} for a step.",
        ),
        Field("thing", TEXT, "What the answer tells of, as the description for machines (OpenAPI) names it."),
        Field("field", TEXT, "In JSON; . leads inside, [] stands for each of a list."),
        Field("column", perhaps(TEXT), "In a table; * stands for each language. Null where it is in no table."),
        Field("type", TEXT, "Of the value; text by language: one for each language in which it was written."),
        Field("several", FLAG, "It is a list of such values; in a table there are spaces between them."),
        Field("missing", FLAG, "It may be null; in a table the cell is empty then."),
        Field("values", many(TEXT), "All that it can be, where that is a closed list."),
        Field("unit", perhaps(TEXT), "In what it is measured."),
        Field("meaning", TEXT, "What it means."),
    ),
)


def address(path: str, described: Sequence[Address]) -> Address:
    """The address of the dictionary of these."""

    async def dictionary(visit: Visit, values: Values) -> Listed:
        return Listed([ROW.show(row) for one in described for row in rows(one)], None)

    return Address(
        path, dictionary, ROW, "The data dictionary: what each field of each address means.", (BOM,), listed=True
    )


def rows(described: Address) -> Iterator[Values]:
    for row in _fields(described.shape, "", "" if described.table else None):
        yield {"address": described.path, "thing": described.shape.name, **row}


def _fields(shape: Shape, path: str, column: str | None) -> Iterator[Values]:
    """Those of a shape, and of the shapes inside it in their place. `column` is what columns begin with."""
    for field in shape.fields:
        kind, missing, several = _opened(field.kind)
        name = f"{path}{field.name}{'[]' if several else ''}"
        if isinstance(kind, Part):
            inside = None if column is None or several else f"{column}{field.name}_"
            yield from _fields(kind.shape, f"{name}.", inside)
            continue
        cells = None if column is None else list(field.kind.cells(column + field.name, None, ("*",)))
        yield {
            "field": name,
            "column": None if cells is None else " ".join(cells),
            "type": _type(kind),
            "several": several,
            "missing": missing,
            "values": kind.schema.get("enum", ()),
            "unit": field.unit or None,
            "meaning": field.meaning,
        }


def _opened(kind: Kind) -> tuple[Kind, bool, bool]:
    """What stands inside what may be missing, and inside a list."""
    missing = isinstance(kind, Perhaps)
    inner = kind.of if isinstance(kind, Perhaps) else kind
    return (inner.of, missing, True) if isinstance(inner, Many) else (inner, missing, False)


def _type(kind: Kind) -> str:
    if isinstance(kind, Words):
        return "text by language"
    schema = kind.schema
    return str(schema.get("format") or schema["type"])
