"""Go and Rust. See the folder's `__init__` for the format."""

TERMS = {
    "go": (
        """
        all goroutines are asleep, append + backing, append + slice, append to a slice,
        assignment to entry in nil map, atomic.value, backing array, benchmark b.n, blank
        identifier, body + close + response, buffered channel, bufio, build constraint, build
        tag, bytes.buffer, cap of a slice, cgo, channel + block|closed|buffer|range, chi router,
        close a channel, close the response body, closed channel, comma ok, comparable
        constraint, compare an error, concurrent map, context.background, context.context,
        context.withcancel, context.withtimeout, ctx, ctx.done, custom error type, database/sql,
        deadlock + channel, declared and not used, defer, defer + closed, defer +
        close|unlock|error, defer + loop, deferred + loop, embed + files + binary, embedded
        struct, encode + json + capital|field, encoding/json, err != nil, err shadow, errgroup,
        error + returned + ignored, error + wrap|original|compare, error string capital,
        errors.as, errors.is, escape analysis, fatal error: concurrent map, filepath.walk,
        fmt.errorf, for + range + address, fuzz target, go build, go generate, go get, go
        install, go list, go mod, go run, go test, go tool, go vet, go work, go.mod, go.sum,
        go:embed, gofmt, golang, golangci, golden file test, gopath, gopls, gorilla, gorm,
        goroutine, goroutine leak, graceful shutdown + server, handler + context|request +
        cancel, http.get, http.handler, http.handlerfunc, http.listenandserve, http.request,
        http.server, httptest, imported and not used, init() order, interface + nil,
        interface{}, internal package, io.reader, io.writer, iota, ioutil, json.marshal,
        json.unmarshal, len and cap, loop variable + goroutine, make a map, map + order +
        random, map + same time|concurrent|goroutine, map + write + two|dies, map of structs,
        method + pointer + receiver, method set, module path, multiple return values, naked
        return, named return, net/http, nil + error + interface, nil + interface, nil channel,
        nil interface, nil map, omitempty, os.open, os.readfile, panic and recover, panics in a
        goroutine, pgx, pointer or value receiver, pointer receiver, pprof, private fields +
        json, process dies, race detector, range over a map, receiver, recover(), replace
        directive, resp.body, roundtripper, routine, routines, rows.close, rows.scan, rune,
        rwmutex, select + channel, select statement with channels, send on a closed, sentinel
        error, servemux, shadowed err, slice + capacity, slice + shares|same array|changes,
        slice header, slice of slices, sql.db, sql.null, sqlx, string + runes|bytes + len,
        strings.builder, struct + copy + range|loop, struct embedding, struct tag, struct tags,
        subtest, sync.mutex, sync.once, sync.pool, sync.waitgroup, t.helper, t.parallel, t.run,
        table driven, table-driven test, testify, testing.t, time.after, time.duration,
        time.now, time.sleep, time.ticker, two return values, type parameter constraint
        comparable, typed nil, unbuffered channel, unexported, unexported field, unhandled
        error, unused import, unused variable, value + receiver, value or pointer receiver,
        value receiver, wait + routines|workers, waitgroup, wrapped error
        """,
        """
        %w, accept interfaces, byte slice, cancel func, cancel function, capital letter, capital
        letter exported, channel, channels, check the error, cobra, context cancel, context
        canceled, context cancelled, context with timeout, copy of the slice, cross compile,
        deadline exceeded, deferred, embedding, empty interface, empty struct, empty value,
        entries + same + end, error wrapping, exported, exported identifier, exported name, fan
        in, fan out, handler which reads, http.client, if err, implements an interface, implicit
        interface, interface + struct, interface satisfaction, interface value, json + lower
        case|lowercase|empty, json tag, loop + last value, loop variable, loop variable
        captured, lower case field, lowercase field, make(), map + same time, nil error, nil
        pointer dereference, nil slice, package + name, package main, panic, pointer + range,
        pointer to a struct, private field, race + map, range + copy, range +
        same|pointer|address, range loop, recover, return an error, share the array, short
        declaration, static binary, string builder, struct + method, struct literal, sub-slice,
        subslice, table test, test table, two equal signs, type assertion with ok, type switch,
        underlying array, uppercase name, variadic, vendoring, worker, worker pool, workers,
        wrap an error, wrapping an error, zero value
        """,
        """
        append, cancel, concurrent, context, data race, embedded, error, gin, init function,
        interface, leak, map, module, mutex, nil, nil pointer, package, pointer, range, response
        body, slice, struct, test, the context, timeout, unlock, vendor directory, vendor folder
        """,
    ),
    "rust": (
        """
        #[cfg, #[derive, #[test], &[u8], &mut, &mut self, &self, &str, &str and string, &vec,
        'a, 'static, ? operator, actix, and_then on option, anyhow, apostrophe + signature, arc
        mutex, arc<, as_bytes, as_deref, as_mut, as_ref, as_str, asref, assert_eq!, associated
        const, axum, bevy, blanket impl, borrow, borrow checker, borrowed, borrowing, box +
        enum|recursive|trait, box<, box<dyn, build + target + musl, build.rs, cannot be sent
        between threads, cannot borrow, cannot move, cargo, cargo build, cargo feature, cargo
        test, cargo workspace, cargo.toml, cell and refcell, cfg(test), clippy, closure +
        return|move|borrow|fn, const + static, copy + clone, copy trait, counter + threads,
        cow<, crate, crossbeam, dbg!, debug derive, default trait, diesel, display and debug,
        does not live long enough, drop trait, dropped while still, dyn error, dyn trait, e0277,
        e0382, e0499, e0502, e0597, edition 2021, entry().or_insert, enum +
        itself|recursive|box|size, enum + payload, error + own type, exhaustive + match,
        expect("", f64, fearless, feature flag of a crate, filter_map, flat_map, for loop +
        moved|consumed, foreign type, format!, from and into, from trait, fromstr, function +
        closure + return, generic or dyn, hashmap entry api, hyper, i32, i64, if let chain,
        immutable + mutable, immutable borrow, impl block, impl display, impl from, impl or dyn,
        impl trait, implement + trait, interior mutability, into(), into_iter, irrefutable,
        iter_mut, iterate + index, iterator + borrow|consume|collect|lazy, join handle,
        lazy_static, let else, let mut, lib.rs, lifetime, loop + borrow|move|consumed,
        macro_rules, main + return + error|result, main.rs, map_err, match + every|all +
        variant, match + moved|borrow|option|all cases|reference, matches!, mem::replace,
        mem::swap, mem::take, mod.rs, move + value, move closure, move out of, moved + closure,
        moved + value, moved value, mutable + same time, mutable + twice, mutable borrow,
        mutable more than once, mutex guard across await, mutexguard, needless, new string +
        call, newtype, no_std, non-send future, not live long enough, not send, object safe,
        object safety, ok_or, once_cell, oncelock, option + error|question
        mark|none|result|unwrap|reference, option and result, option<&, or_insert_with, orphan
        rule, own error, panic + test|result|unwrap, panic!, phantomdata, pin<, println!, proc
        macro, procedural macro, pub(crate), question mark + error|option, raw pointer deref,
        rayon, rc and refcell, rc<, recursive type, ref keyword, refcell, reqwest, result +
        question mark|error|option|option, rustc, rustfmt, rustup, rwlock, self +
        borrow|mutable, send and sync, send bound, serde, shadowing, share + threads, slice
        pattern, smart pointers, spawn_blocking, sqlx macro, static lifetime, string + &str,
        string + clone|reference|borrow|slice|index, string and &str, struct +
        lifetime|clone|copy|derive, tauri, temporary value dropped, thiserror, thread +
        move|share|arc|send, threads + share, tick a, to_owned, to_string(), todo!, tokio,
        tokio::spawn, trait + generic|object|implement|method|default|foreign|type, trait bound,
        trait object, tryfrom, turbofish, two fields + borrow, two threads +
        arc|mutex|share|counter, u32, u64, u8, unwrap, unwrap(), unwrap_or, unwrap_or_else, use
        after move, use of moved value, usize, value moved, vec, vec of, vec!, vec<, vector +
        borrow|index|clone, wasm-bindgen, where clause on a trait, windows(2), zero-cost
        """,
        """
        ?operator, an option, apostrophe, arc, async runtime, async trait, binding, clap, clone,
        clone(), cloning, closure + trait, collect, compile times, crates, deref, derive, dyn,
        enum + match, enum variant, error enum, exclusive reference, fallible, ffi, generic
        bound, immutable, integer overflow + panic, iter(), iterator adapter, lifetimes, match
        arm, monomorphization, move semantics, moved, moved into, mpsc, mut, mutable, mutable
        reference, option, option type, option<, outlives, own error type, owned string, owned
        value, owner, ownership, panic, panics, question mark, question mark operator, reference
        + outlive, reference to, result type, result<, return a reference, returns a reference,
        shared reference, slices, static str, still in use, str and string, string slice, tests
        + module, the compiler complains that, the enum, trait, unsafe, unsafe + pointer, unsafe
        block, variant, wasm
        """,
        """
        box, chunks, collect(), compiler, copy, cow, drop, dropped, enum, exhaustive match,
        expect(), impl, iterator, macro, match, reference, reference + struct, result, return,
        rocket, shared, signature, slice, struct, struct + reference, thread, value, warp
        """,
    ),
}
