//! Families: failure groups that differ only where many different values stand.
//!
//! People's own texts hold names and values that no grammar knows. All patterns of one code, root code, entity and field
//! list start as one class with one open gap. A class is cut until every gap of every class is either the same in all
//! its patterns or holds many different fills: by phrases that several patterns share, by the first and last words of a gap,
//! and by the fills themselves where they are few. Two rules that differ in a word have few fills in that gap, so they
//! are cut apart; what stays together has fixed words and values. Every decision counts distinct things and breaks ties by text,
//! so the order of the groups does not matter.

use std::collections::hash_map::Entry;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde::Serialize;
use std::hash::{Hash, Hasher};

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

/// Fills of a gap from which they are values rather than the words of different rules, with what each may weigh.
///
/// Values repeat rarely and rules often: the more audit rows stand behind each fill, the more fills it takes.
/// Pairs of rules that differ in one word are common, four of a kind are known (street, city, state, country), five are values.
const MANY: [(u64, usize); 3] = [(3, 5), (20, 12), (u64::MAX, 30)];
/// Words of letters that a family's patterns must share: one alone ("is", "for") joins strangers.
const SHARED_WORDS: usize = 2;
/// Tokens of a pattern that are compared; the rest counts as one.
const TOKENS: usize = 160;
/// Fills whose phrases are counted at a time; more are drawn by hash, and what they miss is found in the next round.
const SAMPLE: usize = 20_000;
/// Families that single patterns are held against; the largest come first.
const FRAMES: usize = 64;
/// Rounds of phrases over the patterns that no phrase has caught.
const ROUNDS: usize = 8;

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
                let key = (group.code, group.root_code, group.entity, rule_of[at], fields::read(group.pattern));
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

/// A word, mark or placeholder, numbered by its text.
type Token = u32;
/// Stands before the first and behind the last token of a gap.
const EDGE: Token = Token::MAX;

/// The patterns of one bucket as tokens.
struct Miner<'a> {
    groups: &'a [Group<'a>],
    /// Per pattern: its group and its tokens.
    patterns: Vec<(usize, Vec<Token>)>,
    /// Per token: what it is.
    kinds: Vec<Kind>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Word,
    Number,
    Placeholder,
    Mark,
}

/// Patterns that agree in everything but their gaps.
struct Class {
    /// Indexes of `Miner::patterns`.
    patterns: Vec<u32>,
    /// Per gap, per pattern: the range of tokens.
    gaps: Vec<Vec<Range<u16>>>,
    /// Words that all share.
    words: usize,
    /// Rounds of phrases so far.
    round: usize,
}

