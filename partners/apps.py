from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        from partners import receivers, tasks  # noqa: F401, PLC0415  connects the signals, names the tasks
        from partners.exchange import declare_tables  # noqa: PLC0415  models are there only now
        from partners.kinds import KINDS  # noqa: PLC0415
        from partners.permissions import Capability  # noqa: PLC0415
        from partners.platform.documents import own_actions  # noqa: F401, PLC0415  as above, of the Today page
        from partners.platform.documents.of_kinds import keep_parts_with  # noqa: PLC0415  models are there only now
        from partners.platform.exchange import runs as exchange  # noqa: F401, PLC0415  names its background work
        from partners.platform.frame.navigation import Area, add_area  # noqa: PLC0415
        from partners.platform.records import today as of_kinds  # noqa: F401, PLC0415  their counts of the Today page
        from partners.platform.records.kinds import declare  # noqa: PLC0415
        from partners.platform.signoff import engine  # noqa: F401, PLC0415  its work, its part of Today
        from partners.platform.tenancy import checks  # noqa: F401, PLC0415  registers the system checks
        from partners.platform.tenancy.append_only import keep_triggers_at_work, take_rights_back  # noqa: PLC0415
        from partners.views import today  # noqa: F401, PLC0415  puts its parts on the Today page

        declare("partners", KINDS)
        keep_parts_with(KINDS)
        add_area(Area("Today", "home", 0))
        add_area(Area("Partners", "partners:organisations", 70))
        add_area(Area("Admin", "partners:admin", 90, Capability.VIEW_AUDIT))
        add_area(Area("Records in and out", "partners:exchange", 80, Capability.MOVE_RECORDS))
        declare_tables()
        post_migrate.connect(take_rights_back, sender=self)
        post_migrate.connect(keep_triggers_at_work, sender=self)
