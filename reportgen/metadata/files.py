"""What kind of file each one is, by the ending of its name, and which ones are the data of a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType

from reportgen.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A file format, as readers, servers and catalogues call it."""

    name: str
    """`CSV`."""
    media_type: str = ""
    """Registered with IANA: `text/csv`; empty where none is."""
    file_type: str = ""
    """Code in the EU's list of file types: `CSV`; empty where it has none."""
    is_data: bool = False
    """Whether such a file can hold the figures of a month, rather than describe or show them."""


FORMATS: Mapping[str, FileFormat] = MappingProxyType(
    {
        # The longer ending stands first: the first one that fits is taken.
        "-metadata.json": FileFormat(name="CSVW", media_type="application/csvm+json", file_type="JSON_LD"),
        "manifest.json": FileFormat(name="JSON", media_type="application/json", file_type="JSON"),
        ".json": FileFormat(name="JSON", media_type="application/json", file_type="JSON", is_data=True),
        ".csv": FileFormat(name="CSV", media_type="text/csv", file_type="CSV", is_data=True),
        ".parquet": FileFormat(
            name="Parquet", media_type="application/vnd.apache.parquet", file_type="PARQUET", is_data=True
        ),
        ".px": FileFormat(name="PX", is_data=True),
        ".xlsx": FileFormat(
            name="XLSX",
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            file_type="XLSX",
            is_data=True,
        ),
        ".html": FileFormat(name="HTML", media_type="text/html", file_type="HTML"),
        ".pdf": FileFormat(name="PDF", media_type="application/pdf", file_type="PDF"),
        ".png": FileFormat(name="PNG", media_type="image/png", file_type="PNG"),
        ".svg": FileFormat(name="SVG", media_type="image/svg+xml", file_type="SVG"),
    }
)
"""Every format that is published, by the end of a file's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file on the site."""

    path: PurePosixPath
    """Where it is below the site's folder: `data/2013-11/observations.csv`."""
    size: int
    """Bytes."""

    @property
    def format(self) -> FileFormat | None:
        """What kind of file it is; none where the ending is unknown."""
        return next((known for ending, known in FORMATS.items() if self.path.name.endswith(ending)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMonth:
    """What a catalogue needs to know of a month on the site."""

    month: Period
    first: Period
    """The first month that its figures cover."""
    released: date
    corrected: date | None = None
    """The day of its last correction; none where it is as it was released."""
    files: tuple[PublishedFile, ...]
    """Its files; those that aren't its data are passed over."""


def data_files(files: Sequence[PublishedFile], month: Period) -> tuple[tuple[PublishedFile, FileFormat], ...]:
    """Return the files that hold the month's figures, by path, with their formats.

    They stand directly in the month's folder of data or of a language; what is below is a part of them.
    """
    whole = (file for file in files if file.path.parts[1:-1] == (str(month),))
    known = ((file, file.format) for file in sorted(set(whole), key=lambda file: file.path))
    return tuple((file, kind) for file, kind in known if kind and kind.is_data)


def file_message(path: PurePosixPath) -> str:
    """Return the key of the message that says what stands in a file."""
    return {"observations": "file-observations", "indicators": "file-indicators"}.get(path.stem, "file-other")
