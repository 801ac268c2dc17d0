"""Partner organisations, everybody's staff, the centres and the provision directory."""

from partners.enums import Role
from reporting.synthetic import names
from reporting.synthetic.cast import CAST, LEAVER
from reporting.synthetic.city import City
from reporting.synthetic.margins import Partner, areas_of

CLIENTS_PER_ADVISER = 110
EMPLOYERS_PER_ACCOUNT_MANAGER = 60
SERVICE_OF = {
    "unit": ("employment_support", "Support in and around work"),
    "jobcentre": ("job_brokerage", "Vacancy matching"),
    "lead": ("advice_and_guidance", "Neighbourhood advice sessions"),
    "brokerage": ("job_brokerage", "Job brokerage"),
    "college": ("skills_training", "Skills for work"),
    "young_people": ("engagement", "First-stop shop"),
    "probation": ("personal_support", "Disclosure coaching"),
    "voluntary": ("pre_employment", "Getting ready for work"),
    "network": ("engagement", "Community outreach"),
    "employers": ("other", "Employer helpline"),
}


def add_organisations(city: City) -> None:
    """Partner organisations, and some health centres on the Incapacity Benefit programme."""
    for partner in city.margins.partners:
        city.out.add(
            "organisations",
            id=partner.id,
            name=partner.name,
            type=partner.type,
            accountable_body=partner.accountable_body,
        )
    for _ in range(max(6, min(60, city.clients // 2000))):
        joined = city.some_day() if city.chance(0.6) else None
        left = joined + city.random.randint(90, 500) if joined and city.chance(0.1) else None
        city.out.add(
            "organisations",
            name=f"{names.family_name(city.random)} Medical Centre",
            type="health",
            accountable_body=False,
            primary_health_provider=True,
            ib_programme_from=city.happened(joined),
            ib_programme_to=city.happened(left),
        )


def add_staff(city: City) -> None:
    """The cast first, who can sign in, then as many advisers and account managers as the work needs."""
    town = city.margins.town
    for part in CAST:
        partner = city.margins.partner(part.partner)
        city.out.add(
            "staff",
            id=part.id,
            organisation_id=partner.id,
            name=part.name(town),
            email=part.email(town),
            role=part.role.value,
        )
        if part.role == Role.ADVISER:
            city.advisers.setdefault(partner.id, []).append(part.id)
        elif part.role == Role.ACCOUNT_MANAGER:
            city.account_managers.append(part.id)
    total = sum(partner.share for partner in city.margins.partners)
    for partner in city.margins.partners:
        advisers = int(city.clients * partner.share / total / CLIENTS_PER_ADVISER)
        for _ in range(max(1 if partner.share else 0, advisers)):
            city.advisers.setdefault(partner.id, []).append(_add_person(city, partner, Role.ADVISER))
    city.leaver = _add_person(city, city.margins.partner("unit"), Role.ADVISER, id=LEAVER)
    for _ in range(max(2, city.employer_count // EMPLOYERS_PER_ACCOUNT_MANAGER)):
        employers = city.margins.partner("employers")
        city.account_managers.append(_add_person(city, employers, Role.ACCOUNT_MANAGER))


def _add_person(city: City, partner: Partner, role: Role, **given: str) -> str:
    number = city.out.counts["staff"] + 1
    return city.out.add(
        "staff",
        **given,
        organisation_id=partner.id,
        name=names.full_name(city.random),
        email=f"staff{number}@example.org",
        role=role.value,
    )


def add_centres(city: City) -> None:
    """Two centres from before, new ones as time goes on (Leicester business plan, Table 13), and outreach."""
    areas = [area for area in areas_of(city.margins) if area.is_priority] or areas_of(city.margins)
    plan = [("training_employment_centre", True)] * 2 + [("training_employment_centre", False)] * 4
    plan += [("multi_agency_locality", True)] + [("multi_agency_locality", False)] * 3
    plan += [("access_centre", False)] * 3 + [("outreach", False)] * 3
    for number, (kind, is_baseline) in enumerate(plan):
        area = areas[number * 5 % len(areas)]
        opened = city.first - city.random.randint(100, 2000) if is_baseline else city.some_day()
        closed = opened + city.random.randint(200, 400) if number % 7 == 6 else None
        word = {"training_employment_centre": "Work and Training Centre", "multi_agency_locality": "Locality Team"}
        centre = city.out.add(
            "centres",
            name=f"{area.ward} {word.get(kind, kind.replace('_', ' ').capitalize())}",
            kind=kind,
            ward=area.ward,
            lsoa=area.lsoa,
            opened_on=city.planned(opened),
            closed_on=city.happened(closed),
            baseline=is_baseline,
        )
        if closed is None:
            city.centres.append((centre, kind, opened))


def add_services(city: City) -> None:
    """What each partner offers, under its latest contract where it has one."""
    for partner in city.margins.partners:
        kind, title = SERVICE_OF[partner.part]
        contracts = city.contracts.get(partner.id)
        city.services[partner.id] = city.out.add(
            "services",
            name=title,
            organisation_id=partner.id,
            contract_id=contracts[-1][0] if contracts else "",
            kind=kind,
            centre_id=city.random.choice(city.centres)[0] if city.chance(0.6) else "",
            eligibility="Residents of working age",
            capacity=city.random.randrange(20, 200, 10),
            starts_on=city.planned(city.first),
        )
