"""Static files under names that change with their content, so that browsers keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Our modules import one another under these names too; otherwise the browser would ask for them on every visit.

    Only ours: Django's own switch reads every script, and stops at an example in a comment of htmx.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))
