"""Secrets that are known by the place they stand in, or by the name they are assigned to."""

from __future__ import annotations

import random
import string
import time

import pytest

from hotseat.privacy.redact import MASK, mask

CHANCE = random.Random(3)


def drawn(n: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(CHANCE.choice(alphabet) for _ in range(n))


HEX32 = drawn(32, string.hexdigits.lower())
BASIC = "YWRtaW46" + "c2VjcmV0"
# ⟦…⟧ is what must be masked.
SECRETS = [
    f'SENTRY_DSN = "https://⟦{HEX32}⟧@o123.ingest.example.io/456"',
    f"Authorization: Basic ⟦{BASIC}⟧",
    f'curl -H "Authorization: Basic ⟦{BASIC}⟧" https://x',
    f'curl -H "PRIVATE-TOKEN: ⟦a1{drawn(18)}⟧" https://x',
    f'-H "Authorization: token ⟦{HEX32}⟧"',
    f"X-Api-Key: ⟦{HEX32}⟧",
    "tool --password=⟦hunter2⟧ --verbose",
    "tool --password=⟦swordfish⟧ --verbose",
    "tool --password ⟦hunter2⟧ --verbose",
    '"Server=db;Database=x;User Id=sa;Password=⟦swordfish⟧;"',
    "Server=db;Password=⟦hunter2⟧;Database=x",
    '"Data Source=a;User ID=b;Pwd=⟦correct⟧"',
    f"AccountName=a;AccountKey=⟦{drawn(86)}==⟧;EndpointSuffix=core",
    "<password>⟦hunter2⟧</password>",
    "<db.password>⟦swordfish⟧</db.password>",
    '<add key="Password" value="⟦hunter22⟧" />',
    '<property name="password" value="⟦swordfish⟧"/>',
    "define('DB_PASSWORD', '⟦hunter2⟧');",
    "define( 'DB_PASSWORD', '⟦swordfish⟧' );",
    'os.environ.setdefault("DB_PASSWORD", "⟦hunter2⟧")',
    "password: ⟦correcthorse⟧",
    "  db_password: ⟦correcthorse⟧\n",
    '"password": "⟦correcthorse⟧",',
    '"pass": "⟦hunter2⟧"',
    "DB_PASS=⟦hunter2⟧",
    "DB_PASSWORD=⟦correcthorse⟧\n",
    "machine api.example.org login me password ⟦swordfish⟧",
    "  password ⟦hunter2⟧\n",
    "localhost:5432:mydb:me:⟦swordfish⟧",
    "*:*:*:me:⟦hunter2⟧",
    "curl -u me:⟦hunter2⟧ https://x",
    "curl -X POST --user me:⟦swordfish⟧ https://x",
    "curl https://x \\\n  -u me:⟦swordfish⟧",
    f'ENCRYPTION_KEY="⟦{HEX32}⟧"',
    f"ENCRYPTION_KEY=⟦{HEX32}⟧",
    f'credentials="⟦a1B2{drawn(16)}⟧"',
    f"AUTH=⟦a1B2{drawn(16)}⟧",
    "docker run -e DB_PASSWORD=⟦hunter2⟧ image",
    "DB_PASSWORD=⟦hunter2⟧ ./run",
    f"https://x/y?token=⟦a1b2{drawn(20)}⟧&a=1",
    "CREATE USER a WITH PASSWORD '⟦swordfish⟧';",
    "set password for x = '⟦hunter22⟧'",
    "SET PASSWORD FOR 'a'@'%' = PASSWORD('⟦swordfish⟧');",
    "password = ⟦hunter2⟧\n",
    "spring.datasource.password = ⟦S3cret9x⟧",
    "GRANT ALL ON *.* TO a IDENTIFIED BY '⟦hunter2⟧'",
    "sshpass -p ⟦hunter2⟧ ssh x",
    "mysql -u root -p⟦hunter2⟧ db",
]
HARMLESS = [
    'token = "your-token-here"',
    'password: "your_password_1"',
    "Authorization: Bearer your-token-here-1",
    "Authorization: Basic ${BASIC1}",
    "Authorization: Bearer <token-123456789>",
    "the basic authentication, a basic understanding",
    "tool --password=$PASSWORD1 --token ${TOKEN1}",
    "tool --password --verbose",
    "curl -u $USER:$PASS1 https://x",
    "docker run -u 1000:1000 image",
    "<password>${db.password1}</password>",
    "<password>{{ password1 }}</password>",
    '<label for="password">Password1</label>',
    '<input name="password" value="">',
    'Password={0};Server=db',
    "if(e){password=a;pwd=b;c=1}",
    "__('password', 'Password')",
    "'password' => env('DB_PASSWORD', '')",
    "password: string",
    "password: required",
    "server.py:1234:5:E501:12",
    "'password' => 'wachtwoord',",
    "  password required\n",
    "ALTER USER a WITH PASSWORD NULL",
    "auth = authenticate_with_the_server2(request)",
    'author = "a1b2c3d4e5f6a7b8c9d0"',
    'src="data:image/png;base64,' + drawn(200) + '"',
    "https://registry.example.org/a/-/a-1.2.3.tgz#" + HEX32,
    "mysql -u root -p db",
    "password = password2",
    "password = args2\n  password = hunter2",
    "secret = sha256sum\npasswd = new_pwd1",
    "SET PASSWORD FOR a = PASSWORD('your_password')",
]  # fmt: skip


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_masked_and_nothing_beside_it(text: str) -> None:
    before, _, rest = text.partition("⟦")
    secret, _, after = rest.partition("⟧")
    assert mask(before + secret + after) == before + MASK[: len(secret)] + after


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text


PIECES = [
    *("|", "1|", "12345:AA", "a" * 32 + "-us", 'password">', "<password>", "--password ", "-u a:"),
    *("curl -u ", "mysql ", "mysql -p", "password ", "login a password ", "pwd=a;", "server=a;"),
    *("sshpass -p", "$1$", "{SHA}", "-key: a1", "authorization: basic ", "a1b2c3d4e5f6g7 "),
    *("auth=", "heroku a1b2c3d4e5f6g7", "://a1", "a:5432:b:c:", "define('password','", "live_"),
    *("AAAAAAAAAA", "?token=", "X PASSWORD=", "A3-AAAAAA-", "1Q~", "identified by '"),
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_line_of_anything_is_masked_in_linear_time(piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    began_s = time.process_time()
    mask(text)
    assert time.process_time() - began_s < 1.5
