"""Statements of SQL by their shape, over the tokens of a text: those that no sentence has.

Owns the shapes of PostgreSQL's, SQLite's, MySQL's, T-SQL's and Oracle's statements. A verb alone
shows nothing: "update your settings", "call me", "show tables below", "begin".
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.sql_tokens import SIGNS, tokens

_END = r"(?:;|\Z)"
_NAME = r"(?:[a-z]+|~|\?|@)"
_SIGN = r"(?:~|\?|@)"
_VALUE = rf"(?:['#?~@]|- #|null|true|false|default|on|off|current_\w+|[a-z]+\()"
_ANY_OBJECT = (
    r"(?:table|view|index|sequence|type|schema|database|role|user|function|procedure|trigger|domain"
    r"|extension|publication|subscription|policy|server|aggregate|collation|rule|tablespace|event"
    r"|materialized view|foreign table|external table|operator|synonym|login|package|cast"
    r"|event trigger|text search \w+|statistics|language|keyspace|assembly|partition \w+ \w+)"
)
_MODIFIERS = (
    r"(?: (?:or replace|or alter|global|local|temp|temporary|unique|unlogged|virtual|external|foreign"
    r"|fulltext|spatial|clustered|nonclustered|materialized|recursive|constraint|trusted|columnstore"
    r"|editionable|force|transient|bitmap|definer = \S+(?: @ \S+)?|algorithm = \w+"
    r"|sql security \w+))*"
)
_IF = r"(?: if (?:not )?exists)?"
_TYPES = (
    r"(?:(?:tiny|small|medium|big)?int(?:eger)?|(?:tiny|medium|long)?(?:text|blob)|n?(?:var)?char"
    r"|bool(?:ean)?|date(?:time)?|time(?:stamp)?|float|real|double|decimal|numeric|number|jsonb?|uuid"
    r"|(?:big)?serial|clob|bytea|(?:var)?binary|raw|enum|set|bit|money|xml|year|inet|interval|point)"
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
    r"(?:insert|replace)(?: or \w+| ignore| delayed| low_priority)* into n(?: as n| n)? ?(?:\(?(?: n)"
    r"(?: ,| \) (?:values|select|output|returning|with|on|overriding|as|v))|\( h|values?(?:\(| \()|\(values\("
    r"|default values|select (?!a |an |the |one )|set n =|output |\( select |partition)",
    r"insert(?: into)? h(?: \(| values| select| default|\()",
    r"insert (?:top\( # \) )?n ?\( n(?: , n)* \) (?:values|select|output)",
    r"insert (?:all|first) (?:when|into) ",
    r"update(?: only| ignore| or \w+| low_priority)* n(?: as)?(?: n)? set (?:n|\[) ?(?:=|, n|\( n|:=|\.)",
    r"update(?: top ?\(? [#?@] \))?(?: percent)? n set \(|update top ?\(",
    r"update h(?: (?:as )?n)?(?: ,| (?:inner|left|right|cross|join|set)\b)",
    r"update n , n(?: n)? set ",
    rf"delete(?: h)? from(?: only)? n(?: as)?(?: n)? (?:where {_CONDITION}|using [h(]|;|order by|limit [#?])",
    r"delete(?: top ?\( [#?@] \)(?: percent)?)?(?: from)? h(?: (?:as )?n)? (?:output|from|where|returning|using|inner)\b",
    r"delete from h(?: , h)+",
    r"select from h(?: (?:as )?n)? (?:where|inner|left|right|join|cross|full|order|limit|group)\b",
    r"delete n(?: , n)+ from (?:n|`)",
    r"delete n from n(?: as)?(?: n)? (?:inner|left|join|where|cross)\b",
    rf"createMODS tableIF n ?(?:\( (?:h|n (?:{_TYPES}|h)\b|constraint|primary|like h|select)|as \(? ?(?:select|with|values)"
    r"|as h|as \?|like h|using h|partition of|of h|inherits|clone h)",
    rf"createMODS tableIF n(?:\(| \() (?:n {_TYPES}\b|n ?,|\?)",
    r"createMODS tableIF h(?: like h| as | ?\(|;|\Z)",
    rf"(?:create|alter)MODS viewIF n ?(?:\([^()]*\) )?(?:with \S+ )?as (?:\( ?)*{_SUBQUERY}\b",
    r"createMODS viewIF h(?: as| ?\(| with|;|\Z)",
    r"createMODS index(?: concurrently)?IF(?: n)? on(?: only)? n(?: using n)? ?\(",
    r"createMODS index(?: concurrently)?IF(?: h)? on h",
    r"create typeIF n (?:as (?:enum|range|object|table|\()|from [a-z]|\()",
    r"create typeIF n as ?(?:enum ?)?\(",
    r"(?:create|alter)MODS (?:function|procedure|proc)IF n(?:\(| \( (?:\)|[h~]|n (?:h|[a-z]+ )|in |out )| (?:h|as (?:begin|select|set|'|\[?begin)|returns|is ))",
    r"createMODS (?:aggregate|operator|cast|text search \w+)IF \S+ ?\(",
    r"createMODS triggerIF n (?:before|after|instead|for each|on h)",
    r"createMODS rule n as on ",
    r"createMODS (?:domain n as|sequence n (?:start|increment|as|minvalue|maxvalue|cache|owned)|policy n on"
    r"|publication n for|subscription n connection|server n foreign|user mapping|role n (?:with|login|nologin|superuser|in)"
    r"|user n (?:with|identified|for|password)|event n on schedule|synonym n for|tablespace n (?:location|add)"
    r"|extensionIF n(?: with| schema|;)|schemaIF (?:n authorization|authorization)|collationIF n ?(?:\(|from)"
    r"|databaseIF n (?:with|owner|character|charset|default|collate|template|encoding)|event trigger n on"
    r"|language n|access method|statistics|conversion|transform|synonym|login n with)\b",
    rf"create{_MODIFIERS} {_ANY_OBJECT}(?: if not exists n| h|IF h)",
    rf"alter(?: foreign| external)? table(?: if exists)?(?: only)? n(?: ?\*)? (?:(?:add|drop|rename|modify|change|alter)"
    rf" (?:column|constraint|index|key|primary|foreign|unique|check\b|if\b|to n|partition|fulltext|spatial|period|system"
    rf"|h|\(|n {_TYPES}\b)|owner to|set (?:schema|tablespace|logged|unlogged|without|with|n =|\(|\?|tblproperties|statistics)"
    r"|reset \(|(?:enable|disable) (?:trigger|row|rule|always|replica|keys|change|h)|(?:no )?(?:inherit|force)\b"
    r"|(?:attach|detach|truncate|exchange|drop|reorganize|rebuild) partition|n =|cluster on|validate constraint"
    r"|with (?:no)?check|replica identity|convert to|switch|rebuild|move|auto_increment|order by)",
    r"alter(?: foreign| external)? table(?: if exists)?(?: only)? h(?: (?:add|drop|rename|modify|change|alter|set|\?)|;|\Z)",
    rf"alter {_ANY_OBJECT}(?: if exists)? n ?(?:\([^()]*\) )?(?:rename (?:to|column|value|constraint|attribute|h)|owner to|set (?:schema|n to|n =|default|not null|data|"
    r"\(|search_path|h)|(?:add|drop) (?:value|constraint|attribute|column|table|member|not null|h)|alter (?:column|h)|as select|reset |increment|restart|minvalue"
    r"|maxvalue|no (?:min|max)|owned by|cache|refresh |depends on|(?:with )?(?:no)?(?:login|superuser|password|createdb)|identified|update\b|collate|default|character|with |enable|disable|connection )",
    rf"alter {_ANY_OBJECT} h ",
    r"alter (?:system set|session set|default privileges)\b",
    rf"drop(?: temporary)? {_ANY_OBJECT}(?: concurrently)?(?: if exists)? (?:\?|~)(?: , n)*(?: ?\(.*| on n.*| cascade| restrict| purge)* ?{_END}",
    rf"drop {_ANY_OBJECT}(?: concurrently)?(?: if exists)? n(?: , n)*(?: on n)?(?: cascade| restrict| purge)* ;",
    rf"drop {_ANY_OBJECT}(?: concurrently)? if exists n(?: , n)* ?(?:{_END}|cascade|restrict|\(|on )",
    rf"drop {_ANY_OBJECT} n(?: , n)* (?:cascade|restrict) ?{_END}",
    r"drop (?:index|trigger|policy|rule)(?: if exists)? h on n",
    r"drop (?:owned by|user mapping|cast \(|access method|prepare) ",
    rf"truncate(?: table)?(?: only)? n(?: , n)*(?: restart identity| continue identity| cascade)+ ?{_END}",
    rf"truncate(?: table)?(?: only)? (?:h(?: , n)* ?{_END}|n(?: , n)* ?;)",
    r"merge(?: into)? n(?: with ?\([^()]*\))?(?: as)?(?: n)? using (?:\(|n(?: as)?(?: n)? on )",
    r"merge into h\b",
    rf"with(?: recursive)? n ?(?:\([^()]*\) )?as (?:not )?(?:materialized )?\( ?(?:\( ?)*{_SUBQUERY}\b",
    r"with(?: recursive)? h as (?:not )?(?:materialized )?\(",
    r"with (?:recursive )?n ?\( n(?: , n)* \) as ?\(",
    r"values ?(?:row)?\( ?(?:v|\()",
    r"values (?:row\(|\?(?: ,|\Z))",
    r"(?:exec|execute) h (?:@|['#])",
    r"(?:exec|execute) (?:immediate ?[('?]|sp_)",
    rf"(?:call|execute|exec) h ?\( .*[?'#@].*\) ?{_END}",
    rf"call [a-z]+ ?\( (?:[?'#]|\)).*{_END}",
    r"copy n ?(?:\( n(?: , n)* \) )?(?:from|to) (?:stdin|stdout|program|'|\?)",
    rf"copy ?\( ?{_SUBQUERY} ",
    r"copy h ?(?:\([^()]*\) )?(?:from|to)\b",
    rf"comment on (?:column|table|view|{_ANY_OBJECT}|constraint) n ?(?:\([^()]*\) )?(?:on n )?is (?:['?]|null)",
    rf"grant {_RIGHTS}(?: ?\([^()]*\))?(?: , {_RIGHTS}(?: ?\([^()]*\))?)* on (?:n )*?\S+.* to n",
    rf"grant h(?: , n)* to n ?{_END}",
    rf"revoke (?:(?:grant|admin) option for )?{_RIGHTS}(?: ?\([^()]*\))?(?: , {_RIGHTS})* on .* from n",
    rf"revoke h(?: , n)* from n ?{_END}",
    rf"refresh materialized view(?: concurrently)? h",
    r"begin(?: transaction| work| tran)? ?;",
    rf"(?:begin|start|commit|rollback|abort|end) (?:transaction|work|tran)(?: isolation level [a-z ]+| read (?:only|write)| with consistent snapshot| h)? ?{_END}",
    r"begin (?:immediate|exclusive|deferred|isolation|concurrent)\b",
    rf"(?:begin|start) transaction [h(]",
    r"(?:commit|rollback) (?:prepared|and chain)\b|(?:commit|rollback) ;|prepare transaction ['?]",
    rf"rollback (?:work |transaction )?to (?:savepoint )?h",
    rf"(?:release )?savepoint h ?{_END}",
    rf"set {_SETTINGS}(?: =| to|\b(?= .*[=~#?']| (?:on|off|isolation|characteristics)))",
    r"set (?:transaction isolation|session characteristics|transaction read|nocount|constraints all|identity_insert h)\b",
    rf"declare (?:global |local )?(?:h|n) (?:(?:no )?scroll |binary |insensitive |asensitive )*cursor\b",
    rf"fetch (?:next|prior|first|last|absolute|relative|forward|backward|all|#|\?) ?(?:[#?] )?(?:from|in) h",
    rf"deallocate (?:prepare )?(?:h|all) ?{_END}",
    rf"prepare n ?(?:\([^()]*\) )?(?:as {_SUBQUERY}|from ['?])",
    rf"attach (?:database )?(?:IF )?(?:['\"?]|~) (?:as|\()",
    rf"detach (?:database )?h ?;|detach database h ?{_END}",
    r"(?:use|exec|execute|show|listen|describe) h ;|use [a-z]+ ;",
    r"pragma h(?: =| ?\(|;|\Z)|pragma [a-z]+(?: = v|\( .*\)|;)",
    r"do (?:language n )?'",
    r"notify n , ['?]",
    rf"lock tables? (?:h|n) (?:in [a-z ]+ mode|read|write|as )|unlock tables ?{_END}",
    rf"show (?:full |global |session |extended |local )*{_SHOWN}(?: (?:from|in|like|for) h| like ['?]| where | h)",
    r"vacuum ?\( [a-z]+ (?:,|\))|vacuum (?:full |analyze |verbose |freeze )*h ?;|analyze table h",
    r"reindex (?:table|index|database|schema|system) h ?;|cluster h using h",
    r"rename table h to|rename h to h|load data (?:local |low_priority )*infile|kill (?:query |connection )?[#?]",
    r"explain (?:analyze |verbose |query plan |extended |format = \w+ |\([^()]*\) )*(?:select|insert|update|delete|with|values) (?!a |the |an )",
    r"explain(?: analyze)? format = ",
    r"set (?:session |local |global )?@ (?:=|:=|' :=)",
    rf"(?:insert|replace)(?: ignore| or \w+)? into h ?{_END}",
)
"""No sentence, however its letters are."""
_UPPER = _shapes(
    r"(?:insert|replace)(?: or \w+| ignore)? into(?: n|\Z)",
    r"delete from(?: n|\Z)",
    rf"(?:exec|execute|call) h|(?:exec|execute) n(?: v|\(| \()|call n ?\(",
    r"begin (?:return|select|insert|update|delete|declare|set|if|call|raise|perform|execute)\b|set current",
    r"(?:optimize|check|analyze|lock) table|unlisten",
    r"set (?:local |session |global )?n (?:=|to) ?v",
    r"set (?:local |session |global )?n (?:=|to)|set h (?:on|off)|set data type|set h ",
    r"declare (?:h|n)",
    rf"show (?:full |global |session )*(?:tables|databases|schemas|processlist|engines|grants|create table|full columns|index|variables like|columns) ?(?:{_END}|from|in|like|n)",
    rf"show h ?{_END}",
    r"(?:begin|commit|rollback|start) (?:transaction|work|tran)\b|rollback to(?: savepoint)?(?: n|\Z)|commit prepared",
    rf"(?:release )?savepoint(?: n)? ?{_END}|release n ?{_END}",
    rf"truncate(?: table)?(?: only)? n ?{_END}",
    rf"(?:vacuum|analyze|reindex|cluster|refresh|discard|checkpoint|deallocate|close|optimize|lock)(?: [a-z]+)? h ?{_END}",
    rf"(?:vacuum|analyze) (?:full|analyze|verbose|freeze)(?: n)? ?{_END}|discard (?:all|plans|temp|sequences)",
    rf"lock (?:tables?|h)(?: n)? (?:in|write|read)|reindex (?:table|index|database)|refresh materialized view",
    rf"(?:listen|unlisten|notify|use|describe|desc) n ?{_END}|notify n ,",
    r"fetch (?:next|prior|first|last|absolute|relative|forward|backward|all|[#?]) (?:[#?] )?(?:from|in) n|fetch h|fetch [a-z]+ into",
    r"grant n(?: , n)* (?:on|to) n|revoke n(?: , n)* (?:on|from) n|grant all|revoke all",
    r"copy n (?:from|to)\b|comment on \w+",
    r"prepare n (?:as|from|\()|deallocate (?:prepare )?n",
    rf"(?:create|alter|drop) {_ANY_OBJECT} ?(?:'|\?)",
    r"alter table n|alter \w+ n (?:rename|owner|set|add|drop) ",
    r"do (?:language|\?)|handler h|import (?:foreign|table)",
)
"""With its verb in capitals."""

_OPERATORS = r"(?:[-+*/%^&|<>=!~,]|<>|<=|>=|!=|\|\||::|->>?|<=>|:=|at|\.)"
_JOINS = frozenset(
    """
    all and any array as asc between both by case cast collate cross current desc distinct else
    end escape except exists extract false filter first following for from full glob group having
    ilike in inner intersect interval into is isnull join last lateral leading left like limit
    natural not null nulls offset on only or order outer over partition preceding precision range
    recursive regexp right row rows similar some table tablesample then ties time to top trailing
    true unbounded union unique using values varying when where window with within without zone at
    select replace percent day month year hour minute second
    """.split()
)
_ARTICLES = frozenset(
    "a an any each either every her his its my no one our some that the their these this those which your".split()
)
_WORD = re.compile(r"[a-z]+\Z")
_MIN_SIGNS = 2


def is_statement(text: str) -> bool:
    """Whether what `text` begins with has the shape of a statement."""
    line = tokens(text)
    verb = text.lstrip(" \t\n(;")[:6]
    if verb.istitle() and sum(map(line.count, "~'#?@(=*;")) < _MIN_SIGNS:
        return False  # "Drop table {}"
    clear = _CLEAR.match(line)
    if clear and not line.startswith(" :", clear.end()):  # "create schema %s: %w"
        return True
    if verb[:2].isupper() and _UPPER.match(line):
        return True
    return line.startswith("select ") and not verb.istitle() and _is_select(line, verb.isupper())


def _is_select(line: str, is_upper: bool) -> bool:
    """Whether nowhere in the list are two words in a row, and some of it is no word."""
    parts = line.split(" ")[1:]
    n_signs = depth = 0
    after_from = -1
    previous = "select"
    for i, part in enumerate(parts):
        if part == ";":
            n_signs += i > 0
            break
        if part in _ARTICLES and not (i and parts[i - 1] == ","):
            return False
        if part in ("from", "into") and not depth and after_from < 0:
            after_from = i
        is_word = _WORD.match(part) is not None and part not in _JOINS
        if part.endswith("("):
            depth += 1
            n_signs += len(part) > 1 and (i + 1 == len(parts) or parts[i + 1] in "*')#?~" or i > 0)
        elif part == ")":
            depth -= 1
        elif part[0] in SIGNS or part == "::" or (part in "*=<>" and len(part) == 1):
            n_signs += 1
        elif (
            is_word and previous == "word" and (i < 2 or parts[i - 2] not in ("from", "join", ","))
        ):
            if not (after_from >= 0 and i - after_from == 2):
                return False
        previous = "word" if is_word else part
    if n_signs == 0 and not is_upper:
        return False
    if after_from == 0:
        return False
    return n_signs > 0 or (is_upper and after_from > 0)
