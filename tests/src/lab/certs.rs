//! The lab's own certificate authority, one server certificate, and the key that signs service account tokens.
//!
//! Nothing outside the lab trusts any of it, and client certificates are not used: people have tokens.

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
        let key = KeyPair::generate()?;
        let server = server_params()?.signed_by(&key, &issuer)?;
        public(&self.ca, &ca)?;
        public(&self.server, &server.pem())?;
        secrets::write(&self.server_key, &key.serialize_pem())?;
        let service_accounts = KeyPair::generate()?;
        secrets::write(&self.service_account_key, &service_accounts.serialize_pem())?;
        public(&self.service_account_public, &service_accounts.public_key_pem())
    }
}

fn authority() -> Result<(String, Issuer<'static, KeyPair>)> {
    let mut params = CertificateParams::new(Vec::default())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "watchkeeper lab");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?.pem();
    Ok((certificate, Issuer::new(params, key)))
}

fn server_params() -> Result<CertificateParams> {
    let mut params = CertificateParams::new(SERVER_NAMES.map(str::to_owned).to_vec())?;
    params.distinguished_name.push(DnType::CommonName, "watchkeeper lab server");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn public(path: &Path, pem: &str) -> Result<()> {
    std::fs::write(path, pem).with_context(|| format!("cannot write {}", path.display()))
}
