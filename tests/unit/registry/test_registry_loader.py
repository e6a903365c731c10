"""The registry's files are taken as offices save them, and refused row by row where they are wrong."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.registry.loader import is_local, load_registry
from pipeline.registry.model import Registry

KINDS = ("department", "district", "commune")
UNITS = "unit_id,name,kind,parent_id\nso-a,Sở A,department,\nhuyen-b,Huyện B,district,\nxa-c,Xã C,commune,huyen-b\n"
SUCCESSIONS = "predecessor_id,successor_id,on,kind,instrument\n"
PORTALS = "unit_id,url\nso-a,https://a.gov.vn/\nhuyen-b,https://b.gov.vn/\n"


def load(folder: Path, *, simulation: bool = False, **files: str | bytes) -> tuple[Registry, list[str]]:
    for name, text in {"units": UNITS, "portals": PORTALS, **files}.items():
        raw = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(raw)
    registry, problems = load_registry(folder, KINDS, simulation=simulation)
    return registry, [str(problem) for problem in problems]


def test_short_form_gives_open_ended_versions_in_order(tmp_path: Path) -> None:
    registry, problems = load(tmp_path)
    assert problems == []
    assert [v.unit_id for v in registry.units(date(1999, 1, 1))] == ["so-a", "huyen-b", "xa-c"]
    assert [v.name for v in registry.communes("huyen-b", date(2018, 1, 1))] == ["Xã C"]
    assert [v.unit_id for v in registry.watched(date(2018, 1, 1))] == ["so-a", "huyen-b"]


def test_dated_versions_replace_the_short_form(tmp_path: Path) -> None:
    registry, problems = load(
        tmp_path,
        unit_versions=(
            "unit_id,name,kind,position,valid_from,valid_to,parent_id,instrument\n"
            "so-a,Sở A cũ,department,7,2010-01-01,2025-03-01,,NQ 1\n"
            "so-a,Sở A mới,department,7,2025-03-01,,,NQ 2\n"
        ),
    )
    assert problems == []
    assert registry.unit("so-a", date(2025, 2, 28)).name == "Sở A cũ"
    assert registry.unit("so-a", date(2025, 3, 1)).name == "Sở A mới"
    assert registry.unit("huyen-b", date(2025, 3, 1)).name == "Huyện B"


def test_portal_ids_default_to_the_unit_and_count_up(tmp_path: Path) -> None:
    registry, problems = load(
        tmp_path, portals="unit_id,url\nso-a,https://a.gov.vn/\nso-a,https://a2.gov.vn/\nso-a,https://a3.gov.vn/\n"
    )
    assert problems == []
    assert [p.portal_id for p in registry.portals] == ["so-a", "so-a-2", "so-a-3"]


@pytest.mark.parametrize(
    "portals",
    [
        "\ufeffunit_id;url;valid_from\r\nso-a;https://a.gov.vn/;01/02/2018\r\n;;\r\n\r\n".encode(),
        "unit_id\turl\tvalid_from\nso-a\thttps://a.gov.vn/\t1/2/2018\n".encode("utf-16"),
        b"sep=;\nUnit_ID ; URL ; valid_from\nso-a ; https://a.gov.vn/ ; 2018-02-01\n# note; to self\n",
        b'unit_id,url,valid_from,,\nso-a,"https://a.gov.vn/",2018-2-1,,\n,,,,\n',
    ],
    ids=["excel-vietnam", "excel-unicode-text", "sep-line-and-spaces", "empty-columns"],
)
def test_harmless_differences_of_spreadsheets_are_taken(tmp_path: Path, portals: bytes) -> None:
    registry, problems = load(tmp_path, portals=portals)
    assert problems == []
    assert [(p.unit_id, p.url, p.valid_from) for p in registry.portals] == [
        ("so-a", "https://a.gov.vn/", date(2018, 2, 1))
    ]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"portals": "unit_id,url,colour\nso-a,https://a.gov.vn/,red\n"}, "portals.csv, dòng 1: cột 'colour'"),
        ({"portals": "url\nhttps://a.gov.vn/\n"}, "portals.csv, dòng 1: thiếu cột unit_id"),
        ({"portals": "unit_id,url\nso-x,https://a.gov.vn/\n"}, "portals.csv, dòng 2: unit_id 'so-x' không có"),
        ({"portals": "unit_id,url\n,https://a.gov.vn/\n"}, "portals.csv, dòng 2: thiếu unit_id"),
        ({"portals": "unit_id,url\nso-a,a.gov.vn\n"}, "portals.csv, dòng 2: địa chỉ 'a.gov.vn' không hợp lệ"),
        ({"portals": "unit_id,url\nso-a,ftp://a.gov.vn/\n"}, "không hợp lệ"),
        ({"portals": "unit_id,url\nso-a,https://\n"}, "không hợp lệ"),
        ({"portals": "unit_id,url\nso-a,https://u:p@a.gov.vn/\n"}, "tên đăng nhập"),
        ({"portals": "unit_id,url\nso-a,http://192.168.1.9/\n"}, "mạng nội bộ"),
        ({"portals": "unit_id,url\nso-a,http://so.x.test/\n"}, "tên dành riêng"),
        ({"portals": "unit_id,url\nso-a,https://a.gov.vn/\nhuyen-b,http://A.gov.vn\n"}, "dòng 3: hiệu lực của địa chỉ"),
        (
            {"portals": "unit_id,url,portal_id\nso-a,https://a.vn/,p\nhuyen-b,https://b.vn/,p\n"},
            "dòng 3: portal_id 'p' trùng với dòng 2",
        ),
        ({"portals": "unit_id,url,portal_id\nso-a,https://a.vn/,../x\n"}, "portal_id '../x' không hợp lệ"),
        ({"portals": "unit_id,url,render\nso-a,https://a.vn/,flash\n"}, "render 'flash'"),
        ({"portals": "unit_id,url,valid_from\nso-a,https://a.vn/,31/02/2018\n"}, "ngày '31/02/2018'"),
        (
            {"portals": "unit_id,url,valid_from,valid_to\nso-a,https://a.vn/,2018-02-01,2018-02-01\n"},
            "không sau valid_from",
        ),
        ({"units": UNITS + "so-a,Sở A,department,\n"}, "units.csv, dòng 5: unit_id 'so-a' trùng với dòng 2"),
        ({"units": UNITS + "so d,Sở D,department,\n"}, "units.csv, dòng 5: unit_id 'so d' không hợp lệ"),
        ({"units": UNITS + "province,Tỉnh,department,\n"}, "đã dành cho dòng tổng"),
        ({"units": UNITS + "so-e,Sở E,deparment,\n"}, "units.csv, dòng 5: loại đơn vị 'deparment'"),
        ({"units": UNITS + "so-e,,department,\n"}, "units.csv, dòng 5: thiếu name"),
        ({"units": UNITS + "xa-e,Xã E,commune,huyen-x\n"}, "parent_id 'huyen-x' không có"),
        ({"units": UNITS + "xa-e,Xã E,commune,xa-e\n"}, "parent_id là chính đơn vị này"),
        ({"units": UNITS + "xa-e,Xã E,commune,huyen-b,thừa\n"}, "nhiều ô hơn dòng tiêu đề"),
        (
            {"unit_versions": (
                "unit_id,name,kind,valid_from,valid_to\n"
                "so-a,Sở A,department,2010-01-01,2020-01-02\nso-a,Sở A,department,2020-01-01,\n"
            )},
            "unit_versions.csv, dòng 3: hiệu lực của unit_id 'so-a' chồng với dòng 2",
        ),
        ({"unit_versions": "unit_id,name,kind,position\nso-a,Sở A,department,đầu\n"}, "position 'đầu'"),
        ({"unit_versions": "unit_id,name,kind\nso-x,Sở X,department\n"}, "unit_id 'so-x' không có"),
        (
            {"successions": SUCCESSIONS + "so-a,so-x,2025-03-01,merge,NQ 1\n"},
            "successions.csv, dòng 2: successor_id 'so-x' không có",
        ),
        ({"successions": SUCCESSIONS + "so-a,,2025-03-01,merge,NQ 1\n"}, "thiếu successor_id"),
        ({"successions": SUCCESSIONS + "so-a,so-a,,melt,NQ 1\n"}, "hình thức 'melt'"),
        ({"successions": SUCCESSIONS + "so-a,so-a,2025-03-01,rename,\n"}, "thiếu instrument"),
        (
            {"successions": SUCCESSIONS + "so-a,huyen-b,2025-03-01,merge,NQ 1\n"},
            "predecessor_id 'so-a' vẫn còn hiệu lực vào ngày 01/03/2025; đặt valid_to của đơn vị thành 2025-03-01",
        ),
        (
            {"unit_versions": "unit_id,name,kind,valid_from\nso-a,Sở A,department,2025-04-01\n",
             "successions": SUCCESSIONS + "huyen-b,so-a,2025-03-01,split,NQ 1\n"},
            "successor_id 'so-a' không có hiệu lực vào ngày 01/03/2025",
        ),
        (
            {"unit_versions": "unit_id,name,kind,valid_from\nso-a,Sở A,department,2025-04-01\n",
             "successions": SUCCESSIONS + "so-a,huyen-b,2025-03-01,split,NQ 1\n"},
            "predecessor_id 'so-a' không có hiệu lực trước ngày 01/03/2025",
        ),
        ({"recipients": "unit_id,name,email\nso-a,Ai,a at b\n"}, "recipients.csv, dòng 2: địa chỉ thư"),
        ({"units": UNITS.encode("utf-8").replace("Sở".encode(), b"S\xff")}, "units.csv: không phải văn bản UTF-8"),
        ({"units": ""}, "units.csv: tệp trống"),
    ],
)
def test_each_wrong_row_is_told(tmp_path: Path, files: dict[str, str | bytes], says: str) -> None:
    _, problems = load(tmp_path, **files)
    assert any(says in line for line in problems), problems
    assert all(";" in line for line in problems)


def test_a_missing_file_is_told_with_its_header(tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / "portals.csv").unlink()
    _, problems = load_registry(tmp_path, KINDS, simulation=False)
    assert str(problems[0]).startswith("portals.csv: thiếu tệp; tạo tệp có dòng tiêu đề unit_id,url")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "169.254.1.1", "100.64.0.1", "::1", "localhost", "x.test", "0x7f.1", "2130706433"]
)
def test_addresses_that_are_not_public_are_local(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["sonoivu.daknong.gov.vn", "xn--ng-cha.gov.vn", "8.8.8.8"])
def test_public_names_are_not_local(host: str) -> None:
    assert not is_local(host)
