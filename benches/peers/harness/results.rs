//! `results.json`, and what is drawn from it.

use anyhow::Result;
use kinesis_agg_bench::report::{Run, tenths};
use serde::{Deserialize, Serialize};

use crate::contest::Measured;
use crate::peer::{PEERS, Peer, Work};
use crate::session::Hello;
use crate::tool::FOLDER;
use crate::{chart, readme, table};

/// All that a run tells.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Results {
    pub(crate) run: Run,
    pub(crate) implementations: Vec<Implementation>,
    pub(crate) corpora: Vec<Corpus>,
    pub(crate) measured: Vec<Row>,
}

/// A peer and its versions.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Implementation {
    pub(crate) peer: String,
    pub(crate) title: String,
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) runtime: String,
    pub(crate) with: String,
    /// Whether it is this project, in whatever language.
    pub(crate) ours: bool,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) aggregates: usize,
    pub(crate) bytes: usize,
    pub(crate) user_records: usize,
}

/// One work of one peer on one corpus: the fastest of its rounds.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) peer: String,
    pub(crate) corpus: String,
    pub(crate) work: Work,
    /// Processor time of the whole process, for a user record.
    pub(crate) cpu_ns: f64,
    pub(crate) wall_ns: f64,
    pub(crate) peak_mib: f64,
    pub(crate) rounds: usize,
}

impl Implementation {
    pub(crate) fn new(peer: &Peer, hello: &Hello) -> Self {
        Self {
            peer: peer.name.to_owned(),
            title: peer.title.to_owned(),
            package: peer.package.to_owned(),
            version: hello.version.clone(),
            runtime: hello.runtime.clone(),
            with: hello.with.clone(),
            ours: peer.ours,
        }
    }
}

impl Results {
    /// Nothing yet, of today and this machine.
    pub(crate) fn new() -> Self {
        Self {
            run: Run::new("cargo xtask peers"),
            implementations: Vec::new(),
            corpora: Vec::new(),
            measured: Vec::new(),
        }
    }

    /// Adds an implementation that is not known yet, in its place among the peers.
    pub(crate) fn implement(&mut self, implementation: Implementation) {
        if !self.implementations.contains(&implementation) {
            self.implementations.push(implementation);
            let place = |it: &Implementation| PEERS.iter().position(|peer| peer.name == it.peer);
            self.implementations.sort_by_key(place);
        }
    }

    pub(crate) fn push(&mut self, peer: &str, corpus: &str, work: Work, measured: &Measured) {
        self.measured.push(Row {
            peer: peer.to_owned(),
            corpus: corpus.to_owned(),
            work,
            cpu_ns: tenths(measured.cpu_ns),
            wall_ns: tenths(measured.wall_ns),
            peak_mib: tenths(measured.peak_mib),
            rounds: measured.rounds,
        });
    }

    /// Those that do the work, in the order of the peers.
    pub(crate) fn doing(&self, work: Work) -> Vec<&Implementation> {
        let does = |it: &&Implementation| {
            let mut rows = self.measured.iter();
            rows.any(|row| row.work == work && row.peer == it.peer)
        };
        self.implementations.iter().filter(does).collect()
    }

    pub(crate) fn row(&self, peer: &str, corpus: &str, work: Work) -> Option<&Row> {
        let mut rows = self.measured.iter();
        rows.find(|row| row.peer == peer && row.corpus == corpus && row.work == work)
    }

    /// # Errors
    ///
    /// There are none, or they are damaged.
    pub(crate) fn read() -> Result<Self> {
        FOLDER.read()
    }

    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn write(&self) -> Result<()> {
        FOLDER.write(self)
    }

    /// Draws all that is drawn from them.
    ///
    /// # Errors
    ///
    /// The files cannot be written.
    pub(crate) fn draw(&self) -> Result<()> {
        FOLDER.write_drawn(&self.drawn())?;
        readme::write(self)
    }

    fn drawn(&self) -> [(&'static str, String); 2] {
        [
            ("chart.svg", chart::draw(self)),
            ("RESULTS.md", table::page(self)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is committed beside the results is what is drawn from them.
    #[test]
    fn chart_and_page_are_drawn_from_the_results() {
        let stale = FOLDER.stale(&Results::read().unwrap().drawn());
        assert!(stale.is_empty(), "`cargo xtask peers --draw`: {stale:?}");
    }

    /// Each peer that took part has done each of its works on each corpus.
    #[test]
    fn the_results_are_whole() {
        let results = Results::read().unwrap();
        let took_part = |peer: &&Peer| {
            let mut implementations = results.implementations.iter();
            implementations.any(|it| it.peer == peer.name)
        };
        let peers = Vec::from_iter(PEERS.iter().filter(took_part));
        assert_eq!(peers.len(), results.implementations.len());
        for corpus in &results.corpora {
            for peer in &peers {
                for work in peer.works {
                    let row = results.row(peer.name, &corpus.name, *work);
                    assert!(row.is_some(), "{} {work} {}", peer.name, corpus.name);
                }
            }
        }
        let whole: usize = peers.iter().map(|peer| peer.works.len()).sum();
        assert_eq!(results.measured.len(), whole * results.corpora.len());
    }
}
