//! The process, under the names that Prometheus's client libraries give it.

use elbm_engine::metrics::Families;
use prometheus::{Counter, IntGauge};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// What the system says of this process. It is asked when somebody wants to know.
#[derive(Debug)]
pub(super) struct Process {
    system: System,
    pid: Pid,
    cpu: Counter,
    resident: IntGauge,
    virtual_memory: IntGauge,
    files: IntGauge,
    most_files: IntGauge,
    started: IntGauge,
}

impl Process {
    pub(super) fn new(families: Families<'_>) -> Self {
        Self {
            system: System::new(),
            pid: Pid::from_u32(std::process::id()),
            cpu: families
                .added(Counter::new("process_cpu_seconds_total", "CPU time of the process, in user and system mode.")),
            resident: families.gauge("process_resident_memory_bytes", "Memory of the process that is in RAM."),
            virtual_memory: families.gauge("process_virtual_memory_bytes", "Memory of the process, mapped or not."),
            files: families.gauge("process_open_fds", "File descriptors that are open."),
            most_files: families.gauge("process_max_fds", "The most file descriptors that may be open."),
            started: families.gauge("process_start_time_seconds", "When the process started, in seconds since 1970."),
        }
    }

    /// Measures it now. What the system does not tell stays as it was.
    pub(super) fn measure(&mut self) {
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), false, what);
        let Some(own) = self.system.process(self.pid) else { return };
        let set = |gauge: &IntGauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of CPU time stay below 2^52 for ever")]
        let cpu = own.accumulated_cpu_time() as f64 / 1000.0;
        self.cpu.inc_by((cpu - self.cpu.get()).max(0.0));
        set(&self.resident, own.memory());
        set(&self.virtual_memory, own.virtual_memory());
        set(&self.started, own.start_time());
        for (gauge, files) in [(&self.files, own.open_files()), (&self.most_files, own.open_files_limit())] {
            if let Some(files) = files {
                set(gauge, files as u64);
            }
        }
    }
}
