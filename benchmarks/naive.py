"""The same month as a good Python user makes it in an afternoon: what `make bench` measures against.

Usage: python naive.py GIVEN OUTPUT MONTH...

pandas for the figures, Altair for the charts, WeasyPrint for the PDF, each used as its manual shows it.
Nothing is slowed down, and nothing is tuned: no document is proved, nothing is kept for the next run,
no tags are mended, and one language follows the other.

Much is given that `reportgen` has to make: the tidy observations instead of the printed document, and the finished
HTML, with its sentences and tables, that `reportgen` lays out as PDF. Charts are drawn once, without a version for
phones and without words around them; the page is the same HTML.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import pandas as pd
from weasyprint import HTML

LANGUAGES = ("nb", "en")
SLICES = {
    "main_group": ("jobseekers", "reduced-work-capacity", "others"),
    "sex": ("women", "men"),
}
WIDTH = 640


class Month:
    """What is known in a month, with labels in one language."""

    def __init__(self, observations: pd.DataFrame, codes: pd.DataFrame, month: str, language: str) -> None:
        """Keep the observations up to the month."""
        self.month = month
        self.previous = str(pd.Period(month) - 1)
        self.codes = codes
        self.labels = codes.set_index(["dimension", "code"])[language]
        known = observations[observations["period"] <= month].copy()
        for dimension in ("programme", "main_group", "sex"):
            known[f"{dimension}_label"] = known[dimension].map(self.labels[dimension])
        self.all = known
        self.by_programme = known[(known["main_group"] == "total") & (known["sex"] == "total")]
        self.total = self.by_programme[self.by_programme["programme"] == "total"]
        groups = codes[(codes["dimension"] == "programme") & (codes["level"] == "group")]["code"]
        self.groups = self.by_programme[self.by_programme["programme"].isin(groups)]
        self.wide = self.by_programme.pivot_table(index="programme", columns="period", values="persons", sort=False)
        self.wide_groups = self.wide.loc[groups]

    def label(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Add the names of the programmes."""
        return frame.assign(label=frame.index.map(self.labels["programme"])).reset_index()

    def slice(self, dimension: str) -> pd.DataFrame:
        """Return the totals of each category but the whole."""
        other = "sex" if dimension == "main_group" else "main_group"
        known = self.all
        return known[(known["programme"] == "total") & (known[other] == "total") & (known[dimension] != "total")]


def draw_line(data: pd.DataFrame, series: str = "", *, zero: bool = True) -> alt.LayerChart:
    """Draw persons by month, the last value written at each line's end."""
    base = alt.Chart(data).encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("persons:Q", title=None, scale=alt.Scale(zero=zero), axis=alt.Axis(format=",.0f")),
    )
    if series:
        base = base.encode(color=alt.Color(f"{series}:N", title=None, legend=alt.Legend(orient="top")))
    last = base.transform_filter(alt.datum.period == data["period"].max())
    return base.mark_line(point=True) + last.mark_text(align="left", dx=8).encode(
        text=alt.Text("persons:Q", format=",.0f")
    )


def draw_bars(data: pd.DataFrame, value: str, number: str) -> alt.LayerChart:
    """Draw a bar for each row, the largest first, with its number."""
    base = alt.Chart(data).encode(
        x=alt.X(f"{value}:Q", title=None, axis=alt.Axis(format=number)),
        y=alt.Y("label:N", title=None, sort="-x", axis=alt.Axis(labelLimit=400)),
    )
    text = base.mark_text(align="left", dx=4).encode(text=alt.Text(f"{value}:Q", format=number))
    colour = alt.condition(alt.datum[value] < 0, alt.value("#aa4b0d"), alt.value("#1d5c9e"))
    return base.mark_bar().encode(color=colour) + text


def draw_groups(known: Month) -> alt.LayerChart:
    """Draw this month's level of each group, with a mark for the month before."""
    data = known.label(known.wide_groups)
    bars = draw_bars(data, known.month, ",.0f")
    if known.previous not in data:
        return bars
    ticks = alt.Chart(data).mark_tick(color="black", thickness=2)
    return bars + ticks.encode(x=f"{known.previous}:Q", y=alt.Y("label:N", sort="-x"))


def draw_contributions(known: Month) -> alt.LayerChart:
    """Draw how many percentage points each group gave to the total's change."""
    change = known.wide_groups[known.month] - known.wide_groups[known.previous]
    points = 100 * change / known.wide.loc["total", known.previous]
    return draw_bars(known.label(points.to_frame("points")), "points", "+.1f")


def draw_recovery(known: Month) -> alt.LayerChart:
    """Draw the months from June on, with June's level."""
    year = known.month[:4]
    data = known.total[known.total["period"] >= f"{year}-06"]
    base = alt.Chart(data).encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("persons:Q", title=None, axis=alt.Axis(format=",.0f")),
    )
    june = alt.Chart(data.head(1)).mark_rule(strokeDash=[4, 4]).encode(y="persons:Q")
    return base.mark_bar() + base.mark_text(dy=-8).encode(text=alt.Text("persons:Q", format=",.0f")) + june


def july_dips(wide: pd.DataFrame, year: str) -> pd.Series:
    """Return how far July lies below the mean of the three months on either side, in per cent."""
    around = [f"{year}-{number:02}" for number in (4, 5, 6, 8, 9, 10)]
    mean = wide[around].mean(axis="columns")
    return 100 * (mean - wide[f"{year}-07"]) / mean


