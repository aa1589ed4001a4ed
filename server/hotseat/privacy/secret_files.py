"""Files that hold secrets: neither completed nor shown to a model.

Owns the names of such files, and the patterns that users add in experts.yaml. Decides by the path
alone, as git names it, and reads nothing. Example files (`.env.example`) are no secret. A copy
(`.env~`, `id_rsa.bak`) is what its original is.

The patterns are matched here, and not by `pathspec`, because a workspace that is not trusted may
bring them: a pattern with eight stars would take pathspec's regular expressions minutes for one
path. Here the time is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from hotseat.privacy.backup_names import original_names

_MAX_KNOWN = 2048
"""Paths for which the decision is remembered."""
_MAX_WORK = 150_000
"""Tests of one name against one step of a pattern, for one path: 20 to 50 ms. 5,000 patterns
without a "/" need them for a path of 30 names."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EXAMPLES = _words("example examples sample template tmpl tpl dist default defaults skel schema")
"""Words in the name of a file whose secrets are made up."""
_NAMES = _words(
    ".authinfo .boto .curlrc .dbshell .dockercfg .dockerconfigjson .fetchmailrc .flaskenv "
    ".ftpconfig .git-credentials .htdigest .htpasswd .msmtprc .my.cnf .mylogin.cnf .netrc .npmrc "
    ".pgpass .pypirc .renviron .rhistory .s3cfg .secret .secrets .sentryclirc .terraformrc "
    ".vault-token .vault_pass .vault_password .wgetrc _netrc accesstokens.json fish_history "
    "htpasswd kubeconfig local.settings.json pgpass.conf rclone.conf sftp-config.json sftp.json "
    "terraform.rc vault_pass vault_password wp-config.php"
)
_KEY_NAMES = re.compile(
    r"(?:.*[_.-])?(?:id|ssh_host)_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk|_key)?(?:\.txt)?"
)
_KEY_ENDINGS = _words(
    "agekey gpg jks kdb kdbx key keychain keystore keytab kubeconfig kwallet ovpn p12 p8 pem pfx "
    "pgp pkcs12 ppk secret secrets tfstate tfvars"
)
_PLACES = (  # folder, then the file
    (".aws", "credentials"),
    (".aws", "config"),
    (".bundle", "config"),
    (".docker", "config.json"),
    (".git", "config"),
    (".kube", "config"),
    (".m2", "settings.xml"),
    (".m2", "settings-security.xml"),
    ("gh", "hosts.yml"),
)
_FOLDERS = frozenset({".gnupg", ".password-store", ".secrets"})
_OPEN_IN_SSH = re.compile(r"known_hosts.*|authorized_keys.*|.*\.pub")
_ENV = re.compile(r"\.env(?:[._-].*|rc)?|.+\.env|\.dev\.vars(?:\..*)?|\.\w{1,20}_history")
_NAMED = re.compile(
    r"(?:.*[._-])?(?:credentials?|secrets?|client_secrets?|service[_-]?accounts?(?:[_-]?keys?)?)"
    r"(?:[._-].*)?"
    r"|(?:.*[._-])?(?:api|access|aws|azure|deploy|encryption|firebase|gcloud|gcp|google|host|master"
    r"|private|root|secret|service|signing|ssh)[_-]?keys?(?:[._-]\d+)?(?:\..*)?"
    r"|(?:.*[._-])?(?:ec|ecdsa|ed25519|gpg|jwt|pgp|rsa|signing|ssh)[_-]priv(?:ate)?(?:\..*)?"
    r"|(?:.*[._-])?oauth2?[_-]?(?:clients?|tokens?)(?:[._-].*)?|(?:.*[._-])?firebase-adminsdk.*"
)
_OFTEN_WORDS = re.compile(r"(?:.*[._-])?(?:passwords?|passwd|passphrases?|token|auth)")
_WORDS_ABOUT_THEM = re.compile(
    r"(?:^|[._-])(?:change|common|confirm|forgot|forgotten|new|reset|set|update|weak)[._-]"
)
"""In names of mails, pages and word lists: `reset_password.txt`."""
_WORD_FOLDERS = _words(
    "docs i18n l10n lang langs language languages locale locales messages templates translations"
)
"""Folders of texts, where `auth.json` and `passwords.json` are labels."""
# Beside these names a file of code is about secrets, and does not hold any.
_DATA_ENDINGS = _words(
    "cfg conf config csv db enc env ini json jsonc plist properties toml txt xml yaml yml"
)


