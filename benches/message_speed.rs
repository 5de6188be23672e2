//! How many messages a second one core reads: repeated ones, distinct ones, and families of many patterns.
//!
//!     cargo bench --bench message_speed

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use synclens::message::{self, family};

const MESSAGES: usize = 300_000;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let distinct: Vec<String> = (0..MESSAGES).map(text).collect();
    let bytes: usize = distinct.iter().map(String::len).sum();
    writeln!(out, "{MESSAGES} messages, {} bytes each in the mean", bytes / MESSAGES)?;

    let mut cache = message::Cache::new();
    let start = Clock::start();
    for text in &distinct {
        black_box(cache.read(text));
    }
    rate("distinct", MESSAGES, start, &mut out)?;

    let start = Clock::start();
    for at in 0..MESSAGES * 10 {
        black_box(cache.read(&distinct[at % 1_000]));
    }
    rate("repeated", MESSAGES * 10, start, &mut out)?;

    for count in [100_000, 300_000, 1_000_000] {
        let patterns: Vec<String> = (0..count)
            .map(|at| {
                format!(
                    "FIELD_CUSTOM_VALIDATION_EXCEPTION: {} {} is blocked for orders of {}:--",
                    word(at % 977),
                    word(at / 977),
                    word(at % 7_919)
                )
            })
            .collect();
        let groups: Vec<_> = patterns
            .iter()
            .enumerate()
            .map(|(at, pattern)| family::Group {
                group_id: message::GroupId(at as u64),
                code: Some("FIELD_CUSTOM_VALIDATION_EXCEPTION"),
                root_code: None,
                entity: None,
                pattern,
                records: 1,
            })
            .collect();
        let start = Clock::start();
        let families = family::families(&groups, &[]);
        let first = families.iter().filter(|family| family.family_id == families[0].family_id).count();
        let peak = peak().map_or_else(String::new, |bytes| format!(", {} MB at most", bytes >> 20));
        rate(&format!("patterns mined, {first} of {count} in one family{peak}"), count, start, &mut out)?;
    }
    Ok(())
}

/// Processor time where the system tells it (Linux), so that other work on the machine does not count; else the wall clock.
struct Clock {
    wall: Instant,
    processor: Option<Duration>,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Instant::now(), processor: processor() }
    }

    fn seconds(&self) -> f64 {
        processor().zip(self.processor).map_or_else(|| self.wall.elapsed(), |(now, then)| now - then).as_secs_f64()
    }
}

/// The time that this thread has run for.
fn processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// The most memory that this process has held (Linux), the texts above included.
fn peak() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}

fn rate(name: &str, count: usize, start: Clock, out: &mut impl Write) -> io::Result<()> {
    let seconds = start.seconds();
    writeln!(out, "{:>12.0} a second  {seconds:.2} s  {name}", count as f64 / seconds)
}

/// A made-up word.
fn word(number: usize) -> String {
    let mut word = String::from("K");
    let mut rest = number + 3;
    while rest > 0 {
        word.push_str(["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu"][rest % 10]);
        rest /= 10;
    }
    word
}

/// The messages of a large migration: each text has something of its own.
fn text(at: usize) -> String {
    let id = format!("0035g00000{at:05}");
    match at % 6 {
        0 => format!("REQUIRED_FIELD_MISSING:Required fields are missing: [LastName, Key{at}__c]:LastName,Key{at}__c --"),
        1 => format!("DUPLICATE_VALUE:duplicate value found: Erp_Key__c duplicates value on record with id: {id}:--"),
        2 => format!(
            "FIELD_CUSTOM_VALIDATION_EXCEPTION: The customer {} {} is blocked since 2026-01-05:--",
            word(at),
            word(at / 7)
        ),
        3 => format!(
            "System.DmlException: Update failed. First exception on row {at} with id {id}; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record or {at} records: {id}: []"
        ),
        4 => format!(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: OrderTrigger: execution of AfterUpdate caused by: System.DmlException: Insert failed. First exception on row {at}; first error: INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, Tier: bad value for restricted picklist field: {}: [Tier__c] Class.OrderService.roll: line 12, column 1: []",
            word(at)
        ),
        _ => format!(
            r#"[{{"message":"Foreign key external ID: {at} not found for field Erp_Key__c in entity Account","errorCode":"INVALID_FIELD","fields":[]}}]"#
        ),
    }
}
