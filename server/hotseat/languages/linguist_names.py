"""Names of languages that no profile states, from Linguist's languages.yml.

Names of LSP ids in lower case, made by `tests/tools/language_names.py write LINGUIST`.
"""

ALIASES: dict[str, str] = {
    "ada": "ada2005 ada95",
    "applescript": "apples osascript",
    "asciidoc": "adoc asciidoctor",
    "assembly": """
        armasm fasm gas gnu-asm m68k masm motorola-68k-assembly nasm tasm unix-asm unix-assembly
        x86asm
    """,
    "bat": "batchfile winbatch",
    "bibtex": "bib",
    "caddyfile": "caddy",
    "clojure": "edn",
    "coffeescript": "coffee coffee-script litcoffee literate-coffeescript",
    "cpp": "arduino ino",
    "csharp": "cake cakescript",
    "cuda-cpp": "cuda",
    "d": "dlang",
    "diff": "udiff",
    "dockerfile": "containerfile",
    "dot": "graphviz-(dot)",
    "dotenv": "env",
    "eex": "eelixir html+eex leex",
    "elixir": "iex",
    "erb": "html+erb html+ruby javascript+erb rhtml",
    "fortran": "fortran-free-form",
    "fsharp": "f#",
    "git-commit": "commit",
    "go.mod": "go-mod go-module",
    "go.sum": "go-checksums go-sum go-work-sum go.work.sum",
    "go.work": "go-work go-workspace",
    "groovy": "gradle",
    "handlebars": "hbs htmlbars",
    "haskell": "ghci lhaskell lhs literate-haskell",
    "html": "xhtml",
    "ignore": "dockerignore git-attributes git-ignore gitattributes gitignore hgignore ignore-list",
    "ini": """
        cfg conf confini desktop dosini editor-config editorconfig git-config gitconfig
        gitmodules npm-config npmrc systemd
    """,
    "jade": "pug",
    "java": "jshell",
    "javascript": "ecmascript es6 nodejs ojs",
    "jinja": "django html+django html+jinja",
    "json": """
        geojson ipython-notebook json-lines jsonl jsonld jsonlines jupyter-notebook ndjson
        oasv2-json oasv3-json sarif topojson
    """,
    "jsonc": "json-with-comments",
    "julia": "jldoctest julia-repl",
    "just": "justfile",
    "kotlin": "gradle-kotlin-dsl",
    "lean": "lean-4 lean4",
    "less": "less-css",
    "lisp": "cask common-lisp eask elisp emacs emacs-lisp",
    "makefile": "automake bsdmake mf",
    "markdown": "commonmark gfm pandoc rmarkdown vimwiki",
    "mdx": "markdown.mdx",
    "mermaid": "mermaid-example",
    "nginx": "nginx-configuration-file",
    "nix": "nixos",
    "nu": "nu-script nushell nushell-script",
    "objective-c": "obj-c",
    "objective-cpp": "obj-c++ objc++ objective-c++ objectivec++",
    "ocaml": "ocamlinterface ocamllex",
    "odin": "odin-lang odinlang",
    "pascal": "delphi objectpascal",
    "perl": "cperl",
    "php": "phtml",
    "pip-requirements": "requirements",
    "plaintext": "fundamental plain-text",
    "powershell": "posh powershell-interactive ps1con pwsh pwsh-session",
    "properties": "java-properties jproperties",
    "proto": "proto2 proto3 protobuf protocol-buffer protocol-buffers",
    "python": "cython numpy py3 pycon pyrex python-repl rusthon sage snakefile snakemake",
    "r": "rconsole rscript splus",
    "raku": "perl-6 perl6",
    "razor": "html+razor",
    "regex": "regular-expression",
    "restructuredtext": "rst",
    "ruby": "irb jruby macruby rake rbx",
    "scala": "sbt",
    "shellscript": """
        abuild alpine-abuild apkbuild azurecli bash-session console envrc openrc
        openrc-runscript sh-session shell-script shellsession tcsh zsh-session
    """,
    "smalltalk": "squeak",
    "sql": "hiveql mariadb mssql plpgsql postgresql psql sqloracle sqlpl t-sql tsql",
    "starlark": "bazel bzl tiltfile",
    "systemverilog": "sv svh",
    "tcl": "sdc xdc",
    "terraform": """
        hashicorp-configuration-language hcl opentofu terraform-template terraform-vars tofu
    """,
    "typst": "typ",
    "v": "vlang",
    "vb": """
        classic-visual-basic vb-.net vb-6 vb.net vb6 vba vbscript visual-basic visual-basic-.net
        visual-basic-6 visual-basic-6.0 visual-basic-classic visual-basic-for-applications
    """,
    "vim": "nvim vim-script viml vimscript",
    "wat": "wasm wast webassembly",
    "xml": """
        ant ant-build-system collada docbk maven maven-pom plist ps1xml rss svg
        web-ontology-language wsdl xml-property-list xpages xproc xsd xsl xslt
    """,
    "yaml": """
        common-workflow-language compose cwl oasv2-yaml oasv3-yaml salt saltstack saltstate
        unity3d-asset
    """,
}

