//! Cuts a class where its patterns cannot be one rule: by words that all share, by numbers, by phrases, by the words at the ends of
//! a gap, and by the fills themselves.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::MANY;
use super::class::{Class, Fills};
use super::mine::{EDGE, Miner, Token};
use super::phrase::Phrases;
use super::token::Kind;

/// Rounds of phrases over the patterns that no phrase has caught.
const ROUNDS: usize = 8;

impl Miner<'_> {
    /// Cuts a class where its patterns cannot be one family; none if they can.
    pub fn cut(&self, class: &mut Class) -> Option<Vec<Class>> {
        let mut gap = 0;
        while gap < class.gaps.len() {
            self.strip(class, gap);
            let fills = self.fills(class, gap);
            if fills.distinct == 1 {
                class.words += self.words(self.fill(class, gap, 0));
                class.gaps.remove(gap);
                continue;
            }
            if self.part_by_anchor(class, gap) || self.part_by_number(class, gap) {
                continue;
            }
            if !self.many(class, fills.distinct) && !self.proven(class, gap) {
                // What differs in numbers alone may be one rule yet.
                let kinds = self.fills_but_numbers(class, gap);
                return Some(class.split(if kinds.distinct > 1 { &kinds.of } else { &fills.of }, |_| {}));
            }
            if let Some(common) = self.common(class, gap, &fills) {
                let of: Vec<u32> = fills.of.iter().map(|&fill| u32::from(fill == common)).collect();
                return Some(class.split(&of, |_| {}));
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

    /// The tokens in a gap of a pattern.
    pub fn fill(&self, class: &Class, gap: usize, at: usize) -> &[Token] {
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

    /// A fill that so many patterns share that it is the text of a rule among the values of another.
    fn common(&self, class: &Class, gap: usize, fills: &Fills) -> Option<u32> {
        let (common, at) = fills.common()?;
        let fixed = !self.fill(class, gap, at).iter().any(|&token| self.is_number(token));
        fixed.then_some(common)
    }

    /// Parts a gap by the number that each of its fills holds, so that what stands beside it is looked at; whether they do.
    fn part_by_number(&self, class: &mut Class, gap: usize) -> bool {
        let number = |at: usize| {
            let mut numbers = self.fill(class, gap, at).iter().enumerate().filter(|(_, token)| self.is_number(**token));
            numbers.next().map(|(place, _)| place as u16).filter(|_| numbers.next().is_none())
        };
        let Some(places) = (0..class.patterns.len()).map(number).collect::<Option<Vec<_>>>() else { return false };
        if class.gaps[gap].iter().all(|open| open.len() == 1) {
            return false;
        }
        let open = class.gaps[gap].iter().zip(&places).map(|(open, place)| (open.clone(), open.start + place));
        let parts: [Vec<Range<u16>>; 3] = [
            open.clone().map(|(open, at)| open.start..at).collect(),
            open.clone().map(|(_, at)| at..at + 1).collect(),
            open.map(|(open, at)| at + 1..open.end).collect(),
        ];
        class.gaps.splice(gap..=gap, parts);
        true
    }

    /// Parts a gap by a word that stands once in each of its fills; whether there is one.
    fn part_by_anchor(&self, class: &mut Class, gap: usize) -> bool {
        let once = |fill: &[Token], token| fill.iter().filter(|&&other| other == token).count() == 1;
        let mut shared: Vec<Token> = self.fill(class, gap, 0).to_vec();
        shared.retain(|&token| self.kinds[token as usize] == Kind::Word);
        for at in 0..class.patterns.len() {
            let fill = self.fill(class, gap, at);
            shared.retain(|&token| once(fill, token));
            if shared.is_empty() {
                return false;
            }
        }
        let anchors = class.patterns.iter().zip(&class.gaps[gap]).enumerate().map(|(at, (&pattern, open))| {
            let place = self.fill(class, gap, at).iter().position(|&token| token == shared[0]);
            let start = open.start + place.expect("an anchor stands in every fill") as u16;
            (pattern, start..start + 1)
        });
        let anchors = anchors.collect();
        class.part_gap(gap, &anchors, |_, _| 1);
        true
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
                masked[place] |= matches!(self.kinds[token as usize], Kind::Masked | Kind::Placeholder);
                differs[place] |= token != first;
                if token != first && !(self.is_number(token) && self.is_number(first)) {
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

    /// Whether a token is a number or stands for a value.
    fn is_number(&self, token: Token) -> bool {
        matches!(self.kinds[token as usize], Kind::Number | Kind::Masked | Kind::Placeholder)
    }

    /// Which fill each pattern has.
    fn fills(&self, class: &Class, gap: usize) -> Fills {
        Fills::of((0..class.patterns.len()).map(|at| self.fill(class, gap, at)))
    }

    /// Which fill each pattern has, where all numbers count as one.
    fn fills_but_numbers(&self, class: &Class, gap: usize) -> Fills {
        let plain = |&token: &Token| if self.is_number(token) { EDGE } else { token };
        Fills::of((0..class.patterns.len()).map(|at| self.fill(class, gap, at).iter().map(plain).collect::<Vec<_>>()))
    }

    /// Cuts by the first or last word of a gap, where these are few.
    fn cut_by_edge(&self, class: &mut Class, gap: usize, side: Side) -> Option<Vec<Class>> {
        let edges = (0..class.patterns.len()).map(|at| {
            let fill = self.fill(class, gap, at);
            match side {
                Side::First => fill.first(),
                Side::Last => fill.last(),
            }
        });
        let masked = edges.clone().flatten().any(|&token| matches!(self.kinds[token as usize], Kind::Masked | Kind::Placeholder));
        let mut edges = Fills::of(edges);
        if masked {
            return None;
        }
        if self.many(class, edges.distinct) {
            let (common, _) = edges.common()?;
            edges.of.iter_mut().for_each(|edge| *edge = u32::from(*edge == common));
        }
        Some(class.split(&edges.of, |_| {}))
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
            (0..class.patterns.len()).map(|at| phrases.find(self, self.fill(class, gap, at))).collect();
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

enum Side {
    First,
    Last,
}
