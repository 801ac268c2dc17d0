"""The people of a synthetic city, one life after another: none is kept once it is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reporting.synthetic import names
from reporting.synthetic.chapters.working_life import find_work, start_job
from reporting.synthetic.city import City
from reporting.synthetic.margins import Area, Partner, postcodes_of

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
# Whom a partner has just sent to another, in turn: sender, receiver, and how many days ago.
WAITING = (
    ("jobcentre", "unit", 8),
    ("jobcentre", "unit", 4),
    ("jobcentre", "unit", 0),
    ("unit", "jobcentre", 3),
    ("jobcentre", "lead", 5),
    ("unit", "college", 2),
    ("jobcentre", "unit", 1),
    ("unit", "voluntary", 8),
    ("unit", "lead", 1),
    ("jobcentre", "probation", 6),
)
WAITING_SHARE, MOST_WAITING = 0.008, 40
# Clients of the cast's advisers whose check at so many weeks fell due so many days ago, or falls due soon.
CHECKS_DUE = (("unit", 13, 5), ("jobcentre", 26, 2), ("unit", 52, -3), ("unit", 26, 12), ("jobcentre", 13, -1))
# Others whose consent ends in so many days.
CONSENTS_END = (("unit", 6), ("jobcentre", 11), ("unit", 19))
YEAR, TWO_YEARS = 365, 730
LONG_AGO, LATELY = 200, 25
CONTACTS = 4
# How many clients the adviser leads who leaves.
LEFT_BEHIND = 4


@dataclass(frozen=True)
class Case:
    """What one of the first clients is there for, so that somebody has something to do on the city's last day."""

    owner: str
    waits_for: str = ""
    sent_ago: int = 0
    check_week: int = 0
    check_ago: int = 0
    consent_ends_in: int = 0

    @property
    def registered_ago(self) -> int:
        if self.check_week:
            return self.check_week * 7 + self.check_ago + 90
        return YEAR - self.consent_ends_in if self.consent_ends_in else self.sent_ago


ANYBODY = Case("")


@dataclass(slots=True)
class Life:
    """One client while their story is told. ``busy_until`` is the last day of the story so far."""

    city: City
    number: int
    registered: int
    point: str
    partner: Partner
    case: Case = ANYBODY
    id: str = ""
    ethnicity: str = ""
    contract: str = ""
    contract_ends: int = 0
    enrolled: tuple[int, int] = (0, 0)
    benefit: tuple[str, str, int] | None = None
    spells: list[tuple[str, str, int, int | None]] = field(default_factory=list)
    left_benefit: int | None = None
    busy_until: int = 0
    has_left: bool = False
    in_work: bool = False

    def stage(self, stage: str, day: int) -> bool:
        """Reach a stage on a day, and tell whether that day has come."""
        city = self.city
        if day > city.last:
            return False
        recorded = min(day + city.random.choice((0, 0, 0, 1, 2, 5)), city.last)
        city.out.add(
            "stage_events",
            client_id=self.id,
            stage=stage,
            occurred_on=city.planned(day),
            recorded_on=city.planned(recorded),
            organisation_id=self.partner.id,
            contract_id=self.contract_on(day),
        )
        self.busy_until = max(self.busy_until, day)
        return True

    def contract_on(self, day: int) -> str:
        return self.contract if day <= self.contract_ends else ""

    def enrolled_on(self, day: int) -> bool:
        return self.enrolled[0] <= day <= self.enrolled[1]


def add_people(city: City) -> None:
    """Tell every client's story. The first few are those for whom somebody has something to do today."""
    cases = list(_cases(city))
    for number in range(city.clients):
        life = _begin(city, number, cases[number] if number < len(cases) else ANYBODY)
        _register(life)
        _settle(life)
        _claim(life)
        _consent(life)
        if life.case.waits_for:
            _wait(life)
        elif life.case.check_week:
            _work_until_now(life)
        else:
            _arrive(life)
            _journey(life)
        _write_spells(life)


