"""Questions in everyday words: shellscript. See `terms` for the format."""

PHRASES = {
    "shellscript": (
        """
        alias + argument|function|script|permanent|sudo, all files, archive +
        extract|create|exclude|list|single|folder|compress + tar|file|folder|files|without,
        arguments + all|pass|script|spaces|loop|quoted|shift|option|optional|count|on|parse,
        arithmetic + float|integer|variable, array +
        loop|append|comma|length|argument|pass|element|index|associative|split|join|
        spaces|read|contains|command|file +
        bash|script|spaces|shell|quote|argument|lines|element|3, ask +
        yes|no|default|confirm|user|password|input + script|prompt|default|terminal|no, ask for
        yes, at a time + parallel|files|jobs|command, at boot + script|run, at night +
        script|cron|run, background + process|job|script|command|kill|wait|pid|terminal|finish +
        script|shell|pid|loop|wait|kill|command|terminal, backup +
        script|folder|rotate|nightly|cron|rsync|incremental|remote|files, below here, below this
        folder, brackets, brackets + single|double|test|difference|one, case +
        pattern|statement|several|lowercase|default + script|shell|argument|menu, cd +
        back|script|fails|folder|previous, clean up + exit|interrupt|script|trap|temp, colour +
        terminal|output|prompt|script|log|text, colours + terminal|output|prompt|script, column
        + print|sum|sort|third|second|last|file|cut|extract +
        file|output|log|line|lines|awk|print|text, comma + split|array|join|field|column +
        string|array|file|join|field, command +
        output|exit|substitut|fail|background|timeout|variable|retry|repeat|exist|
        exists|available|installed|status|run|remote|array|sudo|history|several|not
        found|time|every|silent|quiet|parallel, commands +
        parallel|sequence|chain|background|exist|group|history, compare +
        files|version|folders|strings|numbers|two files|output +
        script|test|lines|folder|bracket|diff|integer, compress + folder|log|files|parallel,
        confirm + before|prompt|yes|delete, copy + remote|server|folder|exclude|only
        newer|files|ssh + rsync|ssh|exclude|remote|server|newer|keep|permission, count +
        lines|files|word|occurrence|mention|matches|log|pattern, cpu + process|usage|limit +
        command, date + yesterday|format|epoch|file name|days ago|week|iso|seconds +
        script|file|command|name|log|variable|yesterday|backup, days +
        older|files|log|keep|delete, days ago, decimal + script|shell|bash|compute, delete +
        files|older|except|folder|lines|empty|days, difference + files|folders|two
        files|brackets, directory +
        script|exist|current|create|temp|size|own|above|each|change|absolute, disk +
        space|usage|full|largest + folder|find|files|large|free, dotfile, dotfiles, download +
        retry|resume|file|checksum|url|follow|quiet|archive +
        script|command|curl|resume|redirect, duplicate + lines|file|files +
        remove|find|file|log, each + line|file|argument|word|folder, empty or unset, environment
        + variable|file|script|export|load|source|cron|subshell, environment file, epoch, errors
        + redirect|discard|file|silence|stderr|separate|hide|log, every five minutes, every hour
        + script|run|cron, every minute + script|run|cron, every night, executable +
        script|make|bit|file, exit + code|status|script|pipe|command|trap|loop|function|first,
        export + variable|function|environment|child, extension +
        file|remove|change|strip|without|get, extract +
        archive|single|column|field|number|between|folder +
        file|line|lines|archive|text|string|folder, fails +
        script|stop|pipe|command|continue|step|exit|cron|loop, field +
        delimiter|print|cut|last|extract|line + file|delimiter|line|cut, file +
        exist|line|lines|extension|empty|newer|rename|append|read|temp|lock|log|source|
        exists|name|size|first|last|word|replace +
        script|folder|loop|lines|variable|command|line, files +
        loop|matching|rename|below|newer|older|spaces|delete|count|extension|largest|
        recursive|find|all|replace|move|named|changed|sort|size|days, find +
        file|files|folder|exclude|largest|newest|delete|name|depth|recursive|process|
        modified, first command, first error, flag + script|long|parse|dry, folder +
        script|exist|size|newest|create|temp|delete|sync|compress|empty|each|watch|
        backup|current|lies|itself|files, folder that, four at a time, function +
        return|argument|local|script|array|export|recursive +
        script|shell|bash|string|local|alias|value from, glob +
        hidden|expand|quote|loop|match|recursive|exclude|nothing, header + curl|send|request +
        curl|command, here doc, here documents, history +
        command|search|share|duplicate|ignore|size, in all files, interactive shell, interrupted
        + script|remove|temp|cleanup|trap, itself lies, json +
        curl|field|jq|script|parse|extract + command|shell|script|line|terminal, kill +
        process|port|background|child|children|group|all, largest + files|file|folder|folders,
        last command, leading zero, leading zeros, line +
        read|match|number|last|first|nth|append|before|after|replace|loop|file|insert|
        each, lines +
        count|file|log|mention|matching|between|sort|first|last|unique|remove|empty|
        duplicate|pattern|read|contain|log|column|every, lines that +
        mention|contain|match|start, listening + port, lock + script|instance|cron|file +
        script|cron|twice|instance, log +
        rotate|tail|follow|lines|timestamp|mention|errors|last|append, login shell, logs +
        count|rotate|mention|lines|grep|all|errors|tail|find|compress, loop +
        files|lines|arguments|range|parallel|seconds|find|output|retry|until|file names, lost +
        loop|subshell|pipe|after, lowercase + variable|string|file|names|all +
        script|file|files|shell|variable|rename|bash, matching + file|files|none|loop|pattern,
        memory + usage + process|command, menu + script|select|choice|terminal +
        script|shell|select|terminal|user, multi-line + file|string|variable|write +
        script|shell|echo|heredoc, newer than, newline +
        trailing|echo|string|variable|replace|remove|end of +
        file|script|variable|command|text|shell|print, nightly + script|dump|backup|cron|job, no
        files match, none + match|matching|file|files, none matching, number +
        script|variable|loop|pad|random|integer|check|leading|compare|decimal|float +
        script|shell|loop|bash|variable|argument|digits, numbers +
        loop|sum|range|pad|sequence|leading + script|shell|file|lines|column, older than +
        file|files|days|log|delete + days|log|folder|file|files, on exit +
        script|remove|cleanup|trap, only once + script|run|instance|cron, option +
        script|flag|long|default|parse|value + argument|script, options +
        parse|script|long|short|flag|getopt, output +
        variable|file|both|discard|silence|error|capture|append|screen|command|colour|
        twice|line|hide|redirect|lines|column, outputs + discard|redirect|screen, own folder,
        owner + file|files|folder|recursive, parallel + loop|command|jobs|wait|files|four, pass
        + arguments|argument|array|variable|options|all +
        script|command|on|function|spaces|quoted, pass all arguments, password +
        script|prompt|hide|argument|read|environment + script|terminal|typed|prompt|echo|read,
        path + variable|append|add|absolute|relative|script|duplicate|resolve|prepend|symlink +
        script|shell|export|permanent|file|folder|directory|profile, pattern +
        case|glob|match|replace|extended|expand|file +
        files|shell|script|variable|case|file|lines, permission +
        script|denied|execute|folder|file|recursive|bits, pipe +
        status|exit|fail|loop|read|variable|first|last|error|buffer|command|both|stderr|
        subshell|sponge|ssh|two, pipeline + exit|fail|status|command, port +
        process|kill|listen|free|used by, post + curl|json|send + curl|command, process +
        kill|running|port|wait|id|background|zombie|substitut|tree|name|hang|memory|
        started, progress + bar|script|copy|spinner + script|terminal|shell|loop|output, prompt
        + colour|git|user|show|default|password|script, quote +
        variable|argument|space|single|nested|command|array, quotes +
        variable|single|double|argument|command|expand|nested, quoting +
        variable|array|argument|command|ssh|remote, recursively +
        file|files|replace|folder|search|delete, redirect +
        error|errors|output|both|file|order|append|null|stderr|input, remote +
        host|server|command|folder|copy|script|file|machine +
        ssh|script|run|copy|sync|several|loop, remove +
        folder|temp|file|lines|prefix|suffix|extension|spaces|trailing|empty|first|
        newline|interrupted, rename + files|extension|many|all|pattern|loop|folder, replace +
        word|text|string|file|files|line|in place|all|slash|folder|placeholder|recursive, rerun
        + change|file|command, retry +
        command|times|loop|backoff|sleep|fail|curl|until|download, root + check|script|run|sudo,
        run twice + script|same time|cron, same time + script|cron|run, schedule +
        script|command|minute|reboot|night, screen and file, script +
        stop|exit|argument|arguments|error|unset|folder|cron|run|root|input|option|
        options|variable|executable|another|fails|twice|lock|quit|background|directory|
        password|environment|permission|user|sourced|waits|retry|confirm|itself|
        parallel|flag|usage|log|output|line by
        line|colour|empty|hangs|instance|sudo|portable|posix, script itself, scripts +
        share|function|argument|library|source|error|posix|portable, search +
        folder|files|recursive|text|content|log|pattern, second column, second instance, seq,
        sequence + numbers|loop, service + start|restart|unit|log|enable +
        systemd|boot|user|fail, set -u, shell +
        login|interactive|start|option|default|change|which|restricted|remote|sub|loop|
        variable|portable, sleep + loop|retry|until|background, sort +
        uniq|numeric|size|column|version|reverse|file|lines|human +
        file|lines|numeric|column|size|unique|count|log|output, spaces +
        names|file|argument|variable|path|quoted|loop|included|array|break, spaces included,
        spinner + script|terminal|shell, split +
        comma|string|line|path|file|words|column|delimiter|array +
        array|bash|cut|loop|lines|variable|delimiter|script|into, ssh +
        key|loop|agent|tunnel|host|command|password|config|jump|timeout|script|quote, standard
        error, standard output, status + exit|pipe|command|script|last, status code +
        curl|script|command, stop + script|first error|fail|error|process, string +
        split|comma|contains|substring|lowercase|uppercase|length|replace|prefix|trim|
        compare|empty|regex|start|repeat|pad + array|script|variable|shell|loop|bash|field|test,
        subshell + variable|lost|loop|pipe|cd|export, sudo, sudo +
        redirect|password|script|variable|alias|keep|without, symlink +
        broken|follow|create|resolve|relative|target|copy, sync +
        folder|remote|exclude|server|delete, systemd +
        unit|timer|restart|environment|user|log|service, temp +
        folder|file|directory|remove|trap|create, terminal +
        width|colour|clear|title|close|cursor|detect|output|log out, test +
        file|variable|string|number|exist|bracket|directory|empty|regex +
        bracket|script|exist|unset|empty|-f, third column, timeout +
        command|script|read|curl|kill, times + retry|loop|command|repeat, timestamp + file
        name|name|log|line + script|log|file|command|append|prefix, to a file and, trailing +
        newline|slash|space|whitespace + file|remove|variable|path|lines|strip, unique +
        lines|count|sort|values + file|lines|log|sort, unit file, unset, unset +
        variable|empty|default|error|under, until + loop|port|success|file|works|succeed,
        uppercase + variable|string|file + script|shell|bash, url +
        encode|download|status|follow + script|curl|command, user +
        exist|script|current|input|prompt|add + script|shell|command|prompt, variable +
        empty|unset|default|set|export|subshell|loop|pipe|quote|file|command|array|lost|
        expand|script|environment|uppercase|integer|inside
        single|sed|name|prefix|suffix|length|indirect, wait +
        background|process|port|jobs|seconds|file|host|server + script|loop|all|up|until, watch
        + file|folder|command|change|log + script|run|command|seconds|rerun, when interrupted,
        which shell, whitespace + trim|leading|trailing|line + variable|script|file|lines|read,
        wildcard + expand|match|hidden|quote|loop|file|exclude + files|file|folder|script|shell,
        word + replace|files|all|below|count|file, words + file|replace|split|count|all, working
        + directory + script|change|back, yes or no, yesterday
        """,
        """
        all the files, argument, arguments, background, command, commands, cron, current
        directory, current folder, environment variable, environment variables, exit, file
        names, flag, folder, folders, from the command line, from the shell, glob, in a loop, in
        the shell, line by line, lines, log files, one-liner, oneliner, output, path, pipe,
        pipes, portable, portably, prompt, redirect, remote machine, script, scripts, standard
        input, terminal, text file, the script
        """,
    ),
}
