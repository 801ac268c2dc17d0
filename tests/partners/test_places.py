from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partners.models import Consortium, Postcode, PriorityArea
from partners.places import Place, find_lsoa, find_place
from partners.services.postcodes import DirectoryRefused, load_postcodes, load_sample

# As the directory of February 2024 names its columns, some of the fifty.
HEADER = "pcd,pcd2,pcds,dointr,doterm,oslaua,osward,usertype,lsoa01,lsoa11,lat,long,lsoa21"
CITY = "LE5 3GH,LE5  3GH,LE5 3GH,198001,,E06000016,E05010472,0,E01013664,E01013665,52.6,-1.1,E01035000"
ENDED = "LE1 1AA,LE1  1AA,LE1 1AA,198001,199606,E06000016,E05010458,0,E01013644,E01013644,52.6,-1.1,E01013644"
WELSH = "CF101AA,CF10 1AA,CF10 1AA,198001,,W06000015,W05001316,0,W01001939,W01001939,51.4,-3.1,W01001939"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return written(tmp_path, HEADER, CITY, ENDED, WELSH)


def written(folder: Path, *lines: str, name: str = "ONSPD.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_postcode_is_found_however_it_is_written(db: None, directory: Path) -> None:
    load_postcodes(directory)

    expected = Place(lsoa="E01013664", ward="E05010472", district="E06000016")
    assert [find_place(typed) for typed in ("LE5 3GH", "le53gh", " le5  3gh ")] == [expected] * 3


@pytest.mark.parametrize("typed", ["", "  ", "LE5 3GJ", "nonsense"])
def test_a_postcode_the_directory_does_not_have_is_nowhere(db: None, directory: Path, typed: str) -> None:
    load_postcodes(directory)

    assert find_place(typed) is None


def test_wards_and_districts_are_named_by_the_lists_that_come_with_the_directory(
    db: None, directory: Path, tmp_path: Path
) -> None:
    wards = written(tmp_path, "WD22CD,WD22NM", "E05010472,North Evington", name="wards.csv")
    districts = written(tmp_path, "\ufeffLAD23CD,LAD23NM,LAD23NMW", "E06000016,Leicester,", name="districts.csv")

    load_postcodes(directory, names=[wards, districts])

    assert find_place("LE5 3GH") == Place(lsoa="E01013664", ward="North Evington", district="Leicester")


def test_the_consortiums_own_ward_name_goes_first_and_says_that_the_area_is_a_priority(
    scope: Consortium, directory: Path
) -> None:
    PriorityArea.objects.create(lsoa="E01013664", ward="Coleman")
    load_postcodes(directory)

    assert find_place("LE5 3GH") == Place("E01013664", "Coleman", "E06000016", is_priority=True)
    assert find_lsoa("E01013664") == Place("E01013664", "Coleman", "", is_priority=True)
    assert find_lsoa("E01013644") is None


@pytest.mark.parametrize(("census", "lsoa"), [("2001", "E01013664"), ("2011", "E01013665"), ("2021", "E01035000")])
def test_the_operator_chooses_whose_lsoas(db: None, directory: Path, census: str, lsoa: str) -> None:
    load_postcodes(directory, census=census)

    assert Postcode.objects.get(pk="LE53GH").lsoa == lsoa


def test_an_area_code_of_another_country_is_no_lsoa_of_england(db: None, directory: Path) -> None:
    load_postcodes(directory)

    assert find_place("CF10 1AA") == Place(lsoa="", ward="W05001316", district="W06000015")


def test_newer_names_of_the_columns_are_understood(db: None, tmp_path: Path) -> None:
    load_postcodes(written(tmp_path, "pcds,lad25cd,wd25cd,lsoa21cd", "LE5 3GH,E06000016,E05010472,E01013664"))

    assert find_place("LE5 3GH") == Place("E01013664", "E05010472", "E06000016")


def test_loading_again_adds_and_corrects(db: None, directory: Path, tmp_path: Path) -> None:
    load_postcodes(directory)

    load_postcodes(
        written(tmp_path, "pcds,oslaua,osward,lsoa11", "LE5 3GH,E06000016,E05099999,E01013664", name="new.csv")
    )

    assert Postcode.objects.count() == 3
    assert Postcode.objects.get(pk="LE53GH").ward_code == "E05099999"


def test_a_file_with_wrong_rows_changes_nothing_and_names_them(db: None, tmp_path: Path) -> None:
    path = written(tmp_path, "pcds,oslaua,osward,lsoa11", "LE5 3GH,a,b,E01013664", "not;one,a,b,c", "LE1 1AA")

    with pytest.raises(DirectoryRefused) as refusal:
        load_postcodes(path)

    assert refusal.value.message.splitlines() == [
        "ONSPD.csv, line 3: 'NOT;ONE' is not a postcode.",
        "ONSPD.csv, line 4: the row has 1 columns.",
    ]
    assert not Postcode.objects.exists()


def test_a_file_without_the_columns_is_refused_by_name(db: None, tmp_path: Path) -> None:
    with pytest.raises(DirectoryRefused, match="it has no osward, no oslaua"):
        load_postcodes(written(tmp_path, "pcds,lsoa11", "LE5 3GH,E01013664"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00pcds", b"pcds,oslaua,osward,lsoa11\nLE5 3GH,\xff,b,c\n"])
def test_a_file_that_is_no_text_is_refused(db: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)

    with pytest.raises(DirectoryRefused):
        load_postcodes(path)


def test_the_command_says_how_many_it_read(db: None, directory: Path) -> None:
    told = StringIO()

    call_command("load_postcodes", directory, stdout=told)

    assert told.getvalue() == "Read 3 postcodes.\n"


def test_the_command_refuses_a_file_that_is_not_there(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read") as refusal:
        call_command("load_postcodes", tmp_path / "none.csv")

    assert refusal.value.returncode == 1


def test_the_sample_is_small_and_invented(db: None) -> None:
    assert load_sample() == 1040
    assert find_place("LE30 1AA") == Place(lsoa="E01013603", ward="Abbey", district="Leicester")
