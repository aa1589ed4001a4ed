"""Groups of words that programmers use for the same thing, to find what was said in other words.

One group per line. A word of a question also finds turns that hold another word of its group, with
a low weight. Groups are about software in general, not about any project.
"""

from __future__ import annotations

from collections.abc import Mapping

from hotseat.conversation.english import stem
from hotseat.conversation.memory.words import STOP_WORDS

_GROUPS = """
database db sqlite postgres postgresql mysql mariadb mongodb redis duckdb sql table schema storage
store stored saved save persist kept keep cache written
authentication authenticate login signin password account credential session token oauth jwt
user member customer client visitor people person team
image picture photo logo icon graphic thumbnail drawing
money price pay paid payment cost currency fee billing invoice euro dollar income earn revenue ads
size large big small width height length long wide pixel dimension
duration long time second minute hour day week month timeout interval delay wait period expire
speed fast slow quick performance latency throughput
config configuration configure setting settings option preference flag parameter env environment
test tests testing pytest unittest jest vitest spec fixture mock coverage
release released version publish ship shipped deploy deployed deployment rollout tag package build
host hosting server machine vps cloud vm box hardware laptop
error bug crash crashed failure fail failed exception broken fault issue problem
log logging logger trace record
name called named title label prefix suffix naming
file path folder directory location place dir
format formatting style indent indentation quotes line lint linter formatter
language python java go rust typescript javascript kotlin ruby php swift
library package dependency module framework plugin
color colour theme dark light palette css
font text typeface typography
date day time timestamp timezone zone utc calendar clock
url link address endpoint route domain host feed
api endpoint rest graphql rpc route interface
number amount count many limit maximum max minimum min quota
remove delete removed drop deleted purge discard clean
add added create created new introduce
change changed switch switched replace replaced move moved migrate migrated rename renamed
email mail smtp newsletter message notification notify
print printed output show shown display render
search find query lookup filter index
backup restore copy snapshot archive export
job task queue worker cron schedule scheduled background
security secure encrypt encryption tls certificate secret key
docker container image kubernetes compose pod
branch commit git merge push repository repo
import imported load loaded read parse parsed
button menu dialog form page view screen window
sound audio voice speech music
ai ml model neural learning network simulation
offline network internet connection online
country language translation locale german english french
rule convention policy guideline
async thread concurrency parallel lock
price tariff plan subscription
wrap column width length
mobile phone tablet android ios
os linux windows wsl macos debian ubuntu platform
metric metrics monitor monitoring prometheus grafana counter telemetry statistic analytics usage
test tests check verify validate assert emulator simulator mock
retry retries retrying again attempt try tries backoff
privacy gdpr personal anonymous anonymise law legal
result ranking score table list
report download pdf csv spreadsheet excel
map maps tiles location geo cartography
permission allow allowed access role admin right forbidden
conflict double duplicate constraint unique collision
start begin launch boot startup run
stop end quit exit shutdown
wait pause sleep delay debounce
help doc docs documentation readme guide manual comment
payment checkout order purchase shop
reason because since
exception panic unwrap throw catch handle handling
memory ram heap allocation allocate malloc leak
cost cheap expensive save
battery power energy sleep consumption
"""


def _related() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS.split("\n"):
        group = {stem(word) for word in line.split() if word not in STOP_WORDS}
        for word in group:
            found.setdefault(word, set()).update(group - {word})
    return {word: frozenset(others) for word, others in found.items()}


RELATED = _related()
"""Stem → the stems of the same groups."""