class SecretFiles:
    """Decides by the path whether models may not see a file's content.

    `patterns` are gitignore's: the last that matches decides, and with "!" says that the file holds
    no secrets, whatever its name. Making one takes up to half a millisecond per pattern. A decision
    is remembered; one that would take too long is that the file holds secrets.
    """

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._patterns = tuple(_compiled(pattern) for pattern in reversed(patterns))
        self._known: dict[str, bool] = {}

    def hold(self, path: str) -> bool:
        """Return whether the file may hold secrets. `path` is relative to the workspace with "/",
        or whole."""
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            known = self._known[path] = self._decide(path)
        return known

    def _decide(self, path: str) -> bool:
        parts = [part for part in re.split(r"[/\\]", path.lower()) if part]
        if not parts:
            return False
        # The name itself first: a pattern may name the copy.
        copies = [[*parts[:-1], name] for name in original_names(parts[-1])]
        work = _Work(_MAX_WORK)
        for names in (parts, *copies):
            by_pattern = self._by_patterns(names, work)
            if by_pattern is not None:
                return by_pattern
        return any(_by_place(names) or _by_name(names[-1]) for names in copies or [parts])

    def _by_patterns(self, parts: list[str], work: _Work) -> bool | None:
        """Return what the last pattern that matches says; None if no pattern does."""
        width = sum(1 + len(part) // 16 for part in parts)
        for pattern in self._patterns:
            work.left -= pattern.work(len(parts), width)
            if work.left < 0:
                return True
            if pattern.matches(parts):
                return not pattern.is_open
        return None


@dataclass(slots=True)
class _Work:
    left: int


def is_secret_path(path: str, patterns: Sequence[str] = ()) -> bool:
    """Return whether models may not see the file's content: `SecretFiles.hold`, for tools."""
    return _secret_files(tuple(patterns)).hold(path)


@lru_cache(maxsize=4)
def _secret_files(patterns: tuple[str, ...]) -> SecretFiles:
    return SecretFiles(patterns)


def _by_place(parts: list[str]) -> bool:
    folders, name = parts[:-1], parts[-1]
    if tuple(parts[-2:]) in _PLACES or not _FOLDERS.isdisjoint(folders):
        return True
    if ".ssh" in folders:
        return not _OPEN_IN_SSH.fullmatch(name)
    if _may_be_words(name) and _WORD_FOLDERS.isdisjoint(folders):
        return not _is_example(name)
    if "secrets" in folders:  # Docker's and Kubernetes'; not a package of that name
        _, dot, ending = name.rpartition(".")
        return (not dot or ending in _DATA_ENDINGS) and not _is_example(name)
    return False


def _may_be_words(name: str) -> bool:
    """Return whether the name is that of a secret, as `passwords.csv`, but may be that of texts."""
    stem, dot, ending = name.rpartition(".")
    if dot and ending not in _DATA_ENDINGS:
        return False
    named = _OFTEN_WORDS.fullmatch(stem if dot else name)
    return named is not None and _WORDS_ABOUT_THEM.search(name) is None and name != "auth"


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


_Name = Callable[[str], object]
"""Returns something true if the name of a file or folder matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """One pattern, as in gitignore: without a "/" the name of a file or folder anywhere, else from
    the top."""

    steps: tuple[_Name | None, ...]
    """One for each name of the path; None is "**". Empty: it matches nothing."""
    is_open: bool
    """With "!": the file holds no secrets."""
    is_folder: bool
    is_anywhere: bool
    n_names: int
    """The steps that are not "**"."""

    def matches(self, parts: Sequence[str]) -> bool:
        """Return whether the file with that path, in lower case, matches."""
        steps = self.steps
        if not steps:
            return False
        if self.is_anywhere:
            name = steps[0]
            if name is None:  # "**" alone
                return len(parts) > int(self.is_folder)
            return any(name(part) for part in (parts[:-1] if self.is_folder else parts))
        if self.n_names > len(parts):
            return False
        # A folder's pattern takes in what lies below it.
        ends = _ends(steps, parts)
        return any(0 < end <= len(parts) - int(self.is_folder) for end in ends)

    def work(self, n_parts: int, width: int) -> int:
        """Return the work of `matches` for a path of `n_parts` names, at most. `width` is that of
        all names together; a name of up to 16 characters counts as one."""
        if self.is_anywhere:
            return width
        first = self.steps.index(None) if None in self.steps else len(self.steps)
        if self.n_names > n_parts:
            return 1
        return first + (self.n_names - first) * width


def _compiled(pattern: str) -> _Pattern:
    text = pattern.lower().removeprefix("!").strip()
    names = [name for name in text.split("/") if name]
    steps: list[_Name | None] = []
    for name in names:
        if name != "**":
            steps.append(_name(name))
        elif not steps or steps[-1] is not None:  # "**/**" is "**"
            steps.append(None)
    return _Pattern(
        steps=tuple(steps),
        is_open=pattern.startswith("!"),
        is_folder=text.endswith("/"),
        is_anywhere="/" not in text.rstrip("/"),
        n_names=sum(step is not None for step in steps),
    )


def _name(step: str) -> _Name:
    """Return the test for one name. Where it has a "*", fnmatch's regular expression does not go
    back beyond the one before, so its time is bounded."""
    if not any(special in step for special in "*?[\\"):
        return step.__eq__
    return re.compile(translate(_as_fnmatch(step))).match


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


def _as_fnmatch(step: str) -> str:
    """Return gitignore's pattern of one name as Python's fnmatch writes it: that has no escape,
    and another sign for "none of these characters"."""

    def write(found: re.Match[str]) -> str:
        if escaped := found[1]:
            return f"[{escaped}]" if escaped in "*?[" else escaped
        return "[!" if found[2] is None else _CLASSES.get(found[2], found[0])

    return _SPECIAL.sub(write, step)


def _ends(steps: Sequence[_Name | None], parts: Sequence[str]) -> set[int]:
    """Return after how many of `parts` the pattern can end; "**" is any number of folders. Row by
    row, so never exponential."""
    reached = {0}
    for i, step in enumerate(steps):
        if step is None:
            is_last = i == len(steps) - 1  # then it is what lies in the folder, not the folder
            reached = set(range(min(reached) + int(is_last), len(parts) + 1))
        else:
            reached = {n + 1 for n in reached if n < len(parts) and step(parts[n])}
        if not reached:
            break
    return reached
