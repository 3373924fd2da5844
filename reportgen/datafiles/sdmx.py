"""Turns the dataset into SDMX-CSV 2.0, the exchange format of statistical offices.

https://github.com/sdmx-twg/sdmx-csv/blob/master/data-message/docs/sdmx-csv-field-guide.md
"""

import re

from reportgen.datafiles.csv_files import observation_source, write_csv
from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition

_VERSION = "1.0.0"
_NO_IDENTIFIER = re.compile(r"[^A-Za-z0-9_-]+")


def write_sdmx_csv(dataset: Dataset, definition: ReportDefinition) -> bytes:
    """Return a row for each observation, with the identifiers of SDMX for what has one there.

    Dimensions are those of `observations.csv` in capitals, and the frequency; `STATUS` and `SOURCE` are attributes.
    """
    dimensions = [dimension.upper() for dimension in dataset.dimensions]
    structure = f"{_identifier(definition.site.publisher)}:{_identifier(definition.report.id)}({_VERSION})"
    header = (
        *("STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"),
        *dimensions,
        *("TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "STATUS", "SOURCE"),
    )
    rows = (
        (
            *("dataflow", structure, "I", "M"),
            *observation.codes,
            *(observation.period, observation.value, "persons", observation.status, observation_source(observation)),
        )
        for observation in dataset.observations
    )
    return write_csv(header, rows)


def _identifier(text: str) -> str:
    """Write a name as an SDMX identifier: `The libraries` becomes `The_libraries`."""
    return _NO_IDENTIFIER.sub("_", text).strip("_")
