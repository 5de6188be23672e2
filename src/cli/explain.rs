//! `synclens explain`: what a check, a status code or an error code means, and how a message is read.

use clap::Args;

use super::Done;
use super::arguments::Everywhere;
use crate::error::{Error, Place, Result};
use crate::message;
use crate::query::{Catalogue, Kind, Query};
use crate::report::status;
use crate::table::deliver;

/// Explain a check, a status code or a Salesforce error code
///
/// For a check: what it means, what to do, when to ignore it, what it needs and how it is computed. For a code: its meaning, its category,
/// and whether a retry can help.
#[derive(Debug, Args)]
pub struct Explain {
    /// A check (parent-after-child), a status code (1), or an error code (UNABLE_TO_LOCK_ROW); without any, the checks
    #[arg(value_name = "SLUG|STATUS|CODE", conflicts_with = "message")]
    topic: Option<String>,
    /// Show how an error message is read
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
}

impl Explain {
    pub(super) fn run(&self, _everywhere: &Everywhere) -> Result<Done> {
        let text = match (&self.message, &self.topic) {
            (Some(text), _) => {
                serde_json::to_string_pretty(&message::read(text)).place(|| "cannot show the message".into())? + "\n"
            }
            (None, Some(topic)) => page(topic)?,
            (None, None) => list()?,
        };
        deliver(None, |out| out.write_all(text.as_bytes()).place(|| "cannot write".into()))?;
        Ok(Done::Well)
    }
}

fn page(topic: &str) -> Result<String> {
    let catalogue = Catalogue::load(None)?;
    if let Some(check) = catalogue.get(topic) {
        return Ok(check_page(check));
    }
    if topic == "blank" || topic.parse::<i64>().is_ok() {
        return Ok(format!("Status code {topic}: {}\n", status::name(topic)));
    }
    match message::explain(topic) {
        Ok(found) => Ok(code_page(&found)),
        Err(near) => {
            let near_check = crate::error::nearest(topic, catalogue.all().iter().map(|query| query.name.as_str()));
            let near: Vec<String> = near_check.into_iter().chain(near).map(|name| format!("'{name}'")).collect();
            let error = Error::new(format!("'{topic}' is no check, no status code and no known error code"));
            Err(if near.is_empty() { error } else { error.hint(format!("did you mean {}?", near.join(", "))) })
        }
    }
}

fn list() -> Result<String> {
    let catalogue = Catalogue::load(None)?;
    let mut text = String::new();
    let mut area = "";
    for check in catalogue.checks() {
        if check.area != area {
            area = &check.area;
            text += &format!("{}{}\n", if text.is_empty() { "" } else { "\n" }, check.guide.as_deref().unwrap_or(area));
        }
        text += &format!("  {:28}{}\n", check.name, check.title);
    }
    Ok(text)
}

fn check_page(check: &Query) -> String {
    let mut text = format!("{}\n{}\n", check.title, "=".repeat(check.title.chars().count()));
    let severity = match (check.severity, check.kind) {
        (Some(_), Kind::Summary) => "summary".to_string(),
        (Some(severity), Kind::Diagnosis) => severity.word().to_string(),
        (None, _) => "a query, not a check".to_string(),
    };
    text += &format!("\n{} · {severity}\n", check.name);
    if let Some(guide) = &check.guide {
        text += &format!("Guide: {guide}\n");
    }
    let mut part = |title: &str, body: String| {
        if !body.trim().is_empty() {
            text += &format!("\n{title}\n{}\n", body.trim_end());
        }
    };
    let bullets =
        |items: &[String]| items.iter().enumerate().map(|(index, item)| format!("  {}. {item}\n", index + 1)).collect::<String>();
    part("What it means", check.means.clone());
    part("What to do", bullets(&check.actions));
    part("When to ignore it", check.ignore.clone());
    let mut needs: Vec<String> = Vec::new();
    if !check.needs.is_empty() {
        needs.push(format!("  all of: {}", check.needs.join(", ")));
    }
    if !check.any_of.is_empty() {
        needs.push(format!("  at least one of: {}", check.any_of.join(", ")));
    }
    if !check.sharpens.is_empty() {
        needs.push(format!("  better with: {}", check.sharpens.join(", ")));
    }
    part("What it needs", needs.join("\n"));
    let params = check.params.iter().map(|param| {
        let default = param.default.as_ref().map_or("none".into(), toml::Value::to_string);
        format!("  {} ({}, default {default}): {}\n", param.name, param.sql, param.doc)
    });
    part("Parameters", params.collect());
    part("How it is computed", check.sql.clone());
    text
}

fn code_page(found: &message::Explanation) -> String {
    format!("{}\n\n{}\n\nCategory: {}\nRetry: {}\n", found.code, found.meaning, found.category.as_str(), found.retry.as_str(),)
}
