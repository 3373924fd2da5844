"""Says what kind of file each one is, as web servers and buckets tell it to browsers."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

TYPES: Mapping[str, str] = MappingProxyType(
    {
        # The longer ending stands first: the first one that fits is taken.
        "feed.xml": "application/atom+xml; charset=utf-8",
        "-metadata.json": "application/csvm+json",
        ".css": "text/css; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".ico": "image/x-icon",
        ".ics": "text/calendar; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".jsonld": "application/ld+json",
        ".parquet": "application/vnd.apache.parquet",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".px": "text/plain; charset=utf-8",
        ".svg": "image/svg+xml",
        ".ttl": "text/turtle; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".webmanifest": "application/manifest+json",
        ".woff2": "font/woff2",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xml": "application/xml; charset=utf-8",
    }
)
"""Every type that is served, by the end of a file's name."""
UNKNOWN = "application/octet-stream"


def media_type(path: PurePosixPath) -> str:
    """Return a file's media type.

    >>> media_type(PurePosixPath("nb/2013-11/index.html"))
    'text/html; charset=utf-8'
    """
    return next((kind for ending, kind in TYPES.items() if path.name.endswith(ending)), UNKNOWN)
