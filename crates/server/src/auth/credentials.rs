//! From an `Authorization` header to a principal.

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use argon2::password_hash::phc::PasswordHash;
use elbm_auth::arn::{self, ArnPattern};
use elbm_auth::token::TokenHash;
use elbm_auth::{Account, Accounts, Principal, Proof, Role, password};
use poem::http::HeaderValue;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::TooOften;
use super::aws::{NotSignedIn, SignIn, token};
use super::header::{self, Presented};
use super::limit::{self, Limit};
use super::remembered::{Fingerprint, Remembered};

/// How many passwords are checked at once: each takes a core for tens of milliseconds, and requests need cores too.
const CHECKS: usize = 2;

/// How many passwords are remembered, and for how long.
const REMEMBERED: (usize, Duration) = (1000, Duration::from_mins(1));

type Check = dyn Fn(&[u8], &PasswordHash) -> bool + Send + Sync;

/// Who may call, and what guesses may cost.
pub(crate) struct Credentials {
    known: RwLock<Arc<Known>>,
    /// By address.
    limit: Limit<IpAddr>,
    checks: Arc<Semaphore>,
    check: Arc<Check>,
    /// Whether AWS is asked who callers are.
    signs_in: bool,
}

/// Everybody that the service knows.
struct Known {
    users: Vec<(Arc<Principal>, PasswordHash)>,
    tokens: Vec<(Arc<Principal>, TokenHash)>,
    /// In the order of the file: the first that fits is it.
    aws: Vec<(Principal, ArnPattern)>,
    remembered: Remembered<Arc<Principal>>,
}

impl Credentials {
    /// Reads the credentials file; whether AWS is asked who callers are.
    ///
    /// # Errors
    /// Where it cannot be read or used; the sentences say where and why.
    pub(crate) fn load(path: &Path, signs_in: bool) -> anyhow::Result<Self> {
        Self::of(path, Accounts::read(path)?, signs_in)
    }

    /// Reads what a credentials file says.
    ///
    /// # Errors
    /// Where it cannot be used; the sentences say why.
    pub(crate) fn parse(text: &str, signs_in: bool) -> anyhow::Result<Self> {
        let path = Path::new("--credentials-json");
        Self::of(path, Accounts::parse(path, text.as_bytes())?, signs_in)
    }

    /// Takes what the file says now. Nobody who is not in it any more is remembered, and who has guessed stays limited.
    ///
    /// # Errors
    /// Where it cannot be used: what it said before stays.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        let known = Known::of(path, Accounts::parse(path, bytes)?, self.signs_in)?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }

    fn of(path: &Path, accounts: Accounts, signs_in: bool) -> anyhow::Result<Self> {
        Ok(Self::new(Known::of(path, accounts, signs_in)?, Arc::new(password::verify), signs_in))
    }

