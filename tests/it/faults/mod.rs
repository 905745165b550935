//! Faults around us: what a broken disk, a slow or absent Atlassian, a lost replica or a stopped
//! process may cost. Never a login, and never a success for what was not done.

mod backups;
mod clocks;
mod commits;
mod interrupted;
mod killed;
mod output;
mod refusals;
mod silence;
mod token_answers;
mod waiting_callers;
