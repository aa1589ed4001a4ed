"""Questions in everyday words: javascript, typescript. See `terms` for the format."""

PHRASES = {
    "javascript": (
        """
        0.1 + 0.2, array + group|unique|last|chunk|shuffle|flatten|index, array + object + tell,
        array from an object, async + constructor|foreach|map|arrow, await +
        map|foreach|loop|parallel|sequence, back button, blob, browser history, buffer + node,
        bundle + size|locales|split|tree, bundler + alias, callback + this|lost|method, cancel +
        fetch|request + running, caret or tilde, circular structure, class +
        private|this|bind|arrow, click + bubble|outside|row|handler|handlers|index|last|twice,
        clipboard, closure + old|last|loop|stale, closure + state + hook, component +
        test|mount|render|props|state|reuse, context + provider + component, controlled
        component, controlled input, cookie + read + browser, copy to clipboard, cors error,
        currency + format + locale, date + format|month|timezone|parse|local, dates +
        compare|differ, debounce + search|input|resize, deep copy + object, default export,
        destructure, destructure + object|array|default|rename|nested, dev dependency,
        devdependencies, double equals, download + blob, drag and drop, duplicates + array,
        effect + twice|dependency|cleanup|runs|rerun, environment variable +
        node|bundle|browser, equals signs + empty string, event +
        bubbl|stop|parent|delegate|row, event emitter, fake timers, falsy, file input +
        preview|read|size, floating + console, generator + iterator + next, getter and setter,
        handlers + last + index, history + pushstate, hook + old|stale|state|twice|dependency,
        import + browser|extension|script|dynamic, infinite loop + render, infinite scroll,
        intersection, interval + clear|stop|drift, iterable, iterate + object, json +
        circular|stringify, key + list + render, key prop, keys + list + warning, lazy +
        component, let + var|const|hoist|loop, lock file + install + npm, memory leak +
        listener|component|closure, middleware + next|error|order, minified, module +
        browser|script tag|scope, named export, nan + compare|check, npm audit, number + format
        + locale, object + copy|clone|freeze|empty|key|merge|deep|compare|iterate|local, parse +
        int + map, peer dependencies, peer dependency, polyfills, portal + component, preflight,
        private field + hash, process.env, promise +
        settle|settled|all|fail|race|pending|reject, promises +
        all|settle|fail|parallel|sequence, prototype + inherit|chain|method, proxy +
        trap|object, query string + read|parse, ref + component|dom|focus, regex +
        global|lastindex|replace|named, render + twice|infinite|loop|again, replace all, request
        body + undefined + express, round + cents, route + handler + express|middleware, runs
        twice in development, script + module|defer, scroll +
        position|event|infinite|restore|load, semver + caret, snapshot test, snapshot tests,
        sort + array + object + property, sort + numbers + wrong|alphabet|string, source maps,
        spread + array|object|copy, state + hook|component|update|render, stream +
        pipe|backpressure|chunk + node, string + replace|template|pad|reverse|capital, symbol +
        iterator, tagged template, tell an array, template literals, template string, test +
        mock + module + jest, this + undefined|callback|method|lost|bind, throttle + scroll,
        timer + clear|background|drift, transitive + pin|npm|audit, tree shaking, triple equals,
        truthy, two equals signs, uncontrolled, upload + progress + browser, url + parameter +
        read|change, var + let|const|scope|hoist, weak reference + map, worker + message|thread
        + browser
        """,
        """
        a click on, browser tab, button + script, callback, callbacks, closure, component,
        components, dom, effect, event object, front end, frontend, functional component,
        handlers, hook, hooks, in the console, in the page, keystroke, keystrokes, listeners, on
        the page, page's script, promise, promises, search box, the effect, the page + script,
        the script + page, timer, user agent
        """,
    ),
    "typescript": (
        """
        alias + tsconfig|paths, all the fields + optional, although i checked, any +
        avoid|implicit|instead|unknown|leak, as const + satisfies, augment +
        type|request|module|window|global, bivarian, build + declaration|types|emit, cast +
        avoid|type|unknown|safe, checked + undefined|null + line|above|still, class +
        implements|interface|abstract + type, compile + es5|target|declaration|errors, compiler
        + forget|believe|know|infer|widen|narrow|checked, decorator + metadata|nest|class, deep
        readonly, dependency injection + angular|nest, depends on + argument + type, does not
        exist on type, emit + declaration|type|files, enum + keys, enum +
        union|keys|string|values|iterate, except one + type, exhaustive + switch|union|never,
        exhaustive check + union, extend + request + express + user, extend + window|request +
        type, fields + optional|required|readonly|partial + type, generic +
        key|constraint|function|default|component|infer|object|array|extends, index +
        signature|type|string|key, infer + type|return|schema|argument|generic, injectable, key
        + belong|generic|object + type, kind field, literal + widen|type|union, lookup table +
        type|const, make + optional + except|type, narrow + unknown|shape|kind|union|type|field,
        never + come|property|empty|exhaust|switch, nominal, observable +
        unsubscribe|map|subscribe, optional + except|property|chain + type, overload +
        function|implementation|return, path alias + build|import|resolve, possibly +
        undefined|null, possibly undefined, private + hash + type, property + does not exist,
        readonly + array|deep|object|property, recursive + partial|type|json, recursive type,
        return type + depend|option|argument|infer, schema + type|infer|validate, shapes +
        kind|union, strict + null|flag|option|compiler, strict mode + compiler, string index,
        string literal + type|union, structural + type|class, subscription + leak|unsubscribe,
        template + pipe + angular, template + type + string, three shapes, tuple +
        type|length|labelled|rest|readonly, type + event
        handler|input|change|function|api|hook|ref|props|callback|response|reducer|key, type +
        schema|derive|generate|json, type test, type-only import, typed +
        event|props|handler|response|key|object, types +
        package|missing|untyped|declaration|generate|share, unknown + narrow|catch|error|cast,
        untyped, untyped library, variance + function + parameter
        """,
        """
        a type that, compile error, compile errors, generically typed, interface and type,
        literal types, narrow, narrowed, narrowing, shape, shapes, static types, the type of,
        type for, type safe, type-safe, typed, types of, union types
        """,
    ),
}
