"""Each data format says what `observations.csv` or `indicators.csv` says, to a reader that others wrote."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
from csvw import CSVW
from jsonstat_validator import JSONStatValidationError, validate_jsonstat
from naive_reading import MONTHS, NaiveCode, read_codes
from pyaxis import pyaxis
from pyjstat import pyjstat
from pysdmx.io import read_sdmx

from reportgen.datafiles import (
    write_csv_metadata,
    write_indicators,
    write_indicators_json,
    write_json_stat,
    write_observations,
    write_parquet,
    write_px,
    write_sdmx_csv,
)
from reportgen.datafiles.names import distinct_labels
from reportgen.wording import Wording

LANGUAGES = ("nb", "nn", "en")
DIMENSIONS = ("programme", "main_group", "sex")
SHARED_LABELS = {"nb": 2, "nn": 2, "en": 3}
"""How many labels a programme shares with a group, counted in codes.csv."""

Key = tuple[str, ...]
"""Codes, and then the month."""


@pytest.fixture(scope="module")
def spoken(words_of: Callable[[int, str], Wording]) -> list[Wording]:
    """Return November's figures in every language."""
    return [words_of(11, language) for language in LANGUAGES]


@pytest.fixture(scope="module")
def observations(spoken: Sequence[Wording]) -> dict[Key, dict[str, str]]:
    """Return the rows of November's observations.csv by their codes and month."""
    rows = read(write_observations(spoken[0].facts.dataset))
    return {(*(row[name] for name in DIMENSIONS), row["period"]): row for row in rows}


