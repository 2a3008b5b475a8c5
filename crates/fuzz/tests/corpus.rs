//! The files of the corpora as plain tests: seeds, and what once made a target fail.

use std::fs;
use std::path::Path;

use elbm_fuzz::{TARGETS, try_out};

#[test]
fn every_file_of_the_corpora_holds() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (target, _) in TARGETS {
        let folder = corpora.join(target);
        let files: Vec<_> = fs::read_dir(&folder).expect("a corpus").map(|file| file.expect("a file").path()).collect();
        assert!(!files.is_empty(), "{} is empty", folder.display());
        for file in files {
            let bytes = fs::read(&file).expect("readable");
            // The panic says what does not hold, this where.
            let held = std::panic::catch_unwind(|| try_out(target, &bytes));
            assert!(held.is_ok(), "{} does not hold", file.display());
        }
    }
}
