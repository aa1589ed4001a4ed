"""The formats of tokens that issuers publish, and where they are in a text.

Owns one table: issuer, how the token begins (or what stands in its middle), the alphabets and
lengths of the rest, and, for tokens without a mark of their own, the issuer's name that stands in
the name they are assigned to. The formats are facts from the issuers' documentation and from public
lists of scanners.

Linear in the text: a pattern is tried only where its mark stands, and is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]

_ALPHABETS = {
    "alnum": "[A-Za-z0-9]",
    "base64": "[A-Za-z0-9+/]",
    "digit": "[0-9]",
    "hex": "[A-Fa-f0-9]",
    "lower": "[a-z0-9]",
    "upper": "[A-Z0-9]",
    "url": "[A-Za-z0-9_-]",
    "uuid": "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "word": "[A-Za-z0-9_]",
}
_MAX_TOKEN_CHARS = 16_384
_MAX_BEFORE_CHARS = 64
"""How much further to the left a token may go on before `before`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFormat:
    """One format. `rest` and `before` are regular expressions in which `<hex>` is an alphabet."""

    issuer: str
    marks: tuple[str, ...]
    """What every token of the format holds, exactly: one of them."""
    rest: str
    """What follows the mark."""
    before: str = ""
    """What precedes the mark; empty: the token begins with it."""
    before_chars: int = 0
    """Its length: it is of one length, and letters and digits that stand before it are of the
    token too."""
    is_place: bool = False
    """Whether the mark says where the token stands, and is no part of it."""

    def pattern(self) -> re.Pattern[str]:
        """Return the pattern that matches at a mark: group 1 is the token, without `before`."""
        mark = "|".join(map(re.escape, self.marks))
        if self.before:
            return re.compile(_written(f"(?<={self.before})((?:{mark}){self.rest})"))
        if self.is_place:
            return re.compile(_written(f"(?:{mark})({self.rest})"))
        return re.compile(_written(f"(?<![A-Za-z0-9])((?:{mark}){self.rest})"))


def _written(pattern: str) -> str:
    return re.sub(r"<(\w+)>", lambda found: _ALPHABETS[found[1]], pattern)


def _format(
    issuer: str, marks: str, rest: str, *, before: tuple[str, int] = ("", 0), is_place: bool = False
) -> TokenFormat:
    return TokenFormat(
        issuer=issuer,
        marks=tuple(marks.split()),
        rest=rest,
        before=before[0],
        before_chars=before[1],
        is_place=is_place,
    )


