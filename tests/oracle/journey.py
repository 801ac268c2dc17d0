"""The lines of `journey`, which every consortium has (contract/KPIS.md, "Journey")."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from tests.oracle.leap import COUNT, latest_check
from tests.oracle.sheet import FigureKey, Record, Select, Sheet, anybody, how_many, mean, median, share
from tests.oracle.words import Book, Row, Window, day, day_before, is_true, known_day, known_number, number, text

STAGES = (
    "engaged",
    "assessed",
    "plan_agreed",
    "training_started",
    "training_completed",
    "support_started",
    "support_completed",
    "job_ready",
    "matched",
    "exited",
)
SUSTAINED = {"13": 91, "26": 182, "52": 364}
BENEFITS = ("jsa", "ib", "is_lone_parent", "esa", "uc", "other_benefit")
PLACEMENT_KINDS = ("work_placement", "work_trial", "apprenticeship", "funded_job")


@dataclass
class Journey:
    book: Book
    sheet: Sheet

    def count(self) -> None:
        for stage in STAGES:
            self.stage(stage)
        self.job_started()
        for week in SUSTAINED:
            self.sustained(week)
        self.progressed()
        self.flows()
        self.distance_travelled()
        for kind in PLACEMENT_KINDS:
            self.placements(kind)
        self.funded_job_dropout()

    # People: broken down by target group, ward and LSOA

    def people(self, line: str, happened: list[tuple[date, date, Record]]) -> None:
        """`happened`: the day that falls into a window, the day of groups and area, the record."""
        placed = [(on, self.with_members(record, groups_on)) for on, groups_on, record in happened]

        def select(window: Window) -> list[Record]:
            return [record for on, record in placed if window.holds(on)]

        dimensions = {"target_group": self.book.set_up.groups, "ward": (), "lsoa": ()}
        self.sheet.line(line, select, COUNT, dimensions)

    def with_members(self, record: Record, on: date) -> Record:
        """Words, "Area": someone whose ward (or LSOA) is unknown is in no ward (LSOA) row."""
        members = [("target_group", group) for group in self.book.groups_of(record.person, on)]
        ward, lsoa = self.book.ward_of(record.person, on), self.book.lsoa_of(record.person, on)
        members += [("ward", ward)] if ward else []
        members += [("lsoa", lsoa)] if lsoa else []
        return Record(record.table, record.id, record.person, record.person, tuple(members))

    def clients(self) -> list[str]:
        return [row["id"] for row in self.book.rows("clients")]

    def of_person(self, table: str, row: Row) -> Record:
        return Record(table, row["id"], row["client_id"], row["client_id"])

    def of_job(self, job: Row, days_later: int = 0) -> tuple[date, date, Record]:
        """Words, "Which day": what comes from a job has the groups and area of the day before its start."""
        started = known_day(job, "started_on")
        return started + timedelta(days=days_later), day_before(started), self.of_person("jobs", job)

    def stage(self, stage: str) -> None:
        """`journey_<stage>`: people whose first ever event of that stage falls in the window."""
        happened = []
        for client in self.clients():
            events = [row for row in self.book.of_client("stage_events", client) if row["stage"] == stage]
            if events:
                first = min(events, key=lambda row: (known_day(row, "occurred_on"), row["id"]))
                on = known_day(first, "occurred_on")
                happened.append((on, on, self.of_person("stage_events", first)))
        self.people(f"journey_{stage}", happened)

    def job_started(self) -> None:
        """`journey_job_started`: people whose first ever counted job starts in the window."""
        firsts = [self.book.counted_jobs_of(client)[:1] for client in self.clients()]
        self.people("journey_job_started", [self.of_job(job) for jobs in firsts for job in jobs])

    def sustained(self, week: str) -> None:
        """`journey_sustained_..w`: a counted job whose latest check of that week says in work, by start + days."""
        happened = []
        for job in self.book.counted_jobs():
            check = latest_check(self.book, job, week)
            if check is not None and is_true(check, "in_work"):
                happened.append(self.of_job(job, SUSTAINED[week]))
        self.people(f"journey_sustained_{week}w", happened)

    def progressed(self) -> None:
        """`journey_progressed`: a counted job with a higher `hourly_wage` than the one immediately before, or training.

        "no step if either wage is empty"; training completed with `qualification`, `progression` or `pay_rise`.
        """
        happened = []
        for client in self.clients():
            jobs = self.book.counted_jobs_of(client)
            for before, job in pairwise(jobs):
                old, new = number(before, "hourly_wage"), number(job, "hourly_wage")
                if old is not None and new is not None and new > old:
                    happened.append(self.of_job(job))
        for row in self.book.rows("in_work_training"):
            completed = day(row, "completed_on")
            if completed and text(row, "result") in ("qualification", "progression", "pay_rise"):
                happened.append((completed, completed, self.of_person("in_work_training", row)))
        self.people("journey_progressed", happened)

    # Flows on and off benefit

    def benefit_spells(self, column: str) -> Select:
        def select(window: Window) -> list[Record]:
            return [
                Record("client_circumstances", row["id"], row["id"], members=(("benefit", row["code"]),))
                for row in self.book.rows("client_circumstances")
                if row["kind"] == "benefit" and window.holds(day(row, column))
            ]

        return select

    def flows(self) -> None:
        """`flow_on`, `flow_off`: benefit spells that begin, end; `flow_time`: the median length of those that end."""
        self.sheet.line("flow_on", self.benefit_spells("from_date"), COUNT, {"benefit": BENEFITS})
        self.sheet.line("flow_off", self.benefit_spells("to_date"), COUNT, {"benefit": BENEFITS})

        def length(record: Record) -> Fraction:
            """ "end - start + 1"."""
            spell = self.book.row("client_circumstances", record.id)
            return Fraction((known_day(spell, "to_date") - known_day(spell, "from_date")).days + 1)

        measures = {"value": ("median", lambda records: median([length(record) for record in records]), anybody)}
        self.sheet.line("flow_time", self.benefit_spells("to_date"), measures, {"benefit": BENEFITS})

    # Distance travelled

    def distance_travelled(self) -> None:
        """People assessed on two or more days up to the quarter's end, by their latest such day."""
        end = self.sheet.windows[0].last
        changes: dict[str, Fraction] = {}
        happened: list[tuple[date, Record]] = []
        for client in self.clients():
            rows = [row for row in self.book.of_client("assessments", client) if known_day(row, "assessed_on") <= end]
            days = sorted({known_day(row, "assessed_on") for row in rows})
            if len(days) < 2:
                continue
            first, last = scores_on(rows, days[0]), scores_on(rows, days[-1])
            common = first.keys() & last.keys()
            if not common:
                continue
            steps = [known_number(last[name], "score") - known_number(first[name], "score") for name in sorted(common)]
            changes[client] = mean(steps) or Fraction(0)
            for name in common:
                happened += [(days[-1], self.of_person("assessments", scores[name])) for scores in (first, last)]

        def select(window: Window) -> list[Record]:
            return [record for on, record in happened if window.holds(on)]

        def mean_change(records: list[Record]) -> Fraction | None:
            people = sorted({record.person for record in records})
            return mean([changes[person] for person in people])

        measures = {"people": ("count", how_many, anybody), "mean_change": ("mean", mean_change, anybody)}
        self.sheet.line("distance_travelled", select, measures, {})

    # Placements

    def placement_rows(self, kind: str, column: str, result: str = "") -> Select:
        def select(window: Window) -> list[Record]:
            return [
                Record("placements", row["id"], row["id"])
                for row in self.book.rows("placements")
                if row["kind"] == kind and window.holds(day(row, column)) and result in ("", text(row, "result"))
            ]

        return select

    def placements(self, kind: str) -> None:
        """`placement_<kind>_..`: "rows, by `started_on`, by `ended_on`, and by result among leavers"."""
        self.sheet.line(f"placement_{kind}_starts", self.placement_rows(kind, "started_on"), COUNT, {})
        self.sheet.line(f"placement_{kind}_leavers", self.placement_rows(kind, "ended_on"), COUNT, {})
        for result in ("left_early", "job_offer"):
            self.sheet.line(f"placement_{kind}_{result}", self.placement_rows(kind, "ended_on", result), COUNT, {})

    def funded_job_dropout(self) -> None:
        """`funded_job_dropout`: left early / leavers of `funded_job`, %."""
        for window in self.sheet.windows:
            leavers = self.placement_rows("funded_job", "ended_on")(window)
            early = self.placement_rows("funded_job", "ended_on", "left_early")(window)
            percent = share(how_many(early), how_many(leavers))
            self.sheet.put(FigureKey("funded_job_dropout", "value"), "percent", window.name, percent, leavers)


def scores_on(rows: list[Row], on: date) -> dict[str, Row]:
    """Journey: "several rows for one day and dimension: the highest `id`"."""
    chosen: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row["id"]):
        if known_day(row, "assessed_on") == on:
            chosen[row["dimension"]] = row
    return chosen
