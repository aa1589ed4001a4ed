"""What programmers talk about when they talk about a language, without naming it.

One paragraph per language: terms separated by commas, with `*N` where a term weighs other than 2.
A term of weight 3 or more is enough by itself; weaker ones need a second sign, or an open file in
that language. Terms are in lower case and match whole words, in the singular and the plural.
"""

from __future__ import annotations

from collections.abc import Mapping

_TOPICS = {
    "python": """
        docstring*3, decorator*2, list comprehension*3, dict comprehension*3, generator expression*3,
        comprehension*2, dunder*3, __init__*3, __name__*3, __repr__*3, __slots__*3, __enter__*3, self*1,
        virtualenv*3, venv*3, pip*3, pip install*3, pyproject*3, requirements.txt*3, poetry*2, uv*1.5,
        pytest*3, unittest*2.5, conftest*3, monkeypatch*3, parametrize*2.5, fixture*1.5, mypy*3, pydantic*3,
        django*3, flask*3, fastapi*3, sqlalchemy*3, celery*3, gunicorn*3, uvicorn*3, wsgi*3, asgi*3,
        numpy*3, pandas*3, dataframe*2.5, series of pandas*3, matplotlib*3, jupyter*3, notebook*2,
        pathlib*3, argparse*3, dataclass*3, namedtuple*3, asyncio*3, gil*3, global interpreter lock*3,
        walrus*3, f-string*3, fstring*3, kwargs*3, *args*3, mutable default argument*3, mutable default*3,
        context manager*3, with statement*2.5, pickle*2.5, kwarg*3, positional-only*3, metaclass*3,
        type hint*2.5, typing module*3, traceback*2, indentationerror*3, importerror*3,
        modulenotfounderror*3, keyerror*2.5, attributeerror*2.5, typeerror nonetype*3, nonetype*3,
        attribute of none*2, none*0.7, tuple*1.5, dict*1.5, snake*0.5, elif*3, lambda*1, slicing*1.5,
        except clause*2, bare except*3, circular import*2, relative import*2, __pycache__*3, wheel*1,
        json.dumps*3, defaultdict*3, ordereddict*3, itertools*3, functools*3, lru_cache*3, zip two lists*2.5,
        enumerate*2.5, tqdm*3, requests library*3, tkinter*3, setuptools*3, egg*1, iterate over a dict*2.5""",
    "javascript": """
        promise*2.5, promises*2.5, async await*1.5, await*0.8, callback*1.8, event loop*1.5, closure*1.2,
        prototype*2, hoisting*3, hoisted*3, arrow function*2, this binding*2.5, this is undefined*2.5,
        undefined*1.2, undefined is not a function*3, nan*1.3, typeof*2, ===*3, triple equals*3,
        spread operator*2.2, destructuring*1.8, rest parameter*1.5, template literal*2.5, json.parse*3,
        json.stringify*3, settimeout*3, setinterval*3, timer*0.8, debounce*1.8, throttle*1.5, fetch*1.8,
        axios*2.5, xmlhttprequest*3, dom*2, queryselector*3, getelementbyid*3, addeventlistener*3,
        event listener*2.5, event handler*2, the handler*1.6, on escape*1.3, event delegation*3, click handler*2.5, click event*2.2,
        onclick*2, keydown*2.5, keypress*2, preventdefault*3, bubbling*2.5, localstorage*3, sessionstorage*3,
        service worker*2.5, web worker*2.5, node*1.3, node.js*2.8, nodejs*2.8, npm*2.3, yarn*1.5, pnpm*2,
        package.json*2.3, package-lock*2.3, require()*2.5, commonjs*2.8, es module*2.6, esm*2.5,
        import statement*1, express*2.3, jquery*3, lodash*2.5, webpack*2.5, vite*2, babel*2.5, eslint*2.2,
        jest*2.3, vitest*2.2, mocha*2.3, array.map*2.5, map over an array*1.5, foreach*1.2, reduce*1,
        filter and map*1, array method*1.8, weakmap*3, symbol.iterator*3, generator function*1.5,
        use strict*3, var and let*3, let and const*2.7, const*0.7, optional chaining*2, nullish*2.3, regexp*0.7,
        requestanimationframe*3, canvas*2, websocket*1.2, event*0.6, unhandled rejection*3, browser*1,
        console.log*3, date object*1.5, moment.js*3, document.*1, window object*2, handler*1.5, script tag*1.6,
        scroll listener*2.5, intersectionobserver*3, drag and drop*1.5, abortcontroller*3, bundle*1.2""",
    "typescript": """
        interface or type*3, type or interface*3, type alias*2.3, union type*2.3, discriminated union*2.7,
        intersection type*2.5, keyof*3, typeof type*2.5, mapped type*3, conditional type*3, infer*2.2,
        generic constraint*1.8, type guard*2.8, type predicate*2.8, type narrowing*2.8, narrowing*2,
        as const*3, satisfies*2.5, unknown and any*3, any and unknown*3, unknown instead of any*3,
        any type*2, never type*2.3, partial<*3, record<*3, pick<*3, omit<*3, readonly array*2.3,
        tsconfig*3, tsc*3, strictnullchecks*3, strict null*2.8, noimplicitany*3, declaration file*2.7,
        d.ts*3, .d.ts*3, @types*3, definitelytyped*3, ts-node*3, type assertion*2.5, non-null assertion*2.5,
        enum or union*2.8, string literal type*3, template literal type*3, utility type*3, branded type*3,
        is not assignable to type*3, not assignable*2.5, implicitly has an any type*3, angular*2.5,
        nestjs*3, overload signature*2, decorators metadata*2.5, type parameter*1.3, generics*1, zod*2.5""",
    "typescriptreact": """
        tsx*3, react component props type*3, jsx with types*2.5, props interface*2.5, react.fc*3""",
    "javascriptreact": """
        jsx*2.6, useeffect*2.8, usestate*2.8, usememo*2.8, usecallback*2.8, useref*2.7, react hook*2.7,
        react*2.3, react component*2.5, rerender*2, re-render*2, stale closure*1.5, hook*0.8, redux*2.3,
        next.js*2, prop drilling*2.5""",
    "go": """
        golang*4, goroutine*3, channel*1.8, unbuffered channel*3, buffered channel*3, select statement with channels*3,
        waitgroup*3, sync.waitgroup*3, mutex*1, rwmutex*3, defer*2.8, deferred*2, panic and recover*3, recover()*3,
        recover*1, nil map*3, nil pointer*1.3, nil interface*3, typed nil*3, nil*1, err != nil*3, if err*2.5,
        error wrapping*2.3, wrap an error*2, wrapped error*2, errors.is*3, errors.as*3, %w*2.5, fmt.errorf*3,
        go.mod*3, go.sum*3, go mod*3, go build*3, go test*3, go vet*3, gofmt*3, golangci*3, go:embed*3, go generate*3,
        slice header*3, append to a slice*2.7, append*0.9, slice*1.2, subslice*2.5, cap of a slice*3, make()*2,
        struct tag*2.8, json tag*2.5, omitempty*3, embedded struct*2.7, struct embedding*3, receiver*1.8,
        pointer receiver*3, value receiver*3, method set*2.8, interface satisfaction*2.5, empty interface*2.5,
        interface{}*3, context.context*3, context cancel*2, context with timeout*2, http.handler*3,
        http.handlerfunc*3, http.client*2, response body*1.6, close the response body*3, resp.body*3, net/http*3,
        servemux*3, io.reader*3, io.writer*3, bufio*3, table-driven test*3, table driven*2.7, t.run*3,
        httptest*3, race detector*2.8, data race*1.3, loop variable*1.8, loop variable captured*2.5, iota*3, rune*2.7,
        gopath*3, vendor directory*1.5, vendor folder*1, gin*1.5, cobra*2, init function*1.5, zero value*2.3,
        exported identifier*2.5, exported name*2, capital letter exported*2.5, unexported*2.7, short declaration*2.3,
        type switch*2.5, type assertion with ok*2.5, comma ok*3, time.duration*2.7, database/sql*2.7, sql.null*3""",
    "rust": """
        borrow checker*3, borrow*2.3, borrowed*2.2, borrowing*2.3, lifetime*2.3, lifetimes*2.3, ownership*2,
        moved value*3, value moved*2.7, use of moved value*3, cargo*3, cargo.toml*3, crate*3, trait*1.8,
        trait object*3, trait bound*3, dyn*2.5, impl trait*3, impl block*2.8, impl*1.3, derive*2, #[derive*3,
        unwrap*2.7, unwrap()*3, expect()*1.5, option and result*2.8, result<*2.5, option<*2.5, ?operator*2,
        question mark operator*2.3, match arm*2, exhaustive match*1.5, pattern match*0.8, enum variant*1.8,
        box<*3, rc<*3, arc<*3, arc*1.5, arc mutex*3, refcell*3, rc and refcell*3, cow*1.5, &str*3, &str and string*3,
        string and &str*3, str and string*2.5, as_ref*3, to_owned*3, clone()*1.8, clone*0.8, copy trait*3, send and sync*3,
        drop trait*2.8, deref*2.5, iterator adapter*2, into_iter*3, iter()*2, collect()*1.5, turbofish*3, tokio*3,
        serde*3, clippy*3, rustfmt*3, rustc*3, rustup*3, macro_rules*3, proc macro*3, procedural macro*3, unsafe block*2.5,
        unsafe*0.9, no_std*3, wasm-bindgen*3, anyhow*3, thiserror*3, rayon*3, axum*3, actix*3, mpsc*2.5, pub(crate)*3,
        mod.rs*3, lib.rs*3, main.rs*3, 'static*3, static lifetime*3, mut*2, mutable reference*2, mutable borrow*3,
        immutable borrow*3, cannot borrow*3, does not live long enough*3, pin<*3, async trait*2, phantomdata*3, slice of bytes*0.7""",
    "java": """
        jvm*1.8, jdk*2.5, jre*2.7, maven*2.5, pom.xml*3, gradle*1.8, build.gradle*1.5, jar*2.3, fat jar*2.7, war file*2.5,
        spring boot*2.5, spring*2, @autowired*3, autowired*3, bean*2, hibernate*2.7, jpa*2.7, entitymanager*3,
        servlet*3, tomcat*2.5, junit*2.5, mockito*2.3, lombok*3, checked exception*3, unchecked exception*3,
        throws clause*2.7, nullpointerexception*2.5, npe*2, classcastexception*2.5, concurrentmodificationexception*3,
        arraylist*2.7, linkedlist*1.3, hashmap*1.8, hashmap or hashtable*2.5, hashcode*2.7, equals and hashcode*3,
        equals()*2, == and equals*2.7, string pool*2.7, stringbuilder*2, string concatenation in a loop*1,
        try-with-resources*3, try with resources*3, autocloseable*3, synchronized*2.5, volatile*1.5, executorservice*3,
        completablefuture*3, thread pool*1, virtual thread*2.7, streams api*2.5, stream api*2.5, collectors*2.7,
        optional.of*2.5, optional*0.8, anonymous inner class*2.7, inner class*1.8, abstract class or interface*2,
        type erasure*2.7, wildcard generic*2.2, ? extends*3, final variable*1.5, effectively final*3, record class*2,
        sealed interface*1.8, package-private*3, classpath*3, classloader*3, classnotfoundexception*3, garbage collector*1,
        reflection*0.8, serializable*2, jdbc*2.5, preparedstatement*2.3, log4j*2.7, slf4j*2.5, instanceof*1.6, static nested*2,
        boxed integer*2.3, integer cache*2.5, autoboxing*2.5, main method*1.3, public static void main*3, javadoc*3, localdate*2.3""",
    "kotlin": """
        data class*2.3, suspend function*3, suspend*1.8, coroutine*1.8, coroutinescope*3, viewmodel*2, lateinit*3,
        companion object*3, extension function*2.5, sealed class*2.2, elvis operator*3, !!*2.3, double bang*2.5, double exclamation*2.5,
        scope function*3, let run apply also*3, apply or also*2.7, jetpack compose*3, composable*2.8, android*1.6, activity*1.2,
        recyclerview*2.5, build.gradle.kts*3, gradle.kts*3, ktor*3, by lazy*3, platform type*2.3, inline reified*3,
        reified*3, when expression*2, nullable type*1.5, stateflow*3, livedata*2.5, val and var*2.5, val or var*2.5,
        launch and async*2.5, runblocking*3, dispatchers*2.5, object declaration*2.5, fun interface*3, room database*2.2""",
    "swift": """
        swiftui*3, uikit*3, xcode*2.7, ios app*2, optional binding*3, if let*1.6, guard let*3, guard statement*2.2, force unwrap*2.7,
        force-unwrap*2.7, implicitly unwrapped*3, @state*2.7, @binding*3, @observedobject*3, @published*3,
        view modifier*2.5, viewcontroller*2.7, view controller*2, storyboard*2.7, cocoapods*3, swift package*3,
        codable*3, decodable*3, retain cycle*2.8, weak self*3, [weak self]*3, unowned*2.7, arc retain*2.5, protocol extension*2.3,
        associated type*1.8, associatedtype*3, escaping closure*3, trailing closure*2.3, combine publisher*2.7,
        actor isolation*2.7, @mainactor*3, mainactor*3, dispatchqueue*3, urlsession*3, userdefaults*3, core data*2.5, app delegate*2.5,
        tableview*2, uitableview*3, navigationstack*3, value type struct or class*1.8, struct or class*1.3, iphone*1.5, info.plist*2""",
    "csharp": """
        .net*2.6, dotnet*2.8, asp.net*3, linq*3, iqueryable*3, ienumerable*3, entity framework*3, ef core*3, dbcontext*3,
        nuget*3, csproj*3, visual studio*1.5, async void*3, configureawait*3, task.run*3, cancellationtoken*2.5, task<*2.5,
        idisposable*3, using statement*2, dispose pattern*2.7, dispose*1.5, delegate*1.8, event handler delegate*2.3, nullable reference*2.7,
        extension method*2.3, partial class*2.3, record struct*2.5, struct or class*0.8, property getter*1, auto property*2.5, init-only*2.5, string.empty*2.5,
        stringbuilder*1, blazor*3, razor*2.5, wpf*3, winforms*3, xaml*2, unity*2, monobehaviour*3, gameobject*2.7, xunit*2.5, nunit*2.7, moq*2.5,
        dependency injection container*1.5, addscoped*3, addsingleton*3, scoped or singleton*2, appsettings*3, ilogger*2.7,
        span<*2.3, ref struct*2.7, out parameter*2, ref and out*3, boxing*1.5, unboxing*2, var keyword*1, lock statement*2.3, yield return*2.7, nameof*2.3,
        httpclientfactory*3, minimal api*2.3, middleware*0.8, attribute on a method*1, dictionary trygetvalue*3, getvalueordefault*2.5, firstordefault*3""",
    "c": """
        malloc*2.5, calloc*2.7, realloc*2.7, free()*2, double free*2.2, memory leak*1, valgrind*2, segfault*1.8, segmentation fault*1.8,
        buffer overflow*1.8, null terminator*2.5, null-terminated*2.3, nul byte*1.8, printf*2, scanf*2.8, fgets*2.8, sprintf*2, snprintf*2.5, strcpy*2.8,
        strncpy*2.8, strcmp*2.5, strlen*2.5, strtok*2.8, memcpy*2.2, memmove*2.3, memset*2.2, sizeof*2, void pointer*2.2, void**2.2,
        function pointer*2, pointer arithmetic*2, pointer to pointer*2, char pointer*2, char**2, array decay*2.5, decays to a pointer*2.7, array as parameter*1.8, array parameter*1.8,
        flexible array member*3, struct padding*2, padding of a struct*2, bit field*2, union*0.8, typedef*2, typedef struct*2.7, header file*1.3, include guard*1.5, #define*1.8,
        preprocessor*1.5, macro argument*1.2, static function*0.8, extern*1.5, undefined behavior*1.2, undefined behaviour*1.2, gcc*1.6, clang*1.2, linker*1.3, undefined reference*1.5,
        errno*2.3, fork()*2, fork*1, exec family*2, pthread*2, signal handler*1.3, volatile*0.9, restrict*2.3, integer promotion*2, signed overflow*1.7, stdio*2.3, stdlib.h*3, fopen*2, fread*2, getline*1, goto*1.2,
        variable length array*2.5, string literal modify*1.8, posix*0.9, strtol*2.8, atoi*2.5, uint8_t*1.6, size_t*1.6""",
    "cpp": """
        c++*4, std::*3, unique_ptr*3, shared_ptr*3, smart pointer*2.5, raii*3, move constructor*3, copy constructor*2.7, move semantics*2.5, rvalue*3, lvalue*2.5, std::move*3,
        rule of three*3, rule of five*3, virtual destructor*3, virtual function*2.2, pure virtual*2.5, vtable*2.3, template*0.9, template specialization*3, template argument*1.7, sfinae*3, concepts*0.6,
        constexpr*3, consteval*3, noexcept*3, iterator invalidation*2.7, iterator invalidated*2.7, invalidates iterators*2.7, vector*1.3, push_back*3, emplace_back*3, emplace*2.2, unordered_map*3, string_view*2.7, operator overload*2,
        overload operator*2, namespace*0.7, using namespace*2.7, initializer list*2, member initializer*2.5, explicit constructor*2.3, friend class*2.5, friend function*2.5, delete[]*3, new and delete*2.5, dynamic_cast*3, static_cast*3, reinterpret_cast*3,
        const reference*1.8, const method*1.8, const correctness*2, mutable keyword*1.5, lambda capture*2, capture by reference*2, cmake*1.8, qt*1.7, boost*2, cout*2.7, iostream*2.7, cin*2, header-only*2, forward declaration*1.8, object slicing*2.7, slicing a derived*2.7,
        exception safety*2, stl*2.3, override specifier*2, crtp*3, inline variable*2, destructor*1.8, std::optional*2.7, std::thread*2.7""",
    "ruby": """
        rails*3, activerecord*3, active record*2.8, gem*2, gemfile*3, bundler*2.2, bundle install*2.8, rake*2.8, rspec*3, minitest*3, irb*3, rack*1.6, sinatra*3, sidekiq*3, devise*2.5, erb*2, haml*2,
        symbol and string*2.7, symbol*1.4, symbols*1.4, frozen string*3, frozen_string_literal*3, attr_accessor*3, attr_reader*3, method_missing*3, respond_to*2, monkey patch*1.8, monkey-patch*1.8, mixin*1.8, include and extend*3,
        include or extend*3, include or prepend*3, block and proc*3, proc and lambda*3, proc*1.8, lambda and proc*3, yield*1, yield to a block*2.7, block*0.6, do end*1.5, unless*1.5, each_with_index*3, each_with_object*3, inject*1.3, tap*1,
        safe navigation*1.8, &.*2, strong parameter*2.7, strong params*3, has_many*3, belongs_to*3, before_action*3, before_filter*3, scope on a model*1.8, n+1*1, migration in rails*3, concern*0.7, rubocop*3, instance variable*1.2, singleton class*2.7, eigenclass*3,
        class method self*1.5, bang method*2.7, method with a question mark*2, hash with default*1.7, heredoc squiggly*2.7, rbenv*3, rvm*3, puma*2.3, helper method*1, partial*0.6""",
    "php": """
        composer*2, composer.json*2.8, laravel*3, eloquent*3, artisan*3, blade*2.5, symfony*3, twig*2.2, doctrine*2.3, wordpress*2.7, wp_*2.5, wp query*2.5, wp_query*3, shortcode*2.3, drupal*2.5, phpunit*3, pdo*2.8, mysqli*3,
        $_get*3, $_post*3, $_session*3, session_start*3, superglobal*3, htmlspecialchars*3, var_dump*3, isset*2.8, empty()*2, isset and empty*3, foreach by reference*2.3, array_map*2.7, array_filter*2.7, array_merge*2.8, implode*2.3, explode*2.3, preg_match*3,
        spl_autoload*3, autoload*1.3, psr-4*3, psr*2, namespaces and use*1.3, trait use*1, headers already sent*3, php.ini*3, php-fpm*3, fpm*2.3, include or require*2.2, require_once*2.8, include_once*2.8, null coalescing*1.2, spaceship operator*1.7, strict_types*3, declare(strict*3,
        form submit page server*1.5, upload form*1, file upload*1, page that inserts*1.7, page that saves*1.7, contact form*1.2, password_hash*2.8, opcache*2.7, magic method*1.3, __construct*2.5, __get*1.5, dollar sign variable*1.5, page safely*1.2, cookie and session*0.7""",
    "html": """
        markup*2.5, doctype*3, semantic element*2.8, semantic tag*2.8, semantic markup*3, heading level*2, h1*2, div*1.5, span or div*2, div or section*2.7, section or article*3, article element*2.7, nav element*2.7, aria*2.3, aria-label*2.5, screen reader*1.8, accessibility*1.2, accessible*1.3, alt text*2.8, alt attribute*2.8, label for an input*2.5, label*0.7, input field*1.5, input type*2.3,
        checkbox*1.3, radio button*1.6, select element*1.8, dropdown*1, fieldset*3, legend*1.2, datalist*3, placeholder attribute*2.3, placeholder*1, required attribute*2.3, form element*1.8, form*0.9, form validation without javascript*2.5, button type*2.3, submit button*1.5, table header*1.6, thead*2.5, colspan*2.8, rowspan*2.8, th and td*2.8, meta tag*2.7, meta viewport*2.7, viewport*1.5, favicon*2.6, og:image*2.8, open graph*2.5,
        iframe*2.3, srcset*2.8, picture element*2.7, responsive image*2, lazy loading of images*2, loading=lazy*2.8, video element*2.3, audio element*2.2, svg inline*1.5, inline svg*1.8, script defer*2.3, defer or async*2.6, async or defer*2.6, defer attribute*2.6, preload*1.6, link rel*2.5, rel=noopener*2.7, noopener*2.7, target=_blank*2.7, target _blank*2.7, anchor*1.2, anchor link*1.8, data attribute*1.7, data-*1.5, dialog element*2.6, dialog*1.5, modal*0.9, details element*2.5, details and summary*2.8, template element*2,
        html entity*3, character entity*2.3, nbsp*2.5, tabindex*2.5, autocomplete attribute*2.3, inputmode*2.7, page structure*1.5, web page*1, page title*1.5, tag*0.6, list element*1, unordered list*1.7, ordered list*1.6""",
    "css": """
        stylesheet*2.7, style sheet*2.5, flexbox*3, flex container*2.7, flex item*2.7, flex*2, grid layout*2.5, css grid*4, grid column*2.2, grid*1.1, media query*3, media queries*3, container query*3, container queries*3, specificity*2.7, selector*1.6, pseudo-class*3, pseudo class*3, pseudo-element*3, pseudo element*3, ::before*3, :hover*3, hover*1.7, on hover*2, :has*2.7, nth-child*3, :nth-child*3,
        z-index*3, z index*2.8, stacking context*3, position sticky*3, position: sticky*3, sticky*1.8, position absolute*2.5, position: absolute*2.7, absolutely positioned*2.5, overflow hidden*2.5, overflow*1.2, margin*2, margin collapse*3, margins collapse*3, collapsing margin*3, padding*1.2, box model*2.7, box-sizing*3, border-radius*3, border*1, rounded corner*2.2, shadow*1, box-shadow*3, gradient*1.7, background image*1.8, background color*1.7, background*0.8, opacity*1.8, transition*1.7, animation*1.4, keyframe*2.7, @keyframes*3, transform*1, rotate an element*1.5,
        center a div*3, centre a div*3, center vertically*2.5, vertically center*2.5, centered*1.3, centre*1, vertical alignment*1.8, footer to the bottom*2.5, footer at the bottom*2.5, footer*1.3, bottom of the page*1.5, page is short*1, two columns*1.6, three columns*1.6, column layout*1.8, layout*1.1, sidebar*1.2, responsive*1.5, breakpoint*1.6, mobile layout*1.5, rem*2, em and rem*3, rem or em*3, vh*2.2, 100vh*2.8, clamp()*2.7, calc()*2.7, custom property*2, custom properties*2.2, css variable*4, var(--*3, dark mode*1.7, prefers-color-scheme*3, prefers-reduced-motion*3, reduced motion*2.2, font-size*2.7, font size*1.7, font-face*3, web font*2, line-height*2.8, line height*2.3, letter-spacing*2.8, text overflow*2, ellipsis*1.7, truncate text*1.7, object-fit*3, aspect-ratio*2.3, aspect ratio*1.7, tailwind*2.5, sass*2, scss*2, bootstrap*1.5, !important*3, cascade layer*3, @layer*3, whitespace between inline*2, inline-block*3, display none*2.5, display: none*2.7, visibility hidden*2.5, print stylesheet*2.7, scrollbar*1.5, scroll-snap*3, outline*1.2, focus ring*2, underline of links*2, wrap to the next line*1.3, same height*1.3, equal height*1.8""",
    "sql": """
        select statement*2.2, join*1.7, left join*3, inner join*3, outer join*3, cross join*3, self join*2.7, group by*3, having*1.1, having clause*3, order by*2.2, where clause*2.5, window function*3, row_number*3, partition by*3, over clause*2.7, cte*2.7, with recursive*3, recursive query*2.3, subquery*2.5, correlated subquery*3, union all*3, union or union all*3, distinct*1.5, count(*)*3, count distinct*2.3, aggregate*1.5, aggregate function*2, null in a comparison*1.7, is null*1.7, coalesce*2.5, not in with null*2.5,
        upsert*2.5, on conflict*2.6, insert into*2.7, insert or update*2, update statement*1.8, delete statement*1.5, foreign key*2.5, primary key*2.2, composite key*2, unique constraint*2.5, unique index*2.3, check constraint*2.5, constraint*1.1, index on a column*2.5, index*1, covering index*3, partial index*2.7, query plan*2.5, explain analyze*3, explain*0.5, full table scan*2.7, seq scan*3, sequential scan*2.3, transaction*1.5, isolation level*2.5, deadlock*1.2, for update*2.3, row lock*2.3, select for update*3, rollback*1, savepoint*2.5, stored procedure*2.3, trigger*1.4, view*0.5, materialized view*3, materialised view*3, normal form*2.2, normalisation of tables*2, many-to-many*1.8, junction table*2.5, join table*2.2, schema*0.8, table*0.9, the table*1.3, column*0.7, row*0.6, rows*0.9, duplicate rows*2.2, query*1.1, the query*1.3, slow query*2, database*1.2, database table*1.8, alter table*3, add a column*1.6, not null column*2, default value of a column*1.7, varchar*2.5, timestamptz*3, jsonb*2.7, postgres*2.3, postgresql*2.4, mysql*2.2, sqlite*1.8, oracle*1.5, pl/pgsql*3, full-text search*1, like operator*1.8, ilike*3, pagination with offset*2, limit and offset*2.3, keyset*2.3, running total*2, month over month*1.5, top three per*1.6, per group*1.3, latest row per*2.3, customers without orders*2, gaps*0.7, pivot*1.3, n+1 query*1""",
    "shellscript": """
        bash*3, zsh*2.6, shell script*3, shell*1.3, sh script*3, posix shell*3, shebang*2, set -e*3, set -eu*3, set -euo pipefail*3, pipefail*3, exit code*1.5, exit status*1.7, $?*2.7, $@*3, $**2.3, "$@"*3, $1*1.7, positional parameter*2.3, quoting of variables*2, quote the variable*2, word splitting*3, globbing*2.3, glob*1, parameter expansion*3, expansion*1.2, brace expansion*2.7, command substitution*3, process substitution*3, here document*2.5, heredoc*1.5, here-doc*2, subshell*3, pipe*1, pipeline*0.6, piped*1.2, xargs*3, grep*2.3, sed*2.5, awk*2.5, cut -d*2.5, tr -d*2.5, sort -u*2.5, uniq*1.8, find -exec*3, find command*2, -print0*3, ls*1.2, chmod*1.8, chown*1.5, cron*1.3, crontab*2, trap*1.8, trap on exit*2.7, mktemp*2.7, stderr*1.4, stdout*1.2, redirect stderr*2.3, 2>&1*3, /dev/null*2.4, environment variable in a script*1.8, export a variable*2, source a file*1.7, .bashrc*3, bashrc*3, .zshrc*3, .profile*2, alias*1, while read*3, read -r*3, ifs*2.7, for loop over files*2, loop over files*1.7, file names with spaces*2, filenames with spaces*2, spaces in file names*2, test -f*2.7, [[*2.5, double brackets*2, double bracket*2, getopts*3, shellcheck*3, nohup*2.3, rsync*1.7, tar*1.3, ssh*1.2, curl*1.2, jq*1.6, background job*1.3, wait for background*1.6, kill the process*1.3, temporary directory*0.7, script*0.8, command line arguments of a script*1, arithmetic in*0.8""",
    "dockerfile": """
        docker build*3, multi-stage*2.7, multi-stage build*3, multistage*2.7, entrypoint*2.5, cmd and entrypoint*3, entrypoint and cmd*3, cmd or entrypoint*3, copy or add*2.7, add or copy*2.7, copy --from*3, from scratch*1.5, base image*2.5, alpine image*2.3, distroless*3, image layer*2.7, layer cache*2.5, layer*0.7, build cache*1.5, dockerignore*3, .dockerignore*3, build argument*2.5, build-arg*3, build arg*2.8, arg before from*3, arg and env*2.5, workdir*2.8, expose*1.4, healthcheck*2, user in the image*2, run as non-root*2.2, non-root user*2, container*1.1, containers*1.1, docker*2.2, docker image*2.6, the image*1.3, image smaller*2.3, smaller image*2.3, size of the image*2, image is*1, apt-get*1.7, apk add*2.4, buildkit*3, cache mount*2.7, secret mount*2.3, podman*2, slim image*2.5, pid 1*2.2, signal to the container*1.8, volume in the image*1.5, stage*0.8""",
    "yaml": """
        docker-compose*2.8, docker compose*2.6, compose file*2.8, compose.yaml*3, compose*1.3, kubernetes*2.2, k8s*2.2, kubectl*2, deployment manifest*2.5, manifest*1.2, helm*2, helm chart*2.3, values.yaml*3, ingress*2, configmap*2.6, liveness probe*2.6, readiness probe*2.6, livenessprobe*3, statefulset*2.6, pod*1.5, replica*0.8, cronjob*1.6, github action*2.4, github actions*2.5, workflow file*2.3, workflow*1.2, gitlab ci*2.6, .gitlab-ci*3, gitlab-ci*3, ci pipeline*1.6, ci job*1.5, matrix build*2, job matrix*2.2, circleci*2.4, azure pipeline*2.3, ansible*2.3, playbook*2.3, anchor and alias*2.7, anchors and aliases*2.8, merge key*2.6, multiline string*1.3, block scalar*3, folded scalar*3, literal block*2.2, pipe or greater-than*2, norway problem*3, openapi*1.6, swagger*1.5, prometheus rule*2.3, alert rule*1.6, docker-compose service*2.7, depends_on*2.8, service in the compose*2.7, restart policy*1.7, env_file*2.5, secrets in the workflow*2, runs-on*3, needs: *2.5, cloudformation*1.7, home assistant*1.8""",
    "lua": """
        luarocks*3, metatable*3, metatables*3, __index*2.6, pairs and ipairs*3, ipairs*3, pairs*1.3, love2d*3, löve*3, openresty*3, roblox*2.6, neovim config*2.6, neovim plugin*2.5, nvim plugin*2.5, init.lua*3, vim.keymap*3, vim.api*3, vim.opt*3, luajit*3, 1-based*2, one-based*1.8, starts at one*1.6, index from one*1.6, table.insert*3, table.concat*3, length operator*1.8, # operator*1.8, colon and dot*2, colon or dot*2.3, varargs ...*1.5, local function*1.3, global by default*2, require returns a table*2, pico-8*2.7, lazy.nvim*3""",
    "makefile": """
        phony*3, .phony*3, make target*3, makefile target*3, target*0.9, prerequisite*2.4, order-only*3, pattern rule*2.7, automatic variable*2.4, $@ and $<*3, $<*3, $^*3, tab instead of spaces*2.3, missing separator*3, recipe*1.5, make -j*3, make variable*2.5, := and =*2, recursive make*2.8, make runs*2, make does*2, make says*2, nothing to be done*2.7, is up to date*1.7, wildcard function*2.3, patsubst*3, rebuild when a header*2, rebuilt every time*1.8, include dependency files*2""",
    "terraform": """
        hcl*3, tfstate*3, terraform state*3, terraform plan*3, terraform apply*3, state file*1.7, remote state*2.5, count or for_each*3, for_each*2.8, dynamic block*2.6, data source*1.3, provider block*2.5, provider version*1.4, tfvars*3, output of the module*1.5, module output*1.5, aws_instance*3, s3 bucket*1.2, lifecycle ignore_changes*3, ignore_changes*3, prevent_destroy*3, depends_on in a module*1.5, opentofu*3, iam role*1.3, infrastructure as code*1.8, drift*1.5, resource block*2.5, import an existing resource*2.3""",
    "powershell": """
        cmdlet*3, get-childitem*3, get-content*3, invoke-webrequest*3, write-host*3, $_*1.8, $psitem*3, ps1*3, .ps1*3, execution policy*2.8, executionpolicy*3, foreach-object*3, where-object*3, select-object*3, pscustomobject*3, hashtable splatting*3, splatting*2.5, windows script*1.6, active directory*1.8, param block*2.2, -erroraction*3, module manifest*1.5, registry key*1.5""",
    "scala": """
        sbt*3, case class*2.4, implicit*1.4, implicits*2.5, given and using*2.7, akka*2.7, cats*2, cats-effect*3, zio*3, for comprehension*2.6, spark job*1.5, companion object*1, pattern match on a case class*2.5, future and promise*1.2, play framework*2.7""",
    "elixir": """
        phoenix*2.6, liveview*3, genserver*3, ecto*3, mix.exs*3, mix test*3, mix*1, otp*2, supervisor*1.8, supervision tree*2.8, pipe operator*1.8, |>*2, pattern match in a function head*2.6, iex*3, hex package*2.5, changeset*2.8, heex*3, beam*1.7""",
    "dart": """
        flutter*3, widget*1.8, statefulwidget*3, stateless widget*2.8, setstate*2, pubspec*3, pub get*2.5, buildcontext*3, futurebuilder*3, streambuilder*3, riverpod*3, hot reload*1.5, late keyword*1.7, null safety*1""",
    "r": """
        ggplot*3, ggplot2*3, dplyr*3, tidyverse*3, tibble*3, data frame*1.3, rstudio*3, cran*3, shiny app*2.6, factor level*2.3, %>%*3, lapply*3, sapply*3, knitr*3, r markdown*3, vectorised*1.3, lm()*2.5, linear model*1""",
    "vue": """
        vue*3.5, v-model*3, v-for*3, v-if*3, composition api*3, script setup*3, computed property*1.8, ref and reactive*3, ref or reactive*3, pinia*3, vuex*3, nuxt*2.8, single file component*2.6, single-file component*2.6, emit an event*1.4, defineprops*3, defineemits*3, watcheffect*3, slot*1""",
    "svelte": """
        svelte*3.5, sveltekit*3, $:*2.6, reactive statement*2.2, runes*2.3, $state*2.6, $derived*3, store subscription*1.5, on:click*2.6, bind:value*2.8, +page.svelte*3, +page.server*3""",
    "json": """
        package.json field*1.2, trailing comma*1.5, comments in json*3, json schema*2.7, jsonc*2.8, settings.json*2.3, valid json*2.4, json file*2, escape quotes in json*2.5""",
    "markdown": """
        markdown*3, readme*1.8, table of contents*1.3, front matter*2, footnote*1.5, heading anchor*1.6""",
    "xml": """
        xml*3, xpath*2.6, xslt*2.8, xsd*2.8, cdata*2.6, namespace prefix*1.7, pom*0.8""",
    "graphql": """
        graphql*3, resolver*1.8, mutation*1.4, graphql fragment*3, apollo*2.2, introspection query*2.6, input type*0.8""",
}


def _terms() -> Mapping[str, tuple[tuple[str, float], ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for language, text in _TOPICS.items():
        for entry in text.replace("\n", " ").split(","):
            term = " ".join(entry.split())
            if not term:
                continue
            name, star, weight = term.rpartition("*")
            try:
                found.setdefault(name.strip() if star else term, []).append(
                    (language, float(weight) if star else 2.0)
                )
            except ValueError:
                found.setdefault(term, []).append((language, 2.0))
    return {term: tuple(languages) for term, languages in found.items()}


TERMS = _terms()
"""Term → the languages that it is a sign of, with weights."""
