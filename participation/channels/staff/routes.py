"""Every address of the staff's pages."""

from starlette.routing import BaseRoute

from participation.channels.http.routing import Who, page
from participation.channels.staff import (
    assessment_section,
    assessments,
    batches,
    desk,
    meetings,
    moderation,
    names,
    outcomes,
    project_parts,
    projects,
    sign_in,
    steps,
    team,
)

ROUTES: list[BaseRoute] = [
    page("/staff/sign-in", sign_in.show, who=Who.ANYBODY, post=True),
    page("/staff/sign-out", sign_in.out, who=Who.ANYBODY, post=True),
    page("/staff/invitation/{value}", sign_in.invitation, who=Who.ANYBODY, post=True),
    page("/staff/team", team.show, who=Who.ADMINISTRATOR, post=True),
    page("/staff/batches", batches.index, who=Who.STAFF, post=True),
    page("/staff/batches/new", batches.new, who=Who.STAFF, post=True),
    page("/staff/batches/{number}", batches.show, who=Who.STAFF, post=True),
    page("/staff/", desk.show, who=Who.STAFF, post=True),
    page("/staff/projects/new", projects.new, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}", projects.show, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/texts/{language}", project_parts.texts, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/facts", project_parts.facts, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/agreements", project_parts.agreed, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/steps/{kind}", steps.dates, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/steps/{kind}/extend", steps.extend, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/ballot", steps.ballot, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/assessments", assessments.index, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/assessments/{assessment}", assessments.show, who=Who.OFFICIAL, post=True),
    page(
        "/staff/projects/{slug}/assessments/{assessment}/{section}",
        assessment_section.section,
        who=Who.OFFICIAL,
        post=True,
    ),
    page("/staff/projects/{slug}/meetings", meetings.index, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/meetings/new", meetings.new, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/meetings/{number}", meetings.show, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/outcome", outcomes.draft, who=Who.OFFICIAL, post=True),
    page("/staff/projects/{slug}/outcome/{number}", outcomes.correct, who=Who.OFFICIAL, post=True),
    page("/staff/names", names.show, who=Who.ADMINISTRATOR, post=True),
    page("/staff/moderation", moderation.queue, who=Who.MODERATOR),
    page("/staff/moderation/{number}", moderation.decide, who=Who.MODERATOR, post=True),
]
