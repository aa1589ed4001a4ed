"""C and C++. See the folder's `__init__` for the format."""

TERMS = {
    "c": (
        """
        #ifdef, #ifndef, #include, #pragma once, **argv, -1 + unsigned, -lm, -wall, address +
        local|array|variable|struct, address sanitizer, addresssanitizer, argc, argv, arm
        cortex, array + decay, array + known at run time, array +
        size|function|pass|dimension|length, array + struct|initial|zero|global, array of
        pointers, bit + byte, bit + set|clear|shift|mask, bit mask, bit shift, bitmask, bits,
        block + realloc|malloc, buffer + size|overflow|read|input, buffer overrun, byte order,
        calloc, char *, char + signed|unsigned|int|array|eof, char const, char*, circular
        buffer, compiler + optimis + variable, compound literal, conflicting types, const char
        *, container_of, core dump, crash + pointer|free|string, crashes + pointer|free|string,
        dangling pointer, decays to a pointer, designated initializer, dimensional array, do
        while(0), do { } while (0), dup2, embedded firmware, endian, endianness, eof +
        char|getc|read, epoll, errno, exit + return + main, extern variable, fgets, file +
        binary + struct, file descriptor, flexible array, flexible array member, float + compare
        + int, fork + exec, free + malloc, free + node, free + pointer, free + twice|crash|null,
        free the, freertos, function pointer, garbage + caller|value|print|string, gcc -wall,
        gdb, getchar, global variable + file|header, header + need|uint8_t, header +
        twice|include|define|function, htonl, implicit declaration, incomplete type, int*,
        int8_t, integer + overflow|promotion|divide|shift|unsigned, interrupt + variable,
        interrupt handler, ioctl, kernel module, linked list + node, linux kernel module, local
        array, longjmp, loop + pointer|unsigned, macro + parentheses, macro + semicolon, macro +
        twice|side effect|argument|evaluat, main + arguments, malloc, malloc +
        cast|size|fail|struct|zero, malloc + free, memcpy, memory +
        free|leak|allocated|uninitial, memset, microcontroller, mmap, modulo of a negative,
        newline + fgets|end|input|string, null + check + pointer, null pointer, off by one +
        buffer, old block, opaque pointer, opaque struct, open() + read, parse + integer +
        string + error, perror, pipe(), pointer + array + difference, pointer +
        free|null|function|struct|increment|double|array|const, pointer to an array, pointers +
        array|struct, pthread mutex, pthread_create, putchar, random + seed, read + input +
        buffer|string, read + line + file + length, realloc, register address, restrict keyword,
        return + address|local|array, returned null, returns null + pointer|malloc|realloc, ring
        buffer, scanf, segfault, select() or poll, setjmp, shift left, sigaction, signed or
        unsigned, sizeof + array|pointer, snprintf, socket in posix, stack smashing, static
        function + file, static inline, static variable in a function, stdbool, stdint,
        stdlib.h, stm32, strcpy, strdup, string + literal|digit|number|reverse, string +
        terminator, string + terminat|copy|length|buffer|compare|modify|literal, strings +
        compare, strlcpy, strncpy, strndup, strtok, strtol, struct + padding, struct +
        pointer|pass|return|size|copy|assign, switch fallthrough, terminating nul, terminating
        zero, time + measure + clock, trailing newline + fgets, two dimensional|2d|dimensional +
        array, two structs, typedef struct, uint16_t, uint32_t, uint8_t, uninitialised,
        uninitialized, unsigned + underflow, unsigned + wrap, va_list, valgrind, varargs macro,
        void *, void*, waitpid, zero byte
        """,
        """
        #define, address of, array as parameter, array decay, array parameter, atoi, bit field,
        bitwise, buffer, buffer overflow, by pointer, bytes, c header, cast to void, char, char
        array, char buffer, char pointer, cleanup with goto, dereference, double free, end of
        the array, end of the buffer, end of the string, exec family, firmware, fopen, fork(),
        format string, fread, free, free + list, free(), garbage, header + assert, header +
        caller, header guard, include guard, index arithmetic, int, integer promotion, isr,
        library + header, linked list, local variable + return, memmove, minimal header,
        multiple definition, nul byte, null terminated, null terminator, null-terminated, object
        file, out of bounds, over the end, padding byte, padding of a struct, past the end,
        pointer, pointer arithmetic, pointer to pointer, pointers, portable + type,
        preprocessor, printf, program crashes, prototype of a function, pthread, restrict,
        segmentation, segmentation fault, signed overflow, sizeof, sizes, sprintf, stack or
        heap, standard library, static library, stdio, strcmp, string literal, string literal
        modify, strlen, struct by value, struct padding, structs, typedef, undefined behavior,
        undefined behaviour, valgrind reports, variable length array, void pointer, warning +
        pointer, wrap around, wraps around, zero-terminated
        """,
        """
        alignment, allocate, allocated, array, byte, cast, clang, extern, fork, gcc, getline,
        goto, header, header + test, header file, heap, leak, linker, macro, macro argument,
        memory, memory leak, node, overflow, portable, posix, return code, signal handler,
        signed, size_t, stack, static, struct, truncated, undefined reference, union, unsigned,
        volatile
        """,
    ),
    "cpp": (
        """
        after a move, after moving, auto &, auto + reference|const|copy, auto&&, auto_ptr, base
        + destructor|pointer|virtual|derived|override, bool + string literal, boost::, brace
        initialization, by const reference, c++, capture by value, catch + reference, catch2,
        clang-tidy, class + copy|header|template|pimpl|operator|virtual|destructor, class +
        operator|print|sort|hash|abstract, cmake target, cmakelists, co_await, compile times +
        header, concept + template, const + member|method|reference|overload, const + temporary,
        const auto, const member function, const reference + value, consteval, constexpr,
        constructor + bool, constructor + explicit|initial|exception|virtual|copy|move|default,
        copied + return|loop|container, copy + loop|container|return, copy assignment, copy
        constructor, copy elision, coroutine co_await, cout, crtp, custom deleter, dangling
        reference, decltype, delete[], deque or vector, destructor +
        virtual|throw|exception|called|leak, diamond inheritance, dynamic_cast, eigen,
        emplace_back, enable_if, endl, enum + string + class, enum class, eras +
        iterat|loop|element, erase + loop, erase remove, erase-remove, exception +
        constructor|destructor|noexcept|catch, exception in a destructor, explicit
        instantiation, explicit keyword, extern "c", find_package, fold expression, forwarding
        reference, getline + cin, googletest, gtest, if constexpr, implicit conversion
        constructor, in-class initializer, include + circular + class, include +
        order|slow|compile, inherit + private|virtual|constructor, initialis +
        order|member|list, initialization list, inline function header, insert + default + map,
        instantiate + template, interface + abstract + pure, invalidates iterators, iostream,
        iterator + erase, iterator invalidated, iterator invalidation, lambda +
        reference|this|dangling, lifetime of a temporary, lock_guard, make_shared, make_unique,
        map + key + custom, map + operator|insert|bracket|iterat|const, member +
        initialis|order|const|reference, modules in c++20, most vexing parse, move assignment,
        move constructor, moved from, moved-from, moving from, msvc, multiple inheritance,
        mutable member, mutex + const|lock|guard, name mangling, new[], noexcept, noexcept move,
        nrvo, nullptr, nullptr or null, object + copied|moved|destroyed|slice, object slicing,
        odr, one definition rule, opencv, operator + class|own|member|stream, operator(),
        operator<<, operator=, operator==, operator[], overload +
        const|operator|template|resolution, overloaded + constructor|bool|literal|function, own
        class + print|operator|sort|compare|hash|map, owner + pointer, parameter pack, partial
        specialization, perfect forwarding, pimpl, placement new, pointer +
        smart|unique|shared|raw|owner|derived, pointers into a vector, print + own class,
        priority_queue, pure virtual call, push_back, pybind11, qobject, qstring, qt signal,
        raii, range-based for, read + file + stream, reference + value + move, reference to a
        temporary, reinterpret_cast, requires clause, reserve + vector, return +
        reference|move|copy|local, return value optimization, rule of five, rule of three, rule
        of zero, rvalue, rvalue reference, rvo, scoped_lock, set + comparator|custom, sfinae,
        shared_ptr, shift operator, signals and slots, slicing a derived, sort +
        comparator|lambda|struct + vector, spaceship <=>, static + order|member|inline, static
        initialization order, static_cast, std move, std::, std::array, std::async, std::endl,
        std::forward, std::function, std::map, std::move, std::mutex, std::optional, std::span,
        std::string, std::thread, std::variant, std::vector, stream + read|state|fail, stream
        operator, string + split|concatenat + stream, string + view|reference|move|concat,
        string_view, stringstream, structured binding, template +
        class|function|type|error|specializ|argument|deduc, template + header, template +
        instantiate, template + linker, template + translation unit, template + undefined
        reference, template specialization, thread + join|detach|reference|terminate, three-way
        comparison, uniform initialization, unique_lock, unique_ptr, universal reference,
        unordered_map, using namespace, variadic template, vcpkg, vector +
        eras|iterat|reserve|copy|resize|push|pointer|reference|invalid, vector + reallocation,
        vector + sort|bool|2d|struct|sum|size, vector reallocate, virtual destructor, virtual
        inheritance, vtable, weak_ptr
        """,
        """
        allocator, atomics, base class, base pointer, big objects, boost, capture by reference,
        cin, class template, cmake, comparator, conan, const correctness, const method, const
        reference, constructor initializer, container, containers, copied or moved, deep copy
        constructor, derived, derived class, destructor, destructors, emplace, erasing,
        exception safe, exception safety, explicit constructor, forward declaration, friend,
        friend class, friend function, function template, header only, header-only, initializer
        list, inline variable, iterate over it, iterators, lambda + capture, lambda capture,
        linker error, lvalue, member initializer, memory order, move semantics, new and delete,
        operator overload, operator overloading, overload, overload operator, overload
        resolution, overloaded, override + virtual, override specifier, own class, ownership of
        a pointer, pass + value, pass by reference, pointer to the base, pointers, polymorphism,
        pure virtual, qt, raw pointer, reference parameter, sliced, slicing, smart pointer, stl,
        streams, string literal + bool, template argument, template class, translation unit,
        undefined reference, vector, virtual, virtual function
        """,
        """
        base, class, const, copy, header, inline, instantiate, iterator, lambda, link, move,
        mutable keyword, namespace, object, operator, pointer, polymorphic, reference, stream,
        template, templates
        """,
    ),
}
