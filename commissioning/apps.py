from django.apps import AppConfig


class CommissioningConfig(AppConfig):
    name = "commissioning"

    def ready(self) -> None:
        from commissioning.kinds import KINDS  # noqa: PLC0415  models are there only now
        from partners.platform.records.kinds import declare  # noqa: PLC0415  as above

        declare("commissioning", KINDS)
        from commissioning.exchange import register_tables  # noqa: PLC0415  models are there only now
        from commissioning.views import today  # noqa: F401, PLC0415  registers its parts of the Today page

        register_tables()
        from commissioning.views import parts  # noqa: F401, PLC0415  registers what documents are kept with
        from partners.permissions import Capability  # noqa: PLC0415  as above
        from partners.platform.frame.navigation import Area, register  # noqa: PLC0415  models are there only now

        register(Area("Contracts", "commissioning:contracts", 60, Capability.VIEW_CONTRACTS))
