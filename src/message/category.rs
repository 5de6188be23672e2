//! What kind of failure a message tells, and whether trying again can help.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name that tables and reports show.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = crate::error::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    crate::error::Error::new(format!("'{text}' is not a {}", stringify!($name).to_lowercase()))
                        .hint(format!("it is one of: {}", names.join(", ")))
                })
            }
        }
    };
}

named! {
    /// The kind of a failure.
    Category {
        /// A validation rule, a lookup filter or an `addError` refused the record.
        Validation => "validation",
        /// A field that must be filled is empty.
        RequiredField => "required_field",
        /// The record, or a value that must be unique, is there already.
        Duplicate => "duplicate",
        /// A trigger, flow or other Apex code failed.
        Automation => "automation",
        /// A record points to another that is missing, inactive or of the wrong kind.
        Reference => "reference",
        /// The running user may not do or see this.
        Permission => "permission",
        /// A value does not fit its field.
        DataValue => "data_value",
        /// Somebody else held the record at that moment.
        Locking => "locking",
        /// A governor, request or storage limit was passed.
        Limits => "limits",
        /// The other side could not be reached, or refused the sign-in.
        Connection => "connection",
        /// The record was deleted.
        Deleted => "deleted",
        /// A column or object of the source does not exist in the target, or is not writable there.
        Schema => "schema",
        /// None of these, or the text does not say.
        Other => "other",
    }
}

named! {
    /// Whether the same record can succeed when it is sent again.
    Retry {
        /// Yes, as it is.
        Now => "now",
        /// Yes, once something was mended.
        AfterFix => "after_fix",
        /// No.
        Never => "never",
        /// The text does not say enough.
        Unknown => "unknown",
    }
}

impl Category {
    /// The retry class of a failure of which nothing but its category is known.
    pub const fn usual_retry(self) -> Retry {
        match self {
            Self::Locking => Retry::Now,
            Self::Other => Retry::Unknown,
            _ => Retry::AfterFix,
        }
    }
}
