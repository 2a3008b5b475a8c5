//! Help, completions and manual.

use crate::support::{elbm, end};

const COMMANDS: [&str; 13] = [
    "ls",
    "show",
    "targets",
    "attach",
    "detach",
    "watch",
    "apply",
    "where",
    "drain",
    "restore",
    "login",
    "completions",
    "man",
];

#[tokio::test]
async fn every_command_is_explained() {
    let home = tempfile::tempdir().expect("a folder");
    let help = end(elbm(&home, &["--help"])).await.with(0).output;
    let listed: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, [&COMMANDS[..], &["help"]].concat(), "{help}");
    for told in ["Exit codes:", "ELBM_TOKEN", "NO_COLOR", "--output"] {
        assert!(help.contains(told), "{help}");
    }
    for (command, told) in [("apply", "\n  items:\n    - {action: attach, "), ("login", "first line of standard input")]
    {
        let help = end(elbm(&home, &[command, "--help"])).await.with(0).output;
        assert!(help.contains(told), "{help}");
    }
    for command in COMMANDS {
        let help = end(elbm(&home, &[command, "--help"])).await.with(0).output;
        assert!(help.contains(&format!("Usage: elbm {command}")), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }
}

#[tokio::test]
async fn there_are_completions_and_a_manual() {
    let home = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = end(elbm(&home, &["completions", shell])).await.with(0).output;
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}: {script}");
    }
    let page = end(elbm(&home, &["man"])).await.with(0).output;
    assert!(page.starts_with(".ie") && page.contains(".TH elbm 1") && page.contains("Exit codes"), "{page}");
    let folder = home.path().join("man1");
    end(elbm(&home, &["man", "--directory", folder.to_str().expect("text")])).await.with(0);
    for command in COMMANDS {
        assert!(folder.join(format!("elbm-{command}.1")).is_file(), "{command}");
    }
}
