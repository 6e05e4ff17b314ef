//! An Agent without std, on the whole of TR-181, with an allocator and a panic handler of its own.
//!
//! ```sh
//! bash ci/embedded.sh
//! ```
//!
//! builds it for size, runs it, and reports what it takes: text and read-only data of the program, and of the heap what
//! it holds at rest and what a Get of `Device.` takes at most. The heap is an array of [`HEAP_BYTES`]; whatever does
//! not fit into it ends the program. `bash ci/bare-metal.sh` builds the same for a microcontroller.
//!
//! It ends with 0 where all is well, with 3 where the bar for the heap is missed, and with 1 where it fails.
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

#[cfg(panic = "abort")]
mod bare {
    //! What std would bring along: a panic handler and the way into the program.

    use core::panic::PanicInfo;

    /// There is nowhere to report to: whoever runs the program sets it a time limit.
    #[panic_handler]
    fn on_panic(_: &PanicInfo<'_>) -> ! {
        loop {
            core::hint::spin_loop();
        }
    }

    /// The C runtime calls it by its name.
    #[cfg(target_os = "linux")]
    #[no_mangle]
    pub extern "C" fn main() -> core::ffi::c_int {
        super::run()
    }

    /// Where a linker begins when there is nothing else: a board has a table of interrupts, which leads here.
    #[cfg(target_os = "none")]
    #[no_mangle]
    pub extern "C" fn _start() -> ! {
        // Whoever looks at it with a debugger sees how it ended.
        core::hint::black_box(super::run());
        loop {
            core::hint::spin_loop();
        }
    }

    /// The `alloc` crate comes compiled for unwinding and names this; nothing unwinds here, so nothing calls it.
    #[cfg(target_os = "linux")]
    #[no_mangle]
    pub extern "C" fn rust_eh_personality() {}

    /// As [`rust_eh_personality`].
    #[cfg(target_os = "linux")]
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
            report::say(format_args!("failed: {failure}"));
            return 1;
        }
    };
    if report::heap(&heap) {
        0
    } else {
        3
    }
}
