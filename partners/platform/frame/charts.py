"""Pictures of figures: a bar against its target, a line over quarters, a funnel.

Each is SVG with a title and a description, drawn with presentation attributes only (the page's security policy allows
no inline styles) and in percent of its width, so that its words stay readable on a phone. Given a ``width`` in points
it is drawn for print. Beside each stands its table, and a CSV of it.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeGuard

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from partners.platform.frame.spreadsheets import safe_text

Amount = int | float | Decimal
STAR: Literal["*"] = "*"
"""Stands where a number would that is not for whoever looks: it is known, and drawn nowhere."""
Told = Amount | Literal["*"] | None
Show = Callable[[Amount], str]

ACCENT, SECOND, THIRD, TRACK, BAD = "#00666e", "#b25d00", "#5b4a9e", "#dfe7ea", "#b52a2a"
COLOURS = (ACCENT, SECOND, THIRD)
DASHES = ("", "6 3", "2 3")


def plain(value: Amount) -> str:
    return f"{value:,}"


def percent(value: Amount) -> str:
    return f"{value:.0f}%"


def pounds(value: Amount) -> str:
    return f"£{value:,.0f}"


def is_told(value: Told) -> TypeGuard[Amount]:
    return value is not None and value != STAR


def in_words(value: Told, show: Show) -> str:
    if value is None:
        return "not known"
    return show(value) if is_told(value) else STAR


class Chart:
    """What all pictures have: ``title`` says the finding, ``name`` stands in the CSV's address."""

    title: str
    name: str

    def header(self) -> list[str]:
        raise NotImplementedError

    def table(self) -> list[list[str]]:
        """Return the figures as they are read, row by row."""
        raise NotImplementedError

    def draw(self, pen: "Pen") -> int:
        """Draw on the pen's paper and return the height used."""
        raise NotImplementedError

    def svg(self, width: int | None = None) -> SafeString:
        pen = Pen(width)
        height = self.draw(pen)
        key = slugify(self.name or self.title)[:60]
        size = f'width="{width}" viewBox="0 0 {width} {height}"' if width else 'width="100%"'
        return mark_safe(
            f'<svg xmlns="http://www.w3.org/2000/svg" class="app-chart__picture" {size} height="{height}" role="img"'
            f' aria-labelledby="{key}-title {key}-desc" font-size="14" font-family="sans-serif">'
            f'<title id="{key}-title">{escape(self.title)}</title>'
            f'<desc id="{key}-desc">{escape(self.in_words())}</desc>'
            f"{''.join(pen.parts)}</svg>"
        )

    def in_words(self) -> str:
        head = self.header()
        return "; ".join(
            ", ".join(f"{name} {value}" if i else value for i, (name, value) in enumerate(zip(head, row, strict=True)))
            for row in self.table()
        )

    def csv(self) -> str:
        out = io.StringIO()
        csv.writer(out).writerows([safe_text(cell) for cell in row] for row in [self.header(), *self.table()])
        return out.getvalue()


@dataclass
class Pen:
    """Writes SVG parts; across in percent of the paper (0 to 100), down in points."""

    width: int | None = None
    parts: list[str] = field(default_factory=list)

    def x(self, across: float) -> str:
        return f"{across * self.width / 100:.1f}" if self.width else f"{across:.2f}%"

    def box(self, across: float, down: float, wide: float, high: float, fill: str) -> None:
        self.parts.append(
            f'<rect x="{self.x(across)}" y="{down:g}" width="{self.x(max(wide, 0))}" height="{high:g}" fill="{fill}"/>'
        )

    def line(
        self, start: tuple[float, float], end: tuple[float, float], stroke: str, width: float = 1, dash: str = ""
    ) -> None:
        (x1, y1), (x2, y2) = start, end
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{self.x(x1)}" y1="{y1:.1f}" x2="{self.x(x2)}" y2="{y2:.1f}" stroke="{stroke}"'
            f' stroke-width="{width:g}"{dashes}/>'
        )

    def dot(self, across: float, down: float, fill: str) -> None:
        self.parts.append(f'<circle cx="{self.x(across)}" cy="{down:.1f}" r="3.5" fill="{fill}"/>')

    def word(self, across: float, down: float, text: str, anchor: str = "start", weight: str = "400") -> None:
        self.parts.append(
            f'<text x="{self.x(across)}" y="{down:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
            f' fill="currentColor">{escape(text)}</text>'
        )


@dataclass(frozen=True)
class Bar:
    """``value`` None: not known, which is not zero."""

    label: str
    value: Told
    target: Amount | None = None
    url: str = ""


@dataclass
class BarChart(Chart):
    """Bars from zero, each against its target (an upright mark), the numbers beside them."""

    title: str
    bars: Sequence[Bar]
    name: str = ""
    label: str = "Name"
    measure: str = "Figure"
    show: Show = plain

    def header(self) -> list[str]:
        return [self.label, self.measure, *(["Target"] if self._has_targets else [])]

    def table(self) -> list[list[str]]:
        return [
            [bar.label, self._shown(bar.value), *([self._shown(bar.target)] if self._has_targets else [])]
            for bar in self.bars
        ]

    @property
    def _has_targets(self) -> bool:
        return any(bar.target is not None for bar in self.bars)

    def _shown(self, value: Told) -> str:
        return in_words(value, self.show)

    def draw(self, pen: Pen) -> int:
        most = max((float(v) for bar in self.bars for v in (bar.value, bar.target) if is_told(v)), default=0) or 1
        down = 0
        for bar in self.bars:
            pen.word(0, down + 14, bar.label)
            text = self._shown(bar.value) + (f" of {self.show(bar.target)}" if bar.target is not None else "")
            pen.word(100, down + 14, text, anchor="end", weight="600")
            pen.box(0, down + 21, 100, 14, TRACK)
            if is_told(bar.value):
                pen.box(0, down + 21, 100 * float(bar.value) / most, 14, ACCENT)
            if bar.target is not None:
                at = min(100 * float(bar.target) / most, 99.6)
                pen.line((at, down + 17), (at, down + 39), "currentColor", 2.5)
            down += 50
        return max(down, 20)


