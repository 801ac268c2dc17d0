"""The people of a synthetic city, one life after another: none is kept once it is written."""

from dataclasses import dataclass, field

from reporting.synthetic import names
from reporting.synthetic.city import City
from reporting.synthetic.margins import Area, Partner, postcodes_of
from reporting.synthetic.working_life import find_work

# From this day new claims for sickness are Employment and Support Allowance (27 October 2008).
ESA_BEGINS = 733_342
DIMENSIONS = (
    "skills",
    "motivation",
    "health",
    "childcare",
    "transport",
    "debt",
    "housing",
    "language",
    "confidence",
    "job_search",
)
ACTIONS = (
    "Write a CV",
    "Bring proof of address",
    "Visit the training centre",
    "Ask about a childcare place",
    "Do a better-off calculation",
    "Apply for two jobs a week",
    "See the debt adviser",
    "Practise an interview",
    "Finish the online course",
    "Find out about travel costs",
)
REASONS = ("wants retail work", "needs help with English", "asks for training", "health makes work hard", "debts first")
WAITING_SHARE, MOST_WAITING = 0.008, 40


@dataclass(slots=True)
class Life:
    """One client while their story is told. ``busy_until`` is the last day of the story so far."""

    city: City
    number: int
    registered: int
    point: str
    partner: Partner
    is_waiting: bool = False
    id: str = ""
    ethnicity: str = ""
    contract: str = ""
    contract_ends: int = 0
    benefit: tuple[str, str, int] | None = None
    spells: list[tuple[str, str, int, int | None]] = field(default_factory=list)
    left_benefit: int | None = None
    busy_until: int = 0

    def add(self, table: str, day: int, *cells: object) -> str:
        """Write a row of this client if its day has come."""
        if day > self.city.last:
            return ""
        return self.city.out.add(table, self.id, *cells)

    def stage(self, stage: str, day: int) -> bool:
        """Reach a stage on a day, and tell whether that day has come."""
        city = self.city
        if day > city.last:
            return False
        recorded = min(day + city.random.choice((0, 0, 0, 1, 2, 5)), city.last)
        contract = self.contract if day <= self.contract_ends else ""
        city.out.add("stage_events", self.id, stage, city.text(day), city.text(recorded), self.partner.id, contract, "")
        self.busy_until = max(self.busy_until, day)
        return True


def add_people(city: City) -> None:
    """Tell every client's story. The first few have just been referred to the unit and wait for its answer."""
    waiting = min(MOST_WAITING, max(3, int(city.clients * WAITING_SHARE)))
    for number in range(city.clients):
        life = _begin(city, number, is_waiting=number < waiting)
        _register(life)
        _settle(life)
        _claim(life)
        _consent(life)
        if _hand_over(life):
            _journey(life)
        _write_spells(life)


def _begin(city: City, number: int, *, is_waiting: bool) -> Life:
    random = city.random
    point = city.margins.starting_points.draw(random)
    if is_waiting:
        registered = max(city.first, city.last - random.randint(0, 8))
        return Life(city, number, registered, point, city.margins.partner("jobcentre"), is_waiting=True)
    before = city.chance(0.2)  # the caseload that was there when the first quarter began
    registered = city.first - random.randint(1, 300) if before else random.randint(city.first, city.last)
    partner = city.owners.draw(random)
    if point == "neet" and city.chance(0.6):
        partner = city.margins.partner("young_people")
    return Life(city, number, registered, point, partner)


def _register(life: Life) -> None:
    city, random = life.city, life.city.random
    sex = "female" if city.chance(city.margins.female[life.point]) else "male"
    if city.chance(0.01):
        sex = random.choice(("other", "not_stated", ""))
    youngest, oldest = city.margins.ages[life.point].draw(random)
    born = life.registered - int(random.uniform(youngest + 0.02, oldest + 0.98) * 365.25)
    life.ethnicity = city.margins.ethnicity.draw(random)
    given, family = names.given_name(random, sex), names.family_name(random)
    is_disabled = city.chance(0.7 if life.point == "ib" else 0.08)
    children = (
        random.choice((1, 1, 2, 2, 3)) if life.point == "is_lone_parent" else random.choice((0, 0, 0, 1, 2, None))
    )
    life.id = city.out.add(
        "clients",
        given,
        family,
        "" if city.chance(0.02) else city.calendar.text(born),
        sex,
        life.ethnicity,
        "yes" if is_disabled else random.choice(("no", "no", "no", "not_stated")),
        names.nino(life.number) if city.chance(0.9) else "",
        names.phone(random) if city.chance(0.85) else "",
        f"{given}.{family}{life.number}@example.org".lower() if city.chance(0.45) else "",
        city.calendar.text(life.registered),
        life.partner.id,
        "" if city.chance(0.04) else random.choice(city.advisers[life.partner.id]),
        city.margins.qualifications.draw(random),
        children,
    )


