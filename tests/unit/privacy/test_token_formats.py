"""Tokens of every issuer, in the places where source text has them. They are made up, and joined at
run time so that no scanner of repositories takes them for real ones."""

from __future__ import annotations

import random
import string

import pytest

from hotseat.privacy.redact import MASK, mask
from hotseat.privacy.token_formats import FORMATS, ISSUERS

CHANCE = random.Random(11)
DIGIT = string.digits
ALNUM = string.ascii_letters + DIGIT
ALPHABETS = {
    "d": DIGIT,
    "h": DIGIT + "abcdef",
    "l": string.ascii_lowercase + DIGIT,
    "u": string.ascii_uppercase + DIGIT,
    "a": ALNUM,
    "w": ALNUM,  # and "_" and "-" where the issuer draws them: the mark of the end is left out
}


def drawn(n: int, alphabet: str = "a") -> str:
    return "".join(CHANCE.choice(ALPHABETS[alphabet]) for _ in range(n))


def uuid() -> str:
    return "-".join(drawn(n, "h") for n in (8, 4, 4, 4, 12))


def written(form: str) -> str:
    """Return `form` with each `{h32}` drawn: 32 characters of the alphabet `h`."""
    parts = form.split("{")
    text = [parts[0]]
    for part in parts[1:]:
        kind, _, rest = part.partition("}")
        text += [uuid() if kind == "uuid" else drawn(int(kind[1:]), kind[0]), rest]
    return "".join(text)


# Begins of several tokens, "~" and their common rest; a line for each format.
FORMS = """
A3- ~ {u6}-{u11}-{u5}-{u5}-{u5}
ops_eyJ ~ {a260}
p8e- ~ {l32}
AGE-SECRET-KEY-1 ~ {u58}
pat ~ {a14}.{h64}
LTAI ~ {a20}
AKIA ASIA ABIA ACCA ~ {u16}
A3T ~ {u17}
ABSK ~ {a120}
bedrock-api-key- ~ {a40}
sk-ant- ~ api03-{w93}AA
AKCp ~ {a69}
cmVmd ~ {a59}
ATATT3 ATCTT3 ATBB ~ {w186}
sc_ ext_ scauth_ authress_ ~ {l10}.{l5}.acc-{l20}.{l60}
{a3}8Q~ ~ {a34}
b_ ~ {l44}
4b1d ~ {a38}
CLOJARS_ clojars_ ~ {l60}
v1.0- ~ {h24}-{h146}
dapi ~ {h32}
dnkey- ~ {l26}-{l52}
dop_v1_ doo_v1_ dor_v1_ ~ {h64}
dckr_pat_ dckr_oat_ ~ {w27}
dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. ~ {a43}
sl. ~ {w135}
{l11}AAAAAAAAAA ~ {l43}
duffel_test_ duffel_live_ ~ {a43}
dt0c01. dt0s01. dt0s16. ~ {u24}.{u64}
EZAK EZTK ~ {a54}
EAAM EAAC EAAB EAAG ~ {a120}
{d15}| {d16}%7C ~ {w27}
FLWSECK_TEST- FLWSECK- FLWPUBK_TEST- ~ {h32}-X
fo1_ ~ {w43}
fm1a_ fm1r_ fm2_ ~ {a120}
fio-u- ~ {l64}
ghp_ gho_ ghu_ ghs_ ghr_ ~ {a36}
github_pat_ ~ {a22}_{a59}
glpat- gldt- glrt- glrtr- glft- glimt- glffct- glsoat- gloas- glagent- glwt- ~ {w25}
glptt- ~ {h40}
glcbt- ~ {a4}_{w20}
GR1348941 ~ {w20}
live_ ~ {l40}
live_ test_ ~ {h35}
live_pub_ test_pub_ ~ {h31}
AIza ~ {w35}
ya29. ~ {w60}
GOCSPX- ~ {w28}
glc_ ~ {a60}
glsa_ ~ {a32}_{h8}
eyJrIjoi ~ {a80}
pat. sat. ~ {w22}.{a24}.{a20}
{a14}.atlasv1. ~ {w64}
hvs. hvb. hvr. ~ {w140}
s. ~ {a20}1a2b
HRKU- ~ AA{w58}
hf_ api_org_ ~ {a34}
ico- ~ {a32}
s-s4t2ud- s-s4t2af- ~ {h64}
eyJ ~ {a30}.eyJ{a30}.{w43}
ZXlK ~ aGJHY2lPaU{a80}
lin_api_ lin_oauth_ ~ {a40}
{h32}-us ~ 12
key- pubkey- ~ {h32}
pk. sk. tk. ~ {l60}.{l22}
{a6}_{a29}_mmk ~
NRAK- ~ {u27}
NRII- NRAA- NRRA- ~ {w32}
NRJS- ~ {h19}
ntn_ ~ {d11}{a35}
npm_ ~ {a36}
API- ~ {u26}
sk-proj- sk-svcacct- sk-admin- ~ {w58}T3BlbkFJ{w58}
sk- ~ {a20}T3BlbkFJ{a20}
sha256~ ~ {w43}
pplx- ~ {a48}
access-sandbox- access-development- access-production- ~ {uuid}
pscale_tkn_ pscale_oauth_ pscale_pw_ ~ {w43}
PMAK- ~ {h24}-{h34}
pnu_ pnb_ ~ {a36}
pul- ~ {h40}
pypi-AgE ~ IcHlwaS5vcmc{w80}
rdme_ ~ {l70}
rubygems_ ~ {h48}
tk-us- tk-eu- ~ {w48}
SG. ~ {w22}.{w43}
xkeysib- xsmtpsib- ~ {h64}-{a16}
sntrys_ ~ eyJpYXQiO{a60}_{a43}
sntryu_ ~ {h64}
sm_aat_ sm_pat_ sm_sat_ ~ {a16}
shippo_live_ shippo_test_ ~ {h40}
shpat_ shpca_ shppa_ shpss_ ~ {h32}
xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xoxc- xoxd- ~ {d12}-{d12}-{a24}
xoxe.xoxb- xoxe.xoxp- ~ 1-{u163}
xapp- ~ 1-{u11}-{d13}-{h64}
squ_ sqp_ sqa_ ~ {h40}
sgp_ ~ {h16}_{h40}
EAAA sq0atp- sq0csp- sq0idp- ~ {w43}
sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ pk_live_ pk_test_ ~ {a24}
whsec_ ~ {a32}
{d9}:AA ~ {w33}
SK AC ~ {h32}
AAAAAAAAAAAAAAAAAAAAAA ~ {a40}%3D{a40}
tfp_ ~ {w59}
t1. ~ {w20}.{w86}
AQVN ~ {w36}
YCAJ YCM YCN YCO YCP ~ {w36}
$apr1$ $1$ $5$ $6$ $y$ $2a$ $2b$ $2y$ $argon2id$ $argon2i$ $scrypt$ ~ {a8}/{a40}
"""
TOKENS = [
    (start, written(start + rest.strip()))
    for line in FORMS.strip().splitlines()
    for starts, _, rest in [line.partition(" ~")]
    for start in starts.split()
]
PLACES = (
    *('x = "{}"', "const k = '{}';", "f(`{}`)", '{{"key": "{}"}}', "key: {}", "- {}  # why"),
    *("https://h.example/a?k={}&x=1", '-H "X-Auth: {}"', "# was {} once", "// {}", "/* {} */"),
    *("export K={}", "run {} --fast", "<a>{}</a>", "K={};", "({})", "[{}, 1]", "{}"),
)


