"""Reads a tagged PDF as assistive technology does: the structure tree, and the text that each of its elements holds.

Shares no code with the program, so that it can judge it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Name

_CHARACTER = re.compile(r"<([0-9a-f]+)> <([0-9a-f]+)>")


@dataclass(kw_only=True)
class Node:
    """A structure element."""

    kind: str
    """Structure type: `TD`."""
    dictionary: pikepdf.Object
    page: int
    """Index of the page that its dictionary names."""
    parts: list["Node | str"] = field(default_factory=list)
    """Elements and runs of text, in reading order."""
    contents: list[tuple[int, int]] = field(default_factory=list)
    """Page and MCID of each content that it holds itself."""
    annotations: list[pikepdf.Object] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """Yield this element and all below it."""
        yield self
        for part in self.parts:
            if isinstance(part, Node):
                yield from part.walk()

    def find(self, *kinds: str) -> list["Node"]:
        """Return the elements of some kinds, this one included."""
        return [node for node in self.walk() if node.kind in kinds]

    @property
    def text(self) -> str:
        """All text, as it comes."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def attributes(self) -> dict[str, Any]:
        """Its attributes without their owner: `{"Scope": "/Row"}`."""
        found = dict(self.dictionary.get("/A", {}))
        return {name[1:]: value for name, value in found.items() if name != "/O"}


@dataclass(kw_only=True)
class TaggedPdf:
    """An open PDF with what it says."""

    pdf: pikepdf.Pdf
    root: Node
    artifacts: list[str]
    """Text of each page that is marked as an artifact."""
    texts: list[dict[int, str]]
    """Text of each page by MCID, whether or not the tree has it."""


def read_tagged_pdf(content: bytes) -> TaggedPdf:
    """Read everything."""
    pdf = pikepdf.open(BytesIO(content))
    texts, artifacts = [], []
    for page in pdf.pages:
        marked, artifact = _page_texts(page)
        texts.append(marked)
        artifacts.append(artifact)
    pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    root = _node(pdf.Root.StructTreeRoot.K[0], pages, texts, 0)
    return TaggedPdf(pdf=pdf, root=root, artifacts=artifacts, texts=texts)


def _node(
    dictionary: pikepdf.Object, pages: dict[tuple[int, int], int], texts: list[dict[int, str]], page: int
) -> Node:
    page = pages[dictionary.Pg.objgen] if Name.Pg in dictionary else page
    node = Node(kind=str(dictionary.S)[1:], dictionary=dictionary, page=page)
    kids: list[Any] = list(dictionary.K)
    for kid in kids:
        if isinstance(kid, int) or Name.MCID in kid:
            place, number = (page, kid) if isinstance(kid, int) else (pages[kid.Pg.objgen], int(kid.MCID))
            node.contents.append((place, number))
            node.parts.append(texts[place][number])
        elif Name.Obj in kid:
            node.annotations.append(kid.Obj)
        else:
            assert kid.P.objgen == dictionary.objgen, "an element names another parent"
            node.parts.append(_node(kid, pages, texts, page))
    return node


def _page_texts(page: pikepdf.Page) -> tuple[dict[int, str], str]:
    """Return a page's text by MCID, and that of its artifacts."""
    fonts = {str(name): _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    marked: dict[int, str] = {}
    artifact: list[str] = []
    within: list[int | None] = []
    characters: dict[str, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "BDC" | "BMC":
                number = int(operands[1].MCID) if len(operands) > 1 and Name.MCID in operands[1] else None
                assert number is not None or operands[0] == Name.Artifact
                within.append(number)
                if number is not None:
                    assert number not in marked
                    marked[number] = ""
            case "EMC":
                within.pop()
            case "Tf":
                characters = fonts[str(operands[0])]
            case "Tj" | "TJ":
                text = _shown(operands[0], characters)
                real = next((number for number in reversed(within) if number is not None), None)
                assert within, f"text in no marked content: {text}"
                if real is None:
                    artifact.append(text)
                else:
                    marked[real] += text
    return marked, "".join(artifact)


def _characters(font: pikepdf.Object) -> dict[str, str]:
    """Return what each glyph of a font says, by its number in hexadecimal."""
    pairs = _CHARACTER.findall(font.ToUnicode.read_bytes().decode().lower())
    return {glyph: bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def _shown(operand: object, characters: dict[str, str]) -> str:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    glyphs = "".join(bytes(part).hex() for part in parts if isinstance(part, pikepdf.String))
    return "".join(characters[glyphs[place : place + 4]] for place in range(0, len(glyphs), 4))
