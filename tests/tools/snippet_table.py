"""Write the table by which the language of a snippet without a name is recognized.

    python tests/tools/snippet_table.py --cache /tmp/sources

downloads the packages of `SOURCES` with their registries' own clients (`apt-get source`,
`npm pack`, `pip download`) into the cache, unless they are there, counts words and signs in their
files, and writes server/hotseat/languages/snippets/table.txt. A package that a registry has no more
is reported and left out. `--keep-out PATTERN` leaves packages out, to measure without them. The
table holds logarithms of frequencies of single words and pairs; no text of the packages.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import subprocess
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from hotseat.languages.snippets.features import features_of
from hotseat.languages.snippets.table import written

SOURCES = {
    "deb": """
        ansible-core autojump bash-completion catch2 composer debootstrap devscripts fmtlib fzf
        golang-github-gin-gonic-gin golang-github-gorilla-mux golang-github-spf13-cobra
        golang-logrus guava-libraries hcloud-cli hsqldb htop initramfs-tools jansson jekyll jq jsoup
        junit5 keepass2 leveldb libcommons-lang3-java libevent libjackson2-core-java lighttpd
        lua-cjson lua5.4 luarocks memcached mockito ninja-build nlohmann-json3 nmap pdns
        php-guzzlehttp-psr7 php-league-commonmark php-monolog php-nesbot-carbon php-psr-log php-twig
        phpmyadmin phpunit postgresql-15 puma rclone re2 redis redmine restic rich ripgrep fd-find
        bat rust-clap roundcube ruby-devise spdlog tinyxml2 tmux vis yaml-cpp zlib
    """,
    "npm": """
        express lodash axios commander eslint webpack jquery mocha async rxjs zod ts-pattern
        @tanstack/query-core @tanstack/react-table @reduxjs/toolkit effect fp-ts bootstrap bulma
        animate.css @picocss/pico purecss foundation-sites tachyons reveal.js admin-lte
        startbootstrap-sb-admin-2 startbootstrap-clean-blog startbootstrap-agency jquery-ui
        expo-modules-core expo-camera expo-file-system expo-notifications expo-updates
        react-native-screens react-native-gesture-handler react-native-svg react-native-maps
        react-native-webview @capacitor/ios @capacitor/android react-native-vision-camera
        react-native-video react-native-iap @stripe/stripe-react-native lottie-react-native expo-av
        expo-image expo-contacts react-native-windows edge-js electron-edge-js graphile-worker
    """,
    "pip": "sqlfluff sqlglot pythonnet ansible-lint cfn-lint requests attrs celery",
}
EXTENSIONS = {
    "py": "python", "js": "javascript", "mjs": "javascript", "cjs": "javascript",
    "ts": "typescript", "tsx": "typescript", "go": "go", "rs": "rust", "java": "java",
    "kt": "kotlin", "kts": "kotlin", "swift": "swift", "c": "c", "h": "c", "cc": "cpp",
    "cpp": "cpp", "cxx": "cpp", "hpp": "cpp", "cs": "csharp", "php": "php", "rb": "ruby",
    "sql": "sql", "html": "html", "css": "css", "scss": "css", "sh": "shellscript",
    "bash": "shellscript", "lua": "lua", "nse": "lua", "yml": "yaml", "yaml": "yaml",
    "json": "json", "md": "plaintext", "rst": "plaintext", "txt": "plaintext",
}  # fmt: skip
SKIPPED = re.compile(
    r"(?:^|/)(?:node_modules|vendor|dist|third_party|thirdparty|\.git|locale|locales|i18n|lang"
    r"|debian)/"
    r"|\.min\.|\.bundle\.|\.d\.ts$|\.map$|package-lock|[-_]generated|\.pb\."
)
NOT_C = re.compile(r"\bclass \w|std::|\btemplate\s*<|@interface|#import|namespace ")
"""In headers of C++ and Objective-C."""
MAX_FILE_BYTES = 40_000
MAX_PACKAGE_CHARS = 250_000
"""Of one language, so that no package outweighs the others."""
N_FEATURES = 2_200
WINDOW_TOKENS = (24, 160)
N_WINDOWS = 1_500
"""For each language: texts of random length, from which frequencies are counted."""
ROOT = Path(__file__).parents[2]


def fetch(kind: str, name: str, cache: Path) -> list[Path]:
    """Return the package's archives, downloaded with the registry's client if needed."""
    folder = cache / kind / re.sub(r"[@/]", "_", name)
    if not folder.is_dir():
        folder.mkdir(parents=True)
        command = {
            "deb": ["apt-get", "-qq", "source", "--download-only", name],
            "npm": ["npm", "pack", "--silent", name],
            "pip": [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--no-binary",
                name,
                name,
            ],
        }[kind]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{kind} {name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return sorted(
        path
        for path in folder.iterdir()
        if ".tar" in (*path.suffixes[-2:], path.suffix) or path.suffix in {".tgz", ".gz", ".xz"}
    )


def files_of(archive: Path) -> Iterator[tuple[str, str]]:
    """Yield language and text of each source file of an archive."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                name = member.name.rpartition("/")[2].lower()
                language = EXTENSIONS.get(name.rpartition(".")[2])
                if language is None or not member.isfile() or SKIPPED.search(member.name):
                    continue
                if not 200 < member.size <= MAX_FILE_BYTES * 4:
                    continue
                file = tar.extractfile(member)
                assert file is not None
                text = file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
                if max(map(len, text.splitlines()), default=0) > 400:
                    continue  # minified
                if language == "c" and re.search(
                    r"\bclass \w|std::|\btemplate\s*<|@interface|#import|namespace ", text
                ):
                    continue  # headers of C++ and Objective-C
                yield language, text
    except (tarfile.TarError, OSError, EOFError) as error:
        print(f"{archive.name}: {error}", file=sys.stderr)


