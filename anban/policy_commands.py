"""``anban policy``: check the facts against their documents, take documents in."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from anban.settings import ROOT
from anban.settings import load as load_settings

policy_app = typer.Typer(help="Documents of policy: check the facts, import documents.")


@policy_app.command()
def check() -> None:
    """Compare every fact's figures with its document (in ANBAN_SHARED/policies)."""
    from bot.policy.facts import load
    from bot.policy.sources import check as compare

    facts = load(ROOT / "localities")
    documents = load_settings().shared / "policies"
    checked = compare(facts, documents)
    typer.echo(f"{checked.facts} facts with {checked.figures} figures compared")
    for fact in checked.repaired:
        assert fact.repaired is not None
        typer.echo(f"repaired: {fact.id}: {fact.repaired.found} is read {fact.repaired.read}")
    for name in checked.absent:
        typer.echo(f"absent, not compared: {documents / name}")
    for found in checked.findings:
        typer.echo(f"WRONG {found.fact}: {found.why}")
    raise typer.Exit(1 if checked.findings else 0)


@policy_app.command(name="import")
def take_in(
    file: Annotated[Path, typer.Argument(help="txt, docx, pdf or html")],
    locality: Annotated[str, typer.Option(help="the place it holds for, for example 龙岩")],
    title: Annotated[str, typer.Option(help="of the document; else the file's name")] = "",
    number: Annotated[
        str, typer.Option(help="of the document, for example 龙政办〔2016〕267号")
    ] = "",
) -> None:
    """Cut a document into passages and report its damage."""
    from bot.policy.passages import cut, read_document

    imported = cut(read_document(file))
    folder = load_settings().data / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{file.stem}.jsonl"
    head = {"locality": locality, "document": title or file.stem, "number": number}
    lines = [json.dumps({**head, **asdict(one)}, ensure_ascii=False) for one in imported.passages]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for one in imported.damage:
        mended = f" -> {one.repaired}" if one.repaired else ""
        typer.echo(f"line {one.line}: {one.kind}: {one.found}{mended}")
    typer.echo(
        f"{len(imported.passages)} passages, {len(imported.damage)} damaged places: {target}"
    )