    fn new(known: Known, check: Arc<Check>, signs_in: bool) -> Self {
        let checks = Arc::new(Semaphore::new(CHECKS));
        Self { known: RwLock::new(Arc::new(known)), limit: limit::password_checks(), checks, check, signs_in }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many principals there are.
    pub(crate) fn count(&self) -> usize {
        let known = self.known();
        known.users.len() + known.tokens.len() + known.aws.len()
    }

    /// Whose credentials the header has, which came from this address; nobody's where they are wrong. `sign_in` asks AWS who it
    /// is, where that is wanted.
    ///
    /// # Errors
    /// Where too many passwords of this address were checked: this one was not. Where signing in with AWS has failed.
    pub(crate) async fn principal(
        &self,
        header: &HeaderValue,
        address: IpAddr,
        sign_in: Option<&SignIn>,
    ) -> Result<Option<Arc<Principal>>, NotSignedIn> {
        let known = self.known();
        match header::parse(header) {
            None => Ok(None),
            Some(Presented::Bearer(token)) if token::is_one(token) => {
                let Some(sign_in) = sign_in else { return Ok(None) };
                let arn = Box::pin(sign_in.signer(token, address)).await?;
                // It may have been read anew while AWS was asked.
                let found = self.known().signer(&arn);
                if found.is_none() {
                    sign_in.stranger(address);
                    return Err(NotSignedIn::Stranger(arn.to_string()));
                }
                Ok(found)
            }
            Some(Presented::Bearer(token)) => {
                let given = TokenHash::of(token);
                let found = known.tokens.iter().find(|(_, hash)| hash.matches(&given));
                Ok(found.map(|(principal, _)| Arc::clone(principal)))
            }
            Some(Presented::Basic(pair, colon)) => {
                let fingerprint = known.remembered.fingerprint(&pair);
                match known.remembered.get(&fingerprint, Instant::now()) {
                    Some(principal) => Ok(Some(principal)),
                    None => Ok(Box::pin(self.checked(&known, pair, colon, fingerprint, address)).await?),
                }
            }
        }
    }

    /// Whose name and password these are, which are not remembered.
    async fn checked(
        &self,
        everybody: &Known,
        pair: Zeroizing<Vec<u8>>,
        colon: usize,
        fingerprint: Fingerprint,
        address: IpAddr,
    ) -> Result<Option<Arc<Principal>>, TooOften> {
        let name = &pair[..colon];
        let known = everybody.users.iter().find(|(principal, _)| principal.name.as_bytes() == name);
        let Some((_, hash)) = known.or_else(|| everybody.decoy(name)) else { return Ok(None) };

        let (check, hash) = (Arc::clone(&self.check), hash.clone());
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&self.checks).acquire_owned().await else { return Ok(None) };
        // Another request may have verified the same while this one waited.
        if let Some(principal) = everybody.remembered.get(&fingerprint, Instant::now()) {
            return Ok(Some(principal));
        }
        self.limit.take(&limit::source(address)).map_err(|wait| TooOften::Passwords { wait })?;
        // The place is the check's, which goes on where the request ends, and is free once the password is remembered.
        let checked = spawn_blocking(move || (check(&pair[colon + 1..], &hash), place));
        let Ok((right, _place)) = checked.await else { return Ok(None) };
        let Some((principal, _)) = known.filter(|_| right) else { return Ok(None) };
        everybody.remembered.insert(fingerprint, Arc::clone(principal), Instant::now());
        Ok(Some(Arc::clone(principal)))
    }
}

impl Known {
    fn of(path: &Path, accounts: Accounts, signs_in: bool) -> anyhow::Result<Self> {
        ensure!(!accounts.principals.is_empty(), "the credentials file {} has no principals", path.display());
        let known = Self::new(accounts)?;
        if let Some((principal, _)) = known.aws.first().filter(|_| !signs_in) {
            bail!(
                "the principal '{}' of the credentials file {} has an awsArn, which needs --aws-sign-in NAME",
                principal.name,
                path.display()
            );
        }
        Ok(known)
    }

    fn new(accounts: Accounts) -> anyhow::Result<Self> {
        let (mut users, mut tokens, mut aws) = (Vec::new(), Vec::new(), Vec::new());
        for Account { principal, proof } in accounts.principals {
            match proof {
                Proof::Password(hash) => users.push((Arc::new(principal), *hash)),
                Proof::Token(hash) => tokens.push((Arc::new(principal), hash)),
                Proof::Aws(pattern) => aws.push((principal, pattern)),
            }
        }
        let (capacity, lifetime) = REMEMBERED;
        let remembered = Remembered::new(capacity, lifetime).context("the system has no random numbers")?;
        Ok(Self { users, tokens, aws, remembered })
    }

    /// Who this is by AWS's word. Where it has to be an instance, it is the one that its session is named for.
    fn signer(&self, arn: &Arc<str>) -> Option<Arc<Principal>> {
        let instance = arn::instance(arn);
        let fits = |role| role != Role::SelfOnly || instance.is_some();
        let mut all = self.aws.iter();
        let (principal, _) = all.find(|(principal, pattern)| pattern.matches(arn) && fits(principal.role))?;
        let instance = instance.filter(|_| principal.role == Role::SelfOnly);
        Some(Arc::new(Principal { arn: Some(Arc::clone(arn)), instance, ..principal.clone() }))
    }

    /// Whose hash an unknown name is checked against, so that the time of an answer does not tell which names there are.
    /// It is always the same for the same name, because hashes may differ in their costs.
    fn decoy(&self, name: &[u8]) -> Option<&(Arc<Principal>, PasswordHash)> {
        let some = usize::from(self.remembered.fingerprint(name)[0]);
        self.users.get(some.checked_rem(self.users.len())?)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use elbm_auth::{Account, Accounts, Principal, Proof, password, token};
    use futures_util::future::join_all;
    use poem::http::HeaderValue;

    use super::{Credentials, Known};

    /// The credentials of `ann` with a password and `bot` with a token, the token, and how often a password was checked.
    fn credentials() -> (Credentials, String, Arc<AtomicUsize>) {
        let (token, kept) = token::generate().expect("random numbers");
        let hash = password::hash("correct horse battery").expect("random numbers");
        let named = |name: &str, proof| {
            let principal = Principal { name: name.to_owned(), ..Principal::anonymous() };
            Account { principal, proof }
        };
        let principals = vec![named("ann", Proof::Password(Box::new(hash))), named("bot", Proof::Token(kept))];
        let checks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&checks);
        let check = move |given: &[u8], hash: &_| {
            counted.fetch_add(1, Ordering::SeqCst);
            password::verify(given, hash)
        };
        let known = Known::new(Accounts { principals }).expect("random numbers");
        let credentials = Credentials::new(known, Arc::new(check), false);
        (credentials, token.to_string(), checks)
    }

