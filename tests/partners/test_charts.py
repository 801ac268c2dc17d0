"""Pictures: what they say in words, and that their words do not run into one another on a phone."""

import re
from html import unescape
from itertools import pairwise

import pytest

from partners.glossary import WORDS
from partners.platform.frame.charts import Bar, BarChart, Chart, Funnel, LineChart, Series, pounds

PHONE = 300  # points of paper on the narrowest page
LETTER = 8.5  # points of a letter of the axis, generously


def line(periods: list[str], values: list[int], **more: object) -> LineChart:
    return LineChart("Spend is below profile", periods, [Series("Spent", values)], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", range(2, 25))
def test_the_periods_under_a_line_never_touch(number: int) -> None:
    periods = [f"2025-26 {i:02}" for i in range(number)]
    drawn = str(line(periods, list(range(number))).svg(PHONE))
    words = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>(2025-26 \d\d)<', drawn)

    ends = []
    for across, anchor, text in words:
        wide = len(text) * LETTER
        start = float(across) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        ends.append((start, start + wide))
    assert words[0][2] == periods[0]
    assert words[-1][2] == periods[-1]
    assert all(one[1] < other[0] for one, other in pairwise(ends))


def test_nought_is_not_written_into_the_first_dots() -> None:
    drawn = str(line(["a", "b"], [0, 249540], show=pounds).svg())

    assert "£249,540" in drawn
    assert ">£0<" not in drawn


@pytest.mark.parametrize(
    "picture",
    [
        BarChart("Two wards", [Bar("Abbey", 4, 5), Bar("Castle", None, 2)]),
        line(["2025-26 Q1", "2025-26 Q2"], [3, 4]),
        Funnel("Three of four", [("Engaged", 4), ("Job start", 3)]),
    ],
)
def test_every_number_of_a_picture_stands_in_its_table_and_its_words(picture: Chart) -> None:
    cells = [cell for row in picture.table() for cell in row]

    assert all(len(row) == len(picture.header()) for row in picture.table())
    assert "4" in cells
    assert 'role="img"' in str(picture.svg())
    assert picture.title in str(picture.svg())
    assert picture.in_words() in unescape(str(picture.svg()))


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = [word for word, _ in WORDS]
    assert words == sorted(words, key=str.casefold)


@pytest.mark.parametrize("number", [0, 1])
def test_a_line_of_no_or_one_period_is_drawn(number: int) -> None:
    assert str(line(["a"][:number], [1][:number]).svg()).count(">a<") == number
