//! Which URLs are called when the policy names a registry on this machine and one in somebody's own network.
//!
//! Only literal addresses and `localhost` stand here, which need no name server.

use super::*;

async fn said(url: &str) -> String {
    let reach = Reach::new(["127.0.0.1:5000", "10.0.0.7", "[fd00::7]:5000", "localhost:5001"]);
    match reach.vet(&Url::parse(url).expect("the test's URL is one")).await {
        Ok(addresses) => addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string().split(';').next().unwrap_or_default().to_owned(),
    }
}

#[tokio::test]
async fn only_named_hosts_may_have_addresses_that_are_not_public() {
    let mut lines = vec![];
    for url in [
        "http://127.0.0.1:5000/v2/",
        "http://0x7f000001:5000/v2/",
        "https://10.0.0.7/v2/",
        "https://[fd00::7]:5000/v2/",
        "https://1.1.1.1/v2/",
        "https://[2606:4700::1111]/v2/",
        "http://127.0.0.1:8080/",
        "https://127.0.0.1:8080/",
        "https://localhost:8080/",
        "https://10.0.0.7:6443/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.100.100.200/",
        "https://[::ffff:10.0.0.8]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "http://10.0.0.7/v2/",
        "http://1.1.1.1/",
        "https://user:word@1.1.1.1/",
        "ftp://1.1.1.1/",
    ] {
        lines.push(format!("{url}: {}", said(url).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    http://127.0.0.1:5000/v2/: 127.0.0.1:5000
    http://0x7f000001:5000/v2/: 127.0.0.1:5000
    https://10.0.0.7/v2/: 10.0.0.7:443
    https://[fd00::7]:5000/v2/: [fd00::7]:5000
    https://1.1.1.1/v2/: 1.1.1.1:443
    https://[2606:4700::1111]/v2/: [2606:4700::1111]:443
    http://127.0.0.1:8080/: 127.0.0.1 would be spoken to without TLS
    https://127.0.0.1:8080/: 127.0.0.1 has the address 127.0.0.1, which is not public
    https://localhost:8080/: localhost has the address 127.0.0.1, which is not public
    https://10.0.0.7:6443/: 10.0.0.7 has the address 10.0.0.7, which is not public
    https://10.0.0.8/: 10.0.0.8 has the address 10.0.0.8, which is not public
    https://169.254.169.254/latest/meta-data/: 169.254.169.254 has the address 169.254.169.254, where no registry is
    https://100.100.100.200/: 100.100.100.200 has the address 100.100.100.200, which is not public
    https://[::ffff:10.0.0.8]/: [::ffff:a00:8] has the address ::ffff:10.0.0.8, which is not public
    https://[64:ff9b::a9fe:a9fe]/: [64:ff9b::a9fe:a9fe] has the address 64:ff9b::a9fe:a9fe, where no registry is
    https://[2002:7f00:1::]/: [2002:7f00:1::] has the address 2002:7f00:1::, where no registry is
    https://[fe80::1]/: [fe80::1] has the address fe80::1, where no registry is
    https://0.0.0.0/: 0.0.0.0 has the address 0.0.0.0, where no registry is
    http://10.0.0.7/v2/: 10.0.0.7 would be spoken to without TLS
    http://1.1.1.1/: 1.1.1.1 would be spoken to without TLS
    https://user:word@1.1.1.1/: the URL has no host, or a password in it
    ftp://1.1.1.1/: 1.1.1.1 would be spoken to without TLS
    ");
}

#[test]
fn only_registries_on_this_machine_are_spoken_to_in_plain_http() {
    for (registry, loopback) in [
        ("127.0.0.1:5000", true),
        ("127.8.0.1", true),
        ("localhost:5000", true),
        ("[::1]:5000", true),
        ("localhost.example.org", false),
        ("10.0.0.1:5000", false),
        ("registry.example.org", false),
    ] {
        assert_eq!(is_loopback(registry), loopback, "{registry}");
    }
}

#[test]
fn a_metadata_service_is_called_under_no_name() {
    for address in ["169.254.169.254", "fe80::a9fe:a9fe", "224.0.0.1", "0.0.0.0", "::", "ff02::1"] {
        let address: IpAddr = address.parse().expect("an address");
        assert_eq!(kind(address), Kind::Never, "{address}");
    }
}