    fn basic(pair: &str) -> HeaderValue {
        HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(pair))).expect("a header")
    }

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    async fn whose(credentials: &Credentials, header: HeaderValue) -> Option<String> {
        let found = credentials.principal(&header, HERE, None).await.expect("not too often");
        found.map(|principal| principal.name.clone())
    }

    #[tokio::test]
    async fn a_password_is_checked_once_and_a_wrong_one_each_time() {
        let (credentials, _, checks) = credentials();
        for _ in 0..3 {
            assert_eq!(whose(&credentials, basic("ann:correct horse battery")).await.as_deref(), Some("ann"));
        }
        assert_eq!(checks.load(Ordering::SeqCst), 1);
        for _ in 0..2 {
            assert_eq!(whose(&credentials, basic("ann:correct horse batterx")).await, None);
        }
        assert_eq!(checks.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn an_unknown_name_costs_the_check_that_a_known_one_does() {
        let (credentials, _, checks) = credentials();
        for (number, name) in ["eve", "bot", "", "Ann"].into_iter().enumerate() {
            // The right password of the hash that stands in does not help.
            assert_eq!(whose(&credentials, basic(&format!("{name}:correct horse battery"))).await, None, "{name}");
            assert_eq!(checks.load(Ordering::SeqCst), number + 1, "{name}");
        }
        assert_eq!(whose(&credentials, basic("eve:correct horse battery")).await, None, "it was remembered");
    }

    #[tokio::test]
    async fn a_burst_of_one_caller_costs_no_more_checks_than_run_at_once() {
        let (credentials, _, checks) = credentials();
        let header = basic("ann:correct horse battery");
        let found = join_all((0..50).map(|_| credentials.principal(&header, HERE, None))).await;
        assert!(found.iter().all(|found| matches!(found, Ok(Some(_)))), "{found:?}");
        assert!(checks.load(Ordering::SeqCst) <= super::CHECKS, "{checks:?}");
    }

    #[tokio::test]
    async fn guesses_end_soon_and_only_where_they_come_from() {
        let (credentials, token, checks) = credentials();
        let right = basic("ann:correct horse battery");
        assert_eq!(whose(&credentials, right.clone()).await.as_deref(), Some("ann"));
        let mut refused = 0;
        for guess in 0..50 {
            let found = credentials.principal(&basic(&format!("ann:guess {guess}")), HERE, None).await;
            refused += usize::from(found.is_err());
            assert!(found.is_ok_and(|found| found.is_none()) || refused > 0, "{guess}");
        }
        assert!(refused > 0 && checks.load(Ordering::SeqCst) + refused == 51, "{refused}");
        // Whoever is remembered, has a token or calls from elsewhere is not concerned.
        assert_eq!(whose(&credentials, right).await.as_deref(), Some("ann"));
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header");
        assert_eq!(whose(&credentials, bearer).await.as_deref(), Some("bot"));
        let elsewhere = IpAddr::from([203, 0, 113, 9]);
        assert!(matches!(credentials.principal(&basic("ann:wrong"), elsewhere, None).await, Ok(None)));
    }

    #[tokio::test]
    async fn a_token_is_no_password_and_costs_no_check() {
        let (credentials, token, checks) = credentials();
        let bearer = |token: &str| HeaderValue::from_str(&format!("Bearer {token}")).expect("a header");
        assert_eq!(whose(&credentials, bearer(&token)).await.as_deref(), Some("bot"));
        assert_eq!(whose(&credentials, bearer(&format!("{token}x"))).await, None);
        assert_eq!(whose(&credentials, bearer("correct horse battery")).await, None);
        assert_eq!(checks.load(Ordering::SeqCst), 0);
        assert_eq!(whose(&credentials, basic(&format!("bot:{token}"))).await, None);
    }
}