def corpus(cache: Path, keep_out: re.Pattern[str] | None) -> dict[str, dict[str, list[str]]]:
    """Return language → package → texts."""
    texts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, names in SOURCES.items():
        for name in names.split():
            if keep_out is not None and keep_out.search(name):
                continue
            found: dict[str, list[str]] = defaultdict(list)
            for archive in fetch(kind, name, cache):
                for language, text in files_of(archive):
                    found[language].append(text)
            for language, files in found.items():
                random.Random(name).shuffle(files)
                n = 0
                for text in files:
                    if n > MAX_PACKAGE_CHARS:
                        break
                    texts[language][name].append(text)
                    n += len(text)
    return texts


def windows(packages: dict[str, list[str]], rng: random.Random, n: int) -> Iterator[str]:
    """Yield `n` texts of random length, from packages in turn."""
    names = sorted(packages)
    for i in range(n):
        lines = rng.choice(packages[names[i % len(names)]]).splitlines()
        start = rng.randrange(max(1, len(lines) - 5))
        want, taken, got = rng.randint(*WINDOW_TOKENS), [], 0
        for line in lines[start:]:
            taken.append(line)
            got += len(re.findall(r"\w+|[^\w\s]", line))
            if got >= want:
                break
        yield "\n".join(taken)


def train(texts: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, float]]:
    """Return feature → language → logarithm of the share of windows that have it."""
    languages = sorted(texts)
    present: dict[str, Counter[str]] = {}
    for language in languages:
        rng = random.Random(language)
        counts: Counter[str] = Counter()
        for text in windows(texts[language], rng, N_WINDOWS):
            counts.update(set(features_of(text)))
        present[language] = counts
    every = Counter({f: sum(c[f] for c in present.values()) for c in present.values() for f in c})
    gains = {}
    for feature, n in every.items():
        if n < 40:
            continue
        shares = [present[language][feature] / N_WINDOWS for language in languages]
        mean = sum(shares) / len(shares)
        gains[feature] = _entropy(mean) - sum(map(_entropy, shares)) / len(shares)
    best = sorted(gains, key=lambda f: (-gains[f], f))[:N_FEATURES]
    return {
        feature: {
            language: math.log((present[language][feature] + 0.3) / (N_WINDOWS + 0.6))
            for language in languages
        }
        for feature in best
    }


def _entropy(p: float) -> float:
    return 0.0 if p in (0.0, 1.0) else -p * math.log(p) - (1 - p) * math.log(1 - p)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder of the downloaded packages"
    )
    parser.add_argument("--keep-out", type=re.compile, help="names of packages that are not used")
    arguments = parser.parse_args()
    texts = corpus(arguments.cache, arguments.keep_out)
    for language, packages in sorted(texts.items()):
        n = sum(len(text) for files in packages.values() for text in files)
        print(f"{language:12} {len(packages):3} packages {n / 1e6:6.2f} MB")
    table = train(texts)
    path = ROOT / "server/hotseat/languages/snippets/table.txt"
    path.write_text(written(sorted(texts), table), encoding="utf-8")
    print(f"{len(table)} words, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