def draw_dips(known: Month) -> alt.LayerChart:
    """Draw each group's July dip."""
    dips = july_dips(known.wide_groups, known.month[:4])
    return draw_bars(known.label(dips.to_frame("dip")), "dip", ".1f")


def draw_index(known: Month) -> alt.LayerChart:
    """Draw each group's months as an index of January."""
    wide = known.wide_groups
    index = wide.div(wide.iloc[:, 0], axis="index") * 100
    data = known.label(index).melt(id_vars=["programme", "label"], var_name="period", value_name="index")
    base = alt.Chart(data).encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=400)),
    )
    colour = alt.Color("index:Q", title=None, scale=alt.Scale(scheme="redblue", domainMid=100))
    return base.mark_rect().encode(color=colour) + base.mark_text().encode(text=alt.Text("index:Q", format=".0f"))


def womens_share(known: Month) -> pd.DataFrame:
    """Return women's share of each programme in the month, in per cent; none below 20 persons."""
    now = known.all[(known.all["period"] == known.month) & (known.all["main_group"] == "total")]
    wide = now.pivot_table(index="programme", columns="sex", values="persons", sort=False)
    share = (100 * wide["women"] / wide["total"]).where(wide["total"] >= 20)  # noqa: PLR2004 - the report's small base
    data = known.label(share.to_frame("share"))
    programmes = known.codes[known.codes["level"] == "programme"]["code"]
    data["label"] = data["label"].where(~data["programme"].isin(programmes), "\N{EN DASH} " + data["label"])
    return data


def draw_share(known: Month) -> alt.LayerChart:
    """Draw women's share of each programme, against the share of all."""
    data = womens_share(known)
    base = alt.Chart(data[data["programme"] != "total"]).encode(
        x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 100])),
        y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=400)),
    )
    rule = alt.Chart(data[data["programme"] == "total"]).mark_rule().encode(x="share:Q")
    text = base.mark_text(align="left", dx=8).encode(text=alt.Text("share:Q", format=".1f"))
    return rule + base.mark_circle(size=60) + text


CHARTS = {
    "participants": lambda known: draw_line(known.total),
    "main-groups": lambda known: draw_line(known.slice("main_group"), "main_group_label"),
    "groups": draw_groups,
    "contributions": draw_contributions,
    "recovery": draw_recovery,
    "july-dip": draw_dips,
    "index": draw_index,
    "women-men": lambda known: draw_line(known.slice("sex"), "sex_label", zero=False),
    "womens-share": draw_share,
}


def make_tables(known: Month) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each table of the month with its name: programmes by month, whole and sliced, and the main groups."""
    groups = known.all[(known.all["programme"] == "total") & (known.all["sex"] == "total")]
    yield "main-groups", groups.pivot_table(index="main_group_label", columns="period", values="persons", sort=False)
    yield (
        "programmes",
        known.by_programme.pivot_table(index="programme_label", columns="period", values="persons", sort=False),
    )
    for dimension, categories in SLICES.items():
        other = "sex" if dimension == "main_group" else "main_group"
        for category in categories:
            part = known.all[(known.all[dimension] == category) & (known.all[other] == "total")]
            yield category, part.pivot_table(index="programme_label", columns="period", values="persons", sort=False)


def compute_indicators(observations: pd.DataFrame) -> pd.DataFrame:
    """Return change, change in per cent and index of every series in every month."""
    series = observations.groupby(["programme", "main_group", "sex"], sort=False)["persons"]
    before, first = series.shift(), series.transform("first")
    persons = observations["persons"]
    return observations[["period", "programme", "main_group", "sex"]].assign(
        change=persons - before,
        change_percent=100 * (persons - before) / before,
        index=100 * persons / first,
    )


def make_month(observations: pd.DataFrame, codes: pd.DataFrame, given: Path, output: Path, month: str) -> None:
    """Write a month's data, then page, charts, tables and PDF in each language."""
    data = output / "data" / month
    data.mkdir(parents=True)
    known = observations[observations["period"] <= month]
    known.to_csv(data / "observations.csv", index=False)
    known.to_parquet(data / "observations.parquet")
    indicators = compute_indicators(known)
    indicators.to_csv(data / "indicators.csv", index=False)
    indicators.to_json(data / "indicators.json", orient="records")
    for language in LANGUAGES:
        folder = output / language / month
        (folder / "figures").mkdir(parents=True)
        (folder / "tables").mkdir()
        html = (given / month / f"{language}.html").read_text(encoding="utf-8")
        facts = Month(observations, codes, month, language)
        for name, draw in CHARTS.items():
            if f"figures/{name}.svg" in html:
                chart = draw(facts).properties(width=WIDTH)
                chart.save(folder / "figures" / f"{name}.svg")
                chart.save(folder / "figures" / f"{name}.png", scale_factor=2)
        with pd.ExcelWriter(folder / "tables.xlsx") as workbook:
            for name, table in make_tables(facts):
                table.to_csv(folder / "tables" / f"{name}.csv")
                table.to_excel(workbook, sheet_name=name)
        (folder / "index.html").write_text(html, encoding="utf-8")
        HTML(folder / "index.html").write_pdf(folder / "report.pdf")


def main() -> None:
    """Make the months that are named, one after the other."""
    given, output = map(Path, sys.argv[1:3])
    observations = pd.read_csv(given / "observations.csv")
    codes = pd.read_csv(given / "codes.csv")
    for month in sys.argv[3:]:
        make_month(observations, codes, given, output, month)


if __name__ == "__main__":
    main()
