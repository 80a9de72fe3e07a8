//! Small servers of ours that misbehave, each on a free loopback port; they end with their test's runtime.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What a server does with each connection.
#[derive(Clone)]
pub enum Does {
    /// Takes it and says nothing.
    Nothing,
    /// Says this at once, then nothing.
    Greets(&'static [u8]),
    /// Answers the first bytes with this, then nothing.
    Answers(&'static [u8]),
    /// Answers like that, and closes.
    AnswersAndCloses(&'static [u8]),
    /// Closes as soon as the first bytes came.
    Closes,
    /// Resets as soon as the first bytes came.
    Resets,
    /// Answers like that, a byte every 100 ms.
    Slowly(&'static [u8]),
    /// Answers the first bytes with the first, and the next with the second.
    Twice(&'static [u8], &'static [u8]),
}

/// Starts one; its port.
pub async fn start(does: Does) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream, does.clone()));
        }
    });
    port
}

async fn behave(mut stream: TcpStream, does: Does) -> std::io::Result<()> {
    let mut bytes = [0u8; 4096];
    if let Does::Greets(words) = does {
        stream.write_all(words).await?;
    }
    if stream.read(&mut bytes).await? == 0 {
        return Ok(());
    }
    match does {
        Does::Nothing | Does::Greets(_) => {}
        Does::Answers(words) => stream.write_all(words).await?,
        Does::AnswersAndCloses(words) => {
            stream.write_all(words).await?;
            return stream.shutdown().await;
        }
        Does::Closes => return Ok(()),
        Does::Resets => return stream.set_zero_linger(),
        Does::Slowly(words) => {
            for byte in words {
                stream.write_all(&[*byte]).await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Does::Twice(first, second) => {
            stream.write_all(first).await?;
            if stream.read(&mut bytes).await? > 0 {
                stream.write_all(second).await?;
            }
        }
    }
    // Until the other side goes.
    while stream.read(&mut bytes).await? > 0 {}
    Ok(())
}

/// A port that nobody listens on.
pub async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// A port whose queue is full, so that a new connection is never answered. Keep what is returned.
pub async fn full_backlog() -> (u16, Vec<Box<dyn Send>>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut kept: Vec<Box<dyn Send>> = vec![Box::new(listener)];
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
        kept.push(Box::new(stream.unwrap()));
        assert!(kept.len() < 10, "the queue does not fill");
    }
    (address.port(), kept)
}

/// Ends TLS with a certificate of its own and passes everything on to a real server, over TLS too: someone in between.
pub async fn in_between(cert: String, key: String, server: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = CertificateDer::pem_slice_iter(cert.as_bytes()).collect::<Result<Vec<_>, _>>().unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(relay(stream, acceptor.clone(), server));
        }
    });
    port
}

async fn relay(mut client: TcpStream, acceptor: tokio_rustls::TlsAcceptor, server: u16) -> std::io::Result<()> {
    let mut request = [0u8; 8];
    client.read_exact(&mut request).await?;
    let mut far = TcpStream::connect(("127.0.0.1", server)).await?;
    far.write_all(&request).await?;
    let mut answer = [0u8; 1];
    far.read_exact(&mut answer).await?;
    client.write_all(&answer).await?;
    let mut near = acceptor.accept(client).await?;
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let mut far = tokio_rustls::TlsConnector::from(Arc::new(trusting())).connect(name, far).await?;
    tokio::io::copy_bidirectional(&mut near, &mut far).await.map(drop)
}

/// Takes any certificate, as someone in between would.
fn trusting() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
        .with_no_client_auth()
}

#[derive(Debug)]
struct Anyone(Arc<rustls::crypto::CryptoProvider>);

impl rustls::client::danger::ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &rustls::pki_types::ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Stands in front of a server as a pooler that cannot pass on options: a login with them is refused with 08P01.
pub async fn pooler_without_options(server: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pool(stream, server));
        }
    });
    port
}

async fn pool(mut client: TcpStream, server: u16) -> std::io::Result<()> {
    let length = client.read_u32().await?;
    let mut start = vec![0u8; length as usize - 4];
    client.read_exact(&mut start).await?;
    if start.windows(8).any(|w| w == b"options\0") {
        let error = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        client.write_all(b"E").await?;
        client.write_u32(error.len() as u32 + 4).await?;
        client.write_all(error).await?;
        return client.shutdown().await;
    }
    let mut far = TcpStream::connect(("127.0.0.1", server)).await?;
    far.write_u32(length).await?;
    far.write_all(&start).await?;
    tokio::io::copy_bidirectional(&mut client, &mut far).await.map(drop)
}
