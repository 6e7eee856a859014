"""A hand for old engines: does what a finger would, by scripts of ES5 from outside of the page, whose own scripts may be off."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.windows import PHONE
from tests.drills.old_engines import Old

PATIENCE = 30
TOOLS = """
  function said(node) { return (node.textContent || '').replace(/\\s+/g, ' ').replace(/^ | $/g, ''); }
  function all(css) { return Array.prototype.slice.call(document.querySelectorAll(css)); }
  function labelled(words) {
    var label = all('label').filter(function (one) { return said(one).indexOf(words) === 0; })[0];
    return label && document.getElementById(label.htmlFor);
  }
  function touch(node) {
    if (!node) { return false; }
    window.left = true;
    var event = document.createEvent('MouseEvents');
    event.initMouseEvent('click', true, true, window, 1, 0, 0, 0, 0, false, false, false, false, 0, null);
    node.dispatchEvent(event);
    return true;
  }
"""
CUT_OFF = """
  return all('main *, header *, footer *').filter(function (node) {
    var box = node.getBoundingClientRect(), style = getComputedStyle(node), inside = node;
    while (inside && inside.nodeName !== 'svg') { inside = inside.parentNode; }
    if (inside || !box.width || !box.height || style.position === 'absolute') { return false; }
    return box.left < -1 || box.right > WIDTH + 1 || (style.overflowX === 'hidden' && node.scrollWidth > node.clientWidth + 1);
  }).map(function (node) { return node.outerHTML.slice(0, 90); }).slice(0, 3);
""".replace("WIDTH", str(PHONE["width"]))


@dataclass
class ScriptedHand:
    """`styled`: without it every style is taken away as soon as a page is there, and nothing is measured any more."""

    engine: Old
    address: str
    folder: Path
    language: str = "en"
    styled: bool = True
    cut_off: list[str] = field(default_factory=list)
    _pictures: int = 0

    async def _does(self, script: str) -> object:
        return await self.engine.evaluate(f"(function () {{ {TOOLS} {script} }})()")

    async def _touches(self, what: str, words: str) -> None:
        assert await self._does(f"return touch({what});"), f"{words!r} is not on the page:\n{await self.shown()}"
        await asyncio.sleep(0.05)
        await self._there()

    async def _there(self) -> None:
        """A page that came after what was touched, and is whole."""
        end = time.monotonic() + PATIENCE
        while not await self._does("return document.readyState === 'complete' && !window.left;"):
            assert time.monotonic() < end, "no other page came"
            await asyncio.sleep(0.05)
        if not self.styled:
            await self._does("all('style').forEach(function (one) { one.parentNode.removeChild(one); }); return true;")

    async def open(self, path: str) -> None:
        await self.engine.evaluate("window.left = location.protocol !== 'about:'")
        await self.engine.goto(self.address + path)
        await self._there()

    async def follow(self, words: str) -> None:
        await self._touches(
            f"all('a[href]').filter(function (one) {{ return said(one) === {json.dumps(words)}; }})[0]", words
        )

    async def press(self, words: str) -> None:
        await self._touches(
            f"all('button').filter(function (one) {{ return said(one) === {json.dumps(words)}; }})[0]", words
        )

    async def fill(self, label: str, text: str) -> None:
        script = (
            f"var one = labelled({json.dumps(label)}); if (one) {{ one.value = {json.dumps(text)}; }} return !!one;"
        )
        assert await self._does(script), f"{label!r} is not on the page:\n{await self.shown()}"

    write = fill

    async def tick(self, label: str) -> None:
        script = f"var one = labelled({json.dumps(label)}); if (one) {{ one.checked = true; }} return !!one;"
        assert await self._does(script), f"{label!r} is not on the page"

    async def pick(self, question: str, place: int) -> None:
        group = (
            f"all('fieldset').filter(function (one) {{ return said(one).indexOf({json.dumps(question)}) === 0; }})[0]"
        )
        answers = """one.querySelectorAll("[type=radio]:not([value=''])")"""
        script = f"var one = {group}; one = one && {answers}[{place}]; if (one) {{ one.checked = true; }} return !!one;"
        assert await self._does(script), f"{question!r} is not on the page"

    async def choose(self, label: str, words: str) -> None:
        raise NotImplementedError("no journey of a resident needs a list")

    async def shown(self) -> str:
        return str(await self._does("return document.querySelector('main').innerText;"))

    async def look(self, name: str) -> None:
        """A picture of the page, for somebody to look at; and what is cut off on it."""
        self._pictures += 1
        if self.styled:
            found = await self._does(CUT_OFF)
            assert isinstance(found, list)
            self.cut_off += [f"{name}: {one}" for one in found]
        await self.engine.picture(self.folder / f"{self._pictures:02}-{name}.png")
