"""Describes the CSV files for programs, with names in each language: CSV on the Web, https://www.w3.org/TR/tabular-metadata/."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from reportgen.datafiles.csv_files import IDENTITY
from reportgen.datafiles.names import INDICATOR_STATUSES, OBSERVATION_STATUSES, message_in_each
from reportgen.indicators import DECIMALS
from reportgen.wording import Wording

_PLACES = rf"{IDENTITY}|.+:[0-9]+:[0-9]+"


def write_csv_metadata(table: Literal["observations", "indicators"], spoken: Sequence[Wording]) -> bytes:
    """Return what stands beside `observations.csv` or `indicators.csv`: columns, keys, licence and dialect."""
    columns, keys = (_observations(spoken), ()) if table == "observations" else (_indicators(spoken), ("indicator",))
    definition, facts = spoken[0].definition, spoken[0].facts
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": spoken[0].language.code}],
        "url": f"{table}.csv",
        "dc:title": _values(message_in_each(spoken, "title")),
        "dc:description": _values(message_in_each(spoken, f"data.about.{table}")),
        "dc:creator": definition.site.creator,
        "dc:publisher": definition.site.publisher,
        "dc:license": {"@id": definition.report.licence_url},
        "dc:issued": {"@value": definition.releases[str(facts.month)].released.isoformat(), "@type": "xsd:date"},
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": columns, "primaryKey": ["period", *keys, *facts.dataset.dimensions]},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _observations(spoken: Sequence[Wording]) -> list[Mapping[str, Any]]:
    persons = {"base": "nonNegativeInteger"}
    return [
        _column(spoken, "period", {"base": "gYearMonth"}, required=True),
        *_dimensions(spoken),
        _column(spoken, "persons", persons, required=True),
        _column(spoken, "status", _one_of(OBSERVATION_STATUSES), about="observation-status"),
        {**_column(spoken, "source", {"base": "string", "format": _PLACES}), "separator": ";"},
    ]


def _indicators(spoken: Sequence[Wording]) -> list[Mapping[str, Any]]:
    names = dict.fromkeys(figure.name for figure in spoken[0].facts.indicators.figures)
    return [
        _column(spoken, "period", {"base": "gYearMonth"}, required=True),
        _column(spoken, "indicator", _one_of(tuple(names)), required=True),
        *_dimensions(spoken),
        _column(spoken, "value", {"base": "decimal"}),
        _column(spoken, "unit", _one_of(tuple(DECIMALS)), required=True),
        _column(spoken, "status", _one_of(INDICATOR_STATUSES), about="indicator-status"),
        _column(spoken, "formula", {"base": "string"}),
    ]


def _column(
    spoken: Sequence[Wording], name: str, datatype: Mapping[str, str], *, about: str = "", required: bool = False
) -> Mapping[str, Any]:
    """Describe a column; its heading in the file is its name, which belongs to no language."""
    return {
        "name": name,
        "titles": {"und": name, **message_in_each(spoken, f"data.column.{name}")},
        "dc:description": _values(message_in_each(spoken, f"data.about.{about or name}")),
        "datatype": datatype,
        "required": required,
    }


def _dimensions(spoken: Sequence[Wording]) -> list[Mapping[str, Any]]:
    """Describe the columns of the dimensions, whose names belong to the statistic."""
    return [
        {
            "name": code_list.dimension,
            "titles": {"und": code_list.dimension, **message_in_each(spoken, f"dimension.{code_list.dimension}")},
            "dc:description": _values(message_in_each(spoken, "data.about.dimension")),
            "datatype": _one_of([code.id for code in code_list.codes]),
            "required": True,
        }
        for code_list in spoken[0].facts.dataset.code_lists
    ]


def _one_of(words: Sequence[str]) -> Mapping[str, str]:
    return {"base": "string", "format": "|".join(map(re.escape, words)).replace(r"\-", "-")}


def _values(texts: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Write texts as JSON-LD does, each with its language."""
    return [{"@value": text, "@language": code} for code, text in texts.items()]
