"""The front-end files: copied from node_modules, with what belongs to GOV.UK alone taken out.

This is no service of GOV.UK, so its typeface, crown and crest stay behind; the Ministry's crest likewise. What
is copied, into var/vendor: govuk/, moj/ (for pages) and axe/ (for tests).
"""

import re
import shutil
from pathlib import Path

VERSION = "2"  # raise it when this file changes what it writes
BRANDING = re.compile(r"crest|crown|logotype|opengraph|apple-touch|govuk-icon|favicon|manifest")


def copy_assets(node_modules: Path, target: Path) -> None:
    """Write everything beside `target` and put it in place whole."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    govuk = node_modules / "govuk-frontend" / "dist" / "govuk"
    moj = node_modules / "@ministryofjustice" / "frontend" / "moj"
    copy_design_system(govuk, "govuk-frontend.min", fresh / "govuk")
    copy_design_system(moj, "moj-frontend.min", fresh / "moj")
    (fresh / "axe").mkdir(parents=True)
    if (node_modules / "axe-core").exists():
        shutil.copy(node_modules / "axe-core" / "axe.min.js", fresh / "axe" / "axe.min.js")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def copy_design_system(source: Path, name: str, target: Path) -> None:
    """Copy the prebuilt stylesheet, script and the images it shows."""
    images = target / "assets" / "images"
    images.mkdir(parents=True)
    (target / f"{name}.css").write_text(unbranded(source.joinpath(f"{name}.css").read_text()))
    (target / f"{name}.js").write_text(without_map(source.joinpath(f"{name}.js").read_text()))
    for image in sorted((source / "assets" / "images").iterdir()):
        if not BRANDING.search(image.name):
            shutil.copy(image, images / image.name)


def unbranded(css: str) -> str:
    """The stylesheet without typeface and crest, its images found beside it.

    A dangling address of an image or a source map would stop the hashing of static files.
    """
    css = re.sub(r"@font-face\s*{[^}]*}", "", css)
    css = re.sub(r'"?GDS Transport"?,\s*', "", css)
    css = re.sub(r"url\(/assets/images/govuk-crest[^)]*\)", "none", css)
    return without_map(css.replace("url(/assets/", "url(assets/"))


def without_map(text: str) -> str:
    """Without the comment that names a source map."""
    return re.sub(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*", "", text)
