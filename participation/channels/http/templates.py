"""The template environment: what every template may call, in the reader's language."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2_fragments import render_block
from markdown_it import MarkdownIt
from markupsafe import Markup

from participation.kit import i18n

ROOT = Path(__file__).resolve().parents[3]
HTMX = ROOT / "static" / "vendor" / "htmx.min.js"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image"])
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "h3", "h4", "a", "blockquote", "code"}


class Shown(int):
    """A whole number that prints itself as its reader writes numbers; for `{% trans count=n(x) %}`."""

    def __str__(self) -> str:
        return i18n.number(int(self), i18n.current.get())


class _Template(Template):
    """A file of macros is evaluated once for each page, not for each macro that imports it (sixty times in a page of
    comments). What it imports "with context" is what the page was given, never a caller's own variables."""

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        modules = vars.get("_modules") if vars else None
        if modules is None:
            return super().make_module(vars, shared, locals)
        if self.name not in modules:
            modules[self.name] = super().make_module(modules["given"])
        return modules[self.name]  # type: ignore[no-any-return]


def markdown(text: str) -> Markup:
    """An official's text: CommonMark without images or raw HTML; headings start below the page's own."""
    html = _MARKDOWN.render(text)
    html = re.sub(r"<(/?)h[12]>", r"<\1h3>", html)
    return Markup(nh3.clean(html, tags=_TAGS, link_rel="nofollow noopener"))  # noqa: S704


def paragraphs(text: str) -> Markup:
    """A resident's words: paragraphs and line breaks, nothing else is markup."""
    parts = [Markup("<br>").join(part.split("\n")) for part in text.split("\n\n")]
    return Markup("").join(Markup("<p>%s</p>") % part for part in parts)


def _minified(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{};,>])\s*", r"\1", css).replace(";}", "}").strip()


def _short(script: str) -> str:
    return re.sub(r"/\*.*?\*/|\s*\n\s*", "", script, flags=re.S)


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Templates:
    """Compiled templates with the style and the starting script that stand inside every page."""

    def __init__(self, *, folder: Path = ROOT / "templates", static: Path = ROOT / "static") -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            cache_size=-1,
        )
        self.environment.template_class = _Template
        self.environment.policies["ext.i18n.trimmed"] = True
        self.environment.install_gettext_callables(  # type: ignore[attr-defined]
            lambda text: i18n.catalogue_of(i18n.current.get()).gettext(text),
            lambda one, many, count: i18n.catalogue_of(i18n.current.get()).ngettext(one, many, count),
            newstyle=True,
        )
        self.style = _minified((static / "style.css").read_text())
        self.scripts: dict[str, bytes] = {}
        """What `/static/` has, by address."""
        self.sheets = {
            path.stem: Markup(_minified(path.read_text()))  # noqa: S704
            for path in static.glob("*.css")
            if path.stem not in ("style", "kiosk")
        }
        """Styles that some pages have beside the one of all, by name."""
        self.htmx = HTMX.read_bytes() if HTMX.exists() else b""
        self.htmx_path = self._kept("htmx", self.htmx)
        self.upload_path = self._kept("upload", _short((static / "upload.js").read_text()).encode())
        self.start = _short((static / "start.js").read_text()).replace("{htmx}", self.htmx_path)
        self.kiosk_style = _minified((static / "kiosk.css").read_text())
        self.kiosk_path = self._kept("kiosk", _short((static / "kiosk.js").read_text()).encode())
        self.environment.globals |= {
            "kiosk_style": Markup(self.kiosk_style),  # noqa: S704
            "kiosk_script": self.kiosk_path,
            "style": Markup(self.style),  # noqa: S704
            "start": Markup(self.start),  # noqa: S704
            "markdown": markdown,
            "paragraphs": paragraphs,
            "n": Shown,
            "languages": list(i18n.AUTONYMS.items()),
            "tag": i18n.tag,
            "direction": i18n.direction,
        }
        self.policies = {
            (name, kiosk): self._policy(name, kiosk) for name in (None, *self.sheets) for kiosk in (False, True)
        }
        """Content security policies: of most pages, of those with a style sheet of their own, and of each at a kiosk."""

    def _policy(self, sheet: str | None, kiosk: bool) -> str:
        styles = [self.style, *([self.sheets[sheet]] if sheet else []), *([self.kiosk_style] if kiosk else [])]
        hashes = " ".join(f"'sha256-{_hash(style)}'" for style in styles)
        # Browsers of before 2015 know no hashes and would show pages without any style; whoever knows them ignores 'unsafe-inline' beside one.
        return (
            "default-src 'none'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; style-src 'unsafe-inline' {hashes}; script-src 'self' 'sha256-{_hash(self.start)}'"
            + ("; media-src 'self'" if kiosk else "")
        )

    def _kept(self, name: str, script: bytes) -> str:
        """Under a name that changes with its content."""
        path = f"/static/{name}-{hashlib.sha256(script).hexdigest()[:12]}.js"
        if script:
            self.scripts[path] = script
        return path

    def render(self, name: str, block: str | None, context: Mapping[str, Any], language: str) -> str:
        """The page, or one block of it as a fragment."""
        given = {**context, "_modules": {}}
        given["_modules"]["given"] = given
        token = i18n.current.set(language)
        try:
            if block is not None:
                return render_block(self.environment, name, block, **given)
            return self.environment.get_template(name).render(**given)
        finally:
            i18n.current.reset(token)


@cache
def templates() -> Templates:
    """Those of this installation, read and compiled once for whatever a process runs."""
    return Templates()
