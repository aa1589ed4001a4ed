"""How a statement of SQL begins, as prose hardly does: `INSERT INTO users`, `drop table a;`."""

from __future__ import annotations

import re

NAME = r"[\w.$@:\"`\[\]{}%#?\\-]+"
_OTHER_OBJECT = (
    r"(?:ROLE|USER|DOMAIN|POLICY|PUBLICATION|SUBSCRIPTION|AGGREGATE|RULE|EVENT|SERVER|TABLESPACE)"
)
_OBJECT = r"(?:TABLE|INDEX|VIEW|TRIGGER|FUNCTION|PROCEDURE|SCHEMA|DATABASE|EXTENSION|TYPE|SEQUENCE)"
UPPER = (
    re.compile(rf"INSERT\s+(?:OR\s+\w+\s+|IGNORE\s+)?INTO(?:\s+{NAME}|\s*\Z)"),
    re.compile(rf"UPDATE\s+(?:ONLY\s+)?{NAME}(?:\s+(?:AS\s+)?\w+)?\s+SET\b"),
    re.compile(
        rf"UPDATE\s+{NAME}(?:\s+(?:AS\s+)?\w+)?(?:\s*,\s*{NAME}|\s+(?:LEFT|RIGHT|INNER|CROSS))*"
        r"\s+(?:JOIN|SET)\b"
    ),
    re.compile(rf"DELETE\s+[a-z]\w*\s+FROM\s+{NAME}"),
    re.compile(rf"(?:CREATE|ALTER|DROP)\s+{_OTHER_OBJECT}\s+(?:IF\s|\w*[^\sA-Z])"),
    re.compile(r"CREATE\s+DEFINER\s*="),
    re.compile(rf"DELETE\s+FROM(?:\s+{NAME}|\s*\Z)"),
    re.compile(rf"ALTER\s+(?:TABLE\s+{NAME}|{_OBJECT}\s+(?!(?-i:[A-Z\s]+\Z)){NAME})"),
    re.compile(r"PRAGMA\s+\w+"),
    re.compile(
        rf"(?:RELEASE\s+|ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO\s+)?SAVEPOINT\s+{NAME}\s*;?\s*\Z"
    ),
    re.compile(
        rf"TRUNCATE\s+(?:(?:TABLE\s+)?ONLY\s+{NAME}|TABLE\s+{NAME}|{NAME}\s*(?:,|;|\Z|RESTART\b|CASCADE\b))"
    ),
    re.compile(rf"MERGE\s+INTO\s+{NAME}"),
    re.compile(rf"REPLACE\s+INTO\s+{NAME}"),
    re.compile(r"VALUES\s*\(\s*(?:\Z|[\d'\"?:%$@({-]|NULL|DEFAULT)"),
    re.compile(
        r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNIQUE|UNLOGGED|VIRTUAL"
        r"|EXTERNAL|FULLTEXT|SPATIAL|CLUSTERED|MATERIALIZED|RECURSIVE|CONSTRAINT)\s+)*"
        rf"{_OBJECT}"
        r"(?:\s+ON\s+\w|\s+(?:CONCURRENTLY\s+)?IF\s+NOT\s+EXISTS\b|\s+[^\sA-Z]|\s+\w*[^\sA-Z]|\s+\w+\s+(?:AS|ON)\b"
        r"|\s*\n|\s*\Z)"
    ),
    re.compile(rf"DROP\s+(?:MATERIALIZED\s+)?{_OBJECT}\s+(?:IF\s+EXISTS\b|\w*[^\sA-Z])"),
)
_VALUE = (
    r"(?:[-+]?\d+(?:\.\d+)?|'[^'\n]*'|@\w+|\$\d+|:\w+|\?\d*|\{[^{}\n]*\}|%\(?\w*\)?s|null|true|false|array\[[^\[\]]*\]"
    r"|\w*\((?:[^()]|\([^()]*\))*\))"
)
_ALIAS = r"(?:\w+|\[\w+\]|`[^`\n]*`|\\?\"[^\"\n]*\")"
_AFTER_VALUE = (
    rf"(?:(?:::\s*\w+(?:\[\])?)?\s*(?:as\s+{_ALIAS}\s*(?:\Z|[,;)]|--|(?:union|where|from)\b)"
    rf"|,\s*{_VALUE}\s*(?:\Z|[,;]|as\b)|;\s*(?:\Z|select\b)|(?:=|\+|-|\*|/|\|\||<|>)\s*{_VALUE}\s*(?:\Z|[,;)=+*/|<>-]|as\b|from\b|where\b|union\b)"
    r"|(?:union(?:\s+all)?\s+select|where|over)\b|is|::\s*\w+)|\s*in\s*\()"
)
_RIGHT = "(?:all|connect|create|delete|execute|insert|references|select|trigger|update|usage)"
_TYPE = (
    r"(?:big|small)?int(?:eger)?|text|varchar|char|bool(?:ean)?|date|time(?:stamp)?|float|double|decimal"
    r"|numeric|jsonb?|uuid|serial|blob"
)
ANY_CASE = (
    re.compile(
        r"(?:insert|replace)(?:\s+or\s+\w+|\s+ignore)?\s+into\s+"
        rf"{NAME}\s*(?:\(|values\b|select\b|default\s+values\b)",
        re.I,
    ),
    re.compile(rf"update\s+{NAME}(?:\s+(?:as\s+)?\w+)?\s+set\s+{NAME}\s*=", re.I),
    re.compile(
        rf"delete\s+from\s+{NAME}\s*(?:;|where\b\s*\S+\s*"
        r"(?:[=<>!?]|(?:not\s+)?in\s*[(:@%?{]|is\s+(?:not\s+)?null\b|like\s+['\"%:?$@{]))",
        re.I,
    ),
    re.compile(
        rf"create\s+(?:temp(?:orary)?\s+|virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?{NAME}\s*"
        r"(?:\(|as\s+select\b|using\b)",
        re.I,
    ),
    re.compile(
        rf"create\s+(?:or\s+replace\s+|materialized\s+)?view\s+(?:if\s+not\s+exists\s+)?{NAME}\s+as\s+(?:select|with)\b",
        re.I,
    ),
    re.compile(
        rf"create\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?{NAME}\s+on\s+{NAME}\s*\(",
        re.I,
    ),
    re.compile(
        rf"alter\s+table\s+{NAME}\s+(?:(?:add|drop|rename|alter|modify|change)\s+(?:column|constraint"
        rf"|to|index|primary|foreign|if)\b|(?:add|modify|change)\s+\w+\s+(?:{_TYPE})\b|enable\b|disable\b|owner\b)",
        re.I,
    ),
    re.compile(
        rf"drop\s+(?:table|index|view|database|schema)\s+(?:{NAME}\s*;|if\s+exists\s+{NAME}\s*(?:;|\Z|cascade\b))",
        re.I,
    ),
    re.compile(r"pragma\s+\w+\s*[=(;]", re.I),
    re.compile(
        rf"merge\s+into\s+{NAME}\s+(?:as\s+)?(?:\w+\s+)?using\s.*\son\s+\S+\s*=", re.I | re.S
    ),
    re.compile(rf"truncate\s+table\s+{NAME}\s*(?:;|,|\Z|restart\b|cascade\b)", re.I),
    re.compile(
        rf"with\s+(?:recursive\s+)?{NAME}\s*(?:\([^()]*\)\s*)?as\s+(?:not\s+)?(?:materialized\s+)?"
        r"\(\s*(?:--[^\n]*\n\s*)*(?:select\b|insert\b|update\b|delete\b|values\b|with\b|[{%$]|\Z)",
        re.I,
    ),
    re.compile(
        rf"insert\s+(?:top\s*\(\d+\)\s+)?{NAME}\s*\([^()]*\)\s*(?:values|select|output)\b", re.I
    ),
    re.compile(
        rf"(?:create|alter)\s+proc(?:edure)?\s+{NAME}\s*(?:@|\(|as\s+(?:begin|select|set)\b)", re.I
    ),
    re.compile(rf"drop\s+proc(?:edure)?\s+(?:if\s+exists\s+)?{NAME}\s*(?:;|\Z)", re.I),
    re.compile(
        rf"copy\s+{NAME}\s*(?:\([^()]*\)\s*)?(?:from|to)\s+(?:stdin|stdout|program|')", re.I
    ),
    re.compile(
        rf"grant\s+{_RIGHT}\b[\w, ]*\son\s+(?:\w+\s+)?[^\s]+\s+to\s",
        re.I,
    ),
    re.compile(rf"select\s+(?:distinct\s+|all\s+)?{_VALUE}\s*{_AFTER_VALUE}", re.I),
)
"""The last: a SELECT that needs no table."""
