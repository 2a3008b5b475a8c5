#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| elbm_fuzz::try_out("credentials", bytes));
