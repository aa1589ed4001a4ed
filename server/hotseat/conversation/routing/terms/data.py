"""Queries and data formats. See the folder's `__init__` for the format."""

TERMS = {
    "sql": (
        """
        account + balance|transfer, add + column, add column, advisory lock, alembic, all but
        the newest, alter table, analyze, anti join, array_agg, audit table, auto_increment,
        autoincrement, autovacuum, average + per|group|month, balance + running|account,
        bigquery, bind parameter, bookings, both tables, btree, cascade delete, case +
        insensitive, case when, case-insensitive + column, char or varchar, check constraint,
        clickhouse, coalesce, collation, column +
        lower|index|null|default|add|rename|type|unique|function|millions, composite index,
        composite key, computed column, correlated subquery, count + group|per|by|each|zero,
        count + joined|too high|join|null|duplicate|group|distinct|customers, count + zero,
        count(*), covering index, create index, create table, create table as, create view,
        cross join, crosstab, cte, cumulative sum, cursor in a procedure, cursor pagination,
        customers + orders, customers + without|each|never|count|last|orders, customers who,
        date_trunc, dates + missing|gap|series, dbt, deadlock + update, default now(), delete +
        all but|newest|join|group, delete + rows|orders|duplicate|older|million, delete
        duplicates, delete with join, denormalise, denormalize, dense_rank, dirty read,
        disappear + without, distinct on, drop column, duckdb, duplicate + table|rows, each
        customer, employee, employees, employees + manager|salary|department, enum column, event
        + day|week|hour + count, every night + procedure, except query, execution plan, exist +
        row|insert, exists or in, explain analyze, extract month, fact table, filter clause,
        first row per, float + numeric, flyway, for each month, foreign key, full table scan,
        full text, gaps + dates|ids|sequence, generate_series, generated column, gin index,
        group + latest|newest|first|max|highest|count, group + month, group +
        row|newest|delete|each, group by, group_concat, hash index, hash join, having clause,
        having or where, hierarchy + recursive, highest + each|per|group, history table,
        identity column, ilike, in one statement, in or exists, index +
        ignored|lower|column|function|slow|order, index + used, index on, information_schema,
        inner join, insert + exist|conflict|row|many|id|duplicate, insert into, insert select,
        intersect, interval '1, is distinct from, join + duplicate, join + rows, join + twice,
        joined + count|sum|twice|high|rows, json column, jsonb, junction, key +
        foreign|compos|primary|unique|delete, keyset, lag, lag and lead, lateral, lateral join,
        latest per, latest row, lead, left join, left outer join, like '%, limit 1 per,
        liquibase, lock + rows, lock + row|table|transaction, lookup table, lower() + column,
        many to many, many-to-many, mariadb, materialised view, materialized view, max +
        per|group|each, max_connections, median, merge into, migration + column, migration +
        constraint, migration + index, migration + table, millions of rows, moving average,
        mssql, multicolumn index, mysql, natural join, natural key, nested loop join, newest +
        each|per|customer|order, newest per, newest row, next row, no order, normalise,
        normalize, not exists, not in, not in + null, null + comparison, null + count, null +
        empty result, null + join, null + unique|sort|order|sum|average|not in|where, nullif,
        nulls first, numeric, numeric or money, of each customer, offset + limit, offset + page,
        offset + slow, old orders, on clause, on conflict, on delete cascade, on duplicate key,
        one statement, one to many, order by, orders +
        last|per|each|total|without|month|day|old|newest, orphan rows, orphaned rows, outer
        join, over (, over clause, overlapping + dates|booking|interval, page + key|offset, page
        + rows|total|count|cursor, parameterised query, parameterized query, parent id, partial
        index, partition by, partitioned table, payments + join|sum|month, per customer, per
        group, per month, percentile, pg_dump, pg_stat, phantom read, pl/pgsql, plpgsql,
        postgres, postgresql, prepared query, previous row, prices + float|numeric|stored|store,
        primary key, products + categor|orders|sold|each|price, psql, query +
        slow|seconds|fast|index|rewrite|join|rows|filter|plan|month|year, query plan, query
        planner, rank + per|group|within, raw sql, read committed, recursive cte, redshift,
        repeatable read, result + high|duplicate|join, result + twice + high, row + group, row
        lock, row number, row_number, rows + between|update|returned|affected|per|page|pages,
        rows + disappear, rows +
        duplicate|delete|insert|update|missing|lock|count|group|twice|each|million|random|older,
        rows between, rows multiply, running total, salary + department|highest|average,
        savepoint, search + text + column, seek method, select *, select for update, self join,
        seq scan, serializable, sharding, single statement, skip locked, slow +
        query|join|index|table, slow query, snowflake, soft delete, sql + raw, sql injection,
        sql server, sqlite, star schema, statistics target, store +
        price|prices|money|boolean|array|date|json|tags, stored + float|date|json|column|text,
        stored function, stored procedure, stored procedures, string_agg, subquery, sum +
        joined|twice|null|group, sum + null, sum + twice|high, surrogate key, table +
        million|row|column|rename|lock|large|bookings|create|orders|users|store|log|key|partition,
        table lock, table scan, tags + posts|table|join, temporary table, text + search|index +
        column, third normal form, time zone + column, timestamp with time zone, timestamptz,
        top n per, total + per|month|customer|running, transaction + isolation, transaction +
        isolat|lock|rollback|read|commit, tree + parent id, trigger function, tsvector, twice as
        high, two columns + unique|index|key, union all, union or union all, unique +
        constraint, unique constraint, unpivot, update + join|other table|many|row, update from,
        update with join, upsert, users + orders|last|active|without|each, uuid or serial,
        vacuum, varchar or text, view or table, where + left join, where or having, window
        function, with query, with recursive, without any + disappear
        """,
        """
        aggregate, aggregate function, alter, average per, backfill, bloat, by month, cascade,
        constraint, count, count distinct, count per, customers, customers without orders,
        database, database table, decimals, default value of a column, department, distinct,
        duplicate rows, duplicates, each group, for update, index, index on a column, indexes,
        inner list, insert, insert + safely, insert or update, invoices, is null, isolation,
        isolation level, join, join table, joined, junction table, latest row per, like
        operator, limit and offset, migrate the table, missing rows, months without, newest,
        normal form, normalisation of tables, not in with null, not null column, null in a
        comparison, oracle, orders, orders + customers, pagination, pagination with offset,
        partition, partitioning, payments, pivot, planner, products, queries, query, rank(),
        real turnover, record + table, records, records + database, recursive query, referenced
        row, referential integrity, revenue, rows, rows without, schema, select, select
        statement, sequential scan, serial, store + table, stored as, subselect, table, tables,
        the query, transaction, truncate, turnover, twice as, two tables, unique index, update
        statement, users + last, varchar, where clause, without a match, zero for the months
        """,
        """
        add a column, column, conflict, date range, deadlock, delete statement, entries,
        explain, filter, foreign, full-text search, group, grouped, having, highest, latest,
        limit, migration, month, month over month, n+1 query, null, nulls, offset, outer, page,
        per day, per user, price, prices, report, returning, rollback, row, sequence, sort,
        statement, statistics, store, stored, stores, sum, the table, top three per, total,
        trigger, unique, upserts, view
        """,
    ),
    "graphql": (
        """
        graphql, graphql fragment, introspection query
        """,
        """
        apollo, resolver
        """,
        """
        mutation
        """,
    ),
    "json": (
        """
        comments in json, json schema, jsonc
        """,
        """
        escape quotes in json, json file, settings.json, valid json
        """,
        """
        package.json field, trailing comma
        """,
    ),
}
