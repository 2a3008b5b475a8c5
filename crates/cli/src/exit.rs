//! How a command ends, for scripts.

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is as asked for.
    Done = 0,
    /// The service, AWS or this machine failed.
    Failed = 1,
    /// The command line, or what it names, is not well formed; clap ends with this too.
    Usage = 2,
    /// Changed, but not settled when the time to wait was up.
    Pending = 3,
    /// Too few healthy targets would be left.
    Guarded = 4,
    /// Refused for another reason.
    Refused = 5,
    /// There is no such thing.
    NotFound = 6,
    /// The caller is not known, or may not.
    NotPermitted = 7,
    /// Nobody answered, or the service or AWS is too busy.
    TryLater = 8,
    /// The change may have been made, or may not.
    Unknown = 9,
    /// By Ctrl-C or SIGTERM.
    Interrupted = 130,
}

/// The codes, for `--help`.
pub(crate) const TABLE: &str = "\
Exit codes:
  0    done, or was so already
  1    failed; what was changed is told
  2    the command line is wrong, or names what cannot be
  3    changed, but not settled when the time of --wait was up
  4    refused: too few healthy targets would be left; --force with --reason overrides
  5    refused for another reason
  6    there is no such load balancer, target group or machine
  7    not permitted: no token, a wrong one, or not for this
  8    no answer from the service, or it or AWS is too busy; nothing was changed, try later
  9    the change may have been made, or not: look, or repeat the command
  130  interrupted; what was changed is told
Of several machines that were not all done, the first one's.";

#[cfg(test)]
mod tests {
    use super::{Exit, TABLE};

    #[test]
    fn every_code_is_told() {
        use Exit::{
            Done, Failed, Guarded, Interrupted, NotFound, NotPermitted, Pending, Refused, TryLater, Unknown, Usage,
        };
        let all =
            [Done, Failed, Usage, Pending, Guarded, Refused, NotFound, NotPermitted, TryLater, Unknown, Interrupted];
        let told: Vec<_> =
            TABLE.lines().filter_map(|line| line.split_whitespace().next()?.parse::<u8>().ok()).collect();
        assert_eq!(told, all.map(|exit| exit as u8));
    }
}
