//! Several processes on one database: any of them serves any step of anything, behind the load balancer
//! that the documentation shows, and beside the last released version while one replaces the other.

mod any_step;
mod load_balancer;
mod older_rows;
mod rolling_upgrade;
mod traffic;
