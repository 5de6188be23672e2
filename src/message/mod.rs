//! Salesforce error texts: code, category, fields, ids and pattern of a message, as pure functions.