impl<'a> Miner<'a> {
    fn new(groups: &'a [Group<'a>], bucket: &[usize]) -> Self {
        let mut numbers: FxHashMap<&str, Token> = FxHashMap::default();
        let mut kinds = Vec::new();
        let patterns = bucket
            .iter()
            .map(|&at| {
                let tokens = tokens(groups[at].pattern).map(|text| {
                    let next = numbers.len() as Token;
                    *numbers.entry(text).or_insert_with(|| {
                        kinds.push(kind(text));
                        next
                    })
                });
                (at, tokens.collect())
            })
            .collect();
        Self { groups, patterns, kinds }
    }

    /// The classes of two or more groups.
    fn mine(&self) -> Vec<Vec<usize>> {
        let everything = Class {
            patterns: (0..self.patterns.len() as u32).collect(),
            gaps: vec![self.patterns.iter().map(|(_, tokens)| 0..tokens.len() as u16).collect()],
            words: 0,
            round: 0,
        };
        let mut families: Vec<Class> = Vec::new();
        let mut open = vec![everything];
        while let Some(mut class) = open.pop() {
            if class.patterns.len() < 2 {
                continue;
            }
            match self.cut(&mut class) {
                Some(parts) => open.extend(parts),
                None if class.words >= SHARED_WORDS => families.push(class),
                None => {}
            }
        }
        self.take_in(&mut families);
        families.iter().map(|class| class.patterns.iter().map(|&pattern| self.patterns[pattern as usize].0).collect()).collect()
    }

    /// Takes single patterns into the family whose fixed tokens they have, where their fills are made of the family's words.
    ///
    /// A phrase that values of several rules share ("O'Neil") may have caught them before the phrase of their own rule.
    fn take_in(&self, families: &mut [Class]) {
        let mut placed = vec![false; self.patterns.len()];
        for class in families.iter() {
            for &pattern in &class.patterns {
                placed[pattern as usize] = true;
            }
        }
        families.sort_by_key(|class| (std::cmp::Reverse(class.patterns.len()), class.patterns[0]));
        let frames: Vec<Frame> = families.iter().take(FRAMES).map(|class| Frame::of(self, class)).collect();
        for pattern in (0..self.patterns.len()).filter(|&pattern| !placed[pattern]) {
            let records = self.groups[self.patterns[pattern].0].records;
            if let Some(at) = frames.iter().position(|frame| records <= frame.most && frame.fits(self, &self.patterns[pattern].1))
            {
                families[at].patterns.push(pattern as u32);
            }
        }
    }

    /// Cuts a class where its patterns cannot be one family; none if they can.
    fn cut(&self, class: &mut Class) -> Option<Vec<Class>> {
        let mut gap = 0;
        while gap < class.gaps.len() {
            self.strip(class, gap);
            let fills = self.fills(class, gap);
            if fills.distinct == 1 {
                class.words += self.words(self.fill(class, gap, 0));
                class.gaps.remove(gap);
                continue;
            }
            if !self.many(class, fills.distinct) && !self.proven(class, gap) {
                return Some(class.split(&fills.of, |_| {}));
            }
            gap += 1;
        }
        for gap in 0..class.gaps.len() {
            let fills = self.fills(class, gap);
            if let Some(parts) = self.cut_by_phrase(class, gap, &fills) {
                return Some(parts);
            }
            for side in [Side::First, Side::Last] {
                if let Some(parts) = self.cut_by_edge(class, gap, side) {
                    return Some(parts);
                }
            }
        }
        None
    }

    fn fill(&self, class: &Class, gap: usize, at: usize) -> &[Token] {
        let range = &class.gaps[gap][at];
        &self.patterns[class.patterns[at] as usize].1[usize::from(range.start)..usize::from(range.end)]
    }

    fn words(&self, tokens: &[Token]) -> usize {
        tokens.iter().filter(|&&token| self.kinds[token as usize] == Kind::Word).count()
    }

    /// Whether so many fills are values, seen the audit rows behind them.
    fn many(&self, class: &Class, distinct: usize) -> bool {
        let records: u64 = class.patterns.iter().map(|&pattern| self.groups[self.patterns[pattern as usize].0].records).sum();
        let each = records / distinct as u64;
        MANY.iter().find(|(most, _)| each <= *most).is_some_and(|(_, least)| distinct >= *least)
    }

    /// Whether fills differ only where masking has replaced some numbers already and left the short ones.
    fn proven(&self, class: &Class, gap: usize) -> bool {
        let model = self.fill(class, gap, 0);
        let mut masked = vec![false; model.len()];
        let mut differs = vec![false; model.len()];
        for at in 0..class.patterns.len() {
            let fill = self.fill(class, gap, at);
            if fill.len() != model.len() {
                return false;
            }
            for (place, (&token, &first)) in fill.iter().zip(model).enumerate() {
                masked[place] |= self.kinds[token as usize] == Kind::Placeholder;
                differs[place] |= token != first;
                if token != first
                    && [token, first].iter().any(|&token| !matches!(self.kinds[token as usize], Kind::Number | Kind::Placeholder))
                {
                    return false;
                }
            }
        }
        differs.iter().zip(&masked).all(|(differs, masked)| !differs || *masked)
    }

    /// Takes what all fills of a gap share at both ends out of the gap.
    fn strip(&self, class: &mut Class, gap: usize) {
        let model = self.fill(class, gap, 0);
        let (mut head, mut tail) = (model.len(), model.len());
        for at in 1..class.patterns.len() {
            let fill = self.fill(class, gap, at);
            head = model.iter().zip(fill).take(head).take_while(|(a, b)| a == b).count();
            tail = model.iter().rev().zip(fill.iter().rev()).take(tail).take_while(|(a, b)| a == b).count();
        }
        let shortest = class.gaps[gap].iter().map(ExactSizeIterator::len).min().unwrap_or(0);
        let head = head.min(shortest);
        let tail = tail.min(shortest - head);
        class.words += self.words(&model[..head]) + self.words(&model[model.len() - tail..]);
        for range in &mut class.gaps[gap] {
            *range = range.start + head as u16..range.end - tail as u16;
        }
    }

    /// Which fill each pattern has.
    fn fills(&self, class: &Class, gap: usize) -> Fills {
        let mut numbers: FxHashMap<&[Token], u32> = FxHashMap::default();
        let of = (0..class.patterns.len())
            .map(|at| {
                let next = numbers.len() as u32;
                *numbers.entry(self.fill(class, gap, at)).or_insert(next)
            })
            .collect();
        Fills { of, distinct: numbers.len() }
    }

    /// Cuts by the first or last word of a gap, where these are few.
    fn cut_by_edge(&self, class: &mut Class, gap: usize, side: Side) -> Option<Vec<Class>> {
        let mut numbers: FxHashMap<Token, u32> = FxHashMap::default();
        let of: Vec<u32> = (0..class.patterns.len())
            .map(|at| {
                let fill = self.fill(class, gap, at);
                let token = match side {
                    Side::First => fill.first(),
                    Side::Last => fill.last(),
                };
                let next = numbers.len() as u32;
                *numbers.entry(token.copied().unwrap_or(EDGE)).or_insert(next)
            })
            .collect();
        let masked = numbers.keys().any(|&token| token != EDGE && self.kinds[token as usize] == Kind::Placeholder);
        (!masked && !self.many(class, numbers.len())).then(|| class.split(&of, |_| {}))
    }

    /// Cuts by the phrases that many fills of a gap share; each part's gap is parted by its phrase.
    fn cut_by_phrase(&self, class: &mut Class, gap: usize, fills: &Fills) -> Option<Vec<Class>> {
        if class.round >= ROUNDS {
            return None;
        }
        let phrases = Phrases::of(self, class, gap, fills);
        if phrases.kept.is_empty() {
            return None;
        }
        let found: Vec<Option<(u32, Range<u16>)>> =
            (0..class.patterns.len()).map(|at| phrases.find(self.fill(class, gap, at))).collect();
        let of: Vec<u32> = found.iter().map(|found| found.as_ref().map_or(u32::MAX, |(phrase, _)| *phrase)).collect();
        let caught = of.iter().any(|&phrase| phrase != u32::MAX);
        if !caught {
            return None;
        }
        class.round += 1;
        let ranges: FxHashMap<u32, Range<u16>> = class
            .patterns
            .iter()
            .zip(&class.gaps[gap])
            .zip(found)
            .filter_map(|((&pattern, open), found)| {
                let (_, phrase) = found?;
                Some((pattern, open.start + phrase.start..open.start + phrase.end))
            })
            .collect();
        Some(class.split(&of, |part| {
            part.part_gap(gap, &ranges, |pattern, range| {
                self.words(&self.patterns[pattern as usize].1[usize::from(range.start)..usize::from(range.end)])
            })
        }))
    }
}

