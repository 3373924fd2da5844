"""Makes each artefact of a publication once: what was made from the same before is taken from the cache.

An artefact is a few files that are made together: a month's data, a drawing, a page, a PDF. Its key is all that it is
made from. Beside it the cache remembers, by the artefact's name, what the last one was made from, to tell what changed.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reportgen.cache import Cache, digest
from reportgen.inputs import Inputs, changed_inputs, program_digest

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What became of one artefact in a build."""

    artefact: str
    """`nb/2013-11/figures/july-dip`."""
    reused: bool
    changed: tuple[str, ...] = ()
    """The inputs that differ from those that it was made from the last time; nothing where there was no last time."""


class Consulted(Mapping[str, tuple[str, ...]]):
    """A catalogue that notes which of its messages are looked up, found or not."""

    def __init__(self, messages: Mapping[str, tuple[str, ...]]) -> None:
        """Begin with no message noted."""
        self._messages = messages
        self.noted: dict[str, None] = {}

    def __getitem__(self, key: str) -> tuple[str, ...]:
        """Return a message's texts, one for each plural form."""
        self.noted[key] = None
        return self._messages[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether there is such a message."""
        self.noted[str(key)] = None
        return key in self._messages

    def __iter__(self) -> Iterator[str]:
        """Return every key; all of them count as looked up."""
        self.noted |= dict.fromkeys(self._messages)
        return iter(self._messages)

    def __len__(self) -> int:
        """Return how many messages there are."""
        return len(self._messages)

    def state(self, keys: Sequence[str]) -> list[tuple[str, tuple[str, ...] | None]]:
        """Return what the catalogue says for these keys, without noting it."""
        return [(key, self._messages.get(key)) for key in keys]


@dataclass(kw_only=True)
class Workshop:
    """Where the artefacts of a build are made or found."""

    cache: Cache | None = None
    """None where everything is to be made."""
    inputs: Inputs = field(default_factory=dict)
    """All inputs of the build, to tell what changed."""
    report: str = ""
    """Identifier of the report, a part of every artefact's name."""
    makings: list[Making] = field(default_factory=list)
    """What became of every artefact so far, in order."""
    _new: list[tuple[str, Files]] = field(default_factory=list)

    def make(
        self,
        artefact: str,
        kind: str,
        parts: Sequence[object],
        make: Callable[[], Files],
        catalogues: Sequence[Consulted] = (),
    ) -> Files:
        """Return an artefact's files.

        `kind` says by which part of the program it is made, as `program_digest` knows it. `parts` are all the values
        that it is made from, each with a `repr` that tells it from every other; of `catalogues`, what is looked up
        while it is made counts as well, and nothing else.
        """
        if self.cache is None:
            self.makings.append(Making(artefact=artefact, reused=False))
            return make()
        base = digest(f"{kind} {program_digest(kind)} {parts!r}")
        known = self._consulted(self.cache, base)
        found = None if known is None else self.cache.recall(_full_key(base, known, catalogues))
        if found is None:
            files = make()
            noted = [list(catalogue.noted) for catalogue in catalogues]
            self._new.append((_consulted_key(base), {"messages": json.dumps(noted).encode()}))
            self._new.append((_full_key(base, noted, catalogues), files))
            changed = self._changed(self.cache, artefact)
        else:
            files, changed = found, ()
        self.makings.append(Making(artefact=artefact, reused=found is not None, changed=changed))
        return files

    def keep(self) -> None:
        """Let later builds find what was made; call it once it is certain that no input changed meanwhile."""
        if self.cache is None:
            return
        for key, files in self._new:
            self.cache.keep(key, files)
        inputs = {"inputs": json.dumps(dict(sorted(self.inputs.items()))).encode()}
        for making in self.makings:
            self.cache.keep(self._last(making.artefact), inputs)
        self._new.clear()

    def _consulted(self, cache: Cache, base: str) -> list[list[str]] | None:
        """Return the messages that were looked up when this was made before; the same ones will be again."""
        found = cache.recall(_consulted_key(base))
        return None if found is None else json.loads(found["messages"])

    def _changed(self, cache: Cache, artefact: str) -> tuple[str, ...]:
        """Return which inputs differ from those that the artefact was made from the last time."""
        found = cache.recall(self._last(artefact))
        if found is None:
            return ()
        return changed_inputs(json.loads(found["inputs"]), self.inputs) or ("what the cache holds",)

    def _last(self, artefact: str) -> str:
        return f"last {self.report} {artefact}"


def _consulted_key(base: str) -> str:
    return f"messages {base}"


def _full_key(base: str, keys: Sequence[Sequence[str]], catalogues: Sequence[Consulted]) -> str:
    """Return the key with what the catalogues say now."""
    said = [catalogue.state(noted) for catalogue, noted in zip(catalogues, keys, strict=True)]
    return digest(f"{base} {said!r}")
