//! An Agent without std, on the whole of TR-181, with an allocator and a panic handler of its own.
//!
//! ```sh
//! bash ci/embedded.sh
//! ```
//!
//! builds it for size, runs it, and reports what it takes: text and read-only data of the program, and of the heap
//! what it holds at rest and what a Get of `Device.` takes at most. It fails where a bar is missed. The heap is an
//! array of [`HEAP_BYTES`]; whatever does not fit into it ends the program.
#![cfg_attr(panic = "abort", no_std, no_main)]

extern crate alloc;

mod device;
mod exchange;
mod report;

use emballoc::Allocator;
use heapster::Heapster;

/// The heap, a part of the program's memory that is zero at first.
const HEAP_BYTES: usize = 2 * 1024 * 1024;

#[global_allocator]
static HEAP: Heapster<Allocator<HEAP_BYTES>> = Heapster::new(Allocator::new());

#[cfg(all(panic = "abort", target_os = "linux"))]
mod bare {
    //! What std would bring along: a panic handler and the way from the C runtime to the program.

    use core::ffi::c_int;
    use core::panic::PanicInfo;

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
        super::run()
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
    let code = run();
    println!("this build has std and ends with {code}: build with --profile embedded");
    std::process::ExitCode::FAILURE
}

/// Everything that the program does. Returns its exit code.
fn run() -> i32 {
    let heap = match exchange::measure() {
        Ok(heap) => heap,
        Err(failure) => {
            report::say(format_args!("failed: {failure:?}"));
            return 1;
        }
    };
    if report::heap(&heap) {
        0
    } else {
        1
    }
}
