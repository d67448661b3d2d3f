//! Calls for memory ahead of its use, so that many waits become one.

/// The least that comes at once: a cache line.
const LINE: usize = 64;

/// Calls for an item, if it exists: what follows does not wait for it, and finds it at hand.
#[inline]
pub fn touch<T>(items: &[T], at: usize) {
    if let Some(item) = items.get(at) {
        fetch(item);
    }
}

/// Calls for some items, as far as they exist.
#[inline]
pub fn touch_all<T>(items: &[T], from: usize, count: usize) {
    let end = from.saturating_add(count).min(items.len());
    let items = items.get(from..end).unwrap_or_default();
    items.iter().step_by((LINE / size_of::<T>()).max(1)).chain(items.last()).for_each(fetch);
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn fetch<T>(item: &T) {
    safe_arch::prefetch_t0(item);
}

// Nothing safe is known there: the processor guesses what comes.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn fetch<T>(_item: &T) {}