/// What the patterns of a family share, to hold other patterns against it.
struct Frame {
    /// The fixed tokens before, between and behind the gaps.
    fixed: Vec<Vec<Token>>,
    /// The words of its fills.
    words: FxHashSet<Token>,
    /// The most audit rows of one pattern; a text with many more is a rule of its own.
    most: u64,
}

impl Frame {
    fn of(miner: &Miner, class: &Class) -> Self {
        let model = &miner.patterns[class.patterns[0] as usize].1;
        let mut fixed = Vec::new();
        let mut at = 0;
        for gap in &class.gaps {
            fixed.push(model[at..usize::from(gap[0].start)].to_vec());
            at = usize::from(gap[0].end);
        }
        fixed.push(model[at..].to_vec());
        let mut words = FxHashSet::default();
        for gap in 0..class.gaps.len() {
            for at in 0..class.patterns.len() {
                words.extend(miner.fill(class, gap, at).iter().filter(|&&token| miner.kinds[token as usize] == Kind::Word));
            }
        }
        let records = class.patterns.iter().map(|&pattern| miner.groups[miner.patterns[pattern as usize].0].records);
        Self { fixed, words, most: records.max().unwrap_or(0).saturating_mul(2) }
    }

    /// Whether a pattern has all fixed tokens in their order, and nearly only words of the family's fills between.
    fn fits(&self, miner: &Miner, tokens: &[Token]) -> bool {
        let Some((last, before)) = self.fixed.split_last() else { return false };
        let Some((first, between)) = before.split_first() else { return false };
        let Some(mut rest) = tokens.strip_prefix(&first[..]).and_then(|rest| rest.strip_suffix(&last[..])) else { return false };
        let (mut known, mut words) = (0, 0);
        let mut count = |fill: &[Token]| {
            for token in fill.iter().filter(|&&token| miner.kinds[token as usize] == Kind::Word) {
                words += 1;
                known += usize::from(self.words.contains(token));
            }
        };
        for fixed in between {
            let Some(at) = (0..rest.len()).find(|&at| rest[at..].starts_with(fixed)) else { return false };
            count(&rest[..at]);
            rest = &rest[at + fixed.len()..];
        }
        count(rest);
        known * 3 >= words * 2
    }
}

