//! The places between the steps of recording. In tests the process can be ended at each of them, or
//! the system made to refuse; otherwise they are nothing.

#[cfg(not(test))]
pub(super) fn reached(_step: &'static str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(super) use armed::reached;

#[cfg(test)]
pub(super) mod armed {
    use std::cell::RefCell;
    use std::io;

    /// What is to happen at a step.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// The process is killed.
        Kill,
        /// The system refuses with this number.
        Refuse(i32),
    }

    /// The fault to come and the number of steps before it, and the steps so far.
    type Plan = (Option<(usize, Fault)>, Vec<&'static str>);

    thread_local! {
        static PLAN: RefCell<Plan> = RefCell::default();
    }

    /// Has the fault happen once, at the step after `steps` others.
    pub(crate) fn arm(steps: usize, fault: Fault) {
        PLAN.set((Some((steps, fault)), Vec::new()));
    }

    /// The steps so far; nothing is to happen any more.
    pub(crate) fn disarm() -> Vec<&'static str> {
        PLAN.take().1
    }

    pub(crate) fn reached(step: &'static str) -> io::Result<()> {
        let fault = PLAN.with_borrow_mut(|(fault, steps)| {
            steps.push(step);
            fault.take_if(|(at, _)| *at + 1 == steps.len()).map(|(_, fault)| fault)
        });
        match fault {
            None => Ok(()),
            Some(Fault::Refuse(number)) => Err(io::Error::from_raw_os_error(number)),
            Some(Fault::Kill) => {
                let own = std::process::id().to_string();
                let _ = std::process::Command::new("kill").args(["-9", &own]).status();
                loop {
                    std::thread::park();
                }
            }
        }
    }
}
