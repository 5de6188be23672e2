//! Families: failure groups that differ only where many different values stand.
//!
//! People's own texts hold names and values that no grammar knows. All patterns of one code, root code, entity and field
//! list start as one class with one open gap. A class is cut until every gap of every class is either the same in all
//! its patterns or holds many different fills: by words and numbers that all share, by phrases that several patterns share, by
//! the first and last words of a gap, and by the fills themselves where they are few or one is common. Two rules that differ in a word have few fills in that gap, so they
//! are cut apart; what stays together has fixed words and values. Every decision counts distinct things and breaks ties by text,
//! so the order of the groups does not matter.

mod class;
mod cut;
mod frame;
mod mine;
mod phrase;
mod token;

use rustc_hash::FxHashMap;
use serde::Serialize;

use self::mine::Miner;
use super::rule::{Families, Rule};
use super::{Category, GroupId, Retry, fields};

/// A failure group, as mining sees it.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// Its id.
    pub group_id: GroupId,
    /// Its code.
    pub code: Option<&'a str>,
    /// The code of its innermost cause.
    pub root_code: Option<&'a str>,
    /// The thing that its pattern names.
    pub entity: Option<&'a str>,
    /// Its pattern.
    pub pattern: &'a str,
    /// Its audit rows.
    pub records: u64,
}

/// The family of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Family {
    /// The smallest group id of its members.
    pub family_id: GroupId,
    /// The name that a user's rule gives it.
    pub name: Option<String>,
    /// The category that a user's rule gives it.
    pub category: Option<Category>,
    /// The retry class that a user's rule gives it.
    pub retry: Option<Retry>,
}

impl Family {
    /// The family of a group that is one by itself, and of which no rule says anything.
    pub fn of_itself(group_id: GroupId) -> Self {
        Self { family_id: group_id, name: None, category: None, retry: None }
    }
}

/// Fills of a gap from which they are values rather than the words of different rules, with what each may weigh.
///
/// Values repeat rarely and rules often: the more audit rows stand behind each fill, the more fills it takes.
/// Pairs of rules that differ in one word are common, four of a kind are known (street, city, state, country), five are values.
const MANY: [(u64, usize); 3] = [(3, 5), (20, 12), (u64::MAX, 30)];
/// Words of letters that a family's patterns must share: one alone ("is", "for") joins strangers.
const SHARED_WORDS: usize = 2;

/// The family of every group, in the order of the groups. The first rule that matches a group decides; without one, mining does.
pub fn families(groups: &[Group], rules: &[Rule]) -> Vec<Family> {
    let rule_of: Vec<Option<usize>> =
        groups.iter().map(|group| rules.iter().position(|rule| rule.matches(group.code, group.pattern))).collect();
    let mut members = Members::new(groups.len());
    let mut first_of_rule = vec![None; rules.len()];
    let mut buckets: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (at, group) in groups.iter().enumerate() {
        match rule_of[at].map(|rule| (rule, rules[rule].families)) {
            Some((rule, Some(Families::One))) => {
                let first = *first_of_rule[rule].get_or_insert(at);
                members.join(first, at);
            }
            Some((_, Some(Families::Apart))) => {}
            _ => {
                let key = (group.code, group.root_code, group.entity, rule_of[at], fields::of(group.pattern));
                buckets.entry(key).or_default().push(at);
            }
        }
    }
    let mut buckets: Vec<Vec<usize>> = buckets.into_values().filter(|bucket| bucket.len() >= MANY[0].1).collect();
    buckets.sort_unstable();
    for bucket in &mut buckets {
        bucket.sort_unstable_by_key(|&at| (groups[at].pattern, groups[at].group_id));
        for class in Miner::new(groups, bucket).mine() {
            for pair in class.windows(2) {
                members.join(pair[0], pair[1]);
            }
        }
    }
    let mut smallest: Vec<Option<GroupId>> = vec![None; groups.len()];
    for (at, group) in groups.iter().enumerate() {
        let first = members.first(at);
        smallest[first] = Some(smallest[first].map_or(group.group_id, |known| known.min(group.group_id)));
    }
    (0..groups.len())
        .map(|at| {
            let rule = rule_of[at].map(|rule| &rules[rule]);
            Family {
                family_id: smallest[members.first(at)].expect("every group is a member of its family"),
                name: rule.and_then(|rule| rule.name.clone()),
                category: rule.and_then(|rule| rule.category),
                retry: rule.and_then(|rule| rule.retry),
            }
        })
        .collect()
}

/// Which groups belong together (union by path halving).
struct Members(Vec<usize>);

impl Members {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn first(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
    }
}
