"""Makes the served copy of a page: the page as it is, with the script that reloads it and, above it, what is wrong.

Files are never touched. Everything that is told is escaped: labels and messages can hold anything.
"""

import re
from functools import cache
from html import escape, unescape

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reportgen.preview.rebuilding import State
from reportgen.preview.workers import Outcome
from reportgen.resources import PACKAGE

_FOLDER = PACKAGE / "preview"
OWN_FILES = {f"/-/{name}": (_FOLDER / name).read_bytes() for name in ("reload.js", "preview.css")}
"""What the preview adds to a page, by its address."""

_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(")')


def served_page(content: bytes, state: State) -> bytes:
    """Return a page of the site as it is served."""
    page = _POLICY.sub(lambda found: found[1] + _widen(found[2]) + found[3], content.decode("utf-8"), count=1)
    page = _insert(page, "</head>", _render("head.html", version=state.version))
    if state.failure:
        page = _insert(page, "</body>", _render("failure.html", outcome=state.failure, covers=True))
    return page.encode()


def failure_page(state: State, failure: Outcome) -> bytes:
    """Return a page that says what is wrong, for where there is nothing else to show."""
    return _page(state, "This can’t be built", _render("failure.html", outcome=failure, covers=False))


def waiting_page(state: State) -> bytes:
    """Return a page to look at until the first edition is there."""
    return _page(state, "The site is being built", _render("waiting.html"))


def _page(state: State, title: str, body: str) -> bytes:
    head = _render("head.html", version=state.version)
    parts = {"head": Markup(head), "body": Markup(body)}  # noqa: S704 - made by the preview's own templates, which escape
    return _render("page.html", title=title, **parts).encode()


def _widen(policy: str) -> str:
    """Let a page's policy, as it is written in an attribute, allow what the preview adds."""
    rules = dict.fromkeys(part.strip() for part in unescape(policy).split(";"))
    by_name = {rule.split()[0]: rule.split()[1:] for rule in rules if rule}
    for name in ("script-src", "style-src", "connect-src"):
        sources = [source for source in by_name.get(name, []) if source != "'none'"]
        by_name[name] = sources if "'self'" in sources else [*sources, "'self'"]
    return escape("; ".join(" ".join([name, *sources]) for name, sources in by_name.items()))


def _insert(page: str, mark: str, addition: str) -> str:
    """Put an addition before the last such mark, or at the end where there is none."""
    before, found, after = page.rpartition(mark)
    return before + addition + found + after if found else page + addition


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _render(name: str, **values: object) -> str:
    return _environment().get_template(name).render(**values)
