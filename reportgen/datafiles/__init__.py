"""Turns the dataset, the indicators and display tables into data files: one module and one verb for each format.

Every file's bytes depend on the figures and the words alone. What the formats have in common stands in `names`
and `cube`.
"""

from reportgen.datafiles.csv_files import write_indicators, write_observations, write_table, write_value
from reportgen.datafiles.csv_metadata import write_csv_metadata
from reportgen.datafiles.indicators_json import write_indicators_json
from reportgen.datafiles.json_stat import write_json_stat
from reportgen.datafiles.month import write_month
from reportgen.datafiles.parquet import write_parquet
from reportgen.datafiles.px import write_px
from reportgen.datafiles.sdmx import write_sdmx_csv
from reportgen.datafiles.workbook import write_workbook

__all__ = [
    "write_csv_metadata",
    "write_indicators",
    "write_indicators_json",
    "write_json_stat",
    "write_month",
    "write_observations",
    "write_parquet",
    "write_px",
    "write_sdmx_csv",
    "write_table",
    "write_value",
    "write_workbook",
]
