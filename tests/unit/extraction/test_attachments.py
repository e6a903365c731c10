"""Which addresses are files, and which files a posting offers."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.extraction.attachments import attachments, is_file
from pipeline.extraction.model import Attachment

BASE = "http://a.vn/tin/bai.html"


def _read(html: str) -> tuple[Attachment, ...]:
    body = LexborHTMLParser(f"<body>{html}</body>").body
    assert body is not None
    return attachments(body, BASE)


@pytest.mark.parametrize("url", [
    "http://a.vn/f.pdf", "http://a.vn/f.PDF.pdf", "http://a.vn/T%E1%BB%87p%201.docx", "http://a.vn/x.rar", "http://a.vn/anh.jpg",
    "http://a.vn/documents/554897/716507/T%C3%A0i+li.rar/76071b9c-c04b-45d9-b624-7a56a9bfe647",
    "http://a.vn/GetFile.ashx?id=3", "http://a.vn/DownloadFile.aspx?x=1", "http://a.vn/savefile/tin/12.html",
    "http://a.vn/viewer.html?file=/docs/a.pdf", "http://a.vn/documents/1/2/x?download=true",
    "https://drive.google.com/file/d/1abc/view", "http://a.vn/download/123", "http://a.vn/x?id=1&TenFile=bao-cao",
    "http://a.vn/x?id=1&%66ile=/a.pdf", "http://a.vn/x?p=/a/b%2Epdf", "http://a.vn/x?Name=a.docx", "http://a.vn/a.tiff",
    "http://a.vn/van-ban/AttachMent.axd", "http://a.vn/get_vanban_1.aspx", "http://a.vn/taive/a/b2",
])
def test_files_are_known_by_their_address(url: str) -> None:
    assert is_file(url)


@pytest.mark.parametrize("url", [
    "http://a.vn/", "http://a.vn/tin.html", "http://a.vn/tai-ve", "http://a.vn/x.aspx?ItemID=3", "http://a.vn/a.pdf.html",
    "http://a.vn/?download=0", "http://a.vn/van-ban/quyet-dinh-12", "not an address", "", "http://a.vn/x?id=1&p=2",
    "http://a.vn/x?" + "&".join(f"a{n}=1" for n in range(300)), "http://a.vn/profile.html", "http://a.vn/.pdf",
])
def test_pages_are_no_files(url: str) -> None:
    assert not is_file(url)


def test_a_label_that_says_nothing_gives_way_to_the_file_name() -> None:
    assert _read('<a href="/f/Thông báo 12.pdf">tại đây</a><a href="/g.doc">Thông báo số 12</a>') == (
        Attachment("http://a.vn/f/Th%C3%B4ng%20b%C3%A1o%2012.pdf", "Thông báo 12.pdf"),
        Attachment("http://a.vn/g.doc", "Thông báo số 12"))


def test_placeholders_pictures_and_pages_are_skipped() -> None:
    assert _read('<a href="#">tải</a><a href="/.pdf">x</a><a href="">y</a><a href="/undefined">z</a><a '
                 'href="/tin.html">t</a>'
                 '<a href="javascript:get(1)">tải về</a><a href="/anh.jpg"><img src="/anh.jpg"></a><img '
                 'src="/b.png">') == ()


def test_embedded_viewers_show_their_file() -> None:
    found = _read('<iframe src="/web/viewer.html?file=/docs/a%20b.pdf"></iframe><embed src="/c.pdf">'
                  '<object data="d.pdf"></object><iframe src="https://www.youtube.com/embed/x"></iframe>'
                  '<iframe src="https://docs.google.com/viewer?url=http://x.vn/k.docx&amp;embedded=true"></iframe>')
    assert [a.url for a in found] == ["http://a.vn/docs/a%20b.pdf", "http://a.vn/c.pdf", "http://a.vn/tin/d.pdf",
                                      "http://x.vn/k.docx"]


def test_a_file_linked_twice_is_one_attachment() -> None:
    assert len(_read('<a href="/f.pdf">Thông báo</a><a href="http://www.a.vn/f.pdf">tại đây</a>')) == 1
