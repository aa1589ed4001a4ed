"""Libraries, tools and errors of programming languages, by name. See `terms` for the format."""

NAMES = {
    "python": """
        **kwargs, *args, __call__ in a class, __dict__, __enter__, __eq__, __exit__,
        __getattr__, __hash__, __init__, __init__.py, __main__, __name__, __post_init__,
        __repr__, __slots__, aiohttp, airflow, alembic, argparse, args and kwargs, asgi,
        assertionerror, asyncio, asyncio.gather, asyncio.run, attributeerror, beautiful soup,
        beautifulsoup, black formatter, boto3, caplog, capsys, celery, classmethod, click
        decorator, concurrent.futures, conda, conftest, contextlib, contextmanager, cython,
        dask, dataclass, dataclasses, dataframe, defaultdict, dict comprehension, django, django
        orm, docstring, dunder, elif, externally managed environment,
        externally-managed-environment, f string, f-string, fastapi, flake8, flask, freezegun,
        fstring, functools, functools.wraps, generator expression, gil, gradio, groupby,
        gunicorn, httpx, iloc, importerror, indentationerror, ipython, isinstance, isort,
        itertools, jinja2, jupyter, keras, keyerror, kwargs, list comprehension, lru_cache,
        magicmock, makemigrations, manage.py, matplotlib, miniconda, mock.patch, models.py,
        modulenotfounderror, monkeypatch, multiprocessing, mypy, namedtuple, ndarray, notebook
        cell, numba, numpy, pandas, parametrize, paramspec, pathlib, pep 8, pep8, picklable, pip
        install, pipenv, pipx, poetry, polars, prefetch_related, processpoolexecutor, pybind11
        in setup.py, pydantic, pyenv, pygame, pylint, pypi, pyproject, pyproject.toml, pyqt,
        pyright, pyspark, pytest, pytorch, queryset, recursionerror, requirements.txt, ruff,
        scikit-learn, scipy, scrapy, sdist, seaborn, select_related, semaphore in asyncio,
        settings.py, setup.cfg, setup.py, site-packages, sklearn, sqlalchemy, starlette,
        staticmethod, stopiteration, streamlit, taskgroup, tensorflow, threadpoolexecutor,
        tkinter, tmp_path, traceback, typeddict, typer, typevar, unboundlocalerror,
        unicodedecodeerror, unittest, unpickle, urllib3, uv pip, uvicorn, valueerror, venv,
        views.py, virtualenv, walrus, walrus operator, werkzeug, wheel file, wsgi, xarray,
        zerodivisionerror
        """,
    "javascript": """
        !==, ===, abortcontroller, addeventlistener, array.from, array.prototype, arrow
        function, arrow functions, axios, bun, cannot read properties of undefined, cannot read
        property, chart.js, classlist, commonjs, console.log, currenttarget, customelements,
        cypress, d3, d3.js, dataset attribute in script, date-fns, dayjs, deno,
        domcontentloaded, dotenv package, ejs, es module, es modules, esbuild, eslint, esm,
        event bubbling, event delegation, event.target, export default, express middleware,
        express.js, expressjs, fastify, fetch api, foreach loop with await, formdata, gatsby,
        getelementbyid, globalthis, handlebars helper, hoisting, iife, indexeddb, innerhtml,
        intersectionobserver, is not iterable, isnan, jest, jquery, json.parse, json.stringify,
        jsx, knex, koa, localstorage, lodash, microtask, mobx, module.exports, moment.js,
        mongoose, mutationobserver, next.js, nextjs, node.js, node_modules, nodejs, nodemon,
        npm, npx, nullish coalescing, nvm, object.assign, object.entries, object.freeze,
        object.keys, optional chaining, package-lock, package-lock.json, parsefloat, parseint,
        passport.js, pm2, pnpm, postmessage, preact, prettier, preventdefault, promise.all,
        promise.allsettled, promise.any, promise.race, prototype chain, puppeteer,
        queryselector, queryselectorall, react hook, react hooks, react native, reactjs, redux,
        removeeventlistener, requestanimationframe, require is not defined, resizeobserver,
        rollup, sequelize, service worker, session storage, sessionstorage, setinterval,
        settimeout, shadow dom, sinon, socket.io, stoppropagation, strict equality,
        structuredclone, symbol.iterator, temporal dead zone, textcontent, three.js, throttle
        function, triple equals, typeof, undefined is not a function, underscore.js,
        unhandledrejection, urlsearchparams, usecallback, usecontext, useeffect, usememo,
        usereducer, useref, usestate, vite, vitest, weakmap, weakset, web components, web
        worker, webpack, webworker, window.onload, winston, yarn, zustand
        """,
    "typescript": """
        .d.ts, @types, ambient module, angular, any or unknown, as const, branded type,
        conditional type, const enum, d.ts, declaration file, declaration merging,
        definitelytyped, discriminated union, does not exist on type, enum or union,
        esmoduleinterop, exactoptionalpropertytypes, excess property, exclude<, extract<,
        implicitly has an any type, index signature, infer keyword, interface and type,
        interface or type, is possibly null, is possibly undefined, isolatedmodules, keyof,
        mapped type, module augmentation, moduleresolution, nestjs, never type, ngfor, ngif,
        ngmodel, ngonit, ngrx, noimplicitany, non-null assertion, not assignable to type,
        nouncheckedindexedaccess, object is possibly, observable pipe, omit<, overload
        signatures, parameters<, partial<, pick<, prisma client, readonly<, record<, returntype,
        rxjs, satisfies operator, strict null checks, strictnullchecks, tagged union, template
        literal type, trpc, ts-expect-error, ts-ignore, ts-node, ts2322, ts2339, ts2345, ts7006,
        tsc, tsconfig, tsconfig.json, tsx file, type assertion, type guard, type narrowing, type
        predicate, typeorm, unknown and any, utility type, zod
        """,
    "go": """
        :=, []byte, all goroutines are asleep, assignment to entry in nil map, buffered channel,
        bufio, build tag, build tags, cgo, chi router, closed channel, cobra command, comma ok,
        context.background, context.context, context.withcancel, context.withtimeout, ctx,
        ctx.done, declared and not used, declared but not used, defer, delve, echo framework in
        go, embed.fs, empty interface, err != nil, errgroup, errors.as, errors.is, errors.join,
        errors.new, fiber framework, fmt.errorf, fmt.printf, fmt.println, fmt.sprintf, gin, go
        build, go generate, go get, go mod, go run, go test, go vet, go work, go.mod, go.sum,
        go:embed, gofmt, golang, golangci-lint, gopath, gopls, goreleaser, gorilla mux, gorm,
        goroot, goroutine, goroutines, grpc-go, http.client, http.get, http.handler,
        http.handlerfunc, httptest, imported and not used, interface{}, io.copy, io.reader,
        io.writer, iota, ioutil, json.marshal, json.unmarshal, make(chan, mux, net/http, nil
        interface, nil map, omitempty, os.exit, panic and recover, pgx, pointer receiver, pprof,
        race detector, receiver be a pointer, rune, runes, rwmutex, select with default, send on
        closed channel, sentinel error, servemux, slog, sqlx in go, standard mux, strconv,
        struct tag, struct tags, subtests, sync.map, sync.mutex, sync.once, sync.pool,
        sync.waitgroup, t.helper, t.parallel, t.run, table driven, table-driven, testify,
        testing.b, testing.t, ticker, time.after, time.duration, time.ticker, type switch,
        unbuffered channel, unmarshal, value receiver, viper config, waitgroup, wire injection,
        wrapped error, zap logger
        """,
    "rust": """
        #[derive, &mut, &mut self, &self, &str, ? operator, actix, actix-web, and_then, anyhow,
        arc mutex, arc<, asref, assert_eq!, async-std, axum, blanket impl, borrow checker,
        borrow of moved value, borrowck, box dyn, box<, box<dyn, boxed closure, btreemap,
        build.rs, cannot borrow, cannot move out, cargo, cargo.lock, cargo.toml, clippy, collect
        into, cow<, crate, crates, crates.io, crossbeam, dbg!, default trait, deref coercion,
        derive macro, does not live long enough, drop trait, dyn trait, e0277, e0308, e0382,
        e0499, e0502, e0505, edition 2021, edition 2024, egui, expect(), eyre, f64, fn main,
        format!, fromstr, hashmap entry, i32, i64, if let, impl trait, interior mutability,
        into_iter, iter(), iter_mut, itertools crate, lazy_static, leptos, let else,
        macro_rules, map_err, match arm, match arms, matches!, mismatched types, mod.rs, move
        closure, moved value, newtype, no_std, object safe, object-safe, ok_or, once_cell,
        option<, orphan rule, panic!, phantomdata, pin<, println!, proc macro, procedural macro,
        pub(crate), question mark operator, rayon, rc<, refcell, reqwest, result<,
        rust-analyzer, rustc, rustfmt, rustup, send + sync, send and sync, serde, serde_json,
        sqlx macro, string and &str, string or &str, tauri, thiserror, todo!, tokio, tracing
        crate, trait bound, trait object, trait objects, tryfrom, turbofish, u32, u64, u8,
        unsafe block, unsafe code, unwrap everywhere, unwrap(), unwrap_or, unwrap_or_else, use
        of moved value, usize, value moved, vec of, vec!, vec<, vecdeque, wasm-bindgen,
        wasm-pack, while let, yew
        """,
    "java": """
        -xmx, @autowired, @entity, @override, @restcontroller, @transactional, anonymous class,
        arraydeque, arrayindexoutofbounds, arraylist, assertj, autoboxing, autocloseable,
        @autowired bean, awt, bigdecimal, biginteger, bounded wildcard, build.gradle, checked
        exception, checked exceptions, classcastexception, classloader, classnotfoundexception,
        classpath, collectors.groupingby, collectors.tolist, completablefuture,
        concurrenthashmap, concurrentmodificationexception, entitymanager, equals and hashcode,
        executorservice, fat jar, flatmap in a stream, flyway, functional interface, g1, garbage
        collection, garbage collector, gradle, groupingby, gson, hashcode, hashmap, hashset,
        heap dump, hibernate, hikari, hikaricp, illegalargumentexception, illegalstateexception,
        instanceof, integer cache, ioexception, iterator in a list, java.io, java.lang,
        java.util, javac, javafx, jdbc, jdbctemplate, jdk, jmap, jpa, jre, jsp, jstack, junit,
        jvm, lazyinitializationexception, linkedhashmap, linkedlist, liquibase in spring,
        localdate, localdatetime, log4j, logback, lombok, maven, maven module, micronaut,
        mockito, mvn, noclassdeffounderror, nosuchelementexception, npe, nullpointerexception,
        objectmapper, openjdk, optional.empty, optional.of, outofmemoryerror,
        package-private, persistence.xml, pom.xml, project loom, quarkus, requestmapping,
        restcontroller, resttemplate, serialversionuid, servlet, simpledateformat, slf4j, spring
        boot, spring data, spring security, springboot, stackoverflowerror, static nested,
        stream api, stringbuilder in java, system.out, system.out.println, testcontainers,
        threadlocal, tomcat, tostring(), treemap, try with resources, try-with-resources, type
        erasure, unboxing, virtual thread, virtual threads, visualvm, volatile keyword, war
        file, webclient, wildcard type, xmx, zgc, zoneddatetime
        """,
    "kotlin": """
        !!, ?:, @composable, @jvmstatic, android studio, apply and also, arrayof,
        build.gradle.kts, by lazy, callbackflow, companion object, composable, composables,
        coroutine scope, coroutinescope, crossinline, data class, data classes, delegated
        property, dispatchers.io, dispatchers.main, double exclamation, elvis, elvis operator,
        extension function, extension functions, flow.collect, globalscope, gradle kotlin dsl,
        hilt, infix function, init block, inline function, jetpack, jetpack compose,
        jvmoverloads, jvmstatic, kapt, kmp, koin, kotest, kotlinx, kotlinx.serialization, ksp,
        ktor, lateinit, launch and async, launchedeffect, lazy delegate, lazycolumn, let or run,
        let run apply also, lifecyclescope, listof, livedata, mapof, mockk, mutablelistof,
        mutablestateflow, mutablestateof, noinline, object declaration, okhttp, operator fun,
        platform type, primary constructor, recompose, recomposes, recomposition, recyclerview,
        reified, retrofit, room database, runblocking, safe call, scope function, scope
        functions, sealed class, sealed classes, sealed interface, secondary constructor,
        sharedflow, stateflow, suspend function, suspendcancellablecoroutine, suspending
        function, tailrec, typealias, val and var, val or var, vararg, viewmodel,
        viewmodelscope, when branch, when expression, withcontext
        """,
    "swift": """
        @binding, @environment, @environmentobject, @escaping, @mainactor, @observable,
        @observedobject, @published, @state, @stateobject, [weak self], any keyword for a
        protocol, appkit, arc and, as!, as?, associated type, associated value, associated
        values, associatedtype, async let, auto layout, autolayout, cocoapods, codable,
        codingkeys, core data, coredata, decodable, didset, dispatch queue, dispatchqueue,
        encodable, escaping closure, fatal error: unexpectedly found nil, fatalerror,
        fileprivate, force unwrap, force unwrapping, foreach in a view, foundation framework,
        gcd, geometryreader, guard let, guard statement, hstack, ibaction, iboutlet, if let,
        implicitly unwrapped, inout, ios, ipad, iphone, jsondecoder, lazyvgrid, macos app,
        mainactor, mutating func, navigationlink, navigationstack, navigationview, nil
        coalescing, notificationcenter, nsattributedstring, nsobject, opaque return, opaque
        type, operationqueue, optional binding, present a sheet, property wrapper, property
        wrappers, protocol extension, protocol extensions, result builder, retain cycle, retain
        cycles, some or any, some view, spm, storyboard, storyboards, struct or class, swift
        package, swiftdata, swiftui, task group, testflight, trailing closure, try!, try?,
        uicollectionview, uikit, uitableview, uitableviewcell, uiview, uiviewcontroller,
        unexpectedly found nil, unowned self, urlsession, userdefaults, view modifier,
        viewbuilder, viewmodifier, vstack, weak self, willset, xcode, xctest, xctestcase, zstack
        """,
    "c": """
        #define, #ifdef, #ifndef, %d, %ld, %p, %s, %zu, addresssanitizer, array decays, asan,
        atoi, bit field, bitfield, bitfields, buffer overflow, calloc, char *, char*, compound
        literal, const char, core dumped, dangling pointer, decay to a pointer, designated
        initializer, embedded firmware, errno, execve, extern variable, fgets, flexible array
        member, fopen, fork and exec, fork(), fputs, fread, free(), fscanf, function pointer,
        function pointers, fwrite, gcc, gdb, getchar, getline in c, glibc, header guard,
        implicit declaration of function, include guard, int *, int64_t, libc, linker script,
        longjmp, macro with, malloc, memcpy, memmove, memset, mmap, musl libc, nul byte,
        nul-terminated, null terminator, null-terminated, offsetof, pointer arithmetic, pointer
        to pointer, preprocessor macro, printf, pthread, pthread_create, ptrdiff_t, qsort,
        realloc, restrict keyword, scanf, segfault, segmentation fault, select() and poll,
        setjmp, sigaction, size_t, sizeof, snprintf, sprintf, ssize_t, stack smashing, static
        function in a header, stdint.h, stdio.h, stdlib.h, strcat, strcmp, strcpy, strdup,
        strict aliasing, string literal, string.h, strlen, strncpy, strtok, strtol, struct
        padding, uint16_t, uint32_t, uint8_t, unistd.h, use after free, valgrind, variadic
        macro, void *, void pointer, void*, volatile register
        """,
    "cpp": """
        <algorithm>, auto&&, base class destructor, boost::asio, capture by reference, catch2,
        clang++, clang-tidy, cmakelists, cmakelists.txt, co_await in, const_cast, consteval,
        constexpr, constinit, copy assignment, copy constructor, cout, crtp, decltype, delete[],
        diamond inheritance, dynamic_cast, emplace_back, enable_if, endl, explicit constructor,
        fold expression, forwarding reference, friend class, friend function, g++, googletest,
        gtest, header-only, initializer list, initializer_list, iostream, iterator invalid,
        iterator invalidated, iterator invalidation, lambda capture, lvalue, make_shared,
        make_unique, move assignment, move constructor, move semantics, msvc, multiple
        inheritance, mutable lambda, namespace std, new[], noexcept, nullptr, object slicing,
        odr, one definition rule, operator overloading, operator<<, ostream, partial
        specialization, perfect forwarding, placement new, pure virtual, push_back, qml, qt, qt
        signal, raii, reinterpret_cast, requires clause, rule of five, rule of three, rule of
        zero, rvalue, rvalue reference, sfinae, shared pointer, shared_ptr, smart pointer, smart
        pointers, static_cast, std::, std::array, std::async, std::chrono, std::cout,
        std::forward, std::function, std::map, std::move, std::mutex, std::optional, std::sort,
        std::span, std::string, std::string_view, std::thread, std::variant, std::vector,
        string_view, stringstream, structured binding, structured bindings, template argument,
        template parameter, template specialisation, template specialization, undefined
        reference, undefined reference to, unique pointer, unique_ptr, unordered_map, using
        namespace std, variadic template, variadic templates, vcpkg, virtual destructor, virtual
        function, virtual functions, vtable, vtable for, weak_ptr
        """,
    "csharp": """
        .csproj, .net, .result, .sln, .tolist(), .where(, action<, actionresult, addscoped,
        addsingleton, addtransient, app.config, appsettings, appsettings.json, asp.net, asp.net
        core, async task, async void, automapper, backgroundservice, blazor, c#, cancellation
        token, cancellationtoken, configureawait, controllerbase, csproj, dateonly,
        datetimeoffset, dbcontext, dbset, dictionary<, dllimport, dotnet, dynamic keyword, ef
        core, entity framework, event handler delegate, eventhandler, expression-bodied,
        expression<, extension method, extension methods, firstordefault, fluentassertions,
        func<, gethashcode, hosted service, httpclient, httpclientfactory, iactionresult,
        iasyncdisposable, iasyncenumerable, icollection, iconfiguration, idisposable,
        ienumerable, ihostedservice, ihttpclientfactory, ilist, ilogger, init accessor, init
        only, init-only, internalsvisibleto, ioptions, ioptions<, iqueryable,
        iservicecollection, isnullorwhitespace, json.net, linq, list<, lock statement, mediatr,
        memory<, minimal api, modelstate, monobehaviour, newtonsoft, nuget, nuget package,
        null-forgiving, nullable reference, nullable reference type, nullable reference types,
        nullreferenceexception, nunit, p/invoke, partial class, pattern matching switch
        expression, pinvoke, primary constructors, razor page, razor pages, readonly struct,
        record class, record struct, required modifier, roslyn, scoped or transient, sealed
        class in c#, selectmany, serilog, signalr, singleordefault, source generator, span<,
        stackalloc, string interpolation with dollar, string.isnullorempty, stringbuilder,
        synchronizationcontext, system.text.json, task.run, task.whenall, task.whenany, toarray,
        tolist, trygetvalue, tryparse, unsafe context, using declaration, using statement,
        valuetask, web.config, winforms, wpf, xamarin, xunit, yield return
        """,
    "php": """
        $_cookie, $_files, $_get, $_post, $_server, $_session, $this, ->fetch, __construct,
        __get, __invoke, __set, __tostring, acf, add_action, add_filter, array_column,
        array_filter, array_key_exists, array_map, array_merge, array_push, array_walk, artisan,
        autoloader, blade template, cakephp, call to a member function, call to undefined
        function, call to undefined method, cannot modify header, codeigniter, composer.json,
        composer.lock, constructor promotion, constructor property promotion, curl_exec,
        curl_init, custom post type, datetimeimmutable, declare(strict_types, doctrine, doctrine
        orm, drupal, eloquent, empty(), file_get_contents, file_put_contents, form request, fpm,
        functions.php, guzzle, header(), headers already sent, heredoc in php, htmlentities,
        htmlspecialchars, in_array, include_once, isset, isset and empty, joomla, json_decode,
        json_encode, ksort, laravel, laravel sail, late static binding, livewire, magento, magic
        method, magic methods, max_execution_time, memory_limit, monolog, move_uploaded_file,
        mysql_query, mysqli, nl2br, nowdoc, null coalescing operator, nullsafe operator,
        opcache, packagist, parse error: syntax error, password_hash, password_verify, pdo, pest
        test, php-fpm, php.ini, php://input, phpstan, phpunit, preg_match, preg_replace,
        print_r, psalm, psr-12, psr-4, readonly class, require_once, service provider,
        session_regenerate_id, session_start, setcookie, shortcode, shortcodes, slim framework,
        spaceship operator, spl_autoload_register, strict_types, strip_tags, swoole, symfony,
        symfony messenger, trying to get property, typo3, uncaught error, undefined array key,
        undefined index, undefined variable, unset(), upload_max_filesize, usort, var_dump,
        woocommerce, wordpress, wp-config, wp-config.php, wp_query, xdebug, yii
        """,
    "ruby": """
        &., &:, action cable, actioncable, actionmailer, active job, active record, active
        storage, activejob, activerecord, activesupport, activesupport concern, after_commit,
        after_create, after_save, application.rb, argumenterror, asset pipeline, attr_accessor,
        attr_reader, attr_writer, before_action, before_save, before_validation, begin rescue,
        belongs_to, block_given, block_given?, bundle exec, bundle install, bundle update,
        bundler, byebug, cancancan, capistrano, capybara, chruby, class_eval, credentials.yml,
        database.yml, default_scope, define_method, delayed_job, dependent: :destroy, devise, do
        block, double splat, each_cons, each_slice, each_with_index, each_with_object, eager
        load, eager_load, ensure block, erb, factory bot, factory_bot, factorybot, fiber
        scheduler, find_by, find_each, find_or_create_by, frozen string, frozen string literal,
        frozen_string_literal, gemfile, gemfile.lock, gemspec, haml, hanami,
        has_and_belongs_to_many, has_many, has_many through, has_one, hashwithindifferentaccess,
        hotwire, importmap, instance_eval, instance_variable_get, instance_variable_set, irb,
        kaminari, map(&:, method_missing, minitest, monkey patch, monkey patching, n+1,
        nil.to_a, nomethoderror, params.require, proc and lambda, proc or lambda, public_send,
        pundit, rack middleware, ractor, ractors, rails console, rails generate, rails routes,
        rake task, rakefile, rbenv, respond_to?, respond_to_missing?, resque, retry keyword in
        rescue, rollback a migration, routes.rb, rspec, rubocop, ruby block, ruby on rails, rvm,
        safe navigation, safe navigation operator, schema.rb, scope on a model, send and
        public_send, sidekiq, sinatra, slim template, sorbet, string keys and symbol keys,
        strong parameters, symbol or string, symbols and strings, then method, to_proc, to_sym,
        turbo frame, turbo stream, turbo streams, undefined local variable, undefined method,
        undefined method for nil, uninitialized constant, validates_presence_of, vcr cassette,
        webpacker, where.not, with_indifferent_access, yield self, yield to a block, yjit
        """,
    "lua": """
        # operator, __index, __newindex, arrays start at 1, attempt to call, attempt to call a
        nil, attempt to compare, attempt to concatenate, attempt to index, attempt to index a
        nil, autocmd, autocmds, awesomewm, colon and dot, colon or dot, colon syntax,
        coroutine.create, coroutine.resume, coroutine.wrap, coroutine.yield, defold, dot or
        colon, garry's mod, getmetatable, gmatch, gmod, goto continue, gsub, hammerspoon, index
        starts at 1, init.lua, ipairs, ipairs or pairs, lazy.nvim, length operator, local
        function, love.draw, love.update, love2d, lspconfig, luajit, luarocks, löve, metamethod,
        metamethods, metatable, metatables, neovim, not equal is written ~=, nvim, openresty,
        packer.nvim, pairs and ipairs, pcall, pico-8, rawget, rawset, redis eval, redis script,
        repeat until, roblox, roblox studio, setmetatable, string.format with, string.gsub,
        string.match, table.concat, table.insert, table.remove, table.sort, table.unpack, tables
        start at, upvalues, vim.api, vim.fn, vim.keymap, vim.lsp, vim.opt, vim.tbl_extend,
        wezterm, world of warcraft addon, wow addon, xpcall, ~=
        """,
    "dart": """
        flutter, flutter widget, pubspec, pubspec.yaml, riverpod, setstate in flutter,
        statefulwidget, statelesswidget, widget tree
        """,
    "elixir": """
        ecto, ecto changeset, exunit, genserver, genserver.call, iex, liveview, mix.exs,
        phoenix liveview, pipe operator |>, supervision tree, task.async
        """,
    "scala": """
        akka, build.sbt, case class, case classes, cats effect, for comprehension, given and
        using, implicit conversion, implicit parameter, play framework, sbt, scalatest, zio
        """,
    "haskell": """
        applicative, bang pattern, cabal, do notation, foldl, foldr, fmap, functor, ghc, ghci,
        io monad, maybe monad, monad, monad transformer, monads, newtype deriving, stack ghci,
        typeclass, typeclasses, unsafeperformio, where clause of a function
        """,
    "r": """
        cran, data.frame, dplyr, ggplot, ggplot2, knitr, lapply, purrr, r markdown, rstudio,
        sapply, shiny app, tibble, tidyverse
        """,
    "powershell": """
        cmdlet, cmdlets, foreach-object, get-childitem, get-content, invoke-webrequest,
        psobject, pwsh, where-object, write-host
        """,
    "perl": """
        bless, carton, cpan, cpanm, dancer2, mojolicious, moose, my $, my @, my %, perldoc, qw(,
        use strict, use strict in perl, use warnings
        """,
    "clojure": """
        clojurescript, deps.edn, leiningen
        """,
}
