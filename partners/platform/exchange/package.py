"""A package as files: a folder or a zip, its files at the top or in one folder; nothing else, and nothing hostile."""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings

from partners.errors import CaseloadError
from partners.platform.exchange.declarations import Table, all_tables

DESCRIPTOR = "datapackage.json"
MOST_FILES = 1000
MOST_TIMES_LARGER = 100
MOST_BYTES = 20 * 1024**3


class PackageRefused(CaseloadError):
    """The package as a whole cannot be read."""

    code = "package_refused"


@dataclass(frozen=True)
class Member:
    """A file of a package: its name inside, its size, and how to open it."""

    name: str
    size: int
    source: zipfile.ZipFile | Path

    def open(self) -> IO[bytes]:
        if isinstance(self.source, Path):
            return self.source.open("rb")
        return self.source.open(self.name)


@dataclass(frozen=True)
class Package:
    """The tables of a package with their files, and the files that are neither table nor descriptor."""

    tables: dict[str, Member]
    strange: dict[str, str]

    @property
    def size(self) -> int:
        return sum(member.size for member in self.tables.values())


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a folder or a zip; refuse with a sentence what is neither, or would not be safe to unpack."""
    with ExitStack() as stack:
        try:
            members = _folder_members(path) if path.is_dir() else _zip_members(path, stack)
            yield _sorted_out(members)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, zlib.error) as error:
            raise PackageRefused(f"The zip is damaged: {error}. Make it again and send it once more.") from None
        except OSError as error:
            raise PackageRefused(f"This cannot be read: {error.strerror or error}.") from None


def _folder_members(path: Path) -> list[Member]:
    members = []
    for folder, folders, files in os.walk(path, onerror=_say_unreadable):
        for name in sorted(folders) + sorted(files):
            place = Path(folder, name)
            inside = place.relative_to(path).as_posix()
            mode = place.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise PackageRefused(f"{_shown(inside)} is a link. A package holds ordinary files only.")
            if stat.S_ISREG(mode):
                members.append(Member(inside, place.lstat().st_size, place))
            elif not stat.S_ISDIR(mode):
                raise PackageRefused(f"{_shown(inside)} is not an ordinary file.")
        if len(members) > MOST_FILES:
            raise PackageRefused(f"The folder holds more than {MOST_FILES} files, so it is not a package.")
    return members


def _say_unreadable(error: OSError) -> None:
    raise error  # os.walk would pass over what it cannot read, as if it were empty


def _zip_members(path: Path, stack: ExitStack) -> list[Member]:
    if not path.exists():
        raise PackageRefused(f"There is no file or folder {path}.")
    if path.is_file() and path.stat().st_size == 0:
        raise PackageRefused("The file is empty.")
    if path.is_file():
        path.open("rb").close()  # what cannot be read is said to be no zip, otherwise
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise PackageRefused("This is neither a folder nor a zip file.")
    archive = stack.enter_context(zipfile.ZipFile(path))
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise PackageRefused(f"The zip holds more than {MOST_FILES} files, so it is not a package.")
    _refuse_bomb(infos, path.stat().st_size)
    names: set[str] = set()
    for info in infos:
        _refuse_unsafe(info)
        if info.filename in names:
            raise PackageRefused(f"The zip holds {_shown(info.filename)} twice.")
        names.add(info.filename)
    return [Member(info.filename, info.file_size, archive) for info in infos if not info.is_dir()]


def _refuse_bomb(infos: list[zipfile.ZipInfo], packed: int) -> None:
    """Reading stops at a file's declared size, so that the declared sizes bound what unpacking can take."""
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_TIMES_LARGER * packed:
        raise PackageRefused(f"The zip would unpack to more than {MOST_TIMES_LARGER} times its size.")
    most = getattr(settings, "EXCHANGE_MOST_BYTES", MOST_BYTES)
    if unpacked > most:
        raise PackageRefused(f"The zip would unpack to more than {most / 1024**3:.0f} GB.")


def _refuse_unsafe(info: zipfile.ZipInfo) -> None:
    name = info.filename
    path = PurePosixPath(name)
    if info.flag_bits & 0x1:
        raise PackageRefused("The zip is encrypted. Send it without a password.")
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\x00" in info.orig_filename:
        raise PackageRefused(f"The zip holds a path outside itself: {_shown(info.orig_filename)}.")
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        raise PackageRefused(f"{_shown(name)} is a link. A package holds ordinary files only.")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise PackageRefused(f"{_shown(name)} is packed in a way not known here. Make an ordinary zip.")


def _sorted_out(members: list[Member]) -> Package:
    if not members:
        raise PackageRefused("The package is empty: it holds no file.")
    folder = _folder_of(members)
    tables = {table.file: table for table in all_tables()}
    found: dict[str, Member] = {}
    strange: dict[str, str] = {}
    for member in members:
        place = PurePosixPath(member.name)
        if place.parent == folder and place.name in tables:
            found[tables[place.name].name] = member
        elif place.parent != folder or place.name != DESCRIPTOR:
            strange[member.name] = _why_strange(place, folder, tables)
    if not found and not strange:
        raise PackageRefused("The package holds no table.")
    return Package(found, strange)


def _folder_of(members: list[Member]) -> PurePosixPath:
    """Return where the files lie: the top, or the one folder that holds tables when none lies at the top."""
    names = {table.file for table in all_tables()} | {DESCRIPTOR}
    folders = {PurePosixPath(member.name).parent for member in members if PurePosixPath(member.name).name in names}
    top = PurePosixPath()
    if len(folders) == 1 and (only := next(iter(folders))).parent == top:
        return only
    return top


def _why_strange(place: PurePosixPath, folder: PurePosixPath, tables: dict[str, Table]) -> str:
    meant = {name.lower(): name for name in (*tables, DESCRIPTOR)}.get(place.name.lower())
    if place.parent != folder:
        return "This file lies in a folder of its own. Put all files at the top, or all in one folder."
    if meant:
        return f"This file is neither a table nor {DESCRIPTOR}. Was {meant} meant?"
    return f"This file is neither a table of the exchange package nor {DESCRIPTOR}."


def _shown(name: str) -> str:
    return name[:200].encode("unicode_escape").decode()
