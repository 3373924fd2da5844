"""What a build is asked for, and what comes of it: the parts of a month, and the month that they make up.

Knows nothing of how anything is made, and imports nothing that does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reportgen.errors import Problem, SourceError
from reportgen.manifest import Manifest
from reportgen.output import OutputFile
from reportgen.period import Period

FORMATS = ("html", "pdf", "data")
PDF_LINK = "pdf-link"
"""In place of `pdf`: pages link to the PDF, but it isn't laid out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be built: a month in one of its languages; data alone where `language` is empty."""

    month: Period
    languages: tuple[str, ...]
    """All languages that the month is published in."""
    language: str
    formats: tuple[str, ...] = FORMATS
    strict: bool = False
    """Whether warnings that the definition doesn't accept are refused."""
    versions: frozenset[int] = frozenset()
    """Numbers of the month's earlier versions that will stand on the site."""
    draft: bool = False
    """Whether every page says that it is a draft."""

    @property
    def with_data(self) -> bool:
        """Tell whether the month's data files come with this part; they come with one of its parts alone."""
        return "data" in self.formats and self.language in {"", self.languages[0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A finished month, a part of it, or its bulletin."""

    month: Period
    files: tuple[OutputFile, ...]
    """Everything that it puts below the output's folder; the manifest comes with the whole month."""
    manifest: Manifest | None = None
    """What the site's indexes are made from; a bulletin has none."""
    warnings: tuple[Problem, ...]
    """What the source has that is worth a look, accepted or not."""
    remarks: tuple[Problem, ...] = ()
    """What the checklist of a release says of the reports."""


def order_parts(
    month: Period,
    *,
    languages: Sequence[str],
    formats: Sequence[str] = FORMATS,
    strict: bool = False,
    versions: Iterable[int] = (),
    draft: bool = False,
) -> tuple[Order, ...]:
    """Return the parts that make up a month."""
    whole = Order(
        month=month,
        languages=tuple(languages),
        language="",
        formats=tuple(formats),
        strict=strict,
        versions=frozenset(versions),
        draft=draft,
    )
    if set(formats) <= {"data"}:
        return (whole,)
    return tuple(replace(whole, language=code) for code in languages)


def join_manifests(parts: Sequence[Manifest]) -> Manifest:
    """Return the manifest of the month that these are the parts of.

    Raise `SourceError` where they were not made from the same.
    """
    if any(part.made != parts[0].made for part in parts):
        message = f"{parts[0].month} was built from a document or a definition that was changed meanwhile"
        hint = "run the command again when nobody changes them"
        raise SourceError(Problem(kind="source-changed", message=message, hint=hint))
    files = {file.path: file for part in parts for file in part.files}
    pages = {language: facts for part in parts for language, facts in part.pages.items()}
    return replace(parts[0], pages=pages, files=tuple(files[path] for path in sorted(files)))
