"""A page that is worked through scripts alone, with as much of Playwright's words as a delegate's telephone needs."""

import asyncio
import json
import time
from dataclasses import dataclass, replace
from typing import Any

from tests.drills.engines import Engine

PATIENCE = 60
TYPED = """(one => {{
  one.focus();
  one.value = {text};
  one.dispatchEvent(new Event('input', {{bubbles: true}}));
}})"""
KEY = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{key: {key}, bubbles: true}}))"


@dataclass(frozen=True)
class Locator:
    page: "PlainPage"
    found: str
    """JavaScript for the list of elements."""

    def _of(self, more: str) -> "Locator":
        return replace(self, found=f"({self.found}){more}")

    def locator(self, css: str, *, has_text: str = "", has: "Locator | None" = None) -> "Locator":
        inner = f".reduce((all, one) => all.concat(Array.from(one.querySelectorAll({json.dumps(css)}))), [])"
        return self._of(inner)._with(has_text, has)

    def _with(self, has_text: str, has: "Locator | None") -> "Locator":
        found = self.filter(has_text=has_text) if has_text else self
        return found if has is None else found._of(f".filter(one => {has.found}.some(inner => one.contains(inner)))")

    def filter(self, *, has_text: str) -> "Locator":
        return self._of(f".filter(one => one.innerText.includes({json.dumps(has_text)}))")

    def get_by_role(self, role: str, *, name: str = "", exact: bool = False, level: int = 1) -> "Locator":
        css = {"heading": f"h{level}", "alert": "[role=alert]"}.get(role, role)
        same = f"said === {json.dumps(name)}" if exact else f"said.includes({json.dumps(name)})"
        named = f".filter(one => {{ const said = one.innerText.trim(); return one.offsetParent && {same}; }})"
        return self.locator(css)._of(named)

    @property
    def first(self) -> "Locator":
        return self._of(".slice(0, 1)")

    async def count(self) -> int:
        return int(await self.page.evaluate(f"({self.found}).length"))

    async def wait_for(self, *, state: str = "visible", **_patience: float) -> None:
        gone = state in ("detached", "hidden")
        shown = f"({self.found}).some(one => one.offsetParent !== null) !== {json.dumps(gone)}"
        end = time.monotonic() + PATIENCE
        while not await self.page.evaluate(shown):
            if time.monotonic() > end:
                raise AssertionError(
                    f"{self.found} is not {state}: {await self.page.evaluate('document.body.innerText')}"
                )
            await asyncio.sleep(0.05)

    async def click(self) -> None:
        await self.wait_for()
        await self.page.evaluate(f"({self.found})[0].click()")

    async def fill(self, text: str) -> None:
        await self.wait_for()
        await self.page.evaluate(f"{TYPED.format(text=json.dumps(text))}(({self.found})[0])")

    async def inner_text(self) -> str:
        await self.wait_for()
        return str(await self.page.evaluate(f"({self.found})[0].innerText"))


@dataclass(frozen=True)
class PlainPage:
    engine: Engine

    async def evaluate(self, expression: str) -> Any:
        return await self.engine.evaluate(expression)

    async def goto(self, address: str) -> None:
        await self.engine.goto(address)

    def locator(self, css: str, **more: Any) -> Locator:
        return Locator(self, "[document]").locator(css, **more)

    def get_by_role(self, role: str, **more: Any) -> Locator:
        return Locator(self, "[document]").get_by_role(role, **more)

    @property
    def keyboard(self) -> "PlainPage":
        return self

    async def press(self, key: str) -> None:
        await self.evaluate(KEY.format(key=json.dumps(key)))

    # What a Telephone asks of its context.

    async def set_offline(self, whether: bool) -> None:
        await self.engine.offline(whether)
