"""Questions in everyday words: general. See `terms` for the format."""

PHRASES = {
    "general": (
        """
        ab test, adr + write, agenda, algorithm + complexity|choose|difference, api design,
        argon2, asymmetric, b-tree, back pressure, bcrypt or argon2, big + o + notation, binary
        tree, blue-green + deploy, branch + name|names|long-lived|feature|delete|strategy,
        branching, breaking change + announce|version|api, bug +
        priorit|report|first|reproduce|open bugs|triage, bug triage, bugs, burn down, cache +
        long|live|invalidate|ttl|strategy|eviction + general|how long|should|policy, cache live,
        canary + release, cap + theorem, changelog + entry|write|keep, circuit + breaker, clean
        architecture, code + review|smell|owner|freeze, commercial use, commit +
        undo|last|message|squash|amend|split|keep, composition or inheritance, composition over,
        consistency + eventual|strong, copyleft, cors + explain, cors in plain, data structure +
        choose|which + general, database would you, deadline + unrealistic|negotiate, deadlock +
        four|conditions|general|what is a, debt + explain|technical|pay, decision +
        friday|meeting|record, dependency + inversion, difference + process + thread,
        documentation + write|keep|good, domain driven design, dry + principle, email +
        colleague|customer|write|politely, end to end, estimate + story|task|understand|project,
        event + sourcing|driven + architecture|when|why, eventual, explain +
        child|manager|customer|non-technical, explain recursion, exponential back-off, feature +
        flag|toggle, five-year-old, friday, gdpr + log|delete|data, git +
        rebase|merge|stash|reset|branch|tag|submodule|lfs|ignore|detached, good branch, good
        name, good test, grammar, graph + shortest|traversal, hash table + work, heap + plain
        words, hexagonal architecture, how do i word, how long should, http and https, http
        status + which, http/2, http/3, idempotency + good|key|why, idempotent +
        put|post|why|mean, in simple terms, in simple words, incident + report|review|write,
        integration test, interview + question|candidate|ask, is it worth +
        rewrite|learning|migrating, junior + mentor|review|help, leader election, legacy +
        rewrite|replace|test, licence + commercial|allow|which|open|choose|gpl|mit, license +
        commercial|allow|which|open|choose|gpl|mit, like i'm five, load + balancer, load
        balancer, log levels, make this sound, meeting + agenda|short|notes|minutes, message +
        queue|broker + when|why, microservice + size|split|when, monday, monitoring +
        what|alerts, monolith + start|split|first|bad, monolith or, mutex + semaphore, mutex and
        a semaphore, name + class|variable|function|module|project|service|good|suggest +
        suggest|good|better|merges|which|for a|for the|propose, naming, new hire, nosql, o
        notation, oauth2, on monday, on-call + rotation, onboarding + new|week|plan, one to one,
        open bugs, pagination + api|rest|cursor + api|rest, paint, pair programming, palette,
        passwords + store|safest|safely, personal data, plain words, polite + way|mail|decline,
        politely, postmortem + write|blame, process and a thread, process or a thread, product
        owner, proofread, public key, pull request + size|large|big|review|small|description,
        pull requests + large|small|review, quick sort, quorum, race condition + what is, rate
        limits + api, readme + good|contain|write|sections, rebase or, recursion, recursion +
        explain, refactor + when|first|convince|time, relational or document, release notes +
        write, release train, remote + team, rephrase, replication + lag|leader, rest api +
        version|design, rest or + graphql|grpc|rpc, retries + jitter, retrospective +
        format|remote, reword, rewrite or, roadmap + plan, salt + pepper|why, scope creep,
        semantic version, semaphore and, senior + junior, separation of concerns, shard +
        table|machines|key|users, sharding, sharding + key, shorten this + text|mail|sentence,
        single sign-on, sla + slo, solid + principle, sort algorithm, sorting algorithm, sound
        nicer, sprint + length|goal|plan|review, sql or nosql, sso, stakeholders, stand up,
        standups, status code for, sticky + session|sessions + balancer|load, store passwords,
        story + estimate|points|split, story points, structured logging + why, suggest a name,
        sunday, symmetric + asymmetric, tail recursion, tcp and udp, technical debt,
        ten-year-old, test + name|pyramid|coverage|strategy|first|flaky|what makes, test name,
        thread and a process, time zones + team, token + expired|expire|refresh +
        401|403|session|which, totp, translate + sentence|mail|text, trunk-based development,
        two-factor, typo, undo + commit|last|merge|push, undo the last, unit + integration|and,
        unit and integration, unit tests and integration, what makes a good, when +
        microservice|microservices|monolith, which + database +
        take|choose|pick|recommend|shop|small, which database, which first, which status, word
        it
        """,
        """
        best practices, colleague, convince, customer, in a nutshell, in general, in one
        sentence, in two sentences, my boss, my manager, nicer, our team, plain words, pros and
        cons, rule of thumb, the team, trade-offs, what is the point of, would you choose, would
        you recommend, would you take
        """,
    ),
}
