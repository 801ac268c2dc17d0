from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        from partners.tenancy import checks  # noqa: F401, PLC0415  registers the system checks