@dataclass(frozen=True)
class Series:
    name: str
    values: Sequence[Told]


@dataclass
class LineChart(Chart):
    """Lines over periods; they differ in dash as well as in colour, and carry their name at the end."""

    title: str
    periods: Sequence[str]
    series: Sequence[Series]
    name: str = ""
    target: Amount | None = None
    show: Show = plain
    high: int = 190

    def header(self) -> list[str]:
        return ["Period", *(each.name for each in self.series), *(["Target"] if self.target is not None else [])]

    def table(self) -> list[list[str]]:
        goal = [] if self.target is None else [self.show(self.target)]
        return [
            [period, *(self._shown(each.values[i]) for each in self.series), *goal]
            for i, period in enumerate(self.periods)
        ]

    def _shown(self, value: Told) -> str:
        return in_words(value, self.show)

    def draw(self, pen: Pen) -> int:
        known = [float(v) for each in self.series for v in each.values if is_told(v)]
        most = max([*known, float(self.target or 0)], default=0) or 1
        least = min([*known, float(self.target or 0)], default=0)
        # From nought where that leaves the lines their shape; else from a little below the lowest: the axis says so.
        least = min(least, 0) if least < most / 3 else float(int(least * 0.95))
        top = 24 * len(self.series) + 18

        def y(value: Amount) -> float:
            return top + self.high * (1 - (float(value) - least) / ((most - least) or 1))

        self._draw_frame(pen, y, least=least, most=most)
        for number, each in enumerate(self.series):
            colour, dash = COLOURS[number % 3], DASHES[number % 3]
            pen.line((0, 24 * number + 10), (6, 24 * number + 10), colour, 3, dash)
            pen.word(7.5, 24 * number + 15, each.name)
            self._draw_line(pen, each, y, colour=colour, dash=dash)
        return top + self.high + 34

    def _across(self, position: int) -> float:
        return 3 + 94 * position / max(len(self.periods) - 1, 1)

    def _draw_frame(self, pen: Pen, y: Callable[[Amount], float], *, least: float, most: float) -> None:
        for value in (least, (least + most) / 2, most):
            pen.line((0, y(value)), (100, y(value)), TRACK)
        for value in {most, least} - {0}:  # nought is where lines rise from: its word would stand in their first dots
            pen.word(0, y(value) - 5, self.show(int(value) if value == int(value) else value))
        if self.target is not None:
            pen.line((0, y(self.target)), (100, y(self.target)), "currentColor", 1.5, "8 4")
            pen.word(100, y(self.target) - 5, f"Target {self.show(self.target)}", anchor="end")
        last = len(self.periods) - 1
        # The first, the last and the one in their middle: more would run into one another on a phone.
        middle = last // 2 if last % 2 == 0 or last > 6 else last
        for i, anchor in sorted({middle: "middle", last: "end", 0: "start"}.items()) if self.periods else ():
            across = {"start": 0.0, "end": 100.0}.get(anchor, self._across(i))
            pen.word(across, y(least) + 22, self.periods[i], anchor=anchor)

    def _draw_line(self, pen: Pen, each: Series, y: Callable[[Amount], float], *, colour: str, dash: str) -> None:
        before: tuple[float, float] | None = None
        for i, value in enumerate(each.values):
            here = (self._across(i), y(value)) if is_told(value) else None
            if here and before:
                pen.line(before, here, colour, 2.5, dash)
            if here:
                pen.dot(*here, colour)
            before = here


@dataclass
class Funnel(Chart):
    """Steps of a way, each with its number and its share of the first."""

    title: str
    steps: Sequence[tuple[str, int | Literal["*"]]]
    name: str = ""
    measure: str = "People"

    def header(self) -> list[str]:
        return ["Step", self.measure, "Share of the first"]

    def table(self) -> list[list[str]]:
        return [[label, in_words(value, plain), self._share(value)] for label, value in self.steps]

    def _share(self, value: int | Literal["*"]) -> str:
        first = self.steps[0][1] if self.steps else 0
        if is_told(value) and is_told(first):
            return percent(100 * value / first) if first else "–"  # noqa: RUF001  an en dash: no share can be had
        return STAR

    def draw(self, pen: Pen) -> int:
        most = max((value for _, value in self.steps if is_told(value)), default=0) or 1
        down = 0
        for label, value in self.steps:
            pen.word(0, down + 14, label)
            text = f"{in_words(value, plain)} · {self._share(value)}"
            pen.word(100, down + 14, text, anchor="end", weight="600")
            pen.box(0, down + 21, 100, 22, TRACK)
            if is_told(value):
                pen.box(0, down + 21, 100 * float(value) / float(most), 22, ACCENT)
            down += 56
        return max(down, 20)
