//! Scripts that make tables and views: their statements run side by side, each behind the earlier ones that it names.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::session::Session;
use crate::error::Result;

/// Something that a store is opened with.
pub(super) struct Step<'a> {
    /// The name of the table, view or macro that it makes.
    pub(super) makes: &'a str,
    /// The statement, or what stands for it: the names in it are what it needs.
    pub(super) reads: &'a str,
    /// What is done, where that is not the statement itself.
    pub(super) made_in_rust: Option<&'a (dyn Fn(&Session) -> Result<()> + Sync)>,
}

impl<'a> Step<'a> {
    /// The statements of a script.
    pub(super) fn of(script: &'a str) -> impl Iterator<Item = Step<'a>> {
        script.split(";\n").map(|statement| statement.trim().trim_end_matches(';')).filter(|statement| !statement.is_empty()).map(
            |statement| {
                let name = statement.split_whitespace().nth(2).unwrap_or_default();
                let name = name.split('(').next().unwrap_or_default();
                Step { makes: name.trim_matches('"'), reads: statement, made_in_rust: None }
            },
        )
    }

    fn run(&self, session: &Session) -> Result<()> {
        match self.made_in_rust {
            Some(make) => make(session),
            None => session.run(self.reads),
        }
    }
}

/// Whether `name` stands in `sql` as a word.
pub(super) fn names(sql: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    sql.match_indices(name).any(|(at, _)| !sql[..at].ends_with(is_part) && !sql[at + name.len()..].starts_with(is_part))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Begun,
    Done,
}

/// Runs all steps on as many connections as there are cores.
///
/// # Errors
/// That of the first step that failed.
pub(super) fn run_side_by_side(session: &Session, steps: &[Step<'_>]) -> Result<()> {
    let needs: Vec<Vec<usize>> = steps
        .iter()
        .enumerate()
        .map(|(number, step)| (0..number).filter(|earlier| names(step.reads, steps[*earlier].makes)).collect())
        .collect();
    let states = Mutex::new(vec![State::Waiting; steps.len()]);
    let work = |session: Session| -> Vec<(usize, Result<()>)> {
        let mut results = Vec::new();
        loop {
            let next = next(&mut locked(&states), &needs);
            match next {
                Next::Step(number) => {
                    results.push((number, steps[number].run(&session)));
                    // What needs a step that failed fails too.
                    locked(&states)[number] = State::Done;
                }
                Next::Later => std::thread::yield_now(),
                Next::None => return results,
            }
        }
    };
    let sessions = (0..rayon::current_num_threads()).map(|_| session.another()).collect::<Result<Vec<_>>>()?;
    let mut results: Vec<(usize, Result<()>)> = sessions.into_par_iter().with_max_len(1).flat_map_iter(work).collect();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().try_for_each(|(_, result)| result)
}

enum Next {
    /// This one can run.
    Step(usize),
    /// What waits needs what runs.
    Later,
    /// All have begun.
    None,
}

/// The first step that waits for nothing.
fn next(states: &mut [State], needs: &[Vec<usize>]) -> Next {
    let waiting = |number: &usize| states[*number] == State::Waiting;
    let is_ready = |number: &usize| needs[*number].iter().all(|need| states[*need] == State::Done);
    match (0..states.len()).filter(waiting).find(is_ready) {
        Some(number) => {
            states[number] = State::Begun;
            Next::Step(number)
        }
        None if states.contains(&State::Waiting) => Next::Later,
        None => Next::None,
    }
}

fn locked(states: &Mutex<Vec<State>>) -> MutexGuard<'_, Vec<State>> {
    states.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Next, State, Step, names, next};

    #[test]
    fn a_statement_tells_what_it_makes() {
        let script = "create macro f(a) as a;\n\ncreate table \"t\" (a integer);\ncreate view v as\nselect f(a) from t;\n";
        let made: Vec<&str> = Step::of(script).map(|step| step.makes).collect();
        assert_eq!(made, ["f", "t", "v"]);
    }

    #[test]
    fn a_name_is_a_whole_word() {
        for (sql, expected) in [("from job j", true), ("from job", true), ("job_id", false), ("sync_job", false), ("(job)", true)]
        {
            assert_eq!(names(sql, "job"), expected, "{sql}");
        }
    }

    #[test]
    fn a_step_waits_for_what_it_needs() {
        let needs = [vec![], vec![0], vec![]];
        let mut states = [State::Begun, State::Waiting, State::Waiting];
        assert!(matches!(next(&mut states, &needs), Next::Step(2)));
        assert!(matches!(next(&mut states, &needs), Next::Later));
        states[0] = State::Done;
        assert!(matches!(next(&mut states, &needs), Next::Step(1)));
        assert!(matches!(next(&mut states, &needs), Next::None));
    }
}