def _settle(life: Life) -> None:
    """An address with its history; one in ten moves while with us."""
    city, random = life.city, life.city.random
    since = life.registered - random.randint(100, 4000)
    moves = life.registered + random.randint(10, 500) if city.chance(0.1) else None
    if moves is not None and moves <= city.last:
        _address(life, city.margins.areas.draw(random), since, moves - 1)
        _address(life, city.margins.areas.draw(random), moves, None)
    else:
        _address(life, city.margins.areas.draw(random), since, None)


def _address(life: Life, area: Area, since: int, until: int | None) -> None:
    city = life.city
    postcode = city.random.choice(postcodes_of(area)) if area.sector and city.chance(0.97) else ""
    district = city.margins.district if area.ward else ""
    text = city.calendar.text
    city.out.add("client_addresses", life.id, text(since), text(until), postcode, area.lsoa, area.ward, district)


def _claim(life: Life) -> None:
    """The benefit a person comes with, since when, and the statuses they hold."""
    city, random = life.city, life.city.random
    if life.point == "jsa":
        low, high = city.margins.jsa_months.draw(random)
        life.benefit = ("benefit", "jsa", life.registered - random.randint(int(low * 30.5), int(high * 30.5)))
    elif life.point == "ib":
        since = life.registered - random.randint(150, 2600)
        life.benefit = ("benefit", "ib" if since < ESA_BEGINS else "esa", since)
    elif life.point == "is_lone_parent":
        life.benefit = ("benefit", "is_lone_parent", life.registered - random.randint(60, 2200))
    elif life.point == "neet":
        life.benefit = ("status", "neet", life.registered - random.randint(20, 270))
    for code, share in city.margins.statuses.items():
        if city.chance(share * (3 if code == "low_income" and life.point == "in_work" else 1)):
            since = life.registered - random.randint(0, 700)
            until = since + random.randint(100, 1500) if city.chance(0.3) else None
            life.spells.append(("status", code, since, until))


def _consent(life: Life) -> None:
    for purpose, share in (("tracking", 0.96), ("sharing", 0.85), ("evaluation", 0.35)):
        if life.city.chance(share) or life.is_waiting:
            _give_consent(life, purpose)


def _give_consent(life: Life, purpose: str) -> None:
    city, random = life.city, life.city.random
    given = life.registered
    expires = given + 730 if city.chance(0.5) else None
    withdrawn = given + random.randint(5, 300) if not life.is_waiting and city.chance(0.03) else None
    only = city.owners.draw(random).id if purpose == "sharing" and not life.is_waiting and city.chance(0.3) else ""
    text = city.calendar.text
    method = random.choice(("paper", "paper", "electronic", "verbal"))
    city.out.add("consents", life.id, purpose, only, text(given), text(expires), city.text(withdrawn), method)


def _hand_over(life: Life) -> bool:
    """Tell how the person came; False when they still wait for an answer."""
    city, random = life.city, life.city.random
    if life.is_waiting:
        _refer(life, life.partner, city.margins.partner("unit"), life.registered, ("sent", life.registered))
        return False
    if city.chance(0.7):
        sender = city.margins.partner("jobcentre") if city.chance(0.7) else city.owners.draw(random)
        if sender.id != life.partner.id:
            answered = life.registered + random.randint(0, 6)
            if answered > city.last:
                _refer(life, sender, life.partner, life.registered, ("sent", life.registered))
                return True
            status = random.choice(("accepted", "started", "started", "started", "completed"))
            day = answered if status == "accepted" else answered + random.randint(2, 15 if status == "started" else 200)
            status, day = (status, day) if day <= city.last else ("accepted", answered)
            _refer(life, sender, life.partner, life.registered, (status, day))
    return True