@pytest.mark.parametrize(("start", "token"), TOKENS, ids=[start for start, _ in TOKENS])
def test_a_token_is_masked_wherever_it_stands(start: str, token: str) -> None:
    for place in PLACES:
        before, after = place.format("⟦").split("⟦")
        masked = mask(f"{before}{token}{after}")
        assert token[len(start) :][-12:] not in masked, place
        assert masked.startswith(before), place
        assert masked.endswith(after), place


def test_each_format_has_an_example() -> None:
    starts = " ".join(token for _, token in TOKENS)
    elsewhere = {
        "hooks.slack.com",
        "discord.com",
        ".webhook.office.com",
        "_gitlab_session",
        "BUNDLE",
    }
    left = [
        mark
        for known in FORMATS
        for mark in known.marks
        if mark not in starts and not mark.startswith((*elsewhere, "{"))
    ]
    assert left == []


@pytest.mark.parametrize(
    "text",
    [
        "https://discord.com/api/webhooks/⟦{d18}/{w68}⟧",
        "https://hooks.slack.com/workflows/⟦T{u8}/A{u8}/{a24}⟧",
        "https://a.webhook.office.com/webhookb2/⟦{uuid}@{uuid}/IncomingWebhook/{h32}/{uuid}⟧",
        "Cookie: _gitlab_session=⟦{l32}⟧",
        "me:{SHA}⟦{a27}=⟧",
    ],
)
def test_a_token_is_masked_where_its_address_says_what_it_is(text: str) -> None:
    before, _, rest = text.partition("⟦")
    token, _, after = rest.partition("⟧")
    assert mask(before + written(token) + after) == before + MASK + after


@pytest.mark.parametrize("issuer", ISSUERS)
def test_a_key_without_a_mark_is_known_by_the_issuer_in_its_name(issuer: str) -> None:
    name = issuer.rstrip("_")
    for value in (
        drawn(32, "h"),
        drawn(40, "h"),
        uuid(),
        "a1B2c3" + drawn(26),
        "9z" + drawn(38, "l"),
    ):
        for text in (
            f"{name.upper()}_API_KEY={value}",
            f'const {name}_key = "{value}";',
            f'{{"{name}_client_secret": "{value}"}}',
            f"{name}_key: {value}",
        ):
            assert value not in mask(text), text


@pytest.mark.parametrize(
    "text",
    [
        "def test_live_migration_of_long_named_databases_with_two_hosts(): pass",
        "test_that_something_with_a_long_name_happens_in_2_steps = 1",
        "b_" + "long_name_of_a_variable_in_one_file_of_4_parts",
        "sentry_version = '{h40}'",
        "spotify:track",
        "FROM twilio/base@sha256:{h64}",
        "heroku_commit: {h40}",
        "sk-folding-cube sk-circle-fade sk-spinner-pulse",
        "key-value-store-of-the-application: pat.tern",
        "github_url = 'https://github.com/a/b/commit/{h40}'",
        "{uuid}",
    ],
)
def test_what_only_begins_like_a_token_stays(text: str) -> None:
    text = written(text)
    assert mask(text) == text
