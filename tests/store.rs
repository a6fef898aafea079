//! The store on real disks: what it promises, to whom it gives it, and what it survives. No rule and no
//! network is looked at here.

#[path = "store/crash.rs"]
mod crash;
#[path = "store/faults.rs"]
mod faults;
#[path = "store/migrating.rs"]
mod migrating;
#[path = "support/own_mounts.rs"]
mod own_mounts;
#[path = "store/promising.rs"]
mod promising;
#[path = "store/recording.rs"]
mod recording;
#[path = "store/rule_sets.rs"]
mod rule_sets;
#[path = "store/sending.rs"]
mod sending;
#[path = "support/small_disk.rs"]
mod small_disk;
#[path = "store/stand.rs"]
mod stand;
