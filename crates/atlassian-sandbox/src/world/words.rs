//! The names and sentences the world is made of.

/// Key, name, what it is about; the workflow follows from the place in the list.
pub(crate) type ProjectWords = (&'static str, &'static str, &'static str);
/// Key, name, description, kind.
pub(crate) type SpaceWords = (&'static str, &'static str, &'static str, &'static str);

pub(crate) const ACME_PROJECTS: &[ProjectWords] = &[
    ("WEB", "Web Shop", "the web shop"),
    ("APP", "Mobile App", "the mobile app"),
    ("PAY", "Payments", "the payment service"),
    ("OPS", "Operations", "the production cluster"),
    ("SEC", "Security", "the security programme"),
    ("DATA", "Data Platform", "the data platform"),
    ("API", "Public API", "the public API"),
    ("AUTH", "Identity and Access", "the sign-in service"),
    ("SRCH", "Search", "the product search"),
    ("CRM", "Customer Relations", "the customer database"),
    ("MAIL", "Mailing", "the mailing service"),
    ("BILL", "Billing", "the billing run"),
    ("INV", "Inventory", "the stock service"),
    ("SHIP", "Shipping", "the shipping labels"),
    ("RET", "Returns", "the returns portal"),
    ("UX", "Design System", "the component library"),
    ("DOC", "Documentation", "the handbook"),
    ("QA", "Quality", "the regression suite"),
    ("INFRA", "Infrastructure", "the build servers"),
    ("NET", "Network", "the office network"),
    ("HR", "People", "the people team"),
    ("LEG", "Legal", "the contracts register"),
    ("FIN", "Finance", "the quarterly close"),
    ("MKT", "Marketing", "the spring campaign"),
    ("EVT", "Events", "the customer day"),
    ("SUP", "Support", "the help desk"),
    ("PROC", "Procurement", "the supplier list"),
    ("FAC", "Facilities", "the new office"),
    ("LAB", "Research Lab", "the prototype"),
    ("TRAIN", "Training", "the onboarding course"),
];

pub(crate) const GLOBEX_PROJECTS: &[ProjectWords] = &[
    ("GX", "Globex Core", "the core system"),
    ("GEN", "Generators", "the generator fleet"),
    ("GRID", "Grid", "the grid monitor"),
    ("SOL", "Solar", "the solar planner"),
    ("WIND", "Wind", "the wind farm portal"),
    ("MTR", "Metering", "the meter readings"),
    ("PORT", "Customer Portal", "the customer portal"),
    ("IT", "Internal IT", "the service desk"),
];

/// A summary's frame by issue type; `{}` is what the project is about.
pub(crate) const STORIES: &[&str] = &[
    "Let customers download their invoices from {}",
    "Remember the last filter in {}",
    "Show delivery dates in {}",
    "Export results of {} as CSV",
    "Add keyboard shortcuts to {}",
    "Send a weekly summary about {}",
    "Allow two-factor sign-in for {}",
    "Offer a dark theme in {}",
    "Support several languages in {}",
    "Make {} work without a connection",
];
pub(crate) const BUGS: &[&str] = &[
    "Login page of {} shows a blank screen after a session timeout",
    "Totals in {} are rounded twice",
    "{} answers slowly when many users sign in at once",
    "Search in {} ignores accents",
    "Dates in {} are one day off west of Greenwich",
    "{} sends the same notification twice",
    "Uploading a large file to {} fails without a message",
    "Sorting by name in {} puts umlauts last",
    "{} loses the cart when the token expires",
    "Pagination in {} skips the last entry",
];
pub(crate) const TASKS: &[&str] = &[
    "Upgrade the database behind {}",
    "Write a runbook for {}",
    "Rotate the keys of {}",
    "Clean up unused feature flags in {}",
    "Measure the response time of {}",
    "Review access rights to {}",
    "Prepare the release notes for {}",
    "Move {} to the new build pipeline",
    "Collect feedback about {}",
    "Plan the next quarter of {}",
];
pub(crate) const EPICS: &[&str] = &[
    "Make {} ready for the summer peak",
    "Bring {} to the new platform",
    "Halve the support requests about {}",
];
pub(crate) const SUBTASKS: &[&str] = &[
    "Agree on the wording",
    "Write the tests",
    "Update the documentation",
    "Check with the data protection officer",
];

pub(crate) const CONTEXT: &[&str] = &[
    "Several customers reported this during the last sprint.",
    "We noticed it while preparing the release.",
    "The support team asked for this twice in March.",
    "It came up in the review with the operations team.",
    "This follows from the incident in February.",
    "Nobody has complained yet, but the numbers are clear.",
];
pub(crate) const DETAIL: &[&str] = &[
    "It happens on every browser and with every account we tried.",
    "The effect is small for one user, but it adds up over a day.",
    "A first look at the logs points at the cache.",
    "There is a workaround: reload the page and try again.",
    "The design is agreed and linked on the team page.",
    "We should decide before the freeze on Thursday.",
];
pub(crate) const STEPS: &[&str] = &[
    "Sign in with a normal account",
    "Open the overview",
    "Choose an entry from the list",
    "Wait for about a minute",
    "Reload the page",
    "Compare the two numbers",
];
pub(crate) const REMARKS: &[&str] = &[
    "I can reproduce this on staging.",
    "The fix is in review, please have a look.",
    "Moved to the next sprint as agreed with the team.",
    "Could you add the request id from the log?",
    "Deployed this morning; I am watching the graphs.",
    "This is a duplicate of an older report, but the steps here are better.",
    "Thanks, that explains it.",
    "I have written down the decision on the team page.",
];
pub(crate) const LABELS: &[&str] = &[
    "backend",
    "frontend",
    "customer-report",
    "performance",
    "security",
    "quick-win",
    "tech-debt",
    "ux",
    "release-blocker",
    "docs",
];
pub(crate) const COMPONENTS: &[&str] = &[
    "Checkout",
    "Accounts",
    "Reports",
    "Notifications",
    "Imports",
    "Admin",
];

pub(crate) const ACME_SPACES: &[SpaceWords] = &[
    (
        "ENG",
        "Engineering",
        "How we build and run software",
        "global",
    ),
    ("OPS", "Operations", "Runbooks and on-call", "global"),
    ("PROD", "Product", "Roadmaps and decisions", "global"),
    ("DES", "Design", "Principles and components", "global"),
    ("HR", "People", "Policies and onboarding", "knowledge_base"),
    ("SEC", "Security", "Rules, reviews, incidents", "global"),
    ("DATA", "Data", "Models, metrics, dashboards", "global"),
    (
        "SUP",
        "Support Handbook",
        "Answers for customers",
        "knowledge_base",
    ),
    ("MKT", "Marketing", "Campaigns and brand", "global"),
    ("SALES", "Sales", "Playbooks and prices", "global"),
    ("FIN", "Finance", "Closing, budgets, travel", "global"),
    ("LEG", "Legal", "Contracts and templates", "global"),
    ("QA", "Quality", "Test strategy and reports", "global"),
    ("DOC", "Documentation", "How we write", "global"),
    ("API", "Public API", "For developers outside", "global"),
    ("MOB", "Mobile", "The app team", "global"),
    ("WEB", "Web Shop", "The shop team", "global"),
    ("PAY", "Payments", "The payments team", "global"),
    ("AUTH", "Identity", "Sign-in and access", "global"),
    ("SRCH", "Search", "Ranking and synonyms", "global"),
    (
        "INFRA",
        "Infrastructure",
        "Servers, pipelines, networks",
        "global",
    ),
    ("LAB", "Research Lab", "Experiments", "collaboration"),
    ("EVT", "Events", "Customer days and fairs", "collaboration"),
    ("FAC", "Facilities", "The offices", "global"),
    ("PROC", "Procurement", "Suppliers and orders", "global"),
    ("TRAIN", "Training", "Courses and exams", "knowledge_base"),
    ("ARCH", "Architecture", "Decision records", "global"),
    ("PMO", "Project Office", "Reports and planning", "global"),
    (
        "IT",
        "Internal IT",
        "Laptops, accounts, licences",
        "knowledge_base",
    ),
    ("GREEN", "Sustainability", "Goals and reports", "global"),
    (
        "CSR",
        "Community",
        "Volunteering and donations",
        "collaboration",
    ),
    (
        "GUILD",
        "Guilds",
        "Communities of practice",
        "collaboration",
    ),
    ("RETRO", "Retrospectives", "What we learnt", "collaboration"),
    ("REL", "Releases", "Release notes and calendars", "global"),
    ("OKR", "Goals", "Objectives by quarter", "global"),
    ("WIKI", "Company Wiki", "Everything else", "global"),
    ("~mia", "Mia Krystof", "Notes", "personal"),
    ("~omar", "Omar Haddad", "Notes", "personal"),
    ("~lea", "Léa Fontaine", "Notes", "personal"),
    ("OLD", "Archive 2019", "No longer maintained", "global"),
];

pub(crate) const GLOBEX_SPACES: &[SpaceWords] = &[
    ("GX", "Globex Handbook", "How Globex works", "global"),
    ("GRID", "Grid Team", "The grid monitor", "global"),
    ("SOL", "Solar Team", "The solar planner", "global"),
    ("SAFE", "Safety", "Rules on site", "knowledge_base"),
    ("NEWS", "News", "What happened", "global"),
    ("LEGACY", "Legacy", "Old systems", "global"),
];
