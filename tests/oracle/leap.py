"""The lines of `leap`: the 25 indicators of Leicester and the headline outcomes (contract/KPIS.md).

Where the rules leave a reading open, `Readings` says which one is taken; each is named in `count.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from tests.oracle.sheet import (
    FigureKey,
    Record,
    Select,
    Sheet,
    anybody,
    how_many,
    how_much,
    ratio,
    share,
)
from tests.oracle.words import (
    Book,
    Row,
    Window,
    day,
    day_before,
    is_eligible,
    is_open,
    is_true,
    known_day,
    known_number,
    text,
)

SIZE_BANDS = ("micro", "small", "medium", "large")
OWNERSHIPS = ("public", "private", "voluntary")
ESOL_LEVELS = ("entry3", "1", "2", "3", "4")
TRAINING_RESULTS = ("qualification", "progression", "pay_rise", "none", "left")
SUPPORTED = ("employee", "manager")
HEADLINE_GROUPS = {"headline_jsa": "jsa_6m", "headline_ib": "ib", "headline_lone_parent": "lone_parent"}


@dataclass(frozen=True)
class Readings:
    """The readings taken where the rules can be read in two ways."""

    spend_is_eligible_only: bool = True
    stock_trace_names_the_spell: bool = False


COUNT = {"value": ("count", how_many, anybody)}
MONEY = {"value": ("money", how_much, anybody)}


def in_force(row: Row, window: Window, from_column: str, to_column: str) -> bool:
    """Words, "Stock": in force on the quarter's last day; for quarter and year "through a spell that began inside"."""
    if not is_open(row, window.last, from_column, to_column):
        return False
    return window.name == "all" or window.holds(day(row, from_column))


