"""A site is written whole or not at all, and nothing beside it is touched."""

import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest

from reportgen import output
from reportgen.errors import OutputError
from reportgen.output import OutputFile, put_back, stage, write_new, write_site

OCTOBER = {"nb/2013-10/index.html": "oktober", "data/2013-10/observations.csv": "10"}
NOVEMBER = {"nb/2013-11/index.html": "november", "data/2013-11/observations.csv": "11"}


def files(contents: dict[str, str]) -> list[OutputFile]:
    """Return texts as files to be written."""
    return [OutputFile(path=PurePosixPath(path), content=text.encode()) for path, text in contents.items()]


def tree(folder: Path) -> dict[str, str]:
    """Return what stands in a folder, hidden files too, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(folder: Path, contents: dict[str, str], replaced: Sequence[str] = ()) -> tuple[str, str]:
    """Return message and hint of what can't be written."""
    with pytest.raises(OutputError) as caught:
        write_site(folder, files(contents), replaced=replaced)
    (problem,) = caught.value.problems
    return problem.message, problem.hint


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site that has October."""
    folder = tmp_path / "out" / "site"
    write_site(folder, files(OCTOBER))
    return folder


def test_a_site_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    """Folders that don't exist are made, and nothing but the files stands in them."""
    write_site(tmp_path / "a" / "b" / "site", files(NOVEMBER))
    assert tree(tmp_path) == {f"a/b/site/{path}": text for path, text in NOVEMBER.items()}


def test_a_new_site_can_be_read_by_others(tmp_path: Path) -> None:
    """A site's folder has the permissions that any new folder has, not those of a private temporary one."""
    write_site(tmp_path / "site", files(NOVEMBER))
    (tmp_path / "ordinary").mkdir()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("site", "ordinary")}
    assert len(modes) == 1


def test_other_months_are_kept(site: Path) -> None:
    """A month that is not built again stays as it was."""
    write_site(site, files(NOVEMBER), replaced=["*/2013-11"])
    assert tree(site) == OCTOBER | NOVEMBER


def test_a_month_is_replaced_as_a_whole(site: Path) -> None:
    """Files of an earlier build of the month are dropped, those of other months are not."""
    write_site(site, files({**NOVEMBER, "en/2013-11/old.html": "old"}))
    write_site(site, files({"nb/2013-11/index.html": "again"}), replaced=["*/2013-11"])
    assert tree(site) == OCTOBER | {"nb/2013-11/index.html": "again"}


def test_a_kept_file_that_is_written_again_leaves_its_copies_alone(site: Path, tmp_path: Path) -> None:
    """Kept files are linked, so a file that is written anew must not change what else is linked to it."""
    os.link(site / "nb/2013-10/index.html", tmp_path / "copy")
    write_site(site, files({"nb/2013-10/index.html": "new"}))
    assert (tmp_path / "copy").read_text(encoding="utf-8") == "oktober"
    assert tree(site)["nb/2013-10/index.html"] == "new"


@pytest.mark.parametrize("path", ["nb/2013-10/index.html/deeper.html", "nb/2013-10", "data"])
def test_a_failure_changes_nothing(site: Path, path: str) -> None:
    """Where a folder should be a file, or a file a folder, nothing is written at all, not even the files before."""
    message, hint = refused(site, {**NOVEMBER, path: "x"})
    assert message.startswith(f"{site} can't be written: ")
    assert hint == "check the folder's permissions and free space, or choose another with --output"
    assert tree(site.parent) == {f"site/{name}": text for name, text in OCTOBER.items()}


def test_a_full_disk_changes_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error halfway through leaves the site as it was, and no temporary files."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output, "_exchange", fail)
    message, _ = refused(site, NOVEMBER, ["*/2013-10"])
    assert message == f"{site} can't be written: No space left on device"
    assert tree(site.parent) == {f"site/{name}": text for name, text in OCTOBER.items()}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file where the site's parent should be is told, and left alone."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    message, _ = refused(tmp_path / "file" / "site", NOVEMBER)
    assert message.startswith(f"{tmp_path / 'file' / 'site'} can't be written: ")
    assert tree(tmp_path) == {"file": "mine"}


@pytest.mark.parametrize("name", ["thesis.doc", "folder/thesis.doc"])
def test_a_folder_of_someone_else_is_refused(tmp_path: Path, name: str) -> None:
    """A folder with other files than a site's is not written to."""
    (tmp_path / "home" / name).parent.mkdir(parents=True)
    (tmp_path / "home" / name).write_text("mine", encoding="utf-8")
    assert refused(tmp_path / "home", NOVEMBER) == (
        f"{tmp_path / 'home'} holds something else than a site",
        "choose an empty folder, or one that reportgen has written, with --output",
    )
    assert tree(tmp_path) == {f"home/{name}": "mine"}


