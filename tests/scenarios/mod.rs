//! Exports with a planted cause, each with the truth beside it: what a report must say first, and what it must not say.

mod automation;
mod clean;
mod connection;
mod data;
mod evidence;
pub mod export;
mod missing;
mod operations;
mod pairs;
mod performance;
mod quiet;
mod rhythm;
mod rollback;
mod scan;
pub mod score;
mod texts;
mod trades;
mod trend;

/// One folder of exports and what is true of it.
pub struct Scenario {
    /// Says what is planted.
    pub name: String,
    /// File names and their contents.
    pub files: Vec<(String, String)>,
    pub truth: Truth,
}

/// What a report on a scenario must and must not say.
#[derive(Default)]
pub struct Truth {
    /// The planted causes, the one that must be told first at the head.
    pub causes: Vec<Cause>,
    /// Checks that must fire, wherever they are told.
    pub fires: Vec<String>,
    /// Checks that must not fire: the scenario is their near miss.
    pub silent: Vec<String>,
    /// Nothing is wrong: no finding of a warning or worse.
    pub clean: bool,
}

/// A planted cause.
pub struct Cause {
    pub check: String,
    /// Where it lies, if it lies in one job or object.
    pub job: Option<String>,
    pub object: Option<String>,
}

impl Scenario {
    fn new(name: impl Into<String>, files: Vec<(String, String)>) -> Self {
        Self { name: name.into(), files, truth: Truth::default() }
    }

    /// Plants `check` as the next cause.
    fn cause(mut self, check: &str) -> Self {
        self.truth.causes.push(Cause { check: check.to_owned(), job: None, object: None });
        self
    }

    /// Says in which object the cause told last lies.
    fn of(mut self, object: &str) -> Self {
        self.truth.causes.last_mut().expect("a cause was told").object = Some(object.to_owned());
        self
    }

    /// Says in which job the cause told last lies.
    fn in_job(mut self, number: usize) -> Self {
        self.truth.causes.last_mut().expect("a cause was told").job = Some(export::job(number));
        self
    }

    fn fires(mut self, check: &str) -> Self {
        self.truth.fires.push(check.to_owned());
        self
    }

    fn silent(mut self, check: &str) -> Self {
        self.truth.silent.push(check.to_owned());
        self
    }

    fn clean(mut self) -> Self {
        self.truth.clean = true;
        self
    }
}

/// All scenarios, in a fixed order.
pub fn all() -> Vec<Scenario> {
    let rooms = [
        scan::scenarios(),
        missing::scenarios(),
        automation::scenarios(),
        connection::scenarios(),
        performance::scenarios(),
        rollback::scenarios(),
        data::scenarios(),
        trend::scenarios(),
        texts::scenarios(),
        pairs::scenarios(),
        clean::scenarios(),
        trades::scenarios(),
        operations::scenarios(),
        quiet::scenarios(),
        rhythm::scenarios(),
    ];
    rooms.into_iter().flatten().collect()
}
