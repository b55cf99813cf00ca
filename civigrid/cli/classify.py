"""`civigrid classify`: the model that learns from the city's own past which matter a report is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from civigrid.base.trouble import gettext_noop
from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

if TYPE_CHECKING:
    from civigrid.classify.rules.trained import TrainedRow
    from civigrid.flow.learning import Training

app = typer.Typer(help=_("The model of the city's own past that finds what a report is about."), no_args_is_help=True)

STEPS = {
    "reports": gettext_noop("Looking for reports whose matter is known: {done}"),
    "texts": gettext_noop("Reading them: {done}"),
    "learning": gettext_noop("Learning: step {done} of {steps}"),
}
MODELS = 10  # shown; older ones are counted
AT_ONCE = 500  # texts


@app.command("train", help=_("Learn from every report whose matter a person or its sender named."))
def train(
    force: Annotated[bool, typer.Option("--force", help=_("Use the new model even if it is worse."))] = False,
    if_due: Annotated[
        bool, typer.Option("--if-due", help=_("Only if enough was named since the last time; as the nightly job does."))
    ] = False,
) -> None:
    with booted(keys=False):
        from datetime import UTC, datetime

        from civigrid.base.errors import Refused
        from civigrid.flow import learning

        now = datetime.now(UTC)
        if if_due and not learning.is_due(now=now):
            show.done(_("There is nothing new to learn yet."))
            return
        try:
            with show.working(_("Loading")) as say:
                training = learning.train(now=now, force=force, progress=lambda step, done: say(_told(step, done)))
        except Refused as no:
            if not (if_due and no.code == "history_too_small"):
                raise
            show.done(_("There is nothing new to learn yet."))
            return
        _trained(training)


def _told(step: str, done: int) -> str:
    from civigrid.classify.rules.training import STEPS as ALL

    return _(STEPS[step]).format(done=done, steps=ALL)


def _trained(training: Training) -> None:
    facts = training.facts
    show.out.print(_figures(facts))
    show.out.print(_("Learnt from {examples} of {history} reports.").format(
        examples=facts["examples"], history=facts["history"]
    ))  # fmt: skip
    if training.used:
        show.done(_("Model {number} is in use from the next report on. Back: civigrid classify use NUMBER").format(
            number=training.model_id
        ))  # fmt: skip
        return
    show.err.print(
        _("Model {number} is worse than what is in use and was kept aside.").format(number=training.model_id)
    )
    show.out.print(_("To use it all the same: civigrid classify use {number}").format(number=training.model_id))


def _figures(facts: Mapping[str, Any]) -> Table:
    """The model beside what there was before, on reports neither has seen; and beside the catalogue's words alone."""
    table = Table(
        "", _("reports tried"), _("first is right"), _("macro-F1"), _("sure of"), _("of these right"), _("calibration error")
    )  # fmt: skip
    rows = {
        _("this model"): facts["held"],
        _("the catalogue's words alone"): facts["words"],
        _("this model, where compared"): facts["against"],
        _("what was in use"): facts["present"],
    }
    for name, held in rows.items():
        shares = (f"{held[key]:.1%}" for key in ("accuracy", "macro_f1", "sure", "sure_right"))
        table.add_row(name, str(held["reports"]), *shares, f"{held['ece']:.3f}")
    return table


@app.command("show", help=_("Which models there are, which is in use, how good it is, matter by matter."))
def show_models(
    version: Annotated[int, typer.Argument(help=_("A model's number; without one that in use."))] = 0,
) -> None:
    with booted(keys=False):
        from civigrid.base import db
        from civigrid.classify import queries
        from civigrid.classify.rules.trained import ModelState

        with db.system():
            models = queries.models()
        if not models:
            show.done(_("There is no model yet; the catalogue's words stand alone. See: civigrid classify train"))
            return
        show.out.print(_list(models))
        chosen = next((m for m in models if (m.id == version if version else m.state is ModelState.USED)), None)
        if chosen:
            show.out.print(_("Model {number}, {digest}").format(number=chosen.id, digest=chosen.digest[:16]))
            show.out.print(_figures(chosen.facts))
            show.out.print(_matters(chosen))
        elif version:
            show.err.print(_("There is no model {number}.").format(number=version))
            raise typer.Exit(1)


def _list(models: Sequence[TrainedRow]) -> Table:
    from civigrid.classify.words import STATES

    table = Table(_("model"), _("trained"), "", _("learnt from"), _("first is right"), _("can be used"))
    for model in models[:MODELS]:
        held = model.facts["held"]
        state, usable = str(STATES[model.state]), _("yes") if model.usable else _("no")
        moment = f"{model.trained_at:%Y-%m-%d %H:%M}"
        table.add_row(str(model.id), moment, state, str(model.facts["examples"]), f"{held['accuracy']:.1%}", usable)
    return table


def _matters(model: TrainedRow) -> Table:
    table = Table(_("matter"), _("learnt from"), _("reports tried"), _("found"), _("found rightly"))
    for code, *numbers in sorted(model.facts["matters"], key=lambda row: -row[1]):
        table.add_row(escape(code), *map(str, numbers))
    return table


@app.command("use", help=_("Go back to an earlier model, or on to one kept aside; 0 for none. At once, everywhere."))
def use(version: Annotated[int, typer.Argument(help=_("The model's number."), show_default=False)]) -> None:
    with booted(keys=False):
        from datetime import UTC, datetime

        from civigrid.flow import learning

        learning.use(version, now=datetime.now(UTC))
    if version:
        show.done(_("Model {number} is in use from the next report on.").format(number=version))
    else:
        show.done(_("No model is in use: the catalogue's words stand alone."))


@app.command("test", help=_("What each line of a text file would be taken for, and why. Stores nothing."))
def test(file: Annotated[Path, typer.Argument(help=_("A UTF-8 text, one report a line."), show_default=False)]) -> None:
    with booted(keys=False):
        from datetime import UTC, datetime

        from civigrid.base import db
        from civigrid.catalog import queries as catalog
        from civigrid.classify import queries

        lines = (line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines())
        said = [line for line in lines if line]
        with db.system():
            on = datetime.now(UTC).astimezone(catalog.city().zone).date()
            finder, _model = queries.finder(on)
            names = {row.id: f"{row.code} {row.name}" for row in catalog.matters(on).values()}
        table = Table(_("report"), _("matter"), _("confidence"), _("because"))
        for start in range(0, len(said), AT_ONCE):
            batch = said[start : start + AT_ONCE]
            for line, finding in zip(batch, finder.find([("", text) for text in batch]), strict=True):
                table.add_row(escape(line[:40]), *_best(finding.candidates, names), escape(" ".join(finding.because)))
        show.out.print(table)


def _best(candidates: Sequence[tuple[int, float]], names: Mapping[int, str]) -> tuple[str, str]:
    if not candidates:
        return _("not found"), ""
    return escape(names[candidates[0][0]]), f"{candidates[0][1]:.2f}"
