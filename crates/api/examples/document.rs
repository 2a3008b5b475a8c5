//! Prints the document that the running code emits, to be held against the contract.

fn main() {
    println!("{}", elbm_api::document());
}
