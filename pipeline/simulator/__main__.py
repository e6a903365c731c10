"""`python -m pipeline.simulator`: serve a scenario, or write one. What does not belong here: any content."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from pipeline.simulator.generate import generate
from pipeline.simulator.reference import reference, two_tier
from pipeline.simulator.scenario import load, moment_of
from pipeline.simulator.server import Province, run
from pipeline.simulator.workspace import write_workspace

EXAMPLES = {"reference": reference, "two-tier": two_tier}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.simulator", description="Các trang mô phỏng")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve", help="phục vụ một kịch bản tại một thời điểm")
    server.add_argument("--scenario", type=Path, required=True)
    server.add_argument("--as-of", type=moment_of, required=True, help="ví dụ 2018-03-05T20:00 (giờ Việt Nam)")
    server.add_argument("--port", type=int, default=0)
    server.add_argument("--down", action="append", default=[], metavar="HOST[=reset|503]")
    for name in EXAMPLES:
        example = commands.add_parser(name, help="ghi workspace của tỉnh làm ví dụ")
        example.add_argument("--out", type=Path, required=True)
    other = commands.add_parser("generate", help="ghi workspace của một tỉnh tự nghĩ ra")
    other.add_argument("--seed", type=int, required=True)
    other.add_argument("--units", type=int, default=8)
    other.add_argument("--months", type=int, default=3)
    other.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.command in EXAMPLES:
        write_workspace(EXAMPLES[options.command](), options.out)
        return 0
    if options.command == "generate":
        write_workspace(generate(options.seed, options.units, options.months)[0], options.out)
        return 0
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    down = {}
    for item in options.down:
        host, _, mode = item.partition("=")
        down[host] = mode or "reset"
        if down[host] not in ("reset", "503"):
            print(f"--down {item}: viết HOST, HOST=reset hoặc HOST=503", file=sys.stderr)
            return 2
    province = Province(load(options.scenario), options.as_of, down)
    asyncio.run(_until_signalled(province, options.port))
    return 0


async def _until_signalled(province: Province, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(province, port, lambda found: print(json.dumps({"port": found}), flush=True), stop)


if __name__ == "__main__":
    sys.exit(main())
