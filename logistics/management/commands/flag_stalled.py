"""manage.py flag_stalled [--now ISO] [--shop CODE] [--json]: find the parcels that stand still and open their cases."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casework.management.clock_option import add_now, now_from
from logistics.actions.nightly import run_nightly
from logistics.api.nightly_runs import NightlyRunRow
from logistics.models import NightlyRun
from orders.access import Actor
from orders.models import Shop

FIGURES = ("looked_at", "unknown", "found", "twice", "opened", "updated", "closed", "told")


class Command(BaseCommand):
    """Safe to run at any time, twice or in parallel. Exit 1 when a shop could not be looked over; the others are."""

    help = "Find parcels that stand still beyond their norm, and open or update their cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As of when, which shop, and how it is said."""
        add_now(parser)
        parser.add_argument("--shop", default="", metavar="CODE", help="only this shop (all of them by default)")
        parser.add_argument("--json", action="store_true", help="print the runs as JSON")

    def handle(self, **options: Any) -> None:
        """Run it and print each run's figures. Raises CommandError for an unknown shop, or when a run failed."""
        shops = Shop.objects.order_by("pk")
        if options["shop"]:
            shops = shops.filter(code=options["shop"])
            if not shops:
                raise CommandError(_("There is no shop with the code {code}.").format(code=options["shop"]))
        runs, failed = run_nightly(shops, at=now_from(options), by=Actor.system("command"))
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not failed, "runs": NightlyRunRow(runs, many=True).data}, ensure_ascii=False))
        else:
            for run in runs:
                self.stdout.write(_said(run))
        if failed:
            raise CommandError(_("Not looked over: {shops}.").format(shops=", ".join(shop.code for shop in failed)))


def _said(run: NightlyRun) -> str:
    return f"{run.shop.code}: " + ", ".join(f"{name} {getattr(run, name)}" for name in FIGURES)