def groups_as_members(groups: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(("target_group", group) for group in groups)


def given(dimension: str, member: str) -> tuple[tuple[str, str], ...]:
    return ((dimension, member),) if member else ()


@dataclass
class Leap:
    book: Book
    sheet: Sheet
    readings: Readings = Readings()

    def count(self) -> None:
        for number in range(1, 25):
            getattr(self, f"kpi_{number}")()
        self.headline()
        self.kpi_25()

    def flow(self, table: str, column: str, make: Callable[[Row], Record | None]) -> Select:
        """Words: "Flow measures count what happened inside a window"."""

        def select(window: Window) -> list[Record]:
            happened = [row for row in self.book.rows(table) if window.holds(day(row, column))]
            return [record for record in map(make, happened) if record]

        return select

    def is_agency(self, employer: str) -> bool:
        return is_true(self.book.row("employers", employer), "employment_agency")

    def sector(self, employer: str) -> str:
        return self.book.row("employers", employer)["sector"] if employer else ""

    def people(self, line: str, select: Select, **dimensions: Sequence[str]) -> None:
        if "target_group" in dimensions:
            dimensions["target_group"] = self.book.set_up.groups
        self.sheet.line(line, select, COUNT, dimensions)

    # Employers and what they signed

    def spells_of_employers(self, table: str, wanted: Callable[[Row], bool], counts: str, *dimensions: str) -> Select:
        """Spells in force; what is counted is the employer or the spell itself (`counts`)."""

        def select(window: Window) -> list[Record]:
            chosen = []
            for row in self.book.rows(table):
                if wanted(row) and in_force(row, window, "from_date", "to_date"):
                    employer = self.book.row("employers", row["employer_id"])
                    names_spell = counts == "spell" or self.readings.stock_trace_names_the_spell
                    members = tuple((dimension, employer[dimension]) for dimension in dimensions)
                    chosen.append(
                        Record(
                            table if names_spell else "employers",
                            row["id"] if names_spell else employer["id"],
                            row["id"] if counts == "spell" else employer["id"],
                            members=members,
                        )
                    )
            return chosen

        return select

    def kpi_1(self) -> None:
        """Employers (not agencies) with an account manager spell in force."""
        select = self.spells_of_employers(
            "account_managers", lambda row: not self.is_agency(row["employer_id"]), "employer", "sector", "size_band"
        )
        self.sheet.line("kpi_1", select, COUNT, {"sector": (), "size_band": SIZE_BANDS})

    def kpi_2(self) -> None:
        """Employers (not agencies) with a `fair_employment_standard` agreement in force."""
        select = self.spells_of_employers(
            "employer_agreements",
            lambda row: row["kind"] == "fair_employment_standard" and not self.is_agency(row["employer_id"]),
            "employer",
            "sector",
        )
        self.sheet.line("kpi_2", select, COUNT, {"sector": ()})

    def kpi_3(self) -> None:
        """`jigs` agreements in force (agreements, not employers) of employers that are not agencies."""
        select = self.spells_of_employers(
            "employer_agreements",
            lambda row: row["kind"] == "jigs" and not self.is_agency(row["employer_id"]),
            "spell",
            "ownership",
        )
        self.sheet.line("kpi_3", select, COUNT, {"ownership": OWNERSHIPS})

    def kpi_4(self) -> None:
        """People in any target group with a counted job that has a `jigs_agreement_id`, by `started_on`.

        "the sector is that of the job's employer or, with none, of the agreement's"; groups of the day before.
        """

        def select(window: Window) -> list[Record]:
            chosen = []
            for job in self.book.counted_jobs():
                started = known_day(job, "started_on")
                groups = self.book.groups_of(job["client_id"], day_before(started))
                if text(job, "jigs_agreement_id") and window.holds(started) and groups:
                    agreement = self.book.row("employer_agreements", job["jigs_agreement_id"])
                    sector = self.sector(text(job, "employer_id") or agreement["employer_id"])
                    chosen.append(self.job_record(job, groups_as_members(groups) + given("sector", sector)))
            return chosen

        self.people("kpi_4", select, target_group=(), sector=())

    def job_record(self, job: Row, members: tuple[tuple[str, str], ...]) -> Record:
        return Record("jobs", job["id"], job["client_id"], job["client_id"], members)

    def kpi_5(self) -> None:
        """People in any target group with a `work_placement` running on any day of the window.

        "groups on the later of its start and the window's first day".
        """

        def select(window: Window) -> list[Record]:
            chosen = []
            for row in self.book.rows("placements"):
                started, ended, client = known_day(row, "started_on"), day(row, "ended_on"), row["client_id"]
                reaches_in = window.first is None or ended is None or ended >= window.first
                if row["kind"] == "work_placement" and started <= window.last and reaches_in:
                    on = started if window.first is None else max(started, window.first)
                    groups = self.book.groups_of(client, on)
                    if groups:
                        members = groups_as_members(groups) + given("sector", self.sector(row["employer_id"]))
                        chosen.append(Record("placements", row["id"], client, client, members))
            return chosen

        self.people("kpi_5", select, target_group=(), sector=())

    def kpi_6(self) -> None:
        """Pre-recruitment activities by `ended_on`: `activities`, `participants`, `offers`, `success_rate`."""
        rows = {row["id"]: row for row in self.book.rows("pre_recruitment")}

        def make(row: Row) -> Record:
            return Record(
                "pre_recruitment", row["id"], row["id"], members=given("sector", self.sector(row["employer_id"]))
            )

        def sum_of(column: str) -> Callable[[Sequence[Record]], Fraction]:
            return lambda records: sum((known_number(rows[record.id], column) for record in records), Fraction(0))

        measures = {
            "activities": ("count", how_many, anybody),
            "participants": ("count", sum_of("attended"), anybody),
            "offers": ("count", sum_of("offered"), anybody),
            "success_rate": (
                "percent",
                lambda records: share(sum_of("offered")(records), sum_of("attended")(records)),
                anybody,
            ),
        }
        self.sheet.line("kpi_6", self.flow("pre_recruitment", "ended_on", make), measures, {"sector": ()})

    def kpi_7(self) -> None:
        """Employment agencies with an `agency_standard` agreement in force."""
        select = self.spells_of_employers(
            "employer_agreements",
            lambda row: row["kind"] == "agency_standard" and self.is_agency(row["employer_id"]),
            "employer",
        )
        self.sheet.line("kpi_7", select, COUNT, {})

    # Observations

    def kpi_8(self) -> None:
        """% change of observation `kpi_8`: the latest on or before the quarter's end against the earliest one ever.

        Fewer than two on or before the quarter's end: empty. Only window `all`.
        """
        last = self.sheet.windows[0].last
        known = [
            row
            for row in self.book.rows("observations")
            if row["indicator"] == "kpi_8"
            and row["area_kind"] == "consortium"
            and not text(row, "group")
            and known_day(row, "as_at") <= last
        ]
        known.sort(key=lambda row: (known_day(row, "as_at"), row["id"]))
        change, behind = None, []
        if len(known) >= 2:
            first, latest = known_number(known[0], "value"), known_number(known[-1], "value")
            change = share(latest - first, first)
            behind = [Record("observations", row["id"], row["id"]) for row in (known[0], known[-1])]
        self.sheet.put(FigureKey("kpi_8", "value"), "percent", "all", change, behind)

    def kpi_12(self) -> None:
        """Each observation whose code begins `local_` (empty group): the latest value per code and area."""
        latest: dict[tuple[str, str, str], Row] = {}
        last = self.sheet.windows[0].last
        for row in self.book.rows("observations"):
            if row["indicator"].startswith("local_") and not text(row, "group") and known_day(row, "as_at") <= last:
                place = (row["indicator"], row["area_kind"], text(row, "area"))
                held = latest.get(place)
                if held is None or (row["as_at"], row["id"]) > (held["as_at"], held["id"]):
                    latest[place] = row
        for (code, area_kind, area), row in latest.items():
            key = FigureKey("kpi_12", "value", "indicator", code, area_kind, area)
            behind = [Record("observations", row["id"], row["id"])]
            self.sheet.put(key, "as observed", "all", known_number(row, "value"), behind)

    # Learning, health, engagement

    def kpi_9(self) -> None:
        """ESOL achievements, accredited, level `entry3` or above, by `achieved_on` (achievements, not people)."""

        def make(row: Row) -> Record | None:
            if row["type"] != "esol" or not is_true(row, "accredited") or row["level"] not in ESOL_LEVELS:
                return None
            return Record("qualifications", row["id"], row["id"], members=(("level", row["level"]),))

        self.sheet.line("kpi_9", self.flow("qualifications", "achieved_on", make), COUNT, {"level": ESOL_LEVELS})

    def kpi_10(self) -> None:
        """Primary health providers "with the IB-programme spell in force (it needs a start)"."""

        def select(window: Window) -> list[Record]:
            return [
                Record("organisations", row["id"], row["id"])
                for row in self.book.rows("organisations")
                if is_true(row, "primary_health_provider")
                and in_force(row, window, "ib_programme_from", "ib_programme_to")
            ]

        self.sheet.line("kpi_10", select, COUNT, {})

    def kpi_11(self) -> None:
        """People in any target group with an `engagement`, `survey` or `consultation` activity."""

        def make(row: Row) -> Record | None:
            client = row["client_id"]
            groups = self.book.groups_of(client, known_day(row, "occurred_on"))
            if row["kind"] not in ("engagement", "survey", "consultation") or not groups:
                return None
            return Record("activities", row["id"], client, client, groups_as_members(groups))

        self.people("kpi_11", self.flow("activities", "occurred_on", make), target_group=())

    def kpi_13(self) -> None:
        """People with a first NVQ level 2 by `achieved_on`, living in a priority LSOA that day."""

        def make(row: Row) -> Record | None:
            client, on = row["client_id"], known_day(row, "achieved_on")
            lsoa = self.book.priority_lsoa_of(client, on)
            is_first_level_2 = row["type"] == "nvq" and row["level"] == "2" and is_true(row, "first_at_level")
            if not is_first_level_2 or not lsoa:
                return None
            return Record("qualifications", row["id"], client, client, (("lsoa", lsoa),))

        self.people("kpi_13", self.flow("qualifications", "achieved_on", make), lsoa=())

    # Centres

    def open_centres(self, kind: str) -> Select:
        def select(window: Window) -> list[Record]:
            return [
                Record("centres", row["id"], row["id"])
                for row in self.book.rows("centres")
                if row["kind"] == kind
                and not is_true(row, "baseline")
                and in_force(row, window, "opened_on", "closed_on")
            ]

        return select

    def kpi_14(self) -> None:
        """Centres of kind `training_employment_centre`, not `baseline`, open."""
        self.sheet.line("kpi_14", self.open_centres("training_employment_centre"), COUNT, {})

    def kpi_15(self) -> None:
        """Centres of kind `multi_agency_locality`, not `baseline`, open."""
        self.sheet.line("kpi_15", self.open_centres("multi_agency_locality"), COUNT, {})

    def kpi_16(self) -> None:
        """People with a `centre_visit` to a `training_employment_centre`, baseline ones included."""

        def make(row: Row) -> Record | None:
            centre = text(row, "centre_id")
            if row["kind"] != "centre_visit" or not centre:
                return None
            if self.book.row("centres", centre)["kind"] != "training_employment_centre":
                return None
            return Record("activities", row["id"], row["client_id"], row["client_id"], (("centre", centre),))

        self.people("kpi_16", self.flow("activities", "occurred_on", make), centre=())

    def kpi_17(self) -> None:
        """Employer events by `held_on`, in a centre of any kind."""

        def make(row: Row) -> Record:
            return Record("employer_events", row["id"], row["id"], members=(("centre", row["centre_id"]),))

        self.sheet.line("kpi_17", self.flow("employer_events", "held_on", make), COUNT, {"centre": ()})

    # In work

    def kpi_18(self) -> None:
        """Employers, agencies included, with an `in_work_training` agreement in force."""
        select = self.spells_of_employers(
            "employer_agreements", lambda row: row["kind"] == "in_work_training", "employer", "sector"
        )
        self.sheet.line("kpi_18", select, COUNT, {"sector": ()})

    def kpi_19(self) -> None:
        """People starting in-work training."""

        def make(row: Row) -> Record:
            members = given("sector", self.sector(row["employer_id"]))
            return Record("in_work_training", row["id"], row["client_id"], row["client_id"], members)

        self.people("kpi_19", self.flow("in_work_training", "started_on", make), sector=())

    def kpi_20(self) -> None:
        """In-work training by `completed_on`: "rows, not people; an empty result is in the total only"."""

        def make(row: Row) -> Record:
            return Record("in_work_training", row["id"], row["id"], members=given("result", text(row, "result")))

        select = self.flow("in_work_training", "completed_on", make)
        self.sheet.line("kpi_20", select, COUNT, {"result": TRAINING_RESULTS})

    def kpi_21(self) -> None:
        """Employees (distinct clients) plus managers (distinct employer + name, case and outer white space ignored)."""

        def make(row: Row) -> Record | None:
            if row["person"] == "employee":
                client = text(row, "client_id")
                if not client:
                    return None
                counts: tuple[str, ...] = ("employee", client)
            else:
                client = ""
                counts = ("manager", row["employer_id"], text(row, "manager_name").strip().casefold())
            return Record("in_work_support", row["id"], counts, client, (("person", row["person"]),))

        self.sheet.line("kpi_21", self.flow("in_work_support", "occurred_on", make), COUNT, {"person": SUPPORTED})

    def kpi_22(self) -> None:
        """Counted jobs whose 13-week date is in the window: `due`, `in_work`, `percent`, `verified`."""
        end = self.sheet.windows[0].last
        latest = {job["id"]: latest_check(self.book, job, "13") for job in self.book.counted_jobs()}

        def select(window: Window) -> list[Record]:
            chosen = []
            for job in self.book.counted_jobs():
                started = known_day(job, "started_on")
                if window.holds(started + timedelta(days=91)):
                    groups = self.book.groups_of(job["client_id"], day_before(started))
                    chosen.append(Record("jobs", job["id"], job["id"], members=groups_as_members(groups)))
            return chosen

        def in_work(record: Record) -> bool:
            check = latest[record.id]
            return check is not None and is_true(check, "in_work")

        def verified(record: Record) -> bool:
            """In work "and that check has `verified_on` on or before the quarter's end"."""
            check = latest[record.id]
            verified_on = day(check, "verified_on") if check else None
            return in_work(record) and verified_on is not None and verified_on <= end

        measures = {
            "due": ("count", how_many, anybody),
            "in_work": ("count", lambda records: how_many(filter(in_work, records)), in_work),
            "percent": (
                "percent",
                lambda records: share(how_many(filter(in_work, records)), how_many(records)),
                anybody,
            ),
            "verified": ("count", lambda records: how_many(filter(verified, records)), verified),
        }
        self.sheet.line("kpi_22", select, measures, {"target_group": self.book.set_up.groups})

    # Money

    def agreed(self, row: Row) -> Record | None:
        if row["status"] != "agreed":
            return None
        members = (("funding_stream", row["funding_stream_id"]),)
        return Record("contributions", row["id"], row["id"], members=members, amount=known_number(row, "amount"))

    def kpi_23(self) -> None:
        """Pounds of `agreed` contributions by `agreed_on`."""
        self.sheet.line("kpi_23", self.flow("contributions", "agreed_on", self.agreed), MONEY, {"funding_stream": ()})

    def kpi_24(self) -> None:
        """% of kpi_23 that comes from mainstream streams: `mainstream`, `total`, `percent`."""
        mainstream_streams = {row["id"] for row in self.book.rows("funding_streams") if is_true(row, "mainstream")}

        def is_mainstream(record: Record) -> bool:
            return any(member in mainstream_streams for _, member in record.members)

        measures = {
            "mainstream": ("money", lambda records: how_much(filter(is_mainstream, records)), is_mainstream),
            "total": ("money", how_much, anybody),
            "percent": (
                "percent",
                lambda records: share(how_much(filter(is_mainstream, records)), how_much(records)),
                anybody,
            ),
        }
        self.sheet.line("kpi_24", self.flow("contributions", "agreed_on", self.agreed), measures, {})

    def kpi_25(self) -> None:
        """For each indicator code on eligible expenditure inside `all`: `spend`, `outputs`, `cost_per_output`."""
        everything = self.sheet.windows[2]
        codes = {
            text(row, "indicator")
            for row in self.book.rows("expenditure")
            if text(row, "indicator") and is_eligible(row) and everything.holds(day(row, "incurred_on"))
        }
        for code in codes:
            for window in self.sheet.windows:
                self.cost_of(code, window)

    def cost_of(self, code: str, window: Window) -> None:
        spent = [
            Record("expenditure", row["id"], row["id"], amount=known_number(row, "amount"))
            for row in self.book.rows("expenditure")
            if text(row, "indicator") == code
            and window.holds(day(row, "incurred_on"))
            and (is_eligible(row) or not self.readings.spend_is_eligible_only)
        ]
        spend = how_much(spent)
        measure = {"kpi_6": "activities", "kpi_22": "due", "kpi_24": "mainstream"}.get(code, "value")
        total_row = self.sheet.figures.get(FigureKey(code, measure))
        outputs = self.sheet.total(code, measure, window.name)
        unit = total_row.unit if total_row else "count"
        cost = None if outputs is None else ratio(spend, outputs)
        self.sheet.put(FigureKey("kpi_25", "spend", "indicator", code), "money", window.name, spend, spent)
        achieved = self.sheet.behind_total(code, measure, window.name)
        self.sheet.put(FigureKey("kpi_25", "outputs", "indicator", code), unit, window.name, outputs, achieved)
        cost_key = FigureKey("kpi_25", "cost_per_output", "indicator", code)
        self.sheet.put(cost_key, "money", window.name, cost, [*spent, *achieved])

    # Headline outcomes

    def headline(self) -> None:
        """People with a counted job, by `started_on`, who the day before were in `jsa_6m`, `ib`, `lone_parent`.

        "Breakdown `lsoa`: priority LSOAs each, everyone else, unknown areas included, under `elsewhere`".
        """
        for line, groups in {
            **{k: (g,) for k, g in HEADLINE_GROUPS.items()},
            "headline_total": HEADLINE_GROUPS.values(),
        }.items():
            self.people(line, self.moved_into_work(tuple(groups)), lsoa=())

    def moved_into_work(self, groups: tuple[str, ...]) -> Select:
        def select(window: Window) -> list[Record]:
            chosen = []
            for job in self.book.counted_jobs():
                started = known_day(job, "started_on")
                before, client = day_before(started), job["client_id"]
                if window.holds(started) and any(self.book.is_in_group(client, group, before) for group in groups):
                    lsoa = self.book.priority_lsoa_of(client, before) or "elsewhere"
                    chosen.append(self.job_record(job, (("lsoa", lsoa),)))
            return chosen

        return select


def latest_check(book: Book, job: Row, week: str) -> Row | None:
    """kpi_22: "their latest week-13 check, by `checked_on` then `id`, whenever made"."""
    if not hasattr(book, "_checks"):
        checks: dict[tuple[str, str], list[Row]] = {}
        for row in book.rows("employment_checks"):
            checks.setdefault((row["job_id"], row["week"]), []).append(row)
        book._checks = checks
    return max(book._checks.get((job["id"], week), []), key=lambda row: (row["checked_on"], row["id"]), default=None)
