//! One behaviour a file, told against the real bot, a real PostgreSQL and a real API server.
//!
//! Only the list of stories is here.

mod alertmanager_groups;
mod alerts_make_one_card;
mod cluster_change;
mod cluster_reading;
mod console_for_programs;
mod console_in_a_browser;
mod database_away;
mod deploy_to_dev;
mod deploy_to_production;
mod diagnose;
mod from_alert_to_incident;
mod incident_life;
mod installation;
mod kubectl_conformance;
mod lab_tags;
mod least_privilege;
mod migrations;
mod pins;
mod postmortem;
mod registry_tags;
mod secrets;
mod text_from_outside;
mod tidy;
mod webhook_edges;
mod who_may;
