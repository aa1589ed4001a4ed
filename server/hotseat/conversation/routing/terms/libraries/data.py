"""Tools of queries, pages, scripts and operations, by name. See `terms` for the format."""

NAMES = {
    "sql": """
        add column, advisory lock, alter table, anti join, array_agg, auto increment,
        auto_increment, autoincrement, autovacuum, between two dates, bigquery, case when, cast
        a column, check constraint, clickhouse, coalesce, common table expression, common table
        expressions, composite index, composite key, correlated subquery, count(*),
        count(column), covering index, create table, cross join, crosstab, cte, cumulative sum,
        date_trunc, deadlock detected, deadlock found, decimal column, delete from, dense_rank,
        dirty read, distinct on, drop column, duckdb, duplicate rows, explain analyze, explain
        plan, for update, foreign key, foreign key constraint, foreign keys, full outer join,
        full table scan, full text search, generate_series, group by, group_concat, grouping
        sets, having clause, identity column, ilike, index scan, inner join, insert ignore,
        insert into, isolation level, isolation levels, json column, json_agg, jsonb, junction
        table, keyset pagination, lag and lead, lateral join, latest row, left join, like with a
        wildcard, limit and offset, lookup table, many-to-many table, mariadb, materialised
        view, materialized view, merge statement, moving average, mssql, mysql, newest row,
        normal form, normalise the tables, not exists, not in, not null constraint, nullif,
        nulls first, nulls last, numeric column, nvarchar, on conflict, on delete cascade, on
        duplicate key, oracle database, order by, outer join, over (, partial index, partition
        by, pg_dump, pg_trgm, phantom read, phantom reads, pl/sql, plpgsql, plsql, postgres,
        postgresql, primary key, psql, query plan, rank over, read committed, recursive cte,
        recursive query, redshift, reindex, repeatable read, right join, row lock, row_number,
        running sum, running total, sargable, select for update, self join, seq scan, sequence
        out of, sequential scan, serial column, skip locked, snowflake, sql server, sqlite,
        sqlite3, stored procedure, stored procedures, string_agg, subqueries, subquery, t-sql,
        table lock, table scan, temp table, temporary table, third normal form, timestamptz,
        to_tsquery, top n per group, trigger function, truncate table, tsql, tsvector, union
        all, unique constraint, unique violation, unpivot, update with a join, upsert, varchar,
        view in the database, where clause, window function, window functions
        """,
    "html": """
        &amp;, &nbsp;, <a>, <abbr>, <article>, <aside>, <audio>, <base>, <blockquote>, <button>,
        <canvas>, <caption>, <datalist>, <dd>, <details>, <dialog>, <div>, <dl>, <dt>,
        <fieldset>, <figcaption>, <figure>, <footer>, <form>, <header>, <iframe>, <img>,
        <input>, <label>, <legend>, <li>, <link>, <main>, <meta>, <meter>, <nav>, <noscript>,
        <ol>, <option>, <picture>, <progress>, <script>, <section>, <select>, <slot>, <source>,
        <span>, <summary>, <svg>, <table>, <td>, <template>, <th>, <thead>, <time>, <ul>,
        <video>, alt attribute, alt text, anchor link, aria-describedby, aria-hidden,
        aria-label, aria-labelledby, aria-live, async attribute, async or defer, autocomplete
        attribute, autofocus, canonical link, captions for a video, check boxes, colspan,
        contenteditable, data attribute, data attributes, data-attributes, datalist, defer
        attribute, definition list, description list, disabled attribute, doctype, download
        attribute, embed a map, embed a video, embed youtube, emmet, enctype, entities like,
        favicon, fieldset, formaction, h1, heading level, heading levels, hidden attribute,
        hreflang, html email, html entity, html5, iframe, input type, inputmode, json-ld, jump
        to a section, lang attribute, lazy loading images, loading attribute, loading="lazy",
        mailto, mailto link, meta tag, meta tags, meta viewport, microdata, multipart/form-data,
        nested list, nested lists, noopener, noreferrer, novalidate, og:image, open graph,
        pattern attribute, placeholder attribute, preconnect, prefetch link, radio button, radio
        buttons, readonly attribute, required attribute, role attribute, rowspan, schema.org,
        scope attribute, screen reader, screen readers, script tag, select element,
        self-closing, self-closing tag, semantic element, semantic elements, semantic markup,
        semantic tag, semantic tags, sizes attribute, skip link, srcset, tabindex, table
        caption, table header cell, target blank, target="_blank", tel link, type="date",
        type="email", type="number", viewport meta, void element, void elements, w3c validator,
        which element
        """,
    "css": """
        !important, 100dvh, 100vh, ::after, ::before, :first-child, :focus, :focus-visible,
        :focus-within, :has, :hover, :is, :last-child, :not, :nth-child, :root, :where,
        @container, @font-face, @import, @keyframes, @layer, @media, @supports, align-content,
        align-items, align-self, aspect ratio, aspect-ratio, attribute selector, auto-fill,
        auto-fit, autoprefixer, backdrop-filter, background-image, background-position,
        background-size, border-box, border-radius, box model, box-shadow, box-sizing,
        break-inside, bulma, calc(), cascade layer, cascade layers, center a, centre a, centre
        both, child selector, clamp(), clear the float, clearfix, clip-path, collapsing margins,
        color-mix, color-scheme, column layout, columns of equal, conic-gradient, container
        queries, container query, css grid, css modules, css variable, css variables,
        cubic-bezier, currentcolor, cursor: pointer, custom properties, custom property, dark
        mode, descendant selector, display none, display: contents, display: flex, display:
        grid, display: none, dvh, ease-in-out, em or rem, equal height, filter blur, flex
        container, flex item, flex items, flex-basis, flex-grow, flex-shrink, flex-wrap,
        flexbox, focus ring, font-display, font-family, font-size, font-weight, fr unit,
        grid-area, grid-auto-flow, grid-template, grid-template-areas, hover state, hsl,
        inline-block, justify-content, keyframes, less mixin, letter-spacing, line clamp,
        line-clamp, line-height, linear-gradient, margin auto, margin collapse, margin
        collapsing, margins collapse, mask image, media queries, media query, minmax,
        mix-blend-mode, mobile first, narrow screens, negative margin, nth-child, object-fit,
        object-fit cover, oklch, on hover, on phones, on small, overflow hidden, overflow-wrap,
        overscroll, page-break, place-items, pointer-events, position absolute, position fixed,
        position relative, position sticky, postcss, prefers-color-scheme,
        prefers-reduced-motion, print stylesheet, pseudo class, pseudo element, pseudo-class,
        pseudo-element, reduced motion, rem and em, rem or em, rem units, responsive layout,
        rgba, sass mixin, scale on hover, scroll snap, scroll-behavior, scroll-snap, scrollbar,
        scrollbar-gutter, scrollbars, sibling selector, sidebar layout, small screens, stacking
        context, sticky header, style sheet, styled-components, subgrid, tailwind, tailwindcss,
        text-overflow, user-select, var(--, vh, visibility hidden, vw, web font, webfont,
        white-space, wide screens, word-break, z-index
        """,
    "shellscript": """
        "$@", $!, $#, $$, $((, $*, $0, $1, $?, $@, ${, -exec, -n "$, -print0, -z, .bash_profile,
        .bashrc, .profile, .zprofile, .zshrc, /dev/null, 2>&1, <<<, <<eof, [ -f, [ and [[, [[,
        [[ -z, all files below, all files in, argument list too long, arithmetic expansion,
        associative array in bash, at midnight, awk, background job in a script, bad
        substitution, basename, bashrc, brace expansion, case esac, chmod, chmod +x, chown,
        command not found, command substitution, cron, cron job, cronjob, crontab, curl, cut -d,
        dash shell, declare -a, declare -a array, directory of the script, dirname, disown, done
        <, double brackets, each line of a file, echo -e, echo -n, egrep, environment variable
        in a script, esac, exit 1, exit code, exit codes, exit status, export a variable, file
        names with spaces, find -exec, find -name, fish shell, flock, folder that the script,
        gawk, getopts, globbing, globstar, grep, head -n, here document, here string, heredoc,
        heredocs, ifs, job control, journalctl, jq, let and expr, line by line, ln -s, local
        variable in a function of a script, lsof, mapfile, mkdir -p, mktemp, nohup, nullglob,
        parameter expansion, path variable, pipe into, pipefail, pkill, positional arguments in
        a script, positional parameters, printf %s, process substitution, prompt colour in the
        terminal, ps aux, read -r, readarray, readlink, realpath, ripgrep, rm -rf, rsync, scp,
        script's arguments, script's own directory, script's own folder, sed, sed -i, set -e,
        set -o pipefail, set -u, set -x, shebang, shell script, shell scripts, shellcheck,
        sigint in a script, sigterm in a script, single and double brackets, sort -u, source a
        file, spaces in file names, spaces in names, spaces in the name, ssh -t, ssh command,
        ssh loop, stderr to, stdout and stderr, sub shell, subshell, symlink, symlinks,
        systemctl, tail -f, tar -czf, tar -x, tee -a, test -f, tput, tr -d, unbound variable,
        unexpected eof while looking, uniq, uniq -c, untar, wait for background, wc -l, wget,
        while read, word splitting, xargs, xargs -0, yes or no prompt, zcat
        """,
    "dockerfile": """
        --mount=type, --mount=type=cache, --mount=type=secret, --platform, .dockerignore, add or
        copy, alpine image, apt cache in the image, apt-get install, apt-get update, arg and
        env, arg before from, arg or env, arm64 image, build arg, build args, build argument,
        build context, build stage, build stages, builder stage, buildkit, buildx, cache busting
        in the image, cache mount, cmd, cmd and entrypoint, cmd or entrypoint, container exits,
        container exits immediately, containerfile, copy --chown, copy --from, copy and add,
        copy or add, distroless, docker build, docker buildx, docker cache, docker exec, docker
        image, docker images, docker layer, docker push, docker run, docker scan, dockerignore,
        dumb-init, entrypoint, entrypoint and cmd, exec form, final image, from scratch image,
        hadolint, image digest, image gets rebuilt, image is rebuilt, image layer, image layers,
        image size, inside the container, layer cache, multi-arch, multi-platform, multi-stage,
        multi-stage build, multistage, non-root, non-root user, onbuild, pid 1, pin the digest,
        podman, run apt-get, run instruction, scratch image, shell form, sigterm in a container,
        slim image, slim variant, smaller image, squash the layers, stopsignal, tini, user
        instruction, volume in the image, vulnerabilities in the base image, workdir
        """,
    "yaml": """
        .gitlab-ci.yml, .pre-commit-config, <<:, actions/cache, actions/checkout, alertmanager,
        anchor and alias, anchors and aliases, ansible, ansible role, ansible-vault, argocd,
        artifact between jobs, artifacts between jobs, asyncapi, azure pipelines, become: true,
        between jobs, bitbucket pipelines, block scalar, build matrix, cache between runs, cache
        key in the workflow, circleci, cloud-init, cloudformation, cluster ip, clusterip,
        compose file, compose service, compose services, compose.yaml, composite action,
        concurrency group, configmap, configmaps, cpu limit, crashloopbackoff, cronjob in the
        cluster, daemonset, dependabot, dependabot.yml, depends_on, deployment manifest, docker
        compose, docker-compose, docker-compose.yml, folded scalar, github action, github
        actions, gitlab ci, gitlab-ci, github workflow, grafana provisioning, group_vars,
        handlers and notify,
        healthcheck in compose, helm chart, helm values, home assistant, home assistant
        automation, horizontal pod autoscaler, host_vars, hpa, if: always(), imagepullbackoff,
        indentation of a list, ingress controller, init container, initcontainer, istio, job
        matrix, job output, k8s, kubectl, kubernetes, kustomization, kustomize, literal block,
        liveness, liveness probe, matrix job, maxsurge, memory limit of the pod, merge key,
        minikube, mkdocs.yml, multi-line string with a pipe, multiline string, namespace in the
        cluster, needs keyword, no became false, node selector, nodeport, norway problem, notify
        a handler, octal number became, on becomes true, on push, only on main, only on tags,
        oomkilled, openapi spec, persistent volume, persistentvolumeclaim, pipe or greater-than,
        pipeline job, pipeline stage, pod affinity, pre-commit config, prometheus rule,
        prometheus rules, pull_request trigger, pvc, rbac, readiness, readiness probe, register
        a variable in a task, renovate config, replicaset, requests and limits, resource limits,
        reusable workflow, rolling update, runs-on, secrets in the workflow, serverless.yml,
        service account in the cluster, services in compose, sidecar container, startup probe,
        statefulset, strategy matrix, tabs are not allowed, taints and tolerations, toleration,
        tolerations, values.yaml, when clause in a task, with_items, workflow file,
        workflow_dispatch, yes becomes true
        """,
    "terraform": """
        aws_instance, aws_s3_bucket, azurerm, count.index, create_before_destroy, data source
        block, for_each, hcl, ignore_changes, known after apply, local-exec, moved block,
        null_resource, opentofu, output value of a module, prevent_destroy, provider alias,
        remote state, state lock, templatefile, terraform apply, terraform import, terraform
        plan, terragrunt, tfstate, tfvars
        """,
    "vue": """
        $emit, $nexttick, <script setup>, composable in setup, composition api, computed
        properties, computed property, defineemits, defineexpose, defineprops, emit an event,
        emits an event, keep-alive, mutate a prop, mutate the prop, mutating a prop, named slot,
        navigation guard, nexttick, nuxt, onmounted, options api, pinia, provide and inject,
        quasar, reactive(), ref(), router-link, router-view, scoped slot, script setup, single
        file component, single-file component, template ref, two-way binding on a component,
        v-bind, v-for, v-html, v-if, v-model, v-on, v-show, v-slot, vue 2, vue 3, vue router,
        vue.js, vuejs, vuetify, vuex, watcheffect
        """,
    "makefile": """
        $(make), $(patsubst, $(shell, $(wildcard, $<, $@ and $<, $^, %.c, %.o, .phony, automatic
        variable, automatic variables, gnu make, implicit rule, implicit rules, include in a
        makefile, is up to date, make -j, make target, make targets, missing separator, nothing
        to be done, order-only, order-only prerequisite, patsubst, pattern rule, pattern rules,
        phony target, recursive make, tab instead of spaces in a recipe, target is always
        rebuilt
        """,
    "cmake": """
        add_executable, add_library, cmake, cmake_minimum_required, cmakelists.txt,
        fetchcontent, find_package, target_include_directories, target_link_libraries
        """,
    "nginx": """
        location block, nginx, nginx.conf, proxy_pass, server block, try_files, upstream block
        """,
    "svelte": """
        $derived, $effect rune, svelte store, sveltekit
        """,
    "graphql": """
        apollo server, graphql schema
        """,
    "prisma": """
        prisma schema, schema.prisma
        """,
    "latex": """
        \\begin{, bibtex, overleaf, pdflatex, tikz
        """,
    "scss": """
        @extend placeholder, @include, @mixin, sass map, scss variable
        """,
    "xml": """
        xml schema, xpath, xsd, xslt
        """,
}
