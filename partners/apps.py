from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        from partners.exchange.own_tables import register_tables  # noqa: PLC0415  models are there only now
        from partners.navigation import Area, register  # noqa: PLC0415
        from partners.tenancy import checks  # noqa: F401, PLC0415  registers the system checks

        register(Area("Today", "home", 0))
        register_tables()
