//! The `goals` program, and the allocator that it runs on.

use std::ffi::c_int;
use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The number of mimalloc's option `purge_delay`, in milliseconds, by the order of its options.
const PURGE_DELAY: c_int = 15;

fn main() -> ExitCode {
    give_freed_memory_back();
    goals::cli::main()
}

/// Has freed memory go back to the system within five milliseconds, unless `MIMALLOC_PURGE_DELAY` says otherwise. mimalloc
/// would hold it for a second, and most commands are over by then.
#[allow(unsafe_code, reason = "the allocator's options have no safe function")]
fn give_freed_memory_back() {
    // SAFETY: it stores a number, and no other thread runs yet.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, 5) };
}

#[cfg(test)]
mod tests {
    use std::ffi::c_long;

    use super::*;

    /// What the option is now, in milliseconds.
    #[allow(unsafe_code, reason = "the allocator's options have no safe function")]
    fn delay() -> c_long {
        // SAFETY: it reads a number.
        unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) }
    }

    #[test]
    fn the_option_is_the_one_that_holds_memory_for_a_second() {
        assert_eq!(delay(), 1000);
        give_freed_memory_back();
        assert_eq!(delay(), 5);
    }
}
