"""Turns the dataset into Parquet, for programs that read columns: one row for each observation, as in the CSV file."""

from collections.abc import Sequence

from reportgen.datafiles.csv_files import IDENTITY
from reportgen.wording import Wording


def write_parquet(spoken: Sequence[Wording]) -> bytes:
    """Return the columns of `observations.csv`: months and codes as text, `persons` as a whole number.

    `status` is null for a number that is printed; `source` is a list of the cells that print it.
    The schema's metadata has the title in each language, the source and the licence.
    """
    import pyarrow as pa  # noqa: PLC0415 - a large library, needed here and nowhere else
    from pyarrow import parquet  # noqa: PLC0415

    dataset = spoken[0].facts.dataset
    rows = dataset.observations
    columns = {
        "period": pa.array([str(o.period) for o in rows], pa.string()),
        **{
            dimension: pa.array([o.codes[place] for o in rows], pa.string())
            for place, dimension in enumerate(dataset.dimensions)
        },
        "persons": pa.array([o.value for o in rows], pa.int64()),
        "status": pa.array([o.status or None for o in rows], pa.string()),
        "source": pa.array(
            [[str(cell.where) for cell in o.printed if cell.text] or [IDENTITY] for o in rows], pa.list_(pa.string())
        ),
    }
    table = pa.table(columns).replace_schema_metadata(_metadata(spoken))
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _metadata(spoken: Sequence[Wording]) -> dict[str, str]:
    rules, site = spoken[0].definition.report, spoken[0].definition.site
    titles = {f"title.{words.language.code}": words.say("title") for words in spoken}
    licence = f"{rules.licence} {rules.licence_url}"
    return {**titles, "source": site.creator, "licence": licence, "contact": rules.contact}
