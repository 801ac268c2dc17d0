"""How templates are laid out reaches nobody: a page has one line break for many, and text in <pre> as written."""

from django.template import Context, Engine

from partners.platform.frame.loaders import without_layout

WRITTEN = "<p>\n    {% if yes %}\n      Two  words\n    {% endif %}\n</p>\n<pre>\n  one\n    two</pre>\n   <b>"


def test_the_layout_of_a_page_is_left_out_and_no_word_runs_into_another() -> None:
    lean = without_layout("page.html", WRITTEN)

    assert Engine().from_string(lean).render(Context({"yes": True})) == (
        "<p>\n\nTwo  words\n\n</p>\n<pre>\n  one\n    two</pre>\n<b>"
    )


def test_a_letter_keeps_its_lines() -> None:
    assert without_layout("letter.txt", WRITTEN) == WRITTEN