def _cases(city: City) -> Iterator[Case]:
    for number in range(min(MOST_WAITING, max(3, int(city.clients * WAITING_SHARE), min(8, city.clients // 8)))):
        owner, receiver, ago = WAITING[number % len(WAITING)]
        yield Case(owner, waits_for=receiver, sent_ago=ago)
    if city.clients >= 2 * len(CHECKS_DUE + CONSENTS_END):
        yield from (Case(owner, check_week=week, check_ago=ago) for owner, week, ago in CHECKS_DUE)
        yield from (Case(owner, consent_ends_in=days) for owner, days in CONSENTS_END)


def _begin(city: City, number: int, case: Case) -> Life:
    random = city.random
    point = city.margins.starting_points.draw(random)
    if case is not ANYBODY:
        return Life(city, number, city.last - case.registered_ago, point, city.margins.partner(case.owner), case)
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
    given, family = names.names_of(random, sex, life.ethnicity)
    is_disabled = city.chance(0.7 if life.point == "ib" else 0.08)
    children = (
        random.choice((1, 1, 2, 2, 3)) if life.point == "is_lone_parent" else random.choice((0, 0, 0, 1, 2, None))
    )
    email = f"{given}.{family}{life.number}@example.org".lower()
    life.id = city.out.add(
        "clients",
        given_name=given,
        family_name=family,
        date_of_birth="" if city.chance(0.02) else city.planned(born),
        sex=sex,
        ethnicity=life.ethnicity,
        disability="yes" if is_disabled else random.choice(("no", "no", "no", "not_stated")),
        nino=names.nino(life.number) if city.chance(0.9) else "",
        phone=names.phone(random) if city.chance(0.85) else "",
        email=email if city.chance(0.45) and email.isascii() else "",
        registered_on=city.planned(life.registered),
        organisation_id=life.partner.id,
        adviser_id=_adviser_of(life),
        highest_qualification=city.margins.qualifications.draw(random),
        dependent_children=children,
    )


def _adviser_of(life: Life) -> str:
    advisers = life.city.advisers[life.partner.id]
    if life.case is not ANYBODY:
        return advisers[0]
    if life.partner.part == "unit" and life.city.left_behind < LEFT_BEHIND:
        life.city.left_behind += 1
        return life.city.leaver
    return "" if life.city.chance(0.04) else life.city.random.choice(advisers)


def _settle(life: Life) -> None:
    """An address with its history; one in ten moves while with us."""
    city, random = life.city, life.city.random
    since = life.registered - random.randint(100, 4000)
    moves = life.registered + random.randint(10, 500) if city.chance(0.1) else None
    if moves is not None and moves <= city.last:
        _address(life, city.areas.draw(random), since, moves - 1)
        _address(life, city.areas.draw(random), moves, None)
    else:
        _address(life, city.areas.draw(random), since, None)


def _address(life: Life, area: Area, since: int, until: int | None) -> None:
    city = life.city
    city.out.add(
        "client_addresses",
        client_id=life.id,
        from_date=city.planned(since),
        to_date=city.planned(until),
        postcode=city.random.choice(postcodes_of(area)) if area.sector and city.chance(0.97) else "",
        lsoa=area.lsoa,
        ward=area.ward,
        district=city.margins.district if area.ward else "",
    )


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
        if life.city.chance(share) or life.case.waits_for or (life.case.consent_ends_in and purpose != "evaluation"):
            _give_consent(life, purpose)


def _give_consent(life: Life, purpose: str) -> None:
    """A consent, for two years or without an end; of some it ends after one, which is soon."""
    city, random = life.city, life.city.random
    given = life.registered
    expires = given + TWO_YEARS if city.chance(0.5) else None
    withdrawn = given + random.randint(5, 300) if life.case is ANYBODY and city.chance(0.03) else None
    if life.case.consent_ends_in:
        expires = given + YEAR
    only = ""
    if purpose == "sharing" and life.case is ANYBODY and city.chance(0.3):
        only = city.owners.draw(random).id
    city.out.add(
        "consents",
        client_id=life.id,
        purpose=purpose,
        organisation_id=only,
        given_on=city.planned(given),
        expires_on=city.planned(expires),
        withdrawn_on=city.happened(withdrawn),
        method=random.choice(("paper", "paper", "electronic", "verbal")),
    )


def _wait(life: Life) -> None:
    """Sent to a partner who has not answered yet."""
    receiver = life.city.margins.partner(life.case.waits_for)
    _refer(life, life.partner, receiver, life.registered, ("sent", life.registered))


def _work_until_now(life: Life) -> None:
    """In work since so many weeks, and not asked yet whether still: the check falls due about today."""
    city, random = life.city, life.city.random
    day = life.registered
    for stage in ("engaged", "assessed", "plan_agreed", "job_ready"):
        life.stage(stage, day)
        day += random.randint(5, 20)
    start_job(life, city.last - life.case.check_week * 7 - life.case.check_ago, unasked=life.case.check_week)


def _arrive(life: Life) -> None:
    """Tell how the person came: by a referral, mostly, whose work is over by now where it was long ago."""
    city, random = life.city, life.city.random
    if not city.chance(0.7):
        return
    sender = city.margins.partner("jobcentre") if city.chance(0.7) else city.owners.draw(random)
    if sender.id == life.partner.id:
        return
    answered = life.registered + random.randint(0, 6)
    if answered > city.last:
        _refer(life, sender, life.partner, life.registered, ("sent", life.registered))
        return
    status = random.choice(("accepted", "started", "started", "started", "completed"))
    if life.registered < city.last - LONG_AGO:
        status = "completed"
    day = answered if status == "accepted" else answered + random.randint(2, 15 if status == "started" else 200)
    status, day = (status, day) if day <= city.last else ("accepted", answered)
    _refer(life, sender, life.partner, life.registered, (status, day))


def _refer(life: Life, sender: Partner, receiver: Partner, made: int, standing: tuple[str, int]) -> None:
    city = life.city
    status, status_on = standing
    city.out.add(
        "referrals",
        client_id=life.id,
        from_organisation_id=sender.id,
        to_organisation_id=receiver.id,
        reason=city.random.choice(REASONS) if city.chance(0.6) else "",
        service_id=city.services[receiver.id] if city.chance(0.5) else "",
        made_on=city.planned(made),
        status=status,
        status_on=city.planned(status_on),
    )


def _journey(life: Life) -> None:
    """From first contact to work, with losses at each step (Leicester business plan, section 3.1.2, its funnels)."""
    city, random = life.city, life.city.random
    day = life.registered + random.randint(0, 10)
    life.busy_until = life.registered
    if city.chance(0.94) and life.stage("engaged", day):
        kind = random.choice(("engagement", "engagement", "engagement", "survey", "consultation"))
        _activity(life, kind, day)
        day += random.randint(2, 24)
        if city.chance(0.86) and life.stage("assessed", day):
            _be_supported(life, day)
        _refer_on(life)
    if not life.in_work:
        _stop_coming(life)
    _keep_in_touch(life)


def _be_supported(life: Life, day: int) -> None:
    """Assessment, plan, training and support, and the way into work of those who get that far."""
    scores = _assess(life, day, {})
    day = _plan(life, day)
    ready = _prepare(life, day)
    _assess_again(life, day + life.city.random.randint(70, 150), scores)
    if ready is not None and life.stage("job_ready", ready):
        _into_work(life, ready)


def _plan(life: Life, day: int) -> int:
    """Agree a plan, with actions of which most get done, and enrol on the contract of the day."""
    city, random = life.city, life.city.random
    day += random.randint(0, 12)
    contract = city.contract_on(life.partner.id, day)
    if contract and city.chance(0.7) and day <= city.last:
        life.contract, _, life.contract_ends = contract
        ended = min(day + random.randint(60, 300), life.contract_ends) if city.chance(0.5) else None
        life.enrolled = (day, ended or life.contract_ends)
        why = random.choice(("completed", "moved away", "into work")) if ended and ended <= city.last else ""
        city.out.add(
            "enrolments",
            client_id=life.id,
            contract_id=life.contract,
            started_on=city.planned(day),
            ended_on=city.happened(ended),
            end_reason=why,
        )
    if city.chance(0.92) and life.stage("plan_agreed", day):
        for title in random.sample(ACTIONS, random.randint(1, 4)):
            _action(life, title, day)
    return day


def _action(life: Life, title: str, agreed: int) -> None:
    """An action of the plan: done, or given up; of those due lately some wait."""
    city, random = life.city, life.city.random
    due = agreed + random.randint(7, 90)
    done = due + random.randint(-6, 12) if city.chance(0.72) else None
    waits = due > city.last - LATELY and city.chance(0.5)
    cancelled = due + random.randint(-5, 30) if done is None and not waits else None
    city.out.add(
        "plan_actions",
        client_id=life.id,
        title=title,
        owner=random.choice(("client", "client", "adviser", "partner")),
        due_on=city.planned(due),
        done_on=city.happened(done),
        cancelled_on=city.happened(cancelled),
    )


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
        city.out.add(
            "qualifications",
            client_id=life.id,
            type=kind,
            level=level,
            enrolled_on=city.happened(begun),
            achieved_on=city.happened(done) if completes else "",
            first_at_level=city.chance(0.7) if kind == "nvq" else "",
            accredited=city.chance(0.85),
            contract_id=life.contract_on(begun),
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
        city.out.add(
            "assessments",
            client_id=life.id,
            assessed_on=city.planned(day),
            organisation_id=life.partner.id,
            dimension=dimension,
            score=score,
        )
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


def _place(life: Life, day: int) -> int:
    city, random = life.city, life.city.random
    if day > city.last:
        return day
    kind = random.choice(("work_placement", "work_placement", "work_trial", "apprenticeship", "funded_job"))
    ended = day + {"work_trial": 14, "apprenticeship": 365}.get(kind, random.randint(28, 180))
    city.out.add(
        "placements",
        client_id=life.id,
        employer_id=random.choice(city.employers).id,
        kind=kind,
        started_on=city.planned(day),
        ended_on=city.happened(ended),
        contract_id=life.contract_on(day),
        result=random.choice(("completed", "completed", "left_early", "job_offer")) if ended <= city.last else "",
    )
    life.busy_until = max(life.busy_until, day)
    return ended if kind != "apprenticeship" else day + 30


def _stop_coming(life: Life) -> None:
    """Who is not in work stops coming sooner or later; some of them leave benefit in a way we never learn."""
    city, random = life.city, life.city.random
    if city.chance(0.9):
        life.has_left = life.stage("exited", life.busy_until + random.randint(60, 200))
    if life.left_benefit is None and city.chance(0.25):
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
    over = ("completed", "completed", "declined", "withdrawn", "returned")
    status = random.choice(over if made < city.last - LONG_AGO else ("accepted", "started", *over))
    _refer(life, life.partner, receiver, made, (status, answered))


def _activity(life: Life, kind: str, day: int) -> None:
    city = life.city
    if day > city.last:
        return
    centre = ""
    if kind in {"centre_visit", "appointment"} and (kind == "centre_visit" or city.chance(0.4)):
        centre = _centre_open(city, day)
        kind = kind if centre else "contact"
    city.out.add(
        "activities",
        client_id=life.id,
        kind=kind,
        occurred_on=city.planned(day),
        centre_id=centre,
        organisation_id=life.partner.id,
        contract_id=life.contract_on(day),
    )


def _centre_open(city: City, day: int) -> str:
    centre, _kind, opened = city.random.choice(city.centres)
    return centre if opened <= day else ""


def _keep_in_touch(life: Life) -> None:
    """Contacts, appointments and visits, closer together at first; who still comes was here lately, mostly."""
    city, random = life.city, life.city.random
    day = life.registered + random.randint(5, 20)
    comes = not life.in_work and not life.has_left
    until = city.last if comes else min(city.last, life.busy_until + 60)
    for turn in range(CONTACTS):
        if turn == CONTACTS - 1 and comes and city.chance(0.9):
            day = max(day, city.last - random.randint(0, LATELY))
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
        is_over = until is not None and since <= until <= city.last
        city.out.add(
            "client_circumstances",
            client_id=life.id,
            kind=kind,
            code=code,
            from_date=city.planned(since),
            to_date=city.planned(until) if is_over else "",
        )