enum Side {
    First,
    Last,
}

struct Fills {
    /// Per pattern: the number of its fill.
    of: Vec<u32>,
    distinct: usize,
}

impl Class {
    /// The parts by a number per pattern, each finished by `finish`, in the order in which the numbers first come.
    fn split(&self, of: &[u32], finish: impl Fn(&mut Self)) -> Vec<Self> {
        let mut place: FxHashMap<u32, usize> = FxHashMap::default();
        let mut parts: Vec<Self> = Vec::new();
        for (at, number) in of.iter().enumerate() {
            let part = match place.entry(*number) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(entry) => {
                    let gaps = vec![Vec::new(); self.gaps.len()];
                    parts.push(Self { patterns: Vec::new(), gaps, words: self.words, round: self.round });
                    *entry.insert(parts.len() - 1)
                }
            };
            parts[part].patterns.push(self.patterns[at]);
            for (gap, ranges) in self.gaps.iter().enumerate() {
                parts[part].gaps[gap].push(ranges[at].clone());
            }
        }
        for part in &mut parts {
            finish(part);
        }
        parts
    }

    /// Parts a gap by the phrase that stands in it; a part without a phrase keeps its gap.
    fn part_gap(&mut self, gap: usize, phrases: &FxHashMap<u32, Range<u16>>, words: impl Fn(u32, &Range<u16>) -> usize) {
        let Some(first) = phrases.get(&self.patterns[0]) else { return };
        self.words += words(self.patterns[0], first);
        self.round = 0;
        let behind = self
            .patterns
            .iter()
            .zip(&mut self.gaps[gap])
            .map(|(pattern, range)| {
                let phrase = &phrases[pattern];
                let behind = phrase.end..range.end;
                range.end = phrase.start;
                behind
            })
            .collect();
        self.gaps.insert(gap + 1, behind);
    }
}

/// Two neighbouring tokens.
type Pair = (Token, Token);

/// Phrases: pairs of neighbouring tokens that the same fills hold.
struct Phrases {
    /// Per pair: the phrase that it belongs to.
    of: FxHashMap<Pair, u32>,
    /// Per phrase: in how many fills of the sample it stands, and the pair that parts the gap.
    kept: Vec<(usize, Pair)>,
}

/// What is known of a pair: how many fills hold it, the two smallest hashes of these fills, the last fill seen.
#[derive(Clone)]
struct Seen {
    fills: usize,
    least: [u64; 2],
    last: u32,
}

