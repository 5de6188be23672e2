//! Stand-in.
use std::io::{self, Write};
pub fn measure(_: Option<&str>, _: bool, _: &mut impl Write) -> io::Result<()> {
    Ok(())
}
