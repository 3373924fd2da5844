"""Files inside a PDF."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF: the data that it shows."""

    name: str
    """File name; its ending says the format: `observations.csv`."""
    description: str
    """What it holds, in the language of the document."""
    content: bytes
    released: date
    """The day that it bears."""
