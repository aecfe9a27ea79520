//! Work for several threads whose results are handed on in order.
//!
//! Every thread takes the next piece of work that nobody has. The one that leads works too, and hands on between two
//! pieces; it waits only where the first result that is missing is somebody else's.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::AHEAD;

/// Pieces of work, called by their numbers.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    /// Something was done or handed on.
    moved: Condvar,
}

struct State<T> {
    count: usize,
    /// The first piece that nobody has taken.
    next: usize,
    /// The first piece whose result has not been handed on.
    first: usize,
    done: BTreeMap<usize, T>,
    /// Nobody waits for results any more: one could not be handed on, or a thread panicked.
    is_over: bool,
}

impl<T> State<T> {
    /// A piece to work on, where there is one that is not too far ahead.
    fn take(&mut self) -> Option<usize> {
        let is_there = !self.is_over && self.next < self.count.min(self.first + AHEAD);
        is_there.then(|| {
            self.next += 1;
            self.next - 1
        })
    }

    /// Whether there will be no more work.
    fn is_empty(&self) -> bool {
        self.is_over || self.next == self.count
    }
}

impl<T> Queue<T> {
    /// So many pieces.
    pub(super) fn new(count: usize) -> Self {
        let state = State { count, next: 0, first: 0, done: BTreeMap::new(), is_over: false };
        Self { state: Mutex::new(state), moved: Condvar::new() }
    }

    /// Works until there is nothing left.
    pub(super) fn work(&self, work: impl Fn(usize) -> T) {
        let end = End(self);
        let mut state = self.state();
        while !state.is_empty() {
            let Some(at) = state.take() else {
                state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(state);
            let result = work(at);
            state = self.state();
            state.done.insert(at, result);
            if at == state.first {
                self.moved.notify_all();
            }
        }
        drop(state);
        std::mem::forget(end);
    }

    /// Works too, and hands on every result in order.
    ///
    /// # Errors
    /// The first that handing on gives; then all threads stop.
    pub(super) fn lead<E>(
        &self,
        work: impl Fn(usize) -> T,
        mut hand_on: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let _end = End(self);
        let mut state = self.state();
        while !state.is_over && state.first < state.count {
            let first = state.first;
            if let Some(result) = state.done.remove(&first) {
                state.first += 1;
                drop(state);
                self.moved.notify_all();
                hand_on(result)?;
                state = self.state();
            } else if let Some(at) = state.take() {
                drop(state);
                let result = work(at);
                state = self.state();
                state.done.insert(at, result);
            } else {
                state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends all work when it is dropped, so that nobody waits for a thread that panicked.
struct End<'q, T>(&'q Queue<T>);

impl<T> Drop for End<'_, T> {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results in the order in which they were handed on, and what came of it.
    fn results(
        count: usize,
        most: usize,
        work: impl Fn(usize) -> usize + Sync,
    ) -> (Vec<usize>, Result<(), usize>) {
        let queue = Queue::new(count);
        let mut results = Vec::new();
        let outcome = std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| queue.work(&work));
            }
            queue.lead(&work, |result| {
                results.push(result);
                if result < most { Ok(()) } else { Err(result) }
            })
        });
        (results, outcome)
    }

    #[test]
    fn results_come_in_order_whoever_is_late() {
        let slow_at_times = |at: usize| {
            if at.is_multiple_of(50) {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            at
        };
        for count in [0, 1, AHEAD, 10 * AHEAD] {
            assert_eq!(results(count, count, slow_at_times), ((0..count).collect(), Ok(())));
        }
    }

    #[test]
    fn all_stop_after_a_failure() {
        let (results, outcome) = results(10 * AHEAD, 7, |at| at);
        assert_eq!((results.len(), outcome), (8, Err(7)));
    }

    #[test]
    fn nobody_waits_for_a_thread_that_panicked() {
        let leader = std::thread::current().id();
        let panicking = |at: usize| {
            assert!(at != 5 || std::thread::current().id() == leader, "a panic that is meant");
            at
        };
        // Whoever gets that piece: either all comes, or the panic does.
        let outcome = std::panic::catch_unwind(|| results(10 * AHEAD, usize::MAX, panicking));
        assert!(outcome.is_err() || outcome.is_ok_and(|(results, _)| results.len() == 10 * AHEAD));
    }
}
