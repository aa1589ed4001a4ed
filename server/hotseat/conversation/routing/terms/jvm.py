"""Languages of the JVM. See the folder's `__init__` for the format."""

TERMS = {
    "java": (
        """
        ./gradlew, .stream(), == + strings, == and equals, ? extends, ? super, @autowired,
        @bean, @component, @entity, @injectmocks, @mock, @onetomany, @override, @requestmapping,
        @restcontroller, @service, @test, @transactional, @value, abstract + interface,
        anonymous inner class, apache commons, application.properties, application.yml,
        arraylist, arrays.aslist, atomicinteger, autocloseable, autowired, bean +
        scope|null|inject, bigdecimal, bufferedreader, checked + lambda|stream, checked
        exception, checkstyle, class<, classloader, classnotfoundexception, classpath, clone
        method, collection + order|key|null|thread|generic, collections.unmodifiablelist,
        collectors, collectors.groupingby, collectors.tomap, compact constructor, comparable or
        comparator, compareto, completablefuture, computeifabsent, concurrenthashmap,
        concurrentmodificationexception, constructor + call, constructor +
        super|call|private|overload, countdownlatch, date + format|parse|zone, date formatter +
        thread, default method in an interface, detached entity, effectively final, entity +
        lazy|equals|detach, entitymanager, enum + singleton|switch|constructor|compare, equal +
        128|127, equals + hash, equals + set|map|contains, equals and hashcode, exception +
        checked|runtime|declare|throw|lambda, executorservice, fat jar, fetch lazy, final +
        list|local|lambda, flatmap on a stream, functional interface, future.get, garbage
        collection pause, generic + array|erasure|type|wildcard, gson, guava, hash code,
        hashcode, hashmap + order|key|null|thread|iterat, hashset, hashset + treeset, heap dump,
        heap space, hibernate, illegalargumentexception, illegalstateexception,
        indexoutofboundsexception, injection + field|constructor, inner class + outer,
        inputstream, insertion order, instanceof pattern, integer + 127|128, integer +
        127|128|equal, intellij, interface + default|implement|static, interface +
        functional|marker, interruptedexception, ioexception, iterator.remove, jackson, jackson
        + field|null, jacoco, javadoc, javafx, jlink, jmap, jmod, jpa, jpa entity, jre, jsf,
        jshell, jsp, jstack, kafka listener, lambda + checked, lazyinitializationexception,
        linkedhashmap, list + generic|object|string|immutable|remove|modif|array, list.of,
        list<, localdatetime, lock + method|object|static, log4j, log4j2, logback, lombok,
        map.of, map<, maven dependency, maven plugin, metaspace, method reference, micronaut,
        module-info, mvn, n+1 in hibernate, null + optional|stream, numberformatexception,
        objectmapper, objects + equal|equals|compare, onetomany, optional.orelse, orelseget,
        outofmemoryerror, overload + null, overloaded + constructor|null, override +
        hashcode|equals, override + static|private|equals, package-private, parallel stream,
        parallelstream, pecs, persistence context, pom.xml, private constructor, properties +
        file|load, public static void main, quarkus, queue + thread|block, raw type, resource +
        jar|classpath|load, restcontroller, runtimeexception, scanner nextline,
        serialversionuid, servlet, set + order|sort|iterate|comparator, set<, simpledateformat,
        singleton enum, spring bean, spring data, spring security, stackoverflowerror, static +
        instance|method|main|inner, static nested class, stream +
        twice|reuse|collect|null|map|side effect, stream().map, string + == + equals, string +
        equal|compare|immutable|switch|loop, string pool, string.format, super t, surefire,
        swing, switch + string|yield, switch expression, system.out.println, text block, thread
        + stop|interrupt|pool|lock|visible, thread dump, threadlocal, throws clause, tohashcode,
        transactional, treemap, treeset, try with resources, try-with-resources, type erasure,
        unchecked cast, unchecked exception, unchecked warning, unsupportedoperationexception,
        varargs + null, vert.x, virtual thread, zoneddatetime
        """,
        """
        abstract class, abstract class or interface, annotation processing, annotation
        processor, autoboxing, bean, boolean getter, boxed, boxed integer, builder pattern,
        checked, classcastexception, comparable, comparator, daemon thread, default method,
        dependency injection, deque, dto mapper, eclipse, equals, equals(), erasure, exception +
        catch + finally, executor, extends + implements, final class, final field, finalize,
        generic type, generic wildcard, generics, getter, getter and setter, getters and
        setters, gradle, hash collision, hash map, hash set, hashmap, hashmap or hashtable, heap
        size, immutable class, immutable list, inheritance, inner class, insertion, integer
        cache, interface default, interface with, iterator + remove, jar, jar file, jdbc, jdk,
        junit, jvm, list + remove + loop, list interface, localdate, maven, mockito, npe, null +
        second time, null pointer, nullpointerexception, optional.of, overloading or overriding,
        overridden, permits, pojo, preparedstatement, primitive type, priority queue, record
        class, repository interface, same + set + twice, sealed interface, serializable, setter,
        slf4j, sorted map, spring, spring boot, stack trace, static method, static nested,
        stream api, streams, streams api, stringbuilder, superclass, synchronized, the stream,
        thread safe, tomcat, unchecked, war file, which collection, wildcard generic, wrapper
        class, wrapper type
        """,
        """
        annotation, build.gradle, catch, class, constructor, entity, exception, extends, final,
        final variable, garbage collector, implements, instanceof, integer, interface, lambda,
        linkedlist, main method, override, package, private, record, records, static, stream,
        string concatenation in a loop, subclass, thread, thread pool, throws, volatile, war
        """,
    ),
    "kotlin": (
        """
        ?.also, ?.let, ?: operator, @jvmfield, @jvmoverloads, @jvmstatic, activity +
        crash|leak|job|held|context|rotat, also or apply, android manifest, androidmanifest, app
        crashes, apply + also, apply or also, assequence, associateby, build.gradle.kts, by
        delegate, by lazy, class + open|final|inherit, cold flow, companion, companion object,
        composable, compose + state|recompos|list|remember, compose modifier, copy + data class,
        copy() of a data class, coroutine + cancel|exception|scope|blocking|launch|thread|test,
        coroutine scope, coroutinescope, crossinline, data + class + copy|equals, data object,
        default argument + java, delegated property, delegation by, destructuring + data class,
        dispatchers.io, dispatchers.main, early + foreach|lambda, elvis operator, enum + sealed,
        extension functions, extension property, first or null, firstornull, flow +
        collect|cold|hot|cancel|ui, flow + hot, flow + state, flow.collect, fragment +
        lifecycle|view, fun interface, function + default|infix|extension, globalscope, gradle
        kotlin dsl, gradle.kts, groupby, helpers + top level, hilt, hot or cold, infix function,
        init block, inline class, inline reified, it + lambda, it.let, jetpack, jetpack compose,
        job + cancel|scope|activity, jvmoverloads, jvmstatic, kapt, kmp, koin, kotest, kotlinx,
        kotlinx.serialization, ksp, ktor, label + return + lambda, labelled return, lambda +
        return|it|receiver|last, lambda with receiver, lateinit, lateinit or lazy, launch or
        async, launchedeffect, lazy or lateinit, lazycolumn, let, let + also, let + apply, let
        or run, let run apply also, lifecyclescope, list + map + transform, list + mutable +
        read-only, listof, mapof, mockk, moshi, multiplatform, mutable list, mutablelist,
        mutablelistof, mutablestateof, noinline, not-null assertion, nothing type, notnull
        assertion, null + question mark|elvis|safe|platform|java, null safe call, nullable +
        smart|java|property|list, object + singleton|companion, observable delegate, open class,
        operator fun, override + val|fun|open, phone + rotat, primary constructor + init,
        property + lazy|lateinit|getter|backing, read-only list, receiver lambda, recompose,
        recomposition, recycler, reified, remember {, remembersaveable, retrofit, return +
        foreach, return@, rotated + activity|screen|phone, runblocking, scope function, scope
        functions, sealed + enum|when|interface, sealed interface, secondary constructor,
        sequence or list, sharedflow, state + screen + remember, stateflow, string +
        template|trim|multiline, structured concurrency, supervisorjob, supervisorscope,
        suspend, suspend function, suspending, tailrec, takeif, takeunless, tolist, top level +
        file|function, top level function, type-safe builder, typealias, ui state, unit and
        nothing, val and var, val or var, value class, var or val, version catalog, viewmodel,
        viewmodelscope, when + exhaustive, when + exhaustive|else|branch|enum|sealed, when +
        sealed, with or apply, withcontext
        """,
        """
        !!, android, backing field, buildlist, collect + flow, coroutine, coroutines, data
        class, data classes, dispatchers, double bang, double exclamation, elvis, emit,
        exhaustive, extension function, flow, in a when, inline function, intent extra, jvm
        target, lambda + return, launch and async, launched, livedata, main thread + android,
        named argument, null safety, nullable, object declaration, object keyword, platform
        type, recyclerview, room, room database, rotate the phone, rotation + screen, safe call,
        screen, screen + state, screen rotation, sealed, sealed class, singleton object, smart
        cast, the job, top level, top-level, trailing lambda, when branch, when expression, when
        is
        """,
        """
        activity, app, apply, builder, fragment, fun, lambda, launch, lazy, nullable type, run +
        with, scope, val, view model
        """,
    ),
    "scala": (
        """
        akka, cats-effect, for comprehension, given and using, play framework, sbt, zio
        """,
        """
        case class, cats, implicits, pattern match on a case class
        """,
        """
        companion object, future and promise, implicit, spark job
        """,
    ),
}
