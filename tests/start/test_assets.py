from startup.assets import BRANDING, unbranded


def test_typeface_and_crest_are_taken_out() -> None:
    css = (
        '@font-face{src:url(/assets/fonts/a.woff2)}body{font-family:"GDS Transport",arial}'
        "i{background:url(/assets/images/govuk-crest.svg)}"
    )

    assert unbranded(css) == "body{font-family:arial}i{background:none}"


def test_images_are_found_beside_the_stylesheet_and_maps_are_not_promised() -> None:
    css = "i{background:url(/assets/images/icon.svg)}\n/*# sourceMappingURL=a.css.map */"

    assert unbranded(css) == "i{background:url(assets/images/icon.svg)}\n"


def test_branded_images_stay_behind() -> None:
    names = ["moj-logotype-crest-2024.png", "govuk-icon-192.png", "govuk-logotype-crown.png", "icon-document.svg"]

    assert [name for name in names if not BRANDING.search(name)] == ["icon-document.svg"]
