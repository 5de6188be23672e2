//! How well messages are read: against a labelled set, and grouping on templates.
//!
//!     cargo bench --bench message_accuracy -- [LABELLED.jsonl...] [--errors]
//!
//! A labelled row is `{"message", "code", "category", "fields", "entity", "shape"}`, with `root_code` and `root_category`
//! where the message is a nest. The set of the project, whose labels were written before the parser had read it, is always
//! read. Grouping needs no labels: `templates.tsv` is instantiated here, with a fixed seed, and Drain3 groups the same messages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};

use serde::Deserialize;
use synclens::message;

#[path = "drain3/mod.rs"]
mod drain3;
#[path = "templates/mod.rs"]
mod templates;

/// The labelled messages of the project.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/labelled/messages.jsonl");

#[derive(Deserialize)]
struct Labelled {
    message: String,
    code: Option<Cow<'static, str>>,
    root_code: Option<Cow<'static, str>>,
    category: String,
    root_category: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
    entity: Option<String>,
    shape: String,
}

#[derive(Default)]
struct Score {
    rows: usize,
    code: usize,
    nested: usize,
    root_code: usize,
    root_category: usize,
    category: usize,
    fields_right: usize,
    fields_read: usize,
    fields_labelled: usize,
    entities: usize,
    entity: usize,
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let mut out = io::stdout().lock();
    let errors = arguments.iter().any(|argument| argument == "--errors");
    let paths = arguments.iter().map(String::as_str).filter(|argument| argument.ends_with(".jsonl"));
    for path in std::iter::once(OWN).chain(paths) {
        labelled(path, errors, &mut out)?;
    }
    let messages = templates::messages();
    templates::measure(&messages, errors, &mut out)?;
    drain3::measure(&messages, &mut out)
}

/// Prints the share of messages that are read as labelled, by shape and over all.
fn labelled(path: &str, errors: bool, out: &mut impl Write) -> io::Result<()> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for line in fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
        let label: Labelled = serde_json::from_str(line)?;
        let read = message::read(&label.message);
        for shape in [label.shape.as_str(), "all"] {
            scores.entry(shape.to_owned()).or_default().add(&label, &read);
        }
        if errors {
            told(&label, &read, out)?;
        }
    }
    writeln!(out, "{}", path.rsplit('/').next().unwrap_or(path))?;
    writeln!(
        out,
        "shape                 rows    code  category   fields P      R     F1    entity  nested  root code  root category"
    )?;
    let (all, shapes): (Vec<_>, Vec<_>) = scores.iter().partition(|(shape, _)| *shape == "all");
    for (shape, score) in shapes.into_iter().chain(all) {
        let share = |part: usize, whole: usize| {
            if whole == 0 { "-".to_owned() } else { format!("{:.1}%", 100.0 * part as f64 / whole as f64) }
        };
        let (precision, recall) =
            (share(score.fields_right, score.fields_read), share(score.fields_right, score.fields_labelled));
        let f1 = 2.0 * score.fields_right as f64 / (score.fields_read + score.fields_labelled).max(1) as f64;
        writeln!(
            out,
            "{shape:20} {:5}  {:>6}  {:>8}   {precision:>8} {recall:>6}  {f1:.3}   {:>6}  {:6}  {:>9}  {:>13}",
            score.rows,
            share(score.code, score.rows),
            share(score.category, score.rows),
            share(score.entity, score.entities),
            score.nested,
            share(score.root_code, score.nested),
            share(score.root_category, score.nested),
        )?;
    }
    writeln!(out)
}

impl Score {
    fn add(&mut self, label: &Labelled, read: &message::Message) {
        self.rows += 1;
        self.code += usize::from(read.code == label.code);
        self.category += usize::from(read.category.as_str() == label.category);
        if label.root_code.is_some() || label.root_category.is_some() {
            self.nested += 1;
            self.root_code += usize::from(read.root_code == label.root_code);
            self.root_category += usize::from(label.root_category.as_deref() == Some(read.root_category.as_str()));
        }
        self.fields_right += label.fields.iter().filter(|field| read.fields.contains(field)).count();
        self.fields_read += read.fields.len();
        self.fields_labelled += label.fields.len();
        self.entities += usize::from(label.entity.is_some());
        self.entity += usize::from(Self::names_entity(label, read));
    }

    /// Whether the labelled thing was found: by its name, or as a record's id.
    fn names_entity(label: &Labelled, read: &message::Message) -> bool {
        label.entity.as_ref().is_some_and(|entity| {
            read.entity.as_ref() == Some(entity) || read.references.iter().any(|id| id.starts_with(entity.as_str()))
        })
    }
}

/// Prints what was read otherwise than labelled.
fn told(label: &Labelled, read: &message::Message, out: &mut impl Write) -> io::Result<()> {
    let mut wrong = Vec::new();
    if read.code != label.code {
        wrong.push(format!("code {:?}, labelled {:?}", read.code, label.code));
    }
    if label.root_code.is_some() && read.root_code != label.root_code {
        wrong.push(format!("root code {:?}, labelled {:?}", read.root_code, label.root_code));
    }
    if read.category.as_str() != label.category {
        wrong.push(format!("category {}, labelled {}", read.category, label.category));
    }
    if label.root_category.as_deref().is_some_and(|category| category != read.root_category.as_str()) {
        wrong.push(format!("root category {}, labelled {:?}", read.root_category, label.root_category));
    }
    if read.fields != label.fields {
        wrong.push(format!("fields {:?}, labelled {:?}", read.fields, label.fields));
    }
    if label.entity.is_some() && !Score::names_entity(label, read) {
        wrong.push(format!("entity {:?}, labelled {:?}", read.entity, label.entity));
    }
    if !wrong.is_empty() {
        writeln!(out, "{}\n    {}\n    {}", label.message.escape_debug(), read.pattern, wrong.join("\n    "))?;
    }
    Ok(())
}