impl Phrases {
    fn of(miner: &Miner, class: &Class, gap: usize, fills: &Fills) -> Self {
        let mut sample = sample(miner, class, gap, fills);
        sample.sort_unstable();
        sample.truncate(SAMPLE);
        let mut seen: FxHashMap<Pair, Seen> = FxHashMap::default();
        for (number, &(hash, at)) in sample.iter().enumerate() {
            let hashes = [hash, hash.rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15)];
            for pair in pairs(miner.fill(class, gap, at as usize)) {
                let seen = seen.entry(pair).or_insert(Seen { fills: 0, least: [u64::MAX; 2], last: u32::MAX });
                if seen.last != number as u32 {
                    seen.last = number as u32;
                    seen.fills += 1;
                    seen.least = [seen.least[0].min(hashes[0]), seen.least[1].min(hashes[1])];
                }
            }
        }
        let mut alike: FxHashMap<[u64; 2], Vec<(usize, Pair)>> = FxHashMap::default();
        for (pair, seen) in seen.into_iter().filter(|(_, seen)| seen.fills >= MANY[0].1) {
            alike.entry(seen.least).or_default().push((seen.fills, pair));
        }
        // Pairs with the same smallest hashes stand in (nearly) the same fills: two of them make a phrase.
        let mut phrases: Vec<Vec<(usize, Pair)>> = alike.into_values().filter(|pairs| pairs.len() >= 2).collect();
        for pairs in &mut phrases {
            pairs.sort_unstable_by_key(|&(fills, pair)| (std::cmp::Reverse(fills), pair));
        }
        phrases.sort_unstable_by_key(|pairs| (std::cmp::Reverse(pairs[0].0), pairs[0].1));
        let mut of = FxHashMap::default();
        let mut kept = Vec::new();
        for pairs in phrases {
            let inner = pairs.iter().find(|(_, pair)| pair.0 != EDGE && pair.1 != EDGE);
            let Some(&(fills, parting)) = inner else { continue };
            for &(_, pair) in &pairs {
                of.insert(pair, kept.len() as u32);
            }
            kept.push((fills, parting));
        }
        // Inside a known text, phrases that a few fills share are values of the same make ("and Sons"): only phrases
        // of many, or phrases that account for nearly all fills, tell different rules apart.
        let covered: usize = kept.iter().map(|(fills, _)| fills).sum();
        if class.words >= SHARED_WORDS && covered * 5 < sample.len() * 4 {
            let least = sample.len() / 4;
            of.retain(|_, phrase| kept[*phrase as usize].0 >= least);
            kept.retain(|(fills, _)| *fills >= least);
        }
        Self { of, kept }
    }

    /// The most common phrase of which a fill holds two pairs, one of them the parting one, and where that stands.
    fn find(&self, fill: &[Token]) -> Option<(u32, Range<u16>)> {
        let mut held: Vec<u32> = pairs(fill).filter_map(|pair| self.of.get(&pair).copied()).collect();
        held.sort_unstable();
        let twice = held.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        for phrase in twice {
            let (_, parting) = self.kept[phrase as usize];
            if let Some(at) = fill.windows(2).position(|pair| (pair[0], pair[1]) == parting) {
                return Some((phrase, at as u16..at as u16 + 2));
            }
        }
        None
    }
}

/// The distinct fills of a gap by hash: hash and a pattern that has it.
fn sample(miner: &Miner, class: &Class, gap: usize, fills: &Fills) -> Vec<(u64, u32)> {
    let mut known = vec![false; fills.distinct];
    let mut sample = Vec::with_capacity(fills.distinct);
    for (at, &fill) in fills.of.iter().enumerate() {
        if !std::mem::replace(&mut known[fill as usize], true) {
            let mut hasher = FxHasher::default();
            miner.fill(class, gap, at).hash(&mut hasher);
            sample.push((hasher.finish().wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(31), at as u32));
        }
    }
    sample
}

/// The neighbouring tokens of a fill, its edges included.
fn pairs(fill: &[Token]) -> impl Iterator<Item = Pair> {
    let edge = |at: usize| at.checked_sub(1).and_then(|at| fill.get(at)).copied().unwrap_or(EDGE);
    (0..=fill.len()).map(move |at| (edge(at), fill.get(at).copied().unwrap_or(EDGE)))
}

/// The tokens of a pattern: words, placeholders and single marks.
fn tokens(pattern: &str) -> impl Iterator<Item = &str> {
    let mut rest = pattern;
    let mut count = 0;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(' ');
        let first = rest.chars().next()?;
        count += 1;
        let width = if count == TOKENS {
            rest.len()
        } else if is_word(first) {
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let decimals =
                rest[word..].strip_prefix(['.', ',']).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            let number = decimals > 0 && rest[..word].bytes().all(|byte| byte.is_ascii_digit());
            word + if number { 1 + decimals } else { 0 }
        } else if first == '{' {
            let name = rest[1..].bytes().take_while(u8::is_ascii_lowercase).count();
            if rest[1 + name..].starts_with('}') { name + 2 } else { 1 }
        } else {
            first.len_utf8()
        };
        let (token, behind) = rest.split_at(width);
        rest = behind;
        Some(token)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn kind(token: &str) -> Kind {
    let mut characters = token.chars();
    match characters.next() {
        Some('{') if token.len() > 2 => Kind::Placeholder,
        Some(first)
            if first.is_ascii_digit() && token.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) =>
        {
            Kind::Number
        }
        Some(first) if is_word(first) && token.chars().count() >= 2 => Kind::Word,
        _ => Kind::Mark,
    }
}
