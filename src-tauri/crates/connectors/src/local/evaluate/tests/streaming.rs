//! A scan as a stream: it ends when nobody wants it, and says so when it breaks off.

use super::{memory, sort};
use crate::local::evaluate::scan;
use crate::local::source::{Layer, Read, Sink, Source};
use crate::local::tests::cx;
use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field};
use futures::StreamExt;
use model::{Comparison, Kind, Predicate, Result, Scalar, Scan, common};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;

/// What happens after so many batches.
#[derive(Clone, Copy)]
enum Then {
    GoesOn,
    Fails,
    BreaksOff,
}

/// Batches without end, or to a bad end. Tells when nobody reads it any more.
struct Odd {
    layers: Vec<Layer>,
    batch: RecordBatch,
    after: usize,
    then: Then,
    over: Mutex<Option<oneshot::Sender<()>>>,
}

impl Source for Odd {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let batch = self.batch.project(&read.columns).unwrap();
        for number in 0.. {
            match self.then {
                Then::Fails if number == self.after => return Err(common::gone("disk")),
                Then::BreaksOff if number == self.after => panic!("a defect"),
                _ => {}
            }
            if sink(batch.clone()).is_break() {
                break;
            }
        }
        if let Some(over) = self.over.lock().unwrap().take() {
            let _ = over.send(());
        }
        Ok(())
    }
}

fn odd(after: usize, then: Then) -> (Arc<Odd>, oneshot::Receiver<()>) {
    let numbers = Arc::new(Int64Array::from_iter_values(0..1000));
    let memory = memory(vec![Field::new("n", DataType::Int64, false)], vec![numbers], 1000);
    let (over, heard) = oneshot::channel();
    (Arc::new(Odd { layers: memory.layers, batch: memory.batch, after, then, over: Mutex::new(Some(over)) }), heard)
}

fn nothing() -> Scan {
    Scan { predicate: Some(Predicate::Compare("n".to_owned(), Comparison::Less, Scalar::Int(0))), ..Scan::default() }
}

#[tokio::test]
async fn a_scan_that_finds_nothing_ends_when_it_is_cancelled() {
    let ((source, heard), cx) = (odd(0, Then::GoesOn), cx());
    let cancel = cx.cancel.clone();
    let nothing = nothing();
    let (scanned, ()) = tokio::join!(scan(source, 0, &nothing, &cx), async { cancel.cancel() });
    assert_eq!(scanned.err().unwrap().kind(), Kind::Cancelled);
    // Told by the reading, or by the source that went away because reading never began.
    let _ = heard.await;
}

#[tokio::test]
async fn a_scan_that_finds_nothing_ends_at_its_deadline() {
    let (source, heard) = odd(0, Then::GoesOn);
    let late = scan(source, 0, &nothing(), &cx().within(Duration::from_millis(20))).await;
    assert_eq!(late.err().unwrap().kind(), Kind::TimedOut);
    heard.await.unwrap();
}

#[tokio::test]
async fn a_stream_that_is_dropped_ends_the_reading_also_while_it_sorts() {
    let (source, heard) = odd(0, Then::GoesOn);
    let mut batches = scan(source, 0, &Scan::default(), &cx()).await.unwrap();
    assert!(batches.stream.next().await.unwrap().unwrap().num_rows() > 0);
    drop(batches);
    heard.await.unwrap();
    let (source, heard) = odd(0, Then::GoesOn);
    let sorted = Scan { sort: vec![sort("n", true)], limit: Some(10), ..Scan::default() };
    let cx = cx();
    let waiting = async { scan(source, 0, &sorted, &cx).await.map(|_| ()) };
    assert!(tokio::time::timeout(Duration::from_millis(20), waiting).await.is_err());
    heard.await.unwrap();
}

#[tokio::test]
async fn a_failure_before_the_first_rows_is_the_scans_own() {
    for then in [Then::Fails, Then::BreaksOff] {
        let error = scan(odd(0, then).0, 0, &Scan::default(), &cx()).await.err().unwrap();
        assert!(["gone", "internal"].contains(&error.code()), "{error}");
    }
}

#[tokio::test]
async fn a_failure_among_the_rows_comes_behind_them_and_nothing_after_it() {
    for (then, code) in [(Then::Fails, "gone"), (Then::BreaksOff, "internal")] {
        let batches = scan(odd(50, then).0, 0, &Scan::default(), &cx()).await.unwrap();
        let told: Vec<_> = batches.stream.collect().await;
        let (last, rows) = told.split_last().unwrap();
        assert!(rows.iter().all(Result::is_ok));
        assert_eq!(last.as_ref().err().unwrap().code(), code);
    }
}
