"""Builds the documentation's site, strictly: `build_docs.py [FOLDER]` (default: .site).

Zensical reads one folder of pages, and a link out of it is broken for it. So docs/ and the pages at
the top of the repository are copied into one, and links to other files lead to the repository.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP_PAGES = ("CONTRIBUTING.md", "SECURITY.md", "PRIVACY.md", "CHANGELOG.md")
_PICTURE = re.compile(
    r'<picture>\s*<source[^>]* srcset="(?P<dark>[^"]*)">\s*'
    r'<img alt="(?P<alt>[^"]*)" src="(?P<light>[^"]*)">\s*</picture>'
)
_LINK = re.compile(r"(\]\()(?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?(\))")


def staged_name(path: Path) -> str | None:
    """Return where a file of the repository lies among the pages; None if it does not."""
    if path.is_relative_to(ROOT / "docs"):
        name = path.relative_to(ROOT / "docs").as_posix()
        return "index.md" if name == "README.md" else name
    is_page = path.parent == ROOT and path.name in TOP_PAGES
    return path.name if is_page else None


def with_links(text: str, page: Path, repository: str) -> str:
    """Return the page's text with its links as they must be among the pages.

    A picture for light and dark becomes two, of which the site shows one.
    """
    text = _PICTURE.sub(r"![\g<alt>](\g<light>#only-light)![\g<alt>](\g<dark>#only-dark)", text)
    here = staged_name(page)
    assert here is not None

    def link(match: re.Match[str]) -> str:
        begin, target, anchor, end = match[1], match[2], match[3] or "", match[4]
        path = Path(os.path.normpath(page.parent / target))
        staged = staged_name(path)
        if staged is None or path.is_dir():
            address = f"{repository}/blob/main/{path.relative_to(ROOT).as_posix()}"
        else:
            address = os.path.relpath(staged, Path(here).parent)
        return f"{begin}{address}{anchor}{end}"

    return _LINK.sub(link, text)


def stage(folder: Path) -> int:
    """Copy all pages and pictures to `folder`; return how many pages there are."""
    config = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))
    repository = config["project"]["repo_url"]
    shutil.rmtree(folder, ignore_errors=True)
    files = [path for path in (ROOT / "docs").rglob("*") if path.is_file()]
    files += [ROOT / name for name in TOP_PAGES]
    n_pages = 0
    for file in files:
        name = staged_name(file)
        assert name is not None
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            target.write_text(with_links(file.read_text("utf-8"), file, repository), "utf-8")
            n_pages += 1
        else:
            shutil.copyfile(file, target)
    return n_pages


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".site").resolve()
    n_pages = stage(folder / "docs")
    shutil.copyfile(ROOT / "zensical.toml", folder / "zensical.toml")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        text = re.sub(r"\x1b\[[0-9;]*m", "", built.stdout + built.stderr)
        print(text.partition("Traceback")[0], file=sys.stderr)
        return 1
    print(f"{n_pages} pages: {folder / 'site' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
