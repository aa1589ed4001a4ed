"""Questions in everyday words: java, kotlin, swift. See `terms` for the format."""

PHRASES = {
    "java": (
        """
        127, abstract class + interface, annotation +
        processor|custom|retention|runtime|reflect, anonymous + class, application.properties,
        application.yml, autoclose, bean +
        null|constructor|inject|scope|two|circular|qualif|prototype|lifecycle, checked +
        exception|lambda|stream, class loader, class path, clone + array|deep|cloneable,
        collector + pauses|flags|choose, controller +
        test|validate|response|exception|upload|rest, date +
        format|zone|legacy|thread|local|convert, deadlock + lock|thread + dump, default +
        method|interface, dependency +
        maven|gradle|exclude|transitive|conflict|scope|sibling|bom, derived query, detached,
        double-checked locking, effectively final, entities + lazy|equals|dto|list, entity +
        equals|id|persist|lazy|detached|cascade|merge|orphan|mapping|record, enum +
        switch|constructor|field|valueof|map|interface|singleton + java, equals +
        hash|entity|override|list|record|id, exception +
        checked|lambda|stream|finally|suppressed|wrap|custom|swallow|stack, exception handler +
        controller|global, final + variable|lambda|field|method|parameter, future +
        complete|combine|timeout|async|exception, garbage, gc, generic +
        wildcard|erasure|array|method|class|bounded|extends|raw, generics +
        wildcard|erasure|array|raw|bounded, group + list + property|stream, hash map +
        reader|thread|put|key|order|null|mutable|safe, heap + dump|size|space|memory, immutable
        + list|class|copy|collection, inject + field|constructor|bean|mock|list|value, injection
        + field|constructor|circular, inner + class + static|outer|reference, integer +
        ==|cache|equals|compare|null|128|unbox, interface +
        default|functional|private|abstract|static|sealed, interrupt + thread|sleep, jvm flag,
        lambda + checked|exception|effectively|variable|final, lazy +
        entity|session|initial|transaction|collection|fetch, list +
        group|immutable|unmodifiable|remove|iterate|sort|convert|array|sublist|null, lock +
        object|private|method|reentrant|read, mock + static|final|private|verify|void|spy|bean,
        module + maven|gradle|sibling|multi|jlink|parent, n+1 + entity|fetch|lazy, null +
        constructor + inject|bean|autowired, null +
        optional|check|annotation|return|list|string|safe, objects are equal, optional +
        field|parameter|return|orelse|null|stream|map|nested, out of memory + heap|jvm, outside
        of the transaction, overload + null|boxing|resolution|varargs, override +
        static|private|equals|method, pauses, persisted, plugin +
        maven|gradle|shade|jar|surefire, private lock object, profile +
        maven|spring|active|properties, properties + file|profile|override|inject|spring, raw
        type, readers + thread + put, record +
        entity|jpa|constructor|validate|compact|extend|field|builder|inherit, records +
        inherit|extend|validate|entity, reflection + private|field|invoke|method, remove + list
        + loop|iterate|while, repository + query|method|derived|page|custom|interface, resource
        + close|try|suppressed, scheduled + task|twice|cluster|annotation, sealed +
        class|interface|permit|switch, serialize + field|null|date|enum|ignore + json, several
        readers, sibling module, singleton + lazy|enum|double, static +
        method|mock|init|nested|import|block, stream +
        closed|second|twice|parallel|collect|group|list|map|filter|sum|sorted|infinite|
        reuse, streams + group|sum|collect|list|parallel|flatten, string +
        equals|==|pool|intern|compare|immutable|split|format|concat|loop, strings +
        ==|equals|compare, switch + pattern|yield|enum|sealed|expression + java, thread +
        pool|interrupt|daemon|virtual|local|join|deadlock, thread + safe +
        map|list|date|singleton|lazy, thread dump, transaction +
        annotation|self|private|proxy|rollback|outside|lazy|session, unmodifiable, validation +
        annotation|group|nested|bean, volatile, wildcard
        """,
        """
        abstract class, annotation, annotations, autowire, bean, boxed, byte code, bytecode,
        constructor, entities, entity, exception, exceptions, getter, getters, heap, interface,
        jar, lambda, package, primitive, primitives, setter, setters, sibling module, singleton,
        static method, the entity, thread pool, throws, throws clause, unit of, wrapper class
        """,
    ),
    "kotlin": (
        """
        after rotation, apply + run|let|also, associateby, async + await +
        exception|scope|launch, backing field, backing property, callback +
        suspend|flow|continuation|coroutine, callback api, cancel +
        coroutine|screen|scope|job|job, cold flow, collect + flow|lifecycle|twice|ui, companion
        + object|factory|constant|static|java, configure an object, configuring an object,
        constructor + second|secondary|init|primary|private|default, continuation, copy + data
        class|modify|nested, copy method, data + class +
        copy|constructor|inherit|equals|second|component|json|default, default +
        argument|parameter + java|overload, delegate + property|lazy|interface|observable,
        dependency injection + hilt|koin, dispatcher + main|io|default|inject|test, double
        exclamation, emit + flow|value|twice|from, emits + rotation|old|again|twice|value,
        exception + coroutine|launch|supervisor|async, exclamation mark, exclamation marks,
        extension + function|property|receiver|nullable|member|java, flow +
        collect|emit|cold|hot|combine|state|share|cancel|retry|debounce, fragment +
        lifecycle|view|argument|leak, generic + reified|out|in|star|variance, gradle + version
        catalog|kts|dsl|plugin, groupby, hot flow, infix, inline +
        function|lambda|reified|class, interop, it + lambda|shadow|nested, java +
        call|interop|static|overload|null|companion, job + cancel|child|join, labelled return,
        lambda + receiver|return|it|inline|last|trailing|label, lateinit +
        lazy|test|initial|nullable|check, launch + async|scope|exception|join|parallel, lazy +
        delegate|lateinit|thread|property, let + run|apply|also|null|with, list +
        lazy|compose|key|scroll, list +
        mutable|immutable|read-only|chunk|associate|group|filter, main thread +
        network|block|update|dispatcher, map + associate|default|filter + list, mutable list,
        named + argument|parameter, non-null + assert|exclamation, null +
        safe|platform|smart|let|assert|elvis|chain|non-null, nullable +
        let|property|smart|generic|list|receiver, object +
        companion|singleton|declaration|expression, operator + invoke|plus|get|overload, out +
        in + generic, parcel, parcelable, parcelize, property +
        delegate|backing|getter|lateinit|lazy|custom, range + until|step|downto, read-only list,
        receiver + lambda|extension, recompos, redraw + list|keystroke|whole|compose|state,
        reified, remember + state|key|rotation|saveable, return + lambda|label|foreach, return@,
        room + migration|flow|dao, rotation, safe + call|cast, safe call +
        exclamation|cost|chain, scope +
        cancel|supervisor|launch|coroutine|view|lifecycle|function, screen + rotation|goes
        away|cancel|scope|leave|coroutine|lifecycle|state|recompos, screen goes away, sealed +
        when|class|interface|exhaust|hierarchy|subclass, second constructor, sequence +
        list|lazy, smart cast, smart cast is impossible, smart-cast, star projection, state +
        hoist|compose|flow|screen|remember|rotation, string + template|multiline|trim,
        structured concurrency, supervisor, supervisorjob, test +
        coroutine|flow|viewmodel|suspend, trimindent, until, variance + out, view +
        binding|model|compose|fragment, when +
        exhaustive|sealed|branch|else|range|type|lateinit|smart|subject
        """,
        """
        companion, composable, compose, emits, extension, extensions, flow, flows, init block,
        non-null, nullable, platform types, scope functions, screen, sealed, secondary
        constructor, suspend, viewmodels, when
        """,
    ),
    "swift": (
        """
        access + fileprivate|internal|open, actor + isolation|reentran|main|thread, alert +
        present|view, animation + view|state|transition + swiftui, app +
        background|launch|delegate|scene|store, app delegate, appdelegate, array +
        safe|index|remove|sort|chunk|enumerated + optional, async + await +
        task|throws|view|continuation|sequence, background + thread|queue|task + main|ui|view,
        becomes non-nil, binding + child|view|state|two-way|constant, capture list, case +
        associated|let|enum, caseiterable, cell + reuse|height|image|table|collection, child
        view + binding|state, class or struct, closure +
        self|escaping|capture|retain|weak|trailing|autoclosure, computed property +
        setter|struct|observe|lazy, conform + protocol|equatable|codable|hashable, constraint +
        priority|conflict|code|anchor, constraints + conflict|code|break|ambiguous, copy on
        write, crash + unwrap|nil|outlet|index, decode + key|date|optional|nested|missing,
        deinit, deinit + called|never|memory, delegate + weak|protocol|nil|memory, delegate
        pattern, do catch, do try catch, enum +
        associated|raw|case|switch|iterate|codable|caseiterable, environment +
        object|value|inject, equatable, error + throws|localized|enum + catch, frame +
        modifier|view|layout, generic + where|protocol|associated|opaque|some, guard +
        let|return|if|else, hashable, if let + guard, json + decode|key|optional|date|snake +
        struct|codable, key path, key paths, keychain + store|read, keypath, lazy var, list +
        row|section|swipe|delete|selection|separator + view, main + actor|thread|queue|update,
        memory + retain|leak|cycle|graph|deinit, modifier + order|custom|view|frame|padding,
        mutate + struct|self|let, mutating, navigation + stack|link|path|back|bar|title,
        notification + observer|push|local + app, observ + view|object|model, observed + object,
        opaque, open + public + class, optional +
        chain|unwrap|bind|nil|map|default|sheet|non-nil, outlet, outlets, package +
        xcode|resource|local|binary, property + observer|wrapper|lazy|computed|observe, protocol
        + default|extension|associated|generic|existential|class|conform|equatable|
        optional|self|mock, protocols + default|composition|associated, publish +
        view|main|twice, published + view|main|property, queue +
        main|serial|concurrent|dispatch, raw value, retain, scene delegate, segue, sendable,
        sheet + dismiss|present|optional|item|detent, snake case + decode|key, some +
        any|view|protocol, state + bind|view|object|environment|child|parent, storyboard +
        controller, string + index|substring|character|subscript|range|localize, strong
        reference, struct + class|mutating|copy|protocol|reference|value|inherit, subscript,
        substring, table view + cell|reload|reuse|height, task +
        cancel|detached|view|priority|group, throw + error|function|result|rethrow + try, unwrap
        + optional|force|guard|several|safe|crash, user defaults, value type + reference, value
        types, view +
        update|redraw|state|twice|refresh|model|modifier|bind|identity|animate|sheet|
        stack|hosting|child|parent|environment, view controller +
        present|dismiss|memory|pass|child, view model + publish|observe|update, weak +
        closure|delegate|capture|self
        """,
        """
        app store, closures, collection view, delegate, modifier, optional, optionals, protocol,
        protocols, published, sheet, simulator, storyboards, strong reference cycle, table view,
        the closure, unwrapped, view controller, view model, view models, view updates, weak
        """,
    ),
}
