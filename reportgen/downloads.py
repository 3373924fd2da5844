"""Where a month's files stand, and the links to those that there are, told in one language.

Knows paths and sizes, and not what is in the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.report import Download, DownloadGroup
from reportgen.tables import DisplayTable
from reportgen.wording import Wording

_IN_SHORT = ("pdf", "workbook", "observations")
_IN_FULL = {
    "publication": ("pdf", "workbook"),
    "observations": ("observations", "observations-metadata", "json-stat", "px", "parquet", "sdmx"),
    "indicators": ("indicators", "indicators-metadata", "indicators-json"),
    "manifest": ("manifest",),
}
"""The month's files in groups of those that hold the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The files that a page can link to."""

    words: Wording
    sizes: Mapping[str, int]
    """Bytes of each file that there is, by its path relative to the page; 0 where the text doesn't say them."""

    def in_short(self) -> tuple[Download, ...]:
        """Return the links to the files that most readers look for."""
        paths = _month_files(self.words)
        return self._links({f"download-{name}": paths[name] for name in _IN_SHORT})

    def in_full(self) -> tuple[DownloadGroup, ...]:
        """Return the links to all of the month's files in groups, each file with what it is for."""
        groups = (
            DownloadGroup(heading=self.words.say(f"data-group.{group}"), downloads=self._explained(names))
            for group, names in _IN_FULL.items()
        )
        return tuple(group for group in groups if group.downloads)

    def of_figure(self, name: str) -> tuple[Download, ...]:
        """Return the links to a figure's files."""
        return self._links({f"download-{kind}": f"figures/{name}.{kind}" for kind in ("svg", "png", "csv")})

    def of_table(self, table: DisplayTable) -> tuple[Download, ...]:
        """Return the links to a table's files."""
        return self._links({"download-table": table_path(table)})

    def _explained(self, names: tuple[str, ...]) -> tuple[Download, ...]:
        paths = _month_files(self.words)
        return tuple(
            self._link(f"download-{name}", paths[name], self.words.say(f"download-about.{name}"))
            for name in names
            if paths[name] in self.sizes
        )

    def _links(self, paths: Mapping[str, str]) -> tuple[Download, ...]:
        return tuple(self._link(message, path) for message, path in paths.items() if path in self.sizes)

    def _link(self, message: str, path: str, about: str = "") -> Download:
        """Return a link that says the file's size, rounded up."""
        size = self.words.say("size-kb", number=self.words.number(-(-self.sizes[path] // 1000)))
        return Download(text=self.words.say(message, size=size), path=path, about=about)


def _month_files(words: Wording) -> Mapping[str, str]:
    """Return where each of the month's files is, relative to the page."""
    data = f"../../data/{words.facts.month}"
    return {
        "pdf": pdf_name(words),
        "workbook": workbook_name(words),
        "observations": f"{data}/observations.csv",
        "observations-metadata": f"{data}/observations.csv-metadata.json",
        "json-stat": f"{data}/observations.{words.language.code}.json",
        "px": f"{data}/observations.px",
        "parquet": f"{data}/observations.parquet",
        "sdmx": f"{data}/observations.sdmx.csv",
        "indicators": f"{data}/indicators.csv",
        "indicators-metadata": f"{data}/indicators.csv-metadata.json",
        "indicators-json": f"{data}/indicators.json",
        "manifest": f"{data}/manifest.json",
    }


def pdf_name(words: Wording) -> str:
    """Return the name of the PDF: `tiltaksdeltakere-2013-11-nb.pdf`."""
    return f"{_file_name(words)}.pdf"


def workbook_name(words: Wording) -> str:
    """Return the name of the workbook: `tiltaksdeltakere-2013-11-nb.xlsx`."""
    return f"{_file_name(words)}.xlsx"


def table_path(table: DisplayTable) -> str:
    """Return where a table's own file is, relative to the page: `tables/programmes-by-sex-women.csv`."""
    return f"tables/{table.id.removeprefix('table-')}.csv"


def _file_name(words: Wording) -> str:
    code = words.language.code
    return f"{words.definition.report.file_name[code]}-{words.facts.month}-{code}"
