//! See `incident` in `counterflow_fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| counterflow_fuzz::incident(data));
