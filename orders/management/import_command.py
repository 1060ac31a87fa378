"""What the commands that import files have in common: FILE... --shop CODE [--now ISO] [--dry-run] [--json] [--errors FILE]."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orders.access import Actor
from orders.actions.import_files import Upload, import_files, shop_of_code
from orders.clock import parse_instant, wall_clock
from orders.errors import DeskError, Malformed
from orders.imports.held_csv import held_csv
from orders.imports.reasons import reason_text
from orders.imports.run import Result
from orders.models import HeldRow


def _writable(path: Path, mode: str) -> IO[bytes]:
    """The file, open to be written. Raises Malformed in one sentence where the system refuses."""
    try:
        return cast(IO[bytes], path.open(mode))
    except OSError as error:
        sentence = _("The file for the held rows cannot be written: {why}.").format(why=error.strerror)
        raise Malformed(sentence, code="errors_not_writable", field="errors") from error


class ImportCommand(BaseCommand):
    """A subclass names the kinds of lists that it takes. Exit 0 when the files were taken, held rows included; else one sentence, and nothing has changed."""

    wanted: Collection[str] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The names that outside programs rely on."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--shop", required=True, metavar="CODE")
        parser.add_argument("--now", metavar="ISO", help="the time to work with, instead of the clock's")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--errors", metavar="FILE", help="write the held rows to this CSV file")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, then report."""
        try:
            result = self._import(options)
        except DeskError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"code": error.code, "detail": str(error)}, ensure_ascii=False))
                sys.exit(1)
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False) if options["json"] else self._report(result))

    def _import(self, options: dict[str, Any]) -> Result:
        at = parse_instant(options["now"]) if options["now"] else wall_clock()
        uploads = [Upload(path, path.name) for path in map(Path, options["files"])]
        errors = Path(options["errors"]) if options["errors"] else None

        def write(rows: Iterable[HeldRow]) -> None:
            assert errors is not None
            with _writable(errors, "wb") as file:
                file.writelines(held_csv(rows))

        if errors:
            # Said at once, and not when everything has been read. What stands in the file stays until there is something new.
            _writable(errors, "ab").close()

        by, shop, on_held = Actor.system("command"), shop_of_code(options["shop"]), write if errors else None
        return import_files(shop, uploads, by=by, at=at, dry_run=options["dry_run"], on_held=on_held, wanted=self.wanted)

    def _report(self, result: Result) -> str:
        """A line for each file and one for all."""
        line = _("{name}: read {read}, new {new}, changed {changed}, unchanged {unchanged}, held {held}")
        lines = [line.format(name=file.name, **file.counts.as_dict()) for file in result.files]
        lines.append(line.format(name=_("All files"), **result.totals.as_dict()))
        if result.retried:
            lines.append(_("Rows held before that went in now: {retried}").format(retried=result.retried))
        lines += [reason_text(each["code"], each["params"]) for each in result.warnings]
        return "\n".join(lines)
