//! Plants causes in exports and looks at what the report says first: the figures that the project holds itself to.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::{Workdir, project};
use crate::scenarios::score::{Score, score};
use crate::scenarios::{Scenario, all};

/// The share of scenarios whose cause must be the first finding, and the share in which it must be among the first three.
const FIRST: f64 = 0.95;
const IN_THREE: f64 = 0.99;

fn report(scenario: &Scenario) -> Score {
    let folder = Workdir::new();
    for (name, content) in &scenario.files {
        folder.write(&format!("exports/{name}"), content);
    }
    score(scenario, &folder.run(&["report", "exports", "--format", "json"]).exits(0).json())
}

/// Scores of all scenarios, in their order; two at a time, since each run is a process with threads of its own.
fn scores(scenarios: &[Scenario]) -> Vec<Score> {
    let next = AtomicUsize::new(0);
    let scores = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(at) else { break };
                    let score = report(scenario);
                    scores.lock().expect("no thread panics while it holds the scores").push((at, score));
                }
            });
        }
    });
    let mut scores = scores.into_inner().expect("no thread panics while it holds the scores");
    scores.sort_by_key(|(at, _)| *at);
    scores.into_iter().map(|(_, score)| score).collect()
}

fn share(of: impl Iterator<Item = bool> + Clone) -> f64 {
    of.clone().filter(|right| *right).count() as f64 / of.count() as f64
}

#[test]
fn planted_causes_come_first() {
    let scenarios = all();
    let scores = scores(&scenarios);
    let mut told = String::new();
    for (scenario, score) in scenarios.iter().zip(&scores) {
        let mut wrong: Vec<String> = score.faults.clone();
        if score.first == Some(false) {
            wrong.push(format!("not first{}", if score.in_three == Some(true) { "" } else { " and not among three" }));
        }
        wrong.extend(score.false_alarms.iter().map(|alarm| format!("false alarm: {alarm}")));
        if !wrong.is_empty() {
            told.push_str(&format!("- {}: {}\n", scenario.name, wrong.join("; ")));
        }
    }
    let first = share(scores.iter().filter_map(|score| score.first));
    let in_three = share(scores.iter().filter_map(|score| score.in_three));
    let alarms: usize = scores.iter().map(|score| score.false_alarms.len()).sum();
    let summary = format!(
        "{} scenarios, {} clean; true cause first {:.1} %, in three {:.1} %, false alarms {alarms}\n{told}",
        scenarios.len(),
        scenarios.iter().filter(|scenario| scenario.truth.clean).count(),
        first * 100.0,
        in_three * 100.0
    );
    assert!(
        first >= FIRST && in_three >= IN_THREE && alarms == 0 && scores.iter().all(|score| score.faults.is_empty()),
        "{summary}"
    );
}

/// The folder of checks is the list: each of them is planted somewhere, and nearly planted somewhere else.
#[test]
fn every_check_has_a_scenario_and_a_near_miss() {
    let scenarios = all();
    let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names.len(), scenarios.len(), "two scenarios have one name");
    let truths = || scenarios.iter().map(|scenario| &scenario.truth);
    let fires: BTreeSet<&str> = truths()
        .flat_map(|truth| truth.causes.iter().map(|cause| cause.check.as_str()).chain(truth.fires.iter().map(String::as_str)))
        .collect();
    let silent: BTreeSet<&str> = truths().flat_map(|truth| truth.silent.iter().map(String::as_str)).collect();
    let areas = std::fs::read_dir(project().join("queries/diagnosis")).expect("the checks have a folder");
    let files = areas.flat_map(|area| std::fs::read_dir(area.expect("an area").path()).expect("an area is a folder"));
    let checks: BTreeSet<String> = files
        .map(|file| file.expect("a check").path().file_stem().expect("a check has a name").to_string_lossy().into_owned())
        .collect();
    let checks: BTreeSet<&str> = checks.iter().map(String::as_str).collect();
    assert_eq!(fires, checks, "planted, and checks");
    assert_eq!(silent, checks, "nearly planted, and checks");
}
