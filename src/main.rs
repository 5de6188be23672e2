//! The `synclens` command: parses arguments, dispatches, and turns an error into a message and an exit code.

fn main() {}
