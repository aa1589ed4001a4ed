"""Questions about work and not about code. See the folder's `__init__` for the format."""

TERMS = {
    "general": (
        """
        .gitattributes, .gitignore, 301, 301 or 302, 302, 304, 3xx, 400, 400 or 422, 401, 401 or
        403, 403, 404, 404 or, 409, 429, 500, 502, 503, 80 percent, a name for, a tool that, a/b
        test, accept header, acceptance criteria, accessibility + law, accessibility policy,
        adapter pattern, adr, agpl, alerting, already on main, amend, announce, announce to,
        announcement, anonymise, api +
        default|version|design|public|error|name|break|rate|document, api versioning,
        apprentice, architecture decision, argument + colleague, ascii, authentication,
        authentication and authorisation, authorisation, authorization, availability, backlog,
        backoff, backup + strategy|policy|3-2-1, bdd, bearer token, better name, big o, big-o,
        binary search, bisect, blame + line, blameless, blog post, bloom filter, blue green,
        blue-green, book, books, boss, bounded context, branch +
        diverged|stale|protect|name|delete|rename, branch + main, broker, bug report, bug
        tracker, build or buy, burndown, burnout, bus factor, buy or build, cache invalidation,
        cache-control, caching strategy, call a class that, cap theorem, career, career + path,
        cdn, certificate, certificate + worth, changelog entry, cherry pick, cherry-pick, ci and
        cd, ci or cd, circuit breaker, clean architecture, clean code, clone + shallow, code
        coverage, code review, code smell, code smells, cohesion, colleague, colleagues, comment
        or, comments + code + when, commit + find|introduced|bug, commit message, commits +
        last|squash|order|split|message|author, complexity of, compliance, composition over
        inheritance, concurrency + parallelism, concurrency and parallelism, conditional
        request, conference, conflict + colleague, conflict in the team, consensus, consistency,
        content type, continuous delivery, contributor agreement, conventional commits, cookie +
        law, cors in general, cost of, coupling, course, coverage, cqrs, cron or, crunch, csrf
        in general, cyclomatic, data retention, dead code, deadline, deadline + miss, decision
        record, default for an api, definition of done, delete a branch, demo + data, dependency
        inversion, deploy on friday, deprecate, deprecation, description + bug|ticket|pull,
        design pattern, design patterns, detached head, dijkstra, disagree, disagreement,
        disaster, diverged, dns, document the, domain driven, domain-driven, dry principle,
        email to, encryption, end-to-end tests, endianness in general, error budget, estimate,
        estimate + feature, estimates, estimation, etag, event sourcing, event-driven, eventual
        consistency, exploratory, exponential backoff, factory pattern, feature +
        promised|sales|say no|customer|scope|estimate, feature branch, feature flag, feature
        flags, feature toggle, feedback, firewall, first week, flaky, flaky tests, floating
        point in general, force push, four eyes, freelancer, gdpr, get or post, gherkin, git,
        git bisect, git blame, git flow, git hook, git stash, gitflow, gitignore, good name,
        gpl, grammar mistake, grpc or rest, hackathon, handover, hard to read, hash function,
        hash table collisions, hashing or encryption, hateoas, head request, hexagonal, hiring,
        holiday, horizontal + scal, hotfix, http code, http status, https, idempotency,
        idempotent, integration tests or, intern, interview question, into english, inversion of
        control, ip address, iso 8601, junior, junior developer, jwt, jwt or session, kafka or,
        kanban, kata, knowledge, kpi, large files + git, last commit, last release, last three
        commits, last-modified, latency, law of demeter, learn + book|course|first, length +
        sprint, licence, license, line endings + git, linear search, liskov, load balancer or,
        load test, load testing, local time, log level, logging levels, long polling, mail, mail
        to, major version, manager, mentor, merge + main|revert|conflict|branch, merge commit,
        merge conflict, merge or rebase, merge request, merge sort, message broker, message
        queue, metric, metrics, microservice, microservices, mit licence, mit or apache, mob
        programming, mock or stub, modular monolith, monitoring, monolith, monorepo, monorepo
        or, mvp, name for a, name of the class, names for, naming convention, new colleague, new
        team member, newcomer, newcomers, oauth, observability, observer pattern, okr, on call,
        on-call, onboard, onboarding, one-on-one, open source, open-closed, openid, options
        request, our team, outage, overtime, owasp, ownership + team, pages or cursors, pair
        programming, part-time, patch or put, pen test, percent coverage, performance review,
        persona, personal data, planning poker, please translate, polling or, post mortem, post
        or put, postmortem, prefix for, price + cloud, prices, priority, product, product owner,
        promised, prototype or, pseudonymise, public api, public key, publish subscribe, pull or
        push, pull request, pull requests, push + branch, push or pull, put or patch, put or
        post, quicksort, rabbitmq, rate limit, rate limiting, readme + contain, rebase, rebase
        or merge, recursion or iteration, redundancy, refresh token, release +
        often|process|cadence|notes, release branch, release notes, remote work, rename a
        branch, replication, reproduce a bug, requirement, requirements, rest api, rest or
        graphql, rest or grpc, restful, retro, retrospective, retry strategy, revert, revert +
        merge|commit, revert a commit, review + look|comment|how, reviewer, rewrite from
        scratch, risk, risks, roadmap, rollout, rpo, rto, rude, runbook, safe method, saga,
        salary, say no, scale horizontally, scrum, security audit, self-documenting, semantic
        versioning, semver, sequence diagram, service boundary, session or jwt, severity, short
        mail, sick, sign commits, signed commits, silo, single responsibility, sla, slack
        message, slides, slo, solid principles, somebody else's, spec, specification, spelling,
        split + story, squash, staging environment, stakeholder, stand-up, standup, startup,
        status code, stories, story, story points, strategy pattern, stress test, stub or mock,
        submodule, suggest a name, supplier, symmetric, sync or async, tag a release, tags +
        release, tcp, tcp or udp, tdd, tech debt, technical debt, test coverage, test data, test
        plan, test pyramid, tester, testers, threat model, three names, three people,
        throughput, time complexity, time zone, time zones in general, title +
        talk|post|section|email, title for a, tls, tls certificate, too often, tracing,
        training, translate + sentence|text|german|english, translate:, trunk based,
        trunk-based, two people, two-phase commit, udp, uml, undo a commit, undo the last
        commit, unit or integration, unit test + what is, user research, user stories, user
        story, utc, utf-8 or utf-16, uuid v4, uuid v7, vacation, velocity, vendor lock-in,
        version number, version the api, vertical scaling, vpn, waterfall, webhook, websockets
        or, what belongs in a readme, what to call, wiki, workshop, write a mail, write an
        email, write to the, xss in general, yagni
        """,
        """
        201, 204, abbreviation, acronym, agenda, agile, alternatives, an api, architecture,
        argue, ask for help, bad name, best practice, better default, blame, branch, branches,
        broken + build, budget, canary, checklist, cla, class name, commit, commits, contract,
        convince, copyright, deal with, description of a, description of the change, diagram,
        difference between latency, do we, documentation, downtime, endpoint + verb, explain,
        explain to, friday afternoon, friendly, goal, good length, good title, guideline,
        headline, helper or, hire, hire its, history of, how big should, how do i say, how do
        other teams, how do we, how large should, how long should, how many people, how much +
        enough, how often, how small should, in english, in german, in one sentence, in plain
        words, in two sentences, incident, internal service, interview, is it rude, is it worth,
        login in general, maintenance window, meaning of, meeting, merge, naming, non technical,
        non-technical, options, people, phrase, polite, popular, presentation, prioritise,
        prioritize, privacy, promotion, pros and cons, proxy, pushed, queue, refactor or
        rewrite, response code, review, right away, sales, sensible, sentence, sentences,
        service is down, short text, should our, should we, since noon, sprint, stack overflow,
        stand for, stash, style guide, subject line, suffix, summary of the changes, team, team
        of, teams, text for, time estimate, title for, tone, trade-off, tradeoff, trunk,
        versioning, weekend, what belongs, what belongs in, what goes in, when is a, when should
        a, wording, write a short, write me a, write to
        """,
        """
        bug, cache + client, client, client + server, customer, decide, demo, deploy, difference
        between, document, enough, header + http, history, how many, http, legacy, letter,
        message, name, new, open, our, patch, process, project, projects, put, recovery,
        release, repository, request, server, service, services, should i, status, tag, tests,
        ticket, tickets, unicode, vendor, version, what is a, when do i need, write
        """,
    ),
}
