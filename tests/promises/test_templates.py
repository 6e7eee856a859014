"""Every template compiles, has a title, and every name of a template or block in the code leads to one."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from participation import channels
from participation.channels.http.templates import ROOT, Templates

FOLDER = ROOT / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
FRAMES = [name for name in TEMPLATES if not name.startswith("macros/")]


@dataclass(frozen=True)
class Named:
    """A template that a handler shows, and perhaps one block of it."""

    file: str
    template: str
    block: str | None


@cache
def _named() -> frozenset[Named]:
    """Read once: it parses every handler."""
    return frozenset(_found())


def _found() -> Iterator[Named]:
    for path in sorted(Path(channels.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                blocks = [_strings(k.value) for k in node.keywords if k.arg == "block"]
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant) and str(argument.value).endswith(".html"):
                        for block in (blocks[0] if blocks else None) or [None]:
                            yield Named(path.name, str(argument.value), block)


def _strings(node: ast.AST) -> list[str | None]:
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(templates: Templates, name: str) -> None:
    templates.environment.get_template(name)


@pytest.mark.parametrize("named", sorted(_named(), key=str), ids=lambda named: f"{named.file} {named.template}")
def test_what_a_handler_shows_is_there(templates: Templates, named: Named) -> None:
    template = templates.environment.get_template(named.template)
    assert named.block is None or named.block in template.blocks
    assert _with_parents(templates, named.template) & {"title"}, "it has no title"


def _with_parents(templates: Templates, name: str) -> set[str]:
    """The blocks that a template fills itself."""
    return set(templates.environment.get_template(name).blocks)


def test_no_template_is_left_over(templates: Templates) -> None:
    source = "\n".join(
        path.read_text()
        for folder in (Path(channels.__path__[0]).parent, FOLDER)
        for path in (*folder.rglob("*.py"), *folder.rglob("*.html"))
    )
    assert not [name for name in TEMPLATES if f"'{name}'" not in source and f'"{name}"' not in source]


@pytest.mark.parametrize("name", FRAMES)
def test_a_block_that_is_a_fragment_imports_what_it_uses(templates: Templates, name: str) -> None:
    """A block rendered alone sees neither the imports of its file nor its loops' variables."""
    source = (FOLDER / name).read_text()
    for named in {n for n in _named() if n.template == name and n.block}:
        body = source.partition(f"{{% block {named.block} %}}")[2].partition("{% endblock")[0]
        assert body, f"block {named.block} is not in {name} itself"
        for macro in ("ui", "forms", "say", "ladder", "show", "parts"):
            if f"{macro}." in body:
                assert f" as {macro} " in body, f"block {named.block} uses {macro} and does not import it"
