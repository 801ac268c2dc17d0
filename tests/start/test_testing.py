import pytest
from startup.testing import side_by_side


@pytest.mark.parametrize(
    "arguments", [[], ["-m", "not slow"], ["-k", "caseload"], ["--durations=5", "-x"], ["no/such/file.py"]]
)
def test_whole_runs_use_every_processor(arguments: list[str]) -> None:
    assert side_by_side(arguments)[:1] == ["-n"]


@pytest.mark.parametrize(
    "arguments", [["tests/start"], ["-x", "tests/start/test_keys.py::test_a"], ["-n0"], ["--pdb"], ["-p", "no:xdist"]]
)
def test_chosen_files_and_chosen_ways_stay_as_they_are(arguments: list[str]) -> None:
    assert side_by_side(arguments) == []