def _refer(life: Life, sender: Partner, receiver: Partner, made: int, standing: tuple[str, int]) -> None:
    city = life.city
    status, status_on = standing
    reason = city.random.choice(REASONS) if city.chance(0.6) else ""
    service = city.services[receiver.id] if city.chance(0.5) else ""
    text = city.calendar.text
    city.out.add("referrals", life.id, sender.id, receiver.id, service, text(made), status, text(status_on), reason)


def _journey(life: Life) -> None:
    """From first contact to work, with losses at each step (Leicester business plan, section 3.1.2, its funnels)."""
    city, random = life.city, life.city.random
    day = life.registered + random.randint(0, 10)
    life.busy_until = life.registered
    if not city.chance(0.94) or not life.stage("engaged", day):
        return
    kind = random.choice(("engagement", "engagement", "engagement", "survey", "consultation"))
    _activity(life, kind, day)
    day += random.randint(2, 24)
    if city.chance(0.86) and life.stage("assessed", day):
        scores = _assess(life, day, {})
        day = _plan(life, day)
        ready = _prepare(life, day)
        _assess_again(life, day + random.randint(70, 150), scores)
        if ready is not None and life.stage("job_ready", ready):
            _into_work(life, ready)
        else:
            _leave(life)
    _refer_on(life)
    _keep_in_touch(life)


def _plan(life: Life, day: int) -> int:
    """Agree a plan, with actions of which most get done, and enrol on the contract of the day."""
    city, random = life.city, life.city.random
    day += random.randint(0, 12)
    contract = city.contract_on(life.partner.id, day)
    if contract and city.chance(0.7) and day <= city.last:
        life.contract, _, life.contract_ends = contract
        ended = min(day + random.randint(60, 300), life.contract_ends) if city.chance(0.5) else None
        why = random.choice(("completed", "moved away", "into work")) if ended and ended <= city.last else ""
        city.out.add("enrolments", life.id, life.contract, city.text(day), city.text(ended), why)
    if city.chance(0.92) and life.stage("plan_agreed", day):
        for title in random.sample(ACTIONS, random.randint(1, 4)):
            _action(life, title, day)
    return day


def _action(life: Life, title: str, agreed: int) -> None:
    city, random = life.city, life.city.random
    due = agreed + random.randint(7, 90)
    done = due + random.randint(-6, 12) if city.chance(0.72) else None
    cancelled = due + random.randint(-5, 30) if done is None and city.chance(0.75) else None
    owner = random.choice(("client", "client", "adviser", "partner"))
    city.out.add("plan_actions", life.id, title, owner, city.calendar.text(due), city.text(done), city.text(cancelled))


def _prepare(life: Life, day: int) -> int | None:
    """Training and support; return the day the person is ready for work, or None."""
    city, random = life.city, life.city.random
    begun = day + random.randint(5, 30)
    if city.chance(0.48) and life.stage("training_started", begun):
        day = max(day, _learn(life, begun))
    if city.chance(0.35) and life.stage("support_started", begun + 3):
        day = max(day, begun + random.randint(20, 90))
        if city.chance(0.8):
            life.stage("support_completed", day)
    return day + random.randint(3, 40) if city.chance(0.72) else None


def _learn(life: Life, begun: int) -> int:
    city, random = life.city, life.city.random
    done = begun + random.randint(25, 120)
    completes = city.chance(0.78) and life.stage("training_completed", done)
    if city.chance(0.7):
        kind = random.choice(("nvq", "nvq", "skills_for_life", "vocational", "other"))
        if not life.ethnicity.startswith("white_british") and city.chance(0.4):
            kind = "esol"
        level = random.choice(("entry1", "entry2", "entry3", "entry3", "1") if kind == "esol" else ("1", "2", "2", "3"))
        contract = life.contract if begun <= life.contract_ends else ""
        city.out.add(
            "qualifications",
            life.id,
            kind,
            level,
            city.text(begun),
            city.text(done) if completes else "",
            city.chance(0.7) if kind == "nvq" else "",
            city.chance(0.85),
            contract,
        )
    return done


def _assess(life: Life, day: int, before: dict[str, int]) -> dict[str, int]:
    """Score some dimensions, one to ten; the second time the same ones, mostly higher."""
    city, random = life.city, life.city.random
    if before:
        scores = {
            dimension: min(10, max(1, score + random.choice((-1, 0, 1, 1, 2, 3))))
            for dimension, score in before.items()
        }
    else:
        chosen = random.sample(DIMENSIONS, random.randint(3, 5))
        scores = {dimension: random.randint(1, 7) for dimension in chosen}
    for dimension, score in scores.items():
        city.out.add("assessments", life.id, city.text(day), life.partner.id, dimension, score)
    return scores


