"""`congkhai probe` on a portal that is read wrongly: it says so, and proposes rows that mend it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.overrides import COLUMNS
from tests.spiders.site import Answer, Site

HOST = "la.x.test"
URL = f"http://{HOST}/"
PROSE = "<p>" + "Trang thông tin điện tử của Sở, cơ quan chuyên môn của tỉnh. " * 12 + "</p>"
MENU = (
    ("lich", "Lịch tiếp công dân"), ("ket-qua", "Kết quả tiếp công dân"), ("kho", "Kho số 7"),
    ("my", "Quy chế tiếp công dân"),
)
TITLE = "Thông báo kết quả giải quyết đơn khiếu nại số {n} của công dân"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        links = "".join(f' <a href="/{path}">{label}</a>' for path, label in MENU)
        nav = f'<div id="menu"><a href="/">Trang chủ</a>{links}</div>'

        def page(path: str, heading: str, body: str) -> None:
            head = f"<head><title>{heading}</title></head>"
            server.page(f"{HOST}/{path}", f"<html>{head}<body>{nav}<h1>{heading}</h1>{body}</body></html>")

        def rows(kind: str, date: str, title: str = TITLE) -> str:
            return f'<div class="{kind}s">' + "".join(
                f'<div class="{kind}"><b><a href="/{kind}{n}.html">{title.format(n=n)}</a></b> '
                f"<i>{date.format(n=n)}</i></div>"
                for n in range(1, 7)
            ) + "</div>"

        page("", "Sở", PROSE + '<p><a href="/tiep-cong-dan-truc-tuyen">Đường dây 1022 của tỉnh</a></p>')
        page("tiep-cong-dan-truc-tuyen", "Trực tuyến", rows("t", "1{n}/02/2018"))
        page("lich", "Tiếp dân", PROSE + rows("o", "{n:02}.02.18", "Lịch {n}"))
        page("ket-qua", "Kết quả tiếp công dân", rows("k", "{n:02}.02.18"))
        page("kho", "Kho số 7", rows("h", "0{n}/02/2018", "Thông báo lịch tiếp công dân tháng {n} của Giám đốc Sở"))
        page("my", "Quy chế tiếp công dân", rows("m", "2/1{n}/2018", "Quy chế tiếp công dân của Sở Mẫu lần thứ {n}"))
        yield server


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    folder = tmp_path / "thu"
    assert congkhai("init", str(folder)).returncode == 0
    settings = (folder / "congkhai.toml").read_text(encoding="utf-8")
    settings = re.sub(r"delay_seconds = .*", "delay_seconds = 0", settings)
    (folder / "congkhai.toml").write_text(
        settings + f'\n[simulation]\nloopback = true\nresolve = {{ "*.x.test" = "127.0.0.1:{site.port}" }}\n',
        encoding="utf-8",
    )
    (folder / "units.csv").write_text("unit_id,name,kind,parent_id\nla,Sở Lạ,department,\n", encoding="utf-8")
    (folder / "portals.csv").write_text(f"unit_id,url\nla,http://{HOST}/\n", encoding="utf-8")
    return folder


def congkhai(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments], capture_output=True, text=True, encoding="utf-8",
        check=False,
    )


def probe(folder: Path) -> str:
    told = congkhai("probe", "-w", str(folder))
    assert (told.returncode, told.stderr) == (0, "")
    return told.stdout


def rows_to_paste(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith("la,")]


def test_what_it_proposes_is_valid_as_printed_and_mends_the_reading(folder: Path) -> None:
    before = probe(folder)
    assert "nhóm: Lịch tiếp công dân; một bài viết, không có danh sách" in before
    assert "nhóm: Kết quả tiếp công dân, trả lời đơn thư; 6 tin, 0 có ngày" in before
    proposed = rows_to_paste(before)
    kinds = [tuple(line.split(",")[1:4]) for line in proposed]
    assert set(kinds) == {
        (f"{URL}lich", "row_selector", "div.o"), (f"{URL}lich", "date_selector", "i"),
        (f"{URL}lich", "date_form", "dd.mm.yy"), (f"{URL}ket-qua", "date_form", "dd.mm.yy"),
        (f"{URL}my", "date_form", "mm/dd/yyyy"), ("", "extra_section", f"{URL}kho"),
        ("", "extra_section", f"{URL}tiep-cong-dan-truc-tuyen"),
    }
    assert "#   “Lịch 1”" in before and "6 tin, 6 có ngày (01/02/2018 – 06/02/2018)" in re.sub(r"\s+#?\s*", " ", before)
    assert all(len(line) <= 100 for line in before.splitlines() if line not in proposed)

    (folder / "overrides.csv").write_text("\n".join([",".join(COLUMNS), *proposed]) + "\n", encoding="utf-8")
    assert "overrides.csv: 7 dòng" in congkhai("check", "-w", str(folder)).stdout
    after = probe(folder)
    assert not rows_to_paste(after) and "chuyên mục: Kho số 7" in after
    assert after.count("6 tin, 6 có ngày (01/02/2018 – 06/02/2018)") == 3
    assert after.count("6 tin, 6 có ngày (11/02/2018 – 16/02/2018)") == 2


def test_an_override_that_fits_no_longer_and_what_is_left_out_are_told(folder: Path) -> None:
    (folder / "overrides.csv").write_text(
        f"{','.join(COLUMNS)}\nla,/ket-qua,row_selector,tr.cu,,Văn phòng,2026-01-02,mẫu cũ\n"
        "la,,exclude,/my,,Văn phòng,2026-01-02,trang thử\n", encoding="utf-8",
    )
    told = probe(folder)
    assert "overrides.csv: không thấy tin nào theo row 'tr.cu'; 1 trang được đọc theo cách chung, như" in told
    assert f"không mở theo overrides.csv: 1 địa chỉ\n    {URL}my" in told and "Quy chế tiếp công dân\n" not in told


def test_a_portal_that_cannot_be_read_gives_one_and_a_wrong_row_two(folder: Path, site: Site) -> None:
    site.routes[f"{HOST}/"] = Answer(b"no", 403)
    told = congkhai("probe", "-w", str(folder))
    assert told.returncode == 1 and "1 trang: 0 đọc được, 1 không" in told.stdout
    (folder / "overrides.csv").write_text(
        f"{','.join(COLUMNS)}\nla,,row_selector,li[,,V,2026-01-02,x\n", encoding="utf-8")
    told = congkhai("probe", "-w", str(folder))
    assert (told.returncode, told.stdout) == (2, "") and "overrides.csv, dòng 2" in told.stderr
