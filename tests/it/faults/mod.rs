//! Faults around us: what a broken disk, a slow or absent Atlassian, a lost replica or a stopped
//! process may cost. Never a login, and never a success for what was not done.

mod backups;
mod clocks;
mod commits;
mod databases;
mod disks;
pub(crate) mod history;
mod interrupted;
mod killed;
mod kills;
mod locks;
pub(crate) mod long;
mod output;
mod refusals;
mod sieges;
mod silence;
mod stopped;
mod token_answers;
mod waiting_callers;
