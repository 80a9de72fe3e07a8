//! Questions that work puts to the person, and their answers.

use crate::views::{AnswerInput, Asked, RunId};
use async_trait::async_trait;
use model::{Answer, Ask, Question, Result, Secret, common};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Shows a question; the answer comes back by its number.
pub type Show = Arc<dyn Fn(Asked) + Send + Sync>;

/// Takes a question back by its number.
pub type Withdraw = Arc<dyn Fn(u32) + Send + Sync>;

/// The open questions.
#[derive(Clone)]
pub struct Questions {
    show: Show,
    withdraw: Withdraw,
    next: Arc<AtomicU32>,
    open: Arc<Mutex<HashMap<u32, oneshot::Sender<Answer>>>>,
}

impl Questions {
    /// Questions shown by `show`, taken back by `withdraw`.
    pub fn new(show: Show, withdraw: Withdraw) -> Self {
        Self { show, withdraw, next: Arc::default(), open: Arc::default() }
    }

    /// Someone for a run to ask.
    pub fn of(&self, run: Option<RunId>) -> Arc<dyn Ask> {
        Arc::new(Asker { questions: self.clone(), run })
    }

    /// Answers a question.
    ///
    /// # Errors
    /// `gone` when nobody waits for it any more.
    pub fn answer(&self, id: u32, answer: AnswerInput) -> Result<()> {
        let waiting = self.lock().remove(&id).ok_or_else(|| common::gone("question"))?;
        let answer = match answer {
            AnswerInput::Secret { text } => Answer::Secret(Secret::from(text)),
            AnswerInput::Yes => Answer::Yes,
            AnswerInput::No => Answer::No,
        };
        waiting.send(answer).map_err(|_| common::gone("question"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u32, oneshot::Sender<Answer>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Asker {
    questions: Questions,
    run: Option<RunId>,
}

/// Takes the question back when the one who asked stops waiting.
struct Open<'a>(&'a Questions, u32);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let unanswered = self.0.lock().remove(&self.1).is_some();
        if unanswered {
            (self.0.withdraw)(self.1);
        }
    }
}

#[async_trait]
impl Ask for Asker {
    async fn ask(&self, question: Question) -> Result<Answer> {
        let id = self.questions.next.fetch_add(1, Ordering::Relaxed);
        let (answer, waiting) = oneshot::channel();
        self.questions.lock().insert(id, answer);
        let _open = Open(&self.questions, id);
        (self.questions.show)(Asked { id, run: self.run.clone(), question });
        Ok(waiting.await.unwrap_or(Answer::No))
    }
}
