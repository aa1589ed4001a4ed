"""Files that hold secrets: neither completed nor shown to a model.

Owns the names of such files, and the patterns that users add in experts.yaml. Decides by the path
alone, as git names it, and reads nothing. Example files (`.env.example`) are no secret.

The patterns are matched here, and not by `pathspec`, because a workspace that is not trusted may
bring them: a pattern with eight stars would take pathspec's regular expressions minutes for one
path. Here the time is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EXAMPLES = _words("example examples sample template tmpl tpl dist default defaults skel schema")
"""Words in the name of a file whose secrets are made up."""
_NAMES = _words(
    ".authinfo .boto .dockercfg .dockerconfigjson .git-credentials .htdigest .htpasswd .my.cnf "
    ".mylogin.cnf .netrc .npmrc .pgpass .pypirc .s3cfg .secret .secrets .vault-token .vault_pass "
    ".vault_password _netrc htpasswd kubeconfig local.settings.json vault_pass vault_password "
    "wp-config.php"
)
_KEY_NAMES = re.compile(r"(?:.*[_.-])?(?:id|ssh_host)_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk|_key)?")
_KEY_ENDINGS = _words(
    "agekey gpg jks kdb kdbx key keychain keystore keytab kubeconfig kwallet ovpn p12 p8 pem pfx "
    "pgp pkcs12 ppk secret secrets tfstate tfvars"
)
_PLACES = (  # folder, then the file
    (".aws", "credentials"),
    (".aws", "config"),
    (".bundle", "config"),
    (".docker", "config.json"),
    (".kube", "config"),
    (".m2", "settings.xml"),
    (".m2", "settings-security.xml"),
    ("gh", "hosts.yml"),
)
_FOLDERS = frozenset({".gnupg", ".password-store", ".secrets"})
_OPEN_IN_SSH = re.compile(r"config|known_hosts.*|authorized_keys.*|.*\.pub")
_ENV = re.compile(r"\.env(?:[._-].*|rc)?|.+\.env")
_NAMED = re.compile(
    r"(?:.*[._-])?(?:credentials?|secrets?|client_secrets?|service[_-]?accounts?(?:[_-]?keys?)?)"
    r"(?:[._-].*)?"
)
# Beside these names a file of code is about secrets, and does not hold any.
_DATA_ENDINGS = _words(
    "cfg conf config csv db enc env ini json jsonc plist properties toml txt xml yaml yml"
)


def is_secret_path(path: str, patterns: Sequence[str] = ()) -> bool:
    """Return whether models may not see the file's content.

    `path` is relative to the workspace with "/", or whole. `patterns` are gitignore's: the last
    that matches decides, and with "!" says that the file holds no secrets, whatever its name.
    """
    return _is_secret(path, tuple(patterns))


@lru_cache(maxsize=2048)
def _is_secret(path: str, patterns: tuple[str, ...]) -> bool:
    parts = [part for part in re.split(r"[/\\]", path.lower()) if part]
    if not parts:
        return False
    for pattern in reversed(patterns):
        is_open = pattern.startswith("!")
        if _matches(pattern.lower().removeprefix("!"), parts):
            return not is_open
    return _by_place(parts) or _by_name(parts[-1])


def _by_place(parts: list[str]) -> bool:
    folders, name = parts[:-1], parts[-1]
    if tuple(parts[-2:]) in _PLACES or not _FOLDERS.isdisjoint(folders):
        return True
    if ".ssh" in folders:
        return not _OPEN_IN_SSH.fullmatch(name)
    if "secrets" in folders:  # Docker's and Kubernetes'; not a package of that name
        _, dot, ending = name.rpartition(".")
        return (not dot or ending in _DATA_ENDINGS) and not _is_example(name)
    return False


def _by_name(name: str) -> bool:
    if name in _NAMES or _KEY_NAMES.fullmatch(name):
        return True
    if _is_example(name):
        return False
    endings = name.split(".")[1:]
    ending = endings[-1] if endings else ""
    if ending in _KEY_ENDINGS or _ENV.fullmatch(name):
        return True
    if {"tfstate", "tfvars"} & set(endings):  # .tfstate.backup, .tfvars.json
        return True
    return (not ending or ending in _DATA_ENDINGS) and _NAMED.fullmatch(name) is not None


def _is_example(name: str) -> bool:
    words = [word for word in re.split(r"[._-]", name) if word]
    return not _EXAMPLES.isdisjoint(words[1:] if words[-1:] != ["env"] else words)


def _matches(pattern: str, parts: list[str]) -> bool:
    """Return whether a pattern matches, as in gitignore: without a "/" the name of a file or folder
    anywhere, else from the top."""
    pattern = pattern.strip()
    is_folder = pattern.endswith("/")
    steps = [_as_fnmatch(step) for step in pattern.split("/") if step]
    if not steps:
        return False
    if "/" not in pattern.rstrip("/"):
        names = parts[:-1] if is_folder else parts
        return any(fnmatchcase(part, steps[0]) for part in names)
    # A folder's pattern takes in what lies below it.
    stops = range(1, len(parts) + (0 if is_folder else 1))
    return any(_match_steps(steps, parts[:stop]) for stop in stops)


_SPECIAL = re.compile(r"\\(.)|\[\^|\[:([a-z]+):\]")
_CLASSES = {
    "alnum": "a-z0-9",
    "alpha": "a-z",
    "digit": "0-9",
    "lower": "a-z",
    "space": " \t",
    "upper": "a-z",  # upper and lower case are the same
    "xdigit": "a-f0-9",
}


@lru_cache(maxsize=512)
def _as_fnmatch(step: str) -> str:
    """Return gitignore's pattern of one name as Python's fnmatch writes it: that has no escape,
    and another sign for "none of these characters"."""

    def write(found: re.Match[str]) -> str:
        if escaped := found[1]:
            return f"[{escaped}]" if escaped in "*?[" else escaped
        return "[!" if found[2] is None else _CLASSES.get(found[2], found[0])

    return _SPECIAL.sub(write, step)


def _match_steps(steps: list[str], parts: list[str]) -> bool:
    """Return whether the pattern matches all of `parts`; "**" is any number of folders. Row by row,
    so never exponential."""
    reached = {0}
    for i, step in enumerate(steps):
        if step == "**":
            is_last = i == len(steps) - 1  # then it is what lies in the folder, not the folder
            reached = set(range(min(reached) + int(is_last), len(parts) + 1))
        else:
            reached = {n + 1 for n in reached if n < len(parts) and fnmatchcase(parts[n], step)}
        if not reached:
            return False
    return len(parts) in reached
