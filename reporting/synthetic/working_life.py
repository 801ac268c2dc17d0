"""Work: jobs, the checks after 13, 26 and 52 weeks, training and support in work, and what follows a job that ends."""

from typing import TYPE_CHECKING

from reporting.synthetic import names
from reporting.synthetic.city import City, Employer
from reporting.synthetic.employers import wage_on

if TYPE_CHECKING:
    from reporting.synthetic.people import Life

EVIDENCE = ("none", "self_reported", "self_reported", "employer_letter", "payslip", "payslip", "tax_record")
MOST_JOBS = 4


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
            return
        day = ended + random.choice((3, 15, 40, 90, 200))
        if not city.chance(0.55) or day > city.last:
            break
        if city.chance(0.15) and ended - day + 120 > 0:
            continue
    if ended is not None and city.chance(0.6) and life.benefit and life.benefit[0] == "benefit":
        life.spells.append(("benefit", "jsa", ended + 1, None))


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


def _job(life: "Life", day: int, ended: int | None, employer: Employer | None) -> None:
    city, random = life.city, life.city.random
    guarantee, vacancy = _way_in(city, employer, day)
    evidence = random.choice(EVIDENCE)
    verified = day + random.randint(3, 60) if evidence not in {"none", "self_reported"} else None
    contract = life.contract if day <= life.contract_ends else ""
    text = city.text
    job = city.out.add(
        "jobs",
        life.id,
        employer.id if employer else "",
        vacancy,
        guarantee,
        contract,
        text(day),
        text(ended),
        random.choice((12, 16, 16, 20, 25, 30, 35, 37.5, 40)) if city.chance(0.9) else "",
        wage_on(city, day) if city.chance(0.85) else "",
        employer is None,
        city.chance(0.6) if city.chance(0.9) else "",
        evidence,
        text(verified),
        text(min(day + random.choice((0, 1, 3, 7, 20)), city.last)),
    )
    if life.number % 60 == 59 and employer and day + 14 <= city.last:
        _same_job_again(life, day + 14, ended, employer)
    _check(city, job, day, ended)
    if employer:
        _train_and_support(life, day, ended, employer)
    life.busy_until = max(life.busy_until, day)


def _way_in(city: City, employer: Employer | None, day: int) -> tuple[str, str]:
    """The guarantee and the vacancy through which the job came, when the employer had them that day."""
    if employer is None:
        return "", ""
    guarantees = [one for one, first, last in employer.guarantees if first <= day and (last is None or day <= last)]
    guarantee = guarantees[0] if guarantees and city.chance(0.6) else ""
    vacancies = [
        one for one, first, last, _ in employer.vacancies if first <= day and (last is None or day <= last + 30)
    ]
    return guarantee, vacancies[0] if vacancies and city.chance(0.6) else ""


def _same_job_again(life: "Life", day: int, ended: int | None, employer: Employer) -> None:
    """Two partners record one start, a fortnight apart: what the counting rules call a double count."""
    if ended is not None and ended < day:
        return
    text = life.city.text
    life.city.out.add(
        "jobs",
        life.id,
        employer.id,
        "",
        "",
        "",
        text(day),
        text(ended),
        "",
        "",
        False,
        "",
        "self_reported",
        "",
        text(day),
    )


def _check(city: City, job: str, day: int, ended: int | None) -> None:
    """Four in five are asked in time; nobody has been asked yet about some whose day has just passed."""
    for week in (13, 26, 52):
        asked = day + week * 7 + city.random.randint(0, 18)
        if asked > city.last or not city.chance(0.82):
            continue
        in_work = ended is None or ended >= day + week * 7
        evidence = city.random.choice(EVIDENCE)
        verified = asked + city.random.randint(2, 40) if evidence not in {"none", "self_reported"} else None
        city.out.add("employment_checks", job, week, city.text(asked), in_work, evidence, city.text(verified))


def _train_and_support(life: "Life", day: int, ended: int | None, employer: Employer) -> None:
    city, random = life.city, life.city.random
    until = min(ended or city.last, city.last)
    begun = day + random.randint(14, 150)
    if city.chance(0.28) and begun <= until:
        completed = begun + random.randint(20, 160)
        result = random.choice(("qualification", "progression", "pay_rise", "none", "left", ""))
        is_over = completed <= city.last
        city.out.add(
            "in_work_training", life.id, employer.id, city.text(begun), city.text(completed), result if is_over else ""
        )
    helped = day + random.randint(3, 80)
    if city.chance(0.3) and helped <= until:
        city.out.add("in_work_support", "employee", life.id, employer.id, "", city.text(helped))
    if city.chance(0.1) and helped <= until:
        manager = f"{names.given_name(random, 'other')} {names.family_name(random)}"
        city.out.add("in_work_support", "manager", "", employer.id, manager, city.text(helped))
