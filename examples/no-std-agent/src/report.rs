//! What the program says.

use crate::exchange::Heap;

/// What an Agent at rest may hold, in bytes. The bar is for the whole of TR-181.
const HEAP_AT_REST: usize = 64_000;

/// Reports what was measured. Returns whether the bar is met.
pub fn heap(heap: &Heap) -> bool {
    let whole = cfg!(whole_tr_181);
    let model =
        if whole { "the whole of TR-181 2.19.1" } else { "models/usp-device.xml, for which there is no bar" };
    say(format_args!("model:              {model}"));
    say(format_args!("heap at rest:       {:>9} bytes, bar {HEAP_AT_REST}", heap.rest));
    say(format_args!("heap until then:    {:>9} bytes at most", heap.start));
    say(format_args!("heap during a Get:  {:>9} bytes at most", heap.get));
    say(format_args!("answer to Device.:  {:>9} bytes, {} parameters", heap.answer, heap.parameters));
    let met = !whole || heap.rest <= HEAP_AT_REST;
    if !met {
        say(format_args!("MISSED: the heap at rest"));
    }
    met
}

/// Prints a line.
pub fn say(line: core::fmt::Arguments<'_>) {
    #[cfg(target_os = "linux")]
    libc_print::libc_println!("{line}");
    // A board would write it to its serial line.
    #[cfg(not(target_os = "linux"))]
    let _ = core::hint::black_box(line);
}
