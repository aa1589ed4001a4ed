"""Questions about work and not about code. See the folder's `__init__` for the format."""

TERMS = {
    "general": (
        """
        .gitattributes, .gitignore, 301, 301 or 302, 302, 304, 3xx, 400, 400 or 422, 401, 401 or
        403, 403, 404, 404 or, 409, 429, 500, 502, 503, 80 percent, a name for, a tool that, a/b
        test, accept header, acceptance criteria, accessibility policy, adapter pattern, adr,
        agpl, alerting, already on main, amend, announce, announce to, announcement, api
        versioning, apprentice, architecture decision, ascii, authentication, authentication and
        authorisation, authorisation, authorization, availability, backlog, backoff, bdd, bearer
        token, better name, big o, big-o, binary search, bisect, blame + line, blameless, blog
        post, bloom filter, blue green, blue-green, book, books, boss, bounded context, branch +
        diverged|stale|protect|name|delete|rename, branch + main, broker, bug report, bug
        tracker, build or buy, burndown, buy or build, cache invalidation, cache-control,
        caching strategy, call a class that, cap theorem, career, cdn, certificate, changelog
        entry, cherry pick, cherry-pick, circuit breaker, clean architecture, clean code, clone
        + shallow, code coverage, code review, code smell, code smells, cohesion, colleague,
        colleagues, comment or, comments + code + when, commit + find|introduced|bug, commit
        message, complexity of, composition over inheritance, conditional request, conflict in
        the team, consensus, consistency, content type, continuous delivery, contributor
        agreement, conventional commits, cors in general, coupling, course, coverage, cqrs, cron
        or, csrf in general, cyclomatic, dead code, deadline, decision record, definition of
        done, delete a branch, dependency inversion, deploy on friday, deprecate, deprecation,
        design pattern, design patterns, detached head, dijkstra, diverged, dns, document the,
        domain driven, domain-driven, dry principle, email to, encryption, end-to-end tests,
        endianness in general, error budget, estimate, estimate + feature, estimates,
        estimation, etag, event sourcing, event-driven, eventual consistency, exploratory,
        exponential backoff, factory pattern, feature branch, feature flag, feature flags,
        feature toggle, feedback, firewall, first week, flaky, flaky tests, floating point in
        general, force push, four eyes, gdpr, get or post, gherkin, git, git bisect, git blame,
        git flow, git hook, git stash, gitflow, gitignore, good name, gpl, grpc or rest,
        handover, hard to read, hash function, hash table collisions, hashing or encryption,
        hateoas, head request, hexagonal, hiring, horizontal + scal, hotfix, http code, http
        status, https, idempotency, idempotent, integration tests or, intern, interview
        question, inversion of control, ip address, iso 8601, junior, junior developer, jwt, jwt
        or session, kafka or, kanban, knowledge, large files + git, last commit, last release,
        last-modified, latency, law of demeter, learn + book|course|first, length + sprint,
        licence, license, line endings + git, linear search, liskov, load balancer or, load
        test, load testing, local time, log level, logging levels, long polling, mail, mail to,
        major version, manager, mentor, merge + main|revert|conflict|branch, merge commit, merge
        conflict, merge or rebase, merge request, merge sort, message broker, message queue,
        metric, metrics, microservice, microservices, mit licence, mit or apache, mob
        programming, mock or stub, modular monolith, monitoring, monolith, monorepo, monorepo
        or, mvp, name for a, name of the class, names for, naming convention, new colleague, new
        team member, newcomer, newcomers, oauth, observability, observer pattern, on call,
        on-call, onboard, onboarding, open source, open-closed, openid, options request, our
        team, outage, owasp, pair programming, patch or put, pen test, percent coverage,
        personal data, planning poker, polling or, post mortem, post or put, postmortem, prefix
        for, prices, priority, product, product owner, prototype or, public key, publish
        subscribe, pull or push, pull request, pull requests, push or pull, put or patch, put or
        post, quicksort, rabbitmq, rate limit, rate limiting, readme + contain, rebase, rebase
        or merge, recursion or iteration, redundancy, refresh token, release +
        often|process|cadence|notes, release branch, release notes, remote work, rename a
        branch, replication, reproduce a bug, requirement, requirements, rest api, rest or
        graphql, rest or grpc, restful, retro, retrospective, retry strategy, revert, revert +
        merge|commit, revert a commit, review + look|comment|how, reviewer, rewrite from
        scratch, risk, risks, roadmap, rollout, runbook, safe method, saga, salary, scale
        horizontally, scrum, security audit, self-documenting, semantic versioning, semver,
        sequence diagram, service boundary, session or jwt, severity, short mail, sign commits,
        signed commits, single responsibility, sla, slack message, slides, slo, solid
        principles, spec, specification, split + story, squash, staging environment,
        stakeholder, stand-up, standup, status code, stories, story, story points, strategy
        pattern, stress test, stub or mock, submodule, suggest a name, symmetric, sync or async,
        tag a release, tags + release, tcp, tcp or udp, tdd, tech debt, technical debt, test
        coverage, test plan, test pyramid, threat model, three names, three people, throughput,
        time complexity, time zone, time zones in general, tls, tls certificate, too often,
        tracing, training, trunk based, trunk-based, two people, two-phase commit, udp, uml,
        undo a commit, undo the last commit, unit or integration, unit test + what is, user
        stories, user story, utc, utf-8 or utf-16, uuid v4, uuid v7, velocity, vendor lock-in,
        version number, version the api, vertical scaling, vpn, waterfall, webhook, websockets
        or, what belongs in a readme, what to call, wiki, workshop, write a mail, write an
        email, write to the, xss in general, yagni
        """,
        """
        201, 204, abbreviation, acronym, agenda, agile, alternatives, architecture, argue, bad
        name, best practice, blame, branch, branches, canary, checklist, cla, class name,
        commit, commits, convince, copyright, deal with, description of the change, diagram,
        difference between latency, do we, documentation, downtime, endpoint + verb, explain,
        explain to, friday afternoon, friendly, goal, good length, guideline, headline, helper
        or, history of, how big should, how do other teams, how do we, how large should, how
        long should, how many people, how often, how small should, in plain words, in two
        sentences, incident, internal service, is it worth, login in general, maintenance
        window, meaning of, meeting, merge, naming, non technical, non-technical, options,
        people, phrase, polite, popular, presentation, prioritise, prioritize, privacy, pros and
        cons, proxy, pushed, queue, refactor or rewrite, response code, review, right away,
        sensible, sentence, sentences, service is down, short text, should our, should we,
        sprint, stand for, stash, style guide, subject line, suffix, summary of the changes,
        team, team of, teams, text for, time estimate, title for, tone, trade-off, tradeoff,
        trunk, versioning, weekend, what goes in, when is a, wording, write a short, write me a,
        write to
        """,
        """
        bug, cache + client, client, client + server, customer, decide, deploy, difference
        between, document, header + http, history, http, legacy, letter, main, message, name,
        new, open, our, patch, process, project, projects, put, release, repository, request,
        server, service, services, should i, status, tag, tests, ticket, tickets, unicode,
        version, we, what is a, when do i need, write
        """,
    ),
}
