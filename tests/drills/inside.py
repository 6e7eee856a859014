"""The functions of the delegate's page itself, called from outside: the page keeps them to itself, and a debugger reaches them."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Page

ENTRY = """async function (visit) {
  const now = Date.now(), data = Object.assign({kind: 'proxy', language: 'en', consent: visit.consent, how: 'spoken', witnessed: 'no'}, visit.data);
  D.entry = {id: D.uuid(), kind: 'draft', project: visit.project, started: now, until: now + D.DRAFT_LIFE, seconds: 200, step: 'last', data: data};
  D.began = performance.now();
  await D.keep(D.entry);
  const vote = visit.choice ? {ballot: D.bundleOf(D.entry).content.ballot.id, choice: visit.choice} : null;
  D.receipt(await D.finish(visit.code ? {code: visit.code, vote: vote} : null));
  return D.digits(document.getElementById('receipt').textContent);
}"""
"""From the last screen on: the page's own way of sealing what was said, and of keeping it."""
KEPT = """async function () {
  await D.sending;
  await D.refresh();
  return D.things('entry').map(function (entry) { return entry.receipt; });
}"""


@dataclass
class Inside:
    """`D`, all that the page's script is."""

    session: CDPSession
    d: str

    async def call(self, function: str, *given: Any) -> Any:
        """`function` in JavaScript, where `D` is what the page calls so."""
        answer = await self.session.send(
            "Runtime.callFunctionOn",
            {
                "objectId": self.d,
                "functionDeclaration": f"function (...given) {{ const D = this; return ({function})(...given); }}",
                "arguments": [{"value": one} for one in given],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def record(
        self, project: str, consent: int, data: dict[str, Any], code: str = "", choice: int | None = None
    ) -> str:
        """One entry, finished. Returns its receipt."""
        visit = {"project": project, "consent": consent, "data": data, "code": code, "choice": choice}
        return str(await self.call(ENTRY, visit))

    async def kept(self) -> list[str]:
        """Receipts of what is finished and was not signed for."""
        found: list[str] = await self.call(KEPT)
        return found


async def inside(page: Page) -> Inside:
    session = await page.context.new_cdp_session(page)

    async def properties(of: str) -> Any:
        return await session.send("Runtime.getProperties", {"objectId": of, "ownProperties": True})

    window = await session.send("Runtime.evaluate", {"expression": "window", "objectGroup": "drill"})
    listeners = await session.send("DOMDebugger.getEventListeners", {"objectId": window["result"]["objectId"]})
    ours = next(one for one in listeners["listeners"] if one["type"] == "online")
    handler = await properties(ours["handler"]["objectId"])
    scopes = next(one for one in handler["internalProperties"] if one["name"] == "[[Scopes]]")
    closures = await properties(scopes["value"]["objectId"])
    for scope in closures["result"]:
        for found in (await properties(scope["value"]["objectId"]))["result"]:
            if found["name"] == "D":
                return Inside(session, found["value"]["objectId"])
    raise AssertionError("the page's functions are not where they were")
