"""What a comment is entered under, beside its words: where it belongs, in marks that no word can be."""

from collections.abc import Iterable

from participation.kit.searching import terms

BLOCK = 13
"""Comments are looked through in blocks of 2^13 numbers, the newest first, so that a word that stands in half of a million of them
is not gathered from all of them only to show twenty."""


def entries(*, city_id: int, project_id: int, language: str, body: str) -> list[str]:
    """All but the mark of its block, for which its number has to be known."""
    return in_city(city_id, [*terms(body), project(project_id), said_in(language)])


def in_city(city_id: int, terms: Iterable[str]) -> list[str]:
    """Terms of each city are its own, so that what is said in a large one does not make a small one wait."""
    return [f"{city_id}:{term}" for term in terms]


def project(project_id: int) -> str:
    return f"#p{project_id}"


def said_in(language: str) -> str:
    return f"#l{language}"
