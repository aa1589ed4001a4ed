"""Questions in everyday words: python, php, ruby. See `terms` for the format."""

PHRASES = {
    "python": (
        """
        abc, abstract base class, activate + environment, annotate + function|callable|return,
        array + broadcast, asterisk + call|argument|parameter, await + gather|limit|loop, bare
        except, blocking call + async, boolean mask, broadcasting, bytes and str, bytes or str,
        callable, chained assignment, circular import, class attribute, class variable +
        instances|shared, closure + nonlocal, column + dataframe, comprehension, context
        manager, coroutine was never awaited, csv + read|column + pandas, custom manager, decode
        + bytes, decorator + wrapped|docstring|argument|name|metadata, default argument +
        list|dict|shared|kept|mutable, default factory, descriptor, dict +
        sort|merge|key|order|default|invert, double star, duck typing, editable install,
        encoding + open|utf-8 + file, entry point + package|console, enumerate, event loop is
        already running, except clause, exception + chain|raise|except|reraise, field +
        default_factory, finally + return, fixture, fixtures, floor division, frozen +
        dataclass, generator + empty|exhausted|second time|twice|yield|memory, global + function
        + unboundlocal, hashable, import + parent|relative|package|circular|package folder, in
        operator + list, instance attribute, integer division, interpreter, is + instead of +
        ==, is and ==, is or ==, iterate + dict, join + list of strings, kernel +
        notebook|restart, key + largest value + dict, lambda + loop + late, late binding, list
        of lists + flatten, logging + handler|twice|basicconfig|propagate|root logger,
        metaclass, method resolution order, middleware + view, migrations + conflict|squash,
        mock + clock|time|patch|module, module + reload, monkeypatch, mro, multiple inheritance
        + mro, mutable default, naive datetime, naive datetimes, named tuple, negative index,
        nested comprehension, never awaited, nonlocal, notebook, one-element tuple, orm +
        migration + leaf, patch + module|import|where, plot + axis|legend|figure, processes +
        pool, property + setter + decorator, raise from, relative import, reload a module,
        rounding + banker, rows + dataframe|column|missing, serializer, serializers, session
        scoped, set + unhashable, settingwithcopy, several + await + limit, slice + reverse +
        list, slicing + step, sort + key + lambda, sorted + key, star + keyword-only, string +
        format + percent, string join, subprocess, subprocess + shell|output|timeout, super +
        __init__, task + retry + worker, template tag, ternary + if else, test +
        fixture|parametr, thread + gil, timezone aware, try except else, tuple unpacking, two
        asterisks, two leaf nodes, type hint, type hints, unhashable, unpack a tuple, unpacking,
        usable in a with, vectorise, vectorize, virtual environment, with block, with statement,
        wrapped function, wrong interpreter, yield from, zip + lists|strict|dict
        """,
        """
        any callable, arrays + numpy, dict, dictionary, dictionary key, dicts, docstrings,
        exceptions, indentation, keyword argument, keyword arguments, lambda, list slicing,
        logger, logging, module, notebooks, package, pip, plot, positional argument, range,
        scripts entry, self, set + list + lookups, tuple, tuples, type checker, wheel
        """,
    ),
    "php": (
        """
        admin + menu|page|ajax|notice, allowed memory size, anonymous function + use|variable,
        array + key|merge|spread|filter|map|reference|associative|string|keys|sort|slice|empty|
        multi|unset|search|index, arrays + merge|plus|keys|combine|spread, associative, at sign
        + error, autoload + namespace|folder|class|file|dump, before + header|output|print|send,
        before initialization, bind + param|value|array|in, blank + page|screen, body +
        json|raw|empty + post, cache + config|route|view|clear|tag, child theme, chunk +
        model|loads|memory|query, class + not
        found|autoload|namespace|trait|static|abstract|final|anonymous, class not found, closure
        + use|bind|static|scope, compare + string + number|zero|loose, config +
        cache|env|publish, constructor + promot|property|private|parent|inject, container +
        bind|resolve|service|autowire, controller +
        request|validate|inject|resource|route|middleware, cookie +
        secure|samesite|set|httponly|expire, csrf, csrf + token|form|ajax, date +
        format|diff|interval|zone|modify|immutable, deprecated + dynamic|function|passing null,
        display errors, dollar + variable|string|sign|name, double-quoted + string, eager +
        load|relation|with, enqueue, entity + manager|flush|repository|persist|lazy, entity
        manager, env + config|cache|null, error + log|display|handler|report|exception, escape +
        output|html|quote|sql|template, escaped + output|html, event +
        listener|subscriber|dispatch|observer + service, execution time, exhausted, facade,
        facades, file + upload|include|size|lock|csv|exist|temp|download, fillable, flash
        message, flush, flushes, folder + namespace|autoload|class|upload, foreach +
        reference|key|last|modify|break|nested, form +
        validate|token|resubmit|sticky|upload|honeypot|old, generator + yield|memory, guard +
        null|call|member, header + sent|redirect|location|cache|download|before, headers +
        sent|already|cors|send, helper + function|global, hook +
        filter|action|priority|remove|plugin, in chunks, include +
        path|require|once|variable|file|relative, is empty + post, job +
        queue|dispatch|retry|fail|unique, json + request body|body|unicode|assoc|decode,
        juggling, keys + array|preserve|string|spread|sort, layout + section|template|extend,
        loads everything into memory, login + fixed|session|regenerate|remember, loose +
        compare|type, magic + method|get|call|property, mail + send|attachment|header|smtp, mass
        assignment, member function + null, memory + limit|exhaust|loop|large, migration +
        rollback|column|seed|artisan, model +
        relation|scope|fill|cast|event|observer|factory|mass|soft|accessor, multibyte, must not
        be accessed before, namespace + folder|autoload|use|function|class|alias|own, nonce,
        nonces, notice, null + member|call|safe|coalesc|array|default|isset, old input, on null
        + call|member|function, opcode cache, output + buffer|before|header|escape|flush,
        package + composer|require|private|path|version|autoload, page +
        white|blank|reload|refresh|session|include|template|search|query|redirect, password +
        hash|verify|md5|salt|rehash, persist, platform + version|override|composer|requirement,
        plugin + hook|activate|update|shortcode|enqueue|settings, plus + merge + array, post +
        empty|json|array|raw|body, post + meta|type|custom|loop|query, prepared +
        statement|in|like|bind|emulat, print nothing before, property +
        typed|dynamic|readonly|promot|private|magic|before initialization, query +
        bind|prepare|pdo|placeholder|inject|like|in|builder, queue +
        job|worker|retry|fail|supervisor, queued job, quoted string + variable|dollar|interpol,
        redirect + after|header|post|back|flash, reference + foreach|array|pass|last|loop, regex
        + delimiter|preg|modifier, relation + eager|pivot|morph|has many|count, request body +
        json + empty, require + include|once|path, resubmit, route +
        model|group|name|middleware|cache|parameter, seeder, seeders, self +
        static|constant|class, service + provider|container|inject|autowire|tag|bind, session +
        fixed|fixation|login|lost|start|regenerate|expire|cookie|destroy|timeout, shared host,
        single- and double-quoted, single-quoted, slug, soft delete, soft deletes, sort +
        key|array|usort|multi|callback, sorting + multi|key|array, spread +
        array|keys|string|operator, sql injection + query|form|escape, statement + prepare|bind,
        static + self|late|property|method|call, string +
        contain|replace|multibyte|concat|dot|pad|slug, suppress + error|warning|notice,
        taxonomy, template + layout|extend|section|escape|block|include|inherit, theme +
        child|template|function|enqueue, time limit, timestamp + format|date, trait +
        conflict|abstract|static|property|use|method, transaction + pdo|rollback|eloquent, type
        + juggl|strict|hint|union|declare|coerc|cast|nullable +
        function|argument|string|compare, typed property, upload +
        size|limit|move|mime|temp|image|validate|multiple, uploaded + file|image|mime|size,
        version + platform|composer|constraint|downgrade, view + composer|share|layout|data +
        controller, warning + undefined|deprecated|index, white + page|screen
        """,
        """
        array, arrays, associative array, cms, cookie, dollar, form, forms, header, headers,
        hook, hooks, hosting, include, login, member function, page, pages, plugin, posted,
        print, session, template, the loop, theme, upload, uploads, validate, web server
        """,
    ),
    "ruby": (
        """
        a concern or a service, after commit, after save, array +
        each|group|select|flatten|compact|zip|slice|hash|sort|destruct|reject|partition|
        inject|sum|map|pack, asset + precompile|pipeline|production, assign +
        self|instance|attribute, association +
        scope|dependent|through|polymorphic|inverse|counter|eager|validate|callback|
        cache, at runtime + method|define, attribute +
        accessor|self|assign|writer|dirty|virtual, autoload + constant|zeitwerk|module,
        background + job|worker + redis|queue|retry, before save, belongs to, block +
        yield|proc|argument|return|pass|given|each|lambda|local, bundle +
        install|update|group|path|version|exec|conservative, cache +
        fragment|key|expire|russian, callback +
        order|save|commit|skip|model|condition|after|before, callbacks + order|model|skip|save,
        catch + throw, class + method|variable|reopen|instance|eigen|singleton|attribute|open,
        class instance variable, committed + job|record|transaction, comparable + spaceship,
        concern + service|controller|model|share, console + production|sandbox|reload, constant
        + load|missing|autoload|lookup|uninitialized|freeze, controller +
        concern|share|before|filter|service|test|params|action|strong, counter cache,
        credentials + edit|master|environment, data.define, default + argument|hash +
        block|array|mutable, define methods, dependent + destroy|delete|association, double +
        instance|spy|stub, dup, dup + clone, each + map|index|slice|object|with|select, eager +
        load|comments|association|include, eager load, eigenclass, encrypt +
        credential|attribute, endless range, ensure + return|block|rescue, enumerable +
        include|each|custom, enumerator + lazy|external|next, environment +
        development|production|config + application, eql, equality + eql|equal|hash|==, example
        + stub|one|shared|focus, exception + standard|rescue|custom|hierarchy, factory +
        trait|association|sequence|build|create, fetch + default|key|block, fiber, fixtures +
        factory, form + nested|helper|remote|model|object, fragment cache, freeze +
        constant|object|array|deep|string, frozen + string|literal|default|object|magic, gem +
        version|private|local|native|older|conflict|holds|path|build|load, gem file, gvl, has
        many, hash +
        default|dig|symbol|key|transform|group|each|sort|nested|compact|string|invert|
        merge|slice|fetch, helper + view|test|method, heredoc + indent|squiggly, holds it back,
        include + extend|prepend|module, included, included hook, includes +
        joins|preload|association, inject + sum|reduce|hash, instance +
        variable|method|eval|exec, job +
        before|record|commit|retry|queue|unique|argument|worker, jobs + run
        before|retry|queue|unique|commit, keyword + argument|splat|default|required|hash, lambda
        + proc|return|block, lambda and a proc, lazy + enumerator, let +
        before|subject|lazy|bang, let!, lock file + gem|bundle|platform, magic comment, mailer +
        preview|deliver|job|layout, mails + after|callback|commit|deliver, map +
        flatten|compact|symbol|index|hash|with, master key, method +
        missing|define|alias|private|class|runtime|question|bang|chain|private|name|
        names|singleton|undefined|yield|keyword|object, methods +
        runtime|names|dynamic|private|define, methods at runtime, migration +
        rollback|column|index|null|data|reversible|default|rename|irreversible, module +
        include|extend|prepend|constant|nest|function|self|autoload, n + 1 + query, native
        extension, native extensions, nested + form|attribute|resource|route, nested attributes,
        nil + safe|dig|method|empty|check|default|present|blank, old gem, one query per, open
        struct, openstruct, params + permit|nested|require|merge, partial +
        collection|local|render|layout, pass a block, permit + nested|param|array, polymorphic,
        precompile, prepend + module|include, private + method|self|class|send|constant, proc +
        lambda|return|block|call, query per + post|record|row, quotes + symbol, ractor, raise +
        custom|exception|class, rake + task|argument|environment|test|namespace, range +
        step|cover|endless|include, record + commit|job|save|find|not found|dirty|touch|lock,
        regex + named|match|scan|gsub|capture + string, render +
        partial|json|layout|collection|twice, reopen + class, rescue +
        retry|ensure|else|inline|standard|modifier, resources + nested|route|only, retry +
        rescue|times, rollback + migration|transaction, route +
        nested|namespace|member|constraint|resource, rspec +
        let|stub|before|shared|context|subject|double|mock, russian doll, safe + navigation|nil,
        schema + migration|conflict|dump, scope + default|chain|lambda|model|class
        method|association, seed + data|production|idempotent, select + reject|map|detect, self
        + assign|class|setter|private|return|block, service object, service objects, set +
        array|include, shared example, shared examples, spec, spec +
        model|controller|request|system|helper|slow, specs, splat + argument|hash|double|array,
        string + symbol|frozen|mutable|interpolat|heredoc|gsub|encoding|freeze, strong + param,
        struct + keyword|class|data, stub + method|example|double|any instance|class|return,
        stub a method, symbol + string|proc|key|dash|quote|garbage|array, symbols +
        string|quote|dash|array|memory, thread + gvl|safe|global lock|pool, time +
        zone|current|parse|travel, time zone + current|config, transaction +
        rollback|nested|after, two controllers, validate +
        uniqueness|presence|condition|custom|format, validation +
        condition|unique|custom|association|skip|message|error, without self, worker +
        job|retry|concurrency|redis, yield + block|self
        """,
        """
        association, associations, block, blocks, callback, callbacks, class methods, commit +
        record, concern, controller, controllers, eager, fixtures, gem, gems, migration,
        migration file, migrations, mixins, model, models, module, nil, partial, splat, symbol,
        symbols, tests + rails, two kinds of quotes, view helper
        """,
    ),
}
