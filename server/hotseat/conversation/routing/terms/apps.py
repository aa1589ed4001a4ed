"""Languages of apps and desktops. See the folder's `__init__` for the format."""

TERMS = {
    "swift": (
        """
        #selector, @appstorage, @binding, @environment, @environmentobject, @escaping,
        @mainactor, @model, @objc, @observable, @observedobject, @published, @sendable, @state,
        @stateobject, @viewbuilder, [weak self], access control open, actor +
        property|await|call, actor isolation, alert + show|present|dismiss, any protocol, any
        view, anycancellable, anyview, appkit, array + binding, array + filter + nil, as!, as?,
        associated value, associated values, associatedtype, async + main
        thread|view|task|button, async let, auto layout, autoclosure, autolayout, bound +
        flag|view|value, cell + reuse|table, cellforrow, class or a struct, closure +
        self|weak|capture|escape|retain|leak, cocoa, cocoapods, codable, codable struct,
        codingkeys, combine publisher, computed property + struct, conform to, conforms to,
        constraint + view, convenience init, date + formatter, decodable, decode + json +
        optional|key|date, default implementation in an extension, deinit, delegate +
        weak|protocol|leak, designated initializer, didset, dispatchqueue, dispatchqueue.main,
        enum + associated|raw|switch|codable, equatable, escaping, escaping closure, exclamation
        mark + outlet|optional|unwrap|crash, existential any, extension of a protocol, failable
        init, failable initializer, fileprivate, force try, force unwrap, force-unwrap, foreach
        identifiable, form + section + view, found nil while unwrapping, global actor, grdb,
        guard let, hashable conformance, ibaction, iboutlet, if let, image + async|cache + view,
        image + scale + view, implicitly unwrapped, indirect enum, init?, inout, json + key +
        decode, jsondecoder, jsonencoder, key path, keyboard + hides|field, keypath, lazy var,
        let + var + struct, list + swipe|row|delete|move, list row, main actor, main queue,
        mainactor, model + views, mutating, mutating func, navigation + view|stack|back,
        navigationlink, navigationstack, navigationview, non-escaping, nonisolated, notification
        + permission, nsattributedstring, nslayoutconstraint, nsobject, observed object, opaque
        type, open or public, operationqueue, optional + unwrap|nil|chain|bind|default|crash,
        optional binding, optional chaining, outlet, outlets, picker, print + optional, property
        + publish, property observer, property wrapper, propertywrapper, protocol +
        default|associated|extension|struct|type|optional|generic, protocol conformance,
        protocol with associated type, publish + object, published, reference cycle, required
        init, result builder, resultbuilder, retain cycle, segue, selector + button target, self
        + closure|weak|capture, sendable, several views, sheet + close|dismiss|flag|present,
        some or any, some view, spm, stateobject, storyboard, string index, string.index, strong
        reference cycle, struct + mutating|protocol|class|view|copy, struct or a class + view,
        swift package, swift package manager, swiftdata, swiftui, swipeactions, tab + view|bar +
        selected, tableview cell, task group, task { }, taskgroup, testflight, text field +
        keyboard|focus, textfield, trailing closure, try!, try?, uikit, uitableview, uiview,
        uiviewcontroller, unexpectedly found nil, unowned, unwrap + optional|guard|safely,
        urlsession, userdefaults, view + constraint|frame, view +
        redrawn|update|state|binding|observed|body|modifier|dismiss|sheet, view body, view
        model, viewcontroller, viewdidload, views + share, weak or unowned, weak self, willset,
        xcode, xctest, xctestcase
        """,
        """
        actor, app delegate, app store, arc retain, associated type, bound, capture list,
        capture self, closure captures, copy on write, core data, delegate + weak, dismiss, enum
        with associated, exclamation mark, flag + view, gesture, guard, guard statement,
        identifiable, info.plist, initializer, ios, ios app, ipad, iphone, keychain, macos app,
        main thread + view, method of a struct, modifier, nil coalescing, observed, optional,
        optionals, preview, protocol, protocol extension, protocol oriented, push notification,
        redrawn, screen + view, self + closure, self in the closure, sheet, sheet + dismiss,
        simulator, struct + class + choose, swipe, tableview, toolbar item, unwrap an optional,
        unwrap it, value semantics, value type, value type struct or class, view, view
        controller, view modifier, view updates, viewbuilder, views, weak + delegate
        """,
        """
        binding, closure, combine, conform, extension, nil, row, screen, struct, struct or
        class, substring, unwrap, weak
        """,
    ),
    "csharp": (
        """
        .csproj, .net, .result, .result and .wait, .sln, .wait(), [authorize], [fact],
        [frombody], [httpget], [theory], action and func, action<, addscoped, addsingleton,
        addtransient, appdomain, appsettings, argumentnullexception, as or is, asnotracking,
        asp.net, assembly binding, async + void|button|constructor|property|lock|dispose|ui,
        async task, async void, auto-property, automapper, await + lock|ui|freeze|result|button,
        await foreach, await using, background + service|worker, backgroundservice, blazor, cast
        + as + is, change tracker, class + record|struct|sealed|partial, code-behind, collection
        + modified, collection was modified, concurrentdictionary, config +
        options|bind|section, configureawait, context + scoped|dispose|thread|save, controller +
        return|async|model|action, controller + route|test, controllerbase, coroutine in unity,
        csproj, cultureinfo, dapper, datagridview, datetime.now, datetime.utcnow,
        datetimeoffset, dbcontext, dbset, decimal + money|double, default interface, dependency
        + scoped|singleton|inject, di container, dictionary + missing|key|thread, dictionary
        trygetvalue, dictionary<, dispatcher.invoke, dispose, dispose +
        using|twice|async|stream, dispose pattern, dllimport, dotnet, dotnet build, dotnet test,
        each request + instance, ef core, ef migration, entity + relation|key|query, entity +
        track|include|update|save|detached, entity framework, enum + description, enum +
        flag|flags|parse|string, event + memory|unsubscrib|handler|subscribe, event + null,
        event keyword, eventhandler, exception + filter|when, explicit interface implementation,
        expression-bodied, extension + method + null, finalizer, firstordefault, fixedupdate,
        fluentvalidation, foreach + modified|throws|delete, forget + dispose, form +
        freeze|thread|button, frombody, func and action, func<, gac, gameobject, hit the
        database, hosted service, httpclient, httpclientfactory, iactionresult,
        iasyncdisposable, iasyncenumerable, icollection, idisposable, ienumerable,
        ihttpclientfactory, ilist, ilogger, include() of ef, init setter,
        inotifypropertychanged, int.parse, interface + default|explicit|dispose, interlocked,
        invalidoperationexception, ioptions, iqueryable, is or as, iservicecollection,
        jsonserializer, kestrel, lambda + capture + foreach, lazy loading proxies, lazy<t>,
        linq, linq + lazy|group|join|performance, linq query, list + readonly, list +
        thread|foreach|remove|find, list<t>, lock + await, lock + object|this, maui, mediatr,
        memory<t>, model binding, monobehaviour, multicast, mvvm, new modifier, newtonsoft,
        nuget, nuget package, null + reference|warning|coalesc|operator, null forgiving,
        null-forgiving, nullable + warning|reference|value, nullable reference, nullable
        reference types, nullreferenceexception, nunit, object reference not set,
        objectdisposedexception, observablecollection, operator ==, out var, p/invoke, pattern
        matching switch expression, pinvoke, polly, predicate<, property +
        setter|getter|init|backing|private|readonly, query + tolist|database|twice, raise an
        event, readonly struct, readonlylist, record class, record with expression, ref + out,
        ref and out, ref return, ref struct, register + service|services, register a service,
        required property, roslyn, scene + object, scriptableobject, sealed override, select
        many, selectmany, semaphoreslim, serilog, service + request|instance|lifetime|inject,
        service + scoped|singleton|transient, signalr, singleordefault, source generator,
        stackalloc, string + compare|culture|format, string + null or empty|interpolat|builder,
        string interpolation $, stringcomparison, struct + copy|class|boxing|equals, struct or
        class + list, switch + when, synchronizationcontext, system.text.json, task +
        result|wait|button|cancel|exception|return|ui, task.run, task.wait, task.whenall, thread
        pool + starv, thread-safe singleton lazy<t>, timer + ui|thread, tolist, tolist(),
        tolistasync, tracked entity, transient or scoped, tryparse, ui + thread|freeze|update,
        unity, unsafe fixed, using + dispose|block|connection, using declaration, using var,
        valuetask, virtual and override, whenall, winforms, wpf, xamarin, xaml binding, xunit,
        yield break, yield return
        """,
        """
        a task, assembly, async all the way, auto property, blocks the ui, boxing, cancellation
        token, cancellationtoken, collection, const or readonly, deadlock + async, decimal or
        double, deferred execution, delegate, delegates, dictionary + key + missing, disposed,
        enumerate twice, event handler delegate, event subscription, extension method, foreach +
        modified, foreach + throws, form + control, form freezes, freezes the window, game
        object, garbage collected, generic constraint where, generics + where, getter and a
        setter, getvalueordefault, indexer, init-only, inject, injected, instance + request,
        interop, lock statement, minimal api, moq, multiple enumeration, nameof, nullable int,
        out parameter, own instance, params keyword, partial class, primary constructor,
        property + get + set, razor, readonly field, record struct, reflection emit, scoped,
        scoped or singleton, services, span<, string.empty, task<, throw ex, throw or, ui, ui
        thread, unboxing, unsubscribe from an event, update method, using statement, value type,
        window freezes, with expression, xaml
        """,
        """
        async, attribute on a method, await, controller, dependency injection container,
        interface, is not null, lock, namespace, optional parameters, options, properties,
        property, property getter, register, sealed, stringbuilder, struct, task, var keyword,
        visual studio, window form
        """,
    ),
    "dart": (
        """
        buildcontext, flutter, futurebuilder, pubspec, riverpod, statefulwidget, stateless
        widget, streambuilder
        """,
        """
        late keyword, pub get, setstate, widget
        """,
        """
        hot reload, null safety
        """,
    ),
    "powershell": (
        """
        $psitem, -erroraction, .ps1, cmdlet, execution policy, executionpolicy, foreach-object,
        get-childitem, get-content, hashtable splatting, invoke-webrequest, ps1, pscustomobject,
        select-object, where-object, write-host
        """,
        """
        $_, active directory, param block, splatting
        """,
        """
        module manifest, registry key, windows script
        """,
    ),
    "elixir": (
        """
        changeset, ecto, genserver, heex, iex, liveview, mix test, mix.exs, pattern match in a
        function head, phoenix, supervision tree
        """,
        """
        beam, hex package, otp, pipe operator, supervisor, |>
        """,
        """
        mix
        """,
    ),
}
