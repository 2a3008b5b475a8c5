//! The credentials file: JSON, `{"principals": [{"name": …, "role": …, "loadBalancers": […], "password", "token" or "awsArn": …}]}`.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use argon2::password_hash::phc::PasswordHash;
use clap::ValueEnum as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::arn::{ArnPattern, BadArn};
use super::password;
use super::pattern::{BadPattern, Pattern};
use super::principal::{Principal, Role, name};
use super::token::TokenHash;

/// What the file holds.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// In the order of the file, each name and each token once.
    pub principals: Vec<Account>,
}

/// A principal and what proves that it is the one.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "Entry", into = "Entry")]
pub struct Account {
    /// Who it is, and what it may do.
    pub principal: Principal,
    /// By what it is known.
    pub proof: Proof,
}

/// What proves a principal, hashed.
#[derive(Clone)]
pub enum Proof {
    /// A password, by argon2id.
    Password(Box<PasswordHash>),
    /// A random token.
    Token(TokenHash),
    /// Who AWS says it is: no secret.
    Aws(ArnPattern),
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error(
        "cannot read the credentials file {path}; `elb-instance-manager credentials add` makes one, and a container must have it \
         mounted there, readable for its user"
    )]
    Read {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not well formed; the source ends with line and column.
    #[error("the credentials file {path} is not well formed")]
    Malformed {
        /// Where it is.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// Two principals cannot be told apart.
    #[error("the credentials file {path} has {what} twice, at the principal '{principal}'")]
    Twice {
        /// Where it is.
        path: PathBuf,
        /// What is there twice.
        what: &'static str,
        /// The second principal that has it.
        principal: String,
    },
    /// It cannot be replaced.
    #[error("cannot write the credentials file {path}")]
    Write {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// A principal, as it is written. The secrets are of any type, so that no error shows a misplaced one.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entry {
    name: String,
    role: String,
    #[serde(default = "all")]
    load_balancers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_arn: Option<String>,
}

fn all() -> Vec<String> {
    vec![Pattern::all().to_string()]
}

/// What is wrong with an entry. No hash is shown: it may be a password that somebody has put there.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("principal '{0}': {1}")]
    Name(String, String),
    #[error("principal '{0}': the role is viewer, operator or self-only, not '{1}'")]
    Role(String, String),
    #[error("principal '{0}': '{1}' is no load balancer: {2}")]
    Pattern(String, String, BadPattern),
    #[error("principal '{0}': loadBalancers names none; leave it out where all are meant")]
    NoPattern(String),
    #[error(
        "principal '{0}': the password is not a hash as `credentials add` makes it, $argon2id$…, of bearable costs"
    )]
    Password(String),
    #[error("principal '{0}': the token is not the hash that `credentials add` makes, sha256:…")]
    Token(String),
    #[error("principal '{0}': '{1}' is no awsArn: {2}")]
    Arn(String, String, BadArn),
    #[error(
        "principal '{0}': self-only is for the instances of one role: it needs an awsArn such as \
         arn:aws:iam::123456789012:role/web"
    )]
    SelfOnly(String),
    #[error("principal '{0}': it has either a password, a token or an awsArn")]
    Proof(String),
}

impl TryFrom<Entry> for Account {
    type Error = Wrong;

    fn try_from(entry: Entry) -> Result<Self, Wrong> {
        let name = name(&entry.name).map_err(|sentence| Wrong::Name(entry.name.clone(), sentence))?;
        let role = Role::from_str(&entry.role, false).map_err(|_| Wrong::Role(name.clone(), entry.role))?;
        let pattern = |text: String| text.parse().map_err(|bad| Wrong::Pattern(name.clone(), text, bad));
        let load_balancers = entry.load_balancers.into_iter().map(pattern).collect::<Result<Vec<_>, _>>()?;
        if load_balancers.is_empty() {
            return Err(Wrong::NoPattern(name));
        }
        let proof = match (entry.password, entry.token, entry.aws_arn) {
            (Some(hash), None, None) => {
                let hash = hash.as_str().and_then(password::parse);
                Proof::Password(Box::new(hash.ok_or_else(|| Wrong::Password(name.clone()))?))
            }
            (None, Some(hash), None) => {
                let hash = hash.as_str().and_then(TokenHash::parse);
                Proof::Token(hash.ok_or_else(|| Wrong::Token(name.clone()))?)
            }
            (None, None, Some(arn)) => {
                let pattern = arn.parse().map_err(|bad| Wrong::Arn(name.clone(), arn, bad))?;
                Proof::Aws(pattern)
            }
            _ => return Err(Wrong::Proof(name)),
        };
        // Others can choose what a session is called; of an instance it is its id.
        if role == Role::SelfOnly && !matches!(&proof, Proof::Aws(pattern) if pattern.is_of_one_role()) {
            return Err(Wrong::SelfOnly(name));
        }
        Ok(Self { principal: Principal::new(name, role, load_balancers), proof })
    }
}