EXTENSIONS: dict[str, str] = {
    "abap": "abap",
    "ada": "ada",
    "apex": "apex trigger",
    "applescript": "applescript scpt",
    "asciidoc": "adoc asciidoc",
    "assembly": "a51 nas nasm x68",
    "awk": "auk awk gawk mawk nawk",
    "bibtex": "bib bibtex",
    "bicep": "bicep bicepparam",
    "blade": "blade blade.php",
    "c": "cats idc",
    "caddyfile": "caddyfile",
    "clojure": "boot cl2 cljc cljs.hl cljscm cljx edn hic",
    "cmake": "cmake.in",
    "cobol": "cbl ccp cob cobol cpy",
    "coffeescript": "_coffee cjsx coffee coffee.erb coffee.md iced litcoffee",
    "cpp": "c++ cppm h++ inl ino ipp ixx tcc tpp txx",
    "csharp": "cs.pp linq",
    "csv": "csv",
    "cuda-cpp": "cuh",
    "cue": "cue",
    "cypher": "cyp cypher",
    "d": "di",
    "diff": "diff patch",
    "dockerfile": "containerfile dockerfile",
    "dot": "dot gv",
    "dotenv": "env",
    "eex": "html.eex leex",
    "elm": "elm",
    "erb": "erb.deface js.erb",
    "erlang": "app app.src escript xrl yrl",
    "fennel": "fnl",
    "forth": "4th forth frt fth",
    "fortran": "f f03 f08 f77 f95 for",
    "fsharp": "fsi",
    "gdscript": "gd",
    "gdshader": "gdshader gdshaderinc",
    "gleam": "gleam",
    "glsl": """
        fp frag frg fsh fshader geo geom glsl glslf glslv gshader rchit rmiss tesc tese vert vrx
        vs vsh vshader
    """,
    "gotmpl": "html.tmpl",
    "graphql": "gql graphqls",
    "groovy": "grt gtpl gvy",
    "hack": "hack hhi",
    "haml": "haml haml.deface",
    "handlebars": "handlebars hbs",
    "haskell": "hs-boot hsc lhs",
    "haxe": "hx hxsl",
    "hlsl": "cginc fxh hlsl hlsli",
    "html": "hta html.hl xht",
    "idris": "idr lidr",
    "ignore": "gitignore",
    "ini": """
        cnf container desktop desktop.in dof editorconfig gitconfig lektorproject mount network
        prefs service socket target timer url
    """,
    "jade": "jade pug",
    "janet": "janet",
    "java": "jav jsh",
    "javascript": """
        _js bones es6 jake javascript jsb jscad jsfl jslib jsm jspre jss njs pac sjs ssjs xsjs
        xsjslib
    """,
    "jq": "jq",
    "json": """
        4dform 4dproject avsc geojson gltf har json-tmlanguage json.example jsonl jsonld mcmeta
        ndjson sarif slnlaunch tfstate tfstate.backup topojson webapp webmanifest yyp
    """,
    "jsonc": """
        code-snippets code-workspace hujson sublime-build sublime-color-scheme sublime-commands
        sublime-completions sublime-keymap sublime-macro sublime-menu sublime-mousemap
        sublime-project sublime-settings sublime-theme sublime-workspace sublime_metrics
        sublime_session tsconfig.json
    """,
    "jsonnet": "jsonnet libsonnet",
    "just": "just",
    "kotlin": "gradle.kts ktm",
    "latex": "aux bbx cbx cls dtx ins lbx ltx mkii mkiv mkvi sty",
    "lean": "hlean lean",
    "lisp": "asd el emacs emacs.desktop ny podsl sexp",
    "llvm": "ll",
    "lua": "nse p8 pd_lua rbxs rockspec wlua",
    "luau": "luau",
    "makefile": "mak make makefile mkfile",
    "markdown": "livemd mdown mdwn mkd mkdn mkdown qmd rmd ronn workbook",
    "matlab": "matlab",
    "mermaid": "mermaid mmd",
    "metal": "metal",
    "mojo": "mojo",
    "mustache": "mustache",
    "nginx": "nginx nginxconf",
    "nim": "nim.cfg nimble nimrod nims",
    "nu": "nu",
    "ocaml": "eliom eliomi ml4 mll mly",
    "odin": "odin",
    "org": "org",
    "pascal": "dfm dpr lpr pas pascal",
    "perl": "perl ph plx psgi",
    "php": "aw ctp php3 php4 php5 phps phpt",
    "postcss": "pcss postcss",
    "powershell": "psd1",
    "prolog": "prolog yap",
    "properties": "properties",
    "puppet": "pp",
    "purescript": "purs",
    "python": """
        gyp gypi lmi numpy numpyw numsc pxd pxi py3 pyde pyp pyt pyx sage sagews smk snakefile
        tac wsgi xpy
    """,
    "qml": "qbs qml",
    "r": "rd rhistory rsx",
    "racket": "rkt rktd rktl scrbl",
    "raku": "6pl 6pm nqp p6 p6l p6m pl6 pm6 raku rakumod",
    "razor": "cshtml razor",
    "reason": "re rei",
    "regex": "regex regexp",
    "rescript": "resi",
    "restructuredtext": "rest rest.txt rst.txt",
    "roc": "roc",
    "ron": "ron",
    "ruby": "builder eye god jbuilder mspec podspec prawn rabl rbi rbuild rbw rbx ruby thor watchr",
    "rust": "rs.in",
    "scala": "kojo",
    "scheme": "sld sps ss",
    "shaderlab": "shader",
    "shellscript": "command csh ksh pacscript sbatch sh-session sh.in slurm tcsh tmux zsh-theme",
    "slim": "slim",
    "slint": "slint",
    "smali": "smali",
    "smalltalk": "st",
    "sparql": "rq sparql",
    "sql": """
        bdy db2 ddl fnc hql mysql pck pgsql pkb pks plb pls plsql prc spc tab tpb tps trg udf
        viw vw
    """,
    "squirrel": "nut",
    "starlark": "bazel star",
    "stylus": "styl",
    "systemverilog": "sv svh vh",
    "tcl": "adp sdc tcl tcl.in tm xdc",
    "terraform": "nomad tftpl tofu",
    "thrift": "thrift",
    "toml": "toml.example",
    "turtle": "ttl",
    "typst": "typ",
    "vala": "vala vapi",
    "vb": "bas ctl dsr frm vbhtml vbs",
    "verilog": "veo",
    "vhdl": "vhdl vhf vhi vho vhs vht vhw",
    "vim": "vimrc vmb",
    "wat": "wast wat",
    "wgsl": "wgsl",
    "xml": """
        adml admx ant axaml axml builds ccproj ccxml clixml cproject cscfg csdef csproj ct dae
        depproj dita ditamap ditaval dll.config dotsettings filters fsproj fxml glade gmx gpx
        grxml hzp icls iml ivy jelly jsproj kml launch mdpolicy meta4 mjml mxml natvis ndproj
        nproj nuspec odd osm owl pkgproj plist proj props ps1xml psc1 pt pubxml qhelp rbxmx rdf
        resx rss scxml sfproj shproj slnx srdf storyboard sttheme sublime-snippet targets
        tmcommand tml tmlanguage tmpreferences tmsnippet tmtheme ui urdf ux vbproj vcxproj
        vsixmanifest vssettings vstemplate vxml wixproj wsdl wsf wxi wxl wxs x3d xacro xaml xib
        xlf xliff xmi xml.dist xmp xpl xproc xproj xslt xsp-config xsp.metadata xspec xul zcml
    """,
    "yaml": """
        anim asset cwl mat meta mir prefab reek rviz sls sublime-syntax syntax unity
        yaml-tmlanguage yaml.sed yml.mysql
    """,
    "zig": "zig.zon",
}

