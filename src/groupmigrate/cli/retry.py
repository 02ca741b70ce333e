"""`groupmigrate retry`: sends again what the target refused, from the same plan."""

from __future__ import annotations

from groupmigrate.cli.applying import answer, applied, named
from groupmigrate.cli.asking import confirm, need_somebody
from groupmigrate.cli.chosen import mapping_of, newest_begun
from groupmigrate.cli.options import FormatOption, PlanArgument, QuietOption, YesOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.files.migration import load_migration
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.lettering import counted
from groupmigrate.running.result import summary
from groupmigrate.running.run import is_retried, retry_failed


def retry(
    plan: PlanArgument,
    yes: YesOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Send again the customers whom the target refused, or whose outcome is not known.

    \b
      groupmigrate show mappings/demo.yaml --failed      why they failed
      groupmigrate retry mappings/demo.yaml

    Every customer is looked up first. Who changed in the target since the plan is left alone.
    """
    need_somebody("a retry changes the target", form, yes=yes)
    path = newest_begun(plan)
    with PlanFile.open(path) as opened:
        migration = load_migration(mapping_of(path, opened.header))
        with migration.folder.lock():
            before = summary(opened)
            count = sum(failure.customers for failure in before.failures if is_retried(failure))
            if not count:
                text = ["nothing to retry: the target refused nobody"]
                return emit(Answer("retry", {"retried": 0, "run": before}, text), form)
            confirm(f"send {counted(count, 'customer')} again to {migration.target.name}?", yes=yes)
            retry_failed(opened)
            ended = applied(opened, migration.target, quiet=quiet)
        return emit(answer("retry", ended, named(opened, migration), to_send=count, retried=count), form)
