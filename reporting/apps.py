from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from commissioning.queries.outputs import add_outputs  # noqa: PLC0415  as above
        from partners import packs  # noqa: PLC0415  models are there only now
        from partners.permissions import Capability  # noqa: PLC0415  as above
        from partners.platform.documents.of_kinds import keep_parts_with  # noqa: PLC0415  models are there only now
        from partners.platform.frame.navigation import Area, add_area  # noqa: PLC0415  models are there only now
        from partners.platform.records.kinds import declare  # noqa: PLC0415  as above
        from reporting import receivers  # noqa: F401, PLC0415  listens from now on
        from reporting.indicators.names import TITLES, name_of  # noqa: PLC0415  as above
        from reporting.kinds import KINDS  # noqa: PLC0415  as above
        from reporting.packs.loading import pack_choices  # noqa: PLC0415  as above
        from reporting.services import known, pdfs, returns  # noqa: F401, PLC0415  know the building of returns
        from reporting.services.consortia import create_consortium  # noqa: PLC0415  as above
        from reporting.services.signing import declare as declare_signing  # noqa: PLC0415  as above
        from reporting.views import today  # noqa: F401, PLC0415  puts its parts on the Today page

        add_outputs({code: name_of(code) for code in TITLES})
        declare_signing()
        declare("reporting", KINDS)
        keep_parts_with(KINDS)
        packs.offer(packs.Packs(choices=pack_choices, create=create_consortium))
        add_area(Area("Returns", "reporting:returns", 60, Capability.VIEW_RETURNS))
