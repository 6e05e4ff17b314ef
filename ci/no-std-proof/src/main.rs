//! A program without std: an Agent and a Controller of this family talk, and the answer is checked.
//!
//! ```text
//! cargo build --profile no-std -p usp-no-std-proof --features proof
//! ```
//!
//! As soon as one of the crates pulls std in, the build fails: std brings a panic handler and so does this program,
//! which is a duplicate lang item (E0152). The exit code is 0 where all went well; [`Failure`] tells the others.
//!
//! A panic handler of one's own needs `panic = "abort"`, which the profile `no-std` sets. Under another profile this is
//! a program with std that runs the same exchange, so that it can be debugged, and refuses to count as a proof.
#![cfg_attr(panic = "abort", no_std, no_main)]

mod exchange;
mod model;

use exchange::Failure;

#[cfg(panic = "abort")]
mod bare {
    //! What std would bring along: an allocator, a panic handler and the way from the C runtime to the program.

    use core::ffi::c_int;
    use core::panic::PanicInfo;

    #[global_allocator]
    static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

    /// There is nowhere to report to: whoever runs the program sets it a time limit.
    #[panic_handler]
    fn on_panic(_: &PanicInfo<'_>) -> ! {
        loop {
            core::hint::spin_loop();
        }
    }

    /// The C runtime calls it by its name.
    #[no_mangle]
    pub extern "C" fn main() -> c_int {
        super::run().map_or_else(|failure| failure as c_int, |()| 0)
    }

    /// The `alloc` crate comes compiled for unwinding and names this; nothing unwinds here, so nothing calls it.
    #[no_mangle]
    pub extern "C" fn rust_eh_personality() {}

    /// As [`rust_eh_personality`].
    #[no_mangle]
    pub extern "C" fn _Unwind_Resume() {}
}

#[cfg(not(panic = "abort"))]
fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => eprintln!("all well, but this build has std: build with --profile no-std"),
        Err(failure) => eprintln!("{failure:?}"),
    }
    std::process::ExitCode::FAILURE
}

/// Everything that the program does.
fn run() -> Result<(), Failure> {
    exchange::uptime_is_told(model::device()?)
}
