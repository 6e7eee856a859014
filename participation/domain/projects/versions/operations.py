"""Writes down what changed in a project, in its history and in the record, with whatever the transaction flushes next."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from participation.domain.projects.models import Project, ProjectState, ProjectVersion
from participation.domain.projects.versions.rules import changed_fields, content_of, digests
from participation.domain.record import operations as record
from participation.domain.record.actors import Actor
from participation.kit.changes import touch
from participation.kit.database import Session


def enter_change(
    session: Session,
    project: Project,
    part: str | Collection[str],
    before: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    """One version more, of one part or of several; what is public goes into the history and the record. Nothing, when nothing differs."""
    content = content_of(project)
    fields = changed_fields(before, content)
    if not fields:
        return
    project.version += 1
    parts = [part] if isinstance(part, str) else part
    project.parts = project.parts | dict.fromkeys(parts, project.version)
    if project.state == ProjectState.DRAFT:
        return
    session.add(version_of(project, content, at))
    facts = {"version": project.version, "fields": fields, "content": digests(content)}
    enter(session, project, "project_edited", actor, at, facts)


def enter(session: Session, project: Project, kind: str, actor: Actor, at: datetime, facts: Mapping[str, Any]) -> None:
    """Into the record, and to whoever shows the project."""
    facts = {"project": {"number": project.number, "slug": project.slug}, **facts}
    about = ("project", str(project.id))
    record.enter(session, city_id=project.city_id, kind=kind, actor=actor, at=at, entries=[(facts, about)])
    announce(session, project)


def announce(session: Session, project: Project) -> None:
    touch(session, f"project:{project.id}", f"projects:{project.city_id}")


def version_of(project: Project, content: dict[str, Any], at: datetime) -> ProjectVersion:
    return ProjectVersion(
        project_id=project.id, version=project.version, city_id=project.city_id, at=at, content=content
    )
