"""A return as a workbook: contents, the lines by heading, definitions and sources."""

from typing import IO

from partners.models import Consortium
from reporting.counting.sheet import Row
from reporting.counting.windows import Quarter
from reporting.indicators.kinds import Kind


def write_xlsx(consortium: Consortium, kind: Kind, quarter: Quarter, rows: list[Row], file: IO[bytes]) -> None:
    raise NotImplementedError
