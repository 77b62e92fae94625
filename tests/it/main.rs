//! One behaviour a file, told against the real bot, a real PostgreSQL and a real API server.
//!
//! Only the list of stories is here.

mod cluster_change;
mod cluster_reading;
mod console_for_programs;
mod console_in_a_browser;
mod deploy_to_dev;
mod deploy_to_production;
mod installation;
mod kubectl_conformance;
mod lab_tags;
mod least_privilege;
mod registry_tags;
mod tidy;
