"""``anban policy``: check the facts against their documents, take documents in."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anban.errors import BackendError
from anban.settings import ROOT, Settings
from anban.settings import load as load_settings

if TYPE_CHECKING:
    from bot.policy.passages import Imported

LOCALITIES = ROOT / "localities"
COMPARED = (
    "each sentence, value and section, each condition, stage and paper with the sentence it rests "
    "on, apart from the code"
)
policy_app = typer.Typer(help="Documents of policy: check the facts, import documents.")


@policy_app.command()
def check() -> None:
    """Compare every fact, rule and stage with its document (in ANBAN_SHARED/policies)."""
    from bot.policy.sources import check as compare

    documents = load_settings().shared / "policies"
    checked = compare(LOCALITIES, documents)
    typer.echo(
        f"{checked.claims} claims compared with the sentences they rest on, "
        f"{checked.facts} of them facts with {checked.figures} figures"
    )
    for fact in checked.repaired:
        assert fact.repaired is not None
        typer.echo(f"repaired: {fact.id}: {fact.repaired.found} is read {fact.repaired.read}")
    for name in checked.absent:
        typer.echo(f"absent, not compared: {documents / name}")
    for name in checked.others:
        typer.echo(f"another copy than was read, each sentence looked for: {documents / name}")
    for found in checked.findings:
        typer.echo(f"WRONG {found}")
    raise typer.Exit(1 if checked.findings else 0)


@policy_app.command()
def read(
    locality: Annotated[str, typer.Argument(help="folder in localities, for example longyan")],
    only: Annotated[list[str] | None, typer.Argument(help="claims; else all of them")] = None,
    *,
    record: Annotated[bool, typer.Option(help="keep that they were compared, and true")] = False,
    by: Annotated[str, typer.Option(help="the role of who has compared them")] = "second reader",
) -> None:
    """Show claims beside the sentences they rest on, or record that a second reader did compare."""
    from bot.policy.copies import Copy
    from bot.policy.readings import RECORD, Reading, by_folder, claims, readings, write
    from bot.policy.readings import read as compared

    of_one = by_folder(claims(LOCALITIES)).get(locality, [])
    chosen = [one for one in of_one if not only or one.id in only]
    if not chosen:
        raise typer.BadParameter(f"no such claims in {LOCALITIES / locality}")
    source = of_one[0].document
    path = load_settings().shared / "policies" / source.source
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != source.sha256:
        raise typer.BadParameter(f"{path} is not the copy the claims were taken from")
    text = path.read_text("utf-8")
    if not record:
        for claim in chosen:
            stands = " ‖ ".join(text[start:end].replace("\n", " ") for start, end in claim.spans)
            typer.echo(f"{claim.id} [{claim.section}]\n  {claim.text}\n  = {stands}")
        return
    copy = Copy(text, source.sections)
    before = readings(LOCALITIES).get(locality)
    known = dict(before.claims) if before else {}
    known |= {one.id: compared(one, copy) for one in chosen}
    kept = {one.id: known[one.id] for one in of_one if one.id in known}
    write(LOCALITIES / locality / RECORD, Reading(by, date.today(), COMPARED, kept))
    typer.echo(f"{len(chosen)} claims recorded as compared by the {by}")


@policy_app.command(name="import")
def take_in(
    file: Annotated[Path, typer.Argument(help="txt, docx, pdf or html")],
    locality: Annotated[str, typer.Option(help="the place it holds for, for example 龙岩")],
    title: Annotated[str, typer.Option(help="of the document; else the file's name")] = "",
    number: Annotated[
        str, typer.Option(help="of the document, for example 龙政办〔2016〕267号")
    ] = "",
    year: Annotated[int | None, typer.Option(help="of the document")] = None,
) -> None:
    """Cut a document into passages, report its damage, and let callers' questions find them."""
    from bot.policy.passages import cut, read_document

    settings = load_settings()
    imported = cut(read_document(file))
    folder = settings.data / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{file.stem}.jsonl"
    head = {"locality": locality, "document": title or file.stem, "number": number, "year": year}
    lines = [json.dumps({**head, **asdict(one)}, ensure_ascii=False) for one in imported.passages]
    target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for one in imported.damage:
        mended = f" -> {one.repaired}" if one.repaired else ""
        kept_out = " (not quoted)" if one.unsound else ""
        typer.echo(f"line {one.line}: {one.kind}: {one.found}{mended}{kept_out}")
    typer.echo(
        f"{len(imported.passages)} passages, {len(imported.damage)} damaged places: {target}"
    )
    if not imported.passages:
        typer.echo("nothing of it can be quoted; take in a better copy, or write facts from it")
    try:
        asyncio.run(_keep(settings, imported, head))
    except BackendError as error:
        typer.echo(f"not searchable yet, Anban does not answer ({error}); run this again")
        raise typer.Exit(1) from None
    if imported.passages:
        typer.echo("searchable: questions that no checked fact answers are looked for here")


async def _keep(settings: Settings, imported: Imported, head: dict[str, Any]) -> None:
    """Hands the passages, with the tokens they are found by, to the backend."""
    from anban import wiring
    from anban.policy import served_desk

    quoter = served_desk().quoter
    assert quoter is not None
    passages = [
        {"section": one.section, "text": one.text, **quoter.tokens(one.text).as_dict()}
        for one in imported.passages
    ]
    backend = wiring.backend_client(settings)
    try:
        await backend.take_in_document(
            locality=head["locality"],
            title=head["document"],
            number=head["number"],
            year=head["year"],
            damaged=len(imported.damage),
            passages=passages,
        )
    finally:
        await backend.close()