def test_a_file_in_the_site_s_place_is_refused(tmp_path: Path) -> None:
    """A file that has the site's name is not replaced."""
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    assert "holds something else than a site" in refused(tmp_path / "site", NOVEMBER)[0]
    assert tree(tmp_path) == {"site": "mine"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """A folder that was made for the site is used."""
    (tmp_path / "site").mkdir()
    write_site(tmp_path / "site", files(NOVEMBER))
    assert tree(tmp_path / "site") == NOVEMBER


def test_a_link_to_the_site_stays_a_link(site: Path, tmp_path: Path) -> None:
    """A site that is reached by a symbolic link is written where the link leads, and the link stays."""
    (tmp_path / "www").symlink_to(site)
    write_site(tmp_path / "www", files(NOVEMBER))
    assert (tmp_path / "www").is_symlink()
    assert tree(site) == OCTOBER | NOVEMBER


def test_a_link_that_leads_out_of_the_site_is_refused(site: Path, tmp_path: Path) -> None:
    """Nothing is written to, made in or dropped from a folder elsewhere that a link in the site leads to."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "2013-11").mkdir(parents=True)
    (elsewhere / "2013-11" / "mine.html").write_text("mine", encoding="utf-8")
    (site / "en").symlink_to(elsewhere)
    for contents, replaced in (({"en/2013-12/index.html": "x"}, []), (NOVEMBER, ["*/2013-11"])):
        message, _ = refused(site, contents, replaced)
        assert message.startswith(f"{site} can't be written: a symbolic link leads out of the site at en")
        assert [path.name for path in elsewhere.iterdir()] == ["2013-11"]
        assert tree(elsewhere) == {"2013-11/mine.html": "mine"}
        assert tree(site) == OCTOBER


@pytest.mark.parametrize("name", ["site", "site [2]", "nettsted på æøå"])
def test_what_a_killed_run_left_behind_is_removed(tmp_path: Path, name: str) -> None:
    """Temporary folders of this site are removed by the next run; those of another one are not."""
    write_site(tmp_path / name, files(OCTOBER))
    kept = [".other.abc.new", f".{name}.dk.abc.new", f".{name}.abc.newer"]
    for left in (f".{name}.abc.new", f".{name}.abc.old", *kept):
        (tmp_path / left).mkdir()
        (tmp_path / left / "half").write_text("x", encoding="utf-8")
    write_site(tmp_path / name, files(NOVEMBER))
    assert {path.name for path in tmp_path.iterdir()} == {name, *kept}
    assert tree(tmp_path / name) == OCTOBER | NOVEMBER


def test_a_new_tree_that_another_run_took_for_a_leftover_is_made_again(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that was removed before it could be locked is not built into."""
    made = []
    make = tempfile.mkdtemp

    def make_and_lose(**where: str | Path) -> str:
        made.append(make(**where))  # type: ignore[arg-type]
        if len(made) == 1:
            Path(made[0]).rmdir()
        return str(made[-1])

    monkeypatch.setattr(tempfile, "mkdtemp", make_and_lose)
    write_site(site, files(NOVEMBER))
    assert len(made) == 3
    assert tree(site.parent) == {f"site/{name}": text for name, text in (OCTOBER | NOVEMBER).items()}


def test_what_is_removed_while_it_is_built_is_not_published(site: Path) -> None:
    """A site is refused that would lack files that were put into the new tree before it was lost."""
    with stage(site) as staging:
        staging.add(files(NOVEMBER))
        (lost,) = site.parent.glob(".site.*.new")
        shutil.rmtree(lost)
        with pytest.raises(OutputError, match="can't be written: No such file or directory"):
            staging.add(files({"nb/index.html": "x"}))
        lost.mkdir()
        with staging.alone(), pytest.raises(OutputError, match="can't be written: No such file or directory"):
            staging.publish()
    assert tree(site) == OCTOBER


def test_a_site_that_is_removed_while_it_is_built_is_not_replaced_by_a_part_of_it(site: Path) -> None:
    """A new site with the built months only would be neither the old one nor the new one."""
    with stage(site) as staging:
        staging.add(files(NOVEMBER))
        shutil.rmtree(site)
        with pytest.raises(OutputError, match=f"^{site} was removed while it was built$"), staging.alone():
            pass
    assert list(site.parent.iterdir()) == []


def test_a_site_that_is_removed_while_no_other_build_may_change_it_is_not_replaced_either(site: Path) -> None:
    """A person may remove it at any moment."""
    with stage(site) as staging:
        staging.add(files(NOVEMBER))
        with staging.alone():
            shutil.rmtree(site)
            with pytest.raises(OutputError, match=f"^{site} was removed while it was built$"):
                staging.publish()
    assert list(site.parent.iterdir()) == []


def test_one_cause_is_told_of_a_tree_that_cannot_be_copied(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many files can't be linked or copied, the first one says why."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "a name")

    monkeypatch.setattr(os, "link", fail)
    monkeypatch.setattr(shutil, "copy2", fail)
    message, _ = refused(site, NOVEMBER)
    assert message == f"{site} can't be written: No space left on device"
    assert tree(site.parent) == {f"site/{name}": text for name, text in OCTOBER.items()}


@pytest.fixture
def _no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system have no way to let two folders change places in one step."""

    def missing(*_: object, **__: object) -> None:
        raise OSError(None, "no such library")

    monkeypatch.setattr("ctypes.CDLL", missing)


@pytest.mark.usefixtures("_no_exchange")
def test_a_system_without_exchange_gets_the_same_site(site: Path) -> None:
    """Where two folders can't change places in one step, they do in three."""
    write_site(site, files(NOVEMBER), replaced=["*/2013-10"])
    assert tree(site.parent) == {f"site/{name}": text for name, text in NOVEMBER.items()}


class Killed(BaseException):
    """What ends a run before it can clean up."""


def let_rename_fail(monkeypatch: pytest.MonkeyPatch, turn: int, error: BaseException) -> None:
    """Let one of the renames that exchange two folders fail, or all from there on."""
    real, seen = Path.rename, []

    def rename(path: Path, target: Path) -> Path:
        if path.is_dir():
            seen.append(path)
        if len(seen) == turn or (isinstance(error, Killed) and len(seen) > turn):
            raise error
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)


@pytest.mark.usefixtures("_no_exchange")
@pytest.mark.parametrize("turn", [1, 2])
def test_without_exchange_the_old_site_is_put_back(site: Path, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    """If the new tree can't take the place that was made free for it, the old one has it again."""
    let_rename_fail(monkeypatch, turn, OSError(13, "Permission denied"))
    message, _ = refused(site, NOVEMBER)
    assert message == f"{site} can't be written: Permission denied"
    assert tree(site.parent) == {f"site/{name}": text for name, text in OCTOBER.items()}


@pytest.mark.usefixtures("_no_exchange")
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_without_exchange_a_killed_run_loses_nothing(site: Path, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    """A site that was set aside when the run was killed is put back by the next one, which removes all else."""
    with monkeypatch.context() as patch:
        let_rename_fail(patch, turn, Killed())
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(Killed):
            write_site(site, files(NOVEMBER))
    assert site.exists() == (turn != 2)
    put_back(site)
    assert tree(site) in (OCTOBER, OCTOBER | NOVEMBER)
    write_site(site, files(NOVEMBER))
    assert tree(site.parent) == {f"site/{name}": text for name, text in (OCTOBER | NOVEMBER).items()}


def test_nothing_is_put_back_where_nothing_was_set_aside(tmp_path: Path) -> None:
    """A site that was never built, or whose folder is nowhere, stays so."""
    put_back(tmp_path / "site")
    put_back(tmp_path / "nowhere" / "site")
    assert list(tmp_path.iterdir()) == []


def test_new_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    """A file that exists already is never overwritten, and then the others aren't written either."""
    write_new({tmp_path / "a": b"1"})
    with pytest.raises(OutputError) as caught:
        write_new({tmp_path / "b": b"2", tmp_path / "a": b"3"})
    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        (f"{tmp_path / 'a'} can't be written: it exists already", "choose another name")
    ]
    assert tree(tmp_path) == {"a": "1"}


@pytest.mark.parametrize("step", ["write_bytes", "read_bytes"])
def test_new_files_are_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Where the second file doesn't fit on the disk, none of them is left, also on a disk without links."""
    real, seen = getattr(Path, step), []

    def fill(path: Path, *arguments: bytes) -> object:
        seen.append(path)
        if len(seen) == 2:
            raise OSError(28, "No space left on device")
        return real(path, *arguments)

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, step, fill)
    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OutputError, match="b can't be written: No space left on device"):
        write_new({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert list(tmp_path.iterdir()) == []


def test_new_files_need_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk whose files can't have two names gets them too, and what stood there is kept."""

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_new({tmp_path / "a": b"1"})
    with pytest.raises(OutputError, match="it exists already"):
        write_new({tmp_path / "a": b"2"})
    assert tree(tmp_path) == {"a": "1"}
