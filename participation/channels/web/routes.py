"""Every address of the residents' pages."""

from starlette.routing import BaseRoute

from participation.channels.http.routing import Who, page
from participation.channels.web import (
    about,
    assessments,
    ballots,
    calendar,
    comments,
    history,
    home,
    me,
    meetings,
    outcomes,
    projects,
    receipts,
    record,
    sign_in,
    writing,
)

ROUTES: list[BaseRoute] = [
    page("/{lang}/sign-in", sign_in.show, who=Who.ANYBODY, post=True),
    page("/{lang}/sign-out", sign_in.out, who=Who.ANYBODY, post=True),
    page("/{lang}/me", me.show, who=Who.RESIDENT, post=True),
    page("/{lang}/me.json", me.export, who=Who.RESIDENT),
    page("/{lang}/me/pin", me.pin, who=Who.RESIDENT, post=True),
    page("/{lang}/me/erase", me.erase, who=Who.RESIDENT, post=True),
    page("/{lang}/about/how", about.how, who=Who.ANYBODY, cached=True),
    page("/{lang}/about/codes", about.codes, who=Who.ANYBODY, cached=True),
    page("/{lang}/about/privacy", about.privacy, who=Who.ANYBODY, cached=True),
    page("/{lang}/about/secrecy", about.secrecy, who=Who.ANYBODY, cached=True),
    page("/", home.root, who=Who.ANYBODY),
    page("/{lang}/", home.show, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects", projects.index, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}", projects.show, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/history", history.index, who=Who.ANYBODY, cached=True),
    page("/{lang}/calendar", calendar.show, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/plain", projects.plain, who=Who.ANYBODY, cached=True),
    page("/{lang}/receipts", receipts.show, who=Who.ANYBODY, post=True),
    page("/{lang}/record", record.index, who=Who.ANYBODY, cached=True),
    page("/{lang}/record/check", record.check, who=Who.ANYBODY, cached=True),
    page("/{lang}/record/{number}", record.show, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/assessments", assessments.index, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/assessments/{assessment}", assessments.show, who=Who.ANYBODY, cached=True),
    page(
        "/{lang}/projects/{slug}/assessments/{assessment}/{section}", assessments.section, who=Who.ANYBODY, cached=True
    ),
    page("/{lang}/projects/{slug}/meetings", meetings.index, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/meetings/{number}", meetings.show, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/comments", comments.index, who=Who.ANYBODY, post=True, cached=True),
    page("/{lang}/projects/{slug}/comments/new", writing.new, who=Who.ANYBODY),
    page("/{lang}/projects/{slug}/comments/{number}", comments.show, who=Who.ANYBODY, post=True, cached=True),
    page("/{lang}/projects/{slug}/ballot", ballots.show, who=Who.ANYBODY, post=True, cached=True),
    page("/{lang}/projects/{slug}/ballot/receipt", ballots.receipt, who=Who.ANYBODY),
    page("/{lang}/projects/{slug}/outcome", outcomes.show, who=Who.ANYBODY, cached=True),
    page("/{lang}/about/moderation", about.moderation, who=Who.ANYBODY, cached=True),
]