def read(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def codes_of(dimension: str) -> list[NaiveCode]:
    """Return the codes of a dimension as codes.csv has them."""
    return [code for code in read_codes() if code.dimension == dimension]


def every_key() -> list[Key]:
    """Return each combination of codes and month, whether or not the document carries it."""
    return list(product(*([code.id for code in codes_of(name)] for name in DIMENSIONS), MONTHS))


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # pyjstat's own, of itself
def test_json_stat_is_read_as_the_observations(
    spoken: Sequence[Wording], observations: dict[Key, dict[str, str]]
) -> None:
    """A reader of JSON-stat finds each observation's number under its codes, and nothing where there is none."""
    found = pyjstat.Dataset.read(write_json_stat(spoken[0]).decode()).write("dataframe", naming="id")
    cells = {tuple(row[1:-1]): row[-1] for row in found.itertuples(index=False)}
    assert list(cells) == every_key()
    carried = {key: value for key, value in cells.items() if value == value}  # noqa: PLR0124 - only NaN differs from itself
    assert carried == {key: int(row["persons"]) for key, row in observations.items()}


@pytest.mark.parametrize("place", range(len(LANGUAGES)))
def test_json_stat_has_every_observation(
    spoken: Sequence[Wording], observations: dict[Key, dict[str, str]], place: int
) -> None:
    """The validator accepts the cube; a cell has the observation's number, or null where there is no observation."""
    cube = json.loads(write_json_stat(spoken[place]))
    assert validate_jsonstat(cube)
    assert cube["id"] == ["measure", *DIMENSIONS, "period"]
    indexes = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    assert cube["size"] == list(map(len, indexes)) == [1, 49, 4, 3, 11]
    keys = list(product(*indexes[1:]))
    assert len(keys) == len(cube["value"]) == 49 * 4 * 3 * 11
    for number, (key, value) in enumerate(zip(keys, cube["value"], strict=True)):
        row = observations.get(key)
        assert value == (None if row is None else int(row["persons"])), key
        assert cube["status"].get(str(number), "") == (row["status"] if row else ""), key
    for name in DIMENSIONS:
        labels = cube["dimension"][name]["category"]["label"]
        assert labels == {code.id: code.labels[LANGUAGES[place]] for code in codes_of(name)}


def test_json_stat_tells_what_is_below_what(spoken: Sequence[Wording]) -> None:
    """Months are time, persons the measure; a group has its programmes and the total has the groups."""
    cube = json.loads(write_json_stat(spoken[0]))
    assert cube["role"] == {"time": ["period"], "metric": ["measure"]}
    children = cube["dimension"]["programme"]["category"]["child"]
    assert len(children["total"]) == 10
    assert sum(len(members) for members in children.values()) == 48
    assert children["assessment"] == ["assessment-ordinary", "assessment-sheltered", "assessment-sick-leave"]
    assert (cube["updated"], cube["source"]) == ("2013-12-03", "NAV")


def test_the_judge_of_json_stat_refuses_a_broken_cube(spoken: Sequence[Wording]) -> None:
    """A cube whose size doesn't fit its categories is refused: the judge judges."""
    cube = json.loads(write_json_stat(spoken[0]))
    cube["size"][1] -= 1
    with pytest.raises(JSONStatValidationError):
        validate_jsonstat(cube)


@pytest.fixture(scope="module")
def px_file(spoken: Sequence[Wording], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return November's PX file."""
    file = tmp_path_factory.mktemp("px") / "observations.px"
    file.write_bytes(write_px(spoken))
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_px_has_every_observation(px_file: Path, observations: dict[Key, dict[str, str]], language: str) -> None:
    """In each language a cell has the observation's number, or two dots where there is no observation."""
    px = pyaxis.parse(str(px_file), encoding="utf-8", lang=language, sd_values="(?!)")  # dots as they stand there
    told, cells = px["METADATA"], px["DATA"]
    names = [*told["STUB"], *told["HEADING"]]
    assert list(cells.columns) == [*names, "DATA"]
    codes = [told[f"CODES({name})"] for name in names]
    assert codes[-1] == [month.replace("-", "M") for month in MONTHS]
    keys = every_key()
    assert list(product(*codes)) == [(*key[:-1], key[-1].replace("-", "M")) for key in keys]
    for key, value in zip(keys, cells["DATA"], strict=True):
        assert value == (observations[key]["persons"] if key in observations else '".."'), key
    assert told[f"VALUES({names[1]})"] == [c.labels[language] for c in codes_of("main_group")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_px_labels_tell_codes_apart(px_file: Path, language: str) -> None:
    """Programs that know a category by its label find each once: where two share one, the level tells them apart."""
    told = pyaxis.parse(str(px_file), encoding="utf-8", lang=language)["METADATA"]
    labels = told[f"VALUES({told['STUB'][0]})"]
    assert len(set(labels)) == len(labels) == 49
    plain = [code.labels[language] for code in codes_of("programme")]
    changed = [(old, new) for old, new in zip(plain, labels, strict=True) if old != new]
    assert len(changed) == 2 * SHARED_LABELS[language]
    assert all(new.startswith(f"{old} (") for old, new in changed)


def test_labels_shared_within_a_level_are_told_apart_by_what_they_are_part_of(spoken: Sequence[Wording]) -> None:
    """Two programmes of one name get their groups' names; a third of that name, a group, gets its level."""
    english = spoken[2]
    lists = english.definition.code_lists
    same = {"wage-subsidy-temporary", "mentor", "training"}
    codes = tuple(replace(c, labels={**c.labels, "en": "Help"}) if c.id in same else c for c in lists[0].codes)
    known = {"code_lists": (replace(lists[0], codes=codes), *lists[1:])}
    labels = distinct_labels(replace(english, definition=english.definition.model_copy(update=known)), "programme")
    assert {labels[code] for code in same} == {
        "Help (wage subsidies)",
        "Help (follow-up)",
        "Help (programme group)",
    }


def test_px_lines_are_as_the_format_wants_them(px_file: Path) -> None:
    """Keywords stand one below the other, the main language's first; no line is longer than 256 characters."""
    text = px_file.read_bytes().decode("utf-8")
    lines = text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert max(map(len, lines)) <= 256
    assert lines[:4] == ['CHARSET="ANSI";', 'AXIS-VERSION="2013";', 'CODEPAGE="utf-8";', 'LANGUAGE="nb";']
    assert 'TIMEVAL("Måned")=TLIST(M1),"201301",' in lines
    assert 'CREATION-DATE="20131203 08:00";' in lines
    assert lines[-2:] == [";", ""]


def test_parquet_has_every_observation(
    spoken: Sequence[Wording], observations: dict[Key, dict[str, str]], tmp_path: Path
) -> None:
    """The columns are those of the CSV file, in its order; numbers are numbers, and places a list."""
    file = tmp_path / "observations.parquet"
    file.write_bytes(write_parquet(spoken))
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(file))
        assert found.columns == ["period", *DIMENSIONS, "persons", "status", "source"]
        assert str(found.types[4]) == "BIGINT"
        rows = found.fetchall()
        told = dict(connection.execute(f"select key, value from parquet_kv_metadata('{file}')").fetchall())  # noqa: S608 - the test's own file
    expected = [
        (*(row[name] for name in ("period", *DIMENSIONS)), int(row["persons"]), row["status"] or None, row["source"])
        for row in observations.values()
    ]
    assert [(*row[:-1], ";".join(row[-1])) for row in rows] == expected
    assert told[b"title.en"] == b"Participants in labour market programmes"
    assert told[b"licence"] == b"NLOD 2.0 https://data.norge.no/nlod/no/2.0"


def test_sdmx_csv_has_every_observation(
    spoken: Sequence[Wording], observations: dict[Key, dict[str, str]], tmp_path: Path
) -> None:
    """A reader of SDMX finds one data set with the observations of the CSV file, in its order."""
    file = tmp_path / "observations.sdmx.csv"
    file.write_bytes(write_sdmx_csv(spoken[0].facts.dataset, spoken[0].definition))
    (found,) = read_sdmx(file, validate=False).get_datasets()
    assert str(found.structure) == "Dataflow=reportgen:tiltaksdeltakere(1.0.0)"
    columns = {"PROGRAMME": "programme", "MAIN_GROUP": "main_group", "SEX": "sex", "TIME_PERIOD": "period"}
    columns |= {"OBS_VALUE": "persons", "STATUS": "status", "SOURCE": "source"}
    rows = [dict(zip(columns.values(), row, strict=True)) for row in found.data[list(columns)].itertuples(index=False)]
    assert rows == list(observations.values())
    assert (set(found.data["FREQ"]), set(found.data["UNIT_MEASURE"])) == ({"M"}, {"persons"})


@pytest.fixture(scope="module")
def described(spoken: Sequence[Wording], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with both CSV files and what describes them."""
    folder, facts = tmp_path_factory.mktemp("csvw"), spoken[0].facts
    (folder / "observations.csv").write_bytes(write_observations(facts.dataset))
    (folder / "indicators.csv").write_bytes(write_indicators(facts.indicators, facts.dataset.dimensions))
    for name in ("observations", "indicators"):
        metadata = write_csv_metadata(name, spoken)
        (folder / f"{name}.csv-metadata.json").write_bytes(metadata)
    return folder


def described_table(folder: Path, name: str) -> Any:  # noqa: ANN401 - the library has no types
    """Return a CSV file with its metadata."""
    return CSVW(str(folder / f"{name}.csv"), md_url=str(folder / f"{name}.csv-metadata.json"), validate=True)


def test_csv_metadata_fits_the_observations(described: Path, observations: dict[Key, dict[str, str]]) -> None:
    """Every row is of the types that the metadata says, keys are unique, and each value is read as what it is."""
    table = described_table(described, "observations")
    assert table.is_valid, [str(warning.message) for warning in table.warnings]
    rows = list(table.tables[0].iterdicts())
    assert [row["persons"] for row in rows] == [int(row["persons"]) for row in observations.values()]
    assert [";".join(row["source"]) for row in rows] == [row["source"] for row in observations.values()]


def test_csv_metadata_fits_the_indicators(described: Path) -> None:
    """Every figure has a decimal value or a status, and a key of its own."""
    table = described_table(described, "indicators")
    assert table.is_valid, [str(warning.message) for warning in table.warnings]
    first = next(iter(table.tables[0].iterdicts()))
    assert (first["value"], first["status"]) == (Decimal(2273), None)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(",74256,,", ",74 256,,"), ("2013-01,total,", "2013-01,,"), (",women,", ",woman,"), (",women,", ",men,")],
)
def test_the_judge_of_csv_metadata_refuses_wrong_values(
    described: Path, tmp_path: Path, right: str, wrong: str
) -> None:
    """A number with a space, a code that is missing, unknown or makes a key twice is refused: the judge judges."""
    for file in described.iterdir():
        text = file.read_text(encoding="utf-8")
        changed = text.replace(right, wrong, 1) if file.name == "observations.csv" else text
        (tmp_path / file.name).write_text(changed, encoding="utf-8", newline="")
    with pytest.raises((UserWarning, ValueError), match=r"Invalid column value|duplicate primary key"):
        assert described_table(tmp_path, "observations").is_valid


@pytest.mark.parametrize("name", ["observations", "indicators"])
def test_csv_metadata_names_each_column_in_each_language(described: Path, name: str) -> None:
    """A column's heading belongs to no language; its title and its description stand in each."""
    metadata = json.loads((described / f"{name}.csv-metadata.json").read_text(encoding="utf-8"))
    header = (described / f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    columns = metadata["tableSchema"]["columns"]
    assert [column["titles"]["und"] for column in columns] == [column["name"] for column in columns] == header
    for column in columns:
        assert set(column["titles"]) == {"und", *LANGUAGES}
        assert [text["@language"] for text in column["dc:description"]] == list(LANGUAGES)
    assert metadata["dc:license"] == {"@id": "https://data.norge.no/nlod/no/2.0"}


def test_indicators_in_json_are_those_of_the_csv_file(spoken: Sequence[Wording]) -> None:
    """Every figure stands there in the file's order with the same value, unit, status and formula."""
    facts = spoken[0].facts
    found = json.loads(write_indicators_json(spoken), parse_float=Decimal, parse_int=Decimal)
    rows = read(write_indicators(facts.indicators, facts.dataset.dimensions))
    assert len(rows) == len(found["figures"])
    for row, figure in zip(rows, found["figures"], strict=True):
        value = Decimal(row["value"]) if row["value"] else None
        assert figure == {**row, "value": value}
        assert list(figure) == list(row)


def test_indicators_in_json_are_named_in_each_language(spoken: Sequence[Wording]) -> None:
    """Codes, indicators, units and statuses that figures have are all named in every language."""
    found = json.loads(write_indicators_json(spoken))
    assert (found["month"], found["released"], found["languages"]) == ("2013-11", "2013-12-03", list(LANGUAGES))
    for dimension in found["dimensions"]:
        codes = {code["id"]: code["labels"] for code in dimension["codes"]}
        assert codes == {code.id: code.labels for code in codes_of(dimension["id"])}
    for kind, field in (("indicators", "indicator"), ("units", "unit"), ("statuses", "status")):
        named = {entry["id"]: entry["labels"] for entry in found[kind]}
        assert {figure[field] for figure in found["figures"]} - {""} <= set(named)
        assert all(set(labels) == set(LANGUAGES) and all(labels.values()) for labels in named.values())


def test_the_same_figures_give_the_same_bytes(spoken: Sequence[Wording]) -> None:
    """Written twice, each file is the same, the containers of Parquet too; none names a place on the machine."""
    dataset, definition = spoken[0].facts.dataset, spoken[0].definition
    writers: tuple[Callable[[], bytes], ...] = (
        lambda: write_json_stat(spoken[0]),
        lambda: write_px(spoken),
        lambda: write_parquet(spoken),
        lambda: write_sdmx_csv(dataset, definition),
        lambda: write_csv_metadata("observations", spoken),
        lambda: write_indicators_json(spoken),
    )
    for write in writers:
        content = write()
        assert content == write()
        assert str(Path.cwd()).encode() not in content
