"""The Pythons that a pyproject.toml asks for."""

from ws_fallback_lint.project.toml import table, text


def requires_python(document: dict[str, object]) -> str:
    """The Pythons that the project runs on, as a specifier; empty where the file does not say."""
    said = text(table(document, "project").get("requires-python"))
    by_poetry = table(document, "tool", "poetry", "dependencies")
    if said or not by_poetry:
        return said
    from ws_fallback_lint.project.poetry import pythons

    return pythons(by_poetry)
