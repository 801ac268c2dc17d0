from django.apps import AppConfig


class EmployersConfig(AppConfig):
    name = "employers"

    def ready(self) -> None:
        from employers.kinds import KINDS  # noqa: PLC0415  models are there only now
        from partners.platform.documents.of_kinds import keep_parts_with  # noqa: PLC0415  models are there only now
        from partners.platform.records.kinds import declare  # noqa: PLC0415  as above

        declare("employers", KINDS)
        keep_parts_with(KINDS)

        from employers.services.leaving import add_kinds  # noqa: PLC0415  as above
        from employers.views import parts  # noqa: F401, PLC0415  says what documents are kept with

        add_kinds()
        from employers.views import today  # noqa: F401, PLC0415  puts its part on the Today page
        from partners.permissions import Capability  # noqa: PLC0415  as above
        from partners.platform.frame.navigation import Area, add_area  # noqa: PLC0415  models are there only now

        add_area(Area("Employers", "employers:employers", 40, Capability.VIEW_EMPLOYERS))
