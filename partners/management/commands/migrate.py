"""Django's command, with migrations that protect tenant tables by themselves."""

from django.core.management.commands import migrate

from partners.platform.tenancy.detecting import WalledAutodetector


class Command(migrate.Command):
    autodetector = WalledAutodetector
