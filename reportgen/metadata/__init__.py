"""What machines are told of a publication: schema.org in each page, and a DCAT catalogue of the whole site.

Pure: takes the definition, what is published and the list of files; knows no layout, reads and writes nothing.
A definition without `[metadata]` has neither.
"""

from collections.abc import Sequence

from reportgen.definition import ReportDefinition
from reportgen.language import Language
from reportgen.metadata.files import PublishedFile, PublishedMonth
from reportgen.metadata.schema_org import describe_month
from reportgen.output import OutputFile

__all__ = ["PublishedFile", "PublishedMonth", "describe_month", "write_catalogue"]


def write_catalogue(
    definition: ReportDefinition, languages: Sequence[Language], months: Sequence[PublishedMonth]
) -> tuple[OutputFile, ...]:
    """Return `data/catalog.ttl` and `data/catalog.jsonld`, which describe every published month by DCAT-AP-NO 3.

    None where the definition has no `[metadata]`, or nothing is published.
    """
    if definition.metadata is None or not months:
        return ()
    from reportgen.metadata.dcat import compile_catalogue  # noqa: PLC0415 - RDFLib costs a build of one page a second

    return compile_catalogue(definition, definition.metadata, languages, months)
