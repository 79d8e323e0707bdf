"""`blueprint schema`."""

from __future__ import annotations

import click


@click.command()
@click.argument(
    "kind", metavar="[KIND]", required=False, type=click.Choice(["course", "registry", "rubric", "handbook", "deck"])
)
@click.option("--write", is_flag=True, help="Write all of them into syllabi/schema/ of this course.")
def schema(kind: str | None, write: bool) -> None:
    """Print the JSON Schema that editors use.

    An editor with a YAML language server then completes keys and underlines mistakes. KIND is course (if left out),
    registry, rubric, handbook or deck.

    \b
    Example:
      blueprint schema --write
    """
    from blueprint.jsonschema import as_text, schema_of, write_schemas
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import UsageError

    if not write:
        click.echo(as_text(schema_of(kind or "course")), nl=False)
        return
    if kind:
        raise click.UsageError(f"--write writes every kind; leave `{kind}` away")
    syllabi = CoursePaths.find().root / "syllabi"
    if not syllabi.is_dir():
        raise UsageError("there is no course here to write schemas for; make one with `blueprint new`")
    try:
        files = write_schemas(syllabi)
    except OSError as error:
        raise UsageError(f"cannot write into {shown(syllabi / 'schema')}: {error.strerror}") from error
    for file in files:
        click.echo(f"wrote {shown(file)}")
