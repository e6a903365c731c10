"""Commands of the review: `review export`, `review import`.

What belongs here: options, and saying what came of it. What does not: doing it (`pipeline.reviewing`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import MonthOption, WorkspaceOption, read_month, read_name, say
from pipeline.problems import UserError
from pipeline.release.folder import latest_release
from pipeline.reviews.wording import wording
from pipeline.workspace import load_workspace

app = typer.Typer(no_args_is_help=True, help="Rà soát: xuất và nhập bảng những điều cần người xem.")
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Ghi ra tệp này thay vì outputs/<tháng>/ra-soat.xlsx.")
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Người rà soát (mặc định: tên đăng nhập máy).")
]


@app.command("export", help="Xuất bảng rà soát của một tháng.")
def export(workspace: WorkspaceOption, month: MonthOption, out: OutOption = None) -> None:
    """Write the review workbook of a month."""
    loaded = load_workspace(workspace)
    wanted = read_month(loaded, month)
    from pipeline.reviewing import export_review

    made = export_review(loaded, wanted, out)
    total = sum(made.questions.values())
    say(f"Bảng rà soát tháng {wanted}: {made.path}")
    words = wording().subjects
    told = ", ".join(f"{words[subject].lower()} {count}" for subject, count in made.questions.items() if count)
    say(f"{total} câu hỏi" + (f" ({told})" if told else "") + f", {made.answered} câu đã kết luận trong tháng")
    if total:
        say(f"Điền các ô nền vàng, lưu, rồi: congkhai review import -w {workspace} --month {wanted} {made.path}")


@app.command("import", help="Nhập bảng rà soát đã điền.")
def import_(
    workspace: WorkspaceOption,
    month: MonthOption,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp xlsx đã điền.")],
    by: ByOption = "",
) -> None:
    """Record the answers of a review workbook: exit code 2 where any row was refused; the others are taken."""
    loaded = load_workspace(workspace)
    wanted = read_month(loaded, month)
    if not file.is_file():
        raise UserError(f"{file}: không có tệp này")
    from pipeline.reviewing import import_review

    made = import_review(loaded, wanted, file, read_name(by), datetime.now(UTC).replace(microsecond=0))
    say(f"Đã ghi {made.verdicts} kết luận, {made.notes} ghi chú mới; {made.unchanged} dòng đã có từ trước; "
        f"{len(made.refusals)} dòng không nhận; {made.unanswered} câu chưa trả lời")
    if made.verdicts or made.notes:
        # Of an issued month `--from-snapshots` alone would make again what was issued.
        anew = " --anew" if latest_release(loaded, wanted) else ""
        say(f"Tiếp theo: congkhai run -w {workspace} --month {wanted} --from-snapshots{anew}")
    if made.refusals:
        lines = [f"{file.name}, {r.sheet}, dòng {r.row}: {r.why}" for r in made.refusals]
        raise UserError("\n".join(["các dòng không nhận (sửa rồi nhập lại, các dòng khác đã ghi):", *lines]))
