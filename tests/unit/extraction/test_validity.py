# ruff: noqa: E501 (markup in one line a case)
"""Pages served with status 200 that are not the page asked for are told, and postings about them are not."""

from __future__ import annotations

import pytest

from tests.unit.extraction.markup import POSTS, each, page, read, side

BODY = "<p>" + "Sở thông báo đến các đơn vị thời gian bảo trì hệ thống văn bản điều hành của tỉnh. " * 4 + "</p>"


@pytest.mark.parametrize(("reason", "html"), [
    ("challenge", "<title>Just a moment...</title><p>Verifying you are human.</p><script src=/cdn-cgi/challenge-platform/x></script>"),
    ("challenge", "<body><script>document.cookie='x=1';location.reload();</script></body>"),
    ("challenge", "<title>Request Rejected</title>The requested URL was rejected. Your support ID is: 123"),
    ("challenge", "<h1>Truy cập bị từ chối</h1><p>Yêu cầu của bạn đã bị chặn.</p>"),
    ("maintenance", "<h1>Hệ thống đang bảo trì</h1><p>Xin vui lòng quay lại sau.</p>"),
    ("maintenance", "<p>Trang thông tin điện tử đang được nâng cấp, mời quý khách quay lại sau.</p>"),
    ("maintenance", "<title>Maintenance</title><h1>We’ll be back soon!</h1>"),
    ("maintenance", page("<main><p>Website đang bảo trì, xin quay lại sau.</p></main>")),
    ("parked", "<h1>so-mau.vn</h1><p>This domain is for sale.</p>"),
    ("parked", "<title>Account Suspended</title><h1>Account Suspended</h1>"),
    ("parked", "<h1>Tên miền này đã hết hạn</h1>"),
    ("login", "<title>Đăng nhập</title><form>Mật khẩu<input type=password name=p><button>Đăng nhập</button></form>"),
    ("login", page("<main><h1>Đăng nhập</h1><form><input type=password name=p></form></main>")),
    ("empty", ""), ("empty", " \n "), ("empty", "<html><head><title>x</title></head><body></body></html>"),
    ("scripted", "<html><head><script src=/app.js></script></head><body><div id=app></div></body></html>"),
    ("not_found", page("<main><h1>Không tìm thấy trang</h1><p>Trang bạn yêu cầu đã bị xóa.</p></main>")),
    ("not_found", page("<div id='content'><p>Bài viết không tồn tại!</p></div>")),
    ("not_found", page("<main><h1>404</h1><p>Page not found</p></main>")),
    ("default_page", "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"),
    ("default_page", "<html><body><h1>It works!</h1></body></html>"),
    ("default_page", "<title>Index of /data</title><h1>Index of /data</h1><pre><a href=a.txt>a.txt</a></pre>"),
    ("server_error", "<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"),
    ("server_error", "<title>Runtime Error</title><h1>Server Error in '/' Application.</h1>"),
    ("server_error", "<b>Fatal error</b>: Uncaught Error in index.php:3"),
    ("server_error", "<h1>Hrm.</h1><p>The Wayback Machine has not archived that URL.</p>"),
    ("not_html", "%PDF-1.5"), ("not_html", '{"error": "x"}')])
def test_what_is_not_the_page_allows_no_conclusion(reason: str, html: str) -> None:
    reading = read(html)
    assert (reading.valid, reading.invalid_reason, reading.rows) == (False, reason, ())


@pytest.mark.parametrize("html", [
    page(f"<main><h1>Thông báo bảo trì hệ thống dịch vụ công</h1><p>05/02/2018</p>{BODY}</main>", title="Bảo trì hệ thống"),
    page("<main><h1>Thông báo hệ thống đang bảo trì</h1><p>Ngày đăng: 05/02/2018</p><p>Từ 8h đến 10h.</p></main>"),
    page("<main><h1>Quyết định số 404/QĐ-UBND về khiếu nại</h1><p>05/02/2018</p></main>", title="Quyết định số 404/QĐ-UBND"),
    page(f"<main><h1>Trả lời đơn: thửa đất không tồn tại</h1><p>05/02/2018</p>{BODY}</main>"),
    page("<main><h1>Lịch tiếp dân</h1><p>Không tìm thấy bài viết nào.</p></main>", after=side()),
    page("<main><h1>Lịch tiếp dân</h1><p>Nội dung đang được cập nhật.</p></main>"),
    page("<main><h1>Lịch</h1><p>Chưa có.</p></main>", before="<a href=/login>Đăng nhập</a>"),
    page("<main><ul>" + each(lambda p: f"<li><a href=/{p.slug}>{p.title}</a></li>", POSTS) + "</ul></main>",
         after="<div class=sidebar><form><input type=password></form></div>"),
    page("<main><h1>Giấy mời họp</h1><p>05/02/2018</p></main>")])
def test_postings_and_portals_that_hold_the_words_stay_valid(html: str) -> None:
    assert read(html).invalid_reason is None


@pytest.mark.parametrize("script", [
    "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
    "<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3'></script>"])
def test_a_page_that_a_guard_let_through_is_the_page(script: str) -> None:
    rows = "".join(f"<li><a href='/tin/{n}'>Thông báo lịch tiếp công dân tháng {n}</a> 0{n}/02/2018</li>" for n in (1, 2))
    html = page(f"<main><h1>Tiếp công dân</h1><ul>{rows}</ul></main>").replace("</body>", f"{script}</body>")
    reading = read(html)
    assert (reading.valid, len(reading.rows)) == (True, 2)
