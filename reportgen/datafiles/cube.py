"""Lays the dataset out as a full cube: every code of every dimension in every month, carried by the document or not."""

from itertools import product

from reportgen.dataset import Dataset, Observation


def full_cube(dataset: Dataset) -> tuple[Observation | None, ...]:
    """Return a place for each combination of codes and month, the month changing fastest.

    `None` stands where the document carries no such slice, which is no zero: a row that it leaves out of a slice
    that it carries is an observation of 0.
    """
    index = {(o.codes, o.period): o for o in dataset.observations}
    categories = ([code.id for code in code_list.codes] for code_list in dataset.code_lists)
    return tuple(index.get((codes, period)) for codes in product(*categories) for period in dataset.periods)
