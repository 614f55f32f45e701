"""Copies of notebooks for students, each whole in itself: no solutions, no outputs, the pictures of its text inside. Called by notebooks.py."""
import base64
import copy
import re

MIME = {"png": "image/png", "svg": "image/svg+xml"}
PICTURE = re.compile(r"\]\((images/([\w.-]+\.(png|svg)))\)")


def attached(cell, folder):
    """Puts the pictures that a text shows into its cell, and leads to the glossary beside the copy."""

    def attach(match):
        path, name, kind = match.groups()
        if not (folder / path).exists():
            return match[0]
        content = base64.b64encode((folder / path).read_bytes()).decode()
        cell.setdefault("attachments", {})[name] = {MIME[kind]: content}
        return f"](attachment:{name})"

    cell.source = PICTURE.sub(attach, cell.source).replace("](../docs/glossary.md", "](glossary.md")


def student(nb, folder):
    """A copy without solutions and without outputs.

    folder: where the notebook lies, to which its pictures are relative."""
    nb = copy.deepcopy(nb)
    nb.cells = [c for c in nb.cells if "solution" not in c.metadata.get("tags", [])]
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        elif cell.cell_type == "markdown":
            attached(cell, folder)
    nb.metadata.get("geodl", {}).pop("code", None)
    return nb


def glossary(folder):
    """The course's glossary for the folder of the copies, or None where the notebooks have none beside them."""
    path = folder.parent / "docs" / "glossary.md"
    return path.read_text("utf-8").replace("](../notebooks/", "](") if path.exists() else None
