//! Calls for memory ahead of its use, so that many waits become one.

use std::hint::black_box;

use super::group::FAN;

/// Reads an item, if it exists, for nothing: what follows need not wait for it, and finds it at hand.
#[inline]
pub fn touch<T: Copy>(items: &[T], at: usize) {
    black_box(items.get(at).copied());
}

/// The same for sixteen integers, which can lie on three cache lines.
#[inline]
pub fn touch_block<T: Copy>(items: &[T], first: usize) {
    touch(items, first);
    touch(items, first + FAN / 2);
    touch(items, first + FAN - 1);
}
