//! The lines that reports put behind their rows: totals, copyright, who made it.

use super::plan::Plan;
use super::value;

/// Most lines of a footer: a report has about six.
const MOST_LINES: usize = 24;
/// Narrower tables have rows of one field of their own.
const FEWEST_FIELDS: usize = 3;

/// Cuts the footer off the last block, and returns its lines: a blank line, then lines of one field each to the end. Excel fills
/// them up with delimiters.
pub fn cut(bytes: &mut Vec<u8>, plan: &Plan) -> Vec<String> {
    if plan.headers.len() < FEWEST_FIELDS {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let (mut end, mut cut) = (bytes.len(), None);
    for _ in 0..MOST_LINES {
        let Some(before) = end.checked_sub(1) else { break };
        let start = memchr::memrchr(b'\n', &bytes[..before]).map_or(0, |at| at + 1);
        let line = bytes[start..end].trim_ascii();
        let filled = line.iter().rev().take_while(|byte| **byte == plan.delimiter).count();
        let line = if filled + 1 == plan.headers.len() { &line[..line.len() - filled] } else { line };
        let quoted = line.len() >= 2 && line.starts_with(b"\"") && line.ends_with(b"\"");
        let inner = if quoted { &line[1..line.len() - 1] } else { line };
        let one_field = !inner.contains(&b'"') && (quoted || !inner.contains(&plan.delimiter));
        if inner.is_empty() && !quoted {
            if !lines.is_empty() {
                cut = Some((start, lines.len()));
            }
        } else if one_field {
            lines.push(value::text(inner).0.into_owned());
        } else {
            break;
        }
        end = start;
    }
    let Some((start, count)) = cut else { return Vec::new() };
    bytes.truncate(start);
    lines.truncate(count);
    lines.reverse();
    lines
}
