//! Where the core's memory comes from.

use libmimalloc_sys::{mi_option_set_default, mi_option_t};
use mimalloc::MiMalloc;

// Columns come and go by the megabyte. It keeps their memory, where the system's allocator has every page made anew.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, to which the bindings give no name.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps freed memory for a minute (60,000 ms) before the system gets it back: to have a page made anew costs more than
/// to fill it with features. `MIMALLOC_PURGE_DELAY` in the environment wins.
pub fn keep_freed() {
    #[allow(unsafe_code)]
    // the option's number and type are those of mimalloc.h; a module is made by one thread
    unsafe {
        mi_option_set_default(PURGE_DELAY, 60_000);
    }
}
