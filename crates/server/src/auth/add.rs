//! `credentials add`: makes an entry of the credentials file.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail, ensure};
use elbm_auth::{Account, Accounts, Pattern, Principal, Proof, Role, password, token};
use zeroize::Zeroizing;

use crate::options::AddOptions;

/// Adds a principal to the credentials file. Its password is read from standard input; a token is made and printed; whom AWS
/// knows needs neither.
///
/// # Errors
/// Where the name is taken, the password is too short, or the file cannot be read or written.
pub fn add(options: AddOptions) -> anyhow::Result<()> {
    let (proof, token) = if let Some(arn) = options.aws_arn {
        let is_of_one_role = arn.is_of_one_role();
        ensure!(
            options.role != Role::SelfOnly || is_of_one_role,
            "self-only is for the instances of one role, such as arn:aws:iam::123456789012:role/web"
        );
        (Proof::Aws(arn), None)
    } else if options.role == Role::SelfOnly {
        bail!("self-only needs --aws-arn, the role of the instances");
    } else if options.token {
        let (token, hash) = token::generate().context("the system has no random numbers")?;
        (Proof::Token(hash), Some(token))
    } else {
        let given = read_password().context("cannot read the password")?;
        let length = given.chars().count();
        ensure!(length >= password::SHORTEST, "a password has at least {} characters", password::SHORTEST);
        let hash = password::hash(&given).context("the system has no random numbers")?;
        (Proof::Password(Box::new(hash)), None)
    };
    let load_balancers = if options.load_balancers.is_empty() { vec![Pattern::all()] } else { options.load_balancers };
    let principal = Principal::new(options.name, options.role, load_balancers);

    let path = options.file;
    Accounts::update(&path, |accounts| {
        if accounts.principals.iter().any(|account| account.principal.name == principal.name) {
            bail!("{} has a principal '{}' already; choose another name", path.display(), principal.name);
        }
        accounts.principals.push(Account { principal: principal.clone(), proof });
        Ok(())
    })?;
    if let Some(token) = token {
        writeln!(io::stdout(), "{}", *token).context("the token could not be printed and is lost; remove its entry")?;
    }
    eprintln!(
        "{} has the principal '{}' now; a running service takes it within seconds",
        path.display(),
        principal.name
    );
    Ok(())
}

/// The password: typed twice and unseen on a terminal, else the first line.
fn read_password() -> anyhow::Result<Zeroizing<String>> {
    if io::stdin().is_terminal() {
        let first = Zeroizing::new(rpassword::prompt_password("Password: ")?);
        let second = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
        ensure!(first == second, "these are two different passwords");
        return Ok(first);
    }
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut line)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}
