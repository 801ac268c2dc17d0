"""Loads an ONS Postcode Directory: which small area, ward and district each postcode lies in."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.db import connection, transaction

from partners.errors import CaseloadError

SAMPLE = Path(__file__).parent.parent / "data" / "postcodes"
MOST_FAULTS = 20

# The directory's own column names, old and new, best first; LSOAs of 2001 are those of the plans of 2007.
POSTCODE = ("pcds", "pcd8", "pcd7", "pcd2", "pcd")
WARD = (r"osward", r"wd\d\dcd")
DISTRICT = (r"oslaua", r"lad\d\dcd")
LSOA_BY_CENSUS = {"2001": (r"lsoa01(cd)?",), "2011": (r"lsoa11(cd)?",), "2021": (r"lsoa21(cd)?",)}
ANY_LSOA = tuple(pattern for patterns in LSOA_BY_CENSUS.values() for pattern in patterns)
COLUMNS = "postcode, lsoa, ward_code, ward, district_code, district"


class DirectoryRefused(CaseloadError):
    """The file cannot be read as a postcode directory; nothing was changed."""

    code = "directory_refused"


def compact(postcode: str) -> str:
    """Write a postcode in capitals without spaces, as it is kept."""
    return re.sub(r"\s", "", postcode).upper()


def load_postcodes(path: Path, *, names: Sequence[Path] = (), census: str | None = None) -> int:
    """Load a directory file, adding to and correcting what is there, and return the rows read.

    ``names`` are the directory's own lists of ward and district names (columns such as WD22CD and WD22NM); without
    them areas are known by code. ``census`` chooses the LSOAs: 2001, 2011 or 2021; otherwise the earliest there are.
    """
    named: dict[str, str] = {}
    for names_path in names:
        named |= _read_names(names_path)
    with _open(path) as stream, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE postcode_read (LIKE partners_postcode) ON COMMIT DROP")
        rows = _Rows(path.name, stream, named, census)
        cursor.copy_expert(f"COPY postcode_read ({COLUMNS}) FROM STDIN", rows)
        if rows.faults:
            raise DirectoryRefused("\n".join(rows.faults))
        changed = " OR ".join(f"partners_postcode.{column} <> excluded.{column}" for column in COLUMNS.split(", ")[1:])
        updates = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS.split(", ")[1:])
        cursor.execute(
            f"INSERT INTO partners_postcode ({COLUMNS})"  # noqa: S608  fixed names only
            f" SELECT DISTINCT ON (postcode) {COLUMNS} FROM postcode_read"
            f" ON CONFLICT (postcode) DO UPDATE SET {updates} WHERE {changed}"
        )
        cursor.execute("DROP TABLE postcode_read")
    return rows.count


def load_sample() -> int:
    """Load the small invented directory of the demonstration: no postcode in it exists."""
    return load_postcodes(SAMPLE / "sample.csv", names=[SAMPLE / "sample_wards.csv", SAMPLE / "sample_districts.csv"])


def _open(path: Path) -> io.TextIOWrapper:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as problem:
        raise DirectoryRefused(f"{path} cannot be read: {problem.strerror}.") from problem


def _read_names(path: Path) -> dict[str, str]:
    with _open(path) as stream:
        reader = csv.reader(stream)
        header = _header(path.name, reader)
        code = _find(header, (r"(wd|lad)\d\dcd",))
        name = _find(header, (r"(wd|lad)\d\dnm",))
        if code is None or name is None:
            raise DirectoryRefused(
                f"{path.name} has no columns of codes and names, such as WD22CD and WD22NM or LAD23CD and LAD23NM."
            )
        return {row[code]: row[name] for row in reader if len(row) > max(code, name)}


def _header(file_name: str, reader: Iterator[list[str]]) -> list[str]:
    try:
        return [column.strip().lower() for column in next(reader)]
    except StopIteration:
        raise DirectoryRefused(f"{file_name} is empty.") from None
    except (UnicodeDecodeError, csv.Error):
        raise DirectoryRefused(f"{file_name} is not a CSV file in UTF-8.") from None


def _find(header: list[str], patterns: Iterable[str]) -> int | None:
    return next(
        (number for pattern in patterns for number, column in enumerate(header) if re.fullmatch(pattern, column)), None
    )


class _Rows:
    """The directory's rows as COPY wants them: a file that is made as it is read, so that memory stays flat."""

    def __init__(self, file_name: str, stream: io.TextIOWrapper, named: dict[str, str], census: str | None) -> None:
        self.file_name = file_name
        self.named = named
        self.count = 0
        self.faults: list[str] = []
        self._reader = csv.reader(stream)
        header = _header(file_name, self._reader)
        wanted = {
            "pcds": _find(header, POSTCODE),
            "an LSOA column (lsoa01, lsoa11 or lsoa21)": _find(header, LSOA_BY_CENSUS[census] if census else ANY_LSOA),
            "osward": _find(header, WARD),
            "oslaua": _find(header, DISTRICT),
        }
        missing = [column for column, number in wanted.items() if number is None]
        if missing:
            raise DirectoryRefused(f"{file_name} is not an ONS Postcode Directory: it has no {', no '.join(missing)}.")
        self._places = [number for number in wanted.values() if number is not None]
        self._waiting = ""
        self._lines = self._make_lines()

    def read(self, size: int = -1) -> str:
        while len(self._waiting) < size:
            more = "".join(line for line, _ in zip(self._lines, range(2000), strict=False))
            if not more:
                break
            self._waiting += more
        answer, self._waiting = self._waiting[:size], self._waiting[size:]
        return answer

    def _make_lines(self) -> Iterator[str]:
        widest = max(self._places)
        try:
            for row in self._reader:
                if len(row) <= widest:
                    self._fault(f"the row has {len(row)} columns")
                    continue
                postcode, lsoa, ward, district = (row[place].strip() for place in self._places)
                postcode = compact(postcode)
                if not re.fullmatch(r"[A-Z0-9]{5,8}", postcode):
                    self._fault(f"{postcode!r} is not a postcode")
                    continue
                self.count += 1
                lsoa = lsoa if re.fullmatch(r"E01[0-9]{6}", lsoa) else ""
                cells = (postcode, lsoa, ward, self.named.get(ward, ""), district, self.named.get(district, ""))
                yield "\t".join(map(_escaped, cells)) + "\n"
        except (UnicodeDecodeError, csv.Error):
            self._fault("the file is not CSV in UTF-8 from here on")

    def _fault(self, what: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"{self.file_name}, line {self._reader.line_num}: {what}.")


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
