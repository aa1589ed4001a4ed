"""Scripting languages. See the folder's `__init__` for the format."""

TERMS = {
    "python": (
        """
        *args, @classmethod, @contextmanager, @property, @staticmethod, __all__, __call__,
        __enter__, __eq__, __getattr__, __hash__, __init__, __iter__, __main__, __name__,
        __new__, __pycache__, __repr__, __slots__, abstractmethod, anaconda, argparse, asgi,
        asterisk in the signature, async + blocking + requests, asyncio, asyncio.gather,
        asyncio.run, bare except, beautifulsoup, black formatter, celery, celery task, class +
        decorator, class + list + share|shared|instances, closure + late, comma + tuple, conda,
        conftest, context manager, copy.deepcopy, cpython, csv + column|rows|read, cython,
        dataclass, decorator + argument|arguments, decorator that, decorator which, deepcopy,
        default argument +
        list|dict|call|remember, defaultdict, dict + default|order|missing|iterat|changed size,
        dict + merge|two, dict comprehension, dict.get, dicts, django, django model, docstring,
        drf, dunder, elif, f-string, fastapi, file + encoding + open, filenotfounderror, fixture
        + once|session|scope|test, flake8, flask, for else, format a string, fstring, function +
        remembers, functools, generator + exhausted|twice|consumed, generator expression,
        getattr, gil, global interpreter lock, global keyword, groupby of a dataframe, gunicorn,
        hasattr, hints, if + one line + else, if name, import + root folder|directly|folder,
        importerror, indentationerror, indexerror, inherit + super, instances + share, integer +
        string + concatenate, is and ==, isinstance, isort, iterator + exhausted, itertools,
        jinja, jinja2, json.dumps, jupyter, keyword only argument, keyword-only, kwarg, kwargs,
        list + aliasing, list +
        copy|reverse|slice|sort|sorted|flatten|empty|default|chunks|index, list + tuple, list
        comprehension, logging.getlogger, loop + else, lru_cache, matplotlib, memory +
        generator, metaclass, migrations in django, module named|no module, modulenotfounderror,
        monkeypatch, multiprocessing pool, mutable, mutable default, mutable default argument,
        mypy, name equals main, namedtuple, nameerror, nonetype, nonlocal, numpy, one element +
        tuple, ordereddict, os.environ, os.path, package + folder + init, pandas, paramspec,
        pathlib, pathlib.path, pep 8, pep8, pip, pip freeze, pip install, pip-tools, polars,
        positional-only, pprint, processpoolexecutor, pydantic, pyenv, pylint, pyproject, pypy,
        pytest, pytest fixture, pytorch, queryset, recursionerror, requests library,
        requirements.txt, ruff, scikit, scipy, scrapy, series of pandas, set + order, setattr,
        setdefault, setuptools, sklearn, sqlalchemy, star + parameter list, starred expression,
        star|asterisk + keyword argument, stopiteration, str.join, string + join|reverse|format,
        strip, sys.argv, sys.exit, sys.path, tensorflow, ternary, thread + gil,
        threadpoolexecutor, threads + cpu|faster, tkinter, tox, tqdm, try + else, try else,
        tuple, tuple + list, tuples, type hints, typeddict, typeerror nonetype, typevar, typing
        module, typing.protocol, unboundlocalerror, unhashable, unicodedecodeerror, uvicorn,
        valueerror, venv, virtual + environment, virtualenv, walrus, with + file + close, wsgi,
        wsgi server, yield from, zip strict
        """,
        """
        abc, abstract base class, attribute of none, attributeerror, axis argument,
        broadcasting, bytes and str, chained comparison, circular import, class + attribute,
        class attribute, comprehension, coroutine was never awaited, counter of words, csv, csv
        module, data frame, dataframe, decorator, default argument, default parameter list,
        dict, dict of lists, dictionaries, dictionary, dictionary + key, double underscore,
        dunder method, ellipsis object, encoding error, enumerate, event loop is already
        running, except + exception, except clause, f string, falsy, fixture, flatten a list,
        floor division, from none, generator, import cycle, indentation, index error, instance
        attribute, instances, integer division, iterate over a dict, keyerror, keyword argument,
        keyword arguments, late binding closure, len, list of dicts, list of lists, loop + list,
        method resolution order, module level, mro, never awaited, notebook, once per session,
        parametrize, percent + format, pickle, plot, poetry, positional argument, raise +
        except, raise from, relative import, remove + items + loop + list, remove from a list
        while, script + main, selenium driver, self, session scope, set comprehension,
        settingwithcopy, sort a list, square brackets, subclass of dict, traceback, truthy,
        tuple unpacking, two lists, two underscores, type hint, underscore underscore, unittest,
        virtual environment, with open, with statement, zip two lists
        """,
        """
        del, egg, except, finally, import, indent, interpreter, interpreter lock, keyword,
        lambda, list, mapping, module, print, raise, slicing, star, str, super(), unpack, uv,
        wheel
        """,
    ),
    "ruby": (
        """
        %w, &., &:, **opts, .gemspec, =~, actioncable, active record, activejob, activerecord,
        after_commit, after_create, ampersand + map|colon|block|method, ampersand colon,
        arguments + leave out|keyword|splat|hash, array + nil|compact|each|map|inject, array +
        sum|flatten|uniq|each slice|sort, attr_accessor, attr_reader, attr_writer, autoload
        zeitwerk, background + job + retry + model, bang method, before_action, before_filter,
        before_save, begin rescue, belongs_to, binding.pry, blank? or empty, block +
        proc|method|return|pass|argument|yield, block + yield, block and proc, block_given,
        bundle exec, bundle install, byebug, callback + save|skip|order, capistrano, capybara,
        class + reopen|variable|inherit|instance, class << self, class method + scope|model,
        class_eval, collection partial, comparable module, concern + model, constant +
        freeze|module, constant + uninitialised|uninitialized|load, controller +
        model|action|before|render|params, db/schema, db:migrate, default hash value,
        define_method, describe and context, do + end + braces, do and end, do end or braces,
        double + stub, double splat, dup and clone, dup or clone, each + map|return|index,
        each_cons, each_slice, each_with, each_with_index, each_with_object, eager_load,
        eigenclass, ensure + rescue, enum + model, exception + rescue|ensure, exception or
        standarderror, exclamation mark + method, extend self, factory_bot, factorybot, fetch
        with a default, find_by, find_each, flash notice, form + params|model + rails, form_for,
        form_with, frozen string, frozen_string_literal, gem, gem +
        version|install|bundle|conflict, gemfile, gemfile.lock, gemspec, gsub,
        has_and_belongs_to_many, has_many, has_one, hash + symbol|default|string key|keys|merge,
        hash rocket, hash.new, heredoc, heredoc squiggly, hotwire, if without, include and
        extend, include or extend, include or prepend, includes and joins, includes or joins,
        inject or reduce, instance_eval, instance_variable_get, irb, isn't nil, json + render +
        model, keyword splat, lambda and proc, lambda or proc, let and let!, let!, link_to, load
        + constant, load path, mailer, map + ampersand|block, map with index, map(&:, method +
        nil + return, method + object + nil, method + question
        mark|exclamation|bang|private|missing|block|yield|self|double colon, method missing,
        method_missing, migration + rollback|column|reversible, migration in rails, minitest,
        mixins, model + validat|callback|scope|association|save, models + share, module +
        include|extend|mix, module_function, nil + call|object|safe|check|shortest, nil +
        returned|method|if, nil.to_a, nil? + empty?, nomethoderror, p and puts, params.require,
        permit params, pluck, polymorphic association, preload or includes, present?, private +
        method + self, proc, proc and lambda, proc or lambda, procs, pry, public_send, puts,
        puts + map, puts and p, puts or p, query + includes|association|joins, question mark +
        method name, rails, rails console, rails generate, rails migration, raise and throw,
        rake, rake task, rbenv, rbs, refinement, refinements, render partial, require_relative,
        rescue, rescue standarderror, respond_to, respond_to_missing, return +
        proc|lambda|block, routes.rb, rspec, rubocop, ruby 3, rubygems, rvm, schema.rb, scope +
        model|class method|chain|lambda, seed + database, self + class|method|setter,
        self.class, send or public_send, setter + self, several models + share, share +
        models|controllers|views, sidekiq, sidekiq worker, sinatra, singleton class, singleton
        method, sorbet, sort_by, spaceship operator sort, squiggly heredoc, standarderror,
        stimulus controller, string + interpolat|each char|methods, string +
        symbol|frozen|mutable, string or symbol, strong parameter, strong parameters, strong
        params, subject in rspec, symbol + string|hash|memory, symbol and string, symbol or
        string, symbolize, symbolize_keys, symbols or strings, test + factory|database|fixture +
        model, test + stub + double, throw and catch, to_proc, trailing question mark,
        transform_keys, transform_values, turbo, turbo frame, turbo stream, undefined local
        variable, undefined method, undefined method for nil, uninitialized constant, uniqueness
        validation, view + partial|helper|erb, where.not, with_indifferent_access, yield to a
        block, zeitwerk, ||=
        """,
        """
        ampersand, background job, braces + end, bundler, call map, callback in a model, class
        method, class variable, controller action, devise, enumerable, erb, fat model, freeze,
        frozen, gem version, group_by, haml, hash + each, hash argument, hash with default, if
        nil, implicit return, instance variable, keyword arguments + hash, last expression, last
        line + return, method chain, method with a question mark, mixin, model, model
        validation, models, module, monkey patch, monkey patching, monkey-patch, object +
        respond, open class, predicate method, puma, reopen a class, safe navigation, scope +
        chain, scope on a model, select or filter, shared code, single quotes or double quotes,
        splat, string mutable, symbol, symbols, tap, tests with rspec, the block, unless, unless
        + else, validates, view helper, view template, yield
        """,
        """
        association, bang, blank, block, bundle, class method self, concern, controller, dig, do
        end, each, hash, helper, helper method, inject, migration, n+1, nil, partial, prepend,
        rack, scan, scope, seed, self, session store, validation
        """,
    ),
    "php": (
        """
        $_cookie, $_files, $_get, $_post, $_request, $_server, $_session, $this, $this->, 0 +
        false + not found, == or === + string, ?->, @csrf, @foreach, __call, __destruct,
        __invoke, __tostring, add_action, add_filter, array +
        key|foreach|reference|merge|associative|json, array + sort|print|filter|search|string,
        array_column, array_filter, array_key_exists, array_map, array_merge, array_push,
        artisan, artisan command, autoloader, backed enum, belongsto, bindparam, bindvalue,
        blade template, cakephp, call to a member function, cannot modify header, class +
        autoload|namespace|trait|interface + php, codeigniter, composer, composer autoload,
        composer install, composer require, composer update, composer.json, constructor property
        promotion, cookie + set|expire|header, curl_exec, curl_setopt, custom post type,
        database + connection|pdo|query + page, date + default timezone, date +
        format|add|difference + page, datetimeimmutable, declare(strict, die(), display_errors,
        doctrine entity, doctrine migration, dot + concatenate, echo + user|query
        string|input|escape|html, echo and print, echo or print, eloquent, eloquent model,
        error_reporting, escape + quotes|print|page|output, escapes + quotes|print|page|output,
        escapeshellarg, fetch_assoc, fetchall, file_get_contents, file_put_contents, filter_var,
        first-class callable, float + round + price, fn =>, foreach + reference, foreach +
        reference|key|last|array, form + posted|send|submit|token, form +
        post|server|submitted|email|token|validate, form request, function + array|optional|null
        + type, function + global|reference|variable, functions.php, get_posts, guzzle, hash +
        password, hasmany, header + location, header location, header(), headers already sent,
        headers sent, htmlentities, htmlspecialchars, image + upload|resize, in_array, include +
        path|twice|file|variable, include_once, insteadof, interface or abstract class + php,
        isset, isset and empty, joomla, json + decode|array|object + response|associative,
        json_decode, json_encode, laravel, laravel middleware, laravel queue, late static
        binding, login + session|cookie|password|page, loop + the post|wordpress, loose
        comparison, magento, magic __, mail + header|send, mail(), match or switch,
        max_execution_time, md5 + password, memory_limit, monolog, move_uploaded_file,
        mysql_query, mysqli, mysqli_query, namespace + use|autoload, nl2br, null +
        array|property|default + isset, nullsafe, ob_start, opcache, output buffering, page +
        escap|print|session|include, page +
        include|header|session|login|redirect|white|blank|form|reload, page + insert + safely,
        pagination + page + template, password + hash|database|store|login, password_hash,
        password_verify, pdo, pdoexception, php artisan, php-cs-fixer, php-fpm, php-fpm worker,
        php.ini, phpstan, phpunit, plugin + hook|shortcode, posted by the form, preg_match,
        prepare and bindparam, prepared statement + pdo, print + page|name + escap, print_r,
        promoted property, psalm, psr-12, psr-4, query + placeholder|pdo|prepared|quote, query
        string + user|escape, raw sql + laravel, read + posted, redirect + header, reference +
        foreach, request + session|cookie|file|global, request ends, require_once, returns 0 +
        not found, route + controller + middleware, self or static, service container, session +
        lost, session + redirect, session + start|login|lost|page|expire|timeout,
        session_destroy, session_regenerate_id, session_start, setcookie, slim framework,
        spl_autoload, static closure, static:: or self::, str_contains, strict_types, string +
        concatenat + dot, strip_tags, strpos, strpos + 0, strpos + false, superglobal, symfony,
        symfony bundle, symfony form, t_string, the loop in wordpress, the_content, traits
        conflict, twig, twig template, type juggling, typo3, undefined array key, undefined
        index, undefined variable, unexpected t_, upload + file|move|request|size,
        upload_max_filesize, uploaded + request|move, uploaded file, usort, var_dump, variable +
        dollar|undefined|function|global, variable variables, vendor/autoload, what was posted,
        wherehas, with() eager, woocommerce, wordpress, wp-admin, wp-config, wp_enqueue,
        wp_query, xdebug, yii
        """,
        """
        .htaccess, __construct, array functions, arrow fn, associative array, blade, blank page,
        browser + output, carbon, cookie + session, csrf token, deprecated dynamic property,
        doctrine, dollar sign, drupal, dynamic property, echo, empty(), escape the output,
        escaping output, explode, facade, foreach by reference, form data, form is posted, form
        submit, fpm, generator yield php, get parameter, htaccess, implode, include file,
        include or require, included file, into the page, kernel + middleware, login + password,
        login page, match expression, namespaces, nginx + fpm, page + database, page + saves,
        page + session, page + stores, page that inserts, page that saves, plugin + theme,
        plugin hook, post data, post request + form, posted, posted form, prepared statement,
        print + page, psr, quotes + escape, readonly property + constructor, required file, send
        a mail, server side form, service provider, session, shared hosting, shortcode, single
        or double quotes + variable, spaceship operator, spl, sprintf in a view, submitted form,
        substr, upload folder, uploaded, user sent, web host, white page, white screen,
        wordpress plugin, wp query, wp_
        """,
        """
        __get, apache, autoload, cms, contact form, cookie, dollar sign variable, exit(), file
        upload, foreach, form, form submit page server, globals, host, include, logged in,
        login, magic method, match, named arguments, namespaces and use, null coalescing, page,
        page safely, pest, redirect, request, sanitise, sanitize, submit, template engine,
        trait, trait use, upload, upload form
        """,
    ),
    "lua": (
        """
        # + table, .. operator, 0 + truthy|true, 5.1 + 5.3, 5.1 or 5.4, __call + table, __gc,
        __index, __mode, __newindex, __tostring, _env, _g, a and b or c, adds two vectors, and
        or idiom, array + starts at one, attempt to call, attempt to compare, attempt to
        concatenate, attempt to index, attempt to index a nil, autocmd, awesomewm, buffer +
        key|autocommand|keymap, busted, c + lua, called with a colon, called with a dot, calling
        + colon, class + metatable, class + tables|table, collision, colon + dot, colon instead
        of, colon or dot, concatenat + nil|loop + string|table, concatenate with .., corona,
        coroutine + resume|yield|wrap, coroutine.create, coroutine.wrap, coroutine.yield,
        defold, dofile, dot + colon, dot or colon, editor + config + key, error + pcall,
        factorio mod, false and nil, ffi.cdef, forgot local, function +
        table|local|nil|self|varargs + table|lua, game + frame|update|sprite|player, garry's
        mod, getmetatable, global + local|nil|accident, global variable by accident, gmatch,
        gmod, goto continue, hammerspoon, hole in the table, init.lua, integer + float +
        division, integer division + 5.3, invalid order function, ipairs, keymaps, keys[1], kong
        plugin, lazy.nvim, length + hole, length operator, loadfile, loadstring, local and
        global, local or global, loop + table|nil, love.draw, love.load, love.update, love2d,
        lua module, lua stack, lua table, lua_pcall, lua_state, luacheck, luajit, luarocks,
        luau, löve, metamethod, metamethods, metatable, metatable + inherit, metatables, module
        + return|local|table, module in c, neovim, neovim config, nginx + lua, nil +
        count|length|loop, nil + middle, nil in a table, not equal, not equal ~=, nvim,
        nvim-lspconfig, nvim_create_autocmd, of tables, one-based, only tables, openresty, order
        function, package.loaded, package.path, pairs and ipairs, pcall, pcall or error, percent
        + pattern, pico-8, player + speed|jump|frame, plugin + setup|lazy|keymap, pushinteger,
        rawequal, rawget, rawset, redis + eval, redis script, remove + loop + table, repeat +
        until, repeat until, require + returns, require + table|local|cache|path, resume,
        roblox, select("#", select('#', self + colon, self + method|colon|function, self +
        nil|dot|colon, set to nil, setmetatable, solar2d, sort + tables, sort function of
        tables, split a string + pattern, starts at one, string + length|format|reverse|concat +
        lua, string + pattern|split|percent, string.format + nil, string.gsub, string.match,
        stylua, table +
        class|copy|length|empty|nil|merge|count|print|remove|function|key|object|array|sort|size|default|nested,
        table + nil, table + sorted|order|random|last|shuffle|iterate|nested|deep, table.concat,
        table.insert, table.remove, table.sort, table.unpack, tables +
        class|object|only|inherit|copy, tables + sort|function|complain, ternary with and or,
        treesitter config, unpack(, upvalue, upvalues, varargs, variable + local|global +
        nil|module, vim.api, vim.cmd, vim.fn, vim.keymap, vim.lsp, vim.opt, weak keys, weak
        table, wezterm, which-key, world of warcraft addon, wow addon, xpcall, zero +
        true|truthy, ~=
        """,
        """
        # operator, 1-based, array + nil, array + one, class with tables, closure + local, colon
        and dot, config, count + nil, delta time, dt, enemy, frame, from 1, game loop, global by
        default, hash operator, hole in, holes, index + 1, index 0, inheritance with tables,
        invalid order, key mapping, keymap, map + key, map a key, module + c + lua, neovim
        plugin, next(), nil + length, nil + table, npc, numeric for, nvim plugin, of a table,
        packer, player, plugin config, require returns a table, sequence + table, sprite, starts
        at 1, starts with one, table key, tables, telescope, with a colon, with a dot
        """,
        """
        array, colon, continue in a loop, coroutine, end, entry, hash part, index from one,
        length, local, local function, loop, nil, ordered, pairs, plugin, scene, table, varargs
        ...
        """,
    ),
    "r": (
        """
        %>%, cran, dplyr, ggplot, ggplot2, knitr, lapply, r markdown, rstudio, sapply, shiny
        app, tibble, tidyverse
        """,
        """
        factor level, lm()
        """,
        """
        data frame, linear model, vectorised
        """,
    ),
}
