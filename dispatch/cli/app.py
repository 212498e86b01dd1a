"""The commands under one roof, and the one place where an error becomes an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from dispatch import __version__
from dispatch.cli import (
    ask_commands,
    check_command,
    demo_command,
    exchange_commands,
    explain_command,
    level_command,
    plan_command,
    rounds_command,
    serve_command,
    simulate_command,
    upkeep_commands,
    whatif_command,
    worker_command,
)
from dispatch.cli.exits import BAD_INPUT, BROKEN_PIPE, INTERRUPTED, exit_status, tell

__all__ = ["app", "main"]

# Typer brings click along under a name of its own and exports this one class of its errors; its
# parents are the wrong arguments of every kind.
USAGE_ERRORS = tuple(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

app = typer.Typer(
    name="dispatch",
    help="Plan field-service engineers and keep the plan true all day.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("plan")(plan_command.plan)
app.command("check")(check_command.check)
app.command("explain")(explain_command.explain)
app.command("whatif")(whatif_command.whatif)
app.command("simulate")(simulate_command.simulate)
app.add_typer(ask_commands.ask, name="ask")
app.command("rounds")(rounds_command.rounds)
app.command("level")(level_command.level)
app.command("import")(exchange_commands.import_data)
app.command("export")(exchange_commands.export_data)
app.command("serve")(serve_command.serve)
app.command("demo")(demo_command.demo)
app.command("worker")(worker_command.worker)
app.command("backup")(upkeep_commands.backup)
app.command("doctor")(upkeep_commands.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dispatch {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Plan field-service engineers and keep the plan true all day."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words after ``dispatch``; None takes those of the process.

    Returns
    -------
    int
        Exit status; the table stands in `dispatch.cli.exits`.
    """
    try:
        status = app(args=None if arguments is None else list(arguments), standalone_mode=False)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        tell("interrupted")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Click itself makes an exit of a broken pipe, and of nothing else when called this way.
        # The reader has gone (``dispatch plan ... | head``). Python flushes stdout once more at
        # its end, which must not find the broken pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        if isinstance(error, USAGE_ERRORS):
            error.show()  # type: ignore[attr-defined]
            return BAD_INPUT
        status = exit_status(error)
        if status is None:
            raise
        tell(str(error))
        return status
    return status if isinstance(status, int) else 0
