"""What the directory says of services beyond the package: for whom as an expression, who refers and how, who waits."""

from datetime import timedelta

from commissioning.enums import ServiceKind
from commissioning.models import Service
from reporting.services.scenes.stage import Stage

RULES = {
    ServiceKind.EMPLOYMENT_SUPPORT: "age >= 18",
    ServiceKind.JOB_BROKERAGE: "age >= 18 and benefit in (jsa, uc)",
    ServiceKind.ADVICE_AND_GUIDANCE: "priority_area or lone_parent or months_on_benefit >= 6",
    ServiceKind.SKILLS_TRAINING: "age >= 19 and qualification < 2",
    ServiceKind.ENGAGEMENT: "age >= 16 and age <= 24",
    ServiceKind.PERSONAL_SUPPORT: "status = offender",
    ServiceKind.PRE_EMPLOYMENT: "benefit in (jsa, uc, esa, ib) and months_on_benefit >= 3",
}
WAITS = (0, 4, 11)


def describe_services(stage: Stage) -> None:
    services = list(Service.objects.order_by("pk"))
    support = next((each for each in services if each.kind == ServiceKind.EMPLOYMENT_SUPPORT), None)
    for number, service in enumerate(services):
        service.eligibility_rule = RULES.get(ServiceKind(service.kind), "")
        service.who_refers = "Any adviser of a partner"
        service.how_to_refer = "A referral here; an answer within five working days"
        service.accessibility = "Step-free. Interpreters by arrangement, two days ahead."
        service.waiting, service.waiting_on = WAITS[number % len(WAITS)], stage.ago(6)
        if service.kind == ServiceKind.PRE_EMPLOYMENT:
            service.leads_to = support
            service.ends_on = stage.today + timedelta(days=45)
        service.version += 1
        service.save()
