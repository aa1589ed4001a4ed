"""Files that are kept from models by their names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.privacy.secret_files import is_secret_path

SECRET_PATHS = """
.env app/.env .env.local .env.production .env-prod .envrc prod.env .ENV .env.test
id_rsa /home/me/.ssh/id_ed25519 deploy_id_rsa ssh_host_ecdsa_key .ssh/anything
server.pem tls.key app.p12 app.pfx debug.keystore app.jks AuthKey_1.p8 me.ppk vault.kdbx
.netrc _netrc .npmrc .pypirc .pgpass .git-credentials .htpasswd .dockercfg .vault-token
credentials credentials.json gcp-credentials.json config/credentials.yml.enc .aws/credentials
secrets.yaml secrets.yml secrets.json secrets.toml prod-secrets.yaml app.secrets.json .secrets
k8s/secret.yaml run/secrets/db_password .secrets/token.txt signing.secret
client_secret_123.json service-account.json serviceAccountKey.json local.settings.json
terraform.tfstate terraform.tfstate.backup prod.tfvars x.auto.tfvars prod.tfvars.json
kubeconfig .kube/config my.kubeconfig .docker/config.json .gnupg/secring.gpg gh/hosts.yml
C:\\work\\.env
password.txt passwords.csv token.txt github-token.txt auth.json private_key.txt id_rsa.txt
gcp-key.json api_keys.yaml accessKeys.csv firebase-adminsdk.json app-firebase-adminsdk-x1.json
oauth_client.json oauth2-token.json .dev.vars .dev.vars.production .flaskenv .bash_history
.psql_history .terraformrc .sentryclirc rclone.conf .Renviron .git/config .ssh/config jwt_private
jwt-private.txt sftp.json db_password my-token
"""
OPEN_PATHS = """
.env.example .env.sample .env.template .env.dist .env-example example.env config/sample.env
secrets.example.yaml secrets.schema.json credentials.sample.json terraform.tfvars.example
secrets.go secrets.py secret_store.rs credentials.ts CredentialsProvider.java internal/secrets/a.go
id_rsa.pub .ssh/known_hosts .ssh/authorized_keys
key.go keys.json keyboard.py monkey turnkey.go config.json env.py environment.ts .env.d/readme.md
main.tf variables.tf tokenizer.py secretary.json README.md package.json
compose.yaml docker/config.py
locales/en/auth.json src/i18n/passwords.json reset_password.txt common-passwords.txt tokens.json
design-tokens.json tokenizer.json special_tokens_map.json auth.py password.ts token.go auth
api_keys.py private_key.rs history.txt public_key.json .git/HEAD git/config keys.csv oauth_client.go
token.example.txt passwords.sample.csv
"""


@pytest.mark.parametrize("path", SECRET_PATHS.split())
def test_a_file_of_secrets_is_known_by_its_name(path: str) -> None:
    assert is_secret_path(path)
    assert is_secret_path(path.upper())


@pytest.mark.parametrize("path", OPEN_PATHS.split())
def test_examples_and_code_about_secrets_are_open(path: str) -> None:
    assert not is_secret_path(path)


COPIES = """
{}~ {}.bak {}.bak2 {}.BAK {}.orig {}.old {}.save {}.tmp {}.rej {}.swp {}.swo {}.swx {}.un~
{}.~1~ {}.~12~ {}.1 {}.2024-05-01 {}.20240501 {}-20240501 {}.dpkg-old {}.rpmsave {}.kate-swp
{}_backup {}-old {}.bak~ {}.orig.1 #{}# .#{} %home%me%{}.swp !home!me!{}~ bak-{}
{}_(1) {}_copy {}_copy_2 {}_-_Copy {}_(copy) {}_-_Copy_(2) copy_of_{} backup_of_{}
"""


@pytest.mark.parametrize("mark", COPIES.split())
def test_a_copy_is_what_its_original_is(mark: str) -> None:
    def copied(path: str) -> str:
        at = max(path.rfind("/"), path.rfind("\\")) + 1
        written = mark.replace("_", " ") if "(" in mark or "copy" in mark.lower() else mark
        return path[:at] + written.format(path[at:])

    for path in SECRET_PATHS.split():
        assert is_secret_path(copied(path)), copied(path)
    for path in OPEN_PATHS.split():
        assert not is_secret_path(copied(path)), copied(path)


@pytest.mark.parametrize(
    "path", ["credentials - Copy.json", "secrets (1).yaml", "a/credentials copy 2.json"]
)
def test_a_copy_that_keeps_its_ending_is_what_its_original_is(path: str) -> None:
    assert is_secret_path(path)
    assert not is_secret_path(path.replace(".json", ".py").replace(".yaml", ".py"))


def test_a_swap_file_may_begin_with_a_dot_of_its_own() -> None:
    assert all(map(is_secret_path, [".id_rsa.swp", "..env.swp", ".env.swp", ".server.pem.swo"]))
    assert not any(map(is_secret_path, [".main.go.swp", ".id_rsa.pub.swp", ".example.env.swp"]))


def test_patterns_count_for_copies_unless_one_names_the_copy() -> None:
    assert is_secret_path("x/a.sealed~", ["*.sealed"])
    assert not is_secret_path("certs/test.pem.bak", ["!certs/test.pem"])
    assert not is_secret_path("a.sealed.bak", ["*.sealed", "!*.sealed.bak"])


@pytest.mark.parametrize(
    ("pattern", "secret", "not_secret"),
    [
        ("*.sealed", ["a.sealed", "x/y/a.sealed", "a.SEALED", "x.sealed/a"], ["a.sealed.md"]),
        ("private", ["private", "a/private", "private/x.md"], ["privates", "a/private.md"]),
        ("private/", ["private/x.md", "a/private/b/x.md"], ["private", "a/private"]),
        ("config/prod", ["config/prod", "config/prod/a.md"], ["x/config/prod", "config/prod.md"]),
        ("/top.md", ["top.md", "top.md/a"], ["a/top.md"]),
        ("config/*.md", ["config/a.md"], ["config/a/b.md", "a/config/b.md"]),
        ("**/prod/*.md", ["prod/a.md", "a/b/prod/c.md"], ["prod/a/b.md"]),
        ("docs/**", ["docs/a", "docs/a/b"], ["docs", "a/docs/b"]),
        ("docs/**/key.md", ["docs/key.md", "docs/a/b/key.md"], ["docs/a/key.md.x"]),
        ("[^a]-key.md", ["b-key.md", "x/b-key.md"], ["a-key.md"]),
        ("[!a]-key.md", ["b-key.md"], ["a-key.md"]),
        ("key[[:digit:]].md", ["key1.md", "a/key2.md"], ["keya.md", "key.md"]),
        ("\\*.md", ["*.md", "a/*.md"], ["a.md"]),
        ("\\[draft\\].md", ["[draft].md"], ["d.md"]),
        ("\\!notes.md", ["!notes.md"], ["notes.md"]),
        ("\\#notes.md", ["#notes.md"], ["notes.md"]),
        ("my\\ notes", ["my notes", "my notes/a.md"], ["my", "notes"]),
        ("data-?.[ct]sv", ["data-1.csv", "a/data-x.tsv"], ["data-10.csv", "data-1.psv"]),
    ],
)
def test_patterns_are_those_of_gitignore(
    pattern: str, secret: list[str], not_secret: list[str]
) -> None:
    assert [path for path in secret if not is_secret_path(path, (pattern,))] == []
    assert [path for path in not_secret if is_secret_path(path, (pattern,))] == []


def test_the_last_pattern_that_matches_decides() -> None:
    assert not is_secret_path("certs/test.pem", ("!certs/test.pem",))
    assert is_secret_path("certs/prod.pem", ("!certs/test.pem",))
    assert is_secret_path("notes/a.md", ("!notes/a.md", "notes/"))
    assert not is_secret_path("notes/a.md", ("notes/", "!notes/a.md"))


def test_a_hostile_pattern_costs_no_time() -> None:
    began_s = time.process_time()
    assert not is_secret_path("a" * 250, ("a*" * 90 + "b",))
    assert not is_secret_path("/".join("a" * 60), ("**/a/" * 30 + "b",))
    assert time.process_time() - began_s < 0.5


@given(st.text(max_size=60), st.lists(st.text("a*?[]!/.\\é", max_size=12), max_size=4))
def test_no_path_and_no_pattern_raises(path: str, patterns: list[str]) -> None:
    assert is_secret_path(path, patterns) in (True, False)
    assert is_secret_path(path, patterns) == is_secret_path(f"/{path}", patterns)
