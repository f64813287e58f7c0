//! Who takes part, and in which work.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tool::Tool;

/// What there is to do with a corpus.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Work {
    /// User records out of aggregates, checksums verified.
    Deaggregate,
    /// Aggregates out of user records, checksums computed.
    Aggregate,
}

/// An implementation.
#[derive(Debug)]
pub(crate) struct Peer {
    /// As `--only` takes it.
    pub(crate) name: &'static str,
    /// As a table shows it.
    pub(crate) title: &'static str,
    /// As its package client knows it.
    pub(crate) package: &'static str,
    /// Whether it is this project, in whatever language.
    pub(crate) ours: bool,
    pub(crate) tool: Tool,
    pub(crate) works: &'static [Work],
}

const BOTH: &[Work] = &[Work::Deaggregate, Work::Aggregate];

const OUR_GO_MODULE: &str = "github.com/kinesis-agg/kinesis-agg/bindings/go";

/// All of them, ours first.
pub(crate) const PEERS: [Peer; 17] = [
    Peer {
        name: "ours",
        title: "kinesis-agg, Rust",
        package: "kinesis-agg",
        ours: true,
        tool: Tool::Cargo,
        works: BOTH,
    },
    Peer {
        name: "ours-c",
        title: "kinesis-agg, C",
        package: "kinesis_agg.h",
        ours: true,
        tool: Tool::C,
        works: BOTH,
    },
    Peer {
        name: "ours-go",
        title: "kinesis-agg, Go by cgo",
        package: OUR_GO_MODULE,
        ours: true,
        tool: Tool::Go {
            program: "ours",
            cgo: true,
        },
        works: BOTH,
    },
    Peer {
        name: "ours-go-wasm",
        title: "kinesis-agg, Go by wazero",
        package: OUR_GO_MODULE,
        ours: true,
        tool: Tool::Go {
            program: "ours",
            cgo: false,
        },
        works: BOTH,
    },
    Peer {
        name: "ours-go-drop-in",
        title: "kinesis-agg, Go drop-in by wazero",
        package: "github.com/kinesis-agg/kinesis-agg/bindings/go/deaggregator",
        ours: true,
        tool: Tool::Go {
            program: "dropin",
            cgo: false,
        },
        works: &[Work::Deaggregate],
    },
    Peer {
        name: "ours-python",
        title: "kinesis-agg, Python",
        package: "kinesis-agg",
        ours: true,
        tool: Tool::OurPip { program: "ours.py" },
        works: BOTH,
    },
    Peer {
        name: "ours-python-drop-in",
        title: "kinesis-agg, Python drop-in",
        package: "kinesis-agg-compat",
        ours: true,
        tool: Tool::OurPip {
            program: "awslabs.py",
        },
        works: BOTH,
    },
    Peer {
        name: "ours-node",
        title: "kinesis-agg, Node.js",
        package: "kinesis-agg",
        ours: true,
        tool: Tool::OurNpm { program: "ours.js" },
        works: BOTH,
    },
    Peer {
        name: "ours-node-drop-in",
        title: "kinesis-agg, Node.js drop-in",
        package: "kinesis-agg/aws-kinesis-agg",
        ours: true,
        tool: Tool::OurNpm {
            program: "ours-drop-in.js",
        },
        works: BOTH,
    },
    Peer {
        name: "ours-java",
        title: "kinesis-agg, Java",
        package: "io.github.kinesis-agg:kinesis-agg",
        ours: true,
        tool: Tool::OurMaven {
            folder: "ours",
            class: "Ours",
        },
        works: BOTH,
    },
    Peer {
        name: "ours-java-drop-in",
        title: "kinesis-agg, Java drop-in",
        package: "io.github.kinesis-agg:kinesis-agg-compat",
        ours: true,
        tool: Tool::OurMaven {
            folder: "compat",
            class: "Compat",
        },
        works: BOTH,
    },
    Peer {
        name: "kcl",
        title: "KCL AggregatorUtil, Java",
        package: "software.amazon.kinesis:amazon-kinesis-client",
        ours: false,
        tool: Tool::Maven {
            folder: "kcl",
            class: "Kcl",
        },
        works: &[Work::Deaggregate],
    },
    Peer {
        name: "java",
        title: "awslabs, Java",
        package: "com.amazonaws:amazon-kinesis-aggregator",
        ours: false,
        tool: Tool::Maven {
            folder: "aggregator",
            class: "Aggregator",
        },
        works: &[Work::Aggregate],
    },
    Peer {
        name: "go",
        title: "awslabs, Go",
        package: "github.com/awslabs/kinesis-aggregation/go/v2",
        ours: false,
        tool: Tool::Go {
            program: "awslabs",
            cgo: false,
        },
        works: &[Work::Deaggregate],
    },
    Peer {
        name: "node",
        title: "awslabs, Node.js",
        package: "aws-kinesis-agg",
        ours: false,
        tool: Tool::Npm,
        works: BOTH,
    },
    Peer {
        name: "python",
        title: "awslabs, Python",
        package: "aws_kinesis_agg",
        ours: false,
        tool: Tool::Pip {
            program: "awslabs.py",
        },
        works: BOTH,
    },
    Peer {
        name: "aiokpl",
        title: "aiokpl, Python",
        package: "aiokpl",
        ours: false,
        tool: Tool::Pip {
            program: "aiokpl_peer.py",
        },
        works: BOTH,
    },
];

impl Work {
    /// As programs and files call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Deaggregate => "deaggregate",
            Self::Aggregate => "aggregate",
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
