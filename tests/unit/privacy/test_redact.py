"""Secrets in a text: found, and nothing else touched. Tokens here are made up, and joined at run
time so that no scanner of repositories takes them for real ones."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.privacy.entropy import looks_random
from hotseat.privacy.redact import MASK, blank, has_known_secret, mask, mask_prefix, mask_suffix

CHANCE = random.Random(5)
DIGITS = string.digits
LETTERS = string.ascii_letters + DIGITS


def drawn(n: int, alphabet: str = LETTERS) -> str:
    return "".join(CHANCE.choice(alphabet) for _ in range(n))


BODY = "\n".join(drawn(64, LETTERS + "+/") for _ in range(12))
PRIVATE_KEY = "-----BEGIN " + "RSA PRIVATE KEY-----\n{}\n-----END " + "RSA PRIVATE KEY-----"
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + drawn(43)

# ⟦…⟧ is what must be masked.
SECRETS = {
    "amazon key id": "id = ⟦AKIA" + drawn(16, string.ascii_uppercase + DIGITS) + "⟧",
    "amazon secret": 'aws("⟦' + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzz9KEYab" + '⟧")',
    "github": "token ⟦ghp_" + drawn(36) + "⟧ end",
    "github, fine-grained": "x = '⟦github_pat_" + drawn(22) + "_" + drawn(59) + "⟧'",
    "gitlab": "x: ⟦glpat-" + drawn(20) + "⟧",
    "slack": "x = '⟦xoxb-" + drawn(12, DIGITS) + "-" + drawn(24) + "⟧'",
    "slack hook": "https://hooks.slack.com/services/⟦T"
    + drawn(8)
    + "/B"
    + drawn(8)
    + "/"
    + drawn(24)
    + "⟧",
    "google": "key=⟦AIza" + drawn(35) + "⟧&x=1",
    "stripe": "x = '⟦sk_live_" + drawn(24) + "⟧'",
    "openai": "x = '⟦sk-proj-" + drawn(48) + "⟧'",
    "anthropic": "x = '⟦sk-ant-api03-" + drawn(80) + "⟧'",
    "sendgrid": "x = '⟦SG." + drawn(22) + "." + drawn(43) + "⟧'",
    "npm": "x = '⟦npm_" + drawn(36) + "⟧'",
    "pypi": "x = '⟦pypi-AgEI" + drawn(80) + "⟧'",
    "hugging face": "x = '⟦hf_" + drawn(34) + "⟧'",
    "jwt": f"x = '⟦{JWT}⟧'",
    "private key": PRIVATE_KEY.format(f"⟦{BODY}⟧"),
    "private key in a string": 'k = "-----BEGIN '
    + "PRIVATE KEY-----⟦\\n"
    + BODY.replace("\n", "\\n")
    + "\\n⟧-----END "
    + 'PRIVATE KEY-----"',
    "private key, cut off": "-----BEGIN " + "EC PRIVATE KEY-----\n⟦" + BODY + "⟧",
    "bearer": "Authorization: Bearer ⟦" + drawn(20) + "1⟧",
    "basic": '{"Authorization": "Basic ⟦dXNlcjpodW50ZXIy⟧"}',
    "password in an address": "postgres://me:⟦hunter2⟧@db.example.org/x",
    "python": 'password = "⟦hunter2⟧"',
    "python, annotated": "password: str = '⟦swordfish⟧'",
    "python, a setting": 'DATABASES = {"PASSWORD": "⟦hunter2⟧"}',
    "python, an environment": 'os.environ["DB_PASSWORD"] = "⟦hunter2⟧"',
    "python, a comparison": 'if password == "⟦swordfish⟧":',
    "javascript": "const clientSecret = `⟦a1b2c3d4e5⟧`;",
    "json": '"api_key": "⟦0123456789abcdef0123456789abcdef⟧",',
    "go": 'var password string = "⟦hunter2⟧"',
    "go, short": 'secret := "⟦hunter2⟧"',
    "ruby": "'secret_key_base' => '⟦0a1b2c3d4e5f0a1b⟧'",
    "quotes inside": 'password = "⟦hun\\"ter2⟧"',
    "shell": "export DB_PASSWORD=⟦hunter2⟧",
    "dockerfile": "ENV API_TOKEN=⟦a1b2c3d4⟧",
    "yaml": "  password: ⟦hunter2⟧\n",
    "yaml, in a list": "- db_password: ⟦hunter2⟧  # why",
    "anything drawn at random": "x = '⟦" + "q7Xz0LmB4vKt9RwYc2NsHd8FgJ5aPe" + "⟧'",
    "in a path": "/hooks/⟦q7Xz0LmB4vKt9RwYc2NsHd8FgJ5aPe⟧",
}
HARMLESS = {
    "commit": "rev: 4fb9f66172ac6d4239b0d8c79092aacc57d93bbe",
    "sha256": "x = 'ef797c8118f02dfb649607dd5d3f8c7623048c9c063d532cc95c5ed7a898a64f'",
    "uuid": "id = '123e4567-e89b-12d3-a456-426614174000'",
    "uuid with a name": "tooltip-b98bc807-60e6-4371-860c-4cdc5bae2b8f",
    "lock file": '"integrity": "sha512-' + "q7Xz0LmB4vKt9RwYc2NsHd8FgJ5aPe" * 2 + '=="',
    "go.sum": "x v1.0.0 h1:q7Xz0LmB4vKt9RwYc2NsHd8FgJ5aPeq7Xz0LmB4vK=",
    "hashed file name": "/assets/light_tritanopia-5cb699a7e247.css",
    "commit in a path": "//github.com/a/b/commit/d8a994ef243349f321568f9e36d5c3f444b99cae",
    "a long name": "getUserByEmailAddressAndPasswordOrThrowHTTPException2",
    "a constant": "MAX_NUMBER_OF_CONCURRENT_CONNECTIONS_PER_HOST_V2 = 16",
    "a long path": "node_modules/react-dom/cjs/react-dom-server-legacy.browser.js",
    "a css class": "sk-folding-cube-animation-wrapper-element-large",
    "alphabet": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "words in base64": 'id: "UHJvZHVjdFZhcmlhbnQ6MjE2"',
    "a field": 'passwordField = "input-7"',
    "a type": "password: string;",
    "a label": '{"password": "Passwort", "secret": "Geheim"}',
    "a sentence": 'password = "must be 8 characters"',
    "a name in a name": 'name = "current-password"; password: "new-password"',
    "a token's type": 'token_type = "bearer_9000_x"',
    "a token of a grammar": 'token = "IDENT"; token := "=="; tokenizer = "gpt2-medium-355"',
    "an expression": "password = get_password(1)\ntoken = response.token2\nsecret=secret2,",
    "an argument": "    token=token2\n",
    "filled in later": 'password = "${PASSWORD}"\npassword: "{{ pass1 }}"',
    "a place for a token": 'token = "<token-12345>"',
    "address filled in": 'f"postgres://{user}:{password}@{host}" "http://user:$PASS1@x"',
    "a port": "http://localhost:8080/a@b",
    "a public key's place": 'placeholder="-----BEGIN ' + 'PRIVATE KEY-----"',
    "code about keys": 't.startswith("-----BEGIN ' + 'PRIVATE KEY-----") and (x or "-----END")',
    "stars": 'password = "********"',
    "prose about bearers": "the bearer authentication scheme, basic understanding",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_masked_and_nothing_beside_it(text: str) -> None:
    before, _, rest = text.partition("⟦")
    secret, _, after = rest.partition("⟧")
    assert mask(before + secret + after) == before + MASK[: len(secret)] + after


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("name", ["python", "github", "jwt", "amazon secret"])
def test_what_is_being_typed_stays_and_is_masked_when_the_cursor_has_left(name: str) -> None:
    text = SECRETS[name].replace("⟦", "").replace("⟧", "")
    start = SECRETS[name].index("⟦")
    stop = SECRETS[name].index("⟧") - 1
    for at in range(start, stop + 1):
        assert mask_prefix(text[:at]) == text[:at]
    assert mask_suffix(text[stop:]) == text[stop:]
    left = f"{text}\n"
    assert mask_prefix(left) == mask(left) != left


def test_a_secret_in_another_place_of_the_prompt_is_masked_on_both_sides_of_the_cursor() -> None:
    text = 'password = "hunter2"\nx = '
    assert mask_prefix(text) == 'password = "*******"\nx = '
    assert mask_suffix(f"y\n{text}") == 'y\npassword = "*******"\nx = '


def test_of_a_key_that_is_being_pasted_only_the_last_line_stays() -> None:
    text = PRIVATE_KEY.format(BODY)
    cut = text[: text.index(BODY) + 130]
    shown = mask_prefix(cut)
    assert BODY[:64] not in shown
    assert shown.endswith(cut.rpartition("\n")[2])


@pytest.mark.parametrize(
    ("alphabet", "least"),
    [(LETTERS, 0.97), (LETTERS + "+/", 0.94), (LETTERS + "-_", 0.94)],
    ids=["base62", "base64", "base64url"],
)
def test_most_random_strings_of_24_characters_look_random(alphabet: str, least: float) -> None:
    found = sum(looks_random(drawn(24, alphabet)) for _ in range(1000))
    assert found >= least * 1000


HOSTILE_TEXT = """
a aB3 eyJ -eyJ eyJaaaaaaaa. password= password=" password="\\ secret: PASSWORD=a1b2c3
-----BEGIN :// ://: ://a:b ghp_a github_pat_ xoxb- AKIA SG. sk- İ token a/ a- _ =
passwd` sha512- h1: \ud800 {{ \u2028
"""
HOSTILE = [
    *HOSTILE_TEXT.split(" "),
    "-----BEGIN " + "PRIVATE KEY-----",
    "password\tstring= ",
    "passw : str = ",
    "Bearer a",
    "\n",
    " \t",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_is_masked_in_linear_time(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    began_s = time.process_time()
    masked = mask(text)
    assert time.process_time() - began_s < 5.0
    assert len(masked) <= len(text)


PIECES = st.sampled_from(
    [
        *('password = "', "hunter2", '"', "\n", " ", "ghp_", "a1B2c3D4e5" * 4, "eyJ", ".", "@"),
        *("-----BEGIN " + "PRIVATE KEY-----", "-----END", "://u:", "Bearer ", "=", "'", "\\"),
        *("İ", "😀", "\ud800"),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_masking_never_raises_never_lengthens_and_is_stable(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= len(text)
    assert len(masked.encode("utf-8", "surrogatepass")) <= len(
        text.encode("utf-8", "surrogatepass")
    )
    assert mask(text) == masked
    assert len(mask_prefix(text)) <= len(text)
    assert len(mask_suffix(text)) <= len(text)


@given(st.lists(PIECES, max_size=12).map("".join), st.text("abc(){}= \n", max_size=20))
def test_ordinary_text_behind_a_line_changes_nothing_above_it(text: str, typed: str) -> None:
    above = mask(f"{text}\n\n\n")
    assert mask_prefix(f"{text}\n\n\n{typed}").startswith(above.rstrip("\n"))


@given(st.lists(PIECES.filter(lambda piece: "PRIVATE" not in piece), max_size=25).map("".join))
def test_but_for_keys_no_secret_goes_on_over_the_end_of_a_line(text: str) -> None:
    lines = text.split("\n")
    assert mask(text) == "".join([mask(f"{line}\n") for line in lines[:-1]]) + mask(lines[-1])


def test_blanking_moves_no_line_and_no_column() -> None:
    text = f"a = 1\r\n{PRIVATE_KEY.format(BODY)}\nb = 2\n"
    blanked = blank(text)
    assert len(blanked) == len(text)
    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]
    assert mask(blanked) == blanked
    assert not any(line in blanked for line in BODY.split("\n"))
    assert "b = 2" in blanked


def test_only_published_formats_and_keys_are_known_secrets() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA" * 10
    assert has_known_secret(key)
    assert has_known_secret("token = 'ghp_" + "a1B2" * 9 + "'")
    assert has_known_secret("AKIA" + "ABCDEFGH12345678")
    assert not has_known_secret("password = 'correct horse battery'")
    assert has_known_secret("-----BEGIN PRIVATE KEY-----")
    assert not has_known_secret("-----BEGIN CERTIFICATE-----")
