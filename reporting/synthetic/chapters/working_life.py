"""Work: jobs, the checks after 13, 26 and 52 weeks, training and support in work, and what follows a job that ends."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reporting.synthetic import names
from reporting.synthetic.chapters.employers import wage_on
from reporting.synthetic.city import City, Employer, Paid

if TYPE_CHECKING:
    from reporting.synthetic.chapters.people import Life

EVIDENCE = ("none", "self_reported", "self_reported", "employer_letter", "payslip", "payslip", "tax_record")
MOST_JOBS = 4
# A check that nobody made in so many days after it fell due is one of the few that nobody makes.
CHECKED_WITHIN = 45


def find_work(life: "Life", day: int) -> None:
    """A first job, and often another after it; the benefit ends the day before the first."""
    city, random = life.city, life.city.random
    if day > city.last:
        return
    life.left_benefit = day - 1
    employer: Employer | None = None
    for _ in range(MOST_JOBS):
        employer = _employer_for(city, employer)
        ended = day + random.randint(10, 420) if city.chance(0.5) else None
        if ended is not None and ended > city.last:
            ended = None
        _job(life, day, ended, employer)
        if ended is None:
            life.in_work = True
            return
        day = ended + random.choice((3, 15, 40, 90, 200))
        if not city.chance(0.55) or day > city.last:
            break
    if ended is not None and city.chance(0.6) and life.benefit and life.benefit[0] == "benefit":
        life.spells.append(("benefit", "jsa", ended + 1, None))


def start_job(life: "Life", day: int, *, unasked: int) -> None:
    """A job that lasts, in which nobody has asked yet about a week."""
    life.left_benefit, life.in_work = day - 1, True
    _job(life, day, None, _employer_for(life.city, None), unasked=unasked)


def _employer_for(city: City, before: Employer | None) -> Employer | None:
    """Large recruiters, and those with a guarantee, take many; one person in twenty-five works for themselves."""
    if city.chance(0.04):
        return None
    if before is not None and city.chance(0.12):
        return before
    for _ in range(6):
        employer = city.employers[int(len(city.employers) * city.random.random() ** 1.7)]
        if employer.guarantees and city.chance(0.8):
            return employer
        if not employer.is_agency and city.chance(0.55):
            return employer
    return employer


def _job(life: "Life", day: int, ended: int | None, employer: Employer | None, *, unasked: int = 0) -> None:
    city, random = life.city, life.city.random
    guarantee, vacancy = _way_in(city, employer, day)
    evidence = random.choice(EVIDENCE)
    verified = day + random.randint(3, 60) if evidence not in {"none", "self_reported"} else None
    job = city.out.add(
        "jobs",
        client_id=life.id,
        employer_id=employer.id if employer else "",
        vacancy_id=vacancy,
        jigs_agreement_id=guarantee,
        contract_id=life.contract_on(day),
        started_on=city.planned(day),
        ended_on=city.happened(ended),
        hours_per_week=random.choice((12, 16, 16, 20, 25, 30, 35, 37.5, 40)) if city.chance(0.9) else "",
        hourly_wage=wage_on(city, day) if city.chance(0.85) else "",
        self_employed=employer is None,
        permanent=city.chance(0.6) if city.chance(0.9) else "",
        evidence=evidence,
        verified_on=city.happened(verified),
        recorded_on=city.planned(min(day + random.choice((0, 1, 3, 7, 20)), city.last)),
    )
    earned = city.paid.get(life.contract_on(day)) if life.enrolled_on(day) else None
    _earn(earned, "job_start", verified, job, life.id)
    if life.number % 60 == 59 and employer and day + 14 <= city.last:
        _same_job_again(life, day + 14, ended, employer)
    for week, proven in _check(city, job, (day, ended), unasked=unasked):
        _earn(earned, f"sustained_{week}w", max(proven, day + week * 7), job, life.id)
    if employer:
        _train_and_support(life, day, ended, employer)
    life.busy_until = max(life.busy_until, ended or day)


def _way_in(city: City, employer: Employer | None, day: int) -> tuple[str, str]:
    """The guarantee and the vacancy through which the job came, when the employer had them that day."""
    if employer is None:
        return "", ""
    guarantees = [one for one, first, last in employer.guarantees if first <= day and (last is None or day <= last)]
    guarantee = guarantees[0] if guarantees and city.chance(0.6) else ""
    openings = [
        each
        for each in employer.vacancies
        if each.posts and each.first <= day and (each.last is None or day <= each.last + 30)
    ]
    if not openings or not city.chance(0.6):
        return guarantee, ""
    openings[0].posts -= 1
    return guarantee, openings[0].id


def _same_job_again(life: "Life", day: int, ended: int | None, employer: Employer) -> None:
    """Two partners record one start, a fortnight apart: what the counting rules call a double count."""
    city = life.city
    if ended is not None and ended < day:
        return
    city.out.add(
        "jobs",
        client_id=life.id,
        employer_id=employer.id,
        started_on=city.planned(day),
        ended_on=city.happened(ended),
        self_employed=False,
        evidence="self_reported",
        recorded_on=city.planned(day),
    )


def _earn(earned: Paid | None, item: str, proven: int | None, job: str, client: str) -> None:
    """Note what a contract is paid for, from the day it is proven."""
    if earned is not None and proven is not None and item in earned.prices:
        earned.earned.append((proven, item, job, client, earned.prices[item]))


def _check(city: City, job: str, during: tuple[int, int | None], *, unasked: int) -> Iterator[tuple[int, int]]:
    """Four in five are asked in time, nearly all in the end; about some whose day has just passed nobody asked yet.

    Yields the weeks at which the job lasted, each with the day that was verified.
    """
    day, ended = during
    for week in (13, 26, 52):
        asked = day + week * 7 + city.random.randint(0, 18)
        share = 0.82 if asked > city.last - CHECKED_WITHIN else 0.95
        if asked > city.last or week == unasked or not city.chance(share):
            continue
        evidence = city.random.choice(EVIDENCE)
        verified = asked + city.random.randint(2, 40) if evidence not in {"none", "self_reported"} else None
        city.out.add(
            "employment_checks",
            job_id=job,
            week=week,
            checked_on=city.planned(asked),
            in_work=ended is None or ended >= day + week * 7,
            evidence=evidence,
            verified_on=city.happened(verified),
        )
        if verified is not None and (ended is None or ended >= day + week * 7):
            yield week, verified


def _train_and_support(life: "Life", day: int, ended: int | None, employer: Employer) -> None:
    city, random = life.city, life.city.random
    until = min(ended or city.last, city.last)
    begun = day + random.randint(14, 150)
    if city.chance(0.28) and begun <= until:
        completed = begun + random.randint(20, 160)
        result = random.choice(("qualification", "progression", "pay_rise", "none", "left", ""))
        city.out.add(
            "in_work_training",
            client_id=life.id,
            employer_id=employer.id,
            started_on=city.planned(begun),
            completed_on=city.happened(completed),
            result=result if completed <= city.last else "",
        )
    helped = day + random.randint(3, 80)
    if city.chance(0.3) and helped <= until:
        _support(city, "employee", employer, helped, client_id=life.id)
    if city.chance(0.1) and helped <= until:
        _support(city, "manager", employer, helped, manager_name=names.full_name(random))


def _support(city: City, person: str, employer: Employer, day: int, **whom: str) -> None:
    city.out.add("in_work_support", person=person, employer_id=employer.id, occurred_on=city.planned(day), **whom)
