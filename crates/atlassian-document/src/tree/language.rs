//! The names that each format has for programming languages.
//!
//! A name that a target does not know is put into one that it knows, or left out: Jira Data Center
//! shows an error inside the issue for `{code:rust}`.

/// Where a block of code is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// `codeBlock` in ADF: the names and aliases of npm's `@atlaskit/code` (`SUPPORTED_LANGUAGES`).
    Adf,
    /// The code macro of Confluence Cloud: what Data Center has always known, and what Cloud makes ADF of.
    Storage,
    /// The code macro of Confluence Data Center
    /// (<https://confluence.atlassian.com/doc/code-block-macro-139390.html>).
    Macro,
    /// `{code}` in Jira Data Center, whose message of an unknown name lists the known ones.
    Wiki,
}

const ADF: &str = " abap actionscript actionscript3 ada ada2005 ada95 applescript arduino as autoit bash c \
    c# c++ clike clipper clojure coffee coffee-script coffeescript coldfusion cpp csharp css cu cucumber \
    cuda d dart delphi diff docker dockerfile duby elixir erl erlang ex exs fortran foxpro gherkin go \
    graphql groovy handlebars haskell haxe hcl hs html hx hxsl java javafx javascript jfx jl js json jsx \
    julia kotlin ksh latex lisp live-script livescript lua markdown mathematica matlab mma mustache mysql \
    nb nginx obj-c obj-j objc objective-c objective-j objectivec objectivej objectpascal objj ocaml octave \
    pas pascal perl php php3 php4 php5 pl plaintext plpgsql posh postgres postgres-console postgresql \
    postgresql-console powershell prolog proto protobuf ps1 psm1 psql puppet purebasic py python qbs qml r \
    racket rb rest restructuredtext rkt rst ruby rust sass scala scheme scm sh shell smalltalk sml \
    splunk-spl sql sqlite squeak st standardml swift t-sql tcl terraform tex text toml ts tsql tsx \
    typescript v vala vapi vb.net vbnet verilog vfp vhdl visualbasic xbase xml xq xql xqm xquery xqy yaml \
    yml zsh ";

/// What the code macro of Confluence Data Center knows; Cloud knows the names of ADF besides.
const MACRO: &str = " actionscript3 applescript bash c# coldfusion cpp css delphi diff erl groovy java jfx js \
    perl php powershell py ruby sass scala sql text vb xml yml ";

const WIKI: &str = " actionscript ada applescript bash c c# c++ cpp css erlang go groovy haskell html java \
    javascript js json lua none nyan objc perl php python r rainbow ruby scala sh sql swift visualbasic \
    xml yaml ";

/// Names of one language, and at the end of a line names of what is coloured in the same way.
const SAME: &[&str] = &[
    "javascript js node mjs cjs ecmascript jsx",
    "typescript ts mts cts tsx javascript js",
    "python py python3 py3 pycon ipython",
    "bash sh shell zsh ksh console shellsession shell-session sh-session terminal fish",
    "c# csharp cs",
    "c++ cpp cxx cc hpp h++ c",
    "c h cpp",
    "objc objective-c objectivec obj-c objectivec++",
    "ruby rb irb erb",
    "rust rs",
    "go golang",
    "kotlin kt kts",
    "java jsp",
    "javafx jfx java",
    "scala sbt",
    "groovy gradle jenkinsfile",
    "haskell hs",
    "erlang erl",
    "elixir ex exs",
    "clojure clj cljs edn",
    "fsharp f# fs ocaml",
    "perl pl pm",
    "php php3 php4 php5 phtml",
    "r rlang",
    "julia jl",
    "powershell ps1 posh pwsh psm1 ps",
    "visualbasic vb vbnet vb.net vba vbscript",
    "delphi pascal pas objectpascal",
    "actionscript actionscript3 as as3",
    "sql mysql postgresql postgres psql plpgsql plsql tsql t-sql sqlite mssql",
    "json jsonc json5 jsonl ndjson geojson js",
    "yaml yml",
    "toml ini",
    "xml xsl xslt xsd svg plist rss wsdl pom",
    "html htm xhtml vue svelte xml",
    "css less scss sass",
    "sass scss less css",
    "markdown md mdx",
    "dockerfile docker containerfile",
    "hcl terraform tf",
    "protobuf proto",
    "graphql gql",
    "handlebars mustache hbs",
    "gherkin cucumber feature",
    "diff patch udiff",
    "tex latex",
    "rst rest restructuredtext",
    "text txt plaintext plain none",
];

/// The name of this language as the target knows it, or nothing.
pub(crate) fn known(name: &str, target: Target) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let knows = |name: &&str| {
        let in_list = |list: &str| list.contains(&format!(" {name} "));
        match target {
            Target::Adf => in_list(ADF),
            Target::Storage => in_list(MACRO) || in_list(ADF),
            Target::Macro => in_list(MACRO),
            Target::Wiki => in_list(WIKI),
        }
    };
    if knows(&name.as_str()) {
        return Some(name);
    }
    let group = SAME
        .iter()
        .find(|group| group.split(' ').any(|other| other == name))?;
    group.split(' ').find(knows).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Target, known};

    #[test]
    fn a_language_is_written_by_a_name_that_the_target_knows() {
        for (name, adf, storage, data_center, wiki) in [
            ("rust", "rust", "rust", "", ""),
            ("Python", "python", "python", "py", "python"),
            ("py", "py", "py", "py", "python"),
            ("ts", "ts", "ts", "js", "javascript"),
            ("shell", "shell", "shell", "bash", "bash"),
            ("console", "bash", "bash", "bash", "bash"),
            ("yml", "yml", "yml", "yml", "yaml"),
            ("yaml", "yaml", "yaml", "yml", "yaml"),
            ("jsonc", "json", "json", "js", "json"),
            ("c++", "c++", "c++", "cpp", "c++"),
            ("csharp", "csharp", "csharp", "c#", "c#"),
            ("html", "html", "html", "xml", "html"),
            ("kt", "kotlin", "kotlin", "", ""),
            ("vb", "visualbasic", "vb", "vb", "visualbasic"),
            ("text", "text", "text", "text", "none"),
            ("mermaid", "", "", "", ""),
            ("{}", "", "", "", ""),
            ("c# ada", "", "", "", ""),
        ] {
            let targets = [Target::Adf, Target::Storage, Target::Macro, Target::Wiki];
            let found = targets.map(|target| known(name, target).unwrap_or_default());
            assert_eq!(found, [adf, storage, data_center, wiki], "{name}");
        }
    }
}
