"""The employers of a synthetic city: who looks after them, what they signed up to, what they offer."""

from reporting.synthetic import names
from reporting.synthetic.city import City, Employer, Opening, quarters

PROGRAMME_BEGAN = 732_767  # 1 April 2007, as a day number
SIZES = ("micro", "micro", "small", "small", "small", "medium", "medium", "large")
SUMMARIES = (
    "Talked through vacancies of the next months",
    "Agreed what a good candidate looks like",
    "Looked at how the last starters are doing",
    "Asked about training on the job",
    "Introduced the core offer",
)
EVENTS = ("Meet the employers", "Jobs fair", "Try a trade", "Interview day", "Care and health open morning")
# The days around the city's last on which the first account manager's next contacts fall due.
DUE_AROUND = (-2, 0, 1, 3, 6)
FORGOTTEN_AFTER = 12
EVENTS_AHEAD = 45
STEPS = ("applied", "invited", "attended", "assessed", "interviewed", "offered")


def add_employers(city: City) -> None:
    due = list(DUE_AROUND)
    for number in range(city.employer_count):
        _add_employer(city, is_agency=number % 20 == 19, due=due)


def add_courses(city: City) -> None:
    for first, last in quarters(city):
        _add_courses(city, first, last)


def add_events(city: City) -> None:
    """Events in the centres in each quarter, and those that are planned."""
    for first, last in quarters(city):
        _add_events(city, first, last, share=0.5)
    _add_events(city, city.last + 2, city.last + EVENTS_AHEAD, share=0.3)


def _add_employer(city: City, *, is_agency: bool, due: list[int]) -> None:
    """An employer; while some of the days ``due`` are left, the first account manager looks after it."""
    sector = city.margins.sectors.draw(city.random)
    size = city.random.choice(SIZES)
    ownership = "public" if sector == "public_services" and city.chance(0.7) else "private"
    if ownership == "private" and city.chance(0.08):
        ownership = "voluntary"
    ending = "Recruitment" if is_agency else city.random.choice(names.TRADES[sector])
    employer = Employer(
        id=city.out.add(
            "employers",
            name=f"{names.family_name(city.random)} {ending}",
            sector=sector,
            size_band=size,
            ownership=ownership,
            postcode=city.some_postcode(),
            district=city.margins.district,
            employment_agency=is_agency,
        ),
        sector=sector,
        is_agency=is_agency,
    )
    known = city.random.randint(city.first - 120, city.last - 1)
    if due and known < city.last - 60:
        _keep_for_the_first(city, employer, known, due.pop(0))
    elif city.chance(0.65):
        _look_after(city, employer, known)
    _sign_up(city, employer, known)
    _add_vacancies(city, employer, known)
    city.employers.append(employer)


def _keep_for_the_first(city: City, employer: Employer, known: int, due: int) -> None:
    """Looked after by the first account manager, who means to be in touch again on a day around the last."""
    manager = city.account_managers[0]
    _look_after_from(city, employer, manager, known)
    day = city.last - city.random.randint(8, 30)
    _contact(city, employer, manager, known, day - 1)
    _add_contact(city, employer, manager, day, city.last + due)


def _look_after(city: City, employer: Employer, known: int) -> None:
    """One account manager at a time; some employers are handed over once."""
    manager = city.random.choice(city.account_managers)
    handed_over = known + city.random.randint(60, 400) if city.chance(0.15) else None
    if handed_over is not None and handed_over < city.last:
        _look_after_from(city, employer, manager, known, city.planned(handed_over))
        _contact(city, employer, manager, known, handed_over)
        manager, known = city.random.choice(city.account_managers), handed_over + 1
    ended = known + city.random.randint(100, 600) if city.chance(0.05) else None
    _look_after_from(city, employer, manager, known, city.happened(ended))
    _contact(city, employer, manager, known, city.last)


def _look_after_from(city: City, employer: Employer, manager: str, first: int, until: str = "") -> None:
    city.out.add(
        "account_managers", employer_id=employer.id, staff_id=manager, from_date=city.planned(first), to_date=until
    )


def _contact(city: City, employer: Employer, manager: str, first: int, last: int) -> None:
    """Contacts over time. What was to follow one has followed, but for what falls due about now."""
    day = first + city.random.randint(0, 30)
    while day <= min(last, city.last):
        follow_up = day + city.random.randint(7, 40) if city.chance(0.5) else None
        after = day + city.random.randint(30, 120)
        if follow_up is not None and after > city.last and follow_up < city.last - FORGOTTEN_AFTER:
            follow_up = None
        _add_contact(city, employer, manager, day, follow_up)
        day = after


