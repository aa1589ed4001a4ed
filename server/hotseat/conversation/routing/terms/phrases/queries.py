"""Questions in everyday words: sql. See `terms` for the format."""

PHRASES = {
    "sql": (
        """
        accent + ignore|search, accents, adjacency, age + date, anti join, array +
        column|any|unnest, audit + table|trigger, auto-increment, average +
        group|per|null|moving, between + date|inclusive|time, book + same|seat|double, booking +
        overlap|seat|twice|conflict, boolean + column|index, cascade + delete|foreign|parent,
        case-insensitive + search|unique|compare|column, children point to it, column +
        add|null|default|unique|json|type|rename|index|generated|count|million|sum|drop|
        case|rows|comma|not null|exist|date, columns +
        months|pivot|dynamic|index|rows|composite|unique|compare, columns into rows, come twice,
        comma separated + rows|column|list, commit + transaction|rollback|rows, compare with
        previous, composite + index|key|unique|primary, concatenate + rows|group|per, concurrent
        + update|insert|booking|transaction, consecutive + days|rows|dates, constraint +
        foreign|unique|check|deferred|violat|add|drop|exclude, count +
        null|distinct|column|per|zero|star|group|condition|rows|slow|each, counts +
        zero|group|per, cursor + fetch|loop|server, customers without, date +
        between|range|truncate|group|column|range + index, days in a row, deadlock +
        update|row|transaction|two jobs|order|table|database, decimal + column|type, delete +
        duplicate|keep|join|rows|older|cascade|batch|limit|million|child|parent|orphan|
        old, denormal, difference + previous|row|rows, dimension table, double booking, dump +
        restore|database|table|schema, duplicate +
        row|rows|delete|keep|insert|ignore|key|find|remove|entry|email, duplicates +
        delete|keep|find|remove|table|join, each customer, each user +
        last|latest|first|newest|sum|one, enum + column|type|table, equal to null, escape +
        like|percent|quote, exists + in|join|subquery|where, explain +
        scan|says|plan|index|cost|row|analyze|seq, fact table, fill the gaps, filter by the
        second, foreign + key|keys|constraint, full + join|outer|text, gaps +
        date|month|sequence|island, gaps and islands, generated + column|always|id, greatest +
        per|group, group + month|week|day|hour|max|having|column|several|count, grouped +
        month|day|count, having + where, hierarchy + query|parent|recursive, id +
        gaps|insert|return|last inserted, if it exists + update|insert, in +
        exists|subquery|null, in one table but not, index +
        used|column|composite|order|partial|unique|slow|scan|filter|null|foreign|
        expression|like|ignored|slow|covering|hash|where|second|insert|exist|range|
        query|text|date, indexed + column|like|function|slow, indexes + too
        many|slow|used|insert|foreign|join, insert +
        ignore|exist|select|return|many|bulk|multiple|duplicate|default|conflict|unless|
        not there|into|update, insert or update, into columns, isolation + level|read|serial,
        join + duplicate|multipl|twice|null|condition|three|self|missing|filter|latest|without|
        where|table|tables|order|lateral|left, joined, joined + twice|table|duplicate|multipl,
        joins + three|left|many|slow|order, json + column|index|query|path|array|field +
        table|rows|row, jsonb, junction, keep a parent, keep the first, large table, last
        inserted id, latest + row|each|per|order|record|entry, like +
        index|wildcard|percent|escape|case, limit + offset|per|rows|order|each, lock +
        table|row|update|migration|million|read|for long, locking +
        table|row|column|long|update, locks + table|row|deadlock, logs changes + trigger, lost
        update, many to many, many-to-many, median, migrate + column|table|downtime + rows,
        million rows, missing + month|day|date|row + zero|fill, missing in the other, money +
        column|type|store, months into columns, months without, most recent +
        per|each|row|order, natural key, never ordered, newest + row|order|each|per|customer, no
        matching, normal + form, normalis, normaliz, not in the other table, not null +
        column|add|default|table|constraint, null + where|compare|in|not
        in|unique|equal|count|sum|join|sort|index|distinct|column|default, null equal, offset +
        slow|limit|pagination, older than + row|rows|delete|year|days|month, one to many +
        table, optimiser, optimizer, order of columns, order of the columns, orphan +
        rows|record|child, overbook, overlap + date|range|booking|period, paginate +
        offset|rows|keyset, pagination + offset|cursor|keyset|count|rows, parent +
        removed|delete|children|child + point|reference|keep, partition + table|range|by|month,
        partitioned, per category, per customer, per day, per month, per user, percent +
        total|group|of all|each, percentage + total|group, percentile, planner, previous row,
        primary + key + uuid|composite|natural|text, procedure + stored|cursor|parameter|return,
        queries + slow|index|join|n+1|log, query +
        slow|plan|index|cache|seconds|nested|recursive|join|date|count|optimi|twice|
        rows|fast|aggregate|subquery|parameter|million, random + row|rows|order|sample, rank +
        category|within|per|each|product|tie, recursive +
        query|tree|parent|category|cte|hierarchy, removed while + child|children|point, restore
        + database|dump|backup, row +
        per|newest|latest|each|lock|duplicate|missing|count|first|exist|insert|previous|
        next|max|update, rows +
        twice|duplicate|join|each|delete|missing|lock|count|per|limit|same|update|
        million|order|between|group|sum|insert|with, rows into columns, same seat, sample +
        rows, savepoint, scan + index|seq|full|table|says|explain, schema +
        star|version|public|search_path|tables, search + accent|ilike|full
        text|trigram|database|fuzzy, second only, sequence + gap|next|reset|column, slow query,
        soft + delete + unique|index, star schema, statistics + planner|table|stale, stored +
        procedure|function|generated, streak, string + aggregate|comma|concat + rows|group,
        subquery + join|correlated|exist|in|max, sum +
        null|group|case|join|wrong|window|per|condition|double|distinct|over, surrogate key,
        table + lock|million|large|huge|column|partition|rename|copy|temporary|archive|join|
        million rows|history|log|audit|tag|relation|join, tables +
        join|relation|many|union|compare|lock|normal, tags + join|table|all|many|filter|each,
        text search + accent|database|index|rank, time zone + column|timestamp|store, top +
        per|each|group|three|category, total + running|month|per|group|cumulative, totals +
        month|per|running|zero|group, transaction +
        isolation|rollback|lock|commit|read|nested|savepoint|two|long|update|serial, tree +
        parent|recursive|table|rows|hierarchy|ancestor, trigger +
        update|insert|log|row|before|after|audit|changes|old|timestamp|history, triggers +
        order|audit|row, twice since i joined, two people + booking|same, unique +
        index|constraint|null|column|partial|case|two columns|email|violation, unknown + null,
        unnest, update + join|select|other table|return|case|lock|same|many|rows|batch|from,
        update or insert, updates + rows|lock|concurrent|lost, uuid + primary|key|index, view +
        materialized|update|refresh|index|query, warehouse, weekday + group|date, where +
        having|null|exists|case|date|or|and|join, who never, wildcard + like|index, with
        recursive, within each, without locking, without orders, zero for months
        """,
        """
        aggregate, aggregates, aggregation, column, columns, constraint, constraints, cursor,
        database, distinct values, duplicates, foreign, in the database, index + table, indexes,
        join, joins, lookup + rows, queries, query, record in the table, row, rows, schema,
        select, sorted by the, stored, subselect, table, the tables, trigger
        """,
    ),
}
