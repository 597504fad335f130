//! Prints docs/errors.md, the table of error codes.

#![expect(clippy::print_stdout, reason = "printing is all this program does")]

fn main() {
    print!("{}", heddle_api::ErrorCode::table());
}
