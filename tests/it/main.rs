//! One behaviour a file, told against the real bot, a real PostgreSQL and a real API server.
//!
//! Only the list of stories is here.

mod alertmanager_groups;
mod alerts_make_one_card;
mod bad_tag;
mod break_glass;
mod change_windows;
mod cluster_change;
mod cluster_reading;
mod cluster_rights;
mod cluster_rights_manifests;
mod console_for_programs;
mod console_in_a_browser;
mod database_away;
mod deploy_to_dev;
mod deploy_to_production;
mod diagnose;
mod from_alert_to_incident;
mod impersonation;
mod incident_freeze;
mod incident_life;
mod installation;
mod kubectl_conformance;
mod lab_tags;
mod least_privilege;
mod locks;
mod migrations;
mod one_at_a_time;
mod pause_resume_restart;
mod pins;
mod postmortem;
mod reaction_before_noted;
mod real_pods;
mod refused_before_a_plan;
mod registry_tags;
mod restarts;
mod rollback;
mod secrets;
mod stale_plan;
mod target_gone;
mod text_from_outside;
mod tidy;
mod votes;
mod webhook_edges;
mod who_may;
