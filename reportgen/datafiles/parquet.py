"""Turns the dataset into Parquet, for programs that read columns: one row for each observation, as in the CSV file."""

import json
from collections.abc import Mapping, Sequence

from reportgen.datafiles.csv_files import IDENTITY
from reportgen.dataset import Observation
from reportgen.wording import Wording


def write_parquet(spoken: Sequence[Wording]) -> bytes:
    """Return the columns of `observations.csv`: months and codes as text, `persons` as a whole number.

    `status` is null for a number that is printed; `source` is a list of the cells that print it.
    The schema's metadata has the title in each language, the source and the licence.
    """
    import pyarrow as pa  # noqa: PLC0415 - a large library, needed here and nowhere else
    from pyarrow import json as arrow_json  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    dataset = spoken[0].facts.dataset
    text = pa.string()
    schema = pa.schema(
        {
            "period": text,
            **dict.fromkeys(dataset.dimensions, text),
            "persons": pa.int64(),
            "status": text,
            "source": pa.list_(text),
        }
    )
    # As JSON, for to make columns of objects pyarrow imports pandas wherever that is installed: a third of a second.
    rows = "\n".join(json.dumps(_row(observation, dataset.dimensions)) for observation in dataset.observations).encode()
    whole = arrow_json.ReadOptions(block_size=len(rows) + 1)
    table = arrow_json.read_json(pa.BufferReader(rows), whole, arrow_json.ParseOptions(explicit_schema=schema))
    sink = pa.BufferOutputStream()
    parquet.write_table(table.replace_schema_metadata(_metadata(spoken)), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _row(observation: Observation, dimensions: Sequence[str]) -> Mapping[str, object]:
    return {
        "period": str(observation.period),
        **dict(zip(dimensions, observation.codes, strict=True)),
        "persons": observation.value,
        "status": observation.status or None,
        "source": [str(cell.where) for cell in observation.printed if cell.text] or [IDENTITY],
    }


def _metadata(spoken: Sequence[Wording]) -> dict[str, str]:
    rules, site = spoken[0].definition.report, spoken[0].definition.site
    titles = {f"title.{words.language.code}": words.say("title") for words in spoken}
    licence = f"{rules.licence} {rules.licence_url}"
    return {**titles, "source": site.creator, "licence": licence, "contact": rules.contact}
