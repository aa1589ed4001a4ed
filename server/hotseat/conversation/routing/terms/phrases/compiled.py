"""Questions in everyday words: c, cpp, csharp. See `terms` for the format."""

PHRASES = {
    "c": (
        """
        -wall, 2d array, aliasing, array +
        pointer|size|decay|parameter|length|function|bound|variable|struct|initial|
        two-dimensional, array + sizeof, assembly, bit +
        set|clear|mask|field|count|shift|toggle|pack, bit mask, bitmask, bits +
        pack|set|count|mask|extract|shift, buffer +
        size|overflow|read|length|flush|ring|grow|copy, byte order, bytes +
        struct|endian|order|pack|bit, bytes are lost, callback + void|function|user
        data|pointer, callbacks + array|pointer, char + array|pointer|signed|string|unsigned,
        character + array|buffer|terminat, child process + wait|fork, cleanup +
        goto|error|resource, compile + warning|flag|optimi, const +
        star|pointer|before|after|define|char, definitely lost, descriptor, descriptors, do
        while + macro, embedded + device|memory|board, endian, endianness, enum +
        switch|size|flag + c, error + errno|return code|goto, extern + variable|header|linkage,
        fall through, fallthrough, file descriptor, format specifier, format string, forward
        declaration, free + twice|pointer|null|struct|list|memory|array|who, freed +
        twice|memory|pointer|use, function + pointer|static|prototype|variadic|inline|return
        array, garbage + print|pass|value|output, global + variable + header|extern|static, goto
        + cleanup|error, header + guard|twice|static|inline|define|include|circular, heap +
        alloc|corrupt|stack, include + header|twice|order|quote|angle, included twice,
        incompatible pointer, input + skip|second|newline|buffer|read|scan, integer +
        promote|overflow|divide|size|width|unsigned, interrupt + handler|volatile, length of an
        array, line of unknown length, linked list + free|node|insert|delete, linker +
        multiple|symbol|static|library|undefined, linking, local + array|variable|address +
        return, long + print|format, lost + bytes|memory, macro +
        statement|brace|argument|string|evaluate|paren|do while|side|twice|variadic|stringify,
        macro with two statements, mask + bit, memory +
        leak|lost|alloc|stack|heap|valgrind|shared|map, microcontroller, multiple definition,
        multiple definition of, newline + left|buffer|input|skip, opaque + struct|pointer|type,
        out parameter, output parameter, overflow + signed|unsigned|integer|check|buffer,
        pointer +
        free|null|array|function|struct|const|void|increment|double|local|return|uninit|
        cast|arithmetic|compare|star, pointers + array|compare|subtract|free|function|void|swap,
        prints garbage, process + fork|child|wait|pipe|exec, read + line|file|input|unknown
        length|until|integer|number + buffer|standard input|stdin|unknown length, register +
        memory|mapped|volatile, restrict, return code, return two values, sequence point, shift
        + bit|negative|signed|left, shows garbage, side effect + macro, signal +
        handler|safe|interrupt, signed + unsigned|overflow|shift|char, size of +
        struct|array|pointer|int|type, skips + input, socket +
        bind|accept|read|select|blocking|reuse, stack + heap|overflow|array|return|local|frame,
        standard input + read|line|number, star + const|pointer|before|after, static +
        variable|function|file|linkage|library + c, string +
        null|terminat|literal|buffer|copy|concat|compare|length|modif|pointer|tokeniz|
        read|char, string literal + write|modify|pointer, struct +
        pad|pack|align|pointer|copy|flexible|opaque|compare|forward|typedef|size|memory|
        init|member|bytes, switch + fall|duff, thread + mutex|condition|join|posix, two values +
        function + global, two-dimensional array, typedef, undefined behavior, undefined
        behaviour, undefined reference + c|header|function|link, undefined symbol,
        uninitialised, uninitialised variable, uninitialized, uninitialized variable, union +
        struct|type|member, unknown length, unsigned +
        compare|underflow|wrap|negative|signed|overflow|loop, values + pointer|out|struct +
        return, volatile + interrupt|register|loop|hardware, warning +
        implicit|unused|incompatible|compile
        """,
        """
        a struct, bits, buffer, bytes, char array, compile flag, const, dereference,
        dereferencing, header file, header files, heap, linker, macro, memory leak, null,
        pointers, preprocessor, signed, stack, the pointer, uninit, unsigned
        """,
    ),
    "cpp": (
        """
        #pragma once, abstract + class|pure|virtual, after std, after the move, alignment +
        new|class|struct, allocator, anonymous namespace, assignment + operator|self|copy|move,
        atomic, auto + type|const|reference|return|vector|lambda|bool, base +
        virtual|destructor|class|slice|pointer|private|delete|call|constructor, base class,
        build + cmake|ninja|preset|debug, by value or by reference, capture +
        this|reference|lambda|move|dangling, cast + static|dynamic|const|style|reinterpret,
        cmake + target|link|find|package|include|install, condition variable, const +
        reference|method|member|correct|overload|iterator, const correctness, const method,
        constrain + template|parameter|type|concept, constructor +
        explicit|default|copy|move|delete|implicit|delegating|one
        argument|initial|virtual|throw|order, container +
        element|print|erase|iterate|insert|reserve|custom|all, conversion +
        implicit|operator|explicit|narrow, copy +
        constructor|assign|elision|move|swap|vector|expensive, copy elision, coroutine +
        handle|promise|generator, custom deleter, cycle + shared|parent|weak, data race +
        atomic|thread, decimals + stream, deduction + template|class|auto, deduction guide,
        delete + base|virtual|array|function|copy, deleter, derived +
        base|class|hide|slice|pointer, derived class, destructor +
        virtual|base|throw|call|order|default|private, diamond, elements +
        container|erase|print|vector, enum + class|scope|convert, enum class, erase +
        loop|iterator|vector|map|remove, erase-remove, exception +
        safe|noexcept|destructor|catch|constructor|throw, exception safety, forward declare,
        friend, hash + custom|specializ|unordered, header +
        template|only|source|implementation|include|pragma, implicit +
        conversion|constructor|convert, include + forward|cycle|order|guard + class,
        initialisation order, initialization order, initializer + list|member|order, inline +
        namespace|variable|header|function + header, iterator +
        erase|invalid|dereference|end|custom|loop|reverse, iterators, lambda +
        capture|reference|this|template|mutable|recursive|store|function, left in an object,
        link + library|static|error|symbol|template, link error, linker error, lock +
        guard|unique|scoped|mutex, lock_guard, map +
        insert|operator|emplace|order|key|find|erase|unordered|custom, member +
        initial|function|pointer|static|const|order|template, memory order, module +
        header|import|compiler, move +
        assign|constructor|return|after|const|noexcept|object|unique|string, moved-from, mutable
        + member|lambda, namespace + header|anonymous|using|nested|global, narrowing +
        conversion|brace, operator +
        overload|comparison|assign|bool|stream|compare|spaceship|index|new, optional +
        reference|value|return, overload +
        operator|function|set|ambiguous|const|template|resolution, overridden, override +
        virtual|final|base, pass + reference|value|const|pointer + string|vector|object, pimpl,
        placement, pointer + smart|raw|own|unique|shared|base|dangling|member, pragma once,
        precision + stream|print, print + stream|container|decimals|hex|elements, qt, range for,
        range-based for, ranges + view|filter|sort|dangling, raw pointer +
        own|smart|unique|vector, reference +
        const|dangling|return|member|rvalue|temporary|pass|bind|wrapper, return value
        optimization, rvo, sanitizer, scoped enum, scoped_lock, self-assignment, shared +
        pointer|cycle|weak|this|ownership|array, signal + slot, slicing + object|base|derived,
        slots, small string, spurious wakeup, static initialization, stream +
        decimals|precision|manipulator|insert|operator|string, string +
        view|temporary|concat|convert|c_str|split|trim|format, template +
        error|function|class|header|specializ|constrain|deduce|argument|instantiat|
        parameter|type|virtual|friend|separate, templates +
        header|error|compile|constrain|link|specialis, thread +
        join|detach|std|mutex|local|future|lock, three screens, throw +
        destructor|constructor|noexcept, translation unit, tuple + tie|unpack|get, two decimals
        + stream|print|output, unique + pointer|copy|move|vector|pass|custom|deleter, unordered,
        variant + visit|get|union, vector +
        reserve|erase|reference|resize|bool|insert|invalid|copy|push|element|iterate|
        unique, vector<bool>, virtual + call|destructor|constructor|table|override|inherit|cost,
        visitor, widget
        """,
        """
        base, const reference, constructor, container, containers, copies, decimals, destructor,
        destructors, header, inheritance, inline, iterator, lambda, linking, member function,
        move, moved, namespace, object, overload, reference, references, smart, template,
        templates, vector
        """,
    ),
    "csharp": (
        """
        .result + controller|deadlock|block, action + filter|result|controller|method,
        asnotracking, assembly + version|load|internal|scan, async +
        void|deadlock|task|return|controller|lazy|configure|constructor|sync|event|
        dispose, attribute + custom|reflection|validation|route|parameter, auto property,
        auto-property, await + lock|foreach|using|all|task|configure, background +
        service|queue|host|task, bind + section|configuration|options|model, boxing, braces +
        using|namespace|scope, cancellation + token|pass|request|timeout, concatenation +
        builder|string, configuration + bind|section|options|class|appsettings|reload|secret,
        contains no elements, context + thread|pool|dispose|lifetime|second operation|save,
        contravarian, controller + action|return|model|async|attribute|filter|route|api,
        covarian, culture + string|parse|format|invariant, data binding + notify|property,
        datetime + utc|offset|parse|kind, deadlock + result|controller|async|wait|context,
        decimal + money, decimal or double, deconstruct, deconstruction, deferred execution,
        delegate + event|func|action|anonymous, dependency injection +
        lifetime|scope|register|container|keyed, disposable, dispose +
        scope|end|object|async|pattern|using|twice|inject|client, disposed, dto +
        nullable|map|record|constructor|warning|property, empty sequence, end of the scope,
        entity + track|include|migrate|context|relation|owned|key|shadow, enumerable, equals +
        override|operator|record|hash, event + unsubscribe|handler|raise|memory|null|async,
        explicit interface, expression tree, extension + method|static|interface|null, filter +
        queryable|enumerable|linq|action, first + default|empty|sequence|throws, func and
        action, func or action, generic + constraint|new()|where|covarian|default|math, group +
        linq|key|sum + select, hash code + equals|override, hosted, implicit operator, include +
        theninclude|related|load, index + range|from end, init + setter|property|only|record,
        inject + scoped|singleton|lifetime|service|factory|http, inlinedata,
        inotifypropertychanged, interface + default|explicit|extension|generic|mock, internal +
        assembly|test|visible, interpolation + string|format|verbatim|cost, invariant culture,
        is pattern, json + serialize|property|ignore|case|enum|polymorph + options, lambda +
        expression tree|static|capture|delegate, lazy + enumerable|evaluate|loading + linq,
        lifetime + scoped|singleton|transient, linq +
        group|join|distinct|first|order|empty|null|sum|select|flatten, lock +
        async|await|object|semaphore, middleware + order|exception|pipeline|request + app,
        migration + context|ef|entity|database + add, minimal + api, model +
        bind|validation|state|view + controller, model binding, multiple enumeration, named +
        tuple|argument, nameof, no tracking, null +
        forgiving|coalesc|propagat|conditional|reference|warning|operator, nullable +
        reference|warning|value|int|dto|disable|annotat|constructor|property,
        observablecollection, operator + overload|implicit|conversion, options +
        pattern|validate|reload|monitor, options pattern, out parameter + ref|tuple|try, out
        var, package + restore|reference|version|central + project, params + array|collection,
        partial + class|method, pattern + switch|match|is|property|list, project +
        reference|target|multi|sdk + framework, properties + init|required|notify|auto, property
        + init|get|set|required|auto|backing|computed|notify, queryable, record +
        struct|with|class|inherit|equal|position|immutable|init, ref +
        out|in|struct|return|local, reflection + property|attribute|method|type, register +
        singleton|scoped|service|generic|context|decorator, return + void + task, scope +
        using|dispose|service|singleton|braces, scoped + singleton|service|lifetime, second
        operation, second operation was started, section + bind|configuration|class,
        semaphoreslim, sequence + empty|first|contains no, sequence contains no elements,
        serialize + enum|private|property|cycle + json, setter + private|init|property,
        singleton + scoped|register|inject|thread|context|lifetime, span, stackalloc, static +
        class|constructor|extension, string +
        interpolat|builder|verbatim|raw|culture|compare|format|concat, struct +
        record|readonly|class|box|ref|equal|copy + value, switch + expression|pattern|when, task
        + return|void|run|wait|result|whenall|cancel|exception|delay|parallel, task or void, ten
        concatenations, theory + inline|data, thread + pool|safe|ui|static|sleep, tracking,
        tuple + name|return|deconstruct, ui thread + update|invoke|dispatcher, unit test +
        mock|xunit|theory, unmanaged, unsubscribe + event, user secrets, using +
        declaration|statement|brace|scope|dispose|static|global|await, void + task, void or
        task, warning + nullable|constructor|dto|obsolete|suppress, where +
        constraint|generic|class|new, with expression, xaml, yield +
        return|iterator|break|enumerable
        """,
        """
        assembly, async method, attribute, attributes, binding, collection, collections,
        controller, decimal, dto, enumerate, getter, interface, namespaces, nullable,
        properties, property, scoped, singleton, solution, task
        """,
    ),
}