impl From<Account> for Entry {
    fn from(account: Account) -> Self {
        let Principal { name, role, load_balancers, .. } = account.principal;
        let (password, token, aws_arn) = match account.proof {
            Proof::Password(hash) => (Some(hash.to_string()), None, None),
            Proof::Token(hash) => (None, Some(hash.to_string()), None),
            Proof::Aws(pattern) => (None, None, Some(pattern.to_string())),
        };
        Self {
            name,
            role: role.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default(),
            load_balancers: load_balancers.iter().map(ToString::to_string).collect(),
            password: password.map(Value::String),
            token: token.map(Value::String),
            aws_arn,
        }
    }
}

impl Accounts {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it cannot be read, and those of [`Accounts::parse`].
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = std::fs::read(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &bytes)
    }

    /// Reads what the file of this name says.
    ///
    /// # Errors
    /// Where it is not well formed, or two principals cannot be told apart.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, FileError> {
        let malformed = |source| FileError::Malformed { path: path.to_owned(), source };
        let accounts: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        let (mut names, mut tokens) = (HashSet::new(), HashSet::new());
        for Account { principal, proof } in &accounts.principals {
            let twice = |what| FileError::Twice { path: path.to_owned(), what, principal: principal.name.clone() };
            if !names.insert(&principal.name) {
                return Err(twice("a name"));
            }
            if let Proof::Token(hash) = proof
                && !tokens.insert(hash.to_string())
            {
                return Err(twice("a token"));
            }
        }
        Ok(accounts)
    }

    /// Changes the file, or makes it for its owner alone: nobody ever sees a half of it, and no other change gets lost.
    ///
    /// # Errors
    /// Where it cannot be read or replaced, and those of the change: the file is what it was.
    pub fn update<E: From<FileError>>(path: &Path, change: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        // Held until the end of this function: one change at a time.
        let lock = File::open(folder).map_err(failed)?;
        lock.lock().map_err(failed)?;

        let before = match std::fs::metadata(&path) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error).into()),
        };
        let mut accounts = if before.is_some() { Self::read(&path)? } else { Self::default() };
        change(&mut accounts)?;

        let write = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(folder)?;
            serde_json::to_writer_pretty(&mut file, &accounts)?;
            file.write_all(b"\n")?;
            if let Some(before) = before {
                // The account that the service runs under may not be the one that makes entries.
                chown(file.path(), Some(before.uid()), Some(before.gid()))?;
                let mode = before.permissions().mode() & 0o777;
                file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
            }
            file.as_file().sync_all()?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(failed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::path::Path;

    use serde_json::{Value, json};

    use super::{Accounts, FileError};

    const ABC: &str = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";

    fn parse(text: &str) -> Result<Accounts, String> {
        Accounts::parse(Path::new("f.json"), text.as_bytes())
            .map_err(|error| format!("{:#}", anyhow::Error::from(error)))
    }

    #[test]
    fn a_file_is_written_as_it_is_read() {
        let file = json!({"principals": [
            {"name": "deploy", "role": "operator", "loadBalancers": ["web-*", "api"], "password": HASH},
            {"name": "ci", "role": "viewer", "loadBalancers": ["*"], "token": ABC},
            {"name": "ann", "role": "viewer", "loadBalancers": ["*"], "awsArn": "arn:aws:iam::123456789012:user/ann"},
            {"name": "web", "role": "self-only", "loadBalancers": ["web"], "awsArn": "arn:aws:iam::123456789012:role/web"},
        ]});
        let accounts = parse(&file.to_string()).expect("well formed");
        assert_eq!(serde_json::to_value(&accounts).expect("JSON"), file);
        let mut short = file.clone();
        short["principals"][1].as_object_mut().expect("an object").remove("loadBalancers");
        let accounts = parse(&short.to_string()).expect("well formed");
        assert_eq!(serde_json::to_value(&accounts).expect("JSON"), file, "left out means all");
    }

    #[test]
    fn what_is_wrong_is_said_with_the_place_or_the_name() {
        let deploy = |field: &str, value: Value| {
            let mut entry = json!({"name": "deploy", "role": "viewer", "token": ABC});
            entry[field] = value;
            json!({"principals": [entry]}).to_string()
        };
        let aws = |role: &str, arn: &str| {
            json!({"principals": [{"name": "deploy", "role": role, "awsArn": arn}]}).to_string()
        };
        let two = |second: &str, token: &str| {
            let first = json!({"name": "deploy", "role": "viewer", "token": ABC});
            json!({"principals": [first, {"name": second, "role": "viewer", "token": token}]}).to_string()
        };
        for (text, parts) in [
            (String::new(), vec!["line 1 column 0"]),
            ("{\n  \"principals\": [],,\n}".to_owned(), vec!["f.json", "line 2 column 20"]),
            ("{}".to_owned(), vec!["principals", "line 1"]),
            (deploy("role", json!("admin")), vec!["'deploy'", "viewer, operator or", "'admin'", "line 1 column"]),
            (deploy("role", json!("self-only")), vec!["'deploy'", "self-only is for the instances", "line 1 column"]),
            (deploy("awsArn", json!("arn:aws:iam::123456789012:user/ann")), vec!["'deploy'", "either"]),
            (aws("operator", "deploy"), vec!["'deploy'", "'deploy' is no awsArn", "ARN of a role"]),
            (aws("self-only", "arn:aws:iam::123456789012:user/ann"), vec!["'deploy'", "self-only is for"]),
            (aws("self-only", "arn:aws:sts::123456789012:assumed-role/*/*"), vec!["'deploy'", "self-only is for"]),
            (deploy("name", json!("a:b")), vec!["'a:b'", "letters", "line 1 column"]),
            (deploy("loadBalancers", json!([])), vec!["'deploy'", "leave it out", "line 1 column"]),
            (deploy("loadBalancers", json!(["web_1"])), vec!["'deploy'", "'web_1'", "line 1 column"]),
            (deploy("loadBalancers", Value::Null), vec!["null", "line 1 column"]),
            (deploy("token", json!("my secret")), vec!["'deploy'", "the token is not", "line 1 column"]),
            (deploy("token", json!(7)), vec!["'deploy'", "the token is not", "line 1 column"]),
            (deploy("password", json!(HASH)), vec!["'deploy'", "either", "line 1 column"]),
            (deploy("token", Value::Null), vec!["'deploy'", "either", "line 1 column"]),
            (deploy("tokn", json!("my secret")), vec!["tokn", "line 1 column"]),
            (deploy("token", json!(ABC)).replace("token", "password"), vec!["'deploy'", "the password is not"]),
            (two("deploy", &ABC.replace("ba78", "ba79")), vec!["f.json", "a name twice", "'deploy'"]),
            (two("ci", ABC), vec!["f.json", "a token twice", "'ci'"]),
        ] {
            let error = parse(&text).err().unwrap_or_else(|| panic!("taken: {text}"));
            assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
            assert!(!error.contains("my secret") && !error.contains(&ABC[7..]), "{error}");
        }
    }

    #[test]
    fn a_change_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("credentials.json");
        std::fs::write(&path, "{}").expect("written");
        let error = Accounts::update(&path, |_| Ok::<_, FileError>(())).expect_err("it is not well formed");
        assert!(error.source().is_some_and(|source| source.to_string().contains("line 1")), "{error}");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "{}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "something was left behind");
    }
}