def _assess_again(life: Life, day: int, scores: dict[str, int]) -> None:
    if life.city.chance(0.45) and day <= life.city.last:
        scores = _assess(life, day, scores)
        later = day + life.city.random.randint(80, 160)
        if life.city.chance(0.2) and later <= life.city.last:
            _assess(life, later, scores)


def _into_work(life: Life, ready: int) -> None:
    """Matching, perhaps a placement, and work for many; work ends the benefit the day before."""
    city, random = life.city, life.city.random
    day = ready + random.randint(1, 30)
    if city.chance(0.8):
        life.stage("matched", day)
    if city.chance(0.22):
        day = _place(life, day + 3)
    odds = {"jsa": 0.66, "ib": 0.42, "is_lone_parent": 0.5, "neet": 0.5, "in_work": 0.35}
    if city.chance(odds[life.point]):
        find_work(life, day + random.randint(3, 60))
    else:
        _leave(life)


def _place(life: Life, day: int) -> int:
    city, random = life.city, life.city.random
    if day > city.last:
        return day
    kind = random.choice(("work_placement", "work_placement", "work_trial", "apprenticeship", "funded_job"))
    ended = day + {"work_trial": 14, "apprenticeship": 365}.get(kind, random.randint(28, 180))
    result = random.choice(("completed", "completed", "left_early", "job_offer")) if ended <= city.last else ""
    employer = random.choice(city.employers).id
    contract = life.contract if day <= life.contract_ends else ""
    city.out.add("placements", life.id, employer, kind, city.text(day), city.text(ended), contract, result)
    life.busy_until = max(life.busy_until, day)
    return ended if kind != "apprenticeship" else day + 30


def _leave(life: Life) -> None:
    """Some stop coming; some of the others leave benefit in a way we never learn."""
    city, random = life.city, life.city.random
    if city.chance(0.5):
        life.stage("exited", life.busy_until + random.randint(40, 200))
    if city.chance(0.25):
        life.left_benefit = life.busy_until + random.randint(20, 250)


def _refer_on(life: Life) -> None:
    """A second partner is asked for help with one thing, some time after the plan."""
    city, random = life.city, life.city.random
    if not city.chance(0.15):
        return
    receiver = city.owners.draw(random)
    made = life.registered + random.randint(15, 120)
    if receiver.id == life.partner.id or made > city.last:
        return
    answered = made + random.randint(1, 9)
    if answered > city.last:
        _refer(life, life.partner, receiver, made, ("sent", made))
        return
    status = random.choice(("accepted", "started", "completed", "declined", "withdrawn", "returned"))
    _refer(life, life.partner, receiver, made, (status, answered))


def _activity(life: Life, kind: str, day: int) -> None:
    city = life.city
    centre = ""
    if kind in {"centre_visit", "appointment"} and (kind == "centre_visit" or city.chance(0.4)):
        centre = _centre_open(city, day)
        kind = kind if centre else "contact"
    contract = life.contract if day <= life.contract_ends else ""
    life.add("activities", day, kind, city.text(day), centre, life.partner.id, contract, "")


def _centre_open(city: City, day: int) -> str:
    centre, _kind, opened = city.random.choice(city.centres)
    return centre if opened <= day else ""


def _keep_in_touch(life: Life) -> None:
    """Contacts, appointments and visits, closer together at first."""
    city, random = life.city, life.city.random
    day = life.registered + random.randint(5, 20)
    until = min(city.last, life.busy_until + 60)
    for _ in range(5):
        if day > until:
            break
        _activity(life, random.choice(("contact", "contact", "appointment", "appointment", "centre_visit")), day)
        day += random.randint(14, 60)


def _write_spells(life: Life) -> None:
    city = life.city
    if life.benefit:
        kind, code, since = life.benefit
        life.spells.append((kind, code, since, life.left_benefit))
    for kind, code, since, until in sorted(life.spells, key=lambda spell: (spell[2], spell[1])):
        ended = city.calendar.text(until) if until is not None and since <= until <= city.last else ""
        city.out.add("client_circumstances", life.id, kind, code, city.calendar.text(since), ended)
