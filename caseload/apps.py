from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"

    def ready(self) -> None:
        from caseload.kinds import KINDS  # noqa: PLC0415  models are there only now
        from partners.platform.documents.of_kinds import keep_parts_with  # noqa: PLC0415  models are there only now
        from partners.platform.records.kinds import declare  # noqa: PLC0415  as above

        declare("caseload", KINDS)
        keep_parts_with(KINDS)
        from caseload.queries.contract_outputs import TITLES  # noqa: PLC0415  as above
        from commissioning.queries.outputs import add_outputs  # noqa: PLC0415  as above

        add_outputs(TITLES)
        from caseload import receivers  # noqa: F401, PLC0415  connects the signals
        from caseload.exchange import declare_tables  # noqa: PLC0415  models are there only now
        from caseload.views import found, today  # noqa: F401, PLC0415  a search and the parts of the Today page

        declare_tables()
        from caseload.services.leaving import add_kinds  # noqa: PLC0415  as above
        from caseload.views import parts  # noqa: F401, PLC0415  says what documents are kept with

        add_kinds()
        from partners.permissions import Capability  # noqa: PLC0415  as above
        from partners.platform.frame.navigation import Area, add_area  # noqa: PLC0415  models are there only now

        add_area(Area("Caseload", "caseload:caseload", 20, Capability.VIEW_CLIENTS))
        add_area(Area("Referrals", "caseload:referral-inbox", 30, Capability.ANSWER_REFERRALS))
