//! synclens
