"""Questions in everyday words: dockerfile, yaml. See `terms` for the format."""

PHRASES = {
    "dockerfile": (
        """
        alpine + slim|musl|package|glibc|native|problem|certificate, apt +
        layer|update|install|cache|clean|recommend|list|noninteractive +
        image|layer|own|same|stale|size|container|lists|clean|why, architecture +
        image|build|arm|mac|both, argument + build|stage|from|default|image +
        image|stage|build|before|from|survive, arguments + container|image|entry|run +
        default|command|override|entry|pass, arm + image|build|mac|laptop +
        image|build|container|platform, base + image|update|pin|digest|choose|share|tag, build +
        context|arg|argument|cache|image|stage|platform|target|secret|layer|slow +
        image|container|dockerfile|docker|layer|stage|cache|registry|from, build time + run
        time|variable|image|argument, built + files|stage|image|first|binary|only, built files,
        cache + mount|layer|package|invalid|apt|pip|npm|order|install|dependency|ci|registry|
        bust + image|build|layer|install|copy|stage|container|packages, certificate +
        image|container|alpine|authority, command + default|override|entry|arguments|shell
        form|exec form + container|image|entry|form|run, comment + syntax|directive +
        parser|build, compile + stage|image|final, compiler + image|final, compilers + image,
        container + size|user|root|normal
        user|start|stop|exit|signal|log|health|volume|permission|restart|time
        zone|small|environment|file|run|inside|port|immediately|script|process|zombie|
        writable|host|locale|clock|debug|shell, containers + user|size|signal|root|share|inside,
        context + large|build|ignore|outside|parent|size|remote + image|build|send|copy|file,
        copied + files|stage|image|root|owned|chown|permission|ignore|artifact, copy +
        stage|first|files|image|cache|context|whole|folder|host|chown|binary|built|only|
        ignore|single|order|parent +
        image|stage|layer|container|build|cache|docker|only|context|outside, daemon +
        socket|container|image|remote, dependencies +
        layer|cache|install|image|copy|first|rebuild|stage +
        image|layer|copy|rebuild|stage|container|cache|each time, dev dependency +
        image|stage|production, digest, distroless, entry +
        point|script|override|command|argument + container|image|command|script, environment +
        variable|build|run|image|set|argument + image|build|container|stage|layer|run
        time|instruction, exec form, expose + port|publish|image, final + image|stage|size,
        first stage, form + exec|shell|array|json + command|entry|signal|process|end, health +
        check|container|image|unhealthy|curl, heredoc + run|copy + instruction|image|stage,
        history + image|secret|layer, ignore + file|context|build|node_modules +
        context|image|build|copy, image +
        size|small|smaller|large|build|rebuild|layer|secret|final|user|run|slim|
        compiler|tag|push|base|gigabyte|huge|big|stage|architecture|arm|vulnerab|time
        zone|script|health|start|package|database|native|tests|font|certificate|locale|
        private, images + base|size|small|tag|arm|architecture|share|stage|private, init +
        container|process|reap, install + layer|image|packages|cache|again|every|stage +
        image|layer|container|cache|every time|build|stage|recommend, instruction, instructions,
        jar + image|layer|container, label + image|maintainer|metadata, last stage, layer +
        package|packages|rebuilt|cache|size|secret|source|own|order|copy|smaller|many|
        delete|squash|remove, layers +
        secret|keep|many|cache|order|size|rebuild|squash|package|see, locale + image|container,
        mount + cache|secret|bind|build|ssh + build|image|layer|package|stage, native module +
        container|image|alpine|stage|size, node + image|container|production|user|modules +
        image|stage|container|base, noninteractive, normal user, normal user +
        container|image|run|root, only the built, out of the layers, own + files +
        copied|root|image|container, package + layer|manager|cache|install|image|index|list +
        image|layer|stage|container|cache|clean|rebuilt|size, packages +
        layer|image|install|cache|rebuild + image|layer|rebuilt|container|cache|small|clean,
        permission + copied|volume|container|image|script|denied|entry +
        container|image|copied|volume|entry|mounted, pid + 1|one|container|signal|init, pin +
        base|digest|image|version + image|base|tag|digest|package, platform +
        build|image|target|two + image|arm|build|architecture, port +
        expose|publish|container|image, private + registry|package|repo + build|image|token|ssh,
        published, rebuilds + each|everything|whole|layer|every|all|time +
        image|layer|package|container|source|change, rebuilt +
        each|time|layer|touch|source|every|package|whole|change, registry +
        push|private|login|mirror + image|layer|build|tag, reproducible + image|build,
        requirements + image|layer|copy|cache|install + image|layer|copy|cache|container|first,
        root + container|image|user|run as|without|own|files, rootless, run as +
        user|root|normal|non-root, run time + build time|image|variable, scan +
        image|vulnerab|base, scratch + image|binary|certificate, script +
        image|entry|container|start|permission + image|container|entry|start, second stage,
        secret + build|image|layer|mount|argument|history|stage, secrets +
        layer|image|build|layers|stage|container|argument|history, shell form, signal +
        container|process|forward|stop|shell|pid, size +
        image|small|container|layer|native|megabyte|slim + image|container|layer|stage|module,
        slim + image|alpine|full|base, small + image|container|base|native|as possible +
        image|container|base|module|size|keep, ssh + build|agent|private + image|stage|mount,
        stage + first|copy|final|build|name|compile|test|only|target|argument|two|several|base|
        last|cache, stages + build|final|copy|share|two|argument|target|why|three, start +
        script|container|image|order|command + container|image|entry|server, static +
        binary|file|site + image|scratch|stage|container, stop +
        container|signal|seconds|ten|slow|grace, survive + stage|build|layer, syntax directive,
        tag + latest|image|pin|version|several + image|base|registry|pin|push|build, ten seconds
        + stop|container|kill, tests + image|stage|build|container + stage|image|target, time
        zone + image|container, token + build|image|private|layer, touch the source, unhealthy +
        container, update + layer|install|own|same + layer|apt|image, user +
        create|image|container|instruction|switch|id|host|add|normal +
        container|image|instruction|root|file|stage, virtual environment +
        image|stage|container|copy, volume +
        image|permission|anonymous|instruction|data|declare|bind|user, wheel +
        stage|image|build, without root, work + directory + image|container|instruction|create,
        zombie + container|process|init
        """,
        """
        base image, build context, container, containers, image, images, in the container, in
        the image, inside the container, instruction, layer, layers, non-root, registry, slim,
        stage, stages
        """,
    ),
    "yaml": (
        """
        $ref, alert + rule|threshold|label|minutes|fire|prometheus, alert rule, alias +
        anchor|merge|value|override|list, anchor +
        block|alias|merge|override|list|value|reuse|twice, apply +
        manifest|cluster|order|namespace|dry, approval + deploy|job|stage|environment, artifact
        + job|pipeline|upload|expire|download|pass|workflow|between|stage, artifacts +
        job|pipeline|upload|expire|pass|workflow|between, automation +
        trigger|condition|action|light|sensor|home, autoscale, base64 + secret|encode|value,
        became + number|false|true|date|null|octal +
        load|parse|version|value|key|country|config, became false, before the app is up, between
        runs, block + anchor|twice|reuse|scalar|value|fold|literal +
        key|value|twice|anchor|text|indent|changed, boolean +
        string|yes|no|on|quote|country|false + value|key|load|parse|config|quoted|became, cache
        + pipeline|runs|workflow|job|key|node_modules|dependency|restore|runner|action +
        pipeline|workflow|job|runner|runs|key|action|restore|steps|ci, cancel +
        running|previous|workflow|pipeline|job + workflow|pipeline|job|push|run|concurr, changed
        files + job|pipeline|workflow|only, chart +
        value|values|depend|sub|template|version|render|default|install|override|
        release|lint, claim, cluster +
        node|service|ingress|dns|expose|namespace|secret|reach|access|config|local|
        rollout|role|job|policy, colon + value|quote|key|space|string + value|quote|key|config,
        combination + except|exclude|matrix|versions, compose +
        service|network|volume|depend|health|override|profile|environment|variable|file|
        port|restart|build|wait|database|scale|name|secret|order|start|expose|two|
        extend, composed, concurrency + workflow|group|cancel|deploy, condition +
        job|step|task|workflow|when + job|step|workflow|pipeline|play|task|branch|skip, config +
        map|mount|reload|secret + pod|mount|volume|cluster|key, config file +
        comment|environment|include|list + key|yaml|indent, config map +
        reload|mount|file|update|restart, country code, crd, custom resource, daemon set, dash +
        list|key|indent|item + list|key|indent|space|map, depends +
        healthy|service|compose|start + service|compose|database|healthy|ready, deploy +
        job|stage|environment|approve|manual|branch|pipeline|only +
        pipeline|workflow|job|stage|main|environment|chart|manifest, deployment +
        replica|rollout|rolling|scale|config|secret|restart|label|image|strategy|
        manifest|memory|environment|stateful|port +
        pod|cluster|manifest|replica|selector|rolling|namespace|probe|chart, document +
        separator|several|multiple|start + file|dash|marker|manifest, drain + node, except one
        combination, facts + host|gather|playbook, fail-fast, folder changed, handler +
        notify|task|restart|changed|playbook + notify|task|playbook|role|play|changed, headless
        service, healthy + service|wait|start|depend, helm, host +
        variable|inventory|group|port|playbook|limit|another|facts +
        playbook|inventory|group|role|another port|task|play, hosts +
        playbook|play|inventory|group|port|variable|group, idempotent + task|playbook|command,
        indent + list|key|dash|block|space + key|list|dash|mapping|sequence|wrong|block,
        ingress, ingress + path|host|tls|rewrite|404|redirect|annotation, init + container +
        wait|migrate|pod|volume|order, inventory + group|host|variable|dynamic, job +
        tags|only|matrix|needs|artifact|condition|skip|manual|parallel|after|output|
        fail|depend|run|cluster|retry|timeout|workflow|runner|changed|branch|cron|cache|
        share|twice|permission|concurr|another|previous|cancel|status|stage|fork +
        pipeline|workflow|tag|tags|matrix|stage|needs|runner|branch|only|artifact|
        another|step|changed|after|skip|condition|output|manual|fail|file|files|main|
        cluster|twice|schedule|previous|variable|parallel, jobs +
        needs|order|matrix|artifact|depend|share|parallel|workflow|pipeline|cancel|skip|
        fail|split|between|output, keeps its newlines, key +
        duplicate|nested|optional|list|dot|special|value|order|missing|slash +
        value|config|manifest|map|indent|document|mapping|override|merge|file, killed +
        pod|memory|limit|oom, label + pod|selector|node|match|several +
        selector|pod|deployment|manifest|service|query, labels +
        pod|selector|match|annotation|recommended, later step, limit + memory|cpu|request|pod +
        pod|request|container|cluster|manifest|killed, liveness, loses the zero, manifest +
        apply|order|validate|several|template|environment|resource|namespace|limit|
        label|split|overlay, manifests +
        apply|order|validate|environment|overlay|template|share, manual +
        job|approval|trigger|stage|step + pipeline|job|workflow|deploy|stage|approve, mapping +
        values|key|list|sequence, mapping values, mapping values are not allowed, matrix +
        version|versions|exclude|include|job|combination|fail|os|dynamic|except|name|
        one|three|entries, memory limit + pod|container|cluster|request|killed, merge +
        key|anchor|list|values|override + key|anchor|map|block|values, merge request +
        pipeline|job, multi-line + text|string|newline|value|block|command|script|list +
        newline|key|value|pipeline|keeps|fold|step|indent|quote|trailing, multi-line text,
        namespace + cluster|pod|service|quota|secret|delete|other, network policy, newline +
        keep|fold|trailing|block|last + text|value|string|scalar|multi-line|pipe, newlines but
        not, next step + value|output|pass|variable, nightly + workflow|pipeline|job, node +
        pod|taint|selector|drain|label|affinity + pod|cluster|schedule|taint|drain|only, on
        tags, one value changed, only if + changed|folder|branch|previous +
        job|workflow|pipeline|step, only on tags, only when + changed|folder|file|branch|tag +
        job|workflow|pipeline|step|run|build|trigger|changed, operator +
        cluster|resource|custom, overlay + base|patch|environment, override +
        file|service|compose|values|chart|environment|value +
        compose|values|chart|service|environment|manifest, patch +
        overlay|strategic|manifest|json, persistent + volume|claim|storage, pipeline +
        cache|trigger|stage|manual|artifact|variable|parallel|fail|branch|merge|skip|
        template|include|retry|secret|deploy|schedule|job|runner|service|between
        runs|speed|docker|node_modules|condition|approve, pipelines +
        share|template|trigger|cache|include, play + host|task|role|handler|variable, playbook +
        host|hosts|role|task|variable|run|tag|idempotent|handler|order|limit|secret|
        vault|loop|check|another|port, pod +
        restart|pending|evict|crash|log|start|schedule|memory|node|image|secret|
        environment|volume|spread|name|kill|traffic|wait|ready|sidecar|port|shell, pods +
        restart|pending|spread|evict|rollout|node|traffic|scale|ready|version|talk|
        label, previous step, probe +
        which|fail|start|ready|live|slow|timeout|tcp|command|restart|http|need, pull request +
        workflow|job|pipeline|trigger|check|run|fork, quote +
        value|string|number|boolean|version|colon|yes|no + value|string|key|config|number,
        readiness, ref + schema|component|external, release + chart|rollback|values|upgrade +
        chart|helm|values|install|upgrade|cluster, replica +
        scale|number|minimum|auto|pod|spread, replicas + scale|how
        many|minimum|auto|manifest|spread, requests + limits|cpu|memory, restarts before, reuse
        + block|steps|job|workflow|config|list|template +
        job|workflow|step|anchor|pipeline|block|stage, role + binding|service|cluster|namespace,
        role + playbook|task|variable|default|handler|depend|play +
        playbook|task|host|handler|inventory|default, rolling + update|restart|back, rollout,
        rollout + fail|stuck|undo|wait|restart|404|pause|downtime|cluster, run a job, runner +
        self-hosted|label|job|tag|group|cache|pipeline, runs + between|cache|workflow|pipeline,
        scale + pod|replica|auto|cpu|zero|cluster, schedule +
        pod|node|job|workflow|cron|pipeline|nightly +
        pod|node|workflow|pipeline|job|trigger|only|cluster|actions, schema + spec|ref|reuse|one
        of|all of|nullable|array|required + spec|openapi|ref|path|response|api, scrape, scrape +
        config|target|interval|job, secret +
        mount|pod|environment|key|encode|base64|workflow|job|file|pipeline +
        cluster|pod|manifest|workflow|pipeline|job|volume|namespace|step|fork|chart, secrets +
        workflow|pipeline|fork|cluster|pod|job|step|manifest|chart|encrypt|play +
        job|workflow|pipeline|fork|cluster|pod|step|vault|chart|reusable, selector +
        label|pod|service|match|immutable + pod|label|deployment|service, self-hosted, sensor +
        automation|template|trigger, sequence + mapping|dash|list|indent, service +
        pod|cluster|expose|port|headless|load balancer|node
        port|selector|reach|dns|compose|depends|healthy|account|start|name +
        cluster|namespace|pod|compose|selector|another|target|wait|port|expose|healthy|
        network, service account, sidecar, spec +
        schema|path|response|parameter|array|reuse|example|enum|optional +
        openapi|schema|response|endpoint|api|path|nullable, stage +
        pipeline|job|manual|skip|order|parallel|deploy|needs +
        pipeline|job|manual|jobs|deploy|needs, stateful + set|replica|volume, stateful set, step
        + output|condition|fail|skip|always|share|name|environment|continue|id|matrix|
        previous|if|workflow|pipeline|cache +
        job|workflow|pipeline|output|always|previous|condition|skip|runner|matrix|fails|
        action|later|another|continue, steps +
        share|job|workflow|output|pipeline|reuse|composite|skip, storage class, string +
        multi-line|quote|number|boolean|octal|version|colon|fold +
        value|key|list|manifest|document|config|unquoted|parsed, subchart, tag +
        only|trigger|push|job|pipeline|workflow +
        job|only|pipeline|workflow|push|trigger|release|run, tags +
        only|job|run|push|pipeline|workflow|trigger|release +
        job|only|run|pipeline|workflow|build|trigger, taint, target port, task +
        playbook|loop|when|register|host|role|handler|changed|become|notify|tag|
        idempotent|retry|failed|skip +
        playbook|host|role|handler|register|when|changed|become|notify|idempotent|facts|
        loop, template + chart|values|indent|helper|loop|if|whitespace|render +
        chart|values|helm|manifest|indent, three dashes, twice with + changed|value|one, two
        hosts, unquoted, use it twice, values +
        chart|override|template|environment|default|release|sub|file +
        chart|helm|template|release|environment|override|subchart, vault +
        password|variable|playbook|encrypt, version + number|1.10|float|3.10|quote +
        becomes|parsed|quoted|matrix|number|loses, volume +
        pod|claim|mount|persistent|compose|named|share|read-only|empty +
        pod|claim|compose|service|mount|cluster|manifest|named|container, workflow +
        trigger|push|manual|reuse|call|input|secret|permission|schedule|branch|cancel|
        path|fork|cache|another|pull
        request|matrix|concurr|skip|badge|approve|environment|file|lint, workflows +
        reuse|share|trigger|call|repo|another, zero downtime + deploy|rollout|update +
        pod|replica|cluster|probe|rolling
        """,
        """
        anchor, anchors, artifact, artifacts, between jobs, chart, chart's values, cluster,
        compose, deployment, indented, ingress, job, jobs, key and value, list item, manifest,
        matrix, namespace, namespaces, pipeline, pipelines, playbook, pod, pods, probe, replica,
        replicas, rollout, runner, runners, service + compose, stage, staging + cluster, step,
        steps, values, workflow, workflows
        """,
    ),
}
