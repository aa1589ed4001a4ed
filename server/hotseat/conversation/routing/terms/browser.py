"""JavaScript, TypeScript and their components. See the folder's `__init__` for the format."""

TERMS = {
    "javascript": (
        """
        1 + 10 + 2, == and ===, ===, === and ==, [object object], abortcontroller,
        addeventlistener, adding + inputs, appendchild, array +
        duplicates|unique|remove|find|filter|sort|flatten|empty|copy|object|last, array +
        random|chunk|sum|max|last|average|intersect, array.from, array.isarray, array.prototype,
        async function, autocomplete + request, awaits, bigint, button + click|clicked|disable,
        callback + return|value, cannot read properties, cannot read property, canvas, carousel,
        chart.js, classlist, click + handler|twice|inside|outside|button, closure + loop,
        commonjs, console.log, cookie in the browser, copy + nested + object, cors in express,
        createelement, currenttarget, currying, custom element, customevent, d3, date + month +
        zero, date + timezone|format|month|parse, date now, default export, deno, dom +
        update|element|node, double equals, dynamic import, element + dynamically|added later,
        es module, esbuild, event + parent|child|stop|bubbles|delegat, event delegation, event
        emitter, event.target, eventemitter, export default, express middleware, express route,
        fetch + error|404|json|cancel|abort|timeout|body, fetch api, floating point + 0.1, for
        await, for in loop over an array, for of, foreach + await|async|wait, form +
        fetch|validate + script, formdata, function + before + declared, getelementbyid,
        hoisted, hoisting, iife, import.meta, indexeddb, infinite scroll, innerhtml, input +
        number + string, input + value|keystroke|typing, intersectionobserver, is not a
        function, is not iterable, isnan, jquery, json.parse, json.stringify, jsx, let and
        const, let and var, lightbox, local storage, localstorage, loose equality, macrotask,
        microtask, microtask queue, module + browser + import, module.exports, moment.js,
        mutationobserver, named export, next.js, node.js, node_modules, nodejs, nodemon, npm
        install, npm run, npx, number + string + plus|add|input, number.isinteger, numbers +
        inputs|strings|concatenat, numbers + sort + 10, object + key|keys|empty|property, object
        object, object promise, object.assign, object.entries, object.freeze, object.keys,
        objects + array|id|compare|equal|clone|merge|property, page + reload, parsefloat,
        parseint, playwright, prettier, preventdefault, promise +
        loop|chain|reject|error|resolve, promise + pending, promise { <pending> }, promise.all,
        promise.allsettled, promise.race, proxy object, queryselector, queuemicrotask, random +
        array, react, react component, react hook, redux, regex + global|replace, reload + lost,
        removeeventlistener, req.body, requestanimationframe, res.send, resizeobserver, rollup,
        scroll + load, sessionstorage, setinterval, settimeout, settimeout + loop, shadow dom,
        shuffle, slideshow + script, socket.io, sort + lexicographic|alphabetical, sort +
        numbers + strings, sorting + numbers + array, stale closure, stoppropagation, strict
        equality, structuredclone, symbol.iterator, tab + background + timer, tdz, temporal dead
        zone, textcontent, then + return, this + arrow function, this + undefined, three.js,
        triple equals, typeof null, undefined is not a function, unhandled rejection,
        unhandledrejection, url + parameter|query, urlsearchparams, use strict, usecallback,
        useeffect, usememo, useref, usestate, var and let, var in a loop, variable + before +
        declared, virtual dom, weakmap, web component, xmlhttprequest
        """,
        """
        .catch, .filter, .foreach, .map, .reduce, .then, adding two numbers, ajax, an array,
        animation frame, array method, array of objects, array.map, arrow function, async +
        foreach, asynchronous, asynchronous + return, await in a loop, await inside a loop,
        axios, babel, bubbling, bun, bundler, button + twice, button click, callback, callback
        hell, change event, checks the fields, click event, click handler, click listener,
        clicked twice, clipboard, closure in a loop, closures in a loop, coercion, component
        state, cors, countdown, cross-origin, cypress, debounce, debounced, deep clone, deep
        copy, destructuring, dom, domcontentloaded, double click, drag a, dragging, drawing,
        eslint, esm, event handler, event listener, express, falsy value, fetch, fetch call,
        fields before it is sent, gallery + script, hot module, in the browser, input event,
        interval + clear, jest, key event, key of an object, key press, keyboard event, keydown,
        keypress, keystroke, lifting state, listener, lodash, loop + await, memory leak +
        listener, minify, mocha, mouse event, nan, nested object, npm, null and undefined, null
        or undefined, nullish, numbers from, object keys, objects, on click, on the click,
        onchange, onclick, onsubmit, optional chaining, package-lock, package.json, page load,
        plain object, pnpm, polyfill, promise, promise chain, promises, prop drilling,
        prototypal, prototype, prototype chain, re-render, regex flag, reload, remove from an
        array, request + two|twice + click, require(), rerender, script that checks, scroll
        event, scroll listener, sent with fetch, service worker, shallow copy, single page,
        slice or splice, source map, splice, spread an object, spread operator, submit event,
        template literal, the dom, then and catch, this binding, this is undefined, timer +
        clear, toggle a class, touch event, transpile, truthy value, two arrays, type coercion,
        typeof, undefined, vite, vitest, web worker, webpack, window object
        """,
        """
        api call, array, arrow, async, async await, await, browser, bundle, click, clicks,
        client side, clock, closure, console, date object, document., drag and drop, draws,
        endpoint, event, event loop, filter and map, foreach, generator function, handler, hook,
        import statement, interval, json, map over an array, node, object, on escape, onto the
        page, popup, props, random, reduce, response, rest parameter, script tag, spread, strict
        mode, string concatenation, tab, the array, the handler, this + callback, throttle,
        timeout, websocket, window, yarn
        """,
    ),
    "typescript": (
        """
        .d.ts, @ts-expect-error, @types, all fields + optional, ambient declaration, annotation
        + literal, any + unknown, any and unknown, array + readonly|tuple|const, as const, as
        unknown, assertnever, awaited<, branded type, cannot find module or its, compile + error
        + any, compiler + array|never|undefined|null|optional|property|union|any +
        tell|knows|sees|complain, compiler + undefined|null|narrow, conditional type, constant
        object + type, d.ts, declaration file, declaration merging, declare global, declare
        module, definitelytyped, discriminated, discriminated union, enum + string, enum or a
        union, enum or union, esmoduleinterop, every case + union, excess property, exclude<,
        exhaustive switch, exhaustiveness, extract<, fields + optional, function overload,
        generic + default|constraint|function|component|infer|extends, generic component,
        generic default, generic parameter default, implicitly has an any type, import type,
        index signature, indexed access type, infer keyword, interface +
        optional|partial|readonly|extend|fields|property|twice, interface or a type, interface
        or type, is not assignable to type, isolatedmodules, keyof, keyof typeof, keys + type,
        keys of, keys of my type, literal type, mapped type, module augmentation,
        moduleresolution, my type, narrowing, nestjs, never empty, never in the default,
        noimplicitany, nominal type, nominal typing, non-empty array, nonnullable, not empty +
        type, nouncheckedindexedaccess, number[], object is possibly, object.keys + type, omit,
        omit<, optional + undefined, overload + function, overload + generic, parameters<,
        partial<, path alias, paths in the config, pick and omit, pick<, possibly null, possibly
        undefined, property + undefined + check|helper|compiler, props + typed, react component
        props type, react.fc, readonly array, readonly tuple, readonly<, record<, record<string,
        required<, return type, return type of a function, returntype, satisfies, skiplibcheck,
        strict null, strictnullchecks, string + enum + union, string literal type, string union,
        string[], structural typing, structurally typed, switch + forgot|missing|complain +
        compile|build, tagged union, template literal type, ts(2, ts-ignore, ts-node, ts2322,
        ts2345, tsc, tsconfig, tsup, tsx, type +
        two|nested|date|callback|event|promise|environment, type +
        union|string|keys|object|function|generic|derive|infer|assert|narrow|guard|null|optional,
        type guard, type narrowing, type of a + function|array|object, type only import, type or
        an interface, type or interface, type predicate, typed + component, typed + hook, typed
        hook, types + api|derive|runtime|share, typescript-eslint, union of literals, union of
        string, unknown, unknown and any, unknown in catch, unknown instead of any, utility
        type, verbatimmodulesyntax, widened, widening
        """,
        """
        angular, any type, array + type, at compile time and not, cast with as, casting with as,
        compile time, compiler + array, constraint extends, decorators metadata, event type,
        extends keyof, generic constraint, generic function, generic type, generics, helper
        function, infer, intersection type, jsx with types, keys, keys of an object type, my
        types, narrow, never type, non-null assertion, not assignable, object literal, optional
        field, optional property, overload signature, property, props interface, readonly
        property, runtime check of a type, strict flag, strict mode of the compiler, tell the
        compiler, the compiler, type alias, type argument, type assertion, type check, type
        error, type inference, type it, type level, type of, type of a key, type parameter, type
        system, typed, typeof type, types for, types package, union type, unions, validated at
        runtime, without a cast, zod
        """,
        """
        annotate, annotation, assertion, cast, contravariant, covariant, declaration, enum, enum
        member, generic, inferred, interface, literal, optional, partial, readonly, switch,
        type, types, union, variance
        """,
    ),
    "vue": (
        """
        $emit, $nexttick, $refs, .value, ::v-deep, :deep, :key, <script setup>, <template>,
        <transition>, @click, @input, @update, after + dom + update, asyncdata, avoid mutating,
        beforedestroy, child + parent|prop|emit|mutate, class + binding|condition|dynamic,
        component + load|lazy|async|global|register|test|mount|dynamic|twice, component +
        slot|emit|parent|child|props|style|styles|template|route|reuse|lazy|expose|model|mounted|key,
        component :is, components + slot|emit|parent|child|props|route|share|event, composable +
        ref, composables, composition, composition api, computed +
        update|push|store|watch|method|setter|argument|async|array|cache, computed or method,
        computed or watch, created hook, custom directive, deep watch, default slot,
        defineemits, defineexpose, definemodel, defineprops, destructure + props, destructured
        props, dom + state|updated|change|after|component, dom + updated + after + change,
        dynamic component, element plus, emit + event|two|argument|test, emit + parent, event +
        parent|emit|child, form + model|validat + component, getter + store, global component,
        input + model|parent|component|two-way, keep-alive, lifecycle hook, list +
        filter|computed|render|reorder + component|computed|key, list + key + render|component,
        lose reactivity, loses reactivity, mixins or composables, modelvalue, mutate +
        prop|store|props, mutate a prop, mutating a prop, named slot, navigation guard, next
        tick, nexttick, not reactive, nuxt, onmounted, onunmounted, options api, param + change
        + component, parent + child + emit, parent + child|prop|emit|tell, pinia, plugin install
        app.use, primevue, prop + changes + old, prop +
        mutate|edit|child|parent|default|watch|type|validate|ref|reactive, prop + ref, prop
        changes, props + destructur, props +
        mutate|child|parent|default|watch|type|validate|reactive|destructur, provide and inject,
        provide/inject, quasar, reactive(), reactivity, reactivity lost, ref + prop, ref +
        reactive, ref + value|template|reactive|array|object|prop|watch|component, ref and
        reactive, ref or reactive, ref(), rendered + condition, route +
        change|query|props|title|leave|auth + page|component|router, route +
        param|component|guard|reload, router-link, router-view, run code after +
        dom|mount|update|render, scoped slot, scoped style, scoped styles, script setup, sfc,
        shallowref, single file, single file component, single-file, single-file component, slot
        props, state + change|store|share|component + component|dom|reactive|template, state +
        dom|store|component|page|persist, state change + dom, store +
        computed|reactive|component|update|push|state, store +
        persist|reset|share|component|watch|getter|action, storetorefs, style + child|scoped +
        component, style scoped, template + ref|if|loop|component|render|key|expression|slot,
        template + v-, template ref, template refs, toref, toref or, torefs, transition group,
        transition-group, two way binding, two-way binding, update + array + computed|reactive,
        update:modelvalue, usefetch, useroute, userouter, v-bind, v-for, v-html, v-if, v-if or
        v-show, v-model, v-on, v-show, v-slot, value + emit|parent|child, vite + vue, volar,
        vue, vue 2, vue 3, vue router, vue-tsc, vuetify, vuex, watch + deep, watch +
        deep|immediate|computed|array|old|prop|async|object, watch +
        source|multiple|two|nested|stop, watch or computed, watch or watcheffect, watcheffect,
        withdefaults
        """,
        """
        after the dom, child, child + parent + event, child component, component and its,
        computed, computed property, emit, emits, emitted, event to the parent, keyed list, list
        + key, list animation, model value, mutate, my state, page + component, parent + child +
        prop, parent component, parent does not see, prop, props, reactive, ref, rendered,
        router, scoped, slot, slots, state change, store + array, store + component, teleport,
        template + state, the prop, two way, two-way, updated by my, watch, watcher, watchers
        """,
        """
        component, components, directive, emit an event, inject, input, mounted, old value,
        parent, suspense, template, transition
        """,
    ),
    "svelte": (
        """
        $:, $derived, $state, +page.server, +page.svelte, bind:value, on:click, svelte,
        sveltekit
        """,
        """
        reactive statement, runes
        """,
        """
        store subscription
        """,
    ),
}
