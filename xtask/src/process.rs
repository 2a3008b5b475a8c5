//! External commands: described first, echoed, then run in the root of the checkout.

use std::ffi::OsStr;
use std::fmt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

use crate::workspace;

/// A command that has not been run yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    program: String,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

/// How a command went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Whether it says of itself that it succeeded.
    pub(crate) succeeded: bool,
    /// What it printed, errors last.
    pub(crate) said: String,
}

impl Process {
    /// This program without arguments.
    pub(crate) fn new(program: impl Into<String>) -> Self {
        Self { program: program.into(), arguments: Vec::new(), variables: Vec::new() }
    }

    /// cargo, always for the whole workspace: with `--package` it would resolve other features, and build the AWS SDK once
    /// more.
    pub(crate) fn cargo() -> Self {
        Self::new("cargo")
    }

    /// With these arguments more, split at spaces.
    pub(crate) fn words(self, words: &str) -> Self {
        self.args(words.split_whitespace())
    }

    /// With these arguments more.
    pub(crate) fn args<T: Into<String>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Run by another program, which takes these arguments and then this command.
    pub(crate) fn behind(self, program: impl Into<String>, arguments: impl IntoIterator<Item = String>) -> Self {
        let own = std::iter::once(self.program).chain(self.arguments);
        Self {
            program: program.into(),
            arguments: arguments.into_iter().chain(own).collect(),
            variables: self.variables,
        }
    }

    /// With this environment variable.
    pub(crate) fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// Where it cannot be started or does not succeed.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        self.echo();
        let status = self.command().status().with_context(|| format!("cannot start {}", self.program))?;
        if !status.success() {
            bail!("{} failed ({status})", self.program_name());
        }
        Ok(())
    }

    /// Runs it to its end and returns its exit code, for programs that say something by it.
    ///
    /// # Errors
    /// Where it cannot be started or was ended by a signal.
    pub(crate) fn code(&self) -> anyhow::Result<i32> {
        self.echo();
        let status = self.command().status().with_context(|| format!("cannot start {}", self.program))?;
        status.code().with_context(|| format!("{} failed ({status})", self.program_name()))
    }

    /// Runs it to its end and returns what it prints.
    ///
    /// # Errors
    /// Where it cannot be started or does not succeed.
    pub(crate) fn read(&self) -> anyhow::Result<Vec<u8>> {
        self.echo();
        let output = self
            .command()
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start {}", self.program))?;
        if !output.status.success() {
            bail!("{} failed ({})", self.program_name(), output.status);
        }
        Ok(output.stdout)
    }

    /// Runs it to its end, quietly, and returns how it went: nothing is echoed or printed.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) fn attempt(&self) -> anyhow::Result<Attempt> {
        let output = self.command().output().with_context(|| format!("cannot start {}", self.program))?;
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        Ok(Attempt { succeeded: output.status.success(), said })
    }

    /// Starts it, its output and its errors going there.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) fn start(&self, output: Stdio, errors: Stdio) -> anyhow::Result<Child> {
        eprintln!("$ {self} &");
        self.command().stdout(output).stderr(errors).spawn().with_context(|| format!("cannot start {}", self.program))
    }

    /// Prints it as it could be typed.
    pub(crate) fn echo(&self) {
        eprintln!("$ {self}");
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.variables.iter().cloned()).current_dir(workspace::root());
        command
    }

    fn program_name(&self) -> &str {
        std::path::Path::new(&self.program).file_name().and_then(OsStr::to_str).unwrap_or(&self.program)
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.variables {
            write!(f, "{name}={value} ")?;
        }
        f.write_str(&self.program)?;
        for argument in &self.arguments {
            if argument.is_empty() || argument.contains(|c: char| c.is_whitespace() || "'\"$&|;<>*?{}[]()".contains(c))
            {
                write!(f, " '{}'", argument.replace('\'', r"'\''"))?;
            } else {
                write!(f, " {argument}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Process;

    #[test]
    fn shows_what_could_be_typed() {
        let process = Process::new("curl").words("-X POST").args(["-d", "{\"a\": 1}"]).env("A", "b");
        assert_eq!(process.to_string(), "A=b curl -X POST -d '{\"a\": 1}'");
    }
}
