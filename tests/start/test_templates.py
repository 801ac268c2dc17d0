from pathlib import Path

from startup.templates import untidy


def written(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.html").write_text(text)
    return [problem.removeprefix(f"{folder}/") for problem in untidy(folder)]


def test_a_long_line_and_two_blocks_on_one_are_named_with_file_and_line(tmp_path: Path) -> None:
    said = written(
        tmp_path,
        first=f"<p>\n  {'word ' * 30}\n</p>\n<ul><li>One</li></ul>\n",
        second="<div>\n  <p>Fine</p>\n</div>\n",
        third="<tr><td>One</td>\n<td>Two</td></tr>\n",
    )

    assert [line.partition(";")[0] for line in said] == [
        "first.html:2: 152 characters",
        "first.html:4: more than one block element begins on this line",
        "third.html:1: more than one block element begins on this line",
    ]


def test_what_cannot_be_broken_may_be_long(tmp_path: Path) -> None:
    sentence = "word " * 30

    said = written(
        tmp_path,
        tag=f'<p>\n  {{% empty "{sentence}" %}}\n</p>\n',
        code=f"<p>\n<pre>{sentence}</pre>\n</p>\n<p>\n{{# {sentence} #}}\n</p>\n",
        beside=f'<p>One {{% empty "{sentence}" %}}</p>\n',
    )

    assert [line.partition(":")[0] for line in said] == ["beside.html"]
