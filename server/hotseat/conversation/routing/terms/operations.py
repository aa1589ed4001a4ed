"""Scripts, images, pipelines and infrastructure. See the folder's `__init__` for the format."""

TERMS = {
    "shellscript": (
        """
        "$*", "$@", #!/bin, #!/usr/bin/env, $!, $#, $$, $(, $((, $*, $1, $?, $@, ${, ${var, &&
        and ||, && or ;, (( )), -eq, -f and -e, -n, -print0, -z, .bashrc, .zshrc, 2>&1, ; or &&,
        <<<, <<eof, [ and [[, [ or [[, [[ and [, alias + function, all arguments, all files in a
        folder, another program, ansi color + echo, archive + folder|date|backup|old, argument +
        given|check|quote|script|optional|missing|number, arguments +
        pass|spaces|program|another|loop|quoted, array + loop|element + script|bash, arrays in
        bash, associative array in bash, awk, awk + column, background job, backtick or,
        backticks, backup script, bad substitution, basename, bash, bash or sh, bash script,
        bashrc, bats, brace expansion, can't find + command, case esac, cd + fails, cd +
        function|script|caller|directory, cd ||, check + file|folder|command|argument +
        exists|given|empty|installed, check + root|running|installed + script, chmod, chown,
        clean up on exit, cleanup + exit, column + csv + awk, command +
        cron|find|terminal|path|alias, command +
        output|variable|fails|exists|background|retry|twice|time, command not found, command
        substitution, compare + numbers|strings + shell|script, compress + folder|logs, crlf +
        script, cron + command|find|path|environment|script|log, cronjob + environment, crontab,
        ctrl-c + script|trap, curl + retry, date + file name|yesterday|script, date +
        script|days|format + command, declare -a, default value of a variable, deploy script,
        directory + caller|script|change|loop|exist|current, dirname, disown, done <, dotfiles,
        double quotes + variable, echo -e, egrep, empty variable, entrypoint script, env vars in
        a script, environment variable + script, errexit, esac, exec "$@", exec 3>, execs,
        executable, exists + command|file|folder, exit +
        script|error|status|pipe|trap|function|code, exit 1, exit code + pipe, expansion +
        default, exported variable, file descriptor redirect, file names + loop, file names with
        spaces, files + move|copy|empty|large|newest|permission, files +
        older|folder|rename|loop|week|extension|count|remove|move|spaces|find|biggest|same, find
        + -exec, find + delete, find -exec, find -name, flags of a script, flock, folder +
        exist|backup|compress|size|space|sync, folder does not exist + script, folder doesn't
        exist, function + return|local|caller + script|shell, function in bash, getopt, getopts,
        globs, globstar, goes on + folder|missing, grep, grep + fails, grep + nothing, grep -r,
        grep finds nothing, gzip, head -n, here document, here string, heredoc, if test, ifs,
        interactive + shell, jq, json + command line|jq|script, kill -9, large files + find, let
        arithmetic, line + file + replace|append|read|first|last|contains, line ending + script,
        lines + duplicate|between|random|sort|starting, lines +
        file|loop|count|duplicate|match|read|first|last, local variable in a function of a
        script, lock file + script, log + error + count|mail|watch, log +
        lines|last|errors|rotate|timestamp, login shell, logrotate, loop +
        lines|files|numbers|arguments|pipe, loop over files, loop over the lines, mktemp, names
        with spaces, newest file, newlines in file names, no such file + script, nohup, nounset,
        nullglob, numbers + loop + seq, oh-my-zsh, older than + files|days|week, one liner,
        one-liner, option parsing, output + variable|both|file|hide|command|silence|log,
        parallel + commands|downloads|loop|script, parameter expansion, parse options, pass +
        arguments|argument, password prompt, permission + script|execute, permission denied +
        script, pipe + error|exit|variable|status|loop, pipe + fails|exit|status, pipe +
        variable, pipefail, port + open|check|free + script, port + process|kill|uses, posix
        shell, printf or echo, process + running|kill|port|background|wait, process
        substitution, prompt + user|yes, prompt ps1, quote + variable, quotes +
        variable|single|double|nested, read -r, read lines, readlink, realpath, redirect output,
        release script, remote + server|command|copy, remove + files|folder|older, rename +
        files, rename files, replace + file|text|string + files|line|place, retry + command,
        return or exit, return value of a function in bash, rm + variable, rm -rf, rsync, scp,
        script +
        arguments|sourced|root|twice|error|exit|background|function|user|directory|path|hang|dry|log|cron|lock|run|abort|stops,
        script + database|wait|start|config|ask|color|download|json|csv|mail|ports, script +
        entrypoint|image, script + exits, script + fail, script + stop, script stop, script that
        waits, sed, sed + replace, sed -i, set -e, set -eu, set -euo pipefail, set -o, set -u,
        set -x, sh or bash, sh script, shell script, shellcheck, shift arguments, shopt, signal
        + script, sigterm + script, single or double quotes, sleep in a loop, sort | uniq,
        source or ., source script, spaces + names|loop|file, split + string|delimiter +
        shell|script, ssh + loop, start script, stderr + file, stderr and stdout, stops if +
        script, string + contains|empty|split|prefix|suffix + script|shell, strip the extension,
        subshell, sudo + redirect, sum + column + file + command, syntax error near, systemd
        timer, systemd unit, tail -f, temp file + removed, terminal + cron|script|works, test
        -f, test or [[, timeout command, tr, trap + exit, trap + signal, trap on exit, umask,
        unbound variable, unexpected end of file + script, uniq -c, unquoted, variable + pipe,
        variable + quote|empty|unset|script|function|export|default|loop|pipe|command, variable
        + subshell, variable is empty, wait + pid, wait for all, wait-for-it, waits for the
        database, wc -l, wget, while loop + pipe|variable|lines, while read, word splitting,
        works in the terminal, xargs, xargs -0, zsh, || true
        """,
        """
        .profile, /dev/null, [[, a week, argument, arguments, arguments + script, background
        process, backup, caller, command + fails, command fails, command line, command output,
        commands, cron, cron job, current directory, current folder, cut -d, disk space, double
        bracket, double brackets, download + script, environment variable, environment variable
        in a script, executable bit, exit code, exit status, expansion, export a variable,
        filenames with spaces, find command, folder + delete, for loop over files, glob,
        globbing, here-doc, hidden, hidden files, hide the password + script, home folder, log,
        log file + lines, loop + files, my cron, older than, output of a command, output of the
        command, password + prompt, path variable, pipe, piped, positional, positional
        parameter, quote the variable, quoting, quoting of variables, redirect stderr,
        redirection, root folder, runs twice, safest way to remove, script + as, server over
        ssh, shebang, shell, sort -u, source a file, sourcing, spaces in file names, ssh,
        standard error, standard input, stderr, stdin, stdout, symlink, tag + script, tar, tee,
        terminal, the terminal, tr -d, trap, tty, uniq, upload + script, uploads the build,
        variable + script, while loop, wildcard, working directory
        """,
        """
        alias, command, command line arguments of a script, curl, cut, delete, directory, echo,
        exit, export, fi, file, files, folder, kill the process, lines, ls, path, quoted,
        redirect, script, scripts, server, variable, wait for background
        """,
    ),
    "dockerfile": (
        """
        --build-arg, --mount, --target, .dockerignore, .git + image, add + tar, add or copy,
        alpine, alpine or debian, apk add, apt lists, apt-get + lists, apt-get update, arg +
        from, arg + stage, arg before from, arg or env, arm64 image, arrive in the image, as its
        command, as its entrypoint, as root, as root + container, as root + image, base image,
        base image + pin, build + image|again|cache|argument|secret|slow|stage|arg|layers|step,
        build arg, build argument, build context, build stage, build time variable, build-arg,
        build-time variable, builder stage, buildkit, buildx, ca-certificates, cache + copy,
        cache + layer, cache mount, cached + step|build|layer|install, cached layer,
        certificates + image, chown + copy, cmd + shell form, cmd and entrypoint, cmd or
        entrypoint, cmd or run, compilers + image, container +
        signal|process|stop|run|log|memory|network|entrypoint, container +
        start|stop|root|user|signal|exits|file|write|permission|time|health|build|env, container
        + stop + seconds, container exits, container exits immediately, container image,
        containerfile, copied + image|container|build, copy +
        image|build|cache|dependencies|source|stage|permission|owner, copy + package.json, copy
        + whole folder, copy --chown, copy --from, copy --link, copy or add, debian + alpine,
        debian slim, default command, dependencies + source|copy|layer|image|cache, distroless,
        docker build, docker image, docker layer, docker run, dockerignore, downloads + again +
        change, dumb-init, each line + layer, empty base, entrypoint, entrypoint + cmd,
        entrypoint + image|script|override|argument|env, entrypoint and cmd, env + build, env or
        arg, every + build + again, every build, exec form, exec or shell form, exits
        immediately + container, expose + publish, expose or ports, file + copied +
        image|container, final image, final stage, from scratch, gigabyte image, hadolint,
        heredoc in run, image + big|large|size|smaller, image + entrypoint, image +
        final|final|compilers|tools|only|small|big|layers|root|user|secret|tag|arch|run|start|copy|binary|timezone|fonts|version,
        image + layers, image + pull, image +
        script|start|nginx|node|python|java|jvm|base|proxy|certificate|label|run|runs, image
        history, image is too big, image layer, image size, image tag, image with an entrypoint,
        in the image, inside the image, install + again|every build|cached|layer|cache, install
        + every build, into the image, jib, kaniko, keep + out + image, label instruction, layer
        + line|new|each|created|instruction, layer + secret, layer caching, locale + image, lock
        file + copied|image, mount=type, multi arch, multi stage, multi-arch, multi-stage,
        multi-stage build, multistage, no-install-recommends, node_modules +
        image|container|copied, non-root, nonroot, npm ci + image, npm install +
        build|again|image, onbuild, one run, out of the image, packages + again + build, pid 1,
        pin the image, pip install --no-cache, platform linux/amd64, podman build, private +
        repository|package + build, process + root + container, process +
        signal|container|root|zombie, python + slim, rebuild the image, rm -rf /var/lib/apt,
        root + container, run + &&, run command, run instruction, run or cmd, runs it as its
        entrypoint, scratch image, secret + build|image|history, secret +
        layer|image|pulls|build, secret + removed + step, secret mount, several run, shell form,
        shell form or exec form, shell instruction, signal + container|process + stop, sigterm +
        container, slim, smaller image, source + change + packages|install|dependencies, ssh
        mount, stage + copy, static + binary + image|scratch, step + cached|again|layer|image,
        stop + container|signal|image, stop + ten seconds, stop the container, stops only after
        ten seconds, stopsignal, target stage, timezone + image, tini, two processes +
        container, uid + volume, user + image, variable + build|image + run|time|argument,
        volume instruction, workdir, workdir + cd
        """,
        """
        alpine image, apt-get, arg, arg and env, build + cache, build step, cache bust, cmd,
        compilers, container, containers, created for each, docker, download everything,
        downloads all, expose, final, from + stage, healthcheck, image + build, image contains,
        image smaller, image that, in containers, latest tag, layer, layer cache, layered,
        layers, musl, non-root user, order + lines + build, own image, package + container,
        package.json did not change, podman, port of the container, pull the image, pulls it,
        rebuilds, registry, registry push, run as non-root, signal to the container, size of the
        image, slim image, stages, stop the, tag the image, user in the image, user inside
        """,
        """
        build, build cache, cache, cached, digest, image, image is, images, instruction,
        package, root, secret, stage, step, the image, volume in the image
        """,
    ),
    "yaml": (
        """
        $ref, &default, *default, .gitlab-ci, 1.1 + matrix|version|value, 1.10, 3.10 + 3.1, <<
        merge, > or |, action + version|input|output|cache|pin, actions, actions/cache,
        actions/checkout, affinity, after_script, alertmanager, alias and anchor, anchor +
        alias, anchor and alias, anchors and aliases, ansible, ansible role, argo, argocd,
        artifact + job, artifact upload, artifacts between, autoscaler, azure-pipelines, become,
        before_script, bind mount, bitbucket pipelines, block scalar, both jobs, cache +
        dependencies + ci|workflow|job|pipeline, cache key, ci cache, ci pipeline, circleci,
        cloud-init, cloudformation template, clusterip, code 137, colon + value|string, comment
        + key, compose + service|network|volume|port|depends, compose file, compose override,
        compose profiles, compose service, compose.yaml, composite action, concurrency group,
        config + mount|pod|reload|map, config map, configmap, configmapkeyref, could not find
        expected, cpu limit, crashloopbackoff, cronjob, daemonset, data + lost +
        volume|compose|container, database + ready + service|compose|starts, dependabot, depends
        on + healthy, depends_on, deploy + only|main|tests|job|branch|manual|tag|environment,
        deployment + replicas, deployment + service|go|app|container|rolling, deployment +
        update|zero|restart|env|image, deployment manifest, did not find expected key, docker
        compose, docker stack, docker-compose, docker-compose service, env_file, envfrom,
        fail-fast, file + job|jobs, folded, folded scalar, github actions step, github workflow,
        github_token, gitlab ci, gitlab runner, gitlab-ci, handlers in ansible, healthcheck +
        compose, helm, helm template, helm value, home assistant, horizontal pod, hpa, if:
        always(), imagepullbackoff, imagepullpolicy, indentation error + list, ingress, ingress
        + path, init container, initcontainer, inventory file, istio, job + file|hand|output,
        job + needs, job + only|after|branch, job +
        only|deploy|tests|passed|skip|main|cron|matrix|fail|parallel|depends|needs|artifact|cache|branch|manual|output,
        jobs + file|hand|artifact|variable, jobs + share|order|parallel|same|depend|pass|needs,
        k8s, key + twice|duplicate|order|nested, killed + memory|137|code, kubectl, kubernetes,
        kubernetes + service|deployment, kustomization, kustomize, limits and requests, list +
        item + indent|key, list + keys + indent, liveness, liveness or readiness, liveness
        probe, livenessprobe, loadbalancer, mapping values are not allowed, matrix +
        job|version|exclude, maxsurge, maxunavailable, memory limit, merge key, mkdocs,
        multi-line string, multiline string, multiple documents, named volume, namespace +
        kubernetes, networkpolicy, no + boolean, no + false|string, node + schedule|drain|pod,
        nodeport, nodeselector, norway, norway problem, on pull_request, on push, on: push, only
        + path|changed|branch|main + job|step|pipeline|workflow, oomkilled, openapi,
        persistentvolumeclaim, pipe + greater, pipe or >, pipeline +
        only|runs|twice|fork|branch|secret|cache|manual|merge|skip, playbook, pod, pod +
        restart|memory|probe|pending|env|secret|schedule|volume|start|killed|node|log, pods,
        pods + restart, pods +
        restart|memory|probe|pending|env|secret|schedule|volume|start|killed|node|log,
        pre-commit config, probe + app|start|restart|ready|fail, prometheus rule,
        pull_request_target, pvc, quotes + string|number + value, rbac role, readiness,
        readiness probe, release + tag + workflow|job|pipeline, renovate, replicas +
        volume|shared|share|scale, replicas + zero|update|deployment, replicaset, requests and
        limits, resource limits, restarted + app|pod|probe|again, reusable workflow,
        rolebinding, rollback + deployment, rolling update, run + only +
        branch|tag|main|paths|change, runs-on, sam template, secret + fork|step|pull
        request|env|mount|pod, secret + workflow, secretkeyref, secrets + workflow,
        serverless.yml, service + compose|port|database|wait|healthy|network|pod|expose|depends,
        service + deployment|kubernetes|pods|port, service + port + pod, service in the compose,
        service_healthy, serviceaccount, services + network|order|compose|share|env, shared +
        replicas|pods, startup probe, statefulset, step +
        cache|output|fail|conditional|job|skip|env|caches|secret, storageclass, strategy matrix,
        string + lines|newline|colon|quote + value|key, swagger, tabs in, targetport, tekton,
        tests + matrix|parallel|pipeline|job|service + ci, tests + passed + deploy|job,
        toleration, traefik label, traffic + pod|rollout|deployment, travis, trigger +
        tag|push|branch|schedule|path, two jobs + file|hand|share|pass, upload artifact,
        upload-artifact, uses:, value + turns|quoted|boolean|string|number + matrix|yes|no,
        values file, values.yaml, version + matrix|quoted, virtualservice, volume +
        data|service|mount|named|permission|lost, volume + share|replicas|shared|pods, wait +
        database + service|compose, workflow + runs|job|step|tag|push, workflow_call,
        workflow_dispatch, workflows, yes + boolean, yes + true|string|boolean, | or >
        """,
        """
        137, anchors, at a tag, azure pipeline, by two, ci, cloudformation, compose, deploy,
        deploy + branch, deploy job, deployment, environment + deploy, every push, from one to
        the other + job, github action, github actions, hand a file, health check, helm chart,
        indent, job, job matrix, jobs, key + indentation, killed, limits, literal block,
        manifest, matrix build, nightly, nightly build, nodes, on + boolean, on a tag, on main,
        only on main, pipe or greater-than, pipeline, probe, quoted + version, repeating +
        steps, replicas, restart policy, restarted, restarts, rollout, runner, runs twice,
        schedule, secret + pipeline, secrets in the workflow, service + cluster, sidecar, stage
        of the pipeline, step that, the volume, three steps, trigger on a tag, two jobs,
        workflow, workflow file, yaml list
        """,
        """
        action, alert, alert rule, anchor, chart, ci job, cluster, flux, indentation, key,
        leading zero, list item, matrix, octal, raise, step, steps, tag, taint, value, volume
        """,
    ),
    "makefile": (
        """
        $(@d), $(call, $(eval, $(foreach, $(make), $(patsubst, $(shell, $(wildcard, $<, $@, $@
        and $<, $^, %.o, &:, -include, -j4, -mm, -mmd, .c.o, .default_goal, .delete_on_error,
        .notparallel, .oneshell, .phony, .precious, .secondary, .silent, .suffixes, := or =, =
        or :=, ?=, @echo, all + target, at sign + recipe, automatic variable, automatic
        variables, build + only + changed + files, build + parallel|order|dependency +
        target|rule|header, build directory, cc variable, cd + recipe, cflags, circular
        dependency dropped, clean + target|all, command line + target|variable|override +
        target, compile + again|everything|header|all|changed, compile + files + changed,
        compiled again, default goal, default target, define endef, dependency files, dollar +
        recipe, double colon, double dollar, double-colon, each line + shell, environment
        variable + make, everything + compiled|built|rebuilt, first target, flag +
        target|command line + target, folder + same name + target, generated file|source|code +
        target|rule|depend, gnu make, grouped target, header + rebuild|recompile, header +
        touch|compile|again|track|rebuild|changes, header changes, help target, ifdef, ifeq,
        ifndef, implicit rule, include + .d, includes what, is up to date, jobserver, ldflags,
        leading minus, leaving directory, line + own shell, line + recipe|own|process, make +
        variable|parallel|error|ignore|silent|directory|argument|default|print|clean, make -c,
        make -j, make all, make clean, make install, make target, makefile target, makeflags,
        missing separator, no rule to make, no rule to make target, nothing to be done, object
        directory, object files, objects in build, order + targets|parallel|prerequisites,
        order-only, out-of-tree, parallel make, pass + target|flag + target, patsubst, pattern
        rule, phony, prerequisite, prerequisites, rebuilding, rebuilds, recipe +
        line|process|shell|variable|cd|tab|fail, recipe line, recipe lines, recipes +
        line|process|shell|variable|cd|tab|fail, recursive make, recursively expanded, rule +
        file|object|many|output|pattern|target|match, rules +
        object|output|pattern|target|prerequisite, simply expanded, source + compile|changed +
        only + files, source + object|objects|directory + rule|target|build, stamp file, static
        pattern, submake, suffix rule, tab + recipe, tab + spaces, target +
        c|tests|image|script|binary, target + depends, target + every time, target +
        flag|command line|output|two|fails|test|message|timestamp|both, target +
        folder|directory, target + never, target + prerequisites, target + rebuild, target +
        runs|run|file|folder|file|variable|parallel|default|same|every|depend|clean|argument|pass|list|help|test,
        target + same name, targets +
        runs|run|file|folder|variable|parallel|default|same|every|depend|list, test target, to a
        target, touch + stamp, track + includes, two dollar signs, variable +
        recipe|target|override|command line|environment|expand + make|target|rule|recipe, vpath
        """,
        """
        $$, :=, := and =, a target, build target, builds each, changed sources, dash in front
        of, declare + folder, dependencies, dependencies + header, dependency, each line, every
        source file, every target, every time, ignore error, include dependency files, includes
        + header, make + target, make does, make runs, make says, make variable, never rebuilt,
        newer than, objects, one header, own binary, own process, own shell, pass a flag,
        rebuild, rebuild when a header, rebuilt, rebuilt every time, recipe, recipes, recompile,
        recompiled, runs every time, silent command, tab instead of spaces, target, target for,
        target that, targets, up-to-date, variable assignment, wildcard, wildcard function
        """,
        """
        +=, automatic, binary, build, built, clean, declare, depends, install, object file,
        rule, rules, stale, tab, timestamp, up to date
        """,
    ),
    "terraform": (
        """
        -replace, -target, .terraform.lock, .tf, apply + destroy, apply +
        fail|half|lock|again|target|destroy|change|pipeline, apply + plan, aws_, aws_iam,
        aws_instance, azure resource, azurerm_, backend block, bucket +
        state|create|destroy|import|exist|policy|name, by hand +
        state|bucket|changed|console|resource, can(, cannot be determined until apply, changed
        by hand, child module, cidrsubnet, cloud + resource|bucket|infra, condition +
        resource|create, count + index, count + list, count or for_each, count.index, create +
        two|several|many|only if + resource|instance|bucket, create_before_destroy, data block,
        data source, delete + protect|state|without + resource|bucket, depends_on, destroy +
        create, destroy + recreate, destroy +
        recreate|one|without|database|protect|block|resource|index|rename, drift, dynamic block,
        each.key, each.value, ec2, flatten(, for_each, for_each + set, forces replacement,
        google_, hcl, hide + output, hide the output, iam policy document, ignore_changes,
        import block, instance + recreate|destroy|replace|count|type + apply|plan|resource,
        invalid for_each, item + list + destroy, jsonencode, known after apply, lambda function
        resource, lifecycle, lifecycle ignore_changes, list + destroy, list + names +
        resource|create|bucket, local values, local-exec, locals, locals block, lock +
        state|apply, lock file + provider, lock table, lookup(, map + resources|loop|each +
        resource, merge(, module + count|list|optional|private|git|tag|upgrade, module +
        staging|production|environment|twice|output|version|source|provider|region|instance|sizes|resource,
        module + variable, module input, module registry, module source, module version, moved
        block, must be replaced, nested block, network + module|subnet|vpc|peering,
        null_resource, only if + create|resource, opentofu, output + module|sensitive|resource,
        output + other|value|id|used + module|resource|state, output +
        password|hide|sensitive|secret|module, output block, password +
        output|state|plan|variable|resource, plan + apply, plan + changes, plan +
        change|nothing|every|state|diff|replace|show|approve|fails|drop|delete|recreat|destroy|remove,
        plan + destroy, plan output, plan shows, prevent_destroy, production +
        staging|module|workspace, provider + two|version|region|alias|module, provider alias,
        provisioner, rds instance, recreate + resource|instance|database|without|name|rename,
        regions, remote backend, remote state, remote-exec, removed block, rename + resource,
        rename + without destroying, renamed + block, replace the database, replaced + resource,
        required_providers, required_version, resource +
        module|state|delete|exist|import|rename|move|destroy|index|count|condition|depend|manual|order|replace|loop|region|lifecycle,
        resource + renamed, resource block, resources +
        module|state|delete|exist|import|rename|move|destroy|index|count|depend|region, root
        module, s3 backend, s3 bucket, secret + state|variable|plan, secrets +
        state|variable|tfvars, secrets in the state, security group, sensitive output, sensitive
        variable, staging + module|environment|workspace|production, staging and production +
        module, state +
        line|hand|delete|move|import|lock|import|drift|remote|secret|resource|bucket|split|config|remove,
        state + secret, state file, state lock, state mv, state rm, tag + every + resource, tags
        + resource, templatefile, terraform, terraform apply, terraform import, terraform plan,
        terraform state, terraform_data, terragrunt, tflint, tfstate, tfvars, toset, try(, two
        environments, two regions, variable + environment|default|validate|sensitive|map|object
        + module|resource|plan|tfvars, variable block, variable validation, variables +
        file|environment|list + module|tfvars|plan, version constraint ~>, wants to destroy,
        wants to recreate, wants to replace, workspace + environment, write the config,
        yamldecode, zone + dns + record + resource|module, ~>
        """,
        """
        aws, block, bucket, buckets, by hand, cluster + hcl, conditionally create, destroy,
        environments, for a bucket, gcp, hide the, holds a password, import, import an existing
        resource, infrastructure, infrastructure as code, module, output values, provider,
        provider block, recreate, recreated, region, resource, secret value, sensitive, staging,
        state, subnet, taint, the output, the same module, vpc, without deleting, workspace,
        workspaces
        """,
        """
        apply, cloud, database, depends_on in a module, iam role, list, module output, output,
        output of the module, provider version, providers, refresh, renamed, resources
        """,
    ),
}
