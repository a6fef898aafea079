//! The platforms: a folder each for what one sends, expects and calls.

pub mod weibo;
