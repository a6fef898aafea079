//! The account: what the appliance knows of one account of the platform.

pub mod token;