def _add_contact(city: City, employer: Employer, manager: str, day: int, follow_up: int | None) -> None:
    city.out.add(
        "employer_contacts",
        employer_id=employer.id,
        staff_id=manager,
        occurred_on=city.planned(day),
        channel=city.random.choice(("visit", "phone", "phone", "email", "event", "other")),
        summary=city.random.choice(SUMMARIES),
        follow_up_on=city.planned(follow_up),
    )


def _sign_up(city: City, employer: Employer, known: int) -> None:
    """Agencies sign the agency standard; employers the fair standard, guarantees, training and placements."""
    if employer.is_agency:
        if city.chance(0.6):
            _agree(city, employer, "agency_standard", known)
        return
    if city.chance(0.25):
        _agree(city, employer, "fair_employment_standard", known)
    if city.chance(0.35):
        employer.guarantees.append(_agree(city, employer, "jigs", known))
    if city.chance(0.2):
        _agree(city, employer, "in_work_training", known)
    if city.chance(0.3):
        _agree(city, employer, "placement_offer", known)


def _agree(city: City, employer: Employer, kind: str, known: int) -> tuple[str, int, int | None]:
    start = min(city.random.randint(known, city.last), city.random.randint(known, city.last))
    end = start + city.random.choice((364, 364, 729)) if city.chance(0.25) else None
    agreement = city.out.add(
        "employer_agreements",
        employer_id=employer.id,
        kind=kind,
        from_date=city.planned(start),
        to_date=city.planned(end),
    )
    return agreement, start, end


def _add_vacancies(city: City, employer: Employer, known: int) -> None:
    for _ in range(city.random.choice((0, 0, 1, 1, 1, 2, 3))):
        opened = city.random.randint(max(known, city.first), city.last)
        closed = opened + city.random.randint(10, 80) if city.chance(0.8) else None
        guarantee = next((spell[0] for spell in employer.guarantees if spell[1] <= opened), "")
        hours, wage = city.random.choice((16, 20, 25, 30, 37.5, 40)), wage_on(city, opened)
        posts = city.random.choice((1, 1, 1, 2, 3, 5))
        vacancy = city.out.add(
            "vacancies",
            employer_id=employer.id,
            title=city.random.choice(names.POSTS[employer.sector]),
            opened_on=city.planned(opened),
            closed_on=city.happened(closed),
            posts=posts,
            jigs_agreement_id=guarantee,
            hours_per_week=hours,
            hourly_wage=wage,
        )
        employer.vacancies.append(Opening(vacancy, opened, closed, guarantee, posts))


def wage_on(city: City, day: int) -> str:
    """An hourly wage somewhat above the lowest legal one, which was £5.35 when the programme began."""
    years = (day - PROGRAMME_BEGAN) / 365.25
    return f"{5.35 * 1.046**years * (1.02 + 0.9 * city.random.random() ** 3):.2f}"


def _add_courses(city: City, first: int, last: int) -> None:
    """Pre-recruitment courses as funnels: each step keeps some of the step before."""
    for _ in range(max(2, city.employer_count // 25)):
        employer = city.random.choice(city.employers)
        start = city.random.randint(first, last)
        ended = start + city.random.choice((4, 9, 18, 41))
        steps = [city.random.randint(20, 120)]
        for keep in ((0.35, 0.8), (0.6, 0.95), (0.7, 1.0), (0.5, 0.9), (0.3, 0.9)):
            steps.append(int(steps[-1] * city.random.uniform(*keep)))
        if ended > city.last:
            steps[3:] = [0, 0, 0]
        contract = city.contract_on(city.margins.partner("brokerage").id, start)
        city.out.add(
            "pre_recruitment",
            employer_id=employer.id,
            title=f"{city.random.choice(names.POSTS[employer.sector])} course",
            started_on=city.planned(start),
            ended_on=city.happened(ended),
            **dict(zip(STEPS, steps, strict=True)),
            contract_id=contract[0] if contract else "",
        )


def _add_events(city: City, first: int, last: int, *, share: float) -> None:
    for centre, _kind, opened in city.centres:
        if opened <= last and city.chance(share):
            day = city.random.randint(max(first, opened), last)
            attendance = city.random.randint(5, 60) if day <= city.last and city.chance(0.9) else ""
            city.out.add(
                "employer_events",
                centre_id=centre,
                title=city.random.choice(EVENTS),
                held_on=city.planned(day),
                attendance=attendance,
            )
