"""Statements of SQL by their shape, over the tokens of a text: those that no sentence has.

Owns the shapes of PostgreSQL's, SQLite's, MySQL's, T-SQL's and Oracle's statements. A verb alone
shows nothing: "update your settings", "call me", "show tables below", "begin".
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.sql.selects import is_select
from hotseat.syntax.regions.sql.tokens import tokens

_END = r"(?:;|\Z)"
_NAME = r"(?:[a-z]+|~|\?|@)"
_SIGN = r"(?:~|\?|@)"
_VALUE = r"(?:['#?~@]|- #|null|true|false|default|on|off|current_\w+|[a-z]+\()"
_ANY_OBJECT = (
    r"(?:table|view|index|sequence|type|schema|database|role|user|function|procedure|trigger|domain"
    r"|extension|publication|subscription|policy|server|aggregate|collation|rule|tablespace|event"
    r"|materialized view|foreign table|external table|operator|synonym|login|package|cast"
    r"|event trigger|text search \w+|statistics|language|keyspace|assembly|partition \w+ \w+)"
)
_MODIFIERS = (
    r"(?: (?:or replace|or alter|global|local|temp|temporary|unique|unlogged|virtual"
    r"|external|foreign"
    r"|fulltext|spatial|clustered|nonclustered|materialized|recursive|constraint"
    r"|trusted|columnstore"
    r"|editionable|force|transient|bitmap|definer = \S+(?: @ \S+)?|algorithm = \w+"
    r"|sql security \w+))*"
)
_IF = r"(?: if (?:not )?exists)?"
_TYPES = (
    r"(?:(?:tiny|small|medium|big)?int(?:eger)?|(?:tiny|medium|long)?(?:text|blob)|n?(?:var)?char"
    r"|bool(?:ean)?|date(?:time)?|time(?:stamp)?|float|real|double|decimal|numeric"
    r"|number|jsonb?|uuid"
    r"|(?:big)?serial|clob|bytea|(?:var)?binary|raw|enum|set|bit|money|xml|year"
    r"|inet|interval|point)"
)
_SUBQUERY = r"(?:select|with|values|insert|update|delete|merge)"
_RIGHTS = (
    r"(?:all(?: privileges)?|connect|create|delete|execute|insert|references|select|trigger|update"
    r"|usage|temporary|temp|alter|drop|index|process|reload|super|view definition|set|maintain"
    r"|truncate|set)"
)
_CONDITION = r".{0,400}?(?:[=<>?'#~(]| is (?:not )?null\b)"
_SETTINGS = (
    r"(?:search_path|names|time zone|transaction (?:isolation|read|snapshot)|session|local|global"
    r"|constraints (?:all|~)|role|nocount (?:on|off)|autocommit|identity_insert|character set"
    r"|xact_abort|rowcount|schema|context_info|timezone|deadlock_priority|showplan_xml)"
)
_SHOWN = (
    r"(?:tables|databases|schemas|columns|index(?:es)?|keys|create \w+|variables|status|processlist"
    r"|grants|warnings|engines|table status|triggers|session|fields|collation|events|all"
    r"|transaction isolation level|time zone|search_path|function status|procedure status"
    r"|master status|replica status|slave status|binary logs|character set|plugins)"
)


def _shapes(*texts: str) -> re.Pattern[str]:
    """With `n` for any name, `h` for one that is no plain word or for a hole, `v` for a value."""
    known = {"n": _NAME, "h": _SIGN, "v": _VALUE, "IF": _IF, "MODS": _MODIFIERS}
    whole = "|".join(texts)
    return re.compile(
        "(?:" + re.sub(r"(?<!\\)\b(?:n|h|v)\b|IF|MODS", lambda m: known[m[0]], whole) + ")"
    )


_CLEAR = _shapes(
    r"(?:insert|replace)(?: or \w+| ignore| delayed| low_priority)* into n(?: as n"
    r"| n)? ?(?:\(?(?: n)"
    r"(?: ,| \) (?:values|select|output|returning|with|on|overriding|as|v))|\( h"
    r"|values?(?:\(| \()|\(values\("
    r"|default values|select (?!a |an |the |one )|set n =|output |\( select |partition)",
    r"insert(?: into)? h(?: \(| values| select| default|\()",
    r"insert (?:top\( # \) )?n ?\( n(?: , n)* \) (?:values|select|output)",
    r"insert (?:all|first) (?:when|into) ",
    r"update(?: only| ignore| or \w+| low_priority)* n(?: as)?(?: n)? set (?:n"
    r"|\[) ?(?:=|, n|\( n|:=|\.)",
    r"update(?: top ?\(? [#?@] \))?(?: percent)? n set \(|update top ?\(",
    r"update h(?: (?:as )?n)?(?: ,| (?:inner|left|right|cross|join|set)\b)",
    r"update n , n(?: n)? set ",
    rf"delete(?: h)? from(?: only)? n(?: as)?(?: n)? (?:where {_CONDITION}|using [h(]"
    r"|;|order by|limit [#?])",
    r"delete(?: top ?\( [#?@] \)(?: percent)?)?(?: from)? h(?: (?:as )?n)? (?:output"
    r"|from|where|returning|using|inner)\b",
    r"delete from h(?: , h)+",
    r"select from h(?: (?:as )?n)? (?:where|inner|left|right|join|cross|full|order|limit|group)\b",
    r"delete n(?: , n)+ from (?:n|`)",
    r"delete n from n(?: as)?(?: n)? (?:inner|left|join|where|cross)\b",
    rf"createMODS tableIF n ?(?:\( (?:h|n (?:{_TYPES}|h)\b|constraint|primary|like h"
    r"|select)|as \(? ?(?:select|with|values)"
    r"|as h|as \?|like h|using h|partition of|of h|inherits|clone h)",
    rf"createMODS tableIF n(?:\(| \() (?:n {_TYPES}\b|n ?,|\?)",
    r"createMODS tableIF h(?: like h| as | ?\(|;|\Z)",
    rf"(?:create|alter)MODS viewIF n ?(?:\([^()]*\) )?(?:with \S+ )?as (?:\( ?)*{_SUBQUERY}\b",
    r"createMODS viewIF h(?: as| ?\(| with|;|\Z)",
    r"createMODS index(?: concurrently)?IF(?: n)? on(?: only)? n(?: using n)? ?\(",
    r"createMODS index(?: concurrently)?IF(?: h)? on h",
    r"create typeIF n (?:as (?:enum|range|object|table|\()|from [a-z]|\()",
    r"create typeIF n as ?(?:enum ?)?\(",
    r"(?:create|alter)MODS (?:function|procedure|proc)IF n(?:\(| \( (?:\)|[h~]"
    r"|n (?:h|[a-z]+ )|in |out )| (?:h|as (?:begin|select|set|'|\[?begin)|returns"
    r"|is ))",
    r"createMODS (?:aggregate|operator|cast|text search \w+)IF \S+ ?\(",
    r"createMODS triggerIF n (?:before|after|instead|for each|on h)",
    r"createMODS rule n as on ",
    r"createMODS (?:domain n as|sequence n (?:start|increment|as|minvalue|maxvalue"
    r"|cache|owned)|policy n on"
    r"|publication n for|subscription n connection|server n foreign|user mapping"
    r"|role n (?:with|login|nologin|superuser|in)"
    r"|user n (?:with|identified|for|password)|event n on schedule|synonym n for"
    r"|tablespace n (?:location|add)"
    r"|extensionIF n(?: with| schema|;)|schemaIF (?:n authorization|authorization)"
    r"|collationIF n ?(?:\(|from)"
    r"|databaseIF n (?:with|owner|character|charset|default|collate|template|encoding)"
    r"|event trigger n on"
    r"|language n|access method|statistics|conversion|transform|synonym|login n with)\b",
    rf"create{_MODIFIERS} {_ANY_OBJECT}(?: if not exists n| h|IF h)",
    r"alter(?: foreign| external)? table(?: if exists)?(?: only)? n(?: ?\*)? (?:(?:add"
    r"|drop|rename|modify|change|alter)"
    r" (?:column|constraint|index|key|primary|foreign|unique|check\b|if\b|to n"
    r"|partition|fulltext|spatial|period|system"
    rf"|h|\(|n {_TYPES}\b)|owner to|set (?:schema|tablespace|logged|unlogged|without"
    r"|with|n =|\(|\?|tblproperties|statistics)"
    r"|reset \(|(?:enable|disable) (?:trigger|row|rule|always|replica|keys|change"
    r"|h)|(?:no )?(?:inherit|force)\b"
    r"|(?:attach|detach|truncate|exchange|drop|reorganize|rebuild) partition|n ="
    r"|cluster on|validate constraint"
    r"|with (?:no)?check|replica identity|convert to|switch|rebuild|move|auto_increment|order by)",
    r"alter(?: foreign| external)? table(?: if exists)?(?: only)? h(?: (?:add"
    r"|drop|rename|modify|change|alter|set|\?)|;|\Z)",
    rf"alter {_ANY_OBJECT}(?: if exists)? n ?(?:\([^()]*\) )?(?:rename (?:to|column"
    r"|value|constraint|attribute|h)|owner to|set (?:schema|n to|n =|default|not null"
    r"|data|"
    r"\(|search_path|h)|(?:add|drop) (?:value|constraint|attribute|column|table"
    r"|member|not null|h)|alter (?:column|h)|as select|reset |increment|restart"
    r"|minvalue"
    r"|maxvalue|no (?:min|max)|owned by|cache|refresh |depends on|(?:with )?(?:no)?(?:login"
    r"|superuser|password|createdb)|identified|update\b|collate|default|character"
    r"|with |enable|disable|connection )",
    rf"alter {_ANY_OBJECT} h ",
    r"alter (?:system set|session set|default privileges)\b",
    rf"drop(?: temporary)? {_ANY_OBJECT}(?: concurrently)?(?: if exists)? (?:\?"
    rf"|~)(?: , n)*(?: ?\(.*| on n.*| cascade| restrict| purge)? ?{_END}",
    rf"drop {_ANY_OBJECT}(?: concurrently)?(?: if exists)? n(?: , n)*(?: on n)?(?: cascade"
    r"| restrict| purge)* ;",
    rf"drop {_ANY_OBJECT}(?: concurrently)? if exists n(?: , n)* ?(?:{_END}|cascade"
    r"|restrict|\(|on )",
    rf"drop {_ANY_OBJECT} n(?: , n)* (?:cascade|restrict) ?{_END}",
    r"drop (?:index|trigger|policy|rule)(?: if exists)? h on n",
    r"drop (?:owned by|user mapping|cast \(|access method|prepare) ",
    r"truncate(?: table)?(?: only)? n(?: , n)*(?: restart identity| continue identity"
    rf"| cascade)+ ?{_END}",
    rf"truncate(?: table)?(?: only)? (?:h(?: , n)* ?{_END}|n(?: , n)* ?;)",
    r"merge(?: into)? n(?: with ?\([^()]*\))?(?: as)?(?: n)? using (?:\(|n(?: as)?(?: n)? on )",
    r"merge into h\b",
    r"with(?: recursive)? n ?(?:\([^()]*\) )?as (?:not )?(?:materialized )?\( ?(?:\( ?)*"
    rf"{_SUBQUERY}\b",
    r"with(?: recursive)? h as (?:not )?(?:materialized )?\(",
    r"with (?:recursive )?n ?\( n(?: , n)* \) as ?\(",
    r"values ?(?:row)?\( ?(?:v|\()",
    r"values (?:row\(|\?(?: ,|\Z))",
    r"(?:exec|execute) h (?:@|['#])",
    r"(?:exec|execute) (?:immediate ?[('?]|sp_)",
    rf"(?:call|execute|exec) h ?\( .*[?'#@].*\) ?{_END}",
    rf"call [a-z]+ ?\( \?.*{_END}",
    r"copy n ?(?:\( n(?: , n)* \) )?(?:from|to) (?:stdin|stdout|program|'|\?)",
    rf"copy ?\( ?{_SUBQUERY} ",
    rf"comment on (?:column|table|view|{_ANY_OBJECT}|constraint) n ?(?:\([^()]*\) )?(?:on n )?i"
    r"s (?:['?]|null)",
    rf"grant {_RIGHTS}(?: ?\([^()]*\))?(?: , {_RIGHTS}(?: ?\([^()]*\))?)* on .* to n",
    rf"grant h(?: , n)* to n ?{_END}",
    rf"revoke (?:(?:grant|admin) option for )?{_RIGHTS}(?: ?\([^()]*\))?(?: , {_RIGHTS})* on .*"
    r" from n",
    rf"revoke h(?: , n)* from n ?{_END}",
    r"refresh materialized view(?: concurrently)? h",
    r"begin(?: transaction| work| tran)? ?;",
    r"(?:begin|start|commit|rollback|abort|end) (?:transaction|work|tran)(?: isolation level "
    rf"[a-z ?]+| read (?:only|write)| with consistent snapshot| h)? ?{_END}",
    r"begin (?:immediate|exclusive|deferred|isolation|concurrent)\b",
    r"(?:begin|start) transaction [h(]",
    r"(?:commit|rollback) (?:prepared|and chain)\b|(?:commit|rollback) ;|prepare transaction ['?]",
    r"rollback (?:work |transaction )?to (?:savepoint )?h",
    rf"(?:release )?savepoint h ?{_END}",
    r"set (?:session |local |global )?transaction (?:isolation|read)",
    r"set n = '|set ~ (?:to|=) (?:'|on|off)|set client_encoding (?:to|=) |select next value for n",
    r"insert into h on (?:conflict|duplicate)",
    rf"set {_SETTINGS}(?: =| to|\b(?= .*[=~#?']| (?:on|off|isolation|characteristics)))",
    r"set (?:transaction isolation|session characteristics|transaction read|nocount"
    r"|constraints all|identity_insert h)\b",
    r"declare (?:global |local )?(?!a |the )n (?:(?:no )?scroll |binary |insensitive "
    r"|asensitive )*cursor\b",
    r"fetch (?:next|prior|first|last|absolute|relative|forward|backward|all|#"
    r"|\?) ?(?:[#?] )?(?:from|in) h",
    rf"deallocate (?:prepare )?(?:h|all) ?{_END}",
    rf"prepare n ?(?:\([^()]*\) )?(?:as {_SUBQUERY}|from ['?])",
    r"attach (?:database (?:IF )?['?~]|') as",
    rf"detach (?:database )?h ?;|detach database h ?{_END}",
    r"(?:use|exec|execute|show|listen|describe) h ;|use [a-z]+ ;",
    r"pragma h(?: =| ?\(|;|\Z)|pragma [a-z]+(?: = v|\( .*\)|;)",
    r"do (?:language n )?'",
    r"notify n , ['?]",
    rf"lock tables? (?:h|n) (?:in [a-z ]+ mode|read|write|as )|unlock tables ?{_END}",
    rf"show (?:full |global |session |extended |local )*{_SHOWN}(?: (?:from|in"
    r"|like|for) h| like ['?]| where | h)",
    r"vacuum ?\( [a-z]+ (?:,|\))|vacuum (?:full |analyze |verbose |freeze )*h ?;|analyze table h",
    r"reindex (?:table|index|database|schema|system) h ?;|cluster h using h",
    r"rename table h to|rename h to h|load data (?:local |low_priority )*infile"
    r"|kill (?:query |connection )?[#?]",
    r"explain(?: analyze)? format = ",
    r"set (?:session |local |global )?@ (?:=|:=|' :=)",
    rf"(?:insert|replace)(?: ignore| or \w+)? into h ?{_END}",
)
"""No sentence, however its letters are."""
_UPPER = _shapes(
    r"(?:insert|replace)(?: or \w+| ignore)? into(?: n|\Z)",
    r"delete from(?: n|\Z)",
    r"(?:exec|execute|call) (?:~|\? \()|(?:exec|execute) n(?: v|\(| \()|call n ?\(",
    r"begin (?:return|select|insert|update|delete|declare|set|if|call|raise|perform"
    r"|execute)\b|set current",
    r"(?:optimize|check|analyze|lock) table n",
    r"set (?:local |session |global )?n (?:=|to) ?v",
    r"set (?:local |session |global )?n (?:=|to)|set h (?:on|off)|set data type|set h ",
    r"declare (?:h|n) ",
    r"show (?:full |global |session )*(?:tables|databases|schemas|processlist|table status"
    rf"|engines|grants|create table|full columns|index|variables like|columns) ?(?:{_END}"
    r"|from|in|like|n)",
    rf"show h ?{_END}",
    r"(?:begin|commit|rollback|start) (?:transaction|work|tran)\b|rollback to(?: savepoint)?(?"
    r": n|\Z)|commit prepared",
    rf"(?:release )?savepoint(?: n)? ?{_END}",
    rf"truncate(?: table)?(?: only)? n ?{_END}",
    rf"(?:vacuum|analyze|reindex|cluster|deallocate)(?: [a-z]+)? h ?{_END}",
    rf"(?:vacuum|analyze) (?:full|analyze|verbose|freeze)(?: n)? ?{_END}|discard (?:all"
    r"|plans|temp|sequences)",
    r"lock (?:tables?|h)(?: n)? (?:in|write|read)|reindex (?:table|index|database)"
    r"|refresh materialized view",
    rf"(?:unlisten|(?:listen|notify|use|describe|desc) ~) ?{_END}|notify n ,",
    r"fetch (?:next|prior|first|last|absolute|relative|forward|backward|all|[#?]) (?:[#?] )?(?"
    r":from|in) n|fetch [a-z]+ into",
    r"grant n(?: , n)* (?:on|to) n|revoke n(?: , n)* (?:on|from) n|grant all|revoke all",
    rf"copy n (?:from|to)\b|comment on (?:column|constraint|{_ANY_OBJECT}) n",
    r"prepare n (?:as|from|\()|deallocate (?:prepare )?n",
    rf"(?:create|alter|drop) {_ANY_OBJECT} ?(?:'|\?)",
    r"alter table n|alter \w+ n (?:rename|owner|set|add|drop) ",
    rf"begin (?:read (?:only|write)|isolation level [a-z ]+) ?{_END}",
    rf"drop (?:column|constraint|foreign key|check|primary key)(?: if exists)? h ?{_END}",
    r"do language|handler h|import (?:foreign|table)",
)
"""With its verb in capitals."""

_MIN_SIGNS = 2


def is_statement(text: str) -> bool:
    """Whether what `text` begins with has the shape of a statement."""
    verb = (text.lstrip(" \t\n(;").split(maxsplit=1) or [""])[0]
    line = tokens(text, host_is_word=not verb.isupper())
    if verb.istitle() and sum(map(line.count, "~'#?@(=*;")) < _MIN_SIGNS:
        return False  # "Drop table {}"
    clear = _CLEAR.match(line)
    if clear and not line.startswith(" : ", clear.end()):  # "create schema %s: %w"
        return True
    if verb[:2].isupper() and _UPPER.match(line):
        return True
    return line.startswith("select ") and not verb.istitle() and is_select(line, verb.isupper())
