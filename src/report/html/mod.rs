//! The report as one HTML page: self-contained, without a network, below a megabyte for a report of any size.

mod canvas;
mod charts;
mod facets;
mod items;
mod limits;
mod page;
mod series;
mod stacked;

use std::io::Write;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, context};
use sha2::{Digest, Sha256};

use super::model::Report;
use super::words;
use crate::error::{Place, Result};
use limits::Limits;
use page::Page;

/// The page is smaller than this, in bytes: mail servers and ticket systems take it, and phones open it at once.
const LARGEST: usize = 1_000_000;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Writes the page. A report that is too large for it is shown in part: the limits are halved until it fits, and the
/// page says what it leaves out.
pub fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let place = || "cannot write the report as HTML".to_owned();
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().place(place)?);
    environment.add_filter("count", words::count);
    environment.add_filter("percent", words::percent);
    environment.add_filter("bytes", words::bytes);
    environment.add_filter("short", |text: &str| words::clip(text, 90).into_owned());
    environment.add_filter("spaced", |word: &str| words::spaced(word));
    environment.add_filter("time", |text: &str| words::time(text));
    environment.add_template("page.html", TEMPLATE).place(place)?;
    let template = environment.get_template("page.html").place(place)?;
    let charts = charts::charts(report)?;
    let script_hash = base64(&Sha256::digest(SCRIPT));
    let mut limits = Limits::default();
    let html = loop {
        let page = Page::of(report, &charts, &limits).inert(&limits).place(place)?;
        let page = minijinja::Value::from(minijinja::value::Serde(page));
        let html = template
            .render(context! { page, style => STYLE, script => SCRIPT, script_hash => script_hash.as_str() })
            .place(place)?;
        match limits.halved() {
            Some(less) if html.len() > LARGEST => limits = less,
            _ => break html,
        }
    };
    out.write_all(html.as_bytes()).place(place)
}

/// Bytes as base64: how a content security policy writes the hash of the one script that it allows.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let sextet = (group >> (18 - 6 * digit)) as usize & 63;
            text.push(if digit <= chunk.len() { char::from(DIGITS[sextet]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_padded() {
        assert_eq!(super::base64(b"abc"), "YWJj");
        assert_eq!(super::base64(b"ab"), "YWI=");
        assert_eq!(super::base64(b"a"), "YQ==");
    }
}