FILE_NAMES: dict[str, str] = {
    "bat": "gradlew.bat mvnw.cmd",
    "caddyfile": "caddyfile",
    "clojure": "riemann.config",
    "coffeescript": "cakefile",
    "dotenv": """
        .env .env.ci .env.dev .env.development .env.development.local .env.example .env.local
        .env.prod .env.production .env.sample .env.staging .env.template .env.test .env.testing
    """,
    "elixir": "mix.lock",
    "erlang": "emakefile rebar.config.lock rebar.lock",
    "git-commit": ".gitmessage commit_editmsg",
    "go.sum": "go.work.sum",
    "ignore": """
        .agignore .atomignore .babelignore .bzrignore .ckignore .coffeelintignore .cvsignore
        .easignore .eleventyignore .eslint-ignore .eslintignore .gitattributes .ignore
        .markdownlintignore .nodemonignore .rgignore .stylelintignore .vercelignore
        .vscodeignore gitignore-global gitignore_global
    """,
    "ini": """
        .buckconfig .coveragerc .flake8 .gitmodules .gitreview .pylintrc .tgitconfig
        buildozer.spec config.worktree pylintrc vlcrc
    """,
    "javascript": "jakefile",
    "json": """
        .all-contributorsrc .arcconfig .auto-changelog .c8rc .htmlhintrc .imgbotconfig .nycrc
        .secrets.baseline .tern-config .tern-project .watchmanconfig bun.lock deno.lock
        flake.lock mcmod.info module.bazel.lock notebook package.resolved
    """,
    "jsonc": """
        .devcontainer.json .eslintrc.json .jscsrc .jshintrc .jslintrc .oxlintrc.json .swcrc
        api-extractor.json devcontainer.json language-configuration.json tslint.json
    """,
    "lisp": """
        .abbrev_defs .emacs .emacs.desktop .gnus .spacemacs .viper _emacs abbrev_defs cask eask
        project.ede
    """,
    "lua": ".luacheckrc",
    "makefile": """
        bsdmakefile kbuild makefile.boot makefile.frag makefile.inc makefile.pc makefile.sco
        makefile.wat mkfile
    """,
    "markdown": "contents.lr",
    "meson": "meson.build meson_options.txt",
    "nginx": "nginx.conf",
    "nim": "nim.cfg",
    "perl": ".latexmkrc ack latexmkrc makefile.pl rexfile",
    "php": ".php .php_cs .php_cs.dist phakefile",
    "pip-requirements": """
        dev-requirements.txt requirements-dev.txt requirements.lock.txt requirements.txt
    """,
    "plaintext": """
        citation citations click.me copying copying.regex copyright.regex delete.me fontlog
        install.mysql keep.me license license.mysql news package.mask package.use.mask
        package.use.stable.mask read.me readme.1st readme.me readme.mysql readme.nss readme.pc
        test.me use.mask use.stable.mask
    """,
    "puppet": "modulefile",
    "python": ".gclient deps",
    "r": ".rapp.history .rhistory .rprofile expr-dist",
    "ruby": ".simplecov appraisals buildfile deliverfile jarfile mavenfile snapfile steepfile",
    "shellscript": """
        .bash_functions .bash_history .cshrc .flaskenv .kshrc .login .tmux.conf .xinitrc
        .xsession .zlogin .zlogout 9fs bash_aliases bash_logout bash_profile bashrc cshrc
        gradlew kshrc login mvnw profile tmux.conf xinitrc xsession zlogin zlogout zprofile
        zshenv zshrc
    """,
    "starlark": "workspace.bazel workspace.bzlmod",
    "tcl": "owh starfield",
    "toml": "cargo.toml.orig gopkg.lock mise.local.lock mise.lock pdm.lock",
    "vim": ".exrc .gvimrc .nvimrc _vimrc gvimrc nvimrc",
    "xml": """
        .classpath .cproject .project ant.xml app.config build.xml nuget.config packages.config
        pom.xml settings.stylecop web.config web.debug.config web.release.config
    """,
    "yaml": ".gemrc citation.cff glide.lock pixi.lock yarn.lock",
}