_END = r"(?![A-Za-z0-9])"
_DIGITS = r"(?=(?:[A-Za-z_=-]{0,40}[0-9]){4})"
"""Four digits or more: a long name has fewer."""
FORMATS = (
    _format("1Password", "A3-", rf"<upper>{{6}}(?:-<upper>{{5,11}}){{4,5}}{_END}"),
    _format("1Password", "ops_eyJ", "<base64>{200,4096}={0,3}"),
    _format("Adobe", "p8e-", "<lower>{32}"),
    _format("age", "AGE-SECRET-KEY-1", "[A-Z0-9]{58}"),
    _format("Airtable", "pat", r"<alnum>{14}\.<hex>{64}"),
    _format("Alibaba", "LTAI", f"<alnum>{{12,20}}{_END}"),
    _format("Amazon", "AKIA ASIA ABIA ACCA", f"<upper>{{16}}{_END}"),
    _format("Amazon", "A3T", f"<upper>{{17}}{_END}"),
    _format("Amazon", "ABSK", "<base64>{109,269}={0,2}"),
    _format("Amazon", "bedrock-api-key-", "<base64>{28,4096}={0,2}"),
    _format("Anthropic", "sk-ant-", "<url>{20,255}"),
    _format("Artifactory", "AKCp", "<alnum>{60,80}"),
    _format("Artifactory", "cmVmd", "<alnum>{59}"),
    _format("Atlassian", "ATATT3 ATCTT3 ATBB", "[A-Za-z0-9_=-]{28,255}"),
    _format(
        "Authress",
        "sc_ ext_ scauth_ authress_",
        r"<lower>{5,30}\.<lower>{4,6}\.acc[_-][a-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}",
    ),
    _format("Azure", "Q~", "[A-Za-z0-9_~.-]{31,34}", before=("[A-Za-z0-9_~.]{3}[0-9]", 4)),
    _format("Beamer", "b_", f"{_DIGITS}[A-Za-z0-9_=-]{{44}}{_END}"),
    _format("ClickHouse", "4b1d", f"<alnum>{{38}}{_END}"),
    _format("Clojars", "CLOJARS_ clojars_", "<alnum>{60}"),
    _format("Cloudflare", "v1.0-", "<hex>{24}-<hex>{146}"),
    _format("Databricks", "dapi", "<hex>{32}(?:-[0-9])?"),
    _format("Defined Networking", "dnkey-", "[A-Za-z0-9_=-]{26}-[A-Za-z0-9_=-]{52}"),
    _format("DigitalOcean", "dop_v1_ doo_v1_ dor_v1_", "<hex>{64}"),
    _format("Discord", "discord.com/api/webhooks/", "[0-9]{17,20}/<url>{60,80}", is_place=True),
    _format("Docker", "dckr_pat_ dckr_oat_", "<url>{20,100}"),
    _format("Doppler", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", r"[\w.-]{40,80}"),
    _format("Dropbox", "sl.", r"(?:u\.)?[A-Za-z0-9_=-]{130,1200}"),
    _format(
        "Dropbox",
        "AAAAAAAAAA",
        "[A-Za-z0-9_=-]{43}(?![A-Za-z0-9_=-])",
        before=("(?<![A-Za-z0-9+/])<alnum>{11}", 11),
    ),
    _format("Duffel", "duffel_test_ duffel_live_", "[A-Za-z0-9_=-]{43}"),
    _format("Dynatrace", "dt0c01. dt0s01. dt0s16.", r"<alnum>{24}\.<alnum>{64}"),
    _format("EasyPost", "EZAK EZTK", "<alnum>{54}"),
    _format("Facebook", "EAAM EAAC EAAB EAAG", "<alnum>{80,400}"),
    _format("Facebook", "| %7C", "<url>{27,40}", before=("[0-9]{15}", 15)),
    _format("Flutterwave", "FLWSECK_TEST- FLWSECK-", "<alnum>{12,40}(?:-X)?"),
    _format("Flutterwave", "FLWPUBK_TEST-", "<alnum>{32}(?:-X)?"),
    _format("Fly.io", "fo1_", "<url>{43}"),
    _format("Fly.io", "fm1a_ fm1r_ fm2_", "<base64>{100,4096}={0,3}"),
    _format("Frame.io", "fio-u-", "[A-Za-z0-9_=-]{64}"),
    _format("GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", "<alnum>{36,255}"),
    _format("GitHub", "github_pat_", "<word>{22,255}"),
    _format(
        "GitLab",
        "glpat- glptt- gldt- glrt- glrtr- glft- glimt- glffct- glsoat- gloas- glagent- glcbt- "
        "glwt-",
        r"[\w-]{20,300}(?:\.[a-z0-9]{2,12}){0,2}",
    ),
    _format("GitLab", "GR1348941", "<url>{20}"),
    _format("GitLab", "_gitlab_session=", "<lower>{32}", is_place=True),
    _format("GoCardless", "live_", f"{_DIGITS}[A-Za-z0-9_=-]{{40}}{_END}"),
    _format("Lob", "live_ test_", f"(?:pub_)?[a-f0-9]{{31,35}}{_END}"),
    _format("Google", "AIza", "<url>{35}"),
    _format("Google", "ya29.", "<url>{20,500}"),
    _format("Google", "GOCSPX-", "<url>{20,60}"),
    _format("Grafana", "glc_", "<base64>{32,400}={0,3}"),
    _format("Grafana", "glsa_", "<alnum>{32}_<hex>{8}"),
    _format("Grafana", "eyJrIjoi", "<alnum>{70,400}={0,3}"),
    _format("Harness", "pat. sat.", r"<url>{22}\.<alnum>{24}\.<alnum>{20}"),
    _format("HashiCorp", ".atlasv1.", "[A-Za-z0-9_=-]{60,70}", before=("<alnum>{14}", 14)),
    _format("HashiCorp", "hvs. hvb. hvr.", "<url>{24,300}"),
    _format("HashiCorp", "s.", r"(?=[A-Za-z]{0,23}[0-9])<alnum>{24}(?![\w.(-])"),
    _format("Heroku", "HRKU-", "<url>{36,64}"),
    _format("Hugging Face", "hf_ api_org_", "<alnum>{30,60}"),
    _format("Infracost", "ico-", "<alnum>{32}"),
    _format("Intra42", "s-s4t2ud- s-s4t2af-", "<hex>{64}"),
    _format(
        "JSON Web Token", "eyJ", r"(?<![\w-]eyJ)<url>{8,4096}\.<url>{8,8192}(?:\.<url>{0,4096})?"
    ),
    _format("JSON Web Token", "ZXlK", "<base64>{40,8192}={0,2}"),
    _format("Linear", "lin_api_ lin_oauth_", "<alnum>{40,64}"),
    _format("Mailchimp", "-us", f"[0-9]{{1,2}}{_END}", before=("<hex>{32}", 32)),
    _format("Mailgun", "key- pubkey-", f"<hex>{{32}}{_END}"),
    _format("Mapbox", "pk. sk. tk.", r"<url>{50,90}\.<url>{20,24}"),
    _format("MaxMind", "_mmk", _END, before=("<alnum>{6}_<alnum>{29}", 36)),
    _format(
        "Microsoft Teams",
        ".webhook.office.com/webhookb2/",
        r"<uuid>@<uuid>/IncomingWebhook/<hex>{32}/<uuid>[\w/]{0,80}",
        is_place=True,
    ),
    _format("New Relic", "NRAK- NRII- NRJS- NRAA- NRRA-", "[A-Za-z0-9-]{19,64}"),
    _format("Notion", "ntn_", "<alnum>{40,50}"),
    _format("npm", "npm_", "<alnum>{36}"),
    _format("Octopus Deploy", "API-", f"<upper>{{26,32}}{_END}"),
    _format("OpenAI", "sk-proj- sk-svcacct- sk-admin-", "<url>{20,255}"),
    _format("OpenAI", "sk-", "(?:or-v1-|lf-)?<alnum>{32,255}"),
    _format("OpenShift", "sha256~", "<url>{43}"),
    _format("Perplexity", "pplx-", "<alnum>{40,64}"),
    _format("Plaid", "access-sandbox- access-development- access-production-", "<uuid>"),
    _format("PlanetScale", "pscale_tkn_ pscale_oauth_ pscale_pw_", r"[\w=.-]{32,64}"),
    _format("Postman", "PMAK-", "<hex>{24}-<hex>{34}"),
    _format("Prefect", "pnu_ pnb_", "<alnum>{36}"),
    _format("Pulumi", "pul-", "<hex>{40}"),
    _format("PyPI", "pypi-AgE", "<url>{50,1000}"),
    _format("ReadMe", "rdme_", "<lower>{70}"),
    _format("RubyGems", "rubygems_", "<hex>{48}"),
    _format("Scalingo", "tk-us- tk-eu-", "<url>{48}"),
    _format("SendGrid", "SG.", r"<url>{16,64}\.<url>{16,64}"),
    _format("Sendinblue", "xkeysib- xsmtpsib-", "<hex>{64}-<alnum>{16}"),
    _format("Sentry", "sntrys_", "[A-Za-z0-9+/=_]{40,500}"),
    _format("Sentry", "sntryu_", "<hex>{64}"),
    _format("SettleMint", "sm_aat_ sm_pat_ sm_sat_", "<alnum>{16}"),
    _format("Shippo", "shippo_live_ shippo_test_", "<hex>{40}"),
    _format("Shopify", "shpat_ shpca_ shppa_ shpss_", "<hex>{32}"),
    _format(
        "Sidekiq",
        "BUNDLE_ENTERPRISE__CONTRIBSYS__COM BUNDLE_GEMS__CONTRIBSYS__COM",
        r"[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?<hex>{8}:<hex>{8}",
    ),
    _format(
        "Slack", "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xoxc- xoxd-", "[A-Za-z0-9%-]{10,255}"
    ),
    _format("Slack", "xoxe.xoxb- xoxe.xoxp-", "<digit>-<alnum>{40,200}"),
    _format("Slack", "xapp-", "<digit>-[A-Za-z0-9-]{10,255}"),
    _format(
        "Slack",
        "hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/",
        "[A-Za-z0-9_/]{20,100}",
        is_place=True,
    ),
    _format("SonarQube", "squ_ sqp_ sqa_", "<hex>{40}"),
    _format("Sourcegraph", "sgp_", "(?:(?:<hex>{16}|local)_)?<hex>{40}"),
    _format("Square", "EAAA sq0atp- sq0csp- sq0idp-", f"<url>{{22,60}}{_END}"),
    _format(
        "Stripe",
        "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ pk_live_ pk_test_",
        "<alnum>{10,255}",
    ),
    _format("Stripe", "whsec_", "[A-Za-z0-9+/=]{16,255}"),
    _format("Telegram", ":AA", f"<url>{{32,33}}{_END}", before=("[0-9]{5}", 5)),
    _format("Twilio", "SK AC", f"[a-f0-9]{{32}}{_END}"),
    _format("Twitter", "AAAAAAAAAAAAAAAAAAAAAA", "(?=[A-Za-z0-9]{0,90}%)[A-Za-z0-9%]{60,100}"),
    _format("Typeform", "tfp_", "[A-Za-z0-9_.=-]{40,80}"),
    _format("Yandex", "t1.", r"[\w-]{1,200}={0,2}\.<url>{86}={0,2}"),
    _format("Yandex", "AQVN", "<url>{35,38}"),
    _format("Yandex", "YCAJ YCM YCN YCO YCP", "<url>{30,40}"),
    _format(
        "crypt",
        "$apr1$ $1$ $5$ $6$ $y$ $2a$ $2b$ $2y$ $argon2id$ $argon2i$ $scrypt$",
        "(?:[A-Za-z0-9./$=+-]|,(?=[a-z]=)){20,255}",
    ),
    _format(
        "LDAP",
        "{SHA} {SSHA} {SHA256} {SSHA256} {SHA512} {SSHA512}",
        "<base64>{27,120}={0,2}",
        is_place=True,
    ),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ISSUERS = _words(
    "adafruit adobe airtable algolia alibaba asana atlassian beamer bitbucket bittrex "
    "cloudflare clojars codecov cohere coinbase confluence confluent contentful datadog "
    "discord droneci dropbox easypost etsy facebook fastly finicity finnhub flickr freshbooks "
    "gitter gocardless harness heroku hubspot intercom jfrog artifactory bintray jira kraken "
    "kucoin launchdarkly linear linkedin linked_in lob_ looker mailchimp mailgun mapbox "
    "mattermost meraki messagebird message_bird mistral netlify newrelic new_relic nytimes "
    "okta openai pagerduty plaid privateai private_ai rapidapi scaleway sendbird sendgrid "
    "sentry shodan snyk sonar spotify squarespace sumologic sumo_ telegram travis twilio "
    "twitch twitter vercel yandex zendesk "
)
"""Issuers whose tokens have no mark of their own: only the name that one is assigned to shows what
it is."""


@dataclass(frozen=True, slots=True)
class _Search:
    mark: str
    in_runs: bytes
    """The mark, if it is a piece of a long run; empty: it holds other characters."""
    pattern: re.Pattern[str]
    before_chars: int


RUN_CHARS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_.-")


def _searches() -> Iterator[_Search]:
    for known in FORMATS:
        pattern = known.pattern()
        for mark in known.marks:
            encoded = mark.encode()
            is_run = RUN_CHARS.issuperset(encoded)
            yield _Search(mark, encoded if is_run else b"", pattern, known.before_chars)


_IN_RUNS = tuple(search for search in _searches() if search.in_runs)
_BESIDE_RUNS = tuple(search for search in _searches() if not search.in_runs)


def _run_start(text: str, start: int) -> int:
    """Return where the letters and digits begin that end at `start`."""
    least = max(0, start - _MAX_BEFORE_CHARS)
    while start > least and text[start - 1].isalnum() and text[start - 1].isascii():
        start -= 1
    return start


def token_spans(text: str, long_runs: bytes) -> Iterator[Span]:
    """Yield the spans of the tokens. `long_runs` are the text's runs of letters, digits and
    "+/_.-" that may be a token, joined by spaces: most text has little of them."""
    in_runs = [s for s in _IN_RUNS if s.in_runs in long_runs] if long_runs else []
    for search in (*in_runs, *_BESIDE_RUNS):
        mark, pattern = search.mark, search.pattern
        at = text.find(mark)
        while at >= 0:
            end = at + _MAX_TOKEN_CHARS
            match = pattern.match(text, at, end)
            if match is not None:
                start = match.start(1) - search.before_chars
                if search.before_chars:
                    start = _run_start(text, start)
                yield start, match.end(1)
            at = text.find(mark, max(at + len(mark), at if match is None else match.end()))
