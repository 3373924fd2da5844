"""What a month on the site was made from and of: `data/<month>/manifest.json`, written and read back.

The indexes of the site are made from manifests, so that a month that is not built again is still listed.
No time, no place, no machine.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from reportgen.output import OutputFile
from reportgen.period import Period
from reportgen.report import KeyFigure, Report

NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file of a month."""

    path: PurePosixPath
    """Where it stands below the site."""
    bytes: int
    sha256: str
    permanent: bool
    """False for a page, which is written again when a newer month comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the indexes say of a month's page in one language."""

    title: str
    """Name of the statistic."""
    month_name: str
    """`November 2013`."""
    headline: str
    lead: str
    key_figures: tuple[KeyFigure, ...]
    figure_alt: str
    """Alternative text of the main figure."""
    figure: str
    """Its file below the page's folder, without its ending: `figures/participants`; empty where it isn't drawn."""
    pdf: str
    """Name of the PDF in the page's folder; empty where it isn't built."""
    workbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A month on the site."""

    report: str
    """Identifier of the report: `tiltaksdeltakere`."""
    month: Period
    first: Period
    """The first month that its tables cover."""
    released: date
    corrections: int
    """How many corrections the month has; so many earlier versions may stand beside it."""
    pages: Mapping[str, PageFacts]
    """Its pages, by language."""
    files: tuple[ListedFile, ...]
    """Every file but the manifest itself, by path."""
    made: Mapping[str, Any]
    """For readers, as JSON: sources, versions, identities, problems, and what a release was let through with."""
    draft: bool = False
    """Whether its pages say that they are a draft."""

    @property
    def path(self) -> PurePosixPath:
        """Where it stands below the site."""
        return PurePosixPath("data", str(self.month), NAME)


def describe_page(report: Report, names: Sequence[str]) -> PageFacts:
    """Return what the indexes say of a report's page; `names` are those of the files beside it."""
    plain = [piece if isinstance(piece, str) else piece.text for paragraph in report.lead for piece in paragraph]
    return PageFacts(
        title=report.title,
        month_name=report.month_name,
        headline=report.headline,
        lead="".join(plain),
        key_figures=report.key_figures,
        figure_alt=report.main_figure.alt,
        figure=report.picture.removesuffix(".png"),
        pdf=next((name for name in names if name.endswith(".pdf")), ""),
        workbook=next((name for name in names if name.endswith(".xlsx")), ""),
    )


def list_files(files: Sequence[OutputFile]) -> tuple[ListedFile, ...]:
    """Return what a manifest says of files, by path, each once."""
    once = sorted({file.path: file for file in files}.values(), key=lambda file: file.path)
    return tuple(
        ListedFile(
            path=file.path,
            bytes=len(file.content),
            sha256=sha256(file.content).hexdigest(),
            permanent=file.path.name != "index.html",
        )
        for file in once
    )


def write_manifest(manifest: Manifest) -> OutputFile:
    """Return the manifest as a file of the site."""
    listed = {
        "report": manifest.report,
        "month": str(manifest.month),
        "first": str(manifest.first),
        "released": manifest.released.isoformat(),
        "corrections": manifest.corrections,
        **({"draft": True} if manifest.draft else {}),
        **manifest.made,
        "pages": {language: asdict(facts) for language, facts in manifest.pages.items()},
        "files": [{**asdict(file), "path": str(file.path)} for file in manifest.files],
    }
    content = (json.dumps(listed, ensure_ascii=False, indent=2) + "\n").encode()
    return OutputFile(path=manifest.path, content=content)


def parse_manifest(content: bytes) -> Manifest:
    """Return a manifest that `write_manifest` wrote; raise `ValueError` for anything else."""
    try:
        listed = json.loads(content)
        pages = {
            language: PageFacts(
                **{
                    **facts,
                    "key_figures": tuple(
                        KeyFigure(**{**figure, "trend": tuple(figure["trend"])}) for figure in facts["key_figures"]
                    ),
                }
            )
            for language, facts in listed.pop("pages").items()
        }
        files = tuple(ListedFile(**{**file, "path": PurePosixPath(file["path"])}) for file in listed.pop("files"))
        return Manifest(
            report=listed.pop("report"),
            month=Period.parse(listed.pop("month")),
            first=Period.parse(listed.pop("first")),
            released=date.fromisoformat(listed.pop("released")),
            corrections=listed.pop("corrections"),
            draft=listed.pop("draft", False),
            pages=pages,
            files=files,
            made=listed,
        )
    except (KeyError, TypeError, AttributeError) as error:
        message = f"no manifest of this version: {error}"
        raise ValueError(message) from error
