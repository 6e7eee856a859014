"""No page is a dead end, no link leads nowhere, and every page can be reached by following links."""

import re
from collections import Counter, deque
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.routing import Match, Route

from participation.channels.http.routing import Who
from participation.channels.routes import routes
from tests.markup import Page, links
from tests.promises.samples import EVERYBODY, pages, policy
from tests.world import World

BASE = "http://testserver"
OFTEN, AGAIN = 4, 2
"""Pages visited of each kind: of one route and one project, with the same names in its query; and by whoever is shown much the same."""
ROUTES = [route for route in routes() if isinstance(route, Route)]
REACHED_OTHERWISE = {
    "/": "the address that people type",
    "/{lang}/projects/{slug}/ballot/receipt": "shown after voting",
    "/{lang}/follow/asked": "shown after asking for e-mails",
    "/{lang}/follow/ended": "shown after ending them",
    "/{lang}/follow/{link}": "in every e-mail",
    "/p/{number}": "printed on a project's notice",
    "/kiosk/{lang}/help": "on every page of a kiosk",
    "/kiosk/{lang}/paper": "on every page of a kiosk",
    "/kiosk/{lang}/still": "where a kiosk's page goes by itself",
    "/kiosk/{lang}/outage": "shown by a kiosk while there is no network",
    "/staff/invitation/{value}": "handed over by an administrator",
    "/staff/delegates/{number}/odk": "shown after choosing ODK Collect for a delegate's telephone",
    "/filing/{value}": "handed over by an official",
    "/filing/{value}/interests": "behind that link",
    "/filing/{value}/opinion": "behind that link",
    "/filing/{value}/{assessment}/{section}": "behind that link",
}


class Crawl:
    """Follows every link from the first page on, some of each kind."""

    def __init__(self, world: World, who: str) -> None:
        self.visitor = world.visitor(who, language="en")
        self.often = OFTEN if who == "anybody" else AGAIN
        self.kinds: Counter[str] = Counter()
        self.seen: dict[str, Page | None] = {}
        self.wrong: list[str] = []

    async def follow(self, *starts: str) -> None:
        todo = deque((start, "the start") for start in starts)
        while todo:
            link, source = todo.popleft()
            address, _, fragment = link.partition("#")
            if address not in self.seen:
                if self.kinds[_kind(address)] >= self.often:
                    continue
                self.kinds[_kind(address)] += 1
                page = self.seen[address] = await self._visit(address, source)
                todo.extend((onward, address) for onward in (links(page, BASE + address) if page else ()))
            shown = self.seen[address]
            if fragment and shown and fragment not in shown.ids:
                self.wrong.append(f"{source} links to {link}, where there is no such part")

    async def _visit(self, address: str, source: str) -> Page | None:
        response = await self.visitor.client.get(address, follow_redirects=True)
        if response.status_code != 200:
            self.wrong.append(f"{source} links to {address}: status {response.status_code}")
            return None
        return Page(response.text) if _is_page(response) else None


def _is_page(response: httpx.Response) -> bool:
    return str(response.headers.get("content-type")).startswith("text/html")


def _kind(address: str) -> str:
    parts = urlsplit(address)
    scope = {"type": "http", "method": "GET", "path": parts.path}
    for route in ROUTES:
        match, more = route.matches(scope)
        if match is Match.FULL:
            path = route.path.replace("{slug}", str(more["path_params"].get("slug", "")))
            break
    else:
        path = parts.path
    return f"{path}?{'&'.join(sorted({name for name, _ in parse_qsl(parts.query)}))}"


@pytest.mark.slow
async def test_every_link_leads_somewhere_and_every_page_is_linked_to(world: World) -> None:
    wrong: list[str] = []
    reached: set[str] = set()
    for who in EVERYBODY:
        crawl = Crawl(world, who)
        await crawl.follow("/en/", *(() if who in ("anybody", "resident") else ("/staff",)))
        wrong += [f"{who}: {problem}" for problem in crawl.wrong]
        reached |= set(crawl.seen)
    assert not wrong, f"{len(wrong)} problems\n" + "\n".join(wrong[:40])
    orphans = [
        route.path
        for route in pages()
        if route.path not in REACHED_OTHERWISE
        and not any(
            route.matches({"type": "http", "method": "GET", "path": urlsplit(address).path})[0] is Match.FULL
            for address in reached
        )
    ]
    assert not orphans, f"no link leads to {orphans}"


PROGRAMS = {
    "/healthz": "for whoever runs the servers",
    "/readyz": "for whoever runs the servers",
    "/metrics": "for whoever runs the servers",
    "/robots.txt": "for search engines",
    "/sitemap.xml": "for search engines",
    "/record/key": "printed, and beside the way to check a copy",
    "/delegate/app.js": "part of the delegate's page",
    "/delegate/worker.js": "part of the delegate's page",
    "/delegate/app.webmanifest": "part of the delegate's page",
    "/kiosk/": "opened by a screen; on the staff's page of kiosks",
    "/kiosk/done": "on every page of a kiosk",
    "/kiosk/worker.js": "part of a kiosk's pages",
    "/kiosk/pages.json": "part of a kiosk's pages",
    "/openrosa/formList": "given to ODK Collect by a settings code",
    "/openrosa/submission": "given to ODK Collect by a settings code",
    "/staff/sign-out": "there for who has signed in",
    "/{lang}/sign-out": "there for who has signed in",
    "/{lang}/sign-in": "in the head of every page",
}
NEAR = 3


def of_the_city() -> set[str]:
    """Every address that anybody can ask for, and that is about no single project or thing."""
    return {
        route.path
        for route in ROUTES
        if "GET" in (route.methods or {"GET"})
        and set(re.findall(r"{(\w+)", route.path)) <= {"lang"}
        and (not hasattr(route, "policy") or policy(route).who is Who.ANYBODY)
    }


async def test_everything_that_is_about_the_city_is_found_within_three_links_of_the_first_page(world: World) -> None:
    """Pages, lists of open data in both forms, feeds; through pages of the city alone, so that no project has to be opened."""
    wanted, visitor = of_the_city(), world.visitor("anybody", language="en")
    found, nearest = {"/{lang}/"}, ["/en/"]
    for _link in range(NEAR):
        onward = []
        for address in nearest:
            response = await visitor.get(address)
            assert response.status_code == 200, address
            onward += links(Page(response.text), BASE + address) if _is_page(response) else []
        reached = {re.sub("^/en/", "/{lang}/", urlsplit(one).path): urlsplit(one).path for one in onward}
        nearest = [address for path, address in reached.items() if path in wanted - found]
        found |= set(reached)
    missing = wanted - found - set(PROGRAMS) - set(REACHED_OTHERWISE)
    assert not missing, f"nobody finds {sorted(missing)}"
    assert len(wanted & found) > 40
