//! Texts of the seeded pages, in storage format.

/// Title frames of pages; `{}` is the space's name.
pub(crate) const TITLES: &[&str] = &[
    "{} team and contacts",
    "{} working agreement",
    "{} release checklist",
    "{} meeting notes",
    "{} decisions",
    "{} glossary",
    "{} on-call guide",
];

/// Title frames of pages one level deeper.
pub(crate) const CHILD_TITLES: &[&str] = &[
    "Meeting notes {} January",
    "Meeting notes {} February",
    "Release {} 2.4",
    "Release {} 2.5",
    "Incident review {}",
];

/// The body of a page; the number picks one, `{}` is the space's name.
pub(crate) fn body(number: usize, space: &str) -> String {
    let space = space.replace('&', "&amp;");
    let template = match number % 6 {
        0 => {
            "<h2>Who we are</h2><p>The {} team looks after everything on this page. Ask in the <strong>team channel</strong> first.</p>\
             <table><tbody><tr><th><p>Role</p></th><th><p>Person</p></th></tr><tr><td><p>Lead</p></td><td><p>Mia Krystof</p></td></tr>\
             <tr><td><p>Deputy</p></td><td><p>Omar Haddad</p></td></tr></tbody></table>"
        }
        1 => {
            "<p>We agreed on these rules for {}:</p><ul><li><p>Small changes, reviewed the same day</p></li><li><p>Tests before the merge</p>\
             <ul><li><p>also for scripts</p></li></ul></li><li><p>No releases on Friday afternoon</p></li></ul>\
             <ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\"><ac:rich-text-body><p>Exceptions need a second pair of eyes.</p></ac:rich-text-body></ac:structured-macro>"
        }
        2 => {
            "<ac:structured-macro ac:name=\"toc\" ac:schema-version=\"1\"><ac:parameter ac:name=\"maxLevel\">2</ac:parameter></ac:structured-macro>\
             <h2>Before the release</h2><ol><li><p>Freeze the branch</p></li><li><p>Run the regression suite</p></li><li><p>Write the release notes</p></li></ol>\
             <h2>Command</h2><ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\"><ac:parameter ac:name=\"language\">bash</ac:parameter>\
             <ac:plain-text-body><![CDATA[./release.sh --dry-run\nif [ $? -ne 0 ]; then exit 1; fi\n]]></ac:plain-text-body></ac:structured-macro><p>This is how {} ships.</p>"
        }
        3 => {
            "<p>Present: Mia, Omar, L&eacute;a &ndash; about {}.</p><h3>Actions</h3><ac:task-list><ac:task><ac:task-id>1</ac:task-id>\
             <ac:task-status>complete</ac:task-status><ac:task-body>Publish the release notes</ac:task-body></ac:task><ac:task><ac:task-id>2</ac:task-id>\
             <ac:task-status>incomplete</ac:task-status><ac:task-body>Ask finance about the budget</ac:task-body></ac:task></ac:task-list>"
        }
        4 => {
            "<p>Status: <ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">DECIDED</ac:parameter><ac:parameter ac:name=\"colour\">Green</ac:parameter></ac:structured-macro></p>\
             <p>For {} we chose the <em>simple</em> option; see <a href=\"https://example.com/options?a=1&amp;b=2\">the comparison</a>.</p><blockquote><p>Simple is easier to run.</p></blockquote><hr/>"
        }
        _ => {
            "<p>A customer of {} could not sign in for <strong>twelve minutes</strong>. The cause was an expired certificate.</p>\
             <ac:structured-macro ac:name=\"expand\" ac:schema-version=\"1\"><ac:parameter ac:name=\"title\">Timeline</ac:parameter><ac:rich-text-body>\
             <p>09:12 first report</p><p>09:24 certificate renewed</p></ac:rich-text-body></ac:structured-macro><p>Follow-up: <code>cert-watch</code> now warns a week before.</p>"
        }
    };
    template.replace("{}", &space)
}
