//! Windows whose order matters.

use std::collections::VecDeque;

/// Adds a value behind at most `length - 1` others; returns the oldest where there was no room for it.
pub fn keep<T>(window: &mut VecDeque<T>, value: T, length: usize) -> Option<T> {
    let out = if window.len() >= length { window.pop_front() } else { None };
    window.push_back(value);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let mut window = VecDeque::new();
        let out: Vec<Option<i32>> = (0..4).map(|value| keep(&mut window, value, 2)).collect();
        assert_eq!((out, window.into()), (vec![None, None, Some(0), Some(1)], vec![2, 3]));
    }
}
