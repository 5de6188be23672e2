//! Causes that an error text alone tells, each in several layouts, and texts that look like them.

use serde::Deserialize;

use super::Scenario;
use super::export::{Header, Log, id, target};

/// How a tool words one and the same error.
#[derive(Clone, Copy)]
pub enum Layout {
    Bulk,
    Plain,
    Apex,
    Rest,
    Soap,
    Dash,
}

const LAYOUTS: [(&str, Layout); 6] = [
    ("the Bulk API", Layout::Bulk),
    ("a plain line", Layout::Plain),
    ("an Apex exception", Layout::Apex),
    ("REST", Layout::Rest),
    ("a SOAP fault", Layout::Soap),
    ("a loader", Layout::Dash),
];

const HEADERS: [Header; 4] = [Header::Namespaced, Header::DataLoader, Header::Bare, Header::Labels];

#[derive(Deserialize)]
struct Texts {
    cause: Vec<Text>,
    limit: Vec<Text>,
    look_alike: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    /// The check that must stay silent.
    #[serde(default)]
    not: String,
    check: String,
    object: String,
    #[serde(default)]
    code: String,
    text: String,
    #[serde(default)]
    fields: Vec<String>,
}

impl Text {
    fn title(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

/// `code` and `text` as `layout` words them; `row` varies from record to record.
pub fn told(layout: Layout, code: &str, text: &str, fields: &[&str], row: usize) -> String {
    let list = fields.join(", ");
    match layout {
        Layout::Bulk if fields.is_empty() => format!("{code}:{text}:--"),
        Layout::Bulk => format!("{code}:{text}:{} --", fields.join(",")),
        Layout::Plain => format!("{code}: {text}"),
        Layout::Apex => {
            format!(
                "System.DmlException: Insert failed. First exception on row {}; first error: {code}, {text}: [{list}]",
                row % 200
            )
        }
        Layout::Rest => serde_json::json!([{"message": text, "errorCode": code, "fields": fields}]).to_string(),
        Layout::Soap => {
            format!("<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring></soapenv:Fault>")
        }
        Layout::Dash => format!("Error importing record R-{row}: {code}-{text}({})", fields.join(",")),
    }
}

const WORDS: [&str; 7] = ["amber", "birch", "cobalt", "dune", "ember", "fjord", "grove"];

/// Fills what varies from record to record.
pub fn vary(text: &str, k: usize) -> String {
    text.replace("{id}", &target("Account", 300 + k * 11))
        .replace("{user}", &target("User", k % 3))
        .replace("{recordtype}", &id("012", 77 + k % 2))
        .replace("{word}", WORDS[k % WORDS.len()])
        .replace("{n}", &(12_900_000 + k * 137).to_string())
        .replace("{d}", &(k % 10).to_string())
}

/// A job of five objects in which nothing went wrong, and the object of the cause among them.
pub fn healthy(object: &str) -> Log {
    let mut log = Log::new();
    log.job(1, "2026-01-12T20:00:00");
    for (name, count) in [("Account", 160), ("Contact", 260), ("Opportunity", 180), ("Case", 140), ("Task", 120)] {
        log.add(name, count);
    }
    if log.rows.iter().all(|row| row.object != object) {
        log.add(object, 150);
    }
    log
}

pub fn scenarios() -> Vec<Scenario> {
    let texts: Texts = toml::from_str(include_str!("texts.toml")).expect("the texts are TOML");
    let mut all = Vec::new();
    for (at, cause) in texts.cause.iter().enumerate() {
        let fields: Vec<&str> = cause.fields.iter().map(String::as_str).collect();
        // Three of the six layouts each, in turn, so that every layout meets many checks.
        for turn in 0..3 {
            let (told_by, layout) = LAYOUTS[(at + turn * 2) % LAYOUTS.len()];
            let mut log = healthy(&cause.object);
            log.fail(&cause.object, 24 + at % 9, |k| told(layout, &cause.code, &vary(&cause.text, k), &fields, k));
            let name = format!("{} told by {told_by}: {}", cause.check, cause.title());
            let scenario = Scenario::new(name, vec![log.file(HEADERS[(at + turn) % HEADERS.len()])]).cause(&cause.check);
            // A session is the org's, not an object's.
            all.push(if cause.check == "token-expired" { scenario } else { scenario.of(&cause.object) });
        }
    }
    for (at, limit) in texts.limit.iter().enumerate() {
        let mut log = healthy(&limit.object);
        log.fail(&limit.object, 30, |k| vary(&limit.text, k));
        let name = format!("{}: {}", limit.check, limit.title());
        all.push(Scenario::new(name, vec![log.file(HEADERS[at % HEADERS.len()])]).cause(&limit.check));
    }
    all.extend(texts.look_alike.iter().map(|text| {
        let mut log = healthy(&text.object);
        log.fail(&text.object, 28, |k| vary(&text.text, k));
        let name = format!("not {}, but {}: {}", text.not, text.check, text.title());
        Scenario::new(name, vec![log.file(Header::Namespaced)]).cause(&text.check).silent(&text.not)
    }));
    all
}
