"""A workspace: the folder of one office, with its settings, registry and data, loaded and validated as one.

What belongs here: `congkhai.toml`, where things lie in the folder, and making a new one. What does not: CSV files
(`pipeline.registry.loader`, `pipeline.overrides`, `pipeline.reviews`), and anything that is done with a workspace.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.months import ZONE, Month
from pipeline.overrides import Overrides, load_overrides
from pipeline.problems import Problem, UserError, WorkspaceError
from pipeline.programmes import loader as programmes
from pipeline.programmes.model import Programme
from pipeline.registry.loader import load_registry
from pipeline.registry.model import Registry
from pipeline.reviews.journal import Known, load_reviews
from pipeline.reviews.model import Reviews

SETTINGS_FILE = "congkhai.toml"
BLANK = "blank"
DEFAULT_PROGRAMME = "citizen_reception"
# Beside the packages in a checkout and in an installed wheel alike.
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_EVENING = time(20, 0)
_RESOLVE_TO = re.compile(r"(?P<host>[0-9.]+|localhost|\[[0-9a-fA-F:]+\])(?::(?P<port>\d{1,5}))?")
_ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Politeness(_Strict):
    """How the crawler behaves towards other people's servers. Times in seconds, memory in MB a process."""

    user_agent: str = Field(default="CongKhai/0.1 (theo doi cong khai thong tin)", min_length=3, max_length=200)
    delay_seconds: float = Field(default=2.0, ge=0, le=120)
    timeout_seconds: float = Field(default=30.0, gt=0, le=300)
    processes: int = Field(default=2, ge=1, le=32)
    memory_mb: int = Field(default=900, ge=200, le=16_000)

    @field_validator("user_agent")
    @classmethod
    def _one_header_line(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError("chỉ dùng chữ không dấu trên một dòng")
        return value


class Mail(_Strict):
    """Where documents are sent from. The password is never here: only the name of its environment variable."""

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    sender: str
    username: str = ""
    password_env: str = ""

    @field_validator("password_env")
    @classmethod
    def _a_name_of_a_variable(cls, value: str) -> str:
        if value and not _ENVIRONMENT_NAME.fullmatch(value):
            raise ValueError("ghi tên biến môi trường (chữ hoa), không ghi mật khẩu")
        return value


class Simulation(_Strict):
    """What only a simulated workspace may do.

    `loopback`: reach loopback addresses at all. `resolve`: name or pattern (`*.x.test`) → loopback `host:port`.
    `scenario`: a scenario file of the simulator, relative to the workspace, served while crawling.
    """

    loopback: bool = True
    resolve: dict[str, str] = Field(default_factory=dict)
    scenario: str | None = None

    @field_validator("resolve")
    @classmethod
    def _only_loopback(cls, value: dict[str, str]) -> dict[str, str]:
        for name, target in value.items():
            match = _RESOLVE_TO.fullmatch(target)
            host = match["host"].strip("[]") if match else ""
            if host != "localhost" and not _is_loopback(host):
                raise ValueError(f"{name!r} phải dẫn tới máy này, như 127.0.0.1:8080")
        return value


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(_Strict):
    """`congkhai.toml`. `positions`: layout id → unit id → order in that appendix, where it differs.

    `issuer`: the lines at the top left of workbooks, the office itself last.
    """

    title: str = Field(min_length=1)
    province: str = Field(min_length=1)
    timezone: Literal["Asia/Ho_Chi_Minh"] = "Asia/Ho_Chi_Minh"
    issuer: tuple[str, ...] = ()
    # Captures and facts are of one programme; a second one needs its own workspace so far.
    programmes: Annotated[tuple[str, ...], Field(min_length=1, max_length=1)] = (DEFAULT_PROGRAMME,)
    first_month: str
    politeness: Politeness = Politeness()
    mail: Mail | None = None
    positions: dict[str, dict[str, int]] = Field(default_factory=dict)
    simulation: Simulation | None = None

    @field_validator("first_month")
    @classmethod
    def _a_month(cls, value: str) -> str:
        return str(Month.parse(value))


@dataclass(frozen=True)
class Workspace:
    """A valid workspace. All paths are absolute."""

    folder: Path
    settings: Settings
    registry: Registry
    programme: Programme
    overrides: Overrides = field(default_factory=Overrides)
    reviews: Reviews = field(default_factory=Reviews)

    @property
    def simulated(self) -> bool:
        """Whether everything made from it must say *mô phỏng*."""
        return self.settings.simulation is not None

    @property
    def scenario(self) -> Path | None:
        """The scenario file that the simulator serves while crawling, if any."""
        simulation = self.settings.simulation
        return self.folder / simulation.scenario if simulation and simulation.scenario else None

    @property
    def first_month(self) -> Month:
        """The first month that may be made."""
        return Month.parse(self.settings.first_month)

    @property
    def data(self) -> Path:
        """What is created and may be large; ignored by git."""
        return self.folder / "data"

    @property
    def snapshots(self) -> Path:
        """Captures, by month and crawl."""
        return self.data / "snapshots"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file."""
        return self.data / "warehouse.duckdb"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance."""
        return self.data / "dagster"

    def outputs(self, month: Month) -> Path:
        """Return the folder of the month's workbooks."""
        return self.folder / "outputs" / str(month)


def load_workspace(folder: Path) -> Workspace:
    """Return the workspace of `folder`; raise WorkspaceError with every problem of every file. Writes nothing."""
    folder = folder.resolve()
    if not (folder / SETTINGS_FILE).is_file():
        raise UserError(
            f"{folder} không phải workspace (không có {SETTINGS_FILE}); tạo mới bằng: congkhai init {folder}"
        )
    settings, problems = _load_settings(folder)
    # Where the settings are wrong the rows are still checked, against what the product knows.
    programme = _load_programme(settings.programmes[0] if settings else DEFAULT_PROGRAMME, problems)
    registry, found = load_registry(
        folder, _kinds(programme), simulation=settings is None or settings.simulation is not None
    )
    problems += found
    overrides, found = load_overrides(folder, registry.portals)
    problems += found
    reviews, found = load_reviews(folder, _named(registry, programme))
    problems += found
    if settings is not None:
        problems += _check_settings(folder, settings, registry, programme)
    if problems or settings is None:
        raise WorkspaceError(problems)
    return Workspace(folder, settings, registry, programme, overrides, reviews)


def load_frozen(folder: Path, inputs: Path, programme: Programme) -> Workspace:
    """Return the workspace of `folder` by the files that were copied from it to `inputs` once, and that programme.

    WorkspaceError with every problem of the copies. The scenario of a simulation is no input: it serves crawls alone.
    """
    settings, problems = _load_settings(inputs)
    registry, found = load_registry(inputs, _kinds(programme), simulation=True)
    problems += found
    overrides, found = load_overrides(inputs, registry.portals)
    problems += found
    reviews, found = load_reviews(inputs, _named(registry, programme))
    problems += found
    if problems or settings is None:
        raise WorkspaceError(problems)
    if settings.simulation is not None:
        simulation = settings.simulation.model_copy(update={"scenario": None})
        settings = settings.model_copy(update={"simulation": simulation})
    return Workspace(folder, settings, registry, programme, overrides, reviews)


def _named(registry: Registry, programme: Programme) -> Known:
    """Return the ids that reviews may name."""
    return Known({version.unit_id for version in registry.versions}, {group.id for group in programme.groups})


def _kinds(programme: Programme) -> set[str]:
    owed = {obligation.kind for obligation in programme.obligations}
    blocks = [block for layout in programme.layouts for table in layout.tables for block in table.blocks]
    return owed | {kind for block in blocks for kind in block.kinds}


def _load_settings(folder: Path) -> tuple[Settings | None, list[Problem]]:
    try:
        text = (folder / SETTINGS_FILE).read_text(encoding="utf-8-sig")
        return Settings.model_validate(tomllib.loads(text)), []
    except UnicodeDecodeError:
        return None, [Problem(SETTINGS_FILE, 0, "không phải văn bản UTF-8", "lưu lại tệp với mã UTF-8")]
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        return None, [Problem(
            SETTINGS_FILE, int(line[1]) if line else 0, f"không đọc được TOML ({error})",
            'viết như: title = "Theo dõi công khai"',
        )]
    except ValidationError as errors:
        return None, [_settings_problem(text, error) for error in errors.errors()]


def _settings_problem(text: str, error: Any) -> Problem:
    path = [str(part) for part in error["loc"]]
    name, given = ".".join(path), error.get("input")
    row = _line_of(text, path)
    match error["type"]:
        case "extra_forbidden":
            return Problem(SETTINGS_FILE, row, f"không biết khoá {name}", f"bỏ đi, hoặc dùng {_keys_beside(path)}")
        case "missing":
            return Problem(SETTINGS_FILE, 0, f"thiếu {name}", f"thêm khoá {name}")
        case "literal_error":
            return Problem(SETTINGS_FILE, row, f"{name} = {given!r} không hợp lệ", f"dùng {error['ctx']['expected']}")
        case "value_error":
            return Problem(SETTINGS_FILE, row, f"{name} không hợp lệ", str(error["ctx"]["error"]))
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            sign, limit = next((key, value) for key, value in error["ctx"].items())
            signs = {"ge": "từ", "gt": "trên", "le": "nhiều nhất", "lt": "dưới"}
            return Problem(SETTINGS_FILE, row, f"{name} = {given!r} ngoài khoảng", f"{signs[sign]} {limit}")
        case kind:
            wanted = next((words for key, words in _WANTED.items() if kind.startswith(key)), error["msg"])
            return Problem(SETTINGS_FILE, row, f"{name} không hợp lệ", f"cần {wanted}")


_WANTED = {
    "string_type": 'chữ trong ngoặc kép, như "…"',
    "string_too_short": "một giá trị, không để trống",
    "int": "số nguyên",
    "float": "số",
    "bool": "true hoặc false",
    "tuple_type": 'danh sách, như ["citizen_reception"]',
    "too_short": "ít nhất một giá trị",
    "too_long": "một giá trị",
    "dict_type": "một bảng [tên]",
    "model_type": "một bảng [tên]",
}


def _keys_beside(path: list[str]) -> str:
    models: dict[str, type[BaseModel]] = {"politeness": Politeness, "mail": Mail, "simulation": Simulation}
    model = models.get(path[0], Settings) if len(path) > 1 else Settings
    return ", ".join(model.model_fields)


def _line_of(text: str, path: list[str]) -> int:
    """Return the line of a key such as `politeness.delay_seconds`, 0 where it is not to be found."""
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.fullmatch(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?", line)
        if header:
            table = [part.strip().strip('"') for part in header[1].split(".")]
        key = re.match(r'\s*"?([^"=#\s]+)"?\s*=', line)
        here = [*table, key[1]] if key else table if header else None
        if here is not None and here == path[: len(here)] and (key or here == path):
            return number
    return 0


def _load_programme(programme_id: str, problems: list[Problem]) -> Programme:
    known = sorted(path.stem for path in programmes.FOLDER.glob("*.yaml"))
    if programme_id not in known:
        problems.append(Problem(
            SETTINGS_FILE, 0, f"không có chương trình {programme_id!r}", f"dùng {', '.join(known)}"
        ))
        programme_id = DEFAULT_PROGRAMME
    return programmes.load(programme_id)


def _check_settings(
    folder: Path, settings: Settings, registry: Registry, programme: Programme
) -> list[Problem]:
    found = []

    def wrong(what: str, mend: str) -> None:
        found.append(Problem(SETTINGS_FILE, 0, what, mend))

    layouts = {layout.id for layout in programme.layouts}
    units = {version.unit_id for version in registry.versions}
    for layout_id, order in settings.positions.items():
        if layout_id not in layouts:
            wrong(f"[positions.{layout_id}]: không có phụ lục này", f"dùng {', '.join(sorted(layouts))}")
        for unit_id in sorted(set(order) - units):
            wrong(f"[positions.{layout_id}]: {unit_id!r} không có trong units.csv", "sửa mã đơn vị")
    if settings.simulation is None and settings.politeness.delay_seconds <= 0:
        wrong("politeness.delay_seconds = 0", "đặt ít nhất 0.5; chỉ workspace có [simulation] mới được đặt 0")
    scenario = settings.simulation.scenario if settings.simulation else None
    if scenario and not (folder / scenario).is_file():
        wrong(f"simulation.scenario: không có tệp {scenario!r}", "ghi đường dẫn tính từ thư mục workspace")
    return found


def evening_of(day: date) -> datetime:
    """Return the local moment that a day without an hour stands for: late enough that its postings are up."""
    return datetime.combine(day, _EVENING, ZONE)


def example_names() -> list[str]:
    """Return the names that `init --example` takes."""
    return sorted(p.name for p in EXAMPLES.iterdir() if (p / SETTINGS_FILE).is_file() and p.name != BLANK)


def create_workspace(folder: Path, example: str | None, today: date) -> list[str]:
    """Copy an example, or the blank template, into `folder`; return the names of the files made.

    `folder` must not exist or be empty; UserError otherwise. A blank workspace starts in January of last year.
    """
    if example is not None and example not in example_names():
        raise UserError(f"không có ví dụ {example!r}; có: {', '.join(example_names())}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} đã có và không trống; chọn thư mục khác (không ghi đè gì)")
    shutil.copytree(EXAMPLES / (example or BLANK), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(
        "__pycache__", "data", "outputs"
    ))
    if example is None:
        settings = folder / SETTINGS_FILE
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("{first_month}", f"{today.year - 1}-01"), encoding="utf-8")
    return sorted(path.name for path in folder.iterdir())
