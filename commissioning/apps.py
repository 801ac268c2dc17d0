from django.apps import AppConfig


class CommissioningConfig(AppConfig):
    name = "commissioning"

    def ready(self) -> None:
        from commissioning.kinds import KINDS  # noqa: PLC0415  models are there only now
        from partners.platform.documents.of_kinds import keep_parts_with  # noqa: PLC0415  models are there only now
        from partners.platform.records.kinds import declare  # noqa: PLC0415  as above

        declare("commissioning", KINDS)
        keep_parts_with(KINDS)

        from commissioning import receivers  # noqa: F401, PLC0415  connects the signals
        from commissioning.views import parts, spend, today  # noqa: F401, PLC0415  documents and parts of Today
        from partners.permissions import Capability  # noqa: PLC0415  as above
        from partners.platform.frame.navigation import Area, add_area  # noqa: PLC0415  models are there only now

        add_area(Area("Contracts", "commissioning:contracts", 60, Capability.VIEW_CONTRACTS))
        add_area(Area("Provision", "commissioning:services", 50, Capability.VIEW_EMPLOYERS))
