use usp_schema::ReferenceTarget;

/// The value is the path of something else in the model (`pathRef`, TR-106 section "Reference path names").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRef {
    pub(crate) strong: bool,
    pub(crate) target: ReferenceTarget,
    pub(crate) target_parent_scope: PathScope,
    pub(crate) target_parents: Vec<String>,
    pub(crate) targets: Vec<String>,
}

impl PathRef {
    /// Whether the reference never dangles: it is emptied when its target goes `[R-ARC.12]`.
    pub fn is_strong(&self) -> bool {
        self.strong
    }

    /// What kind of thing is referred to.
    pub fn target(&self) -> ReferenceTarget {
        self.target
    }

    /// The target parents as the file writes them, such as `##.IP.Interface.`; empty: anywhere.
    pub fn target_parents(&self) -> &[String] {
        &self.target_parents
    }

    /// Full supported paths of the tables and objects that it may point into, such as `Device.IP.Interface.`; empty:
    /// anywhere.
    ///
    /// For a reference to a row this is the path of the table, without the `{i}.` of its rows. A target that is not
    /// in the model is kept; [`Model::warnings`](crate::Model::warnings) names it.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }
}

/// The value is one of those that another parameter holds at the moment (`enumerationRef`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumerationRef {
    pub(crate) target_param: String,
    pub(crate) target_param_scope: PathScope,
    pub(crate) null_value: Option<String>,
    pub(crate) target: String,
}

impl EnumerationRef {
    /// The parameter as the file writes it, such as `#.SupportedProtocols`.
    pub fn target_param(&self) -> &str {
        &self.target_param
    }

    /// The value that is allowed as well and means that nothing is chosen.
    pub fn null_value(&self) -> Option<&str> {
        self.null_value.as_deref()
    }

    /// Full supported path of the parameter. Inside the arguments of a command or event it begins with the path of
    /// that, as in `Device.WiFi.NeighboringWiFiDiagnostic().Output.Result.{i}.SupportedStandards`.
    pub fn target(&self) -> &str {
        &self.target
    }
}

/// From where a path in a reference counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum PathScope {
    /// From the object, unless the path begins with a dot, `#` or the root's name.
    #[default]
    Normal,
    /// From the root or service object.
    Model,
    /// From the object, always.
    Object,
}
