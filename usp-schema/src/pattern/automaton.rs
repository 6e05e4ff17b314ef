//! From a regular expression to an automaton without empty transitions.
//!
//! The construction is Glushkov's: each character or class of the written-out expression is a
//! state, which is entered by reading such a character. Which states may follow which is read off
//! the expression.

use alloc::vec::Vec;

use super::class::Class;
use super::parser::Node;
use super::state_set::StateSet;

/// An automaton; it begins in none of its states.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    /// The classes that occur, each once.
    pub(super) classes: Vec<Class>,
    pub(super) states: Vec<State>,
    /// States that may be entered with the first character.
    pub(super) first: StateSet,
    /// States in which the text may end.
    pub(super) accepting: StateSet,
    /// Whether the empty text matches.
    pub(super) matches_empty: bool,
}

#[derive(Debug)]
pub(super) struct State {
    /// The class that is read on entering, as an index.
    pub(super) class: usize,
    /// States that may be entered next.
    pub(super) follow: StateSet,
}

pub(super) fn build(node: &Node) -> Automaton {
    let mut automaton = Automaton::default();
    let fragment = automaton.add(node);
    Automaton {
        first: fragment.first,
        accepting: fragment.last,
        matches_empty: fragment.matches_empty,
        ..automaton
    }
}

/// What the surroundings of a part of the expression need to know about it.
#[derive(Clone, Copy, Default)]
struct Fragment {
    first: StateSet,
    last: StateSet,
    matches_empty: bool,
}

impl Fragment {
    const EMPTY: Self = Self { first: StateSet::EMPTY, last: StateSet::EMPTY, matches_empty: true };
}

impl Automaton {
    /// Adds the states of `node`. The recursion is as deep as the groups are nested, which the
    /// parser limits.
    fn add(&mut self, node: &Node) -> Fragment {
        match node {
            Node::Empty => Fragment::EMPTY,
            Node::Class(class) => self.add_state(class),
            Node::Concat(nodes) => nodes.iter().fold(Fragment::EMPTY, |before, node| {
                let after = self.add(node);
                self.concat(before, after)
            }),
            Node::Alternate(nodes) => nodes.iter().fold(Fragment::default(), |mut all, node| {
                let one = self.add(node);
                all.first.extend(&one.first);
                all.last.extend(&one.last);
                all.matches_empty |= one.matches_empty;
                all
            }),
            Node::Repeat { node, min, max } => self.add_repeat(node, *min, *max),
        }
    }

    fn add_state(&mut self, class: &Class) -> Fragment {
        let known = self.classes.iter().position(|other| other == class);
        let class = known.unwrap_or_else(|| {
            self.classes.push(class.clone());
            self.classes.len() - 1
        });
        let mut states = StateSet::default();
        states.insert(self.states.len());
        self.states.push(State { class, follow: StateSet::default() });
        Fragment { first: states, last: states, matches_empty: false }
    }

    fn add_repeat(&mut self, node: &Node, min: usize, max: Option<usize>) -> Fragment {
        let mut copies: Vec<Fragment> = (0..max.unwrap_or(min.max(1))).map(|_| self.add(node)).collect();
        if max.is_none()
            && let Some(last) = copies.last().copied()
        {
            // The last copy may be repeated as often as one likes.
            self.connect(&last.last, &last.first);
        }
        // Backwards, so that x{0,3} becomes (x(x(x)?)?)? and not x?x?x?, which has many more transitions.
        let mut all = Fragment::EMPTY;
        while let Some(copy) = copies.pop() {
            all = self.concat(copy, all);
            all.matches_empty |= copies.len() >= min;
        }
        all
    }

    fn concat(&mut self, before: Fragment, after: Fragment) -> Fragment {
        self.connect(&before.last, &after.first);
        let Fragment { mut first, .. } = before;
        if before.matches_empty {
            first.extend(&after.first);
        }
        let Fragment { mut last, .. } = after;
        if after.matches_empty {
            last.extend(&before.last);
        }
        Fragment { first, last, matches_empty: before.matches_empty && after.matches_empty }
    }

    /// Lets the states of `after` follow those of `before`.
    fn connect(&mut self, before: &StateSet, after: &StateSet) {
        for state in before.iter() {
            if let Some(state) = self.states.get_mut(state) {
                state.follow.extend(after);
            }
        }
    }
}