INTERPRETERS: dict[str, str] = {
    "awk": "busybox-awk mawk nawk",
    "c": "tcc",
    "clojure": "bb",
    "coffeescript": "coffee",
    "crystal": "crystal",
    "csharp": "dotnet dotnet-script",
    "dart": "dart",
    "fennel": "fennel",
    "go": "gorun yaegi",
    "haskell": "cabal runhaskell runhugs stack",
    "janet": "janet",
    "javascript": "chakra d8 gjs js qjs rhino v8 v8-shell zx",
    "jq": "gojq jaq jq jqjq jqq query-json",
    "kotlin": "kotlin kotlinc kscript",
    "lisp": "ccl clisp ecl lisp sbcl",
    "luau": "luau",
    "nu": "nu",
    "ocaml": "ocamlrun ocamlscript",
    "pascal": "instantfpc",
    "perl": "cperl",
    "prolog": "swipl yap",
    "python": "ipython ipython3 pipx py pypy3 python2 python3 uv uvx xonsh",
    "racket": "racket",
    "raku": "raku rakudo",
    "ruby": "jruby macruby rake rbx",
    "rust": "cargo rust-script",
    "scala": "amm scala scala-cli",
    "scheme": "bigloo chicken csi gosh r6rs scheme",
    "shellscript": "csh mksh openrc-run pdksh rc tcsh",
    "swift": "swift",
    "tcl": "expect tclsh wish",
    "yaml": "ansible-playbook cwl-runner",
}
