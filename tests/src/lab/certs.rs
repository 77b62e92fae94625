//! The lab's own certificate authority, one server certificate, and the key that signs service account tokens.
//!
//! Nothing outside the lab trusts any of it. People have tokens; only the API server has a client certificate.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use super::{dir::LabDir, secrets};

/// Names under which the API server and the simulated kubelet are reached.
const SERVER_NAMES: [&str; 4] = ["127.0.0.1", "localhost", "kubernetes.default.svc", "kubernetes"];

/// Paths of the lab's key material.
#[derive(Debug, Clone)]
pub struct Certs {
    pub ca: PathBuf,
    pub server: PathBuf,
    pub server_key: PathBuf,
    /// What the API server shows to kubelets.
    pub client: PathBuf,
    pub client_key: PathBuf,
    pub service_account_key: PathBuf,
    pub service_account_public: PathBuf,
}

impl Certs {
    /// Reads what an earlier run of a lasting lab made, or makes it.
    pub fn ready(dir: &LabDir) -> Result<Self> {
        let folder = dir.subfolder("certs")?;
        let certs = Self {
            ca: folder.join("ca.crt"),
            server: folder.join("server.crt"),
            server_key: folder.join("server.key"),
            client: folder.join("client.crt"),
            client_key: folder.join("client.key"),
            service_account_key: folder.join("service-account.key"),
            service_account_public: folder.join("service-account.pub"),
        };
        if !certs.service_account_public.exists() {
            certs.make().context("cannot make the lab's certificates")?;
        }
        Ok(certs)
    }

    fn make(&self) -> Result<()> {
        let (ca, issuer) = authority()?;
        public(&self.ca, &ca)?;
        leaf(&issuer, SERVER_NAMES.map(str::to_owned).to_vec(), &self.server, &self.server_key)?;
        leaf(&issuer, Vec::new(), &self.client, &self.client_key)?;
        let service_accounts = KeyPair::generate()?;
        secrets::write(&self.service_account_key, &service_accounts.serialize_pem())?;
        public(&self.service_account_public, &service_accounts.public_key_pem())
    }
}

fn authority() -> Result<(String, Issuer<'static, KeyPair>)> {
    let mut params = CertificateParams::new(Vec::default())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "watchkeeper lab authority");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?.pem();
    Ok((certificate, Issuer::new(params, key)))
}

/// A certificate with these names, for a server, or without any, for the API server as the kubelet's client.
fn leaf(issuer: &Issuer<'static, KeyPair>, names: Vec<String>, certificate: &Path, key: &Path) -> Result<()> {
    let usage = if names.is_empty() {
        ExtendedKeyUsagePurpose::ClientAuth
    } else {
        ExtendedKeyUsagePurpose::ServerAuth
    };
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "watchkeeper lab");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    let pair = KeyPair::generate()?;
    public(certificate, &params.signed_by(&pair, issuer)?.pem())?;
    secrets::write(key, &pair.serialize_pem())
}

fn public(path: &Path, pem: &str) -> Result<()> {
    std::fs::write(path, pem).with_context(|| format!("cannot write {}", path.display()))
}
