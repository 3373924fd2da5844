"""Writes a month's data in every format that needs no page, and names the files."""

from collections.abc import Mapping, Sequence

from reportgen.datafiles.csv_files import write_indicators, write_observations
from reportgen.datafiles.csv_metadata import write_csv_metadata
from reportgen.datafiles.indicators_json import write_indicators_json
from reportgen.datafiles.json_stat import write_json_stat
from reportgen.datafiles.parquet import write_parquet
from reportgen.datafiles.px import write_px
from reportgen.datafiles.sdmx import write_sdmx_csv
from reportgen.wording import Wording


def write_month(spoken: Sequence[Wording]) -> Mapping[str, bytes]:
    """Return each file's content by its name; labels are in the languages that the month is published in."""
    definition, facts = spoken[0].definition, spoken[0].facts
    return {
        "observations.csv": write_observations(facts.dataset),
        "observations.csv-metadata.json": write_csv_metadata("observations", spoken),
        **{f"observations.{words.language.code}.json": write_json_stat(words) for words in spoken},
        "observations.px": write_px(spoken),
        "observations.parquet": write_parquet(spoken),
        "observations.sdmx.csv": write_sdmx_csv(facts.dataset, definition),
        "indicators.csv": write_indicators(facts.indicators, facts.dataset.dimensions),
        "indicators.csv-metadata.json": write_csv_metadata("indicators", spoken),
        "indicators.json": write_indicators_json(spoken),
    }
