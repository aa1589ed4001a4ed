"""Questions in everyday words: go, rust. See `terms` for the format."""

PHRASES = {
    "go": (
        """
        accept + interface + return, address + loop + variable, address of, allocation +
        escape|heap|benchmark, allocs, append + copy|same|overwrite|share|capacity|grow|nil,
        background work + done|handler|wait, benchmark + allocation|reset|loop, body +
        close|read|twice|drain|restore, build + version + ldflags, build tag +
        file|test|integration, cancel + request + handler|goroutine|context, case +
        table|fails|subtest + run, channel +
        nil|select|close|size|drain|sender|block|signal|direction|leak|results, close +
        channel|twice|sender|receiver|body|file + loop, comes out as {}, comes out empty, const
        + iota|enum, constraint + comparable|ordered|numeric, context +
        cancel|value|timeout|pass|handler|request|goroutine|background, copies lock value, cross
        compile + windows|arm|linux, deadline + database|pass|context|call|request, decode +
        json + unknown|stream|number|field, dependency injection + wire|struct + interface,
        embed + template|file|static + binary, embed the, embedded + struct|interface|pointer,
        embedding + struct|interface|method, empty + marshal, enum + iota|string, error +
        wrap|sentinel|compare|ignore|check|string|nil|handle|is or as|own type, errors +
        wrap|compare|join|sentinel, escapes to the heap, field + exported|lower|tag|json,
        functional options, generics + constraint + slice|map|number, graceful + shutdown,
        handler + query|standard|wait|body|middleware|mux|returns|background, heap + escape,
        http server + timeout|shutdown, implements + interface + check + compile, import cycle,
        import cycle not allowed, init + order|package|test, integer + overflow + convert,
        interface + satisf, interface + small|accept|nil|embed|satisfy|implement|consumer,
        internal + package|folder, json + number + float, ldflags, leak +
        goroutine|ticker|channel|timer|worker, limit + concurrent|concurrency +
        worker|semaphore|goroutine, lock + copied, log + wrapped, loop variable +
        address|closure|capture|pointer, lower case + json|field|export, map +
        concurrent|order|nil|struct|iterate|key|delete|write|goroutine|race, map iteration
        order, marshal + field|empty|private|time|enum, method + value|pointer + set|interface,
        mock + clock|interface + test, module + private|major version|replace|proxy|tidy|vendor,
        modules + proxy|private|replace, mutex + copy|struct|embed|pointer|value|map, my
        handler, nil + error + interface|compare|return, nil error, nil slice + empty, only the
        one + case|test|table, option functions, options pattern, package +
        cycle|internal|main|name|init|test|layout, panic + goroutine|recover|handler|library,
        pass a deadline, pointer + receiver|range|value|map|slice|interface|nil, pointer or
        value, private module, private modules, query parameter + handler, receive +
        closed|forever|block|ok, receiver + pointer|value|name|nil, recover + panic|goroutine,
        response + body + close|read|leak|drain, return + interface + struct, returns a nil
        error, rows + close|scan|err, same map, scan + null|struct|row, select +
        default|timeout|priority|block|case|channel, semaphore + channel, sender + block|close,
        shutdown + server|signal|drain, slice +
        append|copy|share|nil|capacity|delete|grow|remove|subslice|reslice|array|empty, standard
        library + router|http|json|handler, static + binary|link|build + cgo, string +
        byte|rune|builder|concat|range|utf, strings + byte|rune|builder, struct +
        json|marshal|compare|embed|copy|zero|tag|field|pointer|order|alignment|empty, struct
        comes out, templates in the binary, test +
        table|parallel|helper|cleanup|golden|cache|main|race|subtest, tests +
        parallel|table|race|golden|cache|short, timer + reset|stop|drain, transaction + rollback
        + defer, type parameter + method|constraint|slice, typed nil, unexported + json|field,
        unknown fields, value + receiver, vendor, version in the binary, wait + all +
        finish|background|done|return, worker + pool|queue|channel|limit, wrap +
        error|again|twice, wrapped + error|one|original, write to the same map, writes to the
        same map
        """,
        """
        background work, binary, deadline, declared but, declared something, deferred call,
        don't use it, embedded files, fan-out, handler, mux, request context, same map,
        shadowed, shadows, standard library, the zero value, two goroutines, unused, variable
        shadow, wait for all, wrapped
        """,
    ),
    "rust": (
        """
        across an await, async + trait|block|closure|recursion|drop|blocking|runtime|main,
        benchmark + criterion, binary + size|strip|release + crate|cargo, blocking + async +
        runtime, borrow + mutable|twice|field|two|loop|struct|checker|return|early|while,
        borrowed + mutable|value|long|while, box + dyn|recursive|large|stack|heap|leak, boxed +
        closure|trait|future|slice|error, cannot be made into an object, cast +
        integer|as|truncate, cfg, clone + copy|rc|everything|avoid|struct|closure|cheap|derive,
        closure + box|clone|move|borrow|return|store|struct|fn|lifetime|capture, conditional
        compilation, const + generic|fn|static|array, context + error + source|add|losing|wrap,
        convert + error|between|string|enum|from|into, copy + clone|move|trait, dependency +
        feature|optional|git|patch|crate|yank, deref, derive +
        clone|copy|debug|default|hash|eq|custom|struct, dispatch + static|dynamic, doc test,
        doctest, doctests, drop + order|early|trait|guard|explicit, entry + insert|modify|or,
        enum + variant|match|size|box|string|iterate|convert|data|integer, error +
        source|context|enum|convert|propagate|boxed|own|type|question, exhaustive, failure up,
        feature + flag|optional|dependency|default|crate|workspace, features +
        optional|default|crate|cargo, field + string|never|borrow|own|lifetime, from +
        into|implement|convert, function take, future + send|pin|box|poll|cancel, generic +
        associated|const|dyn|bound|trait|static|impl, global + mutable|static|state|once, guard
        + await|lock|drop|held, hash map + entry|borrow|key|default, holds a reference, index +
        usize|slice|panic|bounds, integer + overflow|cast|wrap|checked|parse, iterator +
        result|collect|borrow|own|adapter|implement|peek|window|lazy|chain|return|
        results, iterator of results, lifetime +
        elision|struct|static|return|function|annotation|parameter, linked list, live long
        enough, lives long, lock + around|threads|async|await|poison|guard, macro +
        repetition|hygiene|declarative|derive|variadic|export|rules, made into an object, match
        + exhaustive|guard|reference|binding|string|tuple|range|all|arm|every|option|
        nested, module + file|private|super|tree|visibility|mod, move +
        closure|borrow|value|loop|out|semantics|thread|field, moved + loop|value|closure|out,
        mutable + borrow|reference|twice|static|two|share|iterate|while, newtype, none +
        option|default|match, object + trait, operator + overload|trait|add, option +
        default|unwrap|take|map|as_ref|nested|none|result|copy, out of bounds + panic, outlive,
        outlives, own + vector|string|value|field|data, own the vector, parse +
        integer|number|string + error|result, pass + failure + up, poison + mutex|lock,
        poisoned, private + module|test|field|super, propagate, propagate + error|failure,
        recursive + enum|type|struct|list, reference +
        return|local|long|outlive|struct|vec|life, release + profile|build|lto, result +
        vector|collect|iterator|nested|option|main|unwrap|convert|question, result of a vector,
        runtime + async|inside|block, self-referential, share +
        state|thread|mutable|data|without clon, share state, slice +
        own|take|borrow|pattern|split|array|mutable|sort|str, static +
        dispatch|dyn|mut|lazy|global, string +
        str|own|slice|borrow|field|index|char|format|concat|cow|never changes, struct +
        borrow|reference|lifetime|string|clone|derive|update|newtype|self|generic|holds, take a
        slice, task + spawn|cancel|abort|block, tasks + spawn|cancel|join|share|select, test +
        private|module|panic|doc|async|should, threads +
        share|lock|state|clone|scope|send|channel, trait + object|made
        into|generic|default|impl|associated|blanket|orphan|supertrait|method|sealed|
        async|clone|return, two tasks + same|write|share, unsafe +
        without|sound|raw|block|need|ffi, variant + match|large|data|enum|extract|tuple, vector
        + slice|result|own|drain|remove|iterate|borrow|sort|dedup|chunks|split|capacity,
        visibility + crate|module, without losing the source, without unsafe, workspace +
        crate|dependency|member|shared|version
        """,
        """
        borrowed, borrowing, boxed, by reference, by value, clone everything, cloning, compile
        error says, enum variant, enum variants, exhaustive, fallible, idiomatic, idiomatic way,
        macro, macros, own the, ownership, panicked, panics, traits, variant
        """,
    ),
}
